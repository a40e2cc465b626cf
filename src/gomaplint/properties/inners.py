"""Properties of a removal from the inner map or list of an entry."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model import guards, words
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Map
from gomaplint.model.names import builtin
from gomaplint.model.reach import When
from gomaplint.model.symbols import Func, underlying
from gomaplint.properties import property_of
from gomaplint.shapes.emptying import between
from gomaplint.shapes.innerchanges import Emptying, operand
from gomaplint.shapes.keyforms import form
from gomaplint.span import Answer

_SOURCES = 4  # locals followed to a parameter
_NUMBERS = ("int", "int8", "int16", "int32", "uint", "uint8", "uint16", "uint32")


@property_of(Emptying)
def in_use(e: Emptying) -> Answer:
    """It runs while the program does, and not only in tests or at the end of the owner."""
    alive = e.outer.alive(e.body)
    if not alive.holds:
        return alive
    run = e.outer.analysis.reach.of(e.node, e.body)
    if run.when in (When.NEVER, When.START):
        return Answer(False, run.why, run.at)
    owner = e.body.owner
    last = (
        isinstance(owner, Func) and len(words.split(owner.name)) == 1 and words.leads(owner.name, "whole-end")
    )
    if last and not e.body.params:
        return Answer(False, f"{owner} ends or renews the whole, by its name", e.at)
    return Answer(True, run.why or alive.says, run.at)


@property_of(Emptying)
def filled_again(e: Emptying) -> Answer:
    """The same function puts something else into the same inner map, or another one in its place."""
    for event in e.fills:
        if event.body is not e.body or event.node is e.node or not _same_inner(event, e):
            continue
        before = _follows(event.node, e.node, e.body)
        whole = any(event is known for known in e.outer.story.events)
        if before and (whole or _same_key(event, e)):
            continue  # what is taken out later is what was put in, or from what was made
        if before or _follows(e.node, event.node, e.body):
            return Answer(True, f"is filled again in {e.body}", event.at)
    return Answer(False, f"nothing fills it again in {e.body}", e.at)


@property_of(Emptying)
def of_a_loaded_one(e: Emptying) -> Answer:
    """Its key is put in with an inner map that is filled before, in a loop or callback: empty, it tells of none."""
    filling = [] if e.inner.map is None else e.inner.map.story.of(Effect.INSERT, Effect.FILL)
    for insert in e.outer.inserts:
        node, body = insert.event.node, insert.body
        for event in filling:
            if event.body is not body or event.node is node:
                continue
            around = [
                a for a in body.ancestors(event.node) if isinstance(a, (g.ForStmt, g.RangeStmt, g.FuncLit))
            ]
            loaded = event.effect is Effect.FILL or any(not a.pos <= node.pos < a.end for a in around)
            if loaded and event.node.pos < node.pos:
                return Answer(True, f"is loaded in {body} before its key is put in", event.at)
    return Answer(False, "is put in empty, or with one entry", e.outer.container.at)


def _follows(first: g.Node, then: g.Node, body: Body) -> bool:
    """The second may run after the first, in one run of the function."""
    return first.pos < then.pos and between(first, then, body) is not None


def _same_key(event: Event, e: Emptying) -> bool:
    one = form(event.key, e.body) if event.key is not None else None
    return one is not None and one == form(e.event.key, e.body)


def _same_inner(event: Event, e: Emptying) -> bool:
    one, other = _operand(event, e), _operand(e.event, e)
    return one is None or other is None or _told(one, e.body) == _told(other, e.body)


def _operand(event: Event, e: Emptying) -> g.Expr | None:
    """The inner map that is changed: m[a] where the whole is set, and where an entry is: m[a][b] = v, inner[b] = v."""
    found = operand(event.node)
    whole = e.inner.listed or any(event is known for known in e.outer.story.events)
    return (
        found.x
        if isinstance(found, g.IndexExpr) and isinstance(event.node, g.AssignStmt) and not whole
        else found
    )


def _told(x: g.Expr, body: Body) -> object:
    """What an operand means: the look-up that gave it, or the local that holds it."""
    while isinstance(x, (g.StarExpr, g.TypeAssertExpr)):
        x = x.x
    if isinstance(x, g.Ident):
        local = body.bound.get(x.pos)
        first = local.sources[0] if local is not None and local.sources else None
        if first is not None and first.how in ("value", "result") and isinstance(first.expr, g.IndexExpr):
            return body.file.text(first.expr, 300)
        return local or x.name
    return body.file.text(x, 300)


@property_of(Emptying)
def of_a_full_one(e: Emptying) -> Answer:
    """It makes room in an inner map that is too large: its length was compared with a limit."""
    for around in e.body.ancestors(e.node):
        if isinstance(around, g.FuncLit):
            break
        cond = around.cond if isinstance(around, (g.IfStmt, g.ForStmt)) else None
        for part in g.walk(cond) if cond is not None else ():
            size = isinstance(part, g.CallExpr) and builtin(part, e.body) == "len" and part.args
            if size and isinstance(part, g.CallExpr) and _is_inner(part.args[0], e):
                at = guards.is_limit(part, e.body)
                if at is not None:
                    return Answer(True, "is there to make room", e.body.file.span(at.pos, at.end))
    return Answer(False, "takes the last one as well", e.at)


def _is_inner(x: g.Expr, e: Emptying) -> bool:
    of = underlying(t.deref(type_of(x, e.body)))
    return of is not None and of == underlying(e.inner.type)


@property_of(Emptying)
def under_a_kind(e: Emptying) -> Answer:
    """The type of the entry's key is called after something from a closed set: AlarmType; plain numbers may be one."""
    of = t.deref(_key_type(e.outer))
    at, says = e.outer.container.at, f"is under a key of type {t.show(of)}"
    if isinstance(of, t.Basic) and of.name in _NUMBERS:
        return Answer(None, says, at)
    name = of.name if isinstance(of, t.External) else of.decl.name if isinstance(of, t.Named) else ""
    last = words.split(name)[-1:]
    plain = not isinstance(of, t.Named) or isinstance(underlying(of), t.Basic)
    closed = bool(last) and (
        words.holds(last[0], "config") or (plain and words.holds(last[0], "bounded-key"))
    )
    return Answer(closed, says, at)


