"""The Store after a Load that found nothing: LoadOrStore, and on with the value that it gives back.

The Load stays as the fast path, so that nothing is made in vain for a key that is there.
"""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.finding import Edit, Fix
from gomaplint.fixes.edits import comments, remove, replace, written
from gomaplint.fixes.misses import Miss, bound, copied, goes_on, hits_only_take, miss_of
from gomaplint.fixes.names import spelled
from gomaplint.fixes.sites import after, in_scope, listing, sync_method
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect
from gomaplint.model.infer import callees, local_type, type_of
from gomaplint.model.names import builtin
from gomaplint.model.symbols import underlying
from gomaplint.shapes.syncmaps import CheckThenAct

Edits = tuple[Edit | None, ...]
_NAMES = ("actual", "stored", "winner")


def store_once(c: CheckThenAct) -> tuple[Fix, ...]:
    """LoadOrStore in the place of the Store.

    None where the value is computed from the old one, where something is opened for it, or where what a miss does
    with the value after the Store would be done twice to one value.
    """
    miss = miss_of(c)
    if miss is None or c.made is None or c.opened is not None or c.update is not None:
        return ()
    edits = _edits(miss)
    known = [edit for edit in edits if edit is not None]
    if not known or len(known) < len(edits):
        return ()
    key = c.body.file.text(c.store.key, 40) if c.store.key is not None else "the key"
    return (Fix(f"store by LoadOrStore, so that all go on with one value for {key}", False, tuple(known)),)


def _edits(miss: Miss) -> Edits:
    local = miss.stored
    if not hits_only_take(miss):
        return ()
    if local is None:
        return _inline(miss)
    if not goes_on(local, miss):
        return ()
    return _loaded_too(miss) if local is miss.loaded else _own(local, miss)


# -- three shapes


def _inline(miss: Miss) -> Edits:
    """`if _, ok := m.Load(k); !ok { m.Store(k, new(T)) }`: nobody has the value but the map."""
    body, target = miss.body, miss.load.lhs[0]
    block = body.parent(miss.store)
    around = body.parent(block) if block is not None else None
    alone = isinstance(around, g.IfStmt) and around.orelse is None
    if (
        not alone
        or not isinstance(target, g.Ident)
        or target.name != "_"
        or isinstance(miss.check.value, g.Ident)
    ):
        return ()
    return (_stored(miss, "{}"),)


def _loaded_too(miss: Miss) -> Edits:
    """`v, ok := m.Load(k); if !ok { v = new(T); m.Store(k, v) }`: `v` takes what LoadOrStore gives back."""
    body, local = miss.body, miss.loaded
    assert local is not None
    found = listing(miss.store, body) or []
    at = next(i for i, stmt in enumerate(found) if stmt is miss.store)
    match found[at - 1] if at else None:
        case g.AssignStmt(lhs=[target], op="=", rhs=[value]) as made if bound(target, body) is local:
            text = written(value, body.file)
            if "\n" not in text and not comments(body.file, made.pos, miss.store.pos):
                whole = g.BlockStmt(made.pos, miss.store.end, [])
                return (_stored(miss, f"{local.name}, _ = {{}}", whole, text),)
    return (_stored(miss, f"{local.name}, _ = {{}}"),)


def _own(local: Local, miss: Miss) -> Edits:
    """`r := new(T); m.Store(k, r)`: what LoadOrStore gives back is asserted, and takes the place of `r`."""
    body, file, loaded = miss.body, miss.body.file, miss.loaded
    asserted = _asserted(local, miss)
    same, then = copied(miss), after(miss.store, body)
    later = [u for u in local.uses if miss.reached(u.pos)]
    if asserted is None or local.kind != "var" or not later:
        return ()
    if same is not None and len(later) == 1 and loaded is not None:
        return _stored(miss, f"{loaded.name}, _ = {{}}"), remove(same, file)
    free = loaded is not None and in_scope(loaded, miss.store, body)
    if loaded is not None and free and not any(miss.reached(u.pos) for u in loaded.uses):
        name, op = loaded.name, "="
    else:
        name, op = _fresh(body), ":="
    if not name:
        return ()
    if isinstance(then, g.ReturnStmt) and len(later) == 1 and any(x is later[0] for x in then.results):
        return _stored(miss, f"{name}, _ {op} {{}}"), replace(later[0], f"{name}.({asserted})", file)
    return (_stored(miss, f"{name}, _ {op} {{}}\n{local.name} = {name}.({asserted})"),)


