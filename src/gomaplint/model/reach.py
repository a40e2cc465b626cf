"""When a piece of code runs: while the program starts, while it serves, or nobody knows."""

from __future__ import annotations

import enum
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.infer import callees, type_of
from gomaplint.model.names import Outside, symbol
from gomaplint.model.program import Program, Reference
from gomaplint.model.symbols import Func, Scope, Var, is_exported, signature_type, underlying
from gomaplint.span import Span

_FUNCS = 400  # functions above one that are looked at
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


class _Way(NamedTuple):
    """How one place is reached: at a time of its own, or whenever a body runs but at `run` at the earliest."""

    run: Run | None
    body: Body | None
    looped: bool


class Reach:
    """Answers for one program; the callers of each function are looked at once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._funcs: dict[Func, Run] = {}
        self._ways: dict[Func, list[_Way]] = {}

    def of(self, node: g.Node, body: Body) -> Run:
        """When the code of a node runs."""
        way = self._way(node, body)
        run = self.owner(way.body) if way.body is not None else way.run
        assert run is not None
        if way.body is not None and way.run is not None and run.when in (When.START, When.OPEN):
            run = way.run
        return run if run.looped or not way.looped else run._replace(looped=True)

    def owner(self, body: Body) -> Run:
        """When the function itself, or a package variable's value, runs."""
        if isinstance(body.owner, Var):
            return Run(When.START, f"runs when {body.owner} is initialised", body.owner.at)
        return self.func(body.owner)

    def func(self, func: Func) -> Run:
        """When a function is called: the latest time at which any chain of callers begins."""
        known = self._funcs.get(func)
        if known is None:
            known = self._funcs[func] = self._search(func)
        return known

    def called(self, func: Func) -> bool:
        """Anything outside tests calls the function, or may: a question of one step, where `func` climbs to the top."""
        if func.exported and func.package.importable:
            return True
        if (
            func.name in ("init", "main")
            or carrier(func) is not None
            or (func.fact.recv and is_exported(func.name))
        ):
            return True
        return any(ref.body.owner is not func for ref in self.program.references(func))

    def _search(self, func: Func) -> Run:
        best: Run | None = None
        todo: list[tuple[Func, bool]] = [(func, False)]
        seen = {func}
        while todo and (best is None or best.when is not When.REQUEST):
            at, looped = todo.pop(0)
            for way in self._callers(at):
                around = looped or way.looped
                found = way.run
                if way.body is not None and isinstance(way.body.owner, Var):
                    found = self.owner(way.body)
                elif way.body is not None and isinstance(way.body.owner, Func) and way.body.owner not in seen:
                    seen.add(way.body.owner)
                    todo.append((way.body.owner, around))
                if found is not None and (best is None or found.when.value > best.when.value):
                    best = found._replace(looped=found.looped or around)
            if len(seen) > _FUNCS:
                at_once = Run(When.OPEN, f"{func} has more callers than are followed", _head(func))
                return best if best is not None and best.when.value > When.OPEN.value else at_once
        return best or Run(When.NEVER, f"nothing in the module calls {func}", _head(func))

    def _callers(self, func: Func) -> list[_Way]:
        """The ways to a function: its own nature, or the places that name it."""
        found = self._ways.get(func)
        if found is None:
            found = self._ways[func] = self._find_callers(func)
        return found

    def _find_callers(self, func: Func) -> list[_Way]:
        span = _head(func)
        program = func.name == "init" or (func.name == "main" and func.package.name == "main")
        if program and not func.fact.recv:
            return [_Way(Run(When.START, f"runs in {func.name}", span), None, False)]
        request = carrier(func)
        if request is not None:
            return [_Way(Run(When.REQUEST, f"runs in {func}, which takes {request}", span), None, False)]
        references = [r for r in self.program.references(func) if r.body.owner is not func]
        ways = [self._reference(func, ref) for ref in references[:_SITES]]
        if ways:
            return ways
        if func.exported and func.package.importable:
            return [_Way(Run(When.OPEN, f"{func} is called by importers", span), None, False)]
        if func.fact.recv and is_exported(func.name):
            return [_Way(Run(When.OPEN, f"{func} may be called through an interface", span), None, False)]
        return [_Way(Run(When.NEVER, f"nothing in the module calls {func}", span), None, False)]

    def _reference(self, func: Func, ref: Reference) -> _Way:
        node, body = ref.node, ref.body
        if ref.how == "name":
            return _Way(Run(When.OPEN, f"{func} may be called in {body}", _at(node, body)), None, False)
        if ref.call is None:
            passed = body.parent(node)
            if isinstance(passed, g.CallExpr) and _runs_once(passed, body):
                return _at_all(When.START, "runs once", passed, body)
            if isinstance(passed, g.CallExpr) and self.runs_at_once(passed, node, body):
                return self._way(node, body)
            return _Way(Run(When.RUN, f"{func} is used as a value in {body}", _at(node, body)), None, False)
        parent = body.parent(ref.call)
        if isinstance(parent, g.GoStmt):
            return self._goroutine(f"{body} starts {func} as a goroutine", parent, body)
        return self._way(ref.call, body)

    def _goroutine(self, why: str, start: g.GoStmt, body: Body) -> _Way:
        """What a goroutine does, it does at run time, and for each request if a request starts it."""
        way = self._way(start, body)
        return way._replace(run=Run(When.RUN, why, _at(start, body))) if way.body is not None else way

    def _way(self, node: g.Node, body: Body) -> _Way:
        """How a node is reached within its function."""
        inside, looped, earliest = node, False, None
        for parent in body.ancestors(node):
            if isinstance(parent, (g.ForStmt, g.RangeStmt)):
                looped = True
                if endless(parent, body) and inside is parent.body and earliest is None:
                    earliest = Run(When.RUN, f"runs in the endless loop of {body}", _at(parent, body))
            elif isinstance(parent, g.FuncLit):
                way = self._literal(parent, body)
                if way is not None:
                    return way._replace(looped=looped or way.looped or in_loop(parent, body))
            inside = parent
        return _Way(earliest, body, looped)

    def _literal(self, lit: g.FuncLit, body: Body) -> _Way | None:
        """When a function literal runs; None where it runs with the code around it."""
        request = carrier_of(lit.type, body)
        if request is not None:
            return _at_all(When.REQUEST, f"runs in a handler that takes {request}", lit, body)
        parent = body.parent(lit)
        match parent:
            case g.CallExpr():
                return self._literal_in_call(lit, parent, body)
            case g.AssignStmt() | g.VarSpec():
                local = next((n for n in body.locals if any(s.expr is lit for s in n.sources)), None)
                if local is not None and all(_is_call(use, body) for use in local.uses):
                    return None
            case g.KeyValue(key=g.Ident(name=("Run" | "RunE" | "Action" | "PreRun" | "PreRunE"))):
                return _at_all(When.START, "runs as a command of the program", lit, body)
        return _at_all(When.RUN, "runs in a closure", lit, body)

    def _literal_in_call(self, lit: g.FuncLit, call: g.CallExpr, body: Body) -> _Way | None:
        if call.fun is lit:
            started = body.parent(call)
            return (
                self._goroutine("runs in a goroutine", started, body)
                if isinstance(started, g.GoStmt)
                else None
            )
        if _runs_once(call, body):
            return _at_all(When.START, "runs once", call, body)
        return (
            None
            if self.runs_at_once(call, lit, body)
            else _at_all(When.RUN, "runs as a callback", call, body)
        )

    def runs_at_once(self, call: g.CallExpr, passed: g.Expr, body: Body) -> bool:
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


