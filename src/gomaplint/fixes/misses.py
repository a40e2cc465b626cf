"""What is done for a key that a Load of a sync.Map has not found, and what for one that it has."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.fixes.edits import written
from gomaplint.fixes.sites import after, statement
from gomaplint.model.body import Body, Local
from gomaplint.model.guards import leaves
from gomaplint.shapes.syncmaps import CheckThenAct


class Miss(NamedTuple):
    """What is done for a key that is not there: the Store, the variables of the Load, and the code that follows.

    Up to `until` only a miss comes by; from `shared` on (None: nowhere) hits do as well.
    Between the offsets of each of the `hits` only a hit comes by.
    """

    check: CheckThenAct
    store: g.ExprStmt
    load: g.AssignStmt
    until: int
    shared: int | None
    hits: tuple[tuple[int, int], ...]

    @property
    def body(self) -> Body:
        return self.check.body

    @property
    def loaded(self) -> Local | None:
        """The variable that the Load gives the value to."""
        return bound(self.load.lhs[0], self.body)

    @property
    def stored(self) -> Local | None:
        """The variable whose value is stored."""
        return bound(self.check.value, self.body)

    def only_here(self, pos: int) -> bool:
        """A place behind the Store to which only a miss comes."""
        return self.store.end < pos < self.until

    def reached(self, pos: int) -> bool:
        """A place behind the Store to which a miss comes."""
        return self.only_here(pos) or (self.shared is not None and pos >= self.shared)


def miss_of(c: CheckThenAct) -> Miss | None:
    """The Store is reached only through `!ok` of a Load that stands on its own."""
    body, call = c.body, c.store.node
    store, load = statement(call, body), body.parent(c.load.node)
    if not isinstance(store, g.ExprStmt) or c.store.method != "Store" or "\n" in written(call, body.file):
        return None
    if not isinstance(load, g.AssignStmt) or load.op != ":=" or c.load.method != "Load" or len(load.lhs) != 2:
        return None
    ok = bound(load.lhs[1], body)
    inside: g.Node = store
    for around in body.ancestors(store) if ok is not None else ():
        if isinstance(around, g.FuncLit):
            break
        if isinstance(around, g.IfStmt) and around.cond.pos > load.pos:
            hit = _asks(around.cond, ok, load, body)
            if hit is not None:
                block, other = (around.orelse, around.body) if hit else (around.body, around.orelse)
                if block is not inside:
                    return None
                hits = [(other.pos, other.end)] if other is not None else []
                if not leaves(block, body):
                    return Miss(c, store, load, block.end, around.end, tuple(hits))
                return Miss(c, store, load, block.end, None, (*hits, (around.end, len(body.file.source))))
        left = _left_on_hit(around, inside, ok, load, body) if isinstance(around, g.BlockStmt) else None
        if isinstance(around, g.BlockStmt) and left is not None:
            hits = [(left.body.pos, left.body.end)]
            return Miss(c, store, load, around.end, None, tuple(hits)) if _last(around, body) else None
        inside = around
    return None


def _asks(cond: g.Expr, ok: Local | None, load: g.AssignStmt, body: Body) -> bool | None:
    """The condition is `ok` (True) or `!ok` (False) as the Load told it, and nothing else."""
    hit = True
    if isinstance(cond, g.UnaryExpr) and cond.op == "!":
        hit, cond = False, cond.x
    if ok is None or bound(cond, body) is not ok:
        return None
    return hit if not any(load.end <= s.at.pos < cond.pos for s in ok.sources) else None


def _left_on_hit(
    block: g.BlockStmt, inside: g.Node, ok: Local | None, load: g.AssignStmt, body: Body
) -> g.IfStmt | None:
    """`if ok { return ... }` before the statement."""
    for stmt in block.body:
        if not isinstance(stmt, g.IfStmt) or not load.pos < stmt.cond.pos or stmt.end > inside.pos:
            continue
        if stmt.orelse is None and _asks(stmt.cond, ok, load, body) is True and leaves(stmt.body, body):
            return stmt
    return None


def _last(block: g.BlockStmt, body: Body) -> bool:
    """Nothing comes after the block: it is the whole function, or it leaves it."""
    return isinstance(body.parent(block), (g.FuncLit, type(None))) or leaves(block, body)


def bound(x: g.Expr, body: Body) -> Local | None:
    """The variable that an expression is."""
    return body.bound.get(x.pos) if isinstance(x, g.Ident) else None


def hits_only_take(miss: Miss) -> bool:
    """Hits do nothing with what they have found but give it on; who loses the race will do no more than they."""
    if miss.loaded is None:
        return True
    body, found, todo = miss.body, {miss.loaded}, [miss.loaded]
    while todo:
        for use in todo.pop().uses:
            if not any(start <= use.pos < end for start, end in miss.hits) or _only_returned(use, body):
                continue
            stmt = _taken(use, body)
            if stmt is None:
                return False
            given = {bound(x, body) for x in stmt.lhs if isinstance(x, g.Ident)} - {None}
            new = [x for x in given if x is not None and x not in found]
            found.update(new)
            todo += new
    return True


def _taken(use: g.Ident, body: Body) -> g.AssignStmt | None:
    """The assignment that the variable stands in, as its target or asserted to another type as its value."""
    x: g.Node = use
    while isinstance(parent := body.parent(x), g.TypeAssertExpr):
        x = parent
    stmt = body.parent(x)
    return stmt if isinstance(stmt, g.AssignStmt) and all(isinstance(y, g.Ident) for y in stmt.lhs) else None


def goes_on(local: Local, miss: Miss) -> bool:
    """A miss does nothing with the value after the Store that a hit would not do, and no closure sees it change."""
    body, same = miss.body, copied(miss)
    if any(body.lit_of(u) is not local.lit or _address(u, body) for u in local.uses):
        return False
    names = [local, *([miss.loaded] if same is not None and miss.loaded is not None else [])]
    return all(
        _only_returned(u, body) or (same is not None and same.pos <= u.pos < same.end)
        for name in names
        for u in name.uses
        if miss.only_here(u.pos)
    )


def _address(use: g.Ident, body: Body) -> bool:
    parent = body.parent(use)
    return isinstance(parent, g.UnaryExpr) and parent.op == "&"


def _only_returned(use: g.Ident, body: Body) -> bool:
    """It is given back as it is, and not with the news whether it was there."""
    for around in body.ancestors(use):
        if isinstance(around, g.ReturnStmt):
            return not any(isinstance(x, g.Ident) and x.name in ("true", "false") for x in around.results)
        if not isinstance(around, (g.TypeAssertExpr, g.SelectorExpr, g.StarExpr)):
            return False
    return False


def copied(miss: Miss) -> g.AssignStmt | None:
    """`v = r` right behind the Store, where the Load gave `v` and `r` is stored."""
    match after(miss.store, miss.body):
        case g.AssignStmt(lhs=[target], op="=", rhs=[value]) as stmt if miss.loaded is not None:
            same = bound(target, miss.body) is miss.loaded and bound(value, miss.body) is miss.stored
            return stmt if same else None
    return None
