"""What comments beside the code settle, seen through whole runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from programs import linked

from gomaplint.check import check, judged, why
from gomaplint.comments import comments_with
from gomaplint.config import Options
from gomaplint.discover import discover
from gomaplint.finding import Confidence, Edit, Finding
from gomaplint.load import load
from gomaplint.rule import called, load_rules
from gomaplint.shapes.directives import directives

RULES = load_rules()

SERVICE = """
    package main

    import (
        "net/http"
        "sync"
    )

    var (
        mu sync.Mutex
        hits = map[string]int{}DECLARED
    )

    func main() {
        http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
            mu.Lock()
            defer mu.Unlock()
            hits[r.URL.Path]++INSERTED
        })
        http.ListenAndServe(":80", nil)
    }
"""


def service(declared: str = "", inserted: str = "") -> str:
    return SERVICE.replace("DECLARED", declared).replace("INSERTED", inserted)


def module(folder: Path, files: Mapping[str, str], go: str = "1.24") -> Path:
    (folder / "go.mod").write_text(f"module example.com/m\n\ngo {go}\n", encoding="utf-8")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(dedent(text).lstrip().replace("    ", "\t").encode())
    return folder


def shown(folder: Path, *patterns: str) -> list[str]:
    """Rule and line of what a run at the lowest confidence shows."""
    options = Options(patterns or ("./...",), min_confidence=Confidence.LOW)
    return [f"{f.rule} {f.at.path}:{f.at.line}" for f in check(options, str(folder)).findings]


def settled(folder: Path) -> list[Finding]:
    run = load(discover(("./...",), str(folder)), Options())
    return [f for f in judged(run, RULES) if f.settled]


def line_of(folder: Path, text: str, name: str = "main.go") -> int:
    lines = (folder / name).read_text("utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


# -- what is settled


@pytest.mark.parametrize(
    "comment",
    [
        "//gomaplint:ignore GML101 few paths",
        "//gomaplint:ignore gml101 few paths",
        "//gomaplint:ignore unevicted-package-map few paths",
        "//gomaplint:ignore GML1 few paths",
        "//gomaplint:ignore growth: few paths",
        "//gomaplint:ignore GML601, GML101 -- few paths",
        "//nolint:gomaplint",
        "// nolint: gosec, gomaplint // few paths",
        "//lint:ignore gomaplint/GML101 few paths",
        "//lint:ignore SA1019,gomaplint/GML1* few paths",
        "//lint:ignore gomaplint/* few paths",
    ],
)
@pytest.mark.parametrize("place", ["declared", "inserted"])
def test_a_comment_on_the_line_settles_a_finding(tmp_path: Path, comment: str, place: str) -> None:
    module(tmp_path, {"main.go": service(**{place: f" {comment}"})})
    assert [] == [line for line in shown(tmp_path) if "GML002" not in line]
    (found,) = settled(tmp_path)
    assert found.settled is not None and found.settled.at is not None
    assert ("GML101", line_of(tmp_path, comment)) == (found.rule, found.settled.at.line)
    assert not found.settled.external


@pytest.mark.parametrize(
    "comment",
    [
        "//gomaplint:ignore GML102 another rule",
        "//nolint",
        "//nolint:all",
        "//nolint:gosec // gomaplint is not named",
        "//lint:ignore gomaplint/GML101",
        "//lint:ignore GML101 not ours without its name",
        "// see //gomaplint:ignore GML101 reason",
    ],
)
def test_a_comment_that_says_something_else_settles_nothing(tmp_path: Path, comment: str) -> None:
    module(tmp_path, {"main.go": service(inserted=f" {comment}")})
    assert f"GML101 main.go:{line_of(tmp_path, comment)}" in shown(tmp_path)


def test_the_reason_goes_with_the_finding(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:ignore GML101 - few paths // and more")})
    assert ["few paths"] == [f.settled.reason for f in settled(tmp_path) if f.settled]


def test_a_report_counts_what_is_suppressed(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:ignore GML101 few paths")})
    assert {"suppressed": 1} == check(Options(), str(tmp_path)).withheld


def test_a_comment_above_is_for_the_next_line_alone(tmp_path: Path) -> None:
    comment = "\n            //gomaplint:ignore GML101 few paths\n            hits[r.Host]++"
    module(tmp_path, {"main.go": service(inserted=comment)})
    assert [] == shown(tmp_path)
    module(tmp_path, {"main.go": service(inserted=f" // counted\n{comment[1:]}")})
    assert [] == shown(tmp_path)
    beyond = "\n            //gomaplint:ignore GML101 few paths\n\n            hits[r.Host]++"
    module(tmp_path, {"main.go": service(inserted=beyond)})
    assert ["GML002", "GML101"] == sorted(line.split()[0] for line in shown(tmp_path))


def test_a_trailing_comment_is_not_for_the_next_line(tmp_path: Path) -> None:
    comment = "\n            println(1) //gomaplint:ignore GML101 few paths\n            hits[r.Host]++"
    module(tmp_path, {"main.go": service(inserted=comment).replace("hits[r.URL.Path]++", "")})
    assert ["GML002", "GML101"] == sorted(line.split()[0] for line in shown(tmp_path))


def test_a_comment_may_close_a_statement_of_several_lines(tmp_path: Path) -> None:
    inserted = "\n hits[r.Host] = len(\n  r.Host,\n ) //gomaplint:ignore GML101 few"
    module(tmp_path, {"main.go": service(inserted=inserted).replace("hits[r.URL.Path]++", "")})
    assert [] == shown(tmp_path)


def test_a_comment_at_one_insert_settles_the_container(tmp_path: Path) -> None:
    """The insert that decides may change; who has looked at one of them has looked at the map."""
    inserted = (
        " //gomaplint:ignore GML101 few paths\n            hits[r.Host]++\n            hits[r.UserAgent()]++"
    )
    module(tmp_path, {"main.go": service(inserted=inserted)})
    assert [] == shown(tmp_path)
    inserted = "\n            hits[r.UserAgent()]++ //gomaplint:ignore GML101 few"
    module(tmp_path, {"main.go": service(inserted=inserted)})
    assert [] == shown(tmp_path)


TEARDOWN = """
    package main

    import (
        "net/http"
        "sync"
    )

    type session struct{ name string }

    type hub struct {
        mu     sync.Mutex
        byName map[string]*session //gomaplint:ignore RULE sessions are few
        names  map[string]string
        ranks  map[string]int
    }

    func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
        h.mu.Lock()
        defer h.mu.Unlock()
        h.join(r.URL.Path)
    }

    func (h *hub) join(name string) {
        h.byName[name] = &session{name}
        h.names[name] = name
        h.ranks[name] = 1
    }

    func (h *hub) leave(w http.ResponseWriter, r *http.Request) {
        h.mu.Lock()
        defer h.mu.Unlock()
        h.remove(r.URL.Path)
    }

    func (h *hub) remove(name string) {
        delete(h.names, name)
        delete(h.ranks, name)
    }

    func main() {
        h := &hub{byName: map[string]*session{}, names: map[string]string{}}
        http.Handle("/", h)
        http.HandleFunc("/leave", h.leave)
        http.ListenAndServe(":80", nil)
    }
