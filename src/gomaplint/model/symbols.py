"""What packages declare, linked across files; types resolved on demand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from gomaplint import facts as f
from gomaplint import goast as g
from gomaplint.goversion import GoVersion
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.span import Span

if TYPE_CHECKING:
    from gomaplint.model.packages import Package

TypeEnv = Mapping[str, "t.Type | None"]
NO_ENV: TypeEnv = {}


@dataclass(eq=False)
class File:
    """One source file of the run; `inside` is its path below the root of the outermost module around it.

    `reported` tells whether findings in it may be shown: never where it is generated or vendored.
    An `opaque` file was not parsed: names occur in it, and what happens to them is not known.
    """

    path: str
    inside: str
    package: Package
    facts: f.FileFacts
    read: Callable[[], bytes]
    version: GoVersion
    reported: bool
    generated: bool
    test: bool
    module: str
    opaque: bool = False
    imports: dict[str, str] = field(default_factory=dict)
    dot_imports: list[str] = field(default_factory=list)
    _source: bytes | None = None
    _lines: list[int] | None = None

    @property
    def source(self) -> bytes:
        if self._source is None:
            self._source = self.read()
        return self._source

    @cached_property
    def for_tests(self) -> bool:
        """A test file, or by its place in the module part of a mock, a test helper, a tool or an example."""
        return self.test or words.names_tests(self.inside)

    def span(self, pos: int, end: int) -> Span:
        """The lines and columns of a stretch of bytes."""
        if self._lines is None:
            self._lines = [0, *accumulate(len(line) + 1 for line in self.source.split(b"\n"))]
        first, last = bisect_right(self._lines, pos), bisect_right(self._lines, max(end - 1, pos))
        start, stop = self._lines[first - 1], self._lines[last - 1]
        return Span(self.path, first, pos - start + 1, last, end - stop + 1)

    def around(self, at: Span) -> str:
        """The declaration that a place lies in, with its package: `example.com/m/hub.Hub.Run`.

        Outside of any it is the package alone.
        """
        facts = self.facts
        places = [(x.pos, x.end, f"{x.recv}.{x.name}".lstrip(".")) for x in facts.funcs]
        places += [(x.pos, x.end, x.name) for x in facts.types]
        places += [(x.pos, x.end, x.names[0]) for x in facts.values]
        for pos, end, name in places:
            whole = self.span(pos, end)
            if whole.line <= at.line <= whole.end_line:
                return f"{self.package.path}.{name}"
        return self.package.path

    def text(self, node: g.Node, most: int = 60) -> str:
        """The source of a node on one line, cut to `most` characters."""
        text = " ".join(self.source[node.pos : node.end].decode("utf-8", "replace").split())
        return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(eq=False)
class Func:
    """A function or method; twins under different build constraints are separate objects."""

    file: File
    fact: f.FuncFact

    @property
    def name(self) -> str:
        return self.fact.name

    @property
    def package(self) -> Package:
        return self.file.package

    @cached_property
    def signature(self) -> f.LoweredFunc:
        """Receiver, type parameters and type, without the body."""
        return f.lower_func(self.file.source, self.fact, body=False)

    def know(self, lowered: f.LoweredFunc) -> None:
        """Take the signature from a function that was lowered whole."""
        self.__dict__.setdefault("signature", lowered._replace(body=None))

    @cached_property
    def receiver(self) -> TypeDecl | None:
        return self.package.types.get(self.fact.recv) if self.fact.recv else None

    @cached_property
    def env(self) -> TypeEnv:
        """Its type parameters, and its receiver's under the names the method gives them."""
        names = [p.name for p in self.signature.tparams if p.name]
        return {name: t.TypeParam(name) for name in (*names, *self.receiver_params)}

    @cached_property
    def receiver_params(self) -> tuple[str, ...]:
        """The names that a method gives the type parameters of its receiver's type."""
        recv = self.signature.recv
        of = recv.type if recv is not None else None
        while isinstance(of, g.StarExpr):
            of = of.x
        return (
            tuple(i.name for i in of.indices if isinstance(i, g.Ident)) if isinstance(of, g.IndexExpr) else ()
        )

    @cached_property
    def type(self) -> t.Signature:
        return signature_type(self.signature.type, Scope(self.file, self.env))

    @property
    def exported(self) -> bool:
        """Importers can name it: it is exported, and so is the type it belongs to."""
        return is_exported(self.name) and (not self.fact.recv or is_exported(self.fact.recv))

    def __str__(self) -> str:
        if not self.fact.recv:
            return self.name
        recv = self.signature.recv
        star = "*" if recv is not None and isinstance(recv.type, g.StarExpr) else ""
        return f"({star}{self.fact.recv}).{self.name}"


