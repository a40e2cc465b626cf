"""The whole pipeline as one function: from options and a folder to a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gomaplint import collector
from gomaplint.agreement import said_once
from gomaplint.config import Options
from gomaplint.discover import Tree, discover, stdin_file
from gomaplint.engine import Engine, Explanation
from gomaplint.finding import Finding, Original, Report, files_named
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.model.symbols import File
from gomaplint.rule import Rule, load_rules
from gomaplint.settle import explained, settle

__all__ = ["Explanation", "check", "why"]

Progress = Callable[[int, int], None]


def check(
    options: Options, cwd: str, progress: Progress | None = None, overlay: Mapping[str, bytes] = {}
) -> Report:
    """Report what the rules find in the files that the patterns match.

    Where a pattern names a single file, that is every finding of which a place of the proof lies in it.
    `overlay` holds content that stands for that of files on disk and of standard input, by absolute path.
    """
    rules = load_rules()
    with collector.paused():  # the model is built once and lives to the end
        tree, overlay = _tree(options, cwd, overlay)
        run = load(tree, options, overlay, progress)
        asked = {f.path for f in tree.files if f.reported}
        every = judged(run, rules)
        found = [f for f in every if any(place.path in asked for place in f.places)]
        sure = sorted((f for f in found if f.confidence >= options.min_confidence), key=_order)
        hidden = Counter(f.confidence for f in found if f.confidence < options.min_confidence)
        settled = [f for f in sure if f.settled and not options.show_suppressed]
        shown = [f for f in sure if not f.settled or options.show_suppressed]
        withheld = Counter(f.settled.how for f in settled if f.settled)
        return Report(
            shown,
            run.notes,
            dict(hidden),
            dict(withheld),
            settled,
            sources=_sources(run, shown),
            originals=_originals(run, tree, shown),
            files=run.files,
            lines=run.lines,
            rules=rules,
        )


def judged(run: Run, rules: Sequence[Rule]) -> list[Finding]:
    """What the rules report in the files of a run, in no order; kindred rules speak of a container once.

    What is settled is joined by itself.
    """
    out: list[Finding] = []
    for space in run.workspaces:
        found = settle(Engine(Analysis(space)), rules)
        out += said_once([f for f in found if f.settled is None], rules)
        out += said_once([f for f in found if f.settled is not None], rules)
    return out


def why(options: Options, cwd: str, path: str, line: int, rules: Sequence[Rule]) -> list[Explanation]:
    """Explain what rules think of a line; an empty list where nothing on the line is a subject of theirs."""
    tree = discover((path,), cwd, all_modules=options.all_modules)
    place = os.path.abspath(os.path.join(cwd, path))
    shown = next((f.path for f in tree.files if f.absolute == place), path)
    # Inserts in other files of the module are asked about too: the line may be a declaration.
    every = tuple(replace(f, reported=not f.vendored) for f in tree.files)
    out: list[Explanation] = []
    every_rule = load_rules()
    with collector.paused():  # the model is built once and lives to the end
        for space in load(replace(tree, files=every), options).workspaces:
            engine = Engine(Analysis(space))
            settled = explained(engine, every_rule)
            for rule in rules:
                out += engine.explain(rule, shown, line, every_rule, settled)
    if len(rules) > 1:
        # A rule whose first condition fails speaks of another kind of thing.
        out = [e for e in out if not e.rows or e.rows[0][1].holds is not False]
    return sorted(out, key=lambda e: (e.at, e.subject))


def _tree(options: Options, cwd: str, overlay: Mapping[str, bytes]) -> tuple[Tree, Mapping[str, bytes]]:
    """The files of a run, and the content that stands for that on disk."""
    if options.stdin is None:
        return discover(options.patterns, cwd, all_modules=options.all_modules), overlay
    tree = stdin_file(options.stdin_filename or "stdin.go", cwd)
    overlay = {**{f.absolute: options.stdin for f in tree.files if f.reported}, **overlay}
    if options.stdin_filename is None:
        # A text without a place belongs to no package: it is judged alone.
        tree = replace(tree, files=tuple(f for f in tree.files if f.reported))
    return tree, overlay


def _order(f: Finding) -> tuple[object, ...]:
    return (f.at, f.rule, f.message)


def _sources(run: Run, found: list[Finding]) -> dict[str, list[str]]:
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
