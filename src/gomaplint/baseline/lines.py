"""The file of a baseline: one entry a line, made for diffs and merges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from gomaplint.errors import UserError

VERSION = 1
HEAD = (
    "# What gomaplint found when this file was written; runs report what is not in it.",
    "# 'gomaplint baseline' writes it, 'gomaplint baseline --prune' takes out what is gone.",
    "# A reason may stand behind an entry, after a #.",
)
_FIRST = re.compile(r"gomaplint-baseline (\d{1,9})(?: (.*))?")
_ENTRY = re.compile(
    r"(?P<key>[A-Z]+\d [^\s#]+(?: (?!\d+(?:\s|$))[^\s#]+)?)(?: (?P<count>[1-9]\d{0,8}))?(?:\s+#\s*(?P<reason>.*))?"
)
_CONFLICT = re.compile(r"(<{7}|\|{7}|={7}|>{7})( |$)")


class Entry(NamedTuple):
    """Findings that were there before.

    `key` is the family of their rule and the declarations they are about, `times` how many findings have that key.
    `reason` is what the user wrote behind it, `above` are the comments and blank lines before it.
    `line` is its place in the file, 0 for a new one.
    """

    key: str
    times: int
    reason: str = ""
    line: int = 0
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline as it stands in its file.

    `path` is the file as people are shown it.
    `reads` are the options that decide on what a run can see at all, such as "--tests": those it was written with.
    `head` and `foot` are the comments before its first line and after its last entry.
    """

    path: str
    reads: str = ""
    entries: tuple[Entry, ...] = ()
    head: tuple[str, ...] = HEAD
    foot: tuple[str, ...] = ()
    newline: str = "\n"

    def rekeyed(self, new: Mapping[str, str]) -> Baseline:
        """The same with other keys for some entries; those that have a key in common then become one."""
        return replace(self, entries=_joined(e._replace(key=new.get(e.key, e.key)) for e in self.entries))

    def holding(self, counts: Mapping[str, int]) -> Baseline:
        """The same with these keys and counts; comments stay where they are, and reasons with their keys."""
        kept: list[Entry] = []
        above: tuple[str, ...] = ()
        for entry in self.entries:
            above += entry.above
            if count := counts.get(entry.key, 0):
                kept.append(entry._replace(times=count, above=above))
                above = ()
        known = {entry.key for entry in kept}
        kept += [Entry(key, count) for key, count in counts.items() if count and key not in known]
        return replace(self, entries=tuple(kept), foot=above + self.foot)


def parse(text: str, path: str) -> Baseline:
    """Read the text of a file; a line that is not understood is a UserError with the place and the cure."""
    newline = "\r\n" if "\r\n" in text else "\n"
    version: str | None = None
    reads = ""
    head: list[str] = []
    above: list[str] = []
    entries: list[Entry] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if _CONFLICT.match(line):
            cure = "keep the entries of both sides and delete the marks"
            raise UserError(f"{path}:{number}: a merge of git was left unfinished here; {cure}")
        if not line or line.startswith("#"):
            above.append(raw.rstrip())
        elif found := _FIRST.fullmatch(line):
            if version is None:
                version, reads = found[1], found[2] or ""
                head, above = above, []
                _expect_known(int(version), path, number)
            elif (version, reads) != (found[1], found[2] or ""):
                raise UserError(f"{path}:{number}: a second first line, which says something else; keep one")
        elif version is None:
            cure = f"its first line is 'gomaplint-baseline {VERSION}', and 'gomaplint baseline' writes one"
            raise UserError(f"{path}:{number}: this is no baseline of gomaplint: {cure}")
        elif entry := _ENTRY.fullmatch(line):
            reason = (entry["reason"] or "").strip()
            entries.append(Entry(entry["key"], int(entry["count"] or 1), reason, number, tuple(above)))
            above = []
        else:
            cure = "an entry is a family and what was found, such as GML1 example.com/chat/hub.Hub.byName"
            raise UserError(f"{path}:{number}: not understood: '{line}'; {cure}")
    if version is None and head + above != [""]:
        raise UserError(f"{path}: this is no baseline of gomaplint; 'gomaplint baseline' writes one")
    while above and not above[-1]:
        above.pop()
    return Baseline(path, reads, _joined(entries), tuple(head) if version else HEAD, tuple(above), newline)


def render(baseline: Baseline) -> str:
    """The text of the file: its entries sorted, each with the comments above it."""
    lines = [*baseline.head, f"gomaplint-baseline {VERSION} {baseline.reads}".rstrip()]
    for entry in sorted(baseline.entries):
        count = f" {entry.times}" if entry.times > 1 else ""
        reason = f" # {entry.reason}" if entry.reason else ""
        lines += [*entry.above, f"{entry.key}{count}{reason}"]
    return "".join(line + baseline.newline for line in (*lines, *baseline.foot))


def _joined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, those with the same key as one: a merge of two branches may leave both of theirs."""
    by_key: dict[str, Entry] = {}
    for entry in entries:
        known = by_key.get(entry.key)
        if known is not None:
            reasons = dict.fromkeys(filter(None, f"{known.reason}; {entry.reason}".split("; ")))
            count, above = max(known.times, entry.times), known.above + entry.above
            entry = known._replace(times=count, reason="; ".join(reasons), above=above)
        by_key[entry.key] = entry
    return tuple(by_key.values())


def _expect_known(version: int, path: str, number: int) -> None:
    if version != VERSION:
        said = f"a baseline of version {version}, and this gomaplint knows {VERSION} only"
        raise UserError(f"{path}:{number}: {said}; take the gomaplint that wrote it, or a newer one")
