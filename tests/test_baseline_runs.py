"""Baselines from the command line, over a module that changes as modules do."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from gomaplint.cli import main

FILE = ".gomaplint-baseline"
MAIN = """\
package main

import (
	"net/http"

	"example.com/m/hub"
	"example.com/m/jobs"
)

func main() {
	results := make(chan string)
	go jobs.Run(results)
	jobs.Start([]string{"a"})
	http.HandleFunc("/", hub.Count)
	http.ListenAndServe(":8080", nil)
}
"""
HUB = """\
package hub

import (
	"net/http"
	"sync"
)

var (
	mu     sync.Mutex
	byPath = map[string]int{}
)

func Count(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	byPath[r.URL.Path]++
}
"""
JOBS = """\
package jobs

func Run(results chan string) {
	seen := map[string]int{}
	for {
		seen[<-results]++
	}
}

func Start(names []string) {
	for _, name := range names {
		go func() { println(name) }()
	}
	for _, name := range names {
		go func() { println(name) }()
	}
}
"""
LOOP = "\tfor _, name := range names {\n\t\tgo func() { println(name) }()\n\t}\n"
ENTRIES = [
    "GML1 example.com/m/hub.byPath",
    "GML1 example.com/m/jobs.Run:local",
    "GML3 example.com/m/jobs.Start 2",
]


class Ran(NamedTuple):
    """A run: its exit status, the heads of what it reports, its last line, and what it says on the side."""

    status: int
    found: list[str]
    last: str
    notes: str


class Module:
    """A Go module on disk, in which gomaplint is run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")

    def read(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        assert old in self.read(path)
        self.write(path, self.read(path).replace(old, new))

    def run(self, *typed: str) -> Ran:
        status = main(typed)
        out, err = self.capsys.readouterr()
        lines = out.splitlines() or [""]
        found = [line.split(": ")[0] for line in lines if " GML" in line and ".go:" in line]
        return Ran(status, found, lines[-1], err)

    def low(self, *typed: str) -> Ran:
        return self.run("--min-confidence", "low", *typed)

    def entries(self, path: str = FILE) -> list[str]:
        return [line for line in self.read(path).splitlines() if line.startswith("GML")]

    def git(self, *typed: str, status: int = 0) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = ["git", *who, *typed]
        ran = subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, encoding="utf-8", check=False
        )
        assert status == ran.returncode, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Module:
    """A module with four findings, one of them of low confidence."""
    made = Module(tmp_path, capsys)
    (tmp_path / ".git").mkdir()
    made.write("go.mod", "module example.com/m\n\ngo 1.20\n")
    made.write("main.go", MAIN)
    made.write("hub/hub.go", HUB)
    made.write("jobs/jobs.go", JOBS)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def known(module: Module) -> Module:
    """The same with a baseline of all four."""
    module.run("baseline", "--min-confidence", "low")
    return module


def test_what_is_written_down_is_not_reported_and_the_summary_counts_it(module: Module) -> None:
    assert 3 == len(module.run().found)
    ran = module.run("baseline", "--min-confidence", "low")
    assert (0, f"wrote 4 entries (4 new, 0 gone) to {FILE}", "") == (ran.status, ran.last, ran.notes)
    assert ENTRIES == module.entries()
    ran = module.low()
    assert (0, [], "") == (ran.status, ran.found, ran.notes)
    assert ran.last.startswith("No findings in 3 files") and ran.last.endswith(
        "; 4 in the baseline: --show-suppressed shows them"
    )


def test_the_confidence_in_force_decides_on_what_is_written(module: Module) -> None:
    module.run("baseline")
    assert [ENTRIES[0], ENTRIES[2]] == module.entries()
    assert ["jobs/jobs.go:6:3"] == module.low().found
    assert module.run().last.endswith(
        "; 3 in the baseline: --show-suppressed shows them; 1 at lower confidence: --min-confidence low shows it"
    )


def test_no_baseline_reports_everything(known: Module) -> None:
    assert 4 == len(known.low("--no-baseline").found)


def test_a_baseline_is_found_from_a_folder_inside_and_can_be_another_file(
    known: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known.folder / FILE).rename(known.folder / "known.txt")
    assert 4 == len(known.low().found)
    assert [] == known.low("--baseline", "known.txt").found
    monkeypatch.chdir(known.folder / "hub")
    assert ["hub.go:16:2"] == known.low().found
    assert "wrote 1 entry (1 new, 0 gone) to ../.gomaplint-baseline" == known.run("baseline").last
    assert [] == known.low().found


