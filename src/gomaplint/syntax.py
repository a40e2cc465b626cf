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
_NEAR = 4000  # bytes in which a bracket is expected to close
_GENERIC_METHOD = re.compile(rb"^func\s*\([^()]*\)\s*\w+\s*(\[)", re.MULTILINE)


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))


def parse(source: bytes, offset: int = 0) -> Node:
    """The root of the tree of a file, or of a part that stands at an `offset` in it; it may hold errors."""
    if not source.endswith(b"\n"):
        source += b"\n"  # the grammar wants a line end after the last declaration, Go does not
    tree = _parser().parse(source)
    if tree.root_node.has_error:
        errors = _errors(tree.root_node)
        repaired = _repair(source, errors)
        if repaired != source:
            again = _parser().parse(repaired)
            if len(_errors(again.root_node)) < len(errors):
                tree = again
    root = tree.root_node_with_offset(offset, (0, 0))
    assert root is not None
    return root


def _repair(source: bytes, errors: list[int]) -> bytes:
    """Rewrite what tree-sitter-go 0.25 cannot parse: `new(expr)` of Go 1.26 and generic methods of Go 1.27."""
    for found in _NEW.finditer(source):
        # The grammar reads the argument of a function called `new` as a type; one called `neu` it leaves alone.
        end = _closing(source, found.end(), b"(", b")")
        if any(found.start() <= error <= end for error in errors):
            source = source[: found.start()] + b"neu" + source[found.end() :]
    for found in reversed(list(_GENERIC_METHOD.finditer(source))):
        end = _closing(source, found.start(1), b"[", b"]")
        blank = re.sub(rb"[^\n]", b" ", source[found.start(1) : end + 1])
        source = source[: found.start(1)] + blank + source[end + 1 :]
    return source


def _closing(source: bytes, start: int, opening: bytes, closing: bytes) -> int:
    """The offset of the bracket that closes the first one at or after `start`; strings are not looked into."""
    depth = 0
    for i in range(start, min(start + _NEAR, len(source))):
        depth += (source[i] == opening[0]) - (source[i] == closing[0])
        if depth == 0 and source[i] == closing[0]:
            return i
    return start


def _errors(root: Node) -> list[int]:
    """Where a tree has errors: begin and end of each."""
    found: list[int] = []
    todo = [root]
    while todo:
        node = todo.pop()
        if node.is_error or node.is_missing:
            found += (node.start_byte, node.end_byte)
        if node.has_error:
            todo.extend(node.children)
    return found


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
