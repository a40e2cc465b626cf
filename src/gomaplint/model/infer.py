"""The static type of an expression, as far as the files of the run tell it."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.knowledge import conversions, fields, results
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.generics import Bound, bind, bind_constraints, has_param, param_type
from gomaplint.model.names import Builtin, Outside, Symbol, builtin, symbol
from gomaplint.model.symbols import (
    Const,
    Func,
    Member,
    Scope,
    Var,
    expand,
    lent_by,
    lookup,
    resolve,
    underlying,
)

_DEPTH = 40


def _converts_to(found: Outside, x: g.Expr, body: Body) -> t.Type | None:
    """A library name that is called: a conversion only if the table knows it for a type."""
    fun, call = x, body.parent(x)
    if isinstance(call, g.IndexExpr) and call.x is x:
        fun, call = call, body.parent(call)
    if isinstance(call, g.CallExpr) and call.fun is fun and (found.path, found.name) not in conversions():
        return None
    return t.External(found.path, found.name)


def type_expr(x: g.Expr, body: Body) -> t.Type | None:
    """The type that an expression denotes if it stands for a type here, else None."""
    match x:
        case g.Ident(name=name):
            if x.pos in body.bound or name in body.file.package.vars or name in body.file.package.funcs:
                return None
        case g.SelectorExpr():
            if not isinstance(x.x, g.Ident) or x.x.pos in body.bound:
                return None
            found = symbol(x, body)
            if isinstance(found, (Var, Func, Const)) or found is None:
                return None
            if isinstance(found, Outside):
                return _converts_to(found, x, body)
        case g.IndexExpr(x=inner):
            if type_expr(inner, body) is None:
                return None
        case g.StarExpr(x=inner):
            of = type_expr(inner, body)
            return t.Pointer(of) if of is not None else None
        case g.MapType() | g.ArrayType() | g.ChanType() | g.FuncType() | g.StructType() | g.InterfaceType():
            pass
        case _:
            return None
    return resolve(x, Scope(body.file, body.env, body.types))


def type_of(x: g.Expr, body: Body, depth: int = 0) -> t.Type | None:
    """The type of a value; a call with several results gives a Tuple."""
    if depth > _DEPTH:
        return None
    key = id(x)
    if key in body.type_cache:
        return body.type_cache[key]
    body.type_cache[key] = None  # a variable defined by itself ends here
    of = expand(_type_of(x, body, depth + 1))
    body.type_cache[key] = of
    return of


def _type_of(x: g.Expr, body: Body, depth: int) -> t.Type | None:
    match x:
        case g.BasicLit(kind=kind):
            return t.LITERALS[kind]
        case g.Ident():
            return _symbol_type(symbol(x, body), body, depth)
        case g.SelectorExpr(x=inner, sel=sel):
            found = symbol(x, body)
            if found is not None:
                return _symbol_type(found, body, depth)
            return _member_type(type_of(inner, body, depth) or type_expr(inner, body), sel.name)
        case g.CompositeLit():
            return _composite_type(x, body, depth)
        case g.FuncLit(type=written):
            return resolve(written, Scope(body.file, body.env, body.types))
        case g.UnaryExpr(op=op, x=inner):
            of = type_of(inner, body, depth)
            if op == "&":
                return t.Pointer(of)
            if op == "<-":
                channel = underlying(of)
                return channel.elem if isinstance(channel, t.Chan) else None
            return t.BOOL if op == "!" else of
        case g.StarExpr(x=inner):
            pointer = underlying(type_of(inner, body, depth))
            return pointer.elem if isinstance(pointer, t.Pointer) else None
        case g.BinaryExpr(op=op, x=left):
            if op in ("==", "!=", "<", "<=", ">", ">=", "&&", "||"):
                return t.BOOL
            of = type_of(left, body, depth)
            return type_of(x.y, body, depth) if isinstance(left, g.BasicLit) else of
        case g.IndexExpr(x=inner):
            return element(type_of(inner, body, depth)) if type_expr(x, body) is None else None
        case g.SliceExpr(x=inner):
            of = type_of(inner, body, depth)
            below = underlying(t.deref(of))
            return t.Slice(below.elem) if isinstance(below, t.Slice) and below.length is not None else of
        case g.TypeAssertExpr(type=asserted):
            return resolve(asserted, Scope(body.file, body.env, body.types))
        case g.CallExpr():
            return _call_type(x, body, depth)
    return None


def _member_type(of: t.Type | None, name: str) -> t.Type | None:
    member = lookup(of, name)
    if member is not None:
        return t.substitute(member.type, member.env)
    inner = t.deref(of)
    if isinstance(inner, t.External):
        known = fields().get((inner.path, f"{inner.name}.{name}"))
        return _parse_known(known) if known else None
    lent = lent_by(inner, name)
    return next((m.type for m in lent.methods if m.name == name), None) if lent is not None else None


def element(of: t.Type | None) -> t.Type | None:
    """What indexing gives."""
    below = underlying(t.deref(of) if isinstance(underlying(t.deref(of)), t.Slice) else of)
    if isinstance(below, (t.Map, t.Slice)):
        return below.elem
    return t.Basic("uint8") if below == t.STRING else None


def _symbol_type(found: Symbol | None, body: Body, depth: int) -> t.Type | None:
    match found:
        case Local():
            return local_type(found, depth)
        case Var():
            return var_type(found)
        case Func():
            return found.type
        case Const():
            return found.type
        case Builtin():
            return t.BOOL if found in ("true", "false") else None
        case Outside(path=path, name=name):
            known = results().get((path, name))
            return t.Signature((), _known(known)) if known else None
    return None


def _known(names: tuple[str, ...]) -> tuple[t.Type | None, ...]:
    return tuple(_parse_known(name) for name in names)


def _parse_known(text: str) -> t.Type | None:
    if text.startswith("*"):
        return t.Pointer(_parse_known(text[1:]))
    if text.startswith("[]"):
        return t.Slice(_parse_known(text[2:]))
    if text.startswith("chan "):
        return t.Chan(_parse_known(text[5:]))
    if text.startswith("map[string]"):
        return t.Map(t.STRING, _parse_known(text[11:]))
    path, dot, name = text.rpartition(".")
    if dot:
        return t.External(path, name)
    return t.Basic(text) if text in t.BASIC_NAMES else None


def local_type(local: Local, depth: int = 0) -> t.Type | None:
    """The declared type of a variable, or that of the first value it gets."""
    body = local.body
    if local.type is not None:
        of = resolve(local.type, Scope(local.body.file, body.env, body.types))
        return t.Slice(of) if local.variadic else of
    if local.sources:
        declaring = local.sources[0]
        return _source_type(declaring.expr, declaring.how, declaring.number, body, depth + 1)
    return None


def _source_type(x: g.Expr, how: str, index: int, body: Body, depth: int) -> t.Type | None:
    of = type_of(x, body, depth)
    if how == "result":
        if isinstance(of, t.Tuple):
            return of.elems[index] if index < len(of.elems) else None
        if index == 0:
            return of
        # v, ok := m[k], x.(T), <-c
        return t.BOOL if isinstance(x, (g.IndexExpr, g.TypeAssertExpr, g.UnaryExpr)) else None
    if how in ("key", "element"):
        return ranged(of, how)
    return of


def ranged(of: t.Type | None, how: str) -> t.Type | None:
    """The type of the first or second variable of a range over this type."""
    below = underlying(of)
    if isinstance(below, t.Pointer):
        below = underlying(below.elem)
    match below:
        case t.Map(key, elem):
            return key if how == "key" else elem
        case t.Slice(elem):
            return t.INT if how == "key" else elem
        case t.Chan(elem):
            return elem
        case t.Basic("string"):
            return t.INT if how == "key" else t.Basic("int32")
        case t.Basic():
            return below
        case t.Signature(params, _, _) if params and isinstance(params[0], t.Signature):
            yielded = params[0].params
            index = 0 if how == "key" else 1
            return yielded[index] if index < len(yielded) else None
    return None


def foreign(var: Var) -> bool:
    """A package variable whose type by its looks belongs to a package outside the workspace."""
    spec, space = var.spec, var.package.workspace
    if spec is None or spec.type is not None:
        return spec is None or space.foreign(spec.type, var.file)
    return all(space.foreign(value, var.file) for value in spec.values)


def var_type(var: Var) -> t.Type | None:
    """The type of a package variable."""
    spec = var.spec
    if spec is None:
        return None
    _ = var.struct  # before its type is resolved: whoever asks first decides whose struct it is
    if spec.type is not None:
        return resolve(spec.type, Scope(var.file, {}))
    if not spec.values:
        return None
    spread = len(spec.names) > 1 and len(spec.values) == 1
    if not spread and var.index >= len(spec.values):
        return None
    value = spec.values[0] if spread else spec.values[var.index]
    of = _shallow_type(value, var)
    if isinstance(of, t.Tuple):
        return of.elems[var.index] if var.index < len(of.elems) else None
    return of


_pending: set[Var] = set()


def _shallow_type(value: g.Expr, var: Var) -> t.Type | None:
    if var in _pending:
        return None
    _pending.add(var)
    try:
        return type_of(value, Body(var, shallow=True))
    finally:
        _pending.discard(var)


def _composite_type(x: g.CompositeLit, body: Body, depth: int) -> t.Type | None:
    if x.type is not None:
        return resolve(x.type, Scope(body.file, body.env, body.types))
    outer = body.parent(x)
    while outer is not None and not isinstance(outer, g.CompositeLit):
        outer = body.parent(outer)
    if outer is None:
        return None
    below = underlying(t.deref(type_of(outer, body, depth)))
    if isinstance(below, (t.Map, t.Slice)):
        return below.elem
    return None


def callees(call: g.CallExpr, body: Body, depth: int = 0) -> list[Func]:
    """The functions of the run that a call may mean by its static type; twins under build constraints all."""
    fun = call.fun
    if isinstance(fun, g.IndexExpr):
        fun = fun.x
    found = symbol(fun, body)
    if isinstance(found, Func):
        return found.package.funcs.get(found.name, [found])
    if found is None and isinstance(fun, g.SelectorExpr):
        of = type_of(fun.x, body, depth) or type_expr(fun.x, body)
        member = lookup(of, fun.sel.name)
        if member is not None:
            return member.methods
    return []


def member_of(x: g.SelectorExpr, body: Body) -> Member | None:
    """The field or method a selector means; None for a name of a package or an unknown operand."""
    if symbol(x, body) is not None:
        return None
    return lookup(type_of(x.x, body), x.sel.name)


def _call_type(x: g.CallExpr, body: Body, depth: int) -> t.Type | None:
    name = builtin(x, body)
    if name is not None:
        if name in ("make", "new") and x.args:
            of = type_expr(x.args[0], body)
            if name == "new":
                return t.Pointer(of if of is not None else type_of(x.args[0], body, depth))
            return of
        if name in ("append", "min", "max") and x.args:
            return type_of(x.args[0], body, depth)
        return t.INT if name in ("len", "cap", "copy") else None
    converted = type_expr(x.fun, body)
    if converted is not None and not isinstance(symbol(x.fun, body), (Func, Local)):
        return converted
    fun = x.fun
    if isinstance(fun, g.SelectorExpr):
        of = t.deref(type_of(fun.x, body, depth))
        if isinstance(of, t.External):
            known = results().get((of.path, f"{of.name}.{fun.sel.name}"))
            if known:
                return _single(_known(known))
    signature = underlying(
        type_of(
            fun.x
            if isinstance(fun, g.IndexExpr) and type_expr(fun, body) is None and callees(x, body)
            else fun,
            body,
            depth,
        )
    )
    if isinstance(signature, t.Signature):
        return _single(_results(signature, x, body, depth))
    return None


def _results(signature: t.Signature, x: g.CallExpr, body: Body, depth: int) -> tuple[t.Type | None, ...]:
    """The results of a call, with the type arguments that are written or follow."""
    if not any(map(has_param, signature.results)):
        return signature.results
    bound: Bound = {}
    func = next(iter(callees(x, body)), None)
    if isinstance(x.fun, g.IndexExpr) and func is not None:
        names = [p.name for p in func.signature.tparams if p.name]
        bound.update((name, type_expr(i, body)) for name, i in zip(names, x.fun.indices, strict=False))
    for number, arg in enumerate(x.args):
        param = param_type(signature, number, x.ellipsis)
        if has_param(param):
            bind(param, type_of(arg, body, depth), bound)
    if func is not None:
        bind_constraints(func, bound)
    return tuple(t.substitute(result, bound) for result in signature.results)


def _single(results: tuple[t.Type | None, ...]) -> t.Type | None:
    return results[0] if len(results) == 1 else t.Tuple(results)
