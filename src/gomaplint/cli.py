"""The command line: the only place that prints, exits, and looks at clock, arguments and environment."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.shell_completion import CompletionItem, add_completion_class, get_completion_class

from gomaplint import __version__, collector
from gomaplint.arguments import (
    complete_rule,
    complete_word,
    expect_pattern,
    find_rule,
    read_place,
    rules_here,
    typed,
)
from gomaplint.errors import UserError
from gomaplint.targets import Target, with_output
from gomaplint.usage import (
    NO_WORDS,
    Command,
    DefaultGroup,
    EqualSigns,
    changing,
    comparing,
    configuring,
    keeping,
    own_rules,
    reading,
    selecting,
    showing,
)

if TYPE_CHECKING:
    from gomaplint.config import Configs, Options, Since
    from gomaplint.finding import Note, Report
    from gomaplint.output import Progress
    from gomaplint.report import Style

PROGRAM = "gomaplint"
COMPLETE = "_GOMAPLINT_COMPLETE"
NOTES_SHOWN = 20


def run() -> None:
    """Run the command line as a process of its own."""
    # A new Python would look for modules in the current folder, which is mostly the one to be checked.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    with collector.off_for_good():
        status = main()
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0 clean, 1 findings, 2 an error."""
    add_completion_class(EqualSigns)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what the encoding lacks is shown escaped, never a crash
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(arguments, prog_name=PROGRAM, complete_var=COMPLETE, standalone_mode=False)
    except UserError as error:
        return _complain(str(error), error.exit_code)
    except click.ClickException as error:
        message = " ".join(error.format_message().split())  # click lists choices a line each
        return _complain(message[:1].lower() + message[1:].rstrip("."), 2)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Exception:
        import traceback

        traceback.print_exc()
        return _complain("this is a fault of gomaplint; please report it, with the lines above", 2)
    return status if isinstance(status, int) else 0


def _complain(message: str, status: int) -> int:
    from gomaplint.report.style import safe

    click.echo(safe(f"{PROGRAM}: {message}"), err=True)
    return status


@click.group(
    cls=DefaultGroup,
    default="check",
    context_settings={"max_content_width": 100, "help_option_names": ["--help", "-h"]},
    epilog="Exit status: 0 nothing that fails the run, 1 findings that do (--fail-on), 2 an error.",
)
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
def cli() -> None:
    """Finds the maps that hold a Go service's memory for ever.

    Patterns are files and folders, with ... as the go command has it; none means ./...

    \b
      gomaplint ./...                      this folder and all below it
      gomaplint ./hub ./store/...          one package; a folder and all below it
      gomaplint hub/hub.go                 one file: each finding whose proof leads there
      gomaplint - < hub.go                 one file from standard input
      gomaplint why hub/hub.go:88 GML102   why a rule spoke there, or did not
    """


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
@showing
@selecting
@changing
@comparing
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
    report = _checked(_compared(options, "baseline" in typed(given), no_baseline), configs)
    _show(report, targets, category or "", statistics)
    failing = (f for f in report.findings if f.settled is None and options.fails(f.severity))
    return int(not exit_zero and any(failing))


def _compared(options: Options, named: bool, none: bool) -> Options:
    """The options with the baseline to compare with: the one that is named, or the usual one if it is there."""
    from gomaplint.baseline import default_path

    if named and none:
        raise UserError("--baseline names a file, and --no-baseline wants none; leave out one of them")
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

    began = time.perf_counter()
    with _progress() as progress:
        report = run_check(options, os.getcwd(), progress, configs=configs)
    return replace(report, seconds=time.perf_counter() - began)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    from gomaplint.output import Progress, is_terminal

    progress = Progress(sys.stderr, time.perf_counter) if is_terminal(sys.stderr, os.environ) else None
    try:
        yield progress
    finally:
        if progress:
            progress.close()


def _show(report: Report, targets: Sequence[Target], category: str, statistics: bool) -> None:
    from gomaplint.output import is_terminal, style_for_programs, write_all
    from gomaplint.report import FORMATS, STATISTICS, WHOLE, text

    if any(target.format not in WHOLE for target in targets):
        _print_notes(report.notes)
    formats = {**FORMATS, "text": STATISTICS} if statistics else FORMATS
    plain = style_for_programs(os.environ, os.getcwd(), report.sources, category)
    failed = write_all(report, targets, formats, plain)
    shown = next((target.format for target in targets if target.path is None), "")
    if shown:
        style = _style(sys.stdout) if shown in ("text", "concise") else plain
        _print(formats[shown](report, style), style)
    if shown != "text" and is_terminal(sys.stderr, os.environ):
        click.echo(text.summary(report, _style(sys.stderr)), err=True)
    if failed:
        raise UserError("; ".join(failed))


def _print_notes(notes: Sequence[Note]) -> None:
    from gomaplint.report.style import safe

    for note in notes[:NOTES_SHOWN]:
        place = f"{note.path}:{note.line}" if note.line else note.path
        click.echo(safe(f"{place or PROGRAM}: note: {note.message}"), err=True)
    if len(notes) > NOTES_SHOWN:
        click.echo(
            f"{PROGRAM}: note: {len(notes) - NOTES_SHOWN:,} more notes; --format json holds all", err=True
        )


def _print(text: str, style: Style) -> None:
    try:
        click.echo(text, nl=False, color=style.color)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more will fail at exit
        if not isinstance(error, BrokenPipeError):
            raise UserError(f"standard output: {error.strerror}") from error
        # The reader has seen enough (`| head`): no error, and the verdict stands.


