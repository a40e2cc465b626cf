"""What gomaplint knows without a compiler, held against what Go's own type checker knows of its library.

The oracle is a Go program, `tests/oracle`. gomaplint may know less than it does, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from golang import QUICKLY, go, runs_go

from gomaplint import goast as g
from gomaplint.config import Options
from gomaplint.discover import discover
from gomaplint.load import load
from gomaplint.model import types as t
from gomaplint.model.body import Body
from gomaplint.model.containers import Effect
from gomaplint.model.infer import callees, type_of
from gomaplint.model.maps import Analysis
from gomaplint.model.symbols import Field, Var

pytestmark = runs_go

ORACLE = Path(__file__).parent / "oracle"
PACKAGES = [
    *("archive/zip", "container/list", "context", "crypto/tls", "database/sql", "encoding/xml", "expvar"),
    *(
        "go/parser",
        "go/types",
        "log/slog",
        "maps",
        "net/http",
        "net/http/internal/http2",
        "net/rpc",
        "os/exec",
        "slices",
        "sync",
    ),
    "text/template",
]

Place = tuple[str, int]


class Program(NamedTuple):
    """The packages as both see them: facts of the oracle by kind, our analysis, and the files by our paths."""

    facts: dict[str, list[list[str]]]
    analysis: Analysis
    absolute: dict[str, str]

    def bodies(self) -> Iterator[Body]:
        for file in self.analysis.program.workspace.files:
            for _, owner in self.analysis.program.owners(file):
                yield self.analysis.program.body(owner)

    def place(self, body: Body, pos: int) -> Place:
        return self.absolute[body.file.path], pos


@pytest.fixture(scope="module")
def program() -> Program:
    return _program()


@cache
def _program() -> Program:
    status, root, _ = go(ORACLE, "env", "GOROOT")
    library = Path(root.strip()) / "src"
    folders = [library / package for package in PACKAGES]
    status, told, complained = go(ORACLE, "run", QUICKLY, ".", *map(str, folders))
    assert (0, "") == (status, complained)
    facts: dict[str, list[list[str]]] = {}
    for line in told.splitlines():
        kind, *rest = line.split("\t")
        facts.setdefault(kind, []).append(rest)
    tree = discover([f"./{package}" for package in PACKAGES], str(library))
    files = tuple(file for file in tree.files if file.reported)
    (space,) = load(replace(tree, files=files), Options(jobs=1)).workspaces
    return Program(facts, Analysis(space), {file.path: file.absolute for file in files})


def shown(of: t.Type | None) -> str:
    """A type as the oracle writes it."""
    match of:
        case None:
            return "?"
        case t.Named(decl, _):
            return decl.name
        case t.External(_, name):
            return name
        case t.Pointer(elem):
            return f"*{shown(elem)}"
        case t.Map(key, elem):
            return f"map[{shown(key)}]{shown(elem)}"
        case t.Slice(elem, length):
            return f"[{'' if length is None else 'n'}]{shown(elem)}"
        case t.Chan(elem):
            return f"chan {shown(elem)}"
        case t.Tuple(elems):
            return f"({', '.join(map(shown, elems))})"
    return str(of)


def nodes(body: Body) -> Iterator[g.Node]:
    """Everything in a function or in the values of a variable, types left out."""
    tops: list[g.Node] = []
    if body.lowered is not None and body.lowered.body is not None:
        tops.append(body.lowered.body)
    elif body.spec is not None:
        tops += body.spec.values
    for top in tops:
        yield from g.walk(top)


EXPRESSIONS = (
    g.Ident,
    g.SelectorExpr,
    g.CallExpr,
    g.IndexExpr,
    g.SliceExpr,
    g.CompositeLit,
    g.UnaryExpr,
    g.StarExpr,
    g.BinaryExpr,
    g.TypeAssertExpr,
)


@pytest.mark.xfail(
    strict=True,
    reason="ten are left: constant operands, []E of slices.Sorted(maps.Keys(m)), slices of named arrays",
)
def test_no_type_contradicts_gos(program: Program) -> None:
    expected = {(file, int(pos), int(end)): of for file, pos, end, of in program.facts["type"]}
    wrong, known, unknown = [], 0, 0
    for body in program.bodies():
        for node in nodes(body):
            if not isinstance(node, EXPRESSIONS):
                continue
            of = expected.get((*program.place(body, node.pos), node.end))
            if of is None:
                continue
            ours = shown(type_of(node, body))
            if "?" in ours:
                unknown += 1
            elif ours == of:
                known += 1
            else:
                line = body.file.span(node.pos, node.end).line
                wrong.append(f"{body.file.path}:{line}: {body.file.text(node)} is {of}, not {ours}")
    assert [] == wrong
    assert known > 5 * unknown


def test_every_name_means_the_variable_that_go_says(program: Program) -> None:
    expected = {(file, int(pos)): int(at) for file, pos, at in program.facts["name"]}
    wrong = []
    for body in program.bodies():
        for node in nodes(body):
            if not isinstance(node, g.Ident) or program.place(body, node.pos) not in expected:
                continue
            at = expected[program.place(body, node.pos)]
            local = body.bound.get(node.pos)
            # The variables of a type switch stand where their clauses do.
            if (local.pos if local is not None else -1) != at and (local is None or local.kind != "case"):
                line = body.file.span(node.pos, node.end).line
                wrong.append(f"{body.file.path}:{line}: {node.name}")
    assert [] == wrong


def test_every_callee_is_the_function_that_go_says(program: Program) -> None:
    expected = {(file, int(pos)): (other, int(at)) for file, pos, other, at in program.facts["call"]}
    wrong, known, unknown = [], 0, 0
    seen = {file for file, _ in expected}  # others are for other systems
    for body in program.bodies():
        for call in body.calls if program.absolute[body.file.path] in seen else ():
            fun = call.fun.x if isinstance(call.fun, g.IndexExpr) else call.fun
            name = fun.sel if isinstance(fun, g.SelectorExpr) else fun
            found = [
                (program.absolute.get(func.file.path, func.file.path), func.fact.pos, func.fact.end)
                for func in callees(call, body)
            ]
            declared = expected.get(program.place(body, name.pos))
            if not found:
                unknown += declared is not None and declared[0] in program.absolute.values()
            elif declared and any(f == declared[0] and p <= declared[1] < e for f, p, e in found):
                known += 1
            else:
                line = body.file.span(call.pos, call.end).line
                wrong.append(f"{body.file.path}:{line}: {body.file.text(call.fun)}")
    assert [] == wrong
    assert known > 20 * unknown


EFFECTS = {
    "insert": Effect.INSERT,
    "delete": Effect.REMOVE,
    "assign": Effect.ASSIGN,
}


@pytest.mark.parametrize("kind", EFFECTS)
def test_every_change_of_a_map_is_in_its_story(program: Program, kind: str) -> None:
    stories: dict[Place, set[tuple[Effect, Place]]] = {}
    for m in program.analysis.maps():
        decl = m.container.decl
        if isinstance(decl, Field):
            at = (program.absolute[decl.file.path], decl.node.pos)
        elif isinstance(decl, Var) and decl.spec is not None:
            at = (program.absolute[decl.file.path], decl.spec.names[decl.index].pos)
        else:
            continue
        stories[at] = {(e.effect, program.place(e.body, e.node.pos)) for e in m.story.events}
    changes = [
        ((file, int(pos)), (other, int(at)))
        for file, pos, other, at in program.facts[kind]
        if (other, int(at)) in stories
    ]
    assert len(changes) >= {"insert": 50, "delete": 20, "assign": 50}[kind]
    assert [] == [change for change, decl in changes if (EFFECTS[kind], change) not in stories[decl]]
