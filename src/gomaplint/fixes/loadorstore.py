"""The Store after a Load that found nothing: LoadOrStore, and on with the value that it gives back.

The Load stays as the fast path, so that nothing is made in vain for a key that is there.
"""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.finding import Edit, Fix
from gomaplint.fixes.edits import comments, remove, replace, written
from gomaplint.fixes.names import spelled
from gomaplint.fixes.sites import after, in_scope, listing, statement, sync_method
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect
from gomaplint.model.guards import leaves
from gomaplint.model.infer import callees, local_type, type_of
from gomaplint.model.names import builtin
from gomaplint.model.symbols import underlying
from gomaplint.shapes.syncmaps import CheckThenAct

Edits = tuple[Edit | None, ...]
_NAMES = ("actual", "stored", "winner")


class _Miss(NamedTuple):
    """What is done for a key that is not there: the Store, the variables of the Load, and the code that follows.

    Up to `until` only a miss comes by; from `shared` on (None: nowhere) hits do as well.
    """

    check: CheckThenAct
    store: g.ExprStmt
    load: g.AssignStmt
    until: int
    shared: int | None

    @property
    def body(self) -> Body:
        return self.check.body

    @property
    def loaded(self) -> Local | None:
        """The variable that the Load gives the value to."""
        return _bound(self.load.lhs[0], self.body)

    @property
    def stored(self) -> Local | None:
        """The variable whose value is stored."""
        return _bound(self.check.value, self.body)

    def only_here(self, pos: int) -> bool:
        """A place behind the Store to which only a miss comes."""
        return self.store.end < pos < self.until

    def reached(self, pos: int) -> bool:
        """A place behind the Store to which a miss comes."""
        return self.only_here(pos) or (self.shared is not None and pos >= self.shared)


def store_once(c: CheckThenAct) -> tuple[Fix, ...]:
    """LoadOrStore in the place of the Store.

    None where the value is computed from the old one, where something is opened for it, or where what a miss does
    with the value after the Store would be done twice to one value.
    """
    miss = _miss(c)
    if miss is None or c.made is None or c.opened is not None or c.update is not None:
        return ()
    edits = _edits(miss)
    known = [edit for edit in edits if edit is not None]
    if not known or len(known) < len(edits):
        return ()
    key = c.body.file.text(c.store.key, 40) if c.store.key is not None else "the key"
    return (Fix(f"store by LoadOrStore, so that all go on with one value for {key}", False, tuple(known)),)


def _edits(miss: _Miss) -> Edits:
    local = miss.stored
    if local is None:
        return _inline(miss)
    if not _goes_on(local, miss):
        return ()
    return _loaded_too(miss) if local is miss.loaded else _own(local, miss)


# -- what a miss is


def _miss(c: CheckThenAct) -> _Miss | None:
    """The Store is reached only through `!ok` of a Load that stands on its own."""
    body, call = c.body, c.store.node
    store, load = statement(call, body), body.parent(c.load.node)
    if not isinstance(store, g.ExprStmt) or c.store.method != "Store" or "\n" in written(call, body.file):
        return None
    if not isinstance(load, g.AssignStmt) or load.op != ":=" or c.load.method != "Load" or len(load.lhs) != 2:
        return None
    ok = _bound(load.lhs[1], body)
    inside: g.Node = store
    for around in body.ancestors(store) if ok is not None else ():
        if isinstance(around, g.FuncLit):
            break
        if isinstance(around, g.IfStmt) and around.cond.pos > load.pos:
            hit = _asks(around.cond, ok, body)
            if hit is not None:
                block = around.orelse if hit else around.body
                shared = None if leaves(block, body) else around.end
                return _Miss(c, store, load, block.end, shared) if block is inside else None
        if isinstance(around, g.BlockStmt) and _left_on_hit(around, inside, ok, load, body):
            return _Miss(c, store, load, around.end, None) if _last(around, body) else None
        inside = around
    return None


def _asks(cond: g.Expr, ok: Local | None, body: Body) -> bool | None:
    """The condition is `ok` (True) or `!ok` (False), and nothing else."""
    hit = True
    if isinstance(cond, g.UnaryExpr) and cond.op == "!":
        hit, cond = False, cond.x
    return hit if _bound(cond, body) is ok else None


def _left_on_hit(
    block: g.BlockStmt, inside: g.Node, ok: Local | None, load: g.AssignStmt, body: Body
) -> bool:
    """`if ok { return ... }` stands before the statement."""
    return any(
        isinstance(s, g.IfStmt)
        and load.pos < s.cond.pos
        and s.end <= inside.pos
        and s.orelse is None
        and _asks(s.cond, ok, body) is True
        and leaves(s.body, body)
        for s in block.body
    )


