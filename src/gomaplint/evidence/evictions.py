"""What takes keys away, empties, replaces or limits a map, and why each of it counts or does not."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sized
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.evidence.folding import fold
from gomaplint.finding import Row, Section
from gomaplint.model import guards
from gomaplint.model.body import Body
from gomaplint.model.containers import Effect, Event
from gomaplint.model.maps import Analysis, Insert, Map, exported
from gomaplint.model.program import Program
from gomaplint.model.reach import When
from gomaplint.model.story import tell
from gomaplint.model.symbols import Func
from gomaplint.properties.life import may_remove
from gomaplint.span import Span


class _Found(NamedTuple):
    """One event, and why it counts or does not; `sets` where it gives the map its first or another value."""

    counts: bool
    what: str
    why: str
    at: Span
    sets: bool = False

    @property
    def row(self) -> tuple[Hashable, Row]:
        """What is told of it; a map is made in many places for the same reason, and those are alike."""
        alike = self.why if self.sets and not self.counts else self
        verdict = "counts" if self.counts else "does not count"
        return alike, Row(f"{verdict}: {self.what}; {self.why}", self.at)


def evictions(insert: Insert) -> Section:
    """Every event that could keep the map from growing, those that count first, and what hides such events."""
    m = insert.map
    found = [*_removals(m), *_assignments(m), *_limits(insert), *_in_tests(m)]
    rows = list(fold(each.row for each in sorted(found, key=lambda each: not each.counts)))
    hidden = list(_hidden(m))
    if not hidden and not any(each.counts for each in found):
        lead = "none that counts" if found else "none"
        rows.insert(0, Row(f"{lead}: looked for {sought(m)} in {extent(m)}", m.container.at))
    return Section("Evictions", (*rows, *hidden))


def sought(m: Map) -> str:
    """What would keep a map from growing, in Go's words."""
    takes = (
        "Delete, LoadAndDelete, CompareAndDelete, Clear"
        if m.sync
        else "delete, clear, maps.DeleteFunc, a limit on len"
    )
    return f"{takes}, another map in its place"


def extent(m: Map) -> str:
    """How much code was looked at."""
    bodies = {e.body for e in m.story.events}
    files = {b.file.path for b in bodies}
    return f"{_count(m.story.events, 'use')} in {_count(bodies, 'function')} of {_count(files, 'file')}"


def _count(of: Sized, noun: str) -> str:
    return f"{len(of)} {noun}" if len(of) == 1 else f"{len(of)} {noun}s"


def _removals(m: Map) -> Iterator[_Found]:
    for event in m.story.of(Effect.REMOVE, Effect.CLEAR):
        alive = m.alive(event.body)
        why = _time(event, m) if alive.holds else alive.says
        yield _Found(bool(alive.holds), _event(event), why, event.at)


def _assignments(m: Map) -> Iterator[_Found]:
    for event in m.assignments:
        answer = m.replaced_by(event)
        alone = event in m.story.events
        what = _event(event) if alone else f"{_code(event.node, event.body)}, with its whole owner"
        yield _Found(bool(answer.holds), what, answer.says, event.at, True)


def _limits(insert: Insert) -> Iterator[_Found]:
    for event in insert.map.story.of(Effect.LEN):
        found = guards.comparison(event.node, event.body) if isinstance(event.node, g.CallExpr) else None
        if found is None:
            continue
        node, limit = found
        alive = insert.map.alive(event.body)
        near = insert.limited_in(event.body)
        counts = bool(limit.holds and alive.holds and near)
        if counts:
            why = "limits this insert"
        elif limit.holds and alive.holds:
            why = "asked neither in the function of this insert nor in its callers"
        else:
            why = alive.says if limit.holds else limit.says
        yield _Found(counts, _code(node, event.body), why, event.body.file.span(node.pos, node.end))


def _in_tests(m: Map) -> Iterator[_Found]:
    """The same in test files, if the run has read them."""
    program = m.analysis.once(_with_tests)
    if any(file.test for file in program.workspace.files):
        story = tell(m.container, program)
        for event in story.of(Effect.REMOVE, Effect.CLEAR, Effect.ASSIGN):
            if event.body.file.test:
                sets = event.effect is Effect.ASSIGN
                yield _Found(False, _event(event), "stands in a test file", event.at, sets)


def _with_tests(analysis: Analysis) -> Program:
    return Program(analysis.program.workspace, tests=True)


def _hidden(m: Map) -> Iterator[Row]:
    """What may take keys away where nobody sees it."""
    story = m.story
    for event in story.of(Effect.HANDED):
        says = f"{_event(event)}; hands it to code that is not followed and may remove keys"
        yield Row(f"not known: {says}", event.at)
    for body, node in story.unsure:
        if may_remove(body, node):
            code = _code(body.parent(node) or node, body)
            says = f"{code} may mean this map, but the type before the dot is not known"
            yield Row(f"not known: {says}", body.file.span(node.pos, node.end))
    if story.opaque is not None:
        yield Row(f"not known: it is named in {story.opaque.path}, which was not parsed")
    if story.cut:
        yield Row("not known: it has more aliases than are followed")
    if exported(m.container):
        yield Row("not known: it is exported, so importers may remove keys", m.container.at)


def _time(event: Event, m: Map) -> str:
    run = m.analysis.reach.of(event.node, event.body)
    if run.when is When.NEVER:
        return "its function is called, though not from where the program starts"
    return run.why


def _event(event: Event) -> str:
    return _code(event.node, event.body) + ("" if event.direct else ", through an alias")


def _code(node: g.Node, body: Body) -> str:
    where = f" in {body}" if isinstance(body.owner, Func) else ""
    return f"`{body.file.text(node)}`{where}"
