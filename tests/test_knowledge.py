"""The tables of libraries: every line names its source, and no two lines say different things of one type."""

from __future__ import annotations

import pytest

from gomaplint import knowledge

_GROUPS = ("through", "config", "generated", "external", "bounded", "connection", "one-connection")
_LINES = [
    (group, kind, line)
    for group in _GROUPS
    for kind in ("packages", "functions", "types")
    for line in knowledge.table("keys")[group].get(kind, ())
]


@pytest.mark.parametrize(
    ("group", "kind", "line"), _LINES, ids=[f"{g}-{li['paths'][0]}" for g, _, li in _LINES]
)
def test_line_names_paths_and_source(group: str, kind: str, line: dict[str, object]) -> None:
    assert line["paths"] and line["source"]
    assert ("names" in line) == (kind != "packages"), (group, line)


@pytest.mark.parametrize("group", ["connection", "bounded"])
def test_type_ends_a_key_in_one_way(group: str) -> None:
    requests, external = knowledge.request_types(), knowledge.key_types("external")
    assert not requests & external
    assert not knowledge.key_types(group) & (requests | external)


@pytest.mark.parametrize("group", ["config", "generated", "external"])
def test_function_ends_a_key_in_one_way(group: str) -> None:
    """A package that passes keys on may have functions that make them, but not be a maker as a whole."""
    assert not knowledge.key_packages(group) & knowledge.key_packages("through")


def test_lines_of_one_library_do_not_repeat() -> None:
    for group in _GROUPS:
        paths = [
            path for g, kind, line in _LINES if (g, kind) == (group, "packages") for path in line["paths"]
        ]
        assert len(paths) == len(set(paths)), group
