"""Where output goes."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gomaplint.errors import UserError
from gomaplint.finding import Report
from gomaplint.output import (
    Progress,
    expect_writable,
    style_for,
    style_for_programs,
    write,
    write_all,
)
from gomaplint.report import FORMATS, Style
from gomaplint.report.github import SUMMARY_SIZE
from gomaplint.targets import Target


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("env", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_the_environment_decides_on_colours(env: dict[str, str], on_terminal: bool, in_pipe: bool) -> None:
    assert (on_terminal, in_pipe) == (
        style_for(Terminal(), env, "/x").color,
        style_for(io.StringIO(), env, "/x").color,
    )


def test_links_are_for_terminals_that_can_show_them() -> None:
    assert style_for(Terminal(), {}, "/x").links
    assert not style_for(Terminal(), {"TERM": "linux"}, "/x").links
    assert not style_for(Terminal(), {"NO_COLOR": "1"}, "/x").links
    assert not style_for(io.StringIO(), {"FORCE_COLOR": "1"}, "/x").links


def test_a_pipe_has_a_width_of_its_own_whatever_the_terminal_around_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert (100, 70) == (style_for(io.StringIO(), {}, "/x").width, style_for(Terminal(), {}, "/x").width)


def test_a_closed_stream_is_no_terminal() -> None:
    assert not style_for(None, {}, "/x").color


def ticks(*times: float) -> Iterator[float]:
    yield from times


def test_a_short_run_draws_no_bar() -> None:
    stream = Terminal()
    progress = Progress(stream, ticks(0, 0.4, 0.9).__next__)
    progress(1, 2)
    progress(2, 2)
    progress.close()
    assert "" == stream.getvalue()


def test_a_long_run_draws_a_bar_and_wipes_it() -> None:
    stream = Terminal()
    progress = Progress(stream, ticks(0, 0.4, 1.1).__next__)
    for done in range(1, 5):
        progress(done, 4)
    progress.close()
    assert " 50%" in stream.getvalue()
    assert "100%" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[1A\r\x1b[2K")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(path)
    write(str(link), "größe\udcff\n", "--output x")
    assert "größe\\udcff\n" == path.read_text(encoding="utf-8")
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)
    assert link.is_symlink()
    assert ["link.txt", "report.txt"] == sorted(os.listdir(tmp_path))


def test_a_device_is_written_to_and_not_replaced() -> None:
    write(os.devnull, "text", "--output x")
    assert not os.path.isfile(os.devnull)


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write(str(path), "text", "--output x")
    assert b"text" == os.read(reader, 10)
    os.close(reader)


def test_what_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    expect_writable(Target("json", str(tmp_path / "new.txt"), "--output x"))
    expect_writable(Target("json", "new.txt", "--output x"))
    expect_writable(Target("json", os.devnull, "--output x"))
    with pytest.raises(UserError, match=r"^--output x: is a folder; name a file in it$"):
        expect_writable(Target("json", str(tmp_path), "--output x"))
    with pytest.raises(UserError, match=r"there is no folder .*none$"):
        expect_writable(Target("json", str(tmp_path / "none" / "x.txt"), "--output x"))
    with pytest.raises(UserError, match=r"No such file or directory$"):
        write(str(tmp_path / "none" / "x.txt"), "text", "--output x")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(UserError, match=r"^--output /dev/full: No space left on device$"):
        write("/dev/full", "text", "--output /dev/full")


def test_programs_are_told_where_the_files_are(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "hub").mkdir()
    env = {
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "a/b c",
        "GITHUB_SHA": "0123abc",
        "GITHUB_STEP_SUMMARY": "/tmp/x",
    }
    style = style_for_programs(env, str(tmp_path / "hub"), ["hub.go"], "chat")
    assert (str(tmp_path), "chat", "/tmp/x") == (style.root, style.category, style.summary)
    assert "https://github.example/a/b%20c/blob/0123abc" == style.blob
    for name in env:
        less = style_for_programs({**env, name: ""}, str(tmp_path), [], "")
        assert name == "GITHUB_STEP_SUMMARY" or not less.blob
    assert ("", "") == (less.summary, less.category)


def test_one_file_that_cannot_be_written_costs_no_other(tmp_path: Path) -> None:
    targets = [Target(name, str(tmp_path / name / "x"), f"--format {name}:x") for name in ("text", "json")]
    targets += [
        Target("gitlab", str(tmp_path / "gitlab.json"), "--format gitlab:x"),
        Target("text", None, ""),
    ]
    failed = write_all(Report([]), targets, FORMATS, Style())
    assert [f"--format {name}:x: No such file or directory" for name in ("text", "json")] == failed
    assert "[]\n" == (tmp_path / "gitlab.json").read_text()


def test_the_job_summary_is_appended_in_the_room_that_is_left(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    style = Style(summary=str(path))
    github, text = Target("github", None, "--format github"), Target("text", None, "--format text")
    assert [] == write_all(Report([]), [text], FORMATS, style)
    assert not path.exists()
    for _ in range(2):
        assert [] == write_all(Report([]), [text, github], FORMATS, style)
    assert 2 == path.read_text().count("### gomaplint\n")
    path.write_text("x" * (SUMMARY_SIZE - 100))
    [complaint] = write_all(Report([]), [github], FORMATS, style)
    expected = f"GITHUB_STEP_SUMMARY {path}: GitHub takes 1 MiB of a step, and no room is left"
    assert expected == complaint
    assert SUMMARY_SIZE - 100 == path.stat().st_size
    [complaint] = write_all(Report([]), [github], FORMATS, Style(summary=str(tmp_path)))
    assert f"GITHUB_STEP_SUMMARY {tmp_path}: Is a directory" == complaint
