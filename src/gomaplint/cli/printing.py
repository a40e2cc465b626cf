"""What is printed, and how it looks where it is read."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from gomaplint.cli.group import PROGRAM
from gomaplint.errors import UserError

if TYPE_CHECKING:
    from gomaplint.finding import Note, Report
    from gomaplint.output import Progress
    from gomaplint.report import Style
    from gomaplint.targets import Target

_NOTES_SHOWN = 20


@contextmanager
def progress() -> Iterator[Progress | None]:
    """A progress bar, where somebody watches who can be shown one."""
    from gomaplint.output import Progress, is_terminal

    bar = Progress(sys.stderr, time.perf_counter) if is_terminal(sys.stderr, os.environ) else None
    try:
        yield bar
    finally:
        if bar:
            bar.close()


def show(report: Report, targets: Sequence[Target], category: str, statistics: bool) -> None:
    """Write every report to its place, and the notes of the run to standard error."""
    from gomaplint.output import is_terminal, style_for_programs, write_all
    from gomaplint.report import FORMATS, STATISTICS, WHOLE, text

    if any(target.format not in WHOLE for target in targets):
        print_notes(report.notes)
    formats = {**FORMATS, "text": STATISTICS} if statistics else FORMATS
    plain = style_for_programs(os.environ, os.getcwd(), report.sources, category)
    failed = write_all(report, targets, formats, plain)
    shown = next((target.format for target in targets if target.path is None), "")
    if shown:
        style = style_of(sys.stdout) if shown in ("text", "concise") else plain
        print_text(formats[shown](report, style), style)
    if shown != "text" and is_terminal(sys.stderr, os.environ):
        click.echo(text.summary(report, style_of(sys.stderr)), err=True)
    if failed:
        raise UserError("; ".join(failed))


def print_notes(notes: Sequence[Note]) -> None:
    """Print the notes of a run to standard error."""
    from gomaplint.report.style import safe

    for note in notes[:_NOTES_SHOWN]:
        place = f"{note.path}:{note.line}" if note.line else note.path
        click.echo(safe(f"{place or PROGRAM}: note: {note.message}"), err=True)
    if len(notes) > _NOTES_SHOWN:
        click.echo(
            f"{PROGRAM}: note: {len(notes) - _NOTES_SHOWN:,} more notes; --format json holds all", err=True
        )


def print_text(text: str | bytes, style: Style) -> None:
    """Print to standard output."""
    try:
        click.echo(text, nl=False, color=style.color)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more will fail at exit
        if not isinstance(error, BrokenPipeError):
            raise UserError(f"standard output: {error.strerror}") from error
        # The reader has seen enough (`| head`): no error, and the verdict stands.


def style_of(stream: TextIO | None) -> Style:
    """How text looks on a stream, or in a file."""
    from gomaplint.output import style_for

    return style_for(stream, os.environ, os.getcwd())
