"""What each piece of Go becomes: one row for each kind of expression, type and statement."""

from __future__ import annotations

import dataclasses
import typing

import pytest

from gomaplint import facts
from gomaplint import goast as g

EXPRESSIONS = [
    ("x", "x"),
    ("(x)", "x"),
    ("p.q.r", "SelectorExpr(SelectorExpr(p q) r)"),
    ("5", "int:5"),
    ("0x1F", "int:0x1F"),
    ("1.5", "float:1.5"),
    ("2i", "imaginary:2i"),
    ("'a'", "rune:'a'"),
    (r'"a\n"', r"string:a\n"),
    (r"`a\n`", r"string:a\n"),
    ("nil", "nil"),
    ("true", "true"),
    ("m[k]", "IndexExpr(m [k])"),
    ("m[k](x)", "CallExpr(IndexExpr(m [k]) [x] false)"),
    ("f[int]", "IndexExpr(f [int])"),
    ("f[int, string](x)", "CallExpr(IndexExpr(f [int string]) [x] false)"),
    ("x.f[int](y)", "CallExpr(IndexExpr(SelectorExpr(x f) [int]) [y] false)"),
    ("f(a < b, c > (d))", "CallExpr(f [BinaryExpr('<' a b) BinaryExpr('>' c d)] false)"),
    ("s[:]", "SliceExpr(s [])"),
    ("s[1:]", "SliceExpr(s [int:1])"),
    ("s[1:2:3]", "SliceExpr(s [int:1 int:2 int:3])"),
    ("x.(T)", "TypeAssertExpr(x T)"),
    ("f()", "CallExpr(f [] false)"),
    ("f(x, y...)", "CallExpr(f [x y] true)"),
    ("f(x /* why */, y)", "CallExpr(f [x y] false)"),
    ("*p", "StarExpr(p)"),
    ("&x", "UnaryExpr('&' x)"),
    ("<-c", "UnaryExpr('<-' c)"),
    ("-x", "UnaryExpr('-' x)"),
    ("^x", "UnaryExpr('^' x)"),
    ("x + y*z", "BinaryExpr('+' x BinaryExpr('*' y z))"),
    ("a && !b", "BinaryExpr('&&' a UnaryExpr('!' b))"),
    ("T{}", "CompositeLit(T [])"),
    ("T{x, y}", "CompositeLit(T [KeyValue(- x) KeyValue(- y)])"),
    ("T{a: x}", "CompositeLit(T [KeyValue(a x)])"),
    ("p.T[int]{}", "CompositeLit(IndexExpr(SelectorExpr(p T) [int]) [])"),
    (
        "[]T{{1}, {a: 2}}",
        "CompositeLit(ArrayType(- T) [KeyValue(- CompositeLit(- [KeyValue(- int:1)]))"
        " KeyValue(- CompositeLit(- [KeyValue(a int:2)]))])",
    ),
    ("[2]T{1: x}", "CompositeLit(ArrayType(int:2 T) [KeyValue(int:1 x)])"),
    ("[...]T{x}", "CompositeLit(ArrayType(BadExpr() T) [KeyValue(- x)])"),
    ("map[K]V{k: v}", "CompositeLit(MapType(K V) [KeyValue(k v)])"),
    (
        "map[T]V{{1}: {2}}",
        "CompositeLit(MapType(T V) [KeyValue(CompositeLit(- [KeyValue(- int:1)])"
        " CompositeLit(- [KeyValue(- int:2)]))])",
    ),
    ("struct{}{}", "CompositeLit(StructType([]) [])"),
    (
        "func(a, b int, _ string) (n int, err error) { return }",
        "FuncLit(FuncType([Param('a' int false) Param('b' int false) Param('_' string false)]"
        " [Param('n' int false) Param('err' error false)]) [ReturnStmt([])])",
    ),
    (
        "func(int, ...string) bool { return x }",
        "FuncLit(FuncType([Param(- int false) Param(- string true)] [Param(- bool false)]) [ReturnStmt([x])])",
    ),
    ("[]byte(x)", "CallExpr(ArrayType(- byte) [x] false)"),
    ("(*T)(x)", "CallExpr(StarExpr(T) [x] false)"),
    ("*f(x)", "StarExpr(CallExpr(f [x] false))"),
    ("*(*T)(x)", "StarExpr(CallExpr(StarExpr(T) [x] false))"),
    ("map[K]V(x)", "CallExpr(MapType(K V) [x] false)"),
    ("chan int(x)", "CallExpr(ChanType(int) [x] false)"),
    ("new(T)", "CallExpr(new [T] false)"),
    ("new(x + 1)", "CallExpr(new [BinaryExpr('+' x int:1)] false)"),
    ("make(map[K]V, 5)", "CallExpr(make [MapType(K V) int:5] false)"),
    ("make(chan T)", "CallExpr(make [ChanType(T)] false)"),
]

