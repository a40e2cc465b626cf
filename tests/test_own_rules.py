"""A team's own rules, from the command line: asked beside the built-in ones, refused with a cure, never executed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from golang import QUICKLY, complaints, runs_go
from test_rule import GOOD, WRONG

import gomaplint
from gomaplint.cli import main
from gomaplint.subjects import kinds

# What Python or gomaplint import, under names that a scanned tree may use as well.
NAMES = [
    *(
        "click",
        "conftest",
        "gomaplint",
        "json",
        "multiprocessing",
        "pickle",
        "runpy",
        "setup",
        "signal",
        "site",
    ),
    *("sitecustomize", "socket", "struct", "tomllib", "tree_sitter", "usercustomize", "warnings"),
]
LATER = ["click", "conftest", "json", "multiprocessing", "sitecustomize", "socket", "tomllib", "tree_sitter"]

LAUNCHER = """\
import multiprocessing, sys
from gomaplint.cli import run

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv.pop(1))
    run()
"""


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A module with a map that has no cap, and a rule against such maps."""
    monkeypatch.chdir(tmp_path)
    assert 0 == main(["new", "ACME001", "tenant-map"])
    capsys.readouterr()
    fixture = tmp_path / "lint/fixtures/ACME001-tenant-map/a.go"
    (tmp_path / "main.go").write_text(re.sub("// want.*", "", fixture.read_text("utf-8")), encoding="utf-8")
    (tmp_path / "go.mod").write_text("module example.com/service\n\ngo 1.24\n", encoding="utf-8")
    return tmp_path


def change(team: Path, old: str, new: str, file: str = "rule.toml") -> None:
    path = team / "lint/rules/ACME001-tenant-map" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *typed: str, status: int = 0) -> str:
    assert status == main(typed)
    captured = capsys.readouterr()
    return captured.err if status == 2 else captured.out


