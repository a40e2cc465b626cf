"""Timers that belong to an entry of a map: `time.AfterFunc` kept in the entry, or armed to remove it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.calls import library_calls
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import callees
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.names import Outside, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func
from gomaplint.shapes.callbacks import Code, Removal, called_besides, code_of, reached, removals
from gomaplint.shapes.entries import Entry, entries, looked_up
from gomaplint.shapes.keyforms import same_key
from gomaplint.span import Span

_CALLS = 2  # calls followed up and down to find a Stop
_SITES = 20  # callers of one function
_UNITS = {
    "Nanosecond": 1e-9,
    "Microsecond": 1e-6,
    "Millisecond": 1e-3,
    "Second": 1.0,
    "Minute": 60.0,
    "Hour": 3600.0,
}


class Case(Enum):
    """What becomes of a timer: nobody keeps it, an entry keeps it, or the entry that keeps it is removed."""

    DROPPED = "dropped"
    KEPT = "kept"
    LEFT = "left"


class EntryTimer:
    """A call of AfterFunc with the entry that it belongs to, and for LEFT a removal of such entries."""

    def __init__(
        self, case: Case, call: g.CallExpr, body: Body, into: Map, entry: Entry, removal: Event | None = None
    ) -> None:
        self.case = case
        self.call = call
        self.body = body
        self.map = into
        self.entry = entry
        self.removal = removal

    @property
    def analysis(self) -> Analysis:
        return self.map.analysis

    @property
    def armed(self) -> Span:
        """Where the timer is started."""
        return self.body.file.span(self.call.pos, self.call.end)

    @property
    def at(self) -> Span:
        return self.removal.at if self.removal is not None else self.armed

    @property
    def where(self) -> Body:
        """The function that has to stop a timer."""
        return self.removal.body if self.removal is not None else self.entry.body

    @cached_property
    def insert(self) -> Insert | None:
        """The insertion of the entry, where it is one."""
        return next((i for i in self.map.inserts if i.event.node is self.entry.node), None)

    @property
    def refusable(self) -> bool:
        """The insertion is a LoadOrStore, which leaves an entry that is there as it is."""
        node = self.entry.node
        fun = node.fun if isinstance(node, g.CallExpr) else None
        return isinstance(fun, g.SelectorExpr) and fun.sel.name == "LoadOrStore"

    @cached_property
    def codes(self) -> list[Code]:
        return code_of(self.call.args[1], self.body, self.analysis.program)

    @cached_property
    def removals(self) -> list[Removal]:
        """Where the timer itself removes entries of the map."""
        found = (r for code in self.codes for r in removals(code, self.analysis.program))
        return [r for r in found if r.container == self.map.container]

    @cached_property
    def removes_its_own(self) -> Removal | None:
        """Where the timer removes the entry under the same key."""
        return next((r for r in self.removals if same_key(r, self.entry.key, self.body)), None)

    @cached_property
    def arms_itself(self) -> bool:
        """The timer's function calls the one that arms it: it has fired before."""
        program = self.analysis.program
        return any(
            at.body is self.body and at.lit is None for code in self.codes for at, _ in reached(code, program)
        )

    @cached_property
    def seconds(self) -> float | None:
        """The delay, where it is a constant of the source."""
        return _seconds(self.call.args[0], self.body)

    @cached_property
    def stop(self) -> Span | None:
        """A call of Stop or Reset in the function that has to stop the timer, in what it calls, or in what calls it."""
        program = self.analysis.program
        at = _stop_below(self.where, program, _CALLS)
        return at or _stop_above(self.where, program, _CALLS)

    @cached_property
    def handed(self) -> Span | None:
        """Where the function that removes the entry hands it to code that is not known, or gives it back."""
        body = self.where
        found = {local for local in body.locals for use in local.uses[:1] if self._is_entry(use, body)}
        for local in found:
            for use in local.uses:
                parent = body.parent(use)
                if isinstance(parent, g.ReturnStmt):
                    return body.file.span(use.pos, use.end)
                while isinstance(parent, g.SelectorExpr):
                    parent = body.parent(parent)
                if isinstance(parent, g.CallExpr) and not callees(parent, body):
                    return body.file.span(parent.pos, parent.end)
        return None

    def _is_entry(self, use: g.Ident, body: Body) -> bool:
        return any(container == self.map.container for container, _ in looked_up(use, body))

    @property
    def only_fired(self) -> bool:
        """The removal is the timer's own work, and nothing else runs it."""
        for own in self.removals:
            if self.removal is not None and own.node is self.removal.node:
                return called_besides(own, self.codes, self.analysis.program) is None
        return False


