"""Comments that speak to gomaplint: what to suppress, and what is so of a map."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gomaplint.comments import Comment, comments_with
from gomaplint.facts import names_in
from gomaplint.model.maps import Analysis
from gomaplint.model.symbols import File
from gomaplint.model.types import BASIC_NAMES
from gomaplint.span import Span

SUPPRESSING = ("ignore", "file-ignore")
CONTRACTS = ("bounded", "evicted-by")
VERBS = (*SUPPRESSING, *CONTRACTS)
EVERYTHING = "*"
"""In the place of rules: whatever gomaplint reports."""

_WORD = b"gomaplint"
_PART = re.compile(rb"(?<=\S)\s+(?=//)")
_OWN = re.compile(rb"(?://|/\*)([ \t]*)gomaplint:([ \t]*)([\w-]*)[ \t]*(.*?)(?:\*/)?", re.DOTALL)
_NAMES = re.compile(rb"\w[^\s,]*(?:[ \t]*,[ \t]*\w[^\s,]*)*,?")
_ARGUMENT = re.compile(rb"[A-Za-z]+\d|by=")
_NOLINT = re.compile(rb"//[/ ]*nolint:(.*)")
_LINT = re.compile(rb"//lint:(ignore|file-ignore)[ \t]+(\S+)[ \t]+(\S.*)")
_DIRECTIVE = re.compile(rb"//([a-z0-9]+:\S| ?nolint\b)")
_EVERYWHERE = frozenset(("var", "map", "struct", "sync", "Map", "make", *BASIC_NAMES))


class Judged(NamedTuple):
    """What became of a comment that suppresses, once all rules have spoken.

    `unknown` are the names that mean no rule, each with a hint at what was meant.
    `settled` tells what it suppressed, by the name that did.
    `idle` are names that suppressed nothing; None where this cannot be said, and `why` then.
    """

    unknown: Mapping[str, str]
    settled: Mapping[str, str]
    idle: tuple[str, ...] | None
    why: str = ""


@dataclass(eq=False)
class Directive:
    """One comment, or the part of one, that speaks to gomaplint.

    `pos` and `end` are its offsets, without another comment on the same line.
    `tool` is whose form it has: "gomaplint", "nolint", or "lint" (staticcheck's).
    `names` are the rules it names as they are written, between the offsets `named`; for a contract there are none.
    `reason` is what follows them, for a contract all that follows the verb.
    `odd` tells that it is written in a way that Go's directives are not: with a blank, or as a block.
    `judged` is filled in when the rules have spoken.
    """

    analysis: Analysis
    file: File
    comment: Comment
    pos: int
    end: int
    tool: str
    verb: str
    names: tuple[str, ...] = ()
    named: tuple[int, int] = (0, 0)
    reason: str = ""
    odd: bool = False
    judged: Judged | None = field(default=None, repr=False)

    @cached_property
    def at(self) -> Span:
        return self.file.span(self.pos, self.end)

    @property
    def suppresses(self) -> bool:
        return self.verb in SUPPRESSING

    @property
    def title(self) -> str:
        """What it is called where people are told of it: without its reason."""
        if self.tool == "nolint":
            return "nolint:gomaplint"
        if self.verb not in VERBS:
            return f"gomaplint:{self.verb}"
        end = self.named[1] or self.end
        text = " ".join(self.file.source[self.pos : end].decode("utf-8", "replace").split())
        return text.lstrip("/* ").removesuffix("*/").rstrip()

    @cached_property
    def lines(self) -> range | None:
        """The lines that it is about; None: all of the file."""
        comment = self.comment
        if self.verb == "file-ignore":
            return None
        if not comment.alone:
            return range(comment.line, comment.line + 1)
        if self.tool == "nolint":
            return range(comment.line, max(comment.last, comment.below) + 1)
        return range(comment.last + 1, comment.last + 2)

    @cached_property
    def named_there(self) -> frozenset[str]:
        """The names in the code of the lines that it is about, comments left out."""
        lines = self.file.source.split(b"\n")
        code = (lines[n - 1].partition(b"//")[0] for n in self.lines or () if n <= len(lines))
        return names_in(b" ".join(code)) - _EVERYWHERE

    def covers(self, at: Span) -> bool:
        """It is about a place: that begins on a line of it, or ends on the line that it closes."""
        if at.path != self.file.path:
            return False
        lines = self.lines
        return lines is None or at.line in lines or (not self.comment.alone and at.end_line in lines)


def directives(analysis: Analysis) -> list[Directive]:
    """All comments of the run that speak to gomaplint, in the order of files and lines."""
    return analysis.once(_find)


def _find(analysis: Analysis) -> list[Directive]:
    return [
        found
        for file in analysis.program.workspace.files
        if _WORD.decode() in file.facts.names and not file.opaque
        for comment in comments_with(file.source, _WORD)
        for found in _in_comment(comment, file, analysis)
    ]


def _in_comment(comment: Comment, file: File, analysis: Analysis) -> Iterator[Directive]:
    """The directives of one comment: `//nolint:gosec //gomaplint:ignore GML102 reason` holds two."""
    text = file.source[comment.pos : comment.end]
    cuts = [(m.start(), m.end()) for m in _PART.finditer(text)] if text.startswith(b"//") else []
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = text[start:end]
        pos = comment.pos + start
        found = Directive(analysis, file, comment, pos, comment.pos + end, "", "")
        if _own(part, found) or _lint(part, found):
            yield found
        elif _nolint(part, found):
            said = text[starts[number + 1] : ends[number + 1]] if number + 1 < len(starts) else b""
            found.reason = _text(said.lstrip(b"/ "))
            yield found
        elif _DIRECTIVE.match(part) is None:
            return  # prose, which may quote a directive


def _own(part: bytes, found: Directive) -> bool:
    match = _OWN.fullmatch(part)
    if match is None:
        return False
    found.tool, found.verb = "gomaplint", match[3].decode("utf-8", "replace")
    found.odd = bool(match[1] or match[2]) or part.startswith(b"/*")
    if match[1] and match[2] and _ARGUMENT.match(match[4]) is None:
        return False  # prose: "gomaplint: ignore what it says"
    if found.verb in VERBS:
        pos = found.pos + match.start(4)
        names = _NAMES.match(match[4]) if found.suppresses else None
        if names is not None:
            found.names = tuple(name for word in names[0].split(b",") if (name := _text(word).rstrip(":")))
            found.named = (pos, pos + len(names[0].rstrip(b",:")))
        found.reason = _text(match[4][names.end() if names is not None else 0 :]).lstrip("-–—: ")  # noqa: RUF001
        return True
    # Behind a blank, only what comes close to a directive is not prose.
    return not match[1] or near(found.verb) != ""


def near(verb: str) -> str:
    """The verb that was meant, as far as that can be guessed."""
    return next(iter(difflib.get_close_matches(verb.lower(), VERBS, 1, 0.7)), "")


def _lint(part: bytes, found: Directive) -> bool:
    match = _LINT.fullmatch(part)
    checks = _text(match[2]).split(",") if match is not None else []
    names = tuple(check.removeprefix("gomaplint/") for check in checks if check.startswith("gomaplint/"))
    if match is None or not names:
        return False
    found.tool, found.verb, found.names = "lint", match[1].decode(), names
    found.named = (found.pos + match.start(2), found.pos + match.end(2))
    found.reason = _text(match[3])
    return True


def _nolint(part: bytes, found: Directive) -> bool:
    match = _NOLINT.fullmatch(part)
    linters = [word.split()[:1] for word in _text(match[1]).lower().split(",")] if match is not None else []
    found.tool, found.verb, found.names = "nolint", "ignore", (EVERYTHING,)
    return ["gomaplint"] in linters


def _text(raw: bytes) -> str:
    return " ".join(raw.decode("utf-8", "replace").split())
