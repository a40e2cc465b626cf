"""The whole pipeline as one function: from options and a folder to a report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gomaplint import collector
from gomaplint.agreement import said_once
from gomaplint.changes import Changes, changed
from gomaplint.config import Options
from gomaplint.discover import NoGoFiles, Tree, discover, expect_places, stdin_file
from gomaplint.engine import Engine, Explanation
from gomaplint.finding import Finding, Note, Report
from gomaplint.load import Run, load
from gomaplint.model.maps import Analysis
from gomaplint.rule import Rule, load_rules
from gomaplint.since import State, concerned, made

__all__ = ["Explanation", "check", "why"]

Progress = Callable[[int, int], None]


def check(
    options: Options, cwd: str, progress: Progress | None = None, overlay: Mapping[str, bytes] = {}
) -> Report:
    """Report what the rules find in the files that the patterns match.

    Where a pattern names a single file, that is every finding of which a place of the proof lies in it.
    With `options.since`, only what the change made is reported, and only what it has part in is loaded.
    `overlay` holds content that stands for that of files on disk, by absolute path.
    """
    changes = changed(options.since, cwd) if options.since is not None else None
    if changes is not None and not changes.files:
        expect_places(options.patterns, cwd)
        return Report((), (Note("", 0, f"no Go file differs from {changes.since}"),))
    rules = load_rules()
    with collector.paused():  # the model is built once and lives to the end
        tree, overlay = _tree(options, cwd, overlay, changes)
        now = _state(tree, options, overlay, rules, progress)
        asked = {f.path for f in tree.files if f.reported}
        found = [f for f in now.findings if any(place.path in asked for place in f.places)]
        withheld: dict[str, int] = {}
        if changes is not None:
            found, others = made(
                changes,
                now._replace(findings=found),
                rules,
                options.min_confidence,
                lambda tree, contents, rules: _state(tree, options, contents, rules),
                cwd,
            )
            withheld |= {"not made by this change": others} if others else {}
        shown = sorted((f for f in found if f.confidence >= options.min_confidence), key=_order)
        hidden = Counter(f.confidence for f in found if f.confidence < options.min_confidence)
        return Report(
            shown,
            now.run.notes,
            dict(hidden),
            withheld,
            sources=_sources(now.run, shown),
            files=now.run.files,
            lines=now.run.lines,
            rules=rules,
        )


def _state(
    tree: Tree,
    options: Options,
    overlay: Mapping[str, bytes],
    rules: Sequence[Rule],
    progress: Progress | None = None,
) -> State:
    run = load(tree, options, overlay, progress)
    spaces = [Analysis(space) for space in run.workspaces]
    return State(tree, run, spaces, judged(spaces, rules))


def judged(spaces: Sequence[Analysis], rules: Sequence[Rule]) -> list[Finding]:
    """What the rules report in some workspaces, in no order; kindred rules speak of a container once."""
    return [f for space in spaces for f in said_once(Engine(space).findings(rules), rules)]


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
            for rule in rules:
                out += engine.explain(rule, shown, line, every_rule)
    if len(rules) > 1:
        # A rule whose first condition fails speaks of another kind of thing.
        out = [e for e in out if not e.rows or e.rows[0][1].holds is not False]
    return sorted(out, key=lambda e: (e.at, e.subject))


def _tree(
    options: Options, cwd: str, overlay: Mapping[str, bytes], changes: Changes | None
) -> tuple[Tree, Mapping[str, bytes]]:
    """The files of a run, and the content that stands for that on disk."""
    if changes is not None:
        return _concerned(options, cwd, changes), overlay
    if options.stdin is None:
        return discover(options.patterns, cwd, all_modules=options.all_modules), overlay
    tree = stdin_file(options.stdin_filename or "stdin.go", cwd)
    overlay = {**overlay, **{f.absolute: options.stdin for f in tree.files if f.reported}}
    if options.stdin_filename is None:
        # A text without a place belongs to no package: it is judged alone.
        tree = replace(tree, files=tuple(f for f in tree.files if f.reported))
    return tree, overlay


def _concerned(options: Options, cwd: str, changes: Changes) -> Tree:
    """The files of a run that a change has part in."""
    try:
        tree = discover(options.patterns, cwd, all_modules=options.all_modules)
    except NoGoFiles as nothing:
        return Tree((), (), (Note("", 0, str(nothing)),))  # the change may have taken away the last one
    return concerned(tree, changes, cwd, tests=options.tests)


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
