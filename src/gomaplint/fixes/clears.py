"""Loops that delete every key, said in one statement: `clear(m)`, or a fresh map in its place."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.finding import Fix
from gomaplint.fixes import names
from gomaplint.fixes.edits import restate, written
from gomaplint.goversion import GoVersion
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Effect
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Map
from gomaplint.model.names import symbol
from gomaplint.model.story import place_of
from gomaplint.model.symbols import Var, underlying
from gomaplint.shapes.clears import RangeClear

_CLEAR = GoVersion(1, 21)
_DEPTH = 6  # structs and arrays in keys


def emptied(clear: RangeClear) -> tuple[Fix, ...]:
    """`clear`, where the language has it, and a map made anew, where nobody else can see the old one.

    `clear` does what the loop did if every key equals itself: a NaN stays in the map after `delete`.
    The new map gives the table back, and leaves the old one to whoever holds it: it needs eyes on it.
    """
    loop, body = clear.loop, clear.body
    if not isinstance(loop, g.RangeStmt) or not _repeats(clear.operand, loop, body):
        return ()
    fresh, cleared = _fresh(clear, loop), _cleared(clear, loop)
    return tuple(fix for fix in sorted((*cleared, *fresh), key=lambda fix: not fix.safe))


def _cleared(clear: RangeClear, loop: g.RangeStmt) -> tuple[Fix, ...]:
    body, of = clear.body, underlying(type_of(clear.operand, clear.body))
    if body.file.version < _CLEAR or not isinstance(of, t.Map) or not names.predeclared("clear", body):
        return ()
    said = f"clear({written(clear.operand, body.file)})"
    edit = restate(loop, said, body.file)
    same = reflexive(of.key)
    title = f"replace the loop by {said}{'' if same else ', which removes NaN keys too'}"
    return (Fix(title, same, (edit,)),) if edit is not None else ()


def _fresh(clear: RangeClear, loop: g.RangeStmt) -> tuple[Fix, ...]:
    body, operand = clear.body, written(clear.operand, clear.body.file)
    decl = clear.map.container.decl
    assignable = place_of(clear.operand, body) is decl and (
        isinstance(decl, Local) or _held(clear.operand, body)
    )
    if not assignable or _shared(clear.map) or not names.predeclared("make", body):
        return ()
    of = names.map_type(clear.map.container, body)
    edit = restate(loop, f"{operand} = make({of})", body.file) if of is not None else None
    return (Fix(f"put a fresh map in {operand}, and give the table back", False, (edit,)),) if edit else ()


def _repeats(operand: g.Expr, loop: g.RangeStmt, body: Body) -> bool:
    """The operand means the same map in every round, and has no effects."""
    key = loop.key.name if isinstance(loop.key, g.Ident) else ""
    plain = (g.Ident, g.SelectorExpr, g.StarExpr, g.IndexExpr, g.BasicLit)
    return all(
        isinstance(x, plain) and not (isinstance(x, g.Ident) and x.name == key) for x in g.walk(operand)
    ) and "\n" not in written(operand, body.file)


def reflexive(of: t.Type | None, depth: int = _DEPTH) -> bool:
    """Every value of the type is certain to equal itself: there is no NaN in it."""
    below = underlying(of)
    if below is None or depth == 0:
        return False
    match below:
        case t.Basic(name):
            return name in ("string", "bool", "byte", "rune") or name.startswith(("int", "uint"))
        case t.Pointer() | t.Chan():
            return True
        case t.Slice(elem, length):
            return length is not None and reflexive(elem, depth - 1)
        case t.Struct(decl, env):
            return all(reflexive(f.type_in(dict(env)), depth - 1) for f in decl.every)
    return False


def _held(x: g.Expr, body: Body) -> bool:
    """What is assigned here is no copy of the function: a package variable, behind a pointer, a part of these."""
    if isinstance(symbol(x, body), Var):
        return True
    match x:
        case g.StarExpr():
            return True
        case g.SelectorExpr(x=owner):
            of = underlying(type_of(owner, body))
            return isinstance(of, t.Pointer) or (isinstance(of, t.Struct) and _held(owner, body))
        case g.IndexExpr(x=owner):
            of = underlying(type_of(owner, body))
            return isinstance(of, t.Slice) and (of.length is None or _held(owner, body))
    return False


def _shared(m: Map) -> bool:
    """Another name holds the same map, or may hold it."""
    return bool(m.story.names or m.story.cut or m.story.of(Effect.HANDED))
