"""Loop variables that outlive their iteration in Go 1.21: mostly the variable `x` of a loop over `xs`."""

from __future__ import annotations

import pytest
from programs import linked

from gomaplint.shapes.loopvars import Capture, addresses, captures

HEAD = """
    import (
        "log"
        "os"
        "time"
    )

    type item struct {
        name string
        part struct{ n int }
        tags map[string]int
    }

    func (*item) run() {}

    func (item) show() {}

    type task struct {
        run func()
        of  *item
    }

    var (
        tasks []func()
        items []*item
        queue = make(chan func(), 9)
        table = map[string]func(){}
        last  func()
        kept  *item
    )

    func use(any) {}

"""


def found(statements: str, of: str, go: str = "1.21") -> list[str]:
    """How the loop variable is kept, as far as it is."""
    source = HEAD + f"func f(xs []item, y bool) {{\nfor _, x := range xs {{\n{statements}\n}}\n}}"
    every: list[Capture] = list((captures if of == "captures" else addresses)(linked(source, go).program))
    return [capture.kept.how for capture in every]


KEPT = {
    "go func() { use(x) }()": "runs in a goroutine",
    "defer func() { use(x) }()": "runs when the function returns",
    "go use(func() { use(x) })": "runs in a goroutine",
    "tasks = append(tasks, func() { use(x) })": "is stored",
    "queue <- func() { use(x) }": "is sent on a channel",
    "table[`a`] = func() { use(x) }": "is stored",
    "last = func() { use(x) }": "is stored",
    "g := func() { use(x) }; go g()": "runs in a goroutine",
    "var g = func() { use(x) }; tasks = append(tasks, g)": "is stored",
    "g := func() { use(x) }; h := g; last = h": "is stored",
    "tasks = append(tasks, task{run: func() { use(x) }}.run)": "",
    "t := task{run: func() { use(x) }}; use(t)": "",
    "time.AfterFunc(5, func() { use(x) })": "is handed to AfterFunc, which runs it later",
    "if y { go func() { use(x) }() }": "runs in a goroutine",
    "func() { go func() { use(x) }() }()": "runs in a goroutine",
    "func() { use(x) }()": "",
    "func() { defer func() { use(x) }() }()": "",
    "g := func() { use(x) }; g()": "",
    "_ = func() { use(x) }": "",
    "go use(x)": "",
    "go func(x item) { use(x) }(x)": "",
    "x := x; go func() { use(x) }()": "",
    "go func() { x := 1; use(x) }()": "",
    "go func() { use(item{name: `x`}) }()": "",
    "go func() { use(x) }(); break": "",
    "go func() { use(x) }(); return": "",
    "go func() { use(x) }(); panic(`x`)": "",
    "go func() { use(x) }(); os.Exit(1)": "",
    "go func() { use(x) }(); log.Fatal(`x`)": "",
    "if y { go func() { use(x) }(); return }": "",
    "go func() { use(x) }(); if y { return }": "runs in a goroutine",
    "go func() { use(x) }(); continue": "runs in a goroutine",
    "go func() { use(x) }(); for { break }": "runs in a goroutine",
    "go func() { use(x) }(); switch { default: break }": "runs in a goroutine",
    "go func() { use(x) }(); func() { return }()": "runs in a goroutine",
    "switch { case y: go func() { use(x) }(); return }": "",
}


@pytest.mark.parametrize(("statements", "how"), KEPT.items(), ids=KEPT.keys())
def test_a_closure_is_kept_beyond_its_iteration_or_not(statements: str, how: str) -> None:
    assert ([how] if how else []) == found(statements, "captures")


ADDRESSES = {
    "items = append(items, &x)": "is stored",
    "kept = &x": "is stored",
    "p := &x; kept = p": "is stored",
    "var p = &x; items = append(items, p)": "is stored",
    "use(task{of: &x})": "",
    "t := task{of: &x}; use(t)": "",
    "tasks = append(tasks, task{of: &x}.run)": "",
    "tasks = append(tasks, x.run)": "is stored",
    "last = x.run": "is stored",
    "go x.run()": "runs in a goroutine",
    "defer x.run()": "runs when the function returns",
    "use(&x)": "",
    "x.run()": "",
    "last = x.show": "",
    "p := &x; p.run()": "",
    "x := x; items = append(items, &x)": "",
    "items = append(items, &xs[0])": "",
    "items = append(items, &x); break": "",
    "use(&x.name)": "",
    "go func() { items = append(items, &x) }()": "",
}


@pytest.mark.parametrize(("statements", "how"), ADDRESSES.items(), ids=ADDRESSES.keys())
def test_an_address_is_kept_beyond_its_iteration_or_not(statements: str, how: str) -> None:
    assert ([how] if how else []) == found(statements, "addresses")


@pytest.mark.parametrize("of", ["captures", "addresses"])
def test_in_go_1_22_each_iteration_has_its_own(of: str) -> None:
    assert [] == found("go func() { use(x) }(); items = append(items, &x)", of, "1.22")


@pytest.mark.parametrize("go", ["1.21", "1.24"])
def test_a_variable_that_was_there_before_is_shared_in_every_version(go: str) -> None:
    source = HEAD + "func f(xs []item) { var x item; for _, x = range xs { go func() { use(x) }() } }"
    (capture,) = captures(linked(source, go).program)
    assert (True, True) == (capture.variable.assigned, capture.variable.shared)


def test_a_loop_of_three_clauses_has_variables_too() -> None:
    source = HEAD + "func f() { for i, n := 0, 9; i < n; i++ { go func() { use(i); use(n) }() } }"
    assert ["i", "n"] == sorted(c.variable.local.name for c in captures(linked(source, "1.21").program))


def test_a_closure_is_told_once_for_each_variable() -> None:
    source = HEAD + "func f(xs []item) { for i, x := range xs { go func() { use(x); use(x); use(i) }() } }"
    assert ["i", "x"] == sorted(c.variable.local.name for c in captures(linked(source, "1.21").program))


def test_leaving_an_outer_loop_leaves_the_inner_one() -> None:
    source = (
        "func f(xs []item) { outer: for { for _, x := range xs { go func() { use(x) }(); break outer } } }"
    )
    assert [] == list(captures(linked(HEAD + source, "1.21").program))


def test_going_on_with_an_outer_loop_leaves_the_inner_one() -> None:
    source = (
        "func f(xs []item) { outer: for { for _, x := range xs { go func() { use(x) }(); continue outer } } }"
    )
    assert [] == list(captures(linked(HEAD + source, "1.21").program))
