"""What an assignment makes of a slice that was there before: longer, shorter, or another one."""

from __future__ import annotations

import enum
from collections.abc import Callable

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import callee
from gomaplint.model.infer import callees, type_expr
from gomaplint.model.names import builtin
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func

_DEPTH = 2  # functions followed

Held = Callable[[g.Expr, Body], bool]
"""Whether an expression gives the old slice as it is."""


class Change(enum.Enum):
    """What becomes of the slice."""

    SAME = "same"
    LONGER = "longer"
    SHORTER = "shorter"
    FIRST = "first"  # a literal, or one just made
    OTHER = "other"


def change(value: g.Expr, body: Body, program: Program, held: Held, depth: int = _DEPTH) -> Change:
    """What an assigned value is compared with the slice before; both longer and shorter is another one."""
    return _Reader(program, held, depth).value(value, body)


class _Reader:
    def __init__(self, program: Program, held: Held, depth: int) -> None:
        self.program = program
        self.held = held
        self.depth = depth
        self.reading: set[Local] = set()

    def value(self, x: g.Expr, body: Body) -> Change:
        local = body.bound.get(x.pos) if isinstance(x, g.Ident) else None
        held = self.held(x, body)
        if local is not None:
            return self.local(local, body, held)
        if held:
            return Change.SAME
        match x:
            case g.Ident(name="nil"):
                return Change.FIRST
            case g.CompositeLit():
                return Change.FIRST
            case g.SliceExpr(x=inner):
                return self._cut(self.value(inner, body), x, body)
            case g.CallExpr():
                return self._call(x, body)
        return Change.OTHER

    def _cut(self, whole: Change, x: g.SliceExpr, body: Body) -> Change:
        if whole not in (Change.SAME, Change.SHORTER) or not x.bounds:
            return whole
        text = body.file.text(x, 1000)
        if text.endswith("[:0]"):
            return Change.FIRST  # the space of the old one, to be filled again
        low = x.bounds[0] if text.endswith(":]") else None
        local = body.bound.get(low.pos) if isinstance(low, g.Ident) else None
        if local is not None and len(local.sources) == 1:
            low = local.sources[0].expr
        # old[len(old)-n:] keeps the last n.
        last = isinstance(low, g.BinaryExpr) and low.op == "-"
        return Change.SAME if last else Change.SHORTER

    def local(self, local: Local, body: Body, held: bool) -> Change:
        """A local by all that it is given; one that is filled with some of the old elements is shorter."""
        if local in self.reading:
            return Change.SAME
        if not held and local.kind not in ("var", "result"):
            return Change.OTHER
        self.reading.add(local)
        given = [s.expr for s in local.sources if s.how in ("value", "result")]
        first = {self.value(x, body) for x in given if not _names(x, local, body)}
        later = {self.value(x, body) for x in given if _names(x, local, body)}
        shorter = not held and self._filtered(local, body)
        self.reading.discard(local)
        if shorter:
            return Change.SHORTER
        begun = held or bool(first - {Change.FIRST})
        if not held and (len(given) < len(local.sources) or (later and not begun)):
            return Change.OTHER  # built from something else
        found = first | later | ({Change.SAME} if held else set())
        if Change.OTHER in found:
            return Change.OTHER
        if Change.SHORTER in found:
            return Change.SHORTER if Change.LONGER not in found else Change.OTHER
        return next((c for c in (Change.LONGER, Change.SAME) if c in found), Change.FIRST)

    def _filtered(self, local: Local, body: Body) -> bool:
        """It begins empty, and gains elements of the old slice, each under a condition."""
        fills = [
            s for s in local.sources if isinstance(s.expr, g.CallExpr) and builtin(s.expr, body) == "append"
        ]
        others = [s for s in local.sources if s not in fills]
        if not fills or not all(self._none(s.expr, body) for s in others):
            return False
        return all(isinstance(s.expr, g.CallExpr) and self._takes_some(s.expr, local, body) for s in fills)

    def _none(self, x: g.Expr, body: Body) -> bool:
        """An empty slice, or the space of the old one: nil, make([]T, 0), old[:0]."""
        filled = isinstance(x, g.CompositeLit) and bool(x.elts)
        return not filled and self.value(x, body) is Change.FIRST

    def _takes_some(self, call: g.CallExpr, local: Local, body: Body) -> bool:
        """`kept = append(kept, old)` in a loop over the old slice, where not every round comes to it."""
        first = call.args[0] if call.args else None
        if not isinstance(first, g.Ident) or body.bound.get(first.pos) is not local or len(call.args) != 2:
            return False
        loop = next((a for a in body.ancestors(call) if isinstance(a, g.RangeStmt)), None)
        if loop is None or not self._same(loop.x, body):
            return False
        taken = call.args[1]
        start = g.root(taken)
        element = body.bound.get(start.pos) if isinstance(start, g.Ident) else None
        value = body.bound.get(loop.value.pos) if isinstance(loop.value, g.Ident) else None
        indexed = isinstance(taken, g.IndexExpr) and self._same(taken.x, body)
        if not indexed and (element is None or element is not value):
            return False
        return _conditional(call, loop, body)

    def _same(self, x: g.Expr, body: Body) -> bool:
        return self.value(x, body) in (Change.SAME, Change.SHORTER)

    def _call(self, x: g.CallExpr, body: Body) -> Change:
        name = builtin(x, body)
        if name == "append" and x.args:
            return self._append(x, body)
        if name == "make":
            return Change.FIRST
        if name is not None or not x.args:
            return Change.OTHER
        if type_expr(x.fun, body) is not None:
            return self.value(x.args[0], body)
        found = callee(x, body)
        if found is not None and found[1] in knowledge.shorteners(found[0]):
            return Change.SHORTER if self._same(x.args[0], body) else Change.OTHER
        funcs = callees(x, body) if self.depth > 0 else []
        results = {self._returned(func, x, body) for func in funcs}
        return results.pop() if len(results) == 1 else Change.OTHER

    def _append(self, x: g.CallExpr, body: Body) -> Change:
        first = self.value(x.args[0], body)
        if (
            x.ellipsis
            and len(x.args) == 2
            and isinstance(x.args[1], g.SliceExpr)
            and self._same(x.args[1].x, body)
        ):
            # append(s[:i], s[i+1:]...), and the same with a copy: append(append(nil, s[:i]...), s[i+1:]...)
            return Change.LONGER if _opened(x.args[0], x.args[1], body) else Change.SHORTER
        if first is Change.SAME:
            return Change.LONGER
        return Change.OTHER if first is Change.SHORTER else first

    def _returned(self, func: Func, call: g.CallExpr, body: Body) -> Change:
        """What a function of the module gives back, where one of its parameters is the old slice."""
        inside = self.program.body(func)
        given = [
            p
            for p, arg in zip(inside.params, call.args, strict=False)
            if not p.variadic and self._same(arg, body)
        ]
        if len(given) != 1 or not func.type.results:
            return Change.OTHER

        def held(x: g.Expr, at: Body) -> bool:
            return isinstance(x, g.Ident) and at.bound.get(x.pos) is given[0]

        found = {
            change(stmt.results[0], inside, self.program, held, self.depth - 1)
            for stmt in inside.returns
            if stmt.results and inside.lit_of(stmt) is None
        }
        found.discard(Change.FIRST)  # nil where nothing is left
        if Change.SHORTER in found and found <= {Change.SHORTER, Change.SAME}:
            return Change.SHORTER
        return found.pop() if len(found) == 1 else Change.OTHER


def _names(x: g.Expr, local: Local, body: Body) -> bool:
    return any(isinstance(n, g.Ident) and body.bound.get(n.pos) is local for n in g.walk(x))


def _conditional(call: g.CallExpr, loop: g.RangeStmt, body: Body) -> bool:
    """Not every round of the loop comes to the call: it stands in an if, or behind a `continue`."""
    for around in body.ancestors(call):
        if around is loop:
            break
        if isinstance(around, (g.IfStmt, g.CaseClause)):
            return True
    return any(
        isinstance(node, g.BranchStmt) and node.tok == "continue" and node.pos < call.pos
        for node in g.walk(loop.body)
    )


def _opened(front: g.Expr, rest: g.SliceExpr, body: Body) -> bool:
    """`append(s[:i+1], s[i:]...)`: an element stands twice, and one of the two is to be set anew."""
    if not isinstance(front, g.SliceExpr) or len(front.bounds) != 1 or len(rest.bounds) != 1:
        return False
    high, low = front.bounds[0], rest.bounds[0]
    return (
        isinstance(high, g.BinaryExpr)
        and high.op == "+"
        and body.file.text(high.x, 1000) == body.file.text(low, 1000)
    )
