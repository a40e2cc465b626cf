"""Calls of library functions, found through the names of each file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import callees, type_expr, type_of
from gomaplint.model.names import Outside, symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func


def callee(call: g.CallExpr, body: Body) -> tuple[str, str] | None:
    """Import path and name of the function of a package that a call means; None for methods and everything else."""
    fun = call.fun.x if isinstance(call.fun, g.IndexExpr) else call.fun
    found = symbol(fun, body)
    if isinstance(found, Outside):
        return found.path, found.name
    return (found.package.path, found.name) if isinstance(found, Func) else None


def calls_one_of(names: AbstractSet[str], call: g.CallExpr, body: Body) -> bool:
    """A call may mean one of some functions and methods, in the run or not: `example.com/lib/lru.Cache.Purge`."""
    if not names:
        return False
    if (found := callee(call, body)) is not None:
        return ".".join(found) in names
    fun = call.fun.x if isinstance(call.fun, g.IndexExpr) else call.fun
    if not isinstance(fun, g.SelectorExpr) or symbol(fun, body) is not None:
        return False
    of = t.deref(type_of(fun.x, body) or type_expr(fun.x, body))
    if isinstance(of, (t.Named, t.External)) and f"{t.full_name(of)}.{fun.sel.name}" in names:
        return True
    lent = callees(call, body)  # by an embedded type
    return any(f"{func.package.path}.{func.fact.recv}.{func.name}" in names for func in lent)


def name_of(fun: g.Expr) -> str:
    """The last name of what is called: `Dial` of `net.Dial`."""
    if isinstance(fun, g.SelectorExpr):
        return fun.sel.name
    return fun.name if isinstance(fun, g.Ident) else ""


def argument(call: g.CallExpr, local: Local, body: Body) -> g.Expr | None:
    """What a call hands to a parameter or receiver of the function that it calls; `body` is where the call stands."""
    if local.kind == "recv":
        return call.fun.x if isinstance(call.fun, g.SelectorExpr) else None
    if local.kind != "param":
        return None
    func, index = local.body.owner, local.index
    method = isinstance(func, Func) and func.fact.recv and local.lit is None
    if method and isinstance(call.fun, g.SelectorExpr) and type_expr(call.fun.x, body) is not None:
        index += 1  # a method expression takes its receiver first
    return call.args[index] if index < len(call.args) else None


def library_calls(
    program: Program, functions: Mapping[str, AbstractSet[str]]
) -> Iterator[tuple[g.CallExpr, Body]]:
    """Every call of some functions (their names by import path) in the files that are reported on."""
    names = frozenset().union(*functions.values())
    pattern = re.compile(rb"\b(?:%s)\b" % "|".join(sorted(names)).encode())
    for file in program.workspace.files:
        if not file.reported or names.isdisjoint(file.facts.names):
            continue
        if functions.keys().isdisjoint(path for _, path in file.facts.imports):
            continue
        for body in program.bodies_matching(file, pattern):
            for call in body.calls:
                found = callee(call, body)
                if found is not None and found[1] in functions.get(found[0], ()):
                    yield call, body
