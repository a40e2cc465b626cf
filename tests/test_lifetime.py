"""How long the owner of a map lives."""

from __future__ import annotations

import pytest
from programs import Files, linked, map_called

HUB = "type hub struct{ rooms map[string]int }\n\n"
HTTP = 'import "net/http"\n\n'
HANDLER = "func handle(w http.ResponseWriter, r *http.Request)"
KEEP = "func (*hub) run() {}\n\nfunc keep(h *hub) { go h.run() }\n\n"

FOR_EVER: dict[str, tuple[str, Files]] = {
    "a package variable": ("m", "var m = map[string]int{}"),
    "a field of a package variable": ("hub.rooms", HUB + "var h = &hub{}"),
    "a field of a struct without a name": ("cache.m", "var cache struct{ m map[string]int }"),
    "a field of a struct inside a struct": (
        "hub.inner.m",
        "type hub struct{ inner struct{ m map[string]int } }\n\nvar h hub",
    ),
    "a field of an embedded struct": (
        "base.m",
        "type base struct{ m map[string]int }\n\ntype server struct{ base }\n\nvar s = &server{}",
    ),
    "a shard of an array": ("hub.rooms", HUB + "var shards [16]hub"),
    "a field of an instance of a generic type": (
        "cache.rows",
        "type cache[K comparable, V any] struct{ rows map[K]V }\n\nvar c = &cache[string, int]{}",
    ),
    "made by a literal in main": ("hub.rooms", HUB + "func main() { _ = &hub{} }"),
    "made by new in main": ("hub.rooms", HUB + "func main() { _ = new(hub) }"),
    "declared in main": ("hub.rooms", HUB + "func main() { var h hub; _ = h }"),
    "made by a constructor that main calls": (
        "hub.rooms",
        HUB + "func newHub() *hub { return &hub{} }\n\nfunc main() { _ = newHub() }",
    ),
    "held by something that lives for ever": (
        "hub.rooms",
        HUB + "type server struct{ h *hub }\n\ntype app struct{ s *server }\n\nvar a app",
    ),
    "held behind an interface": (
        "hub.rooms",
        HUB + "type store interface{ add() }\n\nfunc (*hub) add() {}\n\ntype server struct{ s store }\n\n"
        "func newStore() store { return &hub{} }\n\nfunc main() { _ = server{s: newStore()} }",
    ),
    "something that serves requests": (
        "hub.rooms",
        HTTP + HUB + "func (*hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {}",
    ),
    "something of a library that serves requests": (
        "Hub.rooms",
        {
            "h/h.go": "package h\n\n"
            + HTTP
            + HUB.replace("hub", "Hub")
            + "func New() *Hub { return &Hub{} }\n\n"
            "func (*Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {}"
        },
    ),
    "a local that a handler captures": (
        "m",
        HTTP + "func main() { m := map[string]int{}; http.HandleFunc(``,"
        " func(w http.ResponseWriter, r *http.Request) { m[r.Host]++ }) }",
    ),
    "a local that a returned handler captures": (
        "m",
        HTTP + "func main() { http.Handle(``, count()) }\n\nfunc count() http.HandlerFunc {"
        " m := map[string]int{}; return func(w http.ResponseWriter, r *http.Request) { m[r.Host]++ } }",
    ),
    "a local of a goroutine that never ends": (
        "m",
        "func main() { go run(nil) }\n\nfunc run(c chan string) { m := map[string]int{}; for { m[<-c]++ } }",
    ),
}

SHORTER: dict[str, tuple[str, Files]] = {
    "made for each request": ("hub.rooms", HTTP + HUB + HANDLER + " { _ = &hub{} }"),
    "made for each request by a constructor": (
        "hub.rooms",
        HTTP + HUB + HANDLER + " { _ = newHub() }\n\nfunc newHub() *hub { return &hub{} }",
    ),
    "made for each connection": (
        "hub.rooms",
        'import "net"\n\n' + HUB + "func serve(c net.Conn) { _ = &hub{} }\n\nfunc main() { go serve(nil) }",
    ),
    "made for each turn of a loop": (
        "hub.rooms",
        HUB + "func main() { go run() }\n\nfunc run() { for { _ = &hub{} } }",
    ),
    "an entry of a map": (
        "hub.rooms",
        HUB + "var hubs = map[string]*hub{}\n\nfunc add(k string) { hubs[k] = &hub{} }\n\n"
        "func main() { go add(``) }",
    ),
    "an element of a list": ("hub.rooms", HUB + "type server struct{ hubs []*hub }\n\nvar s server"),
    "made by a handler that keeps it": (
        "hub.rooms",
        HTTP + HUB + KEEP + HANDLER + " { keep(&hub{}) }",
    ),
    "a local of a goroutine of each request": (
        "m",
        HTTP
        + HANDLER
        + " { go run(nil) }\n\nfunc run(c chan string) { m := map[string]int{}; for { m[<-c]++ } }",
    ),
    "held by something made for each request": (
        "hub.rooms",
        HTTP + HUB + "type turn struct{ h *hub }\n\n" + HANDLER + " { x := &turn{}; x.h = newHub() }\n\n"
        "func newHub() *hub { return &hub{} }",
    ),
    "made for an entry of a map, through a constructor and a variable": (
        "box.items",
        "type box struct{ items map[string]int }\n\ntype session struct{ b *box }\n\n"
        "var sessions = map[string]*session{}\n\nfunc newBox() *box { return &box{} }\n\n"
        "func open(id string) { go func() { b := newBox(); sessions[id] = &session{b: b} }() }",
    ),
}

