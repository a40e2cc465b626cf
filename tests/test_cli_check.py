"""The command line as a user types it, over a small Go module."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gomaplint import check, judging
from gomaplint.cli import main
from gomaplint.config import Options
from gomaplint.finding import Confidence, Edit, Finding, Fix, Settled
from gomaplint.settle import settle
from gomaplint.span import Span

SCHEMA = Path(__file__).parent.parent / "docs" / "findings.schema.json"

COUNTER = """\
package main

import ("net/http"; "sync")

var seen = map[string]int{}; var mu sync.Mutex

func main() {
	http.HandleFunc("/", count)
	http.ListenAndServe(":8080", nil)
}

func count(w http.ResponseWriter, r *http.Request) { mu.Lock(); defer mu.Unlock()
	seen[r.URL.Path]++ // größer und größer, 世界
}
"""
CLEAN = COUNTER.replace("\tseen[r.URL.Path]++", "\tdelete(seen, r.URL.Path)\n\tseen[r.URL.Path]++")
HEAD = r"main\.go:13:\d+: (note|warning) GML101 unevicted-package-map\n"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/counter\n\ngo 1.24\n", encoding="utf-8")
    (tmp_path / "main.go").write_text(COUNTER, encoding="utf-8")
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "main.go").write_text(CLEAN, encoding="utf-8")
    return tmp_path


def run(folder: Path, *typed: str, stdin: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not re.search("COLOR|TERM$", name)}
    return subprocess.run(
        [sys.executable, "-m", "gomaplint", *typed],
        cwd=folder,
        env={**kept, "PYTHONIOENCODING": "utf-8", **env},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def parsed(text: str) -> Any:
    report = json.loads(text)
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return report


def test_nothing_typed_checks_this_module(module: Path) -> None:
    ran = run(module)
    assert (1, "") == (ran.returncode, ran.stderr)
    assert re.match(HEAD, ran.stdout)
    assert "13 |     seen[r.URL.Path]++ // größer und größer, 世界\n" in ran.stdout
    assert re.search(r"\n\n1 finding \(1 (note|warning)\) in 2 files, \d+ lines, \d+\.\d+ s\n$", ran.stdout)


def test_a_clean_package_exits_with_0(module: Path) -> None:
    ran = run(module, "./clean")
    assert 0 == ran.returncode
    assert ran.stdout.startswith("No findings in 1 file, ")


def test_a_pattern_that_matches_nothing_exits_with_2(module: Path) -> None:
    ran = run(module, "./none")
    assert (2, "") == (ran.returncode, ran.stdout)
    assert re.fullmatch(r"gomaplint: .*none.*\n", ran.stderr)


def test_concise_is_one_line_a_finding(module: Path) -> None:
    ran = run(module, "--format", "concise")
    assert 1 == ran.returncode
    assert re.fullmatch(r"main\.go:13:\d+: GML101 .* \[high\]\n", ran.stdout)


def test_json_fits_its_schema_and_is_the_same_each_time(module: Path) -> None:
    first, second = run(module, "--format", "json"), run(module, "--format", "json", "--jobs", "1")
    assert first.stdout == second.stdout
    (finding,) = parsed(first.stdout)["findings"]
    assert ("GML101", "main.go", 13) == (finding["rule"], finding["at"]["path"], finding["at"]["line"])


def test_a_report_can_go_to_a_file(module: Path) -> None:
    ran = run(module, "--format", "json", "--output", "report.json")
    assert (1, "", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert 1 == parsed((module / "report.json").read_text(encoding="utf-8"))["summary"]["findings"]


def test_several_formats_are_written_at_once(module: Path) -> None:
    formats = ["sarif:out.sarif", "gitlab:gl.json", "checkstyle:cs.xml", "json:out.json", "concise"]
    ran = run(module, *(f"--format={name}" for name in formats))
    assert (1, "") == (ran.returncode, ran.stderr)
    assert re.fullmatch(r"main\.go:13:\d+: GML101 .* \[high\]\n", ran.stdout)
    [result] = json.loads((module / "out.sarif").read_bytes())["runs"][0]["results"]
    [violation] = json.loads((module / "gl.json").read_bytes())
    assert result["partialFingerprints"]["gomaplint/v1"] == violation["fingerprint"]
    assert 'source="gomaplint.GML101"' in (module / "cs.xml").read_text()
    assert 1 == len(parsed((module / "out.json").read_text())["findings"])


def test_formats_that_all_have_files_leave_standard_output_alone(module: Path) -> None:
    ran = run(
        module, "--format", "json:a.json", "--format", "text:a.txt", "--format", "gitlab", "--output", "b"
    )
    assert (1, "", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert [] == [name for name in ("a.json", "a.txt", "b") if not (module / name).read_text()]


def test_all_files_are_looked_at_before_anything_is_read(module: Path) -> None:
    ran = run(module, "./none", "--format", "json:a.json", "--format", "sarif:nowhere/x")
    assert "gomaplint: --format sarif:nowhere/x: there is no folder nowhere\n" == ran.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_file_that_cannot_be_written_is_told_after_all_others_are(module: Path) -> None:
    ran = run(module, "--format", "json:/dev/full", "--format", "gitlab:b.json", "--format", "concise")
    assert (2, 1) == (ran.returncode, ran.stdout.count("GML101"))
    assert "gomaplint: --format json:/dev/full: No space left on device\n" == ran.stderr
    assert 1 == len(json.loads((module / "b.json").read_text()))


def test_notes_are_printed_unless_every_report_holds_them(module: Path) -> None:
    (module / "broken.go").write_text("package main\n\nfunc {\n", encoding="utf-8")
    both = ["--format", "json:a.json", "--format", "sarif:a.sarif"]
    assert "" == run(module, *both).stderr
    assert "broken.go:3: note: " in run(module, *both, "--format", "github").stderr


def test_github_gets_annotations_and_a_summary_with_links(module: Path) -> None:
    (module / ".git").mkdir()
    page = module / "page.md"
    page.write_text("from an earlier command\n")
    env = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "example/counter",
        "GITHUB_SHA": "0123abc",
        "GITHUB_STEP_SUMMARY": str(page),
    }
    ran = run(module / "clean", "../main.go", "--format", "github", **env)
    assert (1, "") == (ran.returncode, ran.stderr)
    assert re.match(
        r"::(notice|warning) file=main\.go,line=13,endLine=13,col=2,endColumn=20,title=GML101 ", ran.stdout
    )
    assert 1 == ran.stdout.count("\n")
    shown = page.read_text(encoding="utf-8")
    assert shown.startswith("from an earlier command\n### gomaplint\n")
    assert 'href="https://github.com/example/counter/blob/0123abc/main.go#L13"' in shown
    run(module, "--format", "json", **env)
    assert shown == page.read_text(encoding="utf-8")


def test_statistics_stand_in_the_place_of_the_text(module: Path) -> None:
    ran = run(module, "--statistics", "--format", "text", "--format", "json:a.json")
    assert 1 == ran.returncode
    head, row, total, _, summary = ran.stdout.split("\n")[:5]
    assert ["rule", "high", "medium", "low", "settled"] == head.split()
    assert ["GML101", "unevicted-package-map", "1", "0", "0", "0"] == row.split()
    assert ["total", "1", "0", "0", "0"] == total.split()
    assert summary.startswith("1 finding (1 ")
    assert {"GML101": 1} == parsed((module / "a.json").read_text())["summary"]["by_rule"]
    assert parsed(run(module, "--statistics", "--format", "json").stdout)["findings"]


@pytest.mark.parametrize(
    ("typed", "status"),
    [([], 0), (["--fail-on", "note"], 0), (["--format", "github:x"], 0), (["./none"], 2)],
)
def test_exit_zero_wins_over_findings_and_not_over_errors(
    module: Path, typed: list[str], status: int
) -> None:
    assert status == run(module, "--exit-zero", *typed).returncode


@pytest.fixture
def settled(module: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module whose only finding somebody has settled, in the process of the test."""

    def settled_by_hand(*args: Any) -> list[Finding]:
        return [replace(finding, settled=Settled("twelve tenants")) for finding in judge(*args)]

    judge = settle
    monkeypatch.setattr(judging, "settle", settled_by_hand)
    monkeypatch.chdir(module)
    return module


