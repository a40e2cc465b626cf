"""One function with every name in it bound: locals, closures, and what stands around each node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gomaplint import goast as g
from gomaplint.facts import LoweredFunc, lower_func, lower_value
from gomaplint.model import types as t
from gomaplint.model.symbols import File, Func, TypeDecl, TypeEnv, Var


class Source(NamedTuple):
    """Where a local gets a value.

    `how` is value, result (of a call, `number` says which), key or element (of a range), case (of a type switch) or
    step (an assignment operator).
    """

    expr: g.Expr
    how: str
    number: int
    at: g.Node


@dataclass(eq=False, slots=True)
class Local:
    """A variable of a function; `kind` is param, recv, result, var, range, loop or case."""

    name: str
    pos: int
    end: int
    kind: str
    index: int
    type: g.Expr | None
    body: Body
    lit: g.FuncLit | None
    variadic: bool = False
    stmt: g.Node | None = None
    sources: list[Source] = field(default_factory=list)
    uses: list[g.Ident] = field(default_factory=list)


class Body:
    """A function body, or the values of a package variable, read once.

    `empty` leaves out what stands between the braces.
    `shallow` reads only as much of a variable's values as their type needs.
    `bound` maps the offset of an identifier to the local it means.
    `named` lists identifiers, selectors and literal keys by their last name.
    """

    def __init__(self, owner: Func | Var, *, shallow: bool = False, empty: bool = False) -> None:
        self.owner = owner
        self.file: File = owner.file
        self.bound: dict[int, Local] = {}
        self.locals: list[Local] = []
        self.parents: dict[int, g.Node] = {}
        self.named: dict[str, list[g.Ident | g.SelectorExpr]] = {}
        self.calls: list[g.CallExpr] = []
        self.assigns: list[g.AssignStmt | g.VarSpec] = []
        self.returns: list[g.ReturnStmt] = []
        self.ranges: list[g.RangeStmt] = []
        self.loops: list[g.ForStmt] = []
        self.lits: list[g.FuncLit] = []
        self.composites: list[g.CompositeLit] = []
        self.types: dict[str, TypeDecl] = {}
        self.params: list[Local] = []
        self.results: list[Local] = []
        self.recv: Local | None = None
        self.lit_params: dict[int, list[Local]] = {}
        self.lowered: LoweredFunc | None = None
        self.spec: g.VarSpec | None = None
        if isinstance(owner, Func):
            self.lowered = lower_func(self.file.source, owner.fact, body=not empty)
            owner.know(self.lowered)
        else:
            self.spec = owner.spec if shallow or empty else lower_value(self.file.source, owner.fact)
        self.type_cache: dict[int, t.Type | None] = {}
        _Binder(self).run()

    @property
    def env(self) -> TypeEnv:
        return self.owner.env if isinstance(self.owner, Func) else {}

    def parent(self, node: g.Node) -> g.Node | None:
        return self.parents.get(id(node))

    def ancestors(self, node: g.Node) -> Iterator[g.Node]:
        """The nodes around one, from the inside out."""
        at = self.parents.get(id(node))
        while at is not None:
            yield at
            at = self.parents.get(id(at))

    def left_by_break(self, node: g.Node) -> g.Node | None:
        """The loop, switch or select that a plain `break` at this node leaves."""
        kinds = (g.ForStmt, g.RangeStmt, g.SwitchStmt, g.TypeSwitchStmt, g.SelectStmt)
        return next((a for a in self.ancestors(node) if isinstance(a, kinds)), None)

    def lit_of(self, node: g.Node) -> g.FuncLit | None:
        """The function literal that runs this node, or None for the function itself."""
        return next((a for a in self.ancestors(node) if isinstance(a, g.FuncLit)), None)

    def __str__(self) -> str:
        return str(self.owner)


Frame = dict[str, Local | None]


class _Binder:
    """Walks a body once, scope by scope."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.parents, self.named = body.parents, body.named
        self.declared: set[str] = set()
        self.frames: list[Frame] = []
        self.lit: g.FuncLit | None = None

    def run(self) -> None:
        body, lowered = self.body, self.body.lowered
        if lowered is not None:
            self.frames = [{}]
            if lowered.recv is not None and lowered.recv.name:
                body.recv = self.declare_param(lowered.recv, "recv", 0)
            body.params, body.results = self.signature(lowered.type)
            if lowered.body is not None:
                for stmt in lowered.body.body:  # in the block of the parameters
                    self.stmt(stmt, lowered.body)
        elif body.spec is not None:
            self.frames = [{}]
            for value in body.spec.values:
                self.expr(value, body.spec)

    # -- declaring

    def declare(
        self, name: g.Ident, kind: str, of: g.Expr | None = None, stmt: g.Node | None = None
    ) -> Local | None:
        if name.name == "_":
            return None
        local = Local(name.name, name.pos, name.end, kind, 0, of, self.body, self.lit, stmt=stmt)
        self.frames[-1][name.name] = local
        self.declared.add(name.name)
        self.body.bound[name.pos] = local
        self.body.locals.append(local)
        return local

    def declare_param(self, param: g.Param, kind: str, index: int) -> Local:
        local = Local(
            param.name or "_",
            param.pos,
            param.end,
            kind,
            index,
            param.type,
            self.body,
            self.lit,
            param.variadic,
        )
        if param.name and param.name != "_":
            self.frames[-1][param.name] = local
            self.declared.add(param.name)
            self.body.locals.append(local)
        return local

    def signature(self, of: g.FuncType) -> tuple[list[Local], list[Local]]:
        params = [self.declare_param(p, "param", i) for i, p in enumerate(of.params)]
        results = [self.declare_param(p, "result", i) for i, p in enumerate(of.results)]
        return params, results

    def find(self, name: str) -> Local | None:
        for frame in reversed(self.frames):
            if name in frame:
                return frame[name]
        return None

    # -- statements

    def stmts(self, parent: g.Node, stmts: list[g.Stmt]) -> None:
        self.frames.append({})
        for stmt in stmts:
            self.stmt(stmt, parent)
        self.frames.pop()

    def stmt(self, s: g.Stmt | None, parent: g.Node) -> None:
        if s is None:
            return
        self.parents[id(s)] = parent
        match s:
            case g.AssignStmt():
                self.assign(s)
            case g.VarSpec():
                self.var(s)
            case g.TypeSpec():
                self.body.types[s.name] = TypeDecl(self.body.file, s.name, None, s)
            case g.ExprStmt(x=x):
                self.expr(x, s)
            case g.GoStmt(call=call) | g.DeferStmt(call=call):
                self.expr(call, s)
            case g.SendStmt(chan=chan, value=value):
                self.expr(chan, s)
                self.expr(value, s)
            case g.ReturnStmt(results=results):
                self.body.returns.append(s)
                for result in results:
                    self.expr(result, s)
            case g.BlockStmt(body=body):
                self.stmts(s, body)
            case g.LabeledStmt(stmt=inner):
                self.stmt(inner, s)
            case g.BranchStmt():
                pass
            case _:
                self.frames.append({})
                self.compound(s)
                self.frames.pop()

    def compound(self, s: g.Stmt) -> None:
        match s:
            case g.IfStmt():
                self.stmt(s.init, s)
                self.expr(s.cond, s)
                self.stmt(s.body, s)
                self.stmt(s.orelse, s)
            case g.ForStmt():
                self.body.loops.append(s)
                self.stmt(s.init, s)
                if isinstance(s.init, g.AssignStmt) and s.init.op == ":=":
                    for name in s.init.lhs:
                        if isinstance(name, g.Ident) and (local := self.find(name.name)) is not None:
                            local.kind, local.stmt = "loop", s
                if s.cond is not None:
                    self.expr(s.cond, s)
                self.stmt(s.post, s)
                self.stmt(s.body, s)
            case g.RangeStmt():
                self.range(s)
            case g.SwitchStmt():
                self.stmt(s.init, s)
                if s.tag is not None:
                    self.expr(s.tag, s)
                for case in s.cases:
                    self.case(case, s, True)
            case g.TypeSwitchStmt():
                self.stmt(s.init, s)
                self.expr(s.x, s)
                for case in s.cases:
                    self.frames.append({})
                    if s.bind is not None and s.bind.name != "_":
                        of = case.exprs[0] if len(case.exprs) == 1 else None
                        name = g.Ident(case.pos, case.pos, s.bind.name)
                        local = self.declare(name, "case", of, s)
                        if local is not None:
                            local.sources.append(Source(s.x, "case", 0, s))
                    self.case(case, s, False)
                    self.frames.pop()
            case g.SelectStmt():
                for case in s.cases:
                    self.frames.append({})
                    self.stmt(case.comm, case)
                    self.case(case, s, False)
                    self.frames.pop()

    def case(self, case: g.CaseClause, parent: g.Node, values: bool) -> None:
        self.parents[id(case)] = parent
        if values:
            for x in case.exprs:
                self.expr(x, case)
        self.stmts(case, case.body)

    def range(self, s: g.RangeStmt) -> None:
        self.body.ranges.append(s)
        self.expr(s.x, s)
        for target, how in ((s.key, "key"), (s.value, "element")):
            if target is None:
                continue
            if s.define and isinstance(target, g.Ident):
                self.parents[id(target)] = s
                local = self.declare(target, "range", None, s)
            else:
                self.expr(target, s)
                local = self.body.bound.get(target.pos) if isinstance(target, g.Ident) else None
            if local is not None:
                local.sources.append(Source(s.x, how, 0, s))
        self.stmt(s.body, s)

    def assign(self, s: g.AssignStmt) -> None:
        self.body.assigns.append(s)
        for value in s.rhs:
            self.expr(value, s)
        spread = len(s.lhs) > 1 and len(s.rhs) == 1
        for i, target in enumerate(s.lhs):
            local: Local | None = None
            if isinstance(target, g.Ident):
                known = self.frames[-1].get(target.name) if s.op == ":=" else self.find(target.name)
                if s.op == ":=" and known is None:
                    self.parents[id(target)] = s
                    local = self.declare(target, "var", None, s)
                else:
                    self.expr(target, s)
                    local = known
            else:
                self.expr(target, s)
            if local is not None and s.rhs:
                if spread:
                    local.sources.append(Source(s.rhs[0], "result", i, s))
                elif i < len(s.rhs):
                    local.sources.append(Source(s.rhs[i], "value" if s.op in ("=", ":=") else "step", 0, s))

    def var(self, s: g.VarSpec) -> None:
        if not s.const:
            self.body.assigns.append(s)
        if s.type is not None:
            self.expr(s.type, s)
        for value in s.values:
            self.expr(value, s)
        spread = len(s.names) > 1 and len(s.values) == 1
        for i, name in enumerate(s.names):
            self.parents[id(name)] = s
            local = self.declare(name, "const" if s.const else "var", s.type, s)
            if local is not None and s.values:
                if spread:
                    local.sources.append(Source(s.values[0], "result", i, s))
                elif i < len(s.values):
                    local.sources.append(Source(s.values[i], "value", 0, s))

    # -- expressions

    def expr(self, x: g.Node, parent: g.Node) -> None:
        self.parents[id(x)] = parent
        bind = _EXPRESSIONS.get(type(x))
        if bind is not None:
            bind(self, x)
        else:
            for child in g.children(x):
                self.expr(child, x)

    def ident(self, x: g.Ident) -> None:
        name = x.name
        if name in self.declared and (local := self.find(name)) is not None:
            self.body.bound[x.pos] = local
            local.uses.append(x)
        self.named.setdefault(name, []).append(x)

    def selector(self, x: g.SelectorExpr) -> None:
        self.named.setdefault(x.sel.name, []).append(x)
        self.expr(x.x, x)

    def call(self, x: g.CallExpr) -> None:
        self.body.calls.append(x)
        self.expr(x.fun, x)
        for arg in x.args:
            self.expr(arg, x)

    def composite(self, x: g.CompositeLit) -> None:
        self.body.composites.append(x)
        if x.type is not None:
            self.expr(x.type, x)
        keys = isinstance(x.type, (g.MapType, g.ArrayType))
        for element in x.elts:
            self.parents[id(element)] = x
            key = element.key
            if isinstance(key, g.Ident) and not keys:
                # The name of a field, unless the literal's type is a named map: then the key is lost.
                self.parents[id(key)] = element
                self.named.setdefault(key.name, []).append(key)
            elif key is not None:
                self.expr(key, element)
            self.expr(element.value, element)

    def binary(self, x: g.BinaryExpr) -> None:
        # The left spine of a long sum, without a level of recursion for each term.
        spine = [x]
        while isinstance(left := spine[-1].x, g.BinaryExpr):
            self.parents[id(left)] = spine[-1]
            spine.append(left)
        self.expr(spine[-1].x, spine[-1])
        for part in reversed(spine):
            self.expr(part.y, part)

    def function(self, x: g.FuncLit) -> None:
        self.body.lits.append(x)
        outer, self.lit = self.lit, x
        self.frames.append({})
        params, _results = self.signature(x.type)
        self.body.lit_params[id(x)] = params
        for stmt in x.body:
            self.stmt(stmt, x)
        self.frames.pop()
        self.lit = outer


def _nothing(binder: _Binder, x: g.Node) -> None:
    """What is written inside a type binds no name of the function."""


_EXPRESSIONS: dict[type, Callable[[_Binder, Any], None]] = {
    g.Ident: _Binder.ident,
    g.SelectorExpr: _Binder.selector,
    g.CallExpr: _Binder.call,
    g.CompositeLit: _Binder.composite,
    g.BinaryExpr: _Binder.binary,
    g.FuncLit: _Binder.function,
    g.StructType: _nothing,
    g.InterfaceType: _nothing,
    g.FuncType: _nothing,
}
