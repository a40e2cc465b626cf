"""Pokes: places that reach past the language into a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis
from gomaplint.shapes.mirrors import copies, reflections
from gomaplint.shapes.poking import Poke, linknames
from gomaplint.subjects import Kind, Subject


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each linkname, copied struct and reflected field that reaches past the language into a map."""
    for found in (linknames, copies, reflections):
        yield from map(_subject, found(analysis.program))


def _subject(poke: Poke) -> Subject:
    link = poke.what if poke.how == "linkname" else ""
    since = str(poke.gone) if poke.gone is not None else ""
    words = {
        "what": poke.what,
        "now": poke.now or "nothing",
        "since": since,
        "linked": link if since else "",
        "absent": link if poke.never else "",
        "field": poke.what if poke.how == "copy" else "",
    }
    related = tuple(Related(at, says) for at, says in poke.shown)
    group, declared = f"{poke.how} {poke.at}", poke.shown[0][0]
    return Subject(poke.file, poke.at, {"poke": poke}, words, group, "", declared, lambda: related)


KINDS = (
    Kind(
        "poke",
        find,
        {"poke": Poke},
        frozenset(("what", "now")),
        frozenset(("since", "linked", "absent", "field")),
        "what",
    ),
)
