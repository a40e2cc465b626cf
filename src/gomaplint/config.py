"""What one run was asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from gomaplint.finding import Confidence
from gomaplint.goversion import GoVersion


@dataclass(frozen=True, slots=True)
class Options:
    """The wishes of the user, checked and complete: the same ones over the same files give the same report.

    `patterns` are written as Go writes them; "-" stands for the file in `stdin`, called `stdin_filename`.
    `tags` are build tags to be taken as given; operating systems and architectures need none.
    `go` is the language version to assume for every file; None follows go.mod and build constraints.
    A file of more than `max_file_size` bytes is not parsed.
    `jobs` is the number of processes; 0 leaves the choice to us.
    `show_suppressed` keeps settled findings in the report.
    """

    patterns: tuple[str, ...] = ("./...",)
    tests: bool = False
    tags: frozenset[str] = frozenset()
    go: GoVersion | None = None
    all_modules: bool = False
    max_file_size: int = 2_000_000
    jobs: int = 0
    min_confidence: Confidence = Confidence.HIGH
    show_suppressed: bool = False
    stdin_filename: str | None = None
    stdin: bytes | None = None
