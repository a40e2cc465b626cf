"""The emptied inner map or list: its key goes with the last entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.finding import Edit, Fix
from gomaplint.fixes import sites
from gomaplint.fixes.edits import insert_after, written
from gomaplint.fixes.names import predeclared
from gomaplint.fixes.sites import changed_between, may_write, repeatable, statement
from gomaplint.model import guards
from gomaplint.model import types as t
from gomaplint.model.body import Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.symbols import underlying
from gomaplint.shapes.innerchanges import Emptying, emptied, operand
from gomaplint.shapes.inners import Inner, entries


class _Entry(NamedTuple):
    """An entry of the outer map as code names it; `element` is the variable of a range over the map that holds it."""

    outer: g.Expr
    key: g.Expr
    element: g.Ident | None = None


def delete_emptied(e: Emptying) -> tuple[Fix, ...]:
    """Below each place that may take the last entry, a check that deletes the key of an empty rest.

    None where it is not certain that code which adds an entry makes an inner map for a key that has none,
    or where the inner map is kept elsewhere, too.
    """
    inner = e.inner
    m = inner.outer
    container = m.container.map
    if container is None or inner.part is not None or m.story.cut or m.story.opaque is not None:
        return ()
    if not isinstance(underlying(container.elem), (t.Map, t.Slice)) or not _made_on_demand(inner):
        return ()
    here = _edit(e)
    if here is None:
        return ()
    others = [_edit(other) for other in emptied(inner) if other.node is not e.node]
    edits = sorted({here, *(edit for edit in others if edit is not None)})
    return (
        Fix(
            f"delete the key from {m.container.name} with the last entry of its {inner.word}",
            False,
            tuple(edits),
        ),
    )


def _edit(e: Emptying) -> Edit | None:
    body, node = e.body, e.node
    entry, stmt = _entry(e), statement(node, body)
    if entry is None or stmt is None or body.file.generated or not body.file.reported:
        return None
    if e.inner.listed and _leaves_some(e.event.value):
        return None
    stmt = _whole_walk(stmt, e, entry)
    alone = not any(event.body is body for event in e.outer.story.of(Effect.REMOVE))
    if not alone or _needed_after(stmt, e) or not may_write(e.outer, node, body):
        return None
    if not (predeclared("delete", body) and predeclared("len", body)):
        return None
    outer, key = written(entry.outer, body.file), written(entry.key, body.file)
    looked_up = f"{sites.operand(entry.outer, body.file)}[{key}]"
    held = entry.element.name if entry.element is not None else looked_up
    return insert_after(stmt, f"if len({held}) == 0 {{\n\tdelete({outer}, {key})\n}}", body.file)


def _leaves_some(value: g.Expr | None) -> bool:
    """What is left of a list is never empty: `list[:1]`, `list[:i+1]`."""
    end = value.bounds[-1] if isinstance(value, g.SliceExpr) and value.bounds else None
    if not isinstance(value, g.SliceExpr) or end is None or value.end - end.end > 1:
        return False
    literal = end.y if isinstance(end, g.BinaryExpr) and end.op == "+" else end
    return isinstance(literal, g.BasicLit) and literal.value.isdigit() and literal.value != "0"


def _entry(e: Emptying) -> _Entry | None:
    """The entry whose inner map or list is changed, if it may be named again below the change."""
    body, x = e.body, operand(e.node)
    found: _Entry | None = None
    if isinstance(x, g.IndexExpr):
        found = _looked_up(x, e)
    elif isinstance(x, g.Ident) and not e.inner.listed:
        local = body.bound.get(x.pos)
        found = _given(local, e) if local is not None and len(local.sources) == 1 else None
        if found is not None and changed_between(found.outer, found.outer.end, x.pos, body):
            return None
        if found is not None and changed_between(found.key, found.key.end, x.pos, body):
            return None
    if found is None or not repeatable(found.outer, body) or not repeatable(found.key, body):
        return None
    return found


def _looked_up(x: g.Expr, e: Emptying) -> _Entry | None:
    """`outer[key]`."""
    if not isinstance(x, g.IndexExpr) or len(x.indices) != 1:
        return None
    known = any(node is x for _, node in entries(e.outer)) or (e.inner.listed and e.event.key is x.indices[0])
    return _Entry(x.x, x.indices[0]) if known else None


def _given(local: Local, e: Emptying) -> _Entry | None:
    """The variable of `inner := outer[key]`, of `inner, ok := outer[key]`, or of a range over the outer map."""
    source = local.sources[0]
    if source.how == "value" or (source.how == "result" and source.number == 0):
        return _looked_up(source.expr, e)
    loop = source.at
    walked = any(event.node is loop for event in e.outer.story.of(Effect.RANGE))
    if source.how == "element" and walked and isinstance(loop, g.RangeStmt):
        key, value = loop.key, loop.value
        if isinstance(key, g.Ident) and key.name != "_" and isinstance(value, g.Ident):
            at_once = e.body.lit_of(e.node) is e.body.lit_of(loop)
            return _Entry(loop.x, key, value if at_once else None)
    return None


def _whole_walk(stmt: g.Stmt, e: Emptying, entry: _Entry) -> g.Stmt:
    """The walk over the inner map that the change is a part of, if each walk comes to its end."""
    body, x = e.body, operand(e.node)
    for around in body.ancestors(stmt):
        if isinstance(around, (g.FuncLit, g.ForStmt)):
            break
        if not isinstance(around, g.RangeStmt):
            continue
        same = x is not None and written(around.x, body.file) == written(x, body.file)
        left = any(
            isinstance(n, g.ReturnStmt) or (isinstance(n, g.BranchStmt) and (n.label or n.tok == "goto"))
            for n in g.walk(around)
        )
        used = [
            n for part in (entry.outer, entry.key, entry.element) if part is not None for n in g.walk(part)
        ]
        inside = any(
            (local := body.bound.get(n.pos)) is not None and around.pos <= local.pos < around.end
            for n in used
            if isinstance(n, g.Ident)
        )
        return around if same and not left and not inside else stmt
    return stmt


def _needed_after(stmt: g.Stmt, e: Emptying) -> bool:
    """The function goes on to fill an inner map, or to put one into the outer map, or to index a list."""
    if e.inner.map is None:
        reads = [
            event
            for event in e.outer.story.of(Effect.READ)
            if event.body is e.body and event.node.pos > stmt.end
        ]
        return any(isinstance(e.body.parent(event.node), g.IndexExpr) for event in reads)
    events = e.inner.map.story.of(Effect.INSERT, Effect.FILL) + e.outer.story.of(Effect.INSERT)
    return any(event.body is e.body and event.node.pos > stmt.pos for event in events)


# -- what else is done with inner maps


def _made_on_demand(inner: Inner) -> bool:
    """Each place that puts something into an inner map makes one where there is none; a list needs nothing."""
    if inner.map is None:
        return True
    story = inner.map.story
    if story.cut or story.of(Effect.HANDED) or not all(isinstance(name, Local) for name in story.names):
        return False
    fills = [e for e in story.of(Effect.INSERT, Effect.FILL) if not e.body.file.for_tests]
    return all(_makes(event, inner) for event in fills)


def _makes(event: Event, inner: Inner) -> bool:
    """The function puts an inner map under the same key, under one lock with the look-up."""
    body, m = event.body, inner.outer
    made = {
        body.file.text(e.key, 300)
        for e in m.story.of(Effect.INSERT)
        if e.body is body and e.key is not None and body.lit_of(e.node) is body.lit_of(event.node)
    }
    looked_up = [*_look_ups(event)]
    program = m.analysis.program
    lock = guards.lock_held(event.node, body, program)
    if any(guards.lock_held(x, body, program) != lock for x in looked_up):
        return False
    keys = {body.file.text(x.indices[0], 300) for x in looked_up}
    return bool(made) and (not keys or not keys.isdisjoint(made))


def _look_ups(event: Event) -> Iterator[g.IndexExpr]:
    """Where the inner map that is filled comes out of the outer one."""
    body, x = event.body, operand(event.node)
    if isinstance(event.node, g.AssignStmt) and isinstance(x, g.IndexExpr):
        x = x.x
    if isinstance(x, g.IndexExpr):
        yield x
    local: Local | None = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
    for source in local.sources if local is not None else ():
        if isinstance(source.expr, g.IndexExpr):
            yield source.expr
