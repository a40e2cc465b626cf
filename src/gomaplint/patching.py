"""Fixes as changes of files: which one each finding gets, which go together, and what the files are with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from gomaplint.finding import Edit, Finding, Fix, Original, Report

Key = tuple[str, str]


class Offer(NamedTuple):
    """A finding, and the fix that is chosen for it."""

    finding: Finding
    fix: Fix

    @property
    def paths(self) -> set[str]:
        return {edit.path for edit in self.fix.edits}

    @property
    def name(self) -> tuple[Key, str]:
        """What stays the same from one look to the next."""
        return key_of(self.finding), self.fix.title


class Change(NamedTuple):
    """One file before and after."""

    path: str
    original: Original
    content: bytes


def offers_of(report: Report, shows: Callable[[Finding], bool], unsafe: bool) -> list[Offer]:
    """The first fix of each finding that is asked for, not safe ones only where they are asked for too."""
    asked = (f for f in report.findings if f.settled is None and shows(f))
    first = ((f, next((fix for fix in f.fixes if fix.safe or unsafe), None)) for f in asked)
    return [Offer(f, fix) for f, fix in first if fix is not None]


def disjoint(offers: Iterable[Offer]) -> tuple[list[Offer], int]:
    """Offers of which no edits overlap, each whole, and how many were left out; their order does not matter.

    Edits that are equal are made once; other ones must not touch, as nobody knows which comes first.
    """
    accepted: list[Offer] = []
    taken: dict[str, set[Edit]] = {}
    left = 0
    for offer in sorted(offers, key=_place):
        if any(_overlap(edit, other) for edit in offer.fix.edits for other in taken.get(edit.path, ())):
            left += 1
            continue
        accepted.append(offer)
        for edit in offer.fix.edits:
            taken.setdefault(edit.path, set()).add(edit)
    return accepted, left


def applied(content: bytes, edits: Iterable[Edit]) -> bytes:
    """A file's content after edits that do not overlap."""
    last = len(content)
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end), reverse=True):
        assert edit.start <= edit.end <= last, f"the edits of a fix overlap, or leave the file: {edit}"
        last = edit.start
        content = content[: edit.start] + edit.text.encode() + content[edit.end :]
    return content


def diff(change: Change) -> str:
    """The change of a file as `git apply` and `patch -p1` take it."""
    old, new = (_lines(content.decode()) for content in (change.original.content, change.content))
    before, after = (change.path if change.path.startswith("/") else f"{side}/{change.path}" for side in "ab")
    lines = difflib.unified_diff(old, new, before, after)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """The lines with their ends; a form feed is none."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _place(offer: Offer) -> tuple[object, ...]:
    finding, fix = offer
    return min(fix.edits), finding.at, finding.rule, fix.title, fix.edits


def _overlap(a: Edit, b: Edit) -> bool:
    if a == b:
        return False
    if a.start == a.end or b.start == b.end:
        return a.start <= b.end and b.start <= a.end
    return a.start < b.end and b.start < a.end


def key_of(f: Finding) -> Key:
    """What a finding is about, independent of lines."""
    return (f.family, f.container) if f.container else (f.rule, f.scope)
