"""How rules become findings: which subjects speak, how surely, and what is told of those that keep silent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from programs import linked

from gomaplint.agreement import said_once
from gomaplint.engine import Engine, Explanation
from gomaplint.finding import Confidence, Edit, Fix
from gomaplint.rule import Rule, Tier, load_rule

HEAD = """\
id       = "%s"
name     = "%s"
severity = "warning"
subject  = "growth"
%s

[where]
map    = ["not evicted"]

[[confidence]]
is     = "high"
insert = ["key of wide name"]

[[confidence]]
is     = "low"
insert = ["not key of narrow name"]

[[text]]
message = "{map} gains {key}"
fix     = "cap {map}"
"""

SOURCE = """
    var m = map[string]int{}

    var n = map[string]int{}

    var gone = map[string]int{}

    func f(kind, x, userID, token string) {
        m[kind]++
        m[x]++
        m[userID]++
        m[token]++
        n[kind]++
        n[x]++
        gone[userID]++
        clear(gone)
    }

    func main() { go f("", "", "", "") }
"""


def rule(top: Path, rule_id: str = "GML900", name: str = "sample", more: str = "") -> Rule:
    folder = top / f"{rule_id}-{name}"
    folder.mkdir()
    (folder / "rule.toml").write_text(HEAD % (rule_id, name, more))
    (folder / "doc.md").touch()
    return load_rule(folder)


@pytest.fixture
def engine() -> Engine:
    return Engine(linked(SOURCE))


def test_of_each_container_the_surest_subject_speaks_and_of_those_the_first(
    engine: Engine, tmp_path: Path
) -> None:
    found = sorted(engine.findings([rule(tmp_path)]), key=lambda f: f.at)
    assert [("m gains userID", Confidence.HIGH), ("n gains x", Confidence.LOW)] == [
        (f.message, f.confidence) for f in found
    ]


def test_a_finding_carries_its_rule_and_its_container(engine: Engine, tmp_path: Path) -> None:
    found = min(engine.findings([rule(tmp_path)]), key=lambda f: f.at)
    assert ("GML900", "sample", "cap m", "example.com/m.m") == (
        found.rule,
        found.name,
        found.fix,
        found.container,
    )


def kindred(top: Path, first: str = "high") -> list[Rule]:
    """GML901, surest of user ids, and two that supersede it and know only one confidence, the `first`."""
    one = rule(top, "GML901", "one")
    others = [rule(top, f"GML90{n}", f"other{n}", 'supersedes = ["GML901"]') for n in (2, 3)]
    return [one, *(replace(r, tiers=tuple(t for t in r.tiers if str(t.confidence) == first)) for r in others)]


def heard(engine: Engine, rules: list[Rule]) -> dict[str, tuple[str, Confidence]]:
    return {
        f.container.rpartition(".")[2]: (f.rule, f.confidence)
        for f in said_once(engine.findings(rules), rules)
    }


def test_a_superseding_rule_is_heard_in_place_of_the_other(engine: Engine, tmp_path: Path) -> None:
    # Both are sure of m; of n only the first speaks.
    assert heard(engine, kindred(tmp_path)[:2]) == {
        "m": ("GML902", Confidence.HIGH),
        "n": ("GML901", Confidence.LOW),
    }


def test_a_superseded_rule_that_is_surer_is_heard(engine: Engine, tmp_path: Path) -> None:
    assert heard(engine, kindred(tmp_path, "low")[:2]) == {
        "m": ("GML901", Confidence.HIGH),
        "n": ("GML902", Confidence.LOW),  # what it supersedes makes it no surer
    }


def test_a_sharper_rule_is_heard_though_it_is_less_sure_by_one_step(engine: Engine, tmp_path: Path) -> None:
    one, other, _ = kindred(tmp_path)
    other = replace(other, tiers=(Tier(Confidence.MEDIUM, ()),))
    assert heard(engine, [one, other]) == {
        "m": ("GML902", Confidence.HIGH),
        "n": ("GML902", Confidence.MEDIUM),
    }


def test_two_rules_that_are_equally_sure_of_a_container_are_surer_together(
    engine: Engine, tmp_path: Path
) -> None:
    assert heard(engine, kindred(tmp_path, "low")) == {
        "m": ("GML901", Confidence.HIGH),
        "n": ("GML902", Confidence.MEDIUM),
    }


def test_what_the_other_rule_says_is_part_of_the_proof(engine: Engine, tmp_path: Path) -> None:
    rules = kindred(tmp_path)
    (found,) = (f for f in said_once(engine.findings(rules), rules) if f.container.endswith(".m"))
    assert "GML901 one: m gains userID" in [row.says for row in found.related]


def test_a_rule_offers_no_fix_of_another_one_that_it_silences(engine: Engine, tmp_path: Path) -> None:
    rules = kindred(tmp_path)[:2]
    cap = Fix("cap m", False, (Edit("main.go", 0, 0, "x"),))
    every = [replace(f, fixes=(cap,) if f.rule == "GML901" else ()) for f in engine.findings(rules)]
    assert {("GML902", ()), ("GML901", (cap,))} == {(f.rule, f.fixes) for f in said_once(every, rules)}


def test_rules_that_do_not_supersede_speak_for_themselves(engine: Engine, tmp_path: Path) -> None:
    rules = [rule(tmp_path, "GML901", "one"), rule(tmp_path, "GML902", "other")]
    assert 4 == len(engine.findings(rules))


def test_several_findings_of_one_rule_are_all_kept(engine: Engine, tmp_path: Path) -> None:
    one = rule(tmp_path)
    twice = [replace(f) for f in engine.findings([one]) for _ in range(2)]
    assert 4 == len(said_once(twice, [one]))


def test_it_is_explained_which_rule_is_heard(engine: Engine, tmp_path: Path) -> None:
    one, other, _ = rules = kindred(tmp_path, "low")
    (silenced,) = engine.explain(one, "main.go", 15, rules)
    assert (
        "low confidence; GML902 speaks in its place with medium confidence: main.go:15:5" == silenced.outcome
    )
    (raised,) = engine.explain(other, "main.go", 15, rules)
    assert (
        "medium confidence (low by itself, and another rule agrees): shown with --min-confidence medium"
        == raised.outcome
    )


def told(engine: Engine, tmp_path: Path, line: int) -> Explanation:
    (explanation,) = engine.explain(rule(tmp_path), "main.go", line)
    return explanation


def test_a_finding_is_explained_condition_by_condition(engine: Engine, tmp_path: Path) -> None:
    explanation = told(engine, tmp_path, 12)
    assert ("GML900 m", "reported with high confidence") == (explanation.subject, explanation.outcome)
    assert [("map: not evicted", True), ("high: insert: key of wide name", True)] == [
        (name, answer.holds) for name, answer in explanation.rows
    ]


def test_a_silence_is_explained_by_what_failed(engine: Engine, tmp_path: Path) -> None:
    explanation = told(engine, tmp_path, 16)
    assert ("GML900 gone", "silent: 'map: not evicted' does not hold: loses keys in f") == (
        explanation.subject,
        explanation.outcome,
    )


def test_an_explanation_has_the_evidence_of_its_subject(engine: Engine, tmp_path: Path) -> None:
    titles = [section.title for section in told(engine, tmp_path, 16).evidence()]
    assert ["Key: userID", "Runs", "Owner", "Evictions"] == titles


def test_a_lower_confidence_is_explained_after_a_higher_one(engine: Engine, tmp_path: Path) -> None:
    rows = [(name, answer.holds) for name, answer in told(engine, tmp_path, 15).rows]
    expected = [
        ("map: not evicted", True),
        ("high: insert: key of wide name", False),
        ("low: insert: not key of narrow name", True),
    ]
    assert expected == rows


def test_a_line_without_subjects_has_no_explanation(engine: Engine, tmp_path: Path) -> None:
    assert [] == list(engine.explain(rule(tmp_path), "main.go", 1))


def test_a_declaration_is_explained_by_every_insert(engine: Engine, tmp_path: Path) -> None:
    explained = list(engine.explain(rule(tmp_path), "main.go", 3))
    assert [10, 11, 12, 13] == sorted(explanation.at.line for explanation in explained)


def test_every_question_is_asked_once(tmp_path: Path) -> None:
    engine = Engine(linked(SOURCE))
    one = rule(tmp_path)
    (condition,) = one.where
    first = engine.subjects(one)[0]
    assert engine.ask(condition, first) is engine.ask(condition, first)
