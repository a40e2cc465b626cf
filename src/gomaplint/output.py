"""Where output goes: the look of a terminal, a progress bar on it, a file written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

import click

from gomaplint.errors import UserError
from gomaplint.finding import Original
from gomaplint.report.style import Style

PATIENCE = 1.0  # seconds without a sign of life that nobody minds


def is_terminal(stream: TextIO | None, env: Mapping[str, str]) -> bool:
    """Tell whether a person watches who can be shown more than plain lines."""
    return stream is not None and stream.isatty() and env.get("TERM") != "dumb"


def style_for(stream: TextIO | None, env: Mapping[str, str], cwd: str) -> Style:
    """Ask the environment who reads: https://no-color.org, https://force-color.org, https://bixense.com/clicolors."""
    terminal = is_terminal(stream, env)
    forced = any(env.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    wanted = forced or (terminal and env.get("CLICOLOR") != "0")
    color = wanted and not env.get("NO_COLOR")
    width = min(max(shutil.get_terminal_size().columns, 60), 160) if terminal else 100
    return Style(color=color, links=color and terminal and env.get("TERM") != "linux", width=width, cwd=cwd)


class Progress:
    """A bar on a terminal, drawn only when a run takes long and wiped when it ends."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self.stream = stream
        self.clock = clock
        self.began = clock()
        self.bar: Any = None  # the class of click's bar is private

    def __call__(self, done: int, total: int) -> None:
        if self.bar is None:
            if self.clock() - self.began < PATIENCE:
                return
            self.bar = click.progressbar(length=total, label="Reading Go files", file=self.stream, width=30)
            self.bar.__enter__()
        self.bar.length = total
        self.bar.update(done - self.bar.pos)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            click.echo("\x1b[1A\r\x1b[2K", file=self.stream, nl=False, color=True)


def repository(cwd: str, paths: Iterable[str]) -> str:
    """The folder of the repository that holds some files, found by its .git; without one, the current folder."""
    folder = os.path.commonpath([os.path.join(cwd, path) for path in paths] or [cwd])
    while folder != os.path.dirname(folder):
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        folder = os.path.dirname(folder)
    return cwd


def expect_writable(path: str) -> None:
    """Fail before a long run, not after it."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise UserError(f"--output {path}: is a folder; name a file in it")
    if not os.path.exists(path) and not os.path.isdir(folder):
        raise UserError(f"--output {path}: there is no folder {os.path.dirname(path)}")


def write(path: str, text: str) -> None:
    """Write the whole file or leave the old one as it was."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a pipe or a device has no old content to keep
            with open(path, "wb") as stream:
                stream.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise UserError(f"--output {path}: {error.strerror}") from error


def obstacle(original: Original) -> str:
    """Why the content of a Go file cannot be replaced, "" where it can."""
    target = os.path.realpath(original.absolute)
    try:
        with open(target, "rb") as stream:
            if stream.read() != original.content:
                return "has changed since it was read"
        mode = os.stat(target).st_mode
    except OSError as error:
        return f"cannot be read again: {error.strerror}"
    if not mode & 0o222 or not os.access(target, os.W_OK):
        return "is read-only"
    writable = os.access(os.path.dirname(target), os.W_OK | os.X_OK)
    return "" if writable else "lies in a folder that is read-only"


def rewrite(original: Original, content: bytes) -> str:
    """Replace the content of a Go file, whole or not at all, and say why that was not possible, if it was not."""
    why = obstacle(original)
    try:
        if not why:
            _replace(os.path.realpath(original.absolute), content)
    except OSError as error:
        return f"cannot be written: {error.strerror}"
    return why


def _replace(target: str, data: bytes) -> None:
    draft = f"{target}.{os.getpid()}.tmp"
    with open(draft, "xb") as stream:
        try:
            stream.write(data)
            stream.flush()
            if os.path.exists(target):
                shutil.copymode(target, draft)
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise
