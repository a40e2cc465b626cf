"""Where a key comes from: an expression followed backwards to the places where it enters the program."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.knowledge import team
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import calls_one_of, name_of
from gomaplint.model.flows import KEYS, is_string, values_of
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.names import Outside, builtin, symbol
from gomaplint.model.origins import (
    WIDE,
    Kind,
    Origin,
    bounded_type,
    carrier_kind,
    library_kind,
    method_kind,
    passes_on,
    rewrites,
)
from gomaplint.model.reach import request_type
from gomaplint.model.symbols import Func, Var, underlying
from gomaplint.model.tracing import State
from gomaplint.model.variables import Variables


class Keys(Variables):
    """Follows keys in one program."""

    def _expression(self, x: g.Expr, body: Body, state: State, number: int) -> list[Origin]:
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
        if t.is_one_of(t.deref(of), team.known().keys):
            return Kind.REQUEST
        if isinstance(of, t.Pointer) and isinstance(of.elem, (t.Named, t.External)):
            return Kind.POINTER if request_type(of) is None else Kind.REQUEST
        return None

    def _composite(self, x: g.CompositeLit, body: Body, state: State) -> list[Origin]:
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
        if part in names:
            return []  # a zero value brings nothing in
        return self._end(Kind.UNKNOWN, x, body, state)

    # -- calls

    def _call(self, x: g.CallExpr, body: Body, state: State, number: int) -> list[Origin]:
        name = builtin(x, body)
        if name is not None:
            if name == "append":
                return self._union(x.args, body, state)
            if name in ("min", "max"):
                return self._product(x.args, x, body, state)
            return [] if name in ("make", "new") else self._end(Kind.UNKNOWN, x, body, state)
        if type_expr(x.fun, body) is not None and len(x.args) == 1:
            if type_of(x.args[0], body) == t.Basic("int32") and is_string(x, body):
                return self._end(Kind.ENUM, x, body, state)  # a character
            return self._trace(x.args[0], body, state)
        if calls_one_of(team.known().keys, x, body):
            return self._end(Kind.REQUEST, x, body, state)
        if name_of(x.fun).startswith("Dial"):
            return self._end(Kind.CONFIG, x, body, state)
        if name_of(x.fun).startswith("Accept"):
            return self._end(Kind.REQUEST, x, body, state)
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

    def _function_value(self, x: g.CallExpr, number: int, body: Body, state: State) -> list[Origin]:
        """What functions give back that a variable or field is set to; whoever sets it decides."""
        if state.spent:
            return self._end(Kind.UNKNOWN, x, body, state)
        functions = list(values_of(x.fun, body, self.program))
        down = state.down(f"{name_of(x.fun)}()", len(functions))
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

    def _outside(self, found: Outside, x: g.CallExpr, body: Body, state: State) -> list[Origin]:
        kind = library_kind(found.path, found.name)
        if kind is not None:
            return self._met(kind, x, body, state)
        if passes_on(found.path, found.name):
            if found.name in ("Keys", "Values", "Sorted", "Collect"):
                keys = found.name == "Keys"
                inner = state.into(KEYS) if keys else state
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

    def _returned(
        self, func: Func, x: g.CallExpr, number: int, body: Body, state: State, twins: int
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
        part = state.into(func.name)  # a part of what is given, not the thing itself
        return known + self._product(given, x, body, part)


def _is_empty(origin: Origin) -> bool:
    return origin.kind is Kind.CONSTANT and origin.text in ('""', "nil", "0", "``")
