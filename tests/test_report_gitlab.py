"""The report for GitLab's Code Quality."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from report_samples import EMPTY, FIELD_MAP, FULL, LIVED_WITH, RANGE_CLEAR, SOURCES, assert_golden

from gomaplint.finding import Report, Settled, Severity
from gomaplint.report import FORMATS, Style

CHAT = Style(cwd="/src/chat/cmd", root="/src/chat")

# What https://docs.gitlab.com/ci/testing/code_quality/ says in words; the schema that GitLab itself checks with
# (app/validators/json_schemas/codeclimate.json) asks for less.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": r"^GML\d{3}$"},
            "fingerprint": {"type": "string", "minLength": 32},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": r"^[^/]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def rendered(report: Report) -> Any:
    return json.loads(FORMATS["gitlab"](report, CHAT))


def test_the_whole_report() -> None:
    assert_golden("report.gitlab.json", FORMATS["gitlab"](LIVED_WITH, CHAT))


@pytest.mark.parametrize("report", [FULL, LIVED_WITH, EMPTY], ids=["full", "lived with", "empty"])
def test_a_report_is_what_gitlab_documents(report: Report) -> None:
    text = FORMATS["gitlab"](report, CHAT)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert text.isascii()


def test_a_run_that_found_nothing_is_an_empty_array() -> None:
    assert "[]\n" == FORMATS["gitlab"](EMPTY, CHAT)


def test_paths_start_at_the_repository() -> None:
    assert "cmd/hub/hub.go" == rendered(Report([FIELD_MAP]))[0]["location"]["path"]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.NOTE, "minor"), (Severity.WARNING, "major"), (Severity.ERROR, "critical")],
)
def test_the_severity_is_gitlabs_word_for_it(severity: Severity, expected: str) -> None:
    finding = replace(FIELD_MAP, severity=severity)
    settled = replace(finding, settled=Settled("known"))
    assert [expected, "info"] == [row["severity"] for row in rendered(Report([finding, settled]))]


def test_a_settled_finding_says_why() -> None:
    [row] = rendered(Report([replace(FIELD_MAP, settled=Settled("twelve tenants"))]))
    assert f"{FIELD_MAP.message} (suppressed: twelve tenants)" == row["description"]


def test_no_two_findings_share_a_fingerprint() -> None:
    marks = [row["fingerprint"] for row in rendered(Report([FIELD_MAP, FIELD_MAP, RANGE_CLEAR]))]
    assert 3 == len(set(marks))


def test_moved_lines_keep_their_fingerprints_and_so_does_showing_what_is_settled() -> None:
    settled = replace(FIELD_MAP, settled=Settled("known"))
    moved = {path: ["// new", *lines] for path, lines in SOURCES.items()}
    at = FIELD_MAP.at._replace(line=FIELD_MAP.at.line + 1, end_line=FIELD_MAP.at.end_line + 1)
    before = rendered(Report([FIELD_MAP, RANGE_CLEAR], sources=SOURCES))
    after = rendered(Report([settled, replace(FIELD_MAP, at=at), RANGE_CLEAR], sources=moved))
    assert [row["fingerprint"] for row in before] == [row["fingerprint"] for row in after[1:]]


def test_bytes_that_are_no_text_do_not_break_the_file() -> None:
    odd = replace(FIELD_MAP, message="key \udcff", at=FIELD_MAP.at._replace(path="caf\udce9.go"))
    [row] = rendered(Report([odd]))
    assert ("key \ufffd", "cmd/caf\ufffd.go") == (row["description"], row["location"]["path"])
