"""The forgotten sibling: the key is taken out of it as well."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint import goast as g
from gomaplint.finding import Fix
from gomaplint.fixes.edits import insert_after, written
from gomaplint.fixes.names import predeclared
from gomaplint.fixes.sites import (
    after,
    changed_between,
    held,
    in_scope,
    may_write,
    operand,
    repeatable,
    statement,
)
from gomaplint.model import guards, words
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect
from gomaplint.model.infer import callees, local_type, member_of, type_of, var_type
from gomaplint.model.maps import Map
from gomaplint.model.names import builtin, symbol
from gomaplint.model.symbols import Field, Func, Var, is_exported, underlying
from gomaplint.shapes.keyforms import alike
from gomaplint.shapes.siblings import Gap, Link


def delete_too(gap: Gap) -> tuple[Fix, ...]:
    """Below the removals that stand together, one from the map that keeps the key.

    None where the keys are not known to be equal, where the map has another lock, where the function still uses it,
    or where it holds what must outlive its key: locks, version numbers.
    """
    body, key = gap.body, gap.removal.key
    stmt = statement(gap.removal.node, body)
    if stmt is None or key is None or gap.tie.link is Link.VALUE or not _fits(gap):
        return ()
    last = _last(stmt, gap)
    name = _name(gap)
    if name is None or not repeatable(key, body) or changed_between(key, stmt.pos, last.end, body):
        return ()
    if not _guarded(gap) or _outliving(gap.map) or _only_emptied(gap) or _used_later(stmt, gap):
        return ()
    written_key = written(key, body.file)
    call = f"{name}.Delete({written_key})" if gap.map.sync else f"delete({name}, {written_key})"
    edit = insert_after(last, call, body.file)
    if edit is None or not (gap.map.sync or predeclared("delete", body)):
        return ()
    return (Fix(f"take {written_key} out of {name} as well", False, (edit,)),)


def _last(stmt: g.Stmt, gap: Gap) -> g.Stmt:
    """The last of the statements, one below the other, that take the key out of siblings."""
    body, key = gap.body, gap.removal.key
    assert key is not None
    others = [
        statement(event.node, body)
        for m in gap.siblings
        for event in m.story.of(Effect.REMOVE)
        if event.body is body and alike(event.key, key, body)
    ]
    following = after(stmt, body)
    while following is not None and any(other is following for other in others):
        stmt, following = following, after(following, body)
    return stmt


def _fits(gap: Gap) -> bool:
    """The key of the removal is of the type that the keys of the map have."""
    mine, theirs = gap.map.container.map, gap.sibling.container.map
    assert gap.removal.key is not None
    given = theirs.key if theirs is not None else type_of(gap.removal.key, gap.body)
    if given is None or isinstance(underlying(given), t.Interface):
        return False
    if mine is not None:
        return mine.key == given
    kinds = {type_of(i.event.key, i.body) for i in gap.map.inserts if i.event.key is not None}
    return kinds == {given}


def _guarded(gap: Gap) -> bool:
    """The removal stands where the map may be changed too; what makes a sync.Map safe does nothing for a plain map."""
    m, node, body = gap.map, gap.removal.node, gap.body
    if not may_write(m, node, body):
        return False
    return m.sync or not gap.sibling.sync or held(node, body, m.analysis.program) is not None


def _outliving(m: Map) -> bool:
    """What the map holds must not begin anew with its key: locks that somebody may hold, numbers that only go up."""
    return words.holds(m.container.name, "outliving") or any(_is_lock(of) for of in _values(m))


def _values(m: Map) -> list[t.Type | None]:
    """The type of the values; of a sync.Map, those of all that is put in."""
    if m.container.map is not None:
        return [m.container.map.elem]
    return [type_of(i.event.value, i.body) for i in m.inserts if i.event.value is not None]


def _is_lock(of: t.Type | None) -> bool:
    inner = t.deref(of)
    named = inner.decl.name if isinstance(inner, t.Named) else ""
    in_sync = isinstance(inner, t.External) and inner.path == "sync" and inner.name != "Map"
    return in_sync or isinstance(underlying(inner), t.Chan) or words.holds(named, "outliving")


def _only_emptied(gap: Gap) -> bool:
    """The sibling's entry goes because it is empty, which tells nothing of maps and lists under the same key."""
    many = any(
        isinstance(underlying(t.deref(of)), (t.Map, t.Slice)) or t.deref(of) == t.SYNC_MAP
        for of in _values(gap.map)
    )
    return many and any(
        isinstance(part, g.CallExpr) and builtin(part, gap.body) == "len"
        for stmt, _ in guards.conditions(gap.removal.node, gap.body)
        for part in g.walk(stmt.cond)
    )


