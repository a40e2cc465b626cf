"""Removals by key, and why the key of one cannot be a key of the map."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.calls import argument
from gomaplint.model.constants import is_zero
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.names import Outside, symbol
from gomaplint.model.symbols import Func, underlying
from gomaplint.shapes.keyforms import Form, form
from gomaplint.shapes.keytypes import differ, dynamic
from gomaplint.span import Span

_CALLERS = 3  # followed up to where a key is made
_SITES = 20  # callers of one function


class Maker(NamedTuple):
    """What a key is made with: a function, or an operator between parts."""

    name: str
    call: g.CallExpr | g.BinaryExpr
    body: Body


class KeyedRemoval:
    """A place that removes one key from a map."""

    def __init__(self, m: Map, event: Event, key: g.Expr) -> None:
        self.map = m
        self.event = event
        self.key = key

    @property
    def body(self) -> Body:
        return self.event.body

    @property
    def at(self) -> Span:
        return self.event.at

    # -- types

    @property
    def untyped(self) -> bool:
        """Keys of several types fit into the map, and only equal types are equal keys."""
        of = self.map.container.map
        key = underlying(of.key) if of is not None else t.Basic("any")
        return isinstance(key, t.Interface) or key == t.Basic("any")

    @cached_property
    def types(self) -> tuple[t.Type, t.Type] | None:
        """The type of this key and that of the first insertion, where no insertion has one that may be equal."""
        mine = dynamic(type_of(self.key, self.body)) if self.untyped else None
        if mine is None or not self.map.inserts or self.map.story.of(Effect.HANDED, Effect.FILL):
            return None
        theirs = [
            dynamic(type_of(i.event.key, i.body)) if i.event.key is not None else None
            for i in self.map.inserts
        ]
        first = theirs[0]
        if first is None or not all(of is not None and differ(mine, of) for of in theirs):
            return None
        return mine, first

    # -- addresses

    @cached_property
    def fresh(self) -> bool:
        """The key is the address of something that nobody else can have the address of."""
        match self.key:
            case g.UnaryExpr(op="&", x=g.CompositeLit()):
                return True
            case g.UnaryExpr(op="&", x=g.Ident() as name):
                local = self.body.bound.get(name.pos)
                if local is None or local.kind == "recv" or local is self.map.container.decl:
                    return False
                return not any(use is not name and self._shown(use) for use in local.uses)
        return False

    def _shown(self, use: g.Ident) -> bool:
        """The address of the variable may be taken here, by `&v`, a closure or a method."""
        parent = self.body.parent(use)
        if isinstance(parent, g.UnaryExpr):
            return parent.op == "&"
        called = isinstance(parent, g.SelectorExpr) and isinstance(self.body.parent(parent), g.CallExpr)
        return called or self.body.lit_of(use) is not self.body.lit_of(self.key)

    # -- made keys

    @cached_property
    def remade(self) -> Event | None:
        """A look-up before it, under a key that is made from this one as the keys of all insertions are."""
        mine = form(self.key, self.body)
        if mine is None or maker(self.key, self.body) is not None:
            return None
        for event in self.map.story.of(Effect.READ):
            made = maker(event.key, event.body) if event.body is self.body and event.key is not None else None
            if made is None or not precedes(event.node, self.event.node, self.body):
                continue
            if any(form(part, self.body) == mine for part in _parts(made.call)) and self._all_made(made):
                return event
        return None

    def _all_made(self, made: Maker) -> bool:
        """Keys are inserted that are made in the same way, and none is seen to be made otherwise."""
        found = [self._made_by(made.name, i.event.key, i.body) for i in self.map.inserts]
        return True in found and False not in found

    def _made_by(self, name: str, key: g.Expr | None, body: Body, depth: int = _CALLERS) -> bool | None:
        """A key is made with a function: yes, no, or not known where the callers of a function decide."""
        other = maker(key, body)
        local = body.bound.get(key.pos) if isinstance(key, g.Ident) else None
        if other is not None or local is None or local.kind != "param":
            return key is not None and other is not None and other.name == name
        if local.lit is not None or not isinstance(body.owner, Func) or not depth:
            return None
        refs = [r for r in self.map.analysis.program.references(body.owner)[:_SITES] if r.call is not None]
        args = [(argument(r.call, local, r.body), r.body) for r in refs if r.call is not None]
        found = {self._made_by(name, arg, at, depth - 1) for arg, at in args if not at.file.for_tests}
        return found.pop() if len(found) == 1 else False if False in found else None

    # -- fields that are emptied

    @cached_property
    def emptied(self) -> Span | None:
        """Where the field that is the key gets its zero value, on every way to the removal."""
        mine = form(self.key, self.body) if isinstance(self.key, g.SelectorExpr) else None
        if mine is None or symbol(self.key, self.body) is not None:
            return None
        last: g.Node | None = None
        for node in sorted((*self.body.assigns, *self.body.calls), key=lambda n: n.pos):
            if node.pos >= self.event.node.pos:
                break
            surely = precedes(node, self.event.node, self.body)
            if isinstance(node, g.AssignStmt):
                for target in node.lhs:
                    if form(target, self.body) in _around(mine):
                        zero = form(target, self.body) == mine and is_zero(node.value_of(target), self.body)
                        last = node if zero and surely else None
            elif isinstance(node, g.CallExpr):
                if surely and self._empties(node, mine):
                    last = node
                elif self._may_fill(node, mine):
                    last = None
        return self.body.file.span(last.pos, last.end) if last is not None else None

    def _may_fill(self, call: g.CallExpr, mine: Form) -> bool:
        """A call that is handed the field, or what holds it: `dec.Decode(&c.resp)`, `c.load()`."""
        given = [call.fun.x] if isinstance(call.fun, g.SelectorExpr) else []
        handed = (x.x if isinstance(x, g.UnaryExpr) and x.op == "&" else x for x in (*given, *call.args))
        whole = _around(mine)
        return any(form(x, self.body) in whole[1:] for x in handed)

    def _empties(self, call: g.CallExpr, mine: Form) -> bool:
        """A method of what holds the field, which gives it its zero value among its first statements."""
        fun = call.fun
        plain = isinstance(self.body.parent(call), g.ExprStmt)
        if not plain or not isinstance(fun, g.SelectorExpr) or form(fun.x, self.body) != mine[2]:
            return False
        funcs = callees(call, self.body)
        return bool(funcs) and all(_zeroes(self.map.analysis.program.body(f), mine[1]) for f in funcs)


def _zeroes(body: Body, name: object) -> bool:
    """A method gives a field of its receiver the zero value, before anything can keep it from doing so."""
    whole = body.lowered.body if body.lowered is not None else None
    for stmt in whole.body if whole is not None else ():
        if isinstance(stmt, g.AssignStmt) and stmt.op == "=":
            for x in stmt.lhs:
                of = x.x if isinstance(x, g.SelectorExpr) and x.sel.name == name else None
                own = (
                    isinstance(of, g.Ident) and body.recv is not None and body.bound.get(of.pos) is body.recv
                )
                if own:
                    return is_zero(stmt.value_of(x), body)
        elif not isinstance(stmt, (g.ExprStmt, g.DeferStmt, g.AssignStmt)):
            return False
    return False


def removals(analysis: Analysis) -> Iterator[KeyedRemoval]:
    """Every removal by key, in code that is not for tests."""
    for m in analysis.maps():
        for event in m.removals:
            if event.effect is Effect.REMOVE and event.key is not None and event.body.file.reported:
                yield KeyedRemoval(m, event, event.key)


def maker(x: g.Expr | None, body: Body, depth: int = 3) -> Maker | None:
    """What makes a key, looked at through variables and conversions; None for a name, a field or a constant."""
    match x:
        case g.Ident():
            local = body.bound.get(x.pos)
            if local is None or local.kind != "var" or len(local.sources) != 1 or not depth:
                return None
            return maker(local.sources[0].expr, body, depth - 1) if local.sources[0].how == "value" else None
        case g.CallExpr(fun=fun, args=args):
            if type_expr(fun, body) is not None and len(args) == 1:
                return maker(args[0], body, depth)
            found = symbol(fun, body)
            if isinstance(found, Outside):
                return Maker(f"{found.path}.{found.name}", x, body) if args else None
            funcs = callees(x, body)
            return Maker(f"{funcs[0].package.path}.{funcs[0]}", x, body) if funcs and args else None
        case g.BinaryExpr(op="+"):
            return Maker("+", x, body)
    return None


def _parts(made: g.CallExpr | g.BinaryExpr) -> Iterator[g.Expr]:
    if isinstance(made, g.CallExpr):
        yield from made.args
    else:
        for side in (made.x, made.y):
            yield from _parts(side) if isinstance(side, g.BinaryExpr) else (side,)


def _around(mine: Form) -> list[object]:
    """The form of a field, and those of what it is a part of."""
    found: list[object] = []
    at: object = mine
    while isinstance(at, tuple) and at:
        found.append(at)
        at = at[2] if at[0] == "part" else None
    return found


def precedes(first: g.Node, second: g.Node, body: Body) -> bool:
    """The first stands before the second on every way to it: in its block or one around it, or in a condition there."""
    around = {id(second), *(id(a) for a in body.ancestors(second))}
    inside = first
    for parent in body.ancestors(first):
        if isinstance(parent, (g.BlockStmt, g.CaseClause, g.FuncLit)):
            return first.pos < second.pos and id(parent) in around
        branching = isinstance(parent, (g.IfStmt, g.SwitchStmt, g.TypeSwitchStmt)) and id(parent) in around
        if branching and any(inside is part for part in g.children(parent) if not hasattr(part, "body")):
            return first.pos < second.pos  # what a branching begins with
        if isinstance(parent, (g.ForStmt, g.RangeStmt, g.DeferStmt, g.GoStmt)):
            return False
        inside = parent
    return first.pos < second.pos
