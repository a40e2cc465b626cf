"""The tools that make edits: where they put things, what they refuse, and that gofmt has nothing to add."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from golang import QUICKLY, ROOT, complaints, runs_go
from programs import bodies, linked, map_called

from gomaplint import goast as g
from gomaplint.finding import Edit
from gomaplint.fixes import edits, names
from gomaplint.fixes.imports import add_import
from gomaplint.model.body import Body
from gomaplint.model.symbols import File

Maker = Callable[[Body], "Edit | None"]


def body_of(text: str, name: str = "f") -> Body:
    (body,) = [b for b in bodies(linked(text)) if str(b).endswith(name)]
    return body


def applied(file: File, made: Sequence[Edit]) -> str:
    source = file.source
    for edit in sorted(made, reverse=True):
        source = source[: edit.start] + edit.text.encode() + source[edit.end :]
    return source.decode()


def marked(body: Body) -> g.Stmt:
    """The statement of the function that mentions x."""
    inside = body.lowered.body if body.lowered is not None else None
    assert inside is not None
    found = [n for n in g.walk(inside) if isinstance(n, g.Stmt) and not isinstance(n, g.BlockStmt)]
    return next(s for s in reversed(found) if body.file.source[s.pos : s.end].startswith(b"x"))


def below(body: Body) -> Edit | None:
    return edits.insert_after(marked(body), "y()", body.file)


def above(body: Body) -> Edit | None:
    return edits.insert_before(marked(body), "y()", body.file)


def instead(body: Body) -> Edit | None:
    return edits.replace(marked(body), "y()", body.file)


def without(body: Body) -> Edit | None:
    return edits.remove(marked(body), body.file)


def first(body: Body) -> Edit | None:
    loops: list[g.RangeStmt | g.ForStmt] = [*body.ranges, *body.loops]
    return edits.insert_first(loops[0], loops[0].body, "y()", body.file)


CASES: list[tuple[str, Maker, str, str]] = [
    ("below", below, "\tx()\n", "\tx()\n\ty()\n"),
    ("below the comment of its line", below, "\tx() // why\n", "\tx() // why\n\ty()\n"),
    ("below, inside", below, "\tif a {\n\t\tx()\n\t}\n", "\tif a {\n\t\tx()\n\t\ty()\n\t}\n"),
    ("below all its lines", below, "\tx(\n\t\t1,\n\t)\n", "\tx(\n\t\t1,\n\t)\n\ty()\n"),
    (
        "below, between aligned comments",
        below,
        "\tx()   // a\n\tzzz() // b\n",
        "\tx()   // a\n\tzzz() // b\n",
    ),
    (
        "below, between comments aligned by each",
        below,
        "\tx() // a\n\tz() // b\n",
        "\tx() // a\n\ty()\n\tz() // b\n",
    ),
    (
        "below one that shares its line",
        below,
        "\tgo func() { x() }()\n",
        "\tgo func() { x() }()\n",
    ),
    ("above", above, "\t// what x does\n\tx()\n", "\t// what x does\n\ty()\n\tx()\n"),
    ("in place", instead, "\tx(1)\n", "\ty()\n"),
    ("in place, with the comment", instead, "\tx(1) // why\n", "\ty() // why\n"),
    ("in place, with a comment inside", instead, "\tx( /* one */ 1)\n", "\tx( /* one */ 1)\n"),
    (
        "in place, with aligned comments",
        instead,
        "\tx(1) // a\n\tz(1) // b\n",
        "\tx(1) // a\n\tz(1) // b\n",
    ),
    ("away", without, "\ta()\n\tx()\n\tb()\n", "\ta()\n\tb()\n"),
    ("away between blank lines", without, "\ta()\n\n\tx()\n\n\tb()\n", "\ta()\n\n\tb()\n"),
    ("away with a comment", without, "\tx() // why\n", "\tx() // why\n"),
    (
        "away between comments",
        without,
        "\tx := 1 // a\n\tx()\n\tzz := 2 // b\n",
        "\tx := 1 // a\n\tx()\n\tzz := 2 // b\n",
    ),
    ("first", first, "\tfor a {\n\t\tx()\n\t}\n", "\tfor a {\n\t\ty()\n\t\tx()\n\t}\n"),
    (
        "first, below the comment of the head",
        first,
        "\tfor a { // why\n\t\t// what\n\t\tx() // how\n\t}\n",
        "\tfor a { // why\n\t\ty()\n\t\t// what\n\t\tx() // how\n\t}\n",
    ),
    (
        "first, below a label",
        first,
        "l:\n\tfor a {\n\t\tx()\n\t\tcontinue l\n\t}\n",
        "l:\n\tfor a {\n\t\ty()\n\t\tx()\n\t\tcontinue l\n\t}\n",
    ),
    ("first, on one line", first, "\tfor a { x() }\n", "\tfor a { y(); x() }\n"),
    (
        "first, with a head of several lines",
        first,
        "\tfor _, v := range []int{\n\t\t1,\n\t} {\n\t\tx(v)\n\t}\n",
        "\tfor _, v := range []int{\n\t\t1,\n\t} {\n\t\ty()\n\t\tx(v)\n\t}\n",
    ),
]


@pytest.mark.parametrize(
    ("make", "before", "after"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_an_edit_keeps_the_layout_of_its_place(make: Maker, before: str, after: str, ending: str) -> None:
    whole = "package main\n\nfunc f() {\n%s}\n"
    body = body_of((whole % before).replace("\n", ending))
    edit = make(body)
    assert (whole % after).replace("\n", ending) == applied(body.file, [edit] if edit is not None else [])


IMPORTS = {
    "none": ("package main\n", 'package main\n\nimport "maps"\n'),
    "none, and a comment": ("package main // p\n", 'package main // p\n\nimport "maps"\n'),
    "one before": (
        'package main\n\nimport "fmt"\n',
        'package main\n\nimport (\n\t"fmt"\n\t"maps"\n)\n',
    ),
    "one after, and a comment": (
        'package main\n\nimport "os" // files\n',
        'package main\n\nimport (\n\t"maps"\n\t"os" // files\n)\n',
    ),
    "one from elsewhere": (
        'package main\n\nimport x "example.com/x"\n',
        'package main\n\nimport (\n\t"maps"\n\n\tx "example.com/x"\n)\n',
    ),
    "two by themselves": (
        'package main\n\nimport "fmt"\nimport "os"\n',
        'package main\n\nimport "fmt"\nimport "maps"\nimport "os"\n',
    ),
    "in the middle": (
        'package main\n\nimport (\n\t"fmt"\n\t"os"\n\n\t"example.com/x"\n)\n',
        'package main\n\nimport (\n\t"fmt"\n\t"maps"\n\t"os"\n\n\t"example.com/x"\n)\n',
    ),
    "at the front": (
        'package main\n\nimport (\n\tsystem "os"\n\t"sync"\n)\n',
        'package main\n\nimport (\n\t"maps"\n\tsystem "os"\n\t"sync"\n)\n',
    ),
    "at the end, below a comment": (
        'package main\n\nimport (\n\t"fmt" // prints\n)\n',
        'package main\n\nimport (\n\t"fmt" // prints\n\t"maps"\n)\n',
    ),
    "in the second group": (
        'package main\n\nimport (\n\t"example.com/x"\n\n\t"os"\n)\n',
        'package main\n\nimport (\n\t"example.com/x"\n\n\t"maps"\n\t"os"\n)\n',
    ),
    "none of the library": (
        'package main\n\nimport (\n\t"example.com/x"\n)\n',
        'package main\n\nimport (\n\t"maps"\n\n\t"example.com/x"\n)\n',
    ),
    "a comment that may be about the first": (
        'package main\n\nimport (\n\t// files\n\t"os"\n)\n',
        'package main\n\nimport (\n\t"maps"\n\n\t// files\n\t"os"\n)\n',
    ),
    "C with its text": (
        'package main\n\n// int a;\nimport "C"\n',
        'package main\n\nimport "maps"\n\n// int a;\nimport "C"\n',
    ),
    "comments that look like imports": (
        'package main\n\n/*\nimport "bytes"\n*/\n\nimport (\n\t// "io"\n\n\t"fmt"\n)\n',
        'package main\n\n/*\nimport "bytes"\n*/\n\nimport (\n\t// "io"\n\n\t"fmt"\n\t"maps"\n)\n',
    ),
    "aligned comments": (
        'package main\n\nimport (\n\t"fmt"     // a\n\t"os/exec" // b\n)\n',
        'package main\n\nimport (\n\t"fmt"     // a\n\t"os/exec" // b\n)\n',
    ),
}


@pytest.mark.parametrize("case", IMPORTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "bom"])
def test_an_import_goes_where_gofmt_would_have_it(case: str, mark: str) -> None:
    before, after = (f"{mark}{text}\nfunc f() {{}}\n" for text in IMPORTS[case])
    (file,) = linked(IMPORTS[case][0]).program.workspace.files
    file = replace(file, read=before.encode, _source=None)
    assert after == applied(file, add_import("maps", file) or ())


@runs_go
def test_gofmt_finds_nothing_to_do_after_an_edit(tmp_path: Path) -> None:
    after = [
        f"package main\n\nfunc f() {{\n{text}}}\n" for name, _, _, text in CASES if "one line" not in name
    ]
    after += [f"{text}\nfunc f() {{}}\n" for _, text in IMPORTS.values()]
    for number, text in enumerate(after):
        (tmp_path / f"{number}.go").write_text(text)
    assert "" == complaints(ROOT, "run", QUICKLY, "cmd/gofmt", "-d", os.fspath(tmp_path))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("", True),
        ("func clear() {}", False),
        ("var clear = 1", False),
        ('import clear "os"\nvar _ = clear.Args', False),
        ("func g() { clear := 1; _ = clear }", True),
    ],
)
def test_a_predeclared_name_is_one_only_where_nothing_takes_it(text: str, known: bool) -> None:
    assert known is names.predeclared("clear", body_of(f"package main\n\n{text}\n\nfunc f() {{}}\n"))


@pytest.mark.parametrize(
    "inside",
    [
        "clear := 1",
        "for clear := range 3 { _ = clear }",
        "type clear int",
        "g(func(clear int) {})",
        "const clear = 1",
    ],
)
def test_a_predeclared_name_is_none_in_a_function_that_declares_it(inside: str) -> None:
    assert not names.predeclared("clear", body_of(f"package main\n\nfunc f() {{ {inside} }}\n"))


@pytest.mark.parametrize(
    ("head", "inside", "name", "adds"),
    [
        ("", "", "maps", True),
        ('import "maps"', "", "maps", False),
        ('import m "maps"', "", "m", False),
        ('import m "maps"', "m := 1", None, False),
        ('import _ "maps"', "", "maps", True),
        ("var maps = 1", "", None, False),
        ('import "example.com/go-maps/v2"', "", None, False),
        ('import "example.com/maps/v2"', "", None, False),
        ("", "maps := 1", None, False),
    ],
)
def test_a_package_is_called_what_the_file_calls_it(
    head: str, inside: str, name: str | None, adds: bool
) -> None:
    body = body_of(f"package main\n\n{head}\n\nfunc f() {{ {inside} }}\n")
    found = names.package("maps", body)
    assert (name, adds) == ((found.name, bool(found.edits)) if found is not None else (None, False))


SPELLED = {
    "var m map[string]int": "map[string]int",
    "var m = map[string]*conn{}\ntype conn struct{}": "map[string]*conn",
    "var m = make(map[[2]int][]byte, 9)": "map[[2]int][]byte",
    "var m table\ntype table map[string]int": "table",
    "var m table\ntype table = map[string]int": "table",
    "type box[K comparable] struct{ m map[K]bool }\nvar b box[int]\nvar m = b.m": None,
    'import h "net/http"\nvar m map[string]h.Header': "map[string]h.Header",
    "var m map[string]func(int)": None,
    "var m map[int]struct{}": "map[int]struct{}",
    "var m map[int]interface{}": "map[int]interface{}",
    "var m map[int]any": "map[int]any",
    "var m map[int]any\ntype any interface{ A() }": "map[int]any",
    "var m map[pair[int, string]]bool\ntype pair[A, B comparable] struct { a A; b B }": "map[pair[int, string]]bool",
}


@pytest.mark.parametrize("declared", SPELLED)
def test_the_type_of_a_map_is_spelled_as_it_was_declared(declared: str) -> None:
    text = f"package main\n\n{declared}\n\nfunc f() {{ m = nil; _ = m[x] }}\n"
    analysis = linked(text)
    (body,) = [b for b in bodies(analysis) if str(b) == "f"]
    found = [m for m in analysis.maps() if m.container.name == "m"]
    assert SPELLED[declared] == (names.map_type(found[0].container, body) if found else None)


def test_a_type_of_another_package_is_qualified_as_its_user_calls_it() -> None:
    store = 'package store\n\nimport "time"\n\ntype Item struct{}\n\ntype own struct{}\n\nvar (\n'
    store += "\tItems = map[string]*Item{}\n\tTimes map[Item]time.Time\n\tOwn map[own]int\n)\n"
    main = 'package main\n\nimport s "example.com/m/store"\n\nfunc f() { s.Items = nil }\n'
    analysis = linked({"store/store.go": store, "main.go": main})
    (body,) = [b for b in bodies(analysis) if str(b) == "f"]
    spelled = {
        name: names.map_type(map_called(name, analysis).container, body) for name in ("Items", "Times", "Own")
    }
    assert {"Items": "map[string]*s.Item", "Times": None, "Own": None} == spelled


def test_a_method_calls_the_type_parameters_of_its_map_as_it_likes() -> None:
    text = """\
        package main

        type cache[K comparable, V any] struct{ m map[K][]V }

        func (c *cache[A, B]) f() { c.m = nil }

        func (c *cache[_, B]) g() { c.m = nil }

        func h[K comparable](c *cache[K, int]) { c.m = nil }
        """
    analysis = linked(text)
    container = map_called("cache.m", analysis).container
    spelled = {str(b)[-1]: names.map_type(container, b) for b in bodies(analysis)}
    assert {"f": "map[A][]B", "g": None, "h": None} == spelled
