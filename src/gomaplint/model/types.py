"""Go types as far as source alone tells them; what cannot be told is None."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gomaplint.model.symbols import StructDecl, TypeDecl


@dataclass(frozen=True, slots=True)
class Basic:
    """A predeclared type: string, int, error, any ..."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Named:
    """A type declared in the files of the run, with its type arguments."""

    decl: TypeDecl
    args: tuple[Type | None, ...] = ()

    def __str__(self) -> str:
        return self.decl.name


@dataclass(frozen=True, slots=True)
class External:
    """A type of a package outside the run: import path and name."""

    path: str
    name: str

    def __str__(self) -> str:
        return f"{self.path.rpartition('/')[2]}.{self.name}"


@dataclass(frozen=True, slots=True)
class Pointer:
    elem: Type | None

    def __str__(self) -> str:
        return f"*{show(self.elem)}"


@dataclass(frozen=True, slots=True)
class Map:
    key: Type | None
    elem: Type | None

    def __str__(self) -> str:
        return f"map[{show(self.key)}]{show(self.elem)}"


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice, or an array of `length` elements (-1: a length that is not a literal)."""

    elem: Type | None
    length: int | None = None

    def __str__(self) -> str:
        return f"[{'' if self.length is None else self.length if self.length >= 0 else 'n'}]{show(self.elem)}"


@dataclass(frozen=True, slots=True)
class Chan:
    elem: Type | None

    def __str__(self) -> str:
        return f"chan {show(self.elem)}"


@dataclass(frozen=True, slots=True)
class Signature:
    params: tuple[Type | None, ...]
    results: tuple[Type | None, ...]
    variadic: bool = False

    def __str__(self) -> str:
        return "func"


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct type; its fields belong to the place where it is written."""

    decl: StructDecl
    env: tuple[tuple[str, Type | None], ...] = ()

    def __str__(self) -> str:
        return "struct"


class Method(NamedTuple):
    """A method that an interface asks for."""

    name: str
    type: Signature


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface by its methods; `open` where it embeds others."""

    methods: tuple[Method, ...]
    open: bool = False

    def __str__(self) -> str:
        return "interface" if self.methods or self.open else "any"


@dataclass(frozen=True, slots=True)
class TypeParam:
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Tuple:
    """The results of a call that has not exactly one."""

    elems: tuple[Type | None, ...]

    def __str__(self) -> str:
        return f"({', '.join(map(show, self.elems))})"


Type = (
    Basic
    | Named
    | External
    | Pointer
    | Map
    | Slice
    | Chan
    | Signature
    | Struct
    | Interface
    | TypeParam
    | Tuple
)

LITERALS = {
    "int": Basic("int"),
    "float": Basic("float64"),
    "imaginary": Basic("complex128"),
    "rune": Basic("int32"),
    "string": Basic("string"),
}
"""The default type of each kind of literal."""
STRING, INT, BOOL, ERROR = Basic("string"), Basic("int"), Basic("bool"), Basic("error")
SYNC_MAP, CONTEXT = External("sync", "Map"), External("context", "Context")
BASIC_NAMES = frozenset((
    "bool", "byte", "complex64", "complex128", "error", "float32", "float64", "int", "int8", "int16", "int32",
    "int64", "rune", "string", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "any", "comparable",
))  # fmt: skip
BUILTINS = frozenset((
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min",
    "new", "panic", "print", "println", "real", "recover",
))  # fmt: skip


def show(of: Type | None) -> str:
    """A type as Go would write it, "?" where it is not known."""
    return "?" if of is None else str(of)


def deref(of: Type | None) -> Type | None:
    """What a pointer points to, or the type itself."""
    return of.elem if isinstance(of, Pointer) else of


def full_name(of: Named | External) -> str:
    """A type by import path and name: `example.com/m/tenant.ID`."""
    return f"{of.path}.{of.name}" if isinstance(of, External) else f"{of.decl.package.path}.{of.decl.name}"


def is_one_of(of: Type | None, names: AbstractSet[str]) -> bool:
    """The type is one of some, told by import path and name."""
    return bool(names) and isinstance(of, (Named, External)) and full_name(of) in names


def substitute(of: Type | None, env: Mapping[str, Type | None]) -> Type | None:
    """The type with its type parameters replaced."""
    if not env or of is None:
        return of
    match of:
        case TypeParam(name):
            return env.get(name, of)
        case Pointer(elem):
            return Pointer(substitute(elem, env))
        case Map(key, elem):
            return Map(substitute(key, env), substitute(elem, env))
        case Slice(elem, length):
            return Slice(substitute(elem, env), length)
        case Chan(elem):
            return Chan(substitute(elem, env))
        case Named(decl, args) if args:
            return Named(decl, tuple(substitute(a, env) for a in args))
        case Tuple(elems):
            return Tuple(tuple(substitute(e, env) for e in elems))
        case Signature(params, results, variadic):
            return Signature(
                tuple(substitute(p, env) for p in params),
                tuple(substitute(r, env) for r in results),
                variadic,
            )
        case Struct(decl, bound):
            return Struct(decl, tuple((name, substitute(to, env)) for name, to in bound))
    return of
