"""Reports: what was found, as text for people or as data for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from gomaplint.finding import Report
from gomaplint.report import concise, jsonout, text
from gomaplint.report.style import Style

__all__ = ["FORMATS", "STATISTICS", "WHOLE", "Render", "Style"]

Render = Callable[[Report, Style], str]


def _later(name: str) -> Render:
    """The format in a module that is loaded when it is asked for."""

    def render(report: Report, style: Style) -> str:
        made: str = import_module(f"gomaplint.report.{name}").render(report, style)
        return made

    return render


FORMATS: Mapping[str, Render] = MappingProxyType(
    {
        "text": text.render,
        "concise": concise.render,
        "json": jsonout.render,
        "sarif": _later("sarif"),
        "github": _later("github"),
        "gitlab": _later("gitlab"),
        "checkstyle": _later("checkstyle"),
    }
)
"""The formats by the name that --format takes."""

STATISTICS = _later("statistics")
"""What --statistics shows in place of the text report."""

WHOLE = frozenset(("json", "sarif"))
"""The formats that hold the notes of a run themselves."""
