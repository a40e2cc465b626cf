"""Annotations for GitHub workflows, and the page of the job's summary."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from report_samples import (
    EMPTY,
    FIELD_MAP,
    FULL,
    KEPT_BACK,
    LIVED_WITH,
    PACKAGE_MAP,
    RANGE_CLEAR,
    SOURCES,
    assert_golden,
)

from gomaplint.finding import Confidence, Finding, Related, Report, Settled, Severity
from gomaplint.report import FORMATS, Style
from gomaplint.report.github import SUMMARY_SIZE, job_summary
from gomaplint.rule import load_rules
from gomaplint.span import Span

BLOB = "https://github.com/example/chat/blob/0123abc"
CHAT = Style(cwd="/src/chat/cmd", root="/src/chat", blob=BLOB)
NASTY = (
    "a|b `c` <img src=x onerror=y> [x](http://e.vil) @someone #12 \\| &amp; 100% a:b,c\r\nx\u202e\x1b[31m\x00"
)


def parsed(line: str) -> tuple[str, dict[str, str], str] | None:
    """Read a line as GitHub's runner does (actions/runner, ActionCommand.cs); None where it is no command."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    properties = dict(part.split("=", 1) for part in rest.strip().split(",") if part)
    pairs = [("%0D", "\r"), ("%0A", "\n")]
    both = [*pairs, ("%3A", ":"), ("%2C", ","), ("%25", "%")]
    return (
        name,
        {key: unescaped(value, both) for key, value in properties.items()},
        unescaped(line[end + 2 :], [*pairs, ("%25", "%")]),
    )


def unescaped(text: str, pairs: list[tuple[str, str]]) -> str:
    for code, char in pairs:
        text = text.replace(code, char)
    return text


def commands(report: Report, style: Style = CHAT) -> list[tuple[str, dict[str, str], str]]:
    every = [parsed(line) for line in FORMATS["github"](report, style).split("\n")]
    return [command for command in every if command is not None]


def one(finding: Finding, style: Style = CHAT) -> tuple[str, dict[str, str], str]:
    [command] = commands(Report([finding], sources=SOURCES), style)
    return command


