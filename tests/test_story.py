"""The story of one container: what happens to it, under whatever name."""

from __future__ import annotations

import pytest
from programs import Files, linked, map_called

from gomaplint.model.containers import Effect
from gomaplint.model.maps import Map
from gomaplint.properties import properties

EVICTED, REPLACED = (properties(Map)[name] for name in ("evicted", "replaced"))

MAP = "var m = map[string]int{}\n\nfunc main() { go f() }\n\n"
SET = "type set map[string]int\n\nfunc (s set) drop(k string) { delete(s, k) }\n\nvar m = set{}\n\n"
HUB = "type hub struct{ m map[string]int }\n\nvar h hub\n\nfunc main() { go f() }\n\n"
CLEAR_ALL = "func f() { for _, x := range all { clear(x) } }"

LOST: dict[str, str] = {
    "deleted": MAP + "func f() { delete(m, ``) }",
    "deleted on the way out": MAP + "func f() { defer delete(m, ``) }",
    "cleared": MAP + "func f() { clear(m) }",
    "through the maps package": 'import "maps"\n\n' + MAP + "func f() { maps.DeleteFunc(m, nil) }",
    "through a local": MAP + "func f() { x := m; delete(x, ``) }",
    "through a parameter": MAP + "func f() { g(m) }\n\nfunc g(x map[string]int) { delete(x, ``) }",
    "through two parameters": MAP
    + "func f() { g(m) }\n\nfunc g(x map[string]int) { i(x) }\n\nfunc i(y map[string]int) { clear(y) }",
    "through a generic helper": MAP
    + "func f() { g(m, ``) }\n\nfunc g[K comparable, V any](x map[K]V, k K) { delete(x, k) }",
    "through a pointer": MAP + "func f() { g(&m) }\n\nfunc g(p *map[string]int) { delete(*p, ``) }",
    "through a result": MAP + "func f() { delete(get(), ``) }\n\nfunc get() map[string]int { return m }",
    "through one of several results": MAP
    + "func f() { x, _ := get(); clear(x) }\n\nfunc get() (map[string]int, bool) { return m, true }",
    "through a field of another": MAP
    + "type sweeper struct{ x map[string]int }\n\nfunc f() { s := sweeper{x: m}; clear(s.x) }",
    "through an interface": MAP + "func f() { g(m) }\n\nfunc g(x any) { delete(x.(map[string]int), ``) }",
    "through a conversion": MAP + "type table map[string]int\n\nfunc f() { x := table(m); delete(x, ``) }",
    "in a literal that gets it": MAP + "func f() { g := func(x map[string]int) { clear(x) }; g(m) }",
    "in a literal of a package variable": MAP.replace("go f()", "f()") + "var f = func() { delete(m, ``) }",
    "by a method of its type": SET + "func main() { go f() }\n\nfunc f() { m.drop(``) }",
    "by a method expression": SET + "func main() { go f() }\n\nfunc f() { set.drop(m, ``) }",
    "as a field": HUB + "func f() { delete(h.m, ``) }",
    "as a field of a copy": HUB + "func f() { c := h; delete(c.m, ``) }",
    "as a field of an element": HUB
    + "var hubs []*hub\n\nfunc f() { for _, x := range hubs { delete(x.m, ``) } }",
    "as a promoted field": HUB + "type server struct{ *hub }\n\nfunc f() { var s server; delete(s.m, ``) }",
    "in a loop over its keys": MAP + "func f() { for k := range m { delete(m, k) } }",
    "as a sync.Map": 'import "sync"\n\nvar m sync.Map\n\nfunc main() { go f() }\n\nfunc f() { m.Delete(1) }',
    "as a pointer to a sync.Map": (
        'import "sync"\n\nvar m sync.Map\n\nfunc main() { go f(&m) }\n\nfunc f(x *sync.Map) { x.Clear() }'
    ),
    "in the callback of its Range": (
        'import "sync"\n\nvar m sync.Map\n\nfunc main() { go f() }\n\n'
        "func f() { m.Range(func(k, _ any) bool { m.Delete(k); return true }) }"
    ),
}

KEPT: dict[str, str] = {
    "read": MAP + "func f() { _ = m[``]; _, ok := m[``]; _ = ok; _ = len(m) }",
    "printed": 'import "fmt"\n\n' + MAP + "func f() { fmt.Println(m) }",
    "deleted by something that only shares the name": MAP
    + "func delete(x map[string]int, k string) {}\n\nfunc f() { delete(m, ``) }",
    "shadowed by a local": MAP + "func f() { m := map[string]int{}; delete(m, ``) }",
    "shadowed by a parameter": MAP + "func f() { g(nil) }\n\nfunc g(m map[string]int) { clear(m) }",
    "a field, and one of another type is deleted from": HUB
    + "type other struct{ m map[string]int }\n\nvar o other\n\nfunc f() { delete(o.m, ``) }",
    "deleted from by a function nobody calls": MAP + "func f() {}\n\nfunc g() { delete(m, ``) }",
    "set to nil under a key": MAP.replace("]int", "]*int") + "func f() { m[``] = nil }",
    "deleted from by another local of the name": MAP
    + "func f() { { m := map[string]int{}; clear(m) }; m[``]++ }",
}

