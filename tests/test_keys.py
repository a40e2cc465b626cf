"""Where keys come from. Each program inserts once; an origin reads from the insert back to where the key enters."""

from __future__ import annotations

import pytest
from programs import Files, insert_of, linked, map_called, origins

from gomaplint.model.origins import BOUNDED, WIDE

TOP = """\
package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

"""
MAP = TOP + "var m = map[string]int{}\n\n"
HANDLER = MAP + "func handle(w http.ResponseWriter, r *http.Request) "
SETTINGS = "type settings struct{ Hosts []string }\n\n"


def of(key: str, body: str = "") -> str:
    """A handler that inserts under a key."""
    return f"{HANDLER} {{ {body}; m[{key}]++ }}\n\n"


REQUESTS: list[tuple[str, str, list[str]]] = [
    ("a field of a request", of("r.URL.Path"), ["r.URL.Path"]),
    ("a method of a request", of('r.FormValue("id")'), ['r.FormValue("id")']),
    ("a header", of('r.Header.Get("X-User")'), ['r.Header.Get("X-User")']),
    ("a local", of("host", "host := r.Host"), ["r.Host"]),
    ("one part of a concatenation", of('"host:" + r.Host'), ["r.Host"]),
    ("one argument of a format", of('fmt.Sprintf("%s-%d", r.Host, 1)'), ["r.Host"]),
    ("a conversion", of("string([]byte(r.Host))"), ["r.Host"]),
    ("a slice of it", of("r.Host[1:]"), ["r.Host"]),
    ("what strings makes of it", of("strings.ToLower(r.Host)"), ["r.Host"]),
    ("one of several results", of("host", "host, _, _ := net.SplitHostPort(r.RemoteAddr)"), ["r.RemoteAddr"]),
    ("an element", of("parts[0]", 'parts := strings.Split(r.Host, ".")'), ["r.Host"]),
    ("a range over its values", HANDLER + '{ for _, v := range r.Form["a"] { m[v]++ } }', ["r.Form"]),
    ("a range over its keys", HANDLER + "{ for k := range r.Header { m[k]++ } }", ["r.Header"]),
    (
        "a decoded body",
        of("in.ID", "var in struct{ ID string }; json.NewDecoder(r.Body).Decode(&in)"),
        ["r.Body"],
    ),
    (
        "a field of a struct just made",
        of("s.host", "s := &session{host: r.Host}") + "type session struct{ host string }",
        ["r.Host"],
    ),
    ("a parameter", HANDLER + "{ add(r.Host) }\n\nfunc add(k string) { m[k]++ }", ["add(r.Host) ← r.Host"]),
    (
        "parameters of parameters",
        HANDLER + "{ a(r.Host) }\n\nfunc a(x string) { b(x) }\n\nfunc b(y string) { m[y]++ }",
        ["b(x) ← a(r.Host) ← r.Host"],
    ),
    (
        "the parameter of a method",
        HANDLER + "{ s.add(r.Host) }\n\ntype set struct{}\n\nvar s set\n\n"
        "func (set) add(k string) { m[k]++ }",
        ["add(r.Host) ← r.Host"],
    ),
    ("the parameter of a literal", HANDLER + "{ func(k string) { m[k]++ }(r.Host) }", ["r.Host"]),
    ("a result", of("key(r)") + "func key(r *http.Request) string { return r.Host }", ["key() ← r.Host"]),
    (
        "a result of an argument",
        of("key(r.Host)") + "func key(s string) string { return s }",
        ["key() ← r.Host"],
    ),
    (
        "a getter",
        of("s.name()", "s := &session{r}") + "type session struct{ req *http.Request }\n\n"
        "func (s *session) name() string { return s.req.Host }",
        ["name() ← s.req.Host"],
    ),
    (
        "a field that others write",
        HANDLER + "{ st.last = r.Host; st.add() }\n\nvar st = &state{}\n\n"
        "type state struct{ last string }\n\nfunc (s *state) add() { m[s.last]++ }",
        ["state.last ← r.Host"],
    ),
    (
        "a field of a parameter",
        HANDLER + "{ add(&session{host: r.Host}) }\n\ntype session struct{ host string }\n\n"
        "func add(s *session) { m[s.host]++ }",
        ["add(&session{host: r.Host}) ← r.Host"],
    ),
    (
        "a key of several parts",
        TOP + "type key struct{ host string; n int }\n\nvar m = map[key]int{}\n\n"
        "func handle(r *http.Request) { m[key{r.Host, 1}]++ }",
        ["r.Host"],
    ),
    (
        "what a connection tells",
        MAP + "func serve(c net.Conn) { m[c.RemoteAddr().String()]++ }",
        ["c.RemoteAddr().String()"],
    ),
    (
        "the key of a sync.Map",
        TOP + "var m sync.Map\n\nfunc handle(r *http.Request) { m.Store(r.Host, 1) }",
        ["r.Host"],
    ),
]

