"""Properties of a walk that counts a `sync.Map`."""

from __future__ import annotations

from gomaplint import knowledge
from gomaplint.model import words
from gomaplint.model.constants import integer
from gomaplint.model.reach import When
from gomaplint.properties import property_of
from gomaplint.shapes.syncranges import Check, RangeCount
from gomaplint.span import Answer

_SMALL = 100  # a limit up to which nobody feels the walk


@property_of(RangeCount)
def limiting_inserts(c: RangeCount) -> Answer:
    """Each insertion of some function comes with the count, which is compared with a limit that is not small."""
    answer = Answer(False, "is not compared with a limit where the map gains keys", c.at)
    for check, insert in c.limited:
        if _small(check):
            answer = Answer(False, "is compared with a small limit", check.at)
        elif insert.run.when in (When.RUN, When.REQUEST):
            return Answer(True, f"is compared with a limit each time {insert.body} inserts", check.at)
        elif insert.run.when is When.OPEN:
            answer = Answer(None, f"is compared with a limit where {insert.body} inserts", check.at)
    return answer


def _small(check: Check) -> bool:
    """The limit is a number below 100, or by its name one of things that run at the same time."""
    limit = integer(check.limit, check.body)
    if limit is not None:
        return limit < _SMALL
    few = knowledge.table("limits")["few"]["words"]
    return not set(few).isdisjoint(words.split(check.body.file.text(check.limit, 80)))
