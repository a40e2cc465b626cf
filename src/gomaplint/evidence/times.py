"""When code runs, in words."""

from __future__ import annotations

from gomaplint.model.reach import Run, When

_TIMES = {
    When.NEVER: "never",
    When.START: "while the program starts",
    When.OPEN: "at a time not known",
    When.RUN: "while the program runs",
    When.REQUEST: "for each request or connection",
}


def time(run: Run) -> str:
    """The time, in a few words that end a sentence."""
    return _TIMES[run.when]
