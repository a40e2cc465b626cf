"""Calls of libraries that decode text or bytes into a variable."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import callee
from gomaplint.model.infer import type_of
from gomaplint.model.names import Outside, symbol
from gomaplint.model.symbols import File, Var


def decodes_into(call: g.CallExpr, body: Body) -> int | None:
    """The argument that a function of a library decodes into."""
    name = callee(call, body)
    if name is not None and name in _functions():
        return _functions()[name]
    if isinstance(call.fun, g.SelectorExpr):
        for path, receiver in _receivers(call.fun.x, body):
            at = _methods().get((path, receiver, call.fun.sel.name))
            if at is not None:
                return at
    return None


def imports_decoder(file: File) -> bool:
    """The file imports a package that decodes, or one that takes requests apart."""
    return not _paths().isdisjoint(path for _, path in file.facts.imports)


def _receivers(x: g.Expr, body: Body, depth: int = 3) -> Iterator[tuple[str, str]]:
    """What a receiver is: its type, the function that made it, or a variable of a package, by import path and name."""
    of = t.deref(type_of(x, body))
    if isinstance(of, t.External):
        yield of.path, of.name
    elif isinstance(of, t.Named):
        yield of.decl.package.path, of.decl.name  # of a vendored package
    elif isinstance(x, g.CallExpr):
        made = callee(x, body)
        if made is not None:
            yield made
    else:
        found = symbol(x, body)
        if isinstance(found, Outside):
            yield found.path, found.name
        elif isinstance(found, Local) and len(found.sources) == 1 and depth:
            yield from _receivers(found.sources[0].expr, found.body, depth - 1)
        elif isinstance(found, Var) and depth and found.spec is not None:
            values = Body(found, shallow=True).spec
            if values is not None and found.index < len(values.values):
                yield from _receivers(values.values[found.index], Body(found, shallow=True), depth - 1)


@cache
def _paths() -> frozenset[str]:
    table = knowledge.table("decoders")
    return frozenset(path for entry in (*table["function"], *table["method"]) for path in entry["paths"])


@cache
def _functions() -> dict[tuple[str, str], int]:
    return {
        (path, name): index
        for entry in knowledge.table("decoders")["function"]
        for path in entry["paths"]
        for name, index in entry["names"].items()
    }


@cache
def _methods() -> dict[tuple[str, str, str], int]:
    return {
        (path, receiver, name): index
        for entry in knowledge.table("decoders")["method"]
        for path in entry["paths"]
        for receiver in entry["of"]
        for name, index in entry["names"].items()
    }