def test_a_settled_finding_is_kept_back_and_said(settled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["--format", "text:a.txt", "--format", "json"])
    report = parsed(capsys.readouterr().out)
    assert ([], {"suppressed": 1}) == (report["findings"], report["withheld"])
    shown = (settled / "a.txt").read_text(encoding="utf-8")
    assert shown.startswith("No findings in 2 files, ")
    assert shown.endswith("; 1 suppressed: --show-suppressed shows it\n")


def test_a_settled_finding_is_shown_on_request_and_fails_nothing(
    settled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["--show-suppressed", "--format", "text:a.txt", "--format", "json"])
    report = parsed(capsys.readouterr().out)
    [finding] = report["findings"]
    assert {"reason": "twelve tenants", "external": False, "at": None} == finding["settled"]
    assert {} == report["withheld"]
    shown = (settled / "a.txt").read_text(encoding="utf-8")
    assert "\n   = suppressed: twelve tenants\n" in shown
    assert re.search(r"\n1 finding \(1 \w+; 1 suppressed\) in ", shown)


def test_a_settled_finding_is_counted_by_itself(settled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["--statistics"])
    assert ["GML101", "unevicted-package-map", "0", "0", "0", "1"] in [
        line.split() for line in capsys.readouterr().out.split("\n")
    ]


