"""Keys by their form: whether an expression in a callback means the key that another place writes."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.infer import callees, type_expr
from gomaplint.model.names import symbol
from gomaplint.shapes.callbacks import Removal

_DEPTH = 6  # parts inside parts

Form = tuple[object, ...]
"""An expression as nested tuples whose leaves are names, literals and local variables."""


def form(x: g.Expr | None, body: Body, depth: int = _DEPTH) -> Form | None:
    """The form of an expression whose value the same variables give again; None for anything else."""
    if depth == 0:
        return None
    match x:
        case g.BasicLit(value=value):
            return ("literal", value)
        case g.Ident():
            local = body.bound.get(x.pos)
            if local is None:
                return ("name", symbol(x, body) or x.name)
            given = _given(local, body)
            if given is not None:
                return form(given, body, depth - 1)
            only = local.sources[0] if len(local.sources) == 1 and local.kind == "var" else None
            made = form(only.expr, body, depth - 1) if only is not None and only.how == "value" else None
            return made or ("local", local)
        case g.SelectorExpr(x=inner, sel=sel):
            found = symbol(x, body)
            below = form(inner, body, depth - 1) if found is None else ()
            return ("part", sel.name, below) if below is not None else None
        case g.BinaryExpr(op=op, x=left, y=right):
            parts = [form(part, body, depth - 1) for part in (left, right)]
            return ("operation", op, *parts) if None not in parts else None
        case g.CallExpr(fun=fun, args=args):
            what: list[object] = [*callees(x, body)[:1]] or [type_expr(fun, body)]
            parts = [form(arg, body, depth - 1) for arg in args]
            return ("call", *what, *parts) if None not in what and None not in parts else None
    return None


def _given(local: Local, body: Body) -> g.Expr | None:
    """What the parameter of a function literal is that is called where it is written: `go func(c conn) {}(c)`."""
    call = body.parent(local.lit) if local.kind == "param" and local.lit is not None else None
    if not isinstance(call, g.CallExpr) or call.fun is not local.lit or local.variadic:
        return None
    return call.args[local.index] if local.index < len(call.args) else None


def varies(key: Form) -> bool:
    """A variable of the function is part of the key."""
    return key[0] == "local" or any(isinstance(part, tuple) and part and varies(part) for part in key)


def alike(a: g.Expr | None, b: g.Expr, body: Body) -> bool:
    """Two expressions of one function mean the same, by their form or by their text."""
    if a is None:
        return False
    known = form(a, body)
    return (known is not None and known == form(b, body)) or body.file.text(a, 200) == body.file.text(b, 200)


def same_key(removal: Removal, key: g.Expr, body: Body) -> bool:
    """The removal takes away the key that the function with the callback writes as `key`."""
    found = form(removal.key, removal.code.body)
    for call, code in reversed(removal.way):
        found = outside(found, call, code.body) if found is not None else None
    return found is not None and found == form(key, body)


def outside(inner: Form, call: g.CallExpr, body: Body) -> Form | None:
    """A form of the called function in terms of its caller: parameters replaced by what they are given."""
    if inner[0] == "local":
        local = inner[1]
        arg = argument(call, local, body) if isinstance(local, Local) and local.lit is None else None
        return form(arg, body)
    parts: list[object] = []
    for part in inner:
        outer = outside(part, call, body) if isinstance(part, tuple) and part else part
        if outer is None:
            return None
        parts.append(outer)
    return tuple(parts)
