"""The whole pipeline as one function: from options and a folder to a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from functools import partial

from gomaplint import collector
from gomaplint.config import Configs, Options
from gomaplint.discover import Tree, discover, stdin_file
from gomaplint.engine import Engine, Explanation
from gomaplint.finding import Finding, Report
from gomaplint.judging import Judge, Progress
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.rule import Rule, load_rules
from gomaplint.settle import explained
from gomaplint.strangers import strangers

__all__ = ["Explanation", "check", "why"]


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
    judge = Judge(options, configs, load_rules())
    with collector.paused():  # the model is built once and lives to the end
        tree, overlay = _tree(options, cwd, overlay)
        seen = judge.judged(tree, overlay, progress=progress)
        run, selection = seen.run, seen.selection
        asked = {f.path for f in tree.files if f.reported}
        found = [f for f in seen.findings if _leads_to(asked, f)]
        sure = sorted(filter(selection.shows, found), key=_order)
        hidden = Counter(f.confidence for f in found if not selection.shows(f))
        settled = [f for f in sure if f.settled and not options.show_suppressed]
        shown = [f for f in sure if not f.settled or options.show_suppressed]
        withheld = Counter(f.settled.how for f in settled if f.settled)
        withheld["not selected"] = sum(selection.shows(f) and _leads_to(asked, f) for f in seen.left_out)
        reported = configs.in_force(f.absolute for f in tree.files if f.reported)
        named = strangers(judge.in_force(tree), run.workspaces, tree.modules)
        return Report(
            shown,
            sorted((*run.notes, *configs.idle(reported), *named)),
            dict(hidden),
            {how: count for how, count in withheld.items() if count},
            settled,
            sources=_sources(run, shown),
            files=run.files,
            lines=run.lines,
            rules=judge.rules,
        )


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
    judge = Judge(options, configs, load_rules())
    selection = judge.selection(tree)
    with collector.paused(), judge.knowing(tree):  # the model is built once and lives to the end
        knowing = copy_context()
        for space in load(replace(tree, files=every), options).workspaces:
            engine = Engine(Analysis(space))
            settled = explained(engine, judge.rules)
            for rule in rules:
                for told in engine.explain(rule, shown, line, judge.rules, selection, settled):
                    out.append(told._replace(evidence=partial(knowing.run, told.evidence)))
    if len(rules) > 1:
        # A rule whose first condition fails speaks of another kind of thing.
        out = [e for e in out if not e.rows or e.rows[0][1].holds is not False]
    return sorted(out, key=lambda e: (e.at, e.subject))


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
    wanted.update(edit.path for f in found for fix in f.fixes for edit in fix.edits)
    wanted.update(f.settled.at.path for f in found if f.settled and f.settled.at)
    return {
        file.path: file.source.decode("utf-8", "surrogateescape").split("\n")
        for space in run.workspaces
        for file in space.files
        if file.path in wanted
    }
