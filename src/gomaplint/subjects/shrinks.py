"""Shrinks: attempts to get the memory of a map's table back."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Map
from gomaplint.shapes.emptying import Extent
from gomaplint.shapes.shrinks import Shrink, Way, shrinks
from gomaplint.subjects import Kind, Subject, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each attempt to get the memory of a map's table back."""
    return map(_subject, shrinks(analysis))


def _subject(shrink: Shrink) -> Subject:
    m, file = shrink.map, shrink.body.file
    words = {
        "map": m.container.name,
        "attempt": file.text(shrink.node),
        "function": str(shrink.body),
        "module": m.analysis.module,
        "clone": file.text(shrink.node) if shrink.way is Way.CLONE else "",
        "spare": shrink.spare.name if shrink.spare is not None else "",
        "emptied": m.container.name if any(r.extent is Extent.ALL for r in shrink.removals) else "",
        "holder": "",
    }
    # One attempt for several maps is one thing to mend.
    group = f"{file.path}:{shrink.body.owner}:{shrink.way.value}"
    if shrink.way is not Way.COLLECT:
        group += f":{shrink.node.pos}"
    return Subject(
        file,
        shrink.at,
        {"map": m, "attempt": shrink},
        _Words(words, shrink),
        group,
        m.container.key,
        m.container.at,
        lambda: _related(shrink),
    )


class _Words(dict[str, str]):
    """Words of which one is found when a text asks for it."""

    def __init__(self, known: dict[str, str], shrink: Shrink) -> None:
        super().__init__(known)
        self._shrink = shrink

    def __getitem__(self, word: str) -> str:
        if word == "holder" and self._shrink.way is Way.COPY:
            holder = self._shrink.holder
            return holder.name if holder is not None else ""
        return super().__getitem__(word)


def _related(shrink: Shrink) -> tuple[Related, ...]:
    rows = declared(shrink.map)
    rows += [Related(r.at, f"{shrink.map.container.name} loses keys here") for r in shrink.removals[:2]]
    if shrink.way is Way.COPY and shrink.holder is not None:
        rows.append(Related(shrink.holder.at, f"{shrink.holder.name} refers to the same map"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "shrink",
        find,
        {"map": Map, "attempt": Shrink},
        frozenset(("map", "attempt", "function", "module")),
        frozenset(("clone", "spare", "holder", "emptied")),
    ),
)
