"""When a piece of code runs: while the program starts, while it serves, or nobody knows."""

from __future__ import annotations

import enum
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.infer import Outside, callees, symbol, type_of
from gomaplint.model.program import Program, Reference
from gomaplint.model.symbols import Func, Scope, Var, is_exported, signature_type, underlying
from gomaplint.span import Span

_DEPTH = 12  # calls followed upwards
_SITES = 80  # call sites looked at for one function


class When(enum.Enum):
    """The time at which code runs; the later one wins where several hold."""

    NEVER = 0  # nothing in the module calls it
    START = 1  # only while the program starts
    OPEN = 2  # importers decide
    RUN = 3  # while the program runs
    REQUEST = 4  # once for each request, message or connection


class Run(NamedTuple):
    """When, and the place that shows it; `looped` where the way there leads through a loop."""

    when: When
    why: str
    at: Span | None
    looped: bool = False


class Reach:
    """Answers for one program; each function is decided once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._funcs: dict[Func, Run] = {}
        self._active: set[Func] = set()
        self._cuts = 0

    def of(self, node: g.Node, body: Body, depth: int = 0) -> Run:
        """When the code of a node runs."""
        run = self._of(node, body, depth)
        return run if run.looped or not in_loop(node, body) else run._replace(looped=True)

    def _of(self, node: g.Node, body: Body, depth: int) -> Run:
        inside: g.Node = node
        for parent in body.ancestors(node):
            if isinstance(parent, g.FuncLit):
                run = self._literal(parent, body, depth)
                if run is not None:
                    return run
            elif isinstance(parent, g.GoStmt) and not isinstance(node, g.CallExpr):
                return Run(When.RUN, "runs in a goroutine", _at(parent, body))
            elif isinstance(parent, g.ForStmt) and endless(parent) and inside is parent.body:
                outer = self.of(parent, body, depth)
                if outer.when is When.REQUEST:
                    return outer
                return Run(When.RUN, f"runs in the endless loop of {body}", _at(parent, body))
            inside = parent
        return self.owner(body, depth)

    def owner(self, body: Body, depth: int = 0) -> Run:
        """When the function itself, or a package variable's value, runs."""
        if isinstance(body.owner, Var):
            return Run(When.START, f"runs when {body.owner} is initialised", body.owner.at)
        return self.func(body.owner, depth)

    def func(self, func: Func, depth: int = 0) -> Run:
        """When a function is called."""
        known = self._funcs.get(func)
        if known is None:
            if func in self._active or depth > _DEPTH:
                self._cuts += 1
                return Run(When.NEVER, "", None)
            self._active.add(func)
            cuts = self._cuts
            known = self._decide(func, depth)
            self._active.discard(func)
            # An answer that rests on one still being looked for may be too early a time; a late one stays late.
            if not self._active or self._cuts == cuts or known.when in (When.RUN, When.REQUEST):
                self._funcs[func] = known
        return known

    def _decide(self, func: Func, depth: int) -> Run:
        span = func.file.span(func.fact.pos, func.fact.pos + 4)
        if (
            not func.fact.recv
            and func.name in ("init", "main")
            and (func.name == "init" or func.package.name == "main")
        ):
            return Run(When.START, f"runs in {func.name}", span)
        request = carrier(func)
        if request is not None:
            return Run(When.REQUEST, f"runs in {func}, which takes a {request}", span)
        best: Run | None = None
        references = self.program.references(func)
        for ref in references[:_SITES]:
            if ref.body.owner is func:
                continue
            if not ref.sure and not self._certain(ref):
                run = Run(When.OPEN, f"{func} may be called in {ref.body}", _at(ref.node, ref.body))
            else:
                run = self._reference(func, ref.node, ref.call, ref.body, depth)
            if best is None or run.when.value > best.when.value:
                best = run
            if best.when is When.REQUEST:
                break
        if best is not None and best.when is not When.NEVER:
            return best
        if func.exported and func.package.importable:
            return Run(When.OPEN, f"{func} is called by importers", span)
        if func.fact.recv and is_exported(func.name):
            return Run(When.OPEN, f"{func} may be called through an interface", span)
        if func.exported:
            return Run(When.NEVER, f"nothing in the module calls {func}", span)
        return best or Run(When.NEVER, f"nothing in the module calls {func}", span)

    def _certain(self, ref: Reference) -> bool:
        """The operand is an interface that the method's type satisfies, not merely something unknown."""
        return isinstance(ref.node, g.SelectorExpr) and isinstance(
            underlying(t.deref(type_of(ref.node.x, ref.body))), t.Interface
        )

    def _reference(self, func: Func, node: g.Expr, call: g.CallExpr | None, body: Body, depth: int) -> Run:
        if call is None:
            outer = self.of(node, body, depth + 1)
            passed = body.parent(node)
            if isinstance(passed, g.CallExpr) and self._runs_at_once(passed, node, body):
                return outer
            return Run(When.RUN, f"{func} is used as a value in {body}", _at(node, body))
        parent = body.parent(call)
        if isinstance(parent, g.GoStmt):
            return Run(When.RUN, f"{body} starts {func} as a goroutine", _at(parent, body))
        return self.of(call, body, depth + 1)

    def _literal(self, lit: g.FuncLit, body: Body, depth: int) -> Run | None:
        """When a function literal runs; None where it runs with the code around it."""
        request = carrier_of(lit.type, body)
        if request is not None:
            return Run(When.REQUEST, f"runs in a handler that takes a {request}", _at(lit, body))
        parent = body.parent(lit)
        match parent:
            case g.CallExpr():
                if parent.fun is lit:
                    started = body.parent(parent)
                    if isinstance(started, g.GoStmt):
                        return Run(When.RUN, "runs in a goroutine", _at(started, body))
                    return None
                if self._runs_at_once(parent, lit, body):
                    return None
                return Run(When.RUN, "runs as a callback", _at(parent, body))
            case g.AssignStmt() | g.VarSpec():
                local = next((n for n in body.locals if any(s.expr is lit for s in n.sources)), None)
                if local is not None and all(_is_call(use, body) for use in local.uses):
                    return None
            case g.KeyValue(key=g.Ident(name=("Run" | "RunE" | "Action" | "PreRun" | "PreRunE"))):
                return Run(When.START, "runs as a command of the program", _at(lit, body))
        return Run(When.RUN, "runs in a closure", _at(lit, body))

    def _runs_at_once(self, call: g.CallExpr, passed: g.Expr, body: Body) -> bool:
        """The callee runs the function it is passed before it returns, and never again."""
        table = knowledge.table("names")["runs-at-once"]
        found = symbol(call.fun, body)
        if isinstance(found, Outside) and found.path in table["packages"]:
            return True
        targets = callees(call, body)
        if targets:
            index = next((i for i, arg in enumerate(call.args) if arg is passed), 0)
            params = self.program.body(targets[0]).params
            return (
                index < len(params)
                and bool(params[index].uses)
                and all(_called_at_once(use, params[index].body) for use in params[index].uses)
            )
        fun = call.fun
        name = fun.sel.name if isinstance(fun, g.SelectorExpr) else ""
        return name in table["names"]