def _style(stream: TextIO | None) -> Style:
    from gomaplint.output import style_for

    return style_for(stream, os.environ, os.getcwd())


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
    options = _compared(configs.options(**typed(given)), "baseline" in typed(given), no_baseline)
    every = rules_of(options, configs, [os.path.abspath(path)], os.getcwd())
    asked = [find_rule(rule, every)] if rule else every
    explanations = ask(options, os.getcwd(), path, line, asked, configs)
    style = _style(sys.stdout)
    who = asked[0].id if rule else "a rule"
    _print(page.why(explanations, style) or f"{path}:{line}: nothing here that {who} asks about\n", style)
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
    with _progress() as progress:
        changed, says = rebase(replace(options, baseline=path), os.getcwd(), prune, progress, configs)
    write(path, render(changed), said)
    click.echo(says)
    return 0


@cli.command(cls=Command, short_help="Explain a rule.")
@click.argument("rule", metavar="ID|NAME", shell_complete=complete_rule)
@own_rules
def rule(rule: str, rules: tuple[str, ...]) -> int:
    """Explain a rule: what it reports, why, how to mend it, and what it does not see."""
    from gomaplint.report import page

    style = _style(sys.stdout)
    _print(page.document(find_rule(rule, rules_here(rules, os.getcwd())).doc, style), style)
    return 0


@cli.command(cls=Command)
@own_rules
def rules(rules: tuple[str, ...]) -> int:
    """List all rules."""
    from gomaplint.report import page

    style = _style(sys.stdout)
    _print(page.table(rules_here(rules, os.getcwd()), style), style)
    return 0


@cli.command(cls=Command, short_help="Show the configuration in force, and whence it comes.")
@click.argument("path", metavar="[PATH]", default=".", type=click.Path())
@click.option("--schema", is_flag=True, help="Print the JSON schema of .gomaplint.toml.")
@reading
@configuring
@selecting
def config(path: str, schema: bool, config: str | None, isolated: bool, **given: Any) -> int:
    """Show what is in force for a file or folder, and where each key is set.

    Keys for a whole run are those of runs that start in this folder.
    """
    from gomaplint.config import Configs
    from gomaplint.config.listing import file_at, listing
    from gomaplint.config.schema import schema as of_config
    from gomaplint.judging import rules_of
    from gomaplint.selection import expect_rules

    if schema:
        click.echo(of_config(), nl=False)
        return 0
    configs = Configs(os.getcwd(), config, isolated=isolated)
    options = configs.options(**typed(given))
    file = file_at(os.getcwd(), path)
    expect_rules(configs.in_force((file,)), options, rules_of(options, configs, (file,), os.getcwd()))
    _print(listing(configs, options, file, typed(given)), _style(sys.stdout))
    return 0


@cli.command(cls=Command, short_help="Show the words that rules are made of.")
@click.argument("word", metavar="[SUBJECT|PROPERTY]", nargs=-1, shell_complete=complete_word)
def properties(word: tuple[str, ...]) -> int:
    """Show what rules can speak of, and what they can ask: everything, or one subject or property."""
    from gomaplint import vocabulary
    from gomaplint.report import page

    style = _style(sys.stdout)
    _print(page.document(vocabulary.page(" ".join(word)), style), style)
    return 0


@cli.command(cls=Command, short_help="Write a rule of your own, with a fixture.")
@click.argument("id", metavar="ID")
@click.argument("name", metavar="NAME")
@click.option(
    "--subject",
    default="growth",
    metavar="SUBJECT",
    shell_complete=complete_word,
    help="What it speaks of: 'gomaplint properties' lists the subjects.",
    show_default=True,
)
@click.option(
    "--in",
    "folder",
    type=click.Path(),
    default="lint",
    metavar="DIR",
    help="Where it is written.",
    show_default=True,
)
def new(id: str, name: str, subject: str, folder: str) -> int:
    """Write a rule of your own that works as it stands, and a fixture that shows what it reports."""
    from gomaplint import scaffold

    style = _style(sys.stdout)
    _print(scaffold.told(scaffold.write(id, name, subject, Path(folder)), Path(folder)), style)
    return 0


@cli.command(cls=Command, short_help="Test rules of your own on their fixtures.")
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path())
def test(folders: tuple[str, ...]) -> int:
    """Test rules of your own: what DIR/rules say of DIR/fixtures; DIR is lint where none is named."""
    from gomaplint.report.style import plural, safe
    from gomaplint.testing import run_own

    trial = run_own([Path(folder) for folder in folders or ("lint",)])
    tried = f"{plural(trial.rules, 'rule')}, {plural(trial.fixtures, 'fixture')}"
    lines = [
        *trial.failures,
        f"{tried}: {plural(len(trial.failures), 'failure') if trial.failures else 'as wanted'}",
    ]
    _print("".join(f"{safe(line)}\n" for line in lines), _style(sys.stdout))
    return int(bool(trial.failures))


@cli.command(cls=Command)
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the completion script of bash, zsh or fish.

    \b
      bash: eval "$(gomaplint completion bash)" in ~/.bashrc
      zsh:  eval "$(gomaplint completion zsh)" in ~/.zshrc
      fish: gomaplint completion fish > ~/.config/fish/completions/gomaplint.fish
    """
    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(cli, {}, PROGRAM, COMPLETE).source())
    return 0
