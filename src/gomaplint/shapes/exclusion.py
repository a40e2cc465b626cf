"""What lets only one goroutine at a time into a piece of code: locks, and everything that works like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import guards, words
from gomaplint.model.body import Body, Local
from gomaplint.model.guards import leaves
from gomaplint.model.program import Program
from gomaplint.model.symbols import Func
from gomaplint.span import Span

_SITES = 20  # callers looked at for one function
_DEPTH = 2  # callers of callers

# `s.busy <- struct{}{}`: a channel used as a semaphore.
_TOKEN = re.compile(rb"(?i)<-\s*struct\s*\{\}\s*\{\}|\b\w*(?:sem|lock|token|slot)\w*\s*<-")
# Comments such as "called with s.mu held", "we are under the server lock".
_A_LOCK = rb"(?:\b(?:[Rr]w|RW)?[Ll]ock(?:s|ed)?\b|\b[Mm]utex\b|\bmu\b|[a-z]Lock\b|[a-z]M(?:u|utex)\b)"
_SAID = re.compile(
    rb"//[^\n]*(?:\b(?:[Uu]nder|[Hh]olds?|[Hh]eld|[Hh]olding|[Ww]ith|[Pp]rotected|[Gg]uarded|[Aa]cquired?)\b[^\n]{0,40}?"
    + _A_LOCK
    + rb"|"
    + _A_LOCK
    + rb"[^\n]{0,40}?\b(?:held|holds?|holding|taken|acquired)\b"
    rb"|\b[Nn]ot (?:safe for concurrent|(?:thread|goroutine)[- ]?safe)\b"
    rb"|\b(?:single|one|same) (?:thread|goroutine)\b|\bsingle[- ](?:threaded|goroutine)\b)"
)
_DENIED = re.compile(rb"\b(?:no|without|never|lock-?free|[Nn]ot)\b(?! (?:safe|thread|goroutine))")


class Exclusion(NamedTuple):
    """Why only one goroutine at a time comes through, and where."""

    why: str
    at: Span


def exclusive(
    node: g.Node, body: Body, program: Program, apart: g.Node | None = None, depth: int = _DEPTH
) -> Exclusion | None:
    """A lock or its like around a node, here or in a caller; the call `apart` does not count as one."""
    at = guards.lock_held(node, body, program, depth)
    if at is not None:
        return Exclusion("a mutex is held", at)
    return _arranged(node, body, program, depth, apart)


def _arranged(
    node: g.Node, body: Body, program: Program, depth: int, apart: g.Node | None
) -> Exclusion | None:
    found = _called_before(node, body, apart) or _called_around(node, body) or _told(node, body)
    if found is not None or depth == 0 or not isinstance(body.owner, Func):
        return found
    for ref in program.references(body.owner)[:_SITES]:
        if ref.call is not None and ref.sure:
            found = _arranged(ref.call, ref.body, program, depth - 1, None)
            if found is not None:
                return found
    return None


def _called_before(node: g.Node, body: Body, apart: g.Node | None) -> Exclusion | None:
    around = {id(a) for a in body.ancestors(node)}
    for call in body.calls:
        if call.end > node.pos or call is apart or not _excludes(call, node, body):
            continue
        lit = body.lit_of(call)
        if lit is None or id(lit) in around:
            return Exclusion(f"{_name(call)} is called before", body.file.span(call.pos, call.end))
    return None


def _called_around(node: g.Node, body: Body) -> Exclusion | None:
    for parent in body.ancestors(node):
        call = body.parent(parent) if isinstance(parent, g.FuncLit) else None
        if isinstance(call, g.CallExpr) and call.fun is not parent:
            name = _name(call)
            if name in _table()["around"] or _says(name):
                return Exclusion(f"runs inside {name}", body.file.span(call.fun.pos, call.fun.end))
    return None


def _told(node: g.Node, body: Body) -> Exclusion | None:
    """The function's name or a comment says that its callers see to it, or a channel works as a semaphore."""
    owner = body.owner
    if not isinstance(owner, Func):
        return None
    source, start = body.file.source, owner.fact.pos
    at = body.file.span(start, start + 4)
    parts = "".join(words.split(owner.name))
    if parts.endswith(tuple(_table()["callers"])):
        return Exclusion(f"{owner} by its name is called with a lock held", at)
    head = _doc_start(source, start)
    if any(not _DENIED.search(said[0]) for said in _SAID.finditer(source, head, node.pos)):
        return Exclusion(f"a comment in {owner} speaks of a lock", at)
    if _TOKEN.search(source, start, node.pos):
        return Exclusion("a channel works as a semaphore", at)
    return None


def _doc_start(source: bytes, pos: int) -> int:
    """Where the comment right above a declaration begins."""
    while pos > 0:
        before = source.rfind(b"\n", 0, pos - 1) + 1
        if not source[before:pos].lstrip().startswith(b"//"):
            return pos
        pos = before
    return 0


def _excludes(call: g.CallExpr, node: g.Node, body: Body) -> bool:
    name = _name(call)
    if name in _table()["deciding"]:
        return _decides(call, node, body)
    # A mutex is followed from Lock to Unlock by guards.
    return _says(name) and not (name in ("Lock", "RLock") and not call.args)


def _decides(call: g.CallExpr, node: g.Node, body: Body) -> bool:
    """The result of the call decides whether the node is reached, or how long a loop before it turns."""
    stmt = body.parent(call)
    targets = stmt.lhs if isinstance(stmt, g.AssignStmt) else []
    told = {body.bound.get(x.pos) for x in targets if isinstance(x, g.Ident)} - {None}
    around = {id(a) for a in body.ancestors(node)}
    for condition in _conditions(call, told, body):
        if isinstance(condition, g.ForStmt) or id(condition) in around:
            return True
        if condition.end <= node.pos and leaves(condition.body, body):
            return True
    return False


def _conditions(call: g.CallExpr, told: set[Local | None], body: Body) -> Iterator[g.IfStmt | g.ForStmt]:
    """The ifs and loops whose conditions hold the call, or a local that has its result."""
    uses = [use for local in told if local is not None for use in local.uses]
    results: list[g.Expr] = [call, *uses]
    for x in results:
        inside: g.Node = x
        for parent in body.ancestors(x):
            if isinstance(parent, (g.IfStmt, g.ForStmt)) and inside is parent.cond:
                yield parent
            if not isinstance(parent, (g.UnaryExpr, g.BinaryExpr)):
                break
            inside = parent


def _says(name: str) -> bool:
    return not _table()["words"].isdisjoint(words.split(name))


def _name(call: g.CallExpr) -> str:
    fun = call.fun.x if isinstance(call.fun, g.IndexExpr) else call.fun
    if isinstance(fun, g.SelectorExpr):
        return fun.sel.name
    return fun.name if isinstance(fun, g.Ident) else ""


def _table() -> dict[str, frozenset[str]]:
    found = knowledge.table("concurrency")["exclusion"]
    return {name: frozenset(found[name]) for name in ("deciding", "around", "words", "callers")}
