"""Properties of what is done around a `sync.Map`: by whom, under which lock, and what may be lost."""

from __future__ import annotations

from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.origins import Kind
from gomaplint.model.reach import When
from gomaplint.properties import property_of
from gomaplint.shapes.innerwrites import InnerWrite
from gomaplint.shapes.mutation import How
from gomaplint.shapes.syncentries import Access, of_connection
from gomaplint.shapes.syncmaps import CheckThenAct
from gomaplint.span import Answer


@property_of(Access)
def concurrent(a: Access) -> Answer:
    """Several goroutines run the code at once: each request its own, or those that a loop begins."""
    run = a.map.analysis.reach.of(a.node, a.body)
    if run.when is When.START:
        return Answer(False, run.why, run.at)
    if a.crowd is not None:
        return Answer(True, a.crowd.why, a.crowd.at)
    return Answer(None, "is not seen to run in several goroutines at once", a.at)


@property_of(Access)
def offered(a: Access) -> Answer:
    """Code outside the module calls it: it belongs to what an importable package offers."""
    run = a.map.analysis.reach.of(a.node, a.body)
    return Answer(run.when is When.OPEN, run.why, run.at)


@property_of(Access)
def exclusive(a: Access) -> Answer:
    """Only one goroutine at a time comes through: a lock or its like is held here or in a caller."""
    if a.exclusion is not None:
        return Answer(True, a.exclusion.why, a.exclusion.at)
    return Answer(False, "no lock is held here or in a caller", a.at)


@property_of(Access)
def own_key(a: Access) -> Answer:
    """Each goroutine has a key of its own: it is generated, or numbers the goroutines."""
    key = a.load.key
    if key is None:
        return Answer(False, "takes every key in turn", a.at)
    name = words.split(a.body.file.text(key, 200))
    own = set(knowledge.table("concurrency")["own-key"]["words"])
    if own & set(name):
        return Answer(True, "its key is called after what each goroutine has of its own", a.at)
    if of_connection(key, a.body):
        return Answer(None, "its key stands for a connection, which one goroutine may serve", a.at)
    origins = a.map.analysis.keys.origins(key, a.body)
    for origin in origins:
        if origin.kind is Kind.GENERATED:
            return Answer(True, f"its key is generated: {origin.way}", origin.at)
    for origin in origins:
        if origin.kind is Kind.POINTER:
            return Answer(None, "its key is an object, which may belong to one goroutine", origin.at)
    return Answer(False, "its key may come to several goroutines", a.at)


@property_of(CheckThenAct)
def after_a_miss(c: CheckThenAct) -> Answer:
    """The Store runs only where the Load has found nothing."""
    if c.missed:
        return Answer(True, "stores only what was not found", c.at)
    return Answer(False, "stores whatever was found", c.at)


@property_of(CheckThenAct)
def newly_made(c: CheckThenAct) -> Answer:
    """Nobody else has the stored value before: it is a literal, or comes from new, make or a constructor."""
    if c.made is not None:
        return Answer(True, "stores a value that is newly made", c.body.file.span(c.made.pos, c.made.end))
    if c.there_before:
        return Answer(False, "stores a value that was there before", c.at)
    return Answer(None, "is not seen to store a new value", c.at)


@property_of(CheckThenAct)
def stateful(c: CheckThenAct) -> Answer:
    """What is stored changes while the map holds it: a lock, a channel, a counter, an object with such parts."""
    change = c.change
    if isinstance(change, str):
        return Answer(True, change, c.at)
    if change is not None:
        seen = True if change.seen else None
        return Answer(seen, f"{change.text} {change.how.value} in {change.body}", change.at)
    return Answer(False, "stores a value that nothing is seen to change", c.at)


@property_of(CheckThenAct)
def opening(c: CheckThenAct) -> Answer:
    """What is stored is, or holds, a connection or a file that the function has opened and does not close."""
    if c.opened is not None:
        at = c.body.file.span(c.opened.pos, c.opened.end)
        return Answer(True, f"stores what {c.body.file.text(c.opened.fun)} opens", at)
    return Answer(False, "is not seen to store anything that it has opened", c.at)


@property_of(CheckThenAct)
def recomputed(c: CheckThenAct) -> Answer:
    """The stored value is computed from the loaded one and differs from it: a counter, a list, a changed copy."""
    if c.update is not None:
        node = c.update.node
        return Answer(
            True, "stores what it computes from the loaded value", c.body.file.span(node.pos, node.end)
        )
    return Answer(False, "stores nothing that is computed from the loaded value", c.at)


@property_of(InnerWrite)
def to_a_map(w: InnerWrite) -> Answer:
    """What changes are the entries of a plain map."""
    found = w.change.how is How.ENTRY
    return Answer(found, "changes a plain map" if found else "changes something else than a map", w.at)


@property_of(InnerWrite)
def counting(w: InnerWrite) -> Answer:
    """What was there before goes into what is written: a counter, or a list that is appended to."""
    found = w.change.how in (How.COUNT, How.LIST)
    return Answer(found, w.change.how.value if found else "writes whatever was there before", w.at)
