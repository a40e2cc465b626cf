"""Where a key comes from: an expression followed backwards to the places where it enters the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument
from gomaplint.model.flows import KEYS, Stored, calls_of, is_text, mentions, stored, values_of
from gomaplint.model.forever import outlives
from gomaplint.model.infer import callees, local_type, member_of, type_expr, type_of
from gomaplint.model.names import Builtin, Outside, builtin, symbol
from gomaplint.model.origins import (
    BOUNDED,
    WIDE,
    Handed,
    Kind,
    Origin,
    bounded_parts,
    bounded_type,
    carrier_kind,
    configured,
    configured_type,
    is_bounded_part,
    is_receiver,
    is_rpc,
    library_kind,
    method_kind,
    outgoing,
    passes_on,
    peer_parts,
    rewrites,
    root,
)
from gomaplint.model.program import Program
from gomaplint.model.reach import Reach, When, request_type
from gomaplint.model.symbols import Const, Field, Func, TypeDecl, Var, is_exported, underlying
from gomaplint.span import Span

_HOPS = 3  # calls, fields and results crossed where there are several to choose from
_CHAIN = 8  # all of them
_STEPS = 300  # expressions looked at for one key
_DEPTH = 60  # of them one inside the other
_PATH = 6  # fields and methods selected from one value
_SITES = 40  # call sites for one parameter
_WRITERS = 14  # assignments for one field

_OPEN = (Kind.UNKNOWN, Kind.CALLER, Kind.POINTER)  # ends that a better one replaces


class _State(NamedTuple):
    hops: int
    chain: tuple[str, ...]
    path: tuple[str, ...]  # fields selected from what is being followed, innermost last
    calls: tuple[
        tuple[Func, g.CallExpr, Body], ...
    ] = ()  # the calls that led into the functions being looked at
    trail: tuple[Handed, ...] = ()

    def down(self, step: str, alternatives: int) -> _State:
        """The state after one step; it costs a hop only where the evidence of several ways is mixed."""
        return _State(self.hops - (alternatives > 1), (*self.chain, step), self.path, trail=self.trail)

    def past(self, x: g.Expr, body: Body) -> _State:
        """The state where an expression was handed on or stored."""
        return self._replace(trail=(*self.trail, Handed(x, body)))

    @property
    def spent(self) -> bool:
        return self.hops <= 0 or len(self.chain) >= _CHAIN


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
        at = body.file.span(x.pos, x.end)
        return [Origin(kind, body.file.text(x), at, state.chain, _HOPS - state.hops, state.trail)]

    def _met(self, kind: Kind, x: g.Node, body: Body, state: _State) -> list[Origin]:
        """An end in a library; what is made or listed while the program starts was there from the start."""
        early = kind in (Kind.GENERATED, Kind.EXTERNAL) and self.reach.of(x, body).when is When.START
        return self._end(Kind.START if early else kind, x, body, state)

    def _trace(self, x: g.Expr, body: Body, state: _State, number: int = 0) -> list[Origin]:
        """The origins of an expression; of a call, those of the result with this number."""
        self._steps += 1
        mark = (id(x), (*state.path, str(number)), id(state.calls[-1][1]) if state.calls else 0)
        known = self._seen.get(mark)
        if known is not None:
            return known  # nothing yet where it is being followed: a circle adds nothing
        self._seen[mark] = []
        if self._steps > _STEPS or self._depth >= _DEPTH or len(state.path) > _PATH:
            return self._end(Kind.UNKNOWN, x, body, state)
        self._depth += 1
        found = self._seen[mark] = self._expression(x, body, state, number)
        self._depth -= 1
        return found

    def _expression(self, x: g.Expr, body: Body, state: _State, number: int) -> list[Origin]:
        if not state.path:
            bound = self._by_type(type_of(x, body)) if number == 0 else None
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
                return self._call(x, body, state, number)
            case g.StarExpr(x=g.Ident() | g.SelectorExpr() as inner):
                return self._name(inner, body, state)  # not the pointer, what it points to
            case g.IndexExpr(x=inner) | g.SliceExpr(x=inner) | g.StarExpr(x=inner):
                return self._trace(inner, body, state)
            case g.TypeAssertExpr(x=inner) | g.UnaryExpr(x=inner):
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

    def _product(self, parts: Sequence[g.Expr], x: g.Node, body: Body, state: _State) -> list[Origin]:
        """A key made of several parts is as wide as its widest part."""
        every = [self._trace(part, body, state) for part in parts]
        wide = [o for part in every for o in part if o.kind in WIDE]
        if wide:
            return wide
        ends = [o for part in every for o in part]
        if all(every):
            varying = [o for o in ends if o.kind is not Kind.CONSTANT]
            unknown = [o for o in varying if o.kind in (Kind.UNKNOWN, Kind.CALLER)]
            return unknown or varying or ends or self._end(Kind.UNKNOWN, x, body, state)
        # Made from itself, as in `k = strings.TrimPrefix(k, "x")`: constants add nothing.
        return [o for o in ends if o.kind is not Kind.CONSTANT]

    def _union(self, values: Sequence[g.Expr], body: Body, state: _State) -> list[Origin]:
        return [origin for value in values for origin in self._trace(value, body, state)]

    def _composite(self, x: g.CompositeLit, body: Body, state: _State) -> list[Origin]:
        below = underlying(t.deref(type_of(x, body)))
        if isinstance(below, (t.Slice, t.Map)):
            keys = bool(state.path) and state.path[-1] == KEYS
            if not keys:
                return self._union([e.value for e in x.elts], body, state)
            inner = state._replace(path=state.path[:-1])
            return self._union([e.key for e in x.elts if e.key is not None], body, inner)
        if not state.path:
            return self._product([e.value for e in x.elts], x, body, state)
        part, inner = state.path[-1], state._replace(path=state.path[:-1])
        names = [f.name for f in below.decl.every] if isinstance(below, t.Struct) else []
        for i, element in enumerate(x.elts):
            by_place = element.key is None and names[i : i + 1] == [part]
            if by_place or (isinstance(element.key, g.Ident) and element.key.name == part):
                return self._trace(element.value, body, inner)
        return (
            [] if part in names else self._end(Kind.UNKNOWN, x, body, state)
        )  # a zero value brings nothing in

    # -- names

    def _name(self, x: g.Ident | g.SelectorExpr, body: Body, state: _State) -> list[Origin]:
        found = symbol(x, body)
        match found:
            case Local():
                return self._local(found, x, body, state)
            case Const() | Func():
                return self._end(Kind.CONSTANT, x, body, state)
            case Builtin():
                return self._end(Kind.CONSTANT, x, body, state) if found != "nil" else []
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
        whole = self._part(x, x.x, x.sel.name, body, state) if not is_receiver(x.x, body) else []
        known = [o for o in whole if o.kind not in _OPEN]
        return known or self._stored(member.field, x, body, state)

    def _carried(self, whole: g.Expr, part: str, x: g.Expr, body: Body, state: _State) -> list[Origin] | None:
        """A part of a value whose type alone tells what its parts are."""
        of = type_of(whole, body)
        if of == t.CONTEXT and part == "Value":
            return self._end(Kind.REQUEST, x, body, state)
        if bounded_type(of):
            return self._end(Kind.ENUM, x, body, state)
        kind = carrier_kind(of)
        if kind in (None, Kind.REQUEST) and part in peer_parts():
            # Of whatever type: who is at the other end. A dialled one was chosen by the program.
            kind = Kind.CONFIG if self._dialled(whole, part, body, state) else Kind.REQUEST
        if kind is None or (kind is Kind.CONFIG and isinstance(t.deref(of), t.Named)):
            return None
        if is_bounded_part(of, part):
            kind = Kind.ENUM
        elif kind is Kind.REQUEST and outgoing(whole, body):
            kind = Kind.EXTERNAL
        elif kind is Kind.MESSAGE and self._served(whole, body, state):
            kind = Kind.REQUEST
        elif _own_message(kind, of):
            return None
        return self._met(kind, x, body, state)

    def _dialled(self, x: g.Expr, part: str, body: Body, state: _State) -> bool:
        """A connection that the program opened itself, so that it knew the other end before."""
        found = self._trace(x, body, state._replace(path=(*state.path, part)))
        return any(o.kind is Kind.CONFIG for o in found)

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
            for put in stored(use, body, ())
            if put.how == "filled"
            for origin in self._filled(put, state)
        )

    def _stored(self, decl: Field | Var, x: g.Node, body: Body, state: _State) -> list[Origin]:
        """Everything that is put into a field or package variable, or into the part of it that is asked for."""
        if state.spent:
            return self._end(Kind.UNKNOWN, x, body, state)
        puts = [p for at, node in mentions(decl, self.program) for p in stored(node, at, state.path)]
        written = [p for p in puts if not p.body.file.generated] or puts
        down = state.down(str(decl), len(written))
        found = [o for put in written[:_WRITERS] for o in self._put(put, down)]
        return found or self._end(Kind.UNKNOWN, x, body, state)

    def _put(self, put: Stored, state: _State) -> list[Origin]:
        there = state._replace(path=put.path)
        if put.how == "counted":
            return self._met(Kind.GENERATED, put.body.parent(put.value) or put.value, put.body, there)
        if put.how == "filled":
            return self._filled(put, there)
        return self._trace(put.value, put.body, there.past(put.value, put.body), put.number)

    def _filled(self, put: Stored, state: _State) -> list[Origin]:
        """`rows.Scan(&x)`, `json.Unmarshal(data, &x)`, `conn.Read(b)`: the callee fills it."""
        call, body = put.body.parent(put.value), put.body
        if not isinstance(call, g.CallExpr) or not isinstance(call.fun, g.SelectorExpr):
            return []
        name, from_library = call.fun.sel.name, symbol(call.fun, body) is not None
        fillers = knowledge.table("keys")["fillers"]
        if name in fillers["external"]:
            return self._met(Kind.EXTERNAL, call, body, state)
        if name in fillers["decoders"] or name in fillers["readers"]:
            if self.reach.of(call, body).when is When.START:
                return self._end(Kind.CONFIG, call, body, state)
            given = [a for a in call.args if a is not put.value] if from_library else [call.fun.x]
            # From bytes of which nothing is known, the type that they are decoded to tells more.
            found = self._product(given, call, body, state._replace(path=(*state.path, name)))
            return [o for o in found if o.kind not in _OPEN]
        if isinstance(symbol(call.fun, body), Outside):
            return self._met(Kind.GENERATED, call, body, state)  # atomic.AddInt64(&n, 1)
        return []

    def _local(self, local: Local, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        of = type_of(x, body)
        if state.path:
            if of == t.CONTEXT:
                return self._end(Kind.REQUEST, x, body, state)  # what a context carries, a request brought
            kind = carrier_kind(of)
            asks = state.path[-1] in peer_parts()  # whose connection it is: how it was made tells
            if kind not in (None, Kind.CONFIG) and not asks and not _own_message(kind, of):
                assert kind is not None
                return self._end(kind, x, body, state)
        given = local.kind in ("param", "recv")
        found = self._param(local, x, state) if given else self._values(local, x, body, state)
        kind = carrier_kind(of) if state.path else Kind.CONFIG if configured_type(of) else None
        if kind is not None and all(o.kind in _OPEN for o in found):
            here = body.file.span(x.pos, x.end)
            made = kind is Kind.MESSAGE and any(o.kind is Kind.UNKNOWN and o.at != here for o in found)
            return found if made else self._end(kind, x, body, state)
        return found

    def _values(self, local: Local, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        """What is assigned to a local, put into it, or filled in by a call."""
        found: list[Origin] = []
        for source in local.sources:
            if source.how == "step" and not is_text(x, body):
                continue
            of = underlying(type_of(source.expr, local.body)) if source.how in ("key", "element") else None
            if source.how == "element" and isinstance(of, t.Basic):
                found += self._end(Kind.ENUM, x, body, state)  # a character, or a number of a range
            elif source.how == "key":
                if isinstance(of, (t.Slice, t.Basic)):
                    found += self._end(Kind.UNKNOWN, x, body, state)
                    continue
                inner = state._replace(path=(*state.path, KEYS)) if isinstance(of, t.Map) else state
                found += self._trace(source.expr, local.body, inner)
            else:
                found += self._trace(source.expr, local.body, state, source.number)
        for use in local.uses:
            parent = local.body.parent(use)
            if isinstance(parent, g.AssignStmt) and any(target is use for target in parent.lhs):
                continue  # one of the sources
            for put in stored(use, local.body, state.path):
                found += self._put(put, state)
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
            and not is_text(s.lhs[0], local.body)
            for s in steps
        )

    # -- parameters

    def _param(self, local: Local, x: g.Expr, state: _State) -> list[Origin]:
        body, func = local.body, local.body.owner
        if local.lit is not None:
            return self._literal_param(local, x, state)
        if state.calls and state.calls[-1][0] is func:
            # The call that led here decides, not every caller of the function.
            _, call, caller = state.calls[-1]
            arg = argument(call, local, caller)
            up = state._replace(calls=state.calls[:-1])
            return (
                self._trace(arg, caller, up) if arg is not None else self._end(Kind.UNKNOWN, x, body, state)
            )
        if not isinstance(func, Func) or state.spent:
            return self._end(Kind.UNKNOWN, x, body, state)
        if func.name == "Set" and func.receiver is not None and "String" in func.receiver.methods:
            return self._end(Kind.CONFIG, x, body, state)  # a flag.Value
        if local.index == 1 and state.path and is_rpc(func.type) and func.fact.recv:
            return self._end(Kind.REQUEST, x, body, state)
        given: list[tuple[g.Expr, g.CallExpr, Body]] = []
        for ref in self.program.references(func):
            if ref.how == "name" or ref.body.file.for_tests or len(given) >= _SITES:
                continue
            calls = (
                [(ref.call, ref.body)]
                if ref.call is not None
                else list(calls_of(ref.node, ref.body, self.program))
            )
            for call, caller in calls:
                arg = argument(call, local, caller)
                if arg is not None and (ref.sure or fits(type_of(arg, caller), local_type(local))):
                    given.append((arg, call, caller))
        if not given and is_exported(func.name):
            return self._end(Kind.CALLER, x, body, state)
        return self._arguments(func.name, given, state) or self._end(Kind.UNKNOWN, x, body, state)

    def _arguments(
        self, name: str, given: Sequence[tuple[g.Expr, g.CallExpr, Body]], state: _State
    ) -> list[Origin]:
        """What the calls of a function hand to one of its parameters."""
        found: list[Origin] = []
        for arg, call, caller in given:
            down = state.down(f"{name}({caller.file.text(arg, 40)})", len(given)).past(arg, caller)
            traced = self._trace(arg, caller, down)
            plain = isinstance(underlying(type_of(arg, caller)), (t.Basic, type(None)))
            if plain and self.reach.of(call, caller).when is When.START and not isinstance(arg, g.BasicLit):
                # Whatever it is, it was there when the program started.
                traced = [o for o in traced if o.kind in BOUNDED] or self._end(Kind.START, arg, caller, down)
            found += traced
        return found

    def _literal_param(self, local: Local, x: g.Expr, state: _State) -> list[Origin]:
        """A parameter of a function literal: what the callee hands to it."""
        body, lit = local.body, local.lit
        parent = body.parent(lit) if lit is not None else None
        if lit is None or state.spent:
            return self._end(Kind.UNKNOWN, x, body, state)
        if isinstance(parent, g.CallExpr) and parent.fun is lit:
            if local.index < len(parent.args):
                return self._trace(parent.args[local.index], body, state)
            return self._end(Kind.UNKNOWN, x, body, state)
        given = [
            (call.args[local.index], call, caller)
            for call, caller in calls_of(lit, body, self.program)
            if local.index < len(call.args)
        ]
        if given:
            return self._arguments("func", given[:_SITES], state)
        if isinstance(parent, g.CallExpr):
            table = knowledge.table("keys")["callbacks"]
            fun = parent.fun
            name = _name_of(fun)
            if name in table["walks"] and isinstance(fun, g.SelectorExpr):
                ranged = symbol(fun, body) is None
                of = fun.x if ranged else parent.args[0]
                keys = ranged and local.index == 0 and t.deref(type_of(of, body)) == t.SYNC_MAP
                inner = state._replace(path=(*state.path, KEYS)) if keys else state
                return self._trace(of, body, inner)
            if (
                words.split(name)[:1]
                and words.split(name)[0] in table["messages"]
                and not callees(parent, body)
            ):
                return self._end(Kind.MESSAGE, x, body, state)
        return self._end(Kind.UNKNOWN, x, body, state)

    def _var(self, var: Var, x: g.Expr, body: Body, state: _State) -> list[Origin]:
        if configured_type(type_of(x, body)) or words.leads(var.name, "config"):
            return self._end(Kind.CONFIG, x, body, state)
        puts = [p for at, node in mentions(var, self.program) for p in stored(node, at, state.path)]
        late = [
            p
            for p in puts
            if (when := self.reach.of(p.value, p.body).when) is not When.START
            and (p.how == "counted" or when is not When.NEVER)
        ]
        if not late:
            return self._end(Kind.START, x, body, state)
        return self._stored(var, x, body, state)

    # -- calls

    def _call(self, x: g.CallExpr, body: Body, state: _State, number: int) -> list[Origin]:
        name = builtin(x, body)
        if name is not None:
            if name == "append":
                return self._union(x.args, body, state)
            if name in ("min", "max"):
                return self._product(x.args, x, body, state)
            return [] if name in ("make", "new") else self._end(Kind.UNKNOWN, x, body, state)
        if type_expr(x.fun, body) is not None and len(x.args) == 1:
            if type_of(x.args[0], body) == t.Basic("int32") and is_text(x, body):
                return self._end(Kind.ENUM, x, body, state)  # a character
            return self._trace(x.args[0], body, state)
        if _name_of(x.fun).startswith(("Dial", "Accept")):
            return self._end(
                Kind.CONFIG if _name_of(x.fun).startswith("Dial") else Kind.REQUEST, x, body, state
            )
        found = symbol(x.fun, body)
        if isinstance(found, Outside):
            return self._outside(found, x, body, state)
        if isinstance(x.fun, g.SelectorExpr) and found is None:
            carried = self._carried(x.fun.x, x.fun.sel.name, x, body, state)
            if carried is not None:
                return carried
            of = t.deref(type_of(x.fun.x, body))
            if isinstance(of, t.External):
                kind = method_kind(of)
                if kind is not None:
                    return self._met(kind, x, body, state)
                if rewrites(of) and x.args:
                    return self._product(x.args, x, body, state)
                if any(carrier_kind(type_of(arg, body)) is Kind.REQUEST for arg in x.args):
                    return self._end(Kind.REQUEST, x, body, state)  # upgrader.Upgrade(w, r, nil)
                # A getter of a value of a library: what it is called on decides.
                return self._part(x, x.fun.x, x.fun.sel.name, body, state)
        funcs = callees(x, body)
        if not funcs and isinstance(x.fun, g.SelectorExpr) and found is None:
            of = underlying(t.deref(type_of(x.fun.x, body)))
            if isinstance(of, t.Interface):
                funcs = self.program.implementations(of, x.fun.sel.name)
            elif isinstance(underlying(type_of(x.fun, body)), t.Signature):
                return self._function_value(x, number, body, state)
            if not funcs:
                # A method of an unknown type, such as a getter: what it is called on decides.
                return self._part(x, x.fun.x, x.fun.sel.name, body, state) or self._end(
                    Kind.UNKNOWN, x, body, state
                )
        if not funcs and isinstance(found, (Local, Var)):
            return self._function_value(x, number, body, state)
        if funcs and not state.spent:
            return [o for func in funcs for o in self._returned(func, x, number, body, state, len(funcs))]
        return self._end(Kind.UNKNOWN, x, body, state)

    def _function_value(self, x: g.CallExpr, number: int, body: Body, state: _State) -> list[Origin]:
        """What functions give back that a variable or field is set to; whoever sets it decides."""
        if state.spent:
            return self._end(Kind.UNKNOWN, x, body, state)
        functions = list(values_of(x.fun, body, self.program))
        down = state.down(f"{_name_of(x.fun)}()", len(functions))
        found: list[Origin] = []
        for function, at in functions:
            if isinstance(function, g.FuncLit):
                returned = [s for s in at.returns if at.lit_of(s) is function]
                found += [
                    o
                    for s in returned
                    if s.results
                    for o in self._trace(
                        s.results[min(number, len(s.results) - 1)],
                        at,
                        down,
                        number if len(s.results) == 1 else 0,
                    )
                ]
            elif isinstance(func := symbol(function, at), Func):
                found += self._returned(func, x, number, body, state, len(functions))
        return found or self._end(Kind.CALLER, x, body, state)

    def _outside(self, found: Outside, x: g.CallExpr, body: Body, state: _State) -> list[Origin]:
        kind = library_kind(found.path, found.name)
        if kind is not None:
            return self._met(kind, x, body, state)
        if passes_on(found.path, found.name):
            if found.name in ("Keys", "Values", "Sorted", "Collect"):
                keys = found.name == "Keys"
                inner = state._replace(path=(*state.path, KEYS)) if keys else state
                return self._union(x.args[:1], body, inner)
            return self._product(x.args, x, body, state)
        for arg in x.args:
            of = type_of(arg, body)
            carried = carrier_kind(of)
            if carried is not None:
                return self._end(carried, x, body, state)  # mux.Vars(r), chi.URLParam(r, "id") ...
            if of == t.CONTEXT and len(x.args) == 1 and not found.name.startswith(("With", "New")):
                return self._end(Kind.REQUEST, x, body, state)  # tenant.ID(ctx)
        return self._end(Kind.UNKNOWN, x, body, state)

    def _part(self, x: g.Expr, of: g.Expr, name: str, body: Body, state: _State) -> list[Origin]:
        """Follow the whole of which `x` takes a part; what enters right there is told as `x`."""
        at = body.file.span(x.pos, x.end)
        found = self._trace(of, body, state._replace(path=(*state.path, name)))
        if name in bounded_parts() and any(o.kind in (Kind.REQUEST, Kind.MESSAGE) for o in found):
            return self._end(Kind.ENUM, x, body, state)
        return [
            o._replace(text=body.file.text(x), at=at) if o.chain == state.chain and _inside(o.at, at) else o
            for o in found
        ]

    def _returned(
        self, func: Func, x: g.CallExpr, number: int, body: Body, state: _State, twins: int
    ) -> list[Origin]:
        calls = (*state.calls, (func, x, body))
        inside = self.program.body(func)
        given_back: list[tuple[g.Expr, int]] = []
        for stmt in inside.returns:
            if inside.lit_of(stmt) is None:
                if number < len(stmt.results):
                    given_back.append((stmt.results[number], 0))
                elif len(stmt.results) == 1:
                    given_back.append((stmt.results[0], number))
        down = state.down(f"{func.name}()", twins)._replace(calls=calls)
        found = [o for value, n in given_back for o in self._trace(value, inside, down, n)]
        if number < len(inside.results) and inside.results[number].uses:
            found += self._values(inside.results[number], x, inside, down)
        known = [o for o in found if o.kind is not Kind.UNKNOWN and not _is_empty(o)]
        if any(o.kind in WIDE or o.kind is Kind.CALLER for o in known) or (
            known and len(known) == len(found)
        ):
            return known
        # A function that hides its source: one that makes a string or number of what it is given passes it on.
        given = [a for a in x.args if type_of(a, body) != t.CONTEXT or len(x.args) == 1]
        if isinstance(x.fun, g.SelectorExpr) and symbol(x.fun, body) is None:
            given.append(x.fun.x)
        result = func.type.results[number] if number < len(func.type.results) else None
        if not given or not isinstance(underlying(result), t.Basic):
            return known or self._end(Kind.UNKNOWN, x, body, state)
        part = state._replace(path=(*state.path, func.name))  # a part of what is given, not the thing itself
        return known + self._product(given, x, body, part)


def _name_of(fun: g.Expr) -> str:
    if isinstance(fun, g.SelectorExpr):
        return fun.sel.name
    return fun.name if isinstance(fun, g.Ident) else ""


def fits(of: t.Type | None, wanted: t.Type | None) -> bool:
    """A value of one type may be handed to a parameter of another, as far as both are known."""
    a, b = underlying(of), underlying(wanted)
    if (of == t.CONTEXT) != (wanted == t.CONTEXT) and isinstance(b, (t.Basic, t.Pointer, t.Slice, t.Map)):
        return of is None
    if isinstance(a, t.Basic) and isinstance(b, t.Basic):
        return a == b or a.name.startswith("untyped") or b.name.startswith("untyped")
    return not (isinstance(a, t.Basic) and isinstance(b, (t.Pointer, t.Slice, t.Map, t.Struct)))


def _inside(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def _own_message(kind: Kind | None, of: t.Type | None) -> bool:
    """A message by the name of a type of the module: how it is made tells more."""
    return kind is Kind.MESSAGE and isinstance(t.deref(of), t.Named)


def _is_empty(origin: Origin) -> bool:
    return origin.kind is Kind.CONSTANT and origin.text in ('""', "nil", "0", "``")
