"""One more import in a file, where gofmt and goimports would put it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint.finding import Edit
from gomaplint.fixes.edits import Line, blanked, ends, parts, put_below
from gomaplint.model.names import is_standard
from gomaplint.model.symbols import File

_CLAUSE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*package\s+\w+")
_DECLARATION = re.compile(rb"[\s;]*\bimport\b\s*(?P<open>\()?")
_SPEC = re.compile(rb"[\s;]*(?:[\w.]+\s*)?(?:\"([^\"\n]*)\"|`([^`\n]*)`)", re.ASCII)
_CLOSE = re.compile(rb"[\s;]*\)")


class _Spec(NamedTuple):
    """One import by its path, and where it stands: the name before it belongs to it."""

    path: str
    start: int
    end: int

    @property
    def standard(self) -> bool:
        return is_standard(self.path) and self.path != "C"


class _Declaration(NamedTuple):
    """One import declaration; `opening` is the offset behind its bracket, or -1."""

    opening: int
    specs: list[_Spec]


def add_import(path: str, file: File) -> tuple[Edit, ...] | None:
    """The edits that import a package of the standard library, in the first group of such where there is one.

    None where the imports do not stand one on a line, or where gofmt would have to move comments.
    """
    text = blanked(file)
    clause = _CLAUSE.match(text)
    if clause is None:
        return None
    every = [d for d in _declarations(text, clause.end()) if d.specs and d.specs[0].path != "C"]
    block = next((d for d in every if d.opening >= 0), None)
    if block is not None:
        edit = _into_block(path, block, file)
    elif not every:
        line = Line(file.source, clause.end())
        edit = put_below(line, f'\nimport "{path}"', "", file) if ends(line, clause.end(), file) else None
    elif len(every) == 1:
        return _make_block(path, every[0].specs[0], file)
    else:
        line = Line(file.source, every[0].specs[0].end)
        edit = _beneath(line, f'import "{path}"', every[0].specs[0].end, "", file)
    return (edit,) if edit is not None else None


def _declarations(text: bytes, at: int) -> Iterator[_Declaration]:
    while (found := _DECLARATION.match(text, at)) is not None:
        at = found.end()
        specs: list[_Spec] = []
        while (spec := _SPEC.match(text, at)) is not None:
            start = spec.start() + len(spec[0]) - len(spec[0].lstrip(b"; \t\r\n"))
            at = spec.end()
            specs.append(_Spec((spec[1] or spec[2] or b"").decode("utf-8", "replace"), start, at))
            if not found["open"]:
                break
        if found["open"]:
            close = _CLOSE.match(text, at)
            if close is None:
                return
            at = close.end()
        yield _Declaration(found.end() if found["open"] else -1, specs)


def _into_block(path: str, block: _Declaration, file: File) -> Edit | None:
    for group in _groups(block.specs, file):
        if all(spec.standard for spec in group):
            after = next((s for s in reversed(group) if s.path < path), None)
            if after is not None:
                return _beneath(Line(file.source, after.end), f'"{path}"', after.end, "\t", file)
            line = Line(file.source, group[0].start)
            above = Line(file.source, line.start - 1)
            first = above.blank or above.start <= block.opening
            if first and line.begins(group[0].start) and not parts(file, line.start):
                return Edit(file.path, line.start, line.start, f'\t"{path}"{line.ending}')
            break
    line = Line(file.source, block.opening)
    return put_below(line, f'"{path}"\n\n', "\t", file) if ends(line, block.opening, file) else None


def _groups(specs: list[_Spec], file: File) -> Iterator[list[_Spec]]:
    """The imports on lines without another line between them, which gofmt sorts."""
    group: list[_Spec] = []
    for spec in specs:
        if group and file.source.count(b"\n", group[-1].end, spec.start) > 1:
            yield group
            group = []
        group.append(spec)
    yield group


def _make_block(path: str, spec: _Spec, file: File) -> tuple[Edit, ...] | None:
    """`import "os"` becomes a block of two."""
    line = Line(file.source, spec.end)
    if not ends(line, spec.end, file):
        return None
    new, nl = f'\t"{path}"{line.ending}', line.ending
    if spec.standard and spec.path < path:
        opened, closed = f"({nl}\t", f"{nl}{new})"
    else:
        opened, closed = f"({nl}{new}{'' if spec.standard else nl}\t", f"{nl})"
    return Edit(file.path, spec.start, spec.start, opened), Edit(file.path, line.end, line.end, closed)


def _beneath(line: Line, text: str, at: int, indent: str, file: File) -> Edit | None:
    if not ends(line, at, file) or parts(file, line.next):
        return None
    return put_below(line, text, indent, file)
