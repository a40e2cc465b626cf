"""The report for what reads Checkstyle's XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import EMPTY, FIELD_MAP, FULL, LIVED_WITH, PACKAGE_MAP, SOURCES, assert_golden

from gomaplint.finding import Finding, Report, Settled, Severity
from gomaplint.report import FORMATS, Style

STYLE = Style(cwd="/src/chat")

# What https://github.com/checkstyle/checkstyle/blob/master/config/checkstyle-report-1.0.0.xsd says: for each element
# those in it, and its attributes (all optional there but the name of a file).
ELEMENTS = {"checkstyle": {"file", "exception", "error"}, "file": {"error", "exception"}, "error": set[str]()}
ATTRIBUTES = {
    "checkstyle": {"version"},
    "file": {"name"},
    "error": {"line", "column", "severity", "message", "source"},
}


def parsed(report: Report) -> ElementTree.Element:
    """The document, held against the schema."""
    text = FORMATS["checkstyle"](report, STYLE)
    assert text.isascii()
    root = ElementTree.fromstring(text.encode())
    assert "checkstyle" == root.tag
    for element in root.iter():
        assert {child.tag for child in element} <= ELEMENTS[element.tag]
        assert ATTRIBUTES[element.tag] == set(element.attrib)
        assert not (element.text or "").strip()
    for error in root.iter("error"):
        assert int(error.attrib["line"]) > 0
        assert int(error.attrib["column"]) > 0
        assert error.attrib["severity"] in ("error", "warning", "info")
    return root


def one(finding: Finding) -> tuple[str, dict[str, str]]:
    root = parsed(Report([finding], sources=SOURCES))
    [file], [error] = root.findall("file"), root.findall("file/error")
    return file.attrib["name"], dict(error.attrib)


def test_the_whole_report() -> None:
    assert_golden("report.checkstyle.xml", FORMATS["checkstyle"](LIVED_WITH, STYLE))


@pytest.mark.parametrize("report", [FULL, LIVED_WITH, EMPTY], ids=["full", "lived with", "empty"])
def test_a_report_fits_the_schema(report: Report) -> None:
    assert len(report.findings) == len(parsed(report).findall("file/error"))


def test_the_findings_of_a_file_stand_together() -> None:
    names = [file.attrib["name"] for file in parsed(FULL)]
    assert ["größe/größe.go", "hub/hub.go", "worker/worker.go"] == names


def test_a_finding_is_an_error_with_its_place_and_source() -> None:
    name, error = one(FIELD_MAP)
    assert "hub/hub.go" == name
    assert {
        "line": "18",
        "column": "3",
        "severity": "warning",
        "message": FIELD_MAP.message,
        "source": "gomaplint.GML102",
    } == error


def test_columns_count_utf_16_units() -> None:
    units = len(SOURCES["größe/größe.go"][5].split("größen", maxsplit=1)[0].encode("utf-16-le")) // 2
    assert str(units + 1) == one(PACKAGE_MAP)[1]["column"]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.NOTE, "info"), (Severity.WARNING, "warning"), (Severity.ERROR, "error")],
)
def test_the_severity_is_checkstyles_word_for_it(severity: Severity, expected: str) -> None:
    assert expected == one(replace(FIELD_MAP, severity=severity))[1]["severity"]


def test_a_settled_finding_is_information_and_says_why() -> None:
    _, error = one(replace(FIELD_MAP, severity=Severity.ERROR, settled=Settled("", external=True)))
    assert ("info", f"{FIELD_MAP.message} (in the baseline)") == (error["severity"], error["message"])


def test_what_xml_cannot_hold_is_replaced() -> None:
    _, error = one(replace(FIELD_MAP, message="\x00\x1b\n<&\"'>\udcff\ufffe\uffff\x85 🌍"))
    assert "␀␛␊<&\"'>\ufffd\ufffd\ufffd\ufffd 🌍" == error["message"]


@given(st.text(st.characters(), max_size=30), st.text(st.characters(), min_size=1, max_size=30))
def test_it_is_xml_whatever_is_in_words_and_paths(message: str, path: str) -> None:
    finding = replace(FIELD_MAP, message=message, at=FIELD_MAP.at._replace(path=path))
    assert len(path) == len(one(finding)[0])
