"""Every fix on whole programs: what it makes of them, and what they do then."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from golang import QUICKLY, ROOT, complaints, go, runs_go

from gomaplint.config import Options
from gomaplint.finding import Confidence
from gomaplint.mending import Mended, fix_files
from gomaplint.patching import diff

FIXTURES = ROOT / "fixtures" / "fixes"
CASES = sorted(case.name for case in FIXTURES.iterdir())
MODES = ("safe", "unsafe")
UPDATE = os.environ.get("GOMAPLINT_UPDATE_GOLDEN") == "1"
OPTIONS = Options(min_confidence=Confidence.LOW, jobs=1)


def mended(folder: Path, case: str, mode: str) -> Mended:
    shutil.copytree(FIXTURES / case, folder, dirs_exist_ok=True)
    return fix_files(OPTIONS, os.fspath(folder), unsafe=mode == "unsafe")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mode", MODES)
def test_a_program_is_mended_as_the_fixture_shows(case: str, mode: str, tmp_path: Path) -> None:
    done = mended(tmp_path, case, mode)
    patch = "".join(map(diff, done.changes))
    golden = FIXTURES / case / f"{mode}.diff"
    if UPDATE and patch:
        golden.write_text(patch, "utf-8", newline="\n")
    assert (golden.read_text("utf-8") if golden.is_file() else "") == patch
    assert [] == [str(note) for note in done.report.notes if "not fixed" in note.message]


@pytest.mark.parametrize("case", CASES)
def test_a_mended_program_has_nothing_more_to_mend(case: str, tmp_path: Path) -> None:
    mended(tmp_path, case, "unsafe")
    again = fix_files(OPTIONS, os.fspath(tmp_path), unsafe=True)
    assert ([], []) == (again.fixed, again.changes)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every program before its fixes, with the safe ones, and with all of them."""
    top = tmp_path_factory.mktemp("programs")
    for case in CASES:
        shutil.copytree(FIXTURES / case, top / case / "before")
        for mode in MODES:
            mended(top / case / mode, case, mode)
    return top


@runs_go
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("mode", MODES)
def test_a_mended_program_passes_vet(case: str, mode: str, programs: Path) -> None:
    assert "" == complaints(programs / case / mode, "vet", "-loopclosure=false", QUICKLY, "./...")


@runs_go
def test_mended_programs_are_formatted(programs: Path) -> None:
    assert "" == complaints(ROOT, "run", QUICKLY, "cmd/gofmt", "-l", os.fspath(programs))


SAID = sorted(said.relative_to(FIXTURES).as_posix() for said in FIXTURES.glob("*/*.txt"))


@runs_go
@pytest.mark.parametrize("said", SAID)
def test_a_program_says_what_its_fixture_wants(said: str, programs: Path) -> None:
    status, told, complained = go(programs / said.removesuffix(".txt"), "run", QUICKLY, ".")
    assert (0, "") == (status, complained)
    assert (FIXTURES / said).read_text("utf-8") == told
