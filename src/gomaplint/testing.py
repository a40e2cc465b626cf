"""Runs Go fixtures that carry their expectations as comments; used by gomaplint's own tests and by authors of rules.

A comment at the end of a line says what must be reported there:

    s.byIP[ip] = n   // want GML102
    s.byIP[ip] = n   // want GML102 medium "gains an entry per"

A rule may be followed by the highest --min-confidence at which it must show (high where none is written) and by a
regular expression for the message. `// maybe` lets a line have findings or none. Every other finding is a failure.

All rules run, as they do over any code. In a fixture of a team's own rule, only the findings of this rule count, and of
those that a want names: neither a new release of gomaplint nor another rule of the team makes it fail.
"""

from __future__ import annotations

import difflib
import os
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from gomaplint.check import check
from gomaplint.config import Options
from gomaplint.discover.folders import shown
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Finding
from gomaplint.rule import built_in, load_rules

_COMMENT = re.compile(r"//\s*want\s+(.*)$")
_WANT = re.compile(r'([A-Z]+\d{3})(?:\s+(high|medium|low))?(?:\s+"((?:[^"\\]|\\.)*)")?\s*')
_WANTS = re.compile(rf"(?:{_WANT.pattern})+")
_MAYBE = re.compile(r"//\s*maybe\b")


class Trial(NamedTuple):
    """What came of running the fixtures of own rules: what is wrong, a line each, and how much was tried."""

    failures: list[str]
    rules: int
    fixtures: int


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
                message = (message or "").replace('\\"', '"')
                try:
                    re.compile(message)
                except re.error as error:
                    raise UserError(
                        f'{file}:{number}: "{message}" is no regular expression: {error}'
                    ) from error
                wants.append(Want(path, number, rule, confidence, message))
    return wants, maybe


def run_fixture(folder: Path, options: Options | None = None, *, rule: str = "") -> list[str]:
    """What a fixture and the rules disagree about, a line each; empty where they agree.

    Where a `rule` is given, only its findings count, and those of rules that a want names.
    Paths begin at the folder.
    A file that could not be read as Go, or only in parts, is a disagreement as well.
    """
    options = replace(options or Options(), min_confidence=Confidence.LOW, all_modules=True)
    wants, maybe = expectations(folder)
    report = check(options, os.path.abspath(folder))
    counted = {rule, *(want.rule for want in wants)}
    found = [f for f in report.findings if not rule or f.rule in counted]
    unread = [str(note) for note in report.notes if note.path]
    return sorted([*_compare(wants, found, maybe), *unread], key=_by_line)


def _by_line(told: str) -> list[int | str]:
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", told)]


def run_own(folders: Sequence[Path]) -> Trial:
    """Run the fixtures of own rules: each of `folders` holds rules in `rules` and what they report in `fixtures`.

    A rule needs a fixture of its name that wants it, and a fixture a rule of its name.
    """
    tops = {os.path.realpath(top): top for top in folders}.values()
    for top in tops:
        if not top.is_dir():
            raise UserError(f"{top}: no such folder; 'gomaplint new' writes a first rule and its fixture")
    options = Options(rules=tuple(os.path.abspath(top / "rules") for top in tops))
    rules = [
        rule
        for rule in load_rules([Path(folder) for folder in options.rules], os.getcwd())
        if not built_in(rule.id)
    ]
    cases = [case for top in tops for case in _cases(top / "fixtures")]
    named = {rule.folder.name: rule for rule in rules}
    failures: list[str] = []
    for case in cases:
        at, rule = case.as_posix(), named.get(case.name)
        if rule is None:
            near = difflib.get_close_matches(case.name, named, 1)
            failures.append(f"{at}: no rule has this name" + (f"; did you mean {near[0]}?" if near else ""))
            continue
        if not (case / "go.mod").is_file():
            failures.append(f"{at}: has no go.mod; every fixture is a module of its own")
            continue
        failures += [posixpath.join(at, told) for told in run_fixture(case, options, rule=rule.id)]
        if rule.id not in {want.rule for want in expectations(case)[0]}:
            failures.append(f"{at}: no line says // want {rule.id}")
    tried = {case.name for case in cases}
    untried = (rule for name, rule in named.items() if name not in tried)
    failures += [
        f"{shown(os.fspath(rule.folder), os.getcwd())}: has no fixture of its name" for rule in untried
    ]
    return Trial(failures, len(rules), len(cases))


def _cases(folder: Path) -> list[Path]:
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return [entry for entry in entries if entry.is_dir() and entry.name[0] != "."]


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
