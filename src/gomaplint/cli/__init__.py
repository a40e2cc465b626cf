"""The command line: the only place that prints, exits, and looks at clock, arguments and environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from click.shell_completion import add_completion_class

from gomaplint import collector
from gomaplint.cli import checking, ruling
from gomaplint.cli.group import COMPLETE, PROGRAM, cli
from gomaplint.errors import UserError
from gomaplint.usage import EqualSigns

__all__ = ["checking", "cli", "main", "ruling", "run"]


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
