"""When code runs. Each program calls `here()` once, and the question is about that call."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from programs import Files, run_of

from gomaplint.model.reach import When

HTTP = 'import "net/http"\n\n'
ONCE = 'import "sync"\n\nvar once sync.Once\n\n'
HANDLER = "func handle(w http.ResponseWriter, r *http.Request)"

START: dict[str, Files] = {
    "in main": "func main() { here() }",
    "in init": "func init() { here() }",
    "in the value of a package variable": "var x = here()",
    "in a literal called for a package variable": "var x = func() int { return here() }()",
    "called from main": "func main() { f() }\n\nfunc f() { here() }",
    "called from main through others": "func main() { f() }\n\nfunc f() { g() }\n\nfunc g() { here() }",
    "in a package that main calls": {
        "main.go": 'package main\n\nimport "example.com/m/store"\n\nfunc main() { store.Open() }',
        "store/store.go": "package store\n\nfunc Open() { here() }",
    },
    "in an internal package that main calls": {
        "main.go": 'package main\n\nimport "example.com/m/internal/store"\n\nfunc main() { store.Open() }',
        "internal/store/store.go": "package store\n\nfunc Open() { here() }",
    },
    "called by itself and by main": "func main() { f(3) }\n\nfunc f(n int) { here(); f(n - 1) }",
    "in a recursion of two": "func main() { f() }\n\nfunc f() { g() }\n\nfunc g() { here(); f() }",
    "deferred": "func main() { defer func() { here() }() }",
    "in a literal that is called where it stands": "func main() { func() { here() }() }",
    "in a literal whose variable is only called": "func main() { f := func() { here() }; f() }",
    "in a callback of the library that runs at once": (
        'import "sort"\n\nfunc main() { sort.Slice(nil, func(i, j int) bool { return here() }) }'
    ),
    "under once.Do": ONCE + "func main() { once.Do(func() { here() }) }",
    "in a function given to once.Do": ONCE + "func main() { once.Do(load) }\n\nfunc load() { here() }",
    "as the argument of a goroutine": "func main() { go f(here()) }\n\nfunc f(int) {}",
    "in a loop with an end": "func main() { for i := 0; i < 5; i++ { here() } }",
    "in a command of the program": (
        'import "github.com/spf13/cobra"\n\n'
        "var cmd = &cobra.Command{Run: func(*cobra.Command, []string) { here() }}"
    ),
    "in a method called through an interface": """
        type adder interface{ add(int) }

        type list struct{}

        func (*list) add(int) { here() }

        func main() {
            var a adder = &list{}
            a.add(1)
        }
    """,
    "in a function that sends requests": (
        HTTP + "func main() { get(nil) }\n\nfunc get(r *http.Request) (*http.Response, error) { here() }"
    ),
}

RUN: dict[str, Files] = {
    "in a goroutine started by init": "func init() { go f() }\n\nfunc f() { here() }",
    "in a goroutine literal": "func init() { go func() { here() }() }",
    "called in a goroutine": "func main() { go func() { f() }() }\n\nfunc f() { here() }",
    "in a goroutine of a method": (
        "type hub struct{}\n\nfunc (*hub) run() { here() }\n\nfunc main() { h := &hub{}; go h.run() }"
    ),
    "in a loop without end": "func main() { for { here() } }",
    "in a loop without end that is called": (
        "func main() { f(nil) }\n\nfunc f(c chan int) { for { select { case <-c: here() } } }"
    ),
    "in a function value": "var table = map[string]func(){``: f}\n\nfunc f() { here() }",
    "in a method value that a timer gets": (
        'import "time"\n\ntype hub struct{}\n\nfunc (*hub) sweep() { here() }\n\n'
        "func main() { h := &hub{}; time.AfterFunc(5, h.sweep) }"
    ),
    "in a closure that is called here and in a goroutine": "func main() { f := func() { here() }; f(); go f() }",
    "in a closure that is returned": "func main() { f()() }\n\nfunc f() func() { return func() { here() } }",
    "in a callback of an unknown library": (
        'import "example.com/pool"\n\nfunc main() { pool.Submit(func() { here() }) }'
    ),
    "for an accepted connection": """
        import "net"

        func main() {
            l, _ := net.Listen("tcp", ":1")
            for {
                c, _ := l.Accept()
                go serve(c)
            }
        }

        func serve(c net.Conn) { here() }
    """,
}

REQUEST: dict[str, Files] = {
    "in a handler": HTTP + HANDLER + " { here() }",
    "in a handler literal": (
        HTTP + "func main() { http.HandleFunc(``, func(w http.ResponseWriter, r *http.Request) { here() }) }"
    ),
    "called from a handler": HTTP + HANDLER + " { f() }\n\nfunc f() { here() }",
    "called from a handler and from main": (
        HTTP + HANDLER + " { f() }\n\nfunc main() { f() }\n\nfunc f() { here() }"
    ),
    "in a handler of a framework": (
        'import "github.com/gin-gonic/gin"\n\nfunc handle(c *gin.Context) { here() }'
    ),
    "in a method called through an interface": HTTP
    + """
        type adder interface{ add(int) }

        type list struct{}

        func (*list) add(int) { here() }

        func serve(a adder) http.HandlerFunc {
            return func(w http.ResponseWriter, r *http.Request) { a.add(1) }
        }
    """,
    "in a method called through an interface that a struct embeds": HTTP
    + """
        type adder interface{ add(int) }

        type list struct{}

        func (*list) add(int) { here() }

        type desk struct{ adder }

        func serve(d *desk) http.HandlerFunc {
            return func(w http.ResponseWriter, r *http.Request) { d.add(1) }
        }
    """,
}

OPEN: dict[str, Files] = {
    "in a function that importers call": {"s/s.go": "package s\n\nfunc Add() { here() }"},
    "below a function that importers call": {
        "s/s.go": "package s\n\nfunc Add() { f() }\n\nfunc f() { here() }"
    },
    "in a method that importers call": {
        "s/s.go": "package s\n\ntype S struct{}\n\nfunc (*S) Add() { here() }"
    },
    "in a method that an interface of a library may need": "type s struct{}\n\nfunc (*s) Write() { here() }",
}

NEVER: dict[str, Files] = {
    "in a function nobody calls": "func f() { here() }",
    "in a function that calls itself only": "func f() { here(); f() }",
    "in two that call each other only": "func f() { g() }\n\nfunc g() { here(); f() }",
    "in an exported function of a main package": "func Add() { here() }",
    "in an internal package nobody uses": {"internal/s/s.go": "package s\n\nfunc Add() { here() }"},
    "in a function that tests call": {
        "main.go": "func f() { here() }",
        "main_test.go": "func TestF() { f() }",
    },
}


def cases(table: dict[str, Files]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("files", table.values(), ids=table.keys())


@cases(START)
def test_it_runs_while_the_program_starts(files: Files) -> None:
    assert When.START is run_of(files).when


@cases(RUN)
def test_it_runs_while_the_program_runs(files: Files) -> None:
    assert When.RUN is run_of(files).when


@cases(REQUEST)
def test_it_runs_for_each_request(files: Files) -> None:
    assert When.REQUEST is run_of(files).when


@cases(OPEN)
def test_importers_decide_when_it_runs(files: Files) -> None:
    assert When.OPEN is run_of(files).when


@cases(NEVER)
def test_nothing_runs_it(files: Files) -> None:
    assert When.NEVER is run_of(files).when


@pytest.mark.parametrize("channel", ["make(chan int)", "time.Tick(5)", "time.NewTicker(5).C"])
def test_a_range_over_a_channel_runs_as_long_as_the_program(channel: str) -> None:
    assert When.RUN is run_of(f'import "time"\n\nfunc main() {{ for range {channel} {{ here() }} }}').when


@pytest.mark.parametrize("started", ["f()", "func() { f() }()"])
def test_a_goroutine_that_a_handler_starts_runs_for_each_request(started: str) -> None:
    source = HTTP + HANDLER + f" {{ go {started} }}\n\nfunc f() {{ here() }}"
    assert When.REQUEST is run_of(source).when


def test_what_runs_once_is_no_part_of_each_request() -> None:
    source = 'import (\n\t"net/http"\n\t"sync"\n)\n\nvar once sync.Once\n\n'
    assert When.REQUEST is not run_of(source + HANDLER + " { once.Do(load) }\n\nfunc load() { here() }").when


def test_what_sync_once_func_holds_runs_once() -> None:
    source = 'import "sync"\n\nvar load = sync.OnceFunc(func() { here() })\n\nfunc main() { load() }'
    assert When.START is run_of(source).when


@pytest.mark.parametrize(
    ("loop", "looped"), [("for range 5", True), ("for _, x := range xs", True), ("if true", False)]
)
def test_a_loop_on_the_way_is_told(loop: str, looped: bool) -> None:
    assert looped is run_of(f"func main() {{ {loop} {{ f() }} }}\n\nfunc f() {{ here() }}").looped


def test_the_answer_names_the_place_that_shows_it() -> None:
    run = run_of("func main() {\n\tgo f()\n}\n\nfunc f() { here() }")
    assert ("main starts f as a goroutine", 4) == (run.why, run.at.line if run.at else None)


def layers(deep: int, wide: int) -> str:
    """Functions in layers, each calling all of the next."""
    lines = ["func main() { f0x0() }"]
    for layer in range(deep):
        below = [f"f{layer + 1}x{i}()" for i in range(wide)] if layer < deep - 1 else []
        for i in range(wide):
            calls = "; ".join(below or (["here()"] if i == 0 else []))
            lines.append(f"func f{layer}x{i}() {{ {calls} }}")
    return "\n\n".join(lines)


def test_many_ways_to_a_function_are_not_walked_one_by_one(tmp_path: Path) -> None:
    # 6 ** 11 ways; a process of its own, so that a walk without end can be stopped.
    (tmp_path / "main.txt").write_text(layers(12, 6))
    program = "import sys, programs; print(programs.run_of(open(sys.argv[1]).read()).when.name)"
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "main.txt")],
        cwd=Path(__file__).parent,
        timeout=20,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "START\n" == run.stdout