def _called_at_once(node: g.Ident, body: Body) -> bool:
    """A use of a function parameter that is a plain call in the function itself."""
    call = body.parent(node)
    return (
        isinstance(call, g.CallExpr)
        and call.fun is node
        and body.lit_of(node) is None
        and not isinstance(body.parent(call), g.GoStmt)
    )


def in_loop(node: g.Node, body: Body) -> bool:
    """The code stands in a loop of its function, closures looked through."""
    return any(isinstance(a, (g.ForStmt, g.RangeStmt)) for a in body.ancestors(node))


def endless(node: g.Node) -> bool:
    """A loop that ends with the program, not with its input: `for { }`, or a range over a channel."""
    return isinstance(node, g.ForStmt) and node.cond is None and node.init is None and node.post is None


def _is_call(use: g.Ident, body: Body) -> bool:
    parent = body.parent(use)
    if isinstance(parent, g.AssignStmt):
        return any(x is use for x in parent.lhs)
    return (
        isinstance(parent, g.CallExpr) and parent.fun is use and not isinstance(body.parent(parent), g.GoStmt)
    )


def _at(node: g.Node, body: Body) -> Span:
    return body.file.span(node.pos, node.end)


# -- requests


def carrier(func: Func) -> str | None:
    """The type of a parameter that stands for one request, message or connection."""
    if client(func.type):
        return None
    return next((found for of in func.type.params if (found := request_type(of)) is not None), None)


def client(of: t.Signature) -> bool:
    """A function that sends a request: it gives back the response."""
    return any(t.deref(r) == t.External("net/http", "Response") for r in of.results)


def carrier_of(of: g.FuncType, body: Body) -> str | None:
    """The same for a function literal."""
    signature = signature_type(of, Scope(body.file, body.env, body.types))
    if client(signature):
        return None
    return next((found for p in signature.params if (found := request_type(p)) is not None), None)


def request_type(of: t.Type | None) -> str | None:
    """The name of a type whose values each stand for one request, message or connection."""
    inner = t.deref(of)
    if isinstance(inner, t.External):
        if (inner.path, inner.name) in knowledge.request_types():
            return str(of)
    return None