@dataclass(eq=False)
class Var:
    """A package variable."""

    file: File
    fact: f.ValueFact
    index: int

    @property
    def name(self) -> str:
        return self.fact.names[self.index]

    @property
    def package(self) -> Package:
        return self.file.package

    @cached_property
    def spec(self) -> g.VarSpec | None:
        """The declaration without the insides of its values: enough for the type."""
        return f.lower_value(self.file.source, self.fact, shallow=True)

    @cached_property
    def struct(self) -> StructDecl | None:
        """The struct type written in the declaration itself, as in `var cache struct{ ... }`."""
        of = self.spec.type if self.spec else None
        if of is None and self.spec and self.index < len(self.spec.values):
            value = self.spec.values[self.index]
            if isinstance(value, g.UnaryExpr):
                value = value.x
            of = value.type if isinstance(value, g.CompositeLit) else None
        while isinstance(of, (g.ArrayType, g.StarExpr)):
            of = of.elt if isinstance(of, g.ArrayType) else of.x
        return self.package.struct_at(self.file, of, self) if isinstance(of, g.StructType) else None

    @property
    def at(self) -> Span:
        if self.spec and self.index < len(self.spec.names):
            name = self.spec.names[self.index]
            return self.file.span(name.pos, name.end)
        return self.file.span(self.fact.pos, self.fact.end)

    def __str__(self) -> str:
        return self.name


@dataclass(eq=False, slots=True)
class Const:
    """A package constant."""

    file: File
    fact: f.ValueFact
    number: int

    @property
    def name(self) -> str:
        return self.fact.names[self.number]

    @property
    def package(self) -> Package:
        return self.file.package

    @property
    def value(self) -> g.Expr | None:
        """What is written for it, without the insides; None in a list that repeats an expression."""
        spec = f.lower_value(self.file.source, self.fact, shallow=True)
        return spec.values[self.number] if spec is not None and self.number < len(spec.values) else None

    @property
    def type(self) -> t.Type | None:
        """The declared type, or the default type of the literal it stands for."""
        path, dot, name = self.fact.type.rpartition(".")
        if not name:
            value = self.value
            return t.LITERALS.get(value.kind) if isinstance(value, g.BasicLit) else None
        x: g.Expr = g.Ident(0, 0, name)
        return resolve(
            g.SelectorExpr(0, 0, g.Ident(0, 0, path), g.Ident(0, 0, name)) if dot else x, Scope(self.file, {})
        )


@dataclass(eq=False)
class Field:
    """A field of a struct type."""

    struct: StructDecl
    node: g.FieldDecl

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def file(self) -> File:
        return self.struct.file

    @property
    def package(self) -> Package:
        return self.struct.file.package

    @property
    def at(self) -> Span:
        return self.file.span(self.node.pos, self.node.pos + len(self.name.encode()))

    def type_in(self, env: TypeEnv) -> t.Type | None:
        if isinstance(self.node.type, g.StructType):
            self.package.struct_at(self.file, self.node.type, self)
        return resolve(self.node.type, Scope(self.file, env))

    def __str__(self) -> str:
        return f"{self.struct}.{self.name}"