UNKNOWN: dict[str, tuple[str, Files]] = {
    "made by a command that runs it": (
        "hub.rooms",
        HUB
        + "func (h *hub) Run() {}\n\nvar commands = []func(){start}\n\nfunc start() { h := &hub{}; h.Run() }",
    ),
    "made by importers": (
        "Hub.rooms",
        {"h/h.go": "package h\n\n" + HUB.replace("hub", "Hub") + "func New() *Hub { return &Hub{} }"},
    ),
    "made by nobody": ("hub.rooms", HUB),
    "made at the start and for requests": (
        "hub.rooms",
        HTTP + HUB + KEEP + "func main() { keep(&hub{}) }\n\n" + HANDLER + " { keep(&hub{}) }",
    ),
    "made in a goroutine, and kept": (
        "hub.rooms",
        HUB + KEEP + "func main() { go run() }\n\nfunc run() { keep(&hub{}) }",
    ),
    "held by something made for each request, and by others": (
        "hub.rooms",
        HTTP + HUB + "type turn struct{ h *hub }\n\n" + HANDLER + " { x := &turn{}; x.h = newHub() }\n\n"
        "func newHub() *hub { return &hub{} }\n\nvar all []any\n\n"
        "func later() { go func() { all = append(all, newHub()) }() }",
    ),
    "made for a pool": (
        "hub.rooms",
        'import "sync"\n\n' + HUB + "var pool = sync.Pool{New: func() any { return &hub{} }}",
    ),
}


def cases(table: dict[str, tuple[str, Files]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("name", "files"), table.values(), ids=table.keys())


def lives_for_ever(name: str, files: Files) -> bool | None:
    return map_called(name, linked(files)).lifetime.holds


@cases(FOR_EVER)
def test_it_lives_as_long_as_the_program(name: str, files: Files) -> None:
    assert lives_for_ever(name, files) is True


@cases(SHORTER)
def test_it_ends_before_the_program(name: str, files: Files) -> None:
    assert lives_for_ever(name, files) is False


@cases(UNKNOWN)
def test_its_life_is_not_known(name: str, files: Files) -> None:
    assert lives_for_ever(name, files) is None


def test_a_local_that_ends_with_its_call_is_no_container() -> None:
    source = "func main() { m := map[string]int{}; for i := range 5 { m[string(i)]++ } }"
    assert [] == [m.container.name for m in linked(source).maps()]


def test_a_local_of_a_loop_over_a_channel_lives_on() -> None:
    source = "func main() { go run(nil) }\n\n"
    source += "func run(c chan string) { m := map[string]int{}; for k := range c { m[k]++ } }"
    assert ["m"] == [m.container.name for m in linked(source).maps()]


RUN = "func main() { go run(nil, nil) }\n\nfunc run(c chan string, done chan bool) %s { m := map[string]int{}; %s }"


@pytest.mark.parametrize(
    ("results", "loop"),
    [
        ("", "for { select { case k := <-c: m[k]++; case <-done: return } }"),
        ("error", "for { m[<-c]++ }"),
        ("", "for { select { case <-done: break; default: m[<-c]++ } }"),
    ],
    ids=["that returns at the end", "with one result", "that breaks out of something inside"],
)
def test_a_local_of_a_loop_that_serves_is_a_container(results: str, loop: str) -> None:
    assert ["m"] == [m.container.name for m in linked(RUN % (results, loop)).maps()]


@pytest.mark.parametrize(
    ("results", "loop"),
    [
        ("", "for { m[``]++ }"),
        ("", "for { m[<-c]++; if len(c) == 0 { break } }"),
        ("", "all: for { select { case k := <-c: m[k]++; case <-done: break all } }"),
        ("(int, error)", "for { m[<-c]++ }"),
    ],
    ids=["that waits for nothing", "that breaks", "that breaks by its label", "with results to bring"],
)
def test_a_local_of_a_loop_that_searches_is_no_container(results: str, loop: str) -> None:
    assert [] == [m.container.name for m in linked(RUN % (results, loop)).maps()]


def test_a_holder_that_is_set_to_nil_holds_on() -> None:
    source = HUB + "var h = &hub{}\n\nfunc main() { go stop() }\n\nfunc stop() { h = nil }"
    assert lives_for_ever("hub.rooms", source) is True


def test_a_holder_that_is_renewed_while_the_program_runs_holds_nothing_for_ever() -> None:
    source = HUB + "var h = &hub{}\n\nfunc main() { go turn() }\n\nfunc turn() { h = &hub{} }"
    assert lives_for_ever("hub.rooms", source) is not True


CIRCLE = """
    type a struct {
        m map[string]int
        b *b
    }

    type b struct {
        n map[string]int
        a *a
    }

    type server struct{ b *b }

    var s server
"""


@pytest.mark.parametrize("order", [["a.m", "b.n"], ["b.n", "a.m"]], ids=" then ".join)
def test_types_that_hold_each_other_are_judged_the_same_in_any_order(order: list[str]) -> None:
    analysis = linked(CIRCLE)
    assert [True, True] == [map_called(name, analysis).lifetime.holds for name in order]


def test_the_answer_names_the_place_that_shows_it() -> None:
    life = map_called("hub.rooms", linked(HUB + "var h = &hub{}")).lifetime
    assert ("hub is held by the package variable h", 5) == (life.says, life.at.line if life.at else None)
