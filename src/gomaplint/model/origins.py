"""What a key's source is: the kinds of ends, and what types and shapes tell of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.knowledge import team
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.names import Outside, symbol
from gomaplint.model.reach import client, request_type
from gomaplint.model.symbols import Field, Func, Scope, signature_type, underlying
from gomaplint.span import Span


class Kind(enum.Enum):
    """Where following a key ends: things without natural bound (WIDE), with one (BOUNDED), and what is not known.

    CALLER is neither: importers decide.
    """

    REQUEST = "a request or a connection"
    MESSAGE = "a message"
    GENERATED = "a generated value"
    EXTERNAL = "something met at run time"
    POINTER = "an object"
    CALLER = "callers outside the module"
    CONSTANT = "a constant"
    ENUM = "an enumeration"
    CONFIG = "configuration"
    START = "start-up"
    UNKNOWN = "not known"


WIDE = frozenset((Kind.REQUEST, Kind.MESSAGE, Kind.GENERATED, Kind.EXTERNAL, Kind.POINTER))


BOUNDED = frozenset((Kind.CONSTANT, Kind.ENUM, Kind.CONFIG, Kind.START))


@dataclass(frozen=True, eq=False, slots=True)
class Handed:
    """An expression that was handed to a call, or stored, on the way of a key."""

    value: g.Expr
    body: Body


class Origin(NamedTuple):
    """One end of a key: what it is, how the source writes it, where, and the steps that lead there."""

    kind: Kind
    text: str
    at: Span
    chain: tuple[str, ...]
    mixed: int = 0  # steps at which there were several ways to go
    trail: tuple[Handed, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps from the insert back to where the key enters, that place included."""
        said = self.chain and self.chain[-1].endswith(f"({self.text})")
        return self.chain if said else (*self.chain, self.text)

    @property
    def way(self) -> str:
        """The whole way: AddIP(ip) ← c.ClientIP()."""
        return " ← ".join(self.steps)

    @property
    def short_way(self) -> str:
        """The way for a message: of a long one the first two steps and the last two."""
        steps = self.steps
        return self.way if len(steps) <= _TOLD else " ← ".join((*steps[:2], "…", *steps[-2:]))


_TOLD = 5  # steps of a way that a message tells in full


def bounded_parts() -> list[str]:
    """Fields and methods of requests of which a service has a fixed set."""
    names: list[str] = knowledge.table("keys")["bounded"]["parts"]["names"]
    return names


def is_bounded_part(of: t.Type | None, part: str) -> bool:
    """A part of a request or message that takes few values: its method, or the topic that the program subscribed to."""
    inner = t.deref(of)
    if isinstance(inner, t.External) and (inner.path, inner.name) in knowledge.subscribed_types():
        return part in knowledge.table("keys")["bounded"]["subscribed"]["names"]
    return part in bounded_parts()


def peer_parts() -> list[str]:
    """Methods and fields that tell who is at the other end of a connection."""
    names: list[str] = knowledge.table("keys")["connection"]["parts"]
    return names


_LIBRARIES = (("config", Kind.CONFIG), ("generated", Kind.GENERATED), ("external", Kind.EXTERNAL))


@cache
def library_kind(path: str, name: str) -> Kind | None:
    """What the result of a library's function is, if the function alone tells."""
    if path == "reflect":
        return Kind.ENUM
    if (path, name) in knowledge.key_functions("through"):
        return None
    for group, kind in _LIBRARIES:
        if knowledge.in_key_packages(path, group) or (path, name) in knowledge.key_functions(group):
            return kind
    return None


@cache
def method_kind(of: t.External) -> Kind | None:
    """What the results of methods of a library's type are, if the type alone tells."""
    for group, kind in _LIBRARIES:
        if (of.path, of.name) in knowledge.key_types(group) or knowledge.in_key_packages(of.path, group):
            return kind
    return None


@cache
def passes_on(path: str, name: str) -> bool:
    """The function gives back what it is given, in another shape."""
    return (path, name) in knowledge.key_functions("through") or knowledge.in_key_packages(path, "through")


def rewrites(of: t.External) -> bool:
    """The methods of this type give back what they are given, in another shape: `re.ReplaceAllString(s, "")`."""
    return (of.path, of.name) in knowledge.key_types("through")


