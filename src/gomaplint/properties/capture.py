"""Properties of loop variables and of what keeps them."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.loopvars import Capture, LoopVariable
from gomaplint.span import Answer


@property_of(LoopVariable)
def shared_by_iterations(v: LoopVariable) -> Answer:
    """One variable serves all iterations: the file's language version is below 1.22, or the loop assigns with `=`."""
    version = v.local.body.file.version
    if v.assigned:
        return Answer(True, "is assigned with =, not declared by the loop", v.at)
    return Answer(v.shared, f"the language version of the file is {version}", v.at)


@property_of(Capture)
def kept_for_certain(c: Capture) -> Answer:
    """What keeps the closure or address is seen in the source, not guessed from the name of a function."""
    return Answer(True if not c.kept.named else None, c.kept.how, c.kept.at)
