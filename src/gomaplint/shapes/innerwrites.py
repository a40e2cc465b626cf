"""Changes of what a `sync.Map` holds, by code that has taken it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.mutation import Change, Changes
from gomaplint.shapes.syncentries import Access, loaded, still_shared, uses
from gomaplint.span import Span


@dataclass(frozen=True, eq=False)
class InnerWrite:
    """A change of something that a `sync.Map` holds, in the function that took it out."""

    access: Access
    change: Change

    @property
    def map(self) -> Map:
        return self.access.map

    @property
    def at(self) -> Span:
        return self.change.at


def inner_writes(analysis: Analysis) -> Iterator[InnerWrite]:
    """Every statement that changes a value in place which its function has taken out of a sync.Map."""
    changes = analysis.once(Changes)
    for m, body, events in uses(analysis):
        for event in events:
            taken = loaded(event)
            if taken is None:
                continue
            for change in changes.of(taken, body, 0):
                if change.plain and still_shared(change, taken, event):
                    yield InnerWrite(Access(m, event, change.node, body), change)