UNSURE: dict[str, str] = {
    "handed to a library": 'import "example.com/lib"\n\n' + MAP + "func f() { lib.Sweep(m) }",
    "handed to a method of a library": 'import "example.com/lib"\n\n'
    + MAP
    + "func f() { lib.New().Sweep(m) }",
    "handed to a function value": MAP + "var g func(map[string]int)\n\nfunc f() { g(m) }",
    "meant, perhaps, where the operand is not known": 'import "example.com/lib"\n\n'
    + HUB
    + "func f() { delete(lib.Hub().m, ``) }",
    "handed over as a method value": SET + "func main() { go f(m.drop) }\n\nfunc f(g func(string)) { g(``) }",
}

# What removes entries in each of these may be seen or not; "no" would be wrong.
ELSEWHERE: dict[str, str] = {
    "a variadic parameter": MAP
    + "func f() { g(m) }\n\nfunc g(all ...map[string]int) { for _, x := range all { clear(x) } }",
    "a list in a range": MAP + "func f() { for _, x := range []map[string]int{m} { clear(x) } }",
    "a list appended to": MAP
    + "var all []map[string]int\n\nfunc init() { all = append(all, m) }\n\n"
    + CLEAR_ALL,
    "a map of maps": MAP + "var all = map[string]map[string]int{``: m}\n\n" + CLEAR_ALL,
    "an entry of another map": MAP
    + "var all = map[string]map[string]int{}\n\nfunc init() { all[``] = m }\n\n"
    + CLEAR_ALL,
    "a channel": MAP
    + "var c = make(chan map[string]int, 1)\n\nfunc init() { c <- m }\n\nfunc f() { clear(<-c) }",
    "a struct literal without names": MAP
    + "type sweeper struct{ x map[string]int }\n\nfunc f() { s := sweeper{m}; clear(s.x) }",
    "another package variable": MAP + "var other = m\n\nfunc f() { clear(other) }",
    "a type switch": MAP
    + "func f() { g(m) }\n\nfunc g(x any) { switch y := x.(type) { case map[string]int: clear(y) } }",
    "a method called through an interface": SET
    + "type dropper interface{ drop(string) }\n\nfunc main() { go f(m) }\n\n"
    "func f(d dropper) { d.drop(``) }",
    "a promoted method of an embedded sync.Map": (
        'import "sync"\n\ntype registry struct{ sync.Map }\n\nvar r registry\n\n'
        "func main() { go f() }\n\nfunc f() { r.Map.Store(1, 1); r.Delete(1) }"
    ),
}

REPLACING: dict[str, str] = {
    "another map": MAP + "func f() { m = map[string]int{} }",
    "nothing": MAP + "func f() { m = nil }",
    "the next generation": MAP + "var old map[string]int\n\nfunc f() { old, m = m, map[string]int{} }",
    "a map in a loop of main": "var m = map[string]int{}\n\nfunc main() { for { m = map[string]int{} } }",
    "a map in a method": HUB + "func f() { h.flip() }\n\nfunc (h *hub) flip() { h.m = map[string]int{} }",
}

LEAVING: dict[str, str] = {
    "the first map": "var m map[string]int\n\nfunc main() { m = map[string]int{} }",
    "a map where there was none": MAP + "func f() { if m == nil { m = map[string]int{} } }",
    "the map of a new object": HUB + "func f() { x := &hub{}; x.m = map[string]int{} }",
    "the map at the end of its owner": HUB + "func f() { h.Close() }\n\nfunc (h *hub) Close() { h.m = nil }",
    "the map of an alias": MAP + "func f() { x := m; x = map[string]int{}; x[``]++ }",
}


def the_map(files: Files) -> Map:
    analysis = linked(files)
    names = [m.container.name for m in analysis.maps()]
    return map_called(next(n for n in ("m", "hub.m", "registry.Map") if n in names), analysis)


