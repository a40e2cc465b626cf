"""Keys that are looked up or verified before they are used: what comes through is no longer anything."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import name_of
from gomaplint.model.guards import conditions, leaves
from gomaplint.model.infer import type_expr, type_of
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.origins import carrier_kind, passes_on
from gomaplint.span import Span

_SHORT = 200  # characters of an expression that are compared


def checked(key: g.Expr, body: Body, value: g.Expr | None = None) -> Span | None:
    """A call that is given the key before this place, and after whose failure the function is left.

    `if _, err := s.store(name); err != nil { return err }` lets only names of stores through, and so does
    `if limit, ok := limits[name]; ok { ... }` around it.
    Parsing and making something are no check: they fail for malformed keys, or make what is then kept as the `value`.
    """
    wanted = {body.file.text(part, _SHORT) for part in _parts(key, body)}
    if not wanted:
        return None
    for test, first in conditions(key, body):
        found = _found_in(test) if first else None
        if found is not None and body.file.text(found.indices[0], _SHORT) in wanted:
            return body.file.span(found.pos, found.end)
    around = {id(a) for a in body.ancestors(key)}
    lit = body.lit_of(key)
    kept = {x.name for x in g.walk(value) if isinstance(x, g.Ident)} if value is not None else set()
    for call in body.calls:
        if call.end >= key.pos or body.lit_of(call) is not lit or not _may_check(call, body):
            continue
        if not any(body.file.text(arg, _SHORT) in wanted for arg in call.args):
            continue
        stmt = body.parent(call)
        if isinstance(stmt, g.AssignStmt) and isinstance(stmt.lhs[0], g.Ident) and stmt.lhs[0].name in kept:
            continue
        guard = _guard(call, body)
        if guard is not None and id(body.parent(guard)) in around:
            return body.file.span(call.pos, call.end)
    return None


def _found_in(test: g.IfStmt) -> g.IndexExpr | None:
    """The look-up of `if limit, ok := limits[key]; ok { ... }`."""
    stmt, ok = test.init, test.cond
    if isinstance(stmt, g.AssignStmt) and isinstance(ok, g.Ident) and len(stmt.lhs) == 2 and stmt.rhs:
        looked_up, name = stmt.rhs[0], stmt.lhs[1]
        if isinstance(looked_up, g.IndexExpr) and isinstance(name, g.Ident) and name.name == ok.name:
            return looked_up if looked_up.indices else None
    return None


def _parts(key: g.Expr, body: Body) -> list[g.Expr]:
    """The expressions by which a key can be handed to a check: itself, and what it is made of."""
    found: list[g.Expr] = []
    for part in g.walk(key):
        if isinstance(part, g.Ident) and isinstance(body.bound.get(part.pos), Local):
            of = type_of(part, body)
            if of != t.CONTEXT and carrier_kind(of) is None:
                found.append(part)
            at: g.Node | None = body.parent(part)
            while isinstance(at, g.SelectorExpr):
                found.append(at)
                above = body.parent(at)
                if isinstance(above, g.CallExpr) and above.fun is at:
                    found.append(above)
                    above = body.parent(above)
                at = above
    return found


def _may_check(call: g.CallExpr, body: Body) -> bool:
    fun = call.fun.x if isinstance(call.fun, g.IndexExpr) else call.fun
    if builtin(call, body) is not None or type_expr(fun, body) is not None:
        return False
    if words.leads(name_of(fun), "no-check"):
        return False
    found = symbol(fun, body)
    return not (isinstance(found, Outside) and passes_on(found.path, found.name))


def _guard(call: g.CallExpr, body: Body) -> g.IfStmt | None:
    """The `if` that leaves the function, or the turn of a loop, when the call fails."""
    stmt = body.parent(call)
    if isinstance(stmt, g.UnaryExpr) and stmt.op == "!":
        above = body.parent(stmt)
        return (
            above if isinstance(above, g.IfStmt) and above.cond is stmt and leaves(above.body, body) else None
        )
    if not isinstance(stmt, g.AssignStmt) or not stmt.lhs:
        return None
    last = stmt.lhs[-1]
    if not isinstance(last, g.Ident):
        return None
    block = body.parent(stmt)
    if isinstance(block, g.IfStmt) and block.init is stmt:
        return block if _on_failure(block, last.name) and leaves(block.body, body) else None
    inner = getattr(block, "body", None)
    following = _next(stmt, inner) if isinstance(inner, list) else None
    if isinstance(following, g.IfStmt) and _on_failure(following, last.name) and leaves(following.body, body):
        return following
    return None


def _next(stmt: g.Node, block: list[g.Stmt]) -> g.Stmt | None:
    at = next((i for i, s in enumerate(block) if s is stmt), None)
    return block[at + 1] if at is not None and at + 1 < len(block) else None


def _on_failure(test: g.IfStmt, name: str) -> bool:
    """The condition holds where the result says no: `err != nil`, `!ok`, `x == nil`."""
    for part in g.walk(test.cond):
        match part:
            case g.BinaryExpr(op=op, x=g.Ident(name=left), y=g.Ident(name="nil")) if left == name:
                return (op == "!=") == (name.lower().endswith("err") or name == "e")
            case g.UnaryExpr(op="!", x=g.Ident(name=left)) if left == name:
                return True
    return False
