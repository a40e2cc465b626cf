"""What stops a run, and who can mend it.

UserError   a pattern, flag, file or rule is wrong: one line, exit status 2
anything else that is raised is our own fault and shows its traceback
"""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """One line that says what is wrong, where, and how to mend it."""

    exit_code = 2


def near(word: str, of: Iterable[str], otherwise: str = "") -> str:
    """What to put behind "no such word": the one that was probably meant, or `otherwise`, or all that there are."""
    import difflib

    of = list(of)
    close = difflib.get_close_matches(word, of, 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; {otherwise}" if otherwise else f"; there are {', '.join(sorted(of))}"
