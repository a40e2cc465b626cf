"""Contracts: what comments at declarations promise of maps."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Map
from gomaplint.properties.contracts import broken
from gomaplint.shapes.contracts import Contract, contracts
from gomaplint.subjects import Kind, Subject, Words, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """A subject for each promise about a map, and each map that it is about."""
    return map(_subject, contracts(analysis))


def _subject(c: Contract) -> Subject:
    d, m = c.directive, c.map
    return Subject(
        d.file,
        d.at,
        {"map": m, "contract": c},
        Words({"map": m.container.name, "claim": str(c.claim)}, why=lambda: broken(c).says),
        f"{d.at} {m.container.key}",
        m.container.key,
        m.container.at,
        lambda: _related(c),
    )


def _related(c: Contract) -> tuple[Related, ...]:
    rows, answer = declared(c.map), broken(c)
    if answer.at is not None and answer.at != c.map.container.at:
        rows.append(Related(answer.at, answer.says))
    for insert in c.growing[:1]:
        if insert.at != answer.at:
            rows.append(Related(insert.at, "it gains keys here"))
    return tuple(dict.fromkeys(rows))


KINDS = (
    Kind(
        "contract",
        find,
        {"map": Map, "contract": Contract},
        frozenset(("map", "claim", "why")),
        frozenset(),
        "map",
    ),
)
