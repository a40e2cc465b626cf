"""Names and types: what the source alone tells of them. `_ = x` in a program asks for the type of x."""

from __future__ import annotations

import pytest
from programs import types

STORE = """\
package store

type Session struct{ User string }

type Level int

const Low Level = 1

var Default = map[string]*Session{}

func New() *Session { return nil }
"""


def using_store(text: str, clause: str = 'import "example.com/m/store"') -> dict[str, str]:
    return types({"main.go": f"package main\n\n{clause}\n\n{text}", "store/store.go": STORE})


# Names


def test_a_package_function_shadows_a_builtin() -> None:
    assert {"len(x)": "string"} == types("func len(x []int) string\n\nfunc f(x []int) { _ = len(x) }")


def test_a_local_shadows_a_builtin() -> None:
    assert {"len(x)": "string"} == types(
        'func f(x []int) { len := func([]int) string { return "" }; _ = len(x) }'
    )


def test_a_declared_type_shadows_a_basic_one() -> None:
    assert {"x.n": "int"} == types("type string struct{ n int }\n\nfunc f(x string) { _ = x.n }")


def test_a_local_shadows_a_predeclared_value() -> None:
    assert {"true": "int"} == types("func f() { true := 5; _ = true }")


def test_a_parameter_may_be_called_like_its_type() -> None:
    assert {"session.id": "int"} == types(
        "type session struct{ id int }\n\nfunc f(session *session) { _ = session.id }"
    )


def test_a_local_shadows_an_import_from_its_declaration_on() -> None:
    found = using_store('func f() { _ = store.New(); { store := "x"; _ = store } }')
    assert {"store.New()": "*Session", "store": "string"} == found


def test_a_name_in_an_if_clause_ends_with_it() -> None:
    found = types("func f(x string) { if x := 5; x > 1 { _ = x } else { _ = -x }; _ = &x }")
    assert {"x": "int", "-x": "int", "&x": "*string"} == found


def test_a_short_declaration_reuses_names_of_its_own_scope_only() -> None:
    source = """
        func g() (int, error)

        func f() {
            var err string
            {
                n, err := g()
                _ = n
                _ = &err
            }
            _ = err
        }
    """
    assert {"n": "int", "&err": "*error", "err": "string"} == types(source)


def test_a_local_type_shadows_one_of_the_package() -> None:
    found = types("type t struct{ a int }\n\nfunc f() { type t struct{ a string }; var x t; _ = x.a }")
    assert {"x.a": "string"} == found


@pytest.mark.xfail(strict=True, reason="Body.types holds the local types of all scopes of a function as one")
def test_a_local_type_ends_with_its_block() -> None:
    source = """
        type t struct{ a int }

        func f() {
            {
                type t struct{ a string }
            }
            var x t
            _ = x.a
        }
    """
    assert {"x.a": "int"} == types(source)


def test_a_dot_import_brings_functions_types_and_variables() -> None:
    found = using_store(
        "func f(s Session) { _ = New(); _ = s; _ = Default }", 'import . "example.com/m/store"'
    )
    assert {"New()": "*Session", "s": "Session", "Default": "map[string]*Session"} == found


def test_a_renamed_import_goes_by_its_new_name() -> None:
    found = using_store("func f(s st.Session) { _ = s; _ = st.New() }", 'import st "example.com/m/store"')
    assert {"s": "Session", "st.New()": "*Session"} == found


def test_a_package_goes_by_the_name_in_its_files() -> None:
    files = {
        "main.go": 'package main\n\nimport "example.com/m/go-store"\n\nfunc f() { _ = depot.New() }',
        "go-store/store.go": "package depot\n\nfunc New() bool",
    }
    assert {"depot.New()": "bool"} == types(files)


def test_names_are_linked_across_the_files_of_a_package() -> None:
    files = {
        "main.go": "func f() { _ = cache }",
        "cache.go": "var cache = newCache()",
        "new.go": "func newCache() map[string]bool",
    }
    assert {"cache": "map[string]bool"} == types(files)


def test_twins_for_different_systems_are_one_name() -> None:
    files = {
        "main.go": "func f() { _ = limit() }",
        "limit_linux.go": "func limit() int",
        "limit_windows.go": "func limit() int",
    }
    assert {"limit()": "int"} == types(files)


# Members


def test_fields_and_methods_are_promoted_through_values_and_pointers() -> None:
    source = """
        type base struct {
            n    int
            rows map[string]*base
        }

        func (b *base) self() *base

        type middle struct{ *base }

        type top struct{ middle }

        func f(x top, y *top) {
            _ = x.n
            _ = y.rows
            _ = x.self()
            _ = y.self().rows["k"].n
        }
    """
    assert {
        "x.n": "int",
        "y.rows": "map[string]*base",
        "x.self()": "*base",
        'y.self().rows["k"].n': "int",
    } == types(source)


