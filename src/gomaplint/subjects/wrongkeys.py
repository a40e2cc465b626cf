"""Removals by key: calls that take one entry out of a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.types import show
from gomaplint.shapes.wrongkeys import KeyedRemoval, maker, removals
from gomaplint.subjects import Kind, Subject, Words, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each removal of one key from a map that may live long."""
    return map(_subject, removals(analysis))


def _subject(removal: KeyedRemoval) -> Subject:
    m, body = removal.map, removal.body
    words = {
        "map": m.container.name,
        "key": body.file.text(removal.key, 48),
        "removal": body.file.text(removal.event.node, 60),
        "function": str(body),
        "module": m.analysis.module,
    }
    return Subject(
        body.file,
        removal.at,
        {"map": m, "removal": removal},
        Words(
            words,
            type=lambda: _type(removal, 0),
            types=lambda: _type(removal, 1),
            address=lambda: words["key"] if removal.fresh else "",
            made=lambda: _made(removal),
        ),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(removal),
    )


def _type(removal: KeyedRemoval, which: int) -> str:
    return show(removal.types[which]) if removal.types is not None else ""


def _made(removal: KeyedRemoval) -> str:
    """How the look-up before makes its key, which is how all are made."""
    read = removal.remade
    made = maker(read.key, read.body) if read is not None else None
    return made.body.file.text(made.call, 60) if made is not None else ""


def _related(removal: KeyedRemoval) -> tuple[Related, ...]:
    m = removal.map
    rows = declared(m)
    rows += [Related(i.at, "keys are inserted here") for i in m.inserts[:2]]
    if removal.remade is not None:
        rows.append(Related(removal.remade.at, "the entry is looked up here"))
    if removal.emptied is not None:
        rows.append(Related(removal.emptied, f"{removal.body.file.text(removal.key, 48)} is emptied here"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "keyed-removal",
        find,
        {"map": Map, "removal": KeyedRemoval},
        frozenset(("map", "key", "removal", "function", "module")),
        frozenset(("type", "types", "address", "made")),
    ),
)
