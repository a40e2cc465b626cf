"""Fixes looked over and written: what is taken back, what is left alone, and what becomes of the files."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gomaplint import mending
from gomaplint.check import check
from gomaplint.config import Options
from gomaplint.finding import Confidence, Edit, Fix, Original, Report, Settled
from gomaplint.fixes.loopvars import copied
from gomaplint.mending import Mended, fix_files, told
from gomaplint.output import rewrite
from gomaplint.shapes.loopvars import Capture
from gomaplint.subjects import loopvar

GO_MOD = "module example.com/m\n\ngo 1.21\n"
LOOPS = """\
package main

var kept []func()

func first(names []string) {
	for _, name := range names {
		kept = append(kept, func() { println(name) })
	}
}

func second(names []string) {
	for _, name := range names {
		kept = append(kept, func() { println(name) })
	}
}
"""
COPY = "\t\tname := name\n"


def fixed(text: str, *loops: int) -> str:
    """The text with copies in the loops that are counted from 0."""
    head = "\tfor _, name := range names {\n"
    first, *rest = text.split(head)
    return first + "".join(head + (COPY if n in loops else "") + part for n, part in enumerate(rest))


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text(GO_MOD)
    (tmp_path / "main.go").write_text(LOOPS)
    return tmp_path


def run(folder: Path, *patterns: str, unsafe: bool = False, **wishes: object) -> Mended:
    options = Options(patterns or ("./...",), jobs=1, **wishes)  # type: ignore[arg-type]
    return fix_files(options, os.fspath(folder), unsafe=unsafe)


Fixes = Callable[[Capture], "tuple[Fix, ...]"]


def in_function(monkeypatch: pytest.MonkeyPatch, name: str, fixes: Fixes) -> None:
    """Let the rules on loop variables offer other fixes in one function."""

    def offered(capture: Capture) -> tuple[Fix, ...]:
        return fixes(capture) if str(capture.variable.local.body) == name else copied(capture)

    monkeypatch.setattr(loopvar, "copied", offered)


def notes(mended: Mended) -> list[str]:
    return [str(note) for note in mended.report.notes if "not fixed" in note.message]


def test_what_remains_is_reported_after_the_fixes(module: Path) -> None:
    done = run(module)
    assert fixed(LOOPS, 0, 1) == (module / "main.go").read_text()
    assert ([], {}) == (done.report.findings, done.obstacles)
    assert told(done, "fixed", False) == [
        "main.go:7:40: fixed GML301: give each iteration its own copy: name := name",
        "main.go:13:40: fixed GML301: give each iteration its own copy: name := name",
        "gomaplint: fixed 2 findings in 1 file",
    ]


def test_a_fix_that_leaves_its_finding_is_taken_back(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = Fix("add a comment", True, (Edit("main.go", 0, 0, "// first\n"),))
    in_function(monkeypatch, "first", lambda capture: (comment,))
    done = run(module)
    assert fixed(LOOPS, 1) == (module / "main.go").read_text()
    assert ["example.com/m.first"] == [f.scope for f in done.report.findings]
    assert ["main.go:7: not fixed: its finding would stay: add a comment"] == notes(done)


def test_a_fix_that_leaves_what_does_not_parse_is_taken_back(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (module / "other.go").write_text("package main\n")
    broken = Fix("break", True, (Edit("other.go", 12, 12, "\nfunc {"),))
    in_function(monkeypatch, "first", lambda capture: (broken,))
    done = run(module)
    assert "package main\n" == (module / "other.go").read_text()
    assert fixed(LOOPS, 1) == (module / "main.go").read_text()
    assert ["main.go:7: not fixed: it leaves what does not parse: break"] == notes(done)


def test_a_fix_that_brings_up_another_finding_is_taken_back(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_fault(capture: Capture) -> tuple[Fix, ...]:
        ((copy,),) = (fix.edits for fix in copied(capture))
        loop = "\t\tvar all []*string\n\t\tfor _, n := range names {\n\t\t\tall = append(all, &n)\n\t\t}"
        return (Fix("mend and break", True, (copy._replace(text=f"{copy.text}\n{loop}"),)),)

    in_function(monkeypatch, "second", another_fault)
    done = run(module)
    assert fixed(LOOPS, 0) == (module / "main.go").read_text()
    assert ["main.go:13: not fixed: it would bring up GML302 in line 17: mend and break"] == notes(done)


def test_a_finding_that_somebody_has_settled_is_left_alone(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*given: Any, **named: Any) -> Report:
        report = check(*given, **named)
        settled = [
            replace(f, settled=Settled("runs at once")) if f.scope.endswith("second") else f
            for f in report.findings
        ]
        return replace(report, findings=settled)

    monkeypatch.setattr(mending, "check", look)
    run(module)
    assert fixed(LOOPS, 0) == (module / "main.go").read_text()


def test_only_what_a_run_shows_is_mended(module: Path) -> None:
    later = LOOPS.replace(
        "kept = append(kept, func() { println(name) })", "subscribe(func() { println(name) })"
    )
    text = later + "\nfunc subscribe(f func()) { kept = append(kept, f) }\n"
    (module / "main.go").write_text(text)
    every = check(Options(jobs=1, min_confidence=Confidence.LOW), os.fspath(module)).findings
    assert {Confidence.MEDIUM} == {f.confidence for f in every}
    assert [] == run(module).fixed
    assert text == (module / "main.go").read_text()
    assert 2 == len(run(module, min_confidence=Confidence.MEDIUM).fixed)


def test_an_unsafe_fix_waits_for_its_flag_and_is_told_of(module: Path) -> None:
    text = LOOPS.replace("range names {", "range names {", 1).replace("_, name :=", "_, name =")
    text = text.replace("(names []string) {", "(names []string) {\n\tvar name string")
    (module / "main.go").write_text(text)
    assert [
        "gomaplint: no fix to make",
        "gomaplint: --unsafe-fixes has 2 fixes more that need eyes on them",
    ] == told(run(module), "fixed", False)
    assert text == (module / "main.go").read_text()
    assert 2 == len(run(module, unsafe=True).fixed)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LOOPS + "\nfunc broken( {\n", "does not parse"),
        (LOOPS + "\n// \xff\n", "is not in UTF-8"),
    ],
)
def test_a_file_that_may_not_be_understood_is_left_alone(module: Path, text: str, why: str) -> None:
    content = text.encode("latin-1")
    (module / "main.go").write_bytes(content)
    done = run(module)
    assert content == (module / "main.go").read_bytes()
    assert [f"main.go: not fixed: the file {why}"] == notes(done)
    assert 2 == len(done.report.findings)
    assert ["gomaplint: no fix to make"] == told(done, "fixed", False)


@pytest.mark.parametrize(
    ("name", "content", "pattern", "why"),
    [
        (
            "gen.go",
            "// Code generated by hand. DO NOT EDIT.\n\npackage main\n",
            "./...",
            "is generated, vendored, or built only with other tags",
        ),
        ("b.go", "package main\n", "./main.go", "is not among the files that were asked for"),
    ],
)
def test_a_fix_changes_only_files_that_people_write_and_asked_for(
    module: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, pattern: str, why: str
) -> None:
    (module / name).write_text(content)
    both = (Edit("main.go", 0, 0, "// x\n"), Edit(name, len(content), len(content), "// x\n"))
    in_function(monkeypatch, "first", lambda capture: (Fix("elsewhere", True, both),))
    done = run(module, pattern)
    assert (content, fixed(LOOPS, 1)) == ((module / name).read_text(), (module / "main.go").read_text())
    assert [f"{name}: not fixed: the file {why}"] == notes(done)


@pytest.mark.parametrize(
    ("test", "declares"),
    [
        ("package main\n\nfunc name2() {}\n", True),
        ("package main\n\nvar a, name2 = 1, 2\n", True),
        ("package main\n\ntype name2 int\n", True),
        ("package main\n\nfunc (x *int2) name2() {}\n", False),
        ("package main_test\n\nfunc name2() {}\n", False),
    ],
)
def test_a_fix_that_brings_in_a_name_of_a_test_file_is_not_made(
    module: Path, monkeypatch: pytest.MonkeyPatch, test: str, declares: bool
) -> None:
    (module / "a_test.go").write_text(test)

    def named(capture: Capture) -> tuple[Fix, ...]:
        ((copy,),) = (fix.edits for fix in copied(capture))
        return (
            Fix(
                "copy twice", True, (copy._replace(text=f"{copy.text}\n\t\tvar name2 = name\n\t\t_ = name2"),)
            ),
        )

    in_function(monkeypatch, "first", named)
    done = run(module)
    assert (["main.go:7: not fixed: a_test.go declares name2: copy twice"] if declares else []) == notes(done)


def test_fixes_that_overlap_are_made_one_after_the_other(module: Path) -> None:
    body = (
        "\t\tkept = append(kept, func() { println(i) })\n\t\tkept = append(kept, func() { println(name) })\n"
    )
    loop = f"\tfor i, name := range names {{\n%s{body}\t}}\n"
    text = f"package main\n\nvar kept []func()\n\nfunc f(names []string) {{\n{loop}}}\n"
    (module / "main.go").write_text(text % "")
    done = run(module)
    assert (2, 0, []) == (len(done.fixed), done.left, done.report.findings)
    assert text % "\t\tname := name\n\t\ti := i\n" == (module / "main.go").read_text()


def test_of_many_fixes_that_overlap_some_wait_for_another_run(module: Path) -> None:
    names = [f"v{n}" for n in range(12)]
    uses = "".join(f"\t\tkept = append(kept, func() {{ println({name}) }})\n" for name in names)
    head = f"for {', '.join(names)} := {', '.join('0' * 12)}; v0 < 1; v0++ {{\n"
    (module / "main.go").write_text(
        f"package main\n\nvar kept []func()\n\nfunc f() {{\n\t{head}{uses}\t}}\n}}\n"
    )
    done = run(module)
    assert (10, 2) == (len(done.fixed), done.left)
    assert "gomaplint: 2 fixes left out, as they overlap others: run again" in told(done, "fixed", False)
    done = run(module)
    assert (2, 0, []) == (len(done.fixed), done.left, done.report.findings)


# What becomes of the files.


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: "\ufeff" + text.replace("\n", "\r\n").rstrip(),
    ],
    ids=["crlf", "bom", "no end", "all"],
)
def test_line_ends_and_marks_of_a_file_stay(module: Path, form: Callable[[str], str]) -> None:
    (module / "main.go").write_bytes(form(LOOPS).encode())
    run(module)
    assert form(fixed(LOOPS, 0, 1)).encode() == (module / "main.go").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_mode_of_a_file_stays_and_a_link_stays_one(module: Path) -> None:
    (module / "shared").mkdir()
    target = (module / "main.go").rename(module / "shared" / "main.txt")
    target.chmod(0o640)
    (module / "main.go").symlink_to(target)
    run(module)
    assert (module / "main.go").is_symlink()
    assert fixed(LOOPS, 0, 1) == target.read_text()
    assert 0o640 == stat.S_IMODE(target.stat().st_mode)
    assert ["main.txt"] == [path.name for path in target.parent.iterdir()]


def another(module: Path) -> Path:
    (module / "sub").mkdir()
    (module / "sub" / "b.go").write_text(LOOPS)
    return module / "sub" / "b.go"


def expect_only_main(module: Path, done: Mended, why: str) -> None:
    main, other = module / "main.go", module / "sub" / "b.go"
    assert fixed(LOOPS, 0, 1) == main.read_text()
    assert LOOPS in other.read_text()
    assert {"sub/b.go": why} == done.obstacles
    assert {"sub/b.go"} == {f.at.path for f in done.report.findings}
    assert f"gomaplint: sub/b.go: {why}; nothing is fixed in it" in told(done, "fixed", False)
    assert "gomaplint: fixed 2 findings in 1 file" in told(done, "fixed", False)


def test_a_read_only_file_is_named_and_the_others_are_mended(module: Path) -> None:
    other = another(module)
    other.chmod(0o444)
    expect_only_main(module, run(module), "is read-only")


def test_a_file_that_changed_since_it_was_read_is_named_and_the_others_are_mended(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = another(module)

    def look(*given: Any, **named: Any) -> Report:
        report = check(*given, **named)
        other.write_text(LOOPS + "// more\n")
        return report

    monkeypatch.setattr(mending, "check", look)
    expect_only_main(module, run(module), "has changed since it was read")


def test_a_file_that_cannot_be_written_is_named_and_the_others_are_mended(module: Path) -> None:
    other = another(module)
    other.with_name(f"b.go.{os.getpid()}.tmp").mkdir()
    expect_only_main(module, run(module), "cannot be written: File exists")


def test_a_file_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    gone = tmp_path / "gone.go"
    assert "cannot be read again: No such file or directory" == rewrite(Original(os.fspath(gone), b"a"), b"b")
    assert not gone.exists()


def test_after_enough_looks_what_is_left_is_given_up(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "_LOOKS", 1)
    comment = Fix("add a comment", True, (Edit("main.go", 0, 0, "// first\n"),))
    in_function(monkeypatch, "first", lambda capture: (comment,))
    done = run(module)
    assert LOOPS == (module / "main.go").read_text()
    assert [
        "main.go:13: not fixed: others were taken back too often: give each iteration its own copy: name := name",
        "main.go:7: not fixed: its finding would stay: add a comment",
    ] == sorted(notes(done))
