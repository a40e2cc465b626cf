"""The configuration file by itself: what it may say, what is said of its mistakes, and which one governs what."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from report_samples import assert_golden

from gomaplint import toml
from gomaplint.cli import cli, main
from gomaplint.config import Configs, Options
from gomaplint.config.keys import KEYS
from gomaplint.config.listing import listing
from gomaplint.config.reading import Config, read
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion

DOCS = Path(__file__).parent.parent / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "config.schema.json").read_text("utf-8"))

EVERYTHING = """\
select = ["growth", "GML201", "range-clear"]
ignore = ["GML503"]
min-confidence = "medium"
fail-on = "never"
tests = true
tags = ["integration", "e2e"]
go = "1.21"
all-modules = true
max-file-size = "1kB"
jobs = 2
baseline = "lint/baseline"
rules = ["lint/rules"]

[severity]
GML102 = "warning"
growth = "error"

[[paths]]
match = ["legacy/**"]
ignore = ["GML102"]

[[paths]]
match = ["legacy/old/"]
select = ["GML6"]
min-confidence = "low"
severity = { growth = "note" }

[known]
evicts = ["example.com/lib/mapx.Trim", "gopkg.in/lru.v2.Cache.Purge"]
bounded = ["example.com/m/tenant.ID"]
long-lived = ["example.com/m/server.Server"]
keys = ["example.com/m/auth.UserFrom"]
"""

WRONG = {
    'x = 1\nselct = ["growth"]': "2: no key 'selct'; did you mean 'select'?",
    'min_confidence = "low"': "1: no key 'min_confidence'; did you mean 'min-confidence'?",
    "[known]\n\nevict = []": "3: no key 'evict' of [known]; did you mean 'evicts'?",
    "[[paths]]\nmatch = ['a']\n[[paths]]\nmach = ['a']": "4: no key 'mach' of [[paths]]; did you mean 'match'?",
    '"fail-on" = "warnings"': "1: fail-on cannot be 'warnings'; did you mean 'warning'?",
    'min-confidence = "x"': "1: min-confidence cannot be 'x'; there are high, low, medium",
    'select = "growth"': '1: select is a string, not a list of rules; write select = ["growth", "GML201"]',
    "select = []": "1: select names no rule, so that nothing would be reported; leave the key out for all rules",
    "ignore = [\n'GML1',\n3,\n]": '3: an entry of ignore is a number, not a string; write ignore = ["GML503"]',
    "tags = [\n\n'']": "3: tags has an empty string; fill it in or take it away",
    "tests = 1": "1: tests is a number, not a boolean; write tests = true",
    "go = 1.20": '1: go is a number, not a Go version; write go = "1.21"',
    "go = 1979-05-27": '1: go is a date, not a Go version; write go = "1.21"',
    'go = "one"': "1: go 'one' is no Go version; write it as 1.21",
    "jobs = true": "1: jobs is a boolean, not a number; write jobs = 2",
    "jobs = -1": "1: jobs is -1; a number of processes is 0 or more",
    'max-file-size = "big"': "1: max-file-size 'big' is no size; write bytes, or a number with kB, MB or MiB",
    "max-file-size = 0": "1: max-file-size 0 is no size; write bytes, or a number with kB, MB or MiB",
    'baseline = ""': "1: baseline is empty; fill it in or take the key away",
    "severity = []": '1: severity is a list, not a table of rules; write severity = { growth = "error" }',
    "[severity]\nGML1 = 'off'": "2: severity cannot be 'off'; ignore = ['GML1'] turns the rule off",
    "[severity]\n'GML1' = 'errr'": "2: severity cannot be 'errr'; did you mean 'error'?",
    "severity.GML1 = 2": '1: an entry of severity is a number, not a string; write severity = { growth = "error" }',
    "[paths]\nmatch = ['a']": "1: paths is no list of tables; write [[paths]] above its keys",
    "known = []": "1: known is no table; write [known] above its keys",
    "\n[[paths]]\nignore = ['GML1']": '2: [[paths]] without match; write match = ["**"] for all files',
    "[[paths]]\nmatch = []": '2: paths.match names no file; write match = ["**"] for all of them',
    "[[paths]]\nmatch = ['a',\n'[b']": "3: paths.match '[b' has a [ without its ]",
    "[known]\nkeys = ['Trim']": "2: known.keys 'Trim' is no name; write import path and name, as "
    "example.com/lib/mapx.Trim or example.com/lib/lru.Cache.Purge",
    "[known]\nkeys = ['(*a/b.C).D']": "2: known.keys '(*a/b.C).D' is no name; write import path and name, as "
    "example.com/lib/mapx.Trim or example.com/lib/lru.Cache.Purge",
    "[known]\nbounded = ['*a/b.C']": "2: known.bounded '*a/b.C' is no name; write import path and name, as "
    "example.com/m/tenant.ID",
    "a = 1\nb = ": "2: not TOML: invalid value",
}
"""What is said of a mistake, from its line on."""

TO_PYTHON_ONLY = {"go = 1979-05-27", "a = 1\nb = ", "[[paths]]\nmatch = ['a',\n'[b']", "max-file-size = 0"}
"""Mistakes that a schema cannot see: what is no JSON, and patterns and sizes by what they mean."""


def config(top: Path, text: str) -> Config:
    (top / ".gomaplint.toml").write_text(text, "utf-8")
    return read(os.fspath(top / ".gomaplint.toml"), ".gomaplint.toml")


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    config(tmp_path, EVERYTHING)
    options = Configs(os.fspath(tmp_path)).options()
    assert options == Options(
        tests=True,
        tags=frozenset(("integration", "e2e")),
        go=GoVersion(1, 21),
        all_modules=True,
        max_file_size=1_000,
        jobs=2,
        fail_on=None,
        baseline=os.fspath(tmp_path / "lint" / "baseline"),
    )


def test_the_sample_of_everything_leaves_no_key_out() -> None:
    data = toml.parse(EVERYTHING)
    tables = {"": data, "known": data["known"], "paths": {k for table in data["paths"] for k in table}}
    assert [] == [key.full for key in KEYS if key.name not in tables[key.table]]


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_a_mistake_is_told_with_its_line_and_its_cure(text: str, said: str, tmp_path: Path) -> None:
    if text.startswith("x = 1"):
        text = text.replace("x = 1", "jobs = 1")
    with pytest.raises(UserError) as caught:
        config(tmp_path, text)
    assert f".gomaplint.toml:{said}" == str(caught.value)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda file: file.mkdir(), "Is a directory; name a file of TOML"),
        (lambda file: file.symlink_to("nowhere"), "No such file or directory; --isolated does without"),
        (lambda file: file.write_bytes(b"a = '\xff'"), "is not UTF-8; save it as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_run(prepare: Any, said: str, tmp_path: Path) -> None:
    prepare(tmp_path / ".gomaplint.toml")
    with pytest.raises(UserError, match=f"^.gomaplint.toml: {said}$"):
        Configs(os.fspath(tmp_path)).options()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert 3 == config(tmp_path, "\ufeffjobs = 3").run["jobs"].value


# -- one table of keys


def test_the_schema_that_is_shipped_is_made_from_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["config", "--schema"])
    assert_golden("../../docs/config.schema.json", capsys.readouterr().out)


def test_the_schema_is_one_and_takes_what_is_right() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(toml.parse(EVERYTHING), SCHEMA)


@pytest.mark.parametrize("text", sorted(WRONG.keys() - TO_PYTHON_ONLY))
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(toml.parse(text), SCHEMA)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.full)
def test_the_example_and_the_default_of_a_key_are_values_of_it(key: Any) -> None:
    for text in (key.example, *([f"{key.name} = {key.default}"] if key.default else [])):
        value = toml.parse(text)[key.name]
        key.kind.read(value)
        jsonschema.validate(value, key.kind.schema)


def test_the_defaults_are_those_of_the_options() -> None:
    defaults = {
        param.name: param for param in cli.commands["check"].params if isinstance(param, click.Option)
    }
    context = cli.commands["check"].make_context("check", [])
    for key in KEYS:
        if key.run and key.default:
            name = key.name.replace("-", "_")
            value = key.kind.read(toml.parse(f"{key.name} = {key.default}")[key.name])
            expected = frozenset(value) if key.name == "tags" else value
            assert expected == getattr(Options(), name)
            assert name not in defaults or expected == context.params[name]


def test_the_page_tells_of_every_key_what_the_table_tells() -> None:
    rows = "".join(
        f"| `{key.full}` | {key.kind.says} | {f'`{key.default}`' if key.default else ''} | {key.says} |"
        f" `{key.example}` |\n"
        for key in KEYS
    )
    head = "| key | type | default | meaning | example |\n| --- | --- | --- | --- | --- |\n"
    page = DOCS / "configuration.md"
    text = page.read_text("utf-8")
    if os.environ.get("GOMAPLINT_UPDATE_GOLDEN"):
        text = re.sub(re.escape(head) + r"(\|.*\n)*", lambda _: head + rows, text)
        page.write_text(text, "utf-8")
    assert head + rows + "\n" in text


def test_the_configurations_of_the_page_are_ones(tmp_path: Path) -> None:
    samples = re.findall(r"```toml\n(.*?)```", (DOCS / "configuration.md").read_text("utf-8"), re.DOTALL)
    assert samples
    for sample in samples:
        config(tmp_path, sample)


# -- the nearest one


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    (tmp_path / ".gomaplint.toml").write_text('tests = true\nignore = ["GML102"]\n', "utf-8")
    top = tmp_path / "repo"
    (top / "a" / "b").mkdir(parents=True)
    (top / "c").mkdir()
    (top / ".git").mkdir()
    (top / "a" / ".gomaplint.toml").write_text('jobs = 3\nselect = ["GML2"]\n', "utf-8")
    return top


def test_the_nearest_governs_alone(nested: Path) -> None:
    configs = Configs(os.fspath(nested))
    for folder in (nested / "a", nested / "a" / "b"):
        assert {"jobs"} == configs.of_folder(os.fspath(folder)).run.keys()
    assert ["a/.gomaplint.toml"] == [c.shown for c in configs.in_force([os.fspath(nested / "a" / "x.go")])]


def test_nothing_above_the_repository_counts(nested: Path) -> None:
    assert Options() == Configs(os.fspath(nested / "c")).options()
    (nested / ".git").rmdir()
    (nested / ".git").write_text("gitdir: ../elsewhere\n")  # as in a worktree
    assert Options() == Configs(os.fspath(nested)).options()
    (nested / ".git").unlink()
    assert Configs(os.fspath(nested / "c")).options().tests


def test_a_configuration_above_the_run_is_shown_from_there(nested: Path) -> None:
    assert "../.gomaplint.toml" == Configs(os.fspath(nested / "a" / "b")).run.shown


def test_a_named_file_governs_everything(nested: Path) -> None:
    configs = Configs(os.fspath(nested), "a/.gomaplint.toml")
    assert 3 == configs.options().jobs
    assert 3 == configs.of_folder(os.fspath(nested.parent)).run["jobs"].value


def test_an_isolated_run_reads_none(nested: Path) -> None:
    (nested / "a" / ".gomaplint.toml").write_text("broken", "utf-8")
    assert Options() == Configs(os.fspath(nested / "a"), isolated=True).options()
    with pytest.raises(UserError, match="--isolated reads no configuration; leave out --config"):
        Configs(os.fspath(nested), "a/.gomaplint.toml", isolated=True)


def test_what_is_typed_goes_before_what_is_written(nested: Path) -> None:
    configs = Configs(os.fspath(nested / "a"))
    assert Options(jobs=0, tests=True) == configs.options(jobs=0, tests=True)


def test_keys_of_the_run_in_another_configuration_give_a_note(nested: Path) -> None:
    configs = Configs(os.fspath(nested))
    (note,) = configs.idle(configs.in_force([os.fspath(nested / "a" / "x.go")]))
    assert "a/.gomaplint.toml:1: jobs counts only for runs that start in a" == str(note)
    configs = Configs(os.fspath(nested / "a"))
    assert [] == [*configs.idle(configs.in_force([os.fspath(nested / "a" / "x.go")]))]


# -- layers


def said(
    top: Path, file: str, **options: Any
) -> tuple[list[str] | None, list[str], Confidence | None, dict[str, Any]]:
    layer = Configs(os.fspath(top)).layer(os.fspath(top / file), Options(**options))
    return (
        None if layer.select is None else [word.text for word in layer.select],
        [word.text for word in layer.ignore],
        layer.min_confidence and layer.min_confidence.value,
        {word: level.value for word, level in layer.severity.items()},
    )


def test_tables_for_paths_lie_over_the_keys_above_and_the_last_over_all(tmp_path: Path) -> None:
    config(tmp_path, EVERYTHING)
    above = ["growth", "GML201", "range-clear"]
    levels = {"GML102": Severity.WARNING, "growth": Severity.ERROR}
    assert (above, ["GML503"], Confidence.MEDIUM, levels) == said(tmp_path, "x.go")
    assert (above, ["GML503", "GML102"], Confidence.MEDIUM, levels) == said(tmp_path, "legacy/x.go")
    assert (["GML6"], [], Confidence.LOW, {**levels, "growth": Severity.NOTE}) == said(
        tmp_path, "legacy/old/x.go"
    )


def test_the_command_line_lies_over_all_tables(tmp_path: Path) -> None:
    config(tmp_path, EVERYTHING)
    file = "legacy/old/x.go"
    assert (["GML6"], ["GML601"], Confidence.LOW) == said(tmp_path, file, ignore=("GML601",))[:3]
    assert (["GML1"], [], Confidence.LOW) == said(tmp_path, file, select=("GML1",))[:3]
    assert Confidence.HIGH == said(tmp_path, file, min_confidence=Confidence.HIGH)[2]


# -- gomaplint config


def test_what_is_in_force_is_shown_with_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config(tmp_path, EVERYTHING)
    (tmp_path / "legacy").mkdir()
    monkeypatch.chdir(tmp_path)
    assert 0 == main(["new", "ACME001", "tenant-map"])
    capsys.readouterr()
    assert 0 == main(["config", "legacy", "--jobs", "4", "--ignore", "clearing"])
    assert_golden("config.txt", capsys.readouterr().out)


def test_what_is_shown_is_toml_that_says_the_same(tmp_path: Path) -> None:
    config(tmp_path, EVERYTHING)
    configs = Configs(os.fspath(tmp_path))
    first = listing(configs, configs.options(), os.fspath(tmp_path / "x.go"), ())
    config(tmp_path, first)
    again = Configs(os.fspath(tmp_path))
    assert configs.options() == again.options()
    assert [line.partition("#")[0].rstrip() for line in first.splitlines()] == [
        line.partition("#")[0].rstrip()
        for line in listing(again, again.options(), os.fspath(tmp_path / "x.go"), ()).splitlines()
    ]


def test_without_a_configuration_the_defaults_are_shown(tmp_path: Path) -> None:
    shown = listing(Configs(os.fspath(tmp_path)), Options(), os.fspath(tmp_path / "x.go"), ())
    assert {"default"} == {line.rpartition("  # ")[2] for line in shown.splitlines()}
    assert 'min-confidence = "high" ' in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("none",), "none: does not exist; name a file or folder, or nothing for this folder"),
        ((), ".gomaplint.toml:2: no rule 'growht'; did you mean 'growth'?"),
        (("--isolated", "--select", "GML7x"), "--select: no rule 'GML7x'; did you mean 'GML107'?"),
    ],
)
def test_what_cannot_be_in_force_is_told(
    typed: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config(tmp_path, '[severity]\ngrowht = "error"')
    monkeypatch.chdir(tmp_path)
    assert 2 == main(["config", *typed])
    assert f"gomaplint: {said}\n" == capsys.readouterr().err
