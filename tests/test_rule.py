"""Rules are checked at load: whatever is wrong with a folder is told in one line, with the file and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Severity
from gomaplint.goversion import GoVersion
from gomaplint.rule import Rule, load_rule, load_rules

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
        "id 'GML9' is not letters and three digits, such as GML102",
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


def test_rules_come_by_id(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("GML900", "GML902"), name="GML902-sample")
    write(tmp_path)
    (tmp_path / "README.md").touch()
    assert ["GML900", "GML902"] == [rule.id for rule in load_rules(tmp_path)]


def test_one_wrong_rule_stops_all(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, GOOD, name="GML902-sample")
    with pytest.raises(UserError, match="the folder is called GML902-sample, not GML900-sample"):
        load_rules(tmp_path)


def test_an_id_belongs_to_one_rule(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, GOOD.replace('"sample"', '"other"'), name="GML900-other")
    with pytest.raises(UserError, match="GML900"):
        load_rules(tmp_path)


def test_a_folder_without_rules_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no rule folders here; a rule is a folder with a rule\.toml"):
        load_rules(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no rules here; the installation is incomplete"):
        load_rules(tmp_path / "none")


BUILT_IN = load_rules()


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


def test_a_rule_that_supersedes_nothing_known_is_refused(tmp_path: Path) -> None:
    write(tmp_path, 'supersedes = ["GML901", "GML902"]\n' + GOOD)
    write(tmp_path, GOOD.replace("GML900", "GML901"), name="GML901-sample")
    with pytest.raises(
        UserError, match=r"GML900-sample.*no rule 'GML902' to supersede; did you mean 'GML901'\?"
    ):
        load_rules(tmp_path)
