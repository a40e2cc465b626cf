"""The tutorial on own rules: its commands run, one after the other, and print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from golang import QUICKLY, ROOT, complaints, runs_go

from gomaplint.cli import main

PAGE = (ROOT / "docs/own-rules.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
RULE = Path("lint/rules/ACME002-finalizer/rule.toml")
FIXTURE = Path("lint/fixtures/ACME002-finalizer/a.go")


def typed(console: str) -> list[tuple[str, str]]:
    """The commands of a block, each with what the page says that it prints."""
    parts = re.split(r"^\$ (.*)\n", console, flags=re.MULTILINE)
    assert "" == parts[0]
    return list(zip(parts[1::2], parts[2::2], strict=True))


def follow(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Do all that the page says, and return the commands that were run."""
    ran = []
    printed = ""
    for language, text in BLOCKS:
        if language == "toml":
            RULE.write_text(text, encoding="utf-8")
        elif language == "go":
            FIXTURE.write_text(text, encoding="utf-8")
        elif language == "text":
            assert text in printed
        else:
            for command, shown in typed(text):
                program, *words = shlex.split(command, comments=True)
                assert "gomaplint" == program
                status = main(words)
                captured = capsys.readouterr()
                printed = captured.out
                assert "" == captured.err
                assert status == int("failure" in shown)
                assert shown in ("", printed)
                ran.append(command)
    return ran


@pytest.fixture
def followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    (tmp_path / "go.mod").write_text("module example.com/service\n\ngo 1.24\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    monkeypatch.chdir(tmp_path)
    return follow(capsys)


def test_every_command_prints_what_the_page_shows(
    followed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(re.findall(r"^\$ gomaplint ", PAGE, re.MULTILINE)) == len(followed)
    want = re.search(r"With `(// want .*)` behind line (\d+) the test passes", PAGE)
    assert want is not None
    lines = FIXTURE.read_text("utf-8").split("\n")
    lines[int(want[2]) - 1] += f" {want[1]}"
    FIXTURE.write_text("\n".join(lines), encoding="utf-8")
    assert 0 == main(["test", "lint"])
    assert 0 == main(["rule", "ACME001", "--rules", "lint/rules"])
    assert capsys.readouterr().out.startswith("2 rules, 2 fixtures: as wanted\n# ACME001 tenant-map\n")


def test_the_lines_of_the_first_fixture_are_those_that_are_written(followed: list[str]) -> None:
    (excerpt,) = re.findall(r"^  ```go\n(.*?)^  ```$", PAGE, re.DOTALL | re.MULTILINE)
    written = Path("lint/fixtures/ACME001-tenant-map/a.go").read_text("utf-8")
    assert "".join(line.removeprefix("  ") for line in excerpt.splitlines(keepends=True)) in written


@runs_go
def test_the_fixture_of_the_page_passes_vet(followed: list[str]) -> None:
    assert "" == complaints(FIXTURE.parent, "vet", QUICKLY, "./...")
