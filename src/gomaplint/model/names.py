"""What a name means at a place: locals, package symbols, builtins, names of libraries."""

from __future__ import annotations

from typing import Union

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.packages import Package
from gomaplint.model.symbols import Const, Func, TypeDecl, Var

Symbol = Union[Local, Var, Func, TypeDecl, Package, Const, "Builtin", "Outside"]


class Builtin(str):
    """A predeclared function or value that nothing shadows."""


class Outside:
    """Something of a package outside the run."""

    __slots__ = ("name", "path")

    def __init__(self, path: str, name: str) -> None:
        self.path, self.name = path, name


def is_standard(path: str) -> bool:
    """An import path of the standard library: no dot in its first part."""
    return "." not in path.partition("/")[0]


def symbol(x: g.Expr, body: Body) -> Symbol | None:
    """What a name, or a name of a package (`pkg.Name`), means at this place."""
    if isinstance(x, g.Ident):
        local = body.bound.get(x.pos)
        if local is not None:
            return local
        if x.name in body.types:
            return body.types[x.name]
        found = package_symbol(body.file.package, x.name)
        return found if found is not None else _from_imports(x.name, body)
    if isinstance(x, g.SelectorExpr) and isinstance(x.x, g.Ident) and x.x.pos not in body.bound:
        path = body.file.imports.get(x.x.name)
        if path is not None and x.x.name not in body.file.package.vars:
            package = body.file.package.workspace.package(path)
            return Outside(path, x.sel.name) if package is None else package_symbol(package, x.sel.name)
    return None


def _from_imports(name: str, body: Body) -> Symbol | None:
    for path in body.file.dot_imports:
        package = body.file.package.workspace.package(path)
        found = package_symbol(package, name) if package is not None else None
        if found is not None:
            return found
    if name in t.BUILTINS or name in ("nil", "true", "false", "iota"):
        return Builtin(name)
    return None


def package_symbol(package: Package, name: str) -> Symbol | None:
    """What a name means in a package: its variable, function (of twins the first), type or constant."""
    if name in package.vars:
        return package.vars[name]
    if name in package.funcs:
        return package.funcs[name][0]
    if name in package.types:
        return package.types[name]
    if name in package.consts:
        return package.consts[name]
    return None


def builtin(call: g.CallExpr, body: Body) -> str | None:
    """The name of the builtin function that a call means, or None."""
    fun = call.fun
    if isinstance(fun, g.Ident) and fun.name in t.BUILTINS and isinstance(symbol(fun, body), Builtin):
        return fun.name
    return None