def _used_later(stmt: g.Stmt, gap: Gap) -> bool:
    """The function goes on to use the map, by itself or by what it calls."""
    body, events = gap.body, gap.map.story.events
    owners = {id(e.body.owner) for e in events}
    later = [c for c in body.calls if c.pos > stmt.end or isinstance(body.parent(c), g.DeferStmt)]
    called = [func for call in later for func in callees(call, body)]
    again = [func for func in called for inner in _calls_of(func, gap) if id(inner) in owners]
    return bool(again) or any(e.body is body and e.node.pos > stmt.pos for e in events)


def _calls_of(func: Func, gap: Gap) -> Iterator[Func]:
    """A function and those that it calls by itself."""
    yield func
    inside = gap.map.analysis.program.body(func)
    for call in inside.calls:
        yield from callees(call, inside)


def _name(gap: Gap) -> str | None:
    """The map as the removing function can name it, after the way in which it names the sibling."""
    body, decl = gap.body, gap.map.container.decl
    x = _operand(gap)
    if not _is_map(gap.map) or x is None:
        return None
    if isinstance(decl, Local):
        return decl.name if decl is not gap.sibling.container.decl and in_scope(decl, x, body) else None
    if isinstance(decl, Var):
        near = decl.package is body.file.package and symbol(g.Ident(-1, -1, decl.name), body) is decl
        return decl.name if near and all(local.name != decl.name for local in body.locals) else None
    return _beside(x, decl, body)


def _beside(x: g.Expr, field: Field, body: Body) -> str | None:
    """Another field of the struct of which `x` is one."""
    if isinstance(x, g.Ident):
        local = body.bound.get(x.pos)
        source = local.sources[0] if local is not None and len(local.sources) == 1 else None
        if (
            source is None
            or source.how != "value"
            or changed_between(source.expr, source.at.end, x.pos, body)
        ):
            return None
        x = source.expr
    member = member_of(x, body) if isinstance(x, g.SelectorExpr) else None
    if member is None or member.field is None or member.field.struct is not field.struct:
        return None
    assert isinstance(x, g.SelectorExpr)
    root = g.root(x)
    visible = field.package is body.file.package or is_exported(field.name)
    named = (
        not isinstance(root, g.Ident)
        or (local := body.bound.get(root.pos)) is None
        or in_scope(local, x, body)
    )
    whole = f"{operand(x.x, body.file)}.{field.name}"
    return whole if visible and named and repeatable(x.x, body) else None


def _operand(gap: Gap) -> g.Expr | None:
    """The sibling as the removal names it."""
    node = gap.removal.node
    match node:
        case g.CallExpr(fun=g.SelectorExpr(x=x)) if gap.sibling.sync:
            return x
        case g.CallExpr(fun=g.Ident(name="delete"), args=[x, _]):
            return x
    return None


def _is_map(m: Map) -> bool:
    """The declaration is one map, and no array of them or pointer to one."""
    decl = m.container.decl
    of = (
        local_type(decl)
        if isinstance(decl, Local)
        else var_type(decl)
        if isinstance(decl, Var)
        else decl.type_in({})
    )
    return of == t.SYNC_MAP if m.sync else isinstance(underlying(of), t.Map)
