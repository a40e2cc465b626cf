"""Properties of a loop that empties a map."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model import words
from gomaplint.model.containers import Effect
from gomaplint.model.symbols import Func
from gomaplint.properties import property_of
from gomaplint.shapes.clears import RangeClear
from gomaplint.span import Answer


@property_of(RangeClear)
def refilled(c: RangeClear) -> Answer:
    """The same function puts entries back: the table is kept on purpose, to be used again."""
    for event in c.map.story.of(Effect.INSERT, Effect.FILL):
        if event.body is c.body:
            return Answer(True, "is filled again in the same function", event.at)
    return Answer(False, f"is not filled again in {c.body}", c.at)


@property_of(RangeClear)
def dropped_afterwards(c: RangeClear) -> Answer:
    """The same function lets go of the map or gives it to a pool."""
    for event in c.map.story.of(Effect.ASSIGN):
        if event.body is c.body and event.node.pos > c.loop.pos:
            return Answer(True, "is replaced right after", event.at)
    for call in c.body.calls:
        if (
            call.pos > c.loop.pos
            and isinstance(call.fun, g.SelectorExpr)
            and call.fun.sel.name in ("Put", "Release", "Free")
        ):
            return Answer(True, "goes back to a pool", c.body.file.span(call.pos, call.end))
    return Answer(False, "stays where it is", c.at)


@property_of(RangeClear)
def in_a_reset(c: RangeClear) -> Answer:
    """The function by its name resets its object for reuse, or ends its life."""
    owner = c.body.owner
    if isinstance(owner, Func) and words.leads(owner.name, "reuse"):
        return Answer(True, f"{owner} resets or ends its object by its name", c.at)
    return Answer(False, f"{c.body} is no reset by its name", c.at)
