"""Keys of an index that stay behind when what they lead to goes."""

from __future__ import annotations

from dataclasses import dataclass

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.model.maps import Insert, Map
from gomaplint.shapes.keylooks import locals_of
from gomaplint.span import Span

_DEPTH = 4  # locals crossed on the way of a value


@dataclass(frozen=True, eq=False)
class Loss:
    """An index, an insert into it, and the statement or call `store` that lets go of what an old key leads to."""

    index: Map
    insert: Insert
    store: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.store.pos, self.store.end)

    @property
    def primary(self) -> str:
        """The name of what holds the entries."""
        raise NotImplementedError

    def cleaned(self) -> Span | None:
        """A place that looks after the old key."""
        raise NotImplementedError

    def new(self) -> bool:
        """The key under which `store` sets its entry cannot have been there before."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Orphan:
    """A key of an index and how it loses what it leads to."""

    loss: Loss

    @property
    def at(self) -> Span:
        return self.loss.at


def behind(x: g.Expr, body: Body) -> set[Local]:
    """The variables that an expression names, and those they were made from; the receiver is none."""
    found: set[Local] = set()
    todo = [(x, 0)]
    for at, depth in todo:
        for local in locals_of(at, body):
            if local is not body.recv and local not in found:
                found.add(local)
                if depth < _DEPTH:
                    todo += [(source.expr, depth + 1) for source in local.sources]
    return found
