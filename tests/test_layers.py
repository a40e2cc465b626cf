"""The direction of dependence, and who may touch the world outside."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "gomaplint"

# A module imports only from those above it; a package is one layer, and its parts see each other.
LAYERS = [
    "collector",
    "span",
    "goversion",
    "finding",
    "errors",
    "toml",
    "gomod",
    "header",
    "discover",
    "config",
    "git",
    "changes",
    "goast",
    "syntax",
    "lower",
    "facts",
    "comments",
    "knowledge",
    "model",
    "mapsize",
    "shapes",
    "load",
    "strangers",
    "properties",
    "fixes",
    "evidence",
    "subjects",
    "vocabulary",
    "rule",
    "scaffold",
    "selection",
    "agreement",
    "engine",
    "settle",
    "judging",
    "since",
    "baseline",
    "report",
    "targets",
    "output",
    "check",
    "patching",
    "mending",
    "testing",
    "arguments",
    "usage",
    "cli",
    "__main__",
]

# Where the world outside comes in: {what: the only layers that may}.
DOORS = {
    "builtins.exit": {"cli"},
    "builtins.input": {"cli"},
    "builtins.print": {"cli"},
    "datetime": {"cli"},
    "os.environ": {"cli"},
    "os.getenv": {"cli"},
    "sys.argv": {"cli"},
    "sys.exit": {"cli", "__main__"},
    "time": {"cli"},
    "sarif_om": {"report"},
    "tree_sitter": {"syntax"},
    "tree_sitter_go": {"syntax"},
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of each thing that is imported, wherever in the file that happens."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: imports are absolute, so that they can be read off"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses_of(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported, every builtin that is named, and every attribute of a plain name."""
    yield from imports_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and hasattr(builtins, node.id):
            yield f"builtins.{node.id}"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def layers_imported(tree: ast.AST) -> set[str]:
    parts = (name.split(".") for name in imports_of(tree))
    return {
        part[1] for part in parts if part[0] == "gomaplint" and part[1:] not in (["__version__"], ["HOME"])
    }


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_layers_above(path: Path) -> None:
    layer = layer_of(path)
    assert layer in LAYERS, f"name the module {layer} in LAYERS, below all that it imports"
    above = set(LAYERS[: LAYERS.index(layer)]) | ({layer} if path.parent != PACKAGE else set())
    assert layers_imported(ast.parse(path.read_bytes())) - above == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_keeps_to_the_doors_it_has(path: Path) -> None:
    used = set(uses_of(ast.parse(path.read_bytes())))
    opened = {door for door in DOORS for use in used if use == door or use.startswith(door + ".")}
    assert {door for door in opened if layer_of(path) not in DOORS[door]} == set()


def test_the_package_itself_imports_nothing() -> None:
    assert set(imports_of(ast.parse((PACKAGE / "__init__.py").read_bytes()))) == set()


def test_the_checks_see_what_they_are_for() -> None:
    imports = "from gomaplint import model, __version__\nimport gomaplint.cli\n"
    tree = ast.parse(imports + "def f():\n  from os import environ\n  print(time.time())")
    assert {"model", "cli"} == layers_imported(tree)
    assert {"os.environ", "builtins.print", "time.time"} <= set(uses_of(tree))
