"""Emptied inner maps: a removal from the inner map or list of an entry whose key stays."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.origins import WIDE
from gomaplint.shapes.innerchanges import Emptying, emptyings
from gomaplint.subjects import Kind, Subject, declared

_OTHERS = 2  # further removals shown beside the one that decides


def find(analysis: Analysis) -> Iterator[Subject]:
    """A subject for each removal from an inner map, with each insertion of an outer key."""
    for emptying in emptyings(analysis):
        for insert in emptying.outer.inserts:
            if insert.event.node is not emptying.node:
                yield _subject(emptying, insert)


def _subject(e: Emptying, insert: Insert) -> Subject:
    m = e.outer
    text = insert.body.file.text
    words = {
        "map": m.container.name,
        "key": text(insert.event.key, 48) if insert.event.key is not None else "key",
        "module": m.analysis.module,
        "function": str(e.body),
        "taken": e.body.file.text(e.node, 60),
        "inner": e.inner.word,
        "asked": str(m.removals[0].body) if m.removals else "",
        "source": "",
    }
    return Subject(
        e.body.file,
        e.at,
        {"map": m, "insert": insert, "emptying": e},
        _Words(words, insert),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(e, insert),
        rank=lambda: _rank(insert),
    )


class _Words(dict[str, str]):
    """Words of which one is found when a text asks for it."""

    def __init__(self, known: dict[str, str], insert: Insert) -> None:
        super().__init__(known)
        self._insert = insert

    def __getitem__(self, word: str) -> str:
        if word == "source":
            best = next((o for o in self._insert.origins if o.kind in WIDE), None)
            told = best.short_way if best is not None else ""
            return told if told != self["key"] else ""
        return super().__getitem__(word)


def _rank(insert: Insert) -> int:
    ways = [len(o.chain) for o in insert.origins if o.kind in WIDE]
    return 10 * insert.run.when.value - min(ways, default=9)


def _related(e: Emptying, insert: Insert) -> tuple[Related, ...]:
    m = e.outer
    rows = declared(m)
    rows.append(Related(insert.at, f"{m.container.name} gains a key here, in {insert.body}"))
    if m.removals:
        gone = m.removals[0]
        rows.append(Related(gone.at, f"keys are removed only here, in {gone.body}"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "emptied-inner",
        find,
        {"map": Map, "insert": Insert, "emptying": Emptying},
        frozenset(("map", "key", "module", "function", "taken", "inner")),
        frozenset(("asked", "source")),
    ),
)
