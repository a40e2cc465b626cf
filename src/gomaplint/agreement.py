"""Rules that speak of the same container: said once, and more surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gomaplint.finding import Confidence, Finding, Related
from gomaplint.rule import FAMILIES, Rule


def kin(rule: Rule, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that ask the same of a container: one supersedes the other, or both supersede a third."""
    return [r for r in rules if not _family(rule).isdisjoint(_family(r))]


def kin_of_each(rules: Sequence[Rule]) -> dict[str, frozenset[str]]:
    """The ids of each rule's kin, itself among them, by its id."""
    return {rule.id: frozenset(other.id for other in kin(rule, rules)) for rule in rules}


def said_once(found: Sequence[Finding], rules: Sequence[Rule]) -> list[Finding]:
    """The findings, those of kindred rules about one container joined to one.

    Of the surest, and of those less sure by one step, the one speaks that supersedes most: it has the sharper reason.
    It is as sure as the surest. Where two are equally sure, two ways of looking agree, and the finding becomes surer by
    one step; a rule that supersedes none looks at what the others ask for anyway, and adds nothing.
    Its fixes are its own: what mends the fault as another rule sees it may be wrong where this one sees more.
    """
    by_id = {rule.id: rule for rule in rules}
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.container, []).append(finding)
    out: list[Finding] = []
    for container, group in groups.items():
        out += _joined(group, by_id) if container else group
    return out


def families(rules: Sequence[Rule]) -> dict[str, str]:
    """The families of which a rule supersedes one of another family, each with the one that stands for all of them.

    What is wrong with a comment stands for itself, in whose place ever it is said.
    """
    groups: dict[str, set[str]] = {}
    above = set()
    for rule in rules:
        for other in rule.supersedes:
            one, base = rule.family, other[:-2]
            if one not in (base, FAMILIES["suppressions"]):
                above.add(one)
                together = groups.get(one, {one}) | groups.get(base, {base})
                groups.update(dict.fromkeys(together, together))
    return {family: min(group - above or group) for family, group in groups.items()}


def _family(rule: Rule) -> frozenset[str]:
    return frozenset((rule.id, *rule.supersedes))


def _joined(group: list[Finding], rules: dict[str, Rule]) -> Iterator[Finding]:
    while group:
        most = max(f.confidence for f in group)
        near_most = (f for f in group if f.confidence >= most - 1)
        first = min(near_most, key=lambda f: (-len(rules[f.rule].supersedes), -f.confidence, f.rule))
        near = {r.id for r in kin(rules[first.rule], list(rules.values()))} - {first.rule}
        others = sorted((f for f in group if f.rule in near), key=lambda f: (-f.confidence, f.rule))
        yield _together(first, others, rules) if others else first
        group = [f for f in group if f is not first and f not in others]


def _together(first: Finding, others: Sequence[Finding], rules: dict[str, Rule]) -> Finding:
    most = max(f.confidence for f in (first, *others))
    agrees = sum(f.confidence == most and bool(rules[f.rule].supersedes) for f in (first, *others)) > 1
    rows = (Related(f.at, f"{f.rule} {f.name}: {f.message}") for f in others)
    return replace(
        first,
        confidence=Confidence(min(most + agrees, Confidence.HIGH)),
        related=tuple(dict.fromkeys((*first.related, *rows))),
        searched=first.searched or next((f.searched for f in others if f.searched), ""),
        estimate=first.estimate or next((f.estimate for f in others if f.estimate), None),
    )
