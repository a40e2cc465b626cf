"""Runs Go fixtures that carry their expectations as comments; used by gomaplint's own tests and by authors of rules.

A comment at the end of a line says what must be reported there:

    s.byIP[ip] = n   // want GML102
    s.byIP[ip] = n   // want GML102 medium "gains an entry per"

A rule may be followed by the highest --min-confidence at which it must show (high where none is written) and by a
regular expression for the message. `// maybe` lets a line have findings or none. Every other finding is a failure.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomaplint.check import check
from gomaplint.config import Options
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Finding

_COMMENT = re.compile(r"//\s*want\s+(.*)$")
_WANT = re.compile(r'([A-Z]+\d{3})(?:\s+(high|medium|low))?(?:\s+"((?:[^"\\]|\\.)*)")?\s*')
_WANTS = re.compile(rf"(?:{_WANT.pattern})+")
_MAYBE = re.compile(r"//\s*maybe\b")


@dataclass(frozen=True, slots=True)
class Want:
    """One expectation."""

    path: str
    line: int
    rule: str
    confidence: Confidence
    message: str

    def met_by(self, f: Finding) -> bool:
        return (
            (f.at.path, f.at.line, f.rule) == (self.path, self.line, self.rule)
            and f.confidence >= self.confidence
            and re.search(self.message, f.message) is not None
        )

    def __str__(self) -> str:
        message = f' "{self.message}"' if self.message else ""
        return f"{self.path}:{self.line}: missing {self.rule} ({self.confidence}){message}"


def expectations(folder: Path) -> tuple[list[Want], set[tuple[str, int]]]:
    """The wants of all Go files below a folder, and the lines that may have findings."""
    wants: list[Want] = []
    maybe: set[tuple[str, int]] = set()
    for file in sorted(folder.rglob("*.go")):
        path = file.relative_to(folder).as_posix()
        for number, line in enumerate(file.read_text("utf-8", "replace").split("\n"), 1):
            if _MAYBE.search(line):
                maybe.add((path, number))
            comment = _COMMENT.search(line)
            if comment is None:
                continue
            if not _WANTS.fullmatch(comment[1].strip()):
                raise UserError(f'{file}:{number}: not understood; write // want GML102 medium "message"')
            for rule, level, message in (m.groups() for m in _WANT.finditer(comment[1])):
                confidence = Confidence[(level or "high").upper()]
                wants.append(Want(path, number, rule, confidence, (message or "").replace('\\"', '"')))
    return wants, maybe


def run_fixture(folder: Path, options: Options | None = None) -> list[str]:
    """What a fixture and the rules disagree about, a line each; empty where they agree."""
    options = replace(options or Options(), min_confidence=Confidence.LOW, all_modules=True)
    wants, maybe = expectations(folder)
    report = check(options, os.fspath(folder))
    return sorted(_compare(wants, report.findings, maybe))


def _compare(wants: Sequence[Want], found: Iterable[Finding], maybe: set[tuple[str, int]]) -> list[str]:
    left = list(found)
    failures = []
    for want in wants:
        met = next((f for f in left if want.met_by(f)), None)
        if met is not None:
            left.remove(met)
        else:
            failures.append(str(want))
    failures += [
        f"{f.at.path}:{f.at.line}: unexpected {f.rule} ({f.confidence}): {f.message}"
        for f in left
        if (f.at.path, f.at.line) not in maybe
    ]
    return failures
