"""Every kind of subject by itself, over `fixtures/subjects/<kind>/`: found where a line says so, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from programs import linked

from gomaplint.config import Options
from gomaplint.discover import discover
from gomaplint.load import load
from gomaplint.model.maps import Analysis
from gomaplint.properties import properties
from gomaplint.subjects import Subject, kinds

FIXTURES = Path(__file__).parent.parent / "fixtures" / "subjects"
KINDS = kinds()

Place = tuple[str, int]


def expected(name: str) -> list[Place]:
    folder = FIXTURES / name
    return [
        (file.relative_to(folder).as_posix(), number)
        for file in sorted(folder.rglob("*.go"))
        for number, line in enumerate(file.read_text("utf-8").split("\n"), 1)
        if re.search(r"// subject$", line)
    ]


def found(name: str) -> list[Subject]:
    run = load(discover(("./...",), str(FIXTURES / name)), Options(jobs=1))
    return [subject for space in run.workspaces for subject in KINDS[name].find(Analysis(space))]


@pytest.mark.parametrize("name", KINDS)
def test_a_subject_is_found_on_the_marked_lines_only(name: str) -> None:
    assert expected(name) == sorted({(subject.at.path, subject.at.line) for subject in found(name)})


@pytest.mark.parametrize("name", KINDS)
def test_a_subject_has_the_roles_and_words_of_its_kind(name: str) -> None:
    kind = KINDS[name]
    for subject in found(name):
        assert dict(kind.roles) == {role: type(entity) for role, entity in subject.roles.items()}
        assert all(subject.words[word] for word in kind.words)
        assert all(isinstance(subject.words[word], str) for word in kind.optional)


@pytest.mark.parametrize("name", KINDS)
def test_a_subject_can_be_asked_about_in_every_role(name: str) -> None:
    assert {} == {role: of for role, of in KINDS[name].roles.items() if not properties(of)}


@pytest.mark.parametrize("name", KINDS)
def test_a_subjects_proof_begins_with_a_declaration(name: str) -> None:
    assert [] == [subject.at for subject in found(name) if not subject.related()]


def test_a_field_called_like_a_loop_variable_is_no_capture() -> None:
    source = """
        type mail struct{ to string }

        func f(names []string) {
            for _, to := range names {
                println(to)
                go func() { println(mail{to: "ann"}.to) }()
            }
        }
    """
    assert [] == list(KINDS["range-capture"].find(linked(source, go="1.21")))


def test_every_kind_has_a_fixture_and_every_fixture_a_kind() -> None:
    assert set(KINDS) == {folder.name for folder in FIXTURES.iterdir()}


def test_subjects_of_different_containers_are_in_different_groups() -> None:
    groups: dict[str, set[str]] = {}
    for subject in found("growth"):
        groups.setdefault(subject.group, set()).add(subject.words["map"])
    assert all(len(names) == 1 for names in groups.values())


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("growth", "delete(m, r.Host)"),
        ("growth", "m = map[string]map[string]int{}"),
        ("growth", "if len(m) > 9 { return }"),
        ("inner-write", "m[r.Host] = map[string]int{}"),
        ("cache-filling", "c.Delete(r.Host)"),
    ],
)
def test_what_is_there_is_not_told_as_looked_for_in_vain(kind: str, source: str) -> None:
    program = """
        import ("net/http"; "time"; "github.com/patrickmn/go-cache")

        var m = map[string]map[string]int{}
        var c = cache.New(time.Hour, 0)

        func main() {
            http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
                // here
                STATEMENT
                c.SetDefault(r.Host, 1)
            })
            http.ListenAndServe(":8080", nil)
        }
    """.replace(
        "STATEMENT", 'm[r.Host]["a"] = 1' if kind == "inner-write" else "m[r.Host] = map[string]int{}"
    )
    (before,) = KINDS[kind].find(linked(program))
    told = {subject.searched() for subject in KINDS[kind].find(linked(program.replace("// here", source)))}
    assert "not found in" in before.searched()
    assert {""} == told
