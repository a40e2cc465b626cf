"""What goes wrong around a `sync.Map`: two calls where one must do, and changes of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.exclusion import Exclusion, exclusive
from gomaplint.model.goroutines import Crowd, Goroutines
from gomaplint.model.infer import type_of
from gomaplint.model.lookups import only_if_missed, reaching
from gomaplint.model.making import made, opened
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.mutation import Change, Changes, changers, root_of
from gomaplint.model.symbols import underlying
from gomaplint.model.updates import Update, update
from gomaplint.span import Span


class Shared:
    """What the questions about one analysis share."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.goroutines = Goroutines(analysis.program, analysis.reach)
        self.changes = Changes(analysis.program)


@dataclass(frozen=True, eq=False)
class Access:
    """A place where the entry of a key is worked on; `load` is the call that gave it, `node` what is done then."""

    map: Map
    load: Event
    node: g.Node
    body: Body
    shared: Shared

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)

    @cached_property
    def crowd(self) -> Crowd | None:
        return self.shared.goroutines.of(self.node, self.body)

    @cached_property
    def exclusion(self) -> Exclusion | None:
        """What keeps others out here, in a caller, or on the way here from where goroutines begin."""
        program, own = self.shared.analysis.program, self.load.node
        found = exclusive(own, self.body, program, own) or exclusive(self.node, self.body, program, own)
        for node, body in self.crowd.calls if self.crowd is not None else ():
            found = found or exclusive(node, body, program, None, 0)
        return found


@dataclass(frozen=True, eq=False)
class CheckThenAct:
    """A Load of a key and a Store under the same key after it, in one function."""

    access: Access
    store: Event

    @property
    def map(self) -> Map:
        return self.access.map

    @property
    def load(self) -> Event:
        return self.access.load

    @property
    def body(self) -> Body:
        return self.access.body

    @property
    def at(self) -> Span:
        return self.store.at

    @property
    def value(self) -> g.Expr:
        assert self.store.value is not None
        return self.store.value

    @cached_property
    def update(self) -> Update | None:
        """How the stored value comes from the one that was loaded, if it does and differs."""
        old = loaded(self.load)
        if old is None:
            return None
        return update(old, self.value, self.load.node, self.body, self.map.analysis.program)

    @cached_property
    def missed(self) -> bool:
        """A new value gets into the map only where the Load has found nothing."""
        if _method(self.load) != "Load":
            return False
        return only_if_missed(self.load.node, self.store.node, self.body) or self._new is not None

    @cached_property
    def made(self) -> g.Expr | None:
        """Where the stored value is made, if nobody else has it before the Store."""
        return made(self.value, self.body, self.map.analysis.program) or self._new

    @cached_property
    def _new(self) -> g.Expr | None:
        """The value made after a miss, where what was found is stored again: `if !ok { v = new(T) }; m.Store(k, v)`."""
        local = self._local
        old = loaded(self.load)
        if local is None or old is None:
            return None
        new: g.Expr | None = None
        for source in reaching(local, self.value, self.body):
            if source.expr is self.load.node or root_of(source.expr, self.body) is old:
                continue
            found = made(source.expr, self.body, self.map.analysis.program)
            if found is None or not only_if_missed(self.load.node, source.at, self.body):
                return None
            new = new or found
        return new

    @property
    def _local(self) -> Local | None:
        x = self.value
        return self.body.bound.get(x.pos) if isinstance(x, g.Ident) else None

    @cached_property
    def kept(self) -> g.Ident | None:
        """Where the function goes on with the value that it has stored."""
        uses = self._local.uses if self._local is not None else []
        lit = self.body.lit_of(self.store.node)
        return next((u for u in uses if u.pos > self.store.node.end and self.body.lit_of(u) is lit), None)

    @cached_property
    def opened(self) -> g.CallExpr | None:
        """The call that opens the connection or file in the stored value, if nothing closes that afterwards."""
        found = opened(self.value, self.body, self.map.analysis.program)
        return None if found is not None and self._closed else found

    @property
    def _closed(self) -> bool:
        return any(
            isinstance(call.fun, g.SelectorExpr)
            and call.fun.sel.name.startswith("Close")
            and call.pos > self.store.node.end
            for call in self.body.calls
        )

    @cached_property
    def type(self) -> t.Type | None:
        """The type of the stored value."""
        of = type_of(self.made, self.body) if self.made is not None else None
        return of.elems[0] if isinstance(of, t.Tuple) and of.elems else of

    @cached_property
    def change(self) -> Change | str | None:
        """What changes the state of such a value, or the words for a library type that is nothing but state."""
        of = self.type
        inner = t.deref(of)
        if isinstance(inner, t.External) and changers(inner):
            return f"a {inner} is shared by those who find it"
        if isinstance(underlying(of), t.Chan):
            return "a channel is shared by those who find it"
        if not isinstance(underlying(of), (t.Pointer, t.Map, t.Slice)):
            return None
        found = self.access.shared.changes.of_type(inner.decl) if isinstance(inner, t.Named) else None
        return found or next(self._changes_of_entries(), None)

    def _changes_of_entries(self) -> Iterator[Change]:
        """Changes of this map's values in the functions that take them out or put them in."""
        changes = self.access.shared.changes
        if self._local is not None:
            for change in changes.of(self._local, self.body):
                if change.node.pos > self.store.node.pos:
                    yield change
        for event in self.map.story.of(Effect.READ, Effect.INSERT, Effect.RANGE):
            taken = loaded(event)
            if taken is not None and not event.body.file.for_tests:
                yield from (c for c in changes.of(taken, event.body) if _shared(c, taken, event))


