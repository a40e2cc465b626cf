"""Teardowns: functions that end what an entry stands for, with an insertion into the map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.takebacks import unremoved
from gomaplint.shapes.teardowns import Teardown, teardowns
from gomaplint.subjects import Kind, Subject, declared, where


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each function that ends what an entry stands for, with an insertion into the map."""
    for teardown, insert in teardowns(analysis):
        yield _subject(teardown, insert)


def _subject(teardown: Teardown, insert: Insert) -> Subject:
    m, body = teardown.map, teardown.body
    ended = teardown.release or teardown.read  # a rule that asks for no release names the look-up
    words = {
        "map": m.container.name,
        "key": body.file.text(teardown.key, 48),
        "function": where(body, teardown.at),
        "inserter": where(insert.body, insert.at),
        "module": m.analysis.module,
        "gone": unremoved(m),
        "release": ended.body.file.text(ended.node, 48),
    }
    return Subject(
        body.file,
        teardown.at,
        {"map": m, "insert": insert, "teardown": teardown},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(teardown, insert),
        rank=lambda: _rank(teardown, insert),
    )


def _rank(teardown: Teardown, insert: Insert) -> int:
    """An entry that is ended shows more than one that is looked up; then the insertion that runs most often."""
    return 10 * (teardown.release is not None) + insert.run.when.value


def _related(teardown: Teardown, insert: Insert) -> tuple[Related, ...]:
    rows = declared(teardown.map)
    rows.append(Related(insert.at, f"{insert.body} sets the entry here"))
    if teardown.read.at != teardown.at:
        rows.append(Related(teardown.read.at, f"{teardown.read.body} looks it up here"))
    if teardown.release is not None:
        rows.append(Related(teardown.release.at, f"{teardown.body} ends its value here"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "teardown",
        find,
        {"map": Map, "insert": Insert, "teardown": Teardown},
        frozenset(("map", "key", "function", "inserter", "module", "gone", "release")),
    ),
)
