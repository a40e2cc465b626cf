"""Fixes that need eyes on them: which findings get one and which never, and what they leave behind."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from golang import ROOT

from gomaplint.check import check
from gomaplint.config import Options
from gomaplint.finding import Confidence, Finding
from gomaplint.mending import fix_files

FIXTURES = ROOT / "fixtures" / "fixes"
CASES = ("siblings124", "inners124", "zeroed124", "pins117", "pins124", "syncmaps122", "syncmaps124")
RULES = ("GML103", "GML105", "GML107", "GML403", "GML501", "GML502")
OPTIONS = Options(min_confidence=Confidence.LOW, jobs=1)
_LEFT = re.compile(r"// want no fix: (.*)")


def found(folder: Path) -> list[Finding]:
    return [f for f in check(OPTIONS, os.fspath(folder)).findings if f.rule in RULES]


def name(f: Finding) -> str:
    """The map as its declaration calls it."""
    return f.container.rpartition(".")[2]


def left_alone(folder: Path) -> set[tuple[str, int, str]]:
    """The findings that the comments of a program want without a fix: file, line and map."""
    return {
        (file.relative_to(folder).as_posix(), number, wanted)
        for file in folder.rglob("*.go")
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1)
        if (comment := _LEFT.search(line)) is not None
        for wanted in comment[1].split(", ")
    }


@pytest.mark.parametrize("case", CASES)
def test_a_finding_has_a_fix_unless_its_line_wants_none(case: str) -> None:
    folder = FIXTURES / case
    without = {(f.at.path, f.at.line, name(f)) for f in found(folder) if not f.fixes}
    assert left_alone(folder) == without


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_with_a_fix_shows_it_in_a_program(rule: str) -> None:
    assert any(f.fixes for case in CASES for f in found(FIXTURES / case) if f.rule == rule)


MENDED = [case for case in CASES if (FIXTURES / case / "unsafe.diff").is_file()]


@pytest.mark.parametrize("case", MENDED)
def test_a_mended_finding_is_not_reported_any_more(case: str, tmp_path: Path) -> None:
    mended = {(f.rule, f.container) for f in found(FIXTURES / case) if f.fixes}
    assert mended
    shutil.copytree(FIXTURES / case, tmp_path, dirs_exist_ok=True)
    fix_files(OPTIONS, os.fspath(tmp_path), unsafe=True)
    assert set() == mended & {(f.rule, f.container) for f in found(tmp_path)}


@pytest.mark.parametrize("case", MENDED)
def test_lines_keep_the_ends_that_windows_gives_them(case: str, tmp_path: Path) -> None:
    for folder, ending in ((tmp_path / "unix", b"\n"), (tmp_path / "windows", b"\r\n")):
        shutil.copytree(FIXTURES / case, folder)
        for file in folder.rglob("*.go"):
            file.write_bytes(file.read_bytes().replace(b"\n", ending))
        assert fix_files(OPTIONS, os.fspath(folder), unsafe=True).changes
    for file in (tmp_path / "unix").rglob("*.go"):
        mended = tmp_path / "windows" / file.relative_to(tmp_path / "unix")
        assert file.read_bytes().replace(b"\n", b"\r\n") == mended.read_bytes()


@pytest.mark.parametrize("case", CASES)
def test_a_fix_is_never_called_safe(case: str) -> None:
    assert not any(fix.safe for f in found(FIXTURES / case) for fix in f.fixes)
