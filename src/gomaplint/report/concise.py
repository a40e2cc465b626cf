"""One line a finding, for grep, editors and build logs."""

from __future__ import annotations

from gomaplint.finding import Report
from gomaplint.report.style import SEVERITY_COLOUR, Style, safe


def render(report: Report, style: Style) -> str:
    """Return `path:line:col: GML102 message [high]` for every finding, and nothing else; settled ones say why."""
    lines = []
    for finding in report.findings:
        place = style.link(style.paint(safe(str(finding.at)), "bold"), finding.at.path)
        rule = style.paint(finding.rule, "dim" if finding.settled else SEVERITY_COLOUR[finding.severity])
        settled = f" ({safe(str(finding.settled))})" if finding.settled else ""
        lines.append(f"{place}: {rule} {safe(finding.message)} [{finding.confidence}]{settled}\n")
    return "".join(lines)
