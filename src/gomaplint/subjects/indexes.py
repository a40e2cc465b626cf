"""Index orphans: stores that let go of what a key of an index leads to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.indexes import Overwrite, overwrites
from gomaplint.shapes.orphans import Loss, Orphan
from gomaplint.shapes.sidemaps import SideMap, side_maps
from gomaplint.subjects import Kind, Subject, declared, where


def find(analysis: Analysis) -> Iterator[Subject]:
    """A subject for each store that replaces an entry, and each one into a cache, beside an insert into an index."""
    return map(_subject, chain(overwrites(analysis), side_maps(analysis)))


def _subject(o: Loss) -> Subject:
    m = o.index
    words = {
        "map": m.container.name,
        "primary": o.primary,
        "function": str(o.body),
        "module": m.analysis.module,
        "removes": o.removal.body.file.text(o.removal.node, 60) if isinstance(o, Overwrite) else "",
        "other": where(o.removal.body, o.removal.at) if isinstance(o, Overwrite) else "",
        "cache": o.kind.title if isinstance(o, SideMap) else "",
    }
    return Subject(
        o.body.file,
        o.at,
        {"map": m, "insert": o.insert, "orphan": Orphan(o)},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(o),
    )


def _related(o: Loss) -> tuple[Related, ...]:
    rows = declared(o.index)
    rows.append(Related(o.insert.at, f"{o.index.container.name} gains the new key here"))
    if isinstance(o, Overwrite):
        rows.append(Related(o.removal.at, "the key of an old entry is removed here"))
    if isinstance(o, SideMap):
        rows.append(Related(o.held.at, f"{o.primary} evicts by itself"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "index-orphan",
        find,
        {"map": Map, "insert": Insert, "orphan": Orphan},
        frozenset(("map", "primary", "function", "module")),
        frozenset(("removes", "other", "cache")),
    ),
)
