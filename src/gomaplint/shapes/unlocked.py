"""Writes to plain maps that several goroutines do at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import guards
from gomaplint.model.body import Body
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import callees, type_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.program import Program
from gomaplint.model.reach import When, carrier, endless, request_type
from gomaplint.model.symbols import Field, Func, TypeDecl, Var
from gomaplint.shapes.exclusion import exclusive
from gomaplint.shapes.goroutines import Crowd, Goroutines
from gomaplint.span import Answer, Span

_BODIES = 200  # functions above a write that are looked at
_SITES = 60  # call sites looked at for one function
_LOCKS = frozenset(("Lock", "RLock", "TryLock", "TryRLock"))
_DOUBLE = re.compile(r"(?i)mock|fake|stub")  # what only tests use
_NEXT = re.compile(rb"\.\s*(?:ServeHTTP|Next)\s*\(")
_LOCK = re.compile(rb"\.\s*R?Lock\s*\(")


class Way(NamedTuple):
    """The functions from where goroutines begin to a write, the write's own first, each calling the one before.

    `static` tells that no call on it goes through an interface or a function value.
    """

    bodies: tuple[Body, ...]
    static: bool


class Write:
    """One place that changes a plain map, in code that several goroutines run at once."""

    def __init__(self, event: Event, into: Map, crowd: Crowd) -> None:
        self.event = event
        self.map = into
        self.crowd = crowd

    @property
    def at(self) -> Span:
        return self.event.at

    @property
    def body(self) -> Body:
        return self.event.body

    @cached_property
    def way(self) -> Way | None:
        """How the goroutines come to it."""
        return _way(self.body, self.crowd, self.map.analysis.program)

    @cached_property
    def guard(self) -> Answer:
        """Whether anything lets only one goroutine at a time come to it."""
        analysis = self.map.analysis
        run = analysis.reach.of(self.event.node, self.body)
        if run.when is When.START:
            return Answer(True, run.why, run.at)
        found = exclusive(self.event.node, self.body, analysis.program)
        if found is not None:
            return Answer(True, found.why, found.at)
        if self.way is None:
            return Answer(None, "is reached in a way that is not followed", self.at)
        if not _side_by_side(self.crowd, self.way.bodies[-1]):
            return Answer(None, "one goroutine may end before the next begins", self.crowd.at)
        for body in self.way.bodies:
            at = _lock_in(body)
            if at is not None:
                return Answer(None, f"a lock is taken in {body}", at)
        at = _wrapped(self.way.bodies[-1], analysis.program) or _serialised(analysis.program)
        if at is not None:
            return Answer(None, "a lock may be held around every request", at)
        return Answer(False, "no lock is taken on the way", self.at)

    @cached_property
    def by_owner(self) -> bool:
        """The handler itself writes to a map of its own receiver."""
        decl, owner = self.map.container.decl, self.body.owner
        if not isinstance(decl, Field) or not isinstance(owner, Func) or self.crowd.way:
            return False
        start = g.root(_written(self.event))
        return (
            owner.receiver is decl.struct.owner
            and carrier(owner) is not None
            and isinstance(start, g.Ident)
            and self.body.recv is not None
            and self.body.bound.get(start.pos) is self.body.recv
        )


def writes(analysis: Analysis) -> Iterator[Write]:
    """Every change of a map that is a package variable, or belongs to a type that serves requests itself."""
    goroutines = Goroutines(analysis.program, analysis.reach)
    for m in analysis.maps():
        if m.sync or not (isinstance(m.container.decl, Var) or _serves(m.container.decl)):
            continue
        for event in m.story.of(Effect.INSERT, Effect.REMOVE, Effect.CLEAR):
            if not (event.body.file.for_tests or _DOUBLE.search(f"{m.container.decl} {event.body}")):
                crowd = goroutines.of(event.node, event.body)
                if crowd is not None:
                    yield Write(event, m, crowd)


def _serves(decl: object) -> bool:
    """A field of a type with methods in files that know a server's request type."""
    owner = decl.struct.owner if isinstance(decl, Field) else None
    if not isinstance(owner, TypeDecl):
        return False
    paths = {path for path, _ in knowledge.table("concurrency")["request-goroutines"]["types"]}
    files = {method.file for twins in owner.methods.values() for method in twins}
    return any(path in paths for file in files for _, path in file.facts.imports)