def test_one_finding_more_is_the_one_that_is_reported(known: Module) -> None:
    known.change("hub/hub.go", "byPath = ", "byHost = map[string]int{}\n\tbyPath = ")
    known.change("hub/hub.go", "\tbyPath[r", "\tbyHost[r.Host]++\n\tbyPath[r")
    ran = known.run()
    assert (1, ["hub/hub.go:17:2"], "") == (ran.status, ran.found, ran.notes)
    known.run("baseline", "--min-confidence", "low")
    assert ["GML1 example.com/m/hub.byHost", *ENTRIES] == known.entries()


def unchanged(module: Module) -> None:
    """Lines stay as they are."""


def moved_lines(module: Module) -> None:
    for path, text in (("hub/hub.go", HUB), ("jobs/jobs.go", JOBS)):
        module.write(path, text.replace("\nfunc", "\n// more\n// lines\n\nfunc helper() {}\n\nfunc", 1))


def moved_file(module: Module) -> None:
    (module.folder / "hub/hub.go").rename(module.folder / "hub/counting.go")
    start = JOBS.index("func Start")
    module.write("jobs/jobs.go", JOBS[:start])
    module.write("jobs/start.go", f"package jobs\n\n{JOBS[start:]}")


def renamed_local(module: Module) -> None:
    module.change("jobs/jobs.go", "seen", "known")
    module.change("jobs/jobs.go", "name ", "each ")
    module.change("jobs/jobs.go", "(name)", "(each)")


def another_insert(module: Module) -> None:
    module.change("hub/hub.go", "\tbyPath[", "\tadd(r)\n}\n\nfunc add(r *http.Request) {\n\tbyPath[")


def changed_confidence(module: Module) -> None:
    module.change("hub/hub.go", "byPath[r.URL.Path]", "byPath[http.StatusText(len(r.URL.Path))]")
    assert ["hub/hub.go:16:2"] == [f for f in module.low("--no-baseline").found if f.startswith("hub")]
    assert [] == [f for f in module.run("--no-baseline").found if f.startswith("hub")]


def sharper_rule(module: Module) -> None:
    module.change("hub/hub.go", "byPath = map[string]int{}", "byPath = map[string]*int{}")
    module.change("hub/hub.go", "\tbyPath[r.URL.Path]++\n", "\tbyPath[r.URL.Path] = new(int)\n")
    module.write(
        "hub/forget.go",
        "package hub\n\nfunc Forget(path string) {\n\tmu.Lock()\n\tdefer mu.Unlock()\n"
        "\tbyPath[path] = nil\n}\n",
    )
    module.change("main.go", "\tjobs.Start", '\thub.Forget("/")\n\tjobs.Start')
    module.run("--no-baseline", "--format", "concise")
    main(["--no-baseline", "--format", "concise", "--min-confidence", "low", "./hub"])
    assert "GML107" in module.capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [unchanged, moved_lines, moved_file, renamed_local, another_insert, changed_confidence, sharper_rule],
    ids=lambda change: change.__name__,
)
def test_an_entry_outlives(known: Module, change: Callable[[Module], None]) -> None:
    change(known)
    ran = known.low()
    assert ([], "") == (ran.found, ran.notes)
    known.run("baseline", "--min-confidence", "low")
    assert ENTRIES == known.entries()


def test_a_renamed_field_is_new_under_its_name_and_gone_under_the_old_one(known: Module) -> None:
    known.change("hub/hub.go", "byPath", "hits")
    ran = known.low()
    assert ["hub/hub.go:16:2"] == ran.found
    says = "1 entry is gone, such as GML1 example.com/m/hub.byPath; 'gomaplint baseline --prune' takes out"
    assert ran.notes.startswith(f"{FILE}:5: note: {says}")


def test_a_file_moved_to_another_package_takes_its_entries_along(known: Module) -> None:
    (known.folder / "internal").mkdir()
    (known.folder / "hub").rename(known.folder / "internal/hub")
    known.change("main.go", "m/hub", "m/internal/hub")
    ran = known.low()
    assert (0, []) == (ran.status, ran.found)
    assert "such as GML1 example.com/m/hub.byPath, now GML1 example.com/m/internal/hub.byPath" in ran.notes
    assert f"{FILE}: took out 0 entries, moved 1, 4 stay" == known.run("baseline", "--prune").last
    assert ["GML1 example.com/m/internal/hub.byPath", *ENTRIES[1:]] == known.entries()
    assert "" == known.low().notes


