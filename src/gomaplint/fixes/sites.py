"""Where a fix may write, and what it may write there again: statements, expressions without effects, locks."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.fixes.edits import written
from gomaplint.model import guards
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import member_of, type_expr, type_of
from gomaplint.model.maps import Map
from gomaplint.model.names import symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Field, File, lookup, underlying

Listing = g.BlockStmt | g.CaseClause | g.FuncLit


def statement(node: g.Node, body: Body) -> g.Stmt | None:
    """The statement of a list that a node is, or of which it is the call or the one value."""
    stmt = node if isinstance(node, g.AssignStmt) else body.parent(node)
    return stmt if isinstance(stmt, (g.ExprStmt, g.AssignStmt)) and listing(stmt, body) is not None else None


def listing(stmt: g.Node, body: Body) -> list[g.Stmt] | None:
    """The list that a statement is a part of."""
    parent = body.parent(stmt)
    if not isinstance(parent, Listing):
        return None
    return parent.body if any(each is stmt for each in parent.body) else None


def after(stmt: g.Stmt, body: Body) -> g.Stmt | None:
    """The statement that follows in the same list."""
    found = listing(stmt, body) or []
    at = next((i for i, each in enumerate(found) if each is stmt), len(found))
    return found[at + 1] if at + 1 < len(found) else None


def operand(x: g.Expr, file: File) -> str:
    """An expression as it is written where something follows it: a selector, an index."""
    text = written(x, file)
    return f"({text})" if isinstance(x, g.StarExpr) else text


def repeatable(x: g.Expr, body: Body) -> bool:
    """An expression on one line that may be written once more: it has no effects, and gofmt spaces it alike."""
    return "\n" not in written(x, body.file) and _pure(x, body)


def _pure(x: g.Expr, body: Body) -> bool:
    match x:
        case g.Ident() | g.BasicLit():
            return True
        case g.SelectorExpr(x=inner) | g.StarExpr(x=inner):
            return _pure(inner, body)
        case g.IndexExpr(x=inner, indices=[index]):
            # What an entry of a map holds may be gone with it.
            listed = isinstance(underlying(t.deref(type_of(inner, body))), t.Slice)
            return listed and _pure(inner, body) and _pure(index, body)
        case g.CallExpr(fun=fun, args=[inner]):
            return type_expr(fun, body) is not None and _pure(inner, body)
        case g.CompositeLit(elts=elts):
            return all(_pure(e.value, body) for e in elts)
    return False


def changed_between(x: g.Expr, start: int, end: int, body: Body) -> bool:
    """A variable in an expression gets another value between two offsets."""
    used = {id(local) for n in g.walk(x) if isinstance(n, g.Ident) and (local := body.bound.get(n.pos))}
    for stmt in body.assigns:
        if isinstance(stmt, g.AssignStmt) and start <= stmt.pos < end:
            targets = (body.bound.get(y.pos) for y in stmt.lhs if isinstance(y, g.Ident))
            if any(id(local) in used for local in targets):
                return True
    return False


def in_scope(local: Local, node: g.Node, body: Body) -> bool:
    """The name of a variable means it at a node, too."""
    if local.body is not body or any(x is not local and x.name == local.name for x in body.locals):
        return False
    around = [*body.ancestors(node)]
    if local.kind in ("param", "recv", "result"):
        return local.lit is None or any(a is local.lit for a in around)
    block = body.parent(local.stmt) if local.stmt is not None else None
    return local.end <= node.pos and any(a is block for a in around)


class Held(NamedTuple):
    """A mutex that is held, by its declaration; `alone` tells a lock from one that readers share."""

    mutex: object
    alone: bool


def held(node: g.Node, body: Body, program: Program) -> Held | None:
    """The mutex that is held at a node, as far as it is seen."""
    found = guards.lock_taken(node, body, program)
    if found is None:
        return None
    call, where = found
    assert isinstance(call.fun, g.SelectorExpr)
    return Held(_mutex(call.fun.x, where), call.fun.sel.name == "Lock")


def _mutex(x: g.Expr, body: Body) -> object:
    """The declaration of a mutex; of one that a struct embeds beside what it guards, that struct."""
    named = symbol(x, body)
    of = t.deref(type_of(x, body))
    below = underlying(of)
    if isinstance(of, t.Named) and isinstance(below, t.Struct) and len(below.decl.every) > 1:
        return of.decl
    member = member_of(x, body) if isinstance(x, g.SelectorExpr) and named is None else None
    if member is not None and member.field is not None:
        return member.field
    return named if named is not None else body.file.span(x.pos, x.end)


def may_write(m: Map, node: g.Node, body: Body) -> bool:
    """Code at a node may change a map: it holds the mutex that all hold who fill the map, or none of them holds one."""
    if m.sync:
        return True
    program = m.analysis.program
    here = held(node, body, program)
    if here is not None and not here.alone:
        return False
    mutex = here.mutex if here is not None else None
    for insert in m.inserts:
        other = held(insert.event.node, insert.body, program) if not insert.building else here
        if (other.mutex if other is not None else None) != mutex:
            return False
    return True


def sync_method(x: g.Expr, name: str, m: Map, body: Body) -> str | None:
    """A method of a sync.Map as code may call it on `x`: the map, or a struct that embeds it."""
    of = t.deref(type_of(x, body))
    text = f"{operand(x, body.file)}.{name}"
    if of == t.SYNC_MAP:
        return text
    decl, below = m.container.decl, underlying(of)
    embedded = isinstance(decl, Field) and decl.node.embedded
    if not embedded or not isinstance(below, t.Struct) or below.decl.fields.get(decl.name) is not decl:
        return None
    # A struct may have a method of this name, or lend one of another part.
    plain = lookup(of, name) is None and sum(f.node.embedded for f in below.decl.every) == 1
    return text if plain else f"{operand(x, body.file)}.{decl.name}.{name}"
