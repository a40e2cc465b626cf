"""The command line: the only place that prints, exits, and looks at clock, arguments and environment."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.shell_completion import CompletionItem, add_completion_class, get_completion_class

from gomaplint import __version__, collector
from gomaplint.errors import UserError
from gomaplint.targets import Target, with_output
from gomaplint.usage import (
    NO_WORDS,
    Command,
    DefaultGroup,
    EqualSigns,
    expect_fixing,
    expect_pattern,
    fixing,
    read_place,
    reading,
    showing,
)

if TYPE_CHECKING:
    from gomaplint.config import Options
    from gomaplint.finding import Note, Report
    from gomaplint.mending import Mended
    from gomaplint.output import Progress
    from gomaplint.report import Style
    from gomaplint.rule import Rule

PROGRAM = "gomaplint"
COMPLETE = "_GOMAPLINT_COMPLETE"
NOTES_SHOWN = 20


def run() -> None:
    """Run the command line as a process of its own."""
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
@fixing
@showing
def check(
    patterns: tuple[str, ...],
    targets: list[Target],
    category: str | None,
    output: str | None,
    statistics: bool,
    show_suppressed: bool,
    min_confidence: str,
    fail_on: str,
    exit_zero: bool,
    stdin_filename: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    **reads: Any,
) -> int:
    """Check Go code, which gomaplint does as well when the first word is no command."""
    from gomaplint.config import Options
    from gomaplint.finding import Confidence, Severity
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
    if statistics and not formats & {"text", "json"}:
        raise UserError("--statistics takes the place of the text report; add --format text")
    targets = with_output(targets, output)
    expect_fixing(fix, unsafe_fixes, diff, from_stdin, any(target.path is not None for target in targets))
    for target in targets:
        expect_writable(target)
    options = Options(
        patterns=patterns or ("./...",),
        min_confidence=Confidence[min_confidence.upper()],
        show_suppressed=show_suppressed,
        stdin_filename=stdin_filename,
        stdin=sys.stdin.buffer.read() if from_stdin else None,
        **reads,
    )
    if diff:
        return _shown(options, unsafe_fixes)
    began = time.perf_counter()
    report, failed = _fixed(options, unsafe_fixes) if fix else (_checked(options), False)
    _show(replace(report, seconds=time.perf_counter() - began), targets, category or "", statistics)
    if failed:
        return 2
    if exit_zero or fail_on == "never":
        return 0
    return int(any(f.severity >= Severity[fail_on.upper()] for f in report.findings if not f.settled))


@contextmanager
def _progress() -> Iterator[Progress | None]:
    from gomaplint.output import Progress, is_terminal

    progress = Progress(sys.stderr, time.perf_counter) if is_terminal(sys.stderr, os.environ) else None
    try:
        yield progress
    finally:
        if progress:
            progress.close()


def _checked(options: Options) -> Report:
    from gomaplint.check import check as run_check

    with _progress() as progress:
        return run_check(options, os.getcwd(), progress)


def _fixed(options: Options, unsafe: bool) -> tuple[Report, bool]:
    """Change files; what remains, and whether there are some that could not be changed."""
    from gomaplint.mending import fix_files

    with _progress() as progress:
        mended = fix_files(options, os.getcwd(), unsafe=unsafe, progress=progress)
    _tell(mended, "fixed", unsafe)
    return mended.report, bool(mended.obstacles)


def _shown(options: Options, unsafe: bool) -> int:
    """Show what would be changed."""
    from gomaplint.mending import mend
    from gomaplint.patching import diff

    with _progress() as progress:
        mended = mend(options, os.getcwd(), unsafe=unsafe, progress=progress)
    _print_notes(mended.report.notes)
    _print("".join(map(diff, mended.changes)).encode(), _style(None))  # a terminal without UTF-8 or not
    _tell(mended, "would fix", unsafe)
    return int(bool(mended.changes))


def _tell(mended: Mended, verb: str, unsafe: bool) -> None:
    from gomaplint.mending import told
    from gomaplint.report.style import safe

    for line in told(mended, verb, unsafe):
        click.echo(safe(line), err=True)


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


def _print(text: str | bytes, style: Style) -> None:
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


def _complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from gomaplint.rule import load_rules

    wanted = incomplete.lower()
    rules = load_rules()
    ids = [CompletionItem(rule.id, help=rule.name) for rule in rules if rule.id.lower().startswith(wanted)]
    names = [CompletionItem(rule.name, help=rule.id) for rule in rules if rule.name.startswith(wanted)]
    return ids or names


def _find_rule(wanted: str) -> Rule:
    import difflib

    from gomaplint.rule import load_rules

    rules = {name.lower(): rule for rule in load_rules() for name in (rule.id, rule.name)}
    if wanted.lower() in rules:
        return rules[wanted.lower()]
    close = [rules[name] for name in difflib.get_close_matches(wanted.lower(), rules, n=1)]
    hint = f"did you mean {close[0].id} ({close[0].name})?" if close else f"'{PROGRAM} rules' lists them"
    raise UserError(f"no rule '{wanted}'; {hint}")


@cli.command(cls=Command, short_help="Show what a rule asked at one place, and the answers.")
@click.argument("place", metavar="FILE:LINE", type=click.Path(), callback=read_place)
@click.argument("rule", metavar="[ID|NAME]", required=False, shell_complete=_complete_rule)
@reading
def why(place: tuple[str, int], rule: str | None, **reads: Any) -> int:
    """Show every condition of a rule with its answer at one place, for a finding or for a silence.

    Without a rule, all rules that have something to say about the place are shown.
    """
    from gomaplint.check import why as ask
    from gomaplint.config import Options
    from gomaplint.report import page
    from gomaplint.rule import load_rules

    path, line = place
    asked = [_find_rule(rule)] if rule else list(load_rules())
    explanations = ask(Options(**reads), os.getcwd(), path, line, asked)
    style = _style(sys.stdout)
    who = asked[0].id if rule else "a rule"
    _print(page.why(explanations, style) or f"{path}:{line}: nothing here that {who} asks about\n", style)
    return 0


@cli.command(cls=Command, short_help="Explain a rule.")
@click.argument("rule", metavar="ID|NAME", shell_complete=_complete_rule)
def rule(rule: str) -> int:
    """Explain a rule: what it reports, why, how to mend it, and what it does not see."""
    from gomaplint.report import page

    style = _style(sys.stdout)
    _print(page.document(_find_rule(rule).doc, style), style)
    return 0


@cli.command(cls=Command)
def rules() -> int:
    """List all rules."""
    from gomaplint.report import page
    from gomaplint.rule import load_rules

    style = _style(sys.stdout)
    _print(page.table(load_rules(), style), style)
    return 0


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
