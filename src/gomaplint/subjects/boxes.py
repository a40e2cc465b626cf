"""What containers hold behind interfaces: boxed values, and decoded ones without a type."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.mapsize import estimate
from gomaplint.model import types as t
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.boxes import Boxed, boxed
from gomaplint.shapes.decoded import Decoded, decoded, fields_read
from gomaplint.shapes.loose import is_empty, is_settled, written
from gomaplint.subjects import Kind, Subject, declared

_OTHERS = 3  # further stores, or reads of fields, shown beside the one that is reported


def _find_boxed(analysis: Analysis) -> Iterator[Subject]:
    """Each insertion of a value of a known type into a map of empty interfaces."""
    return map(_boxed, boxed(analysis))


def _boxed(b: Boxed) -> Subject:
    m = b.map
    return Subject(
        b.insert.body.file,
        b.at,
        {"map": m, "insert": b.insert, "store": b},
        _boxed_words(b),
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _boxed_related(b),
    )


def _boxed_words(b: Boxed) -> dict[str, str]:
    m, file = b.map, b.map.container.file
    mine, key = written(b.of, file), m.container.map.key if m.container.map is not None else None
    version = b.insert.body.file.version
    plain, loose = (estimate(key, of, version, "", "") for of in (b.of, t.Interface(())))
    less = loose.typical - plain.typical if loose is not None and plain is not None else 0
    return {
        "map": m.container.name,
        "module": m.analysis.module,
        "function": str(b.insert.body),
        "type": mine,
        "concrete": f"map[{written(key, file)}]{mine}" if is_settled(key) else "",
        "less": f"{less:.0f}" if less > 0 else "",
    }


def _boxed_related(b: Boxed) -> tuple[Related, ...]:
    rows = declared(b.map)
    mine = written(b.of, b.map.container.file)
    seen = [c.at for c in b.boxes.contents if c.of == b.of and c.at.line != b.at.line]
    rows += [Related(at, f"{mine} goes in here too") for at in seen[:_OTHERS]]
    return tuple(dict.fromkeys(rows))


def _find_decoded(analysis: Analysis) -> Iterator[Subject]:
    """Each insertion of a decoded value that has no type of its own, such as a `map[string]any`."""
    return map(_decoded, decoded(analysis))


def _decoded(d: Decoded) -> Subject:
    m, body = d.map, d.insert.body
    key = d.insert.event.key
    words = {
        "map": m.container.name,
        "module": m.analysis.module,
        "function": str(body),
        "key": body.file.text(key, 48) if key is not None else "key",
        "type": "value of type any" if is_empty(d.of) else written(d.of, m.container.file),
        "decoder": d.decoding.decoder,
    }
    return Subject(
        body.file,
        d.at,
        {"map": m, "insert": d.insert, "value": d},
        words,
        m.container.key,
        m.container.key,
        m.container.at,
        lambda: _decoded_related(d),
    )


def _decoded_related(d: Decoded) -> tuple[Related, ...]:
    rows = [*declared(d.map), Related(d.decoding.at, f"{d.decoding.decoder} makes the value here")]
    rows += [Related(at, f'"{name}" is read here') for name, at in list(fields_read(d).items())[:_OTHERS]]
    return tuple(rows)


_WORDS = frozenset(("map", "module", "function"))

KINDS = (
    Kind(
        "boxed-value",
        _find_boxed,
        {"map": Map, "insert": Insert, "store": Boxed},
        _WORDS | {"type"},
        frozenset(("concrete", "less")),
    ),
    Kind(
        "decoded-value",
        _find_decoded,
        {"map": Map, "insert": Insert, "value": Decoded},
        _WORDS | {"key", "type", "decoder"},
    ),
)
