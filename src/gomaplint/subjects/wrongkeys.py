"""Removals by key: calls that take one entry out of a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.types import show
from gomaplint.shapes.wrongkeys import KeyedRemoval, maker, removals
from gomaplint.subjects import Kind, Subject, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """A subject for each removal by key of each map that may live long."""
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
        _Words(words, removal),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(removal),
    )


class _Words(dict[str, str]):
    """Words of which those that need an answer are found when a text asks for them."""

    def __init__(self, known: dict[str, str], removal: KeyedRemoval) -> None:
        super().__init__(known)
        self._removal = removal

    def __getitem__(self, word: str) -> str:
        removal = self._removal
        match word:
            case "type" | "types":
                found = removal.types
                return show(found[word == "types"]) if found is not None else ""
            case "address":
                return self["key"] if removal.fresh else ""
            case "made":
                read = removal.remade
                made = maker(read.key, read.body) if read is not None else None
                return read.body.file.text(made.call, 60) if read is not None and made is not None else ""
        return super().__getitem__(word)


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
