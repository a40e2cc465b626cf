"""The words of a Go name."""

from __future__ import annotations

import re
from functools import lru_cache

from gomaplint import knowledge

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LEADING = frozenset(("on", "handle", "process", "do", "try", "ensure", "maybe", "batch"))


@lru_cache(maxsize=4096)
def split(name: str) -> tuple[str, ...]:
    """`mustRegisterAll` -> must, register, all."""
    return tuple(word.lower() for word in _WORD.findall(name))


def leads(name: str, group: str) -> bool:
    """The first word of a name that says something belongs to a group."""
    words = split(name)
    while words and words[0] in _LEADING:
        words = words[1:]
    return bool(words) and words[0] in knowledge.words(group)


def holds(name: str, group: str) -> bool:
    """Any word of a name belongs to a group."""
    return any(word in knowledge.words(group) for word in split(name))


def names_tests(path: str) -> bool:
    """A package path or file name that tells of tests, mocks or tools."""
    group = knowledge.words("test")
    return any(word in group for part in path.split("/") for word in re.split(r"[^a-z0-9]+", part.lower()))
