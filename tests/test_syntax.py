"""What the parser gives: the gaps of its grammar repaired, offsets true, faults found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import types

from gomaplint import facts, syntax
from gomaplint import goast as g

ROOT = Path(__file__).parent.parent
GO_FILES = sorted([*ROOT.glob("fixtures/**/*.go"), *ROOT.glob("examples/**/*.go")])

NEW = b"""package m

func f(n int, p *int) {
	_ = new(n + 1)
	_ = new("text")
	_ = new(f())
	_ = new(*p)
	after()
}
"""
GENERIC_METHOD = b"""package m

type store struct{ rows map[string]any }

func (s *store) get[T any, K interface{ ~string }](key K) T {
	row, _ := s.rows[string(key)].(T)
	return row
}

func after() {}
"""


def fault(source: bytes) -> tuple[int, int] | None:
    """Offset and line of the first thing that does not parse."""
    return syntax.first_error(syntax.parse(source))


def misplaced(source: bytes) -> list[str]:
    """Names that do not stand where they say, and nodes that reach out of the node around them."""
    found = facts.extract(source)
    lowered: list[g.Node] = []
    for func in found.funcs:
        whole = facts.lower_func(source, func)
        lowered += [p for p in (whole.recv, *whole.tparams) if p is not None]
        lowered += [whole.type, *([whole.body] if whole.body is not None else [])]
    lowered += [s for s in (facts.lower_type(source, fact) for fact in found.types) if s is not None]
    lowered += [s for s in (facts.lower_value(source, fact) for fact in found.values) if s is not None]
    wrong = []
    for top in lowered:
        for node in g.walk(top):
            text = source[node.pos : node.end].decode("utf-8", "replace")
            if isinstance(node, g.Ident) and text != node.name:
                wrong.append(f"{node.name} stands at {text!r}")
            if not isinstance(node, (g.Param, g.FieldDecl)):  # they stand at their name, beside their type
                wrong += [
                    f"{child} reaches out of {text!r}"
                    for child in g.children(node)
                    if not (node.pos <= child.pos <= child.end <= node.end)
                ]
    return wrong


@pytest.mark.parametrize("source", [NEW, GENERIC_METHOD], ids=["new(expr)", "generic method"])
def test_what_the_grammar_lacks_is_repaired(source: bytes) -> None:
    assert fault(source) is None


@pytest.mark.parametrize("source", [NEW, GENERIC_METHOD], ids=["new(expr)", "generic method"])
def test_offsets_stay_true_where_something_was_repaired(source: bytes) -> None:
    assert [] == misplaced(source)


def test_what_stands_after_a_generic_method_is_found() -> None:
    assert ["get", "after"] == [func.name for func in facts.extract(GENERIC_METHOD).funcs]


def test_a_generic_method_keeps_its_receiver_and_its_parameters() -> None:
    found = facts.extract(GENERIC_METHOD)
    lowered = facts.lower_func(GENERIC_METHOD, found.funcs[0])
    assert ("store", ["key"]) == (found.funcs[0].recv, [p.name for p in lowered.type.params])


def test_new_of_a_value_is_a_pointer_to_its_type() -> None:
    assert {"new(n)": "*int"} == types("func f(n int) { _ = new(n) }")


def test_new_of_a_type_is_a_pointer_to_it() -> None:
    assert {"new(n)": "*n"} == types("type n struct{}\nfunc f() { _ = new(n) }")


def test_new_of_a_literal_is_a_pointer_to_its_type() -> None:
    assert {'new("a")': "*string"} == types('func f() { _ = new("a") }')


def test_new_of_values_and_of_types_may_stand_in_one_function() -> None:
    assert {"new(5)": "*int", "new([]string)": "*[]string"} == types(
        "func f() { _ = new(5); _ = new([]string) }"
    )


def test_make_of_a_type_in_scope_gives_that_type() -> None:
    assert {"make(table)": "table"} == types("type table map[string]int\nfunc f() { _ = make(table) }")


def test_make_that_is_shadowed_gives_what_it_returns() -> None:
    source = "type table int\nfunc make(t table) string { return `` }\nfunc f(t table) { _ = make(t) }"
    assert {"make(t)": "string"} == types(source)


@pytest.mark.parametrize(
    "source",
    [
        b"package m\n\nfunc f() {\n\tg()\n}",
        b"package m\n\nvar x int",
        b"package m\n\ntype t struct{ a int }",
        b'package m\n\nimport "fmt"',
        b"package m // the end",
        b"package m",
    ],
)
def test_the_last_line_needs_no_end(source: bytes) -> None:
    assert fault(source) is None


@pytest.mark.parametrize(
    "source",
    [b"", b"\n\n", b"// nothing else\n"],
    ids=["empty", "blank", "comment"],
)
def test_a_file_without_code_is_no_fault_of_the_parser(source: bytes) -> None:
    assert fault(source) is None


def test_windows_line_ends_change_nothing() -> None:
    assert facts.extract(NEW)._replace(error=None).names == facts.extract(NEW.replace(b"\n", b"\r\n")).names
    assert [] == misplaced(NEW.replace(b"\n", b"\r\n"))


def test_a_byte_order_mark_shifts_every_offset_and_nothing_else() -> None:
    source = b"\xef\xbb\xbf" + NEW
    assert (None, []) == (fault(source), misplaced(source))


def test_names_beyond_ascii_stand_where_they_say() -> None:
    assert [] == misplaced(
        "package m\n\nvar größe, 世界 = 1, `é`\n\nfunc f() { größe++; _ = 世界 }\n".encode()
    )


def test_bytes_that_are_no_utf8_stop_nothing() -> None:
    source = b'package m\n\nvar a = "\xff\xfe"\n\nfunc after() {}\n'
    assert ["after"] == [func.name for func in facts.extract(source).funcs]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"package m\n\nfunc f() {\n\tx :=\n}\n", 4),
        (b"package m\n\nfunc f() {\n\tg(\n}\n", 4),
        (b"package m\n\nvar = 5\n", 3),
    ],
)
def test_the_first_fault_has_its_line(source: bytes, line: int) -> None:
    found = fault(source)
    assert found is not None
    assert line == found[1]


def test_a_fault_leaves_the_declarations_around_it() -> None:
    source = b"package m\n\nvar before int\n\nfunc broken() {\n\tx :=\n}\n\nfunc after() {}\n"
    found = facts.extract(source)
    assert (["before"], ["broken", "after"]) == (
        [name for value in found.values for name in value.names],
        [func.name for func in found.funcs],
    )


def test_every_name_of_the_fixtures_stands_where_it_says() -> None:
    assert {} == {file: wrong for file in GO_FILES if (wrong := misplaced(file.read_bytes()))}


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    file=st.sampled_from(GO_FILES),
    places=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    put=st.sampled_from(
        [b"", b"{", b"}", b"(", b"[", b'"', b"`", b"\x00", b"\xff", b"func ", b"new(", b"\n"]
    ),
)
def test_no_damage_to_a_file_stops_the_reading(file: Path, places: tuple[float, float], put: bytes) -> None:
    whole = file.read_bytes()
    start, end = sorted(int(place * len(whole)) for place in places)
    source = whole[:start] + put + whole[min(end, start + 40) :]
    assert [] == [wrong for wrong in misplaced(source) if "stands at" in wrong]
