"""Abandoned waits: the ways out of functions that add an entry and wait for what is said through it."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.abandoned import Leaving, leavings
from gomaplint.shapes.waits import Cause, channel
from gomaplint.subjects import Kind, Subject, declared, key_text, where


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each way out of a function that adds an entry and waits for what is said through it."""
    return map(_subject, leavings(analysis))


def _subject(way: Leaving) -> Subject:
    m, insert, body = way.map, way.insert, way.body
    heard = channel(way.wait.case)
    cause = body.file.text(heard, 48) if heard is not None else ""
    remover = way.elsewhere
    words = {
        "map": m.container.name,
        "key": key_text(insert),
        "function": where(body, way.at),
        "module": m.analysis.module,
        "answer": body.file.text(channel(way.wait.answer) or way.wait.answer, 48),
        "timer": cause if way.wait.cause is Cause.TIMER else "",
        "context": cause if way.wait.cause is Cause.CONTEXT else "",
        "remover": where(remover.body, remover.at) if remover is not None else "",
    }
    return Subject(
        body.file,
        way.at,
        {"map": m, "insert": insert, "way": way},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(way),
    )


def _related(way: Leaving) -> tuple[Related, ...]:
    rows = declared(way.map)
    rows.append(Related(way.insert.at, "the entry is added here"))
    if way.stand.way:
        at = way.body.file.span(way.stand.node.pos, way.stand.node.end)
        rows.append(Related(at, "for this call"))
    for node in way.reached.exits[:1]:
        rows.append(Related(way.body.file.span(node.pos, node.end), f"{way.body} returns here"))
    if way.elsewhere is not None and not way.answered:
        rows.append(Related(way.elsewhere.at, "an entry is removed here"))
    for node in way.otherwise.marks[:1] if way.answered else ():
        rows.append(
            Related(
                way.body.file.span(node.pos, node.end), "the entry is removed here, when the wait is given up"
            )
        )
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "abandoned-wait",
        find,
        {"map": Map, "insert": Insert, "way": Leaving},
        frozenset(("map", "key", "function", "module", "answer")),
        frozenset(("timer", "context", "remover")),
    ),
)
