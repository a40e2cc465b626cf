"""Growth: a container and one place where it gains a key."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint import evidence
from gomaplint.evidence.evictions import extent, sought
from gomaplint.finding import Estimate, Related
from gomaplint.mapsize import estimate, sync_estimate
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.origins import BOUNDED, WIDE, Origin
from gomaplint.model.types import show
from gomaplint.subjects import Kind, Subject, Words, growth_rank, key_source, key_text

_OTHERS = 3  # further inserts shown beside the one that decides


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each insertion into a map that may live long."""
    for m in analysis.maps():
        for insert in m.inserts:
            yield _subject(m, insert)


def _subject(m: Map, insert: Insert) -> Subject:
    event = insert.event
    words = {
        "map": m.container.name,
        "key": key_text(insert),
        "module": m.analysis.module,
        "declared": m.family,
        "function": str(event.body),
    }
    return Subject(
        event.body.file,
        event.at,
        {"map": m, "insert": insert},
        Words(words, source=lambda: key_source(insert)),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _related(m, insert),
        lambda: _searched(m, insert),
        lambda: _estimate(m, insert),
        lambda: growth_rank(insert),
        lambda: evidence.growth(insert),
    )


def _best_origin(insert: Insert) -> Origin | None:
    wide = [o for o in insert.origins if o.kind in WIDE]
    return wide[0] if wide else None


def _related(m: Map, insert: Insert) -> tuple[Related, ...]:
    life = m.lifetime
    rows = [Related(m.container.at, f"{m.container.name} is declared here")]
    if life.at is not None and life.at != m.container.at:
        rows.append(Related(life.at, life.says))
    elif life.at is not None:
        rows[0] = Related(
            m.container.at, f"{m.container.name} {life.says}" if life.says.startswith("is ") else life.says
        )
    best = _best_origin(insert) or next((o for o in insert.origins if o.kind not in BOUNDED), None)
    if best is not None and best.kind in WIDE and best.at != insert.at:
        rows.append(Related(best.at, f"the key comes from {best.kind.value}: {best.way}"))
    if insert.run.at is not None and insert.run.why:
        runs = insert.run.why
        says = f"the insert {runs}" if runs.startswith("runs ") else f"when it runs: {runs}"
        rows.append(Related(insert.run.at, says))
    others = [i for i in m.inserts if i.at != insert.at]
    rows += [Related(i.at, "it gains keys here too") for i in others[:_OTHERS]]
    return tuple(dict.fromkeys(rows))


def _searched(m: Map, insert: Insert) -> str:
    if m.removals or m.resets or insert.limit is not None:  # as a rule may find that it is not enough
        return ""
    return f"{sought(m)}: not found in {extent(m)}"


def _estimate(m: Map, insert: Insert) -> Estimate | None:
    of = m.container.map
    if of is None:
        return sync_estimate(insert.event.body.file.version)
    value = insert.event.value
    key = of.key
    elem = of.elem if of.elem is not None else type_of(value, insert.body) if value is not None else None
    return estimate(key, elem, insert.event.body.file.version, show(key), show(elem))


KINDS = (
    Kind(
        "growth",
        find,
        {"map": Map, "insert": Insert},
        frozenset(("map", "key", "module", "declared", "function")),
        frozenset(("source",)),
    ),
)
