"""What takes entries out of one map, seen from any function: statements, calls, and functions that are handed on."""

from __future__ import annotations

from functools import cached_property

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.calls import name_of
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import callees
from gomaplint.model.maps import Map
from gomaplint.model.symbols import Func
from gomaplint.shapes.callbacks import Code, code_of, reached
from gomaplint.span import Span


class Removers:
    """The code that takes entries out of a map, or puts another map in its place."""

    def __init__(self, m: Map) -> None:
        self.map = m
        self._codes: dict[tuple[Body, int], bool] = {}
        self._marks: dict[Body, frozenset[int]] = {}

    @cached_property
    def _events(self) -> dict[Body, list[Event]]:
        found: dict[Body, list[Event]] = {}
        for event in (*self.map.story.of(Effect.REMOVE, Effect.CLEAR), *self.map.resets):
            found.setdefault(event.body, []).append(event)
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(body.owner.name for body in self._events if isinstance(body.owner, Func))

    def marks(self, body: Body) -> frozenset[int]:
        """The ids of the nodes of a function that remove something, or that hand on a function that does."""
        found = self._marks.get(body)
        if found is None:
            found = self._marks[body] = frozenset(self._find(body))
        return found

    def _find(self, body: Body) -> set[int]:
        found = {id(event.node) for event in self._events.get(body, ())}
        for call in body.calls:
            # An interface hides whose method it is: the name of one that removes is enough.
            if name_of(call.fun) in self._names or self._removes(call.fun, body):
                found.add(id(call))
            found.update(id(arg) for arg in call.args if self._hands_on(arg, body))
        for stmt in body.returns:
            found.update(id(x) for x in stmt.results if self._hands_on(x, body))
        return found

    def _hands_on(self, x: g.Expr, body: Body) -> bool:
        return isinstance(x, (g.Ident, g.SelectorExpr)) and self._removes(x, body)

    def _removes(self, fun: g.Expr, body: Body) -> bool:
        return any(self.in_code(code) for code in code_of(fun, body, self.map.analysis.program))

    def in_code(self, code: Code) -> bool:
        """The code, or what it calls, takes an entry away."""
        mark = (code.body, id(code.lit))
        if mark not in self._codes:
            self._codes[mark] = any(
                any(at.has(event.node) for event in self._events.get(at.body, ()))
                for at, _ in reached(code, self.map.analysis.program)
            )
        return self._codes[mark]

    def near(self, call: g.Node, body: Body, besides: Func) -> Span | None:
        """Where the code around a call removes entries, itself or through one call of another function than one."""
        code = Code(body, body.lit_of(call))
        for event in self._events.get(body, ()):
            if code.has(event.node):
                return event.at
        for other in code.calls:
            codes = code_of(other.fun, body, self.map.analysis.program)
            if any(self._does(below) and below.body.owner is not besides for below in codes):
                return body.file.span(other.pos, other.end)
        return None

    def _does(self, code: Code) -> bool:
        """The code takes an entry away itself, or by a method of an interface with the name of one that does."""
        return code.body in self._events or any(
            name_of(call.fun) in self._names and not callees(call, code.body) for call in code.calls
        )
