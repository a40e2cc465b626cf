"""As what a name stands in a text, told by the bytes around it: a cheap look before a body is lowered.

Where the bytes cannot tell, as beside a comment, a name may stand as anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from gomaplint.model.names import package_symbol
from gomaplint.model.packages import Package
from gomaplint.model.symbols import File

Fits = Callable[[File, int, int, int], bool]
"""Asked with the file, where the function begins, and where the name in it begins and ends."""

_IN_NAME = bytes(chr(i).isalnum() or i == ord("_") if i < 128 else True for i in range(256))
_BLANK = b" \t\r\n"
_SHORT = 2  # bytes; shorter names stand in so many others that a pattern finds them faster


def find(source: bytes, name: bytes, start: int = 0, end: int | None = None) -> int:
    """The first offset at which a name stands as a word of its own, or -1."""
    stop = len(source) if end is None else end
    if len(name) <= _SHORT:
        found = _word(name).search(source, start, stop)
        return found.start() if found is not None else -1
    at, size = source.find(name, start, stop), len(name)
    while at >= 0:
        after = at + size
        if (at == 0 or not _IN_NAME[source[at - 1]]) and (
            after == len(source) or not _IN_NAME[source[after]]
        ):
            return at
        at = source.find(name, after, stop)
    return -1


@cache
def _word(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"%s(?<![\w\x80-\xff]%s)(?![\w\x80-\xff])" % (name, name))


def anyhow(file: File, start: int, at: int, end: int) -> bool:
    """The name stands there."""
    return True


def as_method(file: File, start: int, at: int, end: int) -> bool:
    """The name may select a method or field: `x.name`, where x is no package."""
    source = file.source
    dot = _dot_before(source, at)
    return dot is not None and not (dot and _of_package(file, start, dot, source[at:end]))


def as_field(file: File, start: int, at: int, end: int) -> bool:
    """The name may select a field, or be its key in a literal: `name: value`."""
    return _before_colon(file.source, end) or as_method(file, start, at, end)


def as_symbol(package: Package) -> Fits:
    """The name may be a package's own: it stands alone in the package itself, behind the package's name elsewhere."""

    def fits(file: File, start: int, at: int, end: int) -> bool:
        dot = _dot_before(file.source, at)
        if dot:
            return file.imports.get(_word_before(file.source, dot)) == package.path
        return dot == 0 or file.package is package or bool(file.dot_imports)

    return fits


def _dot_before(source: bytes, at: int) -> int | None:
    """The offset of the dot that a name stands behind; None where there is none, 0 where a comment may hide it."""
    before = at - 1
    while before >= 0 and source[before] in _BLANK:
        before -= 1
    if before < 0:
        return None
    if b"\n" in source[before:at] and b"//" in source[source.rfind(b"\n", 0, before) + 1 : before]:
        return 0
    if source[before] == ord("."):
        return before if source[before - 1] != ord(".") else None  # `...`
    return 0 if source[before] == ord("/") else None


def _before_colon(source: bytes, end: int) -> bool:
    while end < len(source) and source[end] in _BLANK:
        end += 1
    after = source[end : end + 2]
    return after[:1] in (b":", b"/") and after != b":="


def _of_package(file: File, start: int, dot: int, name: bytes) -> bool:
    """What stands behind the dot is a package's: its name stands before, and nothing in the function has taken it."""
    source, word = file.source, _word_before(file.source, dot)
    path, written = file.imports.get(word), word.encode()
    if path is None or word in file.package.vars or _dot_before(source, dot - len(written)) is not None:
        return False
    at = find(source, written, start, dot)
    while at >= 0:
        after = at + len(written)
        if source[after] != ord("."):
            return False
        at = find(source, written, after, dot)
    package = file.package.workspace.package(path)
    return package is None or package_symbol(package, name.decode("utf-8", "replace")) is not None


def _word_before(source: bytes, end: int) -> str:
    start = end
    while start > 0 and _IN_NAME[source[start - 1]]:
        start -= 1
    return source[start:end].decode("utf-8", "replace")
