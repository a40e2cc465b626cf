"""What the entries of a map hold: inner maps, sets and lists, with what the code does to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Container, Effect, Event, Story
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.program import result_of
from gomaplint.model.story import tell_entries
from gomaplint.model.symbols import Field, underlying
from gomaplint.shapes.lists import Change, change
from gomaplint.shapes.syncentries import callback

_MEASURES = frozenset(("count", "size", "len", "length", "total", "bytes", "num"))  # numbers of what is in it
_NUMBERS = frozenset(("bool", "int", "int32", "int64", "uint", "uint32", "uint64", "float64"))
_SIDES = (("time", "Time"), ("time", "Duration"))  # beside what a struct is for


class Inner:
    """The inner maps or lists of one map: its values themselves, or a field of the structs that are its values."""

    def __init__(self, outer: Map, of: t.Type | None, part: Field | None) -> None:
        self.outer = outer
        self.type = of
        self.part = part

    @property
    def word(self) -> str:
        """What one of them is called."""
        if self.listed:
            return "list"
        return "map" if isinstance(underlying(self.type), t.Map) or self.type == t.SYNC_MAP else "set"

    @property
    def listed(self) -> bool:
        """They are slices."""
        return isinstance(underlying(self.type), t.Slice)

    @cached_property
    def map(self) -> Map | None:
        """All the inner maps as one, with their story; None for slices."""
        if self.listed:
            return None
        outer, below = self.outer, underlying(self.type)
        container = Container(outer.container.decl, below if isinstance(below, t.Map) else None)
        methods = (
            knowledge.methods(self.type.path, self.type.name) if isinstance(self.type, t.External) else None
        )
        seeds = self._parts() if self.part is not None else entries(outer)
        story = tell_entries(container, seeds, outer.analysis.program, methods)
        kept = {id(event.node) for event in outer.story.of(Effect.INSERT)}
        # An inner map that is put under its key goes nowhere else.
        story.events = [e for e in story.events if e.effect is not Effect.HANDED or id(e.node) not in kept]
        return Map(container, outer.analysis, story)

    @cached_property
    def lists(self) -> list[tuple[Change, Event]]:
        """What is written into the entries, for slices: what each assignment makes of the list that was there."""
        if not self.listed:
            return []
        if self.part is None:
            events = self.outer.story.of(Effect.INSERT)
        else:
            events = [
                Event(Effect.INSERT, body, stmt, None, stmt.value_of(node), False)
                for body, node in self._parts()
                for stmt in (body.parent(node),)
                if isinstance(stmt, g.AssignStmt) and any(x is node for x in stmt.lhs)
            ]
        program = self.outer.analysis.program
        return [
            (change(e.value, e.body, program, self._held), e)
            for e in events
            if e.value is not None and not e.body.file.for_tests
        ]

    def _parts(self) -> list[tuple[Body, g.Expr]]:
        name = self.part.name if self.part is not None else ""
        return [(body, node) for body, node in self._structs.parts if node.sel.name == name]

    @cached_property
    def _structs(self) -> Story:
        """Where the structs stand that are the values."""
        outer = self.outer
        container = Container(outer.container.decl, t.Map(None, None))
        return tell_entries(container, entries(outer), outer.analysis.program)

    def _held(self, x: g.Expr, body: Body) -> bool:
        """An expression gives the list of an entry as it is."""
        match x:
            case g.SelectorExpr(sel=sel) if self.part is not None:
                return sel.name == self.part.name and any(node is x for _, node in self._parts())
            case g.IndexExpr():
                reads = self.outer.story.of(Effect.READ)
                return self.part is None and any(e.node is x for e in reads)
            case g.Ident():
                local = body.bound.get(x.pos)
                return local is not None and any(local is value for _, value in _ranged(self.outer))
        return False


def inners(analysis: Analysis) -> list[Inner]:
    """The inner maps, sets and lists of every map that may live long."""
    return analysis.once(_find)


def _find(analysis: Analysis) -> list[Inner]:
    return [inner for m in analysis.maps() for inner in _of(m)]


def _of(m: Map) -> Iterator[Inner]:
    if m.sync:
        values = ((i.event.value, i.body) for i in m.inserts)
        types = (type_of(value, body) for value, body in values if value is not None)
        of = next((found for found in types if found is not None), None)
    else:
        assert m.container.map is not None
        of = m.container.map.elem
    whole = t.deref(of)
    if holds_many(whole):
        yield Inner(m, whole, None)
        return
    below = underlying(whole)
    if isinstance(below, t.Struct):
        yield from _fields(m, below)


def _fields(m: Map, struct: t.Struct) -> Iterator[Inner]:
    """The maps and lists of a struct that is for nothing else: beside them stand only locks, times, flags and sizes."""
    many: list[tuple[Field, t.Type | None]] = []
    for field in struct.decl.every:
        of = t.deref(field.type_in(dict(struct.env)))
        if holds_many(of):
            many.append((field, of))
        elif not _beside(field.name, of):
            return
    for field, of in many:
        yield Inner(m, of, field)


def holds_many(of: t.Type | None) -> bool:
    """A map, a slice, or a set of a library."""
    if isinstance(of, t.External):
        return bool(knowledge.methods(of.path, of.name))
    below = underlying(of)
    if isinstance(below, t.Slice):
        return below.length is None and below.elem not in (t.Basic("byte"), t.Basic("uint8"))
    return isinstance(below, t.Map)


def _beside(name: str, of: t.Type | None) -> bool:
    """A field that is no reason to keep the struct: a sequence number, a state or a name is one."""
    if isinstance(of, t.External):
        return of.path in ("sync", "sync/atomic") or (of.path, of.name) in _SIDES
    if not isinstance(of, t.Basic):
        return False
    return of.name == "bool" or (of.name in _NUMBERS and not _MEASURES.isdisjoint(words.split(name)))


# -- where the values of a map stand


def entries(m: Map) -> list[tuple[Body, g.Expr]]:
    """The expressions that give a value of a map: looked up, ranged over, or about to be put in."""
    found: list[tuple[Body, g.Expr]] = []
    for event in m.story.of(Effect.READ, Effect.INSERT):
        body, node = event.body, event.node
        if isinstance(node, g.IndexExpr):
            found.append((body, node))
        elif m.sync and isinstance(node, g.CallExpr):
            found += [(body, use) for local in result_of(node, body, 0) for use in local.uses]
        value = event.value if event.effect is Effect.INSERT else None
        if isinstance(value, g.UnaryExpr) and value.op == "&":
            value = value.x
        local = body.bound.get(value.pos) if isinstance(value, g.Ident) else None
        if local is not None and local.kind == "var":
            found += [(body, use) for use in local.uses]
    for body, local in _ranged(m):
        found += [(body, use) for use in local.uses]
    return list({id(node): (body, node) for body, node in found}.values())


def _ranged(m: Map) -> Iterator[tuple[Body, Local]]:
    """The locals that take each value of a map in a range over it."""
    for event in m.story.of(Effect.RANGE):
        body, node = event.body, event.node
        local: Local | None = None
        if isinstance(node, g.RangeStmt) and isinstance(node.value, g.Ident):
            local = body.bound.get(node.value.pos)
        elif m.sync:
            lit = callback(event)
            params = body.lit_params[id(lit)] if lit is not None else []
            local = params[1] if len(params) == 2 else None
        if local is not None:
            yield body, local