def timers(analysis: Analysis) -> Iterator[EntryTimer]:
    """Every AfterFunc that an entry keeps or whose function removes what was inserted beside it."""
    for call, body in library_calls(analysis.program, {"time": frozenset(("AfterFunc",))}):
        if len(call.args) == 2:
            yield from _kept(call, body, analysis)
            if isinstance(body.parent(call), (g.ExprStmt, g.GoStmt)):
                yield from _dropped(call, body, analysis)


def _kept(call: g.CallExpr, body: Body, analysis: Analysis) -> Iterator[EntryTimer]:
    for entry in entries(call, body, analysis.program):
        if entry.keyed:
            continue
        into = analysis.map(entry.container)
        yield EntryTimer(Case.KEPT, call, body, into, entry)
        for event in into.story.of(Effect.REMOVE, Effect.CLEAR):
            if not event.body.file.for_tests and event.body.file.reported:
                yield EntryTimer(Case.LEFT, call, body, into, entry, event)


def _dropped(call: g.CallExpr, body: Body, analysis: Analysis) -> Iterator[EntryTimer]:
    for code in code_of(call.args[1], body, analysis.program):
        seen: set[int] = set()
        for removal in removals(code, analysis.program):
            into = analysis.map(removal.container)
            for event in into.story.of(Effect.INSERT):
                beside = event.body is body and body.lit_of(event.node) is body.lit_of(call)
                if not beside or event.key is None or id(event.node) in seen:
                    continue
                if same_key(removal, event.key, body):
                    seen.add(id(event.node))
                    entry = Entry(into.container, event.key, event.node, body, True, False)
                    yield EntryTimer(Case.DROPPED, call, body, into, entry)


# -- stops


def _stop_in(body: Body) -> Span | None:
    for call in body.calls:
        if isinstance(call.fun, g.SelectorExpr) and call.fun.sel.name in ("Stop", "Reset"):
            return body.file.span(call.pos, call.end)
    return None


def _stop_below(body: Body, program: Program, depth: int) -> Span | None:
    at = _stop_in(body)
    if at is not None or depth == 0:
        return at
    funcs = dict.fromkeys(func for call in body.calls for func in callees(call, body))
    return next(
        (s for f in funcs if (s := _stop_below(program.body(f), program, depth - 1)) is not None), None
    )


def _stop_above(body: Body, program: Program, depth: int) -> Span | None:
    if depth == 0 or not isinstance(body.owner, Func):
        return None
    for ref in program.references(body.owner)[:_SITES]:
        at = _stop_in(ref.body) or _stop_above(ref.body, program, depth - 1)
        if at is not None:
            return at
    return None


def _seconds(x: g.Expr, body: Body) -> float | None:
    match x:
        case g.BinaryExpr(op="*", x=left, y=right):
            a, b = _seconds(left, body), _seconds(right, body)
            return a * b if a is not None and b is not None else None
        case g.BasicLit(kind="int" | "float", value=value):
            try:
                return float(value.replace("_", ""))
            except ValueError:
                return None
        case g.SelectorExpr():
            found = symbol(x, body)
            return _UNITS.get(found.name) if isinstance(found, Outside) and found.path == "time" else None
        case g.CallExpr(args=[inner]):
            found = symbol(x.fun, body)
            if isinstance(found, Outside) and (found.path, found.name) == ("time", "Duration"):
                return _seconds(inner, body)
    return None
