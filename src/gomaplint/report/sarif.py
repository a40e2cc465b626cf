"""SARIF 2.1.0 for GitHub code scanning and other collectors of findings; docs/github.md tells how to use it."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sarif_om as om

from gomaplint import HOME, __version__, collector
from gomaplint.finding import Confidence, Described, Finding, Note, Report, Severity
from gomaplint.report.linehash import line_hashes
from gomaplint.report.sarifjson import dumps
from gomaplint.report.style import Style
from gomaplint.span import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PROBLEM = {Severity.NOTE: "recommendation", Severity.WARNING: "warning", Severity.ERROR: "error"}
_RANK = {Confidence.LOW: 20.0, Confidence.MEDIUM: 50.0, Confidence.HIGH: 80.0}
_DESCRIPTION = 1024  # characters that GitHub takes


def render(report: Report, style: Style) -> str:
    """Return one run on one line: the same bytes for the same findings."""
    with collector.paused():
        return dumps(_Log(report, style).log())


class _Log:
    """Builds the objects of one report; places that stand in several of them are made once."""

    def __init__(self, report: Report, style: Style) -> None:
        self.report = report
        self.style = style
        self.index = {rule.id: number for number, rule in enumerate(report.rules)}
        self.places: dict[Span, Any] = {}
        self.hashes = _hashes(report)
        self.identities: Counter[str] = Counter()

    def log(self) -> Any:
        driver = om.ToolComponent(
            name="gomaplint",
            information_uri=HOME,
            semantic_version=__version__,
            version=__version__,
            rules=[_descriptor(rule) for rule in self.report.rules],
        )
        run = om.Run(
            tool=om.Tool(driver=driver),
            column_kind="utf16CodeUnits",
            results=[self.result(finding) for finding in self.report.findings],
        )
        if self.report.notes:
            notes = [self.notification(note) for note in self.report.notes]
            run.invocations = [om.Invocation(execution_successful=True, tool_execution_notifications=notes)]
        if self.style.category:
            run.automation_details = om.RunAutomationDetails(id=f"{self.style.category}/")
        return om.SarifLog(runs=[run], version="2.1.0", schema_uri=SCHEMA)

    def result(self, finding: Finding) -> Any:
        return om.Result(
            rule_id=finding.rule,
            rule_index=self.index.get(finding.rule, -1),
            level=str(finding.severity),
            rank=_RANK[finding.confidence],
            message=om.Message(text=_message(finding)),
            locations=[
                om.Location(physical_location=self.place(_first_line(finding.at, self.line(finding.at))))
            ],
            related_locations=[
                om.Location(
                    id=number, physical_location=self.place(row.at), message=om.Message(text=_text(row.says))
                )
                for number, row in enumerate(finding.related, 1)
            ]
            or None,
            code_flows=[om.CodeFlow(thread_flows=[om.ThreadFlow(locations=list(self.steps(finding)))])],
            partial_fingerprints=self.fingerprints(finding),
            properties={
                "confidence": str(finding.confidence),
                **({"container": _text(finding.container)} if finding.container else {}),
            },
        )

    def steps(self, finding: Finding) -> Iterator[Any]:
        """The proof as a walk: declared, kept alive, grows here, never removed."""
        rows = [(row.at, row.says) for row in finding.related]
        rows.append((finding.at, finding.message))
        if finding.searched:
            rows.append((rows[0][0], f"looked for: {finding.searched}"))
        for at, says in rows:
            where = om.Location(physical_location=self.place(at), message=om.Message(text=_text(says)))
            yield om.ThreadFlowLocation(location=where)

    def fingerprints(self, finding: Finding) -> dict[str, str]:
        """GitHub's own, and one that stays when lines move or the file is renamed."""
        found = {}
        line = self.hashes.get(finding.at.path, {}).get(finding.at.line)
        if line is not None:
            found["primaryLocationLineHash"] = line
        what = finding.container or f"{finding.at.path}\n{' '.join(self.line(finding.at).split())}"
        digest = hashlib.sha256(f"{finding.family}\n{what}".encode("utf-8", "surrogateescape")).hexdigest()[
            :32
        ]
        self.identities[digest] += 1
        found["gomaplint/v1"] = f"{digest}:{self.identities[digest]}"
        return found

    def place(self, at: Span) -> Any:
        found = self.places.get(at)
        if found is None:
            region = om.Region(
                start_line=at.line,
                start_column=_column(self.line(at), at.column),
                end_line=at.end_line,
                end_column=_column(self.line(at, at.end_line), at.end_column),
            )
            artifact = om.ArtifactLocation(uri=_uri(at.path, self.style.cwd, self.style.root))
            found = self.places[at] = om.PhysicalLocation(artifact_location=artifact, region=region)
        return found

    def line(self, at: Span, number: int = 0) -> str:
        source = self.report.sources.get(at.path, ())
        number = number or at.line
        return source[number - 1] if number <= len(source) else ""

    def notification(self, note: Note) -> Any:
        made = om.Notification(message=om.Message(text=_text(note.message)), level="note")
        if note.path:
            artifact = om.ArtifactLocation(uri=_uri(note.path, self.style.cwd, self.style.root))
            region = om.Region(start_line=note.line) if note.line else None
            place = om.PhysicalLocation(artifact_location=artifact, region=region)
            made.locations = [om.Location(physical_location=place)]
        return made


