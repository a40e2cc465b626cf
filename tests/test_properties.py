"""Every property by itself, over `fixtures/properties/<name-with-dashes>/`, or over a program that it shares.

A comment at the end of a line gives the answer for what stands there: a map on its declaration, an insert or a loop
variable or a captured use on its line, a clearing loop on its `for`.

    hits = map[string]int{} // is evicted
    seen = map[string]int{} // not evicted
    kept = map[string]int{} // unknown evicted

Where one program serves several properties, a comment has the answers of all: `// is swept, not named after an end`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gomaplint.config import Options
from gomaplint.discover import discover
from gomaplint.engine import Engine
from gomaplint.load import load
from gomaplint.model.maps import Analysis, Map
from gomaplint.properties import Property, properties
from gomaplint.rule import load_rules
from gomaplint.settle import settle
from gomaplint.shapes.directives import Directive
from gomaplint.span import Span
from gomaplint.subjects import kinds

FIXTURES = Path(__file__).parent.parent / "fixtures" / "properties"
PROPERTIES = properties()
WORDS: dict[bool | None, str] = {True: "is", False: "not", None: "unknown"}

# Answers that no code can get: subjects are only found where they are not so.
NEVER = {"kept for certain": {"not"}, "shared by iterations": {"not"}}

Lines = dict[tuple[str, int], set[str]]


def answers_in(line: str) -> dict[str, str]:
    """The answers that a comment at the end of a line gives, by property; none where it says something else."""
    _, _, comment = line.rpartition("// ")
    found = dict(reversed(part.partition(" ")[::2]) for part in comment.split(", "))
    known = found.keys() <= PROPERTIES.keys() and set(found.values()) <= set(WORDS.values())
    return found if known else {}


@cache
def folders() -> dict[str, Path]:
    """Where each property is asked about: in the folder of its name, or in the one that answers it."""
    shared = {
        name: folder
        for folder in FIXTURES.iterdir()
        if folder.name.replace("-", " ") not in PROPERTIES
        for file in folder.rglob("*.go")
        for line in file.read_text("utf-8").split("\n")
        for name in answers_in(line)
    }
    return {name: shared.get(name, FIXTURES / name.replace(" ", "-")) for name in PROPERTIES}


def folder_of(name: str) -> Path:
    return folders()[name]


def analyses(folder: Path) -> Iterator[Analysis]:
    tree = discover(("./...",), str(folder), all_modules=True)
    run = load(tree, Options(jobs=1))
    assert () == tuple(run.notes)
    yield from map(Analysis, run.workspaces)


def entities(kind: type, analysis: Analysis) -> Iterator[Any]:
    """Everything of one kind that rules could ask about."""
    if kind is Directive:
        settle(
            Engine(analysis), load_rules()
        )  # what a comment suppresses is known when all rules have spoken
    if kind is Map:
        yield from analysis.maps()
        return
    for subjects in kinds().values():
        for role, of in subjects.roles.items():
            if of is kind:
                yield from (subject.roles[role] for subject in subjects.find(analysis))


def place(entity: Any) -> Span:
    at = entity.container.at if isinstance(entity, Map) else entity.at
    assert isinstance(at, Span)
    return at


def expected(name: str) -> Lines:
    lines: Lines = {}
    for file in sorted(folder_of(name).rglob("*.go")):
        path = file.relative_to(folder_of(name)).as_posix()
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1):
            if answer := answers_in(line).get(name):
                lines[path, number] = {answer}
    return lines


def answered(asked: Property) -> Lines:
    lines: Lines = {}
    for analysis in analyses(folder_of(asked.name)):
        for entity in entities(asked.of, analysis):
            at = place(entity)
            lines.setdefault((at.path, at.line), set()).add(WORDS[asked.ask(entity).holds])
    return lines


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_answers_as_its_fixture_says(name: str) -> None:
    assert expected(name) == answered(PROPERTIES[name])


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_fixture_shows_a_yes_and_a_no(name: str) -> None:
    shown = {word for words in expected(name).values() for word in words}
    assert {"is", "not"} - NEVER.get(name, set()) <= shown


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_answer_says_why_and_where(name: str) -> None:
    asked = PROPERTIES[name]
    answers = [
        asked.ask(entity) for analysis in analyses(folder_of(name)) for entity in entities(asked.of, analysis)
    ]
    assert [] == [answer for answer in answers if not answer.says or answer.says.endswith(".")]


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_is_documented_in_a_sentence(name: str) -> None:
    assert re.fullmatch(r"[A-Z].*[.?…]", PROPERTIES[name].doc)


def test_every_fixture_belongs_to_a_property() -> None:
    assert set(folders().values()) == set(FIXTURES.iterdir())


def test_every_property_has_a_name_that_no_other_kind_uses() -> None:
    of_kinds = [name for kind in {asked.of for asked in PROPERTIES.values()} for name in properties(kind)]
    assert sorted(PROPERTIES) == sorted(of_kinds)
