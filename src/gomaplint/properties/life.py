"""Properties of a map: whose it is, how long it lives, what takes its keys away."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import guards, words
from gomaplint.model.body import Body
from gomaplint.model.containers import Effect, Event
from gomaplint.model.maps import Map, exported
from gomaplint.model.names import builtin
from gomaplint.model.reach import When
from gomaplint.model.symbols import Field, Func, TypeDecl, Var
from gomaplint.properties import property_of
from gomaplint.span import Answer


@property_of(Map)
def package_variable(m: Map) -> Answer:
    """The map is itself a package variable."""
    found = isinstance(m.container.decl, Var)
    return Answer(found, "is a package variable" if found else f"is a {m.family}", m.container.at)


@property_of(Map)
def sync_map(m: Map) -> Answer:
    """It is a sync.Map: made to be used by many goroutines for a long time."""
    return Answer(m.sync, "is a sync.Map" if m.sync else "is a plain map", m.container.at)


@property_of(Map)
def long_lived(m: Map) -> Answer:
    """Its owner lives as long as the program: a package variable, something made once at start, or held by such."""
    return m.lifetime


@property_of(Map)
def perhaps_long_lived(m: Map) -> Answer:
    """Nothing shows that its owner lives for one piece of work: no request makes one, nor does its name say so."""
    life = m.lifetime
    decl = m.container.decl
    owner = decl.struct.owner if isinstance(decl, Field) else None
    if life.holds is not None or not isinstance(owner, TypeDecl):
        return life
    lifetimes = m.analysis.lifetimes
    births = [(whole, birth) for whole in lifetimes.wholes(owner) for birth in lifetimes.births(whole)]
    if not births:
        return life
    for whole, birth in births:
        if birth.run.when is When.REQUEST:
            return Answer(False, f"{whole} is made for some requests ({birth.body})", birth.at)
    last = words.split(owner.name)[-1:]
    if last and last[0] in knowledge.words("one-job"):
        return Answer(False, f"{owner} is named after one piece of work", owner.at)
    return Answer(True, life.says, life.at)


@property_of(Map)
def in_a_shard(m: Map) -> Answer:
    """Its owner is one of the shards, by their name, in a slice of something that perhaps lives long."""
    decl = m.container.decl
    owner = decl.struct.owner if isinstance(decl, Field) else None
    lifetimes = m.analysis.lifetimes
    for holder in lifetimes.holders().get(owner, []) if isinstance(owner, TypeDecl) else ():
        field = holder.decl
        sliced = isinstance(field, Field) and isinstance(field.node.type, g.ArrayType)
        if holder.many and isinstance(field, Field) and sliced and words.holds(field.name, "shards"):
            whole = lifetimes.struct(field.struct)
            return Answer(whole.holds is not False, f"is in one of {field}, and {whole.says}", field.at)
    return Answer(False, "its owner is no shard", m.container.at)


@property_of(Map)
def of_a_generic_type(m: Map) -> Answer:
    """Its owner is a type with type parameters: a data structure, of which there are as many as others make."""
    decl = m.container.decl
    owner = decl.struct.owner if isinstance(decl, Field) else None
    generic = isinstance(owner, TypeDecl) and bool(owner.generic)
    return Answer(generic, f"belongs to {owner or m.container.name}", m.container.at)


@property_of(Map)
def of_settings(m: Map) -> Answer:
    """It holds the program's settings, by its name."""
    name = m.container.decl.name
    return Answer(words.holds(name, "config"), f"is called {name}", m.container.at)


@property_of(Map)
def evicted(m: Map) -> Answer:
    """Some code takes keys away while the program runs: delete, clear, their kin in libraries, or through an alias."""
    if m.removals:
        first = m.removals[0]
        return Answer(True, f"loses keys in {first.body}", first.at)
    hidden = unseen(m)
    if hidden is not None:
        return hidden
    dead = m.story.of(Effect.REMOVE, Effect.CLEAR)
    if dead:
        return Answer(False, f"loses keys only in {dead[0].body}, which nothing but tests calls", dead[0].at)
    return Answer(False, f"no delete, clear or other removal in {m.analysis.module}", m.container.at)


