"""Findings that were there before: a file names them, and runs report what is not in it."""

from __future__ import annotations

import os

from gomaplint.baseline.lines import Baseline, parse
from gomaplint.config import Options
from gomaplint.discover.folders import relative
from gomaplint.errors import UserError

NAME = ".gomaplint-baseline"
_HOMES = (".gomaplint.toml", ".git")


def default_path(cwd: str) -> str:
    """Where the baseline of a folder lies, as seen from there: beside the configuration, or at the repository's root.

    Where neither is at or above the folder, it lies in the folder itself.
    """
    folder = cwd
    while not any(os.path.exists(os.path.join(folder, home)) for home in _HOMES):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return NAME
    return shown(os.path.join(folder, NAME), cwd)


def shown(path: str, cwd: str) -> str:
    """A file as people are shown it: as seen from the current folder, unless it lies somewhere else altogether."""
    whole = os.path.normpath(os.path.join(cwd, path))
    near = relative(whole, cwd) is not None or relative(cwd, os.path.dirname(whole)) is not None
    return (os.path.relpath(whole, cwd) if near else path).replace(os.sep, "/")


def reads_of(options: Options) -> str:
    """The options that decide on what a run can see at all, as they are typed."""
    tags = [f"--tags {','.join(sorted(options.tags))}"] if options.tags else []
    return " ".join((*["--tests"] * options.tests, *tags, *([f"--go {options.go}"] if options.go else [])))


def command(path: str, *more: str) -> str:
    """What to type to change a baseline."""
    named = [] if os.path.basename(path) == NAME else ["--baseline", path]
    return f"'{' '.join(filter(None, ('gomaplint baseline', *more, *named)))}'"


def read(path: str, cwd: str) -> Baseline:
    """Read a baseline; what cannot be read or understood is a UserError."""
    path = shown(path, cwd)
    try:
        with open(os.path.join(cwd, path), encoding="utf-8-sig", newline="") as opened:
            return parse(opened.read(), path)
    except FileNotFoundError as error:
        raise UserError(f"--baseline {path}: there is no such file; {command(path)} writes it") from error
    except OSError as error:
        raise UserError(f"--baseline {path}: {error.strerror}; name another file, or none") from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: is no text in UTF-8; remove it, and {command(path)} writes it anew"
        ) from error
