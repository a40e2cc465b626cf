"""What `why` shows beside the answers: the places that were looked at, and why each counts or does not."""

from __future__ import annotations

import pytest
from programs import Files, linked

from gomaplint.config import Options
from gomaplint.finding import Row, Section
from gomaplint.subjects import kinds

HUB = """
    import "net/http"

    type hub struct{ m map[string]int }

    func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
        h.add(r.URL.Path) }

    func (h *hub) add(k string) { h.m[k]++ }

"""
MAIN = "var h = &hub{m: map[string]int{}}\n\nfunc main() { go f() }\n\n"


def sections(files: Files, tests: bool = False) -> list[Section]:
    """The evidence about the first insert of a program."""
    analysis = linked(files, options=Options(jobs=1, tests=tests))
    return list(next(kinds()["growth"].find(analysis)).evidence())


def section(title: str, files: Files, tests: bool = False) -> list[str]:
    """The rows of one section, each with the line it points to."""
    (found,) = [s for s in sections(files, tests) if s.title.split(":")[0] == title]
    return [_shown(row) for row in found.rows]


def _shown(row: Row) -> str:
    return f"{row.says} ({row.at.path}:{row.at.line})" if row.at is not None else row.says


def test_the_sections_are_told_in_the_order_in_which_a_reader_asks() -> None:
    assert ["Key: k", "Runs", "Owner: hub", "Evictions"] == [s.title for s in sections(HUB + MAIN)]


# -- the key

KEYS = {
    "a request": ("s.URL.Path", "without bound, from a request or a connection: s.URL.Path (main.go:9)"),
    "the time": (
        "time.Now().String()",
        "without bound, from a generated value: time.Now().String() (main.go:9)",
    ),
    "a constant": ('"a"', 'bounded, a constant: "a" (main.go:9)'),
    "configuration": (
        'os.Getenv("NAME")',
        'bounded, from configuration: os.Getenv("NAME") (main.go:9)',
    ),
    "start": ("name", "bounded, there since the program started: name (main.go:9)"),
    "nobody knows": ("lib.Name()", "not known, the way back ends here: lib.Name() (main.go:9)"),
    "a circle": ("same", "not known: followed back, the key leads in a circle (main.go:9)"),
}


@pytest.mark.parametrize("name", KEYS)
def test_every_origin_of_the_key_is_told_with_what_it_is_worth(name: str) -> None:
    key, expected = KEYS[name]
    source = f"""
        import ("net/http"; "os"; "time"; "example.com/lib")

        var m, name = map[string]int{{}}, os.Args[0]

        func f(w http.ResponseWriter, s *http.Request) {{
            var same string
            same = same[1:]; m[{key}]++
        }}
    """
    assert [expected] == section("Key", "package main\n" + source)


def test_a_key_is_told_with_the_whole_way_from_the_insert_and_the_widest_first() -> None:
    source = HUB + MAIN + 'func f() { h.add("x") }'
    assert [
        "without bound, from a request or a connection: add(r.URL.Path) (main.go:8)",
        'bounded, a constant: add("x") (main.go:16)',
    ] == section("Key", source)


def test_many_constants_are_counted() -> None:
    calls = "; ".join(f'add("{name}")' for name in "abcdefg")
    source = f"var m = map[string]int{{}}\n\nfunc main() {{ {calls} }}\n\nfunc add(k string) {{ m[k]++ }}"
    rows = section("Key", source)
    assert (5, "... and 3 more like these") == (len(rows), rows[-1])


def test_a_key_whose_type_has_few_values_is_bounded_wherever_it_comes_from() -> None:
    source = "var m = map[bool]int{}\n\nfunc f(k bool) { m[k]++ }"
    assert section("Key", source)[0] == ("bounded, wherever it comes from: bool has few values (main.go:5)")


def test_a_method_that_is_taken_as_a_value_has_no_key() -> None:
    source = 'import "sync"\n\nvar m sync.Map\n\nvar store = m.Store'
    assert ["not known: the method is not called here, but taken as a value (main.go:7)"] == section(
        "Key", source
    )


