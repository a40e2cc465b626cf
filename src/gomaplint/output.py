"""Where output goes: the look of a terminal, a progress bar on it, a file written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

import click

from gomaplint.errors import UserError
from gomaplint.finding import Original, Report
from gomaplint.report.style import Style
from gomaplint.targets import Target

if TYPE_CHECKING:
    from gomaplint.report import Render

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
    folder = os.path.commonpath([os.path.normpath(os.path.join(cwd, path)) for path in paths] or [cwd])
    while folder != os.path.dirname(folder):
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        folder = os.path.dirname(folder)
    return cwd


def style_for_programs(env: Mapping[str, str], cwd: str, paths: Iterable[str], category: str) -> Style:
    """What programs need to find the files that a report names, in their repository and at GitHub.

    The names are those of https://docs.github.com/en/actions/reference/workflows-and-actions/variables.
    """
    server, project, commit = (env.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    blob = f"{server}/{quote(project)}/blob/{quote(commit)}" if server and project and commit else ""
    return Style(
        cwd=cwd,
        root=repository(cwd, paths),
        category=category,
        blob=blob,
        summary=env.get("GITHUB_STEP_SUMMARY", ""),
    )


def expect_writable(path: str, said: str) -> None:
    """Fail before a long run, not after it; `said` is how the user named the file."""
    if os.path.isdir(path):
        raise UserError(f"{said}: is a folder; name a file in it")
    if not os.path.exists(path) and not os.path.isdir(os.path.dirname(os.path.realpath(path))):
        raise UserError(f"{said}: there is no folder {os.path.dirname(path)}")


def write(path: str, text: str, said: str) -> None:
    """Write the whole file or leave the old one as it was; `said` is how the user named it."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a pipe or a device has no old content to keep
            with open(path, "wb") as stream:
                stream.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise UserError(f"{said}: {error.strerror}") from error


def write_all(
    report: Report, targets: Iterable[Target], formats: Mapping[str, Render], style: Style
) -> list[str]:
    """Write each report that goes to a file, and the job summary beside GitHub's; return what went wrong."""
    failed = []
    for target in targets:
        try:
            if target.path is not None:
                write(target.path, formats[target.format](report, style), target.said)
            if target.format == "github" and style.summary:
                _append_summary(report, style)
        except UserError as error:
            failed.append(str(error))
    return failed


def _append_summary(report: Report, style: Style) -> None:
    """Append a page to the job summary of a GitHub step, in the room that is left there."""
    from gomaplint.report.github import SUMMARY_SIZE, job_summary

    path = style.summary
    try:
        used = os.path.getsize(path) if os.path.exists(path) else 0
        page = job_summary(report, style, SUMMARY_SIZE - used)
        if not page:
            raise UserError(f"GITHUB_STEP_SUMMARY {path}: GitHub takes 1 MiB of a step, and no room is left")
        with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(page)
    except OSError as error:
        raise UserError(f"GITHUB_STEP_SUMMARY {path}: {error.strerror}") from error


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
