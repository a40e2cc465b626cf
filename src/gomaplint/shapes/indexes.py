"""Indexes of a map: a second map whose keys are parts of what the first one holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument, name_of
from gomaplint.model.containers import Event, container_of
from gomaplint.model.maps import Analysis, Insert, Map, registry_like
from gomaplint.model.names import builtin
from gomaplint.model.origins import Kind
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func
from gomaplint.shapes.callbacks import code_of, reached
from gomaplint.shapes.chains import Chain, chain_of, ranged, stores
from gomaplint.shapes.entries import sync_map
from gomaplint.shapes.keyforms import Form, form, varies
from gomaplint.shapes.keylooks import Look, asked, locals_of, look
from gomaplint.shapes.orphans import Loss, behind
from gomaplint.shapes.siblings import home
from gomaplint.span import Span

_DEPTH = 4  # locals crossed on the way of a value
_SITES = 20  # callers of one function


def makes(func: Func) -> bool:
    """A function that by its name makes or takes in what it stores, once for each key: Create, onConnect, Register."""
    return (
        registry_like(func)
        or any(word in knowledge.words("lifecycle") for word in words.split(func.name)[-1:])
        or words.leads(func.name, "lifecycle")
    )


@dataclass(frozen=True, eq=False)
class Overwrite(Loss):
    """An entry of `chain` is set anew, where another function finds keys of the index by what is `stored` there."""

    chain: Chain
    removal: Event
    stored: Chain

    @property
    def entries(self) -> Map:
        """The map that the index is about."""
        return self.index.analysis.map(self.chain.container)

    @property
    def primary(self) -> str:
        return self.chain.container.name

    def new(self) -> bool:
        keys, made = self.index.analysis.keys, {Kind.GENERATED, Kind.POINTER}
        kinds = {origin.kind for key in self.chain.keys for origin in keys.origins(key, self.body)}
        if isinstance(self.body.owner, Func) and makes(self.body.owner):
            return True
        # An index key that is generated belongs to an entry that is made, and not changed.
        return bool(made & kinds) or any(origin.kind in made for origin in self.insert.origins)

    def cleaned(self) -> Span | None:
        """Where the function, or what calls it, asks for the old entry or removes its keys before; or a reset."""
        emptied = next((event.at for event in self.index.resets), None)
        return emptied or self._read() or self._removed() or self._asked() or self._index_asked()

    def _read(self) -> Span | None:
        body, around, value = self.body, self._around, _value(self.chain)
        wanted = [form(k, body) for k in self.chain.keys]
        for index in _indexed(body):
            within = value is not None and value.pos <= index.pos < value.end
            if not within and (index.pos >= self.store.pos or not _before(index, around, body)):
                continue
            chain = chain_of(index, body)
            if chain is None or chain.container != self.chain.container:
                continue
            if [form(k, body) for k in chain.keys] == wanted:
                return body.file.span(index.pos, index.end)
        return None

    def _removed(self) -> Span | None:
        body, program = self.body, self.index.analysis.program
        for event in self.index.removals:
            if (
                event.body is body
                and event.node.pos < self.store.pos
                and _before(event.node, self._around, body)
            ):
                return event.at
        for event in self.entries.removals:
            if event.body is body and event.node.pos < self.store.pos:
                return event.at
        owner = body.owner
        refs = program.references(owner)[:_SITES] if isinstance(owner, Func) else []
        above = (self._removed_by(r.call, r.body, r.call) for r in refs if r.call is not None)
        return self._removed_by(self.store, body) or next(filter(None, above), None)

    def _removed_by(self, node: g.Node, body: Body, given: g.CallExpr | None = None) -> Span | None:
        """A call before a node that leads to another function that removes keys of the index.

        It is handed something that is also `given` to a call.
        """
        program = self.index.analysis.program
        removing = {event.body for event in self.index.removals} - {self.body}
        for call in body.calls:
            if call.pos >= node.pos:
                break
            if given is not None and not _forms(call, body) & _forms(given, body):
                continue
            codes = code_of(call.fun, body, program)
            named = not codes and name_of(call.fun) in {str(r.owner.name) for r in removing}
            if named or any(at.body in removing for code in codes for at, _ in reached(code, program)):
                return body.file.span(call.pos, call.end)
        return None

    def _asked(self) -> Span | None:
        if len(self.chain.keys) != 1:
            return None
        key, program = self.chain.keys[0], self.index.analysis.program
        seen = look(self.store, key, self.entries, self.body, program, 0) is not Look.NONE
        return self.at if seen or self._callers_asked(key, program) else None

    def _index_asked(self) -> Span | None:
        """The new key is looked up in the index before it is put there."""
        event, program = self.insert.event, self.index.analysis.program
        asked_for = event.key is not None and look(self.store, event.key, self.index, self.body, program, 0)
        return self.at if asked_for and asked_for is not Look.NONE else None

    def _callers_asked(self, key: g.Expr, program: Program) -> bool:
        """Every caller that hands the key in has asked for it, by variables that nothing sets anew."""
        body, owner = self.body, self.body.owner
        looks: list[bool] = []
        for name in locals_of(key, body) if isinstance(owner, Func) else ():
            if name.kind != "param" or name.lit is not None or not isinstance(owner, Func):
                continue
            for ref in program.references(owner)[:_SITES]:
                arg = argument(ref.call, name, ref.body) if ref.call is not None else None
                if arg is None or ref.call is None or ref.body.file.for_tests:
                    continue
                named = (
                    local for cond, _ in asked(ref.call, ref.body) for local in locals_of(cond, ref.body)
                )
                sure = all(len(local.sources) <= 1 for local in named)
                seen = look(ref.call, arg, self.entries, ref.body, program, 0) is not Look.NONE
                looks.append(sure and seen)
        return bool(looks) and all(looks)

    @property
    def _around(self) -> set[int]:
        return {id(node) for node in self.body.ancestors(self.store)}


def overwrites(analysis: Analysis) -> Iterator[Overwrite]:
    """Every store into a primary map beside an insert into an index that another function empties by what is stored."""
    for index in analysis.maps():
        if not index.inserts:
            continue
        for removal in index.removals:
            if removal.key is None or not removal.body.file.reported:
                continue
            for stored in _stored(removal.key, removal.body, index):
                primary = analysis.map(stored.container)
                if home(primary) == home(index) and _leaves(removal, stored):
                    yield from _overwritten(index, primary, removal, stored)


def _overwritten(index: Map, primary: Map, removal: Event, stored: Chain) -> Iterator[Overwrite]:
    for insert in index.inserts:
        if insert.event.key is None:
            continue
        for store in stores(insert.body):
            same = store.container == primary.container and len(store.keys) == len(stored.keys)
            if same and _indexes(insert, store):
                yield Overwrite(index, insert, store.node, store.body, store, removal, stored)


# -- what a key was made from


def _stored(key: g.Expr, body: Body, index: Map) -> Iterator[Chain]:
    """The entries of other maps from which a key was taken."""
    seen: set[Local] = set()
    todo = [(key, 0)]
    for x, depth in todo:
        for node in g.walk(x):
            chain = chain_of(node, body) if isinstance(node, (g.IndexExpr, g.CallExpr)) else None
            if chain is not None and chain.container != index.container:
                yield chain
            local = body.bound.get(node.pos) if isinstance(node, g.Ident) else None
            if local is None or local in seen or depth >= _DEPTH:
                continue
            seen.add(local)
            for source in local.sources:
                todo.append((source.expr, depth + 1))
                walked = ranged(source.at, source.how, body)
                if walked is not None and walked.container != index.container:
                    yield walked


def _leaves(removal: Event, stored: Chain) -> bool:
    """The function that removes the key from the index also removes the entry that it was taken from."""
    body = removal.body
    for call in body.calls:
        if builtin(call, body) == "delete" and len(call.args) == 2:
            target: g.Expr = call.args[0]
            depth = 1
            while isinstance(target, g.IndexExpr):
                target, depth = target.x, depth + 1
            if depth == len(stored.keys) and container_of(target, body) == stored.container:
                return True
        elif sync_map(call, body, "remove") == stored.container:
            return True
    return False


def _indexes(insert: Insert, store: Chain) -> bool:
    """What is stored and the key of the index have a variable in common that is no part of the primary key."""
    body, key = insert.body, insert.event.key
    value = _value(store)
    if key is None or value is None or body.lit_of(insert.event.node) is not body.lit_of(store.node):
        return False
    own = {local for k in store.keys for local in behind(k, body)}
    return bool((behind(key, body) & behind(value, body)) - own)


def _value(store: Chain) -> g.Expr | None:
    node = store.node
    if isinstance(node, g.CallExpr):
        return node.args[1]
    if not isinstance(node, g.AssignStmt) or len(node.lhs) != len(node.rhs):
        return None
    return next((v for x, v in zip(node.lhs, node.rhs, strict=True) if _sets(x, store)), None)


def _sets(target: g.Expr, store: Chain) -> bool:
    return isinstance(target, g.IndexExpr) and target.indices == [store.keys[-1]]


def _forms(call: g.CallExpr, body: Body) -> set[Form]:
    return {key for arg in call.args if (key := form(arg, body)) is not None and varies(key)}


def _indexed(body: Body) -> Iterator[g.IndexExpr]:
    """The outermost index expressions that begin with a name of the function."""
    for node in (node for nodes in body.named.values() for node in nodes):
        outer: g.IndexExpr | None = None
        parent = body.parent(node)
        while isinstance(parent, g.IndexExpr) and parent.x is (outer or node):
            outer, parent = parent, body.parent(parent)
        if outer is not None:
            yield outer


def _before(node: g.Node, around: set[int], body: Body) -> bool:
    """A node that stands in no branch beside the place, but on every way to it."""
    inside = node
    for parent in body.ancestors(node):
        if id(parent) in around:
            return True
        if isinstance(parent, (g.BlockStmt, g.CaseClause, g.FuncLit)):
            return False
        inside = parent
    return inside is not node
