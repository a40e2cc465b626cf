"""Rules are checked at load: whatever is wrong with a folder is told in one line, with the file and the cure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from gomaplint.agreement import kin
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion
from gomaplint.rule import Rule, load_folder, load_rule, load_rules

NAME = "GML900-sample"
GOOD = """\
id       = "GML900"
name     = "sample"
severity = "warning"
subject  = "growth"

[where]
map    = ["long lived", "not evicted"]
insert = ["at run time"]

[[confidence]]
is     = "high"
insert = ["keyed by requests"]

[[confidence]]
is     = "low"
insert = ["unknown keyed by requests"]

[[text]]
go      = ">=1.24"
message = "{map} gains {key} from {source}"
fix     = "cap {map} in {function}"

[[text]]
message = "{map} gains {key}"
fix     = "cap {map}"
"""


def write(
    top: Path, rule: str | bytes = GOOD, *, name: str = NAME, doc: str | None = "# GML900 sample\n"
) -> Path:
    folder = top / name
    folder.mkdir()
    (folder / "rule.toml").write_bytes(rule.encode() if isinstance(rule, str) else rule)
    if doc is not None:
        (folder / "doc.md").write_text(doc)
    return folder


def loaded(top: Path, old: str = "", new: str = "") -> Rule:
    """The good rule with one thing changed."""
    assert old in GOOD
    return load_rule(write(top, GOOD.replace(old, new, 1)))


def refusal(folder: Path) -> str:
    """What a rule folder is refused with, without the name of its file in front."""
    with pytest.raises(UserError) as raised:
        load_rule(folder)
    told = str(raised.value)
    assert 2 == raised.value.exit_code
    assert told.startswith(f"{folder / 'rule.toml'}: ")
    assert "\n" not in told
    return told.removeprefix(f"{folder / 'rule.toml'}: ")


def test_a_good_rule_is_what_its_folder_says(tmp_path: Path) -> None:
    rule = loaded(tmp_path)
    assert ("GML900", "sample", Severity.WARNING, "growth") == (
        rule.id,
        rule.name,
        rule.severity,
        rule.subject.name,
    )
    assert ["map: long lived", "map: not evicted", "insert: at run time"] == [str(c) for c in rule.where]
    assert [
        (Confidence.HIGH, ["insert: keyed by requests"]),
        (Confidence.LOW, ["insert: unknown keyed by requests"]),
    ] == [(tier.confidence, [str(c) for c in tier.conditions]) for tier in rule.tiers]


WRONG: dict[str, tuple[str, str, str]] = {
    "a key": ('severity = "warning"', 'severty = "warning"', "no key 'severty'; did you mean 'severity'?"),
    "a key like no other": ("[where]", "[zzz]\n[where]", "no key 'zzz'; there are confidence, id, name,"),
    "an id that is missing": ('id       = "GML900"', "", "id is missing or not a string"),
    "an id that is no string": ('id       = "GML900"', "id = 900", "id is missing or not a string"),
    "an id of another form": (
        'id       = "GML900"',
        'id = "GML9"',
        "id 'GML9' is not letters and three digits, such as ACME001",
    ),
    "another id than the folder's": (
        'id       = "GML900"',
        'id = "GML901"',
        "the folder is called GML900-sample, not GML901-sample",
    ),
    "another name than the folder's": (
        'name     = "sample"',
        'name = "example"',
        "the folder is called GML900-sample, not GML900-example",
    ),
    "a name of another form": (
        'name     = "sample"',
        'name = "Sample Map"',
        "name 'Sample Map' is not small letters, digits and dashes, such as tenant-map",
    ),
    "a name that is missing": ('name     = "sample"', "", "name is missing or not a string"),
    "a severity": ('"warning"', '"warnin"', "no severity 'warnin'; did you mean 'warning'?"),
    "a severity like no other": ('"warning"', '"x"', "no severity 'x'; there are error, note, warning"),
    "a subject": ('"growth"', '"grwth"', "no subject 'grwth'; did you mean 'growth'?"),
    "a role": ("map    = [", "mapp = [", "no role of growth 'mapp'; did you mean 'map'?"),
    "conditions that are no list": (
        'map    = ["long lived", "not evicted"]',
        'map = "long lived"',
        "where.map is not a list of strings",
    ),
    "conditions that are no strings": ('["at run time"]', "[5]", "where.insert is not a list of strings"),
    "a property": ('"long lived"', '"long lved"', "no property 'long lved'; did you mean 'long lived'?"),
    "a property behind a not": (
        '"not evicted"',
        '"not evictd"',
        "no property 'evictd'; did you mean 'evicted'?",
    ),
    "a property of another role": (
        '"at run time"',
        '"evicted"',
        "no property 'evicted'; there are at run time,",
    ),
    "a property written with dashes": (
        '"at run time"',
        '"at-run-time"',
        "no property 'at-run-time'; did you mean",
    ),
    "unknown where all must be known": (
        '"not evicted"',
        '"unknown evicted"',
        "'unknown evicted' may stand in [[confidence]] only; [where] needs what is known",
    ),
    "where that is no table": ("[where]\n", "[[where]]\n", "[where] is not a table"),
    "confidence that is one table": (
        '[[confidence]]\nis     = "high"\ninsert = ["keyed by requests"]\n\n[[confidence]]',
        "[confidence]",
        "[[confidence]] is missing: say what earns high, medium or low",
    ),
    "a confidence without a level": ('is     = "high"', "", "is is missing or not a string"),
    "a level": ('"high"', '"hihg"', "no confidence 'hihg'; did you mean 'high'?"),
    "a role in a confidence": (
        'insert = ["keyed by requests"]',
        'insrt = ["keyed by requests"]',
        "no key of [[confidence]] 'insrt'; did you mean 'insert'?",
    ),
    "a property in a confidence": (
        '"keyed by requests"',
        '"keyed by request"',
        "no property 'keyed by request'; did you mean 'keyed by requests'?",
    ),
    "a key of a text": ("message = ", "mesage = ", "no key of [[text]] 'mesage'; did you mean 'message'?"),
    "a text without a fix": ('fix     = "cap {map} in {function}"', "", "fix is missing or not a string"),
    "an empty message": ('"{map} gains {key}"', '""', "message is missing or not a string"),
    "a placeholder": ("from {source}", "from {sorce}", "no placeholder 'sorce'; did you mean 'source'?"),
    "a placeholder without a name": ("from {source}", "from {}", "no placeholder ''; there are declared,"),
    "a placeholder that reaches inside": (
        "{map} gains",
        "{map.name} gains",
        "no placeholder 'map.name'; there are declared,",
    ),
    "a range of versions": ('">=1.24"', '"from 1.24"', "go = 'from 1.24' is no range such as '>=1.21 <1.24'"),
    "a gap below": (
        '[[text]]\nmessage = "{map} gains {key}"',
        '[[text]]\ngo = ">=1.21"\nmessage = "{map} gains {key}"',
        "no [[text]] for Go 1.0 that does without {source} or other optional words",
    ),
    "a gap above": (
        '[[text]]\nmessage = "{map} gains {key}"',
        '[[text]]\ngo = "<1.24"\nmessage = "{map} gains {key}"',
        "no [[text]] for Go 1.24 that does without {source} or other optional words",
    ),
    "no TOML": ("[where]", "[where", "not TOML: "),
}


@pytest.mark.parametrize(("old", "new", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_the_cure(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    assert refusal(write(tmp_path, GOOD.replace(old, new, 1))).startswith(told)


def test_confidence_must_be_there(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[[confidence]]")] + GOOD[GOOD.index("[[text]]") :]
    told = "[[confidence]] is missing: say what earns high, medium or low"
    assert told == refusal(write(tmp_path, text))


def test_text_must_be_there(tmp_path: Path) -> None:
    told = "[[text]] is missing: a rule needs a message and a fix"
    assert told == refusal(write(tmp_path, GOOD[: GOOD.index("[[text]]")]))


def test_a_gap_between_versions_is_told(tmp_path: Path) -> None:
    texts = [f'[[text]]\ngo = "{go}"\nmessage = "m"\nfix = "f"\n' for go in ("<1.21", ">=1.23")]
    told = "no [[text]] for Go 1.21 that does without {source} or other optional words"
    assert told == refusal(write(tmp_path, GOOD[: GOOD.index("[[text]]")] + "".join(texts)))


def test_texts_for_all_versions_leave_no_gap(tmp_path: Path) -> None:
    texts = [
        f'[[text]]\ngo = "{go}"\nmessage = "{go}"\nfix = "f"\n' for go in ("<1.21", ">=1.21 <1.24", ">=1.24")
    ]
    rule = load_rule(write(tmp_path, GOOD[: GOOD.index("[[text]]")] + "".join(texts)))
    words = {"source": "", "map": "", "key": "", "function": ""}
    assert ["<1.21", ">=1.21 <1.24", ">=1.24"] == [
        rule.text(GoVersion(1, minor), words)[0] for minor in (20, 23, 27)
    ]


def test_a_page_must_be_there(tmp_path: Path) -> None:
    assert "doc.md is missing beside it; every rule has a page" == refusal(write(tmp_path, doc=None))


def test_a_folder_without_a_rule_is_told(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    told = "No such file or directory; a rule is a folder with rule.toml and doc.md"
    assert told == refusal(tmp_path / NAME)


def test_a_rule_that_is_no_text_is_told(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, b"id = '\xff'\n")).startswith("not TOML: ")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('go      = ">=1.24"', "go = 1.24", "go = 1.24 is no range"),
        ("from {source}", "from {source", ""),
        ("from {source}", "from {source!x}", ""),
    ],
    ids=["a version that is a number", "an open placeholder", "a conversion"],
)
def test_a_value_of_the_wrong_kind_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    assert refusal(write(tmp_path, GOOD.replace(old, new, 1))).startswith(told)


@pytest.mark.parametrize("part", ["confidence", "text"])
def test_a_list_of_words_is_no_list_of_tables(tmp_path: Path, part: str) -> None:
    start = GOOD.index("[[confidence]]")
    other = {"confidence": GOOD[GOOD.index("[[text]]") :], "text": GOOD[start : GOOD.index("[[text]]")]}[part]
    text = (
        GOOD[: GOOD.index("[where]")] + f'{part} = ["high"]\n' + GOOD[GOOD.index("[where]") : start] + other
    )
    assert f"[[{part}]]" in refusal(write(tmp_path, text))


def test_a_text_with_a_word_that_is_missing_makes_room_for_the_next(tmp_path: Path) -> None:
    rule = loaded(tmp_path)
    words = {"map": "m", "key": "k", "function": "f", "source": "r.Host"}
    assert ("m gains k from r.Host", "cap m in f") == rule.text(GoVersion(1, 24), words)
    assert ("m gains k", "cap m") == rule.text(GoVersion(1, 24), {**words, "source": ""})
    assert ("m gains k", "cap m") == rule.text(GoVersion(1, 23), words)


def test_the_summary_is_the_sentence_below_the_title(tmp_path: Path) -> None:
    folder = write(tmp_path, doc="# GML900 sample\n\nOne sentence\nover two lines.\n\nMore.\n")
    assert "One sentence over two lines." == load_rule(folder).summary


BUILT_IN = load_rules()


def own(top: Path, rule_id: str = "ACME001", name: str = "sample", extra: str = "") -> Path:
    """A folder of rules with one more rule in it, called so, and good but for what is added in front."""
    top.mkdir(exist_ok=True)
    text = GOOD.replace("GML900", rule_id).replace('"sample"', f'"{name}"')
    write(top, extra + text, name=f"{rule_id}-{name}")
    return top


def ids(rules: Iterable[Rule]) -> list[str]:
    return [rule.id for rule in rules]


def refused(*folders: Path, cwd: str | None = None) -> str:
    with pytest.raises(UserError) as raised:
        load_rules(folders, cwd)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_own_rules_stand_beside_the_built_in_ones_by_id(tmp_path: Path) -> None:
    own(tmp_path / "a", "ACME002", "other")
    rules = load_rules([own(tmp_path / "a"), own(tmp_path / "b", "ZOO001", "third")])
    assert ["ACME001", "ACME002", *ids(BUILT_IN), "ZOO001"] == ids(rules)


def test_what_is_no_rule_folder_is_passed_over(tmp_path: Path) -> None:
    (own(tmp_path / "a") / "README.md").touch()
    (tmp_path / "a" / ".git").mkdir()
    assert ["ACME001"] == ids(load_folder(tmp_path / "a"))


def test_a_folder_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    folder = own(tmp_path / "a")
    (tmp_path / "link").symlink_to(folder)
    rules = load_rules([folder, tmp_path / "a" / ".." / "a", tmp_path / "link"])
    assert 1 == ids(rules).count("ACME001")


def test_own_rules_have_no_address(tmp_path: Path) -> None:
    rules = {rule.id: rule.url for rule in load_rules([own(tmp_path / "a")])}
    assert ("", True) == (rules["ACME001"], rules["GML101"].startswith("https://"))


def test_own_rules_may_supersede_built_in_ones_and_each_other(tmp_path: Path) -> None:
    folders = [
        own(tmp_path / "a", extra='supersedes = ["GML101", "ZOO001"]\n'),
        own(tmp_path / "b", "ZOO001", "z"),
    ]
    rules = load_rules(folders)
    (rule,) = [rule for rule in rules if rule.id == "ACME001"]
    assert {"GML101", "ZOO001"} <= set(ids(kin(rule, rules)))


def test_a_rule_that_supersedes_nothing_known_is_refused(tmp_path: Path) -> None:
    folder = own(tmp_path / "a", extra='supersedes = ["GML11"]\n')
    told = "a/ACME001-sample/rule.toml: no rule 'GML11' to supersede; did you mean 'GML111'?"
    assert told == refused(folder, cwd=str(tmp_path))


def test_one_wrong_rule_stops_all(tmp_path: Path) -> None:
    own(tmp_path / "a")
    write(tmp_path / "a", GOOD, name="ACME002-sample")
    assert "the folder is called ACME002-sample, not GML900-sample" in refused(tmp_path / "a")


def test_an_id_belongs_to_one_rule_and_both_are_named(tmp_path: Path) -> None:
    folders = own(tmp_path / "a"), own(tmp_path / "b", name="other")
    told = "b/ACME001-other/rule.toml: id 'ACME001' is taken by a/ACME001-sample; choose another"
    assert told == refused(*folders, cwd=str(tmp_path))


def test_a_name_belongs_to_one_rule(tmp_path: Path) -> None:
    folder = own(tmp_path / "a", name="range-clear")
    told = "a/ACME001-range-clear/rule.toml: name 'range-clear' is taken by GML201; choose another"
    assert told == refused(folder, cwd=str(tmp_path))


def test_ids_of_built_in_rules_are_kept_for_them(tmp_path: Path) -> None:
    told = "a/GML901-sample/rule.toml: id GML901 is kept for built-in rules; choose other letters"
    assert told == refused(own(tmp_path / "a", "GML901"), cwd=str(tmp_path))


def test_a_folder_without_rules_is_told_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    own(tmp_path / "lint").rename(tmp_path / "lint0")
    (tmp_path / "lint").mkdir()
    (tmp_path / "lint0").rename(tmp_path / "lint" / "rules")
    told = {
        "none": "none: no folder of rules (No such file or directory); 'gomaplint new' begins one",
        "empty": "empty: no rules here; 'gomaplint new' writes a first one",
        "lint": "lint: no rules here; did you mean lint/rules?",
        "lint/rules/ACME001-sample": "lint/rules/ACME001-sample: is a rule; name the folder in which it lies",
    }
    assert told == {folder: refused(tmp_path / folder, cwd=str(tmp_path)) for folder in told}


def test_paths_outside_of_the_current_folder_stay_whole(tmp_path: Path) -> None:
    folder = own(tmp_path / "a", "GML901")
    (tmp_path / "here").mkdir()
    assert refused(folder, cwd=str(tmp_path / "here")).startswith(f"{folder}/GML901-sample/rule.toml: ")


VALUES = ["5", "true", "[]", "[5]", "{}", "[{}]", '""', '"x"', '["x"]', "1979-05-27", "[[[]]]"]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_any_kind_is_taken_or_refused(tmp_path: Path, value: str) -> None:
    lines = GOOD.split("\n")
    changed = {
        key: f"{key} = {value}\n" + GOOD
        for key in ("tags", "supersedes", "precision", "where", "confidence", "text")
    }
    for number, line in enumerate(lines):
        key, equals, _ = line.partition("=")
        if equals:
            changed[f"line {number}"] = "\n".join([*lines[:number], f"{key}= {value}", *lines[number + 1 :]])
    head, body = GOOD[: GOOD.index("[where]")], GOOD[GOOD.index("[[confidence]]") : GOOD.index("[[text]]")]
    changed["no texts"] = f"{head}text = {value}\n{body}"
    changed["no confidence"] = f"{head}confidence = {value}\n{GOOD[GOOD.index('[[text]]') :]}"
    for name, text in changed.items():
        (tmp_path / name).mkdir()
        try:
            load_rule(write(tmp_path / name, text))
        except UserError as error:
            assert "rule.toml: " in str(error)


def test_a_rule_that_is_nested_too_deep_is_no_toml(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, f"id = {'[' * 5000}")).startswith("not TOML: ")


@pytest.mark.parametrize("content", [b"\xff", None], ids=["broken bytes", "a folder"])
def test_a_page_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    folder = write(tmp_path)
    (folder / "doc.md").unlink()
    if content is None:
        (folder / "doc.md").mkdir()
    else:
        (folder / "doc.md").write_bytes(content)
    assert refusal(folder).startswith("doc.md beside it cannot be read: ")


@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.id)
def test_a_built_in_rules_page_has_the_headings_of_every_page(rule: Rule) -> None:
    headings = [line for line in rule.doc.split("\n") if line.startswith("#")]
    assert f"# {rule.id} {rule.name}" == headings[0]
    expected = ["## What it reports", "## Why", "## Fix", "## What it does not see", "## References"]
    assert expected == [line for line in headings if line.startswith("## ")]


@pytest.mark.parametrize("rule", BUILT_IN, ids=lambda rule: rule.id)
def test_a_built_in_rule_has_texts_that_are_no_sentences_and_name_no_leak(rule: Rule) -> None:
    texts = [part for text in rule.texts for part in (text.message, text.fix)]
    assert [] == [text for text in texts if text.endswith(".") or "leak" in text.lower()]


def test_no_built_in_rules_share_an_id() -> None:
    ids = [rule.id for rule in BUILT_IN]
    assert sorted(set(ids)) == ids
