"""Values offered to `LoadOrStore`: what making one takes, and what becomes of one that the map does not take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import callee
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import callees, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.program import Program
from gomaplint.model.reach import in_loop
from gomaplint.model.symbols import Func, underlying
from gomaplint.shapes.exclusion import Exclusion, exclusive
from gomaplint.shapes.making import made
from gomaplint.shapes.mutation import Changes, How, changers
from gomaplint.shapes.parts import Part, parts
from gomaplint.shapes.syncmaps import same
from gomaplint.shapes.syncranges import always
from gomaplint.span import Span

_SITES = 20  # callers looked at for one function


@dataclass(frozen=True, eq=False)
class Offer:
    """A call of LoadOrStore, and the value that it offers."""

    insert: Insert
    call: g.CallExpr
    value: g.Expr
    changes: Changes

    @property
    def at(self) -> Span:
        return self.insert.at

    @property
    def map(self) -> Map:
        return self.insert.map

    @property
    def body(self) -> Body:
        return self.insert.body

    @property
    def program(self) -> Program:
        return self.insert.map.analysis.program

    @cached_property
    def maker(self) -> g.Expr:
        """The expression that makes the value: itself, or what its variable got just before, each time anew."""
        local, body = self.local, self.body
        if local is not None and local.kind == "var" and len(local.sources) == 1:
            source = local.sources[0]
            if _loop(source.at, body) is _loop(self.call, body) and source.number == 0:
                return source.expr
        return self.value

    @property
    def local(self) -> Local | None:
        """The variable that holds the value."""
        return self.body.bound.get(self.value.pos) if isinstance(self.value, g.Ident) else None

    @cached_property
    def parts(self) -> list[Part]:
        """The allocations that every call makes for the value alone, as far as they are seen."""
        made = list(parts(self.maker, self.body, self.program))
        of = underlying(type_of(self.maker, self.body))
        boxed = isinstance(self.maker, g.CompositeLit) and not isinstance(of, t.Map)
        return [Part("object", of), *made] if boxed else made

    @cached_property
    def started(self) -> Span | None:
        """The `go` statement that every call of the value's constructor runs."""
        if not isinstance(self.maker, g.CallExpr):
            return None
        for func in callees(self.maker, self.body):
            body = self.program.body(func)
            for call in body.calls:
                start = body.parent(call)
                if isinstance(start, g.GoStmt) and always(start, body):
                    return body.file.span(start.pos, start.end)
        return None

    @cached_property
    def looked_up(self) -> Span | None:
        """A Load of the same key before it, here or in every function that calls this one."""
        events = [e for e in self.map.story.of(Effect.READ) if e.method == "Load"]
        for event in events:
            if event.body is self.body and event.node.pos < self.call.pos and self._same_key(event):
                return event.at
        owner = self.body.owner
        if not isinstance(owner, Func):
            return None
        references = [r for r in self.program.references(owner) if not r.body.file.for_tests][:_SITES]
        found = [
            next((e for e in events if e.body is r.body and e.node.pos < r.node.pos), None)
            for r in references
        ]
        return found[0].at if found and all(found) and found[0] is not None else None

    def _same_key(self, event: Event) -> bool:
        key = self.insert.event.key
        return key is not None and event.key is not None and same(event.key, key, self.body)

    @cached_property
    def removed(self) -> Span | None:
        """Where single keys are taken out again, not those that a walk finds stale: an entry does not stay for long."""
        walks = [e for e in self.map.story.of(Effect.RANGE) if isinstance(e.node, g.CallExpr)]
        for event in self.map.removals:
            at, body = event.node, event.body
            walked = any(w.body is body and w.node.pos < at.pos < w.node.end for w in walks)
            if event.effect is Effect.REMOVE and not walked and not in_loop(at, body):
                return event.at
        return None

    @cached_property
    def result(self) -> str:
        """What the function takes of the results: actual, loaded, or nothing."""
        stmt = self.body.parent(self.call)
        if isinstance(stmt, g.ExprStmt):
            return "nothing"
        if not isinstance(stmt, g.AssignStmt) or len(stmt.lhs) != 2:
            return "actual"
        blank = [isinstance(x, g.Ident) and x.name == "_" for x in stmt.lhs]
        return "actual" if not blank[0] else "nothing" if blank[1] else "loaded"

    @cached_property
    def goes_on(self) -> g.Ident | None:
        """The first use of the value after the call, where the call's results are not looked at."""
        local = self.local
        if self.result != "nothing" or local is None or not self._fresh:
            return None
        return next((use for use in local.uses if use.pos > self.call.end and self._matters(use)), None)

    @property
    def _fresh(self) -> bool:
        """Nobody else has the value: the function has just made it, or had a library make it."""
        if made(self.value, self.body, self.program) is not None:
            return True
        name = callee(self.maker, self.body) if isinstance(self.maker, g.CallExpr) else None
        return name is not None and words.leads(name[1], "constructor")

    def _matters(self, use: g.Ident) -> bool:
        """The use is not one that only shows the value, or a part of it."""
        for parent in self.body.ancestors(use):
            if isinstance(parent, g.CallExpr):
                found = callee(parent, self.body)
                return found is None or found[0].rpartition("/")[2] not in ("fmt", "log", "slog")
            if not isinstance(parent, (g.SelectorExpr, g.IndexExpr, g.StarExpr, g.UnaryExpr)):
                break
        return True

    @cached_property
    def stateful(self) -> bool | None:
        """Two values of its type are not as good as one: it counts, locks, collects, or holds a connection."""
        of = t.deref(type_of(self.value, self.body))
        if isinstance(of, t.External):
            return True if changers(of) or _resource(of) else None
        below = underlying(of)
        if isinstance(below, (t.Chan, t.Map)):
            return True
        if isinstance(below, t.Struct):
            env = dict(below.env)
            if any(_resource(field.type_in(env)) for field in below.decl.every):
                return True
        change = self.changes.of_type(of.decl) if isinstance(of, t.Named) else None
        return True if change is not None and change.how is not How.NAMED else None

    @cached_property
    def exclusion(self) -> Exclusion | None:
        """What lets only one goroutine at a time come to the call."""
        return exclusive(self.call, self.body, self.program, self.call)


def offers(analysis: Analysis) -> Iterator[Offer]:
    """Every call of LoadOrStore on a `sync.Map` that may live long."""
    changes = analysis.once(Changes)
    for m in analysis.maps():
        for insert in m.inserts if m.sync else ():
            call, value, file = insert.event.node, insert.event.value, insert.body.file
            if not file.reported or insert.event.method != "LoadOrStore":
                continue
            if isinstance(call, g.CallExpr) and value is not None:
                yield Offer(insert, call, value, changes)


def _resource(of: t.Type | None) -> bool:
    """A connection, a file, a process: something of which a second one is one too many."""
    inner = t.deref(of)
    types = knowledge.table("makers")["resources"]["types"]
    return isinstance(inner, t.External) and inner.name in types.get(inner.path, ())


def _loop(node: g.Node, body: Body) -> g.Node | None:
    """The loop or function literal that a node runs in."""
    kinds = (g.ForStmt, g.RangeStmt, g.FuncLit)
    return next((a for a in body.ancestors(node) if isinstance(a, kinds)), None)
