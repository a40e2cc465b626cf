"""Every fix on whole programs: what it makes of them, and what they do then."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from golang import QUICKLY, ROOT, go, runs_go

from gomaplint.config import Options
from gomaplint.finding import Confidence
from gomaplint.mending import Mended, fix_files

FIXTURES = ROOT / "fixtures" / "fixes"
CASES = sorted(case.name for case in FIXTURES.iterdir())
UPDATE = os.environ.get("GOMAPLINT_UPDATE_GOLDEN") == "1"


def mended(folder: Path, case: str, mode: str) -> Mended:
    shutil.copytree(FIXTURES / case / "before", folder, dirs_exist_ok=True)
    options = Options(min_confidence=Confidence.LOW, jobs=1)
    return fix_files(options, os.fspath(folder), unsafe=mode == "unsafe")


def files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.go")}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mode", ["safe", "unsafe"])
def test_a_program_is_mended_as_the_fixture_shows(case: str, mode: str, tmp_path: Path) -> None:
    done = mended(tmp_path, case, mode)
    golden = FIXTURES / case / mode
    if UPDATE and done.changes:
        kept = shutil.ignore_patterns("output.txt")
        shutil.copytree(tmp_path, golden, dirs_exist_ok=True, ignore=kept)
    expected = golden if golden.is_dir() else FIXTURES / case / "before"
    assert files(expected) == files(tmp_path)
    assert [] == [str(note) for note in done.report.notes if "not fixed" in note.message]


@pytest.mark.parametrize("case", CASES)
def test_a_mended_program_has_nothing_more_to_mend(case: str, tmp_path: Path) -> None:
    mended(tmp_path, case, "unsafe")
    again = fix_files(Options(min_confidence=Confidence.LOW, jobs=1), os.fspath(tmp_path), unsafe=True)
    assert ([], []) == (again.fixed, again.changes)


def programs() -> list[Path]:
    return sorted(output.parent for output in FIXTURES.rglob("output.txt"))


@runs_go
@pytest.mark.parametrize("program", programs(), ids=lambda program: program.relative_to(FIXTURES).as_posix())
def test_a_program_says_what_its_fixture_wants(program: Path) -> None:
    status, said, complained = go(program, "run", QUICKLY, ".")
    assert (0, "") == (status, complained)
    assert (program / "output.txt").read_text("utf-8") == said
