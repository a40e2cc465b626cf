"""Loads and Stores of one key of a `sync.Map`: two calls where one must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.names import Builtin, symbol
from gomaplint.model.symbols import Const, Var, underlying
from gomaplint.shapes.lookups import only_if_missed, reaching
from gomaplint.shapes.making import made, opened
from gomaplint.shapes.mutation import Change, Changes, changers, root_of
from gomaplint.shapes.syncentries import Access, callback, loaded, operand, still_shared, uses
from gomaplint.shapes.updates import Update, update
from gomaplint.span import Span


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
        if self.load.method != "Load":
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
    def there_before(self) -> bool:
        """The stored value is a constant, or what a parameter, a field or a package variable refers to."""
        found = symbol(self.value, self.body)
        if isinstance(found, Local):
            return found.kind in ("param", "recv")
        return isinstance(self.value, (g.BasicLit, g.SelectorExpr)) or isinstance(
            found, (Var, Const, Builtin)
        )

    @property
    def _local(self) -> Local | None:
        x = self.value
        return self.body.bound.get(x.pos) if isinstance(x, g.Ident) else None

    @cached_property
    def kept(self) -> g.Ident | None:
        """Where the function goes on with the value that it has stored."""
        named = self._local.uses if self._local is not None else []
        lit = self.body.lit_of(self.store.node)
        return next((u for u in named if u.pos > self.store.node.end and self.body.lit_of(u) is lit), None)

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
        found = self.map.analysis.once(Changes).of_type(inner.decl) if isinstance(inner, t.Named) else None
        return found or next(self._changes_of_entries(), None)

    def _changes_of_entries(self) -> Iterator[Change]:
        """Changes of this map's values in the functions that take them out or put them in."""
        changes = self.map.analysis.once(Changes)
        if self._local is not None:
            for change in changes.of(self._local, self.body):
                if change.node.pos > self.store.node.pos:
                    yield change
        for event in self.map.story.of(Effect.READ, Effect.INSERT, Effect.RANGE):
            taken = loaded(event)
            if taken is not None and not event.body.file.for_tests:
                for change in changes.of(taken, event.body):
                    if still_shared(change, taken, event) and _held(change.part, event.body) in (
                        None,
                        self.type,
                    ):
                        yield change


def checks(analysis: Analysis) -> Iterator[CheckThenAct]:
    """Every Store under a key that the same function has loaded before, with the nearest such Load."""
    for m, body, events in uses(analysis):
        for store in events:
            if store.method not in ("Store", "Swap") or store.value is None or store.key is None:
                continue
            loads = [e for e in events if _loads(e, store, body)]
            if loads:
                access = Access(m, loads[-1], store.node, body)
                yield CheckThenAct(access, store)


def _loads(load: Event, store: Event, body: Body) -> bool:
    """The event looks up the key of the Store, in the same run of the same code."""
    if load.node.pos >= store.node.pos or load.method not in ("Load", "LoadOrStore", "Range"):
        return False
    if load.method == "Range":
        lit = callback(load)
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


def _held(x: g.Expr, body: Body) -> t.Type | None:
    """The type of the value that a chain of selectors and the like begins with, as far as it is told."""
    while isinstance(x, (g.SelectorExpr, g.IndexExpr, g.StarExpr)):
        x = x.x
    of = type_of(x, body)
    return None if isinstance(underlying(of), t.Interface) else of
