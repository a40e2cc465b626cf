"""What stands around a piece of code. Each program calls `here()` once, or asks for the length of `m` once."""

from __future__ import annotations

import pytest
from programs import bodies, insert_of, linked

from gomaplint import goast as g
from gomaplint.model import guards
from gomaplint.model.body import Body
from gomaplint.model.maps import Analysis
from gomaplint.properties import properties

HUB = """
    import "sync"

    type hub struct {
        mu    sync.RWMutex
        other sync.Mutex
        mine  locker
    }

    type locker struct{ sync.Mutex }

"""


def the_call(name: str, analysis: Analysis) -> tuple[Body, g.CallExpr]:
    ((body, call),) = [
        (body, call)
        for body in bodies(analysis)
        for call in body.calls
        if isinstance(call.fun, g.Ident) and call.fun.name == name
    ]
    return body, call


def locked(source: str) -> bool:
    """A mutex is held where `here` is called."""
    analysis = linked(HUB + source)
    body, call = the_call("here", analysis)
    return guards.lock_held(call, body, analysis.program) is not None


@pytest.mark.parametrize(
    "body",
    [
        "h.mu.Lock(); here(); h.mu.Unlock()",
        "h.mu.RLock(); here()",
        "h.mu.Lock(); defer h.mu.Unlock(); here()",
        "h.mu.Lock(); if x { here() }",
        "h.mu.Lock(); for { here() }",
        "h.mu.Lock(); if x { h.mu.Unlock(); return }; here()",
        "h.mine.Lock(); here()",
        "h.mu.Unlock(); h.mu.Lock(); here()",
    ],
)
def test_a_mutex_is_held(body: str) -> None:
    assert locked(f"func (h *hub) f(x bool) {{ {body} }}")


@pytest.mark.parametrize(
    "body",
    [
        "here()",
        "here(); h.mu.Lock()",
        "h.mu.Lock(); h.mu.Unlock(); here()",
        "if x { h.mu.Lock() }; here()",
        "h.mu.TryLock(); here()",
        "h.door.Lock(1); here()",
    ],
)
def test_no_mutex_is_held(body: str) -> None:
    assert not locked(f"func (h *hub) f(x bool) {{ {body} }}")


def test_a_mutex_that_a_caller_holds_counts() -> None:
    assert locked("func (h *hub) f() { h.mu.Lock(); h.g() }\n\nfunc (h *hub) g() { here() }")


def test_a_mutex_that_a_callers_caller_holds_counts() -> None:
    callers = "func (h *hub) f() { h.mu.Lock(); h.g() }\n\nfunc (h *hub) g() { h.i() }\n\n"
    assert locked(callers + "func (h *hub) i() { here() }")


def limit(condition: str) -> str | None:
    """The comparison that limits m, if there is one."""
    analysis = linked(f"var m, n map[string]int\n\nconst most = 9\n\nfunc f(x int) {{ {condition} }}")
    ((body, call),) = [
        (body, call)
        for body in bodies(analysis)
        for call in body.calls
        if body.file.text(call) == "len(m)" and str(body) == "f"
    ]
    at = guards.is_limit(call, body)
    return body.file.text(at) if at is not None else None


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("if len(m) > 100 { }", "len(m) > 100"),
        ("if len(m) >= most { }", "len(m) >= most"),
        ("if most <= len(m) { }", "most <= len(m)"),
        ("if len(m) == most { }", "len(m) == most"),
        ("if len(m)+1 > x { }", "len(m)+1 > x"),
        ("if int64(len(m)) > 100 { }", "int64(len(m)) > 100"),
        ("for len(m) > x { }", "len(m) > x"),
        ("if x > 0 && len(m) > 100 { }", "len(m) > 100"),
        ("full := len(m) > x; _ = full", "len(m) > x"),
    ],
)
def test_a_length_is_compared_with_a_limit(statement: str, expected: str) -> None:
    assert expected == limit(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "if len(m) == 0 { }",
        "if len(m) > 0 { }",
        "if len(m) < 1 { }",
        "if len(m) != x { }",
        "println(len(m))",
        "_ = make([]int, len(m))",
        "_ = len(m) == len(n)",
        "_ = len(m) > len(n)",
        "for i := 0; i < len(m); i++ { }",
    ],
)
def test_a_length_is_asked_for_another_reason(statement: str) -> None:
    assert limit(statement) is None


@pytest.mark.parametrize(
    ("text", "updating"),
    [
        ("if _, ok := m[k]; ok { m[k]++ }", True),
        ("v, ok := m[k]; if ok && v > 1 { m[k]++ }", True),
        ("for k := range m { m[k]++ }", True),
        ("if _, ok := m[k]; !ok { m[k]++ }", False),
        ("if _, ok := m[k]; ok || k != `` { m[k]++ }", False),
        ("if _, ok := m[k]; ok { return }; m[k]++", False),
        ("if _, ok := n[k]; ok { m[k]++ }", False),
        ("for k := range n { m[k]++ }", False),
        ("m[k]++; _, ok := m[k]; _ = ok", False),
    ],
)
def test_an_insert_for_a_key_that_is_there_adds_none(text: str, updating: bool) -> None:
    insert = insert_of(f"var m, n map[string]int\n\nfunc f(k string) {{ {text} }}")
    assert updating is properties()["updating"].ask(insert).holds
