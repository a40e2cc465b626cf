"""What is read like a report: a rule's page, the table of rules, the answers to "why"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from report_samples import COLOURED, PLAIN, assert_golden

from gomaplint.finding import Row, Section, Severity
from gomaplint.report.page import document, table, why
from gomaplint.span import Answer, Span

PAGE = """\
# GML102 unevicted-field-map

A map in a field gains keys while the program runs, and **nothing in the module** removes one: see
[the Go issue](https://go.dev/issue/20135) about `delete` and `clear(m)`, which keep the table of the map.

## What it reports

- a `map` in a field of a struct that lives as long as the program, whose keys come from what the program is
  sent
- a `sync.Map`
1. first

```go
func (h *Hub) Join(r *http.Request) {
	h.byName[r.URL.Path] = newSession(r) // `not code`
}
```

| type | bytes |
|---|---|
| `map[string]int` | 58 |
"""


@dataclass(frozen=True)
class Rule:
    id: str
    name: str
    severity: Severity
    summary: str


@dataclass(frozen=True)
class Explanation:
    subject: str
    at: Span
    rows: list[tuple[str, Answer]]
    outcome: str
    evidence: Callable[[], Sequence[Section]] = tuple


RULES = [
    Rule("GML101", "unevicted-package-map", Severity.WARNING, "A package-level map only ever gains keys."),
    Rule(
        "GML201",
        "range-clear",
        Severity.NOTE,
        "A loop " + "deletes every key of a long-lived map, " * 3 + "done.",
    ),
]
EXPLANATIONS = [
    Explanation(
        "hub.Hub.byName gains a key",
        Span("hub/hub.go", 18, 3, 18, 24),
        [
            ("map: field", Answer(True, "is a field of Hub", Span("hub/hub.go", 11, 2, 11, 8))),
            (
                "map: long-lived",
                Answer(None, "is stored in an interface and handed to code outside of the module"),
            ),
            ("map: not evicted", Answer(False, "loses keys here", Span("hub/hub.go", 30, 2, 30, 8))),
        ],
        "silent: whether the map lives long is not known, and it loses keys",
    ),
    Explanation("hub.Hub.mu", Span("hub/hub.go", 18, 3, 18, 7), [], "silent: no map"),
]
DECLARED = Answer(True, "is declared here", Span("hub/hub.go", 11, 2, 11, 8))
LONG = "hub/sessions/byname/registry_of_all_sessions_that_are_open.go"
KEY = Section(
    "Key: name",
    (
        Row(
            'without bound, from a request or a connection: Join(name) ← r.FormValue("name")',
            Span("hub/hub.go", 18, 3, 18, 9),
        ),
        Row('bounded, a constant: Join("admin")', Span(LONG, 7, 1, 7, 9)),
    ),
)
EVIDENCE = [
    Explanation(
        "hub.Hub.byName gains a key",
        Span("hub/hub.go", 18, 3, 18, 24),
        [("map: declared", DECLARED), ("high: map: not evicted by anything that runs", DECLARED)],
        "silent",
        lambda: [KEY, Section("Evictions", (Row("not known: it has more aliases than are followed"),))],
    ),
    Explanation("hub.Hub.byID gains a key", Span("hub/hub.go", 19, 3, 19, 9), [], "silent", lambda: [KEY]),
]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m|\x1b\]8;;.*?\x1b\\", "", text)


def test_a_page_in_a_pipe_stays_what_it_is() -> None:
    assert PAGE == document(PAGE, PLAIN)
    assert "x\n" == document("x", PLAIN)


def test_a_page_on_a_terminal_is_laid_out() -> None:
    assert_golden("rule-colour.txt", document(PAGE, replace(COLOURED, width=70)))


def test_the_lines_of_a_page_fit_the_terminal() -> None:
    lines = plain(document(PAGE.partition("```")[0], replace(COLOURED, width=60))).split("\n")
    assert max(map(len, lines)) <= 60


def test_the_table_of_rules_is_one_line_a_rule_in_a_pipe() -> None:
    assert 2 == table(RULES, PLAIN).count("\n")
    assert table(RULES, PLAIN).startswith(
        "GML101  unevicted-package-map  warning  A package-level map only ever gains keys.\n"
        "GML201  range-clear            note     A loop deletes"
    )


def test_the_table_of_rules_is_wrapped_on_a_terminal() -> None:
    assert_golden("rules-colour.txt", table(RULES, replace(COLOURED, width=80)))


def test_no_rules_are_no_lines() -> None:
    assert "" == table([], PLAIN)


def test_why_shows_every_condition_with_its_answer_and_place() -> None:
    assert_golden("why.txt", why(EXPLANATIONS, replace(PLAIN, width=80)))
    assert why(EXPLANATIONS, PLAIN) == plain(why(EXPLANATIONS, COLOURED))


def test_why_shows_the_evidence_row_by_row_and_each_section_once() -> None:
    assert_golden("why-evidence.txt", why(EVIDENCE, replace(PLAIN, width=80)))
    assert why(EVIDENCE, PLAIN) == plain(why(EVIDENCE, COLOURED))


def test_the_places_of_the_evidence_open_their_files() -> None:
    shown = why(EVIDENCE, replace(COLOURED, width=80))
    assert "(\x1b]8;;file:///src/chat/hub/hub.go\x1b\\\x1b[36mhub/hub.go:18\x1b[0m\x1b]8;;\x1b\\)\n" in shown
    assert shown.count("\x1b[36m") == 2


def test_a_long_condition_leaves_room_for_the_answer() -> None:
    condition = "medium: insert: unknown keyed by run time values"
    told = replace(EXPLANATIONS[0], rows=[("map: field", DECLARED), (condition, EXPLANATIONS[0].rows[1][1])])
    lines = why([told], replace(PLAIN, width=80)).split("\n")
    assert f"  not known  {condition}" in lines
    assert max(map(len, lines)) <= 80


def test_a_long_place_stays_on_the_terminal() -> None:
    at = Span("internal/sessions/registry_of_all.go", 118, 2, 118, 9)
    told = replace(EXPLANATIONS[0], rows=[("map: not package variable", Answer(True, "is a field", at))])
    assert max(map(len, why([told], replace(PLAIN, width=80)).split("\n"))) <= 80


def test_an_answer_is_told_once() -> None:
    told = replace(
        EXPLANATIONS[0], rows=[("map: a", DECLARED), ("map: not a", DECLARED._replace(holds=False))]
    )
    assert "  no         map: not a  as above\n" in why([told], PLAIN)


def test_why_has_nothing_to_say_about_nothing() -> None:
    assert "" == why([], PLAIN)
