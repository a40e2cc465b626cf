"""Writes into an inner map, as in `rooms[room][user] = n`, and what may have put that inner map there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect, Event, container_of
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Map, exported
from gomaplint.model.names import builtin
from gomaplint.model.symbols import Field, is_exported, underlying
from gomaplint.span import Answer, Span

_WRITE = re.compile(rb"\]\s*\[[^\n=!<>]*(?:\+\+|--|=(?!=))")


class InnerWrite(NamedTuple):
    """An assignment to `entry[...]`, where `entry` is an element of a map of maps."""

    outer: Map
    entry: g.IndexExpr
    stmt: g.AssignStmt
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.stmt.pos, self.stmt.end)

    @property
    def unmade(self) -> bool:
        """Nothing gives the outer map a value either."""
        decl = self.outer.container.decl
        sources = decl.sources if isinstance(decl, Local) else []
        return not sources and not self.outer.story.of(Effect.ASSIGN)


def inner_writes(analysis: Analysis) -> Iterator[InnerWrite]:
    """Every write into a map that is an entry of a map with a declaration of its own."""
    for file in analysis.program.workspace.files:
        if not file.reported:
            continue
        for body in analysis.program.bodies_matching(file, _WRITE):
            for stmt in body.assigns:
                if isinstance(stmt, g.AssignStmt):
                    yield from _writes(stmt, body, analysis)


def _writes(stmt: g.AssignStmt, body: Body, analysis: Analysis) -> Iterator[InnerWrite]:
    for target in stmt.lhs:
        x = target.x if isinstance(target, g.IndexExpr) else None
        while isinstance(x, g.IndexExpr) and _is_map(x, body):
            container = container_of(x.x, body)
            # Not the shards of one container, where the first index names a shard.
            if container is not None and container.map == underlying(type_of(x.x, body)):
                yield InnerWrite(analysis.map(container), x, stmt, body)
            x = x.x


def _is_map(x: g.Expr, body: Body) -> bool:
    return isinstance(underlying(type_of(x, body)), t.Map)


def source_of_inner(write: InnerWrite) -> Answer:
    """Whether anything may have put an inner map into the outer one before the write, and what.

    The order of statements counts for locals only.
    """
    outer = write.outer
    unknown = _beyond(outer)
    if unknown is not None:
        return unknown
    name = outer.container.name
    for event in outer.story.events:
        if isinstance(outer.container.decl, Local) and _afterwards(event, write):
            continue
        if event.effect in (Effect.INSERT, Effect.FILL):
            return Answer(True, f"{name} gains an entry in {event.body}", event.at)
        if event.effect is Effect.ASSIGN and not (event.value and _empty(event.value, event.body)):
            return Answer(None, f"{name} is given another map in {event.body}", event.at)
        if event.effect is Effect.HANDED or (event.effect is Effect.READ and _passed(event)):
            return Answer(
                None, f"{name} is handed to other code in {event.body}, which may fill it", event.at
            )
    return Answer(False, f"nothing puts an inner map into {name}", outer.container.at)


def _beyond(outer: Map) -> Answer | None:
    """What keeps the story of the outer map from being the whole truth."""
    decl, story, at = outer.container.decl, outer.story, outer.container.at
    if isinstance(decl, Local):
        fresh = decl.kind in ("var", "result") and all(
            s.how == "value" and _empty(s.expr, decl.body) for s in decl.sources
        )
        return None if fresh else Answer(None, f"{decl.name} is not made empty in {decl.body}", at)
    if exported(outer.container) or (isinstance(decl, Field) and is_exported(decl.name)):
        return Answer(None, "is exported: importers and decoders may fill it", at)
    if isinstance(decl, Field) and decl.node.embedded:
        return Answer(None, "is embedded, and methods of its type may fill it", at)
    if story.cut or story.unsure:
        return Answer(None, "has uses that are not followed", at)
    files = outer.analysis.program.workspace.files
    if any(file.opaque and file.package is decl.package for file in files):
        return Answer(None, "is declared in a package of which a file was not parsed", at)
    return None


def _empty(value: g.Expr, body: Body) -> bool:
    """A map without entries: made, an empty literal, or nil."""
    match value:
        case g.CallExpr():
            return builtin(value, body) == "make"
        case g.CompositeLit(elts=elts):
            return not elts
    return isinstance(value, g.Ident) and value.name == "nil"


def _passed(event: Event) -> bool:
    """An argument of a library function, which may be a decoder's target."""
    return isinstance(event.node, g.CallExpr) and builtin(event.node, event.body) is None


def _afterwards(event: Event, write: InnerWrite) -> bool:
    """The event cannot come before the write: no loop, jump or closure leads back from below it.

    In another function it comes later if the outer map has not left this one before the write.
    """
    body, stmt = write.body, write.stmt
    if "goto" in body.file.facts.names or body.lit_of(stmt) is not None:
        return False
    loops = [a for a in body.ancestors(stmt) if isinstance(a, (g.ForStmt, g.RangeStmt))]
    end = loops[-1].end if loops else stmt.end
    if event.body is body:
        return event.node.pos >= end and body.lit_of(event.node) is None
    decl = write.outer.container.decl
    uses = decl.uses if isinstance(decl, Local) and decl.body is body else []
    return bool(uses) and all(use.pos >= end or _looks_inside(use, body) for use in uses)


def _looks_inside(use: g.Ident, body: Body) -> bool:
    parent = body.parent(use)
    return isinstance(parent, g.IndexExpr) or (
        isinstance(parent, g.CallExpr) and builtin(parent, body) is not None
    )


def look_before(write: InnerWrite) -> Event | None:
    """A look into the outer map in the same function that may decide whether the write runs."""
    looks = (Effect.READ, Effect.RANGE, Effect.LEN)
    for event in write.outer.story.of(*looks):
        here = event.body is write.body and not _afterwards(event, write)
        if here and not _in_write(event.node, write):
            return event
    return None


def _in_write(node: g.Node, write: InnerWrite) -> bool:
    """Part of an assignment into an inner map of the same outer one: it comes after a panic, or panics itself."""
    chain = [node, *write.body.ancestors(node)]
    stmt = next((a for a in chain if isinstance(a, g.AssignStmt)), None)
    if stmt is None or any(isinstance(a, g.FuncLit) and stmt.pos < a.pos for a in chain):
        return False
    if stmt is write.stmt:
        return True
    others = _writes(stmt, write.body, write.outer.analysis)
    return any(other.outer is write.outer for other in others)
