"""Packages, and the workspace of packages that see each other."""

from __future__ import annotations

from collections.abc import Callable, Collection
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
        self._dependents: dict[Package, frozenset[Package]] = {}

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

    def files_naming(self, name: str, among: Collection[Package]) -> list[File]:
        """The files of some packages in which a name occurs."""
        if len(among) == 1:
            return [file for package in among for file in package.files if name in file.facts.names]
        return [file for file in self._by_name.get(name, ()) if file.package in among]

    def foreign(self, x: g.Expr | None, file: File) -> bool:
        """A type, or a value, that by its looks belongs to a package outside the workspace; sync.Map does not count.

        Asked before a type is resolved, as resolving may read a vendored package.
        """
        while isinstance(x, (g.StarExpr, g.UnaryExpr, g.ArrayType, g.CompositeLit, g.CallExpr, g.IndexExpr)):
            if isinstance(x, g.CompositeLit):
                x = x.type
            elif isinstance(x, g.CallExpr):
                made = isinstance(x.fun, g.Ident) and x.fun.name in ("new", "make") and x.args
                x = x.args[0] if made else x.fun
            else:
                x = x.elt if isinstance(x, g.ArrayType) else x.x
        if not isinstance(x, g.SelectorExpr) or not isinstance(x.x, g.Ident):
            return isinstance(x, (g.BasicLit, g.FuncLit, g.FuncType, g.InterfaceType))
        path = file.imports.get(x.x.name)
        return path is not None and path not in self.packages and (path, x.sel.name) != ("sync", "Map")

    # -- who can name what

    @cached_property
    def _importers(self) -> dict[Package, set[Package]]:
        found: dict[Package, set[Package]] = {package: {package} for package in self.every}
        for package in self.every:
            for path in {path for file in package.files for _, path in file.facts.imports}:
                if path in self.packages:
                    found[self.packages[path]].add(package)
        return found

    def importers(self, package: Package) -> frozenset[Package]:
        """The packages that can name what a package exports: those that import it, and itself."""
        return frozenset(self._importers.get(package, (package,)))

    def dependents(self, package: Package) -> frozenset[Package]:
        """The packages in which a value of a package's type can stand: those that import it by any way, and itself."""
        known = self._dependents.get(package)
        if known is None:
            seen, todo = {package}, [package]
            while todo:
                for other in self._importers.get(todo.pop(), ()):
                    if other not in seen:
                        seen.add(other)
                        todo.append(other)
            known = self._dependents[package] = frozenset(seen)
        return known

    def callers(self, package: Package, method: str) -> frozenset[Package]:
        """The packages that can call a method of a package's type, itself or through an interface that asks for it."""
        asking = [self.dependents(other) for other in self._asking.get(method, ())]
        return self.dependents(package).union(*asking)

    @cached_property
    def _asking(self) -> dict[str, set[Package]]:
        """The packages that declare an interface with a method, by the method's name."""
        found: dict[str, set[Package]] = {}
        for package in self.every:
            for decl in package.types.values():
                of = decl.spec.type if decl.spec is not None else None
                if isinstance(of, g.InterfaceType):
                    for name, _ in of.methods:
                        found.setdefault(name, set()).add(package)
        return found
