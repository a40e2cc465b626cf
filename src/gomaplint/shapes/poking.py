"""Places that reach past the language into a map: what they reach for, and the release that took it away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gomaplint import knowledge
from gomaplint.goversion import GoVersion, parse
from gomaplint.model.program import Program
from gomaplint.model.symbols import File
from gomaplint.span import Span

_DIRECTIVE = re.compile(rb"^//go:linkname[ \t]+(\S+)[ \t]+(\S+)", re.MULTILINE)
_CONSTRAINT = re.compile(rb"//\s*(?:go:build|\+build)\s")
_RELEASES = re.compile(rb"\b(?:go1\.\d|goexperiment\.|gccgo\b|tinygo\b)")
_BEFORE = re.compile(rb"!\s*go1\.(\d+)")
_OTHER = re.compile(rb"\b(?:goexperiment|gccgo|tinygo)\b")
_OLDEST = GoVersion(1, 21)  # of the releases that were tried
_OWN = frozenset(("std", "cmd"))  # modules that are released together with the runtime


@dataclass(frozen=True, slots=True)
class Poke:
    """One place that reaches into a map's insides.

    `how` is linkname, copy (of a struct) or reflection; `what` the name it reaches for.
    `gone` is the release from which that is not there any more, None if it still is, `now` what is there or why not.
    `never` tells that no release that was tried has let anybody reach it.
    `sure` is False where it is no map that is reached into, None where the source does not tell.
    `shown` are the places that lead there, with what each shows.
    """

    how: str
    what: str
    file: File
    at: Span
    gone: GoVersion | None
    now: str
    never: bool
    sure: bool | None
    shown: tuple[tuple[Span, str], ...]


def searched(program: Program) -> list[File]:
    """The files in which pokes are looked for; Go's own modules and what is generated left out."""
    return [f for f in program.workspace.files if not (f.generated or f.for_tests or f.module in _OWN)]


def linknames(program: Program) -> Iterator[Poke]:
    """Functions without a body for which the linker is to take one of the map implementation."""
    for file in searched(program):
        if not file.reported or "linkname" not in file.facts.names:
            continue
        for found in _DIRECTIVE.finditer(file.source):
            local, name = (part.decode("utf-8", "replace") for part in found.groups())
            entry = _linknames().get(name)
            func = next((f for f in file.facts.funcs if f.name == local and not f.recv), None)
            # A function with a body is put in the place of another one, not taken from there.
            if entry is None or func is None or func.body < func.end:
                continue
            yield Poke(
                "linkname",
                name,
                file,
                file.span(func.pos, func.end),
                parse(entry["gone"]) if "gone" in entry else None,
                entry.get("why", ""),
                "never" in entry,
                True,
                ((file.span(found.start(), found.end()), f"the linker is to take {name} for {local}"),),
            )


@cache
def _linknames() -> dict[str, dict[str, str]]:
    return {name: entry for entry in knowledge.table("internals")["linkname"] for name in entry["names"]}


def confined(poke: Poke) -> bool | None:
    """Whether a build constraint leaves out the releases in which what is reached for is gone; None if it may."""
    head = poke.file.source.partition(b"\npackage ")[0]
    lines = [line for line in head.split(b"\n") if _CONSTRAINT.match(line) and _RELEASES.search(line)]
    if not lines:
        return False
    if len(lines) > 1 or b"||" in lines[0] or b"+build" in lines[0]:
        return None
    before = [int(found[1]) for found in _BEFORE.finditer(lines[0])]
    if any(minor <= (poke.gone or _OLDEST).minor for minor in before):
        return True
    return None if _OTHER.search(lines[0]) else False
