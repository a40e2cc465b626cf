"""Attempts to get the memory of a map's table back: collections, clones, spare maps and copies."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import callee, library_calls
from gomaplint.model.containers import Container, Effect, container_of
from gomaplint.model.infer import callees
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.names import builtin
from gomaplint.shapes.emptying import Extent, Removal, between, blocks, near, removals, same_text
from gomaplint.span import Span

_EMPTYING = frozenset(("clear", "delete"))
_EMPTIES = re.compile(rb"\b(?:clear|delete)\s*\(")


class Way(enum.Enum):
    """How it is tried."""

    COLLECT = "collect"  # the collector is run right after keys were removed
    CLONE = "clone"  # m = maps.Clone(m)
    SPARE = "spare"  # another map is filled and emptied
    COPY = "copy"  # the entries move to a fresh map, which takes the place of the old one


@dataclass(frozen=True, eq=False)
class Shrink:
    """One attempt to make a map smaller.

    `removals` took keys away before it, in `body` or in a function that it calls.
    `spare` is the map that is filled and emptied.
    """

    way: Way
    map: Map
    node: g.Node
    body: Body
    removals: tuple[Removal, ...] = ()
    spare: Local | None = None

    @property
    def at(self) -> Span:
        end = self.node.body.pos if isinstance(self.node, g.RangeStmt) else self.node.end
        return self.body.file.span(self.node.pos, end)

    @cached_property
    def holder(self) -> Container | None:
        """Another name of the map that lives as long as the program, and that no other map is ever given to."""
        analysis, container = self.map.analysis, self.map.container
        for name in self.map.story.names:
            other = Map(Container(name, container.map), analysis)
            given = any(e.body is self.body for e in other.story.of(Effect.ASSIGN))
            if name is not container.decl and other.lifetime.holds and not other.resets and not given:
                return other.container
        return None

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The function itself, and those it calls that remove keys."""
        return tuple(dict.fromkeys((self.body, *(r.body for r in self.removals))))


def shrinks(analysis: Analysis) -> Iterator[Shrink]:
    """Everything that looks like such an attempt, of use or not."""
    for find in (_collections, _clones, _spares, _copies):
        yield from (shrink for shrink in find(analysis) if not shrink.body.file.for_tests)


# -- the collector


def _collections(analysis: Analysis) -> Iterator[Shrink]:
    for call, body in library_calls(analysis.program, _collectors()):
        # Not `debug.SetGCPercent(old)`, which puts back what was set for some work.
        if not all(isinstance(arg, g.BasicLit) for arg in call.args):
            continue
        found: dict[Container, list[Removal]] = {}
        for removal in _right_before(call, body, analysis):
            if removal.extent is not Extent.ONE:
                found.setdefault(removal.container, []).append(removal)
        for container, before in found.items():
            yield Shrink(Way.COLLECT, analysis.map(container), call, body, tuple(before))


@cache
def _collectors() -> dict[str, frozenset[str]]:
    table = knowledge.table("collector")["runs"]["functions"]
    return {path: frozenset(names) for path, names in table.items()}


def _right_before(node: g.Node, body: Body, analysis: Analysis) -> Iterator[Removal]:
    """Removals that a node follows closely, in its own function or in one that is called before."""
    here = list(removals(body))
    for removal in here:
        stmts = between(removal.node, node, body)
        if stmts is not None and _close(stmts, here, body):
            yield removal
    for block, at in blocks(node, body):
        for i, stmt in enumerate(block.body[:at]):
            call = stmt.x if isinstance(stmt, g.ExprStmt) else None
            if isinstance(call, g.CallExpr) and _close(block.body[i + 1 : at], here, body):
                for func in callees(call, body):
                    inside = analysis.program.body(func)
                    yield from (r for r in removals(inside) if inside.lit_of(r.node) is None)


def _close(stmts: Sequence[g.Stmt], here: Sequence[Removal], body: Body) -> bool:
    """Nothing stands between but a few statements, none of which is such an attempt already."""
    calls = (stmt.x for stmt in stmts if isinstance(stmt, g.ExprStmt))
    found = (callee(call, body) for call in calls if isinstance(call, g.CallExpr))
    return near(stmts, here) and not any(f and f[1] in _collectors().get(f[0], ()) for f in found)


# -- m = maps.Clone(m)


def _clones(analysis: Analysis) -> Iterator[Shrink]:
    for call, body in library_calls(analysis.program, {"maps": {"Clone"}}):
        target = _target(call, body)
        if target is None or len(call.args) != 1 or not same_text(target, call.args[0], body):
            continue
        container = container_of(target, body)
        if container is not None and container.map is not None:
            before = tuple(_before(call, container, body, analysis))
            yield Shrink(Way.CLONE, analysis.map(container), call, body, before)


def _target(value: g.Expr, body: Body) -> g.Expr | None:
    """What a value is assigned to, directly or through a local that is used for nothing else."""
    stmt = body.parent(value)
    if not isinstance(stmt, g.AssignStmt) or len(stmt.lhs) != len(stmt.rhs):
        return None
    target = next(x for x, v in zip(stmt.lhs, stmt.rhs, strict=True) if v is value)
    if stmt.op == "=":
        return target
    local = body.bound.get(target.pos) if isinstance(target, g.Ident) else None
    return _target(local.uses[0], body) if local is not None and len(local.uses) == 1 else None


