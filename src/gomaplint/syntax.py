"""The only door to tree-sitter: bytes to a tree, with the grammar's known gaps repaired.

A repair replaces bytes by as many others, so that every offset stays true; text is always read from the original bytes.
"""

from __future__ import annotations

import re
from functools import cache

import tree_sitter
import tree_sitter_go
from tree_sitter import Node

__all__ = ["Node", "first_error", "parse"]

_NEW = re.compile(rb"\bnew(?=\s*\()")
_GENERIC_METHOD = re.compile(rb"^func\s*\([^()]*\)\s*\w+\s*(\[)", re.MULTILINE)


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))


def parse(source: bytes) -> Node:
    """The root of the tree of one file; it may hold errors, see `first_error`."""
    if not source.endswith(b"\n"):
        source += b"\n"  # the grammar wants a line end after the last declaration, Go does not
    root = _parser().parse(source).root_node
    if root.has_error:
        repaired = _repair(source)
        if repaired != source:
            again = _parser().parse(repaired).root_node
            if not again.has_error or _errors(again) < _errors(root):
                return again
    return root


def _repair(source: bytes) -> bytes:
    """Rewrite what tree-sitter-go 0.25 cannot parse: `new(expr)` of Go 1.26 and generic methods of Go 1.27."""
    # The grammar reads the argument of a function called `new` as a type; one called `neu` it leaves alone.
    source = _NEW.sub(b"neu", source)
    for found in reversed(list(_GENERIC_METHOD.finditer(source))):
        start, depth = found.start(1), 0
        for i in range(start, min(start + 1000, len(source))):
            depth += {91: 1, 93: -1}.get(source[i], 0)
            if depth == 0:
                blank = re.sub(rb"[^\n]", b" ", source[start : i + 1])
                source = source[:start] + blank + source[i + 1 :]
                break
    return source


def _errors(root: Node) -> int:
    count, todo = 0, [root]
    while todo:
        node = todo.pop()
        count += node.is_error or node.is_missing
        if node.has_error:
            todo.extend(node.children)
    return count


def first_error(root: Node) -> tuple[int, int] | None:
    """Offset and line (from 1) of the first thing that did not parse, or None."""
    if not root.has_error:
        return None
    node = root
    while True:
        for child in node.children:
            if child.is_error or child.is_missing:
                # `[...]T` as a plain type is not Go, and an error of that size loses nothing.
                return child.start_byte, child.start_point[0] + 1
            if child.has_error:
                node = child
                break
        else:
            return node.start_byte, node.start_point[0] + 1
