"""Which rules take part in which file, and what is made of their findings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gomaplint.check import check, why
from gomaplint.config import Configs, Options
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Report
from gomaplint.rule import FAMILIES, Rule, load_rule, load_rules, rank
from gomaplint.selection import Selection, select

RULES = {rule.id: rule for rule in load_rules()}

# leave forgets one of three maps: GML103 says so, and GML102 if GML103 may not.
HUB = """\
package %s

import ("net/http"; "sync")

type Hub struct { mu sync.Mutex; conns, muted map[string]bool; names map[string]string }

var hub = &Hub{conns: map[string]bool{}, muted: map[string]bool{}, names: map[string]string{}}

func (h *Hub) join(addr, name string) { h.mu.Lock(); defer h.mu.Unlock()
	h.conns[addr] = true; h.muted[addr] = false
	h.names[addr] = name
}

func (h *Hub) leave(addr string) { h.mu.Lock(); defer h.mu.Unlock()
	delete(h.conns, addr); delete(h.muted, addr)
}

func Serve(w http.ResponseWriter, r *http.Request) {
	hub.join(r.RemoteAddr, r.UserAgent())
	defer hub.leave(r.RemoteAddr)
}
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n", "utf-8")
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hub.go").write_text(HUB % name, "utf-8")
    return tmp_path


EVERYTHING = Options()


def report(top: Path, options: Options = EVERYTHING, config: str = "") -> Report:
    (top / ".gomaplint.toml").write_text(config, "utf-8")
    return check(options, os.fspath(top), configs=Configs(os.fspath(top)))


def found(report: Report) -> list[str]:
    return [f"{f.at.path}:{f.at.line} {f.rule} {f.severity}" for f in report.findings]


NEW, OLD = "new/hub.go:15 GML103 note", "old/hub.go:15 GML103 note"


def test_without_a_word_everything_is_reported(service: Path) -> None:
    assert ([NEW, OLD], {}) == (found(report(service)), report(service).withheld)


@pytest.mark.parametrize(
    ("config", "expected", "count"),
    [
        ('ignore = ["GML103"]', ["new/hub.go:11 GML102 note", "old/hub.go:11 GML102 note"], 0),
        ('ignore = ["forgotten-sibling", "GML102"]', [], 2),
        ('ignore = ["growth"]', [], 2),
        ('ignore = ["GML2", "clearing", "suppressions"]', [NEW, OLD], 0),
        ('select = ["hazards", "GML10"]', [NEW, OLD], 0),
        ('select = ["gml103"]\nignore = ["GML102"]', [NEW, OLD], 0),
        ('select = ["growth"]\nignore = ["GML1"]', [], 2),
        ('[[paths]]\nmatch = ["old/"]\nignore = ["growth"]', [NEW], 1),
        ('ignore = ["growth"]\n[[paths]]\nmatch = ["old/"]\nselect = ["GML103"]', [OLD], 1),
    ],
)
def test_a_file_gets_the_rules_that_its_configuration_selects(
    config: str, expected: list[str], count: int, service: Path
) -> None:
    told = report(service, config=config)
    assert expected == found(told)
    assert ({"not selected": count} if count else {}) == told.withheld


def test_a_rule_that_is_not_selected_takes_the_word_from_none_that_is(service: Path) -> None:
    """Kindred rules are joined after the selection: ignoring the sharper one must not silence the other."""
    told = report(service, config='ignore = ["GML103"]')
    (first, *_) = told.findings
    assert ("GML102", "example.com/m/new.Hub.names") == (first.rule, first.container)
    assert not any("GML103" in row.says for row in first.related)


def test_findings_in_files_that_nobody_asked_for_are_not_counted_as_left_out(service: Path) -> None:
    told = report(service, Options(patterns=("./new",)), 'ignore = ["growth"]')
    assert {"not selected": 1} == told.withheld


def test_a_nested_configuration_governs_its_folder_alone(service: Path) -> None:
    (service / "old" / ".gomaplint.toml").write_text('[severity]\nGML103 = "error"\n', "utf-8")
    told = report(service, config='ignore = ["growth"]')
    assert ["old/hub.go:15 GML103 error"] == found(told)
    assert {"not selected": 1} == told.withheld


def test_confidence_is_asked_for_file_by_file(service: Path) -> None:
    for name in ("old", "new"):
        unlocked = (HUB % name).replace("h.mu.Lock(); defer h.mu.Unlock()", "")
        (service / name / "hub.go").write_text(unlocked, "utf-8")
    everything = report(service, Options(min_confidence=Confidence.LOW))
    assert {Confidence.MEDIUM} == {f.confidence for f in everything.findings}
    shown = report(service, config='[[paths]]\nmatch = ["old/*"]\nmin-confidence = "medium"')
    assert [row for row in found(everything) if row.startswith("old/")] == found(shown)
    assert {Confidence.MEDIUM: len(found(everything)) - len(found(shown))} == shown.hidden
    assert found(shown)


def test_what_is_typed_counts_in_every_file(service: Path) -> None:
    config = 'ignore = ["GML103"]\n[[paths]]\nmatch = ["old/"]\nignore = ["GML102"]'
    assert [NEW, OLD] == found(report(service, Options(select=("growth",)), config))
    assert ["new/hub.go:11 GML102 note"] == found(report(service, Options(ignore=("clearing",)), config))
    assert [] == found(report(service, Options(ignore=("GML1",)), config))