OTHERS: list[tuple[str, Files, list[str]]] = [
    ("a generated id", MAP + "func f() { m[uuid.NewString()]++ }", ["GENERATED: uuid.NewString()"]),
    (
        "a counter of the package",
        TOP + "var m = map[int]int{}\n\nvar next int\n\nfunc f() { next++; m[next]++ }",
        ["GENERATED: next ← next++"],
    ),
    (
        "a counter of a struct",
        TOP + "type s struct { next int; m map[int]int }\n\nfunc (s *s) f() { s.next++; s.m[s.next]++ }",
        ["GENERATED: s.next ← s.next++"],
    ),
    (
        "the time",
        TOP + "var m = map[int64]int{}\n\nfunc f() { m[time.Now().Unix()]++ }",
        ["GENERATED: time.Now().Unix()"],
    ),
    (
        "a row of a data base",
        MAP + "func f(rows *sql.Rows) { var id string; rows.Scan(&id); m[id]++ }",
        ["EXTERNAL: rows.Scan(&id)"],
    ),
    (
        "a listing",
        MAP + 'func f() { es, _ := os.ReadDir("."); for _, e := range es { m[e.Name()]++ } }',
        ["EXTERNAL: e.Name()"],
    ),
    (
        "an object",
        TOP + "type peer struct{}\n\nvar m = map[*peer]int{}\n\nfunc f(p *peer) { m[p]++ }",
        ["POINTER: p"],
    ),
    ("a literal", MAP + 'func f() { m["x"]++ }', ['CONSTANT: "x"']),
    (
        "one of two literals",
        MAP + 'func f(b bool) { k := "a"; if b { k = "b" }; m[k]++ }',
        ['CONSTANT: "a"', 'CONSTANT: "b"'],
    ),
    ("a constant of another package", MAP + "func f() { m[http.MethodGet]++ }", ["CONSTANT: http.MethodGet"]),
    (
        "an enumeration",
        TOP
        + "type level int\n\nconst low level = 0\n\nvar m = map[level]int{}\n\nfunc f(l level) { m[l]++ }",
        ["ENUM: l"],
    ),
    (
        "a type of Go",
        TOP + "var m = map[reflect.Type]int{}\n\nfunc f(x any) { m[reflect.TypeOf(x)]++ }",
        ["ENUM: reflect.TypeOf(x)"],
    ),
    ("the environment", MAP + 'func f() { m[os.Getenv("A")]++ }', ['CONFIG: os.Getenv("A")']),
    (
        "a struct of settings",
        MAP + SETTINGS + "func f(s settings) { for _, h := range s.Hosts { m[h]++ } }",
        ["CONFIG: s.Hosts"],
    ),
    (
        "a field with a tag of settings",
        MAP + 'type up struct { Name string `yaml:"name"` }\n\nfunc f(u up) { m[u.Name]++ }',
        ["CONFIG: u.Name"],
    ),
    (
        "what main hands on",
        MAP + "func main() { add(os.Args[1]) }\n\nfunc add(k string) { m[k]++ }",
        ["START: add(os.Args[1]) ← os.Args[1]"],
    ),
    (
        "a variable set at the start",
        MAP + "var names = load()\n\nfunc load() []string\n\nfunc f() { for _, n := range names { m[n]++ } }",
        ["START: names"],
    ),
    ("a parameter nobody gives", MAP + "func f(k string) { m[k]++ }", ["UNKNOWN: k"]),
    (
        "four calls, each the only one",
        MAP + "func handle(r *http.Request) { a(r.Host) }\n\nfunc a(k string) { b(k) }\n\n"
        "func b(k string) { c(k) }\n\nfunc c(k string) { d(k) }\n\nfunc d(k string) { m[k]++ }",
        ["REQUEST: d(k) ← c(k) ← b(k) ← a(r.Host) ← r.Host"],
    ),
    (
        "a fourth step of several ways",
        MAP + "func handle(r *http.Request) { a(r.Host); a(x) }\n\nvar x = os.Args[0]\n\n"
        "func a(k string) { b(k); b(x) }\n\nfunc b(k string) { c(k); c(x) }\n\n"
        "func c(k string) { d(k); d(x) }\n\nfunc d(k string) { m[k]++ }",
        ["START: d(k) ← c(k) ← b(x) ← x", "UNKNOWN: d(k) ← c(k) ← b(k) ← k"],
    ),
    (
        "what is put into a local map",
        HANDLER + "{ by := make(map[string]int); by[r.Host] = 1; for k := range by { m[k]++ } }",
        ["REQUEST: r.Host"],
    ),
    (
        "the values of a local map",
        HANDLER + "{ by := map[int]string{}; by[1] = r.Host; for _, v := range by { m[v]++ } }",
        ["REQUEST: r.Host"],
    ),
    (
        "a field set after the making",
        HANDLER + "{ var e struct { host, tag string }; e.tag = `x`; e.host = r.Host; m[e.host]++ }",
        ["REQUEST: r.Host"],
    ),
    (
        "a field of a literal without names",
        HANDLER + "{ e := pair{`x`, r.Host}; m[e.b]++ }\n\ntype pair struct{ a, b string }",
        ["REQUEST: r.Host"],
    ),
    (
        "what is sent on a channel",
        HANDLER + "{ c <- r.Host }\n\nvar c = make(chan string)\n\nfunc g() { for k := range c { m[k]++ } }",
        ["REQUEST: c ← r.Host"],
    ),
    (
        "what a callback in a field is called with",
        HANDLER + "{ s.on(r.Host) }\n\nvar s struct { on func(string) }\n\n"
        "func g() { s.on = func(k string) { m[k]++ } }",
        ["REQUEST: func(r.Host) ← r.Host"],
    ),
    (
        "what a list of callbacks is called with",
        HANDLER + "{ for _, on := range all { on(r.Host) } }\n\nvar all []func(string)\n\n"
        "func g() { all = append(all, add) }\n\nfunc add(k string) { m[k]++ }",
        ["REQUEST: add(r.Host) ← r.Host"],
    ),
    (
        "a function in a variable",
        HANDLER + "{ m[hostOf(r)]++ }\n\nvar hostOf = func(r *http.Request) string { return r.Host }",
        ["REQUEST: hostOf() ← r.Host"],
    ),
    (
        "a function that importers set",
        HANDLER + "{ m[Name(r.Host)]++ }\n\nvar Name func(string) string",
        ["CALLER: Name(r.Host)"],
    ),
    (
        "an interface with one implementation",
        HANDLER
        + "{ m[n.name(r)]++ }\n\nvar n namer\n\ntype namer interface { name(*http.Request) string }\n\n"
        "type byHost struct{}\n\nfunc (byHost) name(r *http.Request) string { return r.Host }",
        ["REQUEST: name() ← r.Host"],
    ),
    (
        "a named result",
        HANDLER + "{ k, _ := of(r); m[k]++ }\n\n"
        "func of(r *http.Request) (k string, err error) { k = r.Host; return }",
        ["REQUEST: of() ← r.Host"],
    ),
    (
        "the second result",
        HANDLER + "{ _, k := of(r); m[k]++ }\n\n"
        "func of(r *http.Request) (string, string) { return `x`, r.Host }",
        ["REQUEST: of() ← r.Host"],
    ),
    (
        "what a context carries",
        TOP + 'import "context"\n\nvar m = map[string]int{}\n\n'
        "func f(ctx context.Context) { m[ctx.Value(1).(string)]++ }",
        ["REQUEST: ctx.Value(1)"],
    ),
    (
        "what the module puts into contexts",
        TOP + 'import "context"\n\nvar m = map[string]int{}\n\ntype plan struct{}\n\n'
        "func main() { f(context.WithValue(context.Background(), plan{}, os.Args[1])) }\n\n"
        "func f(ctx context.Context) { m[ctx.Value(plan{}).(string)]++ }",
        ["START: Value(plan) ← os.Args[1]"],
    ),
    (
        "what a handler puts into contexts",
        TOP + 'import "context"\n\nvar m = map[string]int{}\n\nconst user, plan = "u", "p"\n\n'
        "func handle(r *http.Request) { f(context.WithValue(r.Context(), user, r.Host)) }\n\n"
        "func g(ctx context.Context) { f(context.WithValue(ctx, plan, `x`)) }\n\n"
        "func f(ctx context.Context) { m[ctx.Value(user).(string)]++ }",
        ["REQUEST: Value(user) ← r.Host"],
    ),
    (
        "a connection opened elsewhere",
        MAP + "type link struct { conn net.Conn }\n\nfunc open() *link { c, _ := net.Dial(`tcp`, `a`); "
        "return &link{conn: c} }\n\nfunc (l *link) f() { m[l.conn.RemoteAddr().String()]++ }",
        ["CONFIG: l.conn.RemoteAddr().String()"],
    ),
    (
        "a character of a request",
        HANDLER + "{ for _, c := range r.Host { m[string(c)]++ } }",
        ["ENUM: string(c)"],
    ),
    (
        "a listing made at the start",
        MAP + "func main() { es, _ := os.ReadDir(`.`); for _, e := range es { m[e.Name()]++ } }",
        ["START: e.Name()"],
    ),
    (
        "what importers hand in",
        {
            "go.mod": "module example.com/hub",
            "hub/hub.go": "package hub\n\nvar m = map[string]int{}\n\nfunc Add(k string) { m[k]++ }",
        },
        ["CALLER: k"],
    ),
    (
        "an element's index",
        TOP + "var m = map[int]int{}\n\nfunc f(xs []string) { for i := range xs { m[i]++ } }",
        ["UNKNOWN: i"],
    ),
    (
        "requests and constants",
        HANDLER + "{ add(r.Host) }\n\nfunc g() { add(`x`) }\n\nfunc add(k string) { m[k]++ }",
        ["CONSTANT: add(`x`) ← `x`", "REQUEST: add(r.Host) ← r.Host"],
    ),
]


