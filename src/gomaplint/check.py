"""The whole pipeline as one function: from options and a folder to a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gomaplint import baseline, collector
from gomaplint.agreement import families, said_once
from gomaplint.baseline import changes
from gomaplint.baseline.extent import RunExtent
from gomaplint.baseline.lines import Baseline
from gomaplint.baseline.matching import Match, in_force, key_of, match, surest_first
from gomaplint.config import Options
from gomaplint.discover import Tree, discover, stdin_file
from gomaplint.engine import Engine, Explanation
from gomaplint.errors import UserError
from gomaplint.finding import Finding, Report
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.rule import Rule, load_rules

__all__ = ["Explanation", "check", "rebase", "why"]

Progress = Callable[[int, int], None]


def check(
    options: Options, cwd: str, progress: Progress | None = None, overlay: Mapping[str, bytes] = {}
) -> Report:
    """Report what the rules find in the files that the patterns match.

    Where a pattern names a single file, that is every finding of which a place of the proof lies in it.
    `overlay` holds content that stands for that of files on disk, by absolute path.
    """
    rules = load_rules()
    held = _held(options, cwd, rules)
    with collector.paused():  # the model is built once and lives to the end
        seen = _seen(options, cwd, rules, progress, overlay)
        run, found, notes = seen.run, seen.found, seen.run.notes
        if held is not None:
            matched = _match(held, seen, options, cwd, rules)
            found = matched.findings
            notes = sorted(notes + changes.notes(held, matched, baseline.command(held.path, "--prune")))
        withheld = Counter(f.settled.reason for f in found if f.settled is not None)
        found = [f for f in found if f.settled is None]
        shown = sorted((f for f in found if f.confidence >= options.min_confidence), key=_order)
        hidden = Counter(f.confidence for f in found if f.confidence < options.min_confidence)
        return Report(
            shown,
            notes,
            dict(hidden),
            dict(withheld),
            sources=_sources(run, shown),
            files=run.files,
            lines=run.lines,
            rules=rules,
        )


class _Seen(NamedTuple):
    """What a run came to know: the findings that were asked about, and the other ones of its modules."""

    tree: Tree
    run: Run
    found: list[Finding]
    aside: list[Finding]


def _seen(
    options: Options,
    cwd: str,
    rules: Sequence[Rule],
    progress: Progress | None,
    overlay: Mapping[str, bytes] = {},
) -> _Seen:
    tree, overlay = _tree(options, cwd, overlay)
    run = load(tree, options, overlay, progress)
    asked = {f.path for f in tree.files if f.reported}
    found: list[Finding] = []
    aside: list[Finding] = []
    for f in judged(run, rules):
        (found if any(place.path in asked for place in f.places) else aside).append(f)
    return _Seen(tree, run, found, aside)


def rebase(
    options: Options, cwd: str, prune: bool = False, progress: Progress | None = None
) -> tuple[Baseline, str]:
    """The baseline of `options` as it is to be written, with what is found now or only without what is gone.

    The second part of the result says what was done.
    """
    assert options.baseline is not None
    rules = load_rules()
    there = os.path.exists(os.path.join(cwd, options.baseline))
    reads = baseline.reads_of(options)
    held = _held(options, cwd, rules) if there or prune else None
    if held is not None and held.reads != reads:
        says = f"{held.path}: was written with other options: {held.reads or 'none'}; now: {reads or 'none'}"
        raise UserError(f"{says}; use the same, or write these behind 'gomaplint-baseline 1'")
    held = held or Baseline(baseline.shown(options.baseline, cwd), reads)
    with collector.paused():  # the model is built once and lives to the end
        matched = _match(held, _seen(options, cwd, rules, progress), options, cwd, rules)
    if prune:
        return changes.pruned(held, matched)
    return changes.written(held, matched, families(rules), options.min_confidence)


def _held(options: Options, cwd: str, rules: Sequence[Rule]) -> Baseline | None:
    if options.baseline is None:
        return None
    return in_force(baseline.read(options.baseline, cwd), families(rules))


def _match(held: Baseline, seen: _Seen, options: Options, cwd: str, rules: Sequence[Rule]) -> Match:
    folder = os.path.dirname(os.path.abspath(os.path.join(cwd, held.path)))
    narrow = options.stdin is not None or held.reads != baseline.reads_of(options)
    return match(
        held,
        seen.found,
        seen.aside,
        families(rules),
        lambda: RunExtent(seen.tree, seen.run.workspaces, folder, narrow),
    )


def judged(run: Run, rules: Sequence[Rule]) -> list[Finding]:
    """What the rules report in the files of a run, in no order; kindred rules speak of a container once."""
    return [f for space in run.workspaces for f in said_once(Engine(Analysis(space)).findings(rules), rules)]


def why(options: Options, cwd: str, path: str, line: int, rules: Sequence[Rule]) -> list[Explanation]:
    """Explain what rules think of a line; an empty list where nothing on the line is a subject of theirs."""
    tree = discover((path,), cwd, all_modules=options.all_modules)
    place = os.path.abspath(os.path.join(cwd, path))
    shown = next((f.path for f in tree.files if f.absolute == place), path)
    # Inserts in other files of the module are asked about too: the line may be a declaration.
    every = tuple(replace(f, reported=not f.vendored) for f in tree.files)
    out: list[Explanation] = []
    every_rule = load_rules()
    held = _held(options, cwd, every_rule)
    with collector.paused():  # the model is built once and lives to the end
        for space in load(replace(tree, files=every), options).workspaces:
            engine = Engine(Analysis(space))
            for rule in rules:
                told = engine.explain(rule, shown, line, every_rule)
                out += (_in_baseline(e, held, engine, every_rule) if held else e for e in told)
    if len(rules) > 1:
        # A rule whose first condition fails speaks of another kind of thing.
        out = [e for e in out if not e.rows or e.rows[0][1].holds is not False]
    return sorted(out, key=lambda e: (e.at, e.subject))


def _in_baseline(said: Explanation, held: Baseline, engine: Engine, rules: Sequence[Rule]) -> Explanation:
    """What is said of a place, with the entry of the baseline that stands for it."""
    finding = said.finding
    if finding is None:
        return said
    standing = families(rules)
    key = key_of(finding, standing)
    entry = next((e for e in held.entries if e.key == key), None)
    if entry is not None and not finding.once:
        family = [rule for rule in rules if rule.id[:-2] == finding.family]
        same = [f for f in engine.findings(family) if key_of(f, standing) == key]
        counted = sorted(same, key=surest_first)[: entry.times]
        entry = entry if any((f.rule, f.at) == (finding.rule, finding.at) for f in counted) else None
    if entry is None:
        return said
    return said._replace(outcome=f"in the baseline ({held.path}:{entry.line}); without it: {said.outcome}")


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
