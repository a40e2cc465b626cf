"""Entries that expire: maps whose readers compare a time of the entry with the clock, with an insertion."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.expiries import Expiry, expiries
from gomaplint.subjects import Kind, Subject, declared, key_text

_CHECKS = 3  # comparisons shown


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each insertion into a map whose readers compare a time of the entry with the clock."""
    for expiry, insert in expiries(analysis):
        yield _subject(expiry, insert)


def _subject(expiry: Expiry, insert: Insert) -> Subject:
    m, check = expiry.map, expiry.checks[0]
    file = check.body.file
    words = {
        "map": m.container.name,
        "key": key_text(insert),
        "check": file.text(check.node, 64),
        "reader": str(check.reader),
        "module": m.analysis.module,
        "remover": str(m.removals[0].body) if m.removals else "",
    }
    return Subject(
        file,
        expiry.at,
        {"map": m, "insert": insert, "expiry": expiry},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(expiry, insert),
        rank=lambda: insert.run.when.value,
    )


def _related(expiry: Expiry, insert: Insert) -> tuple[Related, ...]:
    rows = declared(expiry.map)
    rows.append(Related(insert.at, f"{insert.body} sets the entry here"))
    rows += [Related(c.at, "the time is compared with the clock here too") for c in expiry.checks[1:_CHECKS]]
    rows += [
        Related(e.at, f"{e.body} removes one entry, whatever its time") for e in expiry.map.removals[:_CHECKS]
    ]
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "expiry",
        find,
        {"map": Map, "insert": Insert, "expiry": Expiry},
        frozenset(("map", "key", "check", "reader", "module")),
        frozenset(("remover",)),
    ),
)
