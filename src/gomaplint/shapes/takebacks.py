"""Removals that are no end of an entry: they only take back an insertion that failed, or nothing calls them."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.calls import name_of
from gomaplint.model.containers import Event
from gomaplint.model.guards import conditions
from gomaplint.model.infer import callees, type_of
from gomaplint.model.maps import Map
from gomaplint.model.program import Program, Reference
from gomaplint.model.reach import When, carrier
from gomaplint.model.symbols import Func, is_exported
from gomaplint.shapes.keyforms import alike

_CALLS = 2  # wrappers around an insertion or a removal
_SITES = 20  # callers of one function

Places = dict[Body, list[g.Node]]


def lasting(m: Map) -> Event | None:
    """The first removal that ends an entry: it does more than take back a failed insertion, and something calls it."""
    return next((e for e in m.removals if not takes_back(e, m) and not uncalled(e, m)), None)


def unremoved(m: Map) -> str:
    """That no entry in use is removed, as the end of a sentence; `lasting` must have found nothing."""
    taken = next((e for e in m.removals if not uncalled(e, m)), None)
    if taken is None:
        return f"nothing in {m.analysis.module} removes one"
    return f"{taken.body} removes one only where its insertion failed, and nothing else in {m.analysis.module} does"


def takes_back(removal: Event, m: Map) -> bool:
    """The removal runs only where an error follows on the insertion: `m[k] = v; if err != nil { delete(m, k) }`.

    Both may stand in functions that the one with the error calls.
    """
    inserts = [i.event for i in m.inserts]
    same = [
        i.node
        for i in inserts
        if i.body is removal.body and (removal.key is None or alike(i.key, removal.key, i.body))
    ]
    if same:
        return _after_error(removal.node, same, removal.body)
    places: Places = {}
    for insert in inserts:
        places.setdefault(insert.body, []).append(insert.node)
    return _only_after_errors(removal.body, places, m.analysis.program, _CALLS)


def uncalled(removal: Event, m: Map) -> bool:
    """The removal stands in a function that removes, by its name, and that nothing in or outside the program calls."""
    func, program = removal.body.owner, m.analysis.program
    if not isinstance(func, Func) or not words.removes(func.name) or not _closed(func):
        return False
    if func.fact.recv and (carrier(func) is not None or not all(map(_plain, func.type.params))):
        return False  # a service or an interface of a library may want the method
    if is_exported(func.name) and all(i.run.when in (When.OPEN, When.NEVER) for i in m.inserts):
        return False  # who inserts is not in sight, so who removes may be out of it as well
    return not any(ref.body.owner is not func for ref in program.references(func))


def _closed(func: Func) -> bool:
    """Only code of the run can call the function: it is unexported, internal, or part of a program."""
    return not is_exported(func.name) or not func.package.importable


def _plain(of: t.Type | None) -> bool:
    inner = t.deref(of)
    return isinstance(inner, (t.Basic, t.Named)) or (isinstance(inner, t.Slice) and _plain(inner.elem))


def _only_after_errors(body: Body, inserting: Places, program: Program, depth: int) -> bool:
    """Every caller of the function has inserted before, and calls it only after an error."""
    if depth == 0 or not isinstance(body.owner, Func) or not _closed(body.owner):
        return False
    found = program.references(body.owner)
    return bool(found) and all(_taking_back(ref, inserting, program, depth) for ref in found[:_SITES])


def _taking_back(ref: Reference, inserting: Places, program: Program, depth: int) -> bool:
    if ref.body.file.for_tests:
        return True
    if ref.call is None:
        return False
    before = list(inserting.get(ref.body, ()))
    before += (call for call in ref.body.calls if _inserts(call, ref.body, inserting, _CALLS, program))
    if before:
        return _after_error(ref.call, before, ref.body)
    return _only_after_errors(ref.body, inserting, program, depth - 1)


def _inserts(call: g.CallExpr, body: Body, inserting: Places, depth: int, program: Program) -> bool:
    for func in callees(call, body):
        below = program.body(func)
        if below in inserting:
            return True
        if depth > 1 and any(_inserts(c, below, inserting, depth - 1, program) for c in below.calls):
            return True
    return False


def _after_error(node: g.Node, inserts: list[g.Node], body: Body) -> bool:
    """The node runs only under `err != nil`, after one of the insertions and in no loop or goroutine of its own."""
    lit = body.lit_of(node)
    deferred = lit is not None and _is_deferred(lit, body)
    if lit is not None and not deferred:
        inserts = [i for i in inserts if body.lit_of(i) is lit]
    around = {id(a) for i in inserts for a in body.ancestors(i)}
    if not inserts or (not deferred and all(i.pos > node.pos for i in inserts)):
        return False
    if any(isinstance(a, (g.ForStmt, g.RangeStmt)) and id(a) not in around for a in body.ancestors(node)):
        return False  # a loop that only an error ends
    return any(_fails(stmt, first, body) for stmt, first in conditions(node, body))


def _is_deferred(lit: g.FuncLit, body: Body) -> bool:
    call = body.parent(lit)
    return isinstance(call, g.CallExpr) and isinstance(body.parent(call), g.DeferStmt)


def _fails(stmt: g.IfStmt, first: bool, body: Body) -> bool:
    """The branch is taken only where there is an error, and one that does not just end a service."""
    for part in _parts(stmt.cond, "&&" if first else "||"):
        if not isinstance(part, g.BinaryExpr) or part.op != ("!=" if first else "=="):
            continue
        if not isinstance(part.y, g.Ident) or part.y.name != "nil" or not _is_error(part.x, body):
            continue
        if not _serves(part.x, body):
            return True
    return False


def _parts(cond: g.Expr, op: str) -> Iterator[g.Expr]:
    if isinstance(cond, g.BinaryExpr) and cond.op == op:
        yield from _parts(cond.x, op)
        yield from _parts(cond.y, op)
    else:
        yield cond


def _is_error(x: g.Expr, body: Body) -> bool:
    of = type_of(x, body)
    if of is not None:
        return of == t.ERROR
    return isinstance(x, g.Ident) and "err" in words.split(x.name)


def _serves(x: g.Expr, body: Body) -> bool:
    """The error comes from a call that returns when the service ends: `err := conn.Serve()`."""
    local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
    calls = [s.expr for s in local.sources if s.expr.pos < x.pos] if local is not None else []
    last = max(calls, key=lambda c: c.pos, default=None)
    if not isinstance(last, g.CallExpr):
        return False
    return not knowledge.words("blocking").isdisjoint(words.split(name_of(last.fun))[:1])
