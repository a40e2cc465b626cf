"""Places that put entries into the cache of a library, and what becomes of these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import callee, library_calls
from gomaplint.model.containers import Container, Effect, Story
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.program import Program, result_of
from gomaplint.model.story import field_set, place_of, tell
from gomaplint.model.symbols import Field, Func, Var
from gomaplint.shapes.caches import Cache, Library, libraries, steps_of
from gomaplint.span import Answer, Span

Place = Var | Field | Local
_STEPS = 5  # locals between a cache and the variable or field that holds it
_NEVER = "its entries never expire"


class Filling(NamedTuple):
    """A cache and one place that puts entries in."""

    cache: Cache
    insert: Insert

    @property
    def body(self) -> Body:
        """Where the decision lies: with the maker, but for a server's entries where each is put in."""
        return self.insert.body if self.cache.library.remote else self.cache.body

    @property
    def at(self) -> Span:
        return self.insert.at if self.cache.library.remote else self.cache.at

    def endless(self) -> Answer:
        """Whether nothing that the cache was made with ever takes the entry out."""
        sized, cleaned = self.cache.bounded("size"), self.cache.bounded("cleaning")
        expires = self.cache.expires(self.insert)
        if sized:
            return Answer(False, "is bounded in size", self.at)
        if sized is None:
            return Answer(None, "may be bounded in size", self.at)
        if cleaned is False:
            return Answer(True, self.cache.library.kept if self.cache.expiring else _NEVER, self.at)
        if expires is False and not self.cache.expiring:
            return Answer(True, _NEVER, self.insert.at)
        if expires and cleaned:
            return Answer(False, "its entries expire", self.insert.at)
        return Answer(None, "its entries may expire", self.insert.at)

    def unenforced(self) -> Answer:
        """Whether the entry is to expire, and nothing looks for those that have."""
        cache, story = self.cache, self.cache.map.story
        if cache.bounded("cleaning") is not False or not cache.expires(self.insert):
            return Answer(False, "is not left to expire", self.insert.at)
        for event in story.of(Effect.CLEAR, Effect.HANDED):
            cleared = event.effect is Effect.CLEAR
            says = "is emptied" if cleared else "is handed to code outside the module"
            return Answer(False if cleared else None, f"{says} in {event.body}", event.at)
        known = not (story.unsure or story.opaque or story.cut)
        return Answer(True if known else None, cache.library.kept, self.at)


def fillings(analysis: Analysis) -> Iterator[Filling]:
    """Every place that fills a cache of a library, as far as a variable or field is seen to hold the cache."""
    makers: dict[str, set[str]] = {}
    for path, maker in libraries():
        makers.setdefault(path, set()).add(maker)
    for call, body in library_calls(analysis.program, makers):
        named = callee(call, body)
        if named is None or body.file.for_tests:
            continue
        library, before = libraries()[named], list[Local]()
        home = _home(steps_of(call, body)[0], body, analysis.program, before)
        if home is not None:
            held = Map(Container(home, None), analysis, _story(home, before, library, analysis.program))
            made = Cache(library, call, body, held)
            for insert in held.inserts:
                yield Filling(made, _with_key(insert, library.key))


def _with_key(insert: Insert, number: int) -> Insert:
    """The insert with the argument that is its key, where that is not the first one."""
    node = insert.event.node
    if number == 0 or not isinstance(node, g.CallExpr):
        return insert
    key = node.args[number] if number < len(node.args) else None
    return Insert(insert.event._replace(key=key), insert.map)


def _story(home: Place, before: Sequence[Local], library: Library, program: Program) -> Story:
    """The story of what holds a cache, and of the locals that have it before."""
    story = tell(Container(home, None), program, library.methods)
    for local in before:
        known = {id(event.node) for event in story.events}
        earlier = tell(Container(local, None), program, library.methods)
        story.events += [event for event in earlier.events if id(event.node) not in known]
        story.unsure += earlier.unsure
        story.cut = story.cut or earlier.cut
    return story


def _home(x: g.Expr, body: Body, program: Program, before: list[Local]) -> Place | None:
    """The variable or field that comes to hold a value, a local where it gets no further; locals on the way."""
    parent = body.parent(x)
    match parent:
        case g.UnaryExpr(op="&") | g.StarExpr() | g.TypeAssertExpr():
            return _home(parent, body, program, before)
        case g.KeyValue(value=value) if value is x:
            return field_set(parent, body)
        case g.AssignStmt(lhs=lhs, rhs=rhs):
            at = next((i for i, v in enumerate(rhs) if v is x), None)
            place = place_of(lhs[at], body) if at is not None else None
            return _onward(place, program, before) if isinstance(place, Local) else place
        case g.VarSpec(names=names, values=values):
            name = names[next((i for i, v in enumerate(values) if v is x), 0)]
            local = body.bound.get(name.pos)
            return body.file.package.vars.get(name.name) if local is None else _onward(local, program, before)
        case g.ReturnStmt(results=results) if body.lit_of(parent) is None and isinstance(body.owner, Func):
            at = next(i for i, result in enumerate(results) if result is x)
            return _returned(body.owner, at, program, before)
    return None


def _onward(local: Local, program: Program, before: list[Local]) -> Place:
    if local in before or len(before) >= _STEPS:
        return local
    before.append(local)
    for use in local.uses:
        found = _home(use, local.body, program, before)
        if found is not None and found is not local:
            return found
    return local


def _returned(func: Func, number: int, program: Program, before: list[Local]) -> Place | None:
    for ref in program.references(func):
        if ref.call is None or ref.body.file.for_tests or ref.body.owner is func:
            continue
        if len(func.type.results) > 1:
            locals_ = result_of(ref.call, ref.body, number)
            found = _onward(locals_[0], program, before) if locals_ else None
        else:
            found = _home(ref.call, ref.body, program, before)
        if found is not None:
            return found
    return None
