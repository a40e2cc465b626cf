"""Patterns as Go's commands take them: ./..., ./pkg, ./pkg/..., x.go."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from gomaplint.discover.folders import relative, shown
from gomaplint.errors import UserError


@dataclass(frozen=True, slots=True)
class Target:
    """A pattern taken apart: the folder where it begins, the file it names, what it takes below that folder.

    Without `file` and `below` it means the one folder.
    """

    text: str
    base: str
    file: str = ""
    below: Callable[[str], object] | None = None

    def takes(self, folder: str) -> bool:
        """Tell whether the pattern matches a folder."""
        inside = relative(folder, self.base)
        return inside is not None and bool(self.below(inside) if self.below else not inside)


def parse(text: str, cwd: str) -> Target:
    """Read one pattern, as typed in the folder `cwd`; a place that does not exist is a UserError."""
    if not text:
        raise UserError("a pattern is empty; ./... takes this folder and everything below it")
    pattern = text.replace(os.sep, "/")
    place = os.path.normpath(os.path.join(cwd, pattern))
    if "..." in pattern:
        folder = pattern[: pattern.rfind("/", 0, pattern.index("...")) + 1]
        base = os.path.normpath(os.path.join(cwd, folder))
        _must_be_there(text, base, cwd)
        wild = re.escape(pattern[len(folder) :].rstrip("/")).replace(r"\.\.\.", ".*")
        matches = re.compile(re.sub(r"/\.\*$", "(/.*)?", wild), re.DOTALL).fullmatch
        return Target(text, base, below=matches)
    if os.path.isdir(place):
        return Target(text, place)
    _must_be_there(text, place, cwd)
    if not place.endswith(".go"):
        raise UserError(f"{text} is no Go file; name .go files, folders, or patterns such as ./...")
    if not os.path.isfile(place):
        raise UserError(f"{text} is no regular file; '-' reads a Go file from standard input")
    return Target(text, os.path.dirname(place), place)


def _must_be_there(text: str, place: str, cwd: str) -> None:
    if os.path.exists(place):
        return
    parent, name = os.path.split(place)
    siblings = os.listdir(parent) if os.access(parent, os.R_OK | os.X_OK) and os.path.isdir(parent) else []
    hint = "./... takes this folder and everything below it"
    if close := difflib.get_close_matches(name, siblings, 1):
        hint = f"did you mean {shown(os.path.join(parent, close[0]), cwd)}?"
    elif not text.startswith(".") and not os.path.isabs(text):
        hint = f"patterns are files and folders, not import paths; {hint}"
    raise UserError(f"pattern {text} matches nothing: {shown(place, cwd)} does not exist; {hint}")