TYPES = [
    ("T", "T"),
    ("p.T", "SelectorExpr(p T)"),
    ("*T", "StarExpr(T)"),
    ("G[K, p.V]", "IndexExpr(G [K SelectorExpr(p V)])"),
    ("map[K][]V", "MapType(K ArrayType(- V))"),
    ("[5]T", "ArrayType(int:5 T)"),
    ("[n]T", "ArrayType(n T)"),
    ("<-chan T", "ChanType(T)"),
    ("chan<- T", "ChanType(T)"),
    ("func()", "FuncType([] [])"),
    ("func(T) U", "FuncType([Param(- T false)] [Param(- U false)])"),
    (
        "struct { B, C int; D; *p.E; F[int] }",
        "StructType([FieldDecl('B' int '' false) FieldDecl('C' int '' false) FieldDecl('D' D '' true)"
        " FieldDecl('E' StarExpr(SelectorExpr(p E)) '' true) FieldDecl('F' IndexExpr(F [int]) '' true)])",
    ),
    ('struct { B int `json:"b"` }', "StructType([FieldDecl('B' int 'json:\"b\"' false)])"),
    (
        "interface { M(x int) T; I; p.J; int | string; ~int }",
        "InterfaceType([('M' FuncType([Param('x' int false)] [Param(- T false)]))]"
        " [I SelectorExpr(p J) BadExpr() int])",
    ),
]

