"""Properties of functions that end what an entry stands for."""

from __future__ import annotations

from gomaplint.model import types as t
from gomaplint.model import words
from gomaplint.model.maps import Map
from gomaplint.model.symbols import Func, underlying
from gomaplint.properties import property_of
from gomaplint.properties.life import evicted
from gomaplint.shapes.takebacks import lasting
from gomaplint.shapes.teardowns import Teardown
from gomaplint.span import Answer


@property_of(Map)
def evicted_in_use(m: Map) -> Answer:
    """Some code takes keys away that were in use: more than taking back a failed insertion, and something calls it."""
    if not m.removals:
        return evicted(m)
    found = lasting(m)
    if found is not None:
        return Answer(True, f"loses keys in {found.body}", found.at)
    first = m.removals[0]
    return Answer(
        False,
        f"loses a key in {first.body} only where its insertion failed, or where nothing calls it",
        first.at,
    )


@property_of(Teardown)
def releasing(teardown: Teardown) -> Answer:
    """It ends the value of the entry: Close, Stop, a cancel function, a closed channel."""
    if teardown.release is not None:
        return Answer(True, f"ends the value of the entry in {teardown.body}", teardown.release.at)
    return Answer(False, f"{teardown.body} does nothing to the value that ends it", teardown.at)


@property_of(Teardown)
def for_good(teardown: Teardown) -> Answer:
    """The function's name says that the thing is gone: what is only stopped or disconnected may come back."""
    func = teardown.body.owner
    name = func.name if isinstance(func, Func) else ""
    if words.holds(name, "for-good"):
        return Answer(True, f"{teardown.body} takes it away by its name", teardown.at)
    return Answer(False, f"after {teardown.body} it may come back", teardown.at)


@property_of(Teardown)
def of_one_key(teardown: Teardown) -> Answer:
    """No second text or number is handed to the function: with another key, it may remove a part of the entry."""
    func = teardown.body.owner
    types = func.type.params if isinstance(func, Func) else ()
    if sum(isinstance(underlying(of), (t.Basic, t.Slice)) for of in types) > 1:
        return Answer(False, f"{teardown.body} is given more than the key", teardown.at)
    return Answer(True, f"{teardown.body} is given the key alone", teardown.at)
