"""Types that say nothing of their values: empty interfaces, and what decoders fill as they find it."""

from __future__ import annotations

from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.symbols import File, TypeDecl, is_exported, underlying


def is_empty(of: t.Type | None) -> bool:
    """The empty interface, or a type declared as it."""
    below = underlying(of)
    return isinstance(below, t.Interface) and not below.methods and not below.open


def is_interface(of: t.Type | None) -> bool:
    """An interface, empty or not: a value in it has a type of its own."""
    return of == t.ERROR or isinstance(underlying(of), t.Interface)


def is_dynamic(of: t.Type | None, depth: int = 4) -> bool:
    """An empty interface, or maps, slices and pointers of nothing else."""
    if isinstance(of, t.External):
        return [of.path, of.name] in knowledge.table("decoders")["dynamic"]["types"]
    below = underlying(of)
    if isinstance(below, (t.Map, t.Slice, t.Pointer)):
        return depth > 0 and is_dynamic(below.elem, depth - 1)
    return is_empty(of)


def written(of: t.Type | None, file: File) -> str:
    """A type as code of this file writes it, "?" in it where it is not known."""
    match of:
        case t.Pointer(elem):
            return f"*{written(elem, file)}"
        case t.Named(decl, args):
            name = decl.name if decl.package is file.package else f"{decl.package.name}.{decl.name}"
            return f"{name}[{', '.join(written(a, file) for a in args)}]" if args else name
        case t.External(path, name):
            return f"{next((a for a, p in file.imports.items() if p == path), path)}.{name}"
        case t.Map(key, elem):
            return f"map[{written(key, file)}]{written(elem, file)}"
        case t.Slice(elem, length):
            return f"[{'' if length is None else length}]{written(elem, file)}"
        case t.Chan(elem):
            return f"chan {written(elem, file)}"
        case t.Struct():
            return "struct{}" if not of.decl.every else "struct{...}"
    return t.show(of)


def is_settled(of: t.Type | None) -> bool:
    """A type that is known to the end and short to write: no type parameter, function or nameless struct in it."""
    match of:
        case t.Basic() | t.External():
            return True
        case t.Pointer(elem) | t.Chan(elem):
            return is_settled(elem)
        case t.Slice(elem, length):
            return length != -1 and is_settled(elem)
        case t.Map(key, elem):
            return is_settled(key) and is_settled(elem)
        case t.Named(decl, args):
            return len(args) == len(decl.tparams) and all(map(is_settled, args))
        case t.Struct(decl):
            return not decl.every
    return is_empty(of)


def hidden(of: t.Type | None, file: File) -> TypeDecl | None:
    """The first type that code of this file cannot name: of a function, not exported, or of a package out of reach."""
    match of:
        case t.Pointer(elem) | t.Slice(elem) | t.Chan(elem):
            return hidden(elem, file)
        case t.Map(key, elem):
            return hidden(key, file) or hidden(elem, file)
        case t.Named(decl, args):
            if _is_hidden(decl, file):
                return decl
            return next((found for arg in args if (found := hidden(arg, file)) is not None), None)
    return None


def _is_hidden(decl: TypeDecl, file: File) -> bool:
    if decl.fact is None:
        return True
    home = decl.package
    if home is file.package:
        return False
    # Importing a package that imports this one would be a cycle.
    cycle = home in home.workspace.dependents(file.package)
    inside, _, below = home.path.partition("/internal")
    internal = bool(below) and not f"{file.package.path}/".startswith(f"{inside}/")
    return cycle or internal or home.name == "main" or not is_exported(decl.name)
