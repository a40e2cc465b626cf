"""TOML, and the line on which each of its keys stands, which Python's reader does not tell."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KeyPath = tuple[str | int, ...]
"""The keys that lead to a value, with the numbers of entries in lists: ("paths", 0, "match", 1)."""

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?!")|\'\'\'.*?\'\'\'(?!\')|"(?:\\.|[^"\\])*"|'[^']*\'''', re.DOTALL
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


class NotToml(ValueError):
    """What is wrong with a text, and on which line."""

    def __init__(self, says: str, line: int) -> None:
        super().__init__(says)
        self.line = line


class Document(NamedTuple):
    """The content of a TOML text, and where its keys and the entries of its lists stand."""

    data: dict[str, Any]
    lines: Mapping[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of what is written around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str) -> dict[str, Any]:
    """The content of a TOML text; ValueError where it is none."""
    return tomllib.loads(text)


def read(text: str) -> Document:
    """The content of a TOML text with its lines; NotToml where it is none."""
    try:
        data = parse(text)
    except RecursionError:
        raise NotToml("its lists are nested too deeply", 1) from None
    except ValueError as error:
        found = _PLACE.search(str(error))
        says = _PLACE.sub("", str(error))
        line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
        raise NotToml(says[:1].lower() + says[1:], line) from error
    return Document(data, _Lines(text).found())


class _Lines:
    """Walks over a text that is known to be TOML, and keeps the line on which each key is written first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.lines: dict[KeyPath, int] = {}
        self.tables: dict[KeyPath, int] = {}  # how many [[tables]] of a name there are so far

    def found(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self.skip(_SPACE) < len(self.text):
            if self.text[self.pos] == "[":
                many = self.text.startswith("[[", self.pos)
                self.pos += 1 + many
                self.skip(_BLANK)
                table = self.header(self.keys(), many)
                self.pos += 1 + many
            else:
                self.pair(table)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.pos)
        assert found is not None  # each of them matches nothing as well
        self.pos = found.end()
        return self.pos

    def note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.pos) + 1)

    def keys(self) -> list[str]:
        """The parts of a key such as `a."b.c".d`, up to what follows them."""
        parts = []
        while True:
            quoted = _STRING.match(self.text, self.pos)
            found = quoted or _BARE.match(self.text, self.pos)
            assert found is not None
            parts.append(parse(f"key = {found[0]}")["key"] if quoted else found[0])
            self.pos = found.end()
            if self.text[self.skip(_BLANK)] != ".":
                return parts
            self.pos += 1
            self.skip(_BLANK)

    def header(self, keys: list[str], many: bool) -> KeyPath:
        """The path of the table that a line in brackets opens; below [[tables]] the last of them is meant."""
        path: KeyPath = ()
        for number, key in enumerate(keys):
            path = (*path, key)
            self.note(path)
            if many and number == len(keys) - 1:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
                self.note(path)
        return path

    def pair(self, table: KeyPath) -> None:
        path = table
        for key in self.keys():
            path = (*path, key)
            self.note(path)
        self.pos += 1  # the equal sign
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: KeyPath) -> None:
        opening = self.text[self.pos]
        if found := _STRING.match(self.text, self.pos):
            self.pos = found.end()
        elif opening in "[{":
            self.pos += 1
            number = 0
            while self.text[self.skip(_SPACE)] not in "]}":
                if opening == "{":
                    self.pair(path)
                else:
                    self.note((*path, number))
                    self.value((*path, number))
                    number += 1
                if self.text[self.skip(_SPACE)] == ",":
                    self.pos += 1
            self.pos += 1
        else:
            self.skip(_SCALAR)