@dataclass(eq=False)
class StructDecl:
    """A struct type where it is written: below a name, in a variable's declaration, or inside another struct."""

    file: File
    node: g.StructType
    owner: TypeDecl | Var | Field | None

    @cached_property
    def every(self) -> list[Field]:
        """All fields in order, those called _ too."""
        return [Field(self, d) for d in self.node.fields]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields that have a name."""
        return {f.name: f for f in self.every if f.name != "_"}

    def __str__(self) -> str:
        return str(self.owner) if self.owner is not None else "struct"


@dataclass(eq=False)
class TypeDecl:
    """A declared type; a local one has no facts of its own and no methods."""

    file: File
    name: str
    fact: f.TypeFact | None
    local: g.TypeSpec | None = None
    right_side: tuple[t.Type | None] | None = None

    @property
    def package(self) -> Package:
        return self.file.package

    @cached_property
    def spec(self) -> g.TypeSpec | None:
        return f.lower_type(self.file.source, self.fact) if self.fact is not None else self.local

    @cached_property
    def struct(self) -> StructDecl | None:
        node = self.spec.type if self.spec else None
        return self.package.struct_at(self.file, node, self) if isinstance(node, g.StructType) else None

    @property
    def methods(self) -> dict[str, list[Func]]:
        return self.package.methods.get(self.name, {}) if self.fact is not None else {}

    @property
    def at(self) -> Span:
        if self.spec is not None:
            return self.file.span(self.spec.pos, self.spec.pos + len(self.name.encode()))
        return self.file.span(0, 0)

    @cached_property
    def tparams(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.spec.tparams if p.name) if self.spec else ()

    @cached_property
    def generic(self) -> TypeEnv:
        return {name: t.TypeParam(name) for name in self.tparams}

    @property
    def enum(self) -> bool:
        """Constants of this type are declared: its values are a closed set."""
        return self.fact is not None and self.name in self.package.enums

    def __str__(self) -> str:
        return self.name


def is_exported(name: str) -> bool:
    """The name begins with an upper-case letter."""
    return name[:1].isupper()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a type expression stands: its file, type parameters, and types declared in the function."""

    file: File
    env: TypeEnv
    local: Mapping[str, TypeDecl] = field(default_factory=dict)


def resolve(node: g.Expr | None, scope: Scope) -> t.Type | None:
    """The type that an expression in type position denotes, or None."""
    match node:
        case g.Ident(name=name):
            return _resolve_name(name, scope)
        case g.StarExpr(x=x):
            return t.Pointer(resolve(x, scope))
        case g.SelectorExpr(x=g.Ident(name=alias), sel=sel):
            path = scope.file.imports.get(alias)
            if path is None:
                return None
            package = scope.file.package.workspace.package(path)
            if package is None:
                return t.External(path, sel.name)
            decl = package.types.get(sel.name)
            return expand(t.Named(decl)) if decl is not None else None
        case g.IndexExpr(x=x, indices=indices):
            decl = _declared(x, scope)
            if decl is None:
                return resolve(x, scope)
            return expand(t.Named(decl, tuple(resolve(i, scope) for i in indices)))
        case g.MapType(key=key, value=value):
            return t.Map(resolve(key, scope), resolve(value, scope))
        case g.ArrayType(len=length, elt=elt):
            size = None if length is None else -1
            if isinstance(length, g.BasicLit) and length.value.isdigit():
                size = int(length.value)
            return t.Slice(resolve(elt, scope), size)
        case g.ChanType(value=value):
            return t.Chan(resolve(value, scope))
        case g.FuncType():
            return signature_type(node, scope)
        case g.StructType():
            return t.Struct(scope.file.package.struct_at(scope.file, node, None), tuple(scope.env.items()))
        case g.InterfaceType(methods=methods, embeds=embeds):
            every = (t.Method(name, signature_type(of, scope)) for name, of in methods)
            return t.Interface(tuple(every), bool(embeds))
    return None


def _resolve_name(name: str, scope: Scope) -> t.Type | None:
    if name in scope.env:
        return scope.env[name]
    decl = _declared_name(name, scope)
    if decl is not None:
        return expand(t.Named(decl))
    if name in t.BASIC_NAMES:
        return (
            t.Interface(()) if name == "any" else t.Basic({"byte": "uint8", "rune": "int32"}.get(name, name))
        )
    return None


def _declared(x: g.Expr, scope: Scope) -> TypeDecl | None:
    """The declaration that a type's name means, aliases not expanded."""
    if isinstance(x, g.Ident):
        return _declared_name(x.name, scope)
    if isinstance(x, g.SelectorExpr) and isinstance(x.x, g.Ident):
        path = scope.file.imports.get(x.x.name)
        package = scope.file.package.workspace.package(path) if path is not None else None
        return package.types.get(x.sel.name) if package is not None else None
    return None