@dataclass(frozen=True, eq=False)
class InnerWrite:
    """A change of something that a `sync.Map` holds, in the function that took it out."""

    access: Access
    change: Change

    @property
    def map(self) -> Map:
        return self.access.map

    @property
    def at(self) -> Span:
        return self.change.at


def checks(analysis: Analysis) -> Iterator[CheckThenAct]:
    """Every Store under a key that the same function has loaded before, with the nearest such Load."""
    shared = Shared(analysis)
    for m, body, events in _uses(analysis):
        for store in events:
            if _method(store) not in ("Store", "Swap") or store.value is None or store.key is None:
                continue
            loads = [e for e in events if _loads(e, store, body)]
            if loads:
                access = Access(m, loads[-1], store.node, body, shared)
                yield CheckThenAct(access, store)


def inner_writes(analysis: Analysis) -> Iterator[InnerWrite]:
    """Every statement that changes a value in place which its function has taken out of a sync.Map."""
    shared = Shared(analysis)
    for m, body, events in _uses(analysis):
        for event in events:
            taken = loaded(event)
            if taken is None:
                continue
            for change in shared.changes.of(taken, body, 0):
                if change.plain and _shared(change, taken, event):
                    yield InnerWrite(Access(m, event, change.node, body, shared), change)


def _uses(analysis: Analysis) -> Iterator[tuple[Map, Body, list[Event]]]:
    """The events of each sync.Map, function by function."""
    for m in analysis.maps():
        if not m.sync:
            continue
        by_body: dict[Body, list[Event]] = {}
        for event in m.story.of(Effect.READ, Effect.INSERT, Effect.RANGE):
            if isinstance(event.node, g.CallExpr) and not event.body.file.for_tests:
                by_body.setdefault(event.body, []).append(event)
        for body, events in by_body.items():
            if body.file.reported and not body.file.generated:
                yield m, body, events


def _method(event: Event) -> str:
    node = event.node
    return node.fun.sel.name if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr) else ""


def _loads(load: Event, store: Event, body: Body) -> bool:
    """The event looks up the key of the Store, in the same run of the same code."""
    if load.node.pos >= store.node.pos or _method(load) not in ("Load", "LoadOrStore", "Range"):
        return False
    if _method(load) == "Range":
        lit = _callback(load)
        key = store.key
        name = body.lit_params[id(lit)][0] if lit is not None and body.lit_params[id(lit)] else None
        return (
            lit is not None
            and body.lit_of(store.node) is lit
            and isinstance(key, g.Ident)
            and body.bound.get(key.pos) is name
        )
    return (
        load.key is not None
        and store.key is not None
        and body.lit_of(load.node) is body.lit_of(store.node)
        and same(load.key, store.key, body)
        and _same_operand(load, store, body)
    )


def _same_operand(load: Event, store: Event, body: Body) -> bool:
    """Both calls name the map alike: two instances of one struct type have two maps."""
    one, other = operand(load), operand(store)
    return one is not None and other is not None and same(one, other, body)


def operand(event: Event) -> g.Expr | None:
    """The map as the call names it."""
    node = event.node
    return node.fun.x if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr) else None


def same(one: g.Expr, other: g.Expr, body: Body) -> bool:
    """Two expressions that are written alike and name the same locals, which nothing changes in between."""
    if body.file.text(one, 300) != body.file.text(other, 300):
        return False
    names = [[n for n in g.walk(x) if isinstance(n, g.Ident)] for x in (one, other)]
    for a, b in zip(*names, strict=True):
        local = body.bound.get(a.pos)
        if local is not body.bound.get(b.pos):
            return False
        if local is not None and any(one.end <= s.at.pos < other.pos for s in local.sources):
            return False
    return True


def loaded(event: Event) -> Local | None:
    """The local that takes the value of a Load, a LoadOrStore, or each value of a Range."""
    body, method = event.body, _method(event)
    if method == "Range":
        lit = _callback(event)
        params = body.lit_params[id(lit)] if lit is not None else []
        return params[1] if len(params) == 2 else None
    if method not in ("Load", "LoadOrStore"):
        return None
    stmt = body.parent(event.node)
    if isinstance(stmt, g.AssignStmt) and len(stmt.lhs) == 2 and len(stmt.rhs) == 1:
        target = stmt.lhs[0]
        return body.bound.get(target.pos) if isinstance(target, g.Ident) else None
    return None


def _shared(change: Change, taken: Local, event: Event) -> bool:
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


def _callback(event: Event) -> g.FuncLit | None:
    node = event.node
    lit = node.args[0] if isinstance(node, g.CallExpr) and len(node.args) == 1 else None
    return lit if isinstance(lit, g.FuncLit) else None
