"""Properties of a store that lets go of what a key of an index leads to."""

from __future__ import annotations

from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.symbols import Func
from gomaplint.properties import property_of
from gomaplint.shapes.orphans import Orphan
from gomaplint.shapes.sidemaps import SideMap
from gomaplint.span import Answer


@property_of(Orphan)
def cleaned(o: Orphan) -> Answer:
    """Something looks after the old key: it asks for the old entry before, or runs when a cache evicts."""
    at = o.loss.cleaned()
    if at is not None:
        return Answer(True, "asks for the old entry, or removes its keys", at)
    return Answer(False, f"does not look after the keys in {o.loss.index.container.name}", o.at)


@property_of(Orphan)
def under_a_new_key(o: Orphan) -> Answer:
    """Nobody had the key before, so that nothing is replaced."""
    new = o.loss.new()
    return Answer(new, "has a key that nobody had before" if new else "has a key that may come again", o.at)


@property_of(Orphan)
def happening(o: Orphan) -> Answer:
    """Old entries surely go: a cache evicts them, or the function by its name sets what may be there already."""
    loss, owner = o.loss, o.loss.body.owner
    if isinstance(loss, SideMap):
        return Answer(True, f"goes when {loss.primary} evicts", o.at)
    overwriting = knowledge.table("timers")["overwriting"]["words"]
    sets = isinstance(owner, Func) and words.first(owner.name) in overwriting
    return Answer(sets, f"{loss.body} {'sets' if sets else 'may not set'} what is there already", o.at)