"""


@pytest.mark.parametrize("rule", ["GML102", "GML103", "GML101", "growth"])
def test_a_sharper_rule_does_not_reopen_what_is_settled(tmp_path: Path, rule: str) -> None:
    module(tmp_path, {"main.go": TEARDOWN.replace("RULE", rule)})
    assert [] == shown(tmp_path)
    assert {"GML103"} == {f.rule for f in settled(tmp_path)}  # joined with GML102


def test_another_family_is_not_settled_by_the_way(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": TEARDOWN.replace("RULE", "GML201")})
    assert ["GML002", "GML103"] == sorted(line.split()[0] for line in shown(tmp_path))


def test_findings_without_a_container_are_settled_one_by_one(tmp_path: Path) -> None:
    source = """
        package main

        func main() {
            for _, name := range []string{"a", "b"} {
                go func() {
                    println(name) //gomaplint:ignore GML301 it is slow enough
                }()
            }
            for _, other := range []string{"a", "b"} {
                go func() {
                    println(other)
                }()
            }
        }
    """
    module(tmp_path, {"main.go": source}, go="1.21")
    assert [f"GML301 main.go:{line_of(tmp_path, 'println(other)')}"] == shown(tmp_path)


def test_a_file_can_be_left_out(tmp_path: Path) -> None:
    source = service() + "\n    //gomaplint:file-ignore growth generated from a list\n"
    module(tmp_path, {"main.go": source})
    assert [] == shown(tmp_path)
    source = source.replace("//gomaplint:file-ignore growth", "//lint:file-ignore gomaplint/GML101")
    module(tmp_path, {"main.go": source})
    assert [] == shown(tmp_path)


STORE = """
    package main

    COMMENT
    var hits = map[string]int{}
