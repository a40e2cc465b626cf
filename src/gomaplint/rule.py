"""Rules: folders of data, checked at load, before any Go file is read."""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from gomaplint import HOME, knowledge
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion, VersionRange, parse_range
from gomaplint.properties import Property, properties
from gomaplint.subjects import Kind, kinds

_KEYS = frozenset(
    ("id", "name", "severity", "precision", "tags", "supersedes", "subject", "where", "confidence", "text")
)
_PRECISIONS = ("very-high", "high", "medium", "low")


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
    """One rule as its folder declares it; it speaks in place of those that it `supersedes`."""

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
    folder: Path

    @cached_property
    def doc(self) -> str:
        """The rule's page, Markdown."""
        return (self.folder / "doc.md").read_text("utf-8")

    @cached_property
    def summary(self) -> str:
        """The one sentence below the page's title."""
        paragraphs = self.doc.split("\n\n")
        return " ".join(paragraphs[1].split()) if len(paragraphs) > 1 else self.name

    @property
    def url(self) -> str:
        """The address of the page of a built-in rule."""
        own = self.folder.parent == rules_folder()
        return f"{HOME}/blob/main/rules/{self.folder.name}/doc.md" if own else ""

    def text(self, version: GoVersion, words: Mapping[str, str]) -> tuple[str, str]:
        """Message and fix for a file of this version: the first text of which every word is known."""
        for text in self.texts:
            if version in text.go and all(words[need] for need in text.needs):
                return text.message.format_map(words), text.fix.format_map(words)
        raise AssertionError(f"{self.id}: no text for Go {version}")  # load_rules has made sure there is one


def rules_folder() -> Path:
    """Where the built-in rules lie: inside the installed package, or beside `src` in a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "rules"


def load_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """All rules of a folder, by id; anything wrong is a UserError that names the file and the cure."""
    folder = folder or rules_folder()
    if not folder.is_dir():
        raise UserError(f"{folder}: no rules here; the installation is incomplete")
    rules = [load_rule(entry) for entry in sorted(folder.iterdir()) if entry.is_dir()]
    if not rules:
        raise UserError(f"{folder}: no rule folders here; a rule is a folder with a rule.toml")
    by_id: dict[str, Rule] = {}
    for rule in rules:
        other = by_id.setdefault(rule.id, rule)
        if other is not rule:
            raise UserError(
                f"{rule.folder}: id {rule.id} belongs to {other.folder.name} already; ids are never reused"
            )
    for rule in rules:
        for other_id in rule.supersedes:
            if other_id not in by_id:
                raise UserError(
                    f"{rule.folder / 'rule.toml'}: no rule {other_id!r} to supersede{_near(other_id, by_id)}"
                )
    return tuple(rules)


FAMILIES = {
    "growth": "GML1",
    "clearing": "GML2",
    "range-variables": "GML3",
    "pinning": "GML4",
    "sync-map": "GML5",
    "hazards": "GML6",
}
"""The words for rules that ask the same kind of thing, with what their ids begin with."""


def called(word: str, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that a word of a user means: an id, a name, what ids begin with (GML1), or the word for those."""
    wanted = FAMILIES.get(word.lower(), word).lower()
    start = wanted if re.fullmatch(r"[a-z]+[0-9]{1,2}", wanted) else "-"
    return [r for r in rules if wanted in (r.id.lower(), r.name) or r.id.lower().startswith(start)]


def load_rule(folder: Path) -> Rule:
    """One rule from its folder."""
    return _Loader(folder).load()


def _near(word: str, of: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, of, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(sorted(of))}"


_vocabulary = cache(properties)  # asked for each word of each rule


