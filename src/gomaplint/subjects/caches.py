"""Fillings: caches of libraries, each with one place that puts entries in."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.caches import Cache
from gomaplint.shapes.fillings import Filling, fillings
from gomaplint.subjects import Kind, Subject, declared


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each place that fills a library's cache."""
    return map(_subject, fillings(analysis))


def _subject(filling: Filling) -> Subject:
    cache, insert, m = filling.cache, filling.insert, filling.cache.map
    key = insert.event.key
    words = {
        "cache": m.container.name,
        "title": cache.library.title,
        "made": cache.body.file.text(cache.whole, 48),
        "key": insert.body.file.text(key, 48) if key is not None else "key",
        "why": filling.endless().says,
        "module": m.analysis.module,
        "server": cache.library.title if cache.library.remote else "",
    }
    return Subject(
        filling.body.file,
        filling.at,
        {"filling": filling, "map": m, "insert": insert},
        words,
        str(filling.at),
        m.container.key,
        m.container.at,
        lambda: _related(cache, insert),
        lambda: _searched(cache),
        rank=lambda: insert.run.when.value,
    )


def _related(cache: Cache, insert: Insert) -> tuple[Related, ...]:
    m = cache.map
    rows = declared(m)
    rows.append(Related(insert.at, "it gains entries here"))
    if cache.library.remote:
        rows[-1] = Related(cache.at, "the client is made here")
    if insert.run.at is not None and insert.run.why and insert.run.at != insert.at:
        rows.append(Related(insert.run.at, f"when that happens: {insert.run.why}"))
    return tuple(rows)


def _searched(cache: Cache) -> str:
    if cache.map.removals:
        return ""
    bodies = {e.body for e in cache.map.story.events}
    names = [name for name, effect in cache.library.methods.items() if effect in ("remove", "clear")]
    return f"{', '.join(names)}: not found in {len(bodies)} functions that use it"


KINDS = (
    Kind(
        "cache-filling",
        find,
        {"filling": Filling, "map": Map, "insert": Insert},
        frozenset(("cache", "title", "made", "key", "why", "module")),
        frozenset(("server",)),
        "cache",
    ),
)
