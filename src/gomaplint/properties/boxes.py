"""Properties of what containers hold behind interfaces: boxed values, and decoded ones without a type."""

from __future__ import annotations

from gomaplint.model import types as t
from gomaplint.model.maps import Map
from gomaplint.model.symbols import underlying
from gomaplint.properties import property_of
from gomaplint.shapes import whereabouts
from gomaplint.shapes.boxes import Boxed
from gomaplint.shapes.decoded import Decoded, fields_read
from gomaplint.shapes.loose import hidden, is_empty, is_settled, written
from gomaplint.span import Answer


@property_of(Boxed)
def pointer(b: Boxed) -> Answer:
    """The value is a pointer: putting it in an interface needs no allocation, only the word that tells its type."""
    found, mine = isinstance(underlying(b.of), t.Pointer), written(b.of, b.map.container.file)
    return Answer(found, f"is {mine}" if found else f"is no pointer but {mine}", b.at)


@property_of(Boxed)
def of_one_type(b: Boxed) -> Answer:
    """Every store into the map is visible, and all of them put in values of one type."""
    file = b.map.container.file
    mine = written(b.of, file)
    for content in b.boxes.contents:
        if is_settled(content.of) and content.of != b.of:
            return Answer(
                False, f"is one of several: the map holds {written(content.of, file)} too", content.at
            )
    for content in b.boxes.contents:
        if not is_settled(content.of):
            return Answer(None, "lies beside something whose type is not known", content.at)
    if b.boxes.unseen is not None:
        says, at = b.boxes.unseen
        return Answer(None, f"may have others beside it: the map {says}", at)
    return Answer(True, f"is {mine}, as all others in the map", b.at)


@property_of(Boxed)
def nameable(b: Boxed) -> Answer:
    """The value's type can be written where the map is declared: it is visible there, without a cycle of imports."""
    decl = hidden(b.of, b.map.container.file)
    if decl is not None:
        return Answer(False, f"is a {decl}, which cannot be named where the map is declared", decl.at)
    return Answer(True, "is of a type that can be named where the map is declared", b.map.container.at)


@property_of(Map)
def handed_on(m: Map) -> Answer:
    """The map itself goes to a function, a result or a variable whose own type would have to change with it."""
    found = whereabouts.handed_on(m.container, m.analysis.program)
    if found is not None:
        return Answer(True, *found)
    return Answer(False, "is used where it is declared, and nowhere else", m.container.at)


@property_of(Decoded)
def read_by_fields(d: Decoded) -> Answer:
    """Code reads two fields of the decoded value or more by constant names: they can be written down as a struct."""
    fields = fields_read(d)
    if len(fields) > 1:
        names = " and ".join(f'"{name}"' for name in list(fields)[:2])
        return Answer(True, f"is read by the names {names}", next(iter(fields.values())))
    return Answer(
        False, f"{'one constant name is' if fields else 'no constant names are'} seen to read it", d.at
    )


@property_of(Decoded)
def structured(d: Decoded) -> Answer:
    """It is known to hold fields or elements: its type is a map or a slice, or code reads it as one."""
    if not is_empty(d.of):
        return Answer(True, f"is a {written(d.of, d.map.container.file)}", d.at)
    fields = fields_read(d)
    if fields:
        return Answer(True, "is read as a map", next(iter(fields.values())))
    return Answer(False, "may be a single number or string", d.decoding.at)