def looped(node: g.Node, body: Body) -> bool:
    """The code stands in a loop of the function literal or function that runs it."""
    for parent in body.ancestors(node):
        if isinstance(parent, g.FuncLit):
            return False
        if isinstance(parent, (g.ForStmt, g.RangeStmt)):
            return True
    return False


def in_loop(node: g.Node, body: Body) -> bool:
    """The code stands in a loop of its function, closures looked through."""
    return any(isinstance(a, (g.ForStmt, g.RangeStmt)) for a in body.ancestors(node))


def _at_all(when: When, why: str, node: g.Node, body: Body) -> _Way:
    return _Way(Run(when, why, _at(node, body)), None, False)


def _runs_once(call: g.CallExpr, body: Body) -> bool:
    """`once.Do(f)`, `sync.OnceFunc(f)`: whoever comes first runs it, and nobody after."""
    found = symbol(call.fun, body)
    if isinstance(found, Outside):
        return found.path == "sync" and found.name.startswith("Once")
    return (
        isinstance(call.fun, g.SelectorExpr)
        and call.fun.sel.name == "Do"
        and t.deref(type_of(call.fun.x, body)) == t.External("sync", "Once")
    )


def endless(node: g.Node, body: Body) -> bool:
    """A loop that no condition of its own ends: `for { }`, or a range over a channel."""
    if isinstance(node, g.RangeStmt):
        return isinstance(underlying(type_of(node.x, body)), t.Chan)
    return isinstance(node, g.ForStmt) and node.cond is None and node.init is None and node.post is None


def _is_call(use: g.Ident, body: Body) -> bool:
    parent = body.parent(use)
    if isinstance(parent, g.AssignStmt):
        return any(x is use for x in parent.lhs)
    return (
        isinstance(parent, g.CallExpr) and parent.fun is use and not isinstance(body.parent(parent), g.GoStmt)
    )


def _head(func: Func) -> Span:
    return func.file.span(func.fact.pos, func.fact.pos + 4)


def _at(node: g.Node, body: Body) -> Span:
    return body.file.span(node.pos, node.end)


# -- requests


def carrier(func: Func) -> str | None:
    """The type of a parameter that stands for one request, message or connection."""
    if client(func.type):
        return None
    return next((found for of in func.type.params if (found := request_type(of)) is not None), None)


def client(of: t.Signature) -> bool:
    """A function on the sending side of a request: it takes or gives back the response."""
    response = t.External("net/http", "Response")
    return any(t.deref(each) == response for each in (*of.params, *of.results))


def carrier_of(of: g.FuncType, body: Body) -> str | None:
    """The same for a function literal."""
    signature = signature_type(of, Scope(body.file, body.env, body.types))
    if client(signature):
        return None
    return next((found for p in signature.params if (found := request_type(p)) is not None), None)


def request_type(of: t.Type | None) -> str | None:
    """The name of a type whose values each stand for one request, message or connection."""
    inner = t.deref(of)
    if isinstance(inner, t.External) and (inner.path, inner.name) in knowledge.request_types():
        return str(of)
    return None
