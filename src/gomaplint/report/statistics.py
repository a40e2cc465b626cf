"""What was found, counted: a table by rule in place of the findings."""

from __future__ import annotations

from collections import Counter

from gomaplint.finding import Confidence, Report
from gomaplint.report import text
from gomaplint.report.style import SEVERITY_COLOUR, Style

_COLUMNS = [*(str(level) for level in sorted(Confidence, reverse=True)), "settled"]


def render(report: Report, style: Style) -> str:
    """Return a line for each rule, the one that found most first, and the summary line.

    Settled findings are counted by themselves, whether they are shown or not; what is below the confidence that was
    asked for is not counted.
    """
    every = [*report.findings, *report.settled]
    counts: dict[tuple[str, str], Counter[str]] = {}
    for finding in every:
        column = "settled" if finding.settled else str(finding.confidence)
        counts.setdefault((finding.rule, finding.name), Counter())[column] += 1
    looks = {finding.rule: SEVERITY_COLOUR[finding.severity] for finding in every}
    wide = max((len(rule) for rule, _ in counts), default=0)
    width = max((len(name) for _, name in counts), default=0)
    lines = []
    for (rule, name), row in sorted(counts.items(), key=lambda item: (-_open(item[1]), item[0])):
        lines.append(f"{style.paint(f'{rule:{wide}}', looks[rule])}  {name:{width}}{_cells(row)}")
    if lines:
        head = "".join(f"  {column:>7}" for column in _COLUMNS)
        total = sum(counts.values(), Counter[str]())
        lines.insert(0, style.paint(f"{'rule':{wide}}  {'':{width}}{head}", "dim"))
        lines += [f"{'total':{wide}}  {'':{width}}{_cells(total)}", ""]
    return "\n".join([*lines, text.summary(report, style)]) + "\n"


def _open(row: Counter[str]) -> int:
    return row.total() - row["settled"]


def _cells(row: Counter[str]) -> str:
    return "".join(f"  {row[column]:7,}" for column in _COLUMNS)
