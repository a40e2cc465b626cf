"""Where reports go: each format to a file of its own, one of them to standard output."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

from gomaplint.errors import UserError

NAMES = ("text", "concise", "json", "sarif", "github", "gitlab", "checkstyle")


class Target(NamedTuple):
    """A format and the file it is written to, None for standard output; `said` is what the user typed for it."""

    format: str
    path: str | None
    said: str


def read_formats(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> list[Target]:
    """Read NAME or NAME:FILE, where the file - is standard output."""
    return [_read(value) for value in values]


def _read(value: str) -> Target:
    name, colon, path = value.partition(":")
    said = f"--format {value}"
    if name not in NAMES:
        import difflib

        close = difflib.get_close_matches(name.lower(), NAMES, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(NAMES)}"
        raise UserError(f"{said}: no format '{name}'; {hint}")
    if colon and not path:
        raise UserError(f"{said} names no file; write {name}:FILE, or {name} for standard output")
    return Target(name, path if path not in ("", "-") else None, said)


def complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the formats that begin so."""
    return [CompletionItem(name) for name in NAMES if name.startswith(incomplete)]


def with_output(targets: Sequence[Target], output: str | None) -> list[Target]:
    """The targets, the one without a file sent to `output`; "-" is standard output.

    Raises UserError where two would go to standard output or to one file.
    """
    loose = [target for target in targets if target.path is None]
    if output is not None and not loose:
        raise UserError(f"--output {output}: every format has a file of its own; leave --output out")
    if len(loose) > 1:
        one, other = loose[0].format, loose[1].format
        raise UserError(
            f"only one format goes to standard output or --output, not {one} and {other};"
            f" write --format {other}:FILE for one of them"
        )
    if output not in (None, "-"):
        targets = [
            t._replace(path=output, said=f"--output {output}") if t.path is None else t for t in targets
        ]
    files: dict[str, Target] = {}
    for target in targets:
        if target.path is None or (os.path.exists(target.path) and not os.path.isfile(target.path)):
            continue  # a pipe or a device takes more than one
        before = files.setdefault(os.path.realpath(target.path), target)
        if before is not target:
            raise UserError(f"{before.said} and {target.said} write one file; name another for one of them")
    return list(targets)
