"""Properties of a removal that leaves the key in a map with the same keys."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model import words
from gomaplint.model.containers import Effect
from gomaplint.model.symbols import Func
from gomaplint.properties import property_of
from gomaplint.shapes.emptying import Extent, extent
from gomaplint.shapes.entries import looked_up
from gomaplint.shapes.keyforms import form
from gomaplint.shapes.keylooks import asked
from gomaplint.shapes.siblings import Gap, Link, home
from gomaplint.span import Answer


@property_of(Gap)
def filled_together(gap: Gap) -> Answer:
    """One function puts the same key into both maps, or hands it to those that do."""
    same = gap.tie.link in (Link.FILLED, Link.HANDED)
    return Answer(same, f"{gap.sibling.container.name} {gap.tie.link.value}", gap.tie.at)


@property_of(Gap)
def in_one_place(gap: Gap) -> Answer:
    """Both maps belong to one struct, function or package."""
    same = home(gap.map) == home(gap.sibling)
    return Answer(
        same, "are declared together" if same else "belong to different structs", gap.map.container.at
    )


@property_of(Gap)
def in_one_package(gap: Gap) -> Answer:
    """Both maps are declared in one package."""
    same = gap.map.container.file.package is gap.sibling.container.file.package
    return Answer(same, "are of one package" if same else "are of different packages", gap.map.container.at)


@property_of(Gap)
def among_several(gap: Gap) -> Answer:
    """The function takes the key out of two maps or more: it means to forget all that is known under it."""
    names = [m.container.name for m in gap.siblings]
    says = f"takes the key out of {names[0]}" + (
        f" and {len(names) - 1} more" if len(names) > 1 else " alone"
    )
    return Answer(len(names) > 1, says, gap.at)


@property_of(Gap)
def draining(gap: Gap) -> Answer:
    """The removal takes every key away, whichever it is."""
    node = gap.removal.node
    every = isinstance(node, g.CallExpr) and extent(node, gap.body) is Extent.ALL
    return Answer(every, "takes every key away" if every else "takes one key, or some", gap.at)


@property_of(Gap)
def ending(gap: Gap) -> Answer:
    """What the key stands for ends there: by the name of the function, or as a loop over the entries finds."""
    owner, node = gap.body.owner, gap.removal.node
    if isinstance(owner, Func) and words.removes(owner.name):
        return Answer(True, f"{owner} ends something by its name", gap.at)
    if isinstance(node, g.CallExpr) and extent(node, gap.body) is Extent.SOME:
        return Answer(True, "sweeps the entries that are over", gap.at)
    return Answer(False, f"{gap.body} ends nothing by its name", gap.at)


@property_of(Gap)
def toggling(gap: Gap) -> Answer:
    """The same call also puts the key into the map from which it takes it."""
    owner = gap.body.owner
    if isinstance(owner, Func) and words.removes(owner.name):
        return Answer(False, f"{owner} ends something by its name", gap.at)
    for event in gap.sibling.story.of(Effect.INSERT):
        if _same_call(event.node, gap) and event.body is gap.body and form(event.key, event.body) == gap.key:
            return Answer(True, "puts the same key in", event.at)
    return Answer(False, "does not put the key in", gap.at)


@property_of(Gap)
def moving(gap: Gap) -> Answer:
    """The same call puts a key into the map that it takes none from: the entry moves from one to the other."""
    for event in gap.map.story.of(Effect.INSERT):
        if event.body is gap.body and _same_call(event.node, gap):
            return Answer(True, f"puts a key into {gap.map.container.name}", event.at)
    return Answer(False, f"puts nothing into {gap.map.container.name}", gap.at)


def _same_call(node: g.Node, gap: Gap) -> bool:
    """A node of the function runs in the call that removes: not in another closure, nor in one that is run later."""
    body = gap.body
    lit = body.lit_of(gap.removal.node)
    while lit is not None and lit is not body.lit_of(node):
        call = body.parent(lit)
        if not isinstance(call, g.CallExpr) or call.fun is not lit or isinstance(body.parent(call), g.GoStmt):
            return False
        lit = body.lit_of(lit)
    return lit is body.lit_of(node)


@property_of(Gap)
def only_without(gap: Gap) -> Answer:
    """The removal is reached only where the other map does not have the key."""
    for cond, holds in asked(gap.removal.node, gap.body):
        if _lacks(cond, holds, gap):
            at = gap.body.file.span(cond.pos, cond.end)
            return Answer(True, f"comes only without an entry of {gap.map.container.name}", at)
    return Answer(False, f"does not depend on {gap.map.container.name}", gap.at)


def _lacks(cond: g.Expr, holds: bool | None, gap: Gap) -> bool:
    """An answer to the condition tells that the map that keeps the key has none."""
    match cond:
        case g.UnaryExpr(op="!", x=x):
            return _lacks(x, None if holds is None else not holds, gap)
        case g.BinaryExpr(op="&&" | "||", x=left, y=right):
            return holds is (cond.op == "&&") and any(_lacks(side, holds, gap) for side in (left, right))
        case g.BinaryExpr(op="==" | "!=", x=x, y=g.Ident(name="nil")):
            return holds is (cond.op == "==") and _in_map(x, gap)
    local = gap.body.bound.get(cond.pos) if isinstance(cond, g.Ident) else None
    found = [source.expr for source in local.sources] if local is not None else [cond]
    return holds is False and any(_in_map(x, gap) for x in found)


def _in_map(x: g.Expr, gap: Gap) -> bool:
    return any(container == gap.map.container for container, _ in looked_up(x, gap.body))
