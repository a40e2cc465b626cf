"""Maps that have their keys in common: a function takes a key out of one of them and leaves it in another."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.program import Program
from gomaplint.model.symbols import Field, Func, StructDecl, Var
from gomaplint.shapes.keyforms import Form, form, outside, varies
from gomaplint.shapes.paths import together
from gomaplint.span import Span

_SITES = 20  # callers of one function
_CALLS = 2  # calls that hand a key in


class Link(enum.Enum):
    """What shows that two maps have their keys in common."""

    FILLED = "gains the same key here"
    VALUE = "gains the same value here"
    HANDED = "gains the same key through this"
    USED = "is used under the same key here"


class Tie(NamedTuple):
    """A link between a map and its sibling: `node` is what the sibling has to do with it."""

    link: Link
    node: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)


class Gap:
    """A removal from a sibling that leaves the key in `map`, which gains keys in `insert` and loses none anywhere."""

    def __init__(self, into: Map, insert: Insert, sibling: Map, removal: Event, tie: Tie) -> None:
        self.map = into
        self.insert = insert
        self.sibling = sibling
        self.removal = removal
        self.tie = tie

    @property
    def body(self) -> Body:
        """The function that removes."""
        return self.removal.body

    @property
    def at(self) -> Span:
        return self.removal.at

    @cached_property
    def key(self) -> Form | None:
        return form(self.removal.key, self.body)

    @cached_property
    def siblings(self) -> list[Map]:
        """All maps of the same struct or package from which the function removes the key."""
        near = self.map.analysis.once(_families).get(home(self.sibling), [])
        also = [m for m in near if m is not self.sibling and any(map(self._alike, m.story.of(Effect.REMOVE)))]
        return [self.sibling, *also]

    def _alike(self, event: Event) -> bool:
        return event.body is self.body and self.key is not None and form(event.key, event.body) == self.key


Home = StructDecl | Body | str


def gaps(analysis: Analysis) -> Iterator[Gap]:
    """Every removal from a map, for each insert into a sibling that nothing takes keys from.

    Siblings are the maps of one struct, function or package, and those of structs that a struct holds by itself.
    """
    families, held = analysis.once(_families), analysis.once(_held)
    for place, maps in families.items():
        near = [m for part in held.get(place, ()) for m in families.get(part, ())]
        for m in maps:
            yield from _gaps(m, [s for s in (*maps, *near) if s is not m])
        for m in near:
            yield from _gaps(m, maps)


def home(m: Map) -> Home:
    """The struct, function or package that a map is declared in."""
    decl = m.container.decl
    match decl:
        case Local():
            return decl.body
        case Var():
            return decl.package.path
        case Field():
            return _whole(decl)


def _whole(field: Field) -> StructDecl:
    """The struct of a field, or the one around it if it has no name of its own."""
    struct = field.struct
    while isinstance(struct.owner, Field):
        struct = struct.owner.struct
    return struct


def _families(analysis: Analysis) -> dict[Home, list[Map]]:
    found: dict[Home, list[Map]] = {}
    for m in analysis.maps():
        found.setdefault(home(m), []).append(m)
    return found


def _held(analysis: Analysis) -> dict[Home, list[StructDecl]]:
    """The structs that each struct holds in a field of its own, by value or pointer."""
    found: dict[Home, list[StructDecl]] = {}
    for decl, holders in analysis.lifetimes.holders().items():
        for holder in holders:
            if decl.struct is None or holder.many or not isinstance(holder.decl, Field):
                continue
            whole = _whole(holder.decl)
            if whole is not decl.struct and decl.struct not in found.setdefault(whole, []):
                found[whole].append(decl.struct)
    return found


def _gaps(m: Map, siblings: Sequence[Map]) -> Iterator[Gap]:
    if not m.inserts or m.removals:
        return
    for sibling in siblings:
        removals = [e for e in sibling.removals if e.body.file.reported and _takes_one(e)]
        if removals:
            ties = _ties(m, sibling)
            for insert in m.inserts:
                tie = ties.get(insert) or ties.get(None)
                if tie is not None:
                    yield from (Gap(m, insert, sibling, removal, tie) for removal in removals)


def _takes_one(removal: Event) -> bool:
    """It takes a key that is not always the same, from a map that the function was not handed to remove from."""
    key, node = form(removal.key, removal.body), removal.node
    if removal.key is None or (key is not None and not varies(key)):
        return False
    if removal.direct or not isinstance(node, g.CallExpr):
        return True
    operand = node.fun.x if isinstance(node.fun, g.SelectorExpr) else node.args[0]
    start = removal.body.bound.get(operand.pos) if isinstance(operand, g.Ident) else None
    return start is None or start.kind != "param"


# -- what links two maps


def _ties(m: Map, sibling: Map) -> dict[Insert | None, Tie]:
    """What links each insert into a map with its sibling; None for what links the maps."""
    found: dict[Insert | None, Tie] = {}
    events = [e for e in sibling.story.of(Effect.INSERT) if not e.body.file.for_tests]
    for insert in m.inserts:
        beside = [e for e in events if e.body is insert.body and e.node is not insert.event.node]
        tie = _filled(insert, beside, _alike(m, sibling))
        if tie is not None:
            found[insert] = tie
    used = _used(m, sibling) if not found and _alike(m, sibling) else None
    if used is not None:
        found[None] = used
    return found


def _alike(m: Map, sibling: Map) -> bool:
    """Their keys are of one type, as far as it is known."""
    one, other = m.container.map, sibling.container.map
    return one is None or other is None or one.key == other.key


def _filled(insert: Insert, beside: Sequence[Event], alike: bool) -> Tie | None:
    """The insert into the sibling that stands beside one into the map."""
    key = form(insert.event.key, insert.body)
    for event in beside if alike and key is not None and varies(key) else ():
        if form(event.key, event.body) == key and together(insert.event.node, event.node, event.body):
            return Tie(Link.FILLED, event.node, event.body)
    for event in beside:
        if _same_value(insert.event, event):
            return Tie(Link.VALUE, event.node, event.body)
    return None


def _same_value(one: Event, other: Event) -> bool:
    """Both entries hold one variable."""
    a, b = one.value, other.value
    if not isinstance(a, g.Ident) or not isinstance(b, g.Ident):
        return False
    local = one.body.bound.get(a.pos)
    return local is not None and local is one.body.bound.get(b.pos)


def _used(m: Map, sibling: Map) -> Tie | None:
    """A function that uses both maps under one key, or hands one key to those that do."""
    program = m.analysis.program
    mine, theirs = _spots(m, program), _spots(sibling, program)
    tie: Tie | None = None
    for at, (node, fills) in mine.items():
        other = theirs.get(at)
        if other is None or other[0] is node:
            continue
        if not together(node, other[0], at[0]):
            continue
        if fills and other[1]:
            return Tie(Link.HANDED, other[0], at[0])
        tie = tie or Tie(Link.USED, other[0], at[0])
    return tie


Spots = dict[tuple[Body, Form], tuple[g.Node, bool]]
"""The functions, with the key there, in which a map is used: what does it, or calls what does; whether it fills."""


def _spots(m: Map, program: Program) -> Spots:
    found: Spots = {}
    for event in m.story.of(Effect.INSERT, Effect.READ, Effect.REMOVE):
        key = form(event.key, event.body)
        if key is not None and not event.body.file.for_tests and varies(key):
            _note(found, (event.body, key), event.node, event.effect is Effect.INSERT)
    layer = list(found)
    for _ in range(_CALLS):
        layer = [caller for at in layer for caller in _callers(at, found, program)]
    return found


def _callers(at: tuple[Body, Form], found: Spots, program: Program) -> Iterator[tuple[Body, Form]]:
    """The callers that hand the key in."""
    body, key = at
    for ref in program.references(body.owner)[:_SITES] if isinstance(body.owner, Func) else ():
        if ref.call is None or not ref.sure or ref.body.file.for_tests:
            continue
        outer = outside(key, ref.call, ref.body)
        caller = (ref.body, outer) if outer is not None and varies(outer) else None
        if caller is not None and _note(found, caller, ref.call, found[at][1]):
            yield caller


def _note(found: Spots, at: tuple[Body, Form], node: g.Node, fills: bool) -> bool:
    known = found.get(at)
    better = known is None or (fills and not known[1])
    if better:
        found[at] = node, fills
    return better
