"""Whether a text is kept as a whole, besides the part of it that is being looked at."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.program import Program, result_of
from gomaplint.model.symbols import Func
from gomaplint.shapes import sharing
from gomaplint.shapes.ways import Place

_DEPTH = 4  # calls and variables crossed
_SITES = 12  # callers of one function


class Holds:
    """Follows a text forwards from the variables that hold it, the last to get it first.

    `kept` is a place that keeps it, `handed` one that hands it to code that is not known.
    """

    def __init__(self, program: Program, held: tuple[Local, ...]) -> None:
        self.program = program
        self.kept: Place | None = None
        self.handed: Place | None = None
        self.seen: set[Local] = set()
        self.first = held[0].body if held else None
        for local in held:
            self.local(local)

    def local(self, local: Local, depth: int = 0) -> None:
        if local in self.seen:
            return
        self.seen.add(local)
        if depth > _DEPTH:
            self.handed = self.handed or Place(g.Ident(local.pos, local.end, local.name), local.body)
            return
        for use in local.uses:
            if _later(use, local):
                self.handed = self.handed or Place(use, local.body)
            self.use(use, local.body, depth)

    def use(self, x: g.Expr, body: Body, depth: int) -> None:
        """See what the code around an expression that denotes the whole, or nearly all of it, does to it."""
        parent = body.parent(x)
        match parent:
            case g.CallExpr() if parent.fun is not x:
                self.argument(x, parent, body, depth)
            case g.UnaryExpr(op="&"):
                self.handed = self.handed or Place(parent, body)
            case g.IndexExpr(x=inner) if inner is not x and _assigned_to(parent, body):
                self.kept = self.kept or Place(parent, body)  # the key of an entry
            case g.SliceExpr(x=inner) if inner is x:
                share = sharing.sliced(parent, body)
                if share is not None and share.takes != "part":
                    self.use(parent, body, depth)
            case g.AssignStmt(lhs=lhs) if not any(target is x for target in lhs):
                target = next((to for to, value in zip(lhs, parent.rhs, strict=False) if value is x), lhs[0])
                self.assigned(target, parent, body, depth)
            case g.VarSpec(names=names, values=values):
                for name, value in zip(names, values, strict=False):
                    if value is x:
                        self.assigned(name, parent, body, depth)
            case g.KeyValue(value=value) if value is x:
                self.kept = self.kept or Place(parent, body)
            case g.SendStmt():
                self.kept = self.kept or Place(parent, body)
            case g.ReturnStmt(results=results):
                self.returned(
                    next((i for i, result in enumerate(results) if result is x), 0), parent, body, depth
                )

    def returned(self, number: int, stmt: g.ReturnStmt, body: Body, depth: int) -> None:
        if body is not self.first:
            return  # that is how it came to the first
        func = body.owner
        places = self.program.references(func) if isinstance(func, Func) and body.lit_of(stmt) is None else []
        for ref in places[:_SITES]:
            if ref.call is not None:
                for local in result_of(ref.call, ref.body, number):
                    self.local(local, depth + 1)
                if len(stmt.results) == 1:
                    self.use(ref.call, ref.body, depth + 1)
        if not places or len(places) > _SITES:
            self.handed = self.handed or Place(stmt, body)

    def assigned(self, target: g.Expr, stmt: g.Node, body: Body, depth: int) -> None:
        if isinstance(target, g.Ident):
            local = body.bound.get(target.pos)
            if local is not None:
                self.local(local, depth + 1)
            if local is not None or target.name == "_":
                return
        self.kept = self.kept or Place(stmt, body)

    def argument(self, x: g.Expr, call: g.CallExpr, body: Body, depth: int) -> None:
        name = builtin(call, body)
        if name is not None:
            bytes_ = sharing.holds_bytes(type_of(call, body))
            if name == "append" and not bytes_:
                self.kept = self.kept or Place(call, body)
            return
        if type_expr(call.fun, body) is not None:
            if not sharing.converted(call, body):
                self.use(call, body, depth)
            return
        share = sharing.called(call, body, 0, None, False)
        if share is not None:
            if share.of is x and share.takes != "part":
                self.use(call, body, depth)
            return
        if isinstance(symbol(call.fun, body), Outside):
            return  # what functions of libraries are given they read or fill
        funcs = callees(call, body)
        index = next((i for i, arg in enumerate(call.args) if arg is x), 0)
        for func in funcs:
            params = self.program.body(func).params
            if params:
                self.local(params[min(index, len(params) - 1)], depth + 1)
        if not funcs and not self.passing(call, body):
            self.handed = self.handed or Place(call, body)

    def passing(self, call: g.CallExpr, body: Body) -> bool:
        """A method of a reader, writer or logger: it does not keep what it is given."""
        fun = call.fun
        if not isinstance(fun, g.SelectorExpr):
            return False
        of = t.deref(type_of(fun.x, body))
        standard = isinstance(of, t.External) and "." not in of.path.partition("/")[0]
        return standard or fun.sel.name in knowledge.table("cuts")["passing"]["methods"]


def _assigned_to(x: g.Expr, body: Body) -> bool:
    stmt = body.parent(x)
    return isinstance(stmt, g.AssignStmt) and any(target is x for target in stmt.lhs)


def _later(use: g.Ident, local: Local) -> bool:
    """A use in a function literal that may run later, for as long as somebody has it."""
    lit = local.body.lit_of(use)
    call = local.body.parent(lit) if lit is not None and lit is not local.lit else None
    return call is not None and not (isinstance(call, g.CallExpr) and call.fun is lit)
