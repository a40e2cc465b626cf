"""Baselines as files and as functions over findings: what is understood, what matches, what is told to be gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gomaplint import baseline
from gomaplint.agreement import families
from gomaplint.baseline import changes
from gomaplint.baseline.lines import HEAD, Baseline, parse, render
from gomaplint.baseline.matching import IN_BASELINE, Match, in_force, key_of, match
from gomaplint.config import Options
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Finding, Settled, Severity
from gomaplint.goversion import GoVersion
from gomaplint.rule import load_rules
from gomaplint.span import Span

FILE = ".gomaplint-baseline"
FIRST = "gomaplint-baseline 1\n"
HUB = "example.com/chat/hub"


def finding(
    rule: str = "GML102",
    container: str = f"{HUB}.Hub.byName",
    scope: str = f"{HUB}.Hub.Run",
    line: int = 1,
    *,
    once: bool = True,
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    at = Span("hub/hub.go", line, 1, line, 9)
    return Finding(
        rule,
        "name",
        Severity.NOTE,
        confidence,
        at,
        "says",
        "fix",
        (),
        container,
        scope,
        once=once and container != "",
    )


def every(finding: Finding) -> bool:
    return True


def sure(finding: Finding) -> bool:
    return finding.confidence is Confidence.HIGH


def loop(line: int, function: str = f"{HUB}.Start", confidence: Confidence = Confidence.HIGH) -> Finding:
    """A finding that is about no container."""
    return finding("GML301", "", function, line, confidence=confidence)


@dataclass
class Everything:
    """A run that has seen all there is; `absent` are keys whose declarations exist no more."""

    absent: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()

    def judges(self, key: str) -> bool:
        return key not in self.unjudged

    def missing(self, key: str) -> bool:
        return key in self.absent


def compared(
    held: Baseline, found: Sequence[Finding], aside: Sequence[Finding] = (), extent: Everything | None = None
) -> Match:
    return match(held, found, aside, {}, lambda: extent or Everything())


def of(*findings: Finding) -> Baseline:
    """The baseline that is written when these are found."""
    empty = Baseline(FILE)
    return changes.written(empty, compared(empty, findings), {}, every)[0]


def new(matched: Match) -> list[Finding]:
    return [f for f in matched.findings if f.settled is None]


# -- the file


def test_an_entry_is_the_family_and_the_container_and_findings_without_one_are_counted_by_function() -> None:
    text = render(of(loop(3), finding(), loop(9)))
    assert [*HEAD, "gomaplint-baseline 1", f"GML1 {HUB}.Hub.byName", f"GML3 {HUB}.Start 2", ""] == text.split(
        "\n"
    )


def test_of_a_rule_that_reports_each_place_the_entry_names_the_function_too() -> None:
    found = finding("GML501", once=False)
    assert f"GML5 {HUB}.Hub.byName {HUB}.Hub.Run" == key_of(found, {})


def test_the_name_of_a_local_is_no_part_of_an_entry() -> None:
    before, after = (finding(container=f"{HUB}.Hub.Run:{name}") for name in ("seen", "known"))
    assert f"GML1 {HUB}.Hub.Run:local" == key_of(before, {}) == key_of(after, {})


def test_a_path_with_blanks_and_signs_is_one_word() -> None:
    found = finding(container="a b/100%#é.cache")
    assert "GML1 a%20b/100%25%23é.cache" == key_of(found, {})
    assert of(found).entries == tuple(e._replace(line=0) for e in parse(render(of(found)), FILE).entries)


def test_what_is_written_reads_back() -> None:
    text = FIRST + (
        "# the old ones\n"
        "GML1 example.com/m.a # a closed set\n"
        "\n"
        "# loops\n"
        "GML3 example.com/m.Run 3   #   see #12\n"
        "# the end\n"
    )
    tidy = text.replace("3   #   see", "3 # see")
    assert tidy == render(parse(text, FILE))
    assert tidy == render(parse(tidy, FILE))


def test_an_empty_file_is_a_baseline_without_entries() -> None:
    assert [*HEAD, "gomaplint-baseline 1", ""] == render(parse("", FILE)).split("\n")


def test_lines_of_windows_stay_lines_of_windows() -> None:
    text = f"{FIRST}GML1 example.com/m.a 2 # why\n".replace("\n", "\r\n")
    held = parse(text, FILE)
    assert [("GML1 example.com/m.a", 2, "why")] == [(e.key, e.times, e.reason) for e in held.entries]
    assert text == render(held)


def test_lines_that_a_merge_has_doubled_are_one_entry() -> None:
    text = (
        f"{FIRST}GML1 m.a # ours\nGML3 m.f 2\n{FIRST}# said by them\n"
        "GML1 m.a # theirs\nGML1 m.a # ours\nGML3 m.f 3\n"
    )
    held = parse(text, FILE)
    assert f"{FIRST}# said by them\nGML1 m.a # ours; theirs\nGML3 m.f 3\n" == render(held)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            FIRST + "GML1 m.a\n\nhub.go:88\n",
            f"{FILE}:4: not understood: 'hub.go:88'; an entry is a family and what was found, "
            "such as GML1 example.com/chat/hub.Hub.byName",
        ),
        (FIRST + "GML1 m.a 0\n", "'GML1 m.a 0'"),
        (FIRST + "GML102 m.a\n", "'GML102 m.a'"),
        (FIRST + "GML1 m.a m.b m.c\n", "'GML1 m.a m.b m.c'"),
        (FIRST + "GML1\n", "'GML1'"),
        (
            FIRST + "<<<<<<< HEAD\nGML1 m.a\n=======\nGML1 m.b\n>>>>>>> other\n",
            f"{FILE}:2: a merge of git was left unfinished here; keep the entries of both sides",
        ),
        (
            "# hi\ngomaplint-baseline 2\n",
            f"{FILE}:2: a baseline of version 2, and this gomaplint knows 1 only",
        ),
        (
            "GML1 m.a\n",
            f"{FILE}:1: this is no baseline of gomaplint: its first line is 'gomaplint-baseline 1'",
        ),
        ("# nothing\n", f"{FILE}: this is no baseline of gomaplint"),
        (
            FIRST + "gomaplint-baseline 1 --tests\n",
            f"{FILE}:2: a second first line, which says something else",
        ),
    ],
)
def test_what_is_not_understood_is_named_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(UserError) as error:
        parse(text, FILE)
    assert complaint in str(error.value)


def test_comments_stay_where_they_are_when_entries_go_and_come() -> None:
    text = FIRST + "# first\nGML1 m.a # why a\n# second\nGML1 m.c # why c\n# last\n"
    held = parse(text, FILE).holding({"GML1 m.b": 1, "GML1 m.c": 2})
    assert FIRST + "GML1 m.b\n# first\n# second\nGML1 m.c 2 # why c\n# last\n" == render(held)


def test_the_options_that_decide_on_what_is_seen_are_written_as_they_are_typed() -> None:
    options = Options(tests=True, tags=frozenset(("b", "a")), go=GoVersion(1, 21))
    assert "--tests --tags a,b --go 1.21" == baseline.reads_of(options)
    assert "" == baseline.reads_of(Options())


def test_the_usual_file_lies_beside_the_configuration_or_at_the_root_of_the_repository(
    tmp_path: Path,
) -> None:
    inner = tmp_path / "service" / "hub"
    inner.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    assert "../../.gomaplint-baseline" == baseline.default_path(str(inner))
    assert FILE == baseline.default_path(str(tmp_path))
    (tmp_path / "service" / ".gomaplint.toml").touch()
    assert "../.gomaplint-baseline" == baseline.default_path(str(inner))


def test_a_file_is_shown_as_seen_from_the_current_folder_and_elsewhere_as_it_is_named(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    assert "../known" == baseline.shown(str(tmp_path / "a" / "known"), str(inner))
    assert "known" == baseline.shown(str(inner / "known"), str(inner))
    assert (tmp_path / "c" / "known").as_posix() == baseline.shown(str(tmp_path / "c" / "known"), str(inner))


# -- what matches


def test_a_finding_in_the_baseline_is_settled_elsewhere() -> None:
    [found] = compared(of(finding()), [finding(line=40)]).findings
    assert Settled("", external=True) == found.settled


@pytest.mark.parametrize(
    "now",
    [
        finding("GML104"),
        finding(confidence=Confidence.LOW),
        finding(scope=f"{HUB}.Hub.Stop", line=90),
    ],
    ids=["a sharper rule", "less sure", "another insert"],
)
def test_a_container_is_known_whoever_of_the_family_reports_it_and_wherever(now: Finding) -> None:
    assert [] == new(compared(of(finding()), [now]))


@pytest.mark.parametrize(
    "now",
    [finding(container=f"{HUB}.Hub.byID"), finding("GML201"), finding(container=f"{HUB}.Room.byName")],
    ids=["another field", "another family", "another type"],
)
def test_what_is_asked_of_another_container_or_by_another_family_is_new(now: Finding) -> None:
    matched = compared(of(finding()), [now])
    assert [now] == new(matched)
    assert {f"GML1 {HUB}.Hub.byName": 1} == matched.gone


def test_of_more_findings_than_an_entry_counts_the_last_are_new() -> None:
    held = of(loop(3), loop(9))
    assert [20, 12] == [f.at.line for f in new(compared(held, [loop(20), loop(12), loop(3), loop(9)]))]


def test_an_entry_stands_for_the_finding_it_was_written_of_and_not_for_a_less_certain_one_before_it() -> None:
    held = of(loop(9))
    unsure = loop(3, confidence=Confidence.LOW)
    assert [unsure] == new(compared(held, [unsure, loop(9)]))


def test_entries_stand_first_for_findings_that_were_not_asked_about() -> None:
    matched = compared(of(loop(3), loop(9)), [loop(12)], [loop(3), loop(9)])
    assert [12] == [f.at.line for f in new(matched)]
    assert {f"GML3 {HUB}.Start": 2} == matched.aside


def test_a_finding_that_a_comment_settles_needs_no_entry_and_one_that_it_has_is_not_gone() -> None:
    suppressed = replace(loop(3), settled=Settled("suppressed"))
    matched = compared(of(loop(9)), [suppressed, loop(9)])
    assert [Settled("suppressed"), IN_BASELINE] == [f.settled for f in matched.findings]
    matched = compared(of(loop(3)), [suppressed])
    assert ({}, [Settled("suppressed")]) == (matched.gone, [f.settled for f in matched.findings])
    assert () == changes.written(of(loop(3)), matched, {}, every)[0].entries


def test_a_rule_of_ones_own_that_supersedes_one_of_ours_speaks_for_its_family() -> None:
    rules = load_rules()
    own = replace(rules[-1], id="ACME101", supersedes=("GML101", "GML501"))
    standing = families((*rules, own))
    assert {"ACME1": "GML1", "GML1": "GML1", "GML5": "GML1"} == standing
    assert {} == families(rules)
    held = in_force(parse(f"{FIRST}ACME1 {HUB}.Hub.byName\nGML6 {HUB}.Hub.byName\n", FILE), standing)
    matched = match(held, [finding("ACME101"), finding("GML601")], [], standing, Everything)
    assert [] == new(matched)
    assert {} == matched.gone


# -- what is gone, and what has moved


def test_what_a_run_cannot_judge_is_not_gone() -> None:
    held = of(finding(), loop(3))
    matched = compared(held, [], extent=Everything(unjudged=frozenset([f"GML3 {HUB}.Start"])))
    assert ({f"GML1 {HUB}.Hub.byName": 1}, {f"GML3 {HUB}.Start": 1}) == (matched.gone, matched.unseen)


def test_nobody_looks_at_the_extent_of_a_run_when_every_entry_was_found() -> None:
    match(of(finding()), [finding()], [], {}, pytest.fail)


@pytest.mark.parametrize(
    "path", ["example.com/chat/internal/hub", "example.com/talk/hub", "gopkg.in/chat.v3"]
)
def test_what_is_found_under_another_import_path_has_moved(path: str) -> None:
    held = of(finding())
    key = f"GML1 {HUB}.Hub.byName"
    matched = compared(held, [finding(container=f"{path}.Hub.byName")], extent=Everything(frozenset([key])))
    assert ([], {}, {key: f"GML1 {path}.Hub.byName"}) == (new(matched), matched.gone, matched.moved)
    [note] = changes.notes(parse(render(held), FILE), matched, "'gomaplint baseline --prune'")
    assert (
        f"{FILE}:5: 1 entry moved to another package, such as {key}, now GML1 {path}.Hub.byName; "
        "'gomaplint baseline --prune' writes the new names" == str(note)
    )


def test_what_is_found_elsewhere_while_the_declaration_is_still_there_is_new() -> None:
    matched = compared(of(finding()), [finding(container="example.com/chat/room.Hub.byName")])
    assert (1, {f"GML1 {HUB}.Hub.byName": 1}) == (len(new(matched)), matched.gone)


def test_where_two_could_be_what_has_moved_both_are_new() -> None:
    two = [finding(container=f"example.com/chat/{name}.Hub.byName") for name in ("a", "b")]
    extent = Everything(frozenset([f"GML1 {HUB}.Hub.byName"]))
    assert two == new(compared(of(finding()), two, extent=extent))
    both = Everything(frozenset(key_of(f, {}) for f in two))
    assert 1 == len(new(compared(of(*two), [finding()], extent=both)))


def test_a_reason_moves_with_its_entry() -> None:
    text = f"{FIRST}GML1 {HUB}.Hub.byName # twelve tenants\n"
    extent = Everything(frozenset([f"GML1 {HUB}.Hub.byName"]))
    matched = compared(parse(text, FILE), [finding(container="example.com/talk.Hub.byName")], extent=extent)
    expected = FIRST + "GML1 example.com/talk.Hub.byName # twelve tenants\n"
    assert expected == render(changes.pruned(parse(text, FILE), matched)[0])
    after, says = changes.written(parse(text, FILE), matched, {}, sure)
    assert (expected, f"wrote 1 entry (0 new, 0 gone) to {FILE}") == (render(after), says)
    beside = compared(parse(text, FILE), [], [finding(container="example.com/talk.Hub.byName")], extent)
    assert expected == render(changes.written(parse(text, FILE), beside, {}, sure)[0])


def test_writing_anew_keeps_what_it_could_not_see_and_the_reasons_of_what_stays() -> None:
    held = parse(f"{FIRST}GML1 a.x # why\nGML1 b.x\nGML1 c.x\nGML3 {HUB}.Start 3\n", FILE)
    extent = Everything(unjudged=frozenset(["GML1 b.x"]))
    found = [finding(container="a.x"), finding(container="d.x"), loop(3)]
    unsure = finding(container="e.x", confidence=Confidence.LOW)
    aside = [finding(container="f.x"), finding(container="g.x")]
    held = held.holding({**{entry.key: entry.times for entry in held.entries}, "GML1 f.x": 1})
    matched = compared(held, [*found, unsure], aside, extent)
    after, says = changes.written(held, matched, {}, sure)
    assert f"{FIRST}GML1 a.x # why\nGML1 b.x\nGML1 d.x\nGML1 f.x\nGML3 {HUB}.Start\n" == render(after)
    assert f"wrote 5 entries (1 new, 3 gone) to {FILE}" == says


def test_pruning_adds_nothing_and_lowers_counts() -> None:
    held = parse(f"{FIRST}GML1 a.x # why\nGML1 b.x\nGML3 {HUB}.Start 3\n", FILE)
    matched = compared(held, [finding(container="a.x", confidence=Confidence.LOW), finding(), loop(3)])
    after, says = changes.pruned(held, matched)
    assert f"{FIRST}GML1 a.x # why\nGML3 {HUB}.Start\n" == render(after)
    assert f"{FILE}: took out 3 entries, 2 stay" == says
    [note] = changes.notes(held, matched, baseline.command(FILE, "--prune"))
    says = "3 entries are gone, such as GML1 b.x; 'gomaplint baseline --prune' takes out what is gone"
    assert f"{FILE}:3: {says}" == str(note)


# -- any findings at all

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
PLACES = st.builds(lambda path, name: f"{path}.{name}", NAMES, NAMES)
FINDINGS = st.builds(
    finding,
    st.sampled_from(["GML101", "GML102", "GML301", "GML501", "ACME101"]),
    st.just("") | PLACES | st.builds(lambda place: f"{place}:v", PLACES),
    PLACES,
    st.integers(1, 50),
    once=st.booleans(),
    confidence=st.sampled_from(Confidence),
)


def round_trip(found: Sequence[Finding]) -> Baseline:
    return parse(render(of(*found)), FILE)


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=8))
def test_after_writing_nothing_is_new_and_nothing_is_gone(found: list[Finding]) -> None:
    matched = compared(round_trip(found), found)
    assert ([], {}, {}) == (new(matched), matched.gone, matched.moved)


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=8), FINDINGS, st.data())
def test_one_finding_more_is_the_one_that_is_reported(
    found: list[Finding], more: Finding, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(found)))
    [one] = new(compared(round_trip(found), [*found[:at], more, *found[at:]]))
    assert key_of(more, {}) == key_of(one, {})
    if key_of(more, {}) not in {key_of(f, {}) for f in found}:
        assert more == one


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=8), st.data())
def test_pruning_leaves_what_is_written_of_the_rest(found: list[Finding], data: st.DataObject) -> None:
    rest = [f for f in found if data.draw(st.booleans())]
    held = round_trip(found)
    pruned, _ = changes.pruned(held, compared(held, rest))
    assert render(of(*rest)) == render(pruned)


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=6), st.lists(FINDINGS, max_size=6))
def test_the_lines_of_two_branches_together_hold_what_either_holds(
    ours: list[Finding], theirs: list[Finding]
) -> None:
    lines = [line for found in (ours, theirs) for line in render(of(*found)).split("\n") if line]
    both = parse("\n".join(lines), FILE)
    for found in (ours, theirs):
        assert [] == new(compared(both, found))
    counted = [Counter(key_of(f, {}) for f in found) for found in (ours, theirs)]
    assert counted[0] | counted[1] == {entry.key: entry.times for entry in both.entries}
