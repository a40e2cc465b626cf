"""Values that a decoder has made of text or bytes without a type of their own, followed into containers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.containers import Effect
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func, underlying
from gomaplint.shapes.decoders import decodes_into
from gomaplint.shapes.loose import is_dynamic, is_empty
from gomaplint.span import Span

_STEPS = 12  # assignments, parameters and results followed backwards from one value
_CALLERS = 20
_WRAPPERS = 2  # functions of the module around the decoder itself


class Decoding(NamedTuple):
    """A call that decodes into a variable."""

    call: g.CallExpr
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.call.pos, self.call.end)

    @property
    def decoder(self) -> str:
        """The function as the source writes it."""
        return self.body.file.text(self.call.fun, 48)


@dataclass(frozen=True, eq=False)
class Decoded:
    """One insertion of a decoded value that has no type of its own; `of` is what it has instead.

    `value` is the part of what is inserted that was decoded.
    """

    map: Map
    insert: Insert
    value: g.Expr
    of: t.Type
    decoding: Decoding

    @property
    def at(self) -> Span:
        return self.insert.at


def decoded(analysis: Analysis) -> Iterator[Decoded]:
    """Every insertion of such a value into a container that may live long."""
    tracer = Tracer(analysis.program)
    for m in analysis.maps():
        if m.container.map is not None and not _may_hold(m.container.map.elem):
            continue
        for insert in m.inserts:
            value, body = insert.event.value, insert.body
            if m.container.map is not None and is_empty(m.container.map.elem) and not insert.event.direct:
                continue  # what looks like another name of a map of any may be a map inside it
            for part in _parts(value, body) if value is not None else ():
                found, of = tracer.decoding(part, body), type_of(part, body)
                if found is not None and of is not None:
                    yield Decoded(m, insert, part, of, found)
                    break


def _may_hold(of: t.Type | None) -> bool:
    """A dynamic value, or a struct that may have one in a field."""
    below = underlying(of)
    while isinstance(below, (t.Pointer, t.Slice)):
        below = underlying(below.elem)
    return isinstance(below, t.Struct) or is_dynamic(of)


def _parts(x: g.Expr, body: Body, depth: int = 3) -> Iterator[g.Expr]:
    """The dynamic values in an expression: itself, what is appended, the fields of a struct around it."""
    while isinstance(x, g.UnaryExpr) and x.op == "&":
        x = x.x
    if isinstance(x, g.CallExpr) and builtin(x, body) == "append":
        for arg in x.args[1:]:
            yield from _parts(arg, body, depth)
    elif is_dynamic(type_of(x, body)):
        yield x
    elif isinstance(x, g.CompositeLit):
        if isinstance(underlying(type_of(x, body)), t.Struct):
            yield from (e.value for e in x.elts if is_dynamic(type_of(e.value, body)))
    elif isinstance(x, g.Ident) and depth and (local := body.bound.get(x.pos)) is not None:
        for source in local.sources:
            if source.how == "value" and isinstance(source.expr, (g.UnaryExpr, g.CompositeLit)):
                yield from _parts(source.expr, body, depth - 1)


class Tracer:
    """Follows values backwards in one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.left = 0

    def decoding(self, x: g.Expr, body: Body) -> Decoding | None:
        """The call that has made a dynamic value, or what it is a part of."""
        self.left = _STEPS
        return self._made(x, body, True)

    def _made(self, x: g.Expr, body: Body, whole: bool) -> Decoding | None:
        """`whole` while nothing but empty interfaces have been met: a part of one may be a number or a string."""
        self.left -= 1
        if self.left < 0:
            return None
        of = type_of(x, body)
        if whole and of is not None:
            if not is_dynamic(of):
                return None
            whole = is_empty(of)
        match x:
            case g.Ident():
                local = body.bound.get(x.pos)
                return self._local(local, whole) if local is not None else None
            case g.StarExpr(x=inner) | g.UnaryExpr(op="&", x=inner):
                return self._made(inner, body, whole)
            case g.TypeAssertExpr(x=inner) | g.IndexExpr(x=inner) | g.SelectorExpr(x=inner):
                return None if whole else self._made(inner, body, False)
            case g.CallExpr(args=args):
                if type_expr(x.fun, body) is not None and len(args) == 1:
                    return self._made(args[0], body, whole)
                if builtin(x, body) == "append":
                    return self._first((arg, body) for arg in args) if not whole else None
                return self._result(x, body, 0, whole)
        return None

    def _first(self, values: Iterator[tuple[g.Expr, Body]], whole: bool = False) -> Decoding | None:
        return next((d for x, body in values if (d := self._made(x, body, whole)) is not None), None)

    def _local(self, local: Local, whole: bool) -> Decoding | None:
        body = local.body
        found = next((d for use in local.uses if (d := self._filled(use, body)) is not None), None)
        if found is not None:
            return found
        func = body.owner
        if local.kind == "param" and local.lit is None and isinstance(func, Func):
            refs = self.program.references(func)[:_CALLERS]
            calls = [(r.call, r.body) for r in refs if r.call is not None and r.sure]
            passed = ((argument(c, local, b), b) for c, b in calls)
            return self._first(((x, b) for x, b in passed if x is not None), whole)
        for source in local.sources:
            x = source.expr
            if source.how == "result" and isinstance(x, g.CallExpr):
                found = self._result(x, body, source.number, whole)
            elif source.how in ("value", "case") or (source.how == "result" and source.number == 0):
                found = self._made(x, body, whole)
            elif source.how == "element" and not whole:
                found = self._made(x, body, False)
            if found is not None:
                return found
        return None

    def _result(self, call: g.CallExpr, body: Body, number: int, whole: bool) -> Decoding | None:
        """What a function of the module returns."""
        for func in callees(call, body):
            inner = self.program.body(func)
            results = (
                (stmt.results[number], inner)
                for stmt in inner.returns
                if number < len(stmt.results) and inner.lit_of(stmt) is None
            )
            found = self._first(results, whole)
            if found is None and number < len(inner.results):
                found = self._local(inner.results[number], whole)  # a named result
            if found is not None:
                return found
        return None

    def _filled(self, use: g.Ident, body: Body) -> Decoding | None:
        """The decoder that is handed a pointer to a local at this use of it."""
        arg: g.Expr = use
        parent = body.parent(use)
        if isinstance(parent, g.UnaryExpr) and parent.op == "&":
            arg, parent = parent, body.parent(parent)
        elif not isinstance(type_of(use, body), t.Pointer):
            return None
        if not isinstance(parent, g.CallExpr) or not any(a is arg for a in parent.args):
            return None
        return Decoding(parent, body) if self._decodes(parent, arg, body, _WRAPPERS) else None

    def _decodes(self, call: g.CallExpr, arg: g.Expr, body: Body, wrappers: int) -> bool:
        """The call decodes into what an argument points to, by itself or in a function of the module."""
        index = next(i for i, a in enumerate(call.args) if a is arg)
        if decodes_into(call, body) == index:
            return True
        for func in callees(call, body) if wrappers else ():
            inner = self.program.body(func)
            param = inner.params[index] if index < len(inner.params) else None
            for use in param.uses if param is not None else ():
                outer = inner.parent(use)
                if not isinstance(outer, g.CallExpr) or not any(a is use for a in outer.args):
                    continue
                if self._decodes(outer, use, inner, wrappers - 1):
                    return True
        return False


