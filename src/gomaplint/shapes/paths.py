"""The ways through a function: which exits are reached from a place, and what they pass before.

Conditions are not evaluated: a way that cannot be taken counts like any other.
So "no way passes it" and "every way passes it" are facts, and what lies between is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.model.guards import exits

Out = tuple[str, int, str | None]
"""How code is left: `next`, `break`, `continue`, `fallthrough`, `exit`, `mark` or `lost`; the node's id; a label."""

_NEXT: Out = ("next", 0, None)
_NOWHERE: frozenset[Out] = frozenset()
_ON: frozenset[Out] = frozenset((_NEXT,))


class Reached(NamedTuple):
    """Where the ways from a place lead.

    `exits` are the statements that leave the function without passing a mark; `falls` tells that its end is one too.
    `marks` are the marked nodes at which other ways were given up.
    `lost` tells of a `goto`: there may be more.
    """

    exits: tuple[g.Node, ...]
    falls: bool
    marks: tuple[g.Node, ...]
    lost: bool

    @property
    def leaves(self) -> bool:
        """Some way leaves the function without passing a mark."""
        return bool(self.exits) or self.falls


def together(one: g.Node, other: g.Node, body: Body) -> bool:
    """Both nodes may run in one call of the function: one is reached from the other, or they share a statement."""
    for a, b in ((one, other), (other, one)):
        stmt = _statement(a, body)
        if stmt.pos <= b.pos < stmt.end:
            return True
        reached = Ways(body, {id(b)}).after(a)
        if reached.marks or reached.lost:
            return True
    return False


def _statement(node: g.Node, body: Body) -> g.Node:
    """The innermost statement of a list that holds a node."""
    inside = node
    for parent in body.ancestors(node):
        if isinstance(parent, (g.BlockStmt, g.CaseClause, g.FuncLit)):
            break
        inside = parent
    return inside


