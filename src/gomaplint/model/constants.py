"""The values of constant expressions."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.model.names import symbol
from gomaplint.model.symbols import Const

_DEPTH = 8  # operators and names one inside the other
_SHIFT = 40  # larger shifts are masks and limits, not sizes


def integer(x: g.Expr | None, at: Body | Const, depth: int = 0) -> int | None:
    """The value of a whole number written with literals, constants and + - * <<; None where it is not known.

    `at` is where the expression stands: a body, or a constant of whose value it is a part.
    """
    if depth > _DEPTH:
        return None
    match x:
        case g.BasicLit(kind="int", value=value):
            text = value.replace("_", "")
            octal = len(text) > 1 and text.isdigit() and text[0] == "0"  # 0644
            return int(text, 8 if octal else 0)
        case g.BinaryExpr(op=op, x=left, y=right):
            a, b = integer(left, at, depth + 1), integer(right, at, depth + 1)
            return _apply(op, a, b) if a is not None and b is not None else None
        case g.Ident() | g.SelectorExpr():
            found = symbol(x, at) if isinstance(at, Body) else _beside(x, at)
            if isinstance(found, Local) and found.kind == "const" and len(found.sources) == 1:
                return integer(found.sources[0].expr, found.body, depth + 1)
            return integer(found.value, found, depth + 1) if isinstance(found, Const) else None
    return None


def is_zero(x: g.Expr | None, body: Body) -> bool:
    """A literal zero value: nil, false, 0, "", T{}."""
    match x:
        case g.Ident(name="nil" | "false"):
            return x.pos not in body.bound
        case g.BasicLit(kind="int" | "float", value=value):
            return value.strip("0.") == ""
        case g.BasicLit(kind="string", value=""):
            return True
        case g.CompositeLit(elts=[]):
            return not isinstance(x.type, (g.MapType, g.ArrayType))
    return False


def _apply(op: str, a: int, b: int) -> int | None:
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "<<":
            return a << b if 0 <= b <= _SHIFT else None
    return None


def _beside(x: g.Expr, const: Const) -> Const | None:
    """A constant that the value of another one names: only its own package is looked at."""
    return const.file.package.consts.get(x.name) if isinstance(x, g.Ident) else None
