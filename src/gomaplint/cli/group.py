"""The group of all commands; `check` is meant where none is named."""

from __future__ import annotations

import click

from gomaplint import __version__
from gomaplint.usage import DefaultGroup

PROGRAM = "gomaplint"
COMPLETE = "_GOMAPLINT_COMPLETE"


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
      gomaplint hub/hub.go                 one file, wherever a proof leads to it
      gomaplint - < hub.go                 one file from standard input
      gomaplint why hub/hub.go:88 GML102   why a rule spoke there, or did not
    """
