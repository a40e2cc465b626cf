"""Loop variables that outlive their iteration: captured by closures that run later, or kept by their address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.goversion import LOOPVAR
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import name_of
from gomaplint.model.infer import member_of, type_expr, type_of
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import File, underlying
from gomaplint.span import Span

Loop = g.RangeStmt | g.ForStmt

# A pattern that begins with a word is searched for eight times as fast as one that begins with \b.
_LOOP = re.compile(rb"for(?<!\wfor)\b")
_ASSIGNING_LOOP = re.compile(rb"for(?<!\wfor)\b[^{\n]*[^:=!<>\s]\s*=(?!=)")


class LoopVariable(NamedTuple):
    """A variable that a loop sets; `assigned` where the loop uses `=` on a variable that was there before."""

    local: Local
    loop: Loop
    assigned: bool

    @property
    def shared(self) -> bool:
        """One variable serves all iterations."""
        return self.assigned or self.local.body.file.version < LOOPVAR

    @property
    def at(self) -> Span:
        if self.assigned:
            for x in set_by(self.loop):
                if isinstance(x, g.Ident) and self.local.body.bound.get(x.pos) is self.local:
                    return self.local.body.file.span(x.pos, x.end)
        return self.local.body.file.span(self.local.pos, self.local.end)


class Kept(NamedTuple):
    """How a closure or an address stays beyond its iteration; `named` where only the callee's name tells."""

    how: str
    named: bool
    at: Span


class Capture(NamedTuple):
    """A use of a loop variable in a closure, or of its address."""

    variable: LoopVariable
    node: g.Expr
    kept: Kept
    holder: g.Expr

    @property
    def at(self) -> Span:
        return self.variable.local.body.file.span(self.node.pos, self.node.end)


def captures(program: Program) -> Iterator[Capture]:
    """Closures that outlive the iteration and use its variable: one for each closure and variable."""
    for variable in _variables(program):
        body = variable.local.body
        seen: set[int] = set()
        for use in _uses_in(variable):
            for parent in body.ancestors(use):
                if parent is variable.loop:
                    break
                if isinstance(parent, g.FuncLit) and id(parent) not in seen:
                    kept = _fate(parent, variable.loop, body)
                    if kept is not None and not _left(parent, variable.loop, body):
                        seen.add(id(parent))
                        yield Capture(variable, use, kept, parent)
                        break


def addresses(program: Program) -> Iterator[Capture]:
    """Addresses of loop variables that outlive the iteration, method values with pointer receivers among them."""
    for variable in _variables(program):
        body = variable.local.body
        for use in _uses_in(variable):
            taken = _address(use, body)
            if taken is None or any(isinstance(p, g.FuncLit) for p in _between(use, variable.loop, body)):
                continue
            kept = _fate(taken, variable.loop, body)
            if kept is not None and not _left(use, variable.loop, body):
                yield Capture(variable, use if isinstance(taken, g.SelectorExpr) else taken, kept, taken)


def _variables(program: Program) -> Iterator[LoopVariable]:
    for file in program.workspace.files:
        if not file.reported:
            continue
        pattern = _LOOP if file.version < LOOPVAR else _ASSIGNING_LOOP
        for body in program.bodies_matching(file, pattern):
            yield from _of_body(body, file)


def _of_body(body: Body, file: File) -> Iterator[LoopVariable]:
    loops: list[Loop] = [*body.ranges, *body.loops]
    for loop in loops:
        declares = loop.define if isinstance(loop, g.RangeStmt) else _declares(loop)
        if declares and file.version >= LOOPVAR:
            continue
        for x in set_by(loop):
            local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
            if local is not None:
                yield LoopVariable(local, loop, not declares)


def _declares(loop: g.ForStmt) -> bool:
    return isinstance(loop.init, g.AssignStmt) and loop.init.op == ":="


def set_by(loop: Loop) -> list[g.Expr]:
    """What the head of a loop sets: key and value of a range, or what three clauses begin with."""
    if isinstance(loop, g.RangeStmt):
        return [x for x in (loop.key, loop.value) if x is not None]
    return list(loop.init.lhs) if isinstance(loop.init, g.AssignStmt) else []


def _uses_in(variable: LoopVariable) -> list[g.Ident]:
    inside = variable.loop.body
    return [use for use in variable.local.uses if inside.pos <= use.pos < inside.end]


def _between(node: g.Node, loop: Loop, body: Body) -> Iterator[g.Node]:
    for parent in body.ancestors(node):
        if parent is loop:
            return
        yield parent


def _address(use: g.Ident, body: Body) -> g.Expr | None:
    """The expression that takes the variable's address, or binds it to a method with a pointer receiver."""
    node: g.Expr = use
    parent = body.parent(node)
    if isinstance(parent, g.SelectorExpr) and parent.x is node:
        of = underlying(type_of(use, body))
        member = member_of(parent, body)
        if not isinstance(of, t.Struct) or member is None:
            return None
        if member.methods:
            recv = member.methods[0].signature.recv
            direct = member.methods[0].receiver is not None and isinstance(type_of(use, body), t.Named)
            return parent if recv is not None and isinstance(recv.type, g.StarExpr) and direct else None
        if isinstance(underlying(type_of(parent, body)), (t.Map, t.Chan)):
            return None
        node, parent = parent, body.parent(parent)
        while isinstance(parent, g.SelectorExpr) and isinstance(underlying(type_of(node, body)), t.Struct):
            node, parent = parent, body.parent(parent)
    return parent if isinstance(parent, g.UnaryExpr) and parent.op == "&" else None


