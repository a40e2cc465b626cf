"""What stops a run, and who can mend it.

UserError   a pattern, flag, file or rule is wrong: one line, exit status 2
anything else that is raised is our own fault and shows its traceback
"""

from __future__ import annotations


class UserError(Exception):
    """One line that says what is wrong, where, and how to mend it."""

    exit_code = 2
