"""Properties of what a program leaves to the garbage collector."""

from __future__ import annotations

from gomaplint.model.maps import Insert, Map
from gomaplint.properties import property_of
from gomaplint.properties.growth import at_run_time, bounded_key, capped
from gomaplint.properties.life import evicted, replaced
from gomaplint.shapes.finalizers import CollectorTask
from gomaplint.span import Answer


@property_of(CollectorTask)
def in_vain(task: CollectorTask) -> Answer:
    """It cannot do what it is for: its own object is kept reachable or has no size, or a weak entry outlives it."""
    if task.map is not None:
        return _left_behind(task.map, task.insert)
    if task.holding is not None:
        name = task.holding.map.container.name
        return Answer(True, f"is to remove an entry of {name}, which holds the object", task.holding.at)
    if task.given_itself:
        return Answer(True, "is given the object itself", task.at)
    if task.argument is not None:
        return Answer(True, "has an argument that holds the object", task.at)
    if task.captor is not None:
        return Answer(True, "captures its own object", task.captor)
    if task.empty:
        return Answer(True, f"belongs to an object of type {task.empty}, which has no size", task.at)
    return Answer(False, "is not seen to keep its own object", task.at)


def _left_behind(m: Map, insert: Insert | None) -> Answer:
    """The entry of a weak pointer stays in a map that lives for ever, when what it points to is gone."""
    if insert is None:
        return Answer(None, "is put into a map in a way that is not followed", m.container.at)
    few = bounded_key(insert)
    if few.holds:
        return few._replace(holds=False)
    for answer, wanted in (
        (m.lifetime, True),
        (at_run_time(insert), True),
        (evicted(m), False),
        (replaced(m), False),
        (capped(insert), False),
    ):
        if answer.holds is not wanted:
            return answer._replace(holds=None if answer.holds is None else False)
    return Answer(True, f"leaves its entry in {m.container.name}, from which nothing removes it", insert.at)


@property_of(CollectorTask)
def done_elsewhere(task: CollectorTask) -> Answer:
    """Other code removes entries of the same map, so that the collector is only the last resort."""
    event = task.elsewhere(task.holding) if task.holding is not None else None
    if event is not None:
        return Answer(True, f"entries are removed in {event.body} too", event.at)
    return Answer(False, "nothing else does it", task.at)
