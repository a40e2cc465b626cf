"""Pinned sources: keys and values that are cut from a whole file, body, output or buffer."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.fixes.pins import store_copy
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.pins import Pin, pins
from gomaplint.subjects import Kind, Subject, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each key and value that is cut from a whole file, body, output or buffer."""
    return map(_subject, pins(analysis))


def _subject(pin: Pin) -> Subject:
    m, end, body = pin.insert.map, pin.end, pin.insert.body
    piece = str(end.stored.place)
    replaced = pin.role == "key" and not m.sync  # by every assignment, as measured for plain maps
    words = {
        "map": m.container.name,
        "piece": piece,
        "role": _role(pin),
        "source": end.says,
        "stays": "may stay" if end.same or end.other is not None else "stays",
        "key": piece if pin.form == "string" and replaced else "",
        "text": piece if pin.form == "string" and not replaced else "",
        "bytes": piece if pin.form == "bytes" else "",
    }
    return Subject(
        body.file,
        pin.at,
        {"map": m, "insert": pin.insert, "pin": pin},
        words,
        f"{body.file.path}:{pin.insert.event.node.pos}",
        m.container.key,
        m.container.at,
        lambda: _related(pin),
        fixes=lambda: store_copy(pin),
    )


def _role(pin: Pin) -> str:
    """How the entry holds the piece: it may be a field of a struct that is key or value."""
    event = pin.insert.event
    whole = any(x is pin.end.stored.x for x in (event.key, event.value))
    return f"{'as' if whole else 'in'} a {pin.role}"


def _related(pin: Pin) -> tuple[Related, ...]:
    m, end = pin.insert.map, pin.end
    rows = declared(m)
    rows.append(Related(end.read.at, "the whole comes from here"))
    if end.cut is not None:
        rows.append(Related(end.cut.at, "a part of it is taken here, and shares its memory"))
    if end.same:
        rows.append(Related(end.stored.place.at, f"{end.same} copies only what it changes"))
    if end.other is not None:
        rows.append(Related(end.other.at, "at times it is another value"))
    rows += [Related(place.at, "this part of it is held by the entry too") for place in pin.others]
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "pin",
        find,
        {"map": Map, "insert": Insert, "pin": Pin},
        frozenset(("map", "piece", "role", "source", "stays")),
        frozenset(("key", "text", "bytes")),
    ),
)
