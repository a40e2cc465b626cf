"""The commands about rules, configuration and the shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from click.shell_completion import get_completion_class

from gomaplint.arguments import complete_rule, complete_word, find_rule, rules_here, typed
from gomaplint.cli.group import COMPLETE, PROGRAM, cli
from gomaplint.cli.printing import print_text, style_of
from gomaplint.usage import Command, configuring, own_rules, reading, selecting


@cli.command(cls=Command, short_help="Explain a rule.")
@click.argument("rule", metavar="ID|NAME", shell_complete=complete_rule)
@own_rules
def rule(rule: str, rules: tuple[str, ...]) -> int:
    """Explain a rule: what it reports, why, how to mend it, and what it does not see."""
    from gomaplint.report import page

    style = style_of(sys.stdout)
    print_text(page.document(find_rule(rule, rules_here(rules, os.getcwd())).doc, style), style)
    return 0


@cli.command(cls=Command)
@own_rules
def rules(rules: tuple[str, ...]) -> int:
    """List all rules."""
    from gomaplint.report import page

    style = style_of(sys.stdout)
    print_text(page.table(rules_here(rules, os.getcwd()), style), style)
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
    print_text(listing(configs, options, file, typed(given)), style_of(sys.stdout))
    return 0


@cli.command(cls=Command, short_help="Show the words that rules are made of.")
@click.argument("word", metavar="[SUBJECT|PROPERTY]", nargs=-1, shell_complete=complete_word)
def properties(word: tuple[str, ...]) -> int:
    """Show what rules can speak of, and what they can ask: everything, or one subject or property."""
    from gomaplint import vocabulary
    from gomaplint.report import page

    style = style_of(sys.stdout)
    print_text(page.document(vocabulary.page(" ".join(word)), style), style)
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

    style = style_of(sys.stdout)
    print_text(scaffold.told(scaffold.write(id, name, subject, Path(folder)), Path(folder)), style)
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
    print_text("".join(f"{safe(line)}\n" for line in lines), style_of(sys.stdout))
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