class _Loader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "rule.toml"

    def wrong(self, what: str) -> UserError:
        return UserError(f"{self.file}: {what}")

    def load(self) -> Rule:
        try:
            data = knowledge.parse(self.file.read_text("utf-8"))
        except OSError as error:
            raise self.wrong(f"{error.strerror}; a rule is a folder with rule.toml and doc.md") from error
        except (ValueError, UnicodeDecodeError) as error:
            raise self.wrong(f"not TOML: {error}") from error
        if not (self.folder / "doc.md").is_file():
            raise self.wrong("doc.md is missing beside it; every rule has a page")
        self.known(data, _KEYS, "key")
        rule_id, name = self.string(data, "id"), self.string(data, "name")
        if not re.fullmatch(r"[A-Z]+[0-9]{3}", rule_id):
            raise self.wrong(f"id {rule_id!r} is not letters and three digits, such as GML102")
        if self.folder.name != f"{rule_id}-{name}":
            raise self.wrong(f"the folder is called {self.folder.name}, not {rule_id}-{name}")
        subject = self.choice(self.string(data, "subject"), kinds(), "subject")
        severity = self.choice(self.string(data, "severity"), {str(s): s for s in Severity}, "severity")
        return Rule(
            rule_id,
            name,
            severity,
            self.precision(data),
            tuple(self.strings(data.get("tags", []), "tags")),
            tuple(self.strings(data.get("supersedes", []), "supersedes")),
            subject,
            tuple(self.conditions(self.table(data, "where"), subject, "where")),
            self.tiers(data, subject),
            self.texts(data, subject),
            self.folder,
        )

    def precision(self, data: Mapping[str, Any]) -> str:
        if "precision" not in data:
            return ""
        word: str = self.choice(self.string(data, "precision"), {p: p for p in _PRECISIONS}, "precision")
        return word

    def known(self, data: Mapping[str, Any], keys: Iterable[str], what: str) -> None:
        for key in data:
            self.choice(key, dict.fromkeys(keys, key), what)

    def string(self, data: Mapping[str, Any], key: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(f"{key} is missing or not a string")
        return value

    def strings(self, value: Any, place: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(f"{place} is not a list of strings")
        return value

    def table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"[{key}] is not a table")
        return value

    def choice(self, word: str, of: Mapping[str, Any], what: str) -> Any:
        if word in of:
            return of[word]
        raise self.wrong(f"no {what} {word!r}{_near(word, of)}")

    def conditions(self, table: Mapping[str, Any], subject: Kind, place: str) -> Iterable[Condition]:
        for role, words in table.items():
            kind = self.choice(role, subject.roles, f"role of {subject.name}")
            for word in self.strings(words, f"{place}.{role}"):
                prefix, _, rest = word.partition(" ")
                wants: bool | None = True
                if prefix in ("not", "unknown") and rest:
                    wants, word = (False if prefix == "not" else None), rest
                if wants is None and place == "where":
                    raise self.wrong(
                        f"'unknown {word}' may stand in [[confidence]] only; [where] needs what is known"
                    )
                yield Condition(role, self.choice(word, _vocabulary(kind), "property"), wants)

    def tiers(self, data: Mapping[str, Any], subject: Kind) -> tuple[Tier, ...]:
        rows = data.get("confidence")
        if not isinstance(rows, list) or not rows:
            raise self.wrong("[[confidence]] is missing: say what earns high, medium or low")
        tiers = []
        for row in rows:
            self.known(row, ("is", *subject.roles), "key of [[confidence]]")
            level = self.choice(self.string(row, "is"), {str(c): c for c in Confidence}, "confidence")
            rest = {key: value for key, value in row.items() if key != "is"}
            tiers.append(Tier(level, tuple(self.conditions(rest, subject, "confidence"))))
        return tuple(tiers)

    def texts(self, data: Mapping[str, Any], subject: Kind) -> tuple[Text, ...]:
        rows = data.get("text")
        if not isinstance(rows, list) or not rows:
            raise self.wrong("[[text]] is missing: a rule needs a message and a fix")
        texts = []
        for row in rows:
            self.known(row, ("go", "message", "fix"), "key of [[text]]")
            go = row.get("go", "")
            versions = parse_range(go) if isinstance(go, str) else None
            if versions is None:
                raise self.wrong(f"go = {go!r} is no range such as '>=1.21 <1.24'")
            message, fix = self.string(row, "message"), self.string(row, "fix")
            used = self.placeholders(message) | self.placeholders(fix)
            for name in used:
                self.choice(name, dict.fromkeys(subject.words | subject.optional), "placeholder")
            texts.append(Text(versions, message, fix, frozenset(used & subject.optional)))
        self.covered([text.go for text in texts if not text.needs])
        return tuple(texts)

    def placeholders(self, text: str) -> set[str]:
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError as error:
            raise self.wrong(f"{text!r} is no text with placeholders: {error}") from error
        for _, name, spec, conversion in parts:
            if name is not None and (spec or conversion):
                raise self.wrong(
                    f"placeholder {{{name}}} in {text!r} stands with ! or :; write the name alone"
                )
        return {name for _, name, _, _ in parts if name is not None}

    def covered(self, ranges: list[VersionRange]) -> None:
        """Some text without optional words is there for every version."""
        edges = {GoVersion(1, 0)} | {edge for r in ranges for edge in r if edge is not None}
        for edge in sorted(edges):
            if not any(edge in r for r in ranges):
                raise self.wrong(
                    f"no [[text]] for Go {edge} that does without {{source}} or other optional words"
                )
