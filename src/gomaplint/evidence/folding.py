"""Rows that are alike: the first few stand for all of them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from gomaplint.finding import Row

_SHOWN = 4


def fold(rows: Iterable[tuple[Hashable, Row]]) -> Iterator[Row]:
    """The rows by what makes them alike, in the order of their first; of more than a few, the rest is counted."""
    groups: dict[Hashable, dict[Row, None]] = {}
    for alike, row in rows:
        groups.setdefault(alike, {})[row] = None
    for group in map(list, groups.values()):
        if len(group) <= _SHOWN + 1:
            yield from group
        else:
            yield from group[:_SHOWN]
            yield Row(f"... and {len(group) - _SHOWN} more like these")
