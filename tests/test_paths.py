"""The ways through a function: each program calls `here()` once, and `mark()` where a way is given up."""

from __future__ import annotations

import pytest
from programs import bodies, linked

from gomaplint import goast as g
from gomaplint.model.body import Body
from gomaplint.shapes.paths import Reached, Ways, together

HEAD = """
    import "os"

    func here()      {}
    func mark()      {}
    func ask() bool  { return true }
    func fail() error { return nil }

    func f(c chan int, n int) int {
"""


def calls(name: str, body: Body) -> list[g.CallExpr]:
    return [call for call in body.calls if isinstance(call.fun, g.Ident) and call.fun.name == name]


def reached(source: str) -> Reached:
    """Where the ways behind `here()` lead."""
    (body,) = [b for b in bodies(linked(HEAD + source + "\n}\nvar _ = os.Exit")) if str(b) == "f"]
    (start,) = calls("here", body)
    return Ways(body, {id(call) for call in calls("mark", body)}).after(start)


def told(found: Reached) -> tuple[int, bool, int, bool]:
    """How many returns, whether the end, how many marks, and whether anything is lost."""
    return len(found.exits), found.falls, len(found.marks), found.lost


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("here(); return 1", (1, False, 0, False)),
        ("here(); mark(); return 1", (0, False, 1, False)),
        ("return 1; here(); mark()", (0, False, 1, False)),
        ("mark(); here()", (0, True, 0, False)),
        ("here(); if ask() { mark(); return 1 }; return 2", (1, False, 1, False)),
        ("here(); if ask() { mark() } else { mark() }; return 2", (0, False, 2, False)),
        ("if here(); ask() { return 1 }; mark(); return 2", (1, False, 1, False)),
        ("here(); if err := fail(); err != nil { return 1 }; defer mark(); return 2", (1, False, 1, False)),
        ("here(); panic(1)", (0, False, 0, False)),
        ("here(); os.Exit(1)", (0, False, 0, False)),
        ("here(); for { if ask() { break } }; return 1", (1, False, 0, False)),
        ("here(); for { mark() }", (0, False, 1, False)),
        ("here(); for {}", (0, False, 0, False)),
        ("for { here(); if ask() { continue }; return 1 }", (1, False, 0, False)),
        ("for range n { mark(); here() }; return 1", (1, False, 1, False)),
        ("out: for { for { here(); break out }; mark() }; return 1", (1, False, 0, False)),
        ("out: for ask() { for { here(); continue out }; mark() }; return 1", (1, False, 0, False)),
        ("switch n { case 1: here(); case 2: mark() }; return 1", (1, False, 0, False)),
        ("switch n { case 1: here(); fallthrough; case 2: mark() }; return 1", (0, False, 1, False)),
        ("here(); switch n { case 1: mark() }; return 1", (1, False, 1, False)),
        ("here(); switch n { case 1: mark(); default: mark() }; return 1", (0, False, 2, False)),
        ("select { case <-c: here(); break; case c <- 1: mark() }; return 1", (1, False, 0, False)),
        ("here(); select { case <-c: mark() }; return 1", (0, False, 1, False)),
        ("here(); goto end; end: return 1", (0, False, 0, True)),
        ("func() { here(); if ask() { return }; mark() }(); return 1", (1, False, 1, False)),
        ("here(); undo := func() { mark() }; _ = undo; return 1", (1, False, 0, False)),
        ("here(); func() { mark() }(); return 1", (0, False, 1, False)),
    ],
)
def test_a_way_ends_at_an_exit_or_a_mark(source: str, expected: tuple[int, bool, int, bool]) -> None:
    assert expected == told(reached(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("here(); mark(); return 1", True),
        ("mark(); if ask() { here() }; return 1", True),
        ("if ask() { here(); return 1 }; mark(); return 2", False),
        ("if ask() { here() } else { mark() }; return 1", False),
        ("switch n { case 1: here(); case 2: mark() }; return 1", False),
        ("for ask() { if ask() { here() } else { mark() } }; return 1", True),
        ("g := func(a, b any) {}; g(here, mark); here(); return 1", True),
    ],
)
def test_two_nodes_may_run_in_one_call(source: str, expected: bool) -> None:
    (body,) = [b for b in bodies(linked(HEAD + source + "\n}\nvar _ = os.Exit")) if str(b) == "f"]
    one, other = body.named["here"][0], body.named["mark"][0]
    assert together(one, other, body) is expected
    assert together(other, one, body) is expected
