"""Rules asked about subjects: what holds becomes a finding with its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from gomaplint.agreement import kin, said_once
from gomaplint.finding import Confidence, Finding, Section
from gomaplint.model.maps import Analysis
from gomaplint.rule import Condition, Rule
from gomaplint.span import Answer, Span
from gomaplint.subjects import Subject


class Raised(NamedTuple):
    """A finding of a rule by itself, and all that the rule fires on in the same group.

    `places` are where it would decide, `declared` the declarations that it is about.
    """

    finding: Finding
    places: tuple[Span, ...]
    declared: tuple[Span, ...]


class Engine:
    """Runs rules over one workspace; every question is asked once."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._subjects: dict[str, list[Subject]] = {}
        self._answers: dict[tuple[int, str], Answer] = {}

    def findings(self, rules: Sequence[Rule]) -> list[Finding]:
        """What each rule reports by itself, one finding for each group, in no order."""
        return [raised.finding for raised in self.raised(rules)]

    def raised(self, rules: Sequence[Rule], everywhere: bool = False) -> list[Raised]:
        """The same, with every place of each group on which the rule fires; `everywhere`: in no matter which file."""
        found: list[Raised] = []
        for rule in rules:
            best: dict[str, tuple[Confidence, int, Subject]] = {}
            fired: dict[str, list[Subject]] = {}
            for subject in self.subjects(rule):
                confidence = self._judge(rule, subject) if everywhere or subject.file.reported else None
                if confidence is None:
                    continue
                fired.setdefault(subject.group, []).append(subject)
                rank, known = subject.rank(), best.get(subject.group)
                if known is None or (confidence, rank) > known[:2]:
                    best[subject.group] = (confidence, rank, subject)
            for group, (confidence, _, subject) in best.items():
                every = fired[group]
                declared = dict.fromkeys(s.declared for s in every if s.declared is not None)
                finding = _finding(rule, subject, confidence)
                found.append(Raised(finding, tuple(s.at for s in every), tuple(declared)))
        return found

    def subjects(self, rule: Rule) -> list[Subject]:
        kind = rule.subject
        if kind.name not in self._subjects:
            self._subjects[kind.name] = list(kind.find(self.analysis))
        return self._subjects[kind.name]

    def ask(self, condition: Condition, subject: Subject) -> Answer:
        entity: Any = subject.roles[condition.role]
        key = (id(entity), condition.property.name)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = condition.property.ask(entity)
        return answer

    def _holds(self, conditions: Sequence[Condition], subject: Subject) -> bool:
        return all(self.ask(c, subject).holds is c.wants for c in conditions)

    def _judge(self, rule: Rule, subject: Subject) -> Confidence | None:
        if not self._holds(rule.where, subject):
            return None
        tier = next((t for t in rule.tiers if self._holds(t.conditions, subject)), None)
        return tier.confidence if tier is not None else None

    def explain(
        self,
        rule: Rule,
        path: str,
        line: int,
        rules: Sequence[Rule] = (),
        settled: Callable[[str, str, Span], str] = lambda rule, container, at: "",
    ) -> Iterator[Explanation]:
        """The conditions of a rule with their answers, for each subject that stands or is declared on a line.

        Of the lists of confidence those are told that fail, up to the one that holds, if the rest is known to hold.
        Where others of the `rules` speak of the same container too, the outcome tells which is heard.
        `settled` tells of a rule, a container and a place why what is found there is not shown, "" where it is.
        """
        for subject in self.subjects(rule):
            places = [subject.at, subject.declared or subject.at]
            if not any(p.path == path and p.line <= line <= p.end_line for p in places):
                continue
            rows = last = [(str(c), self._as_written(c, subject)) for c in rule.where]
            confidence = None
            for tier in rule.tiers if all(answer.holds for _, answer in rows) else ():
                last = [(f"{tier.confidence}: {c}", self._as_written(c, subject)) for c in tier.conditions]
                rows = rows + last
                if self._holds(tier.conditions, subject):
                    confidence = tier.confidence
                    break
            title = f"{rule.id} {subject.words[rule.subject.title]}"
            heard = self._heard(rule, subject, confidence, rules) if confidence is not None else ""
            outcome = _outcome(subject, last, confidence, heard)
            if confidence is not None and (why := settled(rule.id, subject.container, subject.at)):
                outcome = f"{why}; without that {outcome}"
            yield Explanation(title, subject.at, rows, outcome, subject.evidence)

    def _heard(self, rule: Rule, subject: Subject, confidence: Confidence, rules: Sequence[Rule]) -> str:
        """What becomes of a finding where other rules speak of the same container; empty where none does."""
        near = kin(rule, rules)
        every = [f for f in self.findings(near) if f.container == subject.container] if len(near) > 1 else []
        if len(every) < 2 or not subject.container:
            return ""
        said = said_once(every, near)[0]
        if said.rule != rule.id:
            heard = f"{said.rule} speaks in its place with {said.confidence} confidence: {said.at}"
            return f"{confidence} confidence; {heard}"
        raised = any(f.rule == rule.id and f.confidence < said.confidence for f in every)
        agrees = f" ({confidence} by itself, and another rule agrees)" if raised else ""
        return _shown(Confidence(min(confidence + raised, Confidence.HIGH)), agrees)

    def _as_written(self, condition: Condition, subject: Subject) -> Answer:
        """The answer to a condition with its `not` or `unknown`."""
        answer = self.ask(condition, subject)
        if condition.wants is None:
            return answer._replace(holds=answer.holds is None)
        return answer if condition.wants or answer.holds is None else answer._replace(holds=not answer.holds)


class Explanation(NamedTuple):
    """Why a rule speaks or keeps silent: each condition with the answer to it as it is written.

    `evidence` is looked up when it is shown.
    """

    subject: str
    at: Span
    rows: list[tuple[str, Answer]]
    outcome: str
    evidence: Callable[[], Sequence[Section]]


def _shown(confidence: Confidence, why: str = "") -> str:
    if confidence is Confidence.HIGH:
        return f"reported with high confidence{why}"
    return f"{confidence} confidence{why}: shown with --min-confidence {confidence}"


def _outcome(
    subject: Subject, last: Sequence[tuple[str, Answer]], confidence: Confidence | None, heard: str
) -> str:
    """What follows from the conditions; the `last` list of them asks least, so that what fails there decides."""
    if confidence is not None and not subject.file.reported:
        return f"silent: {subject.file.path} is generated, or built only with tags that are not set"
    if confidence is not None:
        return heard or _shown(confidence)
    name, answer = next(row for row in last if not row[1].holds)
    verb = "does not hold" if answer.holds is False else "is not known to hold"
    return f"silent: {name!r} {verb}: {answer.says}"


def _finding(rule: Rule, subject: Subject, confidence: Confidence) -> Finding:
    message, fix = rule.text(subject.file.version, subject.words)
    return Finding(
        rule.id,
        rule.name,
        rule.severity,
        confidence,
        subject.at,
        message,
        fix,
        subject.related(),
        subject.container,
        subject.file.around(subject.at),
        subject.searched(),
        subject.estimate(),
        subject.fixes(),
    )