def _fate(x: g.Expr, loop: Loop, body: Body, depth: int = 0) -> Kept | None:
    """How a value stays beyond the iteration of a loop, or None."""
    if depth > 5:
        return None
    parent = body.parent(x)
    match parent:
        case g.CallExpr():
            return _called(x, parent, loop, body, depth)
        case g.KeyValue():
            literal = body.parent(parent)
            return _fate(literal, loop, body, depth + 1) if isinstance(literal, g.CompositeLit) else None
        case g.UnaryExpr(op="&"):
            return _fate(parent, loop, body, depth + 1)
        case g.SendStmt(value=value) if value is x:
            return Kept("is sent on a channel", False, _span(parent, body))
        case g.AssignStmt(lhs=lhs, rhs=rhs):
            for target, value in zip(lhs, rhs, strict=False):
                if value is x:
                    return _stored(target, parent, loop, body, depth)
        case g.VarSpec(names=names, values=values):
            for name, value in zip(names, values, strict=False):
                if value is x:
                    return _stored(name, parent, loop, body, depth)
    return None


def _called(x: g.Expr, call: g.CallExpr, loop: Loop, body: Body, depth: int) -> Kept | None:
    stmt = body.parent(call)
    if isinstance(stmt, g.GoStmt):
        return Kept("runs in a goroutine", False, _span(stmt, body))
    if isinstance(stmt, g.DeferStmt):
        # Deferred in a literal that ends within the iteration, it runs within the iteration.
        here = body.lit_of(stmt)
        if here is not body.lit_of(loop):
            return _fate(here, loop, body, depth + 1) if here is not None else None
        return Kept("runs when the function returns", False, _span(stmt, body))
    if call.fun is x:
        return None
    name = builtin(call, body)
    if name == "append":
        return _fate(call, loop, body, depth + 1)
    if name is not None:
        return None
    if type_expr(call.fun, body) is not None:
        return _fate(call, loop, body, depth + 1)
    if isinstance(x, g.FuncLit):
        return _handed(call, body)
    return None


def _handed(call: g.CallExpr, body: Body) -> Kept | None:
    """A closure given to a function that by its name runs it later."""
    name = name_of(call.fun)
    found = symbol(call.fun, body)
    if words.runs_later(name):
        certain = isinstance(found, Outside) or name in ("Go", "TryGo", "AfterFunc", "HandleFunc")
        return Kept(f"is handed to {name}, which runs it later", not certain, _span(call, body))
    return None


def _stored(target: g.Expr, stmt: g.Node, loop: Loop, body: Body, depth: int) -> Kept | None:
    root = g.root(target)
    local = body.bound.get(root.pos) if isinstance(root, g.Ident) else None
    if local is None:
        return (
            None
            if isinstance(root, g.Ident) and root.name == "_"
            else Kept("is stored", False, _span(stmt, body))
        )
    if not loop.pos <= local.pos < loop.end:
        return Kept(f"is stored in {local.name}" if root is target else "is stored", False, _span(stmt, body))
    for use in local.uses:
        if use is not root:  # the local, or what was put into a part of it, is kept where the local is
            kept = _fate(use, loop, body, depth + 1)
            if kept is not None:
                return kept
    return None


def _left(node: g.Node, loop: Loop, body: Body) -> bool:
    """The loop is left before its variable changes again."""
    inside: g.Node = node
    for parent in body.ancestors(node):
        if parent is loop:
            return False
        stmts = parent.body if isinstance(parent, (g.BlockStmt, g.CaseClause)) else []
        if isinstance(parent, g.FuncLit):
            stmts = []
        for stmt in stmts:
            if stmt.pos >= inside.end and _leaves(stmt, loop, body):
                return True
        inside = parent
    return False


def _leaves(stmt: g.Stmt, loop: Loop, body: Body) -> bool:
    if body.lit_of(stmt) is not body.lit_of(loop):
        return False
    match stmt:
        case g.ReturnStmt():
            return True
        case g.BranchStmt(tok="goto"):
            return True
        case g.BranchStmt(tok="break", label=None):
            return body.left_by_break(stmt) is loop
        case g.BranchStmt(tok=("break" | "continue"), label=str(label)):
            own = [p.label for p in _between(stmt, loop, body) if isinstance(p, g.LabeledStmt)]
            around = body.parent(loop)
            if stmt.tok == "continue" and isinstance(around, g.LabeledStmt):
                own.append(around.label)
            return label not in own
        case g.ExprStmt(x=g.CallExpr() as call):
            if builtin(call, body) == "panic":
                return True
            found = symbol(call.fun, body)
            return isinstance(found, Outside) and (found.path, found.name) in (
                ("os", "Exit"),
                ("log", "Fatal"),
                ("log", "Fatalf"),
            )
    return False


def _span(node: g.Node, body: Body) -> Span:
    return body.file.span(node.pos, node.end)