def test_the_word_that_names_a_rule_most_closely_grades_it(service: Path) -> None:
    config = '[severity]\ngrowth = "error"\nGML10 = "warning"\nGML1 = "note"\n'
    assert ["new/hub.go:15 GML103 warning"] == found(report(service, config=config))[:1]
    config += 'GML103 = "warning"\n[[paths]]\nmatch = ["new"]\nseverity = { forgotten-sibling = "error" }\n'
    assert ["new/hub.go:15 GML103 error", "old/hub.go:15 GML103 warning"] == found(
        report(service, config=config)
    )


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (
            'ignore = [\n"growth",\n"GML999",\n]',
            ".gomaplint.toml:3: no rule 'GML999'; 'gomaplint rules' lists them",
        ),
        ('select = ["growht"]', ".gomaplint.toml:1: no rule 'growht'; did you mean 'growth'?"),
        ('[severity]\nGML7 = "note"', ".gomaplint.toml:2: no rule 'GML7'; "),
        (
            '[[paths]]\nmatch = ["a"]\nselect = ["range-cler"]',
            ".gomaplint.toml:3: no rule 'range-cler'; did you mean",
        ),
    ],
)
def test_a_word_for_no_rule_stops_the_run_before_any_go_is_read(
    config: str, said: str, service: Path
) -> None:
    for file in service.rglob("*.go"):
        file.unlink()
        file.mkdir()
    (service / "x.go").write_text("package m\n", "utf-8")
    with pytest.raises(UserError) as caught:
        report(service, config=config)
    assert str(caught.value).startswith(said)


def test_a_typed_word_for_no_rule_is_told_with_its_option(service: Path) -> None:
    with pytest.raises(UserError, match=r"^--ignore: no rule 'growht'; did you mean 'growth'\?$"):
        report(service, Options(ignore=("growht",)))


def test_every_family_of_rules_has_a_word() -> None:
    assert {rule[:4] for rule in RULES} <= set(FAMILIES.values())
    assert set(FAMILIES).isdisjoint(rule.name for rule in RULES.values())


def test_a_word_names_rules_more_or_less_closely() -> None:
    rule = RULES["GML103"]
    close = ["GML103", "GML10", "GML1", "GML", "growth"]
    assert sorted((rank(word, rule) for word in close), reverse=True) == [rank(word, rule) for word in close]
    assert len({rank(word, rule) for word in close}) == len(close)
    assert rank("forgotten-sibling", rule) == rank("GML103", rule)
    assert [0] * 6 == [rank(word, rule) for word in ("G", "GM", "GML2", "GML1033", "forgotten", "clearing")]


def own_rule(folder: Path) -> Rule:
    built_in = RULES["GML103"].folder
    shutil.copytree(built_in, folder / "ABC103-forgotten-sibling")
    text = (built_in / "rule.toml").read_text("utf-8").replace('"GML103"', '"ABC103"', 1)
    (folder / "ABC103-forgotten-sibling" / "rule.toml").write_text(text, "utf-8")
    return replace(load_rule(folder / "ABC103-forgotten-sibling"), name="our-sibling")


def selected(top: Path, rules: Sequence[Rule]) -> Selection:
    from gomaplint.discover import discover

    configs, tree = Configs(os.fspath(top)), discover((), os.fspath(top))
    return select(configs, configs.in_force(f.absolute for f in tree.files), tree, Options(), rules)


def test_a_rule_of_ones_own_takes_part_where_the_configuration_names_its_folder(service: Path) -> None:
    (service / "old" / ".gomaplint.toml").write_text('rules = ["../lint"]\nignore = ["GML"]\n', "utf-8")
    rules = [*RULES.values(), own_rule(service / "lint")]
    selection = selected(service, rules)
    assert "" == selection.silenced("ABC103", "old/hub.go")
    assert "not selected: no configuration of new/hub.go names lint/" == selection.silenced(
        "ABC103", "new/hub.go"
    )
    (service / ".gomaplint.toml").write_text('ignore = ["our-sibling"]\n', "utf-8")
    with pytest.raises(UserError, match=r"^.gomaplint.toml:1: no rule 'our-sibling'; "):
        selected(service, rules)


@pytest.mark.parametrize(
    ("config", "outcome"),
    [
        ("", "high confidence; GML103 speaks in its place with high confidence: new/hub.go:15:2"),
        ('ignore = ["GML103"]', "reported with high confidence"),
        ('[[paths]]\nmatch = ["old/"]\nignore = ["GML103"]', "high confidence; GML103 speaks in its place"),
        (
            '[[paths]]\nmatch = ["new/*"]\nignore = ["growth"]',
            "not selected by .gomaplint.toml:3; high confidence",
        ),
    ],
)
def test_why_hears_the_rules_that_are_selected(config: str, outcome: str, service: Path) -> None:
    (service / ".gomaplint.toml").write_text(config, "utf-8")
    top = os.fspath(service)
    (told,) = why(Options(), top, "new/hub.go", 11, [RULES["GML102"]], Configs(top))
    assert told.outcome.startswith(outcome)


def test_why_knows_what_confidence_a_file_asks_for(service: Path) -> None:
    unlocked = (HUB % "new").replace("h.mu.Lock(); defer h.mu.Unlock()", "")
    (service / "new" / "hub.go").write_text(unlocked, "utf-8")
    top = os.fspath(service)
    for config, outcome in (
        ("", "low confidence: shown with --min-confidence low"),
        ('min-confidence = "low"', "reported with low confidence"),
    ):
        (service / ".gomaplint.toml").write_text(f'select = ["GML103"]\n{config}', "utf-8")
        told = why(Options(), top, "new/hub.go", 15, [RULES["GML103"]], Configs(top))
        assert {outcome} == {explanation.outcome for explanation in told}
