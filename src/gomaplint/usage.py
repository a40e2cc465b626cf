"""The shape of the command line: a default command, and the options in their sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import click
from click.shell_completion import BashComplete, CompletionItem

from gomaplint.arguments import (
    read_confidence,
    read_fail_on,
    read_jobs,
    read_size,
    read_version,
    split_rules,
    split_tags,
)
from gomaplint.targets import complete_formats, read_formats

NO_WORDS = "gomaplint.no_words"
"""The key under which a context tells that nothing stands before the word to be completed."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Option(click.Option):
    """An option that --help shows in a section of its own."""

    def __init__(self, *args: Any, section: str = "Other", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        both = record is not None and self.secondary_opts
        return (f"--[no-]{self.opts[0][2:]}", record[1]) if both and record else record


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


def add(*options: Callable[[_Function], _Function]) -> Callable[[_Function], _Function]:
    """Add options to a command, to be listed in the order given."""

    def decorate(function: _Function) -> _Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_read = partial(click.option, cls=Option, section="What is read")
_configured = partial(click.option, cls=Option, section="What is configured")
_new = partial(click.option, cls=Option, section="Only what is new")
_change = partial(click.option, cls=Option, section="What is changed", is_flag=True)
_show = partial(click.option, cls=Option, section="What is shown", show_default=True)

_min_confidence = _show(
    "--min-confidence",
    type=click.Choice(["low", "medium", "high"]),
    default="high",
    callback=read_confidence,
    metavar="LEVEL",
    help="Least to be shown: low, medium or high.",
)
_baseline = _new(
    "--baseline",
    type=click.Path(),
    metavar="FILE",
    help="What was there before, and is not reported; 'gomaplint baseline' writes it.",
)
own_rules = _read(
    "--rules",
    multiple=True,
    type=click.Path(),
    metavar="DIR",
    help="Ask the rules in this folder, too; may be given several times.",
)
"""The option of all commands that speak of rules."""

reading = add(
    _read(
        "--tests/--no-tests",
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
    own_rules,
    _read("--all-modules/--no-all-modules", help="Read the modules nested in this one, too."),
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

configuring = add(
    _configured(
        "--config",
        type=click.Path(),
        metavar="FILE",
        help="Take this file in place of the .gomaplint.toml nearest to each file.",
    ),
    _configured("--isolated", is_flag=True, help="Read no configuration."),
)

selecting = add(
    _configured(
        "--select",
        multiple=True,
        callback=split_rules,
        metavar="RULES",
        help="Report these rules and no others, by id, name, prefix or family: GML102,growth.",
    ),
    _configured(
        "--ignore",
        multiple=True,
        callback=split_rules,
        metavar="RULES",
        help="Leave out these rules, too.",
    ),
    _min_confidence,
    _show(
        "--fail-on",
        type=click.Choice(["note", "warning", "error", "never"]),
        default="note",
        callback=read_fail_on,
        metavar="SEVERITY",
        help="Least that fails the run: note, warning, error, never.",
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
        "--exit-zero",
        is_flag=True,
        show_default=False,
        help="Exit with 0 whatever was found and whatever --fail-on says; with 2 on an error.",
    ),
)

changing = add(
    _new(
        "--since",
        metavar="COMMIT",
        help="Only what the change from COMMIT to the working tree made.",
    ),
    _new(
        "--since-merge-base",
        metavar="BRANCH",
        help="Only what the change made since HEAD left BRANCH.",
    ),
)

comparing = add(
    _baseline,
    _new("--no-baseline", is_flag=True, help="Report what is in the baseline, too."),
)

keeping = add(
    _min_confidence,
    _baseline,
    _new("--prune", is_flag=True, help="Take out what is gone, and add nothing."),
)

fixing = add(
    _change("--fix", help="Change files: mend what has a fix that leaves what the program does as it is."),
    _change("--unsafe-fixes", help="Take fixes that need eyes on them, too, with --fix or --diff."),
    _change("--diff", help="Show on standard output what --fix would change, and change nothing."),
)
