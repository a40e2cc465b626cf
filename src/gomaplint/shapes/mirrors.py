"""Fields of the runtime's structs that are read behind its back: through a copy of the struct, or by reflection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.goversion import parse
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.infer import type_expr, type_of
from gomaplint.model.names import Outside, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Field, File, StructDecl, underlying
from gomaplint.shapes.poking import Poke, searched
from gomaplint.span import Span

_UNSAFE = re.compile(rb"\b(?:unsafe\s*\.\s*Pointer|UnsafePointer)\b")
_SUREST = (True, None, False)
_STEPS = 12  # conversions and locals followed back from one expression


class _Layout:
    """A struct of an older runtime, by its fields."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.of: str = entry["of"]
        self.title: str = entry["title"]
        self.gone = parse(entry["gone"])
        self.telling = frozenset(entry["telling"])
        self.fields: dict[str, str] = entry["fields"]

    def may_be_in(self, file: File) -> bool:
        names = file.facts.names
        return all(not names.isdisjoint((w, w.capitalize())) for w in self.telling)

    def fits(self, struct: StructDecl) -> bool:
        return self.telling <= {name.lower() for name in struct.fields}

    def is_of(self, of: t.Type | None) -> bool | None:
        """Whether a value is what this is the layout of; None where its type may hide that."""
        below = underlying(of)
        if below is None or isinstance(below, (t.Interface, t.TypeParam)):
            return None
        return isinstance(below, t.Map) if self.of == "map" else below == t.SYNC_MAP


def _layouts() -> list[_Layout]:
    return [_Layout(entry) for entry in knowledge.table("internals")["layout"]]


# -- copies


def copies(program: Program) -> Iterator[Poke]:
    """The first field that is read through each struct that is a copy of the runtime's."""
    files = searched(program)
    layouts = [of for of in _layouts() if any(of.may_be_in(file) for file in files)]
    found: dict[StructDecl, tuple[_Layout, bool | None, Span]] = {}
    for file in files if layouts else ():
        for body in program.bodies_matching(file, _UNSAFE) if "unsafe" in file.facts.names else ():
            for call in body.calls:
                struct, pointers = _target(call, body)
                for copy, layout in _copied(struct, layouts) if struct is not None else ():
                    # A copy inside the target is what an interface points to.
                    sure = layout.is_of(_reached(call.args[0], pointers, body)) if copy is struct else None
                    known = found.get(copy)
                    if known is None or _SUREST.index(sure) < _SUREST.index(known[1]):
                        found[copy] = layout, sure, file.span(call.pos, call.end)
    for copy, (layout, sure, at) in found.items():
        use = _first_use(copy, layout, program)
        if use is not None:
            yield _poke(copy, layout, sure, at, *use)


def _copied(struct: StructDecl, layouts: list[_Layout]) -> Iterator[tuple[StructDecl, _Layout]]:
    """The struct itself, or the struct that one of its fields points to, if it is a copy."""
    for layout in layouts:
        if layout.fits(struct):
            yield struct, layout
        for field in struct.every:
            of = field.type_in({}) if isinstance(field.node.type, g.StarExpr) else None
            below = underlying(t.deref(of))
            if isinstance(below, t.Struct) and layout.fits(below.decl):
                yield below.decl, layout


def _first_use(
    struct: StructDecl, layout: _Layout, program: Program
) -> tuple[Field, Body, g.SelectorExpr] | None:
    uses = [
        (field, body, node)
        for field in struct.every
        if field.name.lower() in layout.fields
        for body, node, sure in program.selections(field)
        if sure and isinstance(node, g.SelectorExpr) and body.file.reported and not body.file.for_tests
    ]
    return min(uses, key=lambda use: (use[1].file.path, use[2].pos), default=None)


def _poke(
    struct: StructDecl,
    layout: _Layout,
    sure: bool | None,
    at: Span,
    field: Field,
    body: Body,
    node: g.SelectorExpr,
) -> Poke:
    declared = struct.file.span(struct.node.pos, struct.node.pos + len("struct"))
    return Poke(
        "copy",
        str(field),
        body.file,
        body.file.span(node.pos, node.end),
        layout.gone,
        layout.fields[field.name.lower()],
        False,
        sure,
        (
            (declared, f"{struct} is laid out like {layout.title}"),
            (at, f"a {layout.of} is taken for one" if sure else "something is taken for one"),
        ),
    )


