"""Values computed from what was loaded: counters counted up, lists appended to, copies with a part replaced."""

from __future__ import annotations

import enum
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import callees, local_type, type_expr, type_of
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func, underlying

_ROUNDS = 6  # assignments one after the other
_CALLS = 2  # functions looked through
_COPIES = frozenset((("maps", "Clone"), ("slices", "Clone"), ("bytes", "Clone")))
_GROWS = frozenset(
    (("slices", "Insert"), ("slices", "Delete"), ("slices", "DeleteFunc"), ("slices", "Concat"))
)
_COMPARES = frozenset(("==", "!=", "<", "<=", ">", ">=", "&&", "||"))


class Flow(enum.IntEnum):
    """How much of the old value is in an expression."""

    NONE = 0
    SAME = 1
    CHANGED = 2


class Update(NamedTuple):
    """The place that computes the new value from the old one."""

    node: g.Node
    of: t.Type | None


def update(old: Local, stored: g.Expr, after: g.Node, body: Body, program: Program) -> Update | None:
    """How a stored value comes from an `old` one that was loaded `after` a place, if it does and differs from it."""
    flows = _Flows(old, after.pos, stored, body, program, _CALLS)
    if flows.of(stored) is not Flow.CHANGED:
        return None
    local = body.bound.get(stored.pos) if isinstance(stored, g.Ident) else None
    at = flows.where.get(local, stored) if local is not None else stored
    return Update(at, type_of(stored, body))


class _Flows:
    """Follows the old value through the assignments between the Load and the Store."""

    def __init__(
        self, old: Local, after: int, until: g.Node, body: Body, program: Program, depth: int
    ) -> None:
        self.body, self.program, self.depth = body, program, depth
        self.state: dict[Local, Flow] = {old: Flow.SAME}
        self.where: dict[Local, g.Node] = {}
        self.copies: set[Local] = set()
        stmts = [s for s in body.assigns if after < s.end <= until.pos]
        loops = [r for r in body.ranges if after < r.pos < until.pos]
        for _ in range(_ROUNDS):
            before = dict(self.state)
            for loop in loops:
                if self.of(loop.x):
                    for target in (loop.key, loop.value):
                        self.take(target, Flow.SAME, loop)
            for stmt in stmts:
                self.assign(stmt)
            if before == self.state:
                break

    def assign(self, stmt: g.AssignStmt | g.VarSpec) -> None:
        if isinstance(stmt, g.VarSpec):
            for name, initial in zip(stmt.names, stmt.values, strict=False):
                self.take(name, self.of(initial), stmt)
            return
        for i, target in enumerate(stmt.lhs):
            value = stmt.value_of(target)
            if not isinstance(target, g.Ident):
                self.part(target, value, stmt)
            elif stmt.op not in ("=", ":="):
                if self.of(target) or self.of(value):
                    self.take(target, Flow.CHANGED, stmt)
            elif len(stmt.lhs) == len(stmt.rhs) or i == 0:
                self.take(target, self.of(value), stmt)

    def part(self, target: g.Expr, value: g.Expr | None, stmt: g.AssignStmt) -> None:
        """A part of a struct's copy, or an entry of a fresh map or slice, is set."""
        root = g.root(target)
        local = self.body.bound.get(root.pos) if isinstance(root, g.Ident) else None
        if local is None:
            return
        below = underlying(local_type(local))
        if isinstance(target, g.SelectorExpr) and isinstance(target.x, g.Ident):
            if isinstance(below, (t.Struct, t.External)) and self.of(root):
                self.take(root, Flow.CHANGED, stmt)
        elif isinstance(target, g.IndexExpr) and isinstance(below, (t.Map, t.Slice)):
            parts = [*target.indices, *([value] if value is not None else [])]
            if local not in self.state or local in self.copies:
                if any(self.of(part) for part in parts):
                    self.copies.add(local)
                    self.take(root, Flow.SAME, stmt)
                elif local in self.copies:
                    self.take(root, Flow.CHANGED, stmt)

    def take(self, target: g.Expr | None, flow: Flow, at: g.Node) -> None:
        local = self.body.bound.get(target.pos) if isinstance(target, g.Ident) else None
        if local is not None and flow > self.state.get(local, Flow.NONE):
            self.state[local] = flow
            self.where[local] = at

    def of(self, x: g.Expr | None) -> Flow:
        """How much of the old value is in an expression."""
        match x:
            case g.Ident():
                local = self.body.bound.get(x.pos)
                return self.state.get(local, Flow.NONE) if local is not None else Flow.NONE
            case (
                g.TypeAssertExpr(x=inner)
                | g.SelectorExpr(x=inner)
                | g.StarExpr(x=inner)
                | g.IndexExpr(x=inner)
                | g.UnaryExpr(op=("&" | "+"), x=inner)
            ):
                return self.of(inner)
            case g.SliceExpr(x=inner) | g.UnaryExpr(op=("!" | "-" | "^"), x=inner):
                return _changed(self.of(inner))
            case g.BinaryExpr(op=op, x=left, y=right):
                return Flow.NONE if op in _COMPARES else _changed(max(self.of(left), self.of(right)))
            case g.CompositeLit(elts=elts):
                return max((self.of(e.value) for e in elts), default=Flow.NONE)
            case g.CallExpr():
                return self.called(x)
        return Flow.NONE

    def called(self, call: g.CallExpr) -> Flow:
        most = max(map(self.of, call.args), default=Flow.NONE)
        name = builtin(call, self.body)
        if name is not None:
            return _changed(most) if name in ("append", "min", "max") else Flow.NONE
        if type_expr(call.fun, self.body) is not None:
            return most
        found = symbol(call.fun, self.body)
        if isinstance(found, Outside):
            if (found.path, found.name) in _COPIES:
                return most
            if (found.path, found.name) in _GROWS:
                return _changed(most)
        if most and self.depth > 0:
            return max((self.through(func, call) for func in callees(call, self.body)), default=Flow.NONE)
        return Flow.NONE

    def through(self, func: Func, call: g.CallExpr) -> Flow:
        """How much of the arguments a function of the module gives back in its first result."""
        body, most = self.program.body(func), Flow.NONE
        for param, arg in zip(body.params, call.args, strict=False):
            if self.of(arg):
                for stmt in body.returns:
                    if stmt.results and body.lit_of(stmt) is None:
                        inside = _Flows(
                            param, func.fact.pos, stmt.results[0], body, self.program, self.depth - 1
                        )
                        most = max(most, inside.of(stmt.results[0]))
        return most


def _changed(flow: Flow) -> Flow:
    return Flow.CHANGED if flow else Flow.NONE
