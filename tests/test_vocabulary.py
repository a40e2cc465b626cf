"""The vocabulary of rules as users read it: every word has a sentence, and every subject an example that shows it."""

from __future__ import annotations

import re

import pytest
from golang import QUICKLY, ROOT, complaints, runs_go
from programs import linked

from gomaplint.cli import main
from gomaplint.properties import properties
from gomaplint.subjects import kinds
from gomaplint.vocabulary import example, page, words

KINDS = kinds()
EXAMPLES = ROOT / "src/gomaplint/subjects/examples"


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_documented_in_a_sentence(name: str) -> None:
    assert re.fullmatch(r"Each .*[a-z`]\.", KINDS[name].doc)


ENTITIES = list(dict.fromkeys(of for kind in KINDS.values() for of in kind.roles.values()))


@pytest.mark.parametrize("of", ENTITIES, ids=str)
def test_what_plays_a_role_is_documented_in_a_sentence(of: type) -> None:
    assert re.match(r"(One|A|An|The) .*\.", of.__doc__ or "")


@pytest.mark.parametrize("name", KINDS)
def test_an_example_has_its_subjects_where_it_says_so(name: str) -> None:
    text = example(KINDS[name])
    marked = [number for number, line in enumerate(text.split("\n"), 1) if "// subject" in line]
    assert marked == sorted({subject.at.line for subject in KINDS[name].find(linked(text))})


def test_every_example_belongs_to_a_kind() -> None:
    assert set(KINDS) == {file.stem for file in EXAMPLES.iterdir()}


@runs_go
def test_the_examples_are_formatted() -> None:
    assert "" == complaints(ROOT, "run", QUICKLY, "cmd/gofmt", "-l", str(EXAMPLES))


def test_the_vocabulary_names_everything_with_its_documentation() -> None:
    lines = page().split("\n")
    for kind in KINDS.values():
        at = lines.index(f"## {kind.name}")
        assert kind.doc == lines[at + 2]
        assert f"- roles: {', '.join(f'`{role}`' for role in kind.roles)}" == lines[at + 4]
        told, _, optional = lines[at + 5].partition("; where known: ")
        assert sorted(kind.words) == re.findall(r"{(\w+)}", told)
        assert sorted(kind.optional) == re.findall(r"{(\w+)}", optional)
    for name, asked in properties().items():
        assert f"- `{name}`: {asked.doc}" in lines


def test_a_subject_shows_its_words_as_they_are_in_its_example() -> None:
    told = page("growth")
    assert f"```go\n{example(KINDS['growth'])}```\n" in told
    assert "\n- `{map}`: `limiter.byID`\n" in told
    assert '\n- `{source}` (only where it is known): `r.Header.Get("X-Tenant")`\n' in told
    for of in KINDS["growth"].roles.values():
        assert all(f"\n- `{name}`: {asked.doc}\n" in told for name, asked in properties(of).items())
    assert "for good" not in told


@pytest.mark.parametrize(
    "word", ["long lived", "long-lived", "long_lived", "not long lived", "unknown long lived"]
)
def test_a_property_is_known_however_it_is_typed(word: str) -> None:
    assert page(word).startswith("# long lived\n\nIts owner lives as long as the program: ")
    assert "Asked of `map` in `growth`, `abandoned-wait`, " in page(word)


@pytest.mark.parametrize("word", words())
def test_every_word_that_a_shell_offers_has_a_page(word: str) -> None:
    assert page(word).startswith(f"# {word if word in KINDS else word.replace('-', ' ')}\n")


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (["grwth"], "no subject and no property 'grwth'; did you mean 'growth'?"),
        (["long", "lved"], "no subject and no property 'long lved'; did you mean 'long lived'?"),
        (["xyz"], "no subject and no property 'xyz'; 'gomaplint properties' lists them"),
    ],
)
def test_an_unknown_word_is_told_with_a_suggestion(
    typed: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["properties", *typed])
    assert f"gomaplint: {complaint}\n" == capsys.readouterr().err


def test_the_vocabulary_is_laid_out_for_reading_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 0 == main(["properties", "long", "lived"])
    assert capsys.readouterr().out.startswith("# long lived\n")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert 0 == main(["properties", "growth"])
    told = capsys.readouterr().out
    assert told.startswith("\x1b[35;1mgrowth\x1b[0m\n")
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in told.split("\n")) <= 100
