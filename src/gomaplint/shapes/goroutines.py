"""Whether several goroutines run a piece of code at once, and the place that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.forever import goes_on
from gomaplint.model.infer import callees
from gomaplint.model.origins import is_rpc
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, client, endless
from gomaplint.model.symbols import Func, Scope, signature_type, underlying
from gomaplint.span import Span

_SITES = 60  # call sites looked at for one function
_PLACES = 300  # places above one that are looked at
_HOPS = 8  # calls from one to the next
_INTERFACES = (
    1  # of them through an interface: each may lead to another implementation than the one that runs
)


class Crowd(NamedTuple):
    """Why several goroutines run some code at once; `way` are the calls that lead to it, the outermost first."""

    why: str
    at: Span
    way: tuple[Span, ...] = ()
    calls: tuple[tuple[g.Node, Body], ...] = ()


class _Place(NamedTuple):
    """Code on the way up; `spawned` where the way here leads through a goroutine's beginning."""

    node: g.Node
    body: Body
    spawned: bool
    calls: tuple[tuple[g.Node, Body], ...] = ()
    unsure: int = 0


class Goroutines:
    """Answers for one program."""

    def __init__(self, program: Program, reach: Reach) -> None:
        self.program = program
        self.reach = reach

    def of(self, node: g.Node, body: Body) -> Crowd | None:
        """What makes several goroutines run this code, if anything is seen to."""
        todo, seen = [_Place(node, body, False)], set[tuple[int, bool]]()
        while todo and len(seen) <= _PLACES:
            place = todo.pop(0)
            for found in self._above(place):
                if isinstance(found, _Place):
                    mark, unsure = (id(found.node), found.spawned), place.unsure + found.unsure
                    if mark not in seen and unsure <= _INTERFACES and len(place.calls) < _HOPS:
                        seen.add(mark)
                        calls = ((found.node, found.body), *place.calls)
                        todo.append(found._replace(calls=calls, unsure=unsure))
                else:
                    return found._replace(way=tuple(_at(*c) for c in place.calls), calls=place.calls)
        return None

    def _above(self, place: _Place) -> Iterator[Crowd | _Place]:
        """What makes one place run in several goroutines, or the places that lead to it."""
        node, body, spawned = place[:3]
        for parent in body.ancestors(node):
            match parent:
                case g.GoStmt():
                    spawned, node = True, parent
                case g.ForStmt() | g.RangeStmt():
                    direct = isinstance(node, g.GoStmt) or node is not place.node
                    if spawned and _many(parent, node, body) and (direct or goes_on(parent, body)):
                        yield Crowd("runs in goroutines begun by a loop", _at(node, body))
                        return
                case g.FuncLit():
                    served = _served(signature_type(parent.type, Scope(body.file, body.env, body.types)))
                    if served is not None:
                        why = f"runs in a handler that takes {served}, in a goroutine for each"
                        yield Crowd(why, _at(parent, body))
                        return
                    around = body.parent(parent)
                    if not isinstance(around, g.CallExpr):
                        yield from _calls_of(parent, body, spawned)
                        return
                    if around.fun is not parent:
                        begun = self._begun(around, parent, body)
                        if isinstance(begun, Crowd):
                            yield begun
                            return
                        if begun:
                            spawned, node = True, around
                        elif not self.reach.runs_at_once(around, parent, body):
                            return
        if isinstance(body.owner, Func):
            yield from self._callers(body.owner, spawned)

    def _callers(self, func: Func, spawned: bool) -> Iterator[Crowd | _Place]:
        served = _serving(func)
        if served is not None:
            at = func.file.span(func.fact.pos, func.fact.pos + 4)
            yield Crowd(f"runs in {func}, which {served}", at)
            return
        for ref in self.program.references(func)[:_SITES]:
            if ref.how == "name" or ref.body.file.for_tests or ref.body.owner is func:
                continue
            if ref.call is not None:
                yield _Place(ref.call, ref.body, spawned, unsure=not ref.sure)
                continue
            passed = ref.body.parent(ref.node)
            if isinstance(passed, g.CallExpr):
                begun = self._begun(passed, ref.node, ref.body)
                if isinstance(begun, Crowd):
                    yield begun
                elif begun or self.reach.runs_at_once(passed, ref.node, ref.body):
                    yield _Place(passed, ref.body, spawned or begun)

    def _begun(self, call: g.CallExpr, passed: g.Expr, body: Body) -> Crowd | bool:
        """Whether a call runs the function it is passed in a goroutine, or in many."""
        if _starts(call):
            return True
        number = next((i for i, arg in enumerate(call.args) if arg is passed), -1)
        for func in callees(call, body) if number >= 0 else ():
            inner = self.program.body(func)
            for use in inner.params[number].uses if number < len(inner.params) else ():
                begins = inner.parent(use)
                stmt = inner.parent(begins) if isinstance(begins, g.CallExpr) and begins.fun is use else None
                if isinstance(stmt, g.GoStmt):
                    loops = (a for a in inner.ancestors(stmt) if isinstance(a, (g.ForStmt, g.RangeStmt)))
                    if any(_many(loop, stmt, inner) for loop in loops):
                        return Crowd(f"runs in goroutines begun by a loop of {func}", _at(stmt, inner))
                    return True
        return False


