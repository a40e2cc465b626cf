"""What a change did: which lines are new, which are gone, and where a place of one state was in the other."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from gomaplint.config import Since
from gomaplint.git import Repository

Line = tuple[str, int]
"""A line of a file: the absolute path and the number from 1 on."""


class Hunk(NamedTuple):
    """Lines at one place that differ: from `old` on those that were there, from `new` on those that are there now.

    Where one of the two is empty, its number is that of the line that follows.
    """

    old: int
    removed: tuple[bytes, ...]
    new: int
    added: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One file, by its absolute paths now and before; "" where it was deleted, or is new.

    `blob` is git's name for the content it had; "" where the content did not change.
    """

    path: str = ""
    before: str = ""
    blob: str = ""
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What differs between a commit and the working tree: Go files, go.mod and go.work, but for white space.

    Lines that were only moved are neither new nor altered: they have a place before.
    """

    since: Since
    files: Sequence[Changed]
    repository: Repository = field(repr=False)
    drafts: Mapping[str, Sequence[Hunk]] = field(default_factory=dict)

    @cached_property
    def now(self) -> Mapping[str, Changed]:
        """The files that are there now, by path."""
        return {file.path: file for file in self.files if file.path}

    @cached_property
    def past(self) -> Mapping[str, Changed]:
        """The files that were there before, by the path they had."""
        return {file.before: file for file in self.files if file.before}

    def contents(self) -> dict[str, bytes]:
        """What the files held before, by the path they had."""
        blobs = self.repository.contents(file.blob for file in self.files if file.before and file.blob)
        found = {}
        for path, file in self.past.items():
            if file.blob:
                found[path] = blobs[file.blob]
            else:
                with open(file.path, "rb") as stream:
                    found[path] = stream.read()
        return found

    def over(self, overlay: Mapping[str, bytes]) -> Changes:
        """The same changes, for lines of other contents than those on disk, by absolute path.

        What these contents change is no part of the changes: a line of theirs counts as the one it stands for on disk.
        """
        return replace(self, drafts={path: tuple(_hunks(path, new)) for path, new in overlay.items()})

    def touches(self, path: str, first: int, last: int) -> bool:
        """Tell whether one of some lines was added or altered."""
        return path in self.now and any(self.before(path, line) is None for line in range(first, last + 1))

    def takes(self, path: str, first: int, last: int) -> bool:
        """Tell whether one of some lines that were there is gone from its place."""
        return any(True for _ in self._cuts(path, first, last))

    def before(self, path: str, line: int) -> Line | None:
        """Where a line was before; None if it is new."""
        line = self._on_disk(path, line)
        file = self.now.get(path)
        if file is None:
            return path, line
        at = bisect_right(file.hunks, line, key=lambda hunk: hunk.new) - 1
        if at < 0:
            return (file.before, line) if file.before else None
        hunk = file.hunks[at]
        if line < hunk.new + len(hunk.added):
            return self._moved.get((path, line))
        return file.before, line - hunk.new - len(hunk.added) + hunk.old + len(hunk.removed)

    def after(self, path: str, first: int, last: int) -> Line | None:
        """What stands where some lines were taken away, or follows there; None if the file is gone, too."""
        hunk = next(self._cuts(path, first, last))
        now = self.past[path].path
        grown = sum(len(d.added) - len(d.removed) for d in self.drafts.get(now, ()) if d.old < hunk.new)
        return (now, hunk.new + grown) if now else None

    def _cuts(self, path: str, first: int, last: int) -> Iterator[Hunk]:
        file = self.past.get(path)
        for hunk in file.hunks if file is not None else ():
            if hunk.old <= last and first < hunk.old + len(hunk.removed):
                yield hunk

    def _on_disk(self, path: str, line: int) -> int:
        """The line on disk that a line of a draft stands for, or would follow."""
        shift = 0
        for hunk in self.drafts.get(path, ()):
            if line < hunk.new:
                break
            if line < hunk.new + len(hunk.added):
                return hunk.old + min(line - hunk.new, max(len(hunk.removed) - 1, 0))
            shift = hunk.old + len(hunk.removed) - hunk.new - len(hunk.added)
        return line + shift

    @cached_property
    def _moved(self) -> Mapping[Line, Line]:
        return dict(_moves(self.files))


def changed(since: Since, cwd: str) -> Changes:
    """Ask git what was changed in the repository around a folder; a commit that is not there is a UserError."""
    repository = Repository(cwd)
    commit = repository.commit(since)
    files = [_placed(file, repository.root) for file in _read(repository.diff(commit))]
    if since.untracked:
        files += [Changed(_join(repository.root, name)) for name in repository.untracked()]
    return Changes(since, [_whole(file) for file in files if file.path or file.before], repository)


def _whole(file: Changed) -> Changed:
    """The file with all its lines added, if it is new and they are not known yet."""
    if file.before or file.hunks:
        return file
    try:
        with open(file.path, "rb") as stream:
            return replace(file, hunks=(Hunk(1, (), 1, tuple(stream.read().split(b"\n"))),))
    except OSError:
        return file  # a link that leads nowhere


def _hunks(path: str, new: bytes) -> Iterator[Hunk]:
    """What differs between a file on disk and a draft of it."""
    with open(path, "rb") as stream:
        old, now = stream.read().split(b"\n"), new.split(b"\n")
    for tag, i, j, k, n in SequenceMatcher(None, old, now, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Hunk(i + 1, tuple(old[i:j]), k + 1, tuple(now[k:n]))


def _join(root: str, name: str) -> str:
    return os.path.normpath(os.path.join(root, name))


def _placed(file: Changed, root: str) -> Changed:
    return replace(
        file, path=file.path and _join(root, file.path), before=file.before and _join(root, file.before)
    )


# -- the patch that git writes

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_LINK = b" 120000"


def _read(patch: bytes) -> Iterator[Changed]:
    """The files of a patch without context, with paths as they stand in it."""
    lines = iter(patch.split(b"\n"))
    part: list[bytes] = []
    hunks: list[Hunk] = []
    for line in lines:
        at = _HUNK.match(line)
        if at is not None:
            hunks.append(_hunk(at, lines))
        elif line.startswith(b"diff --git "):
            yield _file(part, hunks)
            part, hunks = [], []
        else:
            part.append(line)
    yield _file(part, hunks)


def _hunk(at: re.Match[bytes], lines: Iterator[bytes]) -> Hunk:
    start, size, new, grown = (1 if number is None else int(number) for number in at.groups())
    sides: dict[bytes, list[bytes]] = {b"-": [], b"+": [], b"\\": []}  # the last: "No newline at end of file"
    while len(sides[b"-"]) < size or len(sides[b"+"]) < grown:
        line = next(lines)
        sides[line[:1]].append(line[1:])
    # Of an empty side git tells the line before.
    return Hunk(start + (not size), tuple(sides[b"-"]), new + (not grown), tuple(sides[b"+"]))


def _file(header: Sequence[bytes], hunks: Sequence[Hunk]) -> Changed:
    """One file of a patch; without paths where nothing but its mode changed, or it is empty."""
    path = before = blob = b""
    link = False
    for line in header:
        word, _, rest = line.partition(b" ")
        if word == b"---":
            before = _name(rest)[2:] if rest != b"/dev/null" else b""
        elif word == b"+++":
            path = _name(rest)[2:] if rest != b"/dev/null" else b""
        elif line.startswith(b"rename from "):
            before = _name(line[len(b"rename from ") :])
        elif line.startswith(b"rename to "):
            path = _name(line[len(b"rename to ") :])
        elif word == b"index":
            blob = rest.partition(b"..")[0]
        if line.endswith(_LINK):
            link = True  # git shows where it leads, which is no Go
    if link and before:
        return Changed()
    return Changed(
        os.fsdecode(path),
        os.fsdecode(before),
        blob.decode() if before else "",
        () if link else tuple(hunks),
    )


def _name(text: bytes) -> bytes:
    """Read a path, which git quotes where it holds something odd, and ends with a tab where it holds a blank."""
    text = text.rstrip(b"\t")
    if not text.startswith(b'"'):
        return text
    return _ESCAPE.sub(
        lambda m: bytes([int(m[1], 8)]) if len(m[1]) == 3 else _ESCAPED.get(m[1], m[1]), text[1:-1]
    )


# -- lines that were only moved

_ENOUGH = 20  # letters and digits that lines must have together to be known again, as in git's --color-moved
_STARTS = 20  # places where a stretch is looked for
_WORD = re.compile(rb"\w")


def _moves(files: Iterable[Changed]) -> Iterator[tuple[Line, Line]]:
    """Pairs of lines, now and before, of stretches that were taken away in one place and stand in another."""
    gone = [
        (text, (file.before, hunk.old + number))
        for file in files
        for hunk in file.hunks
        for number, line in enumerate(hunk.removed)
        if (text := b"".join(line.split()))
    ]
    starts: dict[bytes, deque[int]] = {}
    for index, (text, _) in enumerate(gone):
        if _WORD.search(text):
            starts.setdefault(text, deque()).append(index)
    used: set[int] = set()
    for file in files:
        added = [
            (text, (file.path, hunk.new + number))
            for hunk in file.hunks
            for number, line in enumerate(hunk.added)
            if (text := b"".join(line.split()))
        ]
        at = 0
        while at < len(added):
            places = starts.get(added[at][0], deque())
            while places and places[0] in used:
                places.popleft()
            free = [i for i in islice(places, _STARTS) if i not in used]
            sizes = {i: _alike(added, at, gone, i, used) for i in free}
            first = max(free, key=lambda i: (sizes[i], -i), default=0)
            size = sizes.get(first, 0)
            if sum(len(_WORD.findall(text)) for text, _ in added[at : at + size]) >= _ENOUGH:
                used.update(range(first, first + size))
                yield from ((added[at + n][1], gone[first + n][1]) for n in range(size))
                at += size
            else:
                at += 1


def _alike(
    added: Sequence[tuple[bytes, Line]],
    at: int,
    gone: Sequence[tuple[bytes, Line]],
    index: int,
    used: set[int],
) -> int:
    """How many lines of two lists are the same from two places on."""
    size = 0
    while (
        at + size < len(added)
        and index + size < len(gone)
        and added[at + size][0] == gone[index + size][0]
        and index + size not in used
    ):
        size += 1
    return size
