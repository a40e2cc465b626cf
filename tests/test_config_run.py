"""Configurations as a user meets them: files in a repository, and what is typed over them."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli_check import CLEAN, COUNTER
from test_selection import HUB

from gomaplint.cli import main

FOUND = "main.go:13:2: GML101"


class Service:
    """A small repository with a finding, in which commands are typed."""

    def __init__(self, top: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.top = top
        self._capsys = capsys

    def configure(self, text: str, folder: str = ".") -> None:
        (self.top / folder / ".gomaplint.toml").write_text(text, "utf-8")

    def run(self, *typed: str) -> tuple[int, str, str]:
        """Exit status, the first words of the report, and standard error."""
        status = main([*typed, "--format", "concise"])
        captured = self._capsys.readouterr()
        return status, captured.out[: len(FOUND)], captured.err


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Service:
    (tmp_path / ".git").mkdir()
    (tmp_path / "go.mod").write_text("module example.com/counter\n\ngo 1.24\n", "utf-8")
    (tmp_path / "main.go").write_text(COUNTER, "utf-8")
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "main.go").write_text(CLEAN, "utf-8")
    monkeypatch.chdir(tmp_path)
    return Service(tmp_path, capsys)


def test_keys_of_the_run_are_obeyed_until_another_value_is_typed(service: Service) -> None:
    service.configure('fail-on = "error"')
    assert (0, FOUND, "") == service.run()
    assert (1, FOUND, "") == service.run("--fail-on", "note")  # the default, but typed


def test_the_least_confidence_is_obeyed_until_another_is_typed(service: Service) -> None:
    unlocked = HUB.replace("h.mu.Lock(); defer h.mu.Unlock()", "") % "hub"
    (service.top / "main.go").write_text(unlocked, "utf-8")
    service.configure('min-confidence = "low"')
    assert (1, FOUND.replace("13", "15").replace("101", "103"), "") == service.run()
    assert (0, "", "") == service.run("--min-confidence", "high")


def test_a_yes_in_the_file_is_answered_with_a_no(service: Service) -> None:
    (service.top / "main.go").rename(service.top / "main_test.go")
    service.configure("tests = true")
    for typed, notes in ((), 0), (("--no-tests",), 1):
        status, _, said = service.run("./main_test.go", *typed)
        assert (0, notes) == (status, said.count("a test file; --tests reports on it"))


def test_a_file_can_be_named_and_all_can_be_passed_over(service: Service) -> None:
    service.configure('ignore = ["growth"]')
    (service.top / "other.toml").write_text('select = ["growth"]', "utf-8")
    assert (0, "", "") == service.run()
    assert (1, FOUND, "") == service.run("--config", "other.toml")
    assert (1, FOUND, "") == service.run("--isolated")
    assert (1, FOUND, "") == service.run("--select", "growth,GML201")
    assert (0, "", "") == service.run("--isolated", "--ignore", "GML101", "--ignore", "GML102")


def test_keys_that_count_elsewhere_only_are_told(service: Service) -> None:
    service.configure('fail-on = "never"\ntests = true\nignore = ["GML102"]', "clean")
    note = "clean/.gomaplint.toml:1: note: fail-on, tests count only for runs that start in clean\n"
    assert (1, FOUND, note) == service.run()
    assert (1, FOUND, "") == service.run("./main.go", "--isolated")
    assert (1, FOUND, "") == service.run(".")  # no file of that folder is reported on


def test_a_run_takes_its_keys_from_the_folder_it_starts_in(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.configure('fail-on = "never"', "clean")
    monkeypatch.chdir(service.top / "clean")
    status, _, said = service.run("../...")
    assert (0, "") == (status, said)


def test_a_fault_in_a_configuration_ends_the_run(service: Service) -> None:
    service.configure('fail-on = "never"\nselct = ["growth"]', "clean")
    said = "gomaplint: clean/.gomaplint.toml:2: no key 'selct'; did you mean 'select'?\n"
    assert (2, "", said) == service.run()
    assert (2, "", said) == service.run(".")  # what it knows could matter here


def test_why_tells_what_the_configuration_makes_of_a_finding(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.configure('select = [\n"hazards",\n"clearing"]')
    for typed, outcome in (
        ((), "  => not selected by .gomaplint.toml:1; high confidence\n"),
        (("--isolated",), "  => reported with high confidence\n"),
    ):
        assert 0 == main(["why", "main.go:13", "GML101", *typed])
        assert outcome in capsys.readouterr().out
