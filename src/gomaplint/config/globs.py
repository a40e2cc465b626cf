"""Patterns for files, as .gitignore has them but for negation and backslashes.

They are written with "/" and match paths as seen from the folder of the configuration.
A `*` stands for any characters of one name, `?` for one character, `[a-z]` and `[!a-z]` for one of a set.
A `**` between slashes stands for any number of folders, at the end for everything below.
A pattern with a "/" before its end is for that place; any other is for a name in every folder.
What matches a folder takes all that is below it; with a "/" at the end it takes folders only.
"""

from __future__ import annotations

import re


class BadGlob(ValueError):
    """What is wrong with a pattern, behind the pattern."""


def compile(pattern: str) -> re.Pattern[str]:
    """A pattern as an expression that matches the whole path of a file, relative and with "/"."""
    if "\\" in pattern:
        raise BadGlob("has a backslash; write / between folders")
    if pattern.startswith("!"):
        raise BadGlob(
            "begins with !; say what other files get in another [[paths]], of which the last counts"
        )
    *folders, last = parts = pattern.strip("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise BadGlob(
            "has an empty part, . or ..; write it as seen from this file's folder, as internal/legacy/**"
        )
    # A slash at the end does not tie a pattern to a place.
    text = "" if "/" in pattern.rstrip("/") else "(?:.+/)?"
    text += "".join("(?:[^/]+/)*" if part == "**" else f"{_name(part)}/" for part in folders)
    text += ".+" if last == "**" else _name(last)
    text += "/.+" if pattern.endswith("/") else "" if last == "**" else "(?:/.+)?"
    try:
        return re.compile(text, re.DOTALL)
    except re.error as error:
        raise BadGlob(f"has a set that makes no sense: {error.msg}") from error


def _name(part: str) -> str:
    """A pattern for one name, without slashes, as a regular expression."""
    if "**" in part:
        raise BadGlob("has ** within a name; it stands alone between slashes")
    text = ""
    position = 0
    while position < len(part):
        sign = part[position]
        position += 1
        if sign == "[":
            end = part.find("]", position + (part[position : position + 1] in "!^") + 1)
            if end < 0:
                raise BadGlob("has a [ without its ]")
            inside = part[position:end]
            out = inside[:1] in ("!", "^")
            text += f"(?!/)[{'^' * out}{_set(inside[out:])}]"
            position = end + 1
        else:
            text += {"*": "[^/]*", "?": "[^/]"}.get(sign, re.escape(sign))
    return text


def _set(inside: str) -> str:
    return "".join(sign if sign == "-" else re.escape(sign) for sign in inside)
