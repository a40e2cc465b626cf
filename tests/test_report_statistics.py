"""Findings counted by rule."""

from __future__ import annotations

import re
from dataclasses import replace

from report_samples import (
    COLOURED,
    EMPTY,
    FIELD_MAP,
    KEPT_BACK,
    LIVED_WITH,
    PLAIN,
    RANGE_CLEAR,
    assert_golden,
)

from gomaplint.finding import Confidence, Report, Settled
from gomaplint.report import STATISTICS


def rows(report: Report) -> list[list[str]]:
    table = STATISTICS(report, PLAIN).split("\n\n")[0]
    return [line.split() for line in table.split("\n")]


def test_the_whole_table() -> None:
    assert_golden("statistics.txt", STATISTICS(KEPT_BACK, PLAIN))


def test_the_rule_that_found_most_comes_first_and_equals_by_name() -> None:
    medium = replace(FIELD_MAP, confidence=Confidence.MEDIUM)
    settled = replace(RANGE_CLEAR, settled=Settled("known"))
    other = replace(FIELD_MAP, rule="GML101", name="unevicted-package-map")
    report = Report([other, RANGE_CLEAR, FIELD_MAP, medium, medium, *[settled] * 9])
    assert [
        ["rule", "high", "medium", "low", "settled"],
        ["GML102", "unevicted-field-map", "1", "2", "0", "0"],
        ["GML101", "unevicted-package-map", "1", "0", "0", "0"],
        ["GML201", "range-clear", "1", "0", "0", "9"],
        ["total", "3", "2", "0", "9"],
    ] == rows(report)


def test_settled_findings_are_counted_whether_they_are_shown_or_not() -> None:
    assert rows(KEPT_BACK) == rows(LIVED_WITH)


def test_colours_change_nothing_but_the_looks() -> None:
    assert STATISTICS(KEPT_BACK, PLAIN) == re.sub(r"\x1b\[[\d;]*m", "", STATISTICS(KEPT_BACK, COLOURED))


def test_nothing_found_is_said_in_one_line() -> None:
    assert "No findings in 1 file, 2,000 lines\n" == STATISTICS(EMPTY, PLAIN)
