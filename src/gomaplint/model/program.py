"""The linked program: bodies on demand, and who names what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model import naming
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import member_of, type_expr, type_of
from gomaplint.model.names import symbol
from gomaplint.model.naming import Fits
from gomaplint.model.packages import Package, Workspace
from gomaplint.model.symbols import (
    Field,
    File,
    Func,
    TypeDecl,
    Var,
    embeds_unknown,
    is_exported,
    lent_by,
    lookup,
    underlying,
)

Owner = Func | Var

_IMPLEMENTATIONS = 6  # of one method of an interface


class Reference(NamedTuple):
    """A place that names a function.

    `call` is None where it is used as a value.
    `sure` is False where only the method's name and an interface or unknown operand speak for it.
    """

    body: Body
    node: g.Expr
    call: g.CallExpr | None
    how: str

    @property
    def sure(self) -> bool:
        """The static type of the operand decides."""
        return self.how == "static"


class Program:
    """One workspace with its bodies; everything found is kept for the next question.

    Test files are left out unless `tests` asks for them; the run must have read them.
    """

    def __init__(self, workspace: Workspace, tests: bool = False) -> None:
        self.workspace = workspace
        self._tests = tests
        self._bodies: dict[Owner, Body] = {}
        self._decls: dict[File, tuple[list[int], list[tuple[int, Owner]]]] = {}
        self._references: dict[Func, list[Reference]] = {}
        self._named_methods: dict[str, list[tuple[TypeDecl, list[Func]]]] = {}
        self._naming: dict[tuple[str, frozenset[Package], Fits], list[Body]] = {}

    def body(self, owner: Owner) -> Body:
        """A function's body, or the initial values of a package variable."""
        if isinstance(owner, Var) and owner.index:
            owner = owner.package.vars.get(owner.fact.names[0], owner)
        found = self._bodies.get(owner)
        if found is None:
            try:
                found = Body(owner)
            except RecursionError:
                found = Body(owner, empty=True)  # nested deeper than anybody writes
                owner.file.opaque = True
            self._bodies[owner] = found
        return found

    def initial(self, var: Var) -> g.Expr | None:
        """The value that a package variable is declared with, in the body of its declaration."""
        spec = self.body(var).spec
        return spec.values[var.index] if spec is not None and var.index < len(spec.values) else None

    def owners(self, file: File) -> list[tuple[int, Owner]]:
        """What has a body in a file, with the offset of its end, in source order."""
        return self._index(file)[1]

    def _index(self, file: File) -> tuple[list[int], list[tuple[int, Owner]]]:
        found = self._decls.get(file)
        if found is None:
            rows: list[tuple[int, int, Owner]] = []
            package = file.package
            for fact in file.facts.funcs:
                twins = package.methods[fact.recv][fact.name] if fact.recv else package.funcs[fact.name]
                rows.extend((fact.pos, fact.end, f) for f in twins if f.fact is fact and f.file is file)
            for value in file.facts.values:
                if not value.const and value.names:
                    rows.append((value.pos, value.end, Var(file, value, 0)))
            for i, (pos, end, owner) in enumerate(rows):
                if isinstance(owner, Var):
                    known = package.vars.get(owner.name)
                    if known is not None and known.fact is owner.fact:
                        rows[i] = (pos, end, known)
            rows.sort(key=lambda row: row[0])
            found = self._decls[file] = (
                [pos for pos, _, _ in rows],
                [(end, owner) for _, end, owner in rows],
            )
        return found

    def bodies_matching(
        self, file: File, pattern: re.Pattern[bytes], besides: re.Pattern[bytes] | None = None
    ) -> Iterator[Body]:
        """The bodies of a file in whose text a pattern occurs, and another one `besides`."""
        source, (starts, owners) = file.source, self._index(file)
        found = pattern.search(source)
        while found is not None:
            i, after = bisect_right(starts, found.start()) - 1, found.end()
            if i >= 0 and found.start() < owners[i][0]:
                after, owner = owners[i]
                if besides is None or besides.search(source, starts[i], after):
                    yield self.body(owner)
            found = pattern.search(source, after)

    def bodies_naming(self, name: str, among: frozenset[Package], fits: Fits = naming.anyhow) -> list[Body]:
        """The bodies of some packages in which a name stands where it `fits`, test files left out."""
        key = (name, among, fits)
        found = self._naming.get(key)
        if found is None:
            found = self._naming[key] = [
                self.body(owner)
                for file in self.workspace.files_naming(name, among)
                if self._tests or not file.test
                for owner in self._owners_naming(file, name.encode(), fits)
            ]
        return found

    def _owners_naming(self, file: File, name: bytes, fits: Fits) -> Iterator[Owner]:
        source, (starts, owners) = file.source, self._index(file)
        at = naming.find(source, name)
        while at >= 0:
            i, after = bisect_right(starts, at) - 1, at + len(name)
            if i >= 0 and at < owners[i][0] and fits(file, starts[i], at, after):
                after, owner = owners[i]
                yield owner
            at = naming.find(source, name, after)

    def namers(self, decl: Var | Field | TypeDecl | Func) -> frozenset[Package]:
        """The packages whose code can mean a declaration by its name."""
        package, space = decl.package, self.workspace
        if not is_exported(decl.name):
            return frozenset((package,))
        if isinstance(decl, Field):
            return space.dependents(package)
        if isinstance(decl, Func) and decl.fact.recv:
            return space.callers(package, decl.name)
        return space.importers(package)

    def opaque(self, decl: Var | Field) -> File | None:
        """A file that was not parsed, in which a name occurs beside one that takes entries away."""
        return next(
            (
                file
                for file in self.workspace.files_naming(decl.name, self.namers(decl))
                if file.opaque and not _TAKES_AWAY.isdisjoint(file.facts.names)
            ),
            None,
        )

    # -- who names what

    def selections(self, field: Field) -> Iterator[tuple[Body, g.Ident | g.SelectorExpr, bool]]:
        """Every place that names a field; False where the operand's type is not known and the name alone fits."""
        for body in self.bodies_naming(field.name, self.namers(field), naming.as_field):
            for node in body.named.get(field.name, ()):
                if isinstance(node, g.SelectorExpr):
                    member = member_of(node, body)
                    if member is not None:
                        if member.field is field:
                            yield body, node, True
                    elif symbol(node, body) is None and type_expr(node, body) is None:
                        of = type_of(node.x, body)
                        if of is None or embeds_unknown(of):
                            yield body, node, False
                else:
                    parent = body.parent(node)
                    if isinstance(parent, g.KeyValue) and parent.key is node:
                        literal = body.parent(parent)
                        of = type_of(literal, body) if isinstance(literal, g.CompositeLit) else None
                        below = underlying(t.deref(of))
                        if isinstance(below, t.Struct) and below.decl is field.struct:
                            yield body, node, True

    def mentions(self, var: Var) -> Iterator[tuple[Body, g.Expr]]:
        """Every place that names a package variable."""
        for body in self.bodies_naming(var.name, self.namers(var), naming.as_symbol(var.package)):
            for node in body.named.get(var.name, ()):
                if symbol(node, body) is var:
                    parent = body.parent(node)
                    if not (
                        isinstance(parent, g.KeyValue)
                        and parent.key is node
                        and self._is_field_key(parent, body)
                    ):
                        yield body, node

    def _is_field_key(self, element: g.KeyValue, body: Body) -> bool:
        literal = body.parent(element)
        of = underlying(t.deref(type_of(literal, body))) if isinstance(literal, g.CompositeLit) else None
        return isinstance(of, t.Struct)

    def references(self, func: Func) -> list[Reference]:
        """Every place outside tests that names a function or method."""
        found = self._references.get(func)
        if found is None:
            self._references[func] = []  # a question about itself ends here
            found = self._references[func] = list(self._find_references(func))
        return found

    def implementations(self, of: t.Interface, name: str) -> list[Func]:
        """The methods of a name that a call through an interface may mean; none where they are too many to tell."""
        found: list[Func] = []
        for decl, methods in self._methods_named(name):
            if implements(decl, of):
                found += methods
            if len(found) > _IMPLEMENTATIONS:
                return []
        return found

    def _methods_named(self, name: str) -> list[tuple[TypeDecl, list[Func]]]:
        """The types with a method of a name, outside tests and mocks."""
        found = self._named_methods.get(name)
        if found is None:
            found = self._named_methods[name] = [
                (decl, methods[name])
                for package in self.workspace.every
                for recv, methods in package.methods.items()
                if name in methods
                and (decl := package.types.get(recv)) is not None
                and not decl.file.for_tests
            ]
        return found

    def _find_references(self, func: Func) -> Iterator[Reference]:
        fits = naming.as_method if func.fact.recv else naming.as_symbol(func.package)
        for body in self.bodies_naming(func.name, self.namers(func), fits):
            for node in body.named.get(func.name, ()):
                how = self._means(node, func, body)
                if how is not None:
                    yield Reference(body, node, called(node, body), how)

    def _means(self, node: g.Ident | g.SelectorExpr, func: Func, body: Body) -> str | None:
        if not func.fact.recv:
            found = symbol(node, body)
            same = isinstance(found, Func) and found.name == func.name and found.package is func.package
            return "static" if same and not (isinstance(found, Func) and found.fact.recv) else None
        if not isinstance(node, g.SelectorExpr) or symbol(node, body) is not None:
            return None
        of = type_of(node.x, body) or type_expr(node.x, body)
        member = lookup(of, func.name)
        if member is not None:
            return "static" if func in member.methods else None
        below = underlying(t.deref(of))
        below = lent_by(of, func.name) or below
        if isinstance(below, t.Interface):
            return "interface" if func.receiver is not None and implements(func.receiver, below) else None
        if isinstance(below, t.TypeParam) or of is None or embeds_unknown(of):
            return "name"
        return None


