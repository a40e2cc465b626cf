"""What rules speak of: relations between places of the program, found once by typed code over the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from gomaplint.finding import Estimate, Fix, Related, Section
from gomaplint.model.body import Body
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.origins import WIDE
from gomaplint.model.symbols import File
from gomaplint.span import Span


class Subject(NamedTuple):
    """One thing a rule may report.

    `roles` are the entities that conditions ask about, by the name rules give them.
    `declared` is the place of the declaration it is about, where that is another than `at`.
    `words` fill the placeholders of a rule's texts; an optional one may be "".
    Of subjects with the same `group` a rule reports the one it is surest of, of those the one of the highest `rank`,
    and of those the first.
    `evidence` is all that was looked at, which `why` shows beside the answers.
    `fixes` are ways to mend it, the best first.
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
    evidence: Callable[[], tuple[Section, ...]] = tuple
    fixes: Callable[[], tuple[Fix, ...]] = tuple


class Kind(NamedTuple):
    """A kind of subject: how it is found, its roles with the type of entity each has, and its words.

    The docstring of `find` is its public documentation.
    The word `title` names what a subject is about, where it is told why a rule spoke or kept silent.
    """

    name: str
    find: Callable[[Analysis], Iterator[Subject]]
    roles: Mapping[str, type]
    words: frozenset[str]
    optional: frozenset[str] = frozenset()
    title: str = "map"

    @property
    def doc(self) -> str:
        return " ".join((self.find.__doc__ or "").split())


def declaration(m: Map) -> Related:
    """The place of a map's declaration, with which every proof about it begins."""
    return Related(m.container.at, f"{m.container.name} is declared here")


def declared(m: Map) -> list[Related]:
    """The declaration, and what keeps the map for long where that is another place."""
    life = m.lifetime
    kept = life.at is not None and life.at != m.container.at
    return [declaration(m), *([Related(life.at, life.says)] if kept and life.at is not None else [])]


class Words(dict[str, str]):
    """The words of a subject; some cost an answer, and are found `later`, when a text asks for them."""

    def __init__(self, known: Mapping[str, str], **later: Callable[[], str]) -> None:
        super().__init__(known)
        self._later = later

    def __missing__(self, word: str) -> str:
        return self._later[word]()


def key_source(insert: Insert) -> str:
    """Where the key of an insertion comes from, if that is known and says more than the key itself."""
    best = next((o for o in insert.origins if o.kind in WIDE), None)
    told = best.short_way if best is not None else ""
    return told if told != key_text(insert) else ""


def where(body: Body, at: Span) -> str:
    """A function and one line of it, as a message names a place: `(*hub).leave (hub.go:41)`."""
    return f"{body} ({at.path.rpartition('/')[2]}:{at.line})"


def key_text(insert: Insert) -> str:
    """The key of an insertion as the source writes it."""
    key = insert.event.key
    return insert.body.file.text(key, 48) if key is not None else "key"


def growth_rank(insert: Insert) -> int:
    """The more often an insertion runs, and the shorter the way of its key, the better it shows the growth."""
    ways = [len(o.chain) for o in insert.origins if o.kind in WIDE]
    return 10 * insert.run.when.value - min(ways, default=9)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds of subjects by the name rules use: the KINDS of every module of this package."""
    modules = (import_module(found.name) for found in iter_modules(__path__, f"{__name__}."))
    return {kind.name: kind for module in modules for kind in module.KINDS}
