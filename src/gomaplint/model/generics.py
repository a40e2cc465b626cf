"""Type arguments that follow from the arguments of a call."""

from __future__ import annotations

from gomaplint.model import types as t
from gomaplint.model.symbols import Func, Scope, resolve, underlying

Bound = dict[str, "t.Type | None"]


def param_type(signature: t.Signature, number: int, ellipsis: bool) -> t.Type | None:
    """The type that an argument of a call is assigned to, variadic parameters told apart."""
    params = signature.params
    last = len(params) - 1
    if signature.variadic and number >= last and not ellipsis:
        variadic = params[last]
        return variadic.elem if isinstance(variadic, t.Slice) else None
    return params[number] if number <= last else None


def bind(param: t.Type | None, given: t.Type | None, bound: Bound) -> None:
    """Bind the type parameters in a parameter's type that the type of what is given decides."""
    todo: list[tuple[t.Type | None, t.Type | None]] = [(param, given)]
    while todo:
        want, have = todo.pop()
        match want:
            case t.TypeParam(name):
                bound.setdefault(name, have)
            case t.Pointer(elem) if isinstance(have, t.Pointer):
                todo.append((elem, have.elem))
            case t.Slice(elem):
                below = underlying(have)
                if isinstance(below, t.Slice):
                    todo.append((elem, below.elem))
            case t.Map(key, elem):
                below = underlying(have)
                if isinstance(below, t.Map):
                    todo += [(key, below.key), (elem, below.elem)]
            case t.Chan(elem):
                below = underlying(have)
                if isinstance(below, t.Chan):
                    todo.append((elem, below.elem))
            case t.Signature(params, results, _):
                below = underlying(have)
                if isinstance(below, t.Signature):
                    todo += zip(params, below.params, strict=False)
                    todo += zip(results, below.results, strict=False)
            case t.Named(_, args) if isinstance(have, t.Named):
                todo += zip(args, have.args, strict=False)


def bind_constraints(func: Func, bound: Bound) -> None:
    """Bind what a constraint such as `M ~map[K]V` tells once M is known."""
    for param in func.signature.tparams:
        if param.name and bound.get(param.name) is not None:
            bind(resolve(param.type, Scope(func.file, func.env)), bound[param.name], bound)


def has_param(of: t.Type | None) -> bool:
    """A type parameter occurs in the type."""
    match of:
        case t.TypeParam():
            return True
        case t.Pointer(elem) | t.Slice(elem) | t.Chan(elem):
            return has_param(elem)
        case t.Map(key, elem):
            return has_param(key) or has_param(elem)
        case t.Named(_, args):
            return any(map(has_param, args))
        case t.Signature(params, results, _):
            return any(map(has_param, (*params, *results)))
    return False
