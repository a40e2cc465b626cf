"""The mark by which a finding is known again when lines move, the file is renamed or a sharper rule takes over."""

from __future__ import annotations

import hashlib
from collections import Counter

from gomaplint.finding import Finding, Report
from gomaplint.report.place import Sources


def fingerprints(report: Report) -> list[str]:
    """One for each finding, in their order, no two the same.

    It is made of the container and the family of the rule; where there is no container, of the path and the line's
    words. The second finding with one mark gets ":2"; settled ones are counted last, so that showing them changes no
    other mark.
    """
    sources = Sources(report.sources)
    seen: Counter[str] = Counter()
    marks = [""] * len(report.findings)
    for number, finding in sorted(enumerate(report.findings), key=lambda f: f[1].settled is not None):
        digest = _digest(finding, sources)
        seen[digest] += 1
        marks[number] = f"{digest}:{seen[digest]}"
    return marks


def _digest(finding: Finding, sources: Sources) -> str:
    at = finding.at
    what = finding.container or f"{at.path}\n{' '.join(sources.line(at.path, at.line).split())}"
    text = f"{finding.family}\n{what}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:32]
