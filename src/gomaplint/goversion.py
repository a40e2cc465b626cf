"""Go language versions and ranges of them."""

from __future__ import annotations

import re
from typing import NamedTuple


class GoVersion(NamedTuple):
    """A language version such as 1.21; patch releases and pre-releases do not change the language."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


NEWEST = GoVersion(1, 27)
"""The newest version whose map and loop semantics were measured (docs/map-memory.md)."""

LOOPVAR = GoVersion(1, 22)
"""From this language version on, loop variables are made anew for each iteration."""


def parse(text: str) -> GoVersion | None:
    """Read "1.21", "go1.21.3", "1.22rc1"; None for anything else."""
    found = re.fullmatch(r"(?:go)?(\d+)\.(\d+)(?:\.\d+)?(?:(?:alpha|beta|rc)\d+)?", text.strip())
    return GoVersion(int(found[1]), int(found[2])) if found else None


class VersionRange(NamedTuple):
    """Versions from `low` on and below `high`; None leaves a side open."""

    low: GoVersion | None
    high: GoVersion | None

    def __contains__(self, version: object) -> bool:
        return (
            isinstance(version, GoVersion)
            and (self.low is None or version >= self.low)
            and (self.high is None or version < self.high)
        )


def parse_range(text: str) -> VersionRange | None:
    """Read ">=1.21 <1.24", ">=1.24", "<1.22" or "" (every version); None for anything else."""
    low = high = None
    for part in text.split():
        found = re.fullmatch(r"(>=|<)(.+)", part)
        version = parse(found[2]) if found else None
        if found is None or version is None:
            return None
        if found[1] == ">=":
            low = version
        else:
            high = version
    return VersionRange(low, high)
