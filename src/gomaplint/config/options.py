"""What one run was asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion


@dataclass(frozen=True, slots=True)
class Since:
    """The commit from which on a change is looked at: `rev` itself, or where HEAD left the branch `rev`.

    The change goes up to the working tree; with `untracked`, files that git does not know yet belong to it.
    """

    rev: str
    merge_base: bool = False
    untracked: bool = True

    def __str__(self) -> str:
        return f"the merge base with {self.rev}" if self.merge_base else self.rev


@dataclass(frozen=True, slots=True)
class Options:
    """The wishes of the user, checked and complete: the same ones over the same files give the same report.

    `patterns` are written as Go writes them; "-" stands for the file in `stdin`, called `stdin_filename`.
    `tags` are build tags to be taken as given; operating systems and architectures need none.
    `go` is the language version to assume for every file; None follows go.mod and build constraints.
    A file of more than `max_file_size` bytes is not parsed.
    `rules` are folders of further rules; those of gomaplint itself are always there.
    `jobs` is the number of processes; 0 leaves the choice to us.
    `fail_on` is the least severity that fails the run, None lets everything pass.
    `baseline` is the absolute path of the file of findings that are known already.
    `select`, `ignore` and `min_confidence` go before what configs say of the files; None leaves it to them.
    `show_suppressed` keeps settled findings in the report.
    `since` leaves only the findings that a change made.
    """

    patterns: tuple[str, ...] = ("./...",)
    tests: bool = False
    tags: frozenset[str] = frozenset()
    go: GoVersion | None = None
    all_modules: bool = False
    max_file_size: int = 2_000_000
    jobs: int = 0
    rules: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.NOTE
    baseline: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence | None = None
    show_suppressed: bool = False
    stdin_filename: str | None = None
    stdin: bytes | None = None
    since: Since | None = None

    def fails(self, severity: Severity) -> bool:
        """A finding of this severity fails the run."""
        return self.fail_on is not None and severity >= self.fail_on
