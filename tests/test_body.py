"""Which variable a name in a function means. Variables are told as `name:line`, uses by the lines they stand on."""

from __future__ import annotations

import pytest
from programs import bodies, linked

from gomaplint.model.body import Body, Local


def body_of(source: str, name: str = "f") -> Body:
    (found,) = [body for body in bodies(linked(source)) if str(body) == name]
    return found


def line(body: Body, pos: int) -> int:
    return body.file.span(pos, pos).line - 2  # the program begins below its package clause


def locals_of(source: str) -> dict[str, list[int]]:
    """The lines on which each variable of f is used, by name and line of declaration."""
    body = body_of(source)
    return {
        f"{local.name}:{line(body, local.pos)}": sorted(line(body, use.pos) for use in local.uses)
        for local in body.locals
    }


def local_called(name: str, body: Body) -> Local:
    (found,) = [local for local in body.locals if local.name == name]
    return found


def test_a_variable_hides_an_outer_one_until_its_block_ends() -> None:
    source = "func f() {\nx := 1\n{\nx := 2\n_ = x\n}\n_ = x\n}"
    assert {"x:2": [7], "x:4": [5]} == locals_of(source)


def test_a_declaration_sees_itself_only_afterwards() -> None:
    source = "func f() {\nx := 1\n{\nx := x + 1\n_ = x\n}\n}"
    assert {"x:2": [4], "x:4": [5]} == locals_of(source)


def test_a_closure_uses_the_variables_around_it() -> None:
    source = "func f() {\nx := 1\ngo func() {\n_ = x\n}()\n}"
    assert {"x:2": [4]} == locals_of(source)


def test_a_closures_parameters_hide_the_variables_around_it() -> None:
    source = "func f() {\nx := 1\ngo func(x int) {\n_ = x\n}(x)\n}"
    assert {"x:2": [5], "x:3": [4]} == locals_of(source)


def test_each_clause_of_a_switch_is_a_block() -> None:
    source = "func f(n int) {\nswitch {\ncase n > 1:\nx := 1\n_ = x\ndefault:\nx := 2\n_ = x\n}\n}"
    assert {"n:1": [3], "x:4": [5], "x:7": [8]} == locals_of(source)


def test_each_clause_of_a_type_switch_has_a_variable_of_its_own() -> None:
    source = "func f(v any) {\nswitch x := v.(type) {\ncase int:\n_ = x\ncase string:\n_ = x\n}\n}"
    assert {"v:1": [2], "x:3": [4], "x:5": [6]} == locals_of(source)


def test_each_case_of_a_select_is_a_block() -> None:
    source = "func f(c chan int) {\nselect {\ncase x := <-c:\n_ = x\ncase x, ok := <-c:\n_, _ = x, ok\n}\n}"
    assert {"c:1": [3, 5], "x:3": [4], "x:5": [6], "ok:5": [6]} == locals_of(source)


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for i := 0; i < 3; i++ {", {"i:2": [2, 2, 3]}),
        ("for i := range 3 {", {"i:2": [3]}),
    ],
)
def test_a_loop_has_variables_of_its_own(loop: str, expected: dict[str, list[int]]) -> None:
    assert expected == locals_of(f"func f() {{\n{loop}\n_ = i\n}}\n}}")


def test_a_loop_may_set_a_variable_that_was_there_before() -> None:
    source = "func f() {\nvar i int\nfor i = range 3 {\n_ = i\n}\n}"
    assert {"i:2": [3, 4]} == locals_of(source)


def test_a_blank_is_no_variable() -> None:
    assert {} == locals_of("func f(_ int) {\n_, _ = 1, 2\n}")


def test_a_short_declaration_reuses_the_parameters_of_its_function() -> None:
    source = "func f(x int) {\nx, y := 1, 2\n_, _ = x, y\n}"
    assert {"x:1": [2, 3], "y:2": [3]} == locals_of(source)


def test_the_field_of_a_literal_is_no_variable() -> None:
    source = "type t struct{ x int }\n\nfunc f() {\nx := 1\n_ = t{x: 2}\n_ = x\n}"
    assert {"x:4": [6]} == locals_of(source)


def test_the_key_of_a_map_literal_is_a_variable() -> None:
    source = "func f() {\nx := 1\n_ = map[int]bool{x: true}\n}"
    assert {"x:2": [3]} == locals_of(source)


def test_a_label_is_no_variable() -> None:
    assert {"x:2": []} == locals_of("func f() {\nx := 1\nx:\nfor {\nbreak x\n}\n}")


def test_a_selected_name_is_no_variable() -> None:
    assert {"x:1": [], "y:1": [2]} == locals_of("func f(x, y t) {\n_ = y.x\n}")


def test_results_with_names_are_variables() -> None:
    assert {"n:1": [2]} == locals_of("func f() (n int) {\nn = 1\nreturn\n}")


def test_a_node_knows_the_nodes_around_it() -> None:
    body = body_of("func f(x int) {\nfor {\ngo func() {\n_ = x\n}()\n}\n}")
    (use,) = local_called("x", body).uses
    around = [type(node).__name__ for node in body.ancestors(use)]
    assert ["AssignStmt", "FuncLit", "CallExpr", "GoStmt", "BlockStmt", "ForStmt", "BlockStmt"] == around


def test_a_variable_gets_values_from_declarations_assignments_ranges_and_results() -> None:
    loops = "for x, _ = range m {\n}\nfor _, x = range m {\n}\n"
    source = f"func f(m map[int]int) {{\nx := 1\nx = 2\nx, _ = g()\nx += 3\n{loops}}}"
    sources = local_called("x", body_of(source)).sources
    assert ["value", "value", "result", "step", "key", "element"] == [source.how for source in sources]
