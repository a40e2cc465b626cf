"""Waiting for an answer: a `select` that hears of it through a channel, and gives up after a time or with a context."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import name_of
from gomaplint.model.infer import type_of
from gomaplint.model.names import Outside, symbol
from gomaplint.model.symbols import underlying

_STEPS = 4  # locals on the way from a value to what it was made from
_FIELDS = 3  # structs inside of structs


class Cause(enum.Enum):
    """Why a wait is given up."""

    TIMER = "timer"
    CONTEXT = "context"


class Wait(NamedTuple):
    """A `select` that must wait, the case in which it hears of an answer, and one in which it gives up."""

    select: g.SelectStmt
    answer: g.CaseClause
    case: g.CaseClause
    cause: Cause


def selects(body: Body) -> list[g.SelectStmt]:
    """The selects of a function that wait: those without a default, in source order."""
    found = {id(node): node for node in body.parents.values() if isinstance(node, g.SelectStmt)}
    waiting = [s for s in found.values() if not any(case.default for case in s.cases)]
    return sorted(waiting, key=lambda s: s.pos)


def waits(select: g.SelectStmt, values: set[Local], body: Body) -> Iterator[Wait]:
    """The waits for something that is said over a channel which is, or is part of, one of some values."""
    received = [(case, channel(case)) for case in select.cases]
    answers = [case for case, x in received if x is not None and _from(x, values, body)]
    for case, x in received:
        cause = cause_of(x, body) if x is not None else None
        if answers and cause is not None:
            yield Wait(select, answers[0], case, cause)


def channel(case: g.CaseClause) -> g.Expr | None:
    """The channel that a case receives from."""
    match case.comm:
        case g.ExprStmt(x=x) | g.AssignStmt(rhs=[x]) if isinstance(x, g.UnaryExpr) and x.op == "<-":
            return x.x
    return None


def cause_of(x: g.Expr, body: Body, depth: int = 3) -> Cause | None:
    """What a channel tells of: that a time is over, or that somebody no longer wants the answer."""
    match x:
        case g.CallExpr(fun=g.SelectorExpr(x=of, sel=sel), args=args):
            if sel.name == "After" and args:
                return Cause.TIMER
            return _context(of, body) if sel.name == "Done" and not args else None
        case g.SelectorExpr(x=of, sel=sel) if sel.name == "C":
            timer = t.deref(type_of(of, body))
            known = isinstance(timer, t.External) and timer.name in ("Timer", "Ticker")
            return Cause.TIMER if known or timer is None else None
        case g.Ident():
            local = body.bound.get(x.pos)
            if local is not None and depth:
                found = [cause_of(source.expr, body, depth - 1) for source in local.sources]
                return next((cause for cause in found if cause is not None), None)
    return None


def _context(x: g.Expr, body: Body, depth: int = 4) -> Cause | None:
    """Why the context of this expression ends; None for that of the object itself, and for what is none."""
    of = type_of(x, body)
    if depth == 0 or (of is not None and of != t.CONTEXT):
        return None
    match x:
        case g.Ident():
            local = body.bound.get(x.pos)
            if local is None:
                return None
            if local.kind == "param":
                return Cause.CONTEXT if of == t.CONTEXT else None
            found = [_context(source.expr, body, depth - 1) for source in local.sources]
            return next((cause for cause in found if cause is not None), None)
        case g.CallExpr(fun=fun, args=args):
            made, name = symbol(fun, body), name_of(fun)
            if isinstance(made, Outside) and made.path == "context":
                if name.startswith(("WithTimeout", "WithDeadline")):
                    return Cause.TIMER
                return _context(args[0], body, depth - 1) if name.startswith("With") and args else None
            return Cause.CONTEXT if name == "Context" and not args else None
    return None


def made_of(x: g.Expr, body: Body) -> set[Local]:
    """The variables whose values an expression is, or holds as channels: `w` and `ch` of `w := &waiter{ch: ch}`."""
    found: set[Local] = set()
    todo = [(x, _STEPS)]
    for at, steps in todo:
        for local in _held(at, body):
            if local not in found:
                found.add(local)
                if steps:
                    todo += [(source.expr, steps - 1) for source in local.sources if source.number == 0]
    return found


def _held(x: g.Expr, body: Body, inside: bool = False) -> Iterator[Local]:
    match x:
        case g.Ident():
            local = body.bound.get(x.pos)
            if local is not None and local is not body.recv:
                of = underlying(type_of(x, body))
                if not inside or isinstance(of, t.Chan):
                    yield local
        case g.SelectorExpr(x=inner) | g.StarExpr(x=inner) | g.UnaryExpr(op="&", x=inner):
            yield from _held(inner, body, inside)
        case g.TypeAssertExpr(x=inner):
            yield from _held(inner, body, inside)
        case g.CompositeLit(elts=elts):
            for element in elts:
                yield from _held(element.value, body, True)
        case g.CallExpr(args=args):
            for arg in args:
                yield from _held(arg, body, True)
        case g.FuncLit():
            for stmt in x.body:
                for node in g.walk(stmt):
                    if isinstance(node, g.Ident):
                        yield from _held(node, body, True)


def _from(x: g.Expr, values: set[Local], body: Body) -> bool:
    """A channel that belongs to one of the values: `ch`, `w.ch`, `call.Done()`."""
    if cause_of(x, body) is not None:
        return False
    if isinstance(x, g.CallExpr) and isinstance(x.fun, g.SelectorExpr) and not x.args:
        x = x.fun.x
    start = g.root(x)
    local = body.bound.get(start.pos) if isinstance(start, g.Ident) else None
    if local is None or local is body.recv:
        return False
    return local in values or not values.isdisjoint(made_of(start, body) if start is not None else ())


def brings_answers(of: t.Type | None, depth: int = _FIELDS) -> bool:
    """A value of the type can tell somebody who waits: a channel, a struct with one, a function."""
    below = underlying(t.deref(underlying(of)))
    match below:
        case t.Chan() | t.Signature():
            return True
        case t.Struct(decl=decl, env=env) if depth:
            return any(brings_answers(f.type_in(dict(env)), depth - 1) for f in decl.fields.values())
        case t.Slice(elem=elem) if depth:
            return brings_answers(elem, depth - 1)
    return False
