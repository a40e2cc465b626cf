"""Entries that are set to nothing where a delete was meant, and counters that come to zero and stay."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cached_property

from gomaplint import goast as g
from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.body import Body
from gomaplint.model.constants import is_zero
from gomaplint.model.containers import Effect, Event
from gomaplint.model.infer import member_of, type_of
from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.model.names import symbol
from gomaplint.model.program import Program
from gomaplint.model.symbols import Const, Field, Func, underlying
from gomaplint.shapes.keyforms import alike
from gomaplint.shapes.releases import release_of, values_of
from gomaplint.span import Span


class Case(Enum):
    """What is done to the entry."""

    ZEROED = "set to nothing"
    COUNTED = "counted down"
    PART = "has a part counted down"


class Zeroing:
    """A statement that empties one entry of a map, or counts it down, with the test for zero beside it."""

    def __init__(
        self, case: Case, into: Map, body: Body, node: g.Node, key: g.Expr, test: g.Node | None
    ) -> None:
        self.case = case
        self.map = into
        self.body = body
        self.node = node
        self.key = key
        self.test = test

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)

    @property
    def tested(self) -> Span | None:
        """Where the function asks whether the counter is zero."""
        return self.body.file.span(self.test.pos, self.test.end) if self.test is not None else None

    @cached_property
    def by_name(self) -> bool:
        """The function ends something, by its name."""
        func = self.body.owner
        return isinstance(func, Func) and words.removes(func.name)

    @cached_property
    def releases(self) -> Span | None:
        """Where the statements around end the value of the same entry."""
        block = self.body.parent(self.node)
        for read in self.map.story.of(Effect.READ):
            if read.body is not self.body or read.key is None or not alike(read.key, self.key, self.body):
                continue
            if isinstance(read.node, (g.IndexExpr, g.CallExpr)):
                found = release_of(read.node, self.body)
                if found is not None and block in (*self.body.ancestors(found.node),):
                    return found.at
        return None


def zeroings(analysis: Analysis) -> Iterator[tuple[Zeroing, Insert]]:
    """Every statement that empties or counts down an entry, with each insertion that it does not take back."""
    for m in analysis.maps():
        inserts = [i for i in m.inserts if i.event.key is not None and not _empties(i.event)]
        if inserts:
            for zeroing in zeroings_of(m):
                for insert in inserts:
                    yield zeroing, insert


def zeroings_of(m: Map) -> Iterator[Zeroing]:
    """Every statement that empties or counts down an entry of a map."""
    ups = _goes_up(m)
    for event in m.story.of(Effect.READ, Effect.INSERT):
        body, node, key = event.body, event.node, event.key
        if key is None or body.file.for_tests or _walks(key, m, body) or _fixed(key, body):
            continue
        if _empties(event):
            yield Zeroing(Case.ZEROED, m, body, node, key, None)
        elif _counts_down(event):
            if ups:
                yield Zeroing(Case.COUNTED, m, body, node, key, _entry_test(m, body, key, node))
        elif isinstance(node, g.IndexExpr):
            yield from _parts(event, m)


def _empties(event: Event) -> bool:
    """An assignment or Store of nil, false, 0, "" or an empty literal."""
    node, value = event.node, event.value
    if isinstance(node, g.AssignStmt):
        target = next((x for x in node.lhs if isinstance(x, g.IndexExpr) and event.key in x.indices), None)
        value = node.value_of(target) if target is not None and node.op == "=" else None
    elif not isinstance(node, g.CallExpr) or event.method not in ("Store", "Swap"):
        return False
    return _nothing(value, event.body)


def _nothing(x: g.Expr | None, body: Body) -> bool:
    """A zero value that says nothing; the empty struct of a set says that the key is there."""
    if isinstance(x, g.CompositeLit):
        below = underlying(type_of(x, body))
        return not x.elts and isinstance(below, t.Struct) and bool(below.decl.every)
    return is_zero(x, body)


def _counts_down(event: Event) -> bool:
    """`m[k]--`, `m[k] -= n`, `m[k] = m[k] - n`, or the same by way of a local."""
    node, body = event.node, event.body
    if not isinstance(node, g.AssignStmt) or not any(
        isinstance(x, g.IndexExpr) and event.key in x.indices for x in node.lhs
    ):
        return False
    return node.op in ("--", "-=") or (node.op == "=" and _changed(event.value, ("-", "--", "-="), body))


def _goes_up(m: Map) -> bool:
    """Some insertion counts the entries up."""
    return any(
        isinstance(e.node, g.AssignStmt)
        and (e.node.op in ("++", "+=") or _changed(e.value, ("+", "++", "+="), e.body))
        for e in m.story.of(Effect.INSERT)
    )


def _changed(value: g.Expr | None, ops: tuple[str, ...], body: Body) -> bool:
    """The value is what an operator makes of an entry: `m[k] - 1`, or a local that was one and is counted."""
    if isinstance(value, g.BinaryExpr):
        return value.op in ops and isinstance(value.x, (g.IndexExpr, g.Ident))
    local = body.bound.get(value.pos) if isinstance(value, g.Ident) else None
    if local is None:
        return False
    if any(isinstance(s.expr, g.BinaryExpr) and s.expr.op in ops and s.how == "value" for s in local.sources):
        return True
    found = any(isinstance(s.expr, g.IndexExpr) for s in local.sources)
    return found and any(
        isinstance(stmt, g.AssignStmt) and stmt.op in ops and any(x in local.uses for x in stmt.lhs)
        for stmt in body.assigns
    )


def _fixed(key: g.Expr, body: Body) -> bool:
    """The key is always the same: a literal, or a constant of a package."""
    return isinstance(key, g.BasicLit) or isinstance(symbol(key, body), Const)


def _walks(key: g.Expr, m: Map, body: Body) -> bool:
    """The key is that of a walk over the map itself: all entries, not one."""
    local = body.bound.get(key.pos) if isinstance(key, g.Ident) else None
    loops = {id(e.node) for e in m.story.of(Effect.RANGE)}
    return local is not None and any(id(s.at) in loops for s in local.sources)


# -- tests for zero


def _entry_test(m: Map, body: Body, key: g.Expr, node: g.Node) -> g.Expr | None:
    """A comparison of the entry with zero in the same function, of the entry itself or of what it gave a local."""
    lit = body.lit_of(node)
    for read in m.story.of(Effect.READ):
        if read.body is not body or read.key is None or not alike(read.key, key, body):
            continue
        if not isinstance(read.node, g.IndexExpr):
            continue
        for x in values_of(read.node, body):
            test = _compared(x, body)
            if test is not None and body.lit_of(test) is lit:
                return test
    return None


def _compared(x: g.Expr, body: Body) -> g.BinaryExpr | None:
    """The comparison with 0 or 1 that an expression stands in."""
    parent = body.parent(x)
    if not isinstance(parent, g.BinaryExpr) or parent.op not in ("==", "!=", "<", "<=", ">", ">="):
        return None
    other = parent.y if parent.x is x else parent.x
    return parent if isinstance(other, g.BasicLit) and other.value in ("0", "1") else None


# -- counters inside the values


def _parts(event: Event, m: Map) -> Iterator[Zeroing]:
    """A counter in the value of the entry that is counted down and compared with zero."""
    body, lookup, key = event.body, event.node, event.key
    assert isinstance(lookup, g.IndexExpr) and key is not None
    for x in values_of(lookup, body):
        counter = body.parent(x)
        stmt = body.parent(counter) if isinstance(counter, g.SelectorExpr) else None
        if not isinstance(stmt, g.AssignStmt) or stmt.op not in ("--", "-=") or counter not in stmt.lhs:
            continue
        assert isinstance(counter, g.SelectorExpr)
        member = member_of(counter, body)
        if member is None or member.field is None or not _counted_up(member.field, m.analysis.program):
            continue
        test = _part_test(counter, stmt, body)
        if test is not None:
            yield Zeroing(Case.PART, m, body, stmt, key, test)


def _part_test(counter: g.SelectorExpr, stmt: g.AssignStmt, body: Body) -> g.Expr | None:
    text, lit = body.file.text(counter, 200), body.lit_of(stmt)
    for node in body.named.get(counter.sel.name, ()):
        if isinstance(node, g.SelectorExpr) and node.pos > stmt.end and body.file.text(node, 200) == text:
            test = _compared(node, body)
            if test is not None and body.lit_of(test) is lit:
                return test
    return None


def _counted_up(field: Field, program: Program) -> bool:
    for body, node, sure in program.selections(field):
        stmt = body.parent(node)
        if sure and isinstance(stmt, g.AssignStmt) and stmt.op in ("++", "+="):
            return True
    return False