def outgoing(x: g.Expr, body: Body) -> bool:
    """A request that the program sends itself: the parameter of a function that returns the response, or a new one."""
    local = root(x, body)
    if local is None:
        return False
    if local.kind == "param":
        if local.lit is not None:
            return client(signature_type(local.lit.type, Scope(body.file, body.env, body.types)))
        return isinstance(body.owner, Func) and client(body.owner.type)
    for source in local.sources:
        made = symbol(source.expr.fun, body) if isinstance(source.expr, g.CallExpr) else None
        if isinstance(made, Outside) and made.path == "net/http" and made.name.startswith("NewRequest"):
            return True
    return False


def root(x: g.Expr, body: Body) -> Local | None:
    """The local that an expression takes a part of."""
    while isinstance(x, (g.SelectorExpr, g.CallExpr, g.IndexExpr, g.StarExpr)):
        x = x.fun if isinstance(x, g.CallExpr) else x.x
    return body.bound.get(x.pos) if isinstance(x, g.Ident) else None


def is_rpc(of: t.Signature) -> bool:
    """`func(context.Context, *Request) (*Response, error)`: the shape of a gRPC, Twirp or Connect method."""
    return (
        len(of.params) == 2
        and of.params[0] == t.CONTEXT
        and isinstance(of.params[1], t.Pointer)
        and len(of.results) == 2
        and of.results[1] == t.ERROR
    )


def is_receiver(x: g.Expr, body: Body) -> bool:
    """The expression is the receiver of the method it stands in."""
    return isinstance(x, g.Ident) and body.recv is not None and body.bound.get(x.pos) is body.recv


def bounded_type(of: t.Type | None, depth: int = 0) -> bool:
    """A type of few values: an enumeration, bool, a byte, reflect.Type, one that the team names, a struct of such.

    A number of two bytes by itself has 65,536 at the most, which bounds a map as a limit does.
    """
    if (isinstance(of, t.Named) and of.decl.enum) or t.is_one_of(of, team.known().bounded):
        return True
    if isinstance(of, t.External):
        return (of.path, of.name) in knowledge.key_types("bounded")
    below = underlying(of)
    if isinstance(below, t.Basic):
        return below.name in ("bool", "uint8", "int8") or (depth == 0 and below.name in ("uint16", "int16"))
    if isinstance(below, t.Struct) and depth < 4:
        fields = below.decl.fields.values()
        return bool(fields) and all(bounded_type(f.type_in(dict(below.env)), depth + 1) for f in fields)
    return isinstance(below, t.External) and bounded_type(below, depth + 1)


def carrier_kind(of: t.Type | None) -> Kind | None:
    """What the parts of a value of this type are, if its type alone tells."""
    inner = t.deref(of)
    if t.is_one_of(inner, team.known().keys):
        return Kind.REQUEST
    if request_type(inner) is not None:
        # What answers a request brings nothing in.
        answer = isinstance(inner, t.External) and inner.name.startswith("Response")
        return None if answer else Kind.REQUEST
    if isinstance(inner, t.External):
        pair = (inner.path, inner.name)
        if pair in knowledge.key_types("connection"):
            return Kind.REQUEST
        if pair in knowledge.key_types("external"):
            return Kind.EXTERNAL
        if knowledge.in_key_packages(inner.path, "config"):
            return Kind.CONFIG
        if knowledge.in_key_packages(inner.path, "external"):
            return Kind.EXTERNAL
        return Kind.MESSAGE if _is_message(inner.name) else None
    if isinstance(inner, t.Named):
        if configured_type(inner):
            return Kind.CONFIG
        if _is_message(inner.decl.name) and not bounded_type(inner):
            return Kind.REQUEST if inner.decl.file.generated else Kind.MESSAGE
    return None


def _is_message(name: str) -> bool:
    return name.endswith(tuple(knowledge.table("keys")["message"]["suffixes"])) or name in (
        "message",
        "request",
        "packet",
        "msg",
    )


def configured_type(of: t.Type | None) -> bool:
    """A struct, or a slice of them, that holds configuration by the last word of its name."""
    inner = t.deref(of)
    if isinstance(inner, t.Slice):
        inner = t.deref(inner.elem)
    if not isinstance(inner, t.Named):
        return False
    last = words.split(inner.decl.name)[-1:]
    return bool(last) and last[0] in knowledge.table("keys")["config"]["type_words"]


def configured(field: Field) -> bool:
    """A field that a configuration file fills."""
    return any(tag in field.node.tag for tag in knowledge.table("keys")["config"]["tags"])
