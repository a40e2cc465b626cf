"""Which findings show: the rules that a file's configuration selects, their severity, the confidence it asks for."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from gomaplint.config import Config, Configs, Layer, Options, Word
from gomaplint.config.nearest import command_line, rule_folders
from gomaplint.discover import Tree
from gomaplint.errors import UserError, near
from gomaplint.finding import Confidence, Finding, Severity
from gomaplint.rule import FAMILIES, Rule, rank


class Selection:
    """What the layers of configuration say of findings; `layer` tells the one of a file, by its path as it is shown.

    Of the rules in the folders `own`, those take part in a file whose layer names the folder.
    """

    def __init__(
        self, rules: Sequence[Rule], layer: Callable[[str], Layer], own: Collection[Path] = ()
    ) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._layer = cache(layer)
        self._own = own

    def takes(self, finding: Finding) -> bool:
        """The rule takes part in the file of its finding."""
        return not self.silenced(finding.rule, finding.at.path)

    def silenced(self, rule_id: str, path: str) -> str:
        """Why a rule does not take part in a file, "" where it does."""
        rule, layer = self._rules[rule_id], self._layer(path)
        folder = rule.folder.parent
        if folder in self._own and folder not in layer.rule_folders:
            return f"not selected: no configuration of {path} names {folder.name}/"
        for word in layer.ignore:
            if rank(word.text, rule):
                return f"not selected by {word.at}"
        if layer.select is not None and not any(rank(word.text, rule) for word in layer.select):
            return f"not selected by {layer.select[0].of}"
        return ""

    def least(self, path: str) -> Confidence:
        """The least confidence that shows in a file."""
        said = self._layer(path).min_confidence
        return Confidence.HIGH if said is None else Confidence(said.value)

    def shows(self, finding: Finding) -> bool:
        """The finding is as sure as its file asks for."""
        return finding.confidence >= self.least(finding.at.path)

    def graded(self, finding: Finding) -> Finding:
        """The finding with the severity that its file gives to the rule.

        The word counts that names the rule most closely, and of such the last.
        """
        rule, table = self._rules[finding.rule], self._layer(finding.at.path).severity
        word = max(reversed([*table]), key=lambda word: rank(word, rule), default="")
        return replace(finding, severity=Severity(table[word].value)) if rank(word, rule) else finding


def select(
    configs: Configs,
    in_force: Sequence[Config],
    tree: Tree,
    options: Options,
    rules: Sequence[Rule],
    *,
    expect: bool = True,
) -> Selection:
    """The selection of a run; a word that stands for no rule is a UserError that names its line, if we `expect` one."""
    if expect:
        expect_rules(in_force, options, rules)
    files = {file.path: file.absolute for file in tree.files}
    return Selection(rules, lambda path: configs.layer(files[path], options), rule_folders(in_force))


def shown_by(configs: Configs, options: Options, cwd: str) -> Callable[[Finding], bool]:
    """Tells of findings whether they are as sure as their files ask for, by the paths as they are shown."""
    return Selection((), lambda path: configs.layer(os.path.normpath(os.path.join(cwd, path)), options)).shows


def expect_rules(in_force: Sequence[Config], options: Options, rules: Sequence[Rule]) -> None:
    """Raise a UserError for the first word, written or typed, that stands for no rule that it could mean."""
    own = rule_folders(in_force)
    for config in in_force:
        there = [
            r for r in rules if r.folder.parent not in own or r.folder.parent in config.layer.rule_folders
        ]
        for layer in (config.layer, *(table.layer for table in config.paths)):
            _expect(layer.words, there)
    _expect(command_line(options).words, rules)


def _expect(words: Iterable[Word], rules: Sequence[Rule]) -> None:
    for word in words:
        if word.text.lower() not in FAMILIES and not any(rank(word.text, rule) for rule in rules):
            there = [*(r.id for r in rules), *(r.name for r in rules), *FAMILIES]
            hint = near(word.text, there, "'gomaplint rules' lists them")
            raise UserError(f"{word.at}: no rule {word.text!r}{hint}")
