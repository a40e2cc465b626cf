"""Where the keys of a TOML text stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gomaplint import toml
from gomaplint.toml import KeyPath

# Every leaf is the number of its line.
NUMBERED = r'''
top = 2 # = [ "
"a.b" . 'c d'=3
list = [ # ] and [[
    5,

  7, { x = 7 }, # , "
] # ]
inline = { a = 9, "b}" = [9, 9], c.d = 9 }
text = { before = 10, x = """ ] } "
  \""" k = 1
# """"" } # the text ends two lines below its key
raw = { x = \'\'\'
["""]\'\'\', y = 14 }

[ table . "sub" ] # [x]
k = 17
[[many]]
k = 19
[many.inner]
k = 21
[[many]]
k = 23
[[many.more]]
k = 25
[[many.more]]
k = 27
'''.replace(r"\'", "'")


def leaves(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, int]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    elif isinstance(value, int):
        yield path, value


def test_every_value_is_found_on_its_line() -> None:
    document = toml.read(NUMBERED)
    expected = dict(leaves(document.data))
    assert len(expected) > 10
    assert expected == {path: document.line(path) for path in expected}


def test_each_table_of_a_list_has_its_own_line() -> None:
    document = toml.read(NUMBERED)
    assert [18, 22] == [document.line(("many", number)) for number in (0, 1)]
    assert [24, 26] == [document.line(("many", 1, "more", number)) for number in (0, 1)]


def test_what_is_not_there_is_looked_for_around_it() -> None:
    document = toml.read(NUMBERED)
    assert 16 == document.line(("table", "sub", "missing", 3))
    assert 1 == document.line(("missing",))


def test_line_ends_of_windows_are_counted_once() -> None:
    assert 3 == toml.read("a = [\r\n1,\r\n2]\r\n").line(("a", 1))


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("\na = [1,\n", 2), ("x = 'a\n", 1), ("[" * 9999, 1)],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(toml.NotToml) as caught:
        toml.read("x = " + text if text[0] == "[" else text)
    assert line == caught.value.line
    assert "line" not in str(caught.value)
