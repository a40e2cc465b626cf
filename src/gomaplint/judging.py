"""From files to findings: read, linked, judged by the rules, with what comments and configurations say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from gomaplint.agreement import kin_of_each, said_once
from gomaplint.config import Config, Configs, Options
from gomaplint.config.nearest import rule_folders
from gomaplint.discover import Tree
from gomaplint.engine import Engine
from gomaplint.finding import Finding
from gomaplint.knowledge.team import Known, extended
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.rule import Rule, load_rules
from gomaplint.selection import Selection, select
from gomaplint.settle import settle

Progress = Callable[[int, int], None]


class Judged(NamedTuple):
    """One state of the code, and what is found in it, in no order.

    `findings` are those of the rules that are selected, of kindred ones one; what is settled stands among them.
    `left_out` are those of the other rules, as far as nobody else speaks for them.
    """

    tree: Tree
    run: Run
    spaces: Sequence[Analysis]
    selection: Selection
    findings: Sequence[Finding]
    left_out: Sequence[Finding]


def _code_of(tree: Tree) -> Iterator[str]:
    """The files of a tree that belong to its modules themselves, as absolute paths."""
    return (file.absolute for file in tree.files if not file.vendored)


def rules_of(options: Options, configs: Configs, files: Iterable[str], cwd: str) -> tuple[Rule, ...]:
    """The built-in rules, and those of the folders that the options name or the configurations of some files."""
    named = rule_folders(configs.in_force(files))
    return load_rules([*(Path(cwd, folder) for folder in options.rules), *named], cwd)


class Judge:
    """Judges states of the code by the same rules, options and configurations."""

    def __init__(self, options: Options, configs: Configs, rules: Sequence[Rule]) -> None:
        self.options = options
        self.configs = configs
        self.rules = rules
        self._near = kin_of_each(rules)

    def judged(
        self,
        tree: Tree,
        overlay: Mapping[str, bytes],
        rules: Sequence[Rule] | None = None,
        progress: Progress | None = None,
    ) -> Judged:
        """What all rules find in the files of a tree, or some `rules`.

        `overlay` holds content that stands for that on disk, by absolute path.
        """
        # Files of the past may lie where configurations name rules that no file of now is judged by.
        selection = self.selection(tree, expect=rules is None)
        run = load(tree, self.options, overlay, progress)
        spaces = [Analysis(space) for space in run.workspaces]
        every: list[Finding] = []
        left_out: list[Finding] = []
        with self.knowing(tree):
            for space in spaces:
                said, silent = self._said(
                    settle(Engine(space), self.rules if rules is None else rules), selection
                )
                every += map(selection.graded, said)
                left_out += silent
        return Judged(tree, run, spaces, selection, every, left_out)

    def selection(self, tree: Tree, *, expect: bool = True) -> Selection:
        """Which findings show in the files of a tree; a configuration that makes no sense is a UserError."""
        return select(self.configs, self.in_force(tree), tree, self.options, self.rules, expect=expect)

    def in_force(self, tree: Tree) -> list[Config]:
        """The configurations of all files that are read: what is known of code holds whichever are reported on."""
        return self.configs.in_force(_code_of(tree))

    def knowing(self, tree: Tree) -> AbstractContextManager[None]:
        """A context in which is known what configurations tell of code."""
        joined: dict[str, frozenset[str]] = {}
        for config in self.in_force(tree):
            for key, words in config.known.items():
                field = key.replace("-", "_")
                joined[field] = joined.get(field, frozenset()).union(word.text for word in words)
        return extended(Known(**joined))

    def _said(self, found: Sequence[Finding], selection: Selection) -> tuple[list[Finding], list[Finding]]:
        """What is said of some findings of one workspace, and what is left out as its rule is not selected.

        Kindred rules speak of a container once; one that is not selected takes the word from none that is, and what it
        would say of a container that such a one speaks of is not left out, but said.
        What is settled is joined by itself.
        """
        taken = [f for f in found if selection.takes(f)]
        said = said_once([f for f in taken if f.settled is None], self.rules)
        said += said_once([f for f in taken if f.settled is not None], self.rules)
        heard = {(f.container, rule) for f in said if f.container for rule in self._near[f.rule]}
        silent = [f for f in found if not selection.takes(f) and (f.container, f.rule) not in heard]
        return said, said_once([f for f in silent if f.settled is None], self.rules)


def judge_of(tree: Tree, options: Options, configs: Configs, cwd: str) -> Judge:
    """The judge of a tree, with the rules that the configurations of its files name."""
    return Judge(options, configs, rules_of(options, configs, _code_of(tree), cwd))
