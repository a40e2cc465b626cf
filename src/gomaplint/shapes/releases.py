"""What code does to end the value of an entry that it has found: stop it, close its channel, cancel it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import name_of
from gomaplint.model.infer import type_of
from gomaplint.model.names import builtin
from gomaplint.model.symbols import underlying
from gomaplint.span import Span

_CANCELS = (t.External("context", "CancelFunc"), t.External("context", "CancelCauseFunc"))


class Release(NamedTuple):
    """A statement or call that ends a value, in the function `body`."""

    node: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)


def release_of(lookup: g.Expr, body: Body) -> Release | None:
    """How the function ends the value that a look-up, or the call of a getter, has given it."""
    for x in values_of(lookup, body):
        found = _around(x, body)
        if found is not None:
            return Release(found, body)
    return None


def values_of(lookup: g.Expr, body: Body) -> Iterator[g.Expr]:
    """The look-up itself, and each use of a local that has its value."""
    yield lookup
    for local in given(lookup, body):
        yield from local.uses


def given(lookup: g.Expr, body: Body, depth: int = 3) -> list[Local]:
    """The locals that take the value of an expression, through assertions and other names."""
    found: list[Local] = []
    parent = body.parent(lookup)
    if isinstance(parent, g.TypeAssertExpr):
        return given(parent, body, depth)
    targets: list[g.Expr] = []
    if isinstance(parent, g.AssignStmt) and lookup in parent.rhs:
        targets = parent.lhs[:1] if len(parent.rhs) == 1 else []
    elif isinstance(parent, g.VarSpec) and len(parent.values) == 1:
        targets = list(parent.names[:1])
    for target in targets:
        local = body.bound.get(target.pos) if isinstance(target, g.Ident) else None
        if local is not None:
            found.append(local)
            if depth > 0:
                found += (other for use in local.uses for other in given(use, body, depth - 1))
    return found


def _around(x: g.Expr, body: Body) -> g.Node | None:
    """The code around a value, or a part of it, that ends it."""
    part: g.Expr = x
    while True:
        parent = body.parent(part)
        match parent:
            case g.TypeAssertExpr() | g.StarExpr() | g.UnaryExpr(op="&"):
                part = parent
            case g.SelectorExpr(sel=sel):
                call = body.parent(parent)
                if isinstance(call, g.CallExpr) and call.fun is parent:
                    return call if _ends(sel.name) and _whole(call, body) else None
                part = parent
            case g.SendStmt(chan=chan) if chan is part:
                return parent
            case g.CallExpr(fun=fun) if fun is part:
                itself = not isinstance(part, g.SelectorExpr) and _is_function(part, body)
                return parent if itself and not parent.args else None
            case g.CallExpr():
                name = builtin(parent, body)
                if name is not None:
                    return parent if name == "close" else None
                ends = words.removes(name_of(parent.fun)) and not isinstance(
                    underlying(type_of(part, body)), t.Basic
                )
                return parent if ends else None
            case _:
                return None


def _whole(call: g.CallExpr, body: Body) -> bool:
    """Nothing is handed to the call that may name a part: Close(), Stop(ctx), CloseWithError(err)."""
    return all(type_of(arg, body) in (t.External("context", "Context"), t.ERROR) for arg in call.args)


def _is_function(x: g.Expr, body: Body) -> bool:
    """The entry itself is a function without arguments: what ends the thing, as one that cancels."""
    of = type_of(x, body)
    below = underlying(of)
    return of in _CANCELS or (isinstance(below, t.Signature) and not below.params)


def _ends(name: str) -> bool:
    """A method or field that ends the value it belongs to, and no lock or count: Close, stop, cancelFunc."""
    parts = words.split(name)
    return bool(parts) and parts[0] in knowledge.words("ending")
