"""How text looks on the reader's side: colour, links, width; and how foreign text is made safe to show."""

from __future__ import annotations

import os
import re
import textwrap
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from gomaplint.finding import Severity

SGR = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}
SEVERITY_COLOUR = {Severity.ERROR: "red bold", Severity.WARNING: "yellow bold", Severity.NOTE: "cyan bold"}

# Characters that reorder what stands around them: source code must not be able to lie on a terminal.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff" + "".join(_REORDERING) + "]")


@dataclass(frozen=True, slots=True)
class Style:
    """The reader's side: ANSI colours, OSC 8 links, columns, and the folder that paths start from.

    `root` is the folder of the repository, from which GitHub and GitLab name files.
    `category` tells apart the runs that are uploaded for one commit.
    `blob` is the address under which GitHub shows the files of the commit, "" where there is none.
    `summary` is the file of the job summary that is written beside GitHub's report, "" where there is none.
    """

    color: bool = False
    links: bool = False
    width: int = 100
    cwd: str = ""
    root: str = ""
    category: str = ""
    blob: str = ""
    summary: str = ""

    def paint(self, text: str, look: str) -> str:
        """Give `text` a look such as "red bold"; it stays as it is where colours are off."""
        if not self.color or not text or not look:
            return text
        return f"\x1b[{';'.join(SGR[word] for word in look.split())}m{text}\x1b[0m"

    def link(self, text: str, path: str) -> str:
        """Make `text` open the file at `path`, which is relative to `cwd` or absolute."""
        if not self.links or path.startswith("<"):
            return text
        target = Path(os.path.normpath(os.path.join(self.cwd, path)))
        return f"\x1b]8;;{target.as_uri()}\x1b\\{text}\x1b]8;;\x1b\\" if target.is_absolute() else text


def visible(char: str) -> str:
    """Return what stands for a character on a terminal: itself, or a picture of what would do harm."""
    code = ord(char)
    if 0x20 <= code < 0x7F:
        return char
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code == 0xFEFF:  # a byte order mark is no part of what the author wrote
        return ""
    return "\ufffd" if _UNSAFE.match(char) else char


def safe(text: str) -> str:
    """Return `text` on one line, without control characters, broken bytes or reordering marks."""
    return _UNSAFE.sub(lambda found: visible(found[0]), text)


def whole(text: str) -> str:
    """Replace bytes that were no UTF-8, which neither JSON nor a workflow command has a way to write."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def char_width(char: str) -> int:
    """Count the terminal columns of one character."""
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def text_width(text: str) -> int:
    """Count the terminal columns of a text without escapes."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def wrap(text: str, width: int) -> list[str]:
    """Break a paragraph into lines; a word that is longer than a line stays whole."""
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]


def plural(count: int, noun: str) -> str:
    """Write "1 finding", "81,233 lines", "2 fixes"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "es" if noun.endswith("x") else "s")
