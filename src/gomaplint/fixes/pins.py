"""The part of something large: a copy of it is stored."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.finding import Edit, Fix
from gomaplint.fixes.edits import replace, written
from gomaplint.fixes.names import package, predeclared
from gomaplint.goversion import GoVersion
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.infer import type_expr, type_of
from gomaplint.model.story import field_set
from gomaplint.model.symbols import underlying
from gomaplint.shapes.pins import Pin
from gomaplint.shapes.ways import Place

_BYTES = t.Slice(t.Basic("uint8"))


def store_copy(pin: Pin) -> tuple[Fix, ...]:
    """A copy in the place of the part, and of each further part of the same whole that the entry holds.

    None where the type is not plainly string or []byte, as a copy might have another one.
    """
    edits: list[Edit] = []
    for place in (pin.end.stored.place, *pin.others):
        found = _copied(place)
        if found is None:
            return ()
        edits += (edit for edit in found if edit not in edits)
    return (Fix(f"store a copy of {pin.end.stored.place}", False, tuple(sorted(edits))),)


def _copied(place: Place) -> tuple[Edit, ...] | None:
    """The edits that put a copy in the place of an expression, that of its import included."""
    body, file = place.body, place.body.file
    x = _inside(place.node, body)
    of = (type_of(x, body) or _wanted(x, body)) if isinstance(x, g.Expr) else None
    if of == t.STRING:
        path, since, before = "strings", GoVersion(1, 18), "string([]byte({}))"
    elif of == _BYTES:
        path, since, before = "bytes", GoVersion(1, 20), "append([]byte(nil), {}...)"
    else:
        return None
    text = written(x, file)
    if file.version < since:
        known = all(predeclared(name, body) for name in ("append", "byte", "nil", "string"))
        edit = replace(x, before.format(text), file) if known else None
        return (edit,) if edit is not None else None
    named = package(path, body)
    edit = replace(x, f"{named.name}.Clone({text})", file) if named is not None else None
    return (*named.edits, edit) if named is not None and edit is not None else None


def _inside(x: g.Node, body: Body) -> g.Node:
    """What a conversion to a type of the same kind is given: `ID(s[:8])` stays one."""
    while (
        isinstance(x, g.CallExpr)
        and len(x.args) == 1
        and type_expr(x.fun, body) not in (None, t.STRING, _BYTES)
    ):
        x = x.args[0]
    return x


def _wanted(x: g.Expr, body: Body) -> t.Type | None:
    """The type of what an expression is assigned to, or of the key or field that it gives."""
    match body.parent(x):
        case g.IndexExpr(x=m, indices=[key]) if key is x:
            of = underlying(type_of(m, body))
            return of.key if isinstance(of, t.Map) else None
        case g.AssignStmt(op="=", lhs=lhs, rhs=rhs) if len(lhs) == len(rhs):
            return next((type_of(y, body) for y, value in zip(lhs, rhs, strict=True) if value is x), None)
        case g.KeyValue(value=value) as element if value is x:
            field = field_set(element, body)
            return field.type_in({}) if field is not None else None
    return None
