"""Properties of a write that several goroutines do at once."""

from __future__ import annotations

from gomaplint import goast as g
from gomaplint.model.names import symbol
from gomaplint.model.symbols import Const
from gomaplint.properties import property_of
from gomaplint.shapes.unlocked import Write
from gomaplint.span import Answer


@property_of(Write)
def guarded(w: Write) -> Answer:
    """Only one goroutine at a time comes to it: a lock, a semaphore or a sync.Once stands on the way."""
    return w.guard


@property_of(Write)
def reached_statically(w: Write) -> Answer:
    """Every call from the beginning of the goroutines to the write names its function: no interface, no value."""
    if w.way is None:
        return Answer(None, "is reached in a way that is not followed", w.at)
    says = (
        "is reached by calls of functions" if w.way.static else "is reached through an interface or a value"
    )
    return Answer(w.way.static, says, w.crowd.at)


@property_of(Write)
def by_its_owner(w: Write) -> Answer:
    """A method that serves requests itself writes to a map of its own receiver."""
    says = (
        "is a field of the handler's own receiver" if w.by_owner else "is no field of the handler's receiver"
    )
    return Answer(w.by_owner, says, w.at)


@property_of(Write)
def under_a_fixed_key(w: Write) -> Answer:
    """The key is written in the code: what fills a table of fixed names mostly runs once."""
    key = w.event.key
    fixed = isinstance(key, g.BasicLit) or (key is not None and isinstance(symbol(key, w.body), Const))
    return Answer(fixed, "its key is written in the code" if fixed else "its key is no constant", w.at)
