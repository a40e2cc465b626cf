"""Comments that hold a word, where they stand, and what begins below them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import syntax


class Comment(NamedTuple):
    """One comment; `pos` and `end` are byte offsets and take in no line end, lines count from 1.

    `alone` tells that nothing else stands on its lines.
    `last` is the last line of the run of line comments that goes on right below it, its own where none does.
    `below` is the last line of the widest thing that begins right after that run, in the column of the comment:
    a statement or a declaration, the whole file for the package clause; 0 where nothing does.
    """

    pos: int
    end: int
    line: int
    last: int
    below: int
    alone: bool


def comments_with(source: bytes, word: bytes) -> Iterator[Comment]:
    """The comments of a file in which a word occurs; where it stands in strings or code, it is passed over."""
    at = source.find(word)
    root = syntax.parse(source) if at >= 0 else None
    lines = source.split(b"\n") if at >= 0 else []
    while root is not None and at >= 0:
        node = root.descendant_for_byte_range(at, at + len(word))
        if node is None or node.type != "comment":
            at = source.find(word, at + len(word))
            continue
        yield _comment(node, root, lines)
        at = source.find(word, node.end_byte)


def _comment(node: syntax.Node, root: syntax.Node, lines: list[bytes]) -> Comment:
    first, column = node.start_point
    last, stop = node.end_point
    alone = not lines[first][:column].strip() and not lines[last][stop:].strip()
    end = node.end_byte - lines[last][:stop].endswith(b"\r")
    while alone and last + 1 < len(lines) and lines[last + 1].lstrip().startswith(b"//"):
        last += 1
    below = _end_of_what_begins(last + 1, column, root, len(lines)) if alone else 0
    return Comment(node.start_byte, end, first + 1, last + 1, below, alone)


def _end_of_what_begins(row: int, column: int, root: syntax.Node, lines: int) -> int:
    """The last line (from 1) of the widest node that begins at a place (from 0), 0 where none does."""
    node = root.descendant_for_point_range((row, column), (row, column))
    end = 0
    while node is not None and tuple(node.start_point) == (row, column) and node.type not in _LISTS:
        if node.type == "package_clause":
            return lines
        end = node.end_point[0] + (node.end_point[1] > 0)
        node = node.parent
    return end


# They begin where the first of their statements does.
_LISTS = ("source_file", "statement_list")
