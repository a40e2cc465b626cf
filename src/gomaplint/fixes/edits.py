"""Edits of Go source that lose no comment and leave gofmt nothing to do.

Each function gives an `Edit`, or None where it cannot keep that promise: then there is no fix.
`text` is Go in lines that end with "\\n", indented by tabs from column 0 on; it gets the indentation of its place and
the file's line ends.

    insert_after(stmt, "delete(h.byName, name)", file)   a statement, below another one
    insert_before(stmt, "...", file)                     above another one, below the comments that stand over it
    insert_first(loop, loop.body, "v := v", file)        as the first of a block, the one of a loop or an `if`
    replace(node, "clear(m)", file)                      a statement or an expression that holds no comment
    restate(stmt, "clear(m)", file)                      a statement; the comments in it move above its place
    remove(stmt, file)                                   a statement, with its line
    written(node, file)                                  what the source says there, in its own spacing

What a name means is in `fixes.names`: a predeclared function, a package with the edits that import it, a type.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.finding import Edit
from gomaplint.model.symbols import File

_PIECE = re.compile(
    rb"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
_BLANK = b" \t\r"


class Comment(NamedTuple):
    """A comment by its offsets, without the line end."""

    start: int
    end: int


@lru_cache(maxsize=8)
def _comments(source: bytes) -> tuple[Comment, ...]:
    found = (m for m in _PIECE.finditer(source) if m[0][:2] in (b"//", b"/*"))
    return tuple(Comment(m.start(), m.start() + len(m[0].rstrip())) for m in found)


def comments(file: File, start: int, end: int) -> list[Comment]:
    """The comments of which a part lies between two offsets."""
    return [c for c in _comments(file.source) if c.start < end and c.end > start]


@lru_cache(maxsize=8)
def _blanked(source: bytes) -> bytes:
    text = bytearray(source)
    for c in _comments(source):
        text[c.start : c.end] = re.sub(rb"[^\r\n]", b" ", source[c.start : c.end])
    return bytes(text)


def blanked(file: File) -> bytes:
    """The source with blanks for comments."""
    return _blanked(file.source)


def written(node: g.Node, file: File) -> str:
    """The source of a node as it stands there."""
    return file.source[node.pos : node.end].decode("utf-8", "replace")


def insert_before(stmt: g.Node, text: str, file: File) -> Edit | None:
    """Put lines above a statement, below the comments that stand over it."""
    line = Line(file.source, stmt.pos)
    if not line.begins(stmt.pos) or parts(file, line.start):
        return None
    return Edit(file.path, line.start, line.start, _lines(text, line.indent, line.ending))


def insert_after(stmt: g.Node, text: str, file: File) -> Edit | None:
    """Put lines below a statement and the comment at the end of its line."""
    first, line = Line(file.source, stmt.pos), Line(file.source, stmt.end)
    if not first.begins(stmt.pos) or not ends(line, stmt.end, file) or parts(file, line.next):
        return None
    return put_below(line, text, first.indent, file)


def insert_first(owner: g.Node, block: g.BlockStmt, text: str, file: File) -> Edit | None:
    """Put lines in front of the statements of the block of a loop or an `if`, which is the `owner`."""
    opening = block.pos + 1
    first, line = Line(file.source, owner.pos), Line(file.source, opening)
    if not first.begins(owner.pos):
        return None
    if ends(line, opening, file):
        return put_below(line, text, f"{first.indent}\t", file)
    if comments(file, opening, line.end) or "\n" in text:
        return None
    return Edit(file.path, opening, opening, f" {text};")  # a block on one line, which gofmt would break up


def replace(node: g.Node, text: str, file: File) -> Edit | None:
    """Put another statement or expression in the place of one that holds no comment."""
    if comments(file, node.pos, node.end) or _moves(file, node.pos, node.end):
        return None
    line = Line(file.source, node.pos)
    lines = _lines(text, line.indent, line.ending)
    return Edit(file.path, node.pos, node.end, lines.removeprefix(line.indent).rstrip("\r\n"))


def restate(stmt: g.Node, text: str, file: File) -> Edit | None:
    """Put another statement in the place of one; the comments inside of it are kept above."""
    first, last = Line(file.source, stmt.pos), Line(file.source, stmt.end)
    moved = comments(file, stmt.pos, last.end if _moves(file, stmt.pos, stmt.end) else stmt.end)
    if not moved:
        return replace(stmt, text, file)
    kept = [file.source[c.start : c.end].decode("utf-8", "replace") for c in moved]
    if not first.begins(stmt.pos) or not ends(last, stmt.end, file) or any("\n" in c for c in kept):
        return None
    lines = _lines("\n".join((*kept, text)), first.indent, first.ending)
    end = max(stmt.end, moved[-1].end)
    return Edit(file.path, stmt.pos, end, lines.removeprefix(first.indent).rstrip("\r\n"))


def remove(stmt: g.Node, file: File) -> Edit | None:
    """Take away a statement that has its lines for itself and no comment on them, and what blank line it leaves."""
    source = file.source
    first, last = Line(source, stmt.pos), Line(source, stmt.end)
    alone = first.begins(stmt.pos) and source[stmt.end : last.end].strip(_BLANK + b";") == b""
    if not alone or comments(file, stmt.pos, last.end) or _joins(file, first.start, last.next):
        return None
    above = Line(source, first.start - 1) if first.start else first
    end = last.next
    if above.blank and end < len(source) and Line(source, end).blank:
        end = Line(source, end).next
    return Edit(file.path, first.start, end, "")


class Line:
    """The line around an offset; `end` is where its text ends, `next` where the next one begins."""

    def __init__(self, source: bytes, at: int) -> None:
        self.source = source
        self.start = source.rfind(b"\n", 0, at) + 1
        stop = source.find(b"\n", at)
        self.next = len(source) if stop < 0 else stop + 1
        self.end = len(source) if stop < 0 else stop - source.startswith(b"\r", stop - 1)
        self.ending = "\r\n" if self.end + 2 == self.next else "\n"

    @property
    def indent(self) -> str:
        text = self.source[self.start : self.end]
        return text[: len(text) - len(text.lstrip(b" \t"))].decode()

    @property
    def blank(self) -> bool:
        return not self.source[self.start : self.end].strip(_BLANK)

    def begins(self, at: int) -> bool:
        """Nothing but blanks stands on the line before an offset."""
        return not self.source[self.start : at].strip(b" \t")


def _lines(text: str, indent: str, ending: str) -> str:
    """The lines of a text with their indentation and line ends, the last one's too."""
    every = text.removesuffix("\n").split("\n")
    return "".join(f"{indent}{line}{ending}" if line else ending for line in every)


