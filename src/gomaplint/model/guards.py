"""What stands around a piece of code: locks that are held, limits that are checked, conditions that must hold."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import type_of
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func
from gomaplint.span import Answer, Span

_LOCKS = {"Lock": 1, "RLock": 1, "Unlock": -1, "RUnlock": -1}


def lock_held(node: g.Node, body: Body, program: Program, depth: int = 2) -> Span | None:
    """The place that takes a mutex held at this node, here or in a caller."""
    found = lock_taken(node, body, program, depth)
    return found[1].file.span(found[0].pos, found[0].end) if found is not None else None


def lock_taken(node: g.Node, body: Body, program: Program, depth: int = 2) -> tuple[g.CallExpr, Body] | None:
    """The call that takes a mutex held at this node, and where it stands: here or in a caller."""
    call = _locked_here(node, body)
    if call is not None:
        return call, body
    if depth == 0 or not isinstance(body.owner, Func):
        return None
    for ref in program.references(body.owner)[:20]:
        if ref.call is not None and ref.sure:
            found = lock_taken(ref.call, ref.body, program, depth - 1)
            if found is not None:
                return found
    return None


def _locked_here(node: g.Node, body: Body) -> g.CallExpr | None:
    blocks = {id(a) for a in body.ancestors(node)}
    held: g.CallExpr | None = None
    for call in body.calls:
        if call.pos >= node.pos or not isinstance(call.fun, g.SelectorExpr):
            continue
        step = _LOCKS.get(call.fun.sel.name)
        if step is None or call.args or not _is_mutex(call.fun, body):
            continue
        stmt = body.parent(call)
        block = body.parent(stmt) if stmt is not None else None
        # A lock or unlock in a branch beside the node says nothing about it.
        if block is None or id(block) not in blocks:
            continue
        if step > 0:
            held = call
        elif isinstance(stmt, g.ExprStmt):
            held = None
    return held


def _is_mutex(fun: g.SelectorExpr, body: Body) -> bool:
    of = t.deref(type_of(fun.x, body))
    if isinstance(of, t.External):
        return of.path == "sync"
    # A declared type or a struct may embed a mutex; of an unknown type, the name of the method decides.
    return of is None or isinstance(of, (t.Named, t.Struct))


def conditions(node: g.Node, body: Body) -> Iterator[tuple[g.IfStmt, bool]]:
    """The if statements around a node in its function literal, inside out; True where it stands in the first branch."""
    inside: g.Node = node
    for parent in body.ancestors(node):
        if isinstance(parent, g.FuncLit):
            return
        if isinstance(parent, g.IfStmt):
            yield parent, inside is parent.body
        inside = parent


def only_if_nil(node: g.Node, body: Body) -> bool:
    """The node runs only under exactly `x == nil`: the lazy making of something, not its replacement."""
    for stmt, first in conditions(node, body):
        cond = stmt.cond
        if (
            first
            and isinstance(cond, g.BinaryExpr)
            and cond.op == "=="
            and any(_is_nil(s) for s in (cond.x, cond.y))
        ):
            return True
    return False


def only_if_found(lookup: g.Node, node: g.Node, body: Body) -> bool:
    """The node runs only where the lookup `v, ok := m[k]` has found something: in `if ok { ... }`."""
    stmt = body.parent(lookup)
    if not isinstance(stmt, g.AssignStmt) or len(stmt.lhs) != 2 or stmt.pos > node.pos:
        return False
    ok = stmt.lhs[1]
    found = body.bound.get(ok.pos) if isinstance(ok, g.Ident) else None
    if found is None:
        return False
    for around, first in conditions(node, body):
        if first and any(_is_use(part, found, body) for part in _all_of(around.cond)):
            return True
    return False


def _all_of(cond: g.Expr) -> Iterator[g.Expr]:
    """The parts of a condition that must all hold."""
    if isinstance(cond, g.BinaryExpr) and cond.op == "&&":
        yield from _all_of(cond.x)
        yield from _all_of(cond.y)
    else:
        yield cond


def _is_use(x: g.Expr, local: Local, body: Body) -> bool:
    return isinstance(x, g.Ident) and body.bound.get(x.pos) is local


def _is_nil(x: g.Expr) -> bool:
    return isinstance(x, g.Ident) and x.name == "nil"


_DEATHS = {("os", "Exit"), ("log", "Fatal"), ("log", "Fatalf")}


def exits(stmt: g.Node, body: Body) -> bool:
    """What follows the statement is not reached from it: return, break and their kin, panic, the end of the program."""
    if isinstance(stmt, g.ExprStmt) and isinstance(stmt.x, g.CallExpr):
        found = symbol(stmt.x.fun, body)
        dies = isinstance(found, Outside) and (found.path, found.name) in _DEATHS
        return dies or builtin(stmt.x, body) == "panic"
    return isinstance(stmt, (g.ReturnStmt, g.BranchStmt))


def leaves(block: g.Stmt | None, body: Body) -> bool:
    """What follows the block is not reached from it: its last statement exits."""
    return isinstance(block, g.BlockStmt) and bool(block.body) and exits(block.body[-1], body)


def is_limit(size: g.Expr, body: Body) -> g.BinaryExpr | None:
    """The comparison that checks a number of entries, such as `len(m)`, against a limit."""
    found = comparison(size, body)
    return found[0] if found is not None and found[1].holds else None


def comparison(size: g.Expr, body: Body) -> tuple[g.BinaryExpr, Answer] | None:
    """The comparison of a number of entries, such as `len(m)`, and whether it is one with a limit.

    Comparisons with zero, one or another length are questions, and the end of a walk is none either.
    """
    inside: g.Node = size
    for parent in body.ancestors(size):
        if isinstance(parent, g.BinaryExpr) and parent.op in ("-", "+", "*", "/"):
            inside = parent
        elif isinstance(parent, g.CallExpr) and type_of(parent, body) is not None:
            inside = parent  # a conversion such as int64(len(m))
        elif isinstance(parent, g.BinaryExpr) and parent.op in ("<", "<=", ">", ">=", "=="):
            other = parent.y if parent.x is inside else parent.x
            question = isinstance(other, g.BasicLit) and other.value in ("0", "1")
            length = isinstance(other, g.CallExpr) and builtin(other, body) is not None
            # `for len(m) > most { ... }` makes room, `for i := 0; i < len(m); i++ { ... }` walks.
            loop = body.parent(parent)
            walks = isinstance(loop, g.ForStmt) and (loop.init is not None or loop.post is not None)
            if question:
                return parent, Answer(False, "limits nothing: compared with 0 or 1")
            if length:
                return parent, Answer(False, "limits nothing: compared with another length")
            return parent, Answer(not walks, "limits nothing: ends a loop over it" if walks else "is a limit")
        else:
            return None
    return None
