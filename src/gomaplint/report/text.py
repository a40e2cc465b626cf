"""The report that people read: a head an editor can jump to, a sentence, the code that proves it, a cure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from gomaplint.finding import IN_BASELINE, SUPPRESSED, Confidence, Estimate, Finding, Report
from gomaplint.report.frame import Mark, frame, gutter_width, has_line
from gomaplint.report.style import SEVERITY_COLOUR, Style, plural, safe, wrap
from gomaplint.span import Span

_SETTLED = (SUPPRESSED, IN_BASELINE)


def render(report: Report, style: Style) -> str:
    """Return the findings, one block each, and the summary line."""
    blocks = [_block(finding, report.sources, style) for finding in report.findings]
    return "\n\n".join([*blocks, summary(report, style)]) + "\n"


def summary(report: Report, style: Style) -> str:
    """Say in one line what was found, in how much code, what is not shown, and what would show it."""
    count = len(report.findings)
    found = f"{plural(count, 'finding')} ({_severities(report.findings)})" if count else "No findings"
    extent = [f"{plural(report.files, 'file')}, {plural(report.lines, 'line')}"]
    if report.seconds is not None:
        extent.append(duration(report.seconds))
    worst = max((finding.severity for finding in report.findings if not finding.settled), default=None)
    look = SEVERITY_COLOUR[worst] if worst else "green bold"
    more = _withheld(report.withheld) + _hidden(report.hidden, bool(count))
    return f"{style.paint(found, look)} in {', '.join(extent)}{more}"


def duration(seconds: float) -> str:
    """Write a time as a person would say it: "0.8 s", "2 min 5 s"."""
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 0.1 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _severities(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    words = [plural(counts[severity], str(severity)) for severity in sorted(counts, reverse=True)]
    settled = _settled(Counter(finding.settled.how for finding in findings if finding.settled))
    return ", ".join(words) + (f"; {settled}" if settled else "")


def _settled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[how]:,} {how}" for how in _SETTLED if counts.get(how))


def _withheld(withheld: Mapping[str, int]) -> str:
    """Say how much was found and is not shown, by the reason; what is settled can be had by a flag."""
    words = [
        f"; {count:,} {reason}"
        for reason, count in sorted(withheld.items())
        if count and reason not in _SETTLED
    ]
    if settled := _settled(withheld):
        them = "it" if sum(withheld.get(how, 0) for how in _SETTLED) == 1 else "them"
        words.insert(0, f"; {settled}: --show-suppressed shows {them}")
    return "".join(words)


def _hidden(hidden: Mapping[Confidence, int], shown: bool) -> str:
    levels = [confidence for confidence, count in hidden.items() if count]
    if not levels:
        return ""
    count, lowest = sum(hidden.values()), min(levels)
    them = "it" if count == 1 else "them"
    return (
        f"; {count:,} {'more ' if shown else ''}at lower confidence: --min-confidence {lowest} shows {them}"
    )


def _block(finding: Finding, sources: Mapping[str, Sequence[str]], style: Style) -> str:
    look = "dim" if finding.settled else SEVERITY_COLOUR[finding.severity]
    severity = style.paint(str(finding.severity), look)
    name = f"{style.paint(finding.rule, look)} {finding.name}"
    lines = [f"{_place(finding.at, style)}: {severity} {name}"]
    lines += [style.paint(line, "bold") for line in wrap(safe(finding.message), style.width)]
    marks = [Mark(finding.at, "", "^", look)]
    marks += [Mark(related.at, related.says, "-", "blue bold") for related in finding.related]
    gutter = gutter_width(marks)
    lines += _frames(marks, sources, gutter, style)
    lines += _facts(finding, gutter, style)
    return "\n".join(lines)


def _place(at: Span, style: Style) -> str:
    return style.link(style.paint(safe(str(at)), "bold"), at.path)


def _frames(
    marks: Sequence[Mark], sources: Mapping[str, Sequence[str]], gutter: int, style: Style
) -> list[str]:
    """Show one frame for each file, the file of the finding first, the others as the proof names them."""
    lines: list[str] = []
    arrow = style.paint(f"{'':{gutter}}-->", "blue")
    for path in dict.fromkeys(mark.at.path for mark in marks):
        source = sources.get(path, ())
        here = [mark for mark in marks if mark.at.path == path]
        shown = [mark for mark in here if has_line(source, mark)]
        if shown:
            if path != marks[0].at.path:
                lines.append(f"{arrow} {_place(shown[0].at, style)}")
            lines += frame(shown, source, gutter, style)
        lines += [
            f"{arrow} {_place(mark.at, style)} {safe(mark.says)}"
            for mark in here
            if mark.says and mark not in shown
        ]
    return lines


def _facts(finding: Finding, gutter: int, style: Style) -> list[str]:
    facts = []
    if finding.settled:
        at = finding.settled.at
        facts.append(("", f"{finding.settled} ({at.path}:{at.line})" if at else str(finding.settled)))
    if finding.searched:
        facts.append(("looked for: ", finding.searched))
    if finding.estimate is not None:
        facts.append(("", estimate_words(finding.estimate)))
    if finding.fix:
        facts.append(("fix: ", finding.fix + _done_by(finding)))
    lines = [style.paint(f"{'':{gutter}} |", "blue")]
    sign = style.paint("=", "blue")
    for label, words in facts:
        first, *rest = wrap(safe(words), style.width - gutter - 3 - len(label))
        lines.append(f"{'':{gutter}} {sign} {style.paint(label, 'bold')}{first}")
        lines += [f"{'':{gutter + 3 + len(label)}}{line}" for line in rest]
    more = f"{finding.confidence} confidence; gomaplint rule {finding.rule} explains"
    return [*lines, f"{'':{gutter}} {sign} {style.paint(more, 'dim')}"]


def _done_by(finding: Finding) -> str:
    """Tell which flag mends a finding, where one does."""
    if not finding.fixes:
        return ""
    return f" ({'--fix' if any(fix.safe for fix in finding.fixes) else '--unsafe-fixes'} does it)"


def estimate_words(estimate: Estimate) -> str:
    """Say what one entry costs, and what the figure leaves out where it leaves out something."""
    whole = _POINTER_FREE.fullmatch(estimate.key) and _POINTER_FREE.fullmatch(estimate.value)
    return (
        f"each entry costs about {estimate.typical:.0f} bytes in the map itself"
        f" ({estimate.low:.0f}-{estimate.high:.0f}), key {estimate.key}, value {estimate.value}"
        + ("" if whole else "; what they point to comes on top")
    )


_POINTER_FREE = re.compile(
    r"u?int(8|16|32|64)?|uintptr|byte|rune|float(32|64)|complex(64|128)|bool|struct *\{\}"
)
