"""Maps beside a cache that evicts by itself: what it lets go of stays in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.calls import argument
from gomaplint.model.containers import Event, container_of
from gomaplint.model.infer import callees, member_of
from gomaplint.model.maps import Analysis, Insert
from gomaplint.model.program import Program
from gomaplint.model.reach import carrier, carrier_of
from gomaplint.model.symbols import Field, Func, StructDecl
from gomaplint.shapes.callbacks import code_of, reached
from gomaplint.shapes.orphans import Loss, behind
from gomaplint.span import Span

_SITES = 20  # callers of one function


class Evicting(NamedTuple):
    """A cache of a library that evicts by itself."""

    title: str
    insert: frozenset[str]
    oldest: frozenset[str]


@cache
def evicting() -> dict[tuple[str, str], Evicting]:
    """Such caches by import path and name of their type."""
    return {
        (path, name): Evicting(entry["title"], frozenset(entry["insert"]), frozenset(entry["oldest"]))
        for entry in knowledge.table("evictions")["cache"]
        for path in entry["paths"]
        for name in entry["types"]
    }


@dataclass(frozen=True, eq=False)
class SideMap(Loss):
    """A map that is filled beside a cache, the field `held`, under a key that has to do with the entry there."""

    held: Field
    kind: Evicting

    @property
    def primary(self) -> str:
        return str(self.held)

    def new(self) -> bool:
        return False

    def cleaned(self) -> Span | None:
        """A removal that may run when the cache evicts: in a callback, a sweep, or where the cache is filled."""
        program = self.index.analysis.program
        codes = [code for call in self.body.calls for code in code_of(call.fun, self.body, program)]
        filling = {self.body, *(at.body for code in codes for at, _ in reached(code, program))}
        for event in self.index.removals:
            if event.body in filling or self._by_itself(event) or _called_back(event, program):
                return event.at
        # What empties the cache as well is no answer to what the cache does by itself.
        return next((event.at for event in self.index.resets if not self._names_cache(event.body)), None)

    def _names_cache(self, body: Body) -> bool:
        return any(
            isinstance(node, g.SelectorExpr)
            and (member := member_of(node, body)) is not None
            and member.field is self.held
            for node in body.named.get(self.held.name, ())
        )

    def _by_itself(self, event: Event) -> bool:
        """It sweeps the map, or takes what the cache lets go of next."""
        body = event.body
        for parent in body.ancestors(event.node):
            if isinstance(parent, g.RangeStmt) and container_of(parent.x, body) == self.index.container:
                return True
        names = {call.fun.sel.name for call in body.calls if isinstance(call.fun, g.SelectorExpr)}
        return not names.isdisjoint(self.kind.oldest)


def side_maps(analysis: Analysis) -> Iterator[SideMap]:
    """Every insert into a map of a struct beside one into a cache of the same struct."""
    caches = _caches(analysis.program)
    for m in analysis.maps() if caches else ():
        owned = m.container.decl
        for field, kind in caches.get(owned.struct, ()) if isinstance(owned, Field) else ():
            for store, body in _stores(field, kind, analysis.program):
                for insert in m.inserts:
                    if _beside(insert, store, body):
                        yield SideMap(m, insert, store, body, field, kind)


def _caches(program: Program) -> dict[StructDecl, list[tuple[Field, Evicting]]]:
    """The fields of each struct that hold such a cache."""
    found: dict[StructDecl, list[tuple[Field, Evicting]]] = {}
    kinds = evicting()
    paths = {path for path, _ in kinds}
    for package in program.workspace.every:
        for decl in package.types.values():
            if decl.struct is None or decl.file.for_tests:
                continue
            if paths.isdisjoint(path for _, path in decl.file.facts.imports):
                continue
            for field in decl.struct.fields.values():
                kind = kinds.get(_named(t.deref(field.type_in(decl.generic))))
                if kind is not None:
                    found.setdefault(decl.struct, []).append((field, kind))
    return found


def _named(of: t.Type | None) -> tuple[str, str]:
    """Import path and name of a type, vendored or not."""
    if isinstance(of, t.External):
        return of.path, of.name
    return (of.decl.package.path, of.decl.name) if isinstance(of, t.Named) else ("", "")


def _stores(field: Field, kind: Evicting, program: Program) -> Iterator[tuple[g.CallExpr, Body]]:
    for body, node, sure in program.selections(field):
        method = body.parent(node)
        if not sure or not isinstance(method, g.SelectorExpr) or method.sel.name not in kind.insert:
            continue
        call = body.parent(method)
        if (
            isinstance(call, g.CallExpr)
            and call.fun is method
            and body.file.reported
            and not body.file.for_tests
        ):
            yield call, body


def _beside(insert: Insert, store: g.CallExpr, body: Body) -> bool:
    """The insert stands in the function that fills the cache or in one that it calls, and its key has to do with it."""
    key = insert.event.key
    if key is None:
        return False
    theirs = {local for arg in store.args for local in behind(arg, body)}
    if insert.body is body:
        return not theirs.isdisjoint(behind(key, body))
    for call in body.calls:
        if insert.body.owner in callees(call, body):
            for local in behind(key, insert.body):
                arg = argument(call, local, body) if local.kind == "param" else None
                if arg is not None and not theirs.isdisjoint(behind(arg, body)):
                    return True
    return False


def _called_back(event: Event, program: Program, depth: int = 2) -> bool:
    """The removal runs in a function value that something may call for an entry: it takes one, and no request."""
    return _in_callback(event.node, event.body, program, depth)


def _in_callback(node: g.Node, body: Body, program: Program, depth: int) -> bool:
    lit = body.lit_of(node)
    while lit is not None:
        call = body.parent(lit)
        at_once = isinstance(call, g.CallExpr) and call.fun is lit
        if lit.type.params and not at_once:
            return carrier_of(lit.type, body) is None
        lit = body.lit_of(lit)
    owner = body.owner
    if not isinstance(owner, Func):
        return True
    for ref in program.references(owner)[:_SITES]:
        if ref.call is None:
            if owner.type.params and carrier(owner) is None:
                return True
        elif depth and _in_callback(ref.call, ref.body, program, depth - 1):
            return True
    return False
