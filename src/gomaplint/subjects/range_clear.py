"""Range clears: loops that do nothing but delete every key of a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.fixes.clears import emptied
from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.clears import RangeClear, clears
from gomaplint.subjects import Kind, Subject, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each loop that does nothing but delete every key of a map."""
    return map(subject, clears(analysis))


def subject(clear: RangeClear) -> Subject:
    """The subject for one clearing loop."""
    m, file = clear.map, clear.body.file
    words = {
        "map": m.container.name,
        "operand": file.text(clear.operand),
        "function": str(clear.body),
        "module": m.analysis.module,
    }
    return Subject(
        file,
        clear.at,
        {"map": m, "loop": clear},
        words,
        f"{file.path}:{clear.loop.pos}",
        m.container.key,
        m.container.at,
        lambda: tuple(declared(m)),
        fixes=lambda: emptied(clear),
    )


KINDS = (
    Kind(
        "range-clear",
        find,
        {"map": Map, "loop": RangeClear},
        frozenset(("map", "operand", "function", "module")),
    ),
)
