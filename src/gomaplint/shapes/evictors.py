"""Functions that are said to take entries out of a map, and whether they lead to code that does."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from gomaplint import goast as g
from gomaplint.model import guards
from gomaplint.model.body import Local
from gomaplint.model.containers import Effect, Event
from gomaplint.model.maps import Map
from gomaplint.model.packages import Package
from gomaplint.model.program import Program
from gomaplint.model.renewal import made_here
from gomaplint.model.symbols import Field, Func, TypeDecl

_FUNCS = 400  # functions above a removal that are looked at


def called(name: str, m: Map) -> list[Func]:
    """The functions that a name means where a map is declared: `Close`, `Hub.Close`, `hub.Hub.Close`, `net/hub.Run`.

    Without a type it is a method of the map's owner before it is a function, and a method of another type at last.
    """
    folder, slash, rest = name.rpartition("/")
    parts = rest.split(".")
    home = m.container.file.package
    if slash:
        packages = _packages(f"{folder}/{parts.pop(0)}", m)
        return [func for package in packages for func in _named(parts, package)]
    if len(parts) == 1:
        owner = owner_of(m)
        own = owner.methods.get(parts[0], []) if owner is not None else []
        methods = [func for by_name in home.methods.values() for func in by_name.get(parts[0], ())]
        return own or home.funcs.get(parts[0], []) or methods
    beside = [func for package in _packages(parts[0], m) for func in _named(parts[1:], package)]
    return _named(parts, home) or beside


def _packages(path: str, m: Map) -> list[Package]:
    every = m.analysis.program.workspace.every
    return [p for p in every if p.path == path or p.path.endswith(f"/{path}")]


def _named(parts: Sequence[str], package: Package) -> list[Func]:
    if len(parts) == 2:
        return package.methods.get(parts[0], {}).get(parts[1], [])
    return package.funcs.get(parts[0], []) if len(parts) == 1 else []


def owner_of(m: Map) -> TypeDecl | None:
    """The declared type of which the map is a field, or a field of a field."""
    decl: object = m.container.decl
    while isinstance(decl, Field):
        decl = decl.struct.owner
    return decl if isinstance(decl, TypeDecl) else None


def meant(name: str, m: Map) -> str:
    """The name of a function near a map that comes closest to one that does not exist, "" where none does."""
    home = m.container.file.package
    methods = {f"{of}.{method}": method for of, by_name in home.methods.items() for method in by_name}
    names = {*home.funcs, *methods, *methods.values()}
    return next(iter(difflib.get_close_matches(name, sorted(names), 1)), "")


def removals(m: Map) -> list[Event]:
    """What takes entries out, at the end of the owner's life too: delete, clear, another map or nil in its place."""
    events = [*m.story.of(Effect.REMOVE, Effect.CLEAR), *(e for e in m.assignments if _empties(e, m))]
    return [e for e in events if not e.body.file.for_tests]


def _empties(event: Event, m: Map) -> bool:
    """An assignment to what was there before: not the first one of a life."""
    stmt, body = event.node, event.body
    if not isinstance(stmt, g.AssignStmt) or guards.only_if_nil(stmt, body):
        return False
    if isinstance(m.container.decl, Local):
        return stmt is not m.container.decl.stmt
    roots = (g.root(target) for target in stmt.lhs)
    locals_ = (body.bound.get(x.pos) for x in roots if isinstance(x, g.Ident))
    return not any(local is not None and made_here(local) for local in locals_)


def leading_to(funcs: Iterable[Func], events: Iterable[Event], program: Program) -> tuple[Event | None, bool]:
    """The first of some events that one of the functions leads to, by calls inside the module or by handing it on.

    The second answer is False where a method is known by nothing but its name on the way.
    """
    wanted, events = set(funcs), list(events)
    for sure in (True, False):
        for event in events:
            if isinstance(event.body.owner, Func) and wanted & _above(event.body.owner, program, sure):
                return event, sure
    return None, True


def _above(func: Func, program: Program, sure: bool) -> set[Func]:
    """A function, and all that may call it."""
    seen, todo = {func}, [func]
    while todo and len(seen) < _FUNCS:
        for ref in program.references(todo.pop(0)):
            owner = ref.body.owner
            if isinstance(owner, Func) and owner not in seen and (ref.how != "name" or not sure):
                seen.add(owner)
                todo.append(owner)
    return seen


def handed_on(event: Event) -> bool:
    """The event is in a function literal that is stored or passed on, so that anybody may call it."""
    body = event.body
    lit = body.lit_of(event.node)
    call = body.parent(lit) if lit is not None else None
    return lit is not None and not (isinstance(call, g.CallExpr) and call.fun is lit)
