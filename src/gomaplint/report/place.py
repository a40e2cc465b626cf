"""Places as other programs name them: paths from the repository's root on, columns in UTF-16 units."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from gomaplint.report.style import Style
from gomaplint.span import Span


class Sources:
    """The lines of the files that a report names; a line that is not at hand is empty."""

    def __init__(self, lines: Mapping[str, Sequence[str]]) -> None:
        self.lines = lines
        self._starts: dict[str, list[int]] = {}

    def line(self, path: str, number: int) -> str:
        """The line with a number, counted from 1, without its line end."""
        source = self.lines.get(path, ())
        return source[number - 1].rstrip("\r") if number <= len(source) else ""

    def column(self, path: str, line: int, column: int) -> int:
        """The column in UTF-16 units of one that counts bytes, both from 1."""
        text = self.line(path, line)
        if text.isascii():
            return column
        before = text.encode("utf-8", "surrogateescape")[: column - 1].decode("utf-8", "replace")
        return len(before.encode("utf-16-le")) // 2 + 1

    def first_line(self, at: Span) -> Span:
        """The part of a place on its first line: changes are shown with what stands on their lines."""
        if at.end_line == at.line:
            return at
        end = len(self.line(at.path, at.line).encode("utf-8", "surrogateescape")) + 1
        return at._replace(end_line=at.line, end_column=end)

    def position(self, path: str, offset: int) -> tuple[int, int] | None:
        """The line and the column, in UTF-16 units, of a byte; None where the file is not at hand."""
        if path not in self.lines:
            return None
        if path not in self._starts:
            sizes = (len(line.encode("utf-8", "surrogateescape")) + 1 for line in self.lines[path])
            self._starts[path] = list(accumulate(sizes, initial=0))[:-1]
        line = bisect_right(self._starts[path], offset)
        return line, self.column(path, line, offset - self._starts[path][line - 1] + 1)


def from_root(path: str, style: Style) -> str:
    """The path from the repository's root on; a file outside of it is named in full."""
    absolute = Path(os.path.normpath(os.path.join(style.cwd, path)))
    root = style.root or style.cwd
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else absolute.as_posix()
