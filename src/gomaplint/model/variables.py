"""Where a key comes from that stands in a variable, a field or a parameter: all that is put there."""

from __future__ import annotations

from collections.abc import Sequence

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import argument, callee, name_of
from gomaplint.model.flows import KEYS, Stored, calls_of, is_string, mentions, stored
from gomaplint.model.forever import outlives
from gomaplint.model.infer import callees, local_type, member_of, type_of
from gomaplint.model.names import Builtin, Outside, symbol
from gomaplint.model.origins import (
    BOUNDED,
    Kind,
    Origin,
    bounded_type,
    carrier_kind,
    configured,
    configured_type,
    is_bounded_part,
    is_receiver,
    is_rpc,
    outgoing,
    peer_parts,
    root,
)
from gomaplint.model.reach import When
from gomaplint.model.symbols import Const, Field, Func, TypeDecl, Var, is_exported, underlying
from gomaplint.model.tracing import OPEN, State, Tracer

_SITES = 40  # call sites for one parameter
_WRITERS = 14  # assignments for one field


class Variables(Tracer):
    """Follows names: to what is assigned to them, put into them, sent to them, and handed to them."""

    # -- names

    def _name(self, x: g.Ident | g.SelectorExpr, body: Body, state: State) -> list[Origin]:
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

    def _selector(self, x: g.SelectorExpr, body: Body, state: State) -> list[Origin]:
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
        known = [o for o in whole if o.kind not in OPEN]
        return known or self._stored(member.field, x, body, state)

    def _carried(self, whole: g.Expr, part: str, x: g.Expr, body: Body, state: State) -> list[Origin] | None:
        """A part of a value whose type alone tells what its parts are."""
        of = type_of(whole, body)
        if of == t.CONTEXT and part == "Value":
            return self._put_into_context(x, body, state) or self._end(Kind.REQUEST, x, body, state)
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

    def _put_into_context(self, x: g.Expr, body: Body, state: State) -> list[Origin]:
        """What the module stores in contexts under the key of `ctx.Value(key)`, as far as that is known."""
        key = context_key(x.args[0], body) if isinstance(x, g.CallExpr) and x.args else None
        if key is None or state.spent:
            return []
        package = key.package
        among = self.program.workspace.importers(package) if is_exported(key.name) else frozenset((package,))
        stored = [
            (call, at)
            for at in self.program.bodies_naming(key.name, among)
            for call in at.calls
            if len(call.args) == 3
            and callee(call, at) == ("context", "WithValue")
            and context_key(call.args[1], at) is key
        ]
        down = state.down(f"Value({key.name})", len(stored))
        found: list[Origin] = []
        for call, at in stored[:_WRITERS]:
            if self.reach.of(call, at).when is When.START:
                found += self._end(Kind.START, call.args[2], at, down)
            else:
                found += self._trace(call.args[2], at, down.past(call.args[2], at))
        return [o for o in found if o.kind not in OPEN]

    def _dialled(self, x: g.Expr, part: str, body: Body, state: State) -> bool:
        """A connection that the program opened itself, so that it knew the other end before."""
        found = self._trace(x, body, state.into(part))
        return any(o.kind is Kind.CONFIG for o in found)

    def _served(self, whole: g.Expr, body: Body, state: State) -> bool:
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

    def _stored(self, decl: Field | Var, x: g.Node, body: Body, state: State) -> list[Origin]:
        """Everything that is put into a field or package variable, or into the part of it that is asked for."""
        return self._written(self._puts(decl, state), decl, x, body, state)

    def _puts(self, decl: Field | Var, state: State) -> list[Stored]:
        return [p for at, node in mentions(decl, self.program) for p in stored(node, at, state.path)]

    def _written(
        self, puts: list[Stored], decl: Field | Var, x: g.Node, body: Body, state: State
    ) -> list[Origin]:
        if state.spent:
            return self._end(Kind.UNKNOWN, x, body, state)
        written = [p for p in puts if not p.body.file.generated] or puts
        down = state.down(str(decl), len(written))
        found = [o for put in written[:_WRITERS] for o in self._put(put, down)]
        return found or self._end(Kind.UNKNOWN, x, body, state)

    def _put(self, put: Stored, state: State) -> list[Origin]:
        there = state._replace(path=put.path)
        if put.how == "counted":
            return self._met(Kind.GENERATED, put.body.parent(put.value) or put.value, put.body, there)
        if put.how == "filled":
            return self._filled(put, there)
        return self._trace(put.value, put.body, there.past(put.value, put.body), put.number)

    def _filled(self, put: Stored, state: State) -> list[Origin]:
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
            found = self._product(given, call, body, state.into(name))
            return [o for o in found if o.kind not in OPEN]
        if isinstance(symbol(call.fun, body), Outside):
            return self._met(Kind.GENERATED, call, body, state)  # atomic.AddInt64(&n, 1)
        return []

    def _local(self, local: Local, x: g.Expr, body: Body, state: State) -> list[Origin]:
        of = type_of(x, body)
        if state.path and of == t.CONTEXT:
            return self._end(Kind.REQUEST, x, body, state)  # what a context carries, a request brought
        kind = carrier_kind(of) if state.path else Kind.CONFIG if configured_type(of) else None
        # Whose connection it is, and what a message of the module holds: how it was made tells.
        asks = state.path[-1:] and state.path[-1] in peer_parts()
        if kind is not None and kind is not Kind.CONFIG and not asks and not _own_message(kind, of):
            return self._end(kind, x, body, state)
        given = local.kind in ("param", "recv")
        found = self._param(local, x, state) if given else self._values(local, x, body, state)
        if kind is not None and all(o.kind in OPEN for o in found):
            here = body.file.span(x.pos, x.end)
            made = kind is Kind.MESSAGE and any(o.kind is Kind.UNKNOWN and o.at != here for o in found)
            return found if made else self._end(kind, x, body, state)
        return found

    def _values(self, local: Local, x: g.Expr, body: Body, state: State) -> list[Origin]:
        """What is assigned to a local, put into it, or filled in by a call."""
        if self._counts(local):
            for_ever = any(outlives(local, use) for use in local.uses)
            return self._end(Kind.GENERATED if for_ever else Kind.UNKNOWN, x, body, state)
        found: list[Origin] = []
        for source in local.sources:
            if source.how == "step" and not is_string(x, body):
                continue
            of = underlying(type_of(source.expr, local.body)) if source.how in ("key", "element") else None
            if source.how == "element" and isinstance(of, t.Basic):
                found += self._end(Kind.ENUM, x, body, state)  # a character, or a number of a range
            elif source.how == "key":
                if isinstance(of, (t.Slice, t.Basic)):
                    found += self._end(Kind.UNKNOWN, x, body, state)
                    continue
                inner = state.into(KEYS) if isinstance(of, t.Map) else state
                found += self._trace(source.expr, local.body, inner)
            else:
                found += self._trace(source.expr, local.body, state, source.number)
        for use in local.uses:
            parent = local.body.parent(use)
            if isinstance(parent, g.AssignStmt) and any(target is use for target in parent.lhs):
                continue  # one of the sources
            for put in stored(use, local.body, state.path):
                found += self._put(put, state)
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
            and not is_string(s.lhs[0], local.body)
            for s in steps
        )

    # -- parameters

    def _param(self, local: Local, x: g.Expr, state: State) -> list[Origin]:
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
        self, name: str, given: Sequence[tuple[g.Expr, g.CallExpr, Body]], state: State
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

    def _literal_param(self, local: Local, x: g.Expr, state: State) -> list[Origin]:
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
            name = name_of(fun)
            if name in table["walks"] and isinstance(fun, g.SelectorExpr):
                ranged = symbol(fun, body) is None
                of = fun.x if ranged else parent.args[0]
                keys = ranged and local.index == 0 and t.deref(type_of(of, body)) == t.SYNC_MAP
                inner = state.into(KEYS) if keys else state
                return self._trace(of, body, inner)
            if words.first(name) in table["messages"] and not callees(parent, body):
                return self._end(Kind.MESSAGE, x, body, state)
        return self._end(Kind.UNKNOWN, x, body, state)

    def _var(self, var: Var, x: g.Expr, body: Body, state: State) -> list[Origin]:
        if configured_type(type_of(x, body)) or words.leads(var.name, "config"):
            return self._end(Kind.CONFIG, x, body, state)
        puts = self._puts(var, state)
        late = [
            p
            for p in puts
            if (when := self.reach.of(p.value, p.body).when) is not When.START
            and (p.how == "counted" or when is not When.NEVER)
        ]
        if not late:
            return self._end(Kind.START, x, body, state)
        return self._written(puts, var, x, body, state)


