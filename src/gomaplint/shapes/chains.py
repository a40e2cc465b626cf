"""Entries of maps, and entries of their entries: `m[a][b]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.containers import Container, container_of
from gomaplint.shapes.entries import sync_map


class Chain(NamedTuple):
    """An entry, or an entry of an entry: `m[a][b]` is container m with two keys; `node` reads or writes it."""

    container: Container
    keys: tuple[g.Expr, ...]
    node: g.Node
    body: Body


def chain_of(x: g.Node, body: Body) -> Chain | None:
    """The entry that an index expression, or the look-up in a sync.Map, denotes."""
    keys: list[g.Expr] = []
    if isinstance(x, g.CallExpr):
        container = sync_map(x, body, "read", "insert") if x.args else None
        return Chain(container, (x.args[0],), x, body) if container is not None else None
    node: g.Node = x
    while isinstance(node, g.IndexExpr) and len(node.indices) == 1:
        keys.insert(0, node.indices[0])
        node = node.x
    if not keys or not isinstance(node, (g.Ident, g.SelectorExpr, g.StarExpr)):
        return None
    container = container_of(node, body)
    if container is None or container.map is None:
        return None
    return Chain(container, tuple(keys), x, body)


def ranged(loop: g.Node, how: str, body: Body) -> Chain | None:
    """The entry that the value of a range over a map is."""
    if how != "element" or not isinstance(loop, g.RangeStmt) or loop.key is None:
        return None
    outer = chain_of(loop.x, body)
    container = outer.container if outer is not None else container_of(loop.x, body)
    keys = outer.keys if outer is not None else ()
    if container is None or container.map is None:
        return None
    return Chain(container, (*keys, loop.key), loop, body)


def stores(body: Body) -> Iterator[Chain]:
    """The entries that a function sets."""
    for stmt in body.assigns:
        if isinstance(stmt, g.AssignStmt) and stmt.op == "=":
            for target in stmt.lhs:
                chain = chain_of(target, body) if isinstance(target, g.IndexExpr) else None
                if chain is not None:
                    yield chain._replace(node=stmt)
    for call in body.calls:
        container = sync_map(call, body, "insert")
        if container is not None and len(call.args) > 1:
            yield Chain(container, (call.args[0],), call, body)
