"""The whole pipeline as one function: from options and a folder to a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from pathlib import Path

from gomaplint import baseline, collector
from gomaplint.agreement import families
from gomaplint.baseline import changes as of_baseline
from gomaplint.baseline.lines import Baseline
from gomaplint.baseline.runs import compared, held, in_baseline
from gomaplint.changes import Changes, changed
from gomaplint.config import Configs, Options
from gomaplint.discover import NoGoFiles, Tree, discover, expect_places, stdin_file
from gomaplint.engine import Engine, Explanation
from gomaplint.errors import UserError
from gomaplint.finding import Finding, Note, Original, Report, files_named
from gomaplint.judging import Judge, Judged, Progress, judge_of, rules_of
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.model.symbols import File
from gomaplint.rule import Rule
from gomaplint.selection import Selection, shown_by
from gomaplint.settle import explained
from gomaplint.since import concerned, made
from gomaplint.span import Span
from gomaplint.strangers import strangers

__all__ = ["Explanation", "check", "rebase", "why"]


def check(
    options: Options,
    cwd: str,
    progress: Progress | None = None,
    overlay: Mapping[str, bytes] = {},
    configs: Configs | None = None,
    wanted: Callable[[Finding], bool] | None = None,
) -> Report:
    """Report what the rules find in the files that the patterns match.

    Where a pattern names a single file, that is every finding of which a place of the proof lies in it.
    With `options.since`, only what the change made is reported, and only what it has part in is loaded.
    `overlay` holds content that stands for that of files on disk, by absolute path.
    `configs` tell of each file which findings show; without them no configuration is read.
    `wanted` tells which of them the user asks for, where the report is to have more.
    """
    configs = configs or Configs(cwd, isolated=True)
    changes = changed(options.since, cwd).over(overlay) if options.since is not None else None
    if changes is not None and not changes.files:
        expect_places(options.patterns, cwd)
        rules = rules_of(options, configs, (), cwd)
        held(options, cwd, rules)  # what is wrong with it is told whatever the change
        return Report((), (Note("", 0, f"no Go file differs from {changes.since}"),), rules=rules)
    tree, overlay = _tree(options, cwd, configs, overlay, changes)
    judge = judge_of(tree, options, configs, cwd)
    known = held(options, cwd, judge.rules)
    with collector.paused():  # the model is built once and lives to the end
        seen = judge.judged(tree, overlay, progress=progress)
        found, aside = _asked(seen, seen.findings)
        notes = [*seen.run.notes, *_configured(judge, seen)]
        others: Sequence[Finding] = ()
        if changes is not None:
            wanted = wanted or shown_by(configs, options, cwd)
            found, others = made(changes, seen, found, judge.rules, judge.judged, cwd, wanted)
        if known is not None:
            matched = compared(known, seen, found, [*aside, *others], options, cwd, judge.rules)
            found = matched.findings
            notes += of_baseline.notes(known, matched, baseline.command(known.path, "--prune", known.reads))
        return _report(judge, seen, found, others, notes, wanted or seen.selection.shows)


def _report(
    judge: Judge,
    seen: Judged,
    found: Sequence[Finding],
    others: Sequence[Finding],
    notes: Sequence[Note],
    wanted: Callable[[Finding], bool],
) -> Report:
    """What is shown of some findings, and what is not; `others` are not made by the change that is asked about."""
    shows = seen.selection.shows
    sure = sorted(filter(shows, found), key=_order)
    settled = [f for f in sure if f.settled and not judge.options.show_suppressed]
    shown = [f for f in sure if not f.settled or judge.options.show_suppressed]
    withheld = Counter(f.settled.how for f in settled if f.settled)
    withheld["not selected"] = sum(map(wanted, _asked(seen, seen.left_out)[0]))
    withheld["not made by this change"] = sum(wanted(f) and f.settled is None for f in others)
    return Report(
        shown,
        sorted(notes),
        dict(Counter(f.confidence for f in found if f.settled is None and not shows(f))),
        {how: count for how, count in withheld.items() if count},
        settled,
        sources=_sources(seen.run, shown),
        originals=_originals(seen.run, seen.tree, shown),
        files=seen.run.files,
        lines=seen.run.lines,
        rules=judge.rules,
    )


def rebase(
    options: Options,
    cwd: str,
    prune: bool = False,
    progress: Progress | None = None,
    configs: Configs | None = None,
) -> tuple[Baseline, str]:
    """The baseline of `options` as it is to be written, with what is found now or only without what is gone.

    The second part of the result says what was done.
    """
    assert options.baseline is not None
    configs = configs or Configs(cwd, isolated=True)
    tree, overlay = _tree(options, cwd, configs, {})
    judge = judge_of(tree, options, configs, cwd)
    there = os.path.exists(os.path.join(cwd, options.baseline))
    reads = baseline.reads_of(options)
    known = held(options, cwd, judge.rules) if there or prune else None
    if known is not None and known.reads != reads:
        says = (
            f"{known.path}: was written with other options: {known.reads or 'none'}; now: {reads or 'none'}"
        )
        raise UserError(f"{says}; use the same, or write these behind 'gomaplint-baseline 1'")
    known = known or Baseline(baseline.shown(options.baseline, cwd), reads)
    with collector.paused():  # the model is built once and lives to the end
        seen = judge.judged(tree, overlay, progress=progress)
        matched = compared(known, seen, *_asked(seen, seen.findings), options, cwd, judge.rules)
    if prune:
        return of_baseline.pruned(known, matched)
    return of_baseline.written(known, matched, families(judge.rules), seen.selection.shows)


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
    judge = judge_of(tree, options, configs, cwd)
    known = held(options, cwd, judge.rules)
    place = os.path.abspath(os.path.join(cwd, path))
    shown = next((f.path for f in tree.files if f.absolute == place), path)
    # Inserts in other files of the module are asked about too: the line may be a declaration.
    every = tuple(replace(f, reported=not f.vendored) for f in tree.files)
    out: list[Explanation] = []
    selection = judge.selection(tree)
    with collector.paused(), judge.knowing(tree):  # the model is built once and lives to the end
        knowing = copy_context()
        for space in load(replace(tree, files=every), options).workspaces:
            engine = Engine(Analysis(space))
            settled = explained(engine, judge.rules)
            unsettled = partial(_needs_entry, selection, settled)
            for rule in rules:
                for told in engine.explain(rule, shown, line, judge.rules, selection, settled):
                    said = in_baseline(told, known, engine, judge.rules, unsettled) if known else told
                    out.append(said._replace(evidence=partial(knowing.run, said.evidence)))
    if len(rules) > 1:
        # A rule whose first condition fails speaks of another kind of thing.
        out = [e for e in out if not e.rows or e.rows[0][1].holds is not False]
    return sorted(out, key=lambda e: (e.at, e.subject))


def _needs_entry(selection: Selection, settled: Callable[[str, str, Span], str], finding: Finding) -> bool:
    """Nothing but a baseline could keep a finding back: its rule is selected, and no comment settles it."""
    return selection.takes(finding) and not settled(finding.rule, finding.container, finding.at)


def _tree(
    options: Options,
    cwd: str,
    configs: Configs,
    overlay: Mapping[str, bytes],
    changes: Changes | None = None,
) -> tuple[Tree, Mapping[str, bytes]]:
    """The files of a run, and the content that stands for that on disk."""
    if changes is not None:
        return _concerned(options, cwd, configs, changes), overlay
    if options.stdin is None:
        return _found(options, cwd, configs), overlay
    tree = stdin_file(options.stdin_filename or "stdin.go", cwd)
    overlay = {**{f.absolute: options.stdin for f in tree.files if f.reported}, **overlay}
    if options.stdin_filename is None:
        # A text without a place belongs to no package: it is judged alone.
        tree = replace(tree, files=tuple(f for f in tree.files if f.reported))
    return tree, overlay


def _found(options: Options, cwd: str, configs: Configs) -> Tree:
    """The files that the patterns match, and those of their modules."""
    own = [*map(Path, options.rules), *configs.run.layer.rule_folders]
    # Fixtures of own rules are faulty on purpose.
    beside = [os.path.abspath(Path(cwd, folder, os.pardir, "fixtures")) for folder in own]
    return discover(options.patterns, cwd, all_modules=options.all_modules, without=beside)


def _concerned(options: Options, cwd: str, configs: Configs, changes: Changes) -> Tree:
    """The files of a run that a change has part in."""
    try:
        tree = _found(options, cwd, configs)
    except NoGoFiles as nothing:
        return Tree((), (), (Note("", 0, str(nothing)),))  # the change may have taken away the last one
    return concerned(tree, changes, cwd, tests=options.tests)


def _asked(seen: Judged, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings of which a place of the proof lies in a file that was asked for, and the others."""
    asked = {f.path for f in seen.tree.files if f.reported}
    found: list[Finding] = []
    aside: list[Finding] = []
    for f in findings:
        (found if any(place.path in asked for place in f.places) else aside).append(f)
    return found, aside