def _key_type(m: Map) -> t.Type | None:
    return m.container.map.key if m.container.map is not None else None


@property_of(Emptying)
def on_its_own_account(e: Emptying) -> Answer:
    """The function finds by itself what it takes out: in a sweep, a heap, a queue, and not by what it is given."""
    key = e.event.key
    if e.inner.listed:
        swept = any(isinstance(a, g.RangeStmt) and _ranges(a, e.outer) for a in e.body.ancestors(e.node))
        return Answer(swept, "goes through all entries" if swept else "takes out what it is told to", e.at)
    if key is None or _given(key, e.body, _SOURCES):
        return Answer(False, "takes out what it is told to", e.at)
    return Answer(True, f"{e.body} finds by itself what it takes out", e.at)


def _ranges(loop: g.RangeStmt, outer: Map) -> bool:
    return any(event.node is loop for event in outer.story.of(Effect.RANGE))


def _given(x: g.Expr, body: Body, depth: int) -> bool:
    """A value that the callers of the function hand in, and that is no key for a look-up in it."""
    for name in g.walk(x):
        local = body.bound.get(name.pos) if isinstance(name, g.Ident) else None
        if local is None or depth == 0:
            continue
        if local.kind == "param":
            return True
        sources = [
            s.expr for s in local.sources if not any(isinstance(n, g.IndexExpr) for n in g.walk(s.expr))
        ]
        if any(_given(source, body, depth - 1) for source in sources):
            return True
    return False
