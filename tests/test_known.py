"""What a team tells of its code under [known]: each kind changes an answer, and misspelt names are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from programs import Files, insert_of, linked, map_called, origins

from gomaplint.check import check, why
from gomaplint.config import Configs, Options
from gomaplint.knowledge import function_effect, team
from gomaplint.knowledge.team import Known, extended
from gomaplint.properties import growth, life
from gomaplint.rule import load_rules

HEAD = 'import "example.com/lib/mapx"\n\nvar m = map[string]int{}\n\nfunc main() { go trim() }\n\n'
EVICTS: dict[str, tuple[str, Files]] = {
    "a function of a library": ("example.com/lib/mapx.Trim", HEAD + "func trim() { mapx.Trim(m, 100) }"),
    "its second parameter": ("example.com/lib/mapx.Trim", HEAD + "func trim() { mapx.Trim(100, m) }"),
    "with type arguments": ("example.com/lib/mapx.Trim", HEAD + "func trim() { mapx.Trim[string](m) }"),
    "through an alias": ("example.com/lib/mapx.Trim", HEAD + "func trim() { n := m; mapx.Trim(n) }"),
    "a method of a library's type": (
        "example.com/lib/mapx.Trimmer.Trim",
        HEAD + "var t *mapx.Trimmer\n\nfunc trim() { t.Trim(m) }",
    ),
    "a sync.Map": (
        "example.com/lib/mapx.Trim",
        'import ("example.com/lib/mapx"; "sync")\n\nvar m sync.Map\n\nfunc main() { go trim() }\n\n'
        "func trim() { mapx.Trim(&m) }",
    ),
    "a function of the module": (
        "example.com/m/evict.Trim",
        {
            "main.go": HEAD.replace("lib/mapx", "m/evict") + "func trim() { evict.Trim(m) }",
            "evict/evict.go": "package evict\n\nfunc Trim(m map[string]int) { trim(m) }\n\n"
            "func trim(m map[string]int)",
        },
    ),
    "a method of an interface of the module": (
        "example.com/m.trimmer.Trim",
        HEAD + "type trimmer interface{ Trim(map[string]int) }\n\nvar t trimmer\n\nfunc trim() { t.Trim(m) }",
    ),
    "a method that an embedded type lends": (
        "example.com/m.base.Trim",
        HEAD + "type base struct{}\n\nfunc (base) Trim(m map[string]int)\n\ntype whole struct{ *base }\n\n"
        "var t whole\n\nfunc trim() { t.Trim(m) }",
    ),
    "a method of the map itself": (
        "example.com/m.set.Trim",
        "type set map[string]int\n\nfunc (s set) Trim()\n\nvar m = set{}\n\nfunc main() { go trim() }\n\n"
        "func trim() { m.Trim() }",
    ),
}


@pytest.mark.parametrize(("name", "files"), EVICTS.values(), ids=EVICTS)
def test_a_map_in_the_hands_of_a_teams_function_is_evicted(name: str, files: Files) -> None:
    assert life.evicted(map_called("m", linked(files))).holds is not True
    for known, holds in (
        (Known(evicts=frozenset((name,))), True),
        (Known(evicts=frozenset((name + "x",))), False),
    ):
        with extended(known):
            assert holds is (life.evicted(map_called("m", linked(files))).holds is True)


def test_an_eviction_that_only_tests_call_is_none() -> None:
    _, files = EVICTS["a function of a library"]
    assert isinstance(files, str)
    with extended(Known(evicts=frozenset(("example.com/lib/mapx.Trim",)))):
        assert life.evicted(map_called("m", linked(files.replace("go trim()", "")))).holds is False


BOUNDED = {
    "a key of the type": "type ID string\n\nvar m = map[ID]int{}\n\nfunc add(id ID) { m[id]++ }",
    "a key made of it": "type ID string\n\nvar m = map[string]int{}\n\nfunc add(id ID) { m[string(id)]++ }",
    "a part of it": "type ID struct{ name string }\n\nvar m = map[string]int{}\n\nfunc add(id ID) { m[id.name]++ }",
    "a struct of such": "type ID string\n\ntype key struct{ a, b ID }\n\nvar m = map[key]int{}\n\n"
    "func add(k key) { m[k]++ }",
    "a library's type": 'import "example.com/m/x"\n\nvar m = map[x.ID]int{}\n\nfunc add(id x.ID) { m[id]++ }',
}


@pytest.mark.parametrize("source", BOUNDED.values(), ids=BOUNDED)
def test_a_key_of_a_bounded_type_is_of_few_values(source: str) -> None:
    assert growth.bounded_key(insert_of(source)).holds is not True
    with extended(Known(bounded=frozenset(("example.com/m.ID", "example.com/m/x.ID")))):
        assert growth.bounded_key(insert_of(source)).holds is True


def test_a_field_of_a_long_lived_type_is_long_lived() -> None:
    source = "type Server struct{ m map[string]int; inner }\n\ntype inner struct{ n map[string]int }\n\n"
    for name in ("Server.m", "inner.n"):
        assert life.long_lived(map_called(name, linked(source))).holds is None
        with extended(Known(long_lived=frozenset(("example.com/m.Server",)))):
            answer = life.long_lived(map_called(name, linked(source)))
        assert answer.holds
        assert "Server lives as long as the program, by known.long-lived" in answer.says


FROM = 'import "example.com/lib/auth"\n\nvar m = map[string]int{}\n\n'
KEYS: dict[str, tuple[str, Files]] = {
    "a function of a library": (
        "example.com/lib/auth.User",
        FROM + "func add(x int) { m[auth.User(x)]++ }",
    ),
    "a part of its result": (
        "example.com/lib/auth.User",
        FROM + "func add(x int) { u, _ := auth.User(x); m[u.Name]++ }",
    ),
    "a method": (
        "example.com/lib/auth.Store.Current",
        FROM + "func add(s *auth.Store) { m[s.Current()]++ }",
    ),
    "a function of the module": (
        "example.com/m.user",
        FROM + "func user() string\n\nfunc add() { m[user()]++ }",
    ),
    "a value of a type": (
        "example.com/m.UserID",
        "type UserID string\n\nvar m = map[UserID]int{}\n\nfunc add(id UserID) { m[id]++ }",
    ),
    "a part of a type": (
        "example.com/m.Claims",
        "type Claims struct{ Subject string }\n\nvar m = map[string]int{}\n\nfunc add(c *Claims) { m[c.Subject]++ }",
    ),
    "a pointer to a library's type": (
        "example.com/lib/auth.Claims",
        FROM.replace("[string]", "[*auth.Claims]") + "func add(c *auth.Claims) { m[c]++ }",
    ),
}


@pytest.mark.parametrize(("name", "files"), KEYS.values(), ids=KEYS)
def test_a_key_from_a_teams_function_is_keyed_by_requests(name: str, files: Files) -> None:
    assert growth.keyed_by_requests(insert_of(files)).holds is False
    with extended(Known(keys=frozenset((name,)))):
        assert growth.keyed_by_requests(insert_of(files)).holds is True
        assert all(origin.startswith("REQUEST: ") for origin in origins(files))


def test_what_a_team_knows_ends_with_its_run() -> None:
    with pytest.raises(ZeroDivisionError), extended(Known(evicts=frozenset(("a.B",)))):
        assert "remove" == function_effect("a", "B")
        raise ZeroDivisionError
    assert None is function_effect("a", "B")
    assert Known() == team.known()


# -- from the file on


SERVICE = """\
package main

