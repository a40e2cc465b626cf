"""What a program leaves to the garbage collector: finalizers, cleanups, and entries of maps with weak pointers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument, callee, library_calls
from gomaplint.model.containers import Container, Effect, Event
from gomaplint.model.infer import member_of, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.symbols import Func, underlying
from gomaplint.shapes.callbacks import Code, Removal, called_besides, code_of, removals
from gomaplint.shapes.entries import Entry, entries, entries_of, looked_up
from gomaplint.span import Span

_HOOKS = {"SetFinalizer": "finalizer", "AddCleanup": "cleanup"}
_SITES = 20  # callers of one function


class Holding(NamedTuple):
    """A map that holds an object, the place that puts or finds it there, and the removal left to the collector."""

    map: Map
    at: Span
    removal: Removal


class CollectorTask:
    """A call of SetFinalizer, AddCleanup or weak.Make; the last with the entry of a map that it becomes."""

    def __init__(self, call: g.CallExpr, body: Body, analysis: Analysis, entry: Entry | None = None) -> None:
        self.call = call
        self.body = body
        self.analysis = analysis
        self.entry = entry

    @property
    def at(self) -> Span:
        return self.entry.at if self.entry is not None else self._span(self.call)

    @cached_property
    def hook(self) -> str:
        found = callee(self.call, self.body)
        return _HOOKS.get(found[1], "weak pointer") if found is not None else "weak pointer"

    @property
    def object(self) -> g.Expr:
        return self.call.args[0]

    @cached_property
    def _local(self) -> Local | None:
        """The variable that the object is, or that points to it."""
        x = self.object
        if isinstance(x, g.UnaryExpr) and x.op == "&":
            x = x.x
        return self.body.bound.get(x.pos) if isinstance(x, g.Ident) else None

    def _span(self, node: g.Node) -> Span:
        return self.body.file.span(node.pos, node.end)

    # -- weak pointers

    @cached_property
    def map(self) -> Map | None:
        """The map whose entry has the weak pointer."""
        return self.analysis.map(self.entry.container) if self.entry is not None else None

    @cached_property
    def insert(self) -> Insert | None:
        """The insertion of that entry."""
        if self.map is None or self.entry is None:
            return None
        return next((i for i in self.map.inserts if i.event.node is self.entry.node), None)

    # -- finalizers and cleanups

    @cached_property
    def codes(self) -> list[Code]:
        """What is to run when the object is gone."""
        hooked = self.entry is None and len(self.call.args) > 1
        return code_of(self.call.args[1], self.body, self.analysis.program) if hooked else []

    @cached_property
    def removals(self) -> list[Removal]:
        return [r for code in self.codes for r in removals(code, self.analysis.program)]

    @cached_property
    def holding(self) -> Holding | None:
        """A map that holds the object, and from which it is to be removed when nothing holds it any more."""
        if not self.removals or self._local is None:
            return None
        held = list(self._held())
        for removal in self.removals:
            for container, at in held:
                if container == removal.container:
                    return Holding(self.analysis.map(container), at, removal)
        return None

    def _held(self) -> Iterator[tuple[Container, Span]]:
        local, program = self._local, self.analysis.program
        if local is None:
            return
        for entry in entries_of(local, program, pointed=isinstance(self.object, g.UnaryExpr)):
            if entry.body is not self.body or not self._changes(local, entry.node.pos):
                yield entry.container, entry.at
        if isinstance(self.object, g.Ident):
            for container, _ in looked_up(self.object, self.body):
                yield container, self._span(self.object)
        if (
            local.kind not in ("param", "recv")
            or local.lit is not None
            or not isinstance(self.body.owner, Func)
        ):
            return
        for ref in program.references(self.body.owner)[:_SITES]:
            arg = argument(ref.call, local, ref.body) if ref.call is not None and ref.sure else None
            theirs = ref.body.bound.get(arg.pos) if isinstance(arg, g.Ident) else None
            if theirs is not None and len(theirs.sources) <= 1:
                for entry in entries_of(theirs, program):
                    yield entry.container, entry.at

    def _changes(self, local: Local, pos: int) -> bool:
        """The variable gets another value between that offset and the call."""
        low, high = sorted((pos, self.call.pos))
        return any(low < source.at.pos < high for source in local.sources)

    def elsewhere(self, holding: Holding) -> Event | None:
        """Other code that removes entries of the map that holds the object."""
        ours = {id(r.node): r for r in self.removals}
        for event in holding.map.story.of(Effect.REMOVE, Effect.CLEAR):
            removal = ours.get(id(event.node))
            if removal is None or called_besides(removal, self.codes, self.analysis.program):
                return event
        return None

    @cached_property
    def captor(self) -> Span | None:
        """Where the function that is to run holds the object itself."""
        local = self._local
        if local is None or len(local.sources) > 1 or self.entry is not None:
            return None
        for code in self.codes:
            if code.lit is not None and code.body is self.body and local.pos < code.lit.pos:
                use = next((use for use in local.uses if code.has(use)), None)
                if use is not None:
                    return self._span(use)
        run = self.call.args[1] if len(self.call.args) > 1 else None
        if isinstance(run, g.SelectorExpr) and isinstance(run.x, g.Ident):
            member = member_of(run, self.body) if self.body.bound.get(run.x.pos) is local else None
            recv = member.methods[0].signature.recv if member is not None and member.methods else None
            direct = isinstance(self.object, g.Ident) and isinstance(type_of(run.x, self.body), t.Pointer)
            if recv is not None and isinstance(recv.type, g.StarExpr) and direct:
                return self._span(run)
        return None

    @cached_property
    def argument(self) -> g.Expr | None:
        """The argument of a cleanup, if it is the object or holds it."""
        local = self._local
        if self.hook != "cleanup" or len(self.call.args) < 3 or local is None or len(local.sources) > 1:
            return None
        arg = self.call.args[2]
        return arg if self._is_object(arg) or any(self._is_object(x) for x in _parts(arg)) else None

    @property
    def given_itself(self) -> bool:
        """The argument of the cleanup is the object."""
        return self.argument is not None and self._is_object(self.argument)

    def _is_object(self, x: g.Expr) -> bool:
        ours = self.object
        if isinstance(ours, g.UnaryExpr) != isinstance(x, g.UnaryExpr):
            return False
        if isinstance(x, g.UnaryExpr):
            x = x.x
        return isinstance(x, g.Ident) and self.body.bound.get(x.pos) is self._local

    @cached_property
    def empty(self) -> str:
        """The type of the object, if it has no size and the object is allocated for itself."""
        of = type_of(self.object, self.body)
        if self.entry is not None or not isinstance(of, t.Pointer) or not _sizeless(of.elem):
            return ""
        sources = [self.object]
        if isinstance(self.object, g.Ident):
            sources = [s.expr for s in self._local.sources] if self._local is not None else []
        made = sources and all(
            (isinstance(x, g.UnaryExpr) and isinstance(x.x, g.CompositeLit))
            or (isinstance(x, g.CallExpr) and isinstance(x.fun, g.Ident) and x.fun.name == "new")
            for x in sources
        )
        return str(of.elem) if made else ""


def tasks(analysis: Analysis) -> Iterator[CollectorTask]:
    """Every finalizer and cleanup, and every entry of a map that gets a weak pointer as its value."""
    program = analysis.program
    for call, body in library_calls(program, {"runtime": frozenset(_HOOKS), "weak": frozenset(("Make",))}):
        found = callee(call, body)
        if found == ("weak", "Make"):
            for entry in entries(call, body, program):
                if not entry.part:
                    yield CollectorTask(call, body, analysis, entry)
        elif len(call.args) > 1 and not (isinstance(call.args[1], g.Ident) and call.args[1].name == "nil"):
            yield CollectorTask(call, body, analysis)


def _parts(x: g.Expr) -> Iterator[g.Expr]:
    """The values inside a composite literal, `&` looked through."""
    if isinstance(x, g.UnaryExpr) and x.op == "&":
        x = x.x
    for element in x.elts if isinstance(x, g.CompositeLit) else ():
        yield element.value
        yield from _parts(element.value)


def _sizeless(of: t.Type | None, depth: int = 0) -> bool:
    """A struct without fields, or whose fields have no size either."""
    below = underlying(of)
    if isinstance(below, t.Slice):
        return below.length == 0
    if not isinstance(below, t.Struct) or depth > 3:
        return False
    return all(_sizeless(field.type_in(dict(below.env)), depth + 1) for field in below.decl.every)
