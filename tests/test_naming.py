"""As what a name may stand by the bytes around it; what they exclude wrongly is never looked at again."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import MODULE, linked

from gomaplint import goast as g
from gomaplint.config import Options
from gomaplint.discover import discover
from gomaplint.load import load
from gomaplint.model import naming
from gomaplint.model.body import Body
from gomaplint.model.names import symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func, Var

FIXTURES = Path(__file__).parent.parent / "fixtures"

# `own` is a symbol of the package itself, `other` one of package p.
SHAPES = {
    "x.name()": "method field",
    "x.\nname()": "method field",
    "x. // why\nname()": "method field own other",  # a comment may hide a dot
    "g() // why.\nname()": "method field own other",
    "_ = x /* why */ / name": "method field own other",
    "_ = x{name: 1}": "field own",
    "name := 1": "own",
    "f(name)": "own",
    "f(x...)\nname()": "own",
    "p.name()": "other",
    "q.name()": "",
    "v.name()": "method field",  # a variable of the package called like an import
    "x.p.name()": "method field other",
    "func(p int) { p.name() }(1)": "method field other",
}


@pytest.mark.parametrize("code", SHAPES)
def test_as_what_a_name_may_stand(code: str) -> None:
    head = f'package main\n\nimport (\n"{MODULE}/p"\n"example.com/q"\n"example.com/v"\n)\n\nvar v int\n\n'
    files = {"main.go": head + f"func f() {{\n{code}\n}}\n", "p/p.go": "package p\n\nfunc name() {}"}
    space = linked(files).program.workspace
    main, p = space.packages[MODULE], space.packages[f"{MODULE}/p"]
    (file,) = main.files
    start, at = file.source.index(b"func f"), file.source.index(b"name")
    asked = {
        "method": naming.as_method,
        "field": naming.as_field,
        "own": naming.as_symbol(main),
        "other": naming.as_symbol(p),
    }
    found = [word for word, fits in asked.items() if fits(file, start, at, at + len("name"))]
    assert SHAPES[code].split() == found


def fits_what_it_means(node: g.Ident | g.SelectorExpr, body: Body, start: int) -> bool:
    name, meant = node.sel if isinstance(node, g.SelectorExpr) else node, symbol(node, body)
    place = (body.file, start, name.pos, name.end)
    if isinstance(meant, (Func, Var)):
        return naming.as_symbol(meant.package)(*place)
    if isinstance(node, g.SelectorExpr):
        return meant is not None or (naming.as_method(*place) and naming.as_field(*place))
    parent = body.parent(node)
    return not (isinstance(parent, g.KeyValue) and parent.key is node) or naming.as_field(*place)


def test_no_name_in_the_fixtures_is_excluded_from_what_it_means() -> None:
    asked, wrong = 0, []
    for space in load(discover(("./...",), str(FIXTURES), all_modules=True), Options(jobs=1)).workspaces:
        program = Program(space)
        for file in space.files:
            for _, owner in program.owners(file):
                body = program.body(owner)
                for node in [node for nodes in body.named.values() for node in nodes]:
                    asked += 1
                    if not fits_what_it_means(node, body, owner.fact.pos):
                        wrong.append(str(file.span(node.pos, node.end)))
    assert ([], True) == (wrong, asked > 10_000)
