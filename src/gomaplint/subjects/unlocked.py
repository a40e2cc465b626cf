"""Shared writes: changes of plain maps in code that several goroutines run at once."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.containers import Effect
from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.unlocked import Write, writes
from gomaplint.subjects import Kind, Subject, declaration


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each change of a plain map in code that several goroutines run at once."""
    return map(_subject, writes(analysis))


def _subject(write: Write) -> Subject:
    m, event, crowd = write.map, write.event, write.crowd
    words = {
        "map": m.container.name,
        "function": str(write.body),
        "why": crowd.why,
        "module": m.analysis.module,
    }
    related = (
        declaration(m),
        Related(crowd.at, f"it {crowd.why}"),
        *(Related(at, "by this call") for at in crowd.way),
    )
    return Subject(
        write.body.file,
        write.at,
        {"write": write, "map": m},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: related,
        lambda: "Lock, RLock, a semaphore, sync.Once: not found on the way",
        rank=lambda: (10 if event.effect is Effect.INSERT else 0) - len(crowd.way),
    )


KINDS = (
    Kind(
        "shared-write",
        find,
        {"write": Write, "map": Map},
        frozenset(("map", "function", "why", "module")),
    ),
)
