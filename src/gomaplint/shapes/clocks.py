"""Moments and the clock: whether code asks if a time has come."""

from __future__ import annotations

from functools import cache

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.calls import callee, name_of

_ORDERED = ("<", "<=", ">", ">=")
_DEPTH = 4  # locals and calls looked through


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(knowledge.table("clocks")[group]["names"])


def waits(call: g.CallExpr, body: Body) -> bool:
    """A call of package time that makes code wait, or run later."""
    found = callee(call, body)
    return found is not None and found[0] == "time" and found[1] in _words("waiting")


def compared(x: g.Expr, body: Body) -> g.Expr | None:
    """The expression that compares a moment with the clock, if one does."""
    part: g.Expr = x
    measured = False  # the part is a span of time up to now
    while True:
        parent = body.parent(part)
        match parent:
            case g.UnaryExpr(op="-") | g.StarExpr() | g.TypeAssertExpr():
                part = parent
            case g.SelectorExpr(sel=sel):
                call = body.parent(parent)
                if not isinstance(call, g.CallExpr) or call.fun is not parent:
                    return None
                if sel.name in _words("ordering"):
                    return call if len(call.args) == 1 and is_clock(call.args[0], body) else None
                if sel.name == "Sub":
                    measured = measured or (len(call.args) == 1 and is_clock(call.args[0], body))
                elif sel.name not in _words("same"):
                    return None
                part = call
            case g.CallExpr(fun=fun) if fun is not part:
                name = name_of(fun)
                if name in ("Since", "Until"):
                    measured = True
                elif (
                    isinstance(fun, g.SelectorExpr)
                    and name in ("Before", "After", "Sub")
                    and is_clock(fun.x, body)
                ):
                    if name != "Sub":
                        return parent
                    measured = True
                elif name not in _words("converting"):
                    return None
                part = parent
            case g.BinaryExpr(op="+" | "-" | "*" | "/", x=left, y=right):
                other = right if left is part else left
                measured = measured or (parent.op == "-" and is_clock(other, body))
                part = parent
            case g.BinaryExpr(op=op, x=left, y=right) if op in _ORDERED:
                other = right if left is part else left
                return parent if measured or is_clock(other, body) else None
            case _:
                return None


def is_clock(x: g.Expr, body: Body, depth: int = _DEPTH) -> bool:
    """An expression that tells the time of now, or one a fixed span from it."""
    if depth == 0:
        return False
    match x:
        case g.CallExpr(fun=fun, args=args):
            name = name_of(fun)
            if words.split(name)[-1:] == ("now",):
                return True
            if (
                isinstance(fun, g.SelectorExpr)
                and name in _words("same")
                and body.file.imports.get("time") is not None
            ):
                return is_clock(fun.x, body, depth - 1)
            return len(args) == 1 and name in _words("converting") and is_clock(args[0], body, depth - 1)
        case g.Ident():
            local = body.bound.get(x.pos)
            if local is None:
                return False
            if local.kind == "param":
                return local.name in _words("parameters") or words.split(local.name)[-1:] == ("now",)
            return any(is_clock(s.expr, body, depth - 1) for s in local.sources if s.how == "value")
        case g.SelectorExpr(sel=sel):
            return sel.name == "now"
        case g.BinaryExpr(op="+" | "-", x=left):
            return is_clock(left, body, depth - 1)
    return False
