"""The report for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from report_samples import (
    CLEARABLE,
    COLOURED,
    EMPTY,
    FIELD_MAP,
    FULL,
    KEPT_BACK,
    LIVED_WITH,
    PLAIN,
    SOURCES,
    assert_golden,
)

from gomaplint.finding import Note, Report
from gomaplint.report.jsonout import render

DOCS = Path(__file__).parent.parent / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "findings.schema.json").read_text(encoding="utf-8"))


def closed(schema: Any) -> Any:
    """Return the schema without room for fields that it does not describe."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return parts if "properties" not in schema else {"additionalProperties": False, **parts}


def field_names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if not name.startswith("GML"):
                yield name
            yield from field_names(part)
    elif isinstance(value, list):
        for part in value:
            yield from field_names(part)


def test_the_whole_report() -> None:
    assert_golden("report.json", render(FULL, PLAIN))


def test_the_whole_report_of_what_is_lived_with() -> None:
    assert_golden("report-settled.json", render(LIVED_WITH, PLAIN))


def test_a_fix_is_told_in_bytes_of_the_file() -> None:
    [fix, _] = json.loads(render(Report([CLEARABLE]), PLAIN))["findings"][0]["fixes"]
    content = "\n".join(SOURCES["größe/größe.go"]).encode()
    for edit in sorted(fix["edits"], key=lambda edit: -edit["start"]):
        content = content[: edit["start"]] + edit["text"].encode() + content[edit["end"] :]
    assert fix["safe"]
    assert "\n\tclear(größen)\n\n\n}\n" in content.decode()


def test_what_is_kept_back_is_counted_by_its_reason() -> None:
    assert {"in the baseline": 1, "not selected": 3, "suppressed": 1} == json.loads(render(KEPT_BACK, PLAIN))[
        "withheld"
    ]
    assert {"not made by this change": 1234} == json.loads(render(LIVED_WITH, PLAIN))["withheld"]


@pytest.mark.parametrize("report", [FULL, LIVED_WITH, KEPT_BACK, EMPTY, Report([])])
def test_every_report_fits_the_published_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(render(report, PLAIN)), closed(SCHEMA))


def test_the_example_in_the_documentation_fits_the_schema() -> None:
    example = (DOCS / "json.md").read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    jsonschema.validate(json.loads(example), closed(SCHEMA))


def test_every_field_is_in_the_documentation() -> None:
    documentation = (DOCS / "json.md").read_text(encoding="utf-8")
    names = set(field_names(json.loads(render(replace(LIVED_WITH, withheld={}), PLAIN))))
    assert set() == {name for name in names if f"`{name}`" not in documentation}


def test_neither_looks_nor_time_nor_order_of_counts_change_a_byte() -> None:
    other = replace(FULL, seconds=99.0, hidden=dict(reversed(list(FULL.hidden.items()))))
    assert render(FULL, PLAIN) == render(other, COLOURED)


def test_it_is_ascii_and_ends_with_a_line_end() -> None:
    text = render(FULL, PLAIN)
    assert text.isascii()
    assert text.endswith("}\n")


def test_bytes_that_are_no_text_do_not_spoil_it() -> None:
    odd = replace(FIELD_MAP, at=FIELD_MAP.at._replace(path="caf\udce9.go"), message="key \udcff")
    found = json.loads(render(Report([odd], [Note("\udcff.go", 0, "x")]), PLAIN))
    assert ("caf\ufffd.go", "key \ufffd") == (
        found["findings"][0]["at"]["path"],
        found["findings"][0]["message"],
    )
