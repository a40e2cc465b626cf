"""What is read from go.mod and go.work, and that nothing stops the reading."""

from __future__ import annotations

import pytest

from gomaplint.finding import Note
from gomaplint.gomod import GoMod, GoWork, read_mod, read_work
from gomaplint.goversion import GoVersion


def mod(text: str) -> GoMod:
    found, notes = read_mod(text.encode(), "go.mod")
    assert () == notes
    return found


def work(text: str) -> GoWork:
    found, notes = read_work(text.encode(), "go.work")
    assert () == notes
    return found


def mod_notes(text: str) -> tuple[Note, ...]:
    return read_mod(text.encode(), "sub/go.mod")[1]


def test_path_and_language_come_from_their_lines() -> None:
    assert GoMod("example.com/m", GoVersion(1, 21)) == mod("module example.com/m\n\ngo 1.21\n")


@pytest.mark.parametrize("text", ["1.21.3", "1.21rc2", "1.21.0"])
def test_a_release_counts_as_its_language(text: str) -> None:
    assert GoVersion(1, 21) == mod(f"module m\ngo {text}").go


def test_without_a_go_line_the_language_is_1_16() -> None:
    assert GoVersion(1, 16) == mod("module m").go


def test_the_toolchain_does_not_change_the_language() -> None:
    assert GoVersion(1, 21) == mod("module m\ngo 1.21\ntoolchain go1.27.3").go


def test_comments_are_no_words() -> None:
    text = "// module x\nmodule m//y\ngo 1.22 // go 1.20\nignore ( // why\n\t./a // b\n\t// c\n)"
    assert GoMod("m", GoVersion(1, 22), ("./a",)) == mod(text)


@pytest.mark.parametrize("path", ['"example.com/m"', "`example.com/m`", "(\n\texample.com/m\n)"])
def test_a_module_path_may_be_quoted_or_in_a_block(path: str) -> None:
    assert "example.com/m" == mod(f"module {path}").path


def test_quotes_keep_blanks_slashes_and_escapes() -> None:
    assert ("a b", "./c//d", 'e"f') == mod('module m\nignore "a b"\nignore `./c//d`\nignore "e\\"f"').ignore


def test_ignore_stands_alone_or_in_a_block() -> None:
    text = "module m\nignore ./node_modules\nignore (\n\tstatic\n\n\tcontent/html\n)\n"
    assert ("./node_modules", "static", "content/html") == mod(text).ignore


def test_other_directives_are_passed_over() -> None:
    text = """module m
require example.com/a v1.0.0 // indirect
require (
	example.com/go v1.2.3
	example.com/b v1.0.0
)
exclude ( )
replace example.com/a => ../a
retract [v1.0.0, v1.1.0] // broken
tool example.com/cmd
godebug default=go1.21
"""
    assert GoMod("m") == mod(text)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    text = "\ufeffmodule m\r\n\r\ngo 1.21\r\nignore (\r\n\tstatic\r\n)\r\n"
    assert GoMod("m", GoVersion(1, 21), ("static",)) == mod(text)


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert GoVersion(1, 21) == read_mod(b"module m\n// \xff\xfe\ngo 1.21\n", "go.mod")[0].go


def test_a_path_with_a_dot_ignores_one_folder() -> None:
    found = mod("module m\nignore ./web/static/")
    ignored = [f for f in ("web/static", "web/static/js", "web/statics", "a/web/static") if found.ignores(f)]
    assert ["web/static", "web/static/js"] == ignored


def test_a_bare_path_ignores_every_folder_of_that_name() -> None:
    found = mod("module m\nignore web/static")
    ignored = [
        f for f in ("web/static", "a/web/static/js", "web", "web/statics", "x/static") if found.ignores(f)
    ]
    assert ["web/static", "a/web/static/js"] == ignored


def test_nothing_is_ignored_unless_asked() -> None:
    assert not GoMod("m").ignores("web")


def test_a_missing_module_line_is_noted() -> None:
    note = Note("sub/go.mod", 0, "no module line; import paths of this module cannot be resolved")
    assert (note,) == mod_notes("go 1.21")


def test_an_unreadable_version_is_noted_and_not_guessed() -> None:
    found, notes = read_mod(b"module m\ngo one", "go.mod")
    assert (None, (Note("go.mod", 2, "'one' is no Go version; read as the newest"),)) == (found.go, notes)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("go", "'go' takes one value"),
        ("ignore a b", "'ignore' takes one value"),
        ('ignore ""', "'ignore' takes one value"),
        ("module n", "a second 'module' line; the first one counts"),
        ("<<<<<<< HEAD", "unknown directive '<<<<<<<'"),
        ('ignore "a', "a quote is never closed"),
        ("ignore `a", "a quote is never closed"),
        (")", "')' without a block"),
        ("require (", "the block 'require (' is never closed"),
    ],
)
def test_a_malformed_line_is_noted_where_it_stands(line: str, fault: str) -> None:
    assert (Note("sub/go.mod", 2, fault),) == mod_notes(f"module m\n{line}\n")


def test_a_version_beyond_numbers_does_no_harm() -> None:
    assert None is read_mod(b"module m\ngo 1." + b"9" * 5000, "go.mod")[0].go


def test_lines_after_a_malformed_one_count() -> None:
    assert GoVersion(1, 21) == read_mod(b'module m\nignore "a\ngo 1.21', "go.mod")[0].go


def test_an_empty_file_is_a_module_without_a_path() -> None:
    assert GoMod("", GoVersion(1, 16)) == read_mod(b"", "go.mod")[0]


def test_the_modules_of_a_workspace_stand_alone_or_in_a_block() -> None:
    text = 'go 1.22.1\ntoolchain go1.24.0\nuse ./a // first\nuse (\n\t.\n\t"./b c"\n)\nreplace x => ./y\n'
    assert GoWork(("./a", ".", "./b c"), GoVersion(1, 22)) == work(text)


def test_a_workspace_without_a_go_line_has_no_version() -> None:
    assert GoWork(("./a",), None) == work("use ./a")


def test_malformed_lines_of_a_workspace_are_noted() -> None:
    notes = (
        Note("go.work", 1, "'go' takes one value"),
        Note("go.work", 2, "unknown directive 'module'"),
        Note("go.work", 3, "'x' is no Go version"),
    )
    assert notes == read_work(b"go\nmodule m\ngo x", "go.work")[1]