def unseen(m: Map) -> Answer | None:
    """Why keys may go that nobody sees go: not known, or None where all that happens to the map is seen."""
    story = m.story
    if story.opaque is not None:
        return Answer(None, f"is named in {story.opaque.path}, which was not parsed", None)
    handed = story.of(Effect.HANDED)
    if handed:
        first = handed[0]
        return Answer(
            None, f"is handed to code outside the module in {first.body}, which may remove keys", first.at
        )
    for body, node in story.unsure:
        if may_remove(body, node):
            return Answer(
                None,
                f"may be meant in {body}, where the operand's type is not known",
                body.file.span(node.pos, node.end),
            )
    if story.cut:
        return Answer(None, "has more aliases than are followed", None)
    return None


def may_remove(body: Body, node: g.Node) -> bool:
    """What stands around an expression would take keys away, if it denoted the map."""
    parent = body.parent(node)
    if isinstance(parent, g.CallExpr):
        return builtin(parent, body) in ("delete", "clear")
    if isinstance(parent, g.SelectorExpr):
        return parent.sel.name in ("Delete", "LoadAndDelete", "CompareAndDelete", "Clear", "Remove")
    return isinstance(parent, g.AssignStmt) and any(x is node for x in parent.lhs)


@property_of(Map)
def evicted_only_on_demand(m: Map) -> Answer:
    """Keys go only in functions that are given the whole key, and that nothing in the module calls."""
    for event in m.removals:
        if event.effect is not Effect.REMOVE or event.key is None or not _demanded(event, m):
            return Answer(False, f"loses keys in {event.body}", event.at)
    if not m.removals:
        return Answer(False, "loses no keys", m.container.at)
    first = m.removals[0]
    return Answer(
        True, f"loses keys only in {first.body}, which nothing in {m.analysis.module} calls", first.at
    )


def _demanded(event: Event, m: Map) -> bool:
    key, body = event.key, event.body
    local = body.bound.get(key.pos) if isinstance(key, g.Ident) else None
    if local is None or local.kind != "param" or local.lit is not None or not isinstance(body.owner, Func):
        return False
    run = m.analysis.reach.func(body.owner)
    return run.when in (When.OPEN, When.NEVER)


@property_of(Map)
def replaced(m: Map) -> Answer:
    """A fresh map takes its place while the program runs: a generation swap, a reset in a loop, a snapshot."""
    if m.resets:
        first = m.resets[0]
        return Answer(True, f"is replaced in {first.body}", first.at)
    return Answer(False, "nothing puts another map in its place while the program runs", m.container.at)


@property_of(Map)
def pruned(m: Map) -> Answer:
    """A walk over the whole map takes some of its entries away while the program runs, and is no end of it."""
    for event in m.removals:
        body, owner = event.body, event.body.owner
        for loop in body.ancestors(event.node):
            if not any(e.node is loop for e in m.story.of(Effect.RANGE)):
                continue
            if not (isinstance(owner, Func) and _ends(owner.name, chosen=_chosen(event.node, loop, body))):
                return Answer(True, f"is walked through in {body}, which removes entries", event.at)
    return Answer(False, "no walk over it removes entries while it is in use", m.container.at)


def _ends(name: str, chosen: bool) -> bool:
    """A function that by its name ends what owns a map; one that removes only `chosen` entries may do so for others."""
    ends = knowledge.words("lifecycle") & knowledge.words("removing")
    return not ends.isdisjoint(words.split(name)) or (
        not chosen and (words.removes(name) or words.leads(name, "reuse"))
    )


def _chosen(node: g.Node, loop: g.Node, body: Body) -> bool:
    """Something in the loop decides whether the node is reached, other than that there is a value at all."""
    around = [stmt for stmt, _ in guards.conditions(node, body) if stmt.pos > loop.pos]
    inside = loop.body.body if isinstance(loop, g.RangeStmt) else []
    before = [
        s for s in inside if isinstance(s, g.IfStmt) and s.pos < node.pos and guards.leaves(s.body, body)
    ]
    return any(not _asks_presence(stmt.cond) for stmt in (*around, *before))


def _asks_presence(cond: g.Expr) -> bool:
    match cond:
        case g.BinaryExpr(op="==" | "!=", y=g.Ident(name="nil")) | g.Ident():
            return True
        case g.UnaryExpr(op="!", x=g.Ident()):
            return True
    return False


@property_of(Map)
def open_to_importers(m: Map) -> Answer:
    """Code outside the module can reach the map itself, and may evict or fill it."""
    if exported(m.container):
        return Answer(True, "is exported, so that importers may remove keys", m.container.at)
    return Answer(False, "is reached only from inside the module", m.container.at)