STATEMENTS = [
    ("var a, b = 1, f()", "VarSpec([a b] - [int:1 CallExpr(f [] false)] false)"),
    ("var a, b T = f()", "VarSpec([a b] T [CallExpr(f [] false)] false)"),
    ("var (\na int\nb = 2\n)", "VarSpec([a] int [] false) VarSpec([b] - [int:2] false)"),
    ("const a T = 1", "VarSpec([a] T [int:1] true)"),
    ("const (\na = iota\nb\n)", "VarSpec([a] - [iota] true) VarSpec([b] - [] true)"),
    ("type T struct{}", "TypeSpec('T' [] StructType([]) false)"),
    ("type T = U", "TypeSpec('T' [] U true)"),
    (
        "type T[K comparable, V any] map[K]V",
        "TypeSpec('T' [Param('K' comparable false) Param('V' any false)] MapType(K V) false)",
    ),
    ("a, b := x, y", "AssignStmt([a b] ':=' [x y])"),
    ("a, b = b, a", "AssignStmt([a b] '=' [b a])"),
    ("a, ok := <-c", "AssignStmt([a ok] ':=' [UnaryExpr('<-' c)])"),
    ("a += 1", "AssignStmt([a] '+=' [int:1])"),
    ("a &^= b", "AssignStmt([a] '&^=' [b])"),
    ("a++", "AssignStmt([a] '++' [])"),
    ("m[k]--", "AssignStmt([IndexExpr(m [k])] '--' [])"),
    ("f()", "ExprStmt(CallExpr(f [] false))"),
    ("<-c", "ExprStmt(UnaryExpr('<-' c))"),
    ("go f()", "GoStmt(CallExpr(f [] false))"),
    ("defer f(x)", "DeferStmt(CallExpr(f [x] false))"),
    ("c <- x", "SendStmt(c x)"),
    ("return", "ReturnStmt([])"),
    ("return a, b", "ReturnStmt([a b])"),
    ("{ a() }", "BlockStmt([ExprStmt(CallExpr(a [] false))])"),
    ("// nothing\na()", "ExprStmt(CallExpr(a [] false))"),
    ("if x { a() }", "IfStmt(- x BlockStmt([ExprStmt(CallExpr(a [] false))]) -)"),
    (
        "if v := f(); v { } else if y { } else { a() }",
        "IfStmt(AssignStmt([v] ':=' [CallExpr(f [] false)]) v BlockStmt([])"
        " IfStmt(- y BlockStmt([]) BlockStmt([ExprStmt(CallExpr(a [] false))])))",
    ),
    ("if v == m[k] { }", "IfStmt(- BinaryExpr('==' v IndexExpr(m [k])) BlockStmt([]) -)"),
    ("for { }", "ForStmt(- - - BlockStmt([]))"),
    ("for x { }", "ForStmt(- x - BlockStmt([]))"),
    ("for m[k] { }", "ForStmt(- IndexExpr(m [k]) - BlockStmt([]))"),
    ("for ; x; { }", "ForStmt(- x - BlockStmt([]))"),
    (
        "for i := 0; i < n; i++ { }",
        "ForStmt(AssignStmt([i] ':=' [int:0]) BinaryExpr('<' i n) AssignStmt([i] '++' []) BlockStmt([]))",
    ),
    ("for range x { }", "RangeStmt(- - false x BlockStmt([]))"),
    ("for range 5 { }", "RangeStmt(- - false int:5 BlockStmt([]))"),
    ("for k := range m[i] { }", "RangeStmt(k - true IndexExpr(m [i]) BlockStmt([]))"),
    ("for k, v := range x { }", "RangeStmt(k v true x BlockStmt([]))"),
    ("for _, v = range x { }", "RangeStmt(_ v false x BlockStmt([]))"),
    ("for s.k = range x { }", "RangeStmt(SelectorExpr(s k) - false x BlockStmt([]))"),
    (
        "switch x { case 1, 2: a(); fallthrough; default: b() }",
        "SwitchStmt(- x [CaseClause([int:1 int:2] - [ExprStmt(CallExpr(a [] false))"
        " BranchStmt('fallthrough' -)] false) CaseClause([] - [ExprStmt(CallExpr(b [] false))] true)])",
    ),
    (
        "switch v := f(); { case v: }",
        "SwitchStmt(AssignStmt([v] ':=' [CallExpr(f [] false)]) - [CaseClause([v] - [] false)])",
    ),
    (
        "switch x.(type) { case int, nil: default: }",
        "TypeSwitchStmt(- - x [CaseClause([int nil] - [] false) CaseClause([] - [] true)])",
    ),
    (
        "switch y := f(); v := y.(type) { case []T: a() }",
        "TypeSwitchStmt(AssignStmt([y] ':=' [CallExpr(f [] false)]) v y"
        " [CaseClause([ArrayType(- T)] - [ExprStmt(CallExpr(a [] false))] false)])",
    ),
    (
        "select { case v := <-c: a(v); case v, ok = <-c: ; case <-c: ; case c <- x: ; default: }",
        "SelectStmt([CaseClause([] AssignStmt([v] ':=' [UnaryExpr('<-' c)])"
        " [ExprStmt(CallExpr(a [v] false))] false)"
        " CaseClause([] AssignStmt([v ok] '=' [UnaryExpr('<-' c)]) [] false)"
        " CaseClause([] ExprStmt(UnaryExpr('<-' c)) [] false) CaseClause([] SendStmt(c x) [] false)"
        " CaseClause([] - [] true)])",
    ),
    (
        "L: for { break L; continue L }",
        "LabeledStmt('L' ForStmt(- - - BlockStmt([BranchStmt('break' 'L') BranchStmt('continue' 'L')])))",
    ),
    ("goto L; L: a()", "BranchStmt('goto' 'L') LabeledStmt('L' ExprStmt(CallExpr(a [] false)))"),
    ("L:\n", "LabeledStmt('L' -)"),
    ("for { break }", "ForStmt(- - - BlockStmt([BranchStmt('break' -)]))"),
]


def shape(part: object) -> str:
    """A node by its kind and parts, offsets left out; `-` for what is missing."""
    match part:
        case None:
            return "-"
        case bool():
            return str(part).lower()
        case str():
            return repr(part)
        case g.Ident(name=name):
            return name
        case g.BasicLit(kind=kind, value=value):
            return f"{kind}:{value}"
        case list():
            return f"[{' '.join(map(shape, part))}]"
        case tuple():
            return f"({' '.join(map(shape, part))})"
    assert dataclasses.is_dataclass(part)
    parts = [shape(getattr(part, f.name)) for f in dataclasses.fields(part) if f.name not in ("pos", "end")]
    return f"{type(part).__name__}({' '.join(parts)})"


