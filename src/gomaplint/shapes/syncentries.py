"""Entries of a `sync.Map` in the hands of the code that looks them up: by whom, under which lock, for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.exclusion import Exclusion, exclusive
from gomaplint.shapes.goroutines import Crowd, Goroutines
from gomaplint.shapes.lookups import reaching
from gomaplint.shapes.mutation import Change, root_of
from gomaplint.span import Span


@dataclass(frozen=True, eq=False)
class Access:
    """A place where the entry of a key is worked on; `load` is the call that gave it, `node` what is done then."""

    map: Map
    load: Event
    node: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)

    @cached_property
    def crowd(self) -> Crowd | None:
        analysis = self.map.analysis
        return Goroutines(analysis.program, analysis.reach).of(self.node, self.body)

    @cached_property
    def exclusion(self) -> Exclusion | None:
        """What keeps others out here, in a caller, or on the way here from where goroutines begin."""
        program, own = self.map.analysis.program, self.load.node
        found = exclusive(own, self.body, program, own) or exclusive(self.node, self.body, program, own)
        for node, body in self.crowd.calls if self.crowd is not None else ():
            found = found or exclusive(node, body, program, None, 0)
        return found


def uses(analysis: Analysis) -> Iterator[tuple[Map, Body, list[Event]]]:
    """The events of each sync.Map, function by function."""
    for m in analysis.maps():
        if not m.sync:
            continue
        by_body: dict[Body, list[Event]] = {}
        for event in m.story.of(Effect.READ, Effect.INSERT, Effect.RANGE):
            if isinstance(event.node, g.CallExpr) and not event.body.file.for_tests:
                by_body.setdefault(event.body, []).append(event)
        for body, events in by_body.items():
            if body.file.reported:
                yield m, body, events


def operand(event: Event) -> g.Expr | None:
    """The map as the call names it."""
    node = event.node
    return node.fun.x if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr) else None


def loaded(event: Event) -> Local | None:
    """The local that takes the value of a Load, a LoadOrStore, or each value of a Range."""
    body, name = event.body, event.method
    if name == "Range":
        lit = callback(event)
        params = body.lit_params[id(lit)] if lit is not None else []
        return params[1] if len(params) == 2 else None
    if name not in ("Load", "LoadOrStore"):
        return None
    stmt = body.parent(event.node)
    if isinstance(stmt, g.AssignStmt) and len(stmt.lhs) == 2 and len(stmt.rhs) == 1:
        target = stmt.lhs[0]
        return body.bound.get(target.pos) if isinstance(target, g.Ident) else None
    return None


def callback(event: Event) -> g.FuncLit | None:
    """The function literal that a Range calls for each entry."""
    node = event.node
    lit = node.args[0] if isinstance(node, g.CallExpr) and len(node.args) == 1 else None
    return lit if isinstance(lit, g.FuncLit) else None


def of_connection(key: g.Expr, body: Body) -> bool:
    """The key is the address or number of a connection: `conn.RemoteAddr().String()`, `client.ID`."""
    local = body.bound.get(key.pos) if isinstance(key, g.Ident) else None
    x: g.Expr = local.sources[0].expr if local is not None and len(local.sources) == 1 else key
    while isinstance(x, (g.SelectorExpr, g.CallExpr)):
        if isinstance(x, g.SelectorExpr):
            table = knowledge.table("concurrency")["connection-key"]
            of = t.deref(type_of(x.x, body))
            owner = of.decl.name if isinstance(of, t.Named) else body.file.text(x.x)
            if x.sel.name in table["parts"]:
                return True
            if x.sel.name.lower() in table["names"] and set(words.split(owner)[-1:]) & set(table["owners"]):
                return True
        x = x.fun if isinstance(x, g.CallExpr) else x.x
    return False


def still_shared(change: Change, taken: Local, event: Event) -> bool:
    """The change comes after the value was taken out, and not to one just made in its place."""
    body = event.body
    if change.body is not body or change.node.pos < event.node.pos:
        return False
    local = root_of(change.part, body)
    if local is None or (local is taken and not local.sources):
        return True
    sources = reaching(local, change.node, body)
    return any(
        s.expr is event.node or not isinstance(s.expr, (g.CallExpr, g.CompositeLit, g.UnaryExpr))
        for s in sources
    )
