"""Keys and values of maps that are parts of something larger, which they keep in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from gomaplint.model import types as t
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Insert
from gomaplint.model.reach import Run
from gomaplint.model.symbols import underlying
from gomaplint.shapes import sharing
from gomaplint.shapes.cuts import ends
from gomaplint.shapes.holds import Holds
from gomaplint.shapes.ways import End, Place
from gomaplint.span import Span


@dataclass(frozen=True, eq=False)
class Pin:
    """One insertion whose key or value (`role`) is cut from something large, or holds a part of it.

    `beside` is a place where the same entry holds all of it as well, `others` are further parts that the entry holds.
    `parts` is the number of different parts of the same whole that are kept.
    """

    insert: Insert
    role: str
    end: End
    beside: Place | None
    others: tuple[Place, ...]
    parts: int = 1

    @property
    def at(self) -> Span:
        return self.insert.at

    @property
    def part(self) -> tuple[int, str]:
        """What tells it from other parts of the same whole: where it is cut, and how it is written."""
        return id(self.end.cut.node) if self.end.cut is not None else 0, str(self.end.stored.place)

    @property
    def read(self) -> Run:
        """When the whole is read."""
        return self.insert.map.analysis.reach.of(self.end.read.node, self.end.read.body)

    @cached_property
    def holds(self) -> Holds:
        """What else is done with the whole."""
        return Holds(self.insert.map.analysis.program, self.end.held)

    @property
    def form(self) -> str:
        """What is stored: a string, bytes, or something else."""
        event, of_map = self.insert.event, self.insert.map.container.map
        of = type_of(*self.end.stored)
        if (
            of is None
            and of_map is not None
            and any(x is self.end.stored.x for x in (event.key, event.value))
        ):
            of = of_map.key if self.role == "key" else of_map.elem
        of = underlying(of)
        if of == t.STRING:
            return "string"
        return "bytes" if sharing.holds_bytes(of) else ""


def pins(analysis: Analysis) -> Iterator[Pin]:
    """Every key and value that is cut from something large, of every map that may live long."""
    found = [
        pin
        for m in analysis.maps()
        for insert in m.inserts
        if not insert.body.file.generated
        for pin in _pins(insert, analysis)
    ]
    parts: dict[int, set[tuple[int, str]]] = {}
    for pin in found:
        parts.setdefault(id(pin.end.whole.node), set()).add(pin.part)
    return (replace(pin, parts=len(parts[id(pin.end.whole.node)])) for pin in found)


def _pins(insert: Insert, analysis: Analysis) -> Iterator[Pin]:
    held = [
        (role, end)
        for role, x in (("key", insert.event.key), ("value", insert.event.value))
        if x is not None and sharing.is_text(type_of(x, insert.body))
        for end in ends(x, insert.event.node, insert.body, analysis.program)
    ]
    for role, end in held:
        if end.cut is not None:
            same = [other for _, other in held if other.whole.node is end.whole.node and other is not end]
            whole = [other.stored.place for other in same if other.cut is None]
            parts = {other.stored.place.at: other.stored.place for other in same if other.cut is not None}
            parts.pop(end.stored.place.at, None)
            yield Pin(insert, role, end, whole[0] if whole else None, tuple(parts.values()))
