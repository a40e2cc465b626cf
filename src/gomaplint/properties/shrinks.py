"""Properties of an attempt to get the memory of a map's table back."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.mapsize import layout
from gomaplint.model import guards, words
from gomaplint.model import types as t
from gomaplint.model.calls import callee
from gomaplint.model.containers import Effect
from gomaplint.model.names import builtin
from gomaplint.model.symbols import Func, underlying
from gomaplint.properties import property_of
from gomaplint.shapes.emptying import Extent
from gomaplint.shapes.shrinks import Shrink, Way
from gomaplint.span import Answer

_INLINE = 128  # larger keys and values are stored outside the table, and freed when they are deleted


@property_of(Shrink)
def futile(s: Shrink) -> Answer:
    """The table stays as large as it was: the map is still referenced, or its clone or copy changes nothing."""
    if s.way is Way.CLONE:
        return Answer(True, "maps.Clone copies the table at its present size since Go 1.25", s.at)
    if s.way is Way.SPARE:
        return Answer(
            True, f"{s.spare.name if s.spare else 'the map'} is filled, emptied and never read", s.at
        )
    if s.map.story.cut:
        return Answer(None, "has more aliases than are followed", None)
    if s.way is Way.COPY:
        if s.holder is not None:
            return Answer(True, f"the old map stays in {s.holder.name}", s.holder.at)
        return Answer(False, "nothing else is seen to hold the old map", s.at)
    for event in s.map.story.of(Effect.ASSIGN):
        if event.body in s.bodies:
            return Answer(False, "another map takes its place in the same function", event.at)
    dropped = _owner_dropped(s)
    if dropped is not None:
        return Answer(
            False, "its owner is replaced in the same function", s.body.file.span(dropped.pos, dropped.end)
        )
    return Answer(True, "refers to its table still", s.map.container.at)


def _owner_dropped(s: Shrink) -> g.AssignStmt | None:
    """An assignment to what the emptied map is a part of: `s.cache = nil` after `clear(s.cache.items)`."""
    owners = set()
    for removal in s.removals:
        x: g.Expr | None = removal.operand
        while isinstance(x, (g.SelectorExpr, g.StarExpr, g.IndexExpr)):
            x = x.x
            owners.add((removal.body, removal.body.file.text(x, 1000)))
    for body in s.bodies:
        for stmt in body.assigns:
            if isinstance(stmt, g.AssignStmt) and stmt.op == "=":
                for target in stmt.lhs:
                    text = body.file.text(target.x if isinstance(target, g.StarExpr) else target, 1000)
                    if (body, text) in owners:
                        return stmt
    return None


@property_of(Shrink)
def meant_to_shrink(s: Shrink) -> Answer:
    """It is about size: keys were removed before it, the length of the map decides, or the function is called so."""
    if s.way in (Way.COLLECT, Way.SPARE):
        return Answer(True, "follows an emptying", s.at)
    alias = _alias_before(s)
    if alias is not None:
        return Answer(
            None, "may part the map from another name of it", s.body.file.span(alias.pos, alias.end)
        )
    if s.removals:
        return Answer(True, "keys were removed before", s.removals[0].at)
    owner, shrinking = s.body.owner, knowledge.table("collector")["shrinking"]["words"]
    if isinstance(owner, Func) and any(word in shrinking for word in words.split(owner.name)):
        return Answer(True, f"{owner} makes something smaller, by its name", s.at)
    for event in s.map.story.of(Effect.LEN):
        if event.body is s.body and isinstance(event.node, g.CallExpr) and event.node.pos < s.node.pos:
            limit = guards.is_limit(event.node, s.body)
            if limit is not None:
                return Answer(True, "its length decides", s.body.file.span(limit.pos, limit.end))
    return Answer(False, "nothing shows that the size of the map matters", s.at)


def _alias_before(s: Shrink) -> g.Node | None:
    """A place before it where the function gives the map another name or hands it on."""
    name = s.map.container.decl.name
    for node in s.body.named.get(name, ()):
        parent = s.body.parent(node)
        if node.pos >= s.node.pos:
            continue
        if isinstance(parent, g.AssignStmt) and any(value is node for value in parent.rhs):
            return parent
        if isinstance(parent, (g.KeyValue, g.ReturnStmt, g.VarSpec, g.SendStmt)):
            return parent
        if isinstance(parent, g.CallExpr) and parent.fun is not node and builtin(parent, s.body) is None:
            found = callee(parent, s.body)
            if found is None or found[0] != "maps":
                return parent
    return None


@property_of(Shrink)
def filled_as_well(s: Shrink) -> Answer:
    """The same function puts entries into the map: its table is used again, or its copy is made to be changed."""
    for event in s.map.story.of(Effect.INSERT, Effect.FILL):
        if event.body in s.bodies:
            return Answer(True, f"gains entries in {event.body} too", event.at)
    return Answer(False, f"gains no entries in {s.body}", s.at)


@property_of(Shrink)
def in_a_teardown(s: Shrink) -> Answer:
    """The function by its name ends the life of its object: the map goes with it."""
    owner = s.body.owner
    # Words of both groups: close, stop, shutdown; not reset, which goes on, nor new, which begins.
    if isinstance(owner, Func) and words.leads(owner.name, "reuse") and words.leads(owner.name, "lifecycle"):
        return Answer(True, f"{owner} ends its object by its name", s.at)
    return Answer(False, f"{s.body} is no teardown by its name", s.at)


@property_of(Shrink)
def for_other_memory(s: Shrink) -> Answer:
    """It may be meant for other memory than the table: what removed values owned, or what else is let go of.

    Not known where the map was emptied altogether.
    """
    if s.way is not Way.COLLECT:
        return Answer(False, "can only be meant for the table", s.at)
    first = s.removals[0]
    for stmt in s.body.assigns:
        if isinstance(stmt, g.AssignStmt) and first.node.pos < stmt.pos < s.node.pos and _lets_go(stmt):
            return Answer(True, "something else is let go of before it", s.body.file.span(stmt.pos, stmt.end))
    if isinstance(s.body.parent(s.node), g.DeferStmt):
        return Answer(True, "is deferred, and may be meant for all that the function leaves", s.at)
    owner = first.body.owner
    if first.body is not s.body and not (isinstance(owner, Func) and words.leads(owner.name, "reuse")):
        return Answer(True, f"{owner} may let go of more than the entries", first.at)
    if _all_in_table(s):
        return Answer(False, "its entries lie in the table, which is what there is to free", s.at)
    emptied = any(r.extent is Extent.ALL for r in s.removals)
    return Answer(None if emptied else True, "its entries may own memory, which goes", first.at)


def _all_in_table(s: Shrink) -> bool:
    """Keys and values own no memory outside the table, the text of keys apart."""
    of = s.map.container.map
    return of is not None and (of.key == t.STRING or _inline(of.key)) and _inline(of.elem)


def _inline(of: t.Type | None) -> bool:
    size = layout(of)
    return size is not None and size[0] <= _INLINE and not _points(of)


def _lets_go(stmt: g.AssignStmt) -> bool:
    fresh = (g.CompositeLit, g.CallExpr)
    return stmt.op == "=" and any(
        isinstance(v, fresh) or (isinstance(v, g.Ident) and v.name == "nil") for v in stmt.rhs
    )


def _points(of: t.Type | None, depth: int = 0) -> bool:
    """Values of the type hold pointers, as far as is known."""
    below = underlying(of)
    if depth > 6 or below is None:
        return True
    match below:
        case t.Basic(name):
            return name in ("string", "error", "any", "comparable")
        case t.Slice(elem, length):
            return length is None or _points(elem, depth + 1)
        case t.Struct(decl, env):
            return any(_points(f.type_in(dict(env)), depth + 1) for f in decl.every)
    return True
