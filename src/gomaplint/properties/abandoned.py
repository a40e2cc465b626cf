"""Properties of a way out of a function that has added an entry and waits for an answer."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.abandoned import Leaving
from gomaplint.shapes.waits import Cause
from gomaplint.span import Answer


@property_of(Leaving)
def after_an_answer(way: Leaving) -> Answer:
    """It begins with the answer; otherwise the wait is given up."""
    says = (
        "begins with the answer" if way.answered else f"begins when the {way.wait.cause.value} ends the wait"
    )
    return Answer(way.answered, says, way.at)


@property_of(Leaving)
def out_of_time(way: Leaving) -> Answer:
    """A time is over; where a context is cancelled, only the one who asks has gone, and the answer may well come."""
    if way.answered:
        return Answer(False, "begins with the answer", way.at)
    over = way.wait.cause is Cause.TIMER
    return Answer(over, "begins when a time is over" if over else "begins when a context is done", way.at)


@property_of(Leaving)
def keeps_the_entry(way: Leaving) -> Answer:
    """It leaves the function, and nothing that it passes removes anything from the map."""
    reached = way.reached
    removed = [node for node in reached.marks if node is not way.wait.select]
    if removed:
        at = way.body.file.span(removed[0].pos, removed[0].end)
        if reached.leaves or reached.lost:
            return Answer(None, "removes something from the map on some of its branches", at)
        return Answer(False, "removes something from the map", at)
    if reached.lost:
        return Answer(None, "leads through a goto", way.at)
    if not reached.leaves:
        return Answer(False, f"does not leave {way.body}", way.at)
    return Answer(True, f"leaves {way.body} and removes nothing from the map", way.at)


@property_of(Leaving)
def keeps_it_otherwise(way: Leaving) -> Answer:
    """On the other ways out, the entry stays as well."""
    reached = way.otherwise
    removed = [node for node in reached.marks if node is not way.wait.select]
    if removed:
        at = way.body.file.span(removed[0].pos, removed[0].end)
        return Answer(None if reached.leaves else False, "the other way removes something from the map", at)
    return Answer(True, "the other way removes nothing from the map either", way.at)


@property_of(Leaving)
def looked_after(way: Leaving) -> Answer:
    """Other code takes the entry away in any case: a deferred call, a goroutine, a function handed on, a caller."""
    if way.later is not None:
        return Answer(True, "is looked after by code that runs later", way.later)
    if way.callers is not None:
        return Answer(True, f"is looked after by a caller of {way.body}", way.callers)
    return Answer(False, f"nothing around {way.body} removes the entry", way.at)


@property_of(Leaving)
def answered_elsewhere(way: Leaving) -> Answer:
    """Other functions take single entries away, as one does that handles the answers."""
    if way.elsewhere is not None:
        return Answer(True, f"entries are removed in {way.elsewhere.body}", way.elsewhere.at)
    return Answer(False, f"only {way.body} and what serves it remove entries", way.at)


@property_of(Leaving)
def of_a_shared_entry(way: Leaving) -> Answer:
    """The entry was looked up before it was made, so that others may wait for it too, or look it up again."""
    if way.shared is not None:
        return Answer(True, "its entry is looked up before it is made", way.shared)
    if way.opened is None:
        return Answer(None, "its channel is not made here", way.insert.at)
    return Answer(False, "its entry is made for this wait", way.opened)


@property_of(Leaving)
def registered_far_away(way: Leaving) -> Answer:
    """More than one call lies between the wait and the insertion."""
    return Answer(len(way.stand.way) > 1, f"{len(way.stand.way)} calls lead to the insertion", way.insert.at)
