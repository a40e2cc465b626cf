"""Rules read from their folders; anything wrong is told with the file and the cure."""

from __future__ import annotations

import os
import string
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gomaplint import toml
from gomaplint.discover.folders import shown
from gomaplint.errors import UserError, near
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion, VersionRange, parse_range
from gomaplint.properties import properties
from gomaplint.rule.declared import ID, NAME, Condition, Rule, Text, Tier, built_in, rules_folder
from gomaplint.subjects import Kind, kinds

_KEYS = frozenset(
    ("id", "name", "severity", "precision", "tags", "supersedes", "subject", "where", "confidence", "text")
)
_PRECISIONS = ("very-high", "high", "medium", "low")


def load_rules(folders: Sequence[Path] = (), cwd: str | None = None) -> tuple[Rule, ...]:
    """The built-in rules and those of further folders, by id; anything wrong is a UserError with file and cure.

    Ids and names are unique over all of them, and any may supersede any.
    A folder that is given twice counts once.
    Errors show paths as they are seen from `cwd`.
    """
    rules = list(_built_in_rules())
    for folder in {os.path.realpath(folder): folder for folder in folders}.values():
        rules += _load_own(Path(os.path.abspath(folder)), cwd)
    by_word: dict[str, Rule] = {}
    for rule in rules:
        for what, word in (("id", rule.id), ("name", rule.name)):
            other = by_word.setdefault(word, rule)
            if other is not rule:
                taken = other.id if built_in(other.id) else _seen(other.folder, cwd)
                raise UserError(
                    f"{_seen(rule.file, cwd)}: {what} {word!r} is taken by {taken}; choose another"
                )
    ids = [rule.id for rule in rules]
    for rule in rules:
        for wanted in rule.supersedes:
            if wanted not in ids:
                raise UserError(
                    f"{_seen(rule.file, cwd)}: no rule {wanted!r} to supersede{near(wanted, ids)}"
                )
    return tuple(sorted(rules, key=lambda rule: rule.id))


@cache
def _built_in_rules() -> tuple[Rule, ...]:
    """The built-in rules, which are the same for every look at some code."""
    return tuple(load_folder(rules_folder()))


def load_folder(folder: Path, cwd: str | None = None) -> list[Rule]:
    """The rules of one folder, by id, not compared with each other; what is hidden or no folder is passed over."""
    where = _seen(folder, cwd)
    try:
        entries = sorted(entry for entry in folder.iterdir() if entry.name[0] != "." and entry.is_dir())
    except OSError as error:
        raise UserError(
            f"{where}: no folder of rules ({error.strerror}); 'gomaplint new' begins one"
        ) from error
    if (folder / "rule.toml").is_file():
        raise UserError(f"{where}: is a rule; name the folder in which it lies")
    if folder / "rules" in entries:
        raise UserError(f"{where}: no rules here; did you mean {_seen(folder / 'rules', cwd)}?")
    if not entries:
        raise UserError(f"{where}: no rules here; 'gomaplint new' writes a first one")
    return [load_rule(entry, cwd) for entry in entries]


def _load_own(folder: Path, cwd: str | None) -> list[Rule]:
    rules = load_folder(folder, cwd)
    for rule in rules:
        if built_in(rule.id):
            raise UserError(
                f"{_seen(rule.file, cwd)}: id {rule.id} is kept for built-in rules; choose other letters"
            )
    return rules


def load_rule(folder: Path, cwd: str | None = None) -> Rule:
    """One rule from its folder."""
    return _Loader(folder, cwd).load()


def _seen(path: Path, cwd: str | None) -> str:
    return os.fspath(path) if cwd is None else shown(os.fspath(path), cwd)


_vocabulary = cache(properties)  # asked for each word of each rule


class _Loader:
    def __init__(self, folder: Path, cwd: str | None) -> None:
        self.folder = folder
        self.file = folder / "rule.toml"
        self.cwd = cwd

    def wrong(self, what: str) -> UserError:
        return UserError(f"{_seen(self.file, self.cwd)}: {what}")

    def load(self) -> Rule:
        try:
            data = toml.parse(self.file.read_text("utf-8"))
        except OSError as error:
            raise self.wrong(f"{error.strerror}; a rule is a folder with rule.toml and doc.md") from error
        except (ValueError, RecursionError) as error:
            raise self.wrong(f"not TOML: {error}") from error
        self.known(data, _KEYS, "key")
        rule_id, name = self.string(data, "id"), self.string(data, "name")
        if not ID.fullmatch(rule_id):
            raise self.wrong(f"id {rule_id!r} is not letters and three digits, such as ACME001")
        if not NAME.fullmatch(name):
            raise self.wrong(f"name {name!r} is not small letters, digits and dashes, such as tenant-map")
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
            self.page(),
            self.folder,
        )

    def page(self) -> str:
        try:
            return (self.folder / "doc.md").read_text("utf-8")
        except FileNotFoundError as error:
            raise self.wrong("doc.md is missing beside it; every rule has a page") from error
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise self.wrong(f"doc.md beside it cannot be read: {told}") from error

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
        raise self.wrong(f"no {what} {word!r}{near(word, of)}")

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

    def rows(self, data: Mapping[str, Any], key: str, cure: str) -> list[Mapping[str, Any]]:
        """The tables of a [[key]], one or more."""
        value = data.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
            raise self.wrong(f"[[{key}]] is missing: {cure}")
        return value

    def tiers(self, data: Mapping[str, Any], subject: Kind) -> tuple[Tier, ...]:
        tiers = []
        for row in self.rows(data, "confidence", "say what earns high, medium or low"):
            self.known(row, ("is", *subject.roles), "key of [[confidence]]")
            level = self.choice(self.string(row, "is"), {str(c): c for c in Confidence}, "confidence")
            rest = {key: value for key, value in row.items() if key != "is"}
            tiers.append(Tier(level, tuple(self.conditions(rest, subject, "confidence"))))
        return tuple(tiers)

    def texts(self, data: Mapping[str, Any], subject: Kind) -> tuple[Text, ...]:
        texts = []
        for row in self.rows(data, "text", "a rule needs a message and a fix"):
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