class Page(HTMLParser):
    """What a browser makes of a page: the cells of its table, its elements and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.rows = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.rows += tag == "tr"
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_the_whole_report() -> None:
    assert_golden("report.github", FORMATS["github"](LIVED_WITH, CHAT))


def test_the_whole_summary() -> None:
    assert_golden("report-summary.md", job_summary(replace(LIVED_WITH, rules=load_rules()), CHAT))


def test_nothing_found_is_nothing_annotated_and_said_in_the_summary() -> None:
    assert "" == FORMATS["github"](EMPTY, CHAT)
    assert "### gomaplint\n\nNo findings in 1 file, 2,000 lines\n" == job_summary(EMPTY, CHAT)


def test_a_place_is_a_line_of_a_file_from_the_repository_on() -> None:
    name, properties, _ = one(FIELD_MAP)
    assert "warning" == name
    assert "GML102 unevicted-field-map, high confidence" == properties.pop("title")
    assert {
        "file": "cmd/hub/hub.go",
        "line": "18",
        "endLine": "18",
        "col": "3",
        "endColumn": "39",
    } == properties


def test_columns_count_utf_16_units() -> None:
    _, properties, _ = one(PACKAGE_MAP)
    line = SOURCES["größe/größe.go"][5]
    start = len(line.split("größen", maxsplit=1)[0].encode("utf-16-le")) // 2 + 1
    assert (str(start), str(start + len("größen[名前]"))) == (properties["col"], properties["endColumn"])


def test_a_finding_of_several_lines_is_annotated_on_its_first() -> None:
    _, properties, _ = one(RANGE_CLEAR)
    assert ("11", "11", "2") == (properties["line"], properties["endLine"], properties["col"])
    assert len(SOURCES["größe/größe.go"][10]) + 1 == int(properties["endColumn"])


def test_whatever_stands_in_the_words_is_read_back_as_it_was() -> None:
    odd = replace(
        FIELD_MAP,
        message="100%25 a::b, c%0A",
        name="n,a:m=e%",
        fix="",
        related=(),
        searched="",
        at=FIELD_MAP.at._replace(path="a,b:c%0A\nd=e.go"),
    )
    name, properties, message = one(odd)
    assert ("warning", "100%25 a::b, c%0A") == (name, message)
    assert "cmd/a,b:c%0A\nd=e.go" == properties["file"]
    assert "GML102 n,a:m=e%, high confidence" == properties["title"]


def test_no_word_of_a_finding_becomes_a_command_or_an_escape() -> None:
    related = (Related(FIELD_MAP.at, "\n::add-mask::x\r\n##[error]y"),)
    text = FORMATS["github"](
        Report([replace(FIELD_MAP, message=NASTY, related=related, searched=NASTY)]), CHAT
    )
    assert 1 == text.count("\n")
    assert not set("\r\x1b\x00\u202e") & set(text)


def test_the_message_holds_the_cure_and_the_proof_a_line_each() -> None:
    _, _, message = one(FIELD_MAP)
    lines = message.split("\n")
    assert [FIELD_MAP.message, f"fix: {FIELD_MAP.fix}"] == lines[:2]
    assert "cmd/main.go:5: lives as long as the program: a package variable holds the Hub" == lines[3]
    assert f"looked for: {FIELD_MAP.searched}" == lines[-1]


@pytest.mark.parametrize("words", ["🌍" * 3000, "x" + "🌍" * 3000, "x" * 5000], ids=["wide", "odd", "narrow"])
def test_a_message_is_no_longer_than_the_runner_takes(words: str) -> None:
    _, _, message = one(replace(FIELD_MAP, related=(Related(FIELD_MAP.at, words),)))
    assert 4095 <= len(message.encode("utf-16-le")) // 2 <= 4096
    assert message.startswith(FIELD_MAP.message)
    assert message.endswith(f"{words[-1]}…")


def many(counts: dict[tuple[Severity, Confidence], int]) -> Report:
    found = [
        replace(FIELD_MAP, severity=severity, confidence=confidence, message=f"{confidence} {number}")
        for (severity, confidence), count in counts.items()
        for number in range(count)
    ]
    return Report(found, sources=SOURCES)


def test_the_surest_ten_of_each_severity_are_annotated_and_the_rest_is_said() -> None:
    report = many(
        {
            (Severity.NOTE, Confidence.HIGH): 11,
            (Severity.WARNING, Confidence.MEDIUM): 8,
            (Severity.WARNING, Confidence.HIGH): 7,
            (Severity.ERROR, Confidence.LOW): 3,
        }
    )
    told = [(name, message.split()[0]) for name, _, message in commands(report)]
    expected = [("error", "low")] * 3 + [("warning", "high")] * 7 + [("warning", "medium")] * 3
    assert expected + [("notice", "high")] * 10 == told
    for summary, where in (("/tmp/x", "the job summary"), ("", "--format concise")):
        last = FORMATS["github"](report, replace(CHAT, summary=summary)).split("\n")[-2]
        limit = "as GitHub shows 10 of each severity for a step"
        assert f"gomaplint: no annotation for 6 findings, {limit}; {where} lists all" == last


def test_a_settled_finding_is_a_notice_after_those_that_are_not() -> None:
    settled = replace(FIELD_MAP, severity=Severity.ERROR, settled=Settled("known"))
    report = Report([settled] * 3 + [RANGE_CLEAR] * 9, sources=SOURCES)
    told = [(name, "suppressed: known" in message) for name, _, message in commands(report)]
    assert [("notice", False)] * 9 + [("notice", True)] == told
    assert "no annotation for 2 findings" in FORMATS["github"](report, CHAT)
    assert [] == [c for c in commands(KEPT_BACK) if "suppressed" in c[2]]


def test_the_summary_lists_everything_with_links_to_the_lines() -> None:
    page = Page(job_summary(replace(LIVED_WITH, rules=load_rules()), CHAT))
    assert len(LIVED_WITH.findings) + 1 == page.rows
    lines = [link for link in page.links if link.startswith(BLOB)]
    assert f"{BLOB}/cmd/hub/hub.go#L18" == lines[0]
    assert f"{BLOB}/cmd/größe/größe.go#L11" == unquote(lines[1])
    assert lines[1].isascii()
    assert any(link.endswith("GML102-unevicted-field-map/doc.md") for link in page.links)


def test_the_summary_links_nothing_that_is_not_at_github() -> None:
    outside = replace(FIELD_MAP, at=FIELD_MAP.at._replace(path="../../lib/x.go"))
    assert [] == Page(job_summary(Report([outside]), CHAT)).links
    assert [] == Page(job_summary(Report([FIELD_MAP]), replace(CHAT, blob=""))).links


def test_no_word_of_a_finding_changes_the_page() -> None:
    odd = replace(
        FIELD_MAP,
        message=NASTY,
        fix=NASTY + "</table>\n\n# x",
        at=Span('x"><script>.go', 1, 1, 1, 2),
        settled=Settled(NASTY),
    )
    text = job_summary(Report([odd]), CHAT)
    page = Page(text)
    assert {"table", "tr", "th", "td", "a", "code", "br", "wbr"} == page.elements
    assert [f"{BLOB}/cmd/x%22%3E%3Cscript%3E.go#L1"] == page.links
    assert 4 == len(page.cells)
    assert (
        "a|b `c` <img src=x onerror=y> [x](http://e.vil) @someone #12 \\| &amp; 100% a:b,c" in page.cells[3]
    )
    table = text[text.index("<table>") : text.index("</table>")]
    assert "\n\n" not in table  # after which Markdown would begin again
    assert "@s" not in table  # a name would be told, and linked
    assert "#12" not in table
    assert not set("\r\x1b\x00\u202e") & set(text)


@pytest.mark.parametrize("room", [SUMMARY_SIZE, 20_000, 1_500])
def test_the_summary_is_never_larger_than_its_room_and_says_what_is_left_out(room: int) -> None:
    report = Report([FIELD_MAP] * 4_000)
    text = job_summary(report, CHAT, room)
    rows = Page(text).rows - 1
    assert room - 1_200 < len(text.encode()) <= room
    assert 0 < rows < 4_000
    said = f"\nLeft out: {4_000 - rows:,} findings, as GitHub takes 1 MiB of a step; --format concise lists all.\n"
    assert text.endswith(f"</table>\n{said}")


def test_a_summary_without_room_is_empty() -> None:
    assert "" == job_summary(FULL, CHAT, 300)
    assert "" == job_summary(FULL, CHAT, -1)