def test_an_outer_field_hides_a_promoted_one() -> None:
    source = """
        type base struct{ n int }

        type top struct {
            base
            n string
        }

        func f(x top) {
            _ = x.n
            _ = x.base.n
        }
    """
    assert {"x.n": "string", "x.base.n": "int"} == types(source)


def test_an_embedded_library_type_is_a_field_of_its_name() -> None:
    source = """
        import "sync"

        type registry struct {
            sync.Map
            *sync.Mutex
        }

        func f(r *registry) {
            _ = r.Map
            _ = r.Mutex
        }
    """
    assert {"r.Map": "sync.Map", "r.Mutex": "*sync.Mutex"} == types(source)


def test_a_type_defined_by_another_has_its_fields_and_not_its_methods() -> None:
    source = """
        type base struct{ n int }

        func (base) m() bool

        type other base

        func f(x other) {
            _ = x.n
            _ = x.m
        }
    """
    assert {"x.n": "int", "x.m": "?"} == types(source)


def test_a_struct_may_be_written_where_a_variable_is_declared() -> None:
    source = """
        var cache struct {
            rows  map[string]int
            inner struct{ n int }
        }
        var list []struct{ rows map[int]bool }
        var made = &struct{ n int }{}

        func f() {
            _ = cache.rows
            _ = cache.inner.n
            _ = list[0].rows
            _ = made.n
        }
    """
    assert {
        "cache.rows": "map[string]int",
        "cache.inner.n": "int",
        "list[0].rows": "map[int]bool",
        "made.n": "int",
    } == types(source)


def test_a_named_map_type_has_keys_values_and_methods() -> None:
    source = """
        type set map[string]bool

        func (s set) has(key string) int

        func f(x set) {
            _ = x
            _ = x["a"]
            _ = x.has("a")
            for k := range x {
                _ = k
            }
        }
    """
    assert {"x": "set", 'x["a"]': "bool", 'x.has("a")': "int", "k": "string"} == types(source)


def test_a_method_value_is_called_like_its_method() -> None:
    source = "type s struct{}\n\nfunc (*s) get(k string) bool\n\nfunc f(x *s) { g := x.get; _ = g(`a`) }"
    assert {"g(`a`)": "bool"} == types(source)


def test_a_method_expression_is_called_with_its_receiver() -> None:
    source = "type s struct{}\n\nfunc (*s) get(k string) bool\n\nfunc f(x *s) { _ = (*s).get(x, `a`) }"
    assert {"(*s).get(x, `a`)": "bool"} == types(source)


def test_a_method_of_an_interface_returns_what_it_says() -> None:
    source = "type store interface{ get(k string) *int }\n\nfunc f(s store) { _ = s.get(`a`) }"
    assert {"s.get(`a`)": "*int"} == types(source)


# Generic types and aliases

CACHE = """
    type cache[K comparable, V any] struct{ rows map[K]V }

    func (c *cache[K, V]) get(key K) V { return c.rows[key] }

    func newCache[K comparable, V any]() *cache[K, V] { return nil }
"""


def test_an_instance_of_a_generic_type_has_its_arguments_inside() -> None:
    found = types(CACHE + "\nfunc f(c cache[string, *int]) { _ = c.rows; _ = c.rows[``] }")
    assert {"c.rows": "map[string]*int", "c.rows[``]": "*int"} == found


def test_a_method_of_an_instance_returns_an_argument_of_the_instance() -> None:
    assert {"c.get(``)": "bool"} == types(CACHE + "\nfunc f(c *cache[string, bool]) { _ = c.get(``) }")


def test_a_method_may_call_its_type_parameters_otherwise() -> None:
    source = (
        CACHE
        + """
    func (c *cache[A, B]) peek(key A) B { return c.rows[key] }

    func f(c *cache[string, bool]) { _ = c.peek(``) }
    """
    )
    assert {"c.peek(``)": "bool"} == types(source)


def test_a_generic_function_returns_the_instance_it_is_asked_for() -> None:
    assert {"c.rows": "map[string]*int"} == types(
        CACHE + "\nvar c = newCache[string, *int]()\n\nfunc f() { _ = c.rows }"
    )