def test_a_key_that_importers_choose_is_not_known() -> None:
    library = {
        "go.mod": "module example.com/hub",
        "hub/hub.go": "package hub\n\nvar m = map[string]int{}\n\nfunc Add(k string) { m[k]++ }",
    }
    assert ["not known, from callers outside the module: k (hub/hub.go:5)"] == section("Key", library)


# -- when it runs

RUNS = {
    "func init() { m[k]++ }": ["while the program starts: runs in init (main.go:5)"],
    "func f() { m[k]++ }": ["never: nothing in the module calls f (main.go:5)"],
    "type T int\n\nfunc (t T) F() { m[k]++ }": [
        "at a time not known: (T).F may be called through an interface (main.go:7)"
    ],
    "var x = f()\n\nfunc f() int { m[k]++; return 0 }\n\nvar y = g()\n\nfunc g() int { return f() }": [
        "while the program starts: runs when x is initialised (main.go:5)"
    ],
    "func f() int { m[k]++; return 0 }\n\nfunc g() int { return f() }\n\nvar y = g()": [
        "while the program starts: runs when y is initialised (main.go:9)",
        "f is called in g (main.go:7)",
    ],
    "func main() { go f() }\n\nfunc f() { m[k]++ }": [
        "while the program runs: main starts f as a goroutine (main.go:5)"
    ],
    "func main() { go g() }\n\nfunc f() { m[k]++ }\n\nfunc g() { for range 3 { f() } }": [
        "while the program runs: main starts g as a goroutine; in a loop, here or on the way (main.go:5)",
        "f is called in g (main.go:9)",
    ],
}


@pytest.mark.parametrize("source", RUNS)
def test_when_the_insert_runs_is_told_with_the_calls_that_lead_there(source: str) -> None:
    assert RUNS[source] == section("Runs", f"var m, k = map[string]int{{}}, ``\n\n{source}")


def test_a_request_is_told_with_the_calls_that_lead_there() -> None:
    assert [
        "for each request or connection: runs in (*hub).ServeHTTP, which takes http.ResponseWriter (main.go:7)",
        "(*hub).add is called in (*hub).ServeHTTP (main.go:8)",
    ] == section("Runs", HUB + MAIN)


def test_calls_through_interfaces_and_as_values_are_told_so() -> None:
    source = """
        var m, a = map[string]int{}, adder(T(0))

        type T int

        type adder interface{ Add() }

        func (T) Add() { m[``]++ }

        func f() { a.Add() }

        func main() { use(g) }

        func g() { go f() }

        func use(x func()) { y = x }

        var y func()
    """
    rows = section("Runs", source)
    assert "(T).Add may be called in f (main.go:11)" in rows
    assert rows[0].startswith("while the program runs: ")


def test_of_a_long_way_the_middle_is_counted() -> None:
    steps = "".join(f"func f{i}() {{ f{i - 1}() }}\n\n" for i in range(1, 10))
    source = f"var m = map[string]int{{}}\n\nfunc f0() {{ m[``]++ }}\n\n{steps}func main() {{\n f9() }}"
    rows = section("Runs", source)
    assert [
        "f0 is called in f1 (main.go:7)",
        "... and 4 calls between",
        "f9 is called in main (main.go:26)",
    ] == [
        rows[1],
        rows[4],
        rows[7],
    ]


# -- the owner


def test_a_package_variable_owns_itself() -> None:
    assert ["lives as long as the program: is a package variable (main.go:3)"] == section(
        "Owner", "var m = map[string]int{}\n\nfunc f(k string) { m[k]++ }"
    )


def test_the_owner_is_told_with_the_verdict_its_holders_and_its_births() -> None:
    assert [
        "lives as long as the program: hub is held by the package variable h (main.go:12)",
        "held by the package variable h, by pointer (main.go:12)",
        "made in h while the program starts, not in a loop; runs when h is initialised;"
        " something beyond the call keeps it (main.go:12)",
    ] == section("Owner", HUB + MAIN)


