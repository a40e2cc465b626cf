"""Properties of statements that empty an entry of a map, or count it down."""

from __future__ import annotations

from gomaplint.properties import property_of
from gomaplint.shapes.zeroed import Case, Zeroing
from gomaplint.span import Answer


@property_of(Zeroing)
def emptying(zeroing: Zeroing) -> Answer:
    """It leaves an entry that stands for nothing: set to nothing where something ends, or a count that may be zero."""
    if zeroing.case is not Case.ZEROED:
        if zeroing.tested is not None:
            return Answer(True, "counts down, and asks whether it is zero", zeroing.tested)
        return Answer(False, f"counts down, and {zeroing.body} does not ask whether it is zero", zeroing.at)
    if zeroing.releases is not None:
        return Answer(True, "stands beside the end of the value", zeroing.releases)
    if zeroing.by_name:
        return Answer(True, f"stands in {zeroing.body}, which ends something", zeroing.at)
    return Answer(False, f"stands in {zeroing.body}, which ends nothing by its name", zeroing.at)


@property_of(Zeroing)
def counting_down(zeroing: Zeroing) -> Answer:
    """It takes something from a count that other code raises."""
    counts = zeroing.case is not Case.ZEROED
    return Answer(counts, "counts down" if counts else "sets the entry to nothing", zeroing.at)


@property_of(Zeroing)
def in_a_removal(zeroing: Zeroing) -> Answer:
    """Its function ends or removes something, by its name."""
    return Answer(zeroing.by_name, f"stands in {zeroing.body}", zeroing.at)