def _stored(miss: Miss, text: str, node: g.Node | None = None, value: str = "") -> Edit | None:
    """An edit that puts a text in the place of the Store, with the call of LoadOrStore where it has braces."""
    body, call = miss.body, miss.check.store.node
    assert isinstance(call, g.CallExpr) and isinstance(call.fun, g.SelectorExpr)
    method = sync_method(call.fun.x, "LoadOrStore", miss.check.map, body)
    key, kept = (written(arg, body.file) for arg in call.args)
    made = f"{method}({key}, {value or kept})"
    return replace(node or miss.store, text.replace("{}", made), body.file) if method is not None else None


def _fresh(body: Body) -> str:
    """A name that the function does not use yet."""
    used = {local.name for local in body.locals} | set(body.named) | set(body.file.imports)
    package = body.file.package
    return next((n for n in _NAMES if n not in used and n not in package.vars and n not in package.types), "")


# -- the type of what comes back


def _asserted(local: Local, miss: Miss) -> str | None:
    """The type of the values of the map as this function can write it, where they have only one."""
    body, of = miss.body, local_type(local)
    if of is None or underlying(of) == t.Interface(()):
        return None
    whole = body.lowered.body if body.lowered is not None else None
    for node in g.walk(whole) if whole is not None else ():
        if isinstance(node, g.TypeAssertExpr) and type_of(node, body) == of and _of_loaded(node, miss):
            return _again(node.type, body)
    values = [e for e in miss.check.map.story.of(Effect.INSERT) if e.value is not None]
    if any(type_of(e.value, e.body) != of for e in values if e.value is not None):
        return None
    return _declared(local)


def _of_loaded(x: g.TypeAssertExpr, miss: Miss) -> bool:
    """An assertion on what the Load gave, which panics where it does not hold."""
    stmt = miss.body.parent(x)
    inner: g.Expr = x
    while isinstance(inner, g.TypeAssertExpr):
        inner = inner.x
    safe = isinstance(stmt, g.AssignStmt) and len(stmt.lhs) > len(stmt.rhs)
    return not safe and miss.loaded is not None and bound(inner, miss.body) is miss.loaded


def _again(x: g.Expr, body: Body) -> str | None:
    """A type that the function writes already, if no variable of it has one of its names."""
    names = {n.name for n in g.walk(x) if isinstance(n, g.Ident)}
    text = written(x, body.file)
    return text if "\n" not in text and names.isdisjoint(local.name for local in body.locals) else None


def _declared(local: Local) -> str | None:
    """The type with which a variable is declared, or that of the value with which it begins."""
    body = local.body
    if local.type is not None:
        return spelled(local.type, body.file, body)
    source = local.sources[0] if local.sources else None
    star, x = "", source.expr if source is not None and source.how == "value" else None
    if isinstance(x, g.UnaryExpr) and x.op == "&":
        star, x = "*", x.x
    if isinstance(x, g.CompositeLit) and x.type is not None:
        found = spelled(x.type, body.file, body)
    elif isinstance(x, g.CallExpr) and not star and builtin(x, body) in ("new", "make"):
        star = "*" if builtin(x, body) == "new" else ""
        found = spelled(x.args[0], body.file, body)
    elif isinstance(x, g.CallExpr) and not star:
        func = next(iter(callees(x, body)), None)
        results = func.signature.type.results if func is not None and not func.signature.tparams else []
        found = spelled(results[0].type, func.file, body) if func is not None and len(results) == 1 else None
    else:
        return None
    return star + found if found is not None else None
