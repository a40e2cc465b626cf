"""SARIF 2.1.0 for GitHub code scanning and other collectors of findings; docs/github.md tells how to use it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sarif_om as om

from gomaplint import HOME, __version__, collector
from gomaplint.finding import Confidence, Described, Edit, Finding, Fix, Note, Report, Settled, Severity
from gomaplint.report.fingerprint import fingerprints
from gomaplint.report.linehash import line_hashes
from gomaplint.report.place import Sources, from_root
from gomaplint.report.sarifjson import dumps
from gomaplint.report.style import Style, whole
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
        self.sources = Sources(report.sources)
        self.hashes = _hashes(report)
        # A result without `suppressions` says that nobody asked; the standard wants them in all results or in none.
        self.suppressed = any(finding.settled for finding in report.findings)

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
            results=[
                self.result(finding, mark)
                for finding, mark in zip(self.report.findings, fingerprints(self.report), strict=True)
            ],
        )
        if self.report.notes:
            notes = [self.notification(note) for note in self.report.notes]
            run.invocations = [om.Invocation(execution_successful=True, tool_execution_notifications=notes)]
        if self.style.category:
            run.automation_details = om.RunAutomationDetails(id=f"{self.style.category}/")
        return om.SarifLog(runs=[run], version="2.1.0", schema_uri=SCHEMA)

    def result(self, finding: Finding, mark: str) -> Any:
        return om.Result(
            rule_id=finding.rule,
            rule_index=self.index.get(finding.rule, -1),
            level=str(finding.severity),
            rank=_RANK[finding.confidence],
            message=om.Message(text=_message(finding)),
            locations=[om.Location(physical_location=self.place(self.sources.first_line(finding.at)))],
            related_locations=[
                om.Location(
                    id=number, physical_location=self.place(row.at), message=om.Message(text=whole(row.says))
                )
                for number, row in enumerate(finding.related, 1)
            ]
            or None,
            code_flows=[om.CodeFlow(thread_flows=[om.ThreadFlow(locations=list(self.steps(finding)))])],
            partial_fingerprints=self.fingerprints(finding, mark),
            fixes=[self.fix(fix) for fix in finding.fixes] or None,
            suppressions=self.suppressions(finding.settled) if self.suppressed else None,
            properties={
                "confidence": str(finding.confidence),
                **({"container": whole(finding.container)} if finding.container else {}),
            },
        )

    def steps(self, finding: Finding) -> Iterator[Any]:
        """The proof as a walk: declared, kept alive, grows here, never removed."""
        rows = [(row.at, row.says) for row in finding.related]
        rows.append((finding.at, finding.message))
        if finding.searched:
            rows.append((rows[0][0], f"looked for: {finding.searched}"))
        for at, says in rows:
            where = om.Location(physical_location=self.place(at), message=om.Message(text=whole(says)))
            yield om.ThreadFlowLocation(location=where)

    def fingerprints(self, finding: Finding, mark: str) -> dict[str, str]:
        """GitHub's own, and ours."""
        found = {}
        line = self.hashes.get(finding.at.path, {}).get(finding.at.line)
        if line is not None:
            found["primaryLocationLineHash"] = line
        found["gomaplint/v1"] = mark
        return found

    def fix(self, fix: Fix) -> Any:
        files: dict[str, list[Edit]] = {}
        for edit in fix.edits:
            files.setdefault(edit.path, []).append(edit)
        changes = [
            om.ArtifactChange(
                artifact_location=om.ArtifactLocation(uri=_uri(path, self.style)),
                replacements=[
                    om.Replacement(
                        deleted_region=self.region(edit),
                        inserted_content=om.ArtifactContent(text=whole(edit.text)),
                    )
                    for edit in edits
                ],
            )
            for path, edits in files.items()
        ]
        return om.Fix(description=om.Message(text=whole(fix.title)), artifact_changes=changes)

    def region(self, edit: Edit) -> Any:
        """What an edit takes away: lines and columns, or bytes where the file is not at hand."""
        start = self.sources.position(edit.path, edit.start)
        end = self.sources.position(edit.path, edit.end)
        if start is None or end is None:
            return om.Region(byte_offset=edit.start, byte_length=edit.end - edit.start)
        return om.Region(start_line=start[0], start_column=start[1], end_line=end[0], end_column=end[1])

    def suppressions(self, settled: Settled | None) -> list[Any]:
        if settled is None:
            return []
        made = om.Suppression(
            kind="external" if settled.external else "inSource",
            justification=whole(settled.reason) or None,
            location=om.Location(physical_location=self.place(settled.at)) if settled.at else None,
        )
        made.status = "accepted"  # the library's class has the `state` of a draft in its place
        return [made]

    def place(self, at: Span) -> Any:
        found = self.places.get(at)
        if found is None:
            region = om.Region(
                start_line=at.line,
                start_column=self.sources.column(at.path, at.line, at.column),
                end_line=at.end_line,
                end_column=self.sources.column(at.path, at.end_line, at.end_column),
            )
            artifact = om.ArtifactLocation(uri=_uri(at.path, self.style))
            found = self.places[at] = om.PhysicalLocation(artifact_location=artifact, region=region)
        return found

    def notification(self, note: Note) -> Any:
        made = om.Notification(message=om.Message(text=whole(note.message)), level="note")
        if note.path:
            artifact = om.ArtifactLocation(uri=_uri(note.path, self.style))
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
        whole(finding.message).replace("](", "\\]("),
        "; ".join(links),
        f"Looked for: {finding.searched}" if finding.searched else "",
        f"To mend it: {finding.fix}",
    ]
    return ". ".join(whole(part) for part in parts if part) + "."


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


@cache
def _uri(path: str, style: Style) -> str:
    """The file's address from the repository's root on; a file outside of it is named in full."""
    named = from_root(path, style)
    return Path(named).as_uri() if os.path.isabs(named) else quote(os.fsencode(named))


def _hashes(report: Report) -> Mapping[str, Mapping[int, str]]:
    wanted: dict[str, set[int]] = {}
    for finding in report.findings:
        wanted.setdefault(finding.at.path, set()).add(finding.at.line)
    return {
        path: line_hashes(whole("\n".join(source)), wanted[path])
        for path, source in report.sources.items()
        if path in wanted
    }