@pytest.mark.parametrize(
    ("function", "call", "expected"),
    [
        ("func first[T any](xs []T) T", "first(xs)", "bool"),
        ("func keys[K comparable, V any](m map[K]V) []K", "keys(m)", "[]string"),
        ("func address[T any](x T) *T", "address(m)", "*map[string]int"),
        ("func both[T any](x T) (T, error)", "both(m)", "(map[string]int, error)"),
        ("func next[T any](c chan T) T", "next(c)", "uint8"),
        ("func mapped[T, U any](xs []T, f func(T) U) []U", "mapped(xs, g)", "[]float64"),
        ("func or[T comparable](all ...T) T", "or(n, 5)", "level"),
        ("func concat[S ~[]E, E any](all ...S) S", "concat(xs, xs)", "[]bool"),
        ("func names[M ~map[K]V, K comparable, V any](m M) []K", "names(m)", "[]string"),
    ],
)
def test_type_arguments_follow_from_the_arguments(function: str, call: str, expected: str) -> None:
    text = f"{function}\n\nfunc g(bool) float64\n\n"
    text += f"type level int\n\nfunc f(xs []bool, m map[string]int, c chan uint8, n level) {{ _ = {call} }}"
    assert {call: expected} == types(text)


def test_inside_a_generic_type_its_parameters_are_types() -> None:
    source = (
        CACHE
        + """
    func (c *cache[K, V]) each() {
        for k, v := range c.rows {
            _ = k
            _ = v
        }
    }
    """
    )
    assert {"k": "K", "v": "V"} == types(source)


def test_an_alias_is_what_it_stands_for() -> None:
    source = "type table = map[string]int\n\ntype other = table\n\nfunc f(x other) { _ = x }"
    assert {"x": "map[string]int"} == types(source)


def test_a_generic_alias_has_its_arguments_inside() -> None:
    assert {"x": "[]int"} == types("type list[T any] = []T\n\nfunc f(x list[int]) { _ = x }")


# Constants


def test_a_typed_constant_has_its_type_also_where_it_is_repeated() -> None:
    source = "type level int\n\nconst (\n\tlow level = iota\n\thigh\n)\n\nfunc f() { _ = low; _ = high }"
    assert {"low": "level", "high": "level"} == types(source)


@pytest.mark.parametrize(("value", "expected"), [('"x"', "string"), ("5", "int"), ("1.5", "float64")])
def test_an_untyped_constant_has_the_type_of_its_value(value: str, expected: str) -> None:
    assert {"c": expected} == types(f"const c = {value}\n\nfunc f() {{ _ = c }}")


def test_a_constant_of_another_package_has_its_type_there() -> None:
    assert {"store.Low": "Level"} == using_store("func f() { _ = store.Low }")


def test_a_constant_may_have_a_type_of_a_library() -> None:
    source = 'import "time"\n\nconst wait time.Duration = 5\n\nfunc f() { _ = wait }'
    assert {"wait": "time.Duration"} == types(source)


# Results, and variables of a package


def test_calls_have_the_types_of_their_results() -> None:
    source = """
        type session struct{ n int }

        func one() *session

        func two() (map[string]*session, error)

        func f() {
            _ = one().n
            m, err := two()
            _ = err
            _ = m["a"].n
        }
    """
    assert {"one().n": "int", "err": "error", 'm["a"].n': "int"} == types(source)


def test_a_call_of_a_literal_has_the_type_of_its_result() -> None:
    source = "func f() { g := func() (string, bool) { return ``, true }; a, b := g(); _ = a; _ = b }"
    assert {"a": "string", "b": "bool"} == types(source)


def test_named_results_are_variables() -> None:
    assert {"m": "map[string]int", "err": "error"} == types(
        "func f() (m map[string]int, err error) { _ = m; _ = err; return }"
    )


def test_what_a_library_returns_is_known_where_the_table_knows_it() -> None:
    source = 'import "net/http"\n\nfunc f(r *http.Request) { _ = r.FormValue(`a`); _ = r.TLS }'
    assert {"r.FormValue(`a`)": "string", "r.TLS": "?"} == types(source)


def test_variables_of_a_package_may_depend_on_each_other_in_any_order() -> None:
    source = "var a = b\n\nvar b = c()\n\nfunc c() map[string]int\n\nfunc f() { _ = a }"
    assert {"a": "map[string]int"} == types(source)


def test_variables_that_define_each_other_end_somewhere() -> None:
    assert {"a": "?"} == types("var a = b\n\nvar b = a\n\nfunc f() { _ = a }")


def test_one_call_may_give_several_variables() -> None:
    source = "var a, b = g()\n\nvar c, d = 1, ``\n\nfunc g() (int, string)\n\nfunc f() { _, _, _ = b, c, d }"
    assert {"b": "string", "c": "int", "d": "string"} == types(source)


# Expressions


