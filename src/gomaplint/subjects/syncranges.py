"""Walks over a whole `sync.Map`: those that empty it, and those that count it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gomaplint.finding import Related
from gomaplint.fixes.syncclears import clear_at_once
from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.clears import RangeClear
from gomaplint.shapes.syncranges import RangeCount, counts, sync_clears
from gomaplint.subjects import Kind, Subject, declaration
from gomaplint.subjects.range_clear import subject


def find_clears(analysis: Analysis) -> Iterator[Subject]:
    """Each walk that deletes every key of a `sync.Map`."""
    for clear in sync_clears(analysis):
        yield subject(clear)._replace(fixes=partial(clear_at_once, clear))


def find_counts(analysis: Analysis) -> Iterator[Subject]:
    """Each walk that only counts the entries of a `sync.Map`."""
    return map(_counted, counts(analysis))


def _counted(count: RangeCount) -> Subject:
    m, file = count.map, count.body.file
    check, insert = next(iter(count.limited), (None, None))
    words = {
        "map": m.container.name,
        "function": str(count.body),
        "limit": check.body.file.text(check.limit) if check is not None else "",
        "inserter": str(insert.body) if insert is not None else "",
    }

    def related() -> tuple[Related, ...]:
        rows = [declaration(m)]
        if check is not None and insert is not None:
            rows.append(Related(check.at, "the count is compared with a limit here"))
            rows.append(Related(insert.at, "with it goes this insert"))
        return tuple(rows)

    group = f"{m.container.key}:{file.path}:{count.loop.pos}"
    return Subject(
        file, count.at, {"map": m, "count": count}, words, group, m.container.key, m.container.at, related
    )


KINDS = (
    Kind(
        "syncmap-clear",
        find_clears,
        {"map": Map, "loop": RangeClear},
        frozenset(("map", "operand", "function", "module")),
    ),
    Kind(
        "syncmap-count",
        find_counts,
        {"map": Map, "count": RangeCount},
        frozenset(("map", "function")),
        frozenset(("limit", "inserter")),
    ),
)
