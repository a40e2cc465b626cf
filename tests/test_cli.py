"""The command line, as far as it goes without reading any Go code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from report_samples import assert_golden

from gomaplint import __version__
from gomaplint.cli import cli, main
from gomaplint.finding import Confidence
from gomaplint.goversion import GoVersion
from gomaplint.report import FORMATS
from gomaplint.targets import NAMES, Target


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hub").mkdir()
    (tmp_path / "rul").mkdir()
    monkeypatch.chdir(tmp_path)


def complete(line: str, shell: str = "bash") -> list[str]:
    """Ask for completions as the shells do; the last word of `line` is the one to complete."""
    words = line.split(" ")
    env = {
        **os.environ,
        "_GOMAPLINT_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    run = subprocess.run(
        [sys.executable, "-m", "gomaplint"], env=env, capture_output=True, text=True, check=True
    )
    return run.stdout.split("\n")[:-1]


def test_help_reads_well(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert 0 == main(["--help"])
    assert_golden("help.txt", capsys.readouterr().out)


@pytest.mark.parametrize("command", list(cli.commands))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main([command, "--help"])
    assert capsys.readouterr().out.startswith(f"Usage: gomaplint {command} ")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["--version"])
    assert f"gomaplint {__version__}\n" == capsys.readouterr().out


def test_the_version_is_told_without_loading_what_reads_go() -> None:
    code = "import sys, gomaplint.cli as c; c.main(['--version']); print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = ("gomaplint.", "tree_sitter", "tomllib", "tomli")
    loaded = {name for name in run.stdout.split() if name.startswith(heavy)}
    own = {
        "gomaplint.arguments",
        "gomaplint.cli",
        "gomaplint.cli.checking",
        "gomaplint.cli.group",
        "gomaplint.cli.printing",
        "gomaplint.cli.ruling",
        "gomaplint.collector",
        "gomaplint.errors",
        "gomaplint.goversion",
        "gomaplint.targets",
        "gomaplint.usage",
    }
    assert own == loaded


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (["hub"], "no command 'hub'; the folder is written ./hub"),
        (["ruls"], "no command 'ruls'; did you mean 'rules'?"),
        (["rul"], "no command 'rul'; the folder is written ./rul"),
        (["xyz", "GML102"], "no command 'xyz'; patterns look like ./..., ./hub or main.go"),
        (["check", "xyz"], "no command 'xyz'; patterns look like ./..., ./hub or main.go"),
        (["./...", "hub"], "'hub' is no pattern; the folder is written ./hub"),
        (["./...", "xyz"], "'xyz' is no pattern; patterns look like ./..., ./hub or main.go"),
        (["--tests", "rules"], "'rules' is a command and must come first; a folder is written ./rules"),
        ([""], "a pattern is empty; write ./... for all packages below this folder"),
        (["-", "./..."], "- stands for one file from standard input and goes with no other pattern"),
        (
            ["--stdin-filename", "a.go", "./..."],
            "--stdin-filename names the file that the pattern - reads; write - as well",
        ),
        (["--format", "xml"], "--format xml: no format 'xml'; there are " + ", ".join(NAMES)),
        (["--format", "Sarf:x"], "--format Sarf:x: no format 'Sarf'; did you mean sarif?"),
        (
            ["--format", "json:"],
            "--format json: names no file; write json:FILE, or json for standard output",
        ),
        (
            ["--format", "json", "--format", "text"],
            "only one format goes to standard output or --output, not json and text;"
            " write --format text:FILE for one of them",
        ),
        (
            ["--format", "json:-", "--format", "github", "--output", "x"],
            "only one format goes to standard output or --output, not json and github;"
            " write --format github:FILE for one of them",
        ),
        (
            ["--format", "json:a", "--output", "b"],
            "--output b: every format has a file of its own; leave --output out",
        ),
        (
            ["--format", "json:hub/x", "--format", "sarif", "--output", "rul/../hub/x"],
            "--format json:hub/x and --output rul/../hub/x write one file; name another for one of them",
        ),
        (["--format", "json:none/x.json"], "--format json:none/x.json: there is no folder none"),
        (["--format", "sarif:hub"], "--format sarif:hub: is a folder; name a file in it"),
        (
            ["--statistics", "--format", "sarif"],
            "--statistics takes the place of the text report; add --format text",
        ),
        (["--output", "none/x.json"], "--output none/x.json: there is no folder none"),
        (["--output", "hub"], "--output hub: is a folder; name a file in it"),
        (["--go", "one"], "invalid value for '--go': 'one' is no Go version; write it as 1.21"),
        (["--jobs", "-1"], "invalid value for '--jobs': a number of processes is 0 or more"),
        (
            ["--max-file-size", "big"],
            "invalid value for '--max-file-size': 'big' is no size; write bytes, or a number with kB, MB or MiB",
        ),
        (["why", "hub.go", "GML102"], "'hub.go' is no place; write FILE:LINE, such as hub/hub.go:88"),
        (["why", "hub.go:0", "GML102"], "'hub.go:0' is no place; write FILE:LINE, such as hub/hub.go:88"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    typed: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(typed)
    captured = capsys.readouterr()
    assert ("", f"gomaplint: {complaint}\n") == (captured.out, captured.err)


class BrokenInput:
    """A standard input that raises when it is read."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    @property
    def buffer(self) -> None:
        raise self.error


