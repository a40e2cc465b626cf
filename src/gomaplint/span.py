"""Places in Go files, and answers that carry the place they rest on."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of one file: lines from 1, columns from 1 counted in bytes, as Go's own tools count them.

    `end_column` is the column after the last byte.
    `path` is relative to the folder the run was started in where that is possible, with "/" on every system.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Answer(NamedTuple):
    """What is known about one question.

    `holds` is True (yes), False (no) or None (not known).
    `says` tells why, as the rest of a sentence about the thing that was asked about.
    `at` is the place that shows it, where there is one.
    """

    holds: bool | None
    says: str
    at: Span | None = None
