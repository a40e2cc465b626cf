"""What is typed behind options and commands: how each value is read, and what is said of a wrong one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from gomaplint.errors import UserError
from gomaplint.goversion import GoVersion, parse

if TYPE_CHECKING:
    from gomaplint.finding import Confidence, Severity
    from gomaplint.rule import Rule


def read_size(ctx: click.Context, param: click.Parameter, text: str) -> int:
    """Read a number of bytes, such as 2000000, 2MB or 512KiB."""
    from gomaplint.config.values import size

    found = size(text)
    if found is None:
        raise click.BadParameter(
            f"'{text}' is no size; write bytes, or a number with kB, MB or MiB", ctx, param
        )
    return found


def read_confidence(ctx: click.Context, param: click.Parameter, word: str) -> Confidence:
    """Read a level of confidence."""
    from gomaplint.config.values import CONFIDENCES

    return CONFIDENCES[word]


def read_fail_on(ctx: click.Context, param: click.Parameter, word: str) -> Severity | None:
    """Read the least severity that fails a run; None where none does."""
    from gomaplint.config.values import FAILING

    return FAILING[word]


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


def split_rules(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Read "--select a,b --select c"."""
    words = tuple(word for value in values for word in re.split(r"[,\s]+", value) if word)
    if values and not words:
        raise click.BadParameter("no rule is named; write ids, names or families: GML102,growth", ctx, param)
    return words


def typed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a command's options that somebody typed: the others leave it to the configuration."""
    source = click.get_current_context().get_parameter_source
    return {name: value for name, value in given.items() if source(name) is not ParameterSource.DEFAULT}


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


def expect_fixing(fix: bool, unsafe_fixes: bool, diff: bool, from_stdin: bool, reported: bool) -> None:
    """Refuse wishes about fixes that contradict each other."""
    if fix and diff:
        raise UserError("--diff shows what --fix would change; leave out one of them")
    if unsafe_fixes and not fix and not diff:
        raise UserError(
            "--unsafe-fixes says which fixes to take; add --diff to see them or --fix to make them"
        )
    if fix and from_stdin:
        raise UserError("--fix changes files, and - is none; --diff shows what it would change")
    if diff and reported:
        raise UserError("--diff writes a diff in place of a report; leave out --format and --output")


def rules_here(folders: Iterable[str], cwd: str) -> tuple[Rule, ...]:
    """The rules that are there in a folder: built-in ones, those of its configuration, and those of further folders."""
    from gomaplint.config import Configs
    from gomaplint.rule import load_rules

    own = Configs(cwd).run.layer.rule_folders
    return load_rules([*(Path(cwd, folder) for folder in folders), *own], cwd)


def complete_rule(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the id or name of a rule."""
    from gomaplint.rule import load_rules

    wanted = incomplete.lower()
    try:
        rules = rules_here(ctx.params.get("rules", ()), os.getcwd())
    except UserError:  # told when the command runs
        rules = load_rules()
    ids = [CompletionItem(rule.id, help=rule.name) for rule in rules if rule.id.lower().startswith(wanted)]
    names = [CompletionItem(rule.name, help=rule.id) for rule in rules if rule.name.startswith(wanted)]
    return ids or names


def complete_word(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a word that rules are made of."""
    from gomaplint.vocabulary import words

    told = words(subjects_only=param.name == "subject")
    return [CompletionItem(word, help=doc) for word, doc in told.items() if word.startswith(incomplete)]


def find_rule(wanted: str, among: Sequence[Rule]) -> Rule:
    """The rule of an id or a name; a UserError with the best guess where there is none."""
    import difflib

    rules = {name.lower(): rule for rule in among for name in (rule.id, rule.name)}
    if wanted.lower() in rules:
        return rules[wanted.lower()]
    close = [rules[name] for name in difflib.get_close_matches(wanted.lower(), rules, n=1)]
    hint = f"did you mean {close[0].id} ({close[0].name})?" if close else "'gomaplint rules' lists them"
    raise UserError(f"no rule '{wanted}'; {hint}")
