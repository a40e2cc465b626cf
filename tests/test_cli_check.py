"""The command line as a user types it, over a small Go module."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

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
