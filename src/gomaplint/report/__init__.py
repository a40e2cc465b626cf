"""Reports: what was found, as text for people or as data for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gomaplint.finding import Report
from gomaplint.report import concise, jsonout, text
from gomaplint.report.style import Style

__all__ = ["FORMATS", "Style"]

FORMATS: Mapping[str, Callable[[Report, Style], str]] = MappingProxyType(
    {"text": text.render, "concise": concise.render, "json": jsonout.render}
)
"""The formats by the name that --format takes."""