def _written(event: Event) -> g.Expr | None:
    match event.node:
        case g.AssignStmt(lhs=lhs):
            return next((x for x in lhs if isinstance(x, g.IndexExpr)), None)
        case g.CallExpr(args=[first, *_]):
            return first
    return None


def _way(body: Body, crowd: Crowd, program: Program) -> Way | None:
    """The shortest way up to the function in which the goroutines begin, without interfaces if there is one."""
    todo: list[Way] = [Way((body,), True)]
    seen = {(body, True)}
    loose: Way | None = None
    for way in todo:
        top = way.bodies[-1]
        if _holds(top, crowd.at):
            if way.static:
                return way
            loose = loose or way
        if len(seen) > _BODIES or not isinstance(top.owner, Func):
            continue
        for ref in program.references(top.owner)[:_SITES]:
            static = way.static and ref.sure and ref.call is not None
            if ref.how != "name" and (ref.body, static) not in seen:
                seen.add((ref.body, static))
                todo.append(Way((*way.bodies, ref.body), static))
    return loose


def _holds(body: Body, at: Span) -> bool:
    if not isinstance(body.owner, Func) or body.file.path != at.path:
        return False
    fact = body.owner.fact
    span = body.file.span(fact.pos, fact.end)
    return span.line <= at.line <= span.end_line


def _side_by_side(crowd: Crowd, body: Body) -> bool:
    """What begins the goroutines is a server, a loop with an end, or one over connections: no restart of one thing."""
    begun: list[g.Node] = [call for call in body.calls if body.file.span(call.pos, call.end) == crowd.at]
    begun += [
        parent
        for call in body.calls
        if isinstance(parent := body.parent(call), g.GoStmt)
        and body.file.span(parent.pos, parent.end) == crowd.at
    ]
    loops = [a for node in begun for a in body.ancestors(node) if isinstance(a, (g.ForStmt, g.RangeStmt))]
    if not loops:
        return True
    return any(
        not endless(loop, body)
        or any(
            isinstance(n, g.CallExpr)
            and isinstance(n.fun, g.SelectorExpr)
            and n.fun.sel.name.startswith("Accept")
            for n in g.walk(loop.body)
        )
        for loop in loops
    )


def _lock_in(body: Body) -> Span | None:
    for call in body.calls:
        if isinstance(call.fun, g.SelectorExpr) and call.fun.sel.name in _LOCKS and not call.args:
            return body.file.span(call.pos, call.end)
    return None


def _wrapped(handler: Body, program: Program) -> Span | None:
    """A lock in a function of the module that is given the handler: `http.Handle("/", serially(handler))`."""
    if not isinstance(handler.owner, Func):
        return None
    for ref in program.references(handler.owner)[:_SITES]:
        passed = ref.body.parent(ref.node)
        if ref.call is None and isinstance(passed, g.CallExpr):
            for func in callees(passed, ref.body):
                at = _lock_in(program.body(func))
                if at is not None:
                    return at
    return None


def _serialised(program: Program) -> Span | None:
    """A middleware that holds a lock while the next handler runs."""
    for file in program.workspace.files:
        names = file.facts.names
        if file.for_tests or "Lock" not in names or names.isdisjoint(("ServeHTTP", "Next")):
            continue
        for body in program.bodies_matching(file, _NEXT, _LOCK):
            for call in body.calls:
                at = guards.lock_held(call, body, program, 0) if _passes_on(call, body) else None
                if at is not None:
                    return at
    return None


def _passes_on(call: g.CallExpr, body: Body) -> bool:
    """A call of the next handler: `next.ServeHTTP(w, r)`, `c.Next()` of a framework's context."""
    match call.fun:
        case g.SelectorExpr(sel=g.Ident(name="ServeHTTP")):
            return True
        case g.SelectorExpr(x=x, sel=g.Ident(name="Next")):
            return request_type(type_of(x, body)) is not None
    return False