def _target(call: g.CallExpr, body: Body) -> tuple[StructDecl | None, int]:
    """The struct to a pointer to which something is converted, and the number of pointers to it."""
    if len(call.args) != 1 or not isinstance(call.fun, g.StarExpr):
        return None, 0
    of, pointers = type_expr(call.fun, body), 0
    while isinstance(of, t.Pointer):
        of, pointers = of.elem, pointers + 1
    below = underlying(of)
    return (below.decl, pointers) if isinstance(below, t.Struct) else (None, 0)


def _reached(x: g.Expr, pointers: int, body: Body) -> t.Type | None:
    """The type of what a chain of conversions to pointers begins with: `&m`, or `reflect.ValueOf(m).Pointer()`.

    What cannot be the header of anything gives int: a map's variable is one load away from it.
    """
    loads = pointers
    for _ in range(_STEPS):
        if isinstance(x, g.StarExpr):
            x, loads = x.x, loads + 1
        elif isinstance(x, g.UnaryExpr) and x.op == "&":
            of = type_of(x.x, body)
            beside = t.Map if loads == 1 else t.Interface
            return t.INT if isinstance(underlying(of), beside) else of
        elif isinstance(x, g.CallExpr) and _converts(x, body):
            x = x.args[0]
        elif isinstance(x, g.CallExpr) and not x.args and isinstance(x.fun, g.SelectorExpr):
            value = _reflected(x.fun.x, body)
            return type_of(value, body) if value is not None else None
        else:
            behind = _only_value(x, body)
            if behind is None:
                return _pointed(type_of(x, body))
            x = behind
    return None


def _converts(call: g.CallExpr, body: Body) -> bool:
    if len(call.args) != 1:
        return False
    found = symbol(call.fun, body)
    if isinstance(found, Outside) and (found.path, found.name) == ("unsafe", "Pointer"):
        return True
    return type_expr(call.fun, body) is not None


def _only_value(x: g.Expr, body: Body) -> g.Expr | None:
    """What a local holds that gets one value only."""
    local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
    if local is None or len(local.sources) != 1 or local.sources[0].how != "value":
        return None
    return local.sources[0].expr


def _pointed(of: t.Type | None) -> t.Type | None:
    """What a pointer points to; an address that is only a number tells nothing."""
    plain = isinstance(of, t.External) or of == t.Basic("uintptr")
    return None if plain else t.deref(of)


# -- reflection


def reflections(program: Program) -> Iterator[Poke]:
    """Fields of a sync.Map that are looked up under the names they had."""
    for layout in _layouts():
        names = "|".join(sorted(layout.fields)).encode()
        pattern = re.compile(rb'\bFieldByName\s*\(\s*"(?:%s)"' % names)
        for file in searched(program):
            if not file.reported or "FieldByName" not in file.facts.names:
                continue
            for body in program.bodies_matching(file, pattern):
                for call in body.calls:
                    value, name = _field_by_name(call, body)
                    sure = layout.is_of(t.deref(type_of(value, body))) if value is not None else None
                    # A field's name alone tells nothing.
                    if value is not None and sure is not None and name in layout.fields:
                        yield _reflection(call, value, name, layout, sure, body)


def _field_by_name(call: g.CallExpr, body: Body) -> tuple[g.Expr | None, str]:
    match call:
        case g.CallExpr(
            fun=g.SelectorExpr(x=x, sel=g.Ident(name="FieldByName")),
            args=[g.BasicLit(kind="string", value=name)],
        ):
            return _reflected(x, body), name
    return None, ""


def _reflection(call: g.CallExpr, value: g.Expr, name: str, layout: _Layout, sure: bool, body: Body) -> Poke:
    file = body.file
    shown = (file.span(value.pos, value.end), f"{file.text(value)} is reflected")
    at = file.span(call.pos, call.end)
    return Poke("reflection", name, file, at, layout.gone, layout.fields[name], False, sure, (shown,))


def _reflected(x: g.Expr, body: Body) -> g.Expr | None:
    """The v of `reflect.ValueOf(v)`, with Elem and Indirect around it, and behind locals."""
    for _ in range(_STEPS):
        match x:
            case g.CallExpr(fun=g.SelectorExpr(x=inner, sel=g.Ident(name="Elem")), args=[]):
                x = inner
            case g.CallExpr(fun=g.SelectorExpr() as fun, args=[arg]):
                found = symbol(fun, body)
                if not isinstance(found, Outside) or found.path != "reflect":
                    return None
                if found.name == "ValueOf":
                    return arg
                if found.name != "Indirect":
                    return None
                x = arg
            case _:
                behind = _only_value(x, body)
                if behind is None:
                    return None
                x = behind
    return None
