"""Where a container itself goes, beside the places that read and write its entries."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Container
from gomaplint.model.infer import callees, local_type, type_of, var_type
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.symbols import Field, TypeDecl, Var, underlying
from gomaplint.span import Span

_ALIASES = 4


def handed_on(container: Container, program: Program) -> tuple[str, Span] | None:
    """The first place where the map itself goes to something with a written type of its own."""
    named = _named(container)
    if named is not None:
        return f"is of the type {named}, which others may use", named.at
    for body, node in _places(container, program):
        at = _leaves(node, body, _ALIASES)
        if at is not None:
            return f"goes on as a whole in {body}", body.file.span(at.pos, at.end)
    return None


def _named(container: Container) -> TypeDecl | None:
    """The declared map type of a container, if it has one."""
    match container.decl:
        case Var() as var:
            of = var_type(var)
        case Field() as field:
            of = field.type_in({})
        case Local() as local:
            of = local_type(local)
    while isinstance(of, (t.Pointer, t.Slice)):
        of = of.elem
    return of.decl if isinstance(of, t.Named) else None


def _places(container: Container, program: Program) -> Iterator[tuple[Body, g.Expr]]:
    match container.decl:
        case Var() as var:
            yield from program.mentions(var)
        case Field() as field:
            yield from ((body, node) for body, node, sure in program.selections(field) if sure)
        case Local() as local:
            yield from ((local.body, use) for use in local.uses)


def _leaves(node: g.Expr, body: Body, aliases: int) -> g.Node | None:
    """Where a map at this node goes to something that has a type of its own, or None where it stays in place."""
    parent = body.parent(node)
    match parent:
        case g.IndexExpr(x=x) if x is node:
            inner = type_of(node, body)
            if isinstance(underlying(t.deref(inner)), t.Slice):
                return _leaves(parent, body, aliases)  # one of the shards
            return None
        case g.StarExpr() | g.UnaryExpr(op="&"):
            return _leaves(parent, body, aliases)
        case g.RangeStmt(x=x):
            return None if x is node else parent
        case g.BinaryExpr(op="==") | g.BinaryExpr(op="!="):
            return None
        case g.CallExpr():
            return None if builtin(parent, body) in ("len", "delete", "clear") else parent
        case g.SelectorExpr():
            return None if _is_method(parent, body) else parent
        case g.KeyValue(key=key):
            return None if key is node else parent
        case g.AssignStmt(lhs=lhs, op=op):
            if any(target is node for target in lhs):
                return None
            return _alias(node, parent, body, aliases) if op == ":=" and aliases else parent
    return parent


def _is_method(selector: g.SelectorExpr, body: Body) -> bool:
    """A method of a sync.Map, or a call of one that the map's type declares: it changes with the type."""
    if t.deref(type_of(selector.x, body)) == t.SYNC_MAP:
        return True
    call = body.parent(selector)
    return isinstance(call, g.CallExpr) and call.fun is selector and bool(callees(call, body))


def _alias(node: g.Expr, stmt: g.AssignStmt, body: Body, aliases: int) -> g.Node | None:
    """Where a map goes from the local that is another name of it."""
    for target, value in zip(stmt.lhs, stmt.rhs, strict=False):
        local = body.bound.get(target.pos) if value is node and isinstance(target, g.Ident) else None
        for use in local.uses if local is not None else ():
            at = _leaves(use, body, aliases - 1)
            if at is not None:
                return at
    return None