def test_an_own_rule_speaks_where_it_is_asked(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "" == said(capsys, ".", "--format", "concise")
    told = said(capsys, ".", "--format", "concise", "--rules", "lint/rules", status=1)
    assert re.fullmatch(r"main\.go:34:2: ACME001 limiter\.byID gains an entry .* \[high\]\n", told)


def test_a_configuration_names_own_rules_for_the_files_below_it(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (team / ".gomaplint.toml").write_text('rules = ["lint/rules"]\nignore = ["hazards"]\n')
    (team / "other").mkdir()
    (team / "other" / "main.go").write_text((team / "main.go").read_text("utf-8"), encoding="utf-8")
    (team / "other" / ".gomaplint.toml").write_text('ignore = ["hazards"]\n')
    told = said(capsys, "--format", "concise", status=1)
    assert ["main.go:34:2"] == re.findall(r"^(\S+): ACME001", told, re.MULTILINE)
    assert said(capsys, "rules").startswith("ACME001  tenant-map ")
    assert said(capsys, "rule", "tenant-map").startswith("# ACME001 tenant-map\n")
    assert "reported with high confidence" in said(capsys, "why", "main.go:34", "ACME001")
    (team / "other" / ".gomaplint.toml").write_text('ignore = ["ACME001"]\n')
    assert "no rule 'ACME001'" in said(capsys, status=2)


def test_fixtures_of_own_rules_are_only_checked_where_they_are_named(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert " in 2 files" in said(capsys, "--all-modules")
    assert " in 1 file," in said(capsys, "--all-modules", "--rules", "lint/rules", status=1)
    named = "./lint/fixtures/ACME001-tenant-map/..."
    told = said(capsys, named, "--rules", "lint/rules", "--format", "concise", status=1)
    assert told.startswith("lint/fixtures/ACME001-tenant-map/a.go:34:2: ACME001 ")


def test_an_own_rule_stands_in_sarif_without_an_address(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, ".", "--format", "sarif", "--rules", str(team / "lint/rules"), status=1)
    assert '"id":"ACME001"' in told
    assert "ACME001-tenant-map/doc.md" not in told


def test_an_own_rule_can_speak_in_place_of_a_built_in_one(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (team / "main.go").read_text("utf-8").replace("delete(l.byID", '_, _ = l.byID[""], (l.byID')
    (team / "main.go").write_text(
        re.sub(r", \(l\.byID.*", "", text).replace("_, _ =", "_ ="), encoding="utf-8"
    )
    rules = ["--rules", "lint/rules", "--format", "concise"]
    assert ["ACME001", "GML102"] == sorted(
        re.findall(r"(?:GML|ACME)\d+", said(capsys, ".", *rules, status=1))
    )
    change(team, "subject  =", 'supersedes = ["GML102"]\nsubject =')
    assert ["ACME001"] == re.findall(r"(?:GML|ACME)\d+", said(capsys, ".", *rules, status=1))


def test_why_and_rule_and_rules_know_own_rules(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["--rules", "lint/rules"]
    assert "reported with high confidence" in said(capsys, "why", "main.go:34", "acme001", *own)
    assert "silent: 'insert: not capped' does not hold" in said(
        capsys, "why", "main.go:36", "tenant-map", *own
    )
    assert said(capsys, "why", "main.go:34", *own).startswith("main.go:34:2: ACME001 limiter.byID\n")
    assert said(capsys, "rule", "ACME001", *own).startswith("# ACME001 tenant-map\n")
    assert said(capsys, "rules", *own).startswith("ACME001  tenant-map ")
    assert "did you mean ACME001 (tenant-map)?" in said(capsys, "rule", "ACME01", *own, status=2)


@pytest.mark.parametrize(("folder", "wanted"), [("lint/rules", ["plain,ACME001"]), ("none", [])])
def test_own_rules_are_completed_and_broken_folders_are_no_hindrance(
    team: Path, folder: str, wanted: list[str]
) -> None:
    words = f"gomaplint rule --rules {folder} ACME"
    env = {**os.environ, "_GOMAPLINT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "4"}
    ran = subprocess.run(
        [sys.executable, "-m", "gomaplint"], env=env, capture_output=True, text=True, check=True
    )
    assert (wanted, "") == (ran.stdout.split(), ran.stderr)


@pytest.mark.parametrize(("old", "new", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_broken_rule_stops_the_run_before_any_go_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("lint/rules/ACME900-sample")
    folder.mkdir(parents=True)
    (folder / "doc.md").touch()
    (folder / "rule.toml").write_text(GOOD.replace(old, new, 1).replace("GML9", "ACME9"))
    Path("main.go").write_text("package main\n")
    complaint = said(capsys, "--rules", "lint/rules", status=2)
    assert 1 == complaint.count("\n")
    told = told.replace("GML9", "ACME9")
    assert complaint.startswith(f"gomaplint: lint/rules/ACME900-sample/rule.toml: {told}")


@pytest.mark.parametrize(
    "command", [["rules"], ["rule", "GML101"], ["why", "main.go:3"], ["why", "main.go:3", "GML101"]]
)
def test_every_command_refuses_a_folder_without_rules(
    team: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    told = "gomaplint: lint: no rules here; did you mean lint/rules?\n"
    assert told == said(capsys, *command, "--rules", "lint", status=2)


def test_new_never_overwrites(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(team, "warning", "error")
    before = (team / "lint/rules/ACME001-tenant-map/rule.toml").read_bytes()
    told = "gomaplint: lint/rules/ACME001-tenant-map: is there already, and stays as it is\n"
    assert told == said(capsys, "new", "ACME001", "tenant-map", status=2)
    (team / "lint/fixtures/ACME002-other").mkdir()
    told = "gomaplint: lint/fixtures/ACME002-other: is there already, and stays as it is\n"
    assert told == said(capsys, "new", "ACME002", "other", status=2)
    assert before == (team / "lint/rules/ACME001-tenant-map/rule.toml").read_bytes()


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (["acme1", "x"], "id 'acme1' is not capital letters and three digits, such as ACME001"),
        (["GML901", "x"], "id GML901 is kept for built-in rules; choose other letters, such as ACME001"),
        (["ACME002", "../x"], "name '../x' is not small letters, digits and dashes, such as tenant-map"),
        (["ACME002", "x", "--subject", "grwth"], "no subject 'grwth'; did you mean 'growth'?"),
        (["ACME002", "x", "--subject", "x"], "no subject 'x'; 'gomaplint properties' lists them"),
        (["ACME001", "x"], "lint/rules/ACME001-tenant-map: has the id ACME001 already; choose another"),
        (
            ["ACME002", "tenant-map"],
            "lint/rules/ACME001-tenant-map: has the name tenant-map already; choose another",
        ),
        (["ACME002", "range-clear"], "GML201-range-clear: has the name range-clear already; choose another"),
        (["ACME002", "x", "--in", "main.go"], "main.go/rules/ACME002-x: not written: Not a directory"),
    ],
)
def test_new_refuses_what_would_not_load(
    team: Path, capsys: pytest.CaptureFixture[str], typed: list[str], complaint: str
) -> None:
    before = sorted(team.rglob("*"))
    assert f"gomaplint: {complaint}\n" == said(capsys, "new", *typed, status=2)
    assert before == sorted(team.rglob("*"))


def test_rules_of_all_kinds_work_as_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, subject in enumerate(sorted(kinds()), 1):
        said(capsys, "new", f"ACME{number:03}", subject + "-x", "--subject", subject, "--in", "my lint")
    count = len(kinds())
    assert f"{count} rules, {count} fixtures: as wanted\n" == said(capsys, "test", "my lint")


def test_new_says_what_it_wrote_and_what_is_next(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "new", "ACME002", "x", "--subject", "poke", "--in", "my lint").split("\n")
    folders = [
        f"my lint/{part}/ACME002-x/{file}"
        for part, file in (
            ("rules", "rule.toml"),
            ("rules", "doc.md"),
            ("fixtures", "go.mod"),
            ("fixtures", "a.go"),
        )
    ]
    assert [f"wrote {path}" for path in folders] == told[:4]
    assert all((team / path).is_file() for path in folders)
    assert told[4].endswith("gomaplint test 'my lint'")
    assert told[5].endswith('rules = ["my lint/rules"]')


def failures(capsys: pytest.CaptureFixture[str], *folders: str) -> list[str]:
    return said(capsys, "test", *folders, status=1).split("\n")[:-1]


def test_test_tells_what_is_missing_and_what_is_extra(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixture = team / "lint/fixtures/ACME001-tenant-map/a.go"
    text = fixture.read_text("utf-8").replace(" // want ACME001", "")
    fixture.write_text(
        text.replace("defer l.mu.Unlock()", "defer l.mu.Unlock() // want ACME001 low", 1), encoding="utf-8"
    )
    missing, extra, total = failures(capsys)
    assert "lint/fixtures/ACME001-tenant-map/a.go:33: missing ACME001 (low)" == missing
    assert extra.startswith(
        "lint/fixtures/ACME001-tenant-map/a.go:34: unexpected ACME001 (high): limiter.byID gains"
    )
    assert "1 rule, 1 fixture: 2 failures" == total


def test_test_tells_of_rules_and_fixtures_without_each_other(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (team / "lint/fixtures/ACME001-tenant-map").rename(team / "lint/fixtures/ACME001-tenant-maps")
    assert [
        "lint/fixtures/ACME001-tenant-maps: no rule has this name; did you mean ACME001-tenant-map?",
        "lint/rules/ACME001-tenant-map: has no fixture of its name",
        "1 rule, 1 fixture: 2 failures",
    ] == failures(capsys)


def test_test_wants_a_module(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (team / "lint/fixtures/ACME001-tenant-map/go.mod").unlink()
    told = "lint/fixtures/ACME001-tenant-map: has no go.mod; every fixture is a module of its own"
    assert told == failures(capsys)[0]


def test_test_wants_a_want(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (team / "lint/fixtures/ACME001-tenant-map/a.go").write_text("package main\n")
    told = ["lint/fixtures/ACME001-tenant-map: no line says // want ACME001", "1 rule, 1 fixture: 1 failure"]
    assert told == failures(capsys)


def test_test_tells_of_go_that_does_not_parse(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (team / "lint/fixtures/ACME001-tenant-map/a.go").open("a") as file:
        file.write("\nfunc (\n")
    told = failures(capsys)
    assert 2 == len(told)
    assert told[0].startswith("lint/fixtures/ACME001-tenant-map/a.go:")


def test_a_fixture_hears_its_own_rule_and_those_it_names(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "new", "ACME002", "other-map")
    assert "2 rules, 2 fixtures: as wanted\n" == said(capsys, "test")
    fixture = team / "lint/fixtures/ACME001-tenant-map/a.go"
    fixture.write_text(
        fixture.read_text("utf-8").replace("want ACME001", "want ACME001 ACME002"), encoding="utf-8"
    )
    assert "2 rules, 2 fixtures: as wanted\n" == said(capsys, "test")


def test_several_folders_are_tested_together(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "ZOO001", "poke", "--subject", "poke", "--in", "shared")
    assert "2 rules, 2 fixtures: as wanted\n" == said(capsys, "test", "lint", "shared", "lint")
    (team / "shared/rules/ZOO001-poke").rename(team / "shared/rules/ACME001-poke")
    (team / "shared/rules/ACME001-poke/rule.toml").write_text(
        GOOD.replace("GML900", "ACME001").replace("sample", "poke")
    )
    told = "gomaplint: shared/rules/ACME001-poke/rule.toml: id 'ACME001' is taken by lint/rules/ACME001-tenant-map"
    assert said(capsys, "test", "lint", "shared", status=2).startswith(told)


@pytest.mark.parametrize(
    ("want", "told"),
    [("ACME", "not understood; write // want"), ('ACME001 "("', '"(" is no regular expression: ')],
)
def test_a_want_that_makes_no_sense_stops_the_test(
    team: Path, capsys: pytest.CaptureFixture[str], want: str, told: str
) -> None:
    fixture = team / "lint/fixtures/ACME001-tenant-map/a.go"
    fixture.write_text(fixture.read_text("utf-8").replace("want ACME001", f"want {want}"), encoding="utf-8")
    complaint = said(capsys, "test", status=2)
    assert complaint.startswith(f"gomaplint: lint/fixtures/ACME001-tenant-map/a.go:34: {told}")


def test_a_folder_that_the_configuration_names_and_that_is_not_there(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (team / ".gomaplint.toml").write_text('jobs = 1\nrules = ["lint/rulez"]\n', encoding="utf-8")
    there = (team / "lint/rulez").as_posix()
    told = f"gomaplint: .gomaplint.toml:2: rules: there is no folder {there}; 'gomaplint new' begins one\n"
    assert told == said(capsys, "./...", status=2)


def test_test_says_where_rules_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    told = "gomaplint: lint: no such folder; 'gomaplint new' writes a first rule and its fixture\n"
    assert told == said(capsys, "test", status=2)
    (tmp_path / "lint").mkdir()
    told = (
        "gomaplint: lint/rules: no folder of rules (No such file or directory); 'gomaplint new' begins one\n"
    )
    assert told == said(capsys, "test", status=2)


def traps(team: Path, names: list[str]) -> Path:
    """Python files in the scanned tree and in the folder of rules that leave a trace when they are run."""
    trace = team / "trace"
    for folder in (team, team / "lint/rules", team / "lint/rules/ACME001-tenant-map"):
        for name in names:
            (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'a').write(__file__ + '\\n')\n")
    return trace


def checked(team: Path, *command: str) -> None:
    ran = subprocess.run(
        [*command, "--rules", "lint/rules", "--format", "concise", "--jobs", "2"],
        cwd=team,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (1, "") == (ran.returncode, ran.stderr)
    assert ran.stdout.startswith("main.go:34:2: ACME001 ")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_the_command_runs_no_code_of_the_tree(
    team: Path, tmp_path_factory: pytest.TempPathFactory, method: str
) -> None:
    trace = traps(team, NAMES)
    launcher = (
        tmp_path_factory.mktemp("bin") / "gomaplint-launcher.py"
    )  # a console script, in a folder of its own
    launcher.write_text(LAUNCHER)
    checked(team, sys.executable, str(launcher), method)
    assert not trace.exists(), trace.read_text()


def test_the_module_runs_no_code_of_the_tree_once_it_is_found(team: Path) -> None:
    # What Python itself imports to find a module comes before, `gomaplint.py` first of all: docs/own-rules.md says so.
    trace = traps(team, LATER)
    checked(team, sys.executable, "-m", "gomaplint")
    assert not trace.exists(), trace.read_text()


def test_the_module_may_lie_in_the_current_folder_with_all_that_it_needs(tmp_path: Path) -> None:
    for package in (gomaplint, click):
        (tmp_path / package.__name__).symlink_to(Path(str(package.__file__)).parent)
    command = [sys.executable, "-S", "-m", "gomaplint", "--version"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (0, f"gomaplint {gomaplint.__version__}\n", "") == (ran.returncode, ran.stdout, ran.stderr)


@runs_go
def test_the_fixtures_of_new_rules_are_go_that_vet_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    # The cache of a library would have to be fetched.
    for number, subject in enumerate(sorted(kinds().keys() - {"cache-filling"}), 1):
        said(capsys, "new", f"ACME{number:03}", subject + "-x", "--subject", subject)
        (tmp_path / f"lint/fixtures/ACME{number:03}-{subject}-x/go.mod").rename(
            tmp_path / "lint/fixtures/go.mod"
        )
    assert "" == complaints(tmp_path / "lint/fixtures", "vet", "-loopclosure=false", QUICKLY, "./...")


def test_a_finding_does_not_deny_what_its_rule_does_not_ask(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The map of the example loses keys, which is not enough for this rule.
    assert "looked for" not in said(capsys, "main.go", "--rules", "lint/rules", status=1)
    text = (team / "main.go").read_text("utf-8").replace("delete(l.byID,", "println(")
    (team / "main.go").write_text(text, encoding="utf-8")
    assert "looked for: delete, clear" in said(capsys, "main.go", "--rules", "lint/rules", status=1)
