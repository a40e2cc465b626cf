"""What a baseline becomes after a run, and what people are told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from gomaplint.baseline.lines import Baseline
from gomaplint.baseline.matching import IN_BASELINE, Match, key_of
from gomaplint.finding import Finding, Note


def written(
    held: Baseline, match: Match, families: Mapping[str, str], shows: Callable[[Finding], bool]
) -> tuple[Baseline, str]:
    """The baseline with what was found now and `shows`, and a sentence on it.

    Entries stay of which the run cannot tell, and what is settled beside the code needs none.
    """
    counts = match.aside + match.unseen
    counts += Counter(
        key_of(f, families) for f in match.findings if shows(f) and f.settled in (None, IN_BASELINE)
    )
    held = held.rekeyed(match.moved)
    before = _counts(held)
    new, gone = (counts - before).total(), (before - counts).total()
    return held.holding(counts), f"wrote {_entries(counts.total())} ({new} new, {gone} gone) to {held.path}"


def pruned(held: Baseline, match: Match) -> tuple[Baseline, str]:
    """The baseline without the entries that are gone, those that moved under their new keys, and a sentence on it."""
    counts = _counts(held) - match.gone
    after = held.holding(counts).rekeyed(match.moved)
    parts = [f"took out {_entries(match.gone.total())}", f"{counts.total()} stay"]
    if match.moved:
        parts.insert(1, f"moved {len(match.moved)}")
    if match.unseen:
        parts.append(
            f"{match.unseen.total()} of them not judged, as this run did not read all that they are about"
        )
    return after, f"{held.path}: {', '.join(parts)}"


def notes(held: Baseline, match: Match, command: str) -> list[Note]:
    """What the reader of a report should know of the baseline; `command` is what mends it."""
    lines = {entry.key: entry.line for entry in held.entries}
    out = []
    if match.gone:
        first = min(match.gone)
        what = f"{_entries(match.gone.total())} {'are' if match.gone.total() > 1 else 'is'} gone, such as {first}"
        out.append(Note(held.path, lines[first], f"{what}; {command} takes out what is gone"))
    if match.moved:
        first = min(match.moved)
        what = f"{_entries(len(match.moved))} moved to another package, such as {first}, now {match.moved[first]}"
        out.append(Note(held.path, lines[first], f"{what}; {command} writes the new names"))
    return out


def _counts(held: Baseline) -> Counter[str]:
    return Counter({entry.key: entry.times for entry in held.entries})


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"
