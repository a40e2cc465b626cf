"""Loop variables that each iteration gets for itself: `v := v` as the first line of the loop."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.finding import Fix
from gomaplint.fixes.edits import insert_first
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.infer import member_of, type_of
from gomaplint.model.symbols import underlying
from gomaplint.shapes.loopvars import Capture, LoopVariable, set_by


def copied(capture: Capture) -> tuple[Fix, ...]:
    """A copy of the variable, and of the other variables of the loop that the same closure uses.

    There is none where the head of the loop must see what its body does to the variable.
    Safe is it for a variable that the loop declares; one that was there before may be shared on purpose, and whoever
    keeps the address of a counter may change it.
    """
    variable, body = capture.variable, capture.variable.local.body
    candidates = {local: _safe(variable._replace(local=local), capture.holder) for local in _meant(capture)}
    safe = candidates[variable.local]
    if safe is None:
        return ()
    names = ", ".join(
        local.name for local, known in candidates.items() if known is not None and known >= safe
    )
    text = f"{names} := {names}"
    edit = insert_first(variable.loop, variable.loop.body, text, body.file)
    return (Fix(f"give each iteration its own copy: {text}", safe, (edit,)),) if edit is not None else ()


def _meant(capture: Capture) -> list[Local]:
    """The variables of the loop that the closure uses, in the order of the loop's head; of an address its own."""
    variable, holder = capture.variable, capture.holder
    if not isinstance(holder, g.FuncLit):
        return [variable.local]
    bound = variable.local.body.bound
    of_loop = [bound.get(x.pos) for x in set_by(variable.loop) if isinstance(x, g.Ident)]
    return [
        local
        for local in of_loop
        if local is not None and any(holder.pos <= use.pos < holder.end for use in local.uses)
    ]


def _safe(variable: LoopVariable, holder: g.Expr) -> bool | None:
    """Whether a copy changes nothing but the fault; None where there can be none."""
    local, loop, body = variable.local, variable.loop, variable.local.body
    if _declared_again(local, loop.body, body):
        return None
    if isinstance(loop, g.RangeStmt) and not variable.assigned:
        return True  # the next iteration sets it anew, whatever this one did to it
    if _written(local, loop.body, body) or _reached(local, loop.body, body, holder):
        return None
    return not variable.assigned and isinstance(holder, g.FuncLit)


def _declared_again(local: Local, block: g.BlockStmt, body: Body) -> bool:
    """The block declares the name itself: a copy that is there already, or another variable."""
    for other in body.locals:
        if other.name == local.name and other.kind in ("var", "const") and other.stmt is not None:
            around = body.parent(other.stmt)
            if around is block or (isinstance(around, g.LabeledStmt) and body.parent(around) is block):
                return True
    return local.name in body.types


def _written(local: Local, block: g.BlockStmt, body: Body) -> bool:
    """The body sets the variable or a part of it, which the loop's head may have to see."""
    targets = [x for s in body.assigns if isinstance(s, g.AssignStmt) for x in s.lhs]
    targets += [x for r in body.ranges if not r.define for x in (r.key, r.value) if x is not None]
    for target in targets:
        start = g.root(target)
        if (
            isinstance(start, g.Ident)
            and block.pos <= start.pos < block.end
            and body.bound.get(start.pos) is local
            and (target is start or not _refers(start, body))
        ):
            return True
    return False


def _reached(local: Local, block: g.BlockStmt, body: Body, holder: g.Expr) -> bool:
    """The body may change the variable by its address, one that is kept (the `holder`) aside."""
    uses = [use for use in local.uses if block.pos <= use.pos < block.end]
    if not isinstance(holder, g.FuncLit):
        uses = [use for use in uses if not holder.pos <= use.pos < holder.end]
    return any(_by_address(use, body) for use in uses)


def _by_address(use: g.Ident, body: Body) -> bool:
    node: g.Expr = use
    while True:
        parent = body.parent(node)
        match parent:
            case g.UnaryExpr(op="&"):
                return True
            case g.SelectorExpr() if _refers(node, body):
                return False
            case g.SelectorExpr():
                member = member_of(parent, body)
                if member is None or member.methods:
                    recv = member.methods[0].signature.recv if member is not None else None
                    return recv is None or isinstance(recv.type, g.StarExpr)
                node = parent
            case g.IndexExpr(x=x) if x is node and not _refers(node, body):
                node = parent
            case g.SliceExpr(x=x) if x is node:
                return not _refers(node, body)
            case _:
                return False


def _refers(x: g.Expr, body: Body) -> bool:
    """The value refers to something outside of itself, so that what is behind it is no part of the variable."""
    below = underlying(type_of(x, body))
    return isinstance(below, (t.Pointer, t.Map, t.Chan, t.Interface)) or (
        isinstance(below, t.Slice) and below.length is None
    )
