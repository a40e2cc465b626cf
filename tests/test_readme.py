"""What the README shows is what gomaplint prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gomaplint.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    *ROOT.glob("rules/*/doc.md"),
    ROOT / "fixtures/README.md",
]


def test_the_excerpt_is_a_finding_in_the_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    main(["./examples/chat/..."])
    excerpt = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert excerpt is not None
    assert excerpt[1] in capsys.readouterr().out


def test_the_evidence_in_the_pages_is_that_of_the_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    main(["why", "examples/chat/internal/session/session.go:38", "GML102"])
    page = (ROOT / "docs/detection.md").read_text("utf-8")
    excerpt = re.search(r"```text\n(  =>.*?)```", page, re.DOTALL)
    assert excerpt is not None
    assert excerpt[1] in capsys.readouterr().out


def test_the_table_of_rules_is_complete() -> None:
    told = re.findall(r"^\| \[(GML\d+)\]\(rules/[^)]*/doc\.md\) (\S+) \|", README, re.MULTILINE)
    folders = sorted(folder.name for folder in (ROOT / "rules").iterdir())
    assert folders == [f"{rule}-{name}" for rule, name in told]


def prose(page: Path) -> str:
    """A page without its code, in which brackets mean something else."""
    return re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)


def test_every_link_of_the_pages_leads_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", prose(page))
        if not (page.parent / target).exists()
    ]
    assert [] == dead
