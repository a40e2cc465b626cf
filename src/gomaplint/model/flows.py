"""Where values come to rest and are taken up again: what is stored in a place, and who calls a function value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.infer import callees, type_of
from gomaplint.model.names import builtin, symbol
from gomaplint.model.program import Program, called
from gomaplint.model.story import field_set, place_of
from gomaplint.model.symbols import Field, Func, Var, underlying

KEYS = "[key]"
"""The part of a map that its keys are, where the names of a path are fields; elements are as the whole."""

_ALIASES = 3  # variables, parameters and fields a function value is followed through
_NODES = 60  # places looked at for one field or variable


class Stored(NamedTuple):
    """A value that one place puts into a variable or field, or into the part of it that was asked for.

    `how` is value, filled (a call fills it through its address or buffer) or counted (`n++`).
    """

    value: g.Expr
    body: Body
    path: tuple[str, ...]
    how: str
    number: int = 0  # the result that is meant, where the value is a call


def stored(node: g.Expr, body: Body, path: tuple[str, ...]) -> Iterator[Stored]:
    """What the code around one mention of a variable or field puts there, `path` telling which part is meant.

    The innermost part comes last in a path.
    """
    parent = body.parent(node)
    match parent:
        case g.KeyValue(key=key, value=value) if key is node:
            yield Stored(value, body, path, "value")
        case g.AssignStmt(op=op) if any(target is node for target in parent.lhs):
            assigned = parent.value_of(node)
            if op in ("++", "--"):
                yield Stored(node, body, path, "counted")
            elif assigned is not None:
                counts = op in ("+=", "-=") and not is_string(node, body)
                at = next(i for i, target in enumerate(parent.lhs) if target is node)
                number = at if len(parent.rhs) < len(parent.lhs) else 0
                yield Stored(assigned, body, path, "counted" if counts else "value", number)
        case g.SelectorExpr(x=x, sel=sel) if x is node:
            if path and path[-1] == sel.name:
                yield from stored(parent, body, path[:-1])
            else:
                yield from _through_methods(parent, sel.name, body, path)
        case g.IndexExpr(x=x, indices=[index]) if x is node:
            if path and path[-1] == KEYS:
                if any(True for _ in stored(parent, body, path[:-1])):
                    yield Stored(index, body, path[:-1], "value")
            else:
                yield from stored(parent, body, path)
        case g.SliceExpr(x=x) if x is node:
            yield from _as_argument(parent, body, path)
        case g.SendStmt(chan=chan, value=value) if chan is node:
            yield Stored(value, body, path, "value")
        case g.UnaryExpr(op="&"):
            yield from _as_argument(parent, body, path)
        case g.CallExpr() if parent.fun is not node:
            yield from _as_argument(node, body, path)


def is_string(x: g.Expr, body: Body) -> bool:
    """The expression is a string."""
    below = underlying(type_of(x, body))
    return isinstance(below, t.Basic) and below.name == "string"


def _through_methods(
    selector: g.SelectorExpr, name: str, body: Body, path: tuple[str, ...]
) -> Iterator[Stored]:
    """`m.Store(k, v)` on a sync.Map: an entry is put there."""
    call = body.parent(selector)
    if not isinstance(call, g.CallExpr) or call.fun is not selector or len(call.args) != 2:
        return
    inserts = knowledge.methods("sync", "Map").get(name) == "insert"
    if inserts and t.deref(type_of(selector.x, body)) == t.SYNC_MAP:
        keys = bool(path) and path[-1] == KEYS
        yield Stored(call.args[0 if keys else 1], body, path[:-1] if keys else path, "value")


def _as_argument(x: g.Expr, body: Body, path: tuple[str, ...]) -> Iterator[Stored]:
    """A place handed to a call by its address, or a buffer by itself: `copy(b, s)`, `conn.Read(b)`, `Scan(&x)`."""
    call = body.parent(x)
    if not isinstance(call, g.CallExpr) or call.fun is x:
        return
    if builtin(call, body) == "copy" and len(call.args) == 2 and call.args[0] is x:
        yield Stored(call.args[1], body, path, "value")
    elif isinstance(call.fun, g.SelectorExpr):
        fillers = knowledge.table("keys")["fillers"]
        name, address = call.fun.sel.name, isinstance(x, g.UnaryExpr)
        known = name in fillers["external"] or name in fillers["decoders"] or name.startswith("Add")
        if (address and known) or name in fillers["readers"]:
            yield Stored(x, body, path, "filled")


def mentions(decl: Field | Var, program: Program) -> Iterator[tuple[Body, g.Expr]]:
    """The places outside tests that surely mean a field or package variable, at most 60 of them."""
    if isinstance(decl, Var):
        yield from islice(program.mentions(decl), _NODES)
        return
    sure = (
        (body, node) for body, node, known in program.selections(decl) if known and not body.file.for_tests
    )
    yield from islice(sure, _NODES)


def calls_of(
    function: g.Expr, body: Body, program: Program, left: int = _ALIASES
) -> Iterator[tuple[g.CallExpr, Body]]:
    """The calls of a function value, through the variables, parameters, lists and fields that it is given to."""
    if left == 0:
        return
    parent = body.parent(function)
    match parent:
        case g.CallExpr() if parent.fun is not function:
            if builtin(parent, body) == "append":
                yield from calls_of(parent, body, program, left)
                return
            at = next(i for i, arg in enumerate(parent.args) if arg is function)
            for func in callees(parent, body):
                params = program.body(func).params
                if params:
                    yield from _calls_of_local(params[min(at, len(params) - 1)], program, left - 1)
        case g.KeyValue(value=value) if value is function:
            field = field_set(parent, body)
            if field is not None:
                yield from _calls_of_stored(field, program, left - 1)
        case g.AssignStmt():
            target = next((x for x, v in zip(parent.lhs, parent.rhs, strict=False) if v is function), None)
            place = (
                place_of(target.x if isinstance(target, g.IndexExpr) else target, body) if target else None
            )
            if isinstance(place, Local):
                yield from _calls_of_local(place, program, left - 1)
            elif place is not None:
                yield from _calls_of_stored(place, program, left - 1)


def _calls_of_stored(place: Field | Var, program: Program, left: int) -> Iterator[tuple[g.CallExpr, Body]]:
    for body, node in mentions(place, program):
        yield from _calls_there(node, body, program, left)


def _calls_of_local(local: Local, program: Program, left: int) -> Iterator[tuple[g.CallExpr, Body]]:
    for use in local.uses:
        yield from _calls_there(use, local.body, program, left)


def _calls_there(node: g.Expr, body: Body, program: Program, left: int) -> Iterator[tuple[g.CallExpr, Body]]:
    """The calls that one mention of a variable that holds functions leads to."""
    call = called(node, body)
    if call is not None:
        yield call, body
        return
    parent = body.parent(node)
    match parent:
        case g.IndexExpr(x=x) if x is node:
            yield from _calls_there(parent, body, program, left)
        case g.RangeStmt(x=x, value=g.Ident(pos=pos)) if x is node and left:
            local = body.bound.get(pos)
            if local is not None:
                yield from _calls_of_local(local, program, left - 1)
        case g.AssignStmt() if left and parent.rhs and parent.rhs[0] is node:
            place = place_of(parent.lhs[0], body)
            if isinstance(place, Local):
                yield from _calls_of_local(place, program, left - 1)
        case g.CallExpr() if left and parent.fun is not node:
            yield from calls_of(node, body, program, left)


def values_of(x: g.Expr, body: Body, program: Program, left: int = _ALIASES) -> Iterator[tuple[g.Expr, Body]]:
    """The function literals and names of functions that a variable, parameter or field is set to."""
    if isinstance(x, g.FuncLit) or isinstance(symbol(x, body), Func):
        yield x, body
        return
    place = place_of(x, body) if left else None
    if isinstance(place, Local):
        if place.kind == "param" and place.lit is None and isinstance(place.body.owner, Func):
            for ref in program.references(place.body.owner):
                given = argument(ref.call, place, ref.body) if ref.call is not None and ref.sure else None
                if given is not None:
                    yield from values_of(given, ref.body, program, left - 1)
        for source in place.sources:
            yield from values_of(source.expr, place.body, program, left - 1)
    elif place is not None:
        if isinstance(place, Var) and (value := program.initial(place)) is not None:
            yield from values_of(value, program.body(place), program, left - 1)
        for at, node in mentions(place, program):
            for put in stored(node, at, ()):
                yield from values_of(put.value, put.body, program, left - 1)
