"""Code that takes keys out of a map, and what runs right after it."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model.body import Body
from gomaplint.model.calls import callee
from gomaplint.model.containers import Container, container_of
from gomaplint.model.names import builtin
from gomaplint.model.reach import endless
from gomaplint.span import Span

_NEAR = 6  # statements between a removal and what is said to follow it

Block = g.BlockStmt | g.CaseClause | g.FuncLit


class Extent(enum.Enum):
    """How many keys go at once."""

    ONE = 1
    SOME = 2
    ALL = 3


class Removal(NamedTuple):
    """A call that takes keys away from a map, or the loop around it."""

    container: Container
    operand: g.Expr
    node: g.Node
    extent: Extent
    body: Body

    @property
    def at(self) -> Span:
        end = self.node.body.pos if isinstance(self.node, (g.RangeStmt, g.ForStmt)) else self.node.end
        return self.body.file.span(self.node.pos, end)


def removals(body: Body) -> Iterator[Removal]:
    """What takes keys away from plain maps that have a declaration of their own, in source order."""
    for call in body.calls:
        taken = _taken(call, body)
        container = container_of(call.args[0], body) if taken is not None else None
        if taken is not None and container is not None and container.map is not None:
            yield Removal(container, call.args[0], *taken, body)


def _taken(call: g.CallExpr, body: Body) -> tuple[g.Node, Extent] | None:
    name = builtin(call, body)
    if name == "clear" and len(call.args) == 1:
        return call, Extent.ALL
    if name == "delete" and len(call.args) == 2:
        return _deleted(call, body)
    found = callee(call, body) if name is None and call.args else None
    effect = knowledge.function_effect(*found) if found is not None else None
    if effect == "clear":
        return call, Extent.ALL
    return (call, Extent.SOME) if effect == "remove" else None


def extent(call: g.CallExpr, body: Body) -> Extent:
    """How many keys a `delete` takes away, with the loop around it."""
    return _deleted(call, body)[1] if len(call.args) == 2 else Extent.ONE


def _deleted(call: g.CallExpr, body: Body) -> tuple[g.Node, Extent]:
    start = g.root(call.args[0])
    local = body.bound.get(start.pos) if isinstance(start, g.Ident) else None
    for loop in body.ancestors(call):
        if isinstance(loop, g.FuncLit) or (
            isinstance(loop, (g.ForStmt, g.RangeStmt)) and endless(loop, body)
        ):
            break
        # Where the loop walks over the maps, each of them loses one key.
        of_loop = local is not None and loop.pos <= local.pos < loop.end
        if isinstance(loop, (g.ForStmt, g.RangeStmt)) and not of_loop:
            return loop, Extent.ALL if _every(loop, call, body) else Extent.SOME
    return call, Extent.ONE


def _every(loop: g.ForStmt | g.RangeStmt, call: g.CallExpr, body: Body) -> bool:
    """`for k := range m { ...; delete(m, k) }`, which nothing leaves early."""
    target, key = call.args
    return (
        isinstance(loop, g.RangeStmt)
        and isinstance(loop.key, g.Ident)
        and isinstance(key, g.Ident)
        and body.bound.get(key.pos) is body.bound.get(loop.key.pos)
        and same_text(target, loop.x, body)
        and any(isinstance(stmt, g.ExprStmt) and stmt.x is call for stmt in loop.body.body)
        and not any(isinstance(node, (g.BranchStmt, g.ReturnStmt)) for node in g.walk(loop.body))
    )


def same_text(x: g.Expr, y: g.Expr, body: Body) -> bool:
    """Two expressions of one function that are written alike."""
    return body.file.text(x, 1000) == body.file.text(y, 1000)


def between(first: g.Node, then: g.Node, body: Body) -> Sequence[g.Stmt] | None:
    """The statements between two nodes of which the second may run after the first; None where it cannot.

    They are those of the innermost block around both.
    A deferred second node runs after everything.
    """
    places = {id(block): at for block, at in blocks(then, body)}
    for block, i in blocks(first, body, at_once=True):
        k = places.get(id(block))
        if k is not None:
            after = k > i or (k < i and isinstance(block.body[k], g.DeferStmt))
            return block.body[min(i, k) + 1 : max(i, k)] if after else None
        if any(isinstance(stmt, (g.ReturnStmt, g.BranchStmt)) for stmt in block.body[i + 1 :]):
            return None
    return None


def blocks(node: g.Node, body: Body, at_once: bool = False) -> Iterator[tuple[Block, int]]:
    """The lists of statements around a node, inside out, with its place in each.

    It ends at a closure that is not called where it stands; with `at_once`, at one that is deferred or a goroutine too.
    """
    inside = node
    for parent in body.ancestors(node):
        if isinstance(parent, (g.BlockStmt, g.CaseClause, g.FuncLit)):
            at = next((i for i, stmt in enumerate(parent.body) if stmt is inside), None)
            if at is not None:
                yield parent, at
        if isinstance(parent, g.FuncLit):
            call = body.parent(parent)
            if not isinstance(call, g.CallExpr) or call.fun is not parent:
                return
            if at_once and not isinstance(body.parent(call), g.ExprStmt):
                return
        inside = parent


def near(stmts: Sequence[g.Stmt], besides: Sequence[Removal]) -> bool:
    """Few statements, and no work of their own: no loops and switches, save for those that take keys away."""
    if len(stmts) > _NEAR:
        return False
    works = (g.ForStmt, g.RangeStmt, g.SwitchStmt, g.TypeSwitchStmt, g.SelectStmt)
    return not any(
        isinstance(stmt, works) and not any(stmt.pos <= r.node.pos < stmt.end for r in besides)
        for stmt in stmts
    )
