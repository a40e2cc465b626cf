"""The kinds of values that a configuration holds: how each is read, and as what it is described."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gomaplint.config import globs
from gomaplint.errors import near
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion, parse


class Wrong(ValueError):
    """What is wrong with a value, behind the name of its key, and where in the value: an entry, a key."""

    def __init__(self, says: str, *at: str | int) -> None:
        super().__init__(says)
        self.at = at


class OfOtherKind(Wrong):
    """A value of another kind than the key's; an example is the cure."""


class Kind(NamedTuple):
    """A kind of values: its name, how one is read out of TOML, and its JSON schema."""

    says: str
    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


_KINDS = {
    bool: "a boolean",
    str: "a string",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


def _expect(value: Any, kind: type, *at: str | int) -> None:
    if type(value) is not kind:  # a bool is an int to Python
        raise OfOtherKind(f"is {_KINDS.get(type(value), 'a date')}", *at)


def _flag(value: Any) -> bool:
    _expect(value, bool)
    return bool(value)


def _processes(value: Any) -> int:
    _expect(value, int)
    if value < 0:
        raise Wrong(f"is {value}; a number of processes is 0 or more")
    return int(value)


def strings(value: Any) -> tuple[str, ...]:
    """Read a list of strings, none of them empty."""
    _expect(value, list)
    for number, entry in enumerate(value):
        _expect(entry, str, number)
        if not entry.strip():
            raise Wrong("has an empty string; fill it in or take it away", number)
    return tuple(value)


def _path(value: Any) -> str:
    _expect(value, str)
    if not value.strip():
        raise Wrong("is empty; fill it in or take the key away")
    return str(value)


def _selected(value: Any) -> tuple[str, ...]:
    if value == []:
        raise Wrong("names no rule, so that nothing would be reported; leave the key out for all rules")
    return strings(value)


def _matches(value: Any) -> tuple[str, ...]:
    if value == []:
        raise Wrong('names no file; write match = ["**"] for all of them')
    for number, pattern in enumerate(strings(value)):
        try:
            globs.compile(pattern)
        except globs.BadGlob as error:
            raise Wrong(f"{pattern!r} {error}", number) from error
    return tuple(value)


def size(text: str) -> int | None:
    """Read a number of bytes, such as 2000000, 2MB or 512KiB; None where it is none, or less than one."""
    found = re.fullmatch(_SIZE, text.strip(), re.IGNORECASE)
    return (int(float(found[1]) * _FACTORS[(found[2] or "").lower()]) or None) if found else None


_SIZE = r"(\d[\d_]*(?:\.\d+)?)\s*([kmg]i?)?b?"
_FACTORS = {
    "": 1,
    "k": 1_000,
    "m": 1_000_000,
    "g": 1_000_000_000,
    "ki": 1 << 10,
    "mi": 1 << 20,
    "gi": 1 << 30,
}


def _size(value: Any) -> int:
    text = str(value) if type(value) is int else value
    _expect(text, str)
    found = size(text)
    if found is None:
        raise Wrong(f"{value!r} is no size; write bytes, or a number with kB, MB or MiB")
    return found


def _version(value: Any) -> GoVersion:
    _expect(value, str)
    found = parse(value)
    if found is None:
        raise Wrong(f"{value!r} is no Go version; write it as 1.21")
    return found


def choice(word: Any, of: Mapping[str, Any], *at: str | int) -> Any:
    """What a word stands for."""
    _expect(word, str, *at)
    if word not in of:
        raise Wrong(f"cannot be {word!r}{near(word, of)}", *at)
    return of[word]


def _severities(value: Any) -> dict[str, Severity]:
    _expect(value, dict)
    for word, severity in value.items():
        if severity in ("off", "none"):
            raise Wrong(f"cannot be {severity!r}; ignore = [{word!r}] turns the rule off", word)
    return {word: choice(severity, SEVERITIES, word) for word, severity in value.items()}


_NAME = r"[\w.~-]+(?:/[\w.~-]+)*\.[^\W\d]\w*"


def _names(
    value: Any, example: str = "example.com/lib/mapx.Trim or example.com/lib/lru.Cache.Purge"
) -> tuple[str, ...]:
    for number, name in enumerate(strings(value)):
        if not re.fullmatch(_NAME, name):
            raise Wrong(f"{name!r} is no name; write import path and name, as {example}", number)
    return tuple(value)


def _types(value: Any) -> tuple[str, ...]:
    return _names(value, "example.com/m/tenant.ID")


CONFIDENCES = {str(level): level for level in Confidence}
SEVERITIES = {str(level): level for level in Severity}
FAILING: dict[str, Severity | None] = {**SEVERITIES, "never": None}

_TEXT = {"type": "string", "pattern": r"\S"}
_TEXTS = {"type": "array", "items": _TEXT}

FLAG = Kind("a boolean", _flag, {"type": "boolean"})
PROCESSES = Kind("a number", _processes, {"type": "integer", "minimum": 0})
STRINGS = Kind("a list of strings", strings, _TEXTS)
PATH = Kind("a path", _path, _TEXT)
PATHS = Kind("a list of paths", strings, _TEXTS)
RULES = Kind("a list of rules", strings, _TEXTS)
SELECTED = Kind("a list of rules", _selected, {**_TEXTS, "minItems": 1})
MATCH = Kind("a list of patterns", _matches, {**_TEXTS, "minItems": 1})
SIZE = Kind(
    "a size",
    _size,
    {
        "oneOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "pattern": r"^\s*\d[\d_]*(\.\d+)?\s*([kKmMgG][iI]?)?[bB]?\s*$"},
        ]
    },
)
VERSION = Kind(
    "a Go version",
    _version,
    {"type": "string", "pattern": r"^\s*(go)?\d+\.\d+(\.\d+)?((alpha|beta|rc)\d+)?\s*$"},
)
CONFIDENCE = Kind("low, medium or high", lambda v: choice(v, CONFIDENCES), {"enum": [*CONFIDENCES]})
FAIL_ON = Kind("note, warning, error or never", lambda v: choice(v, FAILING), {"enum": [*FAILING]})
SEVERITY = Kind(
    "a table of rules",
    _severities,
    {"type": "object", "additionalProperties": {"enum": [*SEVERITIES]}},
)
TYPES = Kind(
    "a list of names", _types, {"type": "array", "items": {"type": "string", "pattern": f"^{_NAME}$"}}
)
NAMES = Kind(
    "a list of names", _names, {"type": "array", "items": {"type": "string", "pattern": f"^{_NAME}$"}}
)