def _descriptor(rule: Described) -> Any:
    properties = {"tags": list(rule.tags), "problem.severity": _PROBLEM[rule.severity]}
    if rule.precision:
        properties["precision"] = rule.precision
    return om.ReportingDescriptor(
        id=rule.id,
        name=rule.name,
        short_description=om.MultiformatMessageString(text=rule.summary[:_DESCRIPTION]),
        full_description=om.MultiformatMessageString(text=_what_it_reports(rule.doc)),
        help=om.MultiformatMessageString(text=rule.doc, markdown=rule.doc),
        help_uri=rule.url or None,
        default_configuration=om.ReportingConfiguration(level=str(rule.severity)),
        properties=properties,
    )


def _what_it_reports(doc: str) -> str:
    """The first section of a rule's page as plain text, as many of its lines as GitHub takes."""
    section = doc.partition("\n## ")[2].partition("\n")[2].partition("\n## ")[0]
    text = ""
    for line in section.replace("`", "").split("\n"):
        longer = f"{text} {line.strip()}".strip()
        if len(longer) > _DESCRIPTION:
            break
        text = longer
    return text


def _message(finding: Finding) -> str:
    """One sentence, which GitHub shows as the title of an alert; then the proof as links, and what to do."""
    links = [f"[{_escaped(row.says)}]({number})" for number, row in enumerate(finding.related, 1)]
    parts = [
        _text(finding.message).replace("](", "\\]("),
        "; ".join(links),
        f"Looked for: {finding.searched}" if finding.searched else "",
        f"To mend it: {finding.fix}",
    ]
    return ". ".join(_text(part) for part in parts if part) + "."


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _text(text: str) -> str:
    """Replace bytes that were no UTF-8, as JSON has no way to write them."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _first_line(at: Span, line: str) -> Span:
    """The part of a place on its first line: GitHub shows an alert on a change that touches every line of it."""
    if at.end_line == at.line:
        return at
    return at._replace(end_line=at.line, end_column=len(line.encode("utf-8", "surrogateescape")) + 1)


def _column(line: str, column: int) -> int:
    """Columns of gomaplint count bytes, those of SARIF UTF-16 units."""
    if line.isascii():
        return column
    before = line.encode("utf-8", "surrogateescape")[: column - 1].decode("utf-8", "replace")
    return len(before.encode("utf-16-le")) // 2 + 1


@cache
def _uri(path: str, cwd: str, root: str) -> str:
    """The file's address from the repository's root on; a file outside of it is named in full."""
    absolute = Path(os.path.normpath(os.path.join(cwd, path)))
    if not absolute.is_absolute():
        return quote(os.fsencode(path))
    if not absolute.is_relative_to(root or cwd):
        return absolute.as_uri()
    return quote(os.fsencode(absolute.relative_to(root or cwd).as_posix()))


def _hashes(report: Report) -> Mapping[str, Mapping[int, str]]:
    wanted: dict[str, set[int]] = {}
    for finding in report.findings:
        wanted.setdefault(finding.at.path, set()).add(finding.at.line)
    return {
        path: line_hashes(_text("\n".join(source)), wanted[path])
        for path, source in report.sources.items()
        if path in wanted
    }
