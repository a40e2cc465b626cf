"""Go's syntax as plain data, named after go/ast: what the parser's tree becomes before anybody thinks about it.

Positions are byte offsets into the file.
Parentheses are gone, and types and values share one set of expressions, as `new(x)` may hold either.
Nodes are made once and never changed; they compare by content and are told apart by `id` where identity matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Ident:
    pos: int
    end: int
    name: str


@dataclass(slots=True)
class BasicLit:
    """`kind` is int, float, imaginary, rune or string; `value` is the text between the quotes of a string."""

    pos: int
    end: int
    kind: str
    value: str


@dataclass(slots=True)
class KeyValue:
    """One element of a composite literal; `key` is None where none is written."""

    pos: int
    end: int
    key: Expr | None
    value: Expr


@dataclass(slots=True)
class CompositeLit:
    """`type` is None for an inner literal whose type follows from the outer one."""

    pos: int
    end: int
    type: Expr | None
    elts: list[KeyValue]


@dataclass(slots=True)
class FuncLit:
    pos: int
    end: int
    type: FuncType
    body: list[Stmt]


@dataclass(slots=True)
class SelectorExpr:
    pos: int
    end: int
    x: Expr
    sel: Ident


@dataclass(slots=True)
class IndexExpr:
    """`x[i]`, or the instance `x[T, U]` of a generic type or function."""

    pos: int
    end: int
    x: Expr
    indices: list[Expr]


@dataclass(slots=True)
class SliceExpr:
    pos: int
    end: int
    x: Expr
    bounds: list[Expr]


@dataclass(slots=True)
class TypeAssertExpr:
    pos: int
    end: int
    x: Expr
    type: Expr


@dataclass(slots=True)
class CallExpr:
    """A call or a conversion: which of the two only the meaning of `fun` tells."""

    pos: int
    end: int
    fun: Expr
    args: list[Expr]
    ellipsis: bool


@dataclass(slots=True)
class StarExpr:
    pos: int
    end: int
    x: Expr


@dataclass(slots=True)
class UnaryExpr:
    """`op` is one of + - ! ^ & <-."""

    pos: int
    end: int
    op: str
    x: Expr


@dataclass(slots=True)
class BinaryExpr:
    pos: int
    end: int
    op: str
    x: Expr
    y: Expr


@dataclass(slots=True)
class MapType:
    pos: int
    end: int
    key: Expr
    value: Expr


@dataclass(slots=True)
class ArrayType:
    """An array, or a slice where `len` is None."""

    pos: int
    end: int
    len: Expr | None
    elt: Expr


@dataclass(slots=True)
class ChanType:
    pos: int
    end: int
    value: Expr


@dataclass(slots=True)
class Param:
    """A parameter or result; `name` is None where none is written."""

    pos: int
    end: int
    name: str | None
    type: Expr
    variadic: bool


@dataclass(slots=True)
class FuncType:
    pos: int
    end: int
    params: list[Param]
    results: list[Param]


@dataclass(slots=True)
class FieldDecl:
    """A field of a struct; an embedded one is named after its type."""

    pos: int
    end: int
    name: str
    type: Expr
    tag: str
    embedded: bool


@dataclass(slots=True)
class StructType:
    pos: int
    end: int
    fields: list[FieldDecl]


@dataclass(slots=True)
class InterfaceType:
    """`methods` by name; `embeds` are embedded interfaces and the terms of a constraint."""

    pos: int
    end: int
    methods: list[tuple[str, FuncType]]
    embeds: list[Expr]


@dataclass(slots=True)
class BadExpr:
    """Something that did not parse, or has no meaning of its own here."""

    pos: int
    end: int


Expr = (
    Ident
    | BasicLit
    | CompositeLit
    | FuncLit
    | SelectorExpr
    | IndexExpr
    | SliceExpr
    | TypeAssertExpr
    | CallExpr
    | StarExpr
    | UnaryExpr
    | BinaryExpr
    | MapType
    | ArrayType
    | ChanType
    | FuncType
    | StructType
    | InterfaceType
    | BadExpr
)


@dataclass(slots=True)
class AssignStmt:
    """`op` is "=", ":=", an operator with "=", or "++" and "--" (then `rhs` is empty)."""

    pos: int
    end: int
    lhs: list[Expr]
    op: str
    rhs: list[Expr]

    def value_of(self, target: Expr) -> Expr | None:
        """What is assigned to one of the targets: its value, or the call that gives one to each; None for ++ and --."""
        if len(self.rhs) != len(self.lhs):
            return self.rhs[0] if self.rhs else None
        return next(value for x, value in zip(self.lhs, self.rhs, strict=True) if x is target)


@dataclass(slots=True)
class VarSpec:
    """`var` or `const` names; `values` may be empty or one call for several names."""

    pos: int
    end: int
    names: list[Ident]
    type: Expr | None
    values: list[Expr]
    const: bool


@dataclass(slots=True)
class TypeSpec:
    pos: int
    end: int
    name: str
    tparams: list[Param]
    type: Expr
    alias: bool


@dataclass(slots=True)
class ExprStmt:
    pos: int
    end: int
    x: Expr


@dataclass(slots=True)
class GoStmt:
    pos: int
    end: int
    call: Expr


@dataclass(slots=True)
class DeferStmt:
    pos: int
    end: int
    call: Expr


@dataclass(slots=True)
class SendStmt:
    pos: int
    end: int
    chan: Expr
    value: Expr


@dataclass(slots=True)
class ReturnStmt:
    pos: int
    end: int
    results: list[Expr]


@dataclass(slots=True)
class BlockStmt:
    pos: int
    end: int
    body: list[Stmt]


@dataclass(slots=True)
class IfStmt:
    """`orelse` is a BlockStmt, another IfStmt, or None."""

    pos: int
    end: int
    init: Stmt | None
    cond: Expr
    body: BlockStmt
    orelse: Stmt | None


@dataclass(slots=True)
class ForStmt:
    pos: int
    end: int
    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: BlockStmt


@dataclass(slots=True)
class RangeStmt:
    """`define` tells `:=` from `=`; `key` and `value` are None where left out."""

    pos: int
    end: int
    key: Expr | None
    value: Expr | None
    define: bool
    x: Expr
    body: BlockStmt


@dataclass(slots=True)
class CaseClause:
    """One case of a switch or select; `exprs` is empty in a default, `comm` is a select's communication."""

    pos: int
    end: int
    exprs: list[Expr]
    comm: Stmt | None
    body: list[Stmt]
    default: bool


