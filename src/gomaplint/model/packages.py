"""Packages, and the workspace of packages that see each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model.symbols import Const, Field, File, Func, StructDecl, TypeDecl, Var


@dataclass(eq=False)
class Package:
    """The files of one folder that share a package name."""

    path: str
    name: str
    files: list[File] = field(default_factory=list)
    types: dict[str, TypeDecl] = field(default_factory=dict)
    funcs: dict[str, list[Func]] = field(default_factory=dict)
    methods: dict[str, dict[str, list[Func]]] = field(default_factory=dict)
    vars: dict[str, Var] = field(default_factory=dict)
    consts: dict[str, Const] = field(default_factory=dict)
    enums: set[str] = field(default_factory=set)
    structs: dict[tuple[str, int], StructDecl] = field(default_factory=dict)
    workspace: Workspace = field(kw_only=True)

    def struct_at(self, file: File, node: g.StructType, owner: TypeDecl | Var | Field | None) -> StructDecl:
        """The one StructDecl of a struct type, however often its syntax is lowered."""
        found = self.structs.get((file.path, node.pos))
        if found is None:
            found = self.structs[file.path, node.pos] = StructDecl(file, node, owner)
        return found

    @property
    def importable(self) -> bool:
        """Code outside the module can import it."""
        return self.name != "main" and "internal" not in self.path.split("/")

    def add(self, file: File) -> None:
        """Declare what a file declares; the first of two equal names wins, functions keep both."""
        self.files.append(file)
        for fact in file.facts.types:
            self.types.setdefault(fact.name, TypeDecl(file, fact.name, fact))
        for func in file.facts.funcs:
            made = Func(file, func)
            if func.recv:
                self.methods.setdefault(func.recv, {}).setdefault(func.name, []).append(made)
            else:
                self.funcs.setdefault(func.name, []).append(made)
        for value in file.facts.values:
            for index, name in enumerate(value.names):
                if value.const:
                    self.consts.setdefault(name, Const(file, value, index))
                else:
                    self.vars.setdefault(name, Var(file, value, index))
            if value.const and value.type:
                self.enums.add(value.type)


class Workspace:
    """The modules that see each other, by import path.

    `vendored` loads a package from a vendor folder when it is first named; its files are not searched for uses.
    """

    def __init__(self, vendored: Callable[[Workspace, str], Package | None] | None = None) -> None:
        self.packages: dict[str, Package] = {}
        self._vendored = vendored
        self._loaded: dict[str, Package | None] = {}

    def package(self, path: str) -> Package | None:
        found = self.packages.get(path)
        if found is None and self._vendored is not None:
            if path not in self._loaded:
                self._loaded[path] = None  # an import cycle ends here
                self._loaded[path] = self._vendored(self, path)
            found = self._loaded[path]
        return found

    @cached_property
    def files(self) -> list[File]:
        """All files but vendored ones, in the order of their paths."""
        return sorted((file for package in self.every for file in package.files), key=lambda file: file.path)

    @cached_property
    def every(self) -> list[Package]:
        """All packages, main and external test packages too."""
        return list(self.packages.values())

    @cached_property
    def programs(self) -> frozenset[str]:
        """The modules that hold a program of their own: what they export is not meant for importers."""
        return frozenset(
            file.module
            for package in self.every
            if package.name == "main"
            for file in package.files
            if not file.for_tests
        )

    @cached_property
    def _by_name(self) -> dict[str, list[File]]:
        index: dict[str, list[File]] = {}
        for file in self.files:
            for name in file.facts.names:
                index.setdefault(name, []).append(file)
        return index

    def files_naming(self, name: str, package: Package | None = None) -> list[File]:
        """The files in which a name occurs, of one package where given."""
        if package is not None:
            return [file for file in package.files if name in file.facts.names]
        return self._by_name.get(name, [])
