"""Every fixture of every rule, and that all of them are Go that a real Go takes."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from golang import QUICKLY, ROOT, complaints, runs_go

from gomaplint.rule import load_rules
from gomaplint.testing import expectations, run_fixture

FIXTURES = ROOT / "fixtures"
CHAT = ROOT / "examples" / "chat"

CASES = sorted(case for rule in FIXTURES.glob("GML*") for case in rule.iterdir() if case.is_dir())
MODULES = sorted(mod.parent for mod in FIXTURES.rglob("go.mod"))
SYSTEMS = ("linux", "windows", "darwin")  # as sys.platform calls them, save for windows


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def systems_for(module: Path) -> list[str]:
    """The systems to vet a module for: the one we run on (""), and others that its build constraints name."""
    text = "".join(file.read_text("utf-8") for file in module.rglob("*.go"))
    constraints = "".join(re.findall(r"^//go:build .*", text, re.MULTILINE))
    files = " ".join(file.name for file in module.rglob("*.go"))
    named = (
        s for s in SYSTEMS if re.search(rf"\b{s}\b", constraints) or re.search(rf"_{s}(_test)?\.go", files)
    )
    return ["", *(system for system in named if system != sys.platform)]


@pytest.mark.parametrize("case", CASES, ids=shown)
def test_the_rules_report_what_the_fixture_wants(case: Path) -> None:
    assert [] == run_fixture(case)


@pytest.mark.parametrize("rule", [rule.id for rule in load_rules()])
def test_every_rule_has_a_fixture_that_wants_it(rule: str) -> None:
    folders = list(FIXTURES.glob(f"{rule}-*"))
    assert [f"{r.id}-{r.name}" for r in load_rules() if r.id == rule] == [folder.name for folder in folders]
    wanted = {want.rule for folder in folders for want in expectations(folder)[0]}
    assert rule in wanted


def test_every_case_is_a_module() -> None:
    assert [] == [shown(case) for case in CASES if not (case / "go.mod").is_file()]


@runs_go
@pytest.mark.parametrize(
    ("module", "system"),
    [(module, system) for module in MODULES for system in systems_for(module)],
    ids=lambda value: shown(value) if isinstance(value, Path) else value,
)
def test_a_fixture_passes_vet(module: Path, system: str) -> None:
    # Loop variables in closures are what some fixtures are about.
    assert "" == complaints(module, "vet", "-loopclosure=false", QUICKLY, "./...", system=system)


@runs_go
def test_the_example_passes_vet() -> None:
    assert "" == complaints(CHAT, "vet", QUICKLY, "./...")


@runs_go
def test_the_example_builds(tmp_path: Path) -> None:
    assert "" == complaints(CHAT, "build", QUICKLY, "-o", os.fspath(tmp_path), "./...")


@runs_go
def test_all_go_here_is_formatted() -> None:
    assert "" == complaints(ROOT, "run", QUICKLY, "cmd/gofmt", "-l", "fixtures", "examples", "tests")
