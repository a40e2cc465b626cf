"""Properties of comments that speak to gomaplint."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.directives import Directive
from gomaplint.shapes.faults import fault_of
from gomaplint.span import Answer


@property_of(Directive)
def malformed(d: Directive) -> Answer:
    """It is not understood, names what does not exist, stands where it means nothing, or gives no reason."""
    fault = fault_of(d)
    if fault is not None and not fault.fatal and idle(d).holds:
        return Answer(False, "is not needed, so that its words do not matter", d.at)
    if fault is not None:
        return Answer(True, fault.says, d.at)
    if d.tool == "gomaplint" and d.suppresses and d.judged is None:
        return Answer(None, "names rules that nobody has looked up", d.at)
    return Answer(False, "is understood", d.at)


@property_of(Directive)
def idle(d: Directive) -> Answer:
    """It suppresses nothing, or one of the rules that it names suppresses nothing."""
    fault = fault_of(d)
    if not d.suppresses or (fault is not None and fault.fatal):
        return Answer(False, "is none that suppresses", d.at)
    if d.tool != "gomaplint":
        return Answer(None, "has the form of another tool, which may need it", d.at)
    if d.judged is None:
        return Answer(None, "is not compared with what the rules report", d.at)
    if d.judged.idle is None:
        return Answer(None, d.judged.why, d.at)
    if d.judged.idle:
        return Answer(True, f"suppresses nothing with {', '.join(d.judged.idle)}", d.at)
    return Answer(
        False, "; ".join(f"{name} suppresses {what}" for name, what in d.judged.settled.items()), d.at
    )
