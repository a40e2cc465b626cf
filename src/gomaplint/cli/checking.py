"""The commands that read Go code: check, why, baseline."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from gomaplint.arguments import complete_rule, expect_fixing, expect_pattern, find_rule, read_place, typed
from gomaplint.cli.group import cli
from gomaplint.cli.printing import print_notes, print_text, progress, show, style_of
from gomaplint.errors import UserError
from gomaplint.targets import Target, with_output
from gomaplint.usage import (
    NO_WORDS,
    Command,
    changing,
    comparing,
    configuring,
    fixing,
    keeping,
    reading,
    selecting,
    showing,
)

if TYPE_CHECKING:
    from gomaplint.config import Configs, Options, Since
    from gomaplint.finding import Report
    from gomaplint.mending import Mended


def _complete_pattern(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    items = [CompletionItem(incomplete, type="file")]
    if ctx.meta.get(NO_WORDS):
        for name, command in cli.commands.items():
            if name.startswith(incomplete):
                items.append(CompletionItem(name, help=command.get_short_help_str()))
    return items


@cli.command(
    cls=Command, usage="[OPTIONS] [PATTERN]...", short_help="Check Go code; the command when none is named."
)
@click.argument("patterns", nargs=-1, shell_complete=_complete_pattern)
@reading
@configuring
@changing
@comparing
@fixing
@selecting
@showing
def check(
    patterns: tuple[str, ...],
    targets: list[Target],
    no_baseline: bool,
    category: str | None,
    output: str | None,
    statistics: bool,
    exit_zero: bool,
    since: str | None,
    since_merge_base: str | None,
    stdin_filename: str | None,
    config: str | None,
    isolated: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    **given: Any,
) -> int:
    """Check Go code, which gomaplint does as well when the first word is no command."""
    from gomaplint.config import Configs
    from gomaplint.output import expect_writable

    for position, pattern in enumerate(patterns):
        expect_pattern(pattern, position == 0, cli.commands)
    from_stdin = "-" in patterns
    if from_stdin and len(patterns) > 1:
        raise UserError("- stands for one file from standard input and goes with no other pattern")
    if stdin_filename is not None and not from_stdin:
        raise UserError("--stdin-filename names the file that the pattern - reads; write - as well")
    formats = {target.format for target in targets}
    if category and "sarif" not in formats:
        raise UserError("--category is written into SARIF; add --format sarif")
    if from_stdin and (since is not None or since_merge_base is not None):
        raise UserError("--since compares files with a commit, and - is no file; name the file instead")
    if statistics and not formats & {"text", "json"}:
        raise UserError("--statistics takes the place of the text report; add --format text")
    targets = with_output(targets, output)
    reported = formats != {"text"} or any(target.path is not None for target in targets)
    expect_fixing(fix, unsafe_fixes, diff, from_stdin, reported)
    for target in targets:
        if target.path is not None:
            expect_writable(target.path, target.said)
    configs = Configs(os.getcwd(), config, isolated=isolated)
    options = configs.options(
        patterns=patterns or ("./...",),
        stdin_filename=stdin_filename,
        stdin=sys.stdin.buffer.read() if from_stdin else None,
        since=_since(since, since_merge_base),
        **typed(given),
    )
    options = _compared(options, configs, "baseline" in typed(given), no_baseline)
    if diff:
        return _diffed(options, configs, unsafe_fixes)
    began = time.perf_counter()
    report, failed = _fixed(options, configs, unsafe_fixes) if fix else (_checked(options, configs), False)
    show(replace(report, seconds=time.perf_counter() - began), targets, category or "", statistics)
    if failed:
        return 2
    failing = (f for f in report.findings if f.settled is None and options.fails(f.severity))
    return int(not exit_zero and any(failing))


def _compared(options: Options, configs: Configs, named: bool, none: bool) -> Options:
    """The options with the baseline to compare with: the one that is named, or the usual one if it is there."""
    from gomaplint.baseline import default_path, shown

    if named and none:
        raise UserError("--baseline names a file, and --no-baseline wants none; leave out one of them")
    said = configs.run.run.get("baseline")
    if said and not (named or none or os.path.exists(said.value)):
        there = shown(said.value, os.getcwd())
        raise UserError(f"{said.at}: baseline: there is no file {there}; 'gomaplint baseline' writes it")
    usual = default_path(os.getcwd())
    found = options.baseline or (usual if os.path.exists(usual) else None)
    return replace(options, baseline=None if none else found)


def _since(commit: str | None, branch: str | None) -> Since | None:
    """Read --since and --since-merge-base."""
    from gomaplint.config import Since

    if commit is not None and branch is not None:
        raise UserError("--since and --since-merge-base both say where the change begins; leave one out")
    if branch is not None:
        return Since(branch, merge_base=True)
    if commit == "pre-commit":
        # The commit to be made is compared with the last one; a range that pre-commit was given begins elsewhere.
        return Since(os.environ.get("PRE_COMMIT_FROM_REF") or "HEAD", untracked=False)
    return Since(commit) if commit is not None else None


def _checked(options: Options, configs: Configs) -> Report:
    from gomaplint.check import check as run_check

    with progress() as bar:
        return run_check(options, os.getcwd(), bar, configs=configs)


def _fixed(options: Options, configs: Configs, unsafe: bool) -> tuple[Report, bool]:
    """Change files; what remains, and whether there are some that could not be changed."""
    from gomaplint.mending import fix_files

    with progress() as bar:
        mended = fix_files(options, os.getcwd(), configs, unsafe=unsafe, progress=bar)
    _tell(mended, "fixed", unsafe)
    return mended.report, bool(mended.obstacles)


def _diffed(options: Options, configs: Configs, unsafe: bool) -> int:
    """Show what would be changed."""
    from gomaplint.mending import mend
    from gomaplint.patching import diff

    with progress() as bar:
        mended = mend(options, os.getcwd(), configs, unsafe=unsafe, progress=bar)
    print_notes(mended.report.notes)
    print_text("".join(map(diff, mended.changes)).encode(), style_of(None))  # a terminal without UTF-8 or not
    _tell(mended, "would fix", unsafe)
    return int(bool(mended.changes))


def _tell(mended: Mended, verb: str, unsafe: bool) -> None:
    from gomaplint.mending import told
    from gomaplint.report.style import safe

    for line in told(mended, verb, unsafe):
        click.echo(safe(line), err=True)


@cli.command(cls=Command, short_help="Show what a rule asked at one place, and the answers.")
@click.argument("place", metavar="FILE:LINE", type=click.Path(), callback=read_place)
@click.argument("rule", metavar="[ID|NAME]", required=False, shell_complete=complete_rule)
@reading
@configuring
@comparing
def why(
    place: tuple[str, int],
    rule: str | None,
    no_baseline: bool,
    config: str | None,
    isolated: bool,
    **given: Any,
) -> int:
    """Show every condition of a rule with its answer at one place, for a finding or for a silence.

    Without a rule, all rules that have something to say about the place are shown.
    """
    from gomaplint.check import why as ask
    from gomaplint.config import Configs
    from gomaplint.judging import rules_of
    from gomaplint.report import page

    path, line = place
    configs = Configs(os.getcwd(), config, isolated=isolated)
    options = _compared(configs.options(**typed(given)), configs, "baseline" in typed(given), no_baseline)
    every = rules_of(options, configs, [os.path.abspath(path)], os.getcwd())
    asked = [find_rule(rule, every)] if rule else every
    explanations = ask(options, os.getcwd(), path, line, asked, configs)
    style = style_of(sys.stdout)
    who = asked[0].id if rule else "a rule"
    print_text(page.why(explanations, style) or f"{path}:{line}: nothing here that {who} asks about\n", style)
    return 0


@cli.command(
    cls=Command,
    usage="[OPTIONS] [PATTERN]...",
    short_help="Write down what is found now: later runs report the rest.",
)
@click.argument("patterns", nargs=-1, type=click.Path())
@reading
@configuring
@keeping
def baseline(patterns: tuple[str, ...], prune: bool, config: str | None, isolated: bool, **given: Any) -> int:
    """Write down what is found now, so that later runs report only what is new.

    The file is .gomaplint-baseline, beside the configuration or at the repository's root, if none is named.
    """
    from gomaplint.baseline import default_path
    from gomaplint.baseline.lines import render
    from gomaplint.check import rebase
    from gomaplint.config import Configs
    from gomaplint.output import expect_writable, write

    for pattern in patterns:
        expect_pattern(pattern, False, cli.commands)
    if "-" in patterns:
        raise UserError("a baseline is written of files, not of standard input; name folders or files")
    configs = Configs(os.getcwd(), config, isolated=isolated)
    options = configs.options(patterns=patterns or ("./...",), **typed(given))
    path = options.baseline or default_path(os.getcwd())
    said = f"--baseline {path}"
    expect_writable(path, said)
    with progress() as bar:
        changed, says = rebase(replace(options, baseline=path), os.getcwd(), prune, bar, configs)
    write(path, render(changed), said)
    click.echo(says)
    return 0
