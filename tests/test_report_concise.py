"""The report of one line a finding."""

from __future__ import annotations

from dataclasses import replace

from report_samples import COLOURED, EMPTY, FIELD_MAP, FULL, LIVED_WITH, PLAIN, assert_golden

from gomaplint.finding import Report
from gomaplint.report.concise import render


def test_the_whole_report() -> None:
    assert_golden("report.concise", render(FULL, PLAIN))


def test_the_whole_report_with_colours_and_links() -> None:
    assert_golden("report-colour.concise", render(FULL, COLOURED))


def test_a_settled_finding_says_why() -> None:
    lines = render(LIVED_WITH, PLAIN).split("\n")
    assert lines[0].endswith(" removes one [medium] (suppressed: twelve tenants | <b>no</b> more)")
    assert lines[2].endswith(" removes one [high]")
    assert lines[3].endswith(" below Go 1.22 [high] (in the baseline)")


def test_nothing_found_is_nothing_said() -> None:
    assert "" == render(EMPTY, PLAIN)


def test_a_finding_is_one_line_whatever_its_words() -> None:
    odd = replace(FIELD_MAP, message="a\nb\r\x1b[2Jc\u2028d", at=FIELD_MAP.at._replace(path="new\nline.go"))
    assert "new␊line.go:18:3: GML102 a␊b␍␛[2Jc�d [high]\n" == render(Report([odd]), PLAIN)
