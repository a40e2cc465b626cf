"""Values that maps hold behind an empty interface, and whether they could do without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import type_expr, type_of
from gomaplint.model.maps import Analysis, Insert, Map, exported
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.symbols import Field, Func, TypeDecl, is_exported, underlying
from gomaplint.shapes.decoders import decodes_into, imports_decoder
from gomaplint.shapes.loose import is_empty, is_interface, is_settled
from gomaplint.span import Span

_AROUND = 20  # types looked at that hold a map's struct
_STEPS = 6  # variables and parameters followed for one value


class Content(NamedTuple):
    """Something that is put into a container: its type, None where that is not known, and the place that tells it."""

    of: t.Type | None
    at: Span


@dataclass(frozen=True, eq=False)
class Boxed:
    """One insertion of a value of a known type into a map of empty interfaces; `of` is that type."""

    map: Map
    insert: Insert
    of: t.Type
    boxes: Boxes

    @property
    def at(self) -> Span:
        return self.insert.at


@dataclass(frozen=True, eq=False)
class Boxes:
    """All that one container holds, as far as the files of the run tell."""

    map: Map
    program: Program

    @cached_property
    def contents(self) -> list[Content]:
        """What every visible store puts in; nil is left out."""
        found = [c for event in self.map.story.of(Effect.INSERT, Effect.ASSIGN) for c in self.put(event)]
        return found + [c for x, body in self._unkeyed() for c in _initial(x, body, self.program)]

    def _unkeyed(self) -> Iterator[tuple[g.Expr, Body]]:
        """What literals without keys, as in `store{items}`, put into the field of a struct."""
        decl = self.map.container.decl
        owner = decl.struct.owner if isinstance(decl, Field) else None
        if not isinstance(decl, Field) or not isinstance(owner, TypeDecl):
            return
        at = next(i for i, field in enumerate(decl.struct.every) if field is decl)
        for birth in self.map.analysis.lifetimes.births(owner):
            literal = birth.node
            element = literal.elts[at : at + 1] if isinstance(literal, g.CompositeLit) else []
            yield from ((e.value, birth.body) for e in element if e.key is None)

    def put(self, event: Event) -> Iterator[Content]:
        """What one event of the story puts in."""
        if event.effect is Effect.ASSIGN:
            yield from _initial(event.value, event.body, self.program)
        elif event.value is not None:
            yield from contents(event.value, event.body, self.program)
        else:
            yield Content(None, event.at)

    @cached_property
    def unseen(self) -> tuple[str, Span | None] | None:
        """Why something may be put in that no store of the module shows."""
        story = self.map.story
        for event in story.of(Effect.HANDED, Effect.FILL):
            return f"is handed to other code in {event.body}", event.at
        for event in story.of(Effect.READ):
            if isinstance(event.node, g.CallExpr) and decodes_into(event.node, event.body) is not None:
                return f"is decoded into in {event.body}", event.at
        for body, node in story.unsure:
            return f"may be meant in {body}", body.file.span(node.pos, node.end)
        if story.opaque is not None:
            return f"is named in {story.opaque.path}, which was not parsed", None
        if story.cut:
            return "has more aliases than are followed", None
        if exported(self.map.container):
            return "is exported, so that importers may store what they like", self.map.container.at
        return self._decoded_field()

    def _decoded_field(self) -> tuple[str, Span] | None:
        """An exported field of a struct that stands, by itself or in another, beside a decoder."""
        decl = self.map.container.decl
        if not isinstance(decl, Field) or not is_exported(decl.name):
            return None
        names = {owner.name for owner in self._around(decl)}
        for package in sorted(self.program.namers(decl), key=lambda package: package.path):
            for file in package.files:
                if not file.test and imports_decoder(file) and not names.isdisjoint(file.facts.names):
                    return f"may be filled by a decoder in {file.path}, as its field is exported", decl.at
        return None

    def _around(self, field: Field) -> set[TypeDecl]:
        """The type that a field belongs to, and the types that hold that."""
        holders = self.map.analysis.lifetimes.holders()
        found: set[TypeDecl] = set()
        todo = [field.struct.owner]
        while todo and len(found) < _AROUND:
            owner = todo.pop()
            if isinstance(owner, Field):
                todo.append(owner.struct.owner)
            elif isinstance(owner, TypeDecl) and owner not in found:
                found.add(owner)
                todo += [h.decl.struct.owner for h in holders.get(owner, ()) if isinstance(h.decl, Field)]
        return found


def boxed(analysis: Analysis) -> Iterator[Boxed]:
    """Every insertion of a value of a known type into a map of empty interfaces that may live long.

    A sync.Map is left out: what it holds is any by its making, not by anybody's choice.
    """
    for m in analysis.maps():
        if m.container.map is None or not is_empty(m.container.map.elem):
            continue
        boxes = Boxes(m, analysis.program)
        for insert in m.inserts:
            of = next((c.of for c in boxes.put(insert.event) if _is_concrete(c.of)), None)
            if of is not None:
                yield Boxed(m, insert, of, boxes)


def _is_concrete(of: t.Type | None) -> bool:
    """A known type that is no interface; a type of a library may be one."""
    return is_settled(of) and not is_interface(of) and not isinstance(of, t.External)


# -- what a value is


def contents(x: g.Expr, body: Body, program: Program, steps: int = _STEPS) -> Iterator[Content]:
    """The types behind an expression: its own, or those of the values that reach it as an empty interface."""
    if isinstance(x, g.Ident) and x.name == "nil" and x.pos not in body.bound:
        return
    of = type_of(x, body)
    if of is not None and not is_empty(of):
        yield Content(of, body.file.span(x.pos, x.end))
        return
    if isinstance(x, g.CallExpr) and len(x.args) == 1 and is_empty(type_expr(x.fun, body)):
        yield from contents(x.args[0], body, program, steps - 1)
        return
    local = body.bound.get(x.pos) if isinstance(x, g.Ident) and steps else None
    if local is None or any(_is_address(body.parent(use)) for use in local.uses):
        yield Content(None, body.file.span(x.pos, x.end))
    elif local.kind == "param" and local.lit is None and not local.variadic:
        yield from _passed(local, body, program, steps - 1)
    elif local.kind == "var" and all(s.how == "value" for s in local.sources):
        for source in local.sources:
            yield from contents(source.expr, body, program, steps - 1)
    else:
        yield Content(None, body.file.span(x.pos, x.end))


def _is_address(x: g.Node | None) -> bool:
    return isinstance(x, g.UnaryExpr) and x.op == "&"


def _passed(param: Local, body: Body, program: Program, steps: int) -> Iterator[Content]:
    """What the callers of a function pass; not known where some of them cannot be seen."""
    func = body.owner
    unknown = Content(None, body.file.span(param.pos, param.end))
    if not isinstance(func, Func) or param.sources or open_to_importers(func):
        yield unknown
        return
    references = program.references(func)
    for ref in references:
        if ref.call is None or not ref.sure or ref.call.ellipsis or param.index >= len(ref.call.args):
            yield unknown
            return
    for ref in references:
        if ref.call is not None and not ref.body.file.for_tests:
            yield from contents(ref.call.args[param.index], ref.body, program, steps)


def open_to_importers(func: Func) -> bool:
    """Code outside the module can call the function; a module that holds a program has no importers."""
    package = func.package
    return func.exported and package.importable and func.file.module not in package.workspace.programs


def _initial(x: g.Expr | None, body: Body, program: Program) -> Iterator[Content]:
    """What a map holds that takes the place of the container."""
    if x is None or (isinstance(x, g.Ident) and x.name == "nil" and x.pos not in body.bound):
        return
    if isinstance(x, g.CompositeLit):
        of = underlying(type_of(x, body))
        if isinstance(of, t.Map):
            for element in x.elts:
                yield from contents(element.value, body, program)
        else:
            yield Content(None, body.file.span(x.pos, x.end))
        return
    if isinstance(x, g.CallExpr) and builtin(x, body) in ("make", "new"):
        return
    local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
    if local is not None and local.kind == "var" and [s.how for s in local.sources] == ["value"]:
        yield from _initial(local.sources[0].expr, body, program)
        yield from _filled(local, body, program)
    else:
        yield Content(None, body.file.span(x.pos, x.end))


def _filled(local: Local, body: Body, program: Program) -> Iterator[Content]:
    """What is put into a local map before it becomes the container."""
    for use in local.uses:
        entry = body.parent(use)
        stmt = body.parent(entry) if isinstance(entry, g.IndexExpr) and entry.x is use else None
        if isinstance(stmt, g.AssignStmt) and any(target is entry for target in stmt.lhs):
            value = stmt.value_of(entry) if isinstance(entry, g.IndexExpr) else None
            if value is not None and len(stmt.lhs) == len(stmt.rhs):
                yield from contents(value, body, program)
            else:
                yield Content(None, body.file.span(stmt.pos, stmt.end))
        elif isinstance(entry, g.CallExpr) and builtin(entry, body) is None:
            yield Content(None, body.file.span(entry.pos, entry.end))
