"""Range clears: loops that do nothing but delete every key of a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.clears import RangeClear, clears
from gomaplint.model.maps import Analysis, Map
from gomaplint.subjects import Kind, Subject


def find(analysis: Analysis) -> Iterator[Subject]:
    """A subject for each clearing loop."""
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
    life = m.lifetime

    def related() -> tuple[Related, ...]:
        rows = [Related(m.container.at, f"{m.container.name} is declared here")]
        if life.at is not None and life.at != m.container.at:
            rows.append(Related(life.at, life.says))
        return tuple(rows)

    group = f"{file.path}:{clear.loop.pos}"
    return Subject(
        file, clear.at, {"map": m, "loop": clear}, words, group, m.container.key, m.container.at, related
    )


KINDS = (
    Kind(
        "range-clear",
        find,
        {"map": Map, "loop": RangeClear},
        frozenset(("map", "operand", "function", "module")),
    ),
)