def cases(table: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("source", table.values(), ids=table.keys())


@cases(LOST)
def test_entries_are_seen_to_go(source: str) -> None:
    assert EVICTED.ask(the_map(source)).holds is True


@cases(KEPT)
def test_entries_are_seen_to_stay(source: str) -> None:
    assert EVICTED.ask(the_map(source)).holds is False


@cases(UNSURE)
def test_it_is_not_known_whether_entries_go(source: str) -> None:
    assert EVICTED.ask(the_map(source)).holds is None


@cases(ELSEWHERE)
def test_entries_that_may_go_another_way_are_not_said_to_stay(source: str) -> None:
    assert EVICTED.ask(the_map(source)).holds is not False


@cases(REPLACING)
def test_it_is_replaced_by(source: str) -> None:
    assert REPLACED.ask(the_map(source)).holds is True


@cases(LEAVING)
def test_it_is_not_replaced_by(source: str) -> None:
    assert REPLACED.ask(the_map(source)).holds is False


@pytest.mark.parametrize(
    "source",
    [
        MAP + "func f() { g(&m) }\n\nfunc g(p *map[string]int) { *p = map[string]int{} }",
        HUB + "func f() { g(&h) }\n\nfunc g(x *hub) { *x = hub{} }",
        HUB + "func f() { h = hub{m: map[string]int{}} }",
    ],
    ids=["a map behind a pointer", "an owner behind a pointer", "its owner"],
)
def test_it_is_replaced_with(source: str) -> None:
    assert REPLACED.ask(the_map(source)).holds is True


def test_events_are_told_in_the_order_of_files_and_lines() -> None:
    files = {
        "b.go": "func g() { m[``]++; delete(m, ``) }",
        "a.go": "func f() { clear(m) }",
        "main.go": "var m = map[string]int{}",
    }
    story = the_map(files).story
    assert [
        (Effect.CLEAR, "a.go"),
        (Effect.INSERT, "b.go"),
        (Effect.REMOVE, "b.go"),
        (Effect.ASSIGN, "main.go"),
    ] == [(event.effect, event.at.path) for event in story.events]


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ("m[k] = 1", [Effect.INSERT]),
        ("m[k]++", [Effect.INSERT]),
        ("m[k] += 2", [Effect.INSERT]),
        ("m[k], _ = g()", [Effect.INSERT]),
        ("_ = m[k]", [Effect.READ]),
        ("_, _ = m[k]", [Effect.READ]),
        ("delete(m, k)", [Effect.REMOVE]),
        ("clear(m)", [Effect.CLEAR]),
        ("_ = len(m)", [Effect.LEN]),
        ("for range m {}", [Effect.RANGE]),
        ("maps.Copy(m, nil)", [Effect.FILL]),
        ("m = nil", [Effect.ASSIGN]),
        ("m, n = n, m", [Effect.ASSIGN]),
        ("lib.Keep(m)", [Effect.HANDED]),
    ],
)
def test_each_use_has_its_effect(text: str, effects: list[Effect]) -> None:
    head = 'import (\n\t"maps"\n\n\t"example.com/lib"\n)\n\nvar m, n map[string]int\n\n'
    story = the_map(head + f"func f(k string) {{ {text} }}").story
    assert effects == [event.effect for event in story.events]


@pytest.mark.parametrize(
    ("call", "effects"),
    [
        ("m.Store(1, 2)", [Effect.INSERT]),
        ("m.LoadOrStore(1, 2)", [Effect.INSERT]),
        ("m.Swap(1, 2)", [Effect.INSERT]),
        ("m.Load(1)", [Effect.READ]),
        ("m.Delete(1)", [Effect.REMOVE]),
        ("m.LoadAndDelete(1)", [Effect.REMOVE]),
        ("m.CompareAndDelete(1, 2)", [Effect.REMOVE]),
        ("m.Clear()", [Effect.CLEAR]),
        ("m.Range(nil)", [Effect.RANGE]),
    ],
)
def test_each_method_of_a_sync_map_has_its_effect(call: str, effects: list[Effect]) -> None:
    story = the_map(f'import "sync"\n\nvar m sync.Map\n\nfunc f() {{ {call} }}').story
    assert effects == [event.effect for event in story.events]


def test_a_container_has_a_name_for_people_and_one_that_survives_moved_lines() -> None:
    found = the_map({"store/store.go": "package store\n\n" + HUB}).container
    assert ("hub.m", "example.com/m/store.hub.m") == (found.name, found.key)


def test_two_types_with_the_same_field_are_two_containers() -> None:
    source = "type a struct{ m map[string]int }\n\ntype b struct{ m map[string]int }"
    assert ["a.m", "b.m"] == [m.container.name for m in linked(source).maps()]


def test_variables_fields_and_nested_structs_are_containers() -> None:
    source = """
        import "sync"

        var plain map[string]int
        var pointer *sync.Map
        var shards [4]map[string]int
        var none []string
        var holder struct{ m map[string]int }

        type set map[string]bool

        type outer struct {
            named set
            inner struct{ m sync.Map }
            n     int
        }
    """
    expected = ["holder.m", "outer.inner.m", "outer.named", "plain", "pointer", "shards"]
    assert expected == sorted(m.container.name for m in linked(source).maps())


def test_maps_of_tests_are_no_containers() -> None:
    files = {"main.go": "var m map[string]int", "main_test.go": "package main\n\nvar n map[string]int"}
    assert ["m"] == [m.container.name for m in linked(files).maps()]