def test_the_same_name_in_another_package_is_new_while_the_first_is_there(known: Module) -> None:
    known.write("room/room.go", HUB.replace("package hub", "package room"))
    known.change("main.go", '"/", hub.Count', '"/", room.Count')
    known.change("main.go", "m/hub", "m/room")
    ran = known.low("./...")
    assert ["room/room.go:16:2"] == [f for f in ran.found if f.startswith("room")]
    assert "moved" not in ran.notes


def test_a_renamed_module_takes_its_entries_along(known: Module) -> None:
    for path in ("go.mod", "main.go"):
        known.change(path, "example.com/m", "example.com/much/v2")
    ran = known.low()
    assert [] == ran.found
    assert (
        f"{FILE}:5: note: 3 entries moved to another package, such as GML1 example.com/m/hub.byPath"
        in ran.notes
    )
    known.run("baseline", "--prune")
    assert [entry.replace("com/m/", "com/much/v2/") for entry in ENTRIES] == known.entries()


def test_entries_of_a_module_that_is_not_part_of_the_run_are_left_alone(known: Module) -> None:
    # Its path does not begin with that of the module around it, and it has a variable of the same name.
    known.write("relay/go.mod", "module example.org/relay\n\ngo 1.20\n")
    known.write("relay/hub/hub.go", HUB)
    known.write("relay/main.go", MAIN.replace("example.com/m", "example.org/relay"))
    known.write("relay/jobs/jobs.go", JOBS)
    known.run("baseline", "--min-confidence", "low", "--all-modules")
    theirs = [entry.replace("example.com/m", "example.org/relay") for entry in ENTRIES]
    assert sorted([*ENTRIES, *theirs]) == sorted(known.entries())
    known.change("hub/hub.go", "\tbyPath[r.URL.Path]++\n", "")
    known.write("sub/sub.go", HUB.replace("package hub", "package sub"))
    known.change("main.go", '"/", hub.Count', '"/", sub.Count')
    known.change("main.go", "m/hub", "m/sub")
    ran = known.low()
    assert ["sub/sub.go:16:2"] == ran.found
    assert "1 entry is gone, such as GML1 example.com/m/hub.byPath;" in ran.notes
    known.run("baseline", "--prune")
    assert [*sorted([*ENTRIES[1:], *theirs])] == sorted(known.entries())
    assert "" == known.low("./relay/...").notes


def test_a_removed_module_is_gone_once_everything_else_was_read(known: Module) -> None:
    known.write("relay/go.mod", "module example.org/relay\n\ngo 1.20\n")
    known.write("relay/main.go", "package main\n\nfunc main() {}\n")
    with (known.folder / FILE).open("a") as opened:
        opened.write("GML1 example.org/old/hub.byHost\n")
    assert "gone" not in known.low().notes
    assert "1 entry is gone, such as GML1 example.org/old/hub.byHost" in known.low("--all-modules").notes


