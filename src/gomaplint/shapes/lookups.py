"""What a lookup `v, ok := m.Load(k)` decides, and which values a local may have at a place."""

from __future__ import annotations

from itertools import pairwise

from gomaplint import goast as g
from gomaplint.model.body import Body, Local, Source
from gomaplint.model.guards import leaves


def only_if_missed(lookup: g.Node, node: g.Node, body: Body) -> bool:
    """The node runs only where the lookup has found nothing: under `!ok`, or after `if ok { return }`."""
    stmt = body.parent(lookup)
    if not isinstance(stmt, g.AssignStmt) or len(stmt.lhs) != 2:
        return False
    values, oks = _told(stmt, body)
    inside: g.Node = node
    for parent in body.ancestors(node):
        match parent:
            case g.IfStmt(cond=cond) if cond.pos >= stmt.end:
                if inside is parent.body and _missed(cond, values, oks, body):
                    return True
                if inside is parent.orelse and _found(cond, values, oks, body):
                    return True
            case g.BlockStmt() | g.CaseClause() | g.FuncLit():
                for before in parent.body:
                    if (
                        isinstance(before, g.IfStmt)
                        and before.cond.pos >= stmt.end
                        and before.end <= inside.pos
                        and before.orelse is None
                        and _found(before.cond, values, oks, body)
                        and leaves(before.body, body)
                    ):
                        return True
                if isinstance(parent, g.FuncLit):
                    return False
        inside = parent
    return False


def _told(stmt: g.AssignStmt, body: Body) -> tuple[set[Local], set[Local]]:
    """The locals that have the value that was found, and those that tell whether one was."""
    value, ok = (body.bound.get(x.pos) if isinstance(x, g.Ident) else None for x in stmt.lhs)
    values, oks = {value} - {None}, {ok} - {None}
    for local in body.locals:
        for source in local.sources:
            x = source.expr.x if isinstance(source.expr, g.TypeAssertExpr) else source.expr
            if isinstance(x, g.Ident) and body.bound.get(x.pos) in values and source.at.pos > stmt.pos:
                (oks if source.how == "result" and source.number == 1 else values).add(local)
    return values, oks  # type: ignore[return-value]


def _missed(cond: g.Expr, values: set[Local], oks: set[Local], body: Body) -> bool:
    """The condition holds only if nothing was found."""
    match cond:
        case g.UnaryExpr(op="!", x=x):
            return _is(x, oks, body)
        case g.BinaryExpr(op="&&", x=x, y=y):
            return _missed(x, values, oks, body) or _missed(y, values, oks, body)
        case g.BinaryExpr(op="==", x=x, y=y):
            return (_is(x, values, body) and _named(y, "nil")) or (_is(x, oks, body) and _named(y, "false"))
    return False


def _found(cond: g.Expr, values: set[Local], oks: set[Local], body: Body) -> bool:
    """The condition fails only if nothing was found."""
    match cond:
        case g.Ident():
            return _is(cond, oks, body)
        case g.BinaryExpr(op="||", x=x, y=y):
            return _found(x, values, oks, body) or _found(y, values, oks, body)
        case g.BinaryExpr(op="!=", x=x, y=y):
            return _is(x, values, body) and _named(y, "nil")
        case g.BinaryExpr(op="==", x=x, y=y):
            return _is(x, oks, body) and _named(y, "true")
    return False


def _is(x: g.Expr, locals_: set[Local], body: Body) -> bool:
    return isinstance(x, g.Ident) and body.bound.get(x.pos) in locals_


def _named(x: g.Expr, name: str) -> bool:
    return isinstance(x, g.Ident) and x.name == name


def reaching(local: Local, node: g.Node, body: Body) -> list[Source]:
    """The assignments whose value a local may have at a node, as far as blocks tell."""
    around = [node, *body.ancestors(node)]
    found: list[Source] = []
    for source in sorted(local.sources, key=lambda s: s.at.pos):
        if source.at.end > node.pos:
            if isinstance(source.at, (g.RangeStmt, g.TypeSwitchStmt)) and source.at.pos < node.pos:
                found = [source]  # the node stands in the body of what sets the local
                continue
            break
        reaches = _reaches(source.at, around, body)
        if reaches is None:
            found.clear()
        if reaches is not False:
            found.append(source)
    return found


def _reaches(stmt: g.Node, around: list[g.Node], body: Body) -> bool | None:
    """Whether a statement may come before the innermost node of `around`: None where it always does."""
    below = {id(a): inner for inner, a in pairwise(around)}
    always, inside = True, stmt
    for parent in body.ancestors(stmt):
        if id(parent) in below:
            other = below[id(parent)]
            match parent:
                case g.IfStmt(body=first, orelse=second):
                    if inside is first and other is second:
                        return False
                case g.SwitchStmt() | g.TypeSwitchStmt() | g.SelectStmt():
                    if isinstance(inside, g.CaseClause) and isinstance(other, g.CaseClause):
                        return False
            return None if always else True
        if isinstance(parent, g.BlockStmt) and leaves(parent, body):
            return False
        # What stands before the condition of an if, a switch or a loop runs whenever that is reached.
        if (
            not isinstance(parent, (g.IfStmt, g.ForStmt, g.SwitchStmt, g.TypeSwitchStmt))
            or inside is not parent.init
        ):
            always = False
        inside = parent
    return True
