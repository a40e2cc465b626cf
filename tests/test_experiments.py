"""The measuring programs, what runs them, and that their results are the ones that are quoted."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from golang import QUICKLY, ROOT, complaints, go, runs_go

from experiments import run
from experiments.run import VERSIONS, Build, Figures
from gomaplint.goversion import GoVersion
from gomaplint.mapsize import estimate
from gomaplint.model import types as t

EXPERIMENTS = ROOT / "experiments"
README = (EXPERIMENTS / "README.md").read_text("utf-8")
SIZES = ROOT / "docs" / "map-memory.md"
PAGES = [*ROOT.glob("docs/*.md"), *ROOT.glob("rules/*/doc.md")]
TYPES: dict[str, t.Type] = {
    "int64": t.Basic("int64"),
    "int32": t.Basic("int32"),
    "string": t.Basic("string"),
    "struct{}": t.Slice(t.Basic("int64"), 0),
    "[64]byte": t.Slice(t.Basic("int64"), 8),
    "[128]byte": t.Slice(t.Basic("int64"), 16),
    "[200]byte": t.Slice(t.Basic("int64"), 25),
}


def row_of(topic: str) -> list[str]:
    """The cells of a topic's row in the README."""
    found = re.search(rf"^\| `{topic}` (.*)\|$", README, re.MULTILINE)
    assert found is not None, f"experiments/README.md has no row for {topic}"
    return [cell.strip() for cell in found[1].split("|")[1:]]


@runs_go
def test_the_programs_build(tmp_path: Path) -> None:
    assert "" == complaints(EXPERIMENTS, "build", QUICKLY, "-o", os.fspath(tmp_path), "./...")


@runs_go
def test_the_programs_pass_vet() -> None:
    # Loop variables in closures are what one of them is about.
    assert "" == complaints(EXPERIMENTS, "vet", "-loopclosure=false", QUICKLY, "./...")


@runs_go
def test_the_programs_are_formatted() -> None:
    # By folder, as the toolchains that run.py installs lie here too.
    folders = [f"experiments/{name}" for name in ("measure", *run.topics())]
    assert "" == complaints(ROOT, "run", QUICKLY, "cmd/gofmt", "-l", *folders)


@runs_go
def test_a_program_prints_what_the_results_hold() -> None:
    status, printed, complained = go(EXPERIMENTS, "run", QUICKLY, "./pinning")
    assert (0, "") == (status, complained)
    known = {what: cells[VERSIONS[-1]] for what, cells in run.read("pinning").items()}
    found = dict(run.figures(printed))
    assert known.keys() == found.keys()
    assert [] == [what for what, figure in found.items() if not run.same(what, known[what], figure)]


@pytest.mark.parametrize("topic", run.topics())
def test_a_topic_has_results_of_all_versions(topic: str) -> None:
    results = run.read(topic)
    assert set(VERSIONS) == {version for cells in results.values() for version in cells}
    assert run.written(results) == (run.RESULTS / f"{topic}.json").read_text("utf-8")


@pytest.mark.parametrize("topic", run.topics())
def test_a_topic_has_a_row_in_the_readme_with_the_rules_that_quote_it(topic: str) -> None:
    quoting = {
        page.parent.name.split("-")[0]
        for page in ROOT.glob("rules/*/doc.md")
        if f"experiments/{topic}" in page.read_text("utf-8")
    }
    told = set(re.findall(r"GML\d+", row_of(topic)[1]))
    assert quoting <= told, f"experiments/README.md: the row of {topic} lacks {sorted(quoting - told)}"


def test_every_result_has_its_topic() -> None:
    assert run.topics() == sorted(path.stem for path in run.RESULTS.iterdir())


def test_pages_name_topics_that_exist() -> None:
    known = {"measure", "results", "run", *run.topics()}
    named = {
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        for name in re.findall(r"experiments/(?:results/)?([a-z]+)", page.read_text("utf-8"))
        if name not in known
    }
    assert set() == named


def swept() -> list[tuple[str, str, str, list[float]]]:
    """Key, value, version and the low, mean and high that were measured between round sizes."""
    found = []
    results = run.read("size")
    for what, cells in results.items():
        if match := re.fullmatch(r"(map\[(\w+)\](\S+), from .*): low, B", what):
            for version in cells:
                figures = [results[f"{match[1]}: {name}, B"][version] for name in ("low", "mean", "high")]
                found.append((match[2], match[3], version, [float(figure) for figure in figures]))
    return found