def _last(block: g.BlockStmt, body: Body) -> bool:
    """Nothing comes after the block: it is the whole function, or it leaves it."""
    return isinstance(body.parent(block), (g.FuncLit, type(None))) or leaves(block, body)


def _bound(x: g.Expr, body: Body) -> Local | None:
    return body.bound.get(x.pos) if isinstance(x, g.Ident) else None


def _goes_on(local: Local, miss: _Miss) -> bool:
    """A miss does nothing with the value after the Store that a hit would not do, and no closure sees it change."""
    body, copied = miss.body, _copied(miss)
    if any(body.lit_of(u) is not local.lit or _address(u, body) for u in local.uses):
        return False
    names = [local, *([miss.loaded] if copied is not None and miss.loaded is not None else [])]
    return all(
        _only_returned(u, body) or (copied is not None and copied.pos <= u.pos < copied.end)
        for name in names
        for u in name.uses
        if miss.only_here(u.pos)
    )


def _address(use: g.Ident, body: Body) -> bool:
    parent = body.parent(use)
    return isinstance(parent, g.UnaryExpr) and parent.op == "&"


def _only_returned(use: g.Ident, body: Body) -> bool:
    for around in body.ancestors(use):
        if isinstance(around, g.ReturnStmt):
            return True
        if not isinstance(around, (g.TypeAssertExpr, g.SelectorExpr, g.StarExpr)):
            return False
    return False


def _copied(miss: _Miss) -> g.AssignStmt | None:
    """`v = r` right behind the Store, where the Load gave `v` and `r` is stored."""
    match after(miss.store, miss.body):
        case g.AssignStmt(lhs=[target], op="=", rhs=[value]) as stmt if miss.loaded is not None:
            same = _bound(target, miss.body) is miss.loaded and _bound(value, miss.body) is miss.stored
            return stmt if same else None
    return None


# -- three shapes


def _inline(miss: _Miss) -> Edits:
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


def _loaded_too(miss: _Miss) -> Edits:
    """`v, ok := m.Load(k); if !ok { v = new(T); m.Store(k, v) }`: `v` takes what LoadOrStore gives back."""
    body, local = miss.body, miss.loaded
    assert local is not None
    found = listing(miss.store, body) or []
    at = next(i for i, stmt in enumerate(found) if stmt is miss.store)
    match found[at - 1] if at else None:
        case g.AssignStmt(lhs=[target], op="=", rhs=[value]) as made if _bound(target, body) is local:
            text = written(value, body.file)
            if "\n" not in text and not comments(body.file, made.pos, miss.store.pos):
                whole = g.BlockStmt(made.pos, miss.store.end, [])
                return (_stored(miss, f"{local.name}, _ = {{}}", whole, text),)
    return (_stored(miss, f"{local.name}, _ = {{}}"),)


def _own(local: Local, miss: _Miss) -> Edits:
    """`r := new(T); m.Store(k, r)`: what LoadOrStore gives back is asserted, and takes the place of `r`."""
    body, file, loaded = miss.body, miss.body.file, miss.loaded
    asserted = _asserted(local, miss)
    if asserted is None or local.kind != "var":
        return ()
    copied, then = _copied(miss), after(miss.store, body)
    later = [u for u in local.uses if miss.reached(u.pos)]
    if copied is not None and len(later) == 1 and loaded is not None:
        return _stored(miss, f"{loaded.name}, _ = {{}}"), remove(copied, file)
    free = loaded is not None and in_scope(loaded, miss.store, body)
    if loaded is not None and free and not any(miss.reached(u.pos) for u in loaded.uses):
        name, op = loaded.name, "="
    else:
        name, op = _fresh(body), ":="
    if not name:
        return ()
    if isinstance(then, g.ReturnStmt) and len(later) == 1 and any(x is later[0] for x in then.results):
        return _stored(miss, f"{name}, _ {op} {{}}"), replace(later[0], f"{name}.({asserted})", file)
    if not later:
        return (_stored(miss, "{}"),)
    return (_stored(miss, f"{name}, _ {op} {{}}\n{local.name} = {name}.({asserted})"),)


def _stored(miss: _Miss, text: str, node: g.Node | None = None, value: str = "") -> Edit | None:
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


def _asserted(local: Local, miss: _Miss) -> str | None:
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


def _of_loaded(x: g.TypeAssertExpr, miss: _Miss) -> bool:
    """An assertion on what the Load gave, which panics where it does not hold."""
    stmt = miss.body.parent(x)
    inner: g.Expr = x
    while isinstance(inner, g.TypeAssertExpr):
        inner = inner.x
    safe = isinstance(stmt, g.AssignStmt) and len(stmt.lhs) > len(stmt.rhs)
    return not safe and miss.loaded is not None and _bound(inner, miss.body) is miss.loaded


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
