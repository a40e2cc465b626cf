"""What is kept of one file: an index of its declarations, plain and storable."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from gomaplint import facts

ROOT = Path(__file__).parent.parent
GO_FILES = sorted([*ROOT.glob("fixtures/**/*.go"), *ROOT.glob("examples/**/*.go")])


def extract(text: str) -> facts.FileFacts:
    return facts.extract(text.encode())


def values(text: str) -> dict[str, str]:
    """The declared types of constants and variables by name."""
    return {name: value.type for value in extract(text).values for name in value.names}


def test_facts_survive_being_stored() -> None:
    every = [facts.extract(file.read_bytes()) for file in GO_FILES]
    assert every == pickle.loads(pickle.dumps(every))


def test_facts_of_broken_code_survive_being_stored() -> None:
    found = extract("package m\n\nfunc f() {\n\tx :=\n}\n\ntype (\n")
    assert found.error is not None
    assert found == pickle.loads(pickle.dumps(found))


def test_the_same_bytes_give_the_same_facts() -> None:
    source = GO_FILES[0].read_bytes()
    assert facts.extract(source) == facts.extract(source)


def test_facts_can_be_hashed_so_that_nothing_in_them_changes() -> None:
    assert hash(extract("package m\n\nvar x int\n")) == hash(extract("package m\n\nvar x int\n"))


def test_functions_and_methods_are_known_by_name_and_receiver() -> None:
    text = "package m\n\nfunc f() {}\nfunc (s *set[K]) add() {}\nfunc (list) init() {}\nfunc init() {}\n"
    assert [("f", ""), ("add", "set"), ("init", "list"), ("init", "")] == [
        (func.name, func.recv) for func in extract(text).funcs
    ]


def test_declarations_reach_from_their_first_byte_to_their_last() -> None:
    text = "package m\n\nfunc f() {}\n\ntype (\n\tt int\n)\n\nvar (\n\tx, y = 1, 2\n)\n"
    found = extract(text)
    stretches = [text[fact.pos : fact.end] for fact in found.funcs]
    stretches += [text[fact.pos : fact.end] for fact in found.types]
    stretches += [text[fact.pos : fact.end] for fact in found.values]
    assert ["func f() {}", "t int", "x, y = 1, 2"] == stretches


def test_imports_keep_the_name_they_are_given() -> None:
    text = 'package m\n\nimport "a"\nimport (\n\tb "c/d"\n\t. "e"\n\t_ `f`\n)\n'
    assert (("", "a"), ("b", "c/d"), (".", "e"), ("_", "f")) == extract(text).imports


def test_a_constant_without_a_value_has_the_type_above_it() -> None:
    text = "package m\n\nconst (\n\tA level = iota\n\tB\n\tC\n)\n"
    assert {"A": "level", "B": "level", "C": "level"} == values(text)


def test_a_constant_with_a_value_of_its_own_ends_the_type_above_it() -> None:
    text = "package m\n\nconst (\n\tA level = iota\n\tB = 5\n\tC\n)\n"
    assert {"A": "level", "B": "", "C": ""} == values(text)


def test_a_constant_that_is_converted_has_the_type_of_the_conversion() -> None:
    assert {"A": "level"} == values('package m\n\nconst A = level("a")\n')


def test_a_variable_has_the_type_that_is_written() -> None:
    assert {"a": "map[string]int", "b": ""} == values("package m\n\nvar a map[string]int\nvar b = 1\n")


def test_names_are_those_of_the_whole_text() -> None:
    assert frozenset({"package", "m", "note", "größe", "x"}) == extract('package m // note\n"größe x"').names


@pytest.mark.parametrize(
    ("text", "lines"), [("", 0), ("package m", 1), ("package m\n", 1), ("package m\n\n// x", 3)]
)
def test_lines_are_counted_with_or_without_a_last_line_end(text: str, lines: int) -> None:
    assert lines == extract(text).lines


def test_a_variables_type_needs_no_more_than_its_first_layer() -> None:
    source = b'package m\n\nvar x = map[string]func(){"a": func() { f() }}\n'
    spec = facts.lower_value(source, facts.extract(source).values[0], shallow=True)
    assert spec is not None
    assert source.index(b"map") == spec.values[0].pos