HOLDERS = {
    "type outer struct{ h hub }": "held by outer.h, by value; how long outer lives is not known (main.go:12)",
    "type outer struct{ h hub }\n\nvar o outer": (
        "held by outer.h, by value; outer lives as long as the program (main.go:12)"
    ),
    "type outer struct{ h *hub }\n\nfunc f() { o := outer{h: &hub{}}; o.h.add(``) }\n\nfunc main() { go f() }": (
        "held by outer.h, by pointer; outer does not live as long as the program (main.go:12)"
    ),
    "var hs = map[string]*hub{}": "held by the package variable hs, as one of many entries (main.go:12)",
    "var h *hub\n\nfunc reset() { h = &hub{} }\n\nfunc main() { go func() { reset() }() }": (
        "held by the package variable h, by pointer, and is given a new one while the program runs (main.go:12)"
    ),
    "var x int": "no package variable and no field has its type (main.go:5)",
}


@pytest.mark.parametrize("source", HOLDERS)
def test_how_an_owner_is_held_is_told(source: str) -> None:
    assert HOLDERS[source] in section("Owner", HUB + source)


def test_a_struct_that_points_to_its_like_is_told_so() -> None:
    source = HUB.replace("m map[string]int }", "m map[string]int; next *hub }")
    assert "held by hub.next, by pointer, a part of itself (main.go:5)" in section("Owner", source)


BIRTHS = {
    "func f(w http.ResponseWriter, r *http.Request) { h := &hub{}; h.add(``) }": (
        "made in f for each request or connection, not in a loop;"
        " runs in f, which takes http.ResponseWriter; nothing beyond the call keeps it (main.go:12)"
    ),
    "var all []*hub\n\nfunc main() { go f() }\n\nfunc f() { for { all = append(all, new(hub)) } }": (
        "made in f while the program runs, in a loop; main starts f as a goroutine;"
        " something beyond the call keeps it (main.go:16)"
    ),
    "": "made nowhere in the module: no hub{...}, no new(hub) was found (main.go:5)",
}


@pytest.mark.parametrize("source", BIRTHS)
def test_where_an_owner_is_made_is_told(source: str) -> None:
    assert BIRTHS[source] in section("Owner", HUB + source)


def test_holders_and_births_that_are_alike_are_counted() -> None:
    rows = section("Owner", HUB + "\n".join(f"var h{i} = &hub{{}}" for i in range(9)))
    assert 2 == rows.count("... and 5 more like these")


def test_a_map_in_a_struct_without_a_name_has_the_owner_around_it() -> None:
    source = "type hub struct{ in struct{ m map[string]int } }\n\nfunc (h *hub) add(k string) { h.in.m[k]++ }"
    assert "Owner: hub" in [s.title for s in sections(source)]


def test_a_captured_local_has_no_owner() -> None:
    source = """
        import "net/http"

        func main() {
            m := map[string]int{}
            http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { m[r.URL.Path]++ })
        }
    """
    (row,) = section("Owner", source)
    assert row.startswith("lives as long as the program: is captured by a handler")


# -- what takes keys away