class Ways:
    """The ways through one body; each ends where it passes a node whose id is among `marks`.

    A mark is a whole statement, or an expression inside of one.
    What a function literal does counts where the literal stands, unless it is only given a name there.
    A panic and the end of the program are no exits.
    """

    def __init__(self, body: Body, marks: AbstractSet[int]) -> None:
        self.body = body
        self.marks = marks
        self._met: dict[int, g.Node] = {}
        self._loops: set[int] = set()

    def after(self, node: g.Node) -> Reached:
        """The ways that begin behind a statement, or behind an expression of one."""
        return self._reached(self._climb(node, _ON))

    def into(self, case: g.CaseClause) -> Reached:
        """The ways that begin with the statements of a case."""
        return self._reached(self._climb(case, self._list(case.body)))

    def _reached(self, outs: frozenset[Out]) -> Reached:
        lost = any(kind in ("lost", "break", "continue", "fallthrough") for kind, _, _ in outs)
        return Reached(self._nodes("exit", outs), _NEXT in outs, self._nodes("mark", outs), lost)

    def _nodes(self, kind: str, outs: frozenset[Out]) -> tuple[g.Node, ...]:
        return tuple(sorted((self._met[at] for of, at, _ in outs if of == kind), key=lambda n: n.pos))

    def _at(self, kind: str, node: g.Node) -> frozenset[Out]:
        self._met[id(node)] = node
        return frozenset(((kind, id(node), None),))

    # -- outwards

    def _climb(self, node: g.Node, outs: frozenset[Out]) -> frozenset[Out]:
        """How the function is left, when a node inside of it is left in some ways."""
        inside = node
        for parent in self.body.ancestors(node):
            match parent:
                case g.BlockStmt(body=stmts):
                    outs = self._rest(inside, stmts, outs)
                case g.FuncLit(body=stmts):
                    return self._rest(inside, stmts, outs)
                case g.CaseClause(body=stmts):
                    if inside is not parent.comm:
                        outs = self._rest(inside, stmts, outs)
                    elif _NEXT in outs:
                        outs = outs - _ON | self._list(stmts)
                case g.IfStmt() if inside is parent.init:
                    outs = self._then(outs, self._if(parent, begun=True))
                case g.IfStmt() if inside is parent.cond:
                    outs = self._then(outs, self._branches(parent))
                case g.ForStmt() | g.RangeStmt() if inside is parent.body:
                    outs = self._again(parent, outs)
                case g.ForStmt() if inside is parent.init:
                    outs = self._then(outs, self._loop(parent))
                case g.SwitchStmt() | g.TypeSwitchStmt() if inside is parent.init:
                    outs = self._then(outs, self._cases(parent))
                case g.SwitchStmt() | g.TypeSwitchStmt() | g.SelectStmt():
                    outs = self._broken(self._fallen(inside, parent, outs))
                case g.LabeledStmt(label=label):
                    outs = self._broken(outs, label)
            inside = parent
        lowered = self.body.lowered
        whole = lowered.body if lowered is not None else None
        if whole is not None and inside is not whole:
            outs = self._rest(inside, whole.body, outs)
        return outs

    def _rest(self, inside: g.Node, stmts: list[g.Stmt], outs: frozenset[Out]) -> frozenset[Out]:
        """What follows a statement of a list."""
        at = next((i for i, stmt in enumerate(stmts) if stmt is inside), None)
        return outs if at is None else self._then(outs, self._list(stmts[at + 1 :]) if _NEXT in outs else _ON)

    def _fallen(self, inside: g.Node, switch: g.Node, outs: frozenset[Out]) -> frozenset[Out]:
        fallen = {out for out in outs if out[0] == "fallthrough"}
        cases = switch.cases if isinstance(switch, g.SwitchStmt) else []
        at = next((i for i, case in enumerate(cases) if case is inside), None)
        if not fallen or at is None or at + 1 >= len(cases):
            return outs
        return self._fallen(cases[at + 1], switch, outs - fallen | self._list(cases[at + 1].body))

    # -- inwards

    def _then(self, outs: frozenset[Out], following: frozenset[Out]) -> frozenset[Out]:
        return outs - _ON | following if _NEXT in outs else outs

    def _list(self, stmts: list[g.Stmt]) -> frozenset[Out]:
        outs = _ON
        for stmt in stmts:
            if _NEXT not in outs:
                break
            outs = outs - _ON | self._stmt(stmt)
        return outs

    def _stmt(self, stmt: g.Stmt | None) -> frozenset[Out]:
        if stmt is None:
            return _ON
        if id(stmt) in self.marks:
            return self._at("mark", stmt)
        match stmt:
            case g.BlockStmt(body=stmts):
                return self._list(stmts)
            case g.LabeledStmt(label=label, stmt=inner):
                return self._broken(self._stmt(inner), label)
            case g.IfStmt():
                return self._if(stmt, begun=False)
            case g.ForStmt() | g.RangeStmt():
                first = self._stmt(stmt.init) if isinstance(stmt, g.ForStmt) else self._simple(stmt.x)
                return self._then(first, self._loop(stmt))
            case g.SwitchStmt() | g.TypeSwitchStmt():
                return self._then(self._stmt(stmt.init), self._cases(stmt))
            case g.SelectStmt():
                return self._cases(stmt)
            case g.BranchStmt(tok=tok, label=label):
                return frozenset((("lost" if tok == "goto" else tok, 0, label),))
            case g.ReturnStmt():
                return self._then(self._simple(stmt), self._at("exit", stmt))
        outs = self._simple(stmt)
        return _NOWHERE if _NEXT in outs and exits(stmt, self.body) else outs

    def _simple(self, node: g.Node | None) -> frozenset[Out]:
        """A statement without statements inside, or an expression."""
        for part in _run_by(node) if node is not None else ():
            if id(part) in self.marks:
                return self._at("mark", part)
        return _ON

    def _if(self, stmt: g.IfStmt, begun: bool) -> frozenset[Out]:
        first = _ON if begun else self._stmt(stmt.init)
        asked = self._then(first, self._simple(stmt.cond))
        return self._then(asked, self._branches(stmt))

    def _branches(self, stmt: g.IfStmt) -> frozenset[Out]:
        return self._stmt(stmt.body) | self._stmt(stmt.orelse)

    def _loop(self, stmt: g.ForStmt | g.RangeStmt) -> frozenset[Out]:
        """A loop from its condition on."""
        endless = isinstance(stmt, g.ForStmt) and stmt.cond is None
        asked = self._simple(stmt.cond) if isinstance(stmt, g.ForStmt) else _ON
        if id(stmt) in self._loops:
            return asked - _ON if endless else asked
        self._loops.add(id(stmt))
        label = self._label(stmt)
        outs = self._stmt(stmt.body)
        self._loops.discard(id(stmt))
        again = {out for out in outs if out == _NEXT or (out[0] == "continue" and out[2] in (None, label))}
        done = self._broken(outs - again) | (_NOWHERE if endless else _ON)
        return self._then(asked, done)

    def _again(self, loop: g.ForStmt | g.RangeStmt, outs: frozenset[Out]) -> frozenset[Out]:
        """A turn of a loop is left: its end and `continue` lead to the next one."""
        label = self._label(loop)
        again = {out for out in outs if out == _NEXT or (out[0] == "continue" and out[2] in (None, label))}
        left = self._broken(outs - again)
        return left | self._loop(loop) if again else left

    def _label(self, stmt: g.Node) -> str | None:
        parent = self.body.parent(stmt)
        return parent.label if isinstance(parent, g.LabeledStmt) else None

    def _cases(self, stmt: g.SwitchStmt | g.TypeSwitchStmt | g.SelectStmt) -> frozenset[Out]:
        """A switch or select behind what it begins with."""
        outs: frozenset[Out] = _NOWHERE
        for case in stmt.cases:
            chosen = self._stmt(case.comm) if isinstance(stmt, g.SelectStmt) else _ON
            inner = self._then(chosen, self._list(case.body))
            outs |= self._fallen(case, stmt, inner)
        if not isinstance(stmt, g.SelectStmt) and not any(case.default for case in stmt.cases):
            outs |= _ON
        tag = stmt.tag if isinstance(stmt, g.SwitchStmt) else None
        asked = self._simple(stmt.x if isinstance(stmt, g.TypeSwitchStmt) else tag)
        return self._then(asked, self._broken(outs))

    def _broken(self, outs: frozenset[Out], label: str | None = None) -> frozenset[Out]:
        """What a `break` leaves has been left."""
        broken = {out for out in outs if out[0] == "break" and out[2] == label}
        return outs - broken | _ON if broken else outs


def _run_by(node: g.Node) -> Iterator[g.Node]:
    """The parts of a simple statement, without function literals that it only names."""
    todo: list[g.Node] = [node]
    while todo:
        at = todo.pop()
        yield at
        named = at.rhs if isinstance(at, g.AssignStmt) else at.values if isinstance(at, g.VarSpec) else []
        todo.extend(
            child
            for child in g.children(at)
            if not (isinstance(child, g.FuncLit) and any(value is child for value in named))
        )