@pytest.mark.parametrize(
    ("ranged", "names", "expected"),
    [
        ("map[string]bool", "k, v", {"k": "string", "v": "bool"}),
        ("[]bool", "k, v", {"k": "int", "v": "bool"}),
        ("[4]bool", "k, v", {"k": "int", "v": "bool"}),
        ("*[4]bool", "k, v", {"k": "int", "v": "bool"}),
        ("string", "k, v", {"k": "int", "v": "int32"}),
        ("chan float64", "k", {"k": "float64"}),
        ("int64", "k", {"k": "int64"}),
        ("func(func(int, string) bool)", "k, v", {"k": "int", "v": "string"}),
        ("func(func(uint8) bool)", "k", {"k": "uint8"}),
    ],
)
def test_a_range_gives_its_variables_types(ranged: str, names: str, expected: dict[str, str]) -> None:
    uses = "; ".join(f"_ = {name}" for name in expected)
    assert expected == types(f"func f(x {ranged}) {{ for {names} := range x {{ {uses} }} }}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.(*session)", "*session"),
        ("id(s)", "id"),
        ("set(nil)", "set"),
        ("(*session)(nil)", "*session"),
        ("*(*string)(x)", "string"),
        ("[]byte(s)", "[]uint8"),
        ("make(map[string]int)", "map[string]int"),
        ("make(set, 5)", "set"),
        ("make(chan bool)", "chan bool"),
        ("new(set)", "*set"),
        ("&session{}", "*session"),
        ("[]session{{}}[0]", "session"),
        ('map[string]*session{"a": {}}["a"].n', "int"),
        ("[...]string{s}", "[n]string"),
        ("[2]string{}", "[2]string"),
        ("func(int) string { return s }", "func"),
        ("n + 1", "int"),
        ("1 + u", "uint8"),
        ('s + "x"', "string"),
        ("n == 1", "bool"),
        ("!(n == 1)", "bool"),
        ("-n", "int"),
        ("<-c", "*session"),
        ("*p", "session"),
        ("&n", "*int"),
        ("s[0]", "uint8"),
        ("s[1:]", "string"),
        ("list[1:]", "[]int"),
        ("array[1:]", "[]int"),
        ("len(s)", "int"),
        ("append(list, 1)", "[]int"),
        ("min(u, 1)", "uint8"),
        ("1.5", "float64"),
        ("2i", "complex128"),
        ("'a'", "int32"),
        ("(2.0 / 1) * n", "int"),
        ("unheard.of", "?"),
    ],
)
def test_an_expression_has_its_type(text: str, expected: str) -> None:
    source = f"""
        type session struct{{ n int }}

        type id string

        type set map[string]bool

        func f(x any, s string, n int, u byte, c chan *session, p *session, list []int, array [3]int) {{
            _ = {text}
        }}
    """
    assert [expected] == list(types(source).values())


@pytest.mark.parametrize("comma_ok", ["m[``]", "x.(*int)", "<-c"])
def test_the_second_value_of_a_comma_ok_is_a_bool(comma_ok: str) -> None:
    source = "func f(m map[string]*int, x any, c chan *int) { v, ok := %s; _ = v; _ = ok }"
    assert {"v": "*int", "ok": "bool"} == types(source % comma_ok)


def test_the_second_result_of_an_unknown_call_is_not_known() -> None:
    source = 'import "example.com/lib"\n\nfunc f() { a, b := lib.Split(`x`); _ = a; _ = b }'
    assert {"a": "?", "b": "?"} == types(source)


def test_a_call_of_a_generic_function_of_a_library_is_not_known() -> None:
    source = 'import "example.com/lib"\n\nfunc f(x any) { _ = lib.TypeFor[int](); _ = lib.As[int](x) }'
    assert {"lib.TypeFor[int]()": "?", "lib.As[int](x)": "?"} == types(source)


def test_what_is_assigned_later_says_nothing_of_the_type() -> None:
    source = 'import "example.com/lib"\n\nfunc f() { x := lib.Get(); _ = x; x = &t{} }\n\ntype t struct{}'
    assert {"x": "?"} == types(source)


def test_a_select_may_declare_what_it_receives() -> None:
    source = "func f(c chan *int) { select { case v, ok := <-c: _ = v; _ = ok } }"
    assert {"v": "*int", "ok": "bool"} == types(source)


@pytest.mark.parametrize(
    ("case", "expected"), [("case string:", "string"), ("case string, int:", "any"), ("default:", "any")]
)
def test_a_type_switch_binds_the_type_of_its_case(case: str, expected: str) -> None:
    assert {"v": expected} == types(f"func f(x any) {{ switch v := x.(type) {{ {case} _ = v }} }}")


def test_keys_of_a_literal_may_leave_out_their_type() -> None:
    source = (
        "type p struct{ n int }\n\nvar m = map[p]bool{{1}: true}\n\nfunc f() { for k := range m { _ = k.n } }"
    )
    assert {"k.n": "int"} == types(source)


@pytest.mark.parametrize("source", ["func f() { _ = g(g(g(g(1)))) }", "func f() { a := b; b := a; _ = a }"])
def test_what_is_not_known_stays_unknown(source: str) -> None:
    assert ["?"] == list(types(source).values())
