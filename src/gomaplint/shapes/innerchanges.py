"""Places that take something out of the inner map or list of an entry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.calls import argument
from gomaplint.model.containers import Effect, Event
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.symbols import Func
from gomaplint.shapes.inners import Inner, entries, inners
from gomaplint.shapes.lists import Change
from gomaplint.span import Span

_SITES = 20  # callers of one function


class Emptying:
    """A place that takes something out of an inner map or list, and may leave it empty under its key.

    Where a method or a helper does it, the place is the call that hands it the inner map.
    """

    def __init__(self, inner: Inner, event: Event) -> None:
        self.inner = inner
        self.event = event

    @property
    def outer(self) -> Map:
        return self.inner.outer

    @property
    def body(self) -> Body:
        return self.event.body

    @property
    def node(self) -> g.Node:
        return self.event.node

    @property
    def at(self) -> Span:
        return self.event.at

    @cached_property
    def fills(self) -> list[Event]:
        """What puts something into the inner maps, or another one in the place of one, at the same kind of place."""
        inner = self.inner
        whole = self.outer.story.of(Effect.INSERT) if inner.part is None and not inner.listed else []
        if inner.map is not None:
            return whole + _placed(inner, inner.map.story.of(Effect.INSERT, Effect.FILL))
        return _placed(
            inner, [event for how, event in inner.lists if how not in (Change.SHORTER, Change.SAME)]
        )


def emptyings(analysis: Analysis) -> Iterator[Emptying]:
    """Every removal from an inner map, set or list, in code that is not for tests."""
    for inner in inners(analysis):
        yield from emptied(inner)


def emptied(inner: Inner) -> Iterator[Emptying]:
    """Every removal from some inner maps, sets or lists, in code that is not for tests."""
    if inner.listed:
        events = [e for how, e in inner.lists if how is Change.SHORTER]
    else:
        assert inner.map is not None
        events = inner.map.story.of(Effect.REMOVE)
    for event in _placed(inner, events):
        if not event.body.file.for_tests:
            yield Emptying(inner, event)


def operand(node: g.Node) -> g.Expr | None:
    """The inner map or list that a statement or call changes, as it names it."""
    match node:
        case g.AssignStmt(lhs=lhs):
            return next((x for x in lhs if isinstance(x, (g.IndexExpr, g.SelectorExpr))), None)
        case g.CallExpr(fun=g.SelectorExpr(x=x)):
            return x
        case g.CallExpr(args=[first, *_]):
            return first
    return None


def _placed(inner: Inner, events: list[Event]) -> list[Event]:
    """The same events, those of methods and helpers at the calls that hand them an inner map."""
    known = {id(node) for _, node in entries(inner.outer)}
    found: list[Event] = []
    for event in events:
        calls = _calls(event, known, inner.outer.analysis) if not event.body.file.for_tests else []
        found += calls or [event]
    return found


def _calls(event: Event, known: set[int], analysis: Analysis) -> list[Event]:
    start = g.root(operand(event.node))
    local = event.body.bound.get(start.pos) if isinstance(start, g.Ident) else None
    owner = event.body.owner
    if (
        local is None
        or local.kind not in ("recv", "param")
        or local.lit is not None
        or not isinstance(owner, Func)
    ):
        return []
    found: list[Event] = []
    for ref in analysis.program.references(owner)[:_SITES]:
        given = argument(ref.call, local, ref.body) if ref.call is not None and ref.sure else None
        while isinstance(given, (g.StarExpr, g.UnaryExpr, g.TypeAssertExpr)):
            given = given.x
        if ref.call is not None and given is not None and id(given) in known:
            key = ref.call.args[0] if local.kind == "recv" and ref.call.args else None
            found.append(Event(event.effect, ref.body, ref.call, key, None, False))
    return found
