"""Locals and connections: what a function's own variables may outlive."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.reach import carrier_of, endless


def outlives(local: Local, use: g.Ident) -> bool:
    """A use in a handler, or in a loop without end, that began after the local was made."""
    body = local.body
    for parent in body.ancestors(use):
        if parent.pos <= local.pos < parent.end:
            return False
        if isinstance(parent, (g.ForStmt, g.RangeStmt)) and endless(parent, body) and goes_on(parent, body):
            return True
        if isinstance(parent, g.FuncLit) and carrier_of(parent.type, body) is not None:
            return True
    return False


def in_handler(local: Local, use: g.Ident) -> bool:
    """The use stands in a function literal that serves requests, made where the local is known."""
    body = local.body
    return any(
        isinstance(a, g.FuncLit) and not a.pos <= local.pos < a.end and carrier_of(a.type, body) is not None
        for a in body.ancestors(use)
    )


def goes_on(loop: g.ForStmt | g.RangeStmt, body: Body) -> bool:
    """An endless loop that waits for what comes, and gives back one result at most: a server's, not a search's."""
    waits = isinstance(loop, g.RangeStmt)
    for node in g.walk(loop.body):
        match node:
            case g.BranchStmt(tok="break") if node.label or body.left_by_break(node) is loop:
                return False
        waits = waits or isinstance(node, g.SelectStmt) or (isinstance(node, g.UnaryExpr) and node.op == "<-")
        if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr):
            waits = waits or node.fun.sel.name in (
                "Accept",
                "AcceptTCP",
                "ReadFrom",
                "ReadFromUDP",
                "Recv",
                "ReadMessage",
                "Sleep",
                "Wait",
            )
    lit = body.lit_of(loop)
    results = (
        lit.type.results if lit is not None else body.lowered.type.results if body.lowered is not None else []
    )
    return waits and len(results) <= 1


def is_connection(of: t.Type | None) -> bool:
    """A type that stands for one network connection."""
    inner = t.deref(of)
    return isinstance(inner, t.External) and (inner.path, inner.name) in knowledge.key_types("one-connection")