import ("net/http"; "sync"; "example.com/lib/mapx")

var seen = map[string]int{}; var mu sync.Mutex

func main() {
	go sweep()
	http.HandleFunc("/", count)
}

func sweep() { for { mu.Lock(); mapx.Trim(seen, 100); mu.Unlock() } }

func count(w http.ResponseWriter, r *http.Request) { mu.Lock(); defer mu.Unlock()
	seen[r.URL.Path]++
}
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n", "utf-8")
    (tmp_path / "main.go").write_text(SERVICE.replace("mapx.Trim(seen, 100)", "use(seen)"), "utf-8")
    (tmp_path / "use.go").write_text(
        "package main\n\nfunc use(m map[string]int) { println(len(m)) }\n", "utf-8"
    )
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.go").write_text(
            f"package {name}\n\ntype Set[T any] struct{{}}\n\ntype Fit interface{{ Trim() }}\n\n"
            "func (*Set[T]) Clear() {}\n\nfunc Use() {}\n",
            "utf-8",
        )
    return tmp_path


def notes(top: Path, known: str) -> list[str]:
    (top / ".gomaplint.toml").write_text(f"[known]\n{known}\n", "utf-8")
    return [str(note) for note in check(Options(), os.fspath(top), configs=Configs(os.fspath(top))).notes]


