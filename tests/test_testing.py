"""The runner of fixtures: what a comment expects, and that nothing slips through."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomaplint.config import Options
from gomaplint.errors import UserError
from gomaplint.finding import Confidence
from gomaplint.goversion import GoVersion
from gomaplint.testing import Want, expectations, run_fixture

SERVICE = """\
package main

import (
	"encoding/json"
	"net/http"; "sync"
)

var hits = map[string]int{}; var mu sync.Mutex

var orders = map[string]bool{}

func main() {
	http.HandleFunc("/", serve)
}

func serve(w http.ResponseWriter, r *http.Request) { mu.Lock(); defer mu.Unlock()
	hits[r.URL.Path]++ %s
	var in struct{ ID string }
	json.NewDecoder(r.Body).Decode(&in)
	clear(orders) %s
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    return tmp_path


def failures(folder: Path, growing: str, clearing: str = "") -> list[str]:
    """What the runner says of a map that grows, high, on line 17, and of a line that is clean, 20."""
    (folder / "main.go").write_text(SERVICE % (growing, clearing))
    return run_fixture(folder)


def test_a_finding_that_is_wanted_is_no_failure(folder: Path) -> None:
    assert [] == failures(folder, "// want GML101")


def test_an_unexpected_finding_is_a_failure(folder: Path) -> None:
    (failure,) = failures(folder, "")
    assert failure.startswith("main.go:17: unexpected GML101 (high): hits gains an entry per r.URL.Path")


def test_a_missing_finding_is_a_failure(folder: Path) -> None:
    expected = ["main.go:20: missing GML201 (high)"]
    assert expected == failures(folder, "// want GML101", "// want GML201")


def test_a_finding_of_another_rule_is_missing_and_unexpected(folder: Path) -> None:
    missing, unexpected = failures(folder, "// want GML102")
    assert ("main.go:17: missing GML102 (high)", True) == (missing, "unexpected GML101" in unexpected)


def test_a_finding_on_another_line_is_missing_and_unexpected(folder: Path) -> None:
    unexpected, missing = failures(folder, "", "// want GML101")
    assert unexpected.startswith("main.go:17: unexpected GML101")
    assert "main.go:20: missing GML101 (high)" == missing


def test_a_finding_may_be_surer_than_wanted(folder: Path) -> None:
    assert [] == failures(folder, "// want GML101 low")


UNSURE = """\
package main

type bus struct{ handlers []func() }

func (b *bus) OnClose(f func()) { b.handlers = append(b.handlers, f) }

func (b *bus) add() {
	for i := 0; i < 3; i++ {
		b.OnClose(func() {
			println(i) // want GML301 %s
		})
	}
}
"""


@pytest.mark.parametrize("wanted", ["low", "medium"])
def test_a_finding_as_sure_as_wanted_is_no_failure(folder: Path, wanted: str) -> None:
    (folder / "main.go").write_text(UNSURE % wanted)
    assert [] == run_fixture(folder, Options(go=GoVersion(1, 21)))


@pytest.mark.parametrize("wanted", ["high", ""])
def test_a_finding_less_sure_than_wanted_is_missing_and_unexpected(folder: Path, wanted: str) -> None:
    (folder / "main.go").write_text(UNSURE % wanted)
    missing, unexpected = run_fixture(folder, Options(go=GoVersion(1, 21)))
    assert "main.go:10: missing GML301 (high)" == missing
    assert unexpected.startswith("main.go:10: unexpected GML301 (medium)")


def test_a_text_is_a_regular_expression_for_the_message(folder: Path) -> None:
    assert [] == failures(folder, '// want GML101 "^hits .* per r\\.URL\\.[A-Z]ath"')


def test_a_message_that_does_not_match_is_a_failure(folder: Path) -> None:
    missing, unexpected = failures(folder, '// want GML101 "misses gains"')
    assert ('main.go:17: missing GML101 (high) "misses gains"', True) == (missing, "unexpected" in unexpected)


def test_two_wants_on_a_line_need_two_findings(folder: Path) -> None:
    assert ["main.go:17: missing GML101 (high)"] == failures(folder, "// want GML101 GML101")


def test_maybe_leaves_a_line_open(folder: Path) -> None:
    assert [] == failures(folder, "// maybe: told or not", "// maybe: told or not")


def test_maybe_does_not_meet_a_want(folder: Path) -> None:
    assert ["main.go:20: missing GML201 (high)"] == failures(folder, "// maybe", "// maybe // want GML201")


def test_a_want_may_stand_in_a_folder_below(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "main.go").write_text(SERVICE % ("", ""))
    (failure,) = run_fixture(folder)
    assert failure.startswith("sub/main.go:17: unexpected GML101")


def test_a_nested_module_is_judged_as_well(folder: Path) -> None:
    (folder / "main.go").write_text("package main\n")
    (folder / "sub").mkdir()
    (folder / "sub" / "go.mod").write_text("module example.com/sub\n\ngo 1.24\n")
    (folder / "sub" / "main.go").write_text(SERVICE % ("", ""))
    (failure,) = run_fixture(folder)
    assert failure.startswith("sub/main.go:17: unexpected GML101")


def test_options_are_kept_save_for_confidence(folder: Path) -> None:
    (folder / "main.go").write_text(
        "package main\n\nfunc main() {\n\tfor i := range 3 {\n\t\tgo func() {\n"
        "\t\t\tprintln(i) // want GML301\n\t\t}()\n\t}\n}\n"
    )
    assert [] == run_fixture(folder, Options(go=GoVersion(1, 21), min_confidence=Confidence.HIGH))
    assert ["main.go:6: missing GML301 (high)"] == run_fixture(folder)


def test_expectations_are_read_from_comments(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text(
        'x() // want GML101 medium "a \\"b\\"" GML102\ny() // maybe: why\n// wanted\n'
    )
    wants = [
        Want("a.go", 1, "GML101", Confidence.MEDIUM, 'a "b"'),
        Want("a.go", 1, "GML102", Confidence.HIGH, ""),
    ]
    assert (wants, {("a.go", 2)}) == expectations(tmp_path)


def test_a_want_without_a_rule_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("\n\nx() // want something\n")
    with pytest.raises(UserError, match=r"a\.go:3: not understood; write // want GML102"):
        expectations(tmp_path)


@pytest.mark.parametrize("comment", ["GML101 mediun", "GML101 'gains'", "GML101 `gains`", 'GML101 "open'])
def test_a_want_with_words_that_say_nothing_is_refused(tmp_path: Path, comment: str) -> None:
    (tmp_path / "a.go").write_text(f"x() // want {comment}\n")
    with pytest.raises(UserError, match=r"a\.go:1"):
        expectations(tmp_path)
