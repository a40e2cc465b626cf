"""GitLab's Code Quality report; docs/formats.md tells how to use it.

The fields are those of https://docs.gitlab.com/ci/testing/code_quality/. Of findings with one fingerprint GitLab keeps
the last (https://github.com/gitlabhq/gitlabhq, lib/gitlab/ci/reports/codequality_reports.rb): no two share one.
"""

from __future__ import annotations

import json

from gomaplint.finding import Finding, Report, Severity
from gomaplint.report.fingerprint import fingerprints
from gomaplint.report.place import from_root
from gomaplint.report.style import Style, whole

_SEVERITY = {Severity.NOTE: "minor", Severity.WARNING: "major", Severity.ERROR: "critical"}


def render(report: Report, style: Style) -> str:
    """Return a JSON array in ASCII, an empty one where nothing was found; settled findings are `info`."""
    rows = zip(report.findings, fingerprints(report), strict=True)
    return json.dumps([_violation(finding, mark, style) for finding, mark in rows], indent=2) + "\n"


def _violation(finding: Finding, mark: str, style: Style) -> dict[str, object]:
    settled = f" ({finding.settled})" if finding.settled else ""
    return {
        "description": whole(f"{finding.message}{settled}"),
        "check_name": finding.rule,
        "fingerprint": mark,
        "severity": "info" if finding.settled else _SEVERITY[finding.severity],
        "location": {
            "path": whole(from_root(finding.at.path, style)),
            "lines": {"begin": finding.at.line},
        },
    }
