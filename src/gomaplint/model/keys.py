"""Where a key comes from: an expression followed backwards to the places where it enters the program."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.forever import outlives
from gomaplint.model.infer import callees, member_of, type_expr, type_of
from gomaplint.model.names import Builtin, Outside, builtin, symbol
from gomaplint.model.origins import (
    BOUNDED,
    WIDE,
    Kind,
    Origin,
    bounded_parts,
    bounded_type,
    carrier_kind,
    configured,
    configured_type,
    dialled,
    is_receiver,
    is_rpc,
    outgoing,
    peer_parts,
    root,
)
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, When, request_type
from gomaplint.model.symbols import Const, Field, Func, TypeDecl, Var, underlying
from gomaplint.span import Span

_HOPS = 3  # calls, fields and results crossed
_STEPS = 300  # expressions looked at for one key
_DEPTH = 60  # of them one inside the other
_PATH = 6  # fields and methods selected from one value
_SITES = 40  # call sites for one parameter
_WRITERS = 14  # assignments for one field


class _State(NamedTuple):
    hops: int
    chain: tuple[str, ...]
    path: tuple[str, ...]  # fields selected from what is being followed, innermost last
    calls: tuple[
        tuple[Func, g.CallExpr, Body], ...
    ] = ()  # the calls that led into the functions being looked at


class Keys:
    """Follows keys in one program."""

    def __init__(self, program: Program, reach: Reach) -> None:
        self.program = program
        self.reach = reach
        self._steps = self._depth = 0
        self._seen: dict[tuple[int, tuple[str, ...], int], list[Origin]] = {}

    def origins(self, key: g.Expr, body: Body) -> list[Origin]:
        """All places where a key may enter; an empty list where following it went in a circle."""
        self._steps, self._depth, self._seen = 0, 0, {}
        found = self._trace(key, body, _State(_HOPS, (), ()))
        best: dict[tuple[Kind, str], Origin] = {}
        for origin in found:
            best.setdefault((origin.kind, origin.text), origin)
        return list(best.values())

    # -- one expression

    def _end(self, kind: Kind, x: g.Node, body: Body, state: _State) -> list[Origin]:
        return [Origin(kind, body.file.text(x), body.file.span(x.pos, x.end), state.chain)]

    def _trace(self, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        self._steps += 1
        mark = (id(x), state.path, id(state.calls[-1][1]) if state.calls else 0)
        known = self._seen.get(mark)
        if known is not None:
            return known  # nothing yet where it is being followed: a circle adds nothing
        self._seen[mark] = []
        if self._steps > _STEPS or self._depth >= _DEPTH or len(state.path) > _PATH:
            return self._end(Kind.UNKNOWN, x, body, state)
        self._depth += 1
        found = self._seen[mark] = self._expression(x, body, state)
        self._depth -= 1
        return found

    def _expression(self, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        if not state.path:
            bound = self._by_type(type_of(x, body))
            if bound is not None:
                return self._end(bound, x, body, state)
        match x:
            case g.BasicLit() | g.FuncLit():
                return self._end(Kind.CONSTANT, x, body, state)
            case g.Ident() | g.SelectorExpr():
                return self._name(x, body, state)
            case g.BinaryExpr(x=left, y=right):
                return self._product([left, right], x, body, state)
            case g.CallExpr():
                return self._call(x, body, state)
            case g.IndexExpr(x=inner):
                return self._trace(inner, body, state) or self._end(Kind.UNKNOWN, x, body, state)
            case g.SliceExpr(x=inner) | g.StarExpr(x=inner) | g.TypeAssertExpr(x=inner):
                return self._trace(inner, body, state)
            case g.UnaryExpr(op=op, x=inner):
                if op == "<-":
                    return self._received(x, body, state)
                return self._trace(inner, body, state)
            case g.CompositeLit():
                return self._composite(x, body, state)
        return self._end(Kind.UNKNOWN, x, body, state)

    def _by_type(self, of: t.Type | None) -> Kind | None:
        if bounded_type(of):
            return Kind.ENUM
        if isinstance(of, t.Pointer) and isinstance(of.elem, (t.Named, t.External)):
            return Kind.POINTER if request_type(of) is None else Kind.REQUEST
        return None

    def _product(self, parts: list[g.Expr], x: g.Node, body: Body, state: _State) -> list[Origin]:
        """A key made of several parts is as wide as its widest part."""
        every = [self._trace(part, body, state) for part in parts]
        wide = [o for part in every for o in part if o.kind in WIDE]
        if wide:
            return wide
        ends = [o for part in every for o in part]
        if all(every):
            varying = [o for o in ends if o.kind is not Kind.CONSTANT]
            unknown = [o for o in varying if o.kind is Kind.UNKNOWN]
            return unknown or varying or ends or self._end(Kind.UNKNOWN, x, body, state)
        # Made from itself, as in `k = strings.TrimPrefix(k, "x")`: constants add nothing.
        return [o for o in ends if o.kind is not Kind.CONSTANT]

    def _composite(self, x: g.CompositeLit, body: Body, state: _State) -> list[Origin]:
        if state.path:
            for element in x.elts:
                if isinstance(element.key, g.Ident) and element.key.name == state.path[-1]:
                    return self._trace(element.value, body, state._replace(path=state.path[:-1]))
            return self._end(Kind.UNKNOWN, x, body, state)
        return self._product([e.value for e in x.elts], x, body, state)

    # -- names

    def _name(self, x: g.Ident | g.SelectorExpr, body: Body, state: _State) -> list[Origin]:
        found = symbol(x, body)
        match found:
            case Local():
                return self._local(found, x, body, state)
            case Const() | Func():
                return self._end(Kind.CONSTANT, x, body, state)
            case Builtin():
                return self._end(Kind.CONSTANT if found != "nil" else Kind.UNKNOWN, x, body, state)
            case Var():
                return self._var(found, x, body, state)
            case Outside(path=path, name=name):
                constant = path in ("net/http", "syscall", "math") or name.isupper()
                return self._end(Kind.CONSTANT if constant else Kind.UNKNOWN, x, body, state)
            case TypeDecl():
                return self._end(Kind.ENUM, x, body, state)
        return (
            self._selector(x, body, state)
            if isinstance(x, g.SelectorExpr)
            else self._end(Kind.UNKNOWN, x, body, state)
        )

    def _selector(self, x: g.SelectorExpr, body: Body, state: _State) -> list[Origin]:
        carried = self._carried(x.x, x.sel.name, x, body, state)
        if carried is not None:
            return carried
        member = member_of(x, body)
        if member is None or member.field is None:
            # Follow what it is taken from: a field of an unknown struct comes from where the struct comes from.
            return self._part(x, x.x, x.sel.name, body, state)
        if configured(member.field):
            return self._end(Kind.CONFIG, x, body, state)
        whole = (
            self._trace(x.x, body, state._replace(path=(*state.path, x.sel.name)))
            if not is_receiver(x.x, body)
            else []
        )
        known = [o for o in whole if o.kind is not Kind.UNKNOWN and o.kind is not Kind.POINTER]
        if known or state.hops <= 0:
            return known or self._end(Kind.UNKNOWN, x, body, state)
        return self._field(member.field, x, body, state)

    def _carried(self, whole: g.Expr, part: str, x: g.Expr, body: Body, state: _State) -> list[Origin] | None:
        """A part of a value whose type alone tells what its parts are."""
        kind = carrier_kind(type_of(whole, body))
        if kind in (None, Kind.REQUEST) and part in peer_parts():
            # Of whatever type: who is at the other end. A dialled one was chosen by the program.
            kind = Kind.CONFIG if dialled(whole, body) else Kind.REQUEST
        if kind is None:
            return None
        if part in bounded_parts():
            kind = Kind.ENUM
        elif kind is Kind.REQUEST and outgoing(whole, body):
            kind = Kind.EXTERNAL
        elif kind is Kind.MESSAGE and self._served(whole, body, state):
            kind = Kind.REQUEST
        return self._end(kind, x, body, state)

    def _served(self, whole: g.Expr, body: Body, state: _State) -> bool:
        """A message that the program serves: the argument of an RPC method, or decoded from a request."""
        local = root(whole, body)
        if local is None:
            return False
        if local.kind == "param":
            return isinstance(body.owner, Func) and local.lit is None and is_rpc(body.owner.type)
        return any(
            origin.kind is Kind.REQUEST
            for use in local.uses
            if isinstance(parent := body.parent(use), g.UnaryExpr) and parent.op == "&"
            for origin in self._out_argument(parent, body, state)
        )

    def _field(self, field: Field, x: g.Node, body: Body, state: _State) -> list[Origin]:
        step = f"{field}"
        down = _State(state.hops - 1, (*state.chain, step), state.path)
        found: list[Origin] = []
        writers = 0
        for at, node, sure in self.program.selections(field):
            if not sure:
                continue
            parent = at.parent(node)
            value: g.Expr | None = None
            if isinstance(parent, g.KeyValue) and parent.key is node:
                value = parent.value
            elif isinstance(parent, g.AssignStmt) and any(target is node for target in parent.lhs):
                if parent.op in ("++", "--", "+="):
                    found += self._end(Kind.GENERATED, parent, at, down)
                    continue
                value = parent.value_of(node)
            elif isinstance(parent, g.UnaryExpr) and parent.op == "&":
                found += self._out_argument(parent, at, down)
                continue
            if value is not None and writers < _WRITERS:
                writers += 1
                found += self._trace(value, at, down)
        return found or self._end(Kind.UNKNOWN, x, body, state)

    def _out_argument(self, address: g.Expr, body: Body, state: _State) -> list[Origin]:
        """`rows.Scan(&x)`, `json.Unmarshal(data, &x)`: the callee fills it."""
        call = body.parent(address)
        if not isinstance(call, g.CallExpr):
            return []
        fun = call.fun
        name = fun.sel.name if isinstance(fun, g.SelectorExpr) else ""
        fillers = knowledge.table("keys")["fillers"]
        if name in fillers["external"]:
            return self._end(Kind.EXTERNAL, call, body, state)
        if name in fillers["decoders"] and isinstance(fun, g.SelectorExpr):
            if self.reach.of(call, body).when is When.START:
                return self._end(Kind.CONFIG, call, body, state)
            from_library = symbol(fun, body) is not None
            given: list[g.Expr] = [a for a in call.args if a is not address] if from_library else [fun.x]
            return self._product(given, call, body, state._replace(path=(*state.path, name)))
        if name.startswith("Add") and isinstance(symbol(fun, body), Outside):
            return self._end(Kind.GENERATED, call, body, state)  # atomic.AddInt64(&n, 1)
        return []

    def _local(self, local: Local, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        of = type_of(x, body)
        kind = carrier_kind(of)
        if kind is not None and state.path:
            return self._end(kind, x, body, state)
        if configured_type(of):
            return self._end(Kind.CONFIG, x, body, state)
        if local.kind in ("param", "recv"):
            return self._param(local, x, state)
        found: list[Origin] = []
        for source in local.sources:
            if source.how == "step":
                continue
            if source.how == "key" and isinstance(underlying(type_of(source.expr, local.body)), t.Slice):
                found += self._end(Kind.UNKNOWN, x, body, state)
                continue
            if isinstance(source.expr, g.CallExpr) and source.how in ("result", "value"):
                found += self._call(source.expr, local.body, state, source.number)
            else:
                found += self._trace(source.expr, local.body, state)
        if not local.sources or local.type is not None:
            for use in local.uses:
                parent = local.body.parent(use)
                if isinstance(parent, g.UnaryExpr) and parent.op == "&":
                    found += self._out_argument(parent, local.body, state)
        if self._counts(local):
            for_ever = any(outlives(local, use) for use in local.uses)
            return self._end(Kind.GENERATED if for_ever else Kind.UNKNOWN, x, body, state)
        # Where all ways lead back to the variable itself, nothing new enters.
        return found if found or local.sources else self._end(Kind.UNKNOWN, x, body, state)

    def _counts(self, local: Local) -> bool:
        """A counter: `n++` in other code than a loop's head."""
        if local.kind == "loop":
            return False
        steps = (local.body.parent(use) for use in local.uses)
        return any(
            isinstance(s, g.AssignStmt)
            and s.op in ("++", "+=")
            and len(s.lhs) == 1
            and s.lhs[0] in local.uses
            for s in steps
        )

    def _param(self, local: Local, x: g.Expr, state: _State) -> list[Origin]:
        body = local.body
        if local.lit is not None:
            return self._literal_param(local, x, state)
        func = body.owner
        if state.calls and state.calls[-1][0] is func:
            # The call that led here decides, not every caller of the function.
            _, call, caller = state.calls[-1]
            arg = argument(call, local, caller)
            up = state._replace(calls=state.calls[:-1])
            return (
                self._trace(arg, caller, up) if arg is not None else self._end(Kind.UNKNOWN, x, body, state)
            )
        if not isinstance(func, Func) or state.hops <= 0:
            return self._end(Kind.UNKNOWN, x, body, state)
        if func.name == "Set" and func.receiver is not None and "String" in func.receiver.methods:
            return self._end(Kind.CONFIG, x, body, state)  # a flag.Value
        found: list[Origin] = []
        sites = 0
        for ref in self.program.references(func):
            if ref.call is None or ref.how == "name" or ref.body.file.for_tests:
                continue
            sites += 1
            if sites > _SITES:
                break
            arg = argument(ref.call, local, ref.body)
            if arg is None:
                continue
            step = f"{func.name}({ref.body.file.text(arg, 40)})"
            down = _State(state.hops - 1, (*state.chain, step), state.path)
            if self.reach.of(ref.call, ref.body).when is When.START and not isinstance(arg, g.BasicLit):
                # Whatever it is, it was there when the program started.
                found += [o for o in self._trace(arg, ref.body, down) if o.kind in BOUNDED] or self._end(
                    Kind.START, arg, ref.body, down
                )
            else:
                found += self._trace(arg, ref.body, down)
        return found or self._end(Kind.UNKNOWN, x, body, state)

    def _literal_param(self, local: Local, x: g.Expr, state: _State) -> list[Origin]:
        """A parameter of a function literal: what the callee hands to it."""
        body, lit = local.body, local.lit
        parent = body.parent(lit) if lit is not None else None
        if isinstance(parent, g.CallExpr):
            if parent.fun is lit:
                if local.index < len(parent.args):
                    return self._trace(parent.args[local.index], body, state)
            elif isinstance(parent.fun, g.SelectorExpr) and parent.fun.sel.name in (
                "Range",
                "Each",
                "ForEach",
                "Walk",
                "WalkDir",
            ):
                return self._trace(parent.fun.x, body, state)
        return self._end(Kind.UNKNOWN, x, body, state)

    def _var(self, var: Var, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        if configured_type(type_of(x, body)) or words.leads(var.name, "config"):
            return self._end(Kind.CONFIG, x, body, state)
        writers = [
            (at, parent)
            for at, node in self.program.mentions(var)
            for parent in (at.parent(node),)
            if isinstance(parent, g.AssignStmt) and any(target is node for target in parent.lhs)
        ]
        if isinstance(underlying(type_of(x, body)), (t.Map, t.Slice)):
            return self._elements(var, x, body, state)
        if any(p.op in ("++", "+=") for _, p in writers):
            return self._end(Kind.GENERATED, x, body, state)
        if any(self.reach.of(p, at).when in (When.RUN, When.REQUEST) for at, p in writers):
            return self._end(Kind.UNKNOWN, x, body, state)
        return self._end(Kind.START, x, body, state)

    def _elements(self, var: Var, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        """What is in a package variable's map or slice: known where it is written at the start only."""
        for at, node in self.program.mentions(var):
            stmt = next((a for a in at.ancestors(node) if isinstance(a, g.AssignStmt)), None)
            written = stmt is not None and any(part is node for target in stmt.lhs for part in g.walk(target))
            if written and stmt is not None and self.reach.of(stmt, at).when not in (When.START, When.NEVER):
                return self._end(Kind.UNKNOWN, x, body, state)
        return self._end(Kind.START, x, body, state)

    # -- calls

    def _call(self, x: g.CallExpr, body: Body, state: _State, index: int = 0) -> list[Origin]:
        name = builtin(x, body)
        if name is not None:
            if name in ("append", "min", "max"):
                return self._product(list(x.args), x, body, state)
            return self._end(Kind.UNKNOWN, x, body, state)
        if type_expr(x.fun, body) is not None and len(x.args) == 1:
            return self._trace(x.args[0], body, state)
        found = symbol(x.fun, body)
        if isinstance(found, Outside):
            return self._outside(found, x, body, state)
        if isinstance(x.fun, g.SelectorExpr) and found is None:
            carried = self._carried(x.fun.x, x.fun.sel.name, x, body, state)
            if carried is not None:
                return carried
            if isinstance(t.deref(type_of(x.fun.x, body)), t.External):
                return self._external_method(x, x.fun, body, state)
        funcs = callees(x, body)
        if funcs and state.hops > 0:
            return self._returned(funcs[0], x, index, body, state)
        if isinstance(x.fun, g.SelectorExpr) and found is None and not funcs:
            # A method of an unknown type, such as a getter: what it is called on decides.
            return self._part(x, x.fun.x, x.fun.sel.name, body, state) or self._end(
                Kind.UNKNOWN, x, body, state
            )
        return self._end(Kind.UNKNOWN, x, body, state)

    def _outside(self, found: Outside, x: g.CallExpr, body: Body, state: _State) -> list[Origin]:
        if found.path == "reflect":
            return self._end(Kind.ENUM, x, body, state)
        for group, kind in (
            ("config", Kind.CONFIG),
            ("generated", Kind.GENERATED),
            ("external", Kind.EXTERNAL),
        ):
            named = (found.path, found.name) in knowledge.key_functions(group)
            if named or found.path in knowledge.key_packages(group):
                return self._end(kind, x, body, state)
        if found.path in knowledge.key_packages("through"):
            if (found.path, found.name) in (("net", "Listen"), ("net", "Dial"), ("net", "DialTimeout")):
                return self._end(Kind.CONFIG, x, body, state)
            return self._product(list(x.args), x, body, state)
        for arg in x.args:
            carried = carrier_kind(type_of(arg, body))
            if carried is not None:
                return self._end(carried, x, body, state)  # mux.Vars(r), chi.URLParam(r, "id") ...
        return self._end(Kind.UNKNOWN, x, body, state)

    def _external_method(self, x: g.CallExpr, fun: g.SelectorExpr, body: Body, state: _State) -> list[Origin]:
        of = t.deref(type_of(fun.x, body))
        if isinstance(of, t.External):
            if (of.path, of.name) in knowledge.key_types("external"):
                return self._end(Kind.EXTERNAL, x, body, state)
            if of.path in knowledge.key_packages("config"):
                return self._end(Kind.CONFIG, x, body, state)
            if of.path in knowledge.key_packages("generated"):
                return self._end(Kind.GENERATED, x, body, state)
        # A getter of a value of a library: what it is called on decides.
        return self._part(x, fun.x, fun.sel.name, body, state)

    def _part(self, x: g.Expr, of: g.Expr, name: str, body: Body, state: _State) -> list[Origin]:
        """Follow the whole of which `x` takes a part; what enters right there is told as `x`."""
        at = body.file.span(x.pos, x.end)
        return [
            o._replace(text=body.file.text(x), at=at) if o.chain == state.chain and _inside(o.at, at) else o
            for o in self._trace(of, body, state._replace(path=(*state.path, name)))
        ]

    def _returned(self, func: Func, x: g.CallExpr, index: int, body: Body, state: _State) -> list[Origin]:
        calls = (*state.calls, (func, x, body))
        down = _State(state.hops - 1, (*state.chain, f"{func.name}()"), state.path, calls)
        inside = self.program.body(func)
        found: list[Origin] = []
        for stmt in inside.returns:
            if inside.lit_of(stmt) is not None:
                continue
            if index < len(stmt.results):
                found += self._trace(stmt.results[index], inside, down)
            elif len(stmt.results) == 1:
                found += self._trace(stmt.results[0], inside, down)
        known = [o for o in found if o.kind is not Kind.UNKNOWN and not _is_empty(o)]
        if known:
            return known
        # A function that hides its source: one that makes a string or number of what it is given passes it on.
        given = [a for a in x.args if type_of(a, body) != t.CONTEXT or len(x.args) == 1]
        if isinstance(x.fun, g.SelectorExpr) and symbol(x.fun, body) is None:
            given.append(x.fun.x)
        result = func.type.results[index] if index < len(func.type.results) else None
        if not given or not isinstance(underlying(result), t.Basic):
            return self._end(Kind.UNKNOWN, x, body, state)
        part = state._replace(path=(*state.path, func.name))  # a part of what is given, not the thing itself
        return self._product(given, x, body, part)

    def _received(self, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        kind = carrier_kind(type_of(x, body))
        return self._end(kind or Kind.UNKNOWN, x, body, state)


def _inside(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def _is_empty(origin: Origin) -> bool:
    return origin.kind is Kind.CONSTANT and origin.text in ('""', "nil", "0", "``")
