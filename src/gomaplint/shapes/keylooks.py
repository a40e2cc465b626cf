"""What code has asked about a key before it runs: conditions around it, and ways out before it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.containers import Container, Effect
from gomaplint.model.guards import exits, leaves
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Map
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func, underlying
from gomaplint.shapes.callbacks import Code, Removal, code_of, reached
from gomaplint.shapes.entries import looked_up, sync_map

_SITES = 20  # callers of one function


class Look(Enum):
    """What is known of a key: nothing, that the map has it, or something else that may keep it from coming twice."""

    NONE = "none"
    PRESENT = "present"
    OTHER = "other"


def look(node: g.Node, key: g.Expr, m: Map, body: Body, program: Program, depth: int = 2) -> Look:
    """What the code before a node has asked about a key, in its function and in the callers that hand it the key."""
    names = {local for local in locals_of(key, body) if local is not body.recv}
    found = Look.NONE
    for cond, holds in asked(node, body):
        about = _Question(names, m, body, program).look(cond, holds)
        if about is Look.OTHER:
            return about
        found = about if about is not Look.NONE else found
    if found is Look.NONE and depth and _only_after_looks(names, m, body, program, depth):
        return Look.OTHER
    return found


def _only_after_looks(names: set[Local], m: Map, body: Body, program: Program, depth: int) -> bool:
    """Every caller that hands on the key, outside of tests, has asked about it before."""
    looks: list[Look] = []
    for name in names:
        if name.kind != "param" or name.lit is not None or not isinstance(body.owner, Func):
            continue
        for ref in program.references(body.owner)[:_SITES]:
            arg = argument(ref.call, name, ref.body) if ref.call is not None else None
            if arg is not None and ref.call is not None and not ref.body.file.for_tests:
                looks.append(look(ref.call, arg, m, ref.body, program, depth - 1))
    return bool(looks) and Look.NONE not in looks


def checked(removal: Removal) -> bool:
    """Something besides the presence of the key decides whether a callback removes an entry."""
    if isinstance(removal.node.fun, g.SelectorExpr) and removal.node.fun.sel.name == "CompareAndDelete":
        return True
    for node, code in ((removal.node, removal.code), *removal.way):
        for cond, _ in asked(node, code.body):
            if code.has(cond) and not _asks_presence(cond, removal.container, code.body):
                return True
    return False


def _asks_presence(cond: g.Expr, container: Container, body: Body) -> bool:
    match cond:
        case g.UnaryExpr(op="!", x=x):
            return _asks_presence(x, container, body)
        case g.BinaryExpr(op="&&" | "||", x=left, y=right):
            return _asks_presence(left, container, body) and _asks_presence(right, container, body)
        case g.BinaryExpr(op="==" | "!=", x=x, y=g.Ident(name="nil")):
            return any(found == container for found, _ in looked_up(x, body))
        case g.Ident():
            local = body.bound.get(cond.pos)
            return local is not None and any(
                source.number == 1 and any(found == container for found, _ in looked_up(source.expr, body))
                for source in local.sources
            )
    return False


def locals_of(x: g.Expr, body: Body) -> Iterator[Local]:
    """The variables of the function that an expression names."""
    for node in g.walk(x):
        local = body.bound.get(node.pos) if isinstance(node, g.Ident) else None
        if local is not None:
            yield local


def asked(node: g.Node, body: Body) -> Iterator[tuple[g.Expr, bool | None]]:
    """The conditions that decide whether a node is reached, each with the answer that leads there, None for either."""
    inside: g.Node = node
    for parent in body.ancestors(node):
        if isinstance(parent, (g.BlockStmt, g.CaseClause, g.FuncLit)):
            for stmt in parent.body:
                if stmt.pos >= inside.pos:
                    break
                if isinstance(stmt, g.IfStmt):
                    yield from _ways_out(stmt, body)
        if isinstance(parent, g.IfStmt) and inside is not parent.init and inside is not parent.cond:
            yield parent.cond, inside is parent.body
        elif isinstance(parent, g.SwitchStmt) and parent.tag is not None:
            yield parent.tag, None
        elif isinstance(parent, g.CaseClause):
            for x in parent.exprs:
                yield x, None
        inside = parent


def _ways_out(stmt: g.IfStmt, body: Body) -> Iterator[tuple[g.Expr, bool | None]]:
    if leaves(stmt.body, body):
        yield stmt.cond, False
    elif any(exits(inner, body) for inner in g.walk(stmt.body)):
        yield stmt.cond, None
    if isinstance(stmt.orelse, g.IfStmt):
        yield from _ways_out(stmt.orelse, body)
    elif stmt.orelse is not None and leaves(stmt.orelse, body):
        yield stmt.cond, True


class _Question:
    """One condition, asked about some variables that make up a key."""

    def __init__(self, names: set[Local], m: Map, body: Body, program: Program) -> None:
        self.names = names
        self.map = m
        self.body = body
        self.program = program

    def look(self, cond: g.Expr, holds: bool | None) -> Look:
        """What an answer to the condition tells of the key; None: either answer leads on."""
        match cond:
            case g.UnaryExpr(op="!", x=x):
                return self.look(x, None if holds is None else not holds)
            case g.BinaryExpr(op="&&" | "||", x=left, y=right):
                # Of `a && b` both hold where it does, and of `a || b` neither where it does not.
                found = {self.look(left, holds), self.look(right, holds)} - {Look.NONE}
                if found == {Look.PRESENT} and holds is (cond.op == "&&"):
                    return Look.PRESENT
                return Look.OTHER if found else Look.NONE
            case g.BinaryExpr(op="==" | "!=", x=x, y=g.Ident(name="nil")):
                return self.value(x, None if holds is None else holds is (cond.op == "!="))
            case g.BinaryExpr(op="==" | "!=" | "<" | ">" | "<=" | ">=", x=left, y=right):
                if any(isinstance(side, g.BasicLit) for side in (left, right)):
                    return Look.NONE  # what the key looks like, not whether it was there
            case g.Ident():
                local = self.body.bound.get(cond.pos)
                for source in local.sources if local is not None else ():
                    if source.number == 1 and self._in_map(source.expr) and self._about(source.expr):
                        return Look.PRESENT if holds else Look.OTHER
        return Look.OTHER if self._about(cond) or self._asks_map(cond) else Look.NONE

    def value(self, x: g.Expr, there: bool | None) -> Look:
        """A value that is compared with nil."""
        if self._in_map(x) and self._about(x):
            return Look.PRESENT if there else Look.OTHER
        if any(True for _ in looked_up(x, self.body)):
            return Look.OTHER if self._about(x) else Look.NONE
        local = self.body.bound.get(x.pos) if isinstance(x, g.Ident) else None
        calls = [s.expr for s in local.sources] if local is not None else [x]
        asks = any(isinstance(c, g.CallExpr) and self._about(c) and self._reads_maps(c) for c in calls)
        return Look.OTHER if asks or self._asks_map(x) else Look.NONE

    def _in_map(self, x: g.Expr) -> bool:
        return any(container == self.map.container for container, _ in looked_up(x, self.body))

    def _about(self, x: g.Expr, depth: int = 2) -> bool:
        """The expression has to do with the key: it names a part of it, or what was made from one."""
        for local in locals_of(x, self.body):
            if local in self.names:
                return True
            sources = local.sources if depth and local is not self.body.recv else ()
            if any(self._about(source.expr, depth - 1) for source in sources):
                return True
        return False

    def _asks_map(self, x: g.Expr, depth: int = 2) -> bool:
        """The expression is, or was made from, the result of a function that looks something up in the map."""
        readers = {event.body for event in self.map.story.of(Effect.READ)}
        for node in g.walk(x):
            if isinstance(node, g.CallExpr):
                codes = code_of(node.fun, self.body, self.program)
                if any(at.body in readers for code in codes for at, _ in reached(code, self.program)):
                    return True
            local = self.body.bound.get(node.pos) if isinstance(node, g.Ident) else None
            sources = local.sources if depth and local is not None and local is not self.body.recv else ()
            if any(self._asks_map(source.expr, depth - 1) for source in sources):
                return True
        return False

    def _reads_maps(self, call: g.CallExpr) -> bool:
        return any(
            _reads_map(at)
            for code in code_of(call.fun, self.body, self.program)
            for at, _ in reached(code, self.program)
        )


def _reads_map(code: Code) -> bool:
    body = code.body
    if any(sync_map(call, body, "read", "insert") is not None for call in code.calls):
        return True
    whole = body.lowered.body if body.lowered is not None else None
    start = code.lit.body if code.lit is not None else whole.body if whole is not None else []
    return any(
        isinstance(node, g.IndexExpr) and isinstance(underlying(type_of(node.x, body)), t.Map)
        for stmt in start
        for node in g.walk(stmt)
    )
