"""The hash by which GitHub recognises a line again after the lines around it have moved.

It is the value that GitHub's upload action computes where a file brings none, and warns about where a file brings
another one: a polynomial over the 100 characters from the beginning of the line on, blanks and tabs not counted.
Published in https://github.com/github/codeql-action, src/fingerprints.ts.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Collection
from operator import mul

_SIZE = 100  # characters that are hashed, in UTF-16 units
_BITS = 2**64
_FACTORS = [pow(37, _SIZE - 1 - i, _BITS) for i in range(_SIZE)]
_END = "\uffff"  # stands for the end of the file


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """The hashes of some lines, counted from 1 as GitHub counts them; `:2` tells the second line with one hash."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "") + _END
    data = text.encode("utf-16-le") + bytes(2 * _SIZE)
    seen: Counter[bytes] = Counter()
    found: dict[int, str] = {}
    start, last = 0, max(lines, default=0)
    for number, line in enumerate(text.split("\n"), 1):
        window = data[start : start + 2 * _SIZE]
        seen[window] += 1
        if number in lines:
            found[number] = f"{_hash(window):x}:{seen[window]}"
        if number == last:
            break
        start += len(line.encode("utf-16-le")) + 2
    return found


def _hash(window: bytes) -> int:
    total: int = sum(map(mul, struct.unpack(f"<{_SIZE}H", window), _FACTORS))
    return total % _BITS