EVICTIONS = {
    "func f() { delete(h.m, ``) }": (
        "counts: `delete(h.m, ``)` in f; main starts f as a goroutine (main.go:16)",
        True,
    ),
    "func f() { clear(h.m) }": ("counts: `clear(h.m)` in f; main starts f as a goroutine (main.go:16)", True),
    "func f() { x := h.m; clear(x) }": (
        "counts: `clear(x)` in f, through an alias; main starts f as a goroutine (main.go:16)",
        True,
    ),
    "func f() { h.m = nil }": (
        "counts: `h.m = nil` in f; may run more than once in the life of the owner (main.go:16)",
        True,
    ),
    "func f() { for { h.m = nil } }": (
        "counts: `h.m = nil` in f; runs again and again, in a loop (main.go:16)",
        True,
    ),
    "func f() { *h = hub{} }": (
        "counts: `*h = hub{}` in f, with its whole owner; may run more than once in the life of the owner",
        True,
    ),
    "func f() { if len(h.m) > 99 { return }; h.add(``) }": (
        "counts: `len(h.m) > 99` in f; limits this insert (main.go:16)",
        True,
    ),
    "func f() {}\n\nfunc g() { i() }\n\nfunc i() { delete(h.m, ``) }": (
        "counts: `delete(h.m, ``)` in i; its function is called, though not from where the program starts",
        True,
    ),
    "func f() {}\n\nfunc g() { delete(h.m, ``) }": (
        "does not count: `delete(h.m, ``)` in g; nothing but tests calls the function (main.go:18)",
        False,
    ),
    "func testSetUp() { resetForTest() }\n\nfunc resetForTest() { clear(h.m) }": (
        "does not count: `clear(h.m)` in resetForTest; is for tests, by the name of the function (main.go:18)",
        False,
    ),
    "func f() { if h.m == nil { h.m = map[string]int{} } }": (
        "does not count: `h.m = map[string]int{}` in f;"
        " runs only if it is nil, so it makes the first and replaces none (main.go:16)",
        False,
    ),
    "func f() { h.init() }\n\nfunc (h *hub) init() { h.m = nil }": (
        "does not count: `h.m = nil` in (*hub).init;"
        " by its name, the function runs once in the life of the owner (main.go:18)",
        False,
    ),
    "func f() {}\n\nfunc init() { h.m = nil }": (
        "does not count: `h.m = nil` in init; by its name, the function runs once in the life of the owner",
        False,
    ),
    "func f() { x := &hub{}; x.m = map[string]int{}; x.add(``) }": (
        "does not count: `x.m = map[string]int{}` in f; fills what the function itself has just made (main.go:16)",
        False,
    ),
    "func f() { if len(h.m) > 0 { h.add(``) } }": (
        "does not count: `len(h.m) > 0` in f; limits nothing: compared with 0 or 1 (main.go:16)",
        False,
    ),
    "func f() { x := []int{}; if len(h.m) > len(x) { h.add(``) } }": (
        "does not count: `len(h.m) > len(x)` in f; limits nothing: compared with another length (main.go:16)",
        False,
    ),
    "func f() { for i := 0; i < len(h.m); i++ { h.add(``) } }": (
        "does not count: `i < len(h.m)` in f; limits nothing: ends a loop over it (main.go:16)",
        False,
    ),
    "func f() { if len(h.m) > 99 { panic(``) } }": (
        "does not count: `len(h.m) > 99` in f; asked neither in the function of this insert nor in its callers",
        False,
    ),
    "func f() {}\n\nfunc g() { if len(h.m) > 99 { h.add(``) } }": (
        "does not count: `len(h.m) > 99` in g; nothing but tests calls the function (main.go:18)",
        False,
    ),
}


@pytest.mark.parametrize("source", EVICTIONS)
def test_every_eviction_is_told_with_why_it_counts_or_does_not(source: str) -> None:
    expected, counts = EVICTIONS[source]
    rows = section("Evictions", HUB + MAIN + source)
    assert [expected] == [row[: len(expected)] for row in rows if row.startswith(expected)]
    assert counts is not any(row.startswith("none that counts: looked for delete") for row in rows)


def test_what_makes_the_map_is_no_eviction() -> None:
    made = "does not count: `m: map[string]int{}`; sets it while its owner is made (main.go:12)"
    assert made in section("Evictions", HUB + MAIN)
    first = "does not count: `m = map[string]int{}`; gives the variable its first map (main.go:3)"
    assert first in section("Evictions", "var m = map[string]int{}\n\nfunc f(k string) { m[k]++ }")


def test_what_counts_comes_first_and_of_maps_that_are_made_alike_the_rest_is_counted() -> None:
    made = "".join(f"func g{i}() *hub {{ return &hub{{m: nil}} }}\n\n" for i in range(8))
    rows = section("Evictions", HUB + MAIN + made + "func f() { clear(h.m) }")
    assert rows[0].startswith("counts: `clear(h.m)`")
    assert (6, "... and 5 more like these") == (len(rows), rows[-1])


