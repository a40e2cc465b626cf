"""Properties of a write into an inner map."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.nilinner import InnerWrite, look_before, source_of_inner
from gomaplint.span import Answer


@property_of(InnerWrite)
def given_an_inner_map(w: InnerWrite) -> Answer:
    """Some code may have put a map into the outer map before the write."""
    return source_of_inner(w)


@property_of(InnerWrite)
def looked_into_before(w: InnerWrite) -> Answer:
    """The function looks into the outer map besides, and may skip the write where nothing is there."""
    look = look_before(w)
    if look is not None:
        return Answer(True, f"{w.outer.container.name} is looked into here", look.at)
    return Answer(False, "nothing is looked up that could prevent the write", w.at)
