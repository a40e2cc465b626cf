"""The way of an expression backwards, step by step, within budgets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.origins import (
    WIDE,
    Handed,
    Kind,
    Origin,
    bounded_parts,
)
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, When
from gomaplint.model.symbols import Func
from gomaplint.span import Span

_HOPS = 3  # calls, fields and results crossed where there are several to choose from
_CHAIN = 8  # all of them
_STEPS = 300  # expressions looked at for one key
_DEPTH = 60  # of them one inside the other
_PATH = 6  # fields and methods selected from one value

OPEN = (Kind.UNKNOWN, Kind.CALLER, Kind.POINTER)  # ends that a better one replaces


class State(NamedTuple):
    """How far a way has come: the mixing steps left, the steps made, and which part of a value is meant.

    `path` has the fields that were selected, innermost last; `calls` those that led into the functions being looked at.
    """

    hops: int
    chain: tuple[str, ...]
    path: tuple[str, ...]
    calls: tuple[tuple[Func, g.CallExpr, Body], ...] = ()
    trail: tuple[Handed, ...] = ()

    def down(self, step: str, alternatives: int) -> State:
        """The state after one step; it costs a hop only where the evidence of several ways is mixed."""
        return State(self.hops - (alternatives > 1), (*self.chain, step), self.path, trail=self.trail)

    def into(self, part: str) -> State:
        """The state where only a part of the value is meant."""
        return self._replace(path=(*self.path, part))

    def past(self, x: g.Expr, body: Body) -> State:
        """The state where an expression was handed on or stored."""
        return self._replace(trail=(*self.trail, Handed(x, body)))

    @property
    def spent(self) -> bool:
        """No further step may be made."""
        return self.hops <= 0 or len(self.chain) >= _CHAIN


class Tracer(ABC):
    """What every kind of expression needs to be followed; what is followed for one question is remembered."""

    def __init__(self, program: Program, reach: Reach) -> None:
        self.program = program
        self.reach = reach
        self._steps = self._depth = 0
        self._seen: dict[tuple[int, tuple[str, ...], int], list[Origin]] = {}

    def origins(self, key: g.Expr, body: Body) -> list[Origin]:
        """All places where a key may enter; an empty list where following it went in a circle."""
        self._steps, self._depth, self._seen = 0, 0, {}
        found = self._trace(key, body, State(_HOPS, (), ()))
        best: dict[tuple[Kind, str], Origin] = {}
        for origin in found:
            best.setdefault((origin.kind, origin.text), origin)
        return list(best.values())

    def _end(self, kind: Kind, x: g.Node, body: Body, state: State) -> list[Origin]:
        at = body.file.span(x.pos, x.end)
        return [Origin(kind, body.file.text(x), at, state.chain, _HOPS - state.hops, state.trail)]

    def _met(self, kind: Kind, x: g.Node, body: Body, state: State) -> list[Origin]:
        """An end in a library; what is made or listed while the program starts was there from the start."""
        early = kind in (Kind.GENERATED, Kind.EXTERNAL) and self.reach.of(x, body).when is When.START
        return self._end(Kind.START if early else kind, x, body, state)

    def _trace(self, x: g.Expr, body: Body, state: State, number: int = 0) -> list[Origin]:
        """The origins of an expression; of a call, those of the result with this number."""
        self._steps += 1
        mark = (id(x), (*state.path, str(number)), id(state.calls[-1][1]) if state.calls else 0)
        known = self._seen.get(mark)
        if known is not None:
            return known  # nothing yet where it is being followed: a circle adds nothing
        self._seen[mark] = []
        if self._steps > _STEPS or self._depth >= _DEPTH or len(state.path) > _PATH:
            return self._end(Kind.UNKNOWN, x, body, state)
        self._depth += 1
        found = self._seen[mark] = self._expression(x, body, state, number)
        self._depth -= 1
        return found

    @abstractmethod
    def _expression(self, x: g.Expr, body: Body, state: State, number: int) -> list[Origin]:
        """The origins of an expression that is looked at for the first time."""

    def _product(self, parts: Sequence[g.Expr], x: g.Node, body: Body, state: State) -> list[Origin]:
        """A key made of several parts is as wide as its widest part."""
        every = [self._trace(part, body, state) for part in parts]
        wide = [o for part in every for o in part if o.kind in WIDE]
        if wide:
            return wide
        ends = [o for part in every for o in part]
        if all(every):
            varying = [o for o in ends if o.kind is not Kind.CONSTANT]
            unknown = [o for o in varying if o.kind in (Kind.UNKNOWN, Kind.CALLER)]
            return unknown or varying or ends or self._end(Kind.UNKNOWN, x, body, state)
        # Made from itself, as in `k = strings.TrimPrefix(k, "x")`: constants add nothing.
        return [o for o in ends if o.kind is not Kind.CONSTANT]

    def _union(self, values: Sequence[g.Expr], body: Body, state: State) -> list[Origin]:
        return [origin for value in values for origin in self._trace(value, body, state)]

    def _part(self, x: g.Expr, of: g.Expr, name: str, body: Body, state: State) -> list[Origin]:
        """Follow the whole of which `x` takes a part; what enters right there is told as `x`."""
        at = body.file.span(x.pos, x.end)
        found = self._trace(of, body, state.into(name))
        if name in bounded_parts() and any(o.kind in (Kind.REQUEST, Kind.MESSAGE) for o in found):
            return self._end(Kind.ENUM, x, body, state)
        return [
            o._replace(text=body.file.text(x), at=at) if o.chain == state.chain and _inside(o.at, at) else o
            for o in found
        ]


def _inside(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )
