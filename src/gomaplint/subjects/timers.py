"""Entry timers: calls of AfterFunc that belong to an entry of a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.timers import Case, EntryTimer, timers
from gomaplint.subjects import Kind, Subject, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each call of AfterFunc that belongs to an entry, and each removal of entries that keep a timer."""
    return map(_subject, timers(analysis))


def _subject(timer: EntryTimer) -> Subject:
    m, file = timer.map, timer.where.file
    own, removal = timer.removes_its_own, timer.removal
    words = {
        "map": m.container.name,
        "key": timer.entry.body.file.text(timer.entry.key, 48),
        "delay": timer.body.file.text(timer.call.args[0], 48),
        "function": str(timer.where),
        "module": m.analysis.module,
        "dropped": timer.body.file.text(timer.call.fun) if timer.case is Case.DROPPED else "",
        "refused": timer.entry.body.file.text(timer.entry.node, 48) if timer.refusable else "",
        "left": removal.body.file.text(removal.node, 48) if removal is not None else "",
        "removes": own.code.body.file.text(own.node, 48) if own is not None else "",
    }
    group = f"{m.container.key}:{timer.at.path}:{timer.at.line}:{timer.at.column}"
    return Subject(
        file,
        timer.at,
        {"map": m, "timer": timer},
        words,
        group,
        m.container.key,
        m.container.at,
        lambda: _related(timer),
    )


def _related(timer: EntryTimer) -> tuple[Related, ...]:
    m, own = timer.map, timer.removes_its_own
    rows = declared(m)
    if timer.armed != timer.at:
        rows.append(Related(timer.armed, "the timer is armed here"))
    if timer.case is not Case.LEFT and timer.entry.at != timer.armed:
        rows.append(Related(timer.entry.at, "the entry is set here"))
    if own is not None and own.at != timer.at:
        rows.append(Related(own.at, "the timer removes the entry here"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "entry-timer",
        find,
        {"map": Map, "timer": EntryTimer},
        frozenset(("map", "key", "delay", "function", "module")),
        frozenset(("dropped", "left", "refused", "removes")),
    ),
)