@pytest.mark.parametrize(("key", "value", "version", "measured"), swept())
def test_the_estimate_holds_what_was_measured(
    key: str, value: str, version: str, measured: list[float]
) -> None:
    major, minor, _ = map(int, version.split("."))
    told = estimate(TYPES[key], TYPES[value], GoVersion(major, minor), key, value)
    assert told is not None
    low, mean, high = measured
    # Go 1.21 grows at 6 entries for each bucket, later versions at 6.5; the estimate is that of the later ones.
    late = (1, 21) == (major, minor)
    assert told.low <= low * 1.01
    assert told.high >= high * (0.88 if late else 0.94)  # sets and small numbers in bucket maps are the worst
    assert mean == pytest.approx(told.typical, rel=0.16 if late else 0.08)


def test_a_table_has_a_column_for_each_version() -> None:
    results: Figures = {"filled, MB": {"1.21.13": 104.1, "1.27.3": 101.8}, "emptied, MB": {"1.27.3": 40}}
    expected = """\
emptying      1.21   1.27
filled, MB   104.1  101.8
emptied, MB      -     40
"""
    assert expected == run.table("emptying", results, ["1.21.13", "1.27.3"])


def test_words_stand_below_their_row_with_the_versions_that_share_them() -> None:
    results: Figures = {
        "closures": {"1.21.13": "3 3 3", "1.22.10": "1 2 3", "1.23.9": "1 2 3"},
        "dirty": {"1.21.13": "counts 1", "1.22.10": "panics: no field", "1.23.9": "panics: no field"},
    }
    expected = """\
internals   1.21   1.22   1.23
closures  3 3 3  1 2 3  1 2 3
dirty       ...    ...    ...
    1.21: counts 1
    1.22, 1.23: panics: no field
"""
    assert expected == run.table("internals", results, ["1.21.13", "1.22.10", "1.23.9"])
    assert "counts 1" not in run.table("internals", results, ["1.22.10", "1.23.9"])


def test_a_program_prints_numbers_and_words() -> None:
    printed = "filled, MB\t37.7\nclosures\t3 3 3\nis right\n"
    assert [("filled, MB", 37.7), ("closures", "3 3 3"), ("", "is right")] == list(run.figures(printed))


@pytest.mark.parametrize(
    ("what", "old", "new", "same"),
    [
        ("filled, MB", 101.8, 103.0, True),
        ("filled, MB", 101.8, 104.1, False),
        ("per entry, B", 1.0, 1.1, True),
        ("per entry, B", 1.0, 1.2, False),
        ("table, times", 1.4, 1.7, True),
        ("table, times", 1.4, 1.8, False),
        ("insert, ns (indicative)", 100.0, 200.0, True),
        ("insert, ns (indicative)", 100.0, 49.0, False),
        ("closures", "3 3 3", "3 3 3", True),
        ("closures", "3 3 3", 3.0, False),
    ],
)
def test_chance_makes_no_new_figure(what: str, old: run.Figure, new: run.Figure, same: bool) -> None:
    assert same == run.same(what, old, new)


def test_new_figures_replace_those_of_their_versions() -> None:
    old: Figures = {
        "a, MB": {"1.26.6": 5.0, "1.27.3": 100.0},
        "b, MB": {"1.27.3": 1.0},
        "c, MB": {"1.26.6": 1.0},
    }
    new: Figures = {"a, MB": {"1.27.3": 100.2}, "d, MB": {"1.27.3": 7.0}}
    expected = {"a, MB": {"1.26.6": 5.0, "1.27.3": 100.0}, "c, MB": {"1.26.6": 1.0}, "d, MB": {"1.27.3": 7.0}}
    assert expected == run.merged(old, new, ["1.27.3"])


def test_results_are_written_a_line_each_and_sorted() -> None:
    text = run.written({"b": {"1.27.3": 48.0, "1.21.13": "3 3 3"}, "a": {"1.27.3": 0.5}})
    assert '{\n  "a": {"1.27.3": 0.5},\n  "b": {"1.21.13": "3 3 3", "1.27.3": 48}\n}\n' == text
    assert ["a", "b"] == list(json.loads(text))


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        ("# example.com/x\n./main.go:4:27: invalid argument: m\n", "invalid argument: m"),
        ("panic: no field\n\ngoroutine 1 [running]:\n", "panic: no field"),
        ("unexpected fault address 0xc000123000\nfatal error: fault\n[signal SIGSEGV]", "fatal error: fault"),
        ("go: go.mod requires go >= 1.22 (running go 1.21.13; GOTOOLCHAIN=local)", "requires go >= 1.22"),
        ("", "it fails"),
    ],
)
def test_a_failure_is_told_in_one_line(complaint: str, reason: str) -> None:
    assert reason == run.reason(complaint)


@pytest.mark.parametrize("topic", run.topics())
def test_a_topic_is_built_in_ways_that_tell_their_figures_apart(topic: str) -> None:
    ways: list[Build] = run.builds(topic)
    assert len(ways) == len({way.says for way in ways})
    assert [] == [way for way in ways if not (EXPERIMENTS / way.folder / "main.go").is_file()]
