"""Entries that wait for an answer: a function adds one, waits, and leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import callees, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.names import builtin
from gomaplint.model.program import Program, result_of
from gomaplint.model.symbols import Func
from gomaplint.shapes.entries import looked_up
from gomaplint.shapes.paths import Reached, Ways
from gomaplint.shapes.removers import Removers
from gomaplint.shapes.waits import Wait, brings_answers, made_of, selects, waits
from gomaplint.span import Span

_CALLS = 2  # functions between the one that waits and the insertion
_UPWARDS = 2  # callers of the one that waits that may clean up behind it
_SITES = 20  # callers of one function


class Stand(NamedTuple):
    """A function in which an entry has just been added: by the insertion itself, or by a call that leads to it."""

    body: Body
    node: g.Node
    values: frozenset[Local]
    way: tuple[tuple[Body, g.Node], ...]


class Leaving:
    """One way out of a function that has added an entry and waits for what will be said through it.

    `answered` tells the way behind an answer from the one on which the wait is given up.
    """

    def __init__(self, insert: Insert, stand: Stand, wait: Wait, answered: bool, removers: Removers) -> None:
        self.insert = insert
        self.stand = stand
        self.wait = wait
        self.answered = answered
        self.removers = removers

    @property
    def map(self) -> Map:
        return self.insert.map

    @property
    def body(self) -> Body:
        """The function that waits."""
        return self.stand.body

    @cached_property
    def _bodies(self) -> list[Body]:
        """The function that waits, and those that lead to the insertion."""
        return list(dict.fromkeys((self.body, *(body for body, _ in self.stand.way))))

    @property
    def case(self) -> g.CaseClause:
        return self.wait.answer if self.answered else self.wait.case

    @property
    def at(self) -> Span:
        start = self.case.comm or self.case
        return self.body.file.span(start.pos, start.end)

    @cached_property
    def reached(self) -> Reached:
        """Where the ways from this case lead, until they come back to wait, or remove something."""
        return self._from(self.case)

    @cached_property
    def otherwise(self) -> Reached:
        """The same for the other case."""
        return self._from(self.wait.case if self.answered else self.wait.answer)

    def _from(self, case: g.CaseClause) -> Reached:
        marks = self.removers.marks(self.body) | {id(self.wait.select)}
        return Ways(self.body, marks).into(case)

    @cached_property
    def later(self) -> Span | None:
        """Something that runs anyway and removes entries: deferred, started or handed on around the insertion."""
        for body in self._bodies:
            marks = self.removers.marks(body)
            for start in (n for n in body.parents.values() if isinstance(n, (g.DeferStmt, g.GoStmt))):
                if any(id(part) in marks for part in g.walk(start)):
                    return body.file.span(start.pos, start.end)
            for call in body.calls:
                if any(id(part) in marks for arg in call.args for part in g.walk(arg)):
                    return body.file.span(call.pos, call.end)
            # What registers may itself take back what it has added.
            for stmt in body.returns:
                if any(id(part) in marks for x in stmt.results for part in g.walk(x)):
                    return body.file.span(stmt.pos, stmt.end)
        return None

    @cached_property
    def callers(self) -> Span | None:
        """A caller, or one of a caller, that removes entries itself."""
        return self._called_by(self.body, _UPWARDS)

    def _called_by(self, body: Body, depth: int) -> Span | None:
        owner = body.owner
        if not isinstance(owner, Func) or depth == 0:
            return None
        for ref in self.map.analysis.program.references(owner)[:_SITES]:
            if ref.call is not None and not ref.body.file.for_tests:
                near = self.removers.near(ref.call, ref.body, besides=owner)
                at = near or self._called_by(ref.body, depth - 1)
                if at is not None:
                    return at
        return None

    @cached_property
    def elsewhere(self) -> Event | None:
        """Where another function takes single entries away: what handles the answers."""
        for event in self.map.removals:
            if (
                event.effect is Effect.REMOVE
                and event.body not in self._bodies
                and not self._serves_only(event.body)
            ):
                return event
        return None

    def _serves_only(self, body: Body) -> bool:
        """A function that only the one that waits calls."""
        if not isinstance(body.owner, Func):
            return False
        callers = self.map.analysis.program.references(body.owner)
        return bool(callers) and all(ref.body is self.body for ref in callers)

    @cached_property
    def shared(self) -> Span | None:
        """Where the value was looked up, so that others may wait for it as well."""
        value, body = self.insert.event.value, self.insert.body
        for local in _in_order(made_of(value, body)) if value is not None else ():
            for source in local.sources:
                if any(True for _ in looked_up(source.expr, body)):
                    return body.file.span(source.expr.pos, source.expr.end)
        return None

    @cached_property
    def opened(self) -> Span | None:
        """Where the channel is made: in the function that waits, in those that register, or in a constructor."""
        value, program = self.insert.event.value, self.map.analysis.program
        local = made_of(value, self.insert.body) if value is not None else set()
        made = [source.expr for one in _in_order(self.stand.values | local) for source in one.sources]
        bodies = [
            program.body(func) for x in made if isinstance(x, g.CallExpr) for func in callees(x, self.body)
        ]
        for body in dict.fromkeys((*self._bodies, *bodies)):
            for call in body.calls:
                if _makes_channel(call, body):
                    return body.file.span(call.pos, call.end)
        return None


def _in_order(values: Iterable[Local]) -> list[Local]:
    return sorted(values, key=lambda local: (local.body.file.path, local.pos))


def _makes_channel(call: g.CallExpr, body: Body) -> bool:
    return builtin(call, body) == "make" and bool(call.args) and isinstance(call.args[0], g.ChanType)


def leavings(analysis: Analysis) -> Iterator[Leaving]:
    """The ways out of every function that waits for an answer through an entry, in maps that lose entries."""
    for m in analysis.maps():
        if not m.removals:
            continue
        removers = Removers(m)
        for insert in m.inserts:
            for stand in _stands(insert, analysis.program):
                yield from _left(insert, stand, removers)


def _left(insert: Insert, stand: Stand, removers: Removers) -> Iterator[Leaving]:
    body, node = stand.body, stand.node
    lit = body.lit_of(node)
    for select in selects(body):
        if select.pos < node.pos or body.lit_of(select) is not lit:
            continue
        found = list(waits(select, set(stand.values), body))
        if found and Ways(body, frozenset((id(select),))).after(node).marks:
            for wait in found:
                yield Leaving(insert, stand, wait, False, removers)
                yield Leaving(insert, stand, wait, True, removers)


def _stands(insert: Insert, program: Program) -> Iterator[Stand]:
    """The function that inserts, and its callers that share the channel with it."""
    event, body = insert.event, insert.body
    sent = [x for x in (event.value, event.key) if x is not None and brings_answers(_type(x, insert))]
    values = frozenset(local for x in sent for local in made_of(x, body))
    todo = [Stand(body, event.node, values, ())] if values else []
    for at in todo:
        yield at
        if len(at.way) < _CALLS and isinstance(at.body.owner, Func) and at.body.lit_of(at.node) is None:
            todo += _above(at, at.body.owner, program)


def _type(x: g.Expr, insert: Insert) -> t.Type | None:
    of = type_of(x, insert.body)
    known = insert.map.container.map
    return known.elem if of is None and known is not None and x is insert.event.value else of


def _above(at: Stand, owner: Func, program: Program) -> Iterator[Stand]:
    given = [local for local in at.values if local.kind == "param" and local.lit is None]
    returned = {
        i
        for stmt in at.body.returns
        if at.body.lit_of(stmt) is None
        for i, x in enumerate(stmt.results)
        if not at.values.isdisjoint(made_of(x, at.body))
    }
    if not given and not returned:
        return
    for ref in program.references(owner)[:_SITES]:
        if ref.call is None or not ref.sure or ref.body.file.for_tests:
            continue
        args = [argument(ref.call, local, ref.body) for local in given]
        values = {local for x in args if x is not None for local in made_of(x, ref.body)}
        values.update(local for i in returned for local in result_of(ref.call, ref.body, i))
        if values:
            yield Stand(ref.body, ref.call, frozenset(values), ((at.body, at.node), *at.way))
