"""Directives: comments that speak to gomaplint, with what is wrong with them and how they are removed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gomaplint.finding import Edit, Fix, Related
from gomaplint.fixes.edits import remove_tail
from gomaplint.model.maps import Analysis
from gomaplint.shapes.directives import Directive, directives
from gomaplint.shapes.faults import Fault, fault_of
from gomaplint.span import Span
from gomaplint.subjects import Kind, Subject, Words


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each comment that suppresses a finding, promises something of a map, or tries to."""
    return map(_subject, directives(analysis))


def _subject(d: Directive) -> Subject:
    return Subject(
        d.file,
        d.at,
        {"directive": d},
        Words(
            {"directive": d.title},
            fault=lambda: (fault_of(d) or _NONE).says,
            cure=lambda: (fault_of(d) or _NONE).cure,
            idle=lambda: _listed(d),
        ),
        str(d.at),
        related=lambda: (_about(d),),
        fixes=lambda: tuple(_fixes(d)),
    )


def _about(d: Directive) -> Related:
    """The code that a comment is about, so far as it is one line."""
    if d.lines is None:
        return Related(d.at, "it is about all of this file")
    source = d.file.source.split(b"\n")
    number = d.lines[-1]
    code = source[number - 1].split(b"//")[0] if number <= len(source) else b""
    if not code.strip():
        return Related(d.at, "it is about no code")
    column = len(code) - len(code.lstrip()) + 1
    return Related(Span(d.file.path, number, column, number, len(code.rstrip()) + 1), "it is about this")


_NONE = Fault("is understood", "leave it as it is", False)


def _idle(d: Directive) -> tuple[str, ...]:
    return d.judged.idle or () if d.judged is not None else ()


def _listed(d: Directive) -> str:
    """The names that suppress nothing, where others of the same comment do."""
    return ", ".join(_idle(d)) if len(_idle(d)) < len(d.names) else ""


def _fixes(d: Directive) -> Iterator[Fix]:
    idle = _idle(d)
    if idle and len(idle) < len(d.names):
        start, end = d.named
        kept = ",".join(name for name in d.names if name not in idle)
        yield Fix(f"remove {', '.join(idle)} from the comment", True, (Edit(d.file.path, start, end, kept),))
    elif idle:
        yield Fix("remove the comment", True, _removal(d))
    elif d.odd:
        text = d.file.source[d.pos : d.end].decode("utf-8", "surrogateescape")
        plain = re.sub(r"^(?://|/\*)\s*gomaplint:\s*", "//gomaplint:", text).removesuffix("*/").rstrip()
        yield Fix("write it as a directive", True, (Edit(d.file.path, d.pos, d.end, plain),))


def _removal(d: Directive) -> tuple[Edit, ...]:
    """What takes a directive away: its line if it stands alone, else the blanks before it; another comment stays."""
    source, comment = d.file.source, d.comment
    if d.end < comment.end:
        rest = source[d.end : comment.end]
        return (Edit(d.file.path, d.pos, comment.end - len(rest.lstrip()), ""),)
    start, end = d.pos, d.end
    if d.pos > comment.pos:
        return (Edit(d.file.path, len(source[:start].rstrip(b" \t")), end, ""),)
    if not comment.alone:
        return remove_tail(start, end, d.file)
    start = source.rfind(b"\n", 0, start) + 1
    end = source.find(b"\n", end) + 1 or len(source)
    above = source.rfind(b"\n", 0, max(start - 1, 0)) + 1
    if comment.last == comment.line and source[above:start].strip() == b"//":
        start = above  # gofmt sets a directive off from the words of a doc comment by an empty line of it
    elif not source[above:start].strip() and not (below := source[end : source.find(b"\n", end) + 1]).strip():
        end += len(below)
    return (Edit(d.file.path, start, end, ""),)


KINDS = (
    Kind(
        "directive",
        find,
        {"directive": Directive},
        frozenset(("directive", "fault", "cure")),
        frozenset(("idle",)),
        "directive",
    ),
)
