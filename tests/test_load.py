"""Reading files that are as they should be, and files that are not: a run goes on and says what it could not do."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from programs import ROOT, linked, map_called, tree, types

from gomaplint import goast as g
from gomaplint.check import check
from gomaplint.config import Options
from gomaplint.discover import discover
from gomaplint.engine import Engine
from gomaplint.finding import Report
from gomaplint.goversion import GoVersion
from gomaplint.load import guess_name, load, read_source
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis
from gomaplint.model.types import show
from gomaplint.properties import properties
from gomaplint.rule import load_rules

EVICTED = properties()["evicted"]

MAIN = """\
package main

import ("net/http"; "sync")

var hits = map[string]int{}; var mu sync.Mutex

func main() {
	http.HandleFunc("/", serve)
}

func serve(w http.ResponseWriter, r *http.Request) { mu.Lock(); defer mu.Unlock()
	hits[r.URL.Path]++
}
"""
FOUND = "main.go:12 GML101"
FORGET = 'package main\n\nimport "net/http"\n\nfunc init() { http.HandleFunc("/x", forget) }\n\n'
FORGET += "func forget(w http.ResponseWriter, r *http.Request) {\n"
FORGET += "\tmu.Lock()\n\tdelete(hits, r.URL.Path)\n\tmu.Unlock()\n}\n"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """An empty module."""
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    return tmp_path


def write(top: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def checked(top: Path, options: Options | None = None) -> Report:
    return check(options or Options(), os.fspath(top))


def findings(report: Report) -> list[str]:
    return [f"{f.at.path}:{f.at.line} {f.rule}" for f in report.findings]


def notes(report: Report) -> list[str]:
    return [str(note) for note in report.notes]


def analyses(top: Path) -> Iterator[Analysis]:
    yield from map(Analysis, load(discover(("./...",), os.fspath(top)), Options(jobs=1)).workspaces)


# Files as they should be


def test_a_good_file_gives_findings_and_no_notes(top: Path) -> None:
    write(top, {"main.go": MAIN})
    report = checked(top)
    assert ([FOUND], [], 1, 13) == (findings(report), notes(report), report.files, report.lines)


def test_a_removal_in_another_file_counts(top: Path) -> None:
    write(top, {"main.go": MAIN, "forget.go": FORGET})
    assert [] == findings(checked(top))


def test_files_and_lines_are_those_that_were_read(top: Path) -> None:
    write(top, {"main.go": MAIN, "ignored.go": "//go:build ignore\n\npackage main\n", "main_test.go": MAIN})
    report = checked(top)
    assert (1, 13) == (report.files, report.lines)


def test_progress_is_told_file_by_file(top: Path) -> None:
    write(top, {"main.go": MAIN, "forget.go": FORGET})
    told: list[tuple[int, int]] = []
    check(Options(jobs=1), os.fspath(top), lambda done, of: told.append((done, of)))
    assert [(1, 2), (2, 2)] == told


# Files that are not


def test_a_broken_file_gives_a_note_with_its_line(top: Path) -> None:
    write(top, {"main.go": MAIN, "broken.go": "package main\n\nfunc f() {\n\tx :=\n}\n"})
    report = checked(top)
    assert [FOUND] == findings(report)
    assert ["broken.go:4: does not parse here; what does parse is checked"] == notes(report)


def test_what_parses_in_a_broken_file_is_checked(top: Path) -> None:
    write(top, {"main.go": MAIN + "\nfunc f() {\n\tx :=\n}\n"})
    assert [FOUND] == findings(checked(top))


def test_a_removal_in_a_broken_file_counts(top: Path) -> None:
    write(top, {"main.go": MAIN, "forget.go": FORGET + "\nfunc f() {\n\tx :=\n}\n"})
    assert [] == findings(checked(top))


def test_every_broken_file_has_one_note(top: Path) -> None:
    broken = "package main\n\nfunc f( {\n\tx :=\n}\n\nvar = 5\n"
    write(top, {"main.go": MAIN, "a.go": broken, "b.go": broken})
    assert ["a.go", "b.go"] == [note.path for note in checked(top).notes]


def test_a_file_over_the_limit_is_named_and_not_parsed(top: Path) -> None:
    write(top, {"main.go": MAIN, "table.go": "package main\n\n// " + "x" * 1000 + "\n"})
    report = checked(top, Options(max_file_size=1000))
    assert [FOUND] == findings(report)
    expected = "table.go: not parsed: 1,018 bytes, over --max-file-size; what it does to maps is not known"
    assert [expected] == notes(report)


def test_a_map_that_a_file_over_the_limit_names_may_be_evicted_there(top: Path) -> None:
    write(
        top,
        {
            "main.go": MAIN,
            "table.go": "package main\n\n// " + "x" * 1000 + "\n\nvar f = func() { clear(hits) }\n",
        },
    )
    assert [] == findings(checked(top, Options(max_file_size=1000)))


def test_the_limit_is_2_mb(top: Path) -> None:
    long = "package main\n\nvar f = func() { clear(hits) } // "
    write(top, {"main.go": MAIN, "table.go": long + "x" * (2_000_000 - len(long))})
    assert [] == notes(checked(top))
    write(top, {"table.go": long + "x" * (2_000_001 - len(long))})
    assert ["table.go"] == [note.path for note in checked(top).notes]


@pytest.mark.parametrize(
    "first",
    [
        '//go:build tools\n\npackage tools\n\nimport _ "golang.org/x/tools/cmd/stringer"\n',
        "package main\n\n// " + "x" * 1000 + "\n",
        "",
    ],
    ids=["of another package", "over the limit", "empty"],
)
def test_a_first_file_does_not_hide_that_a_package_is_main(top: Path, first: str) -> None:
    # Nobody can import a main package, so that its exported variables are its own.
    write(top, {"a.go": first, "main.go": MAIN.replace("hits", "Hits")})
    assert [FOUND] == findings(checked(top, Options(max_file_size=1000)))


@pytest.mark.parametrize("content", [b"\x7fELF\x00\x01", "package main\n".encode("utf-16")])
def test_a_file_with_nul_bytes_is_no_source(top: Path, content: bytes) -> None:
    write(top, {"main.go": MAIN, "blob.go": content})
    report = checked(top)
    assert [FOUND] == findings(report)
    assert ["blob.go: not read: holds NUL bytes, so it is no Go source"] == notes(report)


def test_a_nul_byte_far_down_stops_nothing(top: Path) -> None:
    blob = b"package main\n\n// " + b"x" * 9000 + b"\n\nvar s = `\x00`\n"
    write(top, {"main.go": MAIN, "blob.go": blob})
    assert [FOUND] == findings(checked(top))


def test_windows_line_ends_move_nothing(top: Path) -> None:
    write(top, {"main.go": MAIN})
    expected = checked(top).findings
    write(top, {"main.go": MAIN.replace("\n", "\r\n")})
    assert expected == checked(top).findings


def test_a_byte_order_mark_is_passed_over(top: Path) -> None:
    write(top, {"main.go": MAIN})
    expected = checked(top).findings
    write(top, {"main.go": b"\xef\xbb\xbf" + MAIN.encode()})
    report = checked(top)
    assert (expected, []) == (report.findings, notes(report))


def test_bytes_that_are_no_utf8_stop_nothing(top: Path) -> None:
    write(top, {"main.go": MAIN.encode() + b'\nvar s = "\xff\xfe" // \x80\n'})
    assert [FOUND] == findings(checked(top))


@pytest.mark.parametrize("content", ["", "\n\n", "// nothing\n", "package main"])
def test_a_file_with_nothing_in_it_stops_nothing(top: Path, content: str) -> None:
    write(top, {"main.go": MAIN, "a.go": content})
    assert [FOUND] == findings(checked(top))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_gives_a_note(top: Path) -> None:
    write(top, {"main.go": MAIN, "secret.go": FORGET})
    (top / "secret.go").chmod(0)
    report = checked(top)
    assert ["secret.go: not read: Permission denied"] == notes(report)


def test_a_file_that_is_gone_gives_a_note(top: Path) -> None:
    write(top, {"main.go": MAIN, "gone.go": "package main\n"})
    found = discover(("./...",), os.fspath(top))
    (top / "gone.go").unlink()
    run = load(found, Options(jobs=1))
    assert ["gone.go: not read: No such file or directory"] == [str(note) for note in run.notes]
    assert ["main.go"] == [file.path for space in run.workspaces for file in space.files]


@pytest.mark.parametrize("terms", [100, 3000])
def test_a_long_sum_in_a_variable_stops_nothing(top: Path, terms: int) -> None:
    value = " + ".join(['"x"'] * terms)
    write(top, {"main.go": MAIN, "text.go": f"package main\n\nvar text = {value}\n"})
    assert [FOUND] == findings(checked(top))


FIXTURES = Path(__file__).parent.parent / "fixtures"
DAMAGE = (
    b"",
    b"{",
    b"}",
    b"(",
    b")",
    b"[",
    b'"',
    b"`",
    b"func ",
    b"new(",
    b"var ",
    b"range ",
    b":=",
    b".",
    b"*",
)


@pytest.mark.parametrize("seed", range(8))
def test_no_damage_to_a_file_stops_a_run(seed: int) -> None:
    chance = random.Random(seed)
    trees = [discover(("./...",), os.fspath(mod.parent)) for mod in sorted(FIXTURES.glob("GML*/*/go.mod"))]
    for _ in range(20):
        whole = chance.choice(trees)
        file = chance.choice(whole.files)
        content = read_source(file.absolute)
        at = chance.randrange(len(content))
        if chance.random() < 0.3:  # another name in the place of one
            one, other = (chance.choice(re.findall(rb"[A-Za-z_]\w*", content)) for _ in range(2))
            damaged = re.sub(rb"\b" + one + rb"\b", other, content, count=chance.choice((0, 1)))
        else:
            damaged = content[:at] + chance.choice(DAMAGE) + content[at + chance.choice((0, 1, 10, 100)) :]
        for space in load(whole, Options(jobs=1), {file.absolute: damaged}).workspaces:
            assert isinstance(Engine(Analysis(space)).findings(load_rules()), list)


# Which files count for what


def test_a_removal_in_a_test_does_not_count(top: Path) -> None:
    write(top, {"main.go": MAIN, "main_test.go": FORGET})
    assert [FOUND] == findings(checked(top))


def test_a_removal_in_a_test_does_not_count_either_where_tests_are_checked(top: Path) -> None:
    write(top, {"main.go": MAIN, "main_test.go": FORGET})
    assert [FOUND] == findings(checked(top, Options(tests=True)))


LOOP = "package %s\n\nfunc f() {\n\tfor i := range 3 {\n\t\tgo func() { println(i) }()\n\t}\n}\n"


def test_tests_are_reported_on_request(top: Path) -> None:
    write(top, {"main.go": MAIN, "main_test.go": LOOP % "main", "other_test.go": LOOP % "main_test"})
    old = GoVersion(1, 21)
    assert [FOUND] == findings(checked(top, Options(go=old)))
    expected = [FOUND, "main_test.go:5 GML301", "other_test.go:5 GML301"]
    assert expected == findings(checked(top, Options(go=old, tests=True)))


def test_an_external_test_package_is_a_package_of_its_own(top: Path) -> None:
    write(
        top,
        {
            "main.go": MAIN,
            "main_test.go": "package main\n\nvar own int\n",
            "other_test.go": "package main_test\n\nvar hits, own string\n",
        },
    )
    (space,) = load(discover(("./...",), os.fspath(top)), Options(jobs=1, tests=True)).workspaces
    assert {"main": ["hits", "mu", "own"], "main_test": ["hits", "own"]} == {
        package.name: sorted(package.vars) for package in space.every
    }


def test_what_only_the_tag_ignore_builds_is_left_out(top: Path) -> None:
    write(top, {"main.go": MAIN, "gen.go": "//go:build ignore\n\n" + FORGET})
    report = checked(top)
    assert ([FOUND], 1) == (findings(report), report.files)


def test_a_removal_behind_a_tag_counts(top: Path) -> None:
    write(top, {"main.go": MAIN, "trace.go": "//go:build trace\n\n" + FORGET})
    assert [] == findings(checked(top))


TRACE = "//go:build trace\n\n" + MAIN.replace("hits", "traced").replace("main()", "traceMain()").replace(
    "serve", "trace"
)


def test_a_file_behind_a_tag_is_reported_where_the_tag_is_given(top: Path) -> None:
    write(top, {"main.go": MAIN, "trace.go": TRACE})
    assert [FOUND] == findings(checked(top))
    assert [FOUND, "trace.go:14 GML101"] == findings(checked(top, Options(tags=frozenset({"trace"}))))


def test_a_file_for_another_system_is_reported(top: Path) -> None:
    write(top, {"main.go": MAIN, "main_plan9.go": TRACE.replace("go:build trace", "go:build plan9")})
    assert [FOUND, "main_plan9.go:14 GML101"] == findings(checked(top))


def test_a_generated_file_counts_and_is_not_reported(top: Path) -> None:
    generated = "// Code generated by gen. DO NOT EDIT.\n\n"
    write(top, {"main.go": generated + MAIN})
    assert [] == findings(checked(top))
    write(top, {"main.go": MAIN, "forget.go": generated + FORGET})
    assert [] == findings(checked(top))


def test_a_file_outside_the_pattern_counts_and_is_not_reported(top: Path) -> None:
    write(top, {"main.go": MAIN, "cmd/main.go": MAIN})
    assert [FOUND] == findings(checked(top, Options(patterns=(".",))))
    write(top, {"forget.go": FORGET})
    assert [] == findings(checked(top, Options(patterns=("main.go",))))


def test_standard_input_stands_for_the_file_on_disk(top: Path) -> None:
    write(top, {"main.go": MAIN.replace("hits[r.URL.Path]++", "")})
    options = Options(patterns=("-",), stdin=MAIN.encode(), stdin_filename="main.go")
    assert [FOUND] == findings(checked(top, options))


# Versions


@pytest.mark.parametrize(("go", "expected"), [("1.21", ["main.go:5 GML301"]), ("1.22", [])])
def test_the_language_is_that_of_go_mod(top: Path, go: str, expected: list[str]) -> None:
    write(top, {"go.mod": f"module example.com/m\n\ngo {go}\n", "main.go": LOOP % "main"})
    assert expected == findings(checked(top))


@pytest.mark.parametrize(("go", "expected"), [((1, 21), ["main.go:5 GML301"]), ((1, 22), [])])
def test_the_language_can_be_set(top: Path, go: tuple[int, int], expected: list[str]) -> None:
    write(top, {"go.mod": "module example.com/m\n\ngo 1.20\n", "main.go": LOOP % "main"})
    assert expected == findings(checked(top, Options(go=GoVersion(*go))))


def test_a_build_line_sets_the_language_of_its_file(top: Path) -> None:
    write(top, {"main.go": MAIN, "old.go": "//go:build go1.21\n\n" + LOOP % "main"})
    assert [FOUND, "old.go:7 GML301"] == findings(checked(top))


def test_without_go_mod_the_newest_language_is_assumed_and_that_is_said_once(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.go": LOOP % "main", "b/main.go": LOOP % "main"})
    report = checked(tmp_path)
    assert [] == findings(report)
    assert ["no go.mod: Go 1.27 is assumed; --go sets another version"] == notes(report)


def test_without_go_mod_nothing_is_said_of_a_language_that_is_given(tmp_path: Path) -> None:
    write(tmp_path, {"main.go": LOOP % "main"})
    assert [] == notes(checked(tmp_path, Options(go=GoVersion(1, 22))))


# Modules, workspaces, vendored packages

STORE = MAIN.replace("package main", "package store").replace("hits", "Hits").replace("main()", "Main()")
USES_STORE = 'package main\n\nimport "example.com/app/store"\n\nfunc main() {\n\tstore.Main()\n\t%s\n}\n'
FORGETTING = 'go func() { delete(store.Hits, "") }()'


def write_app_and_tool(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/go.mod": "module example.com/app\n\ngo 1.24\n",
            "app/main.go": USES_STORE % "",
            "app/store/store.go": STORE,
            "tool/go.mod": "module example.com/tool\n\ngo 1.24\n",
            "tool/main.go": USES_STORE % FORGETTING,
        },
    )


def test_modules_of_a_workspace_see_each_other(tmp_path: Path) -> None:
    write_app_and_tool(tmp_path)
    write(tmp_path, {"go.work": "go 1.24\n\nuse (\n\t./app\n\t./tool\n)\n"})
    (analysis,) = analyses(tmp_path)
    assert EVICTED.ask(map_called("Hits", analysis)).holds is True


def test_modules_without_a_workspace_do_not_see_each_other(tmp_path: Path) -> None:
    write_app_and_tool(tmp_path)
    app = next(a for a in analyses(tmp_path) if list(a.maps()))
    assert EVICTED.ask(map_called("Hits", app)).holds is False


def test_a_sibling_module_of_the_workspace_is_read_also_where_it_is_not_asked_for(tmp_path: Path) -> None:
    write_app_and_tool(tmp_path)
    write(tmp_path, {"go.work": "go 1.24\n\nuse (\n\t./app\n\t./tool\n)\n"})
    (analysis,) = analyses(tmp_path / "app")
    assert EVICTED.ask(map_called("Hits", analysis)).holds is True


REGISTRY = """\
package %s

