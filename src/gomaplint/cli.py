"""The command line: the only place that prints, exits, and looks at clock, arguments and environment."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.shell_completion import CompletionItem, add_completion_class, get_completion_class

from gomaplint import __version__, collector
from gomaplint.errors import UserError
from gomaplint.usage import (
    NO_WORDS,
    Command,
    DefaultGroup,
    EqualSigns,
    expect_pattern,
    own_rules,
    read_place,
    reading,
    showing,
)

if TYPE_CHECKING:
    from gomaplint.config import Options
    from gomaplint.finding import Note, Report
    from gomaplint.report import Style
    from gomaplint.rule import Rule

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
@showing
def check(
    patterns: tuple[str, ...],
    format: str,
    category: str | None,
    output: str | None,
    min_confidence: str,
    fail_on: str,
    stdin_filename: str | None,
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
    if category and format != "sarif":
        raise UserError("--category is written into SARIF; add --format sarif")
    output = None if output == "-" else output
    if output is not None:
        expect_writable(output)
    options = Options(
        patterns=patterns or ("./...",),
        min_confidence=Confidence[min_confidence.upper()],
        stdin_filename=stdin_filename,
        stdin=sys.stdin.buffer.read() if from_stdin else None,
        **reads,
    )
    report = _checked(options)
    _show(report, format, output, category)
    failing = fail_on != "never" and any(f.severity >= Severity[fail_on.upper()] for f in report.findings)
    return int(failing)


def _checked(options: Options) -> Report:
    from gomaplint.check import check as run_check
    from gomaplint.output import Progress, is_terminal

    began = time.perf_counter()
    progress = Progress(sys.stderr, time.perf_counter) if is_terminal(sys.stderr, os.environ) else None
    try:
        report = run_check(options, os.getcwd(), progress)
    finally:
        if progress:
            progress.close()
    return replace(report, seconds=time.perf_counter() - began)


def _show(report: Report, format: str, output: str | None, category: str | None) -> None:
    from gomaplint.output import is_terminal, repository, write
    from gomaplint.report import FORMATS, WHOLE, Style, text

    if format not in WHOLE:
        _print_notes(report.notes)
    style = _style(sys.stdout) if output is None else Style(cwd=os.getcwd())
    if format == "sarif":
        style = replace(style, root=repository(os.getcwd(), report.sources), category=category or "")
    rendered = FORMATS[format](report, style)
    if output is None:
        _print(rendered, style)
    else:
        write(output, rendered)
    if (output is not None or format != "text") and is_terminal(sys.stderr, os.environ):
        click.echo(text.summary(report, _style(sys.stderr)), err=True)


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


def _rules(folders: Sequence[str]) -> tuple[Rule, ...]:
    """The built-in rules and those of further folders."""
    from gomaplint.rule import load_rules

    return load_rules([Path(folder) for folder in folders], os.getcwd())


def _complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    wanted = incomplete.lower()
    try:
        rules = _rules(ctx.params.get("rules", ()))
    except UserError:  # told when the command runs
        rules = _rules(())
    ids = [CompletionItem(rule.id, help=rule.name) for rule in rules if rule.id.lower().startswith(wanted)]
    names = [CompletionItem(rule.name, help=rule.id) for rule in rules if rule.name.startswith(wanted)]
    return ids or names


def _complete_word(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from gomaplint.vocabulary import words

    told = words(subjects_only=param.name == "subject")
    return [CompletionItem(word, help=doc) for word, doc in told.items() if word.startswith(incomplete)]


def _find_rule(wanted: str, among: Sequence[Rule]) -> Rule:
    import difflib

    rules = {name.lower(): rule for rule in among for name in (rule.id, rule.name)}
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

    path, line = place
    options = Options(**reads)
    every = _rules(options.rules)
    asked = [_find_rule(rule, every)] if rule else every
    explanations = ask(options, os.getcwd(), path, line, asked)
    style = _style(sys.stdout)
    who = asked[0].id if rule else "a rule"
    _print(page.why(explanations, style) or f"{path}:{line}: nothing here that {who} asks about\n", style)
    return 0


@cli.command(cls=Command, short_help="Explain a rule.")
@click.argument("rule", metavar="ID|NAME", shell_complete=_complete_rule)
@own_rules
def rule(rule: str, rules: tuple[str, ...]) -> int:
    """Explain a rule: what it reports, why, how to mend it, and what it does not see."""
    from gomaplint.report import page

    style = _style(sys.stdout)
    _print(page.document(_find_rule(rule, _rules(rules)).doc, style), style)
    return 0


@cli.command(cls=Command)
@own_rules
def rules(rules: tuple[str, ...]) -> int:
    """List all rules."""
    from gomaplint.report import page

    style = _style(sys.stdout)
    _print(page.table(_rules(rules), style), style)
    return 0


@cli.command(cls=Command, short_help="Show the words that rules are made of.")
@click.argument("word", metavar="[SUBJECT|PROPERTY]", nargs=-1, shell_complete=_complete_word)
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
    shell_complete=_complete_word,
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
