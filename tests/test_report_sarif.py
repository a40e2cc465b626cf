"""The report for GitHub code scanning and other collectors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import multitool
import pytest
from report_samples import (
    CLEARABLE,
    EMPTY,
    FIELD_MAP,
    FULL,
    LIVED_WITH,
    MENDABLE,
    PACKAGE_MAP,
    RANGE_CLEAR,
    SOURCES,
    assert_golden,
    span,
)

from gomaplint import HOME
from gomaplint.check import check
from gomaplint.config import Options
from gomaplint.finding import Confidence, Edit, Finding, Fix, Note, Related, Report, Severity
from gomaplint.output import repository
from gomaplint.report import FORMATS, Style
from gomaplint.rule import load_rules
from gomaplint.span import Span

ROOT = Path(__file__).parent.parent
CHAT = Style(cwd="/src/chat/cmd", root="/src/chat")
FINDINGS = replace(FULL, rules=load_rules())
FIXTURES = sorted(case for rule in (ROOT / "fixtures").glob("GML*") for case in rule.iterdir())


def rendered(report: Report, style: Style = CHAT) -> Any:
    log = json.loads(FORMATS["sarif"](report, style))
    assert "2.1.0" == log["version"]
    [run] = log["runs"]
    return run


def one(finding: Finding, style: Style = CHAT) -> Any:
    [result] = rendered(Report([finding], sources=SOURCES), style)["results"]
    return result


def region(place: Any) -> tuple[int, int, int, int]:
    where = place["physicalLocation"]["region"]
    return where["startLine"], where["startColumn"], where["endLine"], where["endColumn"]


def uri(place: Any) -> str:
    address: str = place["physicalLocation"]["artifactLocation"]["uri"]
    return address


def test_the_whole_report() -> None:
    text = FORMATS["sarif"](replace(FULL, rules=[r for r in load_rules() if r.id == "GML101"]), CHAT)
    rule = json.loads(text)["runs"][0]["tool"]["driver"]["rules"][0]
    text = text.replace(json.dumps(rule["help"]["text"]), '"(its page)"')
    assert_golden("report.sarif", json.dumps(json.loads(text), indent=1) + "\n")


@multitool.runs_multitool
@pytest.mark.parametrize(
    "report",
    [FINDINGS, replace(LIVED_WITH, rules=load_rules()), EMPTY, Report([])],
    ids=["full", "lived with", "empty", "nothing"],
)
def test_a_report_fits_the_schema_and_what_github_asks_for(report: Report, tmp_path: Path) -> None:
    text = FORMATS["sarif"](report, CHAT)
    jsonschema.validate(json.loads(text), multitool.schema())
    assert [] == multitool.complaints(text, tmp_path)


@multitool.runs_multitool
def test_every_fixture_fits_the_schema_and_what_github_asks_for(tmp_path: Path) -> None:
    options = Options(patterns=tuple(f"./{case.relative_to(ROOT)}/..." for case in FIXTURES))
    report = check(replace(options, min_confidence=Confidence.LOW, all_modules=True), str(ROOT))
    assert {rule.id for rule in load_rules()} == {finding.rule for finding in report.findings}
    text = FORMATS["sarif"](report, Style(cwd=str(ROOT), root=str(ROOT)))
    jsonschema.validate(json.loads(text), multitool.schema())
    assert [] == multitool.complaints(text, tmp_path)


@multitool.runs_multitool
def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    log = json.loads(FORMATS["sarif"](FINDINGS, CHAT))
    result = log["runs"][0]["results"][0]
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "file:///src/chat/main.go"
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    broken = {told.partition(":")[0] for told in multitool.complaints(json.dumps(log), tmp_path)}
    assert {"GH1006", "GH2012"} <= broken


def test_odd_paths_are_escaped_and_lead_back_to_the_files(tmp_path: Path) -> None:
    names = ["with space", "100%", "größe", "世界🌍", "a#b?c", "plus+&="]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text("module example.com/odd\n\ngo 1.22\n")
        (tmp_path / name / "main.go").write_text(
            'package main\n\nimport "net/http"\n\nvar hits = map[string]int{}\n\nfunc main() {\n'
            '\thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { hits[r.URL.Path]++ })\n}\n'
        )
    patterns = tuple(f"./{name}/..." for name in names)
    report = check(Options(patterns=patterns, all_modules=True), str(tmp_path))
    results = rendered(report, Style(cwd=str(tmp_path), root=str(tmp_path)))["results"]
    found = {uri(result["locations"][0]) for result in results if result["ruleId"] == "GML101"}
    assert sorted(f"{name}/main.go" for name in names) == sorted(map(unquote, found))
    assert all(address.isascii() and not set(" %#?") & set(unquote_none(address)) for address in found)


def unquote_none(address: str) -> str:
    """What is left of an address without its escapes."""
    parts = address.split("%")
    return parts[0] + "".join(part[2:] for part in parts[1:])


def test_a_path_that_is_no_utf_8_is_escaped_byte_by_byte() -> None:
    finding = Finding(
        "GML201", "n", Severity.NOTE, Confidence.HIGH, Span("caf\udce9/x.go", 1, 1, 1, 2), "m", "f"
    )
    assert "cmd/caf%E9/x.go" == uri(one(finding)["locations"][0])


def test_paths_start_at_the_repository_and_others_are_named_in_full() -> None:
    at = FIELD_MAP.at
    assert "cmd/hub/hub.go" == uri(one(FIELD_MAP)["locations"][0])
    above = replace(FIELD_MAP, at=at._replace(path="../hub/hub.go"))
    assert "hub/hub.go" == uri(one(above)["locations"][0])
    outside = replace(FIELD_MAP, at=at._replace(path="../../lib/a b.go"))
    assert "file:///src/lib/a%20b.go" == uri(one(outside)["locations"][0])
    nameless = replace(FIELD_MAP, at=at._replace(path="<standard input>"))
    assert "cmd/%3Cstandard%20input%3E" == uri(one(nameless)["locations"][0])


def test_the_repository_is_where_its_files_are(tmp_path: Path) -> None:
    inside = tmp_path / "service" / "hub"
    inside.mkdir(parents=True)
    (tmp_path / "service" / ".git").mkdir()
    assert str(tmp_path / "service") == repository(str(inside), ["hub.go"])
    assert str(tmp_path / "service") == repository(str(tmp_path), ["service/hub/hub.go"])
    assert str(tmp_path) == repository(str(tmp_path), ["a.go"])


def test_columns_count_utf_16_units() -> None:
    line = "\t/* 世界 🌍 */ größen[名前]++"
    column = len(line.split("größen", maxsplit=1)[0].encode()) + 1
    end = len(line.encode()) + 1
    finding = replace(PACKAGE_MAP, at=Span("größe/größe.go", 6, column, 6, end))
    units = len(line.split("größen", maxsplit=1)[0].encode("utf-16-le")) // 2 + 1
    assert "utf16CodeUnits" == rendered(FULL)["columnKind"]
    assert (6, units, 6, units + len("größen[名前]++")) == region(one(finding)["locations"][0])


def test_an_alert_is_on_one_line_so_that_a_change_of_that_line_shows_it() -> None:
    loop = SOURCES["größe/größe.go"][10]
    assert (11, 2, 11, len(loop) + 1) == region(one(RANGE_CLEAR)["locations"][0])


def test_a_carriage_return_is_no_part_of_a_line() -> None:
    lines = {path: [f"{line}\r" for line in source] for path, source in SOURCES.items()}
    [result] = rendered(Report([RANGE_CLEAR], sources=lines))["results"]
    assert (11, 2, 11, len(SOURCES["größe/größe.go"][10]) + 1) == region(result["locations"][0])


def test_the_message_is_a_sentence_and_then_links_the_proof() -> None:
    result = one(FIELD_MAP)
    title, _, rest = result["message"]["text"].partition(". ")
    assert FIELD_MAP.message == title
    assert "[declared here, a field of Hub](1); [lives as long" in rest
    related = result["relatedLocations"]
    assert [row.says for row in FIELD_MAP.related] == [place["message"]["text"] for place in related]
    assert [1, 2, 3] == [place["id"] for place in related]


def test_brackets_do_not_make_links() -> None:
    at = span("hub/hub.go", 11, "byName")
    finding = replace(FIELD_MAP, message="m[k](v) grows", related=(Related(at, "a map[string]*T"),))
    text = one(finding)["message"]["text"]
    assert text.startswith("m[k\\](v) grows. [a map\\[string\\]*T](1). ")


def test_a_code_flow_walks_from_the_declaration_to_what_was_not_found() -> None:
    [flow] = one(FIELD_MAP)["codeFlows"]
    [thread] = flow["threadFlows"]
    steps = [step["location"] for step in thread["locations"]]
    assert [11, 5, 18, 18, 11] == [region(step)[0] for step in steps]
    told = [step["message"]["text"] for step in steps]
    assert [*(r.says for r in FIELD_MAP.related), FIELD_MAP.message] == told[:4]
    assert told[4].startswith("looked for: delete, clear")


@pytest.mark.parametrize("severity", Severity)
def test_the_level_is_written_whatever_the_rule_says(severity: Severity) -> None:
    assert str(severity) == one(replace(FIELD_MAP, severity=severity))["level"]


def test_the_surer_the_higher_the_rank() -> None:
    found = [one(replace(FIELD_MAP, confidence=confidence)) for confidence in Confidence]
    assert ["low", "medium", "high"] == [result["properties"]["confidence"] for result in found]
    ranks = [result["rank"] for result in found]
    assert sorted(set(ranks)) == ranks


def test_moved_lines_keep_their_fingerprints() -> None:
    before = one(FIELD_MAP)["partialFingerprints"]
    moved = {path: ["// new", "", *lines] for path, lines in SOURCES.items()}
    at = FIELD_MAP.at._replace(line=FIELD_MAP.at.line + 2, end_line=FIELD_MAP.at.end_line + 2)
    report = Report([replace(FIELD_MAP, at=at)], sources=moved)
    assert before == rendered(report)["results"][0]["partialFingerprints"]


def test_our_fingerprint_is_the_containers_and_its_familys() -> None:
    mark = one(FIELD_MAP)["partialFingerprints"]["gomaplint/v1"]
    elsewhere = replace(FIELD_MAP, rule="GML105", at=FIELD_MAP.at._replace(path="main.go", line=3))
    assert mark == one(elsewhere)["partialFingerprints"]["gomaplint/v1"]
    for other in (replace(FIELD_MAP, rule="GML201"), replace(FIELD_MAP, container="example.com/chat.other")):
        assert mark != one(other)["partialFingerprints"]["gomaplint/v1"]


def test_two_findings_never_share_a_fingerprint() -> None:
    results = rendered(Report([FIELD_MAP, FIELD_MAP], sources=SOURCES))["results"]
    marks = [result["partialFingerprints"]["gomaplint/v1"] for result in results]
    assert 2 == len(set(marks))


def mended(finding: Finding, sources: dict[str, list[str]]) -> dict[str, str]:
    """The files after the first fix, made by lines and columns as an editor does."""
    [result] = rendered(Report([finding], sources=sources))["results"]
    after = {}
    for change in result["fixes"][0]["artifactChanges"]:
        path = unquote(change["artifactLocation"]["uri"]).removeprefix("cmd/")
        lines = "\n".join(sources[path]).split("\n")
        for edit in reversed(change["replacements"]):
            gone = edit["deletedRegion"]
            first, last = lines[gone["startLine"] - 1], lines[gone["endLine"] - 1]
            head = first.encode("utf-16-le")[: 2 * gone["startColumn"] - 2].decode("utf-16-le")
            tail = last.encode("utf-16-le")[2 * gone["endColumn"] - 2 :].decode("utf-16-le")
            new = (head + edit["insertedContent"]["text"] + tail).split("\n")
            lines[gone["startLine"] - 1 : gone["endLine"]] = new
        after[path] = "\n".join(lines)
    return after


def test_a_fix_says_what_it_does_and_which_lines_and_columns_it_changes() -> None:
    assert "replace the loop by clear(größen)" == one(CLEARABLE)["fixes"][0]["description"]["text"]
    after = mended(CLEARABLE, SOURCES)
    assert "\n\tclear(größen)\n\n\n}\n" in after["größe/größe.go"]
    after = mended(MENDABLE, SOURCES)
    assert "var rooms = hub.New(10_000)\n" in after["main.go"]
    assert "\n\t\tif len(h.byName) >= rooms.limit { return }\n\t\th.byName[" in after["hub/hub.go"]


def test_a_fix_counts_units_after_wide_characters_and_carriage_returns() -> None:
    lines = ["// Übersicht 🌍\r", "/* 世界 */ delete(m, k)\r", ""]
    content = "\n".join(lines).encode()
    start = content.index(b"delete")
    edits = (Edit("a.go", start, content.index(b"\r", start), "clear(m)"),)
    finding = replace(FIELD_MAP, fixes=(Fix("clear it", True, edits),))
    assert {"a.go": "// Übersicht 🌍\r\n/* 世界 */ clear(m)\r\n"} == mended(
        finding, {**SOURCES, "a.go": lines}
    )


def test_a_fix_may_add_a_line_at_the_end_of_a_file() -> None:
    content = "\n".join(SOURCES["main.go"]).encode()
    edits = (Edit("main.go", len(content), len(content), "// end\n"),)
    finding = replace(FIELD_MAP, fixes=(Fix("end it", True, edits),))
    assert {"main.go": content.decode() + "// end\n"} == mended(finding, SOURCES)


def test_a_fix_in_a_file_that_is_not_at_hand_counts_bytes() -> None:
    finding = replace(FIELD_MAP, fixes=(Fix("x", True, (Edit("gone.go", 5, 9, "y"),)),))
    [change] = one(finding)["fixes"][0]["artifactChanges"]
    assert {"byteOffset": 5, "byteLength": 4} == change["replacements"][0]["deletedRegion"]


def test_settled_findings_are_suppressed_and_the_others_say_that_they_are_not() -> None:
    results = rendered(LIVED_WITH)["results"]
    in_source, *others = (result["suppressions"] for result in results)
    [suppression] = in_source
    assert ("inSource", "accepted") == (suppression["kind"], suppression["status"])
    assert "twelve tenants | <b>no</b> more" == suppression["justification"]
    assert (6, 23, 6, 31) == region(suppression["location"])
    assert [[], [], [{"kind": "external", "status": "accepted"}]] == others


def test_nothing_is_said_of_suppressions_where_nothing_is_settled() -> None:
    assert not [result for result in rendered(FULL)["results"] if "suppressions" in result]


def test_a_rule_brings_all_that_github_shows() -> None:
    driver = rendered(FINDINGS)["tool"]["driver"]
    told = {rule["id"]: rule for rule in driver["rules"]}
    assert [rule.id for rule in load_rules()] == list(told)
    for rule in load_rules():
        shown = told[rule.id]
        assert f"{HOME}/blob/main/rules/{rule.id}-{rule.name}/doc.md" == shown["helpUri"]
        assert rule.doc == shown["help"]["markdown"]
        assert 20 < len(shown["shortDescription"]["text"]) <= 1024
        assert 20 < len(shown["fullDescription"]["text"]) <= 1024
        assert shown["properties"]["precision"] in ("very-high", "high", "medium", "low")
        assert shown["properties"]["problem.severity"] in ("error", "warning", "recommendation")
        assert 0 < len(shown["properties"]["tags"]) <= 10
        assert "security-severity" not in shown["properties"]


def test_results_point_to_their_rules() -> None:
    run = rendered(FINDINGS)
    rules = run["tool"]["driver"]["rules"]
    assert [f.rule for f in FULL.findings] == [rules[r["ruleIndex"]]["id"] for r in run["results"]]


def test_a_category_is_named_only_when_asked_for() -> None:
    assert "automationDetails" not in rendered(FULL)
    assert {"id": "services/chat/"} == rendered(FULL, replace(CHAT, category="services/chat"))[
        "automationDetails"
    ]


def test_notes_of_the_run_are_kept() -> None:
    [invocation] = rendered(FULL)["invocations"]
    assert invocation["executionSuccessful"]
    told = invocation["toolExecutionNotifications"]
    assert [note.message for note in FULL.notes] == [note["message"]["text"] for note in told]
    assert "cmd/hub/old.go" == uri(told[1]["locations"][0])


def test_bytes_that_are_no_text_do_not_break_the_file() -> None:
    report = Report([replace(FIELD_MAP, message="m\udcff grows")], [Note("", 0, "x\udcfe")], sources=SOURCES)
    text = FORMATS["sarif"](report, CHAT)
    assert text.isascii()
    assert "m\ufffd grows" in rendered(report)["results"][0]["message"]["text"]


def test_a_line_beyond_the_source_has_no_line_hash() -> None:
    finding = replace(FIELD_MAP, at=FIELD_MAP.at._replace(path="gone.go"))
    assert ["gomaplint/v1"] == list(one(finding)["partialFingerprints"])


def test_the_file_is_one_line_and_names_its_schema() -> None:
    text = FORMATS["sarif"](FULL, CHAT)
    assert text.endswith("}\n")
    assert 1 == text.count("\n")
    assert json.loads(text)["$schema"].endswith("sarif-2.1.0.json")
