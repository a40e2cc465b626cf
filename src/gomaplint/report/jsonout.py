"""The report that programs read; docs/json.md describes every field."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from gomaplint import __version__
from gomaplint.finding import Confidence, Estimate, Finding, Fix, Note, Report, Settled, Severity
from gomaplint.report.style import Style, whole
from gomaplint.span import Span

SCHEMA = "gomaplint/findings/v1"


def render(report: Report, style: Style) -> str:
    """Return JSON in ASCII: the same bytes for the same findings, so it says nothing of time."""
    document = {
        "schema": SCHEMA,
        "version": __version__,
        "findings": [_finding(finding) for finding in report.findings],
        "notes": [_note(note) for note in report.notes],
        "hidden": {str(level): report.hidden.get(level, 0) for level in Confidence},
        "withheld": {reason: count for reason, count in sorted(report.withheld.items()) if count},
        "summary": {
            "findings": len(report.findings),
            "by_severity": _counts(Severity, (finding.severity for finding in report.findings)),
            "by_confidence": _counts(Confidence, (finding.confidence for finding in report.findings)),
            "by_rule": dict(sorted(Counter(finding.rule for finding in report.findings).items())),
            "files": report.files,
            "lines": report.lines,
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _counts(levels: Iterable[object], found: Iterable[object]) -> dict[str, int]:
    counts = Counter(map(str, found))
    return {str(level): counts[str(level)] for level in levels}


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": str(finding.severity),
        "confidence": str(finding.confidence),
        "message": whole(finding.message),
        "at": _span(finding.at),
        "container": whole(finding.container) or None,
        "scope": whole(finding.scope) or None,
        "related": [{"at": _span(related.at), "says": whole(related.says)} for related in finding.related],
        "searched": whole(finding.searched) or None,
        "estimate": _estimate(finding.estimate),
        "fix": whole(finding.fix),
        "fixes": [_fix(fix) for fix in finding.fixes],
        "settled": _settled(finding.settled),
    }


def _fix(fix: Fix) -> dict[str, object]:
    edits = [
        {"path": whole(edit.path), "start": edit.start, "end": edit.end, "text": whole(edit.text)}
        for edit in fix.edits
    ]
    return {"title": whole(fix.title), "safe": fix.safe, "edits": edits}


def _settled(settled: Settled | None) -> dict[str, object] | None:
    if settled is None:
        return None
    return {
        "reason": whole(settled.reason),
        "external": settled.external,
        "at": _span(settled.at) if settled.at else None,
    }


def _span(at: Span) -> dict[str, object]:
    return {
        "path": whole(at.path),
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }


def _estimate(estimate: Estimate | None) -> dict[str, object] | None:
    if estimate is None:
        return None
    return {
        "low": round(float(estimate.low), 1),
        "typical": round(float(estimate.typical), 1),
        "high": round(float(estimate.high), 1),
        "key": whole(estimate.key),
        "value": whole(estimate.value),
    }


def _note(note: Note) -> dict[str, object]:
    return {"path": whole(note.path) or None, "line": note.line or None, "message": whole(note.message)}
