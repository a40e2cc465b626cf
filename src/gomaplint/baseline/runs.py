"""A baseline in a run: read, compared with what the run found, written anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from gomaplint.agreement import families
from gomaplint.baseline import read, reads_of
from gomaplint.baseline.extent import RunExtent
from gomaplint.baseline.lines import Baseline
from gomaplint.baseline.matching import Match, in_force, key_of, match, surest_first
from gomaplint.config import Options
from gomaplint.engine import Engine, Explanation
from gomaplint.finding import Finding, Settled
from gomaplint.judging import Judged
from gomaplint.rule import Rule

_LEFT_OUT = Settled("not selected")


def held(options: Options, cwd: str, rules: Sequence[Rule]) -> Baseline | None:
    """The baseline that the options name; what cannot be read or understood is a UserError."""
    if options.baseline is None:
        return None
    return in_force(read(options.baseline, cwd), families(rules))


def compared(
    baseline: Baseline,
    seen: Judged,
    found: Sequence[Finding],
    aside: Sequence[Finding],
    options: Options,
    cwd: str,
    rules: Sequence[Rule],
) -> Match:
    """The findings of a run that were asked about, compared with a baseline; its other ones stand `aside`."""
    left_out = [replace(f, settled=_LEFT_OUT) for f in seen.left_out]  # neither new nor gone
    folder = os.path.dirname(os.path.abspath(os.path.join(cwd, baseline.path)))
    narrow = options.stdin is not None or options.since is not None or baseline.reads != reads_of(options)
    return match(
        baseline,
        found,
        [*aside, *left_out],
        families(rules),
        lambda: RunExtent(seen.tree, seen.run, folder, narrow),
    )


def in_baseline(
    said: Explanation,
    held: Baseline,
    engine: Engine,
    rules: Sequence[Rule],
    needs_entry: Callable[[Finding], bool],
) -> Explanation:
    """What is said of a place, with the entry of the baseline that stands for it."""
    finding = said.finding
    if finding is None or not needs_entry(finding):
        return said
    standing = families(rules)
    key = key_of(finding, standing)
    entry = next((e for e in held.entries if e.key == key), None)
    if entry is not None and not finding.once:
        family = [rule for rule in rules if rule.family == finding.family]
        same = [f for f in engine.findings(family) if key_of(f, standing) == key and needs_entry(f)]
        counted = sorted(same, key=surest_first)[: entry.times]
        entry = entry if any((f.rule, f.at) == (finding.rule, finding.at) for f in counted) else None
    if entry is None:
        return said
    return said._replace(outcome=f"in the baseline ({held.path}:{entry.line}); without it: {said.outcome}")
