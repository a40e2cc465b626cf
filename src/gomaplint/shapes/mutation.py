"""Where the state of a value changes: its counters, lists, tables and channels, in place."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import callees, local_type, type_of
from gomaplint.model.maps import Analysis
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.symbols import Func, TypeDecl, underlying
from gomaplint.shapes.making import made
from gomaplint.span import Span

_DEPTH = 2  # methods that call methods


class How(enum.Enum):
    """What happens to a part of the value."""

    ENTRY = "gains or loses an entry"
    ELEMENT = "gets another element"
    COUNT = "is counted up or down"
    LIST = "is appended to"
    ATOMIC = "is counted by atomic calls"
    SET = "is set to what a caller gives"
    CALLED = "is changed by a method of its own"
    NAMED = "is changed by a method, as its name says"
    SENT = "is sent a value"


class Change(NamedTuple):
    """One statement or call that changes what is behind a value; `part` is what changes, as the source writes it."""

    how: How
    part: g.Expr
    node: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)

    @property
    def text(self) -> str:
        return self.body.file.text(self.part, 40)

    @property
    def seen(self) -> bool:
        """It adds to what was there; a name, or a value that takes the place of another, proves less."""
        return self.how not in (How.NAMED, How.SET)

    @property
    def plain(self) -> bool:
        """It is an assignment or a builtin, with which no other goroutine may interfere."""
        return self.how in (How.ENTRY, How.ELEMENT, How.COUNT, How.LIST)


class Changes:
    """Answers for one program; each method is read once."""

    def __init__(self, analysis: Analysis) -> None:
        self.program = analysis.program
        self._methods: dict[Func, Change | None] = {}

    def of(self, root: Local, body: Body, depth: int = _DEPTH) -> Iterator[Change]:
        """Every change in a function of what one of its locals refers to."""
        for local in _aliases(root, body):
            for use in local.uses:
                change = self.around(use, body, depth)
                if change is not None:
                    yield change

    def of_type(self, decl: TypeDecl) -> Change | None:
        """A change of some part of a struct that is no part of its making; of all the first that is seen."""
        weak: Change | None = None
        for field in decl.struct.fields.values() if decl.struct is not None else ():
            for body, node, sure in self.program.selections(field):
                change = self.around(node, body, _DEPTH) if sure and not body.file.for_tests else None
                if change is None or not self._lives(change):
                    continue
                if change.seen:
                    return change
                weak = weak or change
        return weak

    def around(self, x: g.Expr, body: Body, depth: int) -> Change | None:
        """What the code around an expression does to what it refers to."""
        part = x
        while True:
            parent = body.parent(part)
            match parent:
                case g.SelectorExpr(sel=sel):
                    call = body.parent(parent)
                    if isinstance(call, g.CallExpr) and call.fun is parent:
                        how = self._method(part, sel.name, call, body, depth)
                        return Change(how, part, call, body) if how is not None else None
                    part = parent
                case g.IndexExpr(x=inner) if inner is part:
                    part = parent
                case g.StarExpr() | g.TypeAssertExpr() | g.UnaryExpr(op="&"):
                    part = parent
                case g.AssignStmt(lhs=lhs) if any(target is part for target in lhs):
                    how = _assigned(part, parent, body) if not isinstance(part, g.Ident) else None
                    return Change(how, part, parent, body) if how is not None else None
                case g.CallExpr():
                    how = _argument(part, parent, body)
                    return Change(how, part, parent, body) if how is not None else None
                case g.SendStmt(chan=chan) if chan is part:
                    return Change(How.SENT, part, parent, body)
                case _:
                    return None

    def _method(self, part: g.Expr, name: str, call: g.CallExpr, body: Body, depth: int) -> How | None:
        """What a method does to its receiver."""
        of = t.deref(type_of(part, body))
        if isinstance(of, t.External):
            known = changers(of)
            if known is not None:
                # A lock inside a value guards the value, and is no state that anybody misses.
                guard = of.path == "sync" and of != t.SYNC_MAP and isinstance(part, g.SelectorExpr)
                return How.CALLED if name in known and not guard else None
        funcs = callees(call, body)
        if funcs:
            return How.CALLED if depth > 0 and any(self._by(f, depth - 1) for f in funcs) else None
        inside = isinstance(part, g.SelectorExpr)
        first = words.split(name)[:1]
        return How.NAMED if inside and first and first[0] in _words("changing") else None

    def _by(self, method: Func, depth: int) -> Change | None:
        """The change that a method makes to what its receiver points to."""
        if method not in self._methods:
            self._methods[method] = None  # a method that calls itself ends here
            body = self.program.body(method)
            recv = body.recv
            if recv is not None and isinstance(local_type(recv), t.Pointer):
                self._methods[method] = next((c for c in self.of(recv, body, depth) if c.seen), None)
        return self._methods[method]

    def _lives(self, change: Change) -> bool:
        """The object is not just being made where it changes, nor in the callers of the method that changes it."""
        start = root_of(change.part, change.body)
        if start is not None and start is change.body.recv and isinstance(change.body.owner, Func):
            return self._lives_in(change.body.owner, _DEPTH)
        x = _first(change.part)
        return x is None or made(x, change.body, self.program) is None

    def _lives_in(self, method: Func, depth: int) -> bool:
        for ref in self.program.references(method):
            if ref.call is None or ref.body.file.for_tests or not isinstance(ref.node, g.SelectorExpr):
                continue
            owner = ref.body.owner
            if root_of(ref.node.x, ref.body) is not ref.body.recv or ref.body.recv is None:
                if made(ref.node.x, ref.body, self.program) is None:
                    return True
            elif (
                depth > 0
                and isinstance(owner, Func)
                and owner is not method
                and self._lives_in(owner, depth - 1)
            ):
                return True
        return False


def _assigned(target: g.Expr, stmt: g.AssignStmt, body: Body) -> How | None:
    value = stmt.value_of(target)
    below = underlying(t.deref(type_of(target.x, body))) if isinstance(target, g.IndexExpr) else None
    if isinstance(below, t.Map):
        return How.ENTRY
    if stmt.op not in ("=", ":="):
        return How.COUNT
    if isinstance(target, g.IndexExpr):
        return How.ELEMENT if isinstance(below, t.Slice) else None
    text = body.file.text(target, 200)
    if isinstance(value, g.CallExpr) and builtin(value, body) == "append":
        return How.LIST if body.file.text(value.args[0], 200) == text else None
    if isinstance(value, g.BinaryExpr) and text in (
        body.file.text(value.x, 200),
        body.file.text(value.y, 200),
    ):
        return How.COUNT
    given = body.bound.get(value.pos) if isinstance(value, g.Ident) else None
    if given is not None and given.kind == "param" and isinstance(target, g.SelectorExpr):
        return How.SET if _words("touch").isdisjoint(words.split(target.sel.name)) else None
    return None


def _argument(part: g.Expr, call: g.CallExpr, body: Body) -> How | None:
    """What a builtin or library function does to its first argument."""
    if not call.args or call.args[0] is not part:
        return None
    name = builtin(call, body)
    if name is not None:
        table = isinstance(underlying(t.deref(type_of(part, body))), t.Map)
        return (How.ENTRY if table else How.ELEMENT) if name in ("delete", "clear", "copy") else None
    found = symbol(call.fun, body)
    if isinstance(found, Outside):
        if found.path == "sync/atomic" and found.name.startswith(("Add", "CompareAndSwap", "And", "Or")):
            return How.ATOMIC
        if (found.path, found.name) in (("maps", "Copy"), ("maps", "DeleteFunc")):
            return How.ENTRY
    return None


def changers(of: t.External) -> list[str] | None:
    """The methods that change a value of a library type; None for a type that is not known."""
    for entry in knowledge.table("concurrency")["state"]:
        if entry["path"] == of.path:
            found: list[str] = entry["methods"].get(of.name, [])
            return found
    metrics = tuple(knowledge.table("concurrency")["metrics"]["modules"])
    return [] if of.path.startswith(metrics) else None


def _words(group: str) -> frozenset[str]:
    return frozenset(knowledge.table("concurrency")[group]["words"])


def _aliases(root: Local, body: Body) -> list[Local]:
    """The local and others through which a change reaches the same value."""
    known, more = [root], True
    while more:
        more = False
        for local in body.locals:
            if (
                local not in known
                and any(_refers(s.expr, s.how, known, body) for s in local.sources)
                and isinstance(underlying(local_type(local)), (t.Pointer, t.Map, t.Slice, t.Chan))
            ):
                known.append(local)
                more = True
    return known


def _refers(x: g.Expr, how: str, known: list[Local], body: Body) -> bool:
    """An expression that is, or leads to, a part of a known value without a copy."""
    if how not in ("value", "result", "case") or isinstance(x, g.CallExpr):
        return False
    return root_of(x.x if isinstance(x, g.UnaryExpr) and x.op == "&" else x, body) in known


def root_of(x: g.Expr | None, body: Body) -> Local | None:
    """The local that a chain of selectors, indices, dereferences and assertions begins with."""
    start = _first(x)
    return body.bound.get(start.pos) if isinstance(start, g.Ident) else None


def _first(x: g.Expr | None) -> g.Expr | None:
    while isinstance(x, (g.SelectorExpr, g.IndexExpr, g.StarExpr, g.TypeAssertExpr)) or (
        isinstance(x, g.UnaryExpr) and x.op == "&"
    ):
        x = x.x
    return x
