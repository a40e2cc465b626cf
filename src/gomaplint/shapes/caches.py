"""Caches of libraries, and what they are given that bounds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model.body import Body
from gomaplint.model.calls import callee
from gomaplint.model.containers import Effect
from gomaplint.model.maps import Insert, Map
from gomaplint.model.names import Outside, Symbol, symbol
from gomaplint.model.symbols import Const
from gomaplint.span import Span

_UNITS = frozenset(("Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"))


@dataclass(frozen=True)
class Library:
    """One cache of a library, as caches.toml has it."""

    title: str
    paths: Sequence[str]
    makers: Sequence[str]
    takes: str
    never: Sequence[str]
    default: Sequence[str]
    size: Sequence[int | str]
    expiry: Sequence[int | str]
    cleaning: Sequence[int | str]
    kept: str
    plain: Sequence[str]
    insert: dict[str, int]
    methods: dict[str, str]
    key: int
    remote: bool

    @property
    def known(self) -> set[int | str]:
        """Every option, field and method after the maker whose meaning is known."""
        return {*self.size, *self.expiry, *self.cleaning, *self.plain}


@cache
def libraries() -> dict[tuple[str, str], Library]:
    """The caches by import path and name of what makes them."""
    return {
        (path, maker): library
        for entry in knowledge.table("caches")["cache"]
        for library in (_library(entry),)
        for path in library.paths
        for maker in library.makers
    }


def _library(entry: dict[str, Any]) -> Library:
    methods = {name: effect for effect in ("remove", "clear") for name in entry[effect]}
    # What else may be called on it is only read for what it bounds.
    methods |= {name: "read" for how in ("size", "expiry", "cleaning") for name in entry[how]}
    methods |= dict.fromkeys(entry["insert"], "insert")
    own = {"key": 0, "remote": False} | entry
    fields = {name: own[name] for name in Library.__annotations__ if name != "methods"}
    return Library(**fields, methods=methods)


class Cache:
    """A cache that a variable or field holds; `whole` is the call that makes it with the methods that follow."""

    def __init__(self, library: Library, call: g.CallExpr, body: Body, held: Map) -> None:
        self.library = library
        self.call = call
        self.body = body
        self.map = held
        self.whole, self.steps = steps_of(call, body)

    @property
    def at(self) -> Span:
        return self.body.file.span(self.whole.pos, self.whole.end)

    def bounded(self, how: str) -> bool | None:
        """Whether it is bounded in one way: size, expiry or cleaning."""
        listed: Sequence[int | str] = getattr(self.library, how)
        if "always" in listed:
            return True
        given = [sign for what in listed for sign in self._given(what)]
        if any(sign is not None and sign > 0 for sign in given):
            return True
        return None if self._unclear or None in given else False

    def expires(self, insert: Insert) -> bool | None:
        """Whether an entry has an end; None where that depends on a value that is not known."""
        node = insert.event.node
        own = self.library.insert.get(_method(node), -1)
        args = node.args if isinstance(node, g.CallExpr) else []
        sign = _sign(args[own], insert.body, self.library) if 0 <= own < len(args) else 0
        if sign == 0:
            return self.bounded("expiry")
        return None if sign is None else sign > 0

    @cached_property
    def expiring(self) -> bool:
        """Some place gives an entry an end, or may do so: to one that had none before, perhaps.

        The keys of a server are many services' and many purposes': there, each place speaks for itself.
        """
        return not self.library.remote and any(self.expires(i) is not False for i in self.map.inserts)

    def _given(self, what: int | str) -> Iterator[int | None]:
        """The sign of each value that is given for one thing."""
        args, library = self.call.args, self.library
        if isinstance(what, int):
            spread = self.call.ellipsis or what >= len(args)
            yield None if spread else _sign(args[what], self.body, library)
            return
        calls: list[tuple[g.Node, Body]] = [(call, self.body) for name, call in self._named if name == what]
        calls += [(node, body) for node, body in self._later if _method(node) == what]
        for node, body in calls:
            args = node.args if isinstance(node, g.CallExpr) else []  # a method value runs some time
            yield _sign(args[0], body, library) if args else 1
        for element in self._fields or ():
            if isinstance(element.key, g.Ident) and element.key.name == what:
                yield _sign(element.value, self.body, library)

    @cached_property
    def _named(self) -> list[tuple[str, g.CallExpr]]:
        """The options among the arguments, and the methods that follow the maker."""
        found = list(self.steps)
        for arg in self.call.args if self.library.takes == "options" else ():
            named = callee(arg, self.body) if isinstance(arg, g.CallExpr) else None
            if named is not None and named[0] in self.library.paths and isinstance(arg, g.CallExpr):
                found.append((named[1], arg))
        return found

    @cached_property
    def _later(self) -> list[tuple[g.Node, Body]]:
        """Calls on the cache that are not for its entries."""
        return [(e.node, e.body) for e in self.map.story.of(Effect.READ) if not e.body.file.for_tests]

    @cached_property
    def _fields(self) -> list[g.KeyValue] | None:
        """The elements of the struct that is the first argument; None where it is not written there."""
        x = self.call.args[0] if self.call.args else None
        if isinstance(x, g.Ident) and x.name == "nil":
            return []
        if isinstance(x, g.UnaryExpr):
            x = x.x
        return x.elts if isinstance(x, g.CompositeLit) else None

    @property
    def _unclear(self) -> bool:
        """Something is given to the maker whose meaning is not known."""
        known, takes = self.library.known, self.library.takes
        if any(name not in known for name, _ in self._named):
            return True
        if takes == "options":
            return self.call.ellipsis or len(self._named) - len(self.steps) != len(self.call.args)
        if takes != "fields":
            return False
        return self._fields is None or any(
            not isinstance(e.key, g.Ident) or e.key.name not in known for e in self._fields
        )


def steps_of(call: g.CallExpr, body: Body) -> tuple[g.CallExpr, list[tuple[str, g.CallExpr]]]:
    """The whole of `pkg.New().With(1).Build()` for its first call, and the methods by name."""
    steps: list[tuple[str, g.CallExpr]] = []
    while isinstance(selector := body.parent(call), g.SelectorExpr):
        next_call = body.parent(selector)
        if not isinstance(next_call, g.CallExpr) or next_call.fun is not selector:
            break
        call = next_call
        steps.append((selector.sel.name, call))
    return call, steps


def _method(node: g.Node) -> str:
    match node:
        case g.CallExpr(fun=g.SelectorExpr(sel=g.Ident(name=name))) | g.SelectorExpr(sel=g.Ident(name=name)):
            return name
    return ""


def _sign(x: g.Expr, body: Body, library: Library) -> int | None:
    """1, 0 or -1 for a number or duration, as far as its source tells; no value at all counts as 0."""
    match x:
        case g.BasicLit(value=value):
            return 0 if not value.strip("0_.") else 1
        case g.UnaryExpr(op="-", x=inner):
            sign = _sign(inner, body, library)
            return -sign if sign is not None else None
        case g.BinaryExpr(op="*", x=left, y=right):
            signs = _sign(left, body, library), _sign(right, body, library)
            return signs[0] * signs[1] if signs[0] is not None and signs[1] is not None else None
        case g.CallExpr(args=[inner]) if callee(x, body) == ("time", "Duration"):
            return _sign(inner, body, library)
    found = symbol(x, body)
    path, name = _named(found)
    if path in library.paths and name in (*library.never, *library.default):
        return -1 if name in library.never else 0
    if path == "time" and name in _UNITS:
        return 1
    if isinstance(found, Const) and isinstance(found.value, g.BasicLit):
        return _sign(found.value, body, library)
    return 0 if found == "nil" else None


def _named(found: Symbol | None) -> tuple[str, str]:
    """Import path and name of something that belongs to a package, vendored or not."""
    if isinstance(found, Outside):
        return found.path, found.name
    return (found.file.package.path, found.fact.names[found.number]) if isinstance(found, Const) else ("", "")
