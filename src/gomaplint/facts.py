"""What is kept of one file: where its declarations stand.

Facts are small and storable; they hold names and byte offsets, no syntax.
Bodies, signatures and types are lowered from the source when somebody asks (`lower_func` and its kin):
of a large repository a few functions in a hundred are ever asked for.
"""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import syntax
from gomaplint.lower import Lowering


class FuncFact(NamedTuple):
    """A function or method; `recv` is the receiver's type name, "" for a function, `body` where its block begins."""

    name: str
    recv: str
    pos: int
    body: int
    end: int


class TypeFact(NamedTuple):
    """A type declaration, from its name to its end."""

    name: str
    pos: int
    end: int


class ValueFact(NamedTuple):
    """One `var` or `const` specification.

    `type` is the text of the declared type, for constants carried over implicit repetition.
    """

    names: tuple[str, ...]
    pos: int
    end: int
    const: bool
    type: str


class FileFacts(NamedTuple):
    """One file; `error` is the offset and line of the first thing that did not parse."""

    package: str
    imports: tuple[tuple[str, str], ...]
    funcs: tuple[FuncFact, ...]
    types: tuple[TypeFact, ...]
    values: tuple[ValueFact, ...]
    names: frozenset[str]
    lines: int
    error: tuple[int, int] | None


# What stands in no name becomes a blank: a numeral is taken for a name then, and nobody asks for it.
_NAMES_ONLY = bytes(i if i >= 128 or i == ord("_") or chr(i).isalnum() else ord(" ") for i in range(256))


def extract(source: bytes) -> FileFacts:
    """Index the declarations of one file; broken code gives what parses."""
    root = syntax.parse(source)
    low = Lowering(source)
    package = ""
    imports: list[tuple[str, str]] = []
    funcs: list[FuncFact] = []
    types: list[TypeFact] = []
    values: list[ValueFact] = []
    for node in root.named_children:
        kind = node.type
        if kind in ("function_declaration", "method_declaration"):
            name = node.child_by_field_name("name")
            if name is not None:
                block = node.child_by_field_name("body")
                start = block.start_byte if block is not None else node.end_byte
                recv = _receiver(node, low)
                funcs.append(FuncFact(low.text(name), recv, node.start_byte, start, node.end_byte))
        elif kind == "type_declaration":
            for spec in node.named_children:
                name = spec.child_by_field_name("name")
                if name is not None:
                    types.append(TypeFact(low.text(name), spec.start_byte, spec.end_byte))
        elif kind in ("var_declaration", "const_declaration"):
            values.extend(_values(node, low))
        elif kind == "import_declaration":
            imports.extend(_imports(node, low))
        elif kind == "package_clause":
            package = low.text(node.named_children[-1]) if node.named_children else ""
    names = names_in(source)
    return FileFacts(
        package,
        tuple(imports),
        tuple(funcs),
        tuple(types),
        tuple(values),
        names,
        source.count(b"\n") + (not source.endswith(b"\n") and bool(source)),
        syntax.first_error(root),
    )


def names_in(source: bytes) -> frozenset[str]:
    """Every name that occurs in a text, in comments and strings too."""
    return frozenset(source.translate(_NAMES_ONLY).decode("utf-8", "replace").split())


def _receiver(node: syntax.Node, low: Lowering) -> str:
    receiver = node.child_by_field_name("receiver")
    entries = low.params(receiver) if receiver is not None else []
    of = entries[0].type if entries else None
    while isinstance(of, (g.StarExpr, g.IndexExpr)):
        of = of.x
    return of.name if isinstance(of, g.Ident) else ""


def _values(node: syntax.Node, low: Lowering) -> list[ValueFact]:
    facts: list[ValueFact] = []
    const, carried = node.type == "const_declaration", ""
    for child in node.named_children:
        for spec in child.named_children if child.type == "var_spec_list" else (child,):
            if spec.type not in ("var_spec", "const_spec"):
                continue
            names = tuple(low.text(n) for n in spec.children_by_field_name("name") if n.is_named)
            declared = spec.child_by_field_name("type")
            of = low.text(declared) if declared is not None else ""
            if const:
                value = spec.child_by_field_name("value")
                if not of and value is None:
                    of = carried
                elif not of and value is not None:
                    of = _converted(value, low)
                carried = of
            facts.append(ValueFact(names, spec.start_byte, spec.end_byte, const, of))
    return facts


def _converted(value: syntax.Node, low: Lowering) -> str:
    """The type of a constant written as a conversion: `StatusOK = Status("ok")`."""
    first = value.named_children[0] if value.named_children else value
    function = first.child_by_field_name("function") if first.type == "call_expression" else None
    return low.text(function) if function is not None and function.type == "identifier" else ""


def _imports(node: syntax.Node, low: Lowering) -> list[tuple[str, str]]:
    found = []
    for child in node.named_children:
        for spec in child.named_children if child.type == "import_spec_list" else (child,):
            path = spec.child_by_field_name("path") if spec.type == "import_spec" else None
            if path is not None:
                name = spec.child_by_field_name("name")
                found.append((low.text(name) if name is not None else "", low.text(path)[1:-1]))
    return found


class LoweredFunc(NamedTuple):
    """A function with everything in it; `recv` is its receiver, `body` None for an assembly stub."""

    recv: g.Param | None
    tparams: list[g.Param]
    type: g.FuncType
    body: g.BlockStmt | None


def lower_func(source: bytes, fact: FuncFact, *, body: bool = True) -> LoweredFunc:
    """Lower one function; with `body` False only what stands before its body."""
    root = syntax.parse(source[fact.pos : fact.end if body else fact.body], fact.pos)
    low = Lowering(source)
    node = next(
        (n for n in root.named_children if n.type in ("function_declaration", "method_declaration")), None
    )
    if node is None:
        return LoweredFunc(None, [], g.FuncType(fact.pos, fact.end, [], []), None)
    receiver = low.params(node.child_by_field_name("receiver"))
    block = node.child_by_field_name("body") if body else None
    return LoweredFunc(
        receiver[0] if receiver else None,
        low.params(node.child_by_field_name("type_parameters")),
        low.func_type(node),
        low.block(block) if block is not None else None,
    )


def lower_type(source: bytes, fact: TypeFact) -> g.TypeSpec | None:
    """Lower one type declaration."""
    for stmt in _lower_spec(source, fact.pos, fact.end, b"type "):
        if isinstance(stmt, g.TypeSpec):
            return stmt
    return None


def lower_value(source: bytes, fact: ValueFact, *, shallow: bool = False) -> g.VarSpec | None:
    """Lower one `var` or `const` specification; `shallow` as in Lowering."""
    for stmt in _lower_spec(source, fact.pos, fact.end, b"var ", shallow):
        if isinstance(stmt, g.VarSpec):
            return stmt
    return None


def _lower_spec(source: bytes, pos: int, end: int, keyword: bytes, shallow: bool = False) -> list[g.Stmt]:
    root = syntax.parse(keyword + source[pos:end], pos - len(keyword))
    low = Lowering(source, shallow=shallow)
    return [stmt for node in root.named_children for stmt in low.stmts(node)]