def _configured(judge: Judge, seen: Judged) -> Iterable[Note]:
    """What to say of configurations that hold something which does not count here."""
    yield from judge.configs.idle(judge.configs.in_force(f.absolute for f in seen.tree.files if f.reported))
    yield from strangers(judge.in_force(seen.tree), seen.run.workspaces, seen.tree.modules)


def _order(f: Finding) -> tuple[object, ...]:
    return (f.at, f.rule, f.message)


def _sources(run: Run, found: Sequence[Finding]) -> dict[str, list[str]]:
    """The lines of every file that a finding names."""
    wanted = files_named(found)
    return {
        file.path: file.source.decode("utf-8", "surrogateescape").split("\n")
        for space in run.workspaces
        for file in space.files
        if file.path in wanted
    }


def _originals(run: Run, tree: Tree, found: Sequence[Finding]) -> dict[str, Original]:
    """Every file that a fix would change."""
    named = {edit.path for f in found for fix in f.fixes for edit in fix.edits}
    places = {f.path: f for f in tree.files if f.path in named}
    return {
        file.path: Original(
            places[file.path].absolute, file.source, _closed(file, places[file.path].reported)
        )
        for space in run.workspaces
        for file in space.files
        if file.path in places
    }


def _closed(file: File, asked: bool) -> str:
    """Why a file must not be changed."""
    if not file.reported:
        return "is generated, vendored, or built only with other tags"
    if file.facts.error is not None or file.opaque:
        return "does not parse"
    try:
        file.source.decode()
    except UnicodeDecodeError:
        return "is not in UTF-8"
    return "" if asked else "is not among the files that were asked for"
