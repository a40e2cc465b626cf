"""What comments beside the code settle: findings that somebody has looked at, and promises about maps."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from gomaplint.agreement import kin_of_each
from gomaplint.engine import Engine, Raised
from gomaplint.finding import Finding, Settled
from gomaplint.properties.contracts import broken
from gomaplint.rule import FAMILIES, Rule, rank
from gomaplint.shapes.contracts import Contract, contracts
from gomaplint.shapes.directives import EVERYTHING, Directive, Judged, directives
from gomaplint.span import Span


def settle(engine: Engine, rules: Sequence[Rule]) -> list[Finding]:
    """What each rule reports by itself; `settled` where a comment suppresses it, or promises what it doubts.

    A comment settles all that is found about a container in the family of what it names, so that a sharper rule does
    not ask again.
    Which comments are idle is known when all other rules have spoken: the rules about them come last.
    """
    last = [rule for rule in rules if rule.subject.roles.get("directive") is Directive]
    raised = engine.raised([rule for rule in rules if rule not in last])
    written = directives(engine.analysis)
    if not written:
        return [r.finding for r in raised]
    stage = _Stage(engine, rules, raised)
    for directive in written:
        stage.suppress(directive)
    for contract in contracts(engine.analysis):
        stage.promise(contract)
    for directive in written:
        directive.judged = stage.judge(directive)
    raised = engine.raised(last)
    about_them = _Stage(engine, rules, raised)
    for directive in written:
        about_them.suppress(directive)
    return [*stage.findings(), *about_them.findings()]


def explained(engine: Engine, rules: Sequence[Rule]) -> Callable[[str, str, Span], str]:
    """What tells of a rule, a container and a place why a finding there is not shown, "" where it is."""
    written = {d.at: d for d in directives(engine.analysis)}
    promises = {c.at: c for c in contracts(engine.analysis)} if written else {}
    found: dict[tuple[str, str | Span], str] = {}
    for finding in settle(engine, rules) if written else ():
        settled = finding.settled
        if settled is None or settled.at is None:
            continue
        if settled.at in promises:
            words = f"settled: {settled.reason}, {broken(promises[settled.at]).says}"
        else:
            place = f"{settled.at.path}:{settled.at.line}"
            reason = settled.reason or "no reason is given"
            words = f"suppressed by {written[settled.at].title} ({place}): {reason}"
        found[finding.rule, finding.container or finding.at] = words
    return lambda rule, container, at: found.get((rule, container or at), "")


class _Stage:
    """The findings of one run of the rules, and what settles them."""

    def __init__(self, engine: Engine, rules: Sequence[Rule], raised: Sequence[Raised]) -> None:
        self.engine = engine
        self.rules = rules
        self.raised = raised
        self.by_id = {rule.id: rule for rule in rules}
        self.near = kin_of_each(rules)
        self.promising = [rule for rule in rules if rule.subject.roles.get("contract") is Contract]
        self.done: dict[tuple[Directive, str], str] = {}
        self.settled: dict[int, Settled] = {}  # by the place in `raised`
        self.about: dict[str, list[int]] = {}
        for i, one in enumerate(raised):
            self.about.setdefault(one.finding.container, []).append(i)

    def findings(self) -> list[Finding]:
        return [replace(r.finding, settled=self.settled.get(i)) for i, r in enumerate(self.raised)]

    def suppress(self, d: Directive) -> None:
        """Settle what a comment names, and what is kindred to that in the same container."""
        for name in d.names if d.suppresses else ():
            for i in self._named(d, name, self.raised):
                finding = self.raised[i].finding
                self.done.setdefault((d, name), f"{finding.rule} ({finding.at.path}:{finding.at.line})")
                alike = self._alike(finding.rule)
                for other in self.about[finding.container] if finding.container else (i,):
                    if self.raised[other].finding.rule in alike:
                        self.settled.setdefault(other, Settled(d.reason, at=d.at))

    def _named(self, d: Directive, name: str, among: Sequence[Raised]) -> Iterator[int]:
        """Which findings a name in a comment means: by their place, or at a declaration by their family."""
        exact = meant(name, self.rules)
        wide = exact.union(*map(self._alike, exact)) if d.lines is not None else exact
        for i, raised in enumerate(among):
            finding = raised.finding
            here = finding.rule in exact and any(map(d.covers, raised.places))
            about = finding.rule in wide and finding.container and any(map(d.covers, raised.declared))
            if here or about:
                yield i

    def promise(self, c: Contract) -> None:
        """Settle what a promise denies, unless the source contradicts it."""
        if broken(c).holds:
            return
        at = c.at
        words = f": {c.claim.words}" if c.claim.words else ""
        settled = Settled(f"declared {c.claim.said} ({at.path}:{at.line}){words}", at=at)
        denied = {i for rule in self.promising for i in self.near[rule.id]} - {r.id for r in self.promising}
        for i in self.about.get(c.map.container.key, ()):
            if self.raised[i].finding.rule in denied:
                self.settled.setdefault(i, settled)

    def _alike(self, rule_id: str) -> frozenset[str]:
        """The rules of one family and their kin; a broken promise is settled by its own name alone."""
        rule = self.by_id[rule_id]
        alike = (r for r in self.rules if r.id in self.near[rule_id] or r.family == rule.family)
        return frozenset(r.id for r in alike if r is rule or r not in self.promising)

    def judge(self, d: Directive) -> Judged:
        """What became of a comment."""
        known = {name: meant(name, self.rules) for name in d.names}
        unknown = {name: _hint(name, self.rules) for name, ids in known.items() if not ids}
        settled = {name: what for (by, name), what in self.done.items() if by is d}
        idle = tuple(name for name in d.names if name not in settled and name not in unknown)
        why = self._not_judged(d, idle)
        return Judged(unknown, settled, None if why else idle, why)

    def _not_judged(self, d: Directive, idle: Sequence[str]) -> str:
        """Why it cannot be said that a comment names some rules in vain, "" where it can."""
        rules = [self.by_id[i] for name in idle for i in sorted(meant(name, self.rules))]
        if any(rule.subject.roles.get("directive") is Directive for rule in rules):
            return "is about the rules that judge it"
        if d.lines is not None and any(func.pos <= d.pos < func.end for func in d.file.facts.funcs):
            return ""  # what it is about lies in the function
        space = self.engine.analysis.program.workspace
        near, names = space.dependents(d.file.package), d.named_there
        left_out = [f for f in space.files if f.opaque or not (f.reported or f.generated)]
        unseen = [f for f in left_out if f.package in near]
        for file in unseen:
            if d.lines is None or names & file.facts.names:
                return f"may be needed for {file.path}, on which this run does not report"
        alike = {i for rule in rules if unseen for i in self._alike(rule.id)}
        elsewhere = self.engine.raised([r for r in self.rules if r.id in alike], everywhere=True)
        needed = any(next(self._named(d, name, elsewhere), None) is not None for name in idle)
        return "is needed for files on which this run does not report" if needed else ""


def meant(name: str, rules: Iterable[Rule]) -> frozenset[str]:
    """The ids of the rules that a name in a comment means; it may end in a star, as staticcheck has it."""
    if name == EVERYTHING:
        return frozenset(rule.id for rule in rules)
    return frozenset(rule.id for rule in rules if rank(name.removesuffix("*"), rule))


def _hint(name: str, rules: Sequence[Rule]) -> str:
    words = {word.lower(): word for rule in rules for word in (rule.id, rule.name)}
    words.update((word, word) for word in FAMILIES)
    close = difflib.get_close_matches(name.lower(), words, 1)
    return f"; did you mean {words[close[0]]}?" if close else ""
