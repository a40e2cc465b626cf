"""Races around a `sync.Map`: Load and then Store, and changes of the maps and slices that it holds."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.finding import Related
from gomaplint.fixes.loadorstore import store_once
from gomaplint.model import types as t
from gomaplint.model.maps import Analysis, Map
from gomaplint.model.symbols import underlying
from gomaplint.shapes.innerwrites import InnerWrite, inner_writes
from gomaplint.shapes.mutation import Change, How
from gomaplint.shapes.syncentries import Access, operand
from gomaplint.shapes.syncmaps import CheckThenAct, checks
from gomaplint.subjects import Kind, Subject, declaration

_CALLS = 3  # calls shown between where goroutines begin and the code


def _find_checks(analysis: Analysis) -> Iterator[Subject]:
    """Each Load and Store of one key of a `sync.Map` in one function."""
    return map(_check, checks(analysis))


def _find_inner_writes(analysis: Analysis) -> Iterator[Subject]:
    """Each change in place of what a `sync.Map` holds."""
    return map(_inner_write, inner_writes(analysis))


def _words(a: Access, module: str) -> dict[str, str]:
    file, named = a.body.file, operand(a.load)
    return {
        "map": a.map.container.name,
        "key": file.text(a.load.key, 40) if a.load.key is not None else "its key",
        "operand": file.text(named, 40) if named is not None else a.map.container.name,
        "function": str(a.body),
        "module": module,
    }


def _check(c: CheckThenAct) -> Subject:
    words = _words(c.access, c.map.analysis.module)
    words["value"] = c.body.file.text(c.value, 40)
    words.update(dict.fromkeys(_OPTIONAL, ""))

    def related() -> tuple[Related, ...]:
        rows = [declaration(c.map)]
        rows.append(Related(c.load.at, "the key is looked up here"))
        if c.update is not None:
            node = c.update.node
            rows.append(Related(c.body.file.span(node.pos, node.end), "the new value is computed here"))
        elif c.opened is not None:
            rows.append(Related(c.body.file.span(c.opened.pos, c.opened.end), "the value is opened here"))
        elif isinstance(c.change, Change):
            rows.append(Related(c.change.at, f"{c.change.text} {c.change.how.value} here"))
        return tuple(rows) + _crowd(c.access)

    group = f"{c.body.file.path}:{c.load.node.pos}"
    return Subject(
        c.body.file,
        c.at,
        {"map": c.map, "access": c.access, "pair": c},
        _CheckWords(words, c),
        group,
        c.map.container.key,
        c.map.container.at,
        related,
        fixes=lambda: store_once(c),
    )


class _CheckWords(dict[str, str]):
    """Words of which the expensive ones are found when a text asks for them."""

    def __init__(self, known: dict[str, str], check: CheckThenAct) -> None:
        super().__init__(known)
        self._check = check

    def __getitem__(self, word: str) -> str:
        update = self._check.update
        below = underlying(update.of) if update is not None else None
        if word == "update":
            return self["value"] if update is not None else ""
        if word == "number":
            return self["value"] if isinstance(below, t.Basic) and below not in (t.STRING, t.BOOL) else ""
        if word == "list":
            return self["value"] if isinstance(below, (t.Slice, t.Map)) else ""
        if word == "opened":
            opened = self._check.opened
            return self._check.body.file.text(opened.fun, 40) if opened is not None else ""
        if word == "kept":
            kept = self._check.kept
            return kept.name if kept is not None else ""
        if word == "type":
            return t.show(self._check.type) if self._check.type is not None else ""
        return super().__getitem__(word)


def _inner_write(w: InnerWrite) -> Subject:
    file = w.change.body.file
    words = _words(w.access, w.map.analysis.module)
    words["part"] = w.change.text
    words["happens"] = w.change.how.value
    words["entries"] = w.change.text if w.change.how is How.ENTRY else ""
    words["counts"] = w.change.text if w.change.how in (How.COUNT, How.LIST) else ""

    def related() -> tuple[Related, ...]:
        rows = [declaration(w.map)]
        rows.append(Related(w.access.load.at, f"it comes out of {w.map.container.name} here"))
        return tuple(rows) + _crowd(w.access)

    group = f"{file.path}:{w.change.body}:{w.map.container.key}"
    return Subject(
        file,
        w.at,
        {"map": w.map, "access": w.access, "write": w},
        words,
        group,
        w.map.container.key,
        w.map.container.at,
        related,
    )


def _crowd(a: Access) -> tuple[Related, ...]:
    if a.crowd is None:
        return ()
    on_the_way = [Related(at, "and comes here on the way") for at in a.crowd.way[:_CALLS]]
    return Related(a.crowd.at, f"this code {a.crowd.why}"), *on_the_way


_OPTIONAL = frozenset(("type", "update", "number", "list", "opened", "kept"))
_WORDS = frozenset(("map", "key", "operand", "function", "module"))

KINDS = (
    Kind(
        "syncmap-check",
        _find_checks,
        {"map": Map, "access": Access, "pair": CheckThenAct},
        _WORDS | {"value"},
        _OPTIONAL,
    ),
    Kind(
        "syncmap-inner-write",
        _find_inner_writes,
        {"map": Map, "access": Access, "write": InnerWrite},
        _WORDS | {"part", "happens"},
        frozenset(("entries", "counts")),
    ),
)