def test_an_interrupt_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", BrokenInput(KeyboardInterrupt()))
    assert 130 == main(["-"])
    assert ("", "\n") == capsys.readouterr()


def test_a_fault_of_ours_shows_its_traceback_and_exits_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", BrokenInput(ZeroDivisionError()))
    assert 2 == main(["-"])
    assert capsys.readouterr().err.startswith("Traceback ")


@pytest.mark.parametrize(
    "typed",
    [
        ["--formt", "json"],
        ["--format", "xml"],
        ["--min-confidence"],
        ["rule"],
        ["rules", "x"],
        ["completion", "sh"],
    ],
)
def test_what_click_refuses_is_told_in_one_line_too(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(typed)
    captured = capsys.readouterr()
    assert "" == captured.out
    assert captured.err.startswith("gomaplint: ")
    assert 1 == captured.err.count("\n")


@pytest.mark.parametrize(
    ("option", "typed", "meant"),
    [
        ("tests", ["--no-tests"], False),
        (
            "select",
            ["--select", "GML1, clearing", "--select=range-clear"],
            ("GML1", "clearing", "range-clear"),
        ),
        ("min_confidence", ["--min-confidence", "low"], Confidence.LOW),
        ("fail_on", ["--fail-on", "never"], None),
        ("tags", ["--tags", "a,b", "--tags", "c"], frozenset("abc")),
        ("tags", [], frozenset()),
        ("go", ["--go", "go1.21.3"], GoVersion(1, 21)),
        ("go", [], None),
        ("max_file_size", [], 2_000_000),
        ("max_file_size", ["--max-file-size", "512KiB"], 524_288),
        ("max_file_size", ["--max-file-size", "1.5 mb"], 1_500_000),
        ("max_file_size", ["--max-file-size", "3_000"], 3_000),
        ("patterns", ["./a", "b/...", "c.go"], ("./a", "b/...", "c.go")),
        ("patterns", ["--", "-odd.go"], ("-odd.go",)),
        ("patterns", ["-"], ("-",)),
        ("targets", [], [Target("text", None, "--format text")]),
        ("targets", ["--format", "json:-"], [Target("json", None, "--format json:-")]),
        (
            "targets",
            ["--format", "json", "--format", "sarif:C:x"],
            [Target("json", None, "--format json"), Target("sarif", "C:x", "--format sarif:C:x")],
        ),
    ],
)
def test_options_are_read_as_they_are_meant(option: str, typed: list[str], meant: object) -> None:
    check = cli.commands["check"]
    assert meant == check.make_context("check", typed).params[option]


def test_the_formats_are_those_there_are() -> None:
    assert list(FORMATS) == list(NAMES)
    (option,) = [param for param in cli.commands["check"].params if param.name == "targets"]
    assert isinstance(option, click.Option)
    assert set(NAMES) == set(re.findall(r"[a-z]+", str(option.help).partition(";")[0])) - {"or"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "gomaplint ",
            ["file,", *(f"plain,{name}" for name in cli.commands)],
        ),
        ("gomaplint ru", ["file,ru", "plain,rule", "plain,rules"]),
        ("gomaplint ./hu", ["file,./hu"]),
        ("gomaplint ./... ru", ["file,ru"]),
        ("gomaplint --tests ru", ["file,ru"]),
        ("gomaplint --fo", ["plain,--format"]),
        ("gomaplint ./... --fo", ["plain,--format"]),
        ("gomaplint check --fo", ["plain,--format"]),
        ("gomaplint --ver", ["plain,--version"]),
        ("gomaplint --format ", [f"plain,{name}" for name in NAMES]),
        ("gomaplint --format json --format sa", ["plain,sarif"]),
        ("gomaplint --format = j", ["plain,json"]),  # bash cuts words at "="
        ("gomaplint --format=j", ["plain,json"]),
        ("gomaplint ./... --fail-on w", ["plain,warning"]),
        ("gomaplint --output ", ["file,"]),
        ("gomaplint why hub.go:3 --al", ["plain,--all-modules"]),
        ("gomaplint why hub", ["file,hub"]),
        ("gomaplint baseline --p", ["plain,--prune"]),
        ("gomaplint --baseline ", ["file,"]),
        ("gomaplint rules --", ["plain,--rules", "plain,--help"]),
        ("gomaplint properties range", ["plain,range-address", "plain,range-capture", "plain,range-clear"]),
        ("gomaplint properties long", ["plain,long-lived"]),
        ("gomaplint new ACME001 x --subject sh", ["plain,shared-write", "plain,shrink"]),
        ("gomaplint test li", ["file,li"]),
        ("gomaplint completion ", ["plain,bash", "plain,zsh", "plain,fish"]),
    ],
)
def test_words_are_completed(line: str, expected: list[str]) -> None:
    assert expected == complete(line)


def test_completions_of_other_shells_come_with_their_help() -> None:
    assert "plain,rules\tList all rules." in complete("gomaplint ru", "fish")
    assert ["plain", "--go", "Take every file as this Go version, such as 1.21."] == complete(
        "gomaplint --go", "zsh"
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_that_asks_us(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["completion", shell])
    assert f"_GOMAPLINT_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["help", "version"])
def test_a_word_that_is_an_option_is_told_so(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main([word])
    assert f"gomaplint: no command '{word}'; write --{word}\n" == capsys.readouterr().err


def test_choices_are_told_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["completion"])
    assert 1 == capsys.readouterr().err.count("\n")
