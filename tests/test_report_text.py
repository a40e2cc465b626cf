"""The report for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from report_samples import (
    BASELINE_ONE,
    CAP_FIX,
    CLEAR_FIX,
    COLOURED,
    EMPTY,
    FIELD_MAP,
    FULL,
    LIVED_WITH,
    PACKAGE_MAP,
    PLAIN,
    RANGE_CLEAR,
    assert_golden,
)

from gomaplint.finding import (
    IN_BASELINE,
    SUPPRESSED,
    Confidence,
    Estimate,
    Finding,
    Fix,
    Related,
    Report,
    Severity,
)
from gomaplint.report.style import safe, text_width
from gomaplint.report.text import duration, estimate_words, render
from gomaplint.span import Span


def finding(at: Span, *related: Related) -> Finding:
    return Finding("GML900", "sample", Severity.WARNING, Confidence.HIGH, at, "it grows", "cap it", related)


def frame(lines: Sequence[str], at: Span, *related: Related, width: int = 100) -> list[str]:
    """Render one finding and return its code frame: what stands between the message and the facts."""
    text = render(Report([finding(at, *related)], sources={at.path: lines}), replace(PLAIN, width=width))
    block = text.split("\n\n")[0].split("\n")[2:]
    return block[1 : next(number for number, line in enumerate(block) if line.lstrip().startswith("=")) - 1]


def test_the_whole_report() -> None:
    assert_golden("report.txt", render(FULL, PLAIN))


def test_the_whole_report_with_colours_and_links() -> None:
    assert_golden("report-colour.txt", render(FULL, COLOURED))


def test_the_whole_report_in_a_narrow_window() -> None:
    assert_golden("report-narrow.txt", render(FULL, replace(PLAIN, width=60)))


def test_the_whole_report_of_what_is_lived_with() -> None:
    assert_golden("report-settled.txt", render(LIVED_WITH, PLAIN))


def test_the_verdict_is_green_where_all_is_settled() -> None:
    assert "\x1b[32;1m1 finding (1 error; 1 in the baseline)\x1b[0m" in render(
        Report([BASELINE_ONE]), COLOURED
    )
    assert "\x1b[36;1m2 findings (" in render(Report([BASELINE_ONE, RANGE_CLEAR]), COLOURED)


@pytest.mark.parametrize(
    ("fixes", "expected"),
    [
        ((), "remove the entry"),
        ((CAP_FIX,), "remove the entry (--unsafe-fixes does it)"),
        ((CAP_FIX, CLEAR_FIX), "remove the entry (--fix does it)"),
    ],
)
def test_the_cure_names_the_flag_that_does_it(fixes: tuple[Fix, ...], expected: str) -> None:
    assert f" = fix: {expected}\n" in render(Report([replace(PACKAGE_MAP, fixes=fixes)]), PLAIN)


def test_colours_change_nothing_but_the_looks() -> None:
    plain = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;;.*?\x1b\\", "", render(FULL, COLOURED))
    assert render(FULL, PLAIN) == plain


def test_every_head_is_a_place_an_editor_jumps_to() -> None:
    heads = [block.split("\n")[0] for block in render(FULL, PLAIN).split("\n\n")[:-1]]
    assert all(re.match(r"\S+\.go:\d+:\d+: (note|warning|error) GML\d{3} [a-z-]+$", head) for head in heads)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("\tm[k] = v", "m[k]"),
        ("\t\tx := 1; m[k] = v", "m[k]"),
        ("a\tm[k] = v", "m[k]"),
        ("größen; m[ä] = v", "m[ä]"),
        ("/* 世界 */ m[世] = v", "m[世]"),
        ("/* 🌍 */\tm[k] = v", "m[k]"),
        ("/* cafe\u0301 */ m[k] = v", "m[k]"),
        ("\ufeffm[k] = v", "m[k]"),
        ('s := "\udcff\udcfe"; m[k] = v', "m[k]"),
        ("/* \x1b[31m */ m[k] = v\r", "m[k]"),
    ],
)
def test_the_underline_stands_below_its_text(line: str, text: str) -> None:
    column = line.encode("utf-8", "surrogateescape").index(text.encode()) + 1
    code, marks = frame([line], Span("a.go", 1, column, 1, column + len(text.encode())))
    before = code[: code.index(text)]
    assert "  |" + " " * (text_width(before) - 3) + "^" * text_width(text) == marks


def test_control_characters_never_reach_the_terminal() -> None:
    code, _ = frame(["\x1b]0;x\x07 \u202e m[k] = v // \x9b31m"], Span("a.go", 1, 1, 1, 2))
    assert "1 | ␛]0;x␇ � m[k] = v // �31m" == code
    assert "a␊b.go" == safe("a\nb.go")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("column", [0, 30, 300, 560])
def test_a_long_line_is_cut_so_that_the_place_stays_in_sight(width: int, column: int) -> None:
    line = "x" * column + "m[世界]" + "y" * (600 - column)
    code, marks = frame([line], Span("a.go", 1, column + 1, 1, column + 10), width=width)
    assert text_width(code) <= width
    assert text_width(code[: code.index("m[世界]")]) == marks.index("^")
    assert "^" * 7 == marks[4:].strip()
    assert ("…" in code[:6]) == (column > width)


def test_a_wide_character_cut_in_two_leaves_the_columns_right() -> None:
    for shift in range(4):
        line = " " * shift + "世" * 100 + "m[k]" + "界" * 100
        code, marks = frame([line], Span("a.go", 1, shift + 301, 1, shift + 305), width=60)
        assert text_width(code[: code.index("m[k]")]) == marks.index("^")
        assert text_width(code) <= 60


def test_a_place_wider_than_the_window_is_underlined_as_far_as_it_is_seen() -> None:
    code, marks = frame(["\t" + "m" * 500], Span("a.go", 1, 2, 1, 502), width=60)
    assert text_width(code) <= 60
    assert text_width(marks) <= 60


def test_a_place_of_several_lines_is_marked_on_its_first() -> None:
    lines = ["\tfor k := range m {", "\t\tdelete(m, k)", "\t}"]
    assert ["1 |     for k := range m {", "  |     ^^^^^^^^^^^^^^^^^^"] == frame(
        lines, Span("a.go", 1, 2, 3, 3)
    )


def test_a_place_past_the_end_of_its_line_gets_one_caret() -> None:
    assert ["1 | m", "  |  ^"] == frame(["m"], Span("a.go", 1, 90, 1, 95))
    assert ["1 |", "  | ^"] == frame([""], Span("a.go", 1, 1, 1, 1))


def test_what_is_said_about_the_deciding_place_itself_stands_beside_it() -> None:
    at = Span("a.go", 1, 1, 1, 5)
    assert ["1 | m[k] = v", "  | ^^^^ grows here; keyed by k"] == frame(
        ["m[k] = v"], at, Related(at, "grows here"), Related(at, "keyed by k")
    )


def test_several_places_on_one_line_are_told_apart() -> None:
    lines = ["m[k] = f(v)"]
    related = [
        Related(Span("a.go", 1, 1, 1, 2), "the map"),
        Related(Span("a.go", 1, 3, 1, 4), "the key"),
        Related(Span("a.go", 1, 8, 1, 12), "the value"),
    ]
    assert [
        "1 | m[k] = f(v)",
        "  | -^-^   ---- the value",
        "  | | the key",
        "  | the map",
    ] == frame(lines, Span("a.go", 1, 1, 1, 5), *related)


def test_lines_close_together_are_shown_as_one_piece_of_code() -> None:
    lines = [f"line{number}" for number in range(1, 20)]
    related = [Related(Span("a.go", line, 1, line, 5), "x") for line in (1, 3, 9)]
    shown = frame(lines, Span("a.go", 4, 1, 4, 5), *related)
    assert ["1 | line1", "2 | line2", "3 | line3", "4 | line4", "...", "9 | line9"] == [
        line for line in shown if line[0] != " "
    ]


def test_a_place_whose_code_is_not_at_hand_is_still_named() -> None:
    text = render(
        Report([finding(Span("a.go", 9, 1, 9, 2), Related(Span("b.go", 3, 4, 3, 5), "made here"))]), PLAIN
    )
    assert " --> b.go:3:4 made here\n" in text


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (EMPTY, "No findings in 1 file, 2,000 lines"),
        (replace(EMPTY, seconds=0.04), "No findings in 1 file, 2,000 lines, 0.04 s"),
        (
            replace(EMPTY, hidden={Confidence.MEDIUM: 1, Confidence.LOW: 0}),
            "No findings in 1 file, 2,000 lines; 1 at lower confidence: --min-confidence medium shows it",
        ),
        (
            Report([RANGE_CLEAR], hidden={Confidence.LOW: 1_400}, files=3, lines=1),
            "1 finding (1 note) in 3 files, 1 line; "
            "1,400 more at lower confidence: --min-confidence low shows them",
        ),
        (
            Report([RANGE_CLEAR, FIELD_MAP, PACKAGE_MAP], files=3, lines=1, seconds=83.2),
            "3 findings (2 warnings, 1 note) in 3 files, 1 line, 1 min 23 s",
        ),
        (
            replace(EMPTY, withheld={SUPPRESSED: 1, IN_BASELINE: 0}),
            "No findings in 1 file, 2,000 lines; 1 suppressed: --show-suppressed shows it",
        ),
        (
            replace(
                EMPTY,
                withheld={IN_BASELINE: 1_200, SUPPRESSED: 3, "not selected": 2, "not made by this change": 0},
                hidden={Confidence.LOW: 2},
            ),
            "No findings in 1 file, 2,000 lines; 3 suppressed, 1,200 in the baseline: --show-suppressed shows them"
            "; 2 not selected; 2 at lower confidence: --min-confidence low shows them",
        ),
        (
            replace(LIVED_WITH, withheld={}, hidden={}),
            "4 findings (1 error, 2 warnings, 1 note; 1 suppressed, 1 in the baseline)"
            " in 412 files, 81,233 lines, 0.8 s",
        ),
    ],
)
def test_the_summary_counts_what_was_found_and_read(report: Report, expected: str) -> None:
    assert expected == render(report, PLAIN).split("\n")[-2]


def test_a_report_without_findings_is_one_line() -> None:
    assert_golden("report-empty.txt", render(EMPTY, PLAIN))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0.00 s"), (0.31, "0.3 s"), (59.94, "59.9 s"), (59.96, "1 min 0 s"), (3_601, "60 min 1 s")],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, expected: str) -> None:
    assert expected == duration(seconds)


def test_an_estimate_speaks_of_pointers_where_there_can_be_some() -> None:
    assert (
        "each entry costs about 19 bytes in the map itself (16-33), key int, value struct{}"
        == estimate_words(Estimate(16.4, 18.9, 33.2, "int", "struct{}"))
    )
    assert estimate_words(Estimate(1, 2, 3, "int", "T")).endswith("value T; what they point to comes on top")
