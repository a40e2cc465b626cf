"""Values on their way to a map: what they turn out to be, and which of several takes the place of another."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint import goast as g
from gomaplint.model.body import Body, Local
from gomaplint.span import Span


class Place(NamedTuple):
    """A node and the body it stands in."""

    node: g.Node
    body: Body

    @property
    def at(self) -> Span:
        return self.body.file.span(self.node.pos, self.node.end)

    def __str__(self) -> str:
        return self.body.file.text(self.node, 48)


class Text(NamedTuple):
    """An expression that holds text."""

    x: g.Expr
    body: Body

    @property
    def place(self) -> Place:
        return Place(self.x, self.body)


class End(NamedTuple):
    """A large thing that a key or value is, or is a part of.

    `whole` is what stays in memory: the call that gave it back, a buffer, or the conversion that copied all of it.
    `read` is the call or declaration it begins with, and `says` what that is.
    `stored` is what the entry holds, `cut` the expression that took a part; without it all, or nearly all, is held.
    `same` names a function on the way that copies only what it changes.
    `many` is a loop that stores part after part of one whole.
    `held` are the variables between the cut and the whole, the nearest to the cut first: they hold all of it.
    `other` is a place that gives the variable or result another value at times, of which less is known.
    """

    whole: Place
    read: Place
    says: str
    stored: Text
    cut: Place | None
    same: str
    many: Place | None
    held: tuple[Local, ...]
    other: Place | None = None


# None: a copy, or not known. An empty list: nothing enters here, as with a constant.
Found = list[End] | None


class Way(NamedTuple):
    """One of the values that a variable or result gets, and where; `again` if it is made of the variable itself."""

    found: Found
    node: g.Node
    body: Body
    again: bool = False


def join(ways: list[Way]) -> Found:
    """The ends of a variable or result; none are known where another value takes the place of what is cut."""
    found = [end for way in ways for end in way.found or ()]
    cut = [end for end in found if end.cut is not None]
    unknown = [way for way in ways if way.found is None]
    for way in unknown:
        if way.again or any(_after(way, other) for other in ways if other.found):
            return None
    if cut and (unknown or len(cut) < len(found)):
        node, body = next(
            (w.node, w.body) for w in ways if w.found is None or any(e.cut is None for e in w.found)
        )
        return [end._replace(other=end.other or Place(node, body)) for end in cut]
    return found if found or not unknown else None


def _after(way: Way, other: Way) -> bool:
    """Whenever the other value is assigned, this one is assigned afterwards: its block stands around both."""
    block = way.body.parent(way.node)
    later = way.body is other.body and way.node.pos > other.node.pos
    return later and any(around is block for around in way.body.ancestors(other.node))


def loop_between(anchor: Place, source: Place | None) -> Place | None:
    """A loop that runs the anchor again and again for one source; not one that ends as soon as it has done so.

    A function literal between them counts as a loop, unless it is called where it stands.
    """
    body, inside = anchor.body, anchor.node
    around = {id(a) for a in body.ancestors(source.node)} if source is not None else set()
    jump = ""  # where the statements after the anchor lead
    for outer in body.ancestors(anchor.node):
        if isinstance(outer, (g.BlockStmt, g.CaseClause, g.FuncLit)):
            jump = jump or next(filter(None, (_jump(s) for s in outer.body if s.pos >= inside.pos)), "")
        if isinstance(outer, (g.ForStmt, g.RangeStmt)):
            if id(outer.body) not in around and jump not in ("break", "return"):
                return Place(outer, body)
            jump = jump if jump == "return" else ""
        elif isinstance(outer, (g.SwitchStmt, g.TypeSwitchStmt, g.SelectStmt)):
            jump = jump if jump != "break" else ""
        elif isinstance(outer, g.FuncLit):
            call = body.parent(outer)
            if id(outer) not in around and not (isinstance(call, g.CallExpr) and call.fun is outer):
                return Place(outer, body)
            jump = ""
        inside = outer
    return None


def _jump(stmt: g.Stmt) -> str:
    if isinstance(stmt, g.ReturnStmt):
        return "return"
    return stmt.tok if isinstance(stmt, g.BranchStmt) else ""
