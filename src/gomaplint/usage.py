"""The shape of the command line: a default command, the options in their sections, the kinds of values."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import click
from click.shell_completion import BashComplete, CompletionItem

from gomaplint.errors import UserError
from gomaplint.goversion import GoVersion, parse
from gomaplint.targets import complete_formats, read_formats

NO_WORDS = "gomaplint.no_words"
"""The key under which a context tells that nothing stands before the word to be completed."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Option(click.Option):
    """An option that --help shows in a section of its own."""

    def __init__(self, *args: Any, section: str = "Other", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


def write_sections(
    options: Iterable[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write options, each section under its name, in the order they were declared in."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for option in options:
        record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
        if record is not None:
            sections.setdefault(getattr(option, "section", "Other"), []).append(record)
    for name in sorted(sections, key=lambda name: name == "Other"):
        with formatter.section(name):
            formatter.write_dl(sections[name])


class Command(click.Command):
    """A command whose --help has sections, and may show the words after its name differently."""

    def __init__(self, *args: Any, usage: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usage = usage

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [self.usage] if self.usage else super().collect_usage_pieces(ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = super().shell_complete(ctx, incomplete)
        if ctx.parent and ctx.meta.get(NO_WORDS) and incomplete.startswith("-"):
            known = {item.value for item in items}
            more = ctx.parent.command.shell_complete(ctx.parent, incomplete)
            items += [item for item in more if item.value not in known]
        return items

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections(self.get_params(ctx), ctx, formatter)


class DefaultGroup(click.Group):
    """Commands, one of which is meant when the first word is none of them."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for param in self.get_params(ctx) for name in param.opts}
        ctx.meta[NO_WORDS] = not args
        if not args or args[0] not in (*self.commands, *own):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[OPTIONS] [PATTERN]...")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGUMENT]...", prefix=" " * len("Usage: "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_sections([*self.commands[self.default].params, *self.get_params(ctx)], ctx, formatter)
        self.format_commands(ctx, formatter)


class EqualSigns(BashComplete):
    """Completion for bash, which makes three words of --format=json."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        return [arg for arg in args if arg != "="], incomplete


def read_size(ctx: click.Context, param: click.Parameter, text: str) -> int:
    """Read a number of bytes, such as 2000000, 2MB or 512KiB."""
    found = re.fullmatch(r"(\d[\d_]*(?:\.\d+)?)\s*([kmg]i?)?b?", text.strip(), re.IGNORECASE)
    size = int(float(found[1]) * _FACTORS[(found[2] or "").lower()]) if found else 0
    if size < 1:
        raise click.BadParameter(
            f"'{text}' is no size; write bytes, or a number with kB, MB or MiB", ctx, param
        )
    return size


_FACTORS = {
    "": 1,
    "k": 1_000,
    "m": 1_000_000,
    "g": 1_000_000_000,
    "ki": 1 << 10,
    "mi": 1 << 20,
    "gi": 1 << 30,
}


def read_version(ctx: click.Context, param: click.Parameter, text: str | None) -> GoVersion | None:
    """Read a Go language version such as 1.21."""
    version = None if text is None else parse(text)
    if version is None and text is not None:
        raise click.BadParameter(f"'{text}' is no Go version; write it as 1.21", ctx, param)
    return version


def read_jobs(ctx: click.Context, param: click.Parameter, number: int) -> int:
    """Refuse a number of processes that nobody can have meant."""
    if number < 0:
        raise click.BadParameter("a number of processes is 0 or more", ctx, param)
    return number


def split_tags(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> frozenset[str]:
    """Read "--tags a,b --tags c" as go does."""
    return frozenset(tag for value in values for tag in re.split(r"[,\s]+", value) if tag)


def read_place(ctx: click.Context, param: click.Parameter, text: str) -> tuple[str, int]:
    """Read FILE:LINE, or FILE:LINE:COLUMN as reports print it."""
    found = re.fullmatch(r"(.+?):(\d+)(?::\d+)?:?", text, re.DOTALL)
    if found is None or int(found[2]) < 1:
        raise UserError(f"'{text}' is no place; write FILE:LINE, such as hub/hub.go:88")
    return found[1], int(found[2])


def expect_pattern(word: str, first: bool, commands: Iterable[str]) -> None:
    """Refuse a bare word, which only a command could be, with the best guess at what was meant."""
    if word == "-" or any(sign in word for sign in "/\\.*"):
        return
    import difflib

    if not word:
        raise UserError("a pattern is empty; write ./... for all packages below this folder")
    if word in commands:
        raise UserError(f"'{word}' is a command and must come first; a folder is written ./{word}")
    what = f"no command '{word}'" if first else f"'{word}' is no pattern"
    if first and word in ("help", "version"):
        raise UserError(f"{what}; write --{word}")
    close = difflib.get_close_matches(word.lower(), commands, n=1) if first else []
    if os.path.isdir(word):
        raise UserError(f"{what}; the folder is written ./{word}")
    if close:
        raise UserError(f"{what}; did you mean '{close[0]}'?")
    raise UserError(f"{what}; patterns look like ./..., ./hub or main.go")


def add(*options: Callable[[_Function], _Function]) -> Callable[[_Function], _Function]:
    """Add options to a command, to be listed in the order given."""

    def decorate(function: _Function) -> _Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_read = partial(click.option, cls=Option, section="What is read")
_change = partial(click.option, cls=Option, section="What is changed", is_flag=True)
_show = partial(click.option, cls=Option, section="What is shown", show_default=True)

reading = add(
    _read(
        "--tests",
        is_flag=True,
        help="Report on _test.go files, too; on growth never, as a test's maps end with it.",
    ),
    _read(
        "--tags",
        multiple=True,
        callback=split_tags,
        metavar="A,B",
        help="Report on files behind these build tags, too; systems and architectures need none.",
    ),
    _read(
        "--go",
        callback=read_version,
        metavar="VERSION",
        help="Take every file as this Go version, such as 1.21.",
    ),
    _read("--all-modules", is_flag=True, help="Read the modules nested in this one, too."),
    _read(
        "--max-file-size",
        callback=read_size,
        default="2MB",
        show_default=True,
        metavar="SIZE",
        help="Leave larger files unparsed.",
    ),
    _read(
        "--jobs",
        type=int,
        default=0,
        callback=read_jobs,
        metavar="N",
        help="Number of processes; 0 chooses.",
        show_default=True,
    ),
)

showing = add(
    _read(
        "--stdin-filename",
        type=click.Path(),
        metavar="FILE",
        help="What to call the file that the pattern - reads.",
    ),
    _show(
        "--format",
        "targets",
        multiple=True,
        default=["text"],
        callback=read_formats,
        shell_complete=complete_formats,
        metavar="NAME[:FILE]",
        help="text, concise, json, sarif, github, gitlab or checkstyle; several, if all but one have a file.",
    ),
    _show(
        "--category",
        metavar="NAME",
        help="What tells this SARIF file from others that are uploaded for one commit.",
    ),
    _show(
        "--output",
        type=click.Path(),
        metavar="FILE",
        help="The file of the format that has none; without it, standard output.",
    ),
    _show(
        "--statistics", is_flag=True, show_default=False, help="Count by rule in place of the text report."
    ),
    _show(
        "--show-suppressed",
        is_flag=True,
        show_default=False,
        help="Show what is suppressed or in the baseline, too; it fails no run.",
    ),
    _show(
        "--min-confidence",
        type=click.Choice(["low", "medium", "high"]),
        default="high",
        metavar="LEVEL",
        help="Least to be shown: low, medium or high.",
    ),
    _show(
        "--fail-on",
        type=click.Choice(["note", "warning", "error", "never"]),
        default="note",
        metavar="SEVERITY",
        help="Least that fails the run: note, warning, error, never.",
    ),
    _show(
        "--exit-zero",
        is_flag=True,
        show_default=False,
        help="Exit with 0 whatever was found and whatever --fail-on says; with 2 on an error.",
    ),
)

fixing = add(
    _change("--fix", help="Change files: mend what has a fix that leaves what the program does as it is."),
    _change("--unsafe-fixes", help="Take fixes that need eyes on them, too, with --fix or --diff."),
    _change("--diff", help="Show on standard output what --fix would change, and change nothing."),
)


def expect_fixing(fix: bool, unsafe_fixes: bool, diff: bool, from_stdin: bool, to_file: bool) -> None:
    """Refuse wishes about fixes that contradict each other."""
    if fix and diff:
        raise UserError("--diff shows what --fix would change; leave out one of them")
    if unsafe_fixes and not fix and not diff:
        raise UserError(
            "--unsafe-fixes says which fixes to take; add --diff to see them or --fix to make them"
        )
    if fix and from_stdin:
        raise UserError("--fix changes files, and - is none; --diff shows what it would change")
    if diff and to_file:
        raise UserError("--diff writes no report; leave out --output")
