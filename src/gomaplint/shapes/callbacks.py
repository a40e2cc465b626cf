"""Functions handed to the runtime to be called later: their code, and the entries of maps that they remove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model.body import Body
from gomaplint.model.containers import Container, container_of
from gomaplint.model.infer import callees
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func
from gomaplint.shapes.entries import sync_map
from gomaplint.span import Span

_DEPTH = 3  # calls followed from a callback


class Code(NamedTuple):
    """What runs when a function value is called: a function literal, or a whole function."""

    body: Body
    lit: g.FuncLit | None

    def has(self, node: g.Node) -> bool:
        """A node of the same body stands in this code."""
        return self.lit is None or self.lit.pos <= node.pos < self.lit.end

    @property
    def calls(self) -> Iterator[g.CallExpr]:
        return (call for call in self.body.calls if self.has(call))


class Removal(NamedTuple):
    """A place that takes entries out of a map, and the calls that lead to it from a callback."""

    container: Container
    key: g.Expr | None
    node: g.CallExpr
    code: Code
    way: tuple[tuple[g.CallExpr, Code], ...]

    @property
    def at(self) -> Span:
        return self.code.body.file.span(self.node.pos, self.node.end)


def code_of(fun: g.Expr, body: Body, program: Program) -> list[Code]:
    """What an expression of function type may run, as far as it can be told."""
    if isinstance(fun, g.FuncLit):
        return [Code(body, fun)]
    local = body.bound.get(fun.pos) if isinstance(fun, g.Ident) else None
    if local is not None:
        only = local.sources[0].expr if len(local.sources) == 1 else None
        return [Code(body, only)] if isinstance(only, g.FuncLit) else []
    if isinstance(fun, g.CallExpr):  # a function that makes the callback
        return [
            Code(maker, result)
            for func in callees(fun, body)
            for maker in (program.body(func),)
            for stmt in maker.returns
            for result in stmt.results
            if isinstance(result, g.FuncLit) and maker.lit_of(stmt) is None
        ]
    return [
        Code(program.body(func), None) for func in callees(g.CallExpr(fun.pos, fun.end, fun, [], False), body)
    ]


def reached(code: Code, program: Program) -> Iterator[tuple[Code, tuple[tuple[g.CallExpr, Code], ...]]]:
    """The code itself and what it calls, with the calls on the way."""
    todo: list[tuple[Code, tuple[tuple[g.CallExpr, Code], ...]]] = [(code, ())]
    seen = {(code.body, id(code.lit))}
    for at, way in todo:
        yield at, way
        if len(way) < _DEPTH:
            for call in at.calls:
                for below in code_of(call.fun, at.body, program):
                    mark = (below.body, id(below.lit))
                    if mark not in seen and not isinstance(call.fun, g.FuncLit):
                        seen.add(mark)
                        todo.append((below, (*way, (call, at))))


def removals(code: Code, program: Program) -> Iterator[Removal]:
    """Every place reached from the code that takes entries out of a map that has a declaration."""
    for at, way in reached(code, program):
        for call in at.calls:
            for container, key in _removed_by(call, at.body):
                yield Removal(container, key, call, at, way)


def called_besides(removal: Removal, codes: list[Code], program: Program) -> Span | None:
    """A place that runs the removal and is no part of the callback, whose own code is `codes`."""
    mine = {id(call) for call, _ in removal.way}
    for step in (removal.code, *(code for _, code in removal.way)):
        owner = step.body.owner
        if step.lit is not None or not isinstance(owner, Func):
            continue
        for ref in program.references(owner):
            inside = any(ref.body is code.body and code.has(ref.node) for code in codes)
            if not inside and ref.call is not None and id(ref.call) not in mine:
                return ref.body.file.span(ref.node.pos, ref.node.end)
    return None


def _removed_by(call: g.CallExpr, body: Body) -> Iterator[tuple[Container, g.Expr | None]]:
    """The map that a call takes entries out of, and the key where it takes one."""
    args = call.args
    name, found = builtin(call, body), symbol(call.fun, body)
    container, key = None, None
    if name in ("delete", "clear") and args:
        container, key = container_of(args[0], body), args[1] if len(args) > 1 else None
    elif isinstance(found, Outside):
        if args and knowledge.function_effect(found.path, found.name) in ("remove", "clear"):
            container = container_of(args[0], body)
    else:
        container, key = sync_map(call, body, "remove", "clear"), args[0] if args else None
    if container is not None:
        yield container, key
