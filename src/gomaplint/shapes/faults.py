"""What is wrong with a comment that speaks to gomaplint."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint.shapes.contracts import at_no_map, claim
from gomaplint.shapes.directives import CONTRACTS, VERBS, Directive, near


class Fault(NamedTuple):
    """What is wrong, as the rest of a sentence about the comment, and how to mend it.

    A `fatal` one leaves the comment or a part of it without effect, any other only asks for better words.
    """

    says: str
    cure: str
    fatal: bool = True


def fault_of(d: Directive) -> Fault | None:
    """The first fault of a comment; the forms of other tools have none that is ours to tell."""
    if d.tool != "gomaplint":
        return None
    if d.verb not in VERBS:
        return _unknown_verb(d)
    found = _contract(d) if d.verb in CONTRACTS else _suppression(d)
    if found is None and d.odd:
        says = "is written with a blank or as a block, which Go's directives are not; it counts all the same"
        return Fault(says, f"write //{d.title}", False)
    return found


def _unknown_verb(d: Directive) -> Fault:
    if not d.verb:
        return Fault("says nothing", f"write one of {', '.join(VERBS)} after the colon")
    meant = near(d.verb)
    guess = f"; did you mean gomaplint:{meant}?" if meant else ""
    return Fault(f"is not known and does nothing{guess}", f"there are {', '.join(VERBS)}")


def _suppression(d: Directive) -> Fault | None:
    if not d.names:
        return Fault(
            "names no rule and suppresses nothing", f"write //gomaplint:{d.verb} GML102 and a reason"
        )
    unknown = d.judged.unknown if d.judged is not None else {}
    for name, hint in unknown.items():
        return Fault(f"names {name}, which is no rule{hint}", "'gomaplint rules' lists them")
    if not any(map(str.isalnum, d.reason)):
        return Fault("has no reason; it suppresses all the same", "write why behind the rule", False)
    return None


def _contract(d: Directive) -> Fault | None:
    if claim(d) is None:
        if d.verb == "evicted-by":
            return Fault(
                "names no function", "write the one that removes entries: //gomaplint:evicted-by Close"
            )
        says = "is not understood" if d.reason else "says neither a number nor a reason"
        return Fault(says, "write //gomaplint:bounded by=1000, or in words what bounds the map")
    if at_no_map(d) and not d.file.for_tests:
        says = "stands at no map or sync.Map that can live long"
        return Fault(says, "put it on the line of the declaration, or right above it")
    return None
