"""What becomes of a value: whether anything beyond the call that makes it takes hold of it."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import callees, type_expr
from gomaplint.model.names import Outside, builtin, is_standard, symbol
from gomaplint.model.program import Program
from gomaplint.model.reach import endless
from gomaplint.model.symbols import Func

_DEPTH = 5  # calls, results and locals followed; beyond, a value counts as kept


class Fates:
    """Answers for one program."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def kept(self, node: g.Node, body: Body) -> bool:
        """The value made by a literal, `new` or a declaration is kept beyond the call, as far as can be seen."""
        if isinstance(node, g.VarSpec):
            locals_ = [body.bound.get(name.pos) for name in node.names]
            return any(self._local(local, set(), 0) for local in locals_ if local is not None)
        return self._value(node, body, set(), 0)  # type: ignore[arg-type]

    def _value(self, x: g.Expr, body: Body, seen: set[int], depth: int) -> bool:
        if depth > _DEPTH:
            return True
        if id(x) in seen:
            return False
        seen.add(id(x))
        parent = body.parent(x)
        match parent:
            case g.UnaryExpr(op="&") | g.StarExpr() | g.TypeAssertExpr():
                return self._value(parent, body, seen, depth)
            case g.KeyValue():
                whole = body.parent(parent)
                return self._value(whole, body, seen, depth) if isinstance(whole, g.CompositeLit) else True
            case g.SelectorExpr():
                return self._selected(parent, body)
            case g.AssignStmt(lhs=lhs, rhs=rhs):
                targets = (
                    [t for t, v in zip(lhs, rhs, strict=False) if v is x] if len(lhs) == len(rhs) else lhs
                )
                if any(t is x for t in lhs):
                    return False
                return any(self._target(target, body, seen, depth) for target in targets)
            case g.VarSpec(names=names, values=values):
                if len(names) == len(values):
                    names = [n for n, v in zip(names, values, strict=True) if v is x]
                return any(self._target(name, body, seen, depth) for name in names)
            case g.ReturnStmt():
                return self._returned(parent, body, seen, depth)
            case g.CallExpr():
                return self._argument(x, parent, body, seen, depth)
            case g.SendStmt() | g.GoStmt():
                return True
        return False

    def _target(self, target: g.Expr, body: Body, seen: set[int], depth: int) -> bool:
        if isinstance(target, g.Ident):
            local = body.bound.get(target.pos)
            return target.name != "_" and (local is None or self._local(local, seen, depth + 1))
        return True

    def _local(self, local: Local, seen: set[int], depth: int) -> bool:
        body = local.body
        for use in local.uses:
            lit = body.lit_of(use)
            if lit is not local.lit and not _in_place(lit, body):
                return True  # a closure carries it away
            if any(endless(a, body) and not a.pos <= local.pos < a.end for a in body.ancestors(use)):
                return True  # the call itself goes on for ever
            if self._value(use, body, seen, depth):
                return True
        return False

    def _selected(self, selector: g.SelectorExpr, body: Body) -> bool:
        """A method started as a goroutine, or taken as a value, keeps its receiver."""
        parent = body.parent(selector)
        if isinstance(parent, g.CallExpr) and parent.fun is selector:
            return isinstance(body.parent(parent), g.GoStmt)
        return isinstance(parent, g.CallExpr) and bool(callees(g.CallExpr(0, 0, selector, [], False), body))

    def _returned(self, stmt: g.ReturnStmt, body: Body, seen: set[int], depth: int) -> bool:
        if body.lit_of(stmt) is not None or not isinstance(body.owner, Func):
            return True
        references = self.program.references(body.owner)
        if not references:
            return True
        return any(
            ref.call is None or self._value(ref.call, ref.body, seen, depth + 1) for ref in references[:40]
        )

    def _argument(self, x: g.Expr, call: g.CallExpr, body: Body, seen: set[int], depth: int) -> bool:
        if call.fun is x:
            return False
        if isinstance(body.parent(call), g.GoStmt):
            return True
        name = builtin(call, body)
        if name is not None:
            return name == "append" and self._value(call, body, seen, depth)
        if type_expr(call.fun, body) is not None:
            return self._value(call, body, seen, depth)
        found = symbol(call.fun, body)
        if isinstance(found, Outside):
            # What the standard library is handed it reads or fills, servers and handlers apart.
            return not is_standard(found.path) or found.path in ("net/http", "net/rpc", "expvar")
        funcs = callees(call, body)
        index = next((i for i, arg in enumerate(call.args) if arg is x), 0)
        for func in funcs:
            params = self.program.body(func).params
            if not params or self._local(params[min(index, len(params) - 1)], seen, depth + 1):
                return True
        return not funcs


def _in_place(lit: g.FuncLit | None, body: Body) -> bool:
    """A function literal that is called where it stands, or deferred."""
    if lit is None:
        return True
    call = body.parent(lit)
    return isinstance(call, g.CallExpr) and call.fun is lit and not isinstance(body.parent(call), g.GoStmt)
