"""Where the key of an insertion comes from, and when the insertion runs."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint.evidence.folding import fold
from gomaplint.evidence.times import time
from gomaplint.finding import Row, Section
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Insert
from gomaplint.model.origins import BOUNDED, WIDE, Kind, Origin, bounded_type
from gomaplint.model.program import Owner, Reference
from gomaplint.model.symbols import Func
from gomaplint.model.types import show
from gomaplint.span import Span

_FUNCS = 400  # callers looked at to find the one that decides when the insertion runs
_ENDS = 3  # calls shown at each end of a long way
_ALIKE = frozenset((Kind.CONSTANT, Kind.ENUM))
_FROM = {
    Kind.ENUM: "one of a few values",
    Kind.START: "there since the program started",
    Kind.CONFIG: "from configuration",
    Kind.CONSTANT: "a constant",
    Kind.POINTER: "a pointer to an object",
}


def origins(insert: Insert) -> Section:
    """Every place where the key may enter the program, and what it is worth."""
    key, body = insert.event.key, insert.body
    if key is None:
        says = "not known: the method is not called here, but taken as a value"
        return Section("Key", (Row(says, insert.at),))
    # What decides comes first; constants are many and say the same.
    ordered = sorted(insert.origins, key=lambda o: (o.kind not in WIDE, o.kind in BOUNDED))
    every = ((o.kind if o.kind in _ALIKE else o, Row(_worth(o), o.at)) for o in ordered)
    rows = list(fold(every))
    if not rows:
        rows = [Row("not known: followed back, the key leads in a circle", insert.at)]
    container = insert.map.container.map
    few = next(
        (of for of in (type_of(key, body), container and container.key) if bounded_type(of)),
        None,
    )
    if few is not None:
        says = f"bounded, wherever it comes from: {show(few)} has few values"
        rows.insert(0, Row(says, body.file.span(key.pos, key.end)))
    return Section(f"Key: {body.file.text(key)}", tuple(rows))


def _worth(origin: Origin) -> str:
    if origin.kind is Kind.UNKNOWN:
        return f"not known, the way back ends here: {origin.way}"
    verdict = "bounded" if origin.kind in BOUNDED else "without bound" if origin.kind in WIDE else "not known"
    return f"{verdict}, {_FROM.get(origin.kind, f'from {origin.kind.value}')}: {origin.way}"


def runs(insert: Insert) -> Section:
    """When the insertion runs, what shows it, and the calls that lead from there to the insertion."""
    run = insert.run
    loop = "; in a loop, here or on the way" if run.looped and "loop" not in run.why else ""
    first = Row(f"{time(run)}: {run.why}{loop}", run.at)
    way = list(_way(insert))
    if len(way) > 2 * _ENDS + 1:
        between = Row(f"... and {len(way) - 2 * _ENDS} calls between")
        way = [*way[:_ENDS], between, *way[-_ENDS:]]
    return Section("Runs", (first, *way))


def _way(insert: Insert) -> Iterator[Row]:
    """The calls that lead to the insertion from the function that decides when it runs, the nearest first."""
    at, inserting = insert.run.at, insert.body.owner
    if at is None or not isinstance(inserting, Func) or _holds(inserting, at):
        return
    references = insert.map.analysis.program.references
    steps: dict[Func, tuple[Row, ...]] = {inserting: ()}
    todo = [inserting]
    while todo and len(steps) < _FUNCS:
        func = todo.pop(0)
        for ref in references(func):
            caller, way = ref.body.owner, (*steps[func], _step(func, ref))
            if _holds(caller, at):
                # A step on the very line that decides is told already.
                yield from (step for step in way if step.at is not None and step.at[:2] != at[:2])
                return
            if isinstance(caller, Func) and caller not in steps:
                steps[caller] = way
                todo.append(caller)


def _step(func: Func, ref: Reference) -> Row:
    how = "used as a value" if ref.call is None else "called"
    verb = "is" if ref.sure else "may be"
    return Row(f"{func} {verb} {how} in {ref.body}", ref.body.file.span(ref.node.pos, ref.node.end))


def _holds(owner: Owner, at: Span) -> bool:
    around = owner.file.span(owner.fact.pos, owner.fact.end)
    return around.path == at.path and around.line <= at.line <= around.end_line