# -- who reads it


def fields_read(d: Decoded) -> dict[str, Span]:
    """The constant names by which code reads fields of the value, after it is decoded or after it is kept."""
    events = [e for e in d.map.story.of(Effect.READ, Effect.RANGE) if not e.body.file.for_tests]
    nodes: set[int] = {id(e.node) for e in events} | {id(d.decoding.call)}
    own = d.insert.body.bound.get(d.value.pos) if isinstance(d.value, g.Ident) else None
    reads = [_field(event.node, event.body) for event in events]
    for body in dict.fromkeys([d.decoding.body, d.insert.body, *(e.body for e in events)]):
        for local in body.locals:
            if local is own or _comes_from(local, nodes):
                reads += [_field(use, body) for use in local.uses]
    found: dict[str, Span] = {}
    for name, at in filter(None, reads):
        found.setdefault(name, at)
    return found


def _field(x: g.Node, body: Body) -> tuple[str, Span] | None:
    """The constant string that indexes a value, behind a type assertion, and the place."""
    parent = body.parent(x)
    while isinstance(parent, g.TypeAssertExpr):
        x, parent = parent, body.parent(parent)
    if isinstance(parent, g.IndexExpr) and parent.x is x and is_dynamic(type_of(parent.x, body)):
        index = parent.indices[0]
        if isinstance(index, g.BasicLit) and index.kind == "string":
            return index.value, body.file.span(parent.pos, parent.end)
    return None


def _comes_from(local: Local, nodes: set[int], depth: int = 4) -> bool:
    """The local is decoded into, or gets its value from one of these nodes."""
    body = local.body
    for use in local.uses:
        parent = body.parent(use)
        if isinstance(parent, g.UnaryExpr) and parent.op == "&":
            parent = body.parent(parent)
        if isinstance(parent, g.CallExpr) and id(parent) in nodes and parent.fun is not use:
            return True
    for source in local.sources:
        x = source.expr
        while isinstance(x, (g.TypeAssertExpr, g.StarExpr)):
            x = x.x
        if id(x) in nodes or id(source.at) in nodes:
            return True
        inner = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
        if inner is not None and inner is not local and depth and _comes_from(inner, nodes, depth - 1):
            return True
    return False