def test_of_what_takes_keys_away_everything_is_told() -> None:
    removals = "".join(f"func g{i}() {{ delete(h.m, ``) }}\n\n" for i in range(9))
    rows = section("Evictions", HUB + MAIN + removals + "func f() {}")
    assert 9 == len([row for row in rows if row.startswith("does not count: `delete(h.m, ``)` in g")])


def test_code_for_tests_is_told_apart() -> None:
    files = {
        "main.go": HUB + MAIN.replace("go f()", "h.add(``)"),
        "main_test.go": "func drop() { clear(h.m) }",
    }
    told = "does not count: `clear(h.m)` in drop; stands in a test file (main_test.go:3)"
    assert told in section("Evictions", files, tests=True)
    assert not [row for row in section("Evictions", files, tests=True) if row.startswith("counts")]
    files["mocks/hub.go"] = 'package mocks\n\nimport "example.com/m/hub"\n\nfunc F() { clear(hub.H.M) }'
    files["hub/hub.go"] = (
        "package hub\n\ntype Hub struct{ M map[string]int }\n\nvar H Hub\n\nfunc F(k string) { H.M[k]++ }"
    )
    analysis = linked(files)
    rows = [
        row.says
        for subject in kinds()["growth"].find(analysis)
        if subject.words["map"] == "Hub.M"
        for row in subject.evidence()[-1].rows
    ]
    assert "does not count: `clear(hub.H.M)` in F; stands in code for tests" in rows


# -- what hides evictions

HIDDEN = {
    "func f() { lib.Sweep(h.m) }": (
        "not known: `lib.Sweep(h.m)` in f; hands it to code that is not followed and may remove keys (main.go:17)"
    ),
    "func f() { for _, x := range lib.All() { delete(x.m, ``) } }": (
        "not known: `delete(x.m, ``)` in f may mean this map, but the type before the dot is not known (main.go:17)"
    ),
}


@pytest.mark.parametrize("source", HIDDEN)
def test_what_may_remove_keys_unseen_is_told(source: str) -> None:
    files = HUB.replace('"net/http"', '("net/http"; "example.com/lib")') + MAIN + "var _ = lib.New\n" + source
    rows = section("Evictions", files)
    assert HIDDEN[source] in rows
    assert not [row for row in rows if row.startswith("none")]


def test_a_file_that_was_not_parsed_is_told() -> None:
    deep = "func f() { delete(h.m, ``); _ = " + "(" * 20_000 + "1" + ")" * 20_000 + " }"
    files = {"main.go": HUB + MAIN.replace("go f()", ""), "deep.go": deep}
    assert "not known: it is named in deep.go, which was not parsed" in section("Evictions", files)


def test_a_map_that_importers_reach_is_told() -> None:
    files = {"hub/hub.go": "package hub\n\nvar M = map[string]int{}\n\nfunc F(k string) { M[k]++ }"}
    assert "not known: it is exported, so importers may remove keys (hub/hub.go:3)" in section(
        "Evictions", files
    )


def test_more_aliases_than_are_followed_are_told() -> None:
    calls = "".join(f"func f{i}(x map[string]int) {{ f{i + 1}(x) }}\n\n" for i in range(99))
    source = (
        f"var m = map[string]int{{}}\n\nfunc main() {{ m[``]++; f0(m) }}\n\n{calls}"
        "func f99(x map[string]int) {}"
    )
    assert "not known: it has more aliases than are followed" in section("Evictions", source)


def test_where_nothing_takes_keys_away_one_line_tells_what_was_looked_for() -> None:
    source = 'import "sync"\n\nvar m sync.Map\n\nfunc f(k string) { m.Store(k, 1) }'
    assert [
        "none: looked for Delete, LoadAndDelete, CompareAndDelete, Clear, another map in its place"
        " in 1 use in 1 function of 1 file (main.go:5)"
    ] == section("Evictions", source)
