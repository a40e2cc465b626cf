"""Fixes as a user types them: --fix, --unsafe-fixes, --diff."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from gomaplint.cli import main

GO_MOD = "module example.com/m\n\ngo 1.21\n"
MAIN = """\
package main

var m = map[string]int{}

func main() {
	for k := range m {
		delete(m, k)
	}
	m["a"]++
	var late []func()
	var s string
	for _, s = range []string{"a"} {
		late = append(late, func() { println(s) })
	}
	_ = late
}

func Drain() {
	for k := range m {
		delete(m, k)
	}
}
"""
DIFF = """\
--- a/main.go
+++ b/main.go
@@ -16,7 +16,5 @@
 }
\x20
 func Drain() {
-\tfor k := range m {
-\t\tdelete(m, k)
-\t}
+\tclear(m)
 }
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "go.mod").write_text(GO_MOD)
    (tmp_path / "main.go").write_text(MAIN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_fix_changes_files_and_reports_what_remains(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(["--fix", "--format", "json"])
    said = capsys.readouterr()
    head = MAIN[: MAIN.index("func Drain")]
    assert f"{head}func Drain() {{\n\tclear(m)\n}}\n" == (module / "main.go").read_text()
    assert ["GML301"] == [f["rule"] for f in json.loads(said.out)["findings"]]
    assert [
        "main.go:19:2: fixed GML201: replace the loop by clear(m)",
        "gomaplint: fixed 1 finding in 1 file",
        "gomaplint: --unsafe-fixes has 1 fix more that needs eyes on it",
    ] == said.err.splitlines()


@pytest.mark.parametrize("format", ["json", "sarif", "concise"])
def test_the_report_after_a_fix_is_that_of_the_next_run(
    module: Path, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = "func F%s() {\n\tfor i := 0; i < 3; i++ {\n\t\tsubscribe(func() { println(i) })%s\n\t}\n}\n\n"
    settled = " //gomaplint:ignore GML301 it runs at once"
    functions = loop % (1, "") + loop % (2, settled) + loop.replace("subscribe(", "go (") % (3, settled)
    (module / "b.go").write_text(f"package main\n\n{functions}func subscribe(f func()) {{}}\n")
    main(["--fix", "--format", format])
    after = capsys.readouterr().out
    main(["--format", format])
    assert capsys.readouterr().out == after
    main(["--format", format, "--min-confidence", "low"])
    assert len(after) < len(capsys.readouterr().out)


def test_the_status_follows_what_remains(module: Path) -> None:
    assert 0 == main(["--fix", "--unsafe-fixes"])
    assert 0 == main([])


def test_diff_shows_the_change_and_makes_none(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(["--diff"])
    said = capsys.readouterr()
    assert DIFF == said.out
    assert "gomaplint: would fix 1 finding in 1 file" in said.err.splitlines()
    assert MAIN == (module / "main.go").read_text()


def test_diff_writes_the_bytes_of_the_file(module: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    crlf = MAIN.replace("func Drain() {", "func Drain() { // größer").replace("\n", "\r\n")
    (module / "main.go").write_bytes(crlf.encode())
    main(["--diff"])
    assert " func Drain() { // größer\r\n-\tfor".encode() in capsysbinary.readouterr().out


def test_diff_exits_with_0_where_there_is_nothing_to_change(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--fix"])
    capsys.readouterr()
    assert 0 == main(["--diff"])
    assert "" == capsys.readouterr().out


def test_diff_shows_unsafe_fixes_where_they_are_asked_for(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 1 == main(["--diff", "--unsafe-fixes"])
    assert "\n+\t\ts := s\n" in capsys.readouterr().out


def test_diff_takes_standard_input(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "main.go").write_text("package main\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAIN.encode())))
    assert 1 == main(["--diff", "--stdin-filename", "main.go", "-"])
    assert DIFF == capsys.readouterr().out
    assert "package main\n" == (module / "main.go").read_text()


def test_a_file_that_cannot_be_changed_ends_the_run_with_2(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (module / "main.go").chmod(0o444)
    assert 2 == main(["--fix"])
    said = capsys.readouterr()
    assert "gomaplint: main.go: is read-only; nothing is fixed in it" in said.err.splitlines()
    assert "GML201" in said.out
    assert MAIN == (module / "main.go").read_text()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--fix --diff", "--diff shows what --fix would change; leave out one of them"),
        (
            "--unsafe-fixes",
            "--unsafe-fixes says which fixes to take; add --diff to see them or --fix to make them",
        ),
        ("--fix -", "--fix changes files, and - is none; --diff shows what it would change"),
        (
            "--diff --output x.txt",
            "--diff writes a diff in place of a report; leave out --format and --output",
        ),
        (
            "--diff --format json",
            "--diff writes a diff in place of a report; leave out --format and --output",
        ),
    ],
)
def test_wishes_that_contradict_each_other_are_refused(
    module: Path, typed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(typed.split())
    assert f"gomaplint: {said}\n" == capsys.readouterr().err


def test_fix_mends_only_what_the_configuration_selects(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = module / ".gomaplint.toml"
    config.write_text('[[paths]]\nmatch = ["main.go"]\nignore = ["clearing"]\n')
    assert 1 == main(["--fix"])
    assert MAIN == (module / "main.go").read_text()
    said = capsys.readouterr()
    assert "gomaplint: no fix to make\n" in said.err
    assert "; 1 not selected" in said.out
    config.unlink()
    assert 1 == main(["--fix"])
    assert "\tclear(m)\n" in (module / "main.go").read_text()
