"""Go programs written inside tests, linked without a disk, and what to ask about them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from textwrap import dedent

from gomaplint import goast as g
from gomaplint import goversion
from gomaplint.config import Options
from gomaplint.discover import GoModule, SourceFile, Tree
from gomaplint.goversion import GoVersion
from gomaplint.load import load
from gomaplint.model.body import Body
from gomaplint.model.infer import type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.reach import Run
from gomaplint.model.types import show

MODULE = "example.com/m"
ROOT = "/src/m"

Files = str | Mapping[str, str]


def version(text: str) -> GoVersion:
    """A Go version that is known to be one."""
    found = goversion.parse(text)
    assert found is not None
    return found


def texts(files: Files) -> dict[str, str]:
    """The files of a program by path: one text is its main.go, and what names no package is of package main."""
    given = {"main.go": files} if isinstance(files, str) else files
    return {
        path: text
        if (text := dedent(raw).lstrip()).startswith(("package ", "//"))
        else f"package main\n\n{text}"
        for path, raw in given.items()
    }


def tree(files: Files, go: str = "1.24") -> Tree:
    """A module that lies nowhere, all files reported."""
    module = GoModule(MODULE, ROOT, version(go), 0)
    sources = []
    for path in sorted(texts(files)):
        folder = posixpath.dirname(path)
        package = f"{MODULE}/{folder}" if folder else MODULE
        sources.append(SourceFile(path, f"{ROOT}/{path}", module, package, True, False))
    return Tree(tuple(sources), (module,), ())


def linked(files: Files, go: str = "1.24", options: Options | None = None) -> Analysis:
    """One module, linked."""
    overlay = {f"{ROOT}/{path}": text.encode() for path, text in texts(files).items()}
    (workspace,) = load(tree(files, go), options or Options(jobs=1), overlay).workspaces
    return Analysis(workspace)


def bodies(analysis: Analysis) -> Iterator[Body]:
    """Every body of a program, in the order of its files."""
    for file in analysis.program.workspace.files:
        for _, owner in analysis.program.owners(file):
            yield analysis.program.body(owner)


def types(files: Files) -> dict[str, str]:
    """The types of all that a program assigns to blanks, by its text: `_ = x` tells that of x."""
    found = {}
    for body in bodies(linked(files)):
        for stmt in body.assigns:
            if isinstance(stmt, g.AssignStmt) and all(
                isinstance(x, g.Ident) and x.name == "_" for x in stmt.lhs
            ):
                found.update({body.file.text(x): show(type_of(x, body)) for x in stmt.rhs})
    return found


def run_of(files: Files, analysis: Analysis | None = None) -> Run:
    """When the one call of `here()` in a program runs."""
    analysis = analysis or linked(files)
    ((body, call),) = [
        (body, call)
        for body in bodies(analysis)
        for call in body.calls
        if isinstance(call.fun, g.Ident) and call.fun.name == "here"
    ]
    return analysis.reach.of(call, body)


def map_called(name: str, analysis: Analysis) -> Map:
    """The map that people call `cache` or `server.sessions`."""
    (found,) = [m for m in analysis.maps() if m.container.name == name]
    return found


def insert_of(files: Files) -> Insert:
    """The one insert of a program."""
    (found,) = [insert for m in linked(files).maps() for insert in m.inserts]
    return found


def origins(files: Files) -> list[str]:
    """Where the key of the one insert of a program comes from: `REQUEST: add(id) ← r.Host`."""
    return sorted(f"{o.kind.name}: {' ← '.join((*o.chain, o.text))}" for o in insert_of(files).origins)