def _before(node: g.Node, container: Container, body: Body, analysis: Analysis) -> Iterator[Removal]:
    """Removals from one container that may run before a node, in its function or right before it in another."""
    for removal in removals(body):
        if removal.container.decl is container.decl and between(removal.node, node, body) is not None:
            yield removal
    for removal in _right_before(node, body, analysis):
        if removal.container.decl is container.decl and removal.body is not body:
            yield removal


# -- a spare map


def _spares(analysis: Analysis) -> Iterator[Shrink]:
    for file in analysis.program.workspace.files:
        named = not _EMPTYING.isdisjoint(file.facts.names)
        if named and file.reported:
            for body in analysis.program.bodies_matching(file, _EMPTIES):
                if any(_fresh(local) for local in body.locals):
                    yield from _emptied(body, analysis)


def _emptied(body: Body, analysis: Analysis) -> Iterator[Shrink]:
    for removal in removals(body):
        local = removal.container.decl
        if removal.extent is Extent.ALL and isinstance(local, Local) and _fresh(local):
            source = _only_filled(local, removal)
            if source is not None and source.decl is not local:
                yield Shrink(Way.SPARE, analysis.map(source), removal.node, body, (), local)


def _fresh(local: Local) -> bool:
    """A variable that is a map without entries until something is put in."""
    return local.kind == "var" and len(local.sources) == 1 and _made_empty(local.sources[0].expr, local.body)


def _only_filled(local: Local, removal: Removal) -> Container | None:
    """The map that a fresh local was filled from, if it is filled and emptied, and never read."""
    body, source = local.body, None
    for use in local.uses:
        if removal.node.pos <= use.pos < removal.node.end:
            continue
        entry = body.parent(use)
        stmt = body.parent(entry) if isinstance(entry, g.IndexExpr) and entry.x is use else None
        if not isinstance(stmt, g.AssignStmt) or not any(x is entry for x in stmt.lhs):
            return None
        loops = [a for a in body.ancestors(stmt) if isinstance(a, g.RangeStmt)]
        source = next((c for a in loops if (c := container_of(a.x, body)) is not None), source)
    return source if source is not None and source.map is not None else None


def _made_empty(value: g.Expr, body: Body) -> bool:
    """A map without entries: made, or an empty literal."""
    if isinstance(value, g.CallExpr):
        return builtin(value, body) == "make"
    return isinstance(value, g.CompositeLit) and not value.elts


# -- a copy in the place of the old map


def _copies(analysis: Analysis) -> Iterator[Shrink]:
    for m in analysis.maps():
        for event in m.story.of(Effect.ASSIGN) if not m.sync else ():
            stmt, body = event.node, event.body
            value = event.value
            local = body.bound.get(value.pos) if isinstance(value, g.Ident) else None
            if local is None or not isinstance(stmt, g.AssignStmt) or stmt.op != "=" or not event.direct:
                continue
            if _moved(local, stmt, m, body) and body.file.reported:
                yield Shrink(Way.COPY, m, stmt, body, tuple(_before(stmt, m.container, body, analysis)))


def _moved(local: Local, stmt: g.AssignStmt, m: Map, body: Body) -> bool:
    """A fresh local map is given entries of a map, in one loop or call, and is used for nothing else."""
    moves = 0
    for use in local.uses:
        parent = body.parent(use)
        if parent is stmt or (isinstance(parent, g.CallExpr) and builtin(parent, body) == "len"):
            continue
        if not _moves(use, m, body):
            return False
        moves += 1
    return moves == 1 and _fresh(local)


def _moves(use: g.Ident, m: Map, body: Body) -> bool:
    """`maps.Copy(use, m)`, or `use[k] = v` in a range over the map."""
    parent = body.parent(use)
    if isinstance(parent, g.CallExpr) and callee(parent, body) == ("maps", "Copy") and parent.args[0] is use:
        source = container_of(parent.args[1], body)
        return source is not None and source.decl is m.container.decl
    assign = body.parent(parent) if isinstance(parent, g.IndexExpr) and parent.x is use else None
    if not isinstance(parent, g.IndexExpr) or not isinstance(assign, g.AssignStmt):
        return False
    value = assign.value_of(parent) if any(x is parent for x in assign.lhs) else None
    loop = next((a for a in body.ancestors(assign) if isinstance(a, g.RangeStmt)), None)
    if loop is None or not any(e.node is loop for e in m.story.of(Effect.RANGE)):
        return False
    return _is(parent.indices[0], loop.key, body) and _is(value, loop.value, body)


def _is(x: g.Expr | None, variable: g.Expr | None, body: Body) -> bool:
    return (
        isinstance(x, g.Ident)
        and isinstance(variable, g.Ident)
        and body.bound.get(x.pos) is not None
        and body.bound.get(x.pos) is body.bound.get(variable.pos)
    )
