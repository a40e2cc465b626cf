"""The same input gives the same bytes: whatever the number of processes, the order of files and the hash seed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gomaplint.agreement import kin
from gomaplint.check import check, judged
from gomaplint.config import Options
from gomaplint.discover import Tree, discover
from gomaplint.finding import Confidence, Finding
from gomaplint.load import load
from gomaplint.model.maps import Analysis
from gomaplint.report import FORMATS, Style
from gomaplint.rule import Rule, load_rules

FIXTURES = Path(__file__).parent.parent / "fixtures"
EVERYTHING = Options(min_confidence=Confidence.LOW, all_modules=True, jobs=1)
PLAIN = Style(cwd=os.fspath(FIXTURES))


def reports(options: Options) -> dict[str, str]:
    """The report on all fixtures in every format."""
    report = check(options, os.fspath(FIXTURES))
    return {name: render(report, PLAIN) for name, render in FORMATS.items()}


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return reports(EVERYTHING)


def test_there_is_something_to_compare(expected: dict[str, str]) -> None:
    assert expected["concise"].count("\n") > 100


@pytest.mark.parametrize("jobs", [2, 4])
def test_the_number_of_processes_changes_nothing(expected: dict[str, str], jobs: int) -> None:
    assert expected == reports(replace(EVERYTHING, jobs=jobs))


def test_the_order_of_patterns_changes_nothing(expected: dict[str, str]) -> None:
    folders = [f"./{folder.name}/..." for folder in sorted(FIXTURES.iterdir()) if folder.is_dir()]
    forward = reports(replace(EVERYTHING, patterns=tuple(folders)))
    assert forward == reports(replace(EVERYTHING, patterns=tuple(reversed(folders))))
    assert expected["concise"] == forward["concise"]


def found(tree: Tree, rules: Sequence[Rule] = load_rules()) -> list[Finding]:
    spaces = [Analysis(space) for space in load(tree, EVERYTHING).workspaces]
    return sorted(judged(spaces, rules), key=lambda f: (f.at, f.rule, f.message))


def test_the_order_of_files_changes_nothing() -> None:
    tree = discover(("./...",), os.fspath(FIXTURES), all_modules=True)
    expected = found(tree)
    for seed in range(6):
        files = list(tree.files)
        random.Random(seed).shuffle(files)
        assert expected == found(replace(tree, files=tuple(files)))


def test_a_second_run_in_the_same_process_changes_nothing(expected: dict[str, str]) -> None:
    assert expected == reports(EVERYTHING)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_nothing(expected: dict[str, str], seed: str) -> None:
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "gomaplint", "./...", "--all-modules", "--min-confidence", "low"),
            *("--format", "json", "--fail-on", "never"),
        ],
        cwd=FIXTURES,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert expected["json"] == ran.stdout


@pytest.fixture(scope="module")
def every() -> list[Finding]:
    return found(discover(("./...",), os.fspath(FIXTURES), all_modules=True))


@pytest.mark.parametrize("rule", [rule.id for rule in load_rules()])
def test_a_rule_finds_the_same_with_its_kin_as_with_all(every: list[Finding], rule: str) -> None:
    near = kin(next(r for r in load_rules() if r.id == rule), load_rules())
    tree = discover(("./...",), os.fspath(FIXTURES), all_modules=True)
    assert [f for f in every if f.rule == rule] == [f for f in found(tree, near) if f.rule == rule]
