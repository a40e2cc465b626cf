"""What rules speak of: relations between places of the program, found once by typed code over the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from gomaplint.finding import Estimate, Related
from gomaplint.model.maps import Analysis
from gomaplint.model.symbols import File
from gomaplint.span import Span


class Subject(NamedTuple):
    """One thing a rule may report.

    `roles` are the entities that conditions ask about, by the name rules give them.
    `declared` is the place of the declaration it is about, where that is another than `at`.
    `words` fill the placeholders of a rule's texts; an optional one may be "".
    Of subjects with the same `group` a rule reports the one it is surest of, of those the one of the highest `rank`,
    and of those the first.
    """

    file: File
    at: Span
    roles: Mapping[str, Any]
    words: Mapping[str, str]
    group: str
    container: str = ""
    declared: Span | None = None
    related: Callable[[], tuple[Related, ...]] = tuple
    searched: Callable[[], str] = str
    estimate: Callable[[], Estimate | None] = lambda: None
    rank: Callable[[], int] = int


class Kind(NamedTuple):
    """A kind of subject: how it is found, its roles with the type of entity each has, and its words."""

    name: str
    find: Callable[[Analysis], Iterator[Subject]]
    roles: Mapping[str, type]
    words: frozenset[str]
    optional: frozenset[str]


def kinds() -> dict[str, Kind]:
    """All kinds of subjects by the name rules use."""
    from gomaplint.subjects import growth, loopvar, range_clear

    return {kind.name: kind for kind in (growth.KIND, range_clear.KIND, loopvar.CAPTURE, loopvar.ADDRESS)}
