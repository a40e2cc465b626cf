"""The words of a Go name."""

from __future__ import annotations

import re
from functools import cache, lru_cache

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


def removes(name: str) -> bool:
    """A function that by its name ends something or takes it away: Stop, unsubscribeAll, onPeerDisconnected.

    The first word that says something decides, the last one, or a later participle; a name that asks removes nothing.
    """
    words = split(name)
    while words and words[0] in _LEADING:
        words = words[1:]
    if not words or words[0] in knowledge.table("names")["removing"]["never"]:
        return False
    group = knowledge.words("removing")
    return words[0] in group or words[-1] in group or any(_ended(word) for word in words[1:])


def _ended(word: str) -> bool:
    """The participle of a verb that ends something: closed, stopped, removed, expired."""
    group = knowledge.words("removing")
    stem = word.removesuffix("ed")
    return stem != word and not group.isdisjoint((stem, stem + "e", stem[:-1]))


def first(name: str) -> str:
    """The first word of a name, or nothing."""
    return next(iter(split(name)), "")


def runs_later(name: str) -> bool:
    """A function that by its name keeps a closure, and runs it after it has returned."""
    group = knowledge.table("names")["runs-later"]
    return name in group["names"] or first(name) in group["words"]


def holds(name: str, group: str) -> bool:
    """Any word of a name belongs to a group."""
    return any(word in knowledge.words(group) for word in split(name))


@cache
def names_tests(path: str) -> bool:
    """The path of a file or package that tells of tests, mocks or tools."""
    folders, _, file = path.rpartition("/")
    return bool(_DOUBLE.fullmatch(file.removesuffix(".go"))) or any(
        _DOUBLE.fullmatch(folder)
        or folder in knowledge.words("test")
        or (folder.endswith("test") and folder not in knowledge.words("no-test"))
        for folder in folders.split("/")
    )


# `fakebus`, `user_mock`, `dbtest`, `testutil`; not `latest`.
_DOUBLE = re.compile(
    r"(?:fake|mock)[\w-]*|(?:[\w-]*[-_])?(?:mocks?|fakes?|stubs?)(?:_[\w-]*)?|(?:[\w-]*[-_])?test(?:s|ing|utils?|helpers?|data|suite|kit)?|\w*(?<!la)(?<!con)(?<!at)test(?:utils?|helpers?)"
)
