"""Calls of library functions, found through the names of each file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from gomaplint import goast as g
from gomaplint.model.body import Body
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


def library_calls(
    program: Program, functions: Mapping[str, AbstractSet[str]]
) -> Iterator[tuple[g.CallExpr, Body]]:
    """Every call of some functions (their names by import path) in the files that are reported on."""
    names = frozenset().union(*functions.values())
    pattern = re.compile(rb"\b(?:%s)\b" % "|".join(sorted(names)).encode())
    for file in program.workspace.files:
        if not file.reported or file.generated or names.isdisjoint(file.facts.names):
            continue
        if functions.keys().isdisjoint(path for _, path in file.facts.imports):
            continue
        for body in program.bodies_matching(file, pattern):
            for call in body.calls:
                found = callee(call, body)
                if found is not None and found[1] in functions.get(found[0], ()):
                    yield call, body