def test_a_settled_finding_below_the_confidence_is_not_counted(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = settle

    def settled_by_hand(*args: Any) -> list[Finding]:
        return [replace(f, settled=Settled("x"), confidence=Confidence.LOW) for f in judge(*args)]

    monkeypatch.setattr(judging, "settle", settled_by_hand)
    for least, withheld in ((Confidence.HIGH, {}), (Confidence.LOW, {"suppressed": 1})):
        report = check.check(Options(min_confidence=least), str(module))
        assert (0, withheld) == (sum(report.hidden.values()), report.withheld)


def test_the_lines_of_a_report_are_those_of_the_files_to_the_byte(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = COUNTER.replace("\n", "\r\n").encode().replace("ö".encode(), b"\xff")
    (module / "main.go").write_bytes(source)
    judge = settle

    def settled_by_hand(*args: Any) -> list[Finding]:
        edits = (Edit("clean/main.go", 0, 0, "// new\n"),)
        settled = Settled("known", at=Span("clean/doc.go", 1, 1, 1, 9))
        return [replace(f, fixes=(Fix("say it", True, edits),), settled=settled) for f in judge(*args)]

    (module / "clean" / "doc.go").write_text("// known\npackage main\n")
    monkeypatch.setattr(judging, "settle", settled_by_hand)
    sources = check.check(Options(show_suppressed=True), str(module)).sources
    assert ["// known", "package main", ""] == sources["clean/doc.go"]
    assert source == "\n".join(sources["main.go"]).encode("utf-8", "surrogateescape")
    assert CLEAN == "\n".join(sources["clean/main.go"])


def test_only_the_formats_that_are_asked_for_are_loaded(module: Path) -> None:
    code = (
        "import sys, gomaplint.cli as c; c.main(sys.argv[1:]);"
        "print(*sorted(m for m in sys.modules if m.startswith('gomaplint.report.')), file=sys.stderr)"
    )

    def loaded(*typed: str) -> set[str]:
        ran = subprocess.run(
            [sys.executable, "-c", code, *typed], cwd=module, capture_output=True, text=True, check=True
        )
        return {name.removeprefix("gomaplint.report.") for name in ran.stderr.split()}

    later = {"sarif", "github", "gitlab", "checkstyle", "statistics"}
    assert set() == later & loaded()
    assert {"gitlab", "checkstyle"} == later & loaded("--format", "gitlab:a", "--format", "checkstyle:b")


@pytest.mark.parametrize(("fail_on", "status"), [("note", 1), ("error", 0), ("never", 0)])
def test_fail_on_decides_on_the_exit_status(module: Path, fail_on: str, status: int) -> None:
    ran = run(module, "--fail-on", fail_on)
    assert status == ran.returncode
    assert re.match(HEAD, ran.stdout)


def test_standard_input_is_a_file_with_the_name_it_is_given(module: Path) -> None:
    ran = run(module, "-", "--stdin-filename", "main.go", "--format", "concise", stdin="\n" + COUNTER)
    assert 1 == ran.returncode
    assert ran.stdout.startswith("main.go:14:")


def test_a_named_file_shows_what_leads_through_it(module: Path) -> None:
    handler = COUNTER[COUNTER.index("func count") :]
    (module / "main.go").write_text(COUNTER.replace(handler, ""), encoding="utf-8")
    (module / "count.go").write_text(f'package main\n\nimport "net/http"\n\n{handler}', encoding="utf-8")
    (module / "version.go").write_text('package main\n\nconst version = "1"\n', encoding="utf-8")
    for name, status in (("count.go", 1), ("main.go", 1), ("version.go", 0)):
        ran = run(module, name, "--format", "concise")
        assert (name, status) == (name, ran.returncode)
        assert (status == 1) == ran.stdout.startswith("count.go:6:")


def test_sarif_names_files_from_the_repository_on(module: Path) -> None:
    (module / ".git").mkdir()
    ran = run(module / "clean", "../...", "--format", "sarif", "--category", "chat", "--all-modules")
    [sarif] = json.loads(ran.stdout)["runs"]
    assert {"id": "chat/"} == sarif["automationDetails"]
    [result] = sarif["results"]
    assert "main.go" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_a_category_without_sarif_is_refused(module: Path) -> None:
    ran = run(module, "--category", "chat")
    assert (2, "") == (ran.returncode, ran.stdout)
    assert "gomaplint: --category is written into SARIF; add --format sarif\n" == ran.stderr


def test_broken_bytes_in_a_line_that_is_shown_do_not_stop_it(module: Path) -> None:
    (module / "main.go").write_bytes(COUNTER.encode().replace("ö".encode(), b"\xff"))
    ran = run(module, PYTHONIOENCODING="latin-1")
    assert 1 == ran.returncode
    assert re.match(HEAD, ran.stdout)


def test_colours_are_for_those_who_ask(module: Path) -> None:
    assert "\x1b" not in run(module).stdout
    assert "\x1b[" in run(module, FORCE_COLOR="1").stdout
    assert "\x1b" not in run(module, FORCE_COLOR="1", NO_COLOR="1").stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("term", "coloured"), [("xterm", True), ("dumb", False)])
def test_a_terminal_gets_colours_and_links(module: Path, term: str, coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": term, "NO_COLOR": ""}
    with subprocess.Popen([sys.executable, "-m", "gomaplint"], cwd=module, env=env, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65_536):
                shown += piece
        except OSError:  # how Linux says that the other side is gone
            pass
        os.close(ours)
    assert 1 == process.returncode
    assert coloured == (b"\x1b[" in shown)
    assert coloured == (b"\x1b]8;;file://" in shown)


def test_a_reader_who_has_seen_enough_is_no_error(module: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gomaplint"], cwd=module, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert b"" == process.stderr.read()
    assert 1 == process.returncode


def test_the_rules_are_listed_one_a_line(module: Path) -> None:
    lines = run(module, "rules").stdout.splitlines()
    assert sorted(lines) == lines
    assert all(re.match(r"GML\d{3}  [a-z-]+ +(note|warning|error) +\S.*[^.]\.?$", line) for line in lines)


def test_a_rule_is_explained_by_id_and_by_name(module: Path) -> None:
    by_id = run(module, "rule", "gml101")
    assert 0 == by_id.returncode
    assert by_id.stdout.startswith("# GML101 unevicted-package-map\n")
    assert by_id.stdout == run(module, "rule", "unevicted-package-map").stdout


def test_a_rule_on_a_terminal_is_laid_out_for_reading(module: Path) -> None:
    assert (
        "\x1b[35;1mGML101 unevicted-package-map\x1b[0m\n"
        in run(module, "rule", "GML101", FORCE_COLOR="1").stdout
    )


def test_an_unknown_rule_is_told_with_a_suggestion(module: Path) -> None:
    ran = run(module, "rule", "unevicted-pakage-map")
    assert (2, "") == (ran.returncode, ran.stdout)
    expected = "no rule 'unevicted-pakage-map'; did you mean GML101 (unevicted-package-map)?"
    assert f"gomaplint: {expected}\n" == ran.stderr


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("rule GML1", "plain,GML101"), ("why main.go:13 une", "plain,unevicted-package-map")],
)
def test_rules_are_completed(module: Path, words: str, wanted: str) -> None:
    line = f"gomaplint {words}"
    ran = run(
        module,
        _GOMAPLINT_COMPLETE="bash_complete",
        COMP_WORDS=line,
        COMP_CWORD=str(line.count(" ")),
    )
    assert wanted in ran.stdout.splitlines()


def test_why_tells_every_condition_with_its_answer(module: Path) -> None:
    ran = run(module, "why", "main.go:13", "GML101")
    assert 0 == ran.returncode
    assert ran.stdout.startswith("main.go:13:")
    assert re.search(r"^  yes +\S", ran.stdout, re.MULTILINE)
    assert re.search(r"^  => \S", ran.stdout, re.MULTILINE)


def test_why_shows_what_was_looked_at_with_a_rule_and_without(module: Path) -> None:
    for asked in (["main.go:13", "GML101"], ["main.go:13"]):
        shown = run(module, "why", *asked).stdout.partition("  => reported with high confidence\n")[2]
        assert ["Runs", "Owner", "Evictions"] == re.findall(
            r"^  (Runs|Owner|Evictions)$", shown, re.MULTILINE
        )
        assert re.search(r"^  Key: \S", shown, re.MULTILINE)
        assert re.search(r"^    none that counts: looked for delete, ", shown, re.MULTILINE)


def test_why_says_so_where_there_is_nothing_to_tell(module: Path) -> None:
    ran = run(module, "why", "main.go:1", "GML101")
    assert (0, "main.go:1: nothing here that GML101 asks about\n") == (ran.returncode, ran.stdout)


def test_why_without_a_rule_asks_those_that_have_something_to_say(module: Path) -> None:
    ran = run(module, "why", "main.go:13")
    assert 0 == ran.returncode
    assert {"GML101"} == set(re.findall(r"^main\.go:13:\d+: (\S+) seen$", ran.stdout, re.MULTILINE))


def test_why_finds_a_file_beside_the_folder(module: Path) -> None:
    ran = run(module / "clean", "why", "../main.go:13", "GML101")
    assert "reported with high confidence" in ran.stdout


def test_why_at_a_declaration_tells_of_inserts_in_other_files(module: Path) -> None:
    (module / "clean" / "main.go").write_text(
        CLEAN.replace("var seen = map[string]int{};", ""), encoding="utf-8"
    )
    (module / "clean" / "seen.go").write_text(
        "package main\n\nvar seen = map[string]int{}\n", encoding="utf-8"
    )
    ran = run(module, "why", "clean/seen.go:3", "GML101")
    assert "=> silent: 'map: not evicted' does not hold: loses keys in count\n" in ran.stdout


def test_standard_input_without_a_name_is_judged_alone(module: Path) -> None:
    (module / "main.go").write_text(CLEAN, encoding="utf-8")
    ran = run(module, "-", "--format", "concise", stdin=COUNTER)
    assert 1 == ran.returncode
    assert ran.stdout.startswith("stdin.go:13:")
