"""The entry that is set to nothing, or counted down to zero: it is deleted."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.finding import Edit, Fix
from gomaplint.fixes.edits import insert_after, insert_first, restate, written
from gomaplint.fixes.names import predeclared
from gomaplint.fixes.sites import after, changed_between, listing, operand, repeatable, statement, sync_method
from gomaplint.model import guards
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.containers import Effect, Event
from gomaplint.model.guards import leaves
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Map
from gomaplint.model.symbols import underlying
from gomaplint.shapes.keyforms import alike
from gomaplint.shapes.zeroed import Case, Zeroing, zeroings_of

Tests = frozenset[tuple[str, str]]
_ZERO: Tests = frozenset((("==", "0"), ("<=", "0"), ("<", "1")))
_MORE: Tests = frozenset((("!=", "0"), (">", "0"), (">=", "1")))
_WHOLE = frozenset(("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"))


def delete_entry(z: Zeroing) -> tuple[Fix, ...]:
    """`delete` in the place of the zero value, or at each place where the count may come to zero.

    None where some code tells an entry of nothing from no entry, or where nothing shows that the lock is still held.
    """
    name = z.map.container.name
    if z.case is Case.ZEROED:
        edit = _instead(z) if not _told_apart(z.map) else None
        return (
            (Fix(f"delete the entry of {name} instead of emptying it", False, (edit,)),)
            if edit is not None
            else ()
        )
    edit = _at_zero(z)
    if edit is None:
        return ()
    others = (_at_zero(other) for other in zeroings_of(z.map) if other.case is z.case)
    edits = sorted({edit, *(other for other in others if other is not None)})
    return (Fix(f"delete the entry of {name} when its count comes to zero", False, tuple(edits)),)


def _told_apart(m: Map) -> bool:
    """Some code asks whether there is an entry: `v, ok := m[k]`."""
    return any(
        isinstance(stmt := e.body.parent(e.node), g.AssignStmt)
        and len(stmt.lhs) == 2
        and len(stmt.rhs) == 1
        and not (isinstance(stmt.lhs[1], g.Ident) and stmt.lhs[1].name == "_")
        for e in m.story.of(Effect.READ)
        if not e.body.file.for_tests
    )


def _instead(z: Zeroing) -> Edit | None:
    body, file = z.body, z.body.file
    stmt = statement(z.node, body)
    if isinstance(stmt, g.AssignStmt):
        entry = body.parent(z.key)
        if len(stmt.lhs) != 1 or stmt.lhs[0] is not entry or _names_package(stmt.rhs[0], body):
            return None
        m = _map(entry, body) if predeclared("delete", body) else None
        return restate(stmt, f"delete({m}, {written(z.key, file)})", file) if m is not None else None
    if isinstance(stmt, g.ExprStmt) and isinstance(z.node, g.CallExpr) and stmt.x is z.node:
        assert isinstance(z.node.fun, g.SelectorExpr)
        m = sync_method(z.node.fun.x, "Delete", z.map, body)
        if m is not None and not any(_names_package(arg, body) for arg in z.node.args[1:]):
            return restate(stmt, f"{m}({written(z.key, file)})", file)
    return None


def _map(entry: g.Node | None, body: Body) -> str | None:
    """The plain map of an expression `m[k]`."""
    if not isinstance(entry, g.IndexExpr) or not isinstance(underlying(type_of(entry.x, body)), t.Map):
        return None
    return written(entry.x, body.file)


def _names_package(x: g.Expr, body: Body) -> bool:
    """A package is named, whose import may have no other use."""
    return any(isinstance(n, g.SelectorExpr) for n in g.walk(x))


# -- counts


def _at_zero(z: Zeroing) -> Edit | None:
    file = z.body.file
    if not predeclared("delete", z.body) or file.generated or not file.reported:
        return None
    return _counted(z) if z.case is Case.COUNTED else _part(z)


def _counted(z: Zeroing) -> Edit | None:
    """In the test for zero that follows, or in one of its own."""
    body, stmt = z.body, z.node
    entry = body.parent(z.key)
    m = _map(entry, body)
    assert isinstance(stmt, g.AssignStmt)
    of_map = z.map.container.map
    of = underlying(of_map.elem) if of_map is not None else None
    if (
        m is None
        or not isinstance(entry, g.IndexExpr)
        or not isinstance(of, t.Basic)
        or of.name not in _WHOLE
    ):
        return None
    if not repeatable(entry.x, body) or not repeatable(z.key, body) or len(stmt.lhs) != 1:
        return None
    key = written(z.key, body.file)
    around = body.parent(stmt)
    follows = around if isinstance(around, g.IfStmt) and around.init is stmt else after(stmt, body)
    if isinstance(follows, g.IfStmt) and _asks(follows, _ZERO, z, stmt):
        return insert_first(follows, follows.body, f"delete({m}, {key})", body.file)
    if listing(stmt, body) is None or _above_one(stmt, body):
        return None
    leaving = isinstance(follows, g.IfStmt) and follows.orelse is None and leaves(follows.body, body)
    if leaving and isinstance(follows, g.IfStmt) and _asks(follows, _MORE, z, stmt):
        return insert_after(follows, f"delete({m}, {key})", body.file)
    looked_up = f"{operand(entry.x, body.file)}[{key}]"
    return insert_after(stmt, f"if {looked_up} == 0 {{\n\tdelete({m}, {key})\n}}", body.file)


def _asks(test: g.IfStmt, how: Tests, z: Zeroing, stmt: g.AssignStmt) -> bool:
    """`if m[k] == 0`, or the same of the variable that was stored."""
    if test.init is not None and test.init is not stmt:
        return False
    body, target = z.body, stmt.lhs[0]
    stored = stmt.rhs[0] if stmt.op == "=" and stmt.rhs else None
    match _tested(test, how):
        case g.IndexExpr(x=m, indices=[key]) if isinstance(target, g.IndexExpr):
            return written(m, body.file) == written(target.x, body.file) and alike(key, z.key, body)
        case g.Ident() as x if isinstance(stored, g.Ident):
            return x.name == stored.name and body.bound.get(x.pos) is body.bound.get(stored.pos)
    return False


def _tested(test: g.IfStmt, how: Tests) -> g.Expr | None:
    """What the whole condition compares: `x == 0`, `x <= 0`."""
    match test.cond:
        case g.BinaryExpr(op=op, x=x, y=g.BasicLit(value=value)) if (op, value) in how:
            return x
    return None


def _above_one(stmt: g.AssignStmt, body: Body) -> bool:
    """It counts down only from two on: `if n > 1 { m[k] = n - 1 }`."""
    return any(
        isinstance(part, g.BinaryExpr)
        and isinstance(part.y, g.BasicLit)
        and (part.op, part.y.value) in ((">", "1"), (">=", "2"))
        for around, first in guards.conditions(stmt, body)
        if first
        for part in g.walk(around.cond)
    )


def _part(z: Zeroing) -> Edit | None:
    """In the test whether the counter in the value is zero, if the lock of the look-up is still held there."""
    body, entry = z.body, z.body.parent(z.key)
    test = body.parent(z.test) if z.test is not None else None
    m = _map(entry, body)
    if m is None or not isinstance(entry, g.IndexExpr) or not isinstance(test, g.IfStmt):
        return None
    if test.cond is not z.test or _tested(test, _ZERO) is None or body.lit_of(test) is not body.lit_of(entry):
        return None
    program = z.map.analysis.program
    lock = guards.lock_taken(entry, body, program)
    if lock != guards.lock_taken(test.body, body, program):
        return None
    if lock is not None and isinstance(lock[0].fun, g.SelectorExpr) and lock[0].fun.sel.name != "Lock":
        return None
    again = any(_names(e, body, test) for e in z.map.story.of(Effect.READ, Effect.INSERT, Effect.REMOVE))
    kept = repeatable(entry.x, body) and repeatable(z.key, body)
    if again or not kept or any(changed_between(x, entry.end, test.pos, body) for x in (entry.x, z.key)):
        return None
    return insert_first(test, test.body, f"delete({m}, {written(z.key, body.file)})", body.file)


def _names(event: Event, body: Body, test: g.IfStmt) -> bool:
    return event.body is body and test.body.pos <= event.node.pos < test.body.end
