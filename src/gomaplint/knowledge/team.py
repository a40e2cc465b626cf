"""What a team knows of its own code and libraries, told by its configuration, for the time of one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Known(NamedTuple):
    """Names by import path: `example.com/lib/mapx.Trim`, `example.com/lib/lru.Cache.Purge`.

    `evicts` are functions and methods that take entries out of a map that they are handed, or whose method they are.
    `bounded` are types of which there are few values, `long_lived` those whose values live as long as the program.
    `keys` are functions and methods whose results come from requests, and types whose values and parts do.
    """

    evicts: frozenset[str] = frozenset()
    bounded: frozenset[str] = frozenset()
    long_lived: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


_NOTHING = Known()
_known: ContextVar[Known] = ContextVar("known", default=_NOTHING)


@contextmanager
def extended(known: Known) -> Iterator[None]:
    """Let the tables know more meanwhile; what is asked through a copy of this context knows it as well."""
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)


def known() -> Known:
    """What is known in the run at hand."""
    return _known.get()
