"""Which findings a baseline holds, and what became of its entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from gomaplint.baseline.lines import Baseline
from gomaplint.finding import Finding, Settled

IN_BASELINE = Settled("", external=True)
_UNWRITABLE = re.compile(r"[\s%#]")
_VERSION = re.compile(r"^v\d+\.")


class Extent(Protocol):
    """What a run can say about the declarations that an entry names."""

    def judges(self, key: str) -> bool:
        """The run would have found what the entry stands for if it were still there."""
        ...

    def missing(self, key: str) -> bool:
        """A declaration that the entry names exists no more."""
        ...


class Match(NamedTuple):
    """Findings compared with a baseline.

    `findings` are those that were asked about, in their order, and settled where the baseline holds them.
    `aside` counts the entries by key that stand for findings which were not asked about.
    `gone` counts those that stand for nothing any more, `unseen` those of which this run cannot tell.
    `moved` leads from the keys of entries to the keys that the same findings have now.
    """

    findings: list[Finding]
    aside: Counter[str]
    gone: Counter[str]
    unseen: Counter[str]
    moved: dict[str, str]


def key_of(finding: Finding, families: Mapping[str, str]) -> str:
    """What an entry calls a finding: the same whatever moves within its package, and whoever of a family finds it.

    `families` leads from a family to the one that stands for it.
    """
    family = families.get(finding.family, finding.family)
    return " ".join((family, *(_UNWRITABLE.sub(_escaped, name) for name in _names(finding))))


def _names(finding: Finding) -> list[str]:
    """The container, and the function where the rule reports every place in it by itself."""
    container, colon, local = finding.container.rpartition(":")
    # The name of a local may change; the function that declares it tells enough.
    container = f"{container}:local" if colon and "." not in local else finding.container
    if container and finding.once:
        return [container]
    return [name for name in (container, finding.scope) if name]


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def in_force(held: Baseline, families: Mapping[str, str]) -> Baseline:
    """A baseline with the families of its entries replaced by those that stand for them."""
    heads = ((entry.key, *entry.key.partition(" ")) for entry in held.entries)
    return held.rekeyed({key: f"{families.get(family, family)} {rest}" for key, family, _, rest in heads})


def surest_first(finding: Finding) -> tuple[object, ...]:
    """The order in which an entry stands for findings, where there are more than it counts."""
    return (-finding.confidence, finding.at, finding.rule, finding.message)


def match(
    held: Baseline,
    found: Sequence[Finding],
    aside: Sequence[Finding],
    families: Mapping[str, str],
    extent: Callable[[], Extent],
) -> Match:
    """Compare the findings that were asked about with a baseline; it is `in_force`.

    `aside` are the other findings of the run, which were not asked about: entries stand for them first.
    Of more findings than an entry counts, those stay new of which we are less sure, and of those the last by place.
    A finding that is settled already needs no entry, but one that stands for it is not gone.
    `extent` is looked up only if entries are left.
    """
    room = Counter({entry.key: entry.times for entry in held.entries})
    keys = {id(f): key_of(f, families) for f in (*found, *aside)}

    def taken(findings: Iterable[Finding]) -> list[Finding]:
        out = []
        for finding in findings:
            if room[keys[id(finding)]] > 0:
                room[keys[id(finding)]] -= 1
                out.append(finding)
        return out

    order = sorted(found, key=surest_first)
    beside = taken(f for f in aside if f.settled is None)
    settled = taken(f for f in order if f.settled is None)
    taken(f for f in (*found, *aside) if f.settled is not None)
    left = +room
    moved: dict[str, str] = {}
    gone: Counter[str] = Counter()
    if left:
        seen = extent()
        known = {id(f) for f in (*beside, *settled)}
        new = {keys[id(f)] for f in (*found, *aside) if f.settled is None and id(f) not in known}
        moved = _moved([key for key in left if seen.missing(key)], new)
        arrived = {to: left.pop(key) for key, to in moved.items()}
        room = Counter(arrived)
        beside += taken(f for f in aside if f.settled is None and id(f) not in known)
        settled += taken(f for f in order if f.settled is None and id(f) not in known)
        gone = Counter({key: count for key, count in left.items() if seen.judges(key)})
    chosen = {id(f) for f in settled}
    return Match(
        [replace(f, settled=IN_BASELINE) if id(f) in chosen else f for f in found],
        Counter(keys[id(f)] for f in beside),
        gone,
        left - gone,
        moved,
    )


def _moved(missing: Sequence[str], new: Iterable[str]) -> dict[str, str]:
    """The entries whose declarations are found under another import path, where that can mean one only."""
    before, now = _by_tail(missing), _by_tail(new)
    return {
        keys[0]: now[tail][0]
        for tail, keys in before.items()
        if len(keys) == 1 and len(now.get(tail, ())) == 1
    }


def _by_tail(keys: Iterable[str]) -> dict[tuple[str, ...], list[str]]:
    """The keys by what stays of them in another package: the family, and names without their import paths."""
    out: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        family, *names = key.split(" ")
        tails = [_VERSION.sub("", name.rpartition("/")[2].partition(".")[2]) for name in names]
        if all(tails):
            out.setdefault((family, *tails), []).append(key)
    return out
