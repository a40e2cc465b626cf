"""Sibling gaps: a removal from one map that leaves the key in another."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.fixes.siblings import delete_too
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.siblings import Gap, Link, gaps
from gomaplint.subjects import Kind, Subject, Words, declared, where


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each removal of a key from a map that leaves it in another map with the same keys, which loses none."""
    return map(_subject, gaps(analysis))


def _subject(gap: Gap) -> Subject:
    m = gap.map
    tied = where(gap.tie.body, gap.tie.at)
    words = {
        "map": m.container.name,
        "key": gap.body.file.text(gap.removal.key, 48) if gap.removal.key is not None else "key",
        "function": where(gap.body, gap.at),
        "module": m.analysis.module,
        "tied": tied,
        "alike": {Link.FILLED: "key", Link.VALUE: "value"}.get(gap.tie.link, ""),
        "handed": tied if gap.tie.link is Link.HANDED else "",
    }
    return Subject(
        gap.body.file,
        gap.at,
        {"map": m, "insert": gap.insert, "gap": gap},
        Words(words, siblings=lambda: _siblings(gap)),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(gap),
        rank=lambda: 10 * gap.insert.run.when.value + len(gap.siblings),
        fixes=lambda: delete_too(gap),
    )


def _siblings(gap: Gap) -> str:
    names = [m.container.name for m in gap.siblings]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _related(gap: Gap) -> tuple[Related, ...]:
    m, sibling = gap.map, gap.sibling.container
    rows = declared(m)
    rows.append(Related(gap.insert.at, f"{m.container.name} gains the key here"))
    rows.append(Related(gap.tie.at, f"{sibling.name} {gap.tie.link.value}"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "sibling-gap",
        find,
        {"map": Map, "insert": Insert, "gap": Gap},
        frozenset(("map", "key", "function", "module", "siblings", "tied")),
        frozenset(("alike", "handed")),
    ),
)