@dataclass(slots=True)
class SwitchStmt:
    pos: int
    end: int
    init: Stmt | None
    tag: Expr | None
    cases: list[CaseClause]


@dataclass(slots=True)
class TypeSwitchStmt:
    pos: int
    end: int
    init: Stmt | None
    bind: Ident | None
    x: Expr
    cases: list[CaseClause]


@dataclass(slots=True)
class SelectStmt:
    pos: int
    end: int
    cases: list[CaseClause]


@dataclass(slots=True)
class LabeledStmt:
    pos: int
    end: int
    label: str
    stmt: Stmt | None


@dataclass(slots=True)
class BranchStmt:
    """`tok` is break, continue, goto or fallthrough."""

    pos: int
    end: int
    tok: str
    label: str | None


Stmt = (
    AssignStmt
    | VarSpec
    | TypeSpec
    | ExprStmt
    | GoStmt
    | DeferStmt
    | SendStmt
    | ReturnStmt
    | BlockStmt
    | IfStmt
    | ForStmt
    | RangeStmt
    | CaseClause
    | SwitchStmt
    | TypeSwitchStmt
    | SelectStmt
    | LabeledStmt
    | BranchStmt
)

Node = Expr | Stmt | KeyValue | Param | FieldDecl

_CHILDREN: dict[type, tuple[str, ...]] = {
    CompositeLit: ("type", "elts"),
    KeyValue: ("key", "value"),
    FuncLit: ("type", "body"),
    SelectorExpr: ("x",),
    IndexExpr: ("x", "indices"),
    SliceExpr: ("x", "bounds"),
    TypeAssertExpr: ("x", "type"),
    CallExpr: ("fun", "args"),
    StarExpr: ("x",),
    UnaryExpr: ("x",),
    BinaryExpr: ("x", "y"),
    MapType: ("key", "value"),
    ArrayType: ("len", "elt"),
    ChanType: ("value",),
    FuncType: ("params", "results"),
    Param: ("type",),
    StructType: ("fields",),
    FieldDecl: ("type",),
    AssignStmt: ("lhs", "rhs"),
    VarSpec: ("type", "values"),
    TypeSpec: ("type",),
    ExprStmt: ("x",),
    GoStmt: ("call",),
    DeferStmt: ("call",),
    SendStmt: ("chan", "value"),
    ReturnStmt: ("results",),
    BlockStmt: ("body",),
    IfStmt: ("init", "cond", "body", "orelse"),
    ForStmt: ("init", "cond", "post", "body"),
    RangeStmt: ("key", "value", "x", "body"),
    CaseClause: ("exprs", "comm", "body"),
    SwitchStmt: ("init", "tag", "cases"),
    TypeSwitchStmt: ("init", "x", "cases"),
    SelectStmt: ("cases",),
    LabeledStmt: ("stmt",),
}


def children(node: Node) -> Iterator[Node]:
    """The nodes right below one, names being declared left out; in source order save for a `range` clause's operand."""
    for name in _CHILDREN.get(type(node), ()):
        child = getattr(node, name)
        if type(child) is list:
            yield from child
        elif child is not None:
            yield child


def root(x: Expr | None) -> Expr | None:
    """What a chain of selectors, indices and dereferences begins with."""
    while isinstance(x, (SelectorExpr, IndexExpr, StarExpr)):
        x = x.x
    return x


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, outer before inner."""
    todo = [node]
    while todo:
        at = todo.pop()
        yield at
        todo.extend(reversed(list(children(at))))
