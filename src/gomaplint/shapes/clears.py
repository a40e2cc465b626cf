"""Loops that do nothing but delete every key of a map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.containers import Container, container_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.names import builtin
from gomaplint.shapes.emptying import same_text
from gomaplint.span import Span

_DELETE = re.compile(rb"\bdelete\s*\(")


class RangeClear(NamedTuple):
    """The loop and the map it empties, which it names by `operand`; that of a sync.Map may be a call of Range."""

    map: Map
    loop: g.RangeStmt | g.CallExpr
    operand: g.Expr
    body: Body

    @property
    def at(self) -> Span:
        return head(self.loop, self.body)


def head(loop: g.RangeStmt | g.CallExpr, body: Body) -> Span:
    """The place of a loop without what is inside it."""
    return body.file.span(loop.pos, loop.fun.end if isinstance(loop, g.CallExpr) else loop.body.pos + 1)


def clears(analysis: Analysis) -> Iterator[RangeClear]:
    """Every pure clearing loop over a map that has a declaration of its own."""
    for file in analysis.program.workspace.files:
        if not file.reported or "delete" not in file.facts.names:
            continue
        for body in analysis.program.bodies_matching(file, _DELETE):
            for loop in body.ranges:
                container = _clears(loop, body)
                if container is not None:
                    yield RangeClear(analysis.map(container), loop, loop.x, body)


def _clears(loop: g.RangeStmt, body: Body) -> Container | None:
    if not isinstance(loop.key, g.Ident) or not loop.define or len(loop.body.body) != 1:
        return None
    stmt = loop.body.body[0]
    call = stmt.x if isinstance(stmt, g.ExprStmt) else None
    if not isinstance(call, g.CallExpr) or len(call.args) != 2 or builtin(call, body) != "delete":
        return None
    target, key = call.args
    if not isinstance(key, g.Ident) or body.bound.get(key.pos) is not body.bound.get(loop.key.pos):
        return None
    if not same_text(target, loop.x, body):
        return None
    return container_of(loop.x, body)
