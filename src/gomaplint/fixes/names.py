"""What a fix may call things: predeclared functions, packages of the standard library, the types of maps.

    predeclared("clear", body)             the name means the builtin function, whatever the line in the body
    package("maps", body)                  a `Named` package: what to call it there, and the edits that import it
    map_type(container, body)              the type of a map as the function can write it: `map[string]*conn`
    spelled(x, file, body)                 any other type that stands in a file, as the function can write it

Each gives None where it is not certain.
A fix that needs a package puts its edits first: `Fix(title, False, (*maps.edits, edit))`.
"""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.finding import Edit
from gomaplint.fixes.imports import add_import
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.containers import Container
from gomaplint.model.names import Builtin, builtin, symbol
from gomaplint.model.symbols import Field, File, Func, TypeDecl, Var, is_exported


class Named(NamedTuple):
    """A package by the name a function can use, and what makes it so."""

    name: str
    edits: tuple[Edit, ...]


def predeclared(name: str, body: Body) -> bool:
    """A name of the language means what the language says: nothing around or in the function declares it."""
    found = symbol(g.Ident(-1, -1, name), body)
    return (isinstance(found, Builtin) or name in t.BASIC_NAMES) and _unused(name, body)


def _unused(name: str, body: Body) -> bool:
    """Neither the function nor its package nor an import of its file declares a name."""
    package, file = body.file.package, body.file
    declared = (
        package.vars,
        package.funcs,
        package.types,
        package.consts,
        file.imports,
        body.env,
        body.types,
    )
    return not any(name in names for names in declared) and all(
        x.name != name for x in (*body.locals, body.recv) if x is not None
    )


def package(path: str, body: Body) -> Named | None:
    """A package of the standard library."""
    name, file = path.rpartition("/")[2], body.file
    for alias, imported in file.facts.imports:
        if imported == path and alias not in (".", "_"):
            known = alias or name
            local = any(x.name == known for x in (*body.locals, body.recv) if x is not None)
            hidden = local or known in body.types or known in body.env
            return None if hidden else Named(known, ())
    # The name of a package that is not read is a guess, so a path that ends like this one may take the name too.
    taken = any(name in other.split("/") and alias == "" for alias, other in file.facts.imports)
    edits = add_import(path, file) if _unused(name, body) and not taken else None
    return Named(name, edits) if edits is not None else None


def map_type(container: Container, body: Body) -> str | None:
    """The type of a map by its declaration, spelled for use in a function."""
    decl = container.decl
    if isinstance(decl, Field):
        return spelled(decl.node.type, decl.file, body, decl.struct.owner)
    if isinstance(decl, Var):
        values = decl.spec.values if decl.spec is not None else []
        written = decl.spec.type if decl.spec is not None else None
        value = values[decl.index] if decl.index < len(values) else None
        home: Body | None = None
    else:
        written, home = decl.type, decl.body
        value = decl.sources[0].expr if decl.sources and decl.sources[0].how == "value" else None
        if home is not body:
            return None
    if written is None and isinstance(value, g.CompositeLit):
        written = value.type
    elif written is None and isinstance(value, g.CallExpr) and value.args:
        fun = value.fun
        made = builtin(value, home) == "make" if home is not None else _is_make(fun, container.file)
        written = value.args[0] if made else None
    return spelled(written, container.file, body) if written is not None else None


def _is_make(fun: g.Expr, file: File) -> bool:
    return isinstance(fun, g.Ident) and fun.name == "make" and "make" not in file.package.funcs


def spelled(x: g.Expr, file: File, body: Body, owner: TypeDecl | Var | Field | None = None) -> str | None:
    """A type expression of a file as a function can write it.

    `owner` is what declares the struct that the expression stands in: methods call its type parameters as they like.
    """
    match x:
        case g.Ident(name=name):
            return _named(name, file, body, owner)
        case g.SelectorExpr(x=g.Ident(name=alias), sel=sel):
            path = file.imports.get(alias)
            return _qualified(path, sel.name, body) if path is not None else None
        case g.StarExpr(x=inner):
            return _around("*", inner, file, body, owner)
        case g.MapType(key=key, value=value):
            one = spelled(key, file, body, owner)
            return _around(f"map[{one}]", value, file, body, owner) if one is not None else None
        case g.ArrayType(len=None, elt=elt):
            return _around("[]", elt, file, body, owner)
        case g.ArrayType(len=g.BasicLit(kind="int", value=length), elt=elt):
            return _around(f"[{length}]", elt, file, body, owner)
        case g.IndexExpr(x=generic, indices=indices):
            args = [spelled(i, file, body, owner) for i in indices]
            known = [a for a in args if a is not None]
            return _with_args(spelled(generic, file, body, owner), known) if len(known) == len(args) else None
        case g.StructType(fields=[]):
            return "struct{}"
        case g.InterfaceType(methods=[], embeds=[]):
            return "interface{}"
    return None


def _with_args(generic: str | None, args: list[str]) -> str | None:
    return f"{generic}[{', '.join(args)}]" if generic is not None else None


def _around(
    before: str, x: g.Expr, file: File, body: Body, owner: TypeDecl | Var | Field | None
) -> str | None:
    inner = spelled(x, file, body, owner)
    return before + inner if inner is not None else None


def _named(name: str, file: File, body: Body, owner: TypeDecl | Var | Field | None) -> str | None:
    if isinstance(owner, TypeDecl) and name in owner.tparams:
        method = body.owner
        if not isinstance(method, Func) or method.receiver is not owner:
            return None
        names = method.receiver_params
        at = owner.tparams.index(name)
        return names[at] if at < len(names) and names[at] != "_" and _visible(names[at], body) else None
    if name in body.types or (body.file is file and name in body.env):
        return name if body.file is file and _visible(name, body) else None
    declared = name in file.package.types
    if not declared:
        predefined = name in t.BASIC_NAMES and not file.dot_imports
        return name if predefined and predeclared(name, body) else None
    if file.package is body.file.package:
        return name if _visible(name, body) and name not in body.types and name not in body.env else None
    return _qualified(file.package.path, name, body)


def _qualified(path: str, name: str, body: Body) -> str | None:
    if not is_exported(name):
        return None
    space = body.file.package.workspace
    if path == body.file.package.path and body.file.package in space.every:
        return name if _visible(name, body) else None
    for alias, imported in body.file.imports.items():
        if imported == path and _visible(alias, body) and alias not in body.file.package.vars:
            return f"{alias}.{name}"
    return None


def _visible(name: str, body: Body) -> bool:
    """No variable of the function hides a name of the package or the file."""
    return all(x.name != name for x in (*body.locals, body.recv) if x is not None)