def context_key(x: g.Expr, body: Body) -> Const | Var | TypeDecl | None:
    """What tells one key of a context from others: a constant, a variable, or the type of `userKey{}`."""
    found = symbol(x, body) if isinstance(x, (g.Ident, g.SelectorExpr)) else None
    if isinstance(found, (Const, Var)):
        return found
    of = t.deref(type_of(x, body))
    return of.decl if isinstance(of, t.Named) and isinstance(underlying(of), t.Struct) else None


def fits(of: t.Type | None, wanted: t.Type | None) -> bool:
    """A value of one type may be handed to a parameter of another, as far as both are known."""
    a, b = underlying(of), underlying(wanted)
    if (of == t.CONTEXT) != (wanted == t.CONTEXT) and isinstance(b, (t.Basic, t.Pointer, t.Slice, t.Map)):
        return of is None
    if isinstance(a, t.Basic) and isinstance(b, t.Basic):
        return a == b or a.name.startswith("untyped") or b.name.startswith("untyped")
    return not (isinstance(a, t.Basic) and isinstance(b, (t.Pointer, t.Slice, t.Map, t.Struct)))


def _own_message(kind: Kind | None, of: t.Type | None) -> bool:
    """A message by the name of a type of the module: how it is made tells more."""
    return kind is Kind.MESSAGE and isinstance(t.deref(of), t.Named)