@pytest.mark.parametrize(("files", "chains"), [r[1:] for r in REQUESTS], ids=[r[0] for r in REQUESTS])
def test_a_key_is_followed_to_the_request(files: Files, chains: list[str]) -> None:
    assert [f"REQUEST: {chain}" for chain in chains] == origins(files)


@pytest.mark.parametrize(("files", "expected"), [r[1:] for r in OTHERS], ids=[r[0] for r in OTHERS])
def test_a_key_is_followed_to_where_it_enters(files: Files, expected: list[str]) -> None:
    assert expected == origins(files)


def test_a_recursion_ends() -> None:
    (origin,) = insert_of(MAP + 'func walk(p string) { m[p]++; walk(p + "/") }').origins
    assert origin.kind not in WIDE | BOUNDED


def test_an_untyped_constant_is_a_constant() -> None:
    assert ["CONSTANT: k"] == origins(MAP + 'const k = "a"\n\nfunc f() { m[k]++ }')


def test_a_source_may_be_reached_twice() -> None:
    assert ['CONSTANT: "a"'] == origins(MAP + 'func f() { k := "a"; m[k+k]++ }')


def test_a_name_trimmed_in_place_keeps_its_source() -> None:
    source = 'func f() { k := os.Getenv("A"); k = strings.TrimPrefix(k, "x"); m[k]++ }'
    assert ['CONFIG: os.Getenv("A")'] == origins(MAP + source)


