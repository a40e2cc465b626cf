"""Reports: what was found, as text for people or as data for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gomaplint.finding import Report
from gomaplint.report import concise, jsonout, text
from gomaplint.report.style import Style

__all__ = ["FORMATS", "WHOLE", "Style"]


def _sarif(report: Report, style: Style) -> str:
    from gomaplint.report import sarif  # takes longer to load than to report on a small module

    return sarif.render(report, style)


FORMATS: Mapping[str, Callable[[Report, Style], str]] = MappingProxyType(
    {"text": text.render, "concise": concise.render, "json": jsonout.render, "sarif": _sarif}
)
"""The formats by the name that --format takes."""

WHOLE = frozenset(("json", "sarif"))
"""The formats that hold the notes of a run themselves."""