_TAKES_AWAY = frozenset(
    ("delete", "clear", "make", "Delete", "DeleteFunc", "LoadAndDelete", "CompareAndDelete", "Clear")
)


def called(node: g.Expr, body: Body) -> g.CallExpr | None:
    """The call whose function is this expression, instantiation included."""
    parent = body.parent(node)
    if isinstance(parent, g.IndexExpr) and parent.x is node:
        node, parent = parent, body.parent(parent)
    return parent if isinstance(parent, g.CallExpr) and parent.fun is node else None


def implements(decl: TypeDecl, of: t.Interface) -> bool:
    """The type has every method of the interface, by name and number of parameters."""
    for name, wanted in of.methods:
        member = lookup(t.Named(decl), name)
        if member is None or not member.methods or len(member.methods[0].type.params) != len(wanted.params):
            return False
    return bool(of.methods) or of.open


def result_of(call: g.CallExpr, body: Body, index: int) -> list[Local]:
    """The locals that take one result of a call."""
    stmt = body.parent(call)
    targets: list[g.Expr] = []
    if isinstance(stmt, g.AssignStmt):
        targets = list(stmt.lhs)
    elif isinstance(stmt, g.VarSpec):
        targets = list(stmt.names)
    if index < len(targets):
        target = targets[index]
        local = body.bound.get(target.pos) if isinstance(target, g.Ident) else None
        return [local] if local is not None else []
    return []
