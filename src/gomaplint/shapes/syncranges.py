"""Walks over a whole `sync.Map` that only empty or only count it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import guards
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.containers import Effect, Event, container_of
from gomaplint.model.infer import type_expr
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.program import result_of
from gomaplint.model.symbols import Func
from gomaplint.shapes.clears import RangeClear, head
from gomaplint.shapes.emptying import same_text
from gomaplint.span import Span

_SITES = 20  # callers looked at for one function


class Walk(NamedTuple):
    """A loop over all entries of a sync.Map: a call of Range, or a `range` over that method; `does` is its body.

    A walk that can end early is none.
    """

    map: Map
    loop: g.RangeStmt | g.CallExpr
    operand: g.Expr
    key: Local | None
    does: list[g.Stmt]
    body: Body


def walks(analysis: Analysis) -> list[Walk]:
    """Every whole walk over a `sync.Map` that is named by its declaration, one alias, or a parameter."""
    found: list[Walk] = []
    for m in analysis.maps():
        for event in m.story.of(Effect.RANGE, Effect.READ) if m.sync else ():
            file = event.body.file
            if file.reported and not file.for_tests:
                walk = _walk(m, event)
                if walk is not None and (event.direct or _names(walk.operand, m, event.body)):
                    found.append(walk)
    return found


def _names(x: g.Expr, m: Map, body: Body) -> bool:
    """The expression is the map, an alias `m := s.items` or `m := &s.items` of it, or a parameter that may be it."""
    local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
    if local is not None and local.kind == "param":
        return True
    source = local.sources[0].expr if local is not None and len(local.sources) == 1 else None
    return container_of(_pointed(source) if source is not None else x, body) == m.container


def _pointed(x: g.Expr) -> g.Expr:
    return x.x if isinstance(x, g.UnaryExpr) and x.op == "&" else x


def _walk(m: Map, event: Event) -> Walk | None:
    node, body = event.node, event.body
    if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr) and node.fun.sel.name == "Range":
        lit = node.args[0] if node.args else None
        if not isinstance(lit, g.FuncLit) or len(lit.body) < 2 or not _goes_on(lit.body[-1]):
            return None
        key = next(iter(body.lit_params[id(lit)]), None)
        return Walk(m, node, node.fun.x, key, lit.body[:-1], body)
    loop = body.parent(node)
    if isinstance(node, g.SelectorExpr) and isinstance(loop, g.RangeStmt) and loop.x is node:
        key = body.bound.get(loop.key.pos) if isinstance(loop.key, g.Ident) and loop.define else None
        return Walk(m, loop, node.x, key, loop.body.body, body)
    return None


def _goes_on(stmt: g.Stmt) -> bool:
    """The walk goes on: `return true`."""
    return (
        isinstance(stmt, g.ReturnStmt)
        and len(stmt.results) == 1
        and isinstance(stmt.results[0], g.Ident)
        and stmt.results[0].name == "true"
    )


# -- emptying


def sync_clears(analysis: Analysis) -> Iterator[RangeClear]:
    """Every walk that deletes each key, and does nothing else."""
    for walk in analysis.once(walks):
        if len(walk.does) == 1 and _deletes(walk.does[0], walk):
            yield RangeClear(walk.map, walk.loop, walk.operand, walk.body)


def _deletes(stmt: g.Stmt, walk: Walk) -> bool:
    call = stmt.x if isinstance(stmt, g.ExprStmt) else None
    if not isinstance(call, g.CallExpr) or not isinstance(call.fun, g.SelectorExpr) or len(call.args) != 1:
        return False
    key = call.args[0]
    while isinstance(key, g.TypeAssertExpr):
        key = key.x
    return (
        call.fun.sel.name in ("Delete", "LoadAndDelete")
        and isinstance(key, g.Ident)
        and walk.key is not None
        and walk.body.bound.get(key.pos) is walk.key
        and same_text(call.fun.x, walk.operand, walk.body)
    )


# -- counting


class Check(NamedTuple):
    """A comparison of a count with a limit, and the place in the same body at which the counting begins."""

    comparison: g.BinaryExpr
    limit: g.Expr
    counting: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.comparison.pos, self.comparison.end)


@dataclass(frozen=True, eq=False)
class RangeCount:
    """A walk that counts all entries of a sync.Map in a local."""

    map: Map
    loop: g.RangeStmt | g.CallExpr
    operand: g.Expr
    counter: Local
    body: Body

    @property
    def at(self) -> Span:
        return head(self.loop, self.body)

    @cached_property
    def checks(self) -> list[Check]:
        """Where the count is compared with a limit: in the function that counts, or in those that call it."""
        found = [
            Check(comparison, limit, self.loop, self.body)
            for use in self.counter.uses
            if use.pos > self.loop.end
            for comparison, limit in _limits(use, self.body)
        ]
        owner, number = self.body.owner, self._returned
        if number is None or not isinstance(owner, Func) or not always(self.loop, self.body):
            return found
        for ref in self.map.analysis.program.references(owner)[:_SITES]:
            if ref.call is not None and not ref.body.file.for_tests and self._given(ref.call, ref.body):
                takers: list[g.Expr] = [use for x in result_of(ref.call, ref.body, number) for use in x.uses]
                for taker in takers or [ref.call]:
                    found += [Check(*pair, ref.call, ref.body) for pair in _limits(taker, ref.body)]
        return found

    def _given(self, call: g.CallExpr, body: Body) -> bool:
        """A call of the counting function passes this map, where the function counts one that it is given."""
        local = self.body.bound.get(self.operand.pos) if isinstance(self.operand, g.Ident) else None
        if local is None or local.kind != "param":
            return True
        arg = argument(call, local, body)
        return arg is not None and _names(_pointed(arg), self.map, body)

    @property
    def _returned(self) -> int | None:
        """Which result of its function the count is."""
        if self.counter.kind == "result":
            return self.counter.index
        for stmt in self.body.returns:
            if self.body.lit_of(stmt) is None:
                for number, x in enumerate(stmt.results):
                    while (
                        isinstance(x, g.CallExpr)
                        and len(x.args) == 1
                        and type_expr(x.fun, self.body) is not None
                    ):
                        x = x.args[0]
                    if isinstance(x, g.Ident) and self.body.bound.get(x.pos) is self.counter:
                        return number
        return None

    @cached_property
    def limited(self) -> list[tuple[Check, Insert]]:
        """The insertions that come with such a check each time, and the check."""
        return [
            (check, insert)
            for check in self.checks
            for insert in self.map.inserts
            if not insert.building and self._together(check, insert)
        ]

    def _together(self, check: Check, insert: Insert) -> bool:
        """Whoever inserts there counts as well: both stand in one function, or one of them in what it calls."""
        if insert.body is check.body:
            return _covers(check.counting, insert.event.node, check.body)
        references = self.map.analysis.program.references
        inside, around = insert.body.owner, check.body.owner
        if isinstance(inside, Func) and any(
            ref.body is check.body and ref.call is not None and _covers(check.counting, ref.call, check.body)
            for ref in references(inside)[:_SITES]
        ):
            return True
        return (
            isinstance(around, Func)
            and always(check.counting, check.body)
            and any(
                ref.body is insert.body
                and ref.call is not None
                and _covers(ref.call, insert.event.node, insert.body)
                for ref in references(around)[:_SITES]
            )
        )


def counts(analysis: Analysis) -> Iterator[RangeCount]:
    """Every walk that adds one to a local for each entry, and does nothing else."""
    for walk in analysis.once(walks):
        counter = _counter(walk)
        if counter is not None:
            yield RangeCount(walk.map, walk.loop, walk.operand, counter, walk.body)


def _counter(walk: Walk) -> Local | None:
    """The local that a walk only counts with, and that counts nothing else."""
    step = walk.does[0] if len(walk.does) == 1 else None
    if not isinstance(step, g.AssignStmt) or not _adds_one(step):
        return None
    name, body = step.lhs[0], walk.body
    local = body.bound.get(name.pos) if isinstance(name, g.Ident) else None
    if local is None or len(local.sources) > 1 or walk.loop.pos <= local.pos < walk.loop.end:
        return None
    steps = [
        u for u in local.uses if isinstance(s := body.parent(u), g.AssignStmt) and any(x is u for x in s.lhs)
    ]
    return local if steps == [name] else None


def _adds_one(step: g.AssignStmt) -> bool:
    one = step.rhs[0] if step.rhs else None
    return step.op == "++" or (step.op == "+=" and isinstance(one, g.BasicLit) and one.value == "1")


def _limits(size: g.Expr, body: Body) -> Iterator[tuple[g.BinaryExpr, g.Expr]]:
    comparison = guards.is_limit(size, body)
    if comparison is not None:
        left = comparison.x.pos <= size.pos < comparison.x.end
        yield comparison, comparison.y if left else comparison.x


def _block(node: g.Node, body: Body) -> g.Node | None:
    """The list of statements that a node is part of: a block, a case, or a function literal."""
    kinds = (g.BlockStmt, g.CaseClause, g.FuncLit)
    return next((a for a in body.ancestors(node) if isinstance(a, kinds)), None)


def _covers(first: g.Node, second: g.Node, body: Body) -> bool:
    """Each time the second node is reached, so is the first, before or after: its block stands around both."""
    block = _block(first, body)
    kinds = (g.FuncLit, g.ForStmt, g.RangeStmt)
    around = next((a for a in body.ancestors(second) if a is block or isinstance(a, kinds)), None)
    return block is not None and around is block


def always(node: g.Node, body: Body) -> bool:
    """The node is reached by every call of its function: nothing returns earlier, and no condition stands around."""
    return (
        body.lit_of(node) is None
        and _block(node, body) is (body.lowered.body if body.lowered is not None else None)
        and not any(stmt.pos < node.pos and body.lit_of(stmt) is None for stmt in body.returns)
    )