def lowered(text: str) -> list[g.Stmt]:
    """The statements of a function."""
    source = f"package m\n\nfunc f() {{\n\t{text}\n}}\n".encode()
    found = facts.extract(source)
    assert found.error is None
    body = facts.lower_func(source, found.funcs[0]).body
    assert body is not None
    return body.body


def assigned(text: str) -> g.Expr:
    (stmt,) = lowered(f"_ = {text}")
    assert isinstance(stmt, g.AssignStmt)
    return stmt.rhs[0]


def declared(text: str) -> g.Expr:
    (stmt,) = lowered(f"var x {text}")
    assert isinstance(stmt, g.VarSpec)
    assert stmt.type is not None
    return stmt.type


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_an_expression_lowers_to_its_kind(text: str, expected: str) -> None:
    assert expected == shape(assigned(text))


@pytest.mark.parametrize(("text", "expected"), TYPES, ids=[text for text, _ in TYPES])
def test_a_type_lowers_to_its_kind(text: str, expected: str) -> None:
    assert expected == shape(declared(text))


@pytest.mark.parametrize(("text", "expected"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_a_statement_lowers_to_its_kind(text: str, expected: str) -> None:
    assert expected == " ".join(map(shape, lowered(text)))


def test_every_kind_of_node_has_a_row_above() -> None:
    tops: list[g.Node] = [assigned(text) for text, _ in EXPRESSIONS]
    tops += [declared(text) for text, _ in TYPES]
    tops += [stmt for text, _ in STATEMENTS for stmt in lowered(text)]
    shown = {type(node) for top in tops for node in g.walk(top)}
    every = {*typing.get_args(g.Expr), *typing.get_args(g.Stmt), g.KeyValue, g.Param, g.FieldDecl}
    assert set() == every - shown


def test_what_does_not_parse_is_a_gap_between_statements_that_do() -> None:
    source = b"package m\n\nfunc f() {\n\ta()\n\tvar = 5 +\n\tb()\n}\n"
    body = facts.lower_func(source, facts.extract(source).funcs[0]).body
    assert body is not None
    called = [node.fun for node in g.walk(body) if isinstance(node, g.CallExpr)]
    assert {"a", "b"} == {fun.name for fun in called if isinstance(fun, g.Ident)}


def test_a_function_without_a_body_lowers_without_one() -> None:
    source = b"package m\n\nfunc f(n int) bool\n"
    lowered = facts.lower_func(source, facts.extract(source).funcs[0])
    assert (None, "FuncType([Param('n' int false)] [Param(- bool false)])") == (
        lowered.body,
        shape(lowered.type),
    )


def test_a_method_lowers_with_its_receiver() -> None:
    source = b"package m\n\nfunc (s *set[K]) add(key K) {}\n"
    lowered = facts.lower_func(source, facts.extract(source).funcs[0])
    assert "Param('s' StarExpr(IndexExpr(set [K])) false)" == shape(lowered.recv)


def test_type_parameters_lower_one_for_each_name() -> None:
    source = b"package m\n\nfunc f[K comparable, A, B any](m map[K]A) (b B) { return }\n"
    lowered = facts.lower_func(source, facts.extract(source).funcs[0])
    assert "[Param('K' comparable false) Param('A' any false) Param('B' any false)]" == shape(lowered.tparams)


def test_walking_meets_outer_nodes_before_inner_ones() -> None:
    call = assigned("f(g(x))")
    assert ["CallExpr", "Ident", "CallExpr", "Ident", "Ident"] == [type(n).__name__ for n in g.walk(call)]


@pytest.mark.parametrize("terms", [50, 5000])
def test_a_long_sum_lowers(terms: int) -> None:
    text = " + ".join(["x"] * terms)
    assert isinstance(assigned(text), g.BinaryExpr)


@pytest.mark.parametrize("branches", [50, 1500])
def test_a_long_chain_of_else_if_lowers(branches: int) -> None:
    text = " else ".join(f"if x == {n} {{ }}" for n in range(branches))
    assert isinstance(lowered(text)[0], g.IfStmt)


@pytest.mark.parametrize("depth", [50, 1000])
def test_deeply_nested_literals_lower(depth: int) -> None:
    assert isinstance(assigned("[]any{" * depth + "}" * depth), g.CompositeLit)
