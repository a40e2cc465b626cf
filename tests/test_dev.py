"""What `dev.py run` hands to gomaplint."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import dev

EXAMPLE = Path(dev.ROOT, "examples", "chat").as_posix() + "/..."


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "go.mod").touch()
    (tmp_path / "rules").mkdir()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("typed", "handed"),
    [
        ([], [EXAMPLE]),
        (["--format", "json"], [EXAMPLE, "--format", "json"]),
        (["service"], ["./service/..."]),
        (["./service/", "--format", "json"], ["./service/...", "--format", "json"]),
        (["."], ["./..."]),
        (["./..."], ["./..."]),
        (["--format", "json", "./service/..."], ["--format", "json", "./service/..."]),
        (["service/main.go"], ["service/main.go"]),
        (["-"], ["-"]),
        (["rules"], ["rules"]),
        (["rule", "GML101"], ["rule", "GML101"]),
        (["./missing"], ["./missing"]),
        (["--version"], ["--version"]),
    ],
)
def test_a_folder_means_all_below_it_nothing_means_the_example(typed: list[str], handed: list[str]) -> None:
    assert handed == dev.run_arguments(typed)


def test_a_folder_outside_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path / "rules")
    assert [(tmp_path / "service").as_posix() + "/..."] == dev.run_arguments(["../service"])


def test_without_a_command_it_explains_itself() -> None:
    run = subprocess.run([sys.executable, dev.__file__], capture_output=True, text=True, check=True)
    assert "dev.py run [DIR]" in run.stdout