def _declared_name(name: str, scope: Scope) -> TypeDecl | None:
    found = scope.local.get(name) or scope.file.package.types.get(name)
    if found is None and name not in t.BASIC_NAMES:
        for path in scope.file.dot_imports:
            package = scope.file.package.workspace.package(path)
            if package is not None and name in package.types:
                return package.types[name]
    return found


def signature_type(node: g.FuncType, scope: Scope) -> t.Signature:
    """The type of a function; a variadic parameter counts as a slice."""
    params = tuple(t.Slice(of) if p.variadic else of for p in node.params for of in (resolve(p.type, scope),))
    results = tuple(resolve(p.type, scope) for p in node.results)
    return t.Signature(params, results, any(p.variadic for p in node.params))


def expand(of: t.Type | None) -> t.Type | None:
    """An alias replaced by what it stands for."""
    for _ in range(8):
        if not isinstance(of, t.Named) or of.decl.spec is None or not of.decl.spec.alias:
            return of
        of = _right_side(of)
    return of


def underlying(of: t.Type | None) -> t.Type | None:
    """The type below names: a map, struct, pointer ..."""
    for _ in range(8):
        if not isinstance(of, t.Named):
            return of
        of = _right_side(of)
    return None


def _right_side(of: t.Named) -> t.Type | None:
    decl = of.decl
    if decl.struct is not None:
        return t.Struct(decl.struct, tuple(binding(of).items()))
    if decl.right_side is None:
        decl.right_side = (resolve(decl.spec.type, Scope(decl.file, decl.generic)) if decl.spec else None,)
    return t.substitute(decl.right_side[0], binding(of))


def binding(of: t.Named) -> dict[str, t.Type | None]:
    """Type parameters of a generic type bound to the arguments of one instance."""
    return dict(zip(of.decl.tparams, of.args, strict=False)) if of.args else dict(of.decl.generic)


class Member(NamedTuple):
    """What a selector finds: a field with its type, or methods (several under build constraints)."""

    field: Field | None
    methods: list[Func]
    type: t.Type | None
    env: TypeEnv


def lookup(of: t.Type | None, name: str) -> Member | None:
    """The field or method that `x.name` means for an x of this type, promotion included."""
    level = [of]
    for _ in range(6):
        below: list[t.Type | None] = []
        for candidate in level:
            here = expand(t.deref(expand(candidate)))
            env: TypeEnv = NO_ENV
            if isinstance(here, t.Named):
                methods = here.decl.methods.get(name)
                if methods:
                    # A method names its receiver's type parameters as it likes.
                    env = dict(zip(methods[0].receiver_params, here.args, strict=False))
                    return Member(None, methods, methods[0].type, env)
                env = binding(here)
                here = underlying(here)
            if isinstance(here, t.Struct):
                env = dict(here.env)
                found = here.decl.fields.get(name)
                if found is not None:
                    return Member(found, [], found.type_in(env), env)
                below += [e.type_in(env) for e in here.decl.fields.values() if e.node.embedded]
        if not below:
            return None
        level = below
    return None


def lent_by(of: t.Type | None, name: str, depth: int = 0) -> t.Interface | None:
    """The interface that a struct embeds and whose method `x.name` means, for an x of this type."""
    here = underlying(t.deref(of))
    if isinstance(here, t.Interface):
        return here if any(method == name for method, _ in here.methods) else None
    if not isinstance(here, t.Struct) or depth > 4:
        return None
    parts = (e.type_in(dict(here.env)) for e in here.decl.fields.values() if e.node.embedded)
    return next((found for part in parts if (found := lent_by(part, name, depth + 1))), None)


def embeds_unknown(of: t.Type | None, depth: int = 0) -> bool:
    """A struct that embeds a type whose members are not known."""
    here = underlying(t.deref(of))
    if not isinstance(here, t.Struct) or depth > 4:
        return here is None or isinstance(here, t.External)
    return any(
        embeds_unknown(e.type_in(dict(here.env)), depth + 1)
        for e in here.decl.fields.values()
        if e.node.embedded
    )
