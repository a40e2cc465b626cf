"""Functions that end what an entry of a map stands for, and leave the entry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.calls import argument
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import local_type, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.symbols import Field, Func, underlying
from gomaplint.shapes.releases import Release, given, release_of, values_of
from gomaplint.span import Span

_GETTERS = 2  # calls between a teardown and the look-up
_SITES = 30  # callers of one getter


class Teardown:
    """A function that by its name ends something, and the place where it looks up the entry of that thing.

    `lookup` is the look-up, or the call of a function that looks it up.
    """

    def __init__(
        self,
        into: Map,
        body: Body,
        lookup: g.Expr,
        key: g.Expr,
        read: Event,
    ) -> None:
        self.map = into
        self.body = body
        self.lookup = lookup
        self.key = key
        self.read = read

    @property
    def at(self) -> Span:
        return self.body.file.span(self.lookup.pos, self.lookup.end)

    @cached_property
    def release(self) -> Release | None:
        """How the function ends the value of the entry."""
        return release_of(self.lookup, self.body)


def teardowns(analysis: Analysis) -> Iterator[tuple[Teardown, Insert]]:
    """Every look-up of one entry in a function that ends something, with each insertion."""
    for m in analysis.maps():
        inserts = [i for i in m.inserts if i.event.key is not None]
        if not inserts:
            continue
        for teardown in _of_map(m):
            for insert in inserts:
                if insert.body is not teardown.body:
                    yield teardown, insert


def _of_map(m: Map) -> Iterator[Teardown]:
    removals = [e for e in m.story.of(Effect.REMOVE, Effect.CLEAR) if not e.body.file.for_tests]
    # What a function writes or removes, it does not just leave there; setting nil or counting down reads, in a story.
    touched = (*removals, *m.story.of(Effect.INSERT, Effect.READ))
    changing = {e.body for e in touched if e.effect is not Effect.READ or isinstance(e.node, g.AssignStmt)}
    for read in m.story.of(Effect.READ):
        if (
            read.key is None
            or read.body.file.for_tests
            or not isinstance(read.node, (g.IndexExpr, g.CallExpr))
        ):
            continue
        for body, node, key in _reached(read, m):
            if body not in changing and _of_one(key, node, body, m) and not _of_collection(node, body):
                yield Teardown(m, body, node, key, read)


def _reached(read: Event, m: Map) -> Iterator[tuple[Body, g.Expr, g.Expr]]:
    """The functions that end something and look the entry up, themselves or by a function that gives it to them."""
    assert read.key is not None and isinstance(read.node, (g.IndexExpr, g.CallExpr))
    todo: list[tuple[Body, g.Expr, g.Expr, int]] = [(read.body, read.node, read.key, 0)]
    seen = {read.body}
    for body, node, key, depth in todo:
        func = body.owner
        if not isinstance(func, Func):
            continue
        if words.removes(func.name) and not words.holds(func.name, "sweeping"):
            yield body, node, key
            continue
        local = body.bound.get(key.pos) if isinstance(key, g.Ident) else None
        if depth == _GETTERS or local is None or local.kind != "param" or not _gives(node, body):
            continue
        for ref in m.analysis.program.references(func)[:_SITES]:
            if ref.call is not None and ref.sure and ref.body not in seen and not ref.body.file.for_tests:
                arg = argument(ref.call, local, ref.body)
                if arg is not None:
                    seen.add(ref.body)
                    todo.append((ref.body, ref.call, arg, depth + 1))


def _gives(node: g.Expr, body: Body) -> bool:
    """The function gives back the value that it has looked up, as its first result."""
    places = [node, *(use for local in given(node, body) for use in local.uses)]
    for x in places:
        parent = body.parent(x)
        while isinstance(parent, g.TypeAssertExpr):
            x, parent = parent, body.parent(parent)
        if isinstance(parent, g.ReturnStmt) and parent.results[0] is x and body.lit_of(parent) is None:
            return True
    return False


def _of_one(key: g.Expr, node: g.Node, body: Body, m: Map) -> bool:
    """The key is that of one entry, and handed to the function: no walk over many, no state of the map's owner."""
    around = [a for a in body.ancestors(node) if isinstance(a, (g.ForStmt, g.RangeStmt))]
    decl = m.container.decl
    owner = decl.struct.owner if isinstance(decl, Field) else None
    handed = False
    for part in g.walk(key):
        local = body.bound.get(part.pos) if isinstance(part, g.Ident) else None
        if local is None:
            continue
        if any(loop.pos <= local.pos < loop.end for loop in around):
            return False
        if local.kind == "param" and local.lit is not None:
            return False  # of a callback, which may be called for each of many
        of = t.deref(local_type(local))
        if local.kind != "recv" or not isinstance(of, t.Named) or of.decl is not owner:
            handed = True
    return handed


def _of_collection(node: g.Expr, body: Body) -> bool:
    """What was looked up is a collection itself, by its type or its methods, or a count: a part of it may go."""
    of = type_of(node, body)
    below = underlying(t.deref(of.elems[0] if isinstance(of, t.Tuple) and of.elems else of))
    if isinstance(below, (t.Map, t.Slice, t.Basic)):
        return True
    for value in values_of(node, body):
        method = body.parent(value)
        if not isinstance(method, g.SelectorExpr) or not words.removes(method.sel.name):
            continue
        call = body.parent(method)
        if isinstance(call, g.CallExpr) and call.fun is method and call.args:
            return True
    return False
