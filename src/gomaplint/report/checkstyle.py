"""XML as Checkstyle writes it, which Jenkins, reviewdog and many others read.

The schema is https://github.com/checkstyle/checkstyle/blob/master/config/checkstyle-report-1.0.0.xsd.
"""

from __future__ import annotations

import re

from gomaplint.finding import Finding, Report, Severity
from gomaplint.report.place import Sources
from gomaplint.report.style import Style, safe

_SEVERITY = {Severity.NOTE: "info", Severity.WARNING: "warning", Severity.ERROR: "error"}
_ILLEGAL = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # https://www.w3.org/TR/xml/#charsets
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def render(report: Report, style: Style) -> str:
    """Return the findings file by file, in ASCII; settled ones are `info`.

    Columns count UTF-16 units, as Java's do. What XML 1.0 cannot hold (control characters, broken bytes) is replaced.
    """
    sources = Sources(report.sources)
    files: dict[str, list[str]] = {}
    for finding in report.findings:
        files.setdefault(finding.at.path, []).append(_error(finding, sources))
    # The version is that of the form, which readers know.
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">']
    for path, errors in files.items():
        lines += [f"  <file name={_quoted(path)}>", *errors, "  </file>"]
    lines.append("</checkstyle>\n")
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _error(finding: Finding, sources: Sources) -> str:
    at, settled = finding.at, finding.settled
    message = safe(f"{finding.message} ({settled})" if settled else finding.message)
    attributes = {
        "line": str(at.line),
        "column": str(sources.column(at.path, at.line, at.column)),
        "severity": "info" if settled else _SEVERITY[finding.severity],
        "message": message,
        "source": f"gomaplint.{finding.rule}",
    }
    return f"    <error {' '.join(f'{name}={_quoted(text)}' for name, text in attributes.items())}/>"


def _quoted(text: str) -> str:
    return f'"{_ILLEGAL.sub(chr(0xFFFD), text).translate(_ESCAPES)}"'
