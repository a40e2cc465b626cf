"""Values on their way into a map: which entries hold what an expression makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.containers import Container, container_of
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.names import builtin
from gomaplint.model.program import Program, result_of
from gomaplint.model.symbols import Func, underlying
from gomaplint.span import Span

_DEPTH = 4  # locals, parameters and results crossed
_SITES = 20  # callers of one function


class Entry(NamedTuple):
    """An entry of a map that holds a value.

    `node` is the assignment or call that puts it there.
    `part` tells that the value is only a part of the entry, `keyed` that it is the key;
    `found` that the entry was looked up and was there before.
    """

    container: Container
    key: g.Expr
    node: g.Node
    body: Body
    part: bool
    found: bool
    keyed: bool = False

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)


def entries(x: g.Expr, body: Body, program: Program) -> list[Entry]:
    """The entries that hold the value of an expression, followed through locals, calls and results."""
    follower = _Follower(program)
    follower.value(x, body, False, 0)
    return follower.found


def entries_of(local: Local, program: Program, *, pointed: bool = False) -> list[Entry]:
    """The entries that hold a variable's value, or (`pointed`) its address."""
    follower = _Follower(program)
    follower.local(local, False, 0, pointed)
    return follower.found


class _Follower:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.found: list[Entry] = []
        self.seen: set[int] = set()

    def value(self, x: g.Expr, body: Body, part: bool, depth: int) -> None:
        """See where one expression goes."""
        if depth > _DEPTH or id(x) in self.seen:
            return
        self.seen.add(id(x))
        parent = body.parent(x)
        match parent:
            case g.UnaryExpr(op="&"):
                self.value(parent, body, part, depth)
            case g.KeyValue(value=value) if value is x:
                whole = body.parent(parent)
                if isinstance(whole, g.CompositeLit):
                    self.value(whole, body, True, depth)
            case g.CallExpr():
                self.argument(x, parent, body, part, depth)
            case g.IndexExpr(indices=[key]) if key is x:
                stmt = body.parent(parent)
                if isinstance(stmt, g.AssignStmt) and any(target is parent for target in stmt.lhs):
                    self.put(parent, stmt, body, part, False, keyed=True)
            case g.AssignStmt(lhs=lhs, rhs=rhs) if len(lhs) == len(rhs):
                for target, value in zip(lhs, rhs, strict=True):
                    if value is x:
                        self.target(target, parent, body, part, depth)
            case g.VarSpec(names=names, values=values) if len(names) == len(values):
                for name, value in zip(names, values, strict=True):
                    if value is x:
                        self.name(name, body, part, depth)
            case g.ReturnStmt(results=results):
                index = next(i for i, result in enumerate(results) if result is x)
                self.returned(index, parent, body, part, depth)

    def local(self, local: Local, part: bool, depth: int, pointed: bool = False) -> None:
        for use in local.uses:
            above = local.body.parent(use)
            if pointed and isinstance(above, g.UnaryExpr) and above.op == "&":
                self.value(above, local.body, part, depth)
            elif not pointed:
                self.value(use, local.body, part, depth)

    def name(self, name: g.Ident, body: Body, part: bool, depth: int) -> None:
        local = body.bound.get(name.pos)
        if local is not None:
            self.local(local, part, depth + 1)

    def target(self, x: g.Expr, stmt: g.AssignStmt, body: Body, part: bool, depth: int) -> None:
        if isinstance(x, g.Ident):
            self.name(x, body, part, depth)
        elif isinstance(x, g.IndexExpr):
            self.put(x, stmt, body, part, False)
        elif isinstance(x, g.SelectorExpr):
            # A part of something: of an entry, or of what becomes one.
            inner = x.x
            while isinstance(inner, (g.SelectorExpr, g.StarExpr)):
                inner = inner.x
            if isinstance(inner, g.IndexExpr):
                self.put(inner, stmt, body, True, True)
            elif isinstance(inner, g.Ident):
                for container, key in looked_up(inner, body):
                    self.found.append(Entry(container, key, stmt, body, True, True))
                self.name(inner, body, True, depth)

    def put(
        self, x: g.IndexExpr, stmt: g.Node, body: Body, part: bool, found: bool, keyed: bool = False
    ) -> None:
        container = container_of(x.x, body)
        if container is not None and isinstance(underlying(type_of(x.x, body)), t.Map):
            self.found.append(Entry(container, x.indices[0], stmt, body, part, found, keyed))

    def argument(self, x: g.Expr, call: g.CallExpr, body: Body, part: bool, depth: int) -> None:
        if call.fun is x:
            return
        name = builtin(call, body)
        if name is not None:
            if name == "append":
                self.value(call, body, True, depth)
            return
        to = type_expr(call.fun, body)
        if to is not None:
            if not isinstance(underlying(to), t.Basic):
                self.value(call, body, part, depth)
            return
        index = next(i for i, arg in enumerate(call.args) if arg is x)
        container = sync_map(call, body, "insert")
        if container is not None:
            if index < 2:
                self.found.append(Entry(container, call.args[0], call, body, part, False, index == 0))
            return
        for func in callees(call, body):
            params = self.program.body(func).params
            if index < len(params) and not params[index].variadic:
                self.local(params[index], part, depth + 1)

    def returned(self, index: int, stmt: g.ReturnStmt, body: Body, part: bool, depth: int) -> None:
        if body.lit_of(stmt) is not None or not isinstance(body.owner, Func):
            return
        for ref in self.program.references(body.owner)[:_SITES]:
            if ref.call is None or not ref.sure:
                continue
            if len(body.owner.type.results) == 1:
                self.value(ref.call, ref.body, part, depth + 1)
            for local in result_of(ref.call, ref.body, index) if len(body.owner.type.results) > 1 else ():
                self.local(local, part, depth + 1)


def looked_up(x: g.Expr, body: Body) -> Iterator[tuple[Container, g.Expr]]:
    """The maps, and the keys, under which the value of an expression was found."""
    match x:
        case g.Ident():
            local = body.bound.get(x.pos)
            for source in local.sources if local is not None and local.kind in ("var", "range") else ():
                if (
                    source.how == "element"
                    and isinstance(source.at, g.RangeStmt)
                    and source.at.key is not None
                ):
                    container = container_of(source.expr, body)
                    if container is not None and container.map is not None:
                        yield container, source.at.key
                elif source.number == 0 and source.how in ("value", "result"):
                    yield from looked_up(source.expr, body)
        case g.TypeAssertExpr(x=inner):
            yield from looked_up(inner, body)
        case g.IndexExpr(x=inner, indices=[key]):
            container = container_of(inner, body)
            if container is not None and isinstance(underlying(type_of(inner, body)), t.Map):
                yield container, key
        case g.CallExpr(args=[key, *_]):
            container = sync_map(x, body, "read", "insert")
            if container is not None:
                yield container, key


def sync_map(call: g.CallExpr, body: Body, *effects: str) -> Container | None:
    """The `sync.Map` whose method a call is, if the method does one of these things."""
    if not isinstance(call.fun, g.SelectorExpr):
        return None
    if knowledge.methods("sync", "Map").get(call.fun.sel.name) not in effects:
        return None
    container = container_of(call.fun.x, body)
    return container if container is not None and container.map is None else None
