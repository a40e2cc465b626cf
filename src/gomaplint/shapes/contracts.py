"""What comments at declarations promise of maps: how many entries they have at most, and what takes them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gomaplint.model.maps import Analysis, Insert, Map
from gomaplint.shapes.directives import CONTRACTS, Directive, directives
from gomaplint.shapes.fillings import fillings
from gomaplint.span import Span

_NUMBER = re.compile(r"by=([1-9][0-9_]*)(?:[,;:]?\s+(.*))?")
_FUNCTIONS = re.compile(r"([^\s,]+(?:\s*,\s*[^\s,]+)*)")


class Claim(NamedTuple):
    """What is promised: that there are `most` entries (None: few enough), or that functions take entries out."""

    most: int | None
    functions: tuple[str, ...]
    words: str

    def __str__(self) -> str:
        if self.functions:
            return f"lose its entries through {' and '.join(self.functions)}"
        return f"hold at most {self.most} entries" if self.most is not None else "be bounded"

    @property
    def said(self) -> str:
        """The promise as something that was declared."""
        return f"evicted by {' and '.join(self.functions)}" if self.functions else "bounded"


def claim(directive: Directive) -> Claim | None:
    """What a contract promises; None where its words are not understood."""
    words = directive.reason
    if directive.verb == "evicted-by":
        found = _FUNCTIONS.match(words)
        if found is None:
            return None
        names = (re.sub(r"[(*)]", "", name.strip()) for name in found[1].split(","))
        return Claim(None, tuple(names), words[found.end() :].strip())
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return Claim(int(number[1].replace("_", "")), (), number[2] or "")
    sentence = re.search(r"[^\W\d]", words) is not None and re.search(r"\w=|^by\s+=", words) is None
    return Claim(None, (), words) if sentence else None


@dataclass(eq=False)
class Contract:
    """One promise about one map."""

    directive: Directive
    claim: Claim
    map: Map

    @property
    def at(self) -> Span:
        return self.directive.at

    @cached_property
    def growing(self) -> list[Insert]:
        """The insertions that may add keys while the program runs, or when importers call."""
        return [i for i in self.map.inserts if not i.building and i.update is None and i.run.when.value > 1]


def contracts(analysis: Analysis) -> list[Contract]:
    """All promises whose words are understood, about the maps and caches at whose declarations they stand."""
    return analysis.once(_find)


def _find(analysis: Analysis) -> list[Contract]:
    told = [(d, c) for d in directives(analysis) if d.verb in CONTRACTS and (c := claim(d)) is not None]
    every = list(_containers(analysis)) if told else []
    return [Contract(d, c, m) for d, c in told for m in every if d.covers(m.container.at)]


def _containers(analysis: Analysis) -> Iterator[Map]:
    yield from analysis.maps()
    yield from {filling.cache.map.container.key: filling.cache.map for filling in fillings(analysis)}.values()


def at_no_map(directive: Directive) -> bool:
    """A contract at the declaration of nothing that can grow for long."""
    return not any(contract.directive is directive for contract in contracts(directive.analysis))
