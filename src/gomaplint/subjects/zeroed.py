"""Zeroed entries: statements that empty an entry or count it down, with an insertion into the map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.fixes.zeroed import delete_entry
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.takebacks import unremoved
from gomaplint.shapes.zeroed import Case, Zeroing, zeroings
from gomaplint.subjects import Kind, Subject, declared, where


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each statement that empties an entry or counts it down, with an insertion into the map."""
    for zeroing, insert in zeroings(analysis):
        yield _subject(zeroing, insert)


def _subject(zeroing: Zeroing, insert: Insert) -> Subject:
    m, body = zeroing.map, zeroing.body
    file = body.file
    words = {
        "map": m.container.name,
        "key": file.text(zeroing.key, 48),
        "statement": file.text(zeroing.node, 64),
        "function": where(body, zeroing.at),
        "inserter": where(insert.body, insert.at),
        "module": m.analysis.module,
        "gone": unremoved(m),
        "counted": "" if zeroing.case is Case.ZEROED else file.text(zeroing.node, 64),
        "test": file.text(zeroing.test, 48) if zeroing.test is not None else "",
    }
    return Subject(
        file,
        zeroing.at,
        {"map": m, "insert": insert, "zeroing": zeroing},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(zeroing, insert),
        rank=lambda: insert.run.when.value,
        fixes=lambda: delete_entry(zeroing),
    )


def _related(zeroing: Zeroing, insert: Insert) -> tuple[Related, ...]:
    rows = declared(zeroing.map)
    rows.append(Related(insert.at, f"{insert.body} sets the entry here"))
    if zeroing.tested is not None:
        rows.append(Related(zeroing.tested, "it is compared with zero here"))
    if zeroing.releases is not None:
        rows.append(Related(zeroing.releases, "its value ends here"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "zeroed-entry",
        find,
        {"map": Map, "insert": Insert, "zeroing": Zeroing},
        frozenset(("map", "key", "statement", "function", "inserter", "module", "gone")),
        frozenset(("counted", "test")),
    ),
)
