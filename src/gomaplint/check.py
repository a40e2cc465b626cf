"""The whole pipeline as one function: from options and a folder to a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from functools import partial

from gomaplint import collector
from gomaplint.agreement import kin, said_once
from gomaplint.config import Config, Configs, Options
from gomaplint.discover import Tree, discover, stdin_file
from gomaplint.engine import Engine, Explanation
from gomaplint.finding import Finding, Report
from gomaplint.knowledge.team import Known, extended
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.rule import Rule, load_rules
from gomaplint.selection import Selection, select
from gomaplint.strangers import strangers

__all__ = ["Explanation", "check", "why"]

Progress = Callable[[int, int], None]


def check(
    options: Options,
    cwd: str,
    progress: Progress | None = None,
    overlay: Mapping[str, bytes] = {},
    configs: Configs | None = None,
) -> Report:
    """Report what the rules find in the files that the patterns match.

    Where a pattern names a single file, that is every finding of which a place of the proof lies in it.
    `overlay` holds content that stands for that of files on disk, by absolute path.
    `configs` tell of each file which findings show; without them no configuration is read.
    """
    configs = configs or Configs(cwd, isolated=True)
    rules = load_rules()
    with collector.paused():  # the model is built once and lives to the end
        tree, overlay = _tree(options, cwd, overlay)
        in_force = _in_force(configs, tree)
        selection = select(configs, in_force, tree, options, rules)
        run = load(tree, options, overlay, progress)
        asked = {f.path for f in tree.files if f.reported}
        with extended(_known(in_force)):
            every, left_out = judged(run, rules, selection)
        found = [selection.graded(f) for f in every if _leads_to(asked, f)]
        shown = sorted((f for f in found if selection.shows(f)), key=_order)
        hidden = Counter(f.confidence for f in found if not selection.shows(f))
        not_selected = sum(selection.shows(f) and _leads_to(asked, f) for f in left_out)
        reported = configs.in_force(f.absolute for f in tree.files if f.reported)
        notes = [*run.notes, *configs.idle(reported), *strangers(in_force, run.workspaces, tree.modules)]
        return Report(
            shown,
            sorted(notes),
            dict(hidden),
            {"not selected": not_selected} if not_selected else {},
            sources=_sources(run, shown),
            files=run.files,
            lines=run.lines,
            rules=rules,
        )


def judged(run: Run, rules: Sequence[Rule], selection: Selection) -> tuple[list[Finding], list[Finding]]:
    """What the rules report in the files of a run, and what is left out as its rule is not selected, in no order.

    Kindred rules speak of a container once; one that is not selected takes the word from none that is, and what it
    would say of a container that such a one speaks of is not left out, but said.
    """
    near = {rule.id: {other.id for other in kin(rule, rules)} for rule in rules}
    every: list[Finding] = []
    left_out: list[Finding] = []
    for space in run.workspaces:
        found = Engine(Analysis(space)).findings(rules)
        said = said_once([f for f in found if selection.takes(f)], rules)
        heard = {(f.container, rule) for f in said if f.container for rule in near[f.rule]}
        silent = [f for f in found if not selection.takes(f) and (f.container, f.rule) not in heard]
        every += said
        left_out += said_once(silent, rules)
    return every, left_out


def why(
    options: Options,
    cwd: str,
    path: str,
    line: int,
    rules: Sequence[Rule],
    configs: Configs | None = None,
) -> list[Explanation]:
    """Explain what rules think of a line; an empty list where nothing on the line is a subject of theirs."""
    configs = configs or Configs(cwd, isolated=True)
    tree = discover((path,), cwd, all_modules=options.all_modules)
    place = os.path.abspath(os.path.join(cwd, path))
    shown = next((f.path for f in tree.files if f.absolute == place), path)
    # Inserts in other files of the module are asked about too: the line may be a declaration.
    every = tuple(replace(f, reported=not f.vendored) for f in tree.files)
    out: list[Explanation] = []
    every_rule = load_rules()
    in_force = _in_force(configs, tree)
    selection = select(configs, in_force, tree, options, every_rule)
    with collector.paused(), extended(_known(in_force)):  # the model is built once and lives to the end
        knowing = copy_context()
        for space in load(replace(tree, files=every), options).workspaces:
            engine = Engine(Analysis(space))
            for rule in rules:
                for told in engine.explain(rule, shown, line, every_rule, selection):
                    out.append(told._replace(evidence=partial(knowing.run, told.evidence)))
    if len(rules) > 1:
        # A rule whose first condition fails speaks of another kind of thing.
        out = [e for e in out if not e.rows or e.rows[0][1].holds is not False]
    return sorted(out, key=lambda e: (e.at, e.subject))


def _in_force(configs: Configs, tree: Tree) -> list[Config]:
    """The configurations of all files that are read: what is known of code holds whichever of them are reported on."""
    return configs.in_force(f.absolute for f in tree.files if not f.vendored)


def _known(configs: Sequence[Config]) -> Known:
    """What some configurations tell of code, joined."""
    joined: dict[str, frozenset[str]] = {}
    for key, words in (pair for config in configs for pair in config.known.items()):
        field = key.replace("-", "_")
        joined[field] = joined.get(field, frozenset()).union(word.text for word in words)
    return Known(**joined)


def _tree(options: Options, cwd: str, overlay: Mapping[str, bytes]) -> tuple[Tree, Mapping[str, bytes]]:
    """The files of a run, and the content that stands for that on disk."""
    if options.stdin is None:
        return discover(options.patterns, cwd, all_modules=options.all_modules), overlay
    tree = stdin_file(options.stdin_filename or "stdin.go", cwd)
    overlay = {**overlay, **{f.absolute: options.stdin for f in tree.files if f.reported}}
    if options.stdin_filename is None:
        # A text without a place belongs to no package: it is judged alone.
        tree = replace(tree, files=tuple(f for f in tree.files if f.reported))
    return tree, overlay


def _leads_to(asked: Collection[str], finding: Finding) -> bool:
    """A place of the proof lies in a file that was asked for."""
    return any(place.path in asked for place in finding.places)


def _order(f: Finding) -> tuple[object, ...]:
    return (f.at, f.rule, f.message)


def _sources(run: Run, found: list[Finding]) -> dict[str, list[str]]:
    """The lines of every file that a finding names."""
    wanted = {place.path for f in found for place in f.places}
    return {
        file.path: file.source.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
        for space in run.workspaces
        for file in space.files
        if file.path in wanted
    }
