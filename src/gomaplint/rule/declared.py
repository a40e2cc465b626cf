"""What a rule declares: a subject, conditions, what earns which confidence, and the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from gomaplint import HOME
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion, VersionRange
from gomaplint.properties import Property
from gomaplint.subjects import Kind

ID = re.compile(r"[A-Z]+[0-9]{3}")
"""What the id of a rule looks like."""
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What the name of a rule looks like."""


class Condition(NamedTuple):
    """`[not|unknown] property` on one role of the subject; `wants` is the answer that it needs."""

    role: str
    property: Property
    wants: bool | None

    def __str__(self) -> str:
        prefix = {True: "", False: "not ", None: "unknown "}[self.wants]
        return f"{self.role}: {prefix}{self.property.name}"


class Tier(NamedTuple):
    """A confidence and what earns it."""

    confidence: Confidence
    conditions: tuple[Condition, ...]


class Text(NamedTuple):
    """The words for one range of language versions; `needs` are placeholders that may be empty."""

    go: VersionRange
    message: str
    fix: str
    needs: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """One rule as its folder declares it; it speaks in place of those that it `supersedes`.

    `doc` is its page, Markdown.
    """

    id: str
    name: str
    severity: Severity
    precision: str
    tags: tuple[str, ...]
    supersedes: tuple[str, ...]
    subject: Kind
    where: tuple[Condition, ...]
    tiers: tuple[Tier, ...]
    texts: tuple[Text, ...]
    doc: str
    folder: Path

    @property
    def family(self) -> str:
        """The letters and the first digit of its id."""
        return self.id[:-2]

    @property
    def file(self) -> Path:
        """The file that declares it."""
        return self.folder / "rule.toml"

    @cached_property
    def summary(self) -> str:
        """The one sentence below the page's title."""
        paragraphs = self.doc.split("\n\n")
        return " ".join(paragraphs[1].split()) if len(paragraphs) > 1 else self.name

    @property
    def url(self) -> str:
        """The address of the page of a built-in rule; "" for any other."""
        return f"{HOME}/blob/main/rules/{self.folder.name}/doc.md" if built_in(self.id) else ""

    def text(self, version: GoVersion, words: Mapping[str, str]) -> tuple[str, str]:
        """Message and fix for a file of this version: the first text of which every word is known."""
        for text in self.texts:
            if version in text.go and all(words[need] for need in text.needs):
                return text.message.format_map(words), text.fix.format_map(words)
        raise AssertionError(f"{self.id}: no text for Go {version}")  # load_rules has made sure there is one


def rules_folder() -> Path:
    """Where the built-in rules lie: inside the installed package, or beside `src` in a checkout."""
    inside = Path(__file__).parents[1] / "rules"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "rules"


def built_in(rule_id: str) -> bool:
    """Tell the ids of gomaplint's own rules, which no other rule may have."""
    return re.fullmatch(r"GML[0-9]+", rule_id) is not None


FAMILIES = {
    "suppressions": "GML0",
    "growth": "GML1",
    "clearing": "GML2",
    "range-variables": "GML3",
    "pinning": "GML4",
    "sync-map": "GML5",
    "hazards": "GML6",
}
"""Words for families of rules, and how their ids begin."""


def rank(word: str, rule: Rule) -> int:
    """How closely a word names a rule: by id or name, by a prefix, the longer the closer, by its family; or 0."""
    word = word.lower()
    if word in (rule.id.lower(), rule.name.lower()):
        return 99
    prefix = re.fullmatch(r"([a-z]+)\d*", word)
    letters = rule.id.rstrip("0123456789").lower()
    if prefix and prefix[1] == letters and rule.id.lower().startswith(word):
        return 1 + len(word)
    return int(rule.id.startswith(FAMILIES.get(word, " ")))