def test_a_local_counter_is_no_constant() -> None:
    source = "func f(c chan string) { n := 0; for range c { n++; m[n]++ } }"
    kinds = {o.kind for o in insert_of(TOP + "var m = map[int]int{}\n\n" + source).origins}
    assert set() == kinds & BOUNDED


KEYS_ELSEWHERE = [
    (
        "a field's map",
        "{ s.by[r.Host] = 1 }\n\nvar s struct { by map[string]int }\n\n"
        "func g() { for k := range s.by { m[k]++ } }",
        "s ← r.Host",
    ),
    (
        "a sync.Map",
        "{ seen.Store(r.Host, 1) }\n\nvar seen sync.Map\n\n"
        "func g() { seen.Range(func(k, v any) bool { m[k.(string)]++; return true }) }",
        "seen ← r.Host",
    ),
]


@pytest.mark.parametrize(
    ("source", "way"), [r[1:] for r in KEYS_ELSEWHERE], ids=[r[0] for r in KEYS_ELSEWHERE]
)
def test_keys_taken_from_another_container_are_those_put_in_there(source: str, way: str) -> None:
    (insert,) = map_called("m", linked(HANDLER + source)).inserts
    assert [way] == [o.way for o in insert.origins]


def test_keys_of_another_map_are_what_is_inserted_there() -> None:
    source = "var m, seen sync.Map\n\nvar hosts = map[string]bool{}\n\n"
    source += "func handle(r *http.Request) { hosts[r.Host] = true }\n\n"
    source += "func copyAll() { for h := range hosts { m.Store(h, 1) } }"
    (insert,) = map_called("m", linked(TOP + source)).inserts
    assert set() == {o.kind for o in insert.origins} & BOUNDED


def test_a_message_tells_the_ends_of_a_long_way() -> None:
    calls = "".join(f"func f{i}(k string) {{ f{i + 1}(k) }}\n\n" for i in range(6))
    (insert,) = map_called(
        "m", linked(HANDLER + "{ f0(r.Host) }\n\n" + calls + "func f6(k string) { m[k]++ }")
    ).inserts
    (origin,) = insert.origins
    assert "f6(k) ← f5(k) ← … ← f1(k) ← f0(r.Host)" == origin.short_way
