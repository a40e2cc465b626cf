"""Assignments that put a new value in the place of an old one, and those that only begin or end a life."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model import guards, words
from gomaplint.model.body import Body, Local
from gomaplint.model.names import symbol
from gomaplint.model.reach import endless, looped
from gomaplint.model.symbols import Func
from gomaplint.span import Answer


def replaces(stmt: g.AssignStmt, body: Body) -> bool:
    """The assignment may run again and again in the life of its target."""
    return bool(renewal(stmt, body).holds)


def renewal(stmt: g.AssignStmt, body: Body) -> Answer:
    """Whether an assignment may run again and again in the life of its target, yes or no, and why.

    A reset in New, Init, Start, Stop or Close runs once, the lazy making under `x == nil` too, and filling an object
    just made is part of its birth; in a loop all of them are replacements.
    """
    if guards.only_if_nil(stmt, body):
        return Answer(False, "runs only if it is nil, so it makes the first and replaces none")
    if looped(stmt, body) or any(endless(a, body) for a in body.ancestors(stmt)):
        return Answer(True, "runs again and again, in a loop")
    if any(_runs_later(a, body) for a in body.ancestors(stmt)):
        return Answer(True, "stands in a callback, which may run again and again")
    owner = body.owner
    if isinstance(owner, Func):
        if words.leads(owner.name, "lifecycle"):
            return Answer(False, "by its name, the function runs once in the life of the owner")
        if not owner.fact.recv and owner.name in ("init", "main"):
            if body.lit_of(stmt) is not None:
                return Answer(True, "stands in a closure, which may run more than once")
            return Answer(False, "runs once, while the program starts")
    if any(_new(target, body) for target in stmt.lhs):
        return Answer(False, "fills what the function itself has just made")
    return Answer(True, "may run more than once in the life of the owner")


def _runs_later(node: g.Node, body: Body) -> bool:
    """A function literal that a timer or a registration keeps: `time.AfterFunc(d, func() { ... })`."""
    call = body.parent(node) if isinstance(node, g.FuncLit) else None
    if not isinstance(call, g.CallExpr) or not isinstance(call.fun, g.SelectorExpr) or call.fun is node:
        return False
    return words.runs_later(call.fun.sel.name)


def _new(target: g.Expr, body: Body) -> bool:
    """The target is part of something that the function itself has just made."""
    start = g.root(target)
    local = body.bound.get(start.pos) if isinstance(start, g.Ident) else None
    return local is not None and made_here(local)


def made_here(local: Local) -> bool:
    """A local whose value is made in its own function: a literal, new, a constructor, or a zero value."""
    if local.kind == "result" or (local.kind == "var" and not local.sources):
        return True
    return local.kind == "var" and any(_makes(source.expr, local.body) for source in local.sources)


def _makes(x: g.Expr, body: Body) -> bool:
    if isinstance(x, g.UnaryExpr) and x.op == "&":
        x = x.x
    while isinstance(x, g.CallExpr):
        fun = x.fun
        if isinstance(fun, g.Ident):
            return fun.name == "new" or words.leads(fun.name, "constructor")
        if not isinstance(fun, g.SelectorExpr):
            return False
        if symbol(fun, body) is not None:  # a function of a package
            return words.leads(fun.sel.name, "constructor")
        x = fun.x  # New(n).WithName(s) is still new
    return isinstance(x, g.CompositeLit)
