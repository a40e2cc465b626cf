"""Entries that are over at some time: a time in the value, or the value itself, that readers compare with the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.constants import is_zero
from gomaplint.model.containers import Effect, Event
from gomaplint.model.guards import conditions
from gomaplint.model.infer import callees, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.program import Program
from gomaplint.model.symbols import Field, Func, underlying
from gomaplint.shapes.clocks import compared, waits
from gomaplint.shapes.mutation import root_of
from gomaplint.shapes.releases import given
from gomaplint.span import Span

_TIME = t.External("time", "Time")
_SITES = 20  # callers of one function
_LAYERS = 3  # collections inside the value


class Check(NamedTuple):
    """A comparison of an entry's time with the clock, and the function that reads the map to make it."""

    node: g.Expr
    body: Body
    reader: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)


class Expiry:
    """A map whose entries are over at some time, with the places that ask whether one is.

    `field` is None where the value is a time itself.
    """

    def __init__(self, into: Map, field: Field | None, checks: list[Check]) -> None:
        self.map = into
        self.field = field
        self.checks = checks

    @property
    def at(self) -> Span:
        return self.checks[0].at

    @property
    def bodies(self) -> set[Body]:
        """The functions in which the time is compared, and those that call them to do so."""
        return {b for check in self.checks for b in (check.body, check.reader)}


def expiries(analysis: Analysis) -> Iterator[tuple[Expiry, Insert]]:
    """Every map with entries that readers find to be over, with each insertion."""
    for m in analysis.maps():
        inserts = m.inserts
        if inserts:
            for expiry in _of_map(m):
                for insert in inserts:
                    yield expiry, insert


def _of_map(m: Map) -> Iterator[Expiry]:
    readers = {e.body for e in m.story.of(Effect.READ, Effect.RANGE) if not e.body.file.for_tests}
    if not readers:
        return
    for of in _values(m):
        if _is_moment(of):
            checks = [*_own(m)]
            if checks:
                yield Expiry(m, None, checks)
            continue
        below = underlying(of)
        if not isinstance(below, t.Struct):
            continue
        for field in below.decl.every:
            of_field = field.type_in(dict(below.env))
            # Most numbers are no times; to look for the uses of all of them would cost as much as the rest.
            if _is_moment(of_field) and (of_field != t.Basic("int64") or words.holds(field.name, "moment")):
                checks = [*_of_field(field, readers, m.analysis.program)]
                if checks and not _is_state(field, m.analysis.program):
                    yield Expiry(m, field, checks)


def _values(m: Map) -> list[t.Type]:
    """The types of what entries hold: the value's own, behind pointers and collections."""
    found: list[t.Type] = []
    of = m.container.map.elem if m.container.map is not None else None
    stored = (
        [of]
        if m.container.map is not None
        else [type_of(i.event.value, i.body) for i in m.inserts if i.event.value is not None]
    )
    for each in stored:
        for _ in range(_LAYERS):
            each = t.deref(each)
            below = underlying(each)
            if not isinstance(below, (t.Map, t.Slice)):
                break
            each = below.elem
        if each is not None and each not in found:
            found.append(each)
    return found


def _is_moment(of: t.Type | None) -> bool:
    return of == _TIME or of == t.Basic("int64") or of == t.Pointer(_TIME)


def _is_state(field: Field, program: Program) -> bool:
    """The time is set back to nothing while the entry goes on: a pause or a delay is over, and not the entry."""
    for body, node, sure in program.selections(field):
        stmt = body.parent(node)
        if not (sure and isinstance(stmt, g.AssignStmt) and any(x is node for x in stmt.lhs)):
            continue
        if is_zero(stmt.value_of(node), body):
            return True
    return False


# -- comparisons


def _own(m: Map) -> Iterator[Check]:
    for event in m.story.of(Effect.READ, Effect.RANGE):
        body = event.body
        if body.file.for_tests:
            continue
        places: list[g.Expr] = []
        if isinstance(event.node, g.RangeStmt):
            value = event.node.value
            local = body.bound.get(value.pos) if isinstance(value, g.Ident) else None
            places += local.uses if local is not None else ()
        elif isinstance(event.node, (g.IndexExpr, g.CallExpr)):
            places = [event.node, *(use for local in given(event.node, body) for use in local.uses)]
        for x in places:
            node = compared(x, body)
            if node is not None:
                yield Check(node, body, body)


def _of_field(field: Field, readers: set[Body], program: Program) -> Iterator[Check]:
    for body, node, sure in program.selections(field):
        if not sure or body.file.for_tests or not isinstance(node, g.SelectorExpr):
            continue
        found = compared(node, body)
        if found is None:
            continue
        if body in readers:
            yield Check(found, body, body)
            continue
        start = root_of(node, body)
        handed = start is not None and start.kind in ("param", "recv") and start.lit is None
        if handed and isinstance(body.owner, Func):
            for ref in program.references(body.owner)[:_SITES]:
                if ref.call is not None and ref.body in readers:
                    yield Check(found, body, ref.body)
                    break


# -- removals that depend on the time


def by_time(removal: Event, expiry: Expiry) -> bool:
    """The removal has to do with the clock: beside a comparison with it, in a walk over the map, or run by a timer."""
    if any(isinstance(a, g.RangeStmt) for a in removal.body.ancestors(removal.node)):
        return True
    func = removal.body.owner
    if isinstance(func, Func) and words.holds(func.name, "sweeping"):
        return True
    return _timed(removal.node, removal.body, expiry, 2)


def _deciding(node: g.Node, body: Body) -> Iterator[g.Expr]:
    """What decides whether a node runs: the conditions around it that hold, and what the loops around it walk over."""
    for stmt, first in conditions(node, body):
        if first:
            yield stmt.cond
    for around in body.ancestors(node):
        if isinstance(around, g.RangeStmt):
            yield around.x


def _asks(x: g.Expr, body: Body, expiry: Expiry) -> bool:
    """The expression calls a function that compares the times of entries with the clock, or is what one gave."""
    program = expiry.map.analysis.program
    local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
    made = [source.expr for source in local.sources] if local is not None else [x]
    return any(
        isinstance(part, g.CallExpr)
        and any(program.body(func) in expiry.bodies for func in callees(part, body))
        for each in made
        for part in g.walk(each)
    )


def _timed(node: g.Node, body: Body, expiry: Expiry, depth: int) -> bool:
    """The function waits for some time, or first asks what is over; or one that calls it does."""
    program = expiry.map.analysis.program
    if body in expiry.bodies or any(waits(call, body) for call in body.calls):
        return True
    if any(_asks(x, body, expiry) for x in _deciding(node, body)):
        return True
    if depth == 0 or not isinstance(body.owner, Func):
        return False
    references = program.references(body.owner)[:_SITES]
    return any(_timed(ref.node, ref.body, expiry, depth - 1) for ref in references)
