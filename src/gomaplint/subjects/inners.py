"""Emptied inner maps: a removal from the inner map or list of an entry whose key stays."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.fixes.inners import delete_emptied
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.innerchanges import Emptying, emptyings
from gomaplint.subjects import Kind, Subject, Words, declared, growth_rank, key_source, key_text


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each removal from a map or list that is itself an entry of a map, with an insertion of an outer key."""
    for emptying in emptyings(analysis):
        for insert in emptying.outer.inserts:
            if insert.event.node is not emptying.node:
                yield _subject(emptying, insert)


def _subject(e: Emptying, insert: Insert) -> Subject:
    m = e.outer
    words = {
        "map": m.container.name,
        "key": key_text(insert),
        "module": m.analysis.module,
        "function": str(e.body),
        "taken": e.body.file.text(e.node, 60),
        "inner": e.inner.word,
        "asked": str(m.removals[0].body) if m.removals else "",
    }
    return Subject(
        e.body.file,
        e.at,
        {"map": m, "insert": insert, "emptying": e},
        Words(words, source=lambda: key_source(insert)),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(e, insert),
        rank=lambda: growth_rank(insert),
        fixes=lambda: delete_emptied(e),
    )


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
