"""Properties of entries that expire."""

from __future__ import annotations

from gomaplint.model import words
from gomaplint.properties import property_of
from gomaplint.shapes.expiries import Expiry, by_time
from gomaplint.span import Answer


@property_of(Expiry)
def swept(expiry: Expiry) -> Answer:
    """Some removal has to do with the time: a sweep, a timer, a removal of what a look-up finds to be over."""
    for removal in expiry.map.removals:
        if by_time(removal, expiry):
            return Answer(True, f"are swept in {removal.body}", removal.at)
    return Answer(False, "no removal has to do with the time", expiry.at)


@property_of(Expiry)
def named_after_an_end(expiry: Expiry) -> Answer:
    """The time says by its name when the entry is over: expires, until, deadline."""
    name = expiry.field.name if expiry.field is not None else expiry.map.container.decl.name
    found = words.holds(name, "end")
    return Answer(found, f"has a time called {name}", expiry.at)