def test_entries_that_another_module_of_the_workspace_shows_are_not_gone(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        module.write(f"{name}/go.mod", f"module example.com/{name}\n\ngo 1.20\n")
    module.write("go.work", "go 1.20\n\nuse (\n\t./a\n\t./b\n)\n")
    module.write("a/hub/hub.go", HUB.replace("byPath", "ByPath").replace("mu ", "Mu "))
    module.change("a/hub/hub.go", HUB[HUB.index("func") :].replace("byPath", "ByPath"), "")
    count = HUB[HUB.index("func") :].replace("mu.", "hub.Mu.").replace("byPath", "hub.ByPath")
    wired = 'import (\n\t"net/http"\n\n\t"example.com/a/hub"\n)\n\nfunc main() {\n\thttp.HandleFunc("/", Count)\n}\n'
    module.write("b/main.go", f"package main\n\n{wired}\n{count}")
    monkeypatch.chdir(module.folder / "b")
    module.run("baseline", "--min-confidence", "low")
    assert ["GML1 example.com/a/hub.ByPath"] == module.entries()
    monkeypatch.chdir(module.folder / "a")
    assert "" == module.run().notes
    assert "1 stay, 1 of them not judged" in module.run("baseline", "--prune").last


@pytest.mark.parametrize(
    "typed",
    [["./hub"], ["jobs/jobs.go"], ["./main.go", "./jobs/..."], ["--tests"], ["--tags", "slow"]],
    ids=" ".join,
)
def test_a_run_that_does_not_see_everything_calls_nothing_gone(known: Module, typed: list[str]) -> None:
    known.change("hub/hub.go", "\tbyPath[r.URL.Path]++\n", "")
    known.change("jobs/jobs.go", LOOP, "")
    assert "" == known.low(*typed).notes
    assert "3 entries are gone" in known.low().notes


def test_what_does_not_parse_hides_nothing_for_good(known: Module) -> None:
    known.change("hub/hub.go", "func Count(", "func {{ Count(")
    ran = known.run("baseline", "--prune")
    assert f"{FILE}: took out 0 entries, 4 stay, 1 of them not judged" in ran.last
    assert ENTRIES == known.entries()


@pytest.mark.parametrize("typed", [[], ["--prune"]], ids=" ".join)
def test_what_is_too_large_to_parse_hides_nothing_for_good(known: Module, typed: list[str]) -> None:
    known.write("hub/hub.go", (known.folder / "hub/hub.go").read_text() + "// " + "x" * 2000 + "\n")
    assert "gone" not in known.low("--max-file-size", "2kB").notes
    known.run("baseline", "--min-confidence", "low", "--max-file-size", "2kB", *typed)
    assert ENTRIES == known.entries()


def test_what_cannot_be_read_hides_nothing_for_good(known: Module) -> None:
    known.write("hub/hub.go", "\0")
    assert "gone" not in known.low().notes
    known.run("baseline", "--prune")
    assert ENTRIES == known.entries()


def test_a_baseline_that_the_configuration_names_and_that_is_not_there(known: Module) -> None:
    known.write(".gomaplint.toml", 'jobs = 1\nbaseline = "lint/known"\n')
    says = "gomaplint: .gomaplint.toml:2: baseline: there is no file lint/known; 'gomaplint baseline' writes it\n"
    ran = known.run()
    assert (2, says) == (ran.status, ran.notes)
    assert 1 == known.run("--no-baseline").status


def test_entries_of_testdata_stay_though_patterns_pass_it_over(known: Module) -> None:
    known.write("testdata/jobs/jobs.go", JOBS)
    known.run("baseline", "--min-confidence", "low", "./testdata/jobs")
    entry = "GML3 example.com/m/testdata/jobs.Start 2"
    assert [*ENTRIES, entry] == known.entries()
    assert "" == known.low().notes
    known.run("baseline", "--prune")
    assert entry in known.entries()


def test_writing_from_one_folder_keeps_the_entries_of_the_others(known: Module) -> None:
    known.change("hub/hub.go", "byPath", "hits")
    ran = known.run("baseline", "./hub")
    assert f"wrote 5 entries (1 new, 0 gone) to {FILE}" == ran.last
    assert [ENTRIES[0], "GML1 example.com/m/hub.hits", *ENTRIES[1:]] == known.entries()


def test_pruning_takes_out_what_is_gone_and_leaves_comments_alone(known: Module) -> None:
    text = known.read(FILE).replace(ENTRIES[0], f"# ticket 7\n{ENTRIES[0]} # a closed set")
    known.write(FILE, text.replace(ENTRIES[1], f"# ticket 8\n{ENTRIES[1]} # soon"))
    known.change("jobs/jobs.go", "\t\tseen[<-results]++\n", "\t\t<-results\n")
    known.change("jobs/jobs.go", LOOP + LOOP, LOOP)
    known.change("hub/hub.go", "byPath = ", "byHost = map[string]int{}\n\tbyPath = ")
    known.change("hub/hub.go", "\tbyPath[r", "\tbyHost[r.Host]++\n\tbyPath[r")
    assert f"{FILE}: took out 2 entries, 2 stay" == known.run("baseline", "--prune").last
    kept = ["# ticket 7", f"{ENTRIES[0]} # a closed set", "# ticket 8", "GML3 example.com/m/jobs.Start"]
    assert kept == known.read(FILE).splitlines()[4:]
    assert ["hub/hub.go:17:2"] == known.low().found


def test_of_three_loops_in_one_function_the_last_is_new(known: Module) -> None:
    known.change("jobs/jobs.go", LOOP + LOOP, LOOP * 3)
    assert ["jobs/jobs.go:18:23"] == known.low().found


def test_the_options_that_decide_on_what_is_seen_are_kept_in_the_file(module: Module) -> None:
    module.write("jobs/jobs_test.go", JOBS.replace("Run(", "run(").replace("Start(", "start("))
    module.run("baseline", "--tests")
    assert "gomaplint-baseline 1 --tests\n" in module.read(FILE)
    assert "GML3 example.com/m/jobs.start 2" in module.entries()
    assert "" == module.run().notes
    for more in ((), ("--prune",)):
        ran = module.run("baseline", *more)
        says = f"gomaplint: {FILE}: was written with other options: --tests; now: none; use the same, or"
        assert (2, True) == (ran.status, ran.notes.startswith(says))
    (module.folder / "jobs/jobs_test.go").unlink()
    assert f"{FILE}: took out 2 entries, 3 stay" == module.run("baseline", "--tests", "--prune").last


def test_why_names_the_line_of_the_baseline(known: Module) -> None:
    def outcome(place: str, *typed: str) -> str:
        main(["why", place, *typed])
        words = " ".join(known.capsys.readouterr().out.split())
        return words.partition("=> ")[2]

    said = f"in the baseline ({FILE}:%d); without it: reported with high confidence"
    assert outcome("hub/hub.go:16").startswith(said % 5)
    known.change("jobs/jobs.go", LOOP + LOOP, LOOP * 3)
    assert outcome("jobs/jobs.go:15").startswith(said % 7)
    assert outcome("jobs/jobs.go:18").startswith("reported with high confidence")
    assert outcome("hub/hub.go:16", "--no-baseline").startswith("reported with high confidence")


def test_why_agrees_with_the_run_on_what_needs_no_entry(known: Module) -> None:
    def outcome(place: str) -> str:
        main(["why", place])
        return " ".join(known.capsys.readouterr().out.split()).partition("=> ")[2]

    ignored = LOOP.replace("\t\tgo", "\t\t//gomaplint:ignore GML301 on purpose\n\t\tgo")
    known.change("jobs/jobs.go", LOOP + LOOP, ignored + LOOP * 2)
    known.write(".gomaplint.toml", '[[paths]]\nmatch = ["hub/"]\nignore = ["growth"]\n')
    assert 0 == known.run().status
    suppressed = "suppressed by gomaplint:ignore GML301 (jobs/jobs.go:12): on purpose"
    assert outcome("jobs/jobs.go:13").startswith(suppressed)
    for line in (16, 19):
        assert outcome(f"jobs/jobs.go:{line}").startswith(f"in the baseline ({FILE}:7); without it: reported")
    assert outcome("hub/hub.go:16").startswith("not selected by .gomaplint.toml:3; ")


def test_standard_input_is_compared_and_calls_nothing_gone(
    known: Module, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    served = '\nfunc main() {\n\thttp.HandleFunc("/", Count)\n}\n'
    main_alone = HUB.replace("package hub", "package main").replace("\nfunc", f"{served}\nfunc", 1)
    for typed, text, found in (
        (["--stdin-filename", "jobs/jobs.go"], JOBS.replace(LOOP + LOOP, LOOP * 3), ["jobs/jobs.go:18:23"]),
        ([], "package main\n\nfunc main() {}\n", []),
        ([], main_alone, ["stdin.go:20:2"]),
    ):
        (tmp_path / "stdin").write_text(text, "utf-8")
        with (tmp_path / "stdin").open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            ran = known.low("-", *typed)
        assert (found, "") == (ran.found, ran.notes)


def test_machines_read_how_many_there_are_and_what_is_gone(known: Module) -> None:
    known.change("hub/hub.go", "\tbyPath[r.URL.Path]++\n", "")
    main(["--format", "json"])
    report = json.loads(known.capsys.readouterr().out)
    assert [] == report["findings"]
    [note] = report["notes"]
    assert (FILE, 5) == (note["path"], note["line"])


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (
            ["--baseline", "none.txt"],
            "--baseline none.txt: there is no such file; 'gomaplint baseline --baseline none.txt' writes it",
        ),
        (["--baseline", "hub"], "--baseline hub: Is a directory"),
        (
            ["--baseline", FILE, "--no-baseline"],
            "--baseline names a file, and --no-baseline wants none; leave out one of them",
        ),
        (["baseline", "--baseline", "no/such"], "--baseline no/such: there is no folder no"),
        (["baseline", "--baseline", "hub"], "--baseline hub: is a folder; name a file in it"),
        (["baseline", "--prune", "--baseline", "none.txt"], "--baseline none.txt: there is no such file"),
        (["baseline", "-"], "a baseline is written of files, not of standard input"),
        (["baseline", "hub"], "'hub' is no pattern; the folder is written ./hub"),
        (["--baseline", "main.go"], "main.go:1: this is no baseline of gomaplint"),
        (["--baseline", "latin"], "latin: is no text in UTF-8"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(known: Module, typed: list[str], complaint: str) -> None:
    (known.folder / "latin").write_bytes(b"gomaplint-baseline 1\nGML1 m.\xff\n")
    ran = known.run(*typed)
    assert (2, 1) == (ran.status, ran.notes.count("\n"))
    assert ran.notes.startswith(f"gomaplint: {complaint}")


def test_a_file_that_is_not_understood_stops_the_run_before_it_reads_go(known: Module) -> None:
    known.write(FILE, known.read(FILE) + "hub.go:88\n")
    ran = known.run()
    assert (2, "") == (ran.status, ran.last)
    assert ran.notes.startswith(f"gomaplint: {FILE}:8: not understood: 'hub.go:88'; ")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be written here")
def test_a_folder_that_cannot_be_written_to_is_named(known: Module) -> None:
    known.folder.chmod(0o555)
    try:
        ran = known.run("baseline")
    finally:
        known.folder.chmod(0o755)
    assert (2, f"gomaplint: --baseline {FILE}: Permission denied\n") == (ran.status, ran.notes)


def branches(module: Module, union: bool) -> str:
    """Two branches that each add an entry, merged by git; returns what git says."""
    (module.folder / ".git").rmdir()
    module.git("init", "-q", "-b", "main")
    if union:
        module.write(".gitattributes", f"{FILE} merge=union\n")
    module.run("baseline")
    module.git("add", "-A")
    module.git("commit", "-qm", "base")
    for branch, package in (("ours", "hall"), ("theirs", "hotel")):
        module.git("checkout", "-q", "-b", branch, "main")
        module.write(f"{package}/it.go", HUB.replace("package hub", f"package {package}"))
        wired = f'package main\n\nimport (\n\t"net/http"\n\n\t"example.com/m/{package}"\n)\n\n'
        module.write(
            f"{package}.go", f'{wired}func init() {{ http.HandleFunc("/{package}", {package}.Count) }}\n'
        )
        module.run("baseline")
        module.git("add", "-A")
        module.git("commit", "-qm", branch)
    return module.git("merge", "-q", "--no-edit", "ours", status=0 if union else 1)


def test_two_branches_merge_by_lines(module: Module) -> None:
    branches(module, union=True)
    ran = module.run()
    assert ([], "", True) == (
        ran.found,
        ran.notes,
        ran.last.endswith(
            "; 5 in the baseline: --show-suppressed shows them; 1 at lower confidence: --min-confidence low shows it"
        ),
    )
    module.run("baseline", "--prune")
    both = [f"GML1 example.com/m/{package}.byPath" for package in ("hall", "hotel", "hub")]
    assert [*both, ENTRIES[2]] == module.entries()


def test_a_merge_that_git_left_to_people_is_named_as_such(module: Module) -> None:
    branches(module, union=False)
    ran = module.run()
    assert 2 == ran.status
    assert ran.notes.startswith(
        f"gomaplint: {FILE}:5: a merge of git was left unfinished here; keep the entries"
    )


def test_the_command_that_prunes_has_the_options_that_the_baseline_was_written_with(module: Module) -> None:
    module.run("baseline", "--go", "1.20")
    module.write("hub/hub.go", "package hub\n")
    module.write("main.go", "package main\n\nfunc main() {}\n")
    command = "gomaplint baseline --prune --go 1.20"
    assert f"'{command}' takes out" in module.run("--go", "1.20").notes
    assert 0 == module.run(*command.split()[1:]).status
    assert "gone" not in module.run("--go", "1.20").notes
