"""Properties of a removal by key: whether its key can be one of the map's."""

from __future__ import annotations

from gomaplint.model.types import show
from gomaplint.properties import property_of
from gomaplint.shapes.wrongkeys import KeyedRemoval, maker
from gomaplint.span import Answer


@property_of(KeyedRemoval)
def of_another_type(removal: KeyedRemoval) -> Answer:
    """Its key has another type than those of all insertions, in a map whose keys are compared with their types."""
    if removal.types is not None:
        mine, first = removal.types
        return Answer(True, f"has a key of type {show(mine)}, not {show(first)}", removal.at)
    return Answer(False, "has a key of a type that insertions may have", removal.at)


@property_of(KeyedRemoval)
def of_a_new_address(removal: KeyedRemoval) -> Answer:
    """Its key is the address of something that nothing else points to."""
    says = "has a key that nothing else points to" if removal.fresh else "has a key that others may know"
    return Answer(removal.fresh, says, removal.at)


@property_of(KeyedRemoval)
def of_a_part_of_the_key(removal: KeyedRemoval) -> Answer:
    """Its key is what the keys of all insertions, and that of a look-up just before, are made from."""
    read = removal.remade
    made = maker(read.key, read.body) if read is not None else None
    if read is not None and made is not None:
        text = read.body.file.text(made.call)
        return Answer(True, f"has a key of which {text} makes those of the map", read.at)
    return Answer(False, "no look-up before it has a key that is made from its own", removal.at)


@property_of(KeyedRemoval)
def of_an_emptied_field(removal: KeyedRemoval) -> Answer:
    """Its key is a field that has its zero value by then."""
    if removal.emptied is not None:
        return Answer(True, "has a field as its key that is emptied before", removal.emptied)
    return Answer(False, "nothing before it empties the field that is its key", removal.at)