def _calls_of(lit: g.FuncLit, body: Body, spawned: bool) -> Iterator[_Place]:
    """The calls of a function literal that a local holds."""
    for local in body.locals:
        if any(source.expr is lit for source in local.sources):
            for use in local.uses:
                call = body.parent(use)
                if isinstance(call, g.CallExpr) and call.fun is use:
                    yield _Place(call, body, spawned)


def _starts(call: g.CallExpr) -> bool:
    """`group.Go(f)`, `time.AfterFunc(d, f)`: the argument runs in a goroutine of its own."""
    fun = call.fun
    return isinstance(fun, g.SelectorExpr) and fun.sel.name in _table("starts")["names"]


def _many(loop: g.ForStmt | g.RangeStmt, begun: g.Node, body: Body) -> bool:
    """The goroutines that a loop begins run side by side, and are not given a share each by its variable."""
    if endless(loop, body):
        return not _waits(loop, begun, body)
    own = {local for local in body.locals if local.stmt is loop and local.kind in ("range", "loop")}
    uses = any(isinstance(n, g.Ident) and body.bound.get(n.pos) in own for n in g.walk(begun))
    return not uses and not _waits(loop, begun, body)


def _waits(loop: g.ForStmt | g.RangeStmt, begun: g.Node, body: Body) -> bool:
    """The loop waits for something after it has begun a goroutine: the next one may come after its end."""
    for node in g.walk(loop.body):
        if node.pos < begun.end or body.lit_of(node) is not body.lit_of(loop):
            continue
        match node:
            case g.UnaryExpr(op="<-") | g.SelectStmt():
                return True
            case g.CallExpr(fun=g.SelectorExpr(sel=g.Ident(name="Wait"))):
                return True
    return False


def _serving(func: Func) -> str | None:
    """What a function serves by its signature or its receiver, each in a goroutine of its own."""
    served = _served(func.type)
    if served is not None:
        return f"takes {served}, in a goroutine for each"
    recv = func.receiver
    below = underlying(t.Named(recv)) if recv is not None else None
    if not isinstance(below, t.Struct):
        return None
    if is_rpc(func.type) and any(_unimplemented(name) for name in below.decl.fields):
        return "serves a remote call, in a goroutine for each"
    if func.exported and not func.type.params and _controls(below):
        return "serves a request, in a goroutine for each"
    return None


def _served(of: t.Signature) -> str | None:
    """The type of a parameter that stands for one request of a server that serves many at once."""
    if client(of):
        return None
    for param in of.params:
        inner = t.deref(param)
        types = _table("request-goroutines")["types"]
        if isinstance(inner, t.External) and [inner.path, inner.name] in types:
            return str(param)
    return None


def _unimplemented(name: str) -> bool:
    """The struct that generated code gives to the servers of a gRPC service to embed."""
    return name.startswith(("Unimplemented", "Unsafe")) and name.endswith("Server")


def _controls(of: t.Struct, depth: int = 0) -> bool:
    """A struct that embeds a web framework's controller."""
    for field in of.decl.fields.values():
        if field.node.embedded and depth < 3:
            inner = t.deref(field.type_in(dict(of.env)))
            if isinstance(inner, t.External) and [inner.path, inner.name] in _table("controllers")["types"]:
                return True
            below = underlying(inner)
            if isinstance(below, t.Struct) and _controls(below, depth + 1):
                return True
    return False


def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = knowledge.table("concurrency")[name]
    return found


def _at(node: g.Node, body: Body) -> Span:
    return body.file.span(node.pos, node.end)
