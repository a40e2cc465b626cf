"""Containers, and the events of which their stories are made."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import local_type, member_of, type_of, var_type
from gomaplint.model.names import symbol
from gomaplint.model.symbols import Field, File, Func, Var, underlying
from gomaplint.span import Span


class Effect(enum.Enum):
    """What happens to a container."""

    INSERT = "insert"
    REMOVE = "remove"
    CLEAR = "clear"
    FILL = "fill"  # every entry of another map is copied in
    ASSIGN = "assign"  # another map takes its place
    LEN = "len"
    RANGE = "range"
    READ = "read"
    HANDED = "handed"  # given to code that is not known


class Event(NamedTuple):
    """One thing that happens to a container.

    `node` is the statement or call that does it, `key` and `value` are there for an insert or a removal.
    `direct` is False where the container is reached through an alias.
    """

    effect: Effect
    body: Body
    node: g.Node
    key: g.Expr | None
    value: g.Expr | None
    direct: bool

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)

    @property
    def method(self) -> str:
        """The name of the method that is called, or nothing."""
        node = self.node
        return (
            node.fun.sel.name if isinstance(node, g.CallExpr) and isinstance(node.fun, g.SelectorExpr) else ""
        )


@dataclass(frozen=True, slots=True)
class Container:
    """A map or `sync.Map` by its declaration."""

    decl: Var | Field | Local
    map: t.Map | None  # None: a sync.Map

    @property
    def name(self) -> str:
        """The name people use: `cache`, `server.sessions`."""
        return str(self.decl) if not isinstance(self.decl, Local) else self.decl.name

    @property
    def key(self) -> str:
        """A name that survives moved lines: import path and declaration; of a local its function, ":" and its name."""
        if isinstance(self.decl, Local):
            owner = self.decl.body.owner
            recv = f"{owner.fact.recv}." if isinstance(owner, Func) and owner.fact.recv else ""
            return f"{self.file.package.path}.{recv}{owner.name}:{self.decl.name}"
        return f"{self.file.package.path}.{self.decl}"

    @property
    def file(self) -> File:
        return self.decl.body.file if isinstance(self.decl, Local) else self.decl.file

    @property
    def at(self) -> Span:
        if isinstance(self.decl, Local):
            return self.file.span(self.decl.pos, self.decl.end)
        return self.decl.at


@dataclass(slots=True)
class Story:
    """Everything that the files of the run show about one container, in the order of files and lines.

    `names` are the variables and fields that hold the same map besides, as far as the story was followed.
    `parts` name fields of the structs that it is about, where it is about structs.
    `unsure` are places that may mean this container: the name fits, the operand's type is not known.
    `cut` tells that the story was longer than the budget, so that nothing may be concluded from an absence.
    """

    container: Container
    events: list[Event] = field(default_factory=list)
    names: list[Var | Field | Local] = field(default_factory=list)
    parts: list[tuple[Body, g.SelectorExpr]] = field(default_factory=list)
    unsure: list[tuple[Body, g.Node]] = field(default_factory=list)
    opaque: File | None = None
    cut: bool = False

    def of(self, *effects: Effect) -> list[Event]:
        return [e for e in self.events if e.effect in effects]


def map_type(of: t.Type | None) -> tuple[t.Map | None] | None:
    """The map type of a container's declared type: (Map,) for a map, (None,) for a sync.Map, None for neither.

    Pointers are looked through, and arrays and slices: the shards of one container.
    """
    for _ in range(4):
        of = underlying(of)
        if isinstance(of, (t.Pointer, t.Slice)):
            of = of.elem
        elif isinstance(of, t.Map):
            return (of,)
        else:
            return (None,) if of == t.SYNC_MAP else None
    return None


def container_of(x: g.Expr, body: Body) -> Container | None:
    """The container that an expression denotes: its declaration, behind one alias `m := s.items`."""
    while isinstance(x, g.StarExpr):
        x = x.x
    decl: Var | Field | Local | None = None
    found = symbol(x, body)
    of = None
    if isinstance(found, Var):
        decl, of = found, var_type(found)
    elif isinstance(found, Local):
        decl, of = found, local_type(found)
        source = found.sources[0] if len(found.sources) == 1 else None
        if source is not None and isinstance(source.expr, (g.SelectorExpr, g.Ident)):
            of_slice = isinstance(underlying(type_of(source.expr, body)), t.Slice)
            if source.how == "value" or (source.how == "element" and of_slice):
                return container_of(source.expr, body)  # an alias: m := s.items, or one of the shards
    elif isinstance(x, g.SelectorExpr):
        member = member_of(x, body)
        if member is not None and member.field is not None:
            decl, of = member.field, member.type
    kind = map_type(of)
    return Container(decl, *kind) if decl is not None and kind is not None else None
