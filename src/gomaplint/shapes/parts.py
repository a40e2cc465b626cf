"""The allocations that making a value takes, as far as the source shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.calls import callee
from gomaplint.model.constants import integer
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func, underlying

_CALLS = 3  # constructors that call constructors


class Part(NamedTuple):
    """One allocation that making a value takes.

    `what` is object, map, chan or elements (`number` of type `of`), or known (`number` bytes in all, by a table).
    """

    what: str
    of: t.Type | None = None
    number: int = 0


def parts(x: g.Expr, body: Body, program: Program, calls: int = _CALLS) -> Iterator[Part]:
    """The allocations that evaluating an expression makes for its value, as far as they are seen."""
    match x:
        case g.UnaryExpr(op="&", x=g.CompositeLit() as lit):
            yield Part("object", type_of(lit, body))
            yield from _inside(lit, body, program, calls)
        case g.CompositeLit():
            of = underlying(type_of(x, body))
            if isinstance(of, t.Map):
                yield Part("map")
            elif isinstance(of, t.Slice) and of.length is None:
                yield Part("elements", of.elem, len(x.elts))
            yield from _inside(x, body, program, calls)
        case g.CallExpr():
            yield from _called(x, body, program, calls)


def _inside(lit: g.CompositeLit, body: Body, program: Program, calls: int) -> Iterator[Part]:
    for element in lit.elts:
        yield from parts(element.value, body, program, calls)


def _called(call: g.CallExpr, body: Body, program: Program, calls: int) -> Iterator[Part]:
    name = builtin(call, body)
    if name == "new":
        yield Part("object", type_expr(call.args[0], body))
    elif name == "make":
        yield from _made(call, body)
    elif name is None and type_expr(call.fun, body) is not None:
        for arg in call.args:
            yield from parts(arg, body, program, calls)
    elif name is None:
        targets = callees(call, body)
        if len(targets) == 1 and calls > 0:
            yield from _returned(targets[0], program, calls - 1)
        elif not targets:
            yield from _library(call, body)


def _made(call: g.CallExpr, body: Body) -> Iterator[Part]:
    of = underlying(type_expr(call.args[0], body))
    count = integer(call.args[-1], body) if len(call.args) > 1 else 0
    if isinstance(of, t.Map):
        yield Part("map")
    elif isinstance(of, t.Chan):
        yield Part("chan", of.elem, count or 0)
    elif isinstance(of, t.Slice):
        yield Part("elements", of.elem, count or 0)


def _returned(func: Func, program: Program, calls: int) -> Iterator[Part]:
    """What a function makes for its first result each time: the least of what its returns give, errors apart."""
    body = program.body(func)
    every: list[list[Part]] = []
    for stmt in body.returns:
        if body.lit_of(stmt) is None:
            x = stmt.results[0] if stmt.results else None
            local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
            if isinstance(x, g.Ident) and x.name == "nil" and len(stmt.results) > 1:
                continue
            if local is not None and local.kind == "var" and len(local.sources) == 1:
                x = local.sources[0].expr if local.sources[0].number == 0 else None
            every.append(list(parts(x, body, program, calls)) if x is not None else [])
    yield from min(every, key=len, default=[])


def _library(call: g.CallExpr, body: Body) -> Iterator[Part]:
    path, name = callee(call, body) or ("", "")
    known = knowledge.table("makers")["costs"]["functions"].get(path, {}).get(name)
    if known is not None:
        size, objects = known
        yield Part("known", None, size)
        yield from [Part("object")] * (objects - 1)
    elif path and words.split(name)[:1] == ("new",):
        yield Part("object")
