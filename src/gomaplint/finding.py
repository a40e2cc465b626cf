"""What rules give and reports show."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from gomaplint.span import Span


class Severity(enum.IntEnum):
    """How much a finding matters."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure we are that a finding is true and worth acting on."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """One more place of the proof, and what it shows."""

    at: Span
    says: str


class Row(NamedTuple):
    """One thing that was looked at, and its place where it has one."""

    says: str
    at: Span | None = None


class Section(NamedTuple):
    """What was looked at to answer one question."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes that one entry costs in the map itself, memory that keys and values point to not counted.

    For a map of 1,000 entries or more of unknown size; formula and measurement in docs/map-memory.md.
    """

    low: float
    typical: float
    high: float
    key: str
    value: str


class Edit(NamedTuple):
    """One change of a file's text: the bytes from `start` up to `end` are replaced; equal numbers insert."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a finding, all of them or none.

    A `safe` one leaves what the program does as it is, but for the fault; any other needs eyes on it.
    `title` says what it does, as an order: "replace the loop by clear(s.byName)".
    """

    title: str
    safe: bool
    edits: tuple[Edit, ...]


SUPPRESSED = "suppressed"
IN_BASELINE = "in the baseline"


class Settled(NamedTuple):
    """Why a finding is kept back: somebody has looked at it.

    `external` tells that this is written elsewhere (a baseline), and not beside the code.
    `at` is the comment that says so, where it is one.
    """

    reason: str
    external: bool = False
    at: Span | None = None

    @property
    def how(self) -> str:
        """What has become of the finding, as `Report.withheld` counts it."""
        return IN_BASELINE if self.external else SUPPRESSED

    def __str__(self) -> str:
        return f"{self.how}: {self.reason}" if self.reason else self.how


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, with its proof.

    `at` is the place that decides (an insert, a loop).
    `related` holds the rest of the proof in the order a reader needs it: the declaration first.
    `container` names the map by its declaration ("example.com/m/hub.Hub.byName"), independent of lines.
    `scope` names the function or declaration around `at` ("example.com/m/hub.Hub.Run"), independent of lines too;
    the package, where `at` lies in none.
    `searched` says what was looked for in vain, and where.
    `fixes` are ways to mend it, the best first.
    `settled` is there where somebody has looked at it; such findings fail no run, and are shown on request.
    `once` tells that its rule reports the container once, at the place that shows it best; others report each place.
    """

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    at: Span
    message: str
    fix: str
    related: tuple[Related, ...] = ()
    container: str = ""
    scope: str = ""
    searched: str = ""
    estimate: Estimate | None = None
    fixes: tuple[Fix, ...] = ()
    settled: Settled | None = None
    once: bool = False

    @property
    def family(self) -> str:
        """The first digits of the rule: rules of one family ask the same of a container."""
        return self.rule[:-2]

    @property
    def places(self) -> Iterator[Span]:
        """Every place of the proof, the deciding one first."""
        yield self.at
        for row in self.related:
            yield row.at


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something about the run itself that its reader should know: a file that did not parse, a module left out."""

    path: str
    line: int  # 0: the whole file
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}" if place else self.message


class Listed(Protocol):
    """What a list of rules shows of each."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def summary(self) -> str: ...


class Described(Listed, Protocol):
    """What reports tell of a rule.

    `doc` is its page as Markdown, `url` the page's address ("" where it has none).
    `precision` is SARIF's word for how often it is right at high confidence ("" where that was not measured).
    """

    @property
    def doc(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def tags(self) -> Sequence[str]: ...
    @property
    def precision(self) -> str: ...


class Original(NamedTuple):
    """The content of a file as it was read, and why it must not be changed ("" where it may be)."""

    absolute: str
    content: bytes
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report shows of one run.

    `rules` are all that were asked, whether they found something or not.
    `hidden` counts the findings below the confidence that was asked for and not settled, by confidence.
    `withheld` counts what else was found and is not shown, by the reason in words: "suppressed", "in the baseline".
    `settled` are those of them that somebody has looked at.
    `files` and `lines` count what the patterns match, not the rest of its modules.
    `sources` holds the lines of every file that a finding names, without "\\n" but with a "\\r" before it.
    `originals` holds every file that a fix would change.
    `seconds` is None where the caller wants the same bytes from the same input.
    """

    findings: Sequence[Finding]
    notes: Sequence[Note] = ()
    hidden: Mapping[Confidence, int] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)
    settled: Sequence[Finding] = ()
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    originals: Mapping[str, Original] = field(default_factory=dict)
    files: int = 0
    lines: int = 0
    seconds: float | None = None
    rules: Sequence[Described] = ()

    def showing(self, shows: Callable[[Finding], bool]) -> Report:
        """The report of the same run for somebody to whom it `shows` no more than these findings."""
        findings = [f for f in self.findings if shows(f)]
        settled = [f for f in self.settled if shows(f)]
        below = [f for f in self.findings if f.settled is None and not shows(f)]
        withheld = Counter(self.withheld)
        withheld -= Counter(f.settled.how for f in self.settled if f.settled and not shows(f))
        named = files_named(findings)
        return replace(
            self,
            findings=findings,
            settled=settled,
            hidden=Counter(self.hidden) + Counter(f.confidence for f in below),
            withheld=dict(withheld),
            sources={path: lines for path, lines in self.sources.items() if path in named},
        )


def files_named(findings: Sequence[Finding]) -> set[str]:
    """Every file that a report on these findings may have to show."""
    named = {place.path for f in findings for place in f.places}
    named.update(edit.path for f in findings for fix in f.fixes for edit in fix.edits)
    return named | {f.settled.at.path for f in findings if f.settled and f.settled.at}