def put_below(line: Line, text: str, indent: str, file: File) -> Edit:
    """An insertion at the end of a line, of which nobody knows whether there is a line end."""
    lines = _lines(text, indent, line.ending)
    return Edit(file.path, line.end, line.end, line.ending + lines[: -len(line.ending)])


def ends(line: Line, at: int, file: File) -> bool:
    """Nothing but blanks and comments that end there stands on the line after an offset."""
    rest = comments(file, at, line.end)
    if any(c.start < at or c.end > line.end for c in rest):
        return False
    return not blanked(file)[at : line.end].strip(_BLANK)


def remove_tail(start: int, end: int, file: File) -> tuple[Edit, ...]:
    """Take away the comment at the end of a line, and set those anew that were aligned with it."""
    line = Line(file.source, start)
    code = line.start + len(file.source[line.start : start].rstrip(b" \t"))
    edits = [Edit(file.path, code, end, "")]
    last = len(file.source)
    for beside, up in ((line.start - 1, True), (line.next, False)):
        tails = _run(file, Line(file.source, beside), up=up) if 0 <= beside < last else []
        tail = _tail(file, line)
        if tail is None or not tails or tails[0].column != tail.column:
            continue
        least = min(t.blanks for t in tails) - 1
        edits += (Edit(file.path, t.at - least, t.at, "") for t in tails if least > 0)
    return tuple(edits)


# gofmt aligns comments at the ends of neighbouring lines. An edit that would part, join or move some is not made.


class _Tail(NamedTuple):
    """The comment at the end of a line of code: its offset, its column, and how many blanks stand before it."""

    at: int
    column: int
    blanks: int


def _tail(file: File, line: Line) -> _Tail | None:
    last = next((c for c in reversed(comments(file, line.start, line.end)) if c.end >= line.end), None)
    if last is None or last.start < line.start:
        return None
    before = line.source[line.start : last.start]
    code = before.rstrip(b" \t")
    column = len(before.decode("utf-8", "replace"))
    return _Tail(last.start, column, len(before) - len(code)) if code.strip() else None


def _run(file: File, line: Line, *, up: bool) -> list[_Tail]:
    """The comments at the ends of this line and of its neighbours above or below, as far as they are aligned."""
    found: list[_Tail] = []
    while True:
        tail = _tail(file, line)
        if tail is None or (found and tail.column != found[0].column):
            return found
        found.append(tail)
        if (up and line.start == 0) or line.next == len(line.source):
            return found
        line = Line(line.source, line.start - 1 if up else line.next)


def parts(file: File, at: int) -> bool:
    """A line more at the beginning of this one would part comments whose alignment depends on each other."""
    if at == 0 or at == len(file.source):
        return False
    above = _run(file, Line(file.source, at - 1), up=True)
    below = _run(file, Line(file.source, at), up=False)
    if not above or not below or above[0].column != below[0].column:
        return False
    return not (any(t.blanks == 1 for t in above) and any(t.blanks == 1 for t in below))


def _joins(file: File, start: int, end: int) -> bool:
    """Without the lines between two offsets, comments would become neighbours that are not aligned."""
    if start == 0 or end == len(file.source):
        return False
    above, below = _tail(file, Line(file.source, start - 1)), _tail(file, Line(file.source, end))
    return above is not None and below is not None and above.column != below.column


def _moves(file: File, start: int, end: int) -> bool:
    """A comment follows on the line, and a neighbour has one too: what is aligned depends on the length of the code."""
    first, last = Line(file.source, start), Line(file.source, end)
    if _tail(file, last) is None:
        return False
    above = _tail(file, Line(file.source, first.start - 1)) if first.start else None
    below = _tail(file, Line(file.source, last.next)) if last.next < len(file.source) else None
    return above is not None or below is not None
