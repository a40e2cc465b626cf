"""Values that nobody else has yet, and what is opened for them."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.calls import callee
from gomaplint.model.infer import callees, type_expr
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func
from gomaplint.shapes.lookups import reaching

_DEPTH = 4  # locals and functions looked through
_OPENING = 6  # the same, on the way to what opens a connection


def made(x: g.Expr, body: Body, program: Program, depth: int = _DEPTH) -> g.Expr | None:
    """The literal, `new`, `make` or call of a library's maker that the value comes from, if every way leads to one.

    Of several ways the first is given.
    """
    if depth == 0:
        return None
    match x:
        case g.CompositeLit():
            return x
        case g.UnaryExpr(op="&", x=g.CompositeLit()):
            return x
        case g.UnaryExpr(op="&", x=g.Ident() as name):
            local = body.bound.get(name.pos)
            return x if local is not None and local.kind == "var" else None
        case g.TypeAssertExpr(x=inner):
            return made(inner, body, program, depth)
        case g.Ident():
            local = body.bound.get(x.pos)
            sources = (
                reaching(local, x, body) if local is not None and local.kind in ("var", "result") else []
            )
            found = [
                made(s.expr, body, program, depth - 1)
                for s in sources
                if s.how == "value" or (s.how == "result" and s.number == 0)
            ]
            return found[0] if found and len(found) == len(sources) and all(found) else None
        case g.CallExpr():
            return _called(x, body, program, depth)
    return None


def _called(call: g.CallExpr, body: Body, program: Program, depth: int) -> g.Expr | None:
    name = builtin(call, body)
    if name is not None:
        return call if name in ("new", "make") else None
    if type_expr(call.fun, body) is not None:
        return made(call.args[0], body, program, depth) if len(call.args) == 1 else None
    known = callee(call, body)
    if known is not None and [*known] in knowledge.table("concurrency")["makers"]["functions"]:
        return call
    funcs = callees(call, body)
    return call if funcs and all(_makes(func, program, depth - 1) for func in funcs) else None


def _makes(func: Func, program: Program, depth: int) -> bool:
    """Every return of the function gives back something that it has just made, or nil beside an error."""
    body = program.body(func)
    own = [r.results for r in body.returns if body.lit_of(r) is None]
    if not all(own):
        return False
    values = [r[0] for r in own if not (len(r) > 1 and isinstance(r[0], g.Ident) and r[0].name == "nil")]
    return bool(values) and all(made(v, body, program, depth) for v in values)


def opened(x: g.Expr, body: Body, program: Program, depth: int = _OPENING) -> g.CallExpr | None:
    """The call that opens the connection or file that a value is, or holds."""
    if depth == 0:
        return None
    parts: list[g.Expr] = []
    match x:
        case g.UnaryExpr(op="&", x=inner) | g.TypeAssertExpr(x=inner):
            parts = [inner]
        case g.CompositeLit(elts=elts):
            parts = [element.value for element in elts]
        case g.Ident():
            local = body.bound.get(x.pos)
            sources = (
                reaching(local, x, body) if local is not None and local.kind in ("var", "result") else []
            )
            parts = [s.expr for s in sources if s.how == "value" or (s.how == "result" and s.number == 0)]
            depth -= 1
        case g.CallExpr():
            return _opens(x, body, program, depth)
    return next(filter(None, (opened(part, body, program, depth) for part in parts)), None)


def _opens(call: g.CallExpr, body: Body, program: Program, depth: int) -> g.CallExpr | None:
    known = callee(call, body)
    if known is not None and known[0] in knowledge.table("makers")["resources"]["types"]:
        return (
            call if words.split(known[1])[0] in knowledge.table("concurrency")["opening"]["words"] else None
        )
    funcs = callees(call, body)
    if len(funcs) != 1:
        return None
    inner = program.body(funcs[0])
    for stmt in inner.returns:
        if stmt.results and inner.lit_of(stmt) is None and opened(stmt.results[0], inner, program, depth - 1):
            return call
    made_from = (opened(arg, body, program, depth - 1) for arg in call.args)
    return next(filter(None, made_from), None) if _makes(funcs[0], program, depth) else None
