"""Inner writes: assignments to an entry of a map that is itself an entry of a map."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.containers import Effect
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.types import show
from gomaplint.shapes.nilinner import InnerWrite, inner_writes, source_of_inner
from gomaplint.subjects import Kind, Subject, declaration


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each write into a map that is itself an entry of a map."""
    return map(_subject, inner_writes(analysis))


def _subject(write: InnerWrite) -> Subject:
    outer, file = write.outer, write.body.file
    words = {
        "map": outer.container.name,
        "inner": file.text(write.entry),
        "function": str(write.body),
        "module": outer.analysis.module,
        "type": "",
        "unmade": "",
    }
    return Subject(
        file,
        write.at,
        {"map": outer, "write": write},
        _Words(words, write),
        f"{outer.container.key} {outer.container.at}",
        outer.container.key,
        outer.container.at,
        lambda: _related(write),
        lambda: _searched(write),
    )


class _Words(dict[str, str]):
    """Words of which some are found when a text asks for them."""

    def __init__(self, known: dict[str, str], write: InnerWrite) -> None:
        super().__init__(known)
        self._write = write

    def __getitem__(self, word: str) -> str:
        write = self._write
        if word == "unmade" and write.unmade:
            return write.body.file.text(write.entry.x)
        if word == "type":
            written = show(type_of(write.entry, write.body))
            return written if "?" not in written else ""
        return super().__getitem__(word)


def _related(write: InnerWrite) -> tuple[Related, ...]:
    made = [Related(e.at, "it is made here, without entries") for e in write.outer.story.of(Effect.ASSIGN)]
    return (declaration(write.outer), *made[:2])


def _searched(write: InnerWrite) -> str:
    if source_of_inner(write).holds is not False:
        return ""
    outer = write.outer
    bodies = {event.body for event in outer.story.events}
    places = f"{len(outer.story.events)} uses in {len(bodies)} function{'s' * (len(bodies) != 1)}"
    return f"an assignment of an inner map, a copy, a decoder: not found in {places}"


KINDS = (
    Kind(
        "inner-write",
        find,
        {"map": Map, "write": InnerWrite},
        frozenset(("map", "inner", "function", "module")),
        frozenset(("type", "unmade")),
    ),
)