"""
HANDLER = service().replace("hits = map[string]int{}", "spare = map[string]int{}")


@pytest.mark.parametrize("comment", ["//gomaplint:file-ignore GML101 few", "//gomaplint:ignore GML101 few"])
def test_a_declaration_may_lie_in_another_file(tmp_path: Path, comment: str) -> None:
    module(tmp_path, {"main.go": HANDLER, "store.go": STORE.replace("COMMENT", comment)})
    assert [] == shown(tmp_path)
    assert ["GML101"] == [f.rule for f in settled(tmp_path)]


# -- golangci-lint's ranges

NOLINT = """
    BEFORE
    package main

    import (
        "net/http"
        "sync"
    )

    ABOVE
    func count(w http.ResponseWriter, r *http.Request) {
        mu.Lock()
        defer mu.Unlock()
        WITHIN
        if r.Host != "" {
            hits[r.URL.Path]++
        }
        hits[r.Host]++
    }

    var mu sync.Mutex
    var hits = map[string]int{}

    func main() {
        http.HandleFunc("/", count)
        http.ListenAndServe(":80", nil)
    }
"""


@pytest.mark.parametrize(("place", "expected"), [("BEFORE", 0), ("ABOVE", 0), ("WITHIN", 0), ("NOWHERE", 1)])
def test_nolint_takes_in_what_begins_below_it(tmp_path: Path, place: str, expected: int) -> None:
    source = NOLINT.replace(place, "//nolint:gomaplint // as golangci-lint has it")
    for other in ("BEFORE", "ABOVE", "WITHIN"):
        source = source.replace(other, "//")
    module(tmp_path, {"main.go": source})
    assert expected == len(shown(tmp_path))


def test_nolint_takes_in_nothing_behind_what_begins_below_it() -> None:
    source = b"package p\n\nfunc f() {\n\t//nolint:gomaplint\n\tfor {\n\t\tg()\n\t}\n\tg()\n}\n"
    (comment,) = comments_with(source, b"gomaplint")
    assert (4, 4, 7, True) == (comment.line, comment.last, comment.below, comment.alone)


def test_nolint_needs_the_column_of_what_is_below_it() -> None:
    source = b"package p\n\nfunc f() {\n\t\t//nolint:gomaplint\n\tfor {\n\t}\n}\n"
    (comment,) = comments_with(source, b"gomaplint")
    assert 0 == comment.below


# -- comments


def test_a_word_in_a_string_is_no_comment() -> None:
    source = b'package p\n\nvar s, t = "//gomaplint:", `\n//gomaplint:\n`\n'
    assert [] == list(comments_with(source, b"gomaplint"))


def test_a_comment_ends_before_the_end_of_its_line() -> None:
    source = b"package p\r\n\r\nvar s = 1 //gomaplint:x\r\n// more\r\n"
    (comment,) = comments_with(source, b"gomaplint")
    assert (b"//gomaplint:x", False, 3) == (source[comment.pos : comment.end], comment.alone, comment.last)


def test_a_file_without_the_word_is_not_read_again() -> None:
    analysis = linked("var m = map[string]int{}")
    for file in analysis.program.workspace.files:
        file._source, file.read = None, lambda: pytest.fail("it was read")
    assert [] == directives(analysis)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("gml101", ["GML101"]),
        ("forgotten-sibling", ["GML103"]),
        ("GML2", ["GML201", "GML202"]),
        ("clearing", ["GML201", "GML202"]),
        ("Range-Variables", ["GML301", "GML302"]),
        ("GML20", ["GML201", "GML202"]),
        ("GML", []),
        ("GML999", []),
        ("", []),
    ],
)
def test_a_rule_is_called_by_id_name_or_family(word: str, expected: list[str]) -> None:
    assert expected == [rule.id for rule in called(word, RULES)]


# -- what is wrong with comments


def test_a_finding_below_the_confidence_that_is_shown_uses_its_comment(tmp_path: Path) -> None:
    source = service().replace("hits[r.URL.Path]++", "hits[next()]++COMMENT")
    source = source.replace("func main", "func next() string\n\n    func main")
    module(tmp_path, {"main.go": source.replace("COMMENT", "")})
    (found,) = check(Options(min_confidence=Confidence.LOW), str(tmp_path)).findings
    assert found.confidence < Confidence.HIGH
    module(tmp_path, {"main.go": source.replace("COMMENT", " //gomaplint:ignore GML101 few")})
    assert [] == check(Options(), str(tmp_path)).findings


def test_a_comment_without_a_reason_is_told_of_once(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:ignore GML101")})
    assert [f"GML001 main.go:{line_of(tmp_path, 'gomaplint:')}"] == shown(tmp_path)
    module(
        tmp_path, {"main.go": service().replace("mu sync.Mutex", "mu sync.Mutex //gomaplint:ignore GML101")}
    )
    assert "GML001" not in "".join(shown(tmp_path))
    assert f"GML002 main.go:{line_of(tmp_path, 'gomaplint:')}" in shown(tmp_path)


def test_a_rule_about_comments_can_be_silenced(tmp_path: Path) -> None:
    comments = "//gomaplint:file-ignore GML002 they come and go\n    //gomaplint:file-ignore GML5 in case\n"
    module(tmp_path, {"main.go": f"package main\n\n    {comments}\n    func main() {{}}\n"})
    assert [] == shown(tmp_path)
    assert ["GML002"] == [f.rule for f in settled(tmp_path)]


def test_nothing_is_said_of_comments_in_generated_files(tmp_path: Path) -> None:
    head = "// Code generated by hand. DO NOT EDIT.\n\n    package main\n\n    //gomaplint:ignore\n    func main() {}\n"
    module(tmp_path, {"main.go": head})
    assert [] == shown(tmp_path)


def test_a_comment_that_files_left_out_may_need_is_not_called_unused(tmp_path: Path) -> None:
    store = """
        package store

        COMMENT
        var Hits = map[string]int{}

        func All() map[string]int { return Hits }
    """
    store = store.replace("COMMENT", "//gomaplint:ignore GML1 few paths")
    main = (
        service()
        .replace("hits[r.URL.Path]++", "USE")
        .replace('"sync"', '"sync"\n\n    "example.com/m/store"')
    )
    for use in ("store.Hits[r.URL.Path]++", "all := store.All()\n            all[r.URL.Path]++"):
        module(tmp_path, {"store/store.go": store, "main.go": main.replace("USE", use)})
        assert [] == shown(tmp_path)
        assert [] == shown(tmp_path, "./store")
    module(tmp_path, {"store/store.go": store, "main.go": main.replace("USE", "println(len(store.All()))")})
    assert ["GML002 store/store.go:3"] == shown(tmp_path)
    assert ["GML002 store/store.go:3"] == shown(tmp_path, "./store")


# -- how they are removed


def mended(text: bytes, edits: tuple[Edit, ...]) -> bytes:
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text.encode() + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("var a int //gomaplint:ignore GML101 few\n", "var a int\n"),
        ("var a int\t//gomaplint:ignore GML101 few\r\nvar b int\r\n", "var a int\r\nvar b int\r\n"),
        ("//gomaplint:ignore GML101 few\nvar a int\n", "var a int\n"),
        ("var b int\r\n//gomaplint:ignore GML101 few\r\nvar a int\r\n", "var b int\r\nvar a int\r\n"),
        ("// A is.\n//\n//gomaplint:ignore GML101 few\nvar a int\n", "// A is.\nvar a int\n"),
        (
            "// A is.\n//gomaplint:ignore GML101 few\n// And so on.\nvar a int\n",
            "// A is.\n// And so on.\nvar a int\n",
        ),
        ("var a int //gomaplint:ignore GML101 few // of all\n", "var a int // of all\n"),
        ("var a int //nolint:gosec //gomaplint:ignore GML101 few\n", "var a int //nolint:gosec\n"),
        ("//gomaplint:ignore GML101 few", ""),
        ("var größe int //gomaplint:ignore growth größer\n", "var größe int\n"),
    ],
)
def test_an_unused_comment_is_removed_with_what_goes_with_it(tmp_path: Path, before: str, after: str) -> None:
    head = "package main\n\nfunc main() {}\n\n"
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n", encoding="utf-8")
    (tmp_path / "main.go").write_bytes((head + before).encode())
    (found,) = check(Options(), str(tmp_path)).findings
    (fix,) = found.fixes
    assert ("GML002", True) == (found.rule, fix.safe)
    assert (head + after).encode() == mended((head + before).encode(), fix.edits)


def test_only_the_rule_that_is_unused_is_removed_from_a_list(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:ignore GML201, GML101,GML5 few paths")})
    (found,) = check(Options(), str(tmp_path)).findings
    assert "gomaplint:ignore GML201, GML101,GML5 suppresses nothing with GML201, GML5" == found.message
    text = mended((tmp_path / "main.go").read_bytes(), found.fixes[0].edits)
    assert b" //gomaplint:ignore GML101 few paths\n" in text


def test_a_comment_with_a_blank_is_written_as_a_directive(tmp_path: Path) -> None:
    for written in ("// gomaplint:ignore GML101 few paths", "/* gomaplint: ignore GML101 few paths */"):
        module(tmp_path, {"main.go": service(f" {written}")})
        (found,) = check(Options(), str(tmp_path)).findings
        text = mended((tmp_path / "main.go").read_bytes(), found.fixes[0].edits)
        assert ("GML001", True) == (found.rule, found.fixes[0].safe)
        assert b" //gomaplint:ignore GML101 few paths\n" in text


# -- contracts


def outcome(folder: Path, text: str, rule: str) -> str:
    (rule_asked,) = called(rule, RULES)
    (explained,) = why(Options(), str(folder), "main.go", line_of(folder, text), [rule_asked])
    return explained.outcome


def test_why_tells_of_the_comment_and_its_reason(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:ignore GML101 few paths")})
    assert (
        "suppressed by gomaplint:ignore GML101 (main.go:10): few paths; without that reported with high confidence"
        == outcome(tmp_path, "hits[r", "GML101")
    )
    module(tmp_path, {"main.go": service(" //nolint:gomaplint")})
    assert outcome(tmp_path, "hits[r", "GML101").startswith(
        "suppressed by nolint:gomaplint (main.go:10): no reason is given; without that"
    )


def test_a_contract_that_nothing_contradicts_settles_growth(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:bounded paths are ours")})
    assert [] == shown(tmp_path)
    assert ["declared bounded (main.go:10): paths are ours"] == [
        f.settled.reason for f in settled(tmp_path) if f.settled
    ]
    assert (
        "settled: declared bounded (main.go:10): paths are ours, not verified: how many keys there are is not seen; "
        "without that reported with high confidence"
    ) == outcome(tmp_path, "hits[r", "GML101")


def test_a_broken_contract_speaks_in_the_place_of_growth(tmp_path: Path) -> None:
    module(tmp_path, {"main.go": service(" //gomaplint:bounded by=1000")})
    (found,) = check(Options(), str(tmp_path)).findings
    assert "GML003" == found.rule
    assert any(row.says.startswith("GML101 unevicted-package-map: hits gains") for row in found.related)


def test_a_broken_contract_is_not_hidden_with_the_growth_it_denies(tmp_path: Path) -> None:
    comments = " //gomaplint:bounded by=1000 //gomaplint:ignore growth few paths"
    module(tmp_path, {"main.go": service(comments)})
    assert ["GML003 main.go:10"] == shown(tmp_path)
    module(tmp_path, {"main.go": service(comments.replace("growth", "GML003"))})
    assert [] == shown(tmp_path)


def test_one_of_two_contracts_may_be_broken(tmp_path: Path) -> None:
    comments = " //gomaplint:bounded paths are ours //gomaplint:evicted-by main"
    module(tmp_path, {"main.go": service(comments)})
    assert ["GML003 main.go:10"] == shown(tmp_path)


def test_a_contract_settles_what_is_said_of_a_librarys_cache(tmp_path: Path) -> None:
    source = service().replace('"sync"', '"sync"\n\n    "github.com/patrickmn/go-cache"')
    source = source.replace("hits = map[string]int{}", "hits = cache.New(cache.NoExpiration, 0)COMMENT")
    source = source.replace("hits[r.URL.Path]++", "hits.Set(r.URL.Path, 1, cache.NoExpiration)")
    module(tmp_path, {"main.go": source.replace("COMMENT", "")})
    assert ["GML604 main.go:12"] == shown(tmp_path)
    module(tmp_path, {"main.go": source.replace("COMMENT", " //gomaplint:bounded paths are ours")})
    assert [] == shown(tmp_path)


def test_a_contract_is_about_all_that_asks_whether_a_map_grows() -> None:
    (contract,) = called("GML003", RULES)
    growth = {rule.id for rule in called("growth", RULES)}
    assert growth <= set(contract.supersedes)
