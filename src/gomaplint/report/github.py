"""Findings in a GitHub workflow without code scanning: annotations of lines, and a page for the job's summary.

The form of the commands is that of https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands,
the escapes are those of https://github.com/actions/toolkit, packages/core/src/command.ts.
What a step may give is said in https://docs.github.com/en/rest/checks/runs ("10 warning annotations and 10 error
annotations per step"), in https://github.com/actions/runner, src/Runner.Worker/ExecutionContext.cs (10 of each type,
notices too, and 4,096 characters a message), and for the summary (1 MiB) in the page on workflow commands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from os import fsencode
from os.path import isabs
from urllib.parse import quote

from gomaplint.finding import Finding, Report, Severity
from gomaplint.report import text
from gomaplint.report.place import Sources, from_root
from gomaplint.report.style import Style, plural, safe, whole
from gomaplint.span import Span

SUMMARY_SIZE = 1024 * 1024
_SHOWN = 10
_MESSAGE = 4096  # in UTF-16 units
_COMMAND = {Severity.NOTE: "notice", Severity.WARNING: "warning", Severity.ERROR: "error"}
_ROOM_TO_SAY_SO = 200  # bytes


def render(report: Report, style: Style) -> str:
    """Return a workflow command for each finding that GitHub will show, the most severe and surest first.

    A settled finding is a notice. If there are more than GitHub shows, a last line says so.
    """
    sources = Sources(report.sources)
    given: Counter[str] = Counter()
    lines = []
    for finding in _ranked(report.findings):
        command = _COMMAND[Severity.NOTE if finding.settled else finding.severity]
        given[command] += 1
        if given[command] <= _SHOWN:
            lines.append(_annotation(command, finding, sources, style))
    if rest := len(report.findings) - len(lines):
        where = "the job summary" if style.summary else "--format concise"
        lines.append(
            f"gomaplint: no annotation for {plural(rest, 'finding')}, as GitHub shows {_SHOWN} of each severity"
            f" for a step; {where} lists all"
        )
    return "".join(f"{line}\n" for line in lines)


def job_summary(report: Report, style: Style, room: int = SUMMARY_SIZE) -> str:
    """Return Markdown with a table of all findings in at most `room` bytes; a sentence tells of those left out.

    The table is HTML, in which nothing is read as Markdown. Without room for the sentence the page is empty.
    """
    urls = {rule.id: rule.url for rule in report.rules}
    page = f"### gomaplint\n\n{text.summary(report, style)}\n"
    head = "\n<table>\n<tr><th>severity</th><th>place</th><th>rule</th><th>finding</th></tr>\n"
    tail = "</table>\n"
    left = room - len(f"{page}{head}{tail}".encode()) - _ROOM_TO_SAY_SO
    if left < 0:
        return ""
    rows: list[str] = []
    for finding in _ranked(report.findings):
        row = _row(finding, urls.get(finding.rule, ""), style)
        left -= len(row.encode())
        if left < 0:
            break
        rows.append(row)
    if rows:
        page += head + "".join(rows) + tail
    if rest := len(report.findings) - len(rows):
        page += f"\nLeft out: {plural(rest, 'finding')}, as GitHub takes 1 MiB of a step; --format concise lists all.\n"
    return page


def _ranked(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.settled is not None, -f.severity, -f.confidence, f.at, f.rule))


def _annotation(command: str, finding: Finding, sources: Sources, style: Style) -> str:
    # One line, as GitHub puts the annotation of several below the last; it does not say whether a column is the last
    # one or the one after it (https://github.com/github/docs/issues/40038): the one after it, as in editors.
    at = sources.first_line(finding.at)
    settled = f", {finding.settled.how}" if finding.settled else ""
    properties = {
        "file": whole(from_root(at.path, style)),
        "line": str(at.line),
        "endLine": str(at.line),
        "col": str(sources.column(at.path, at.line, at.column)),
        "endColumn": str(sources.column(at.path, at.line, at.end_column)),
        "title": f"{finding.rule} {finding.name}, {finding.confidence} confidence{settled}",
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {told}::{_data(_cut(chr(10).join(_message(finding, style))))}"


def _message(finding: Finding, style: Style) -> Iterator[str]:
    yield safe(finding.message)
    if finding.settled:
        yield safe(str(finding.settled))
    if finding.fix:
        yield safe(f"fix: {finding.fix}")
    for row in finding.related:
        yield safe(f"{_named(row.at, style)}: {row.says}")
    if finding.searched:
        yield safe(f"looked for: {finding.searched}")


def _named(at: Span, style: Style) -> str:
    return f"{from_root(at.path, style)}:{at.line}"


def _cut(message: str) -> str:
    """As much as the runner takes, with a sign that there was more."""
    units = message.encode("utf-16-le")
    if len(units) <= 2 * _MESSAGE:
        return message
    return units[: 2 * _MESSAGE - 2].decode("utf-16-le", "ignore") + "…"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _row(finding: Finding, url: str, style: Style) -> str:
    named = from_root(finding.at.path, style)
    inside = style.blob and not isabs(named)
    place = f"{style.blob}/{quote(fsencode(named))}#L{finding.at.line}" if inside else ""
    cells = [
        f"{_html(str(finding.settled or finding.severity))}<br>{finding.confidence} confidence",
        _link(f"<code>{_html(_named(finding.at, style))}</code>", place),
        _link(f"<code>{finding.rule}</code>", url) + f" {_html(finding.name)}",
        _html(finding.message) + (f"<br>fix: {_html(finding.fix)}" if finding.fix else ""),
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _link(shown: str, address: str) -> str:
    return f'<a href="{escape(address)}">{shown}</a>' if address else shown


def _html(words: str) -> str:
    """Words that stay what they are: no element, and no name or number that GitHub makes a link of."""
    return escape(safe(words), quote=False).replace("@", "@<wbr>").replace("#", "#<wbr>")