def test_what_all_configurations_of_the_module_know_is_joined(service: Path) -> None:
    for folder, name in (("a", "example.com/m.use"), ("b", "example.com/other.X")):
        (service / folder / ".gomaplint.toml").write_text(f'[known]\nevicts = ["{name}"]\n', "utf-8")
    for patterns in (("./...",), (".",)):
        options = Options(patterns=patterns)
        isolated = check(options, os.fspath(service))
        assert ["GML101"] == [f.rule for f in isolated.findings]
        assert [] == check(options, os.fspath(service), configs=Configs(os.fspath(service))).findings


def test_why_obeys_what_is_known_and_tells_it_as_evidence(service: Path) -> None:
    rule = [rule for rule in load_rules() if rule.id == "GML101"]
    notes(service, 'evicts = ["example.com/m.use"]')
    configs = Configs(os.fspath(service))
    (told,) = why(Options(), os.fspath(service), "main.go", 15, rule, configs)
    assert told.outcome.startswith("silent: 'map: not evicted' does not hold: loses keys in sweep")
    (evictions,) = [section for section in told.evidence() if section.title == "Evictions"]
    assert "use(seen)" in evictions.rows[0].says
    notes(service, 'bounded = []\n[[paths]]\nmatch = ["main.go"]\nignore = ["GML101"]')
    (told,) = why(Options(), os.fspath(service), "main.go", 15, rule, Configs(os.fspath(service)))
    assert "not selected by .gomaplint.toml:5; high confidence" == told.outcome


@pytest.mark.parametrize(
    "known",
    [
        'evicts = ["example.com/m.use", "example.com/m/a.Set.Clear", "example.com/m/a.Fit.Trim"]',
        'bounded = ["example.com/m/a.Set"]\nlong-lived = ["example.com/m/b.Fit"]',
        'keys = ["example.com/m/a.Set", "example.com/m/a.Use", "example.com/m/a.Set.Clear"]',
        'evicts = ["example.com/mx.Trim", "example.com/other/m.Trim", "m.Trim"]',
    ],
)
def test_names_that_are_there_or_elsewhere_give_no_note(known: str, service: Path) -> None:
    assert [] == notes(service, known)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            'keys = [\n"example.com/m/a.Usr"]',
            "3: known.keys: no function, method or type 'example.com/m/a.Usr' in "
            "example.com/m; did you mean 'a.Use'?",
        ),
        (
            'evicts = ["example.com/m/a.Set"]',
            "2: known.evicts: no function or method 'example.com/m/a.Set' in "
            "example.com/m; did you mean 'a.Set.Clear'?",
        ),
        (
            'bounded = ["example.com/m/a.Use"]',
            "2: known.bounded: no type 'example.com/m/a.Use' in example.com/m; did you mean 'a.Set'?",
        ),
        (
            'long-lived = ["example.com/m/zzzzzzz.Quux"]',
            "2: known.long-lived: no type 'example.com/m/zzzzzzz.Quux' in "
            "example.com/m; it counts for nothing",
        ),
    ],
)
def test_a_name_that_its_module_does_not_declare_gives_a_note(known: str, said: str, service: Path) -> None:
    assert [f".gomaplint.toml:{said}"] == notes(service, known)


def test_a_name_in_a_module_that_was_left_out_may_be_right(service: Path) -> None:
    (service / "tools.v2").mkdir()
    (service / "tools.v2" / "go.mod").write_text("module example.com/m/tools.v2\n", "utf-8")
    said = notes(service, 'evicts = ["example.com/m/tools.v2.Trim", "example.com/m/tools.v2/deep.Trim"]')
    assert [] == [note for note in said if "known" in note]
