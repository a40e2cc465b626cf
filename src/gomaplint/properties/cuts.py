"""Properties of keys and values that are cut from something larger."""

from __future__ import annotations

from gomaplint.model.reach import When
from gomaplint.properties import property_of
from gomaplint.shapes.pins import Pin
from gomaplint.span import Answer

_FEW = 2  # parts of one whole of which nobody thinks that they are all of it


@property_of(Pin)
def read_at_run_time(p: Pin) -> Answer:
    """What the part is cut from is read while the program serves, not only while it starts."""
    run = p.read
    if run.when is When.OPEN:
        return Answer(None, run.why, run.at)
    return Answer(run.when in (When.RUN, When.REQUEST), run.why, run.at)


@property_of(Pin)
def one_of_many(p: Pin) -> Answer:
    """A loop stores part after part of the same whole, or several are stored: together they may be most of it."""
    if p.end.many is not None:
        return Answer(True, "is stored by a loop, part after part", p.end.many.at)
    if p.parts > _FEW:
        return Answer(True, f"is one of {p.parts} parts of it that are kept", p.end.whole.at)
    return Answer(False, "no loop and few other places store more of the same whole", p.at)


@property_of(Pin)
def held_whole_too(p: Pin) -> Answer:
    """The whole is kept anyway: beside the part in the same entry, or by other code."""
    if p.beside is not None:
        return Answer(True, f"stands beside {p.beside}, which holds all of it", p.beside.at)
    holds = p.holds
    if holds.kept is not None:
        return Answer(True, "is a part of what is kept as a whole elsewhere", holds.kept.at)
    if holds.handed is not None:
        return Answer(
            None,
            f"is a part of what is handed on in {holds.handed.body}, and may be kept there",
            holds.handed.at,
        )
    return Answer(False, "nothing else is seen to keep the whole", p.end.whole.at)


@property_of(Pin)
def sometimes_copied(p: Pin) -> Answer:
    """Not every value is a part: a function copies where it changes something, or a variable gets another value too."""
    if p.end.same:
        return Answer(True, f"goes through {p.end.same}, which copies what it changes", p.end.stored.place.at)
    if p.end.other is not None:
        return Answer(True, "is another value at times", p.end.other.at)
    return Answer(False, "nothing on the way copies it", p.end.stored.place.at)