type Registry struct{ Rows map[string]*int }

func New() *Registry { return nil }

func Sweep(m map[string]int) { clear(m) }
"""
USES_REGISTRY = """\
package main

import "example.org/%s"

var reg = %s.New()

func main() {
	_ = reg.Rows["a"]
	go func() { %s.Sweep(hits) }()
}

var hits = map[string]int{}
"""


def shown_types(analysis: Analysis) -> dict[str, str]:
    """What is assigned to blanks in `main`, and its types."""
    (main,) = analysis.program.workspace.packages["example.com/m"].funcs["main"]
    body = analysis.program.body(main)
    return {
        body.file.text(x): show(type_of(x, body))
        for stmt in body.assigns
        if isinstance(stmt, g.AssignStmt)
        for x in stmt.rhs
    }


def test_types_of_vendored_packages_are_known(top: Path) -> None:
    names = ("registry", "registry", "registry")
    write(top, {"main.go": USES_REGISTRY % names, "vendor/example.org/registry/r.go": REGISTRY % "registry"})
    (analysis,) = analyses(top)
    assert {'reg.Rows["a"]': "*int"} == shown_types(analysis)


def test_what_a_vendored_function_does_to_a_map_is_known(top: Path) -> None:
    names = ("registry", "registry", "registry")
    write(top, {"main.go": USES_REGISTRY % names, "vendor/example.org/registry/r.go": REGISTRY % "registry"})
    (analysis,) = analyses(top)
    assert EVICTED.ask(map_called("hits", analysis)).holds is True


def test_what_a_function_of_a_missing_package_does_to_a_map_is_not_known(top: Path) -> None:
    write(top, {"main.go": USES_REGISTRY % ("registry", "registry", "registry")})
    (analysis,) = analyses(top)
    assert EVICTED.ask(map_called("hits", analysis)).holds is None


def test_a_vendored_package_goes_by_the_name_in_its_files(top: Path) -> None:
    write(
        top,
        {
            "main.go": USES_REGISTRY % ("registry-client", "registry", "registry"),
            "vendor/example.org/registry-client/r.go": REGISTRY % "registry",
        },
    )
    (analysis,) = analyses(top)
    assert {'reg.Rows["a"]': "*int"} == shown_types(analysis)


def test_maps_of_vendored_packages_are_not_reported(top: Path) -> None:
    vendored = STORE.replace("package store", "package registry").replace("Main()", "New()")
    uses = 'package main\n\nimport "example.org/registry"\n\nfunc main() { registry.New() }\n'
    write(top, {"main.go": uses, "vendor/example.org/registry/r.go": vendored})
    assert [] == findings(checked(top))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("net/http", "http"),
        ("example.com/store", "store"),
        ("example.com/store/v2", "store"),
        ("gopkg.in/yaml.v3", "yaml"),
        ("github.com/mattn/go-sqlite3", "sqlite3"),
        ("github.com/nats-io/nats.go", "nats"),
        ("github.com/aws/aws-sdk-go", "sdk"),
        ("github.com/hashicorp/golang-lru/v2", "lru"),
        ("v2", "v2"),
    ],
)
def test_a_package_nobody_can_look_at_has_a_likely_name(path: str, name: str) -> None:
    assert name == guess_name(path)


def test_a_program_can_be_linked_without_a_disk() -> None:
    run = load(tree("var x int"), Options(jobs=1), {f"{ROOT}/main.go": b"package main\n\nvar x int\n"})
    assert ([], 1, 3) == (run.notes, run.files, run.lines)


def test_packages_are_known_by_import_path() -> None:
    files = {"main.go": "package main\n", "a/b/b.go": "package c\n"}
    packages = linked(files).program.workspace.packages
    assert {"example.com/m": "main", "example.com/m/a/b": "c"} == {p: q.name for p, q in packages.items()}


def test_an_import_cycle_ends(top: Path) -> None:
    files = {
        "main.go": 'import "example.com/m/a"\n\nfunc f() { _ = a.X }',
        "a/a.go": 'package a\n\nimport "example.com/m/b"\n\nvar X = b.Y',
        "b/b.go": 'package b\n\nimport "example.com/m/a"\n\nvar Y = a.X',
    }
    assert {"a.X": "?"} == types(files)


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("a_test.go", "package a\n", "a test file; --tests reports on it"),
        (
            "gen.go",
            "// Code generated by x. DO NOT EDIT.\n\npackage a\n",
            "generated; it is read, and not reported on",
        ),
        ("tool.go", "//go:build tool\n\npackage a\n", "built only with other tags: --tags tool"),
        ("skip.go", "//go:build ignore\n\npackage a\n", "left out by //go:build ignore"),
    ],
    ids=["a test", "generated", "behind a tag", "ignored"],
)
def test_a_file_that_is_named_and_left_out_is_told(tmp_path: Path, name: str, source: str, told: str) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.24\n", "utf-8")
    (tmp_path / name).write_text(source, "utf-8")
    (tmp_path / "b.go").write_text("package a\n", "utf-8")
    named = check(Options(patterns=(name,)), str(tmp_path))
    assert [f"{name}: {told}"] == [str(note) for note in named.notes]
    assert [] == check(Options(), str(tmp_path)).notes


def test_a_go_mod_that_says_nothing_is_not_called_missing(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("garbage{{{\n", "utf-8")
    (tmp_path / "a.go").write_text("package a\n", "utf-8")
    told = [str(note) for note in check(Options(), str(tmp_path)).notes]
    assert "no version in go.mod: Go 1.27 is assumed; --go sets another version" in told
