"""What a change made, in real git repositories."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from repository import Repository

from gomaplint import judging as pipeline
from gomaplint.check import check
from gomaplint.cli import main
from gomaplint.config import Options, Since
from gomaplint.errors import UserError
from gomaplint.finding import Confidence, Report

MOD = "module example.com/chat\n\ngo 1.24\n"
STORE = """\
package main

import (
	"net/http"
	"sync"
)

type Store struct {
	mu   sync.Mutex
	seen map[string]int
}

func (s *Store) hit(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[path]++
}

func (s *Store) serve(w http.ResponseWriter, r *http.Request) {
	s.hit(r.URL.Path)
}
"""
MAIN = """\
package main

import "net/http"

func main() {
	store := &Store{seen: map[string]int{}}
	http.HandleFunc("/", store.serve)
	http.HandleFunc("/gone", func(w http.ResponseWriter, r *http.Request) {
		forget(store, r.URL.Path)
	})
	_ = http.ListenAndServe(":8080", nil)
}
"""
FORGET = """\
package main

// forget is told of paths that are gone.
func forget(s *Store, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, path)
}
"""
KEEP = FORGET.replace("\tdelete(s.seen, path)\n", "")
LOOP = """\
package main

func main() {
	var all []func()
	for _, name := range []string{"a", "b"} {
		all = append(all, func() { println(name) })
	}
	for _, f := range all {
		f()
	}
}
"""
HIT = "store.go:16 GML102"
GROWS = {"go.mod": MOD, "store.go": STORE, "main.go": MAIN, "forget.go": KEEP}
EMPTIED = {**GROWS, "forget.go": FORGET}


class Service(Repository):
    """The repository of a service, and what gomaplint says of a change in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder.parent)
        self.cwd = folder

    def save(self, files: dict[str, str]) -> None:
        """Write some files and commit all there is."""
        status, told = self.commit(files)
        assert not status, told

    def put(self, name: str, text: str, newline: str = "\n") -> None:
        """Write a file, without a word to git."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline=newline)

    def report(self, since: Since | str = "HEAD", *patterns: str, least: str = "high") -> Report:
        since = Since(since) if isinstance(since, str) else since
        options = Options(
            patterns or ("./...",),
            since=since,
            min_confidence=Confidence[least.upper()],
            all_modules=True,
            jobs=1,
        )
        return check(options, os.fspath(self.cwd))

    def made(self, since: Since | str = "HEAD", *patterns: str) -> list[str]:
        """The findings that the change made, by place and rule."""
        return [f"{f.at.path}:{f.at.line} {f.rule}" for f in self.report(since, *patterns).findings]


@pytest.fixture(autouse=True)
def _no_git_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path / "service")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The files of every tree that is loaded."""
    seen: list[set[str]] = []
    load: Callable[..., object] = pipeline.load  # type: ignore[attr-defined]

    def counted(tree: object, *rest: object) -> object:
        seen.append({file.path for file in tree.files})  # type: ignore[attr-defined]
        return load(tree, *rest)

    monkeypatch.setattr(pipeline, "load", counted)
    return seen


# -- the proof leads through the change


def test_a_finding_from_before_is_left_out_and_counted(service: Service) -> None:
    service.save(GROWS)
    service.put("main.go", MAIN.replace("8080", "9090"))
    report = service.report()
    assert [] == report.findings
    assert {"not made by this change": 1} == report.withheld


@pytest.mark.parametrize("line", ["s.seen[path]++", "s.hit(r.URL.Path)", "seen map[string]int"])
def test_any_place_of_the_proof_makes_it_the_change_s(service: Service, line: str) -> None:
    service.save(GROWS)
    service.put("store.go", STORE.replace(line, f"{line} // x"))
    report = service.report()
    assert [HIT] == service.made()
    assert {} == report.withheld
    assert "HEAD" not in report.findings[0].message


@pytest.mark.parametrize("how", ["in the working tree", "staged", "committed", "new"])
def test_a_change_counts_up_to_the_working_tree(service: Service, how: str) -> None:
    service.save({**EMPTIED, "store.go": "package main\n"})
    if how == "new":
        (service.folder / "store.go").unlink()
        service.put("grows.go", STORE)
    else:
        service.put("store.go", STORE)
    service.put("forget.go", KEEP)
    if how == "staged":
        service.run("git", "add", "--all")
    elif how == "committed":
        service.save({})
    place = HIT.replace("store", "grows") if how == "new" else HIT
    assert [place] == service.made("HEAD^" if how == "committed" else "HEAD")


def test_the_working_tree_counts_and_not_what_is_staged(service: Service) -> None:
    service.save(EMPTIED)
    service.put("forget.go", KEEP)
    service.run("git", "add", "--all")
    service.put("forget.go", FORGET)
    assert [] == service.made()


def test_a_file_that_git_ignores_is_read_and_belongs_to_no_change(service: Service) -> None:
    service.save({**EMPTIED, ".gitignore": "/store.go\n", "store.go": STORE})
    service.save({"forget.go": KEEP})
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert [] == service.made()


def test_a_file_that_git_was_told_to_forget_is_as_it_was(service: Service) -> None:
    service.save(GROWS)
    service.run("git", "rm", "--quiet", "--cached", "store.go")
    assert [] == service.made()
    service.put("store.go", STORE.replace("s.seen[path]++", "s.seen[path] += 1"))
    assert [HIT] == service.made()


def test_files_that_git_does_not_know_can_be_left_to_the_next_change(service: Service) -> None:
    service.save({"go.mod": MOD, "main.go": MAIN})
    for name in ("store.go", "forget.go"):
        service.put(name, GROWS[name])
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert [HIT] == service.made()
    assert [] == service.made(Since("HEAD", untracked=False))


def test_of_a_long_place_beside_the_deciding_one_the_first_line_counts(service: Service) -> None:
    handler = STORE.replace("\ts.hit(r.URL.Path)\n", "\t_ = 1\n\t_ = 2\n\ts.hit(r.URL.Path)\n")
    loop = MAIN.replace(
        'HandleFunc("/", store.serve)',
        'HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {\n'
        "\t\tprintln(1)\n\t\tstore.hit(r.URL.Path)\n\t})",
    )
    service.save({**GROWS, "store.go": handler, "main.go": loop})
    service.put("main.go", loop.replace("println(1)", "println(2)"))
    assert [] == service.made()
    service.put("main.go", loop.replace('"/", func(w http', '"/x", func(w http'))
    assert [HIT] == service.made()


def test_what_is_less_sure_counts_as_hidden_only_if_the_change_made_it(service: Service) -> None:
    kinds = STORE.replace("path", "kind")
    service.save({**GROWS, "store.go": kinds})
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert ({}, {}) == (service.report().hidden, service.report().withheld)
    service.put("store.go", kinds.replace("[kind]++", "[kind] += 1"))
    report = service.report()
    assert ([], {Confidence.LOW: 1}) == (report.findings, report.hidden)


# -- it was not there before


def test_a_change_that_removes_the_last_delete_is_told(service: Service) -> None:
    service.save(EMPTIED)
    service.put("forget.go", KEEP)
    [finding] = service.report().findings
    assert "store.go" == finding.at.path
    assert finding.message.endswith(
        "removes one; this change removes the last delete(s.seen, path) (forget.go:7 at HEAD)"
    )
    [row] = [row for row in finding.related if row.says.startswith("removed here")]
    assert ("removed here: delete(s.seen, path)", "forget.go:7:1") == (row.says, str(row.at))


def test_a_file_that_was_deleted_held_the_delete(service: Service) -> None:
    service.save(EMPTIED)
    quiet = re.sub(r"\thttp.HandleFunc\(\"/gone.*?\}\)\n", "", MAIN, flags=re.DOTALL)
    service.put("main.go", quiet)
    (service.folder / "forget.go").unlink()
    [finding] = service.report().findings
    assert finding.message.endswith("this change removes the last delete(s.seen, path) (forget.go:7 at HEAD)")
    assert not any("removed here" in row.says for row in finding.related)


def test_the_name_of_the_commit_is_told_as_it_was_given(service: Service) -> None:
    service.save(EMPTIED)
    service.run("git", "tag", "v1.0")
    service.save({"forget.go": KEEP})
    told = {rev: service.report(rev).findings[0].message.rpartition(" at ")[2] for rev in ("v1.0", "HEAD~1")}
    assert {"v1.0": "v1.0)", "HEAD~1": "HEAD~1)"} == told
    [finding] = service.report(Since("v1.0", merge_base=True)).findings
    assert finding.message.endswith("(forget.go:7 at the merge base with v1.0)")


def test_one_of_two_deletes_may_go(service: Service) -> None:
    twice = FORGET.replace("\tdelete(s.seen, path)\n", '\tdelete(s.seen, path)\n\tdelete(s.seen, path+"/")\n')
    service.save({**EMPTIED, "forget.go": twice})
    service.put("forget.go", FORGET)
    assert [] == service.made()
    service.put("forget.go", KEEP)
    [finding] = service.report().findings
    assert "this change removes the last 2 removals, delete(s.seen, path) (forget.go:7" in finding.message


def test_a_delete_that_moves_elsewhere_is_still_there(service: Service) -> None:
    service.save(EMPTIED)
    (service.folder / "forget.go").unlink()
    service.put("main.go", MAIN + FORGET.replace("package main\n", ""))
    assert [] == service.made()


def test_a_delete_that_nobody_runs_any_more_is_no_reason_to_name_it(service: Service) -> None:
    service.save(EMPTIED)
    service.put("forget_test.go", FORGET)
    (service.folder / "forget.go").unlink()
    service.put("main.go", MAIN.replace("forget(", "_ = r; println("))
    [finding] = service.report().findings
    assert "this change removes the last delete(s.seen, path) (forget.go:7 at HEAD)" in finding.message


def test_a_lock_that_is_gone_is_the_change_s(service: Service) -> None:
    locked = """\
package main

import (
	"net/http"
	"sync"
)

var hits = map[string]int{}
var mu sync.Mutex

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		hits["all"]++
	})
	_ = http.ListenAndServe(":8080", nil)
}
"""
    service.save({"go.mod": MOD, "main.go": locked})
    assert [] == service.made("0" * 40)
    service.put("main.go", locked.replace("\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n", ""))
    [finding] = service.report().findings
    assert ("GML601", 13) == (finding.rule, finding.at.line)
    assert finding.message.endswith("; this was not so at HEAD")


def test_an_addition_elsewhere_can_make_a_finding(service: Service) -> None:
    library = STORE.replace("package main", "package store").replace("seen", "Seen")
    service.save({"go.mod": MOD, "store/store.go": library})
    assert [] == service.made("0" * 40)
    service.put("main.go", 'package main\n\nimport _ "example.com/chat/store"\n\nfunc main() {}\n')
    [finding] = service.report().findings
    assert ("GML102", "store/store.go") == (finding.rule, finding.at.path)
    assert finding.message.endswith("; this was not so at HEAD")


def test_the_language_version_of_go_mod_can_make_a_finding(service: Service) -> None:
    service.save({"go.mod": MOD, "main.go": LOOP})
    service.put("go.mod", MOD.replace("1.24", "1.21"))
    [finding] = service.report().findings
    assert "GML301" == finding.rule
    assert finding.message.endswith("; this was not so at HEAD")


def test_a_delete_of_a_module_that_was_merged_into_another_is_told(service: Service) -> None:
    inner = {f"inner/{name}": text for name, text in EMPTIED.items()}
    service.save(
        {**inner, "go.mod": MOD.replace("chat", "all"), "main.go": "package main\n\nfunc main() {}\n"}
    )
    service.run("git", "rm", "--quiet", "inner/go.mod", "inner/forget.go")
    service.put("inner/main.go", re.sub(r"\thttp.HandleFunc\(\"/gone.*?\}\)\n", "", MAIN, flags=re.DOTALL))
    [finding] = service.report().findings
    assert "this change removes the last delete(s.seen, path) (inner/forget.go:7 at HEAD)" in finding.message


# -- what is no change


def test_a_finding_about_no_map_is_known_by_its_line(service: Service) -> None:
    service.save({"go.mod": MOD.replace("1.24", "1.21"), "main.go": LOOP})
    service.put("main.go", LOOP.replace("func main() {", "func main() {\n\tprintln()"))
    report = service.report()
    assert ([], {"not made by this change": 1}) == (report.findings, report.withheld)


@pytest.mark.parametrize(
    "edit", ["moved up", "moved to another file", "rewritten with other ends of lines", "indented"]
)
def test_code_that_is_only_moved_makes_no_finding(service: Service, edit: str) -> None:
    service.save(GROWS)
    hit = STORE[STORE.index("func (s *Store) hit") : STORE.index("func (s *Store) serve")]
    rest = STORE.replace(hit, "")
    if edit == "moved up":
        service.put("store.go", rest + "\n" + hit)
    elif edit == "moved to another file":
        service.put("store.go", rest)
        service.put("hit.go", f"package main\n\n// new is a comment.\n\n{hit}")
    elif edit == "indented":
        service.put("store.go", STORE.replace("\t", "    "))
    else:
        service.put("store.go", STORE, newline="\r\n")
    assert [] == service.made()


def test_a_function_that_moves_without_its_delete_makes_a_finding(service: Service) -> None:
    hit = STORE[STORE.index("func (s *Store) hit") : STORE.index("func (s *Store) serve")]
    emptied = STORE.replace("\ts.seen[path]++\n", "\tdelete(s.seen, path+path)\n\ts.seen[path]++\n")
    service.save({**GROWS, "store.go": emptied})
    service.put("store.go", STORE.replace(hit, "") + "\n" + hit)
    assert ["store.go:20 GML102"] == service.made()


def test_white_space_alone_is_not_even_loaded(service: Service, loads: list[set[str]]) -> None:
    service.save(GROWS)
    service.put("store.go", STORE, newline="\r\n")
    assert [] == service.made()
    assert [] == loads


@pytest.mark.parametrize("edited", [False, True])
def test_a_renamed_file_is_the_same_file(service: Service, edited: bool) -> None:
    service.save(GROWS)
    service.run("git", "mv", "store.go", "shop.go")
    if edited:
        service.put("shop.go", STORE.replace("s.seen[path]++", "s.seen[path] += 1"))
    assert ([HIT.replace("store", "shop")] if edited else []) == service.made()


def test_a_folder_that_moves_takes_its_findings_along(service: Service) -> None:
    run = 'package store\n\nimport "net/http"\n\nvar Store1 = &Store{}\n\n'
    run += 'func Run() { http.HandleFunc("/", Store1.serve) }\n'
    main = 'package main\n\nimport "example.com/chat/store"\n\nfunc main() { store.Run() }\n'
    store = STORE.replace("package main", "package store")
    service.save({"go.mod": MOD, "store/store.go": store, "store/run.go": run, "main.go": main})
    assert ["store/store.go:16 GML102"] == service.made("0" * 40)
    service.run("git", "mv", "store", "shop")
    service.put("main.go", main.replace("chat/store", "chat/shop"))
    assert [] == service.made()


def test_a_map_whose_folder_moves_is_known_by_its_name(service: Service) -> None:
    again = "\nfunc (s *Store) again(w http.ResponseWriter, r *http.Request) {\n\ts.mu.Lock()\n"
    again += "\tdefer s.mu.Unlock()\n\ts.seen[r.URL.Path]++\n}\n"
    store = STORE.replace("package main", "package store")
    service.save({"go.mod": MOD, "store/a.go": store, "store/b.go": store[: store.index("type")] + again})
    service.put("store/b.go", (store[: store.index("type")] + again).replace("\ts.seen[r.URL.Path]++\n", ""))
    service.run("git", "mv", "store", "shop")
    report = service.report()
    assert ([], {"not made by this change": 1}) == (report.findings, report.withheld)


@pytest.mark.parametrize("edit", ["a new path", "a new folder", "merged into the module around it"])
def test_a_module_that_moves_takes_its_findings_along(service: Service, edit: str) -> None:
    inner = {f"inner/{name}": text for name, text in GROWS.items()}
    service.save(
        {**inner, "go.mod": MOD.replace("chat", "all"), "main.go": "package main\n\nfunc main() {}\n"}
    )
    if edit == "a new path":
        service.put("inner/go.mod", MOD.replace("chat", "chat/v2"))
    elif edit == "a new folder":
        service.run("git", "mv", "inner", "outer")
    else:
        service.run("git", "rm", "--quiet", "inner/go.mod")
    report = service.report()
    assert [] == report.findings
    assert {"not made by this change": 1} == report.withheld


def test_a_renamed_type_keeps_its_finding(service: Service) -> None:
    service.save(GROWS)
    for name in ("store.go", "main.go", "forget.go"):
        service.put(name, GROWS[name].replace("Store", "Shop"))
    service.put("store.go", STORE.replace("Store", "Shop").replace("\tseen map", "\tn int\n\tseen map"))
    assert ["store.go:17 GML102"] == service.made()  # the proof leads through the receivers


# -- where the change begins


def test_a_commit_has_many_names(service: Service) -> None:
    service.save(EMPTIED)
    service.run("git", "tag", "--annotate", "--message", "first", "v1")
    service.run("git", "branch", "old")
    full = service.run("git", "rev-parse", "HEAD").strip()
    service.save({"forget.go": KEEP})
    for rev in ("v1", "old", "HEAD~1", full, full[:8], "refs/heads/old"):
        assert (rev, [HIT]) == (rev, service.made(rev))


def test_a_merge_base_leaves_out_what_the_branch_got_meanwhile(service: Service) -> None:
    service.save(EMPTIED)
    service.run("git", "switch", "--quiet", "--create", "feature")
    service.save({"forget.go": KEEP})
    service.run("git", "switch", "--quiet", "main")
    service.save({"main.go": MAIN.replace("8080", "9090"), "later.go": "package main\n"})
    service.run("git", "switch", "--quiet", "feature")
    assert [HIT] == service.made(Since("main", merge_base=True))
    service.put("main.go", MAIN.replace("8080", "9090"))
    service.save({"later.go": "package main\n"})
    service.run("git", "switch", "--quiet", "main")
    assert [] == service.made(Since("feature", merge_base=True))


@pytest.mark.parametrize("rev", ["HEAD", "@", "0" * 40])
def test_before_the_first_commit_everything_is_new(service: Service, rev: str) -> None:
    service.write(GROWS)
    assert [HIT] == service.made(rev)
    service.run("git", "rm", "--quiet", "-r", "--cached", ".")
    assert [HIT] == service.made(rev)


def test_zeros_stand_for_nothing_after_the_first_commit_too(service: Service) -> None:
    service.save(GROWS)
    assert [HIT] == service.made("0" * 40)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (Since("mian"), "git knows no commit 'mian' here; did you mean main?"),
        (Since("topic"), "git knows no commit 'topic' here; did you mean origin/topic?"),
        (Since("HAED"), "git knows no commit 'HAED' here; did you mean HEAD?"),
        (
            Since("xyzzy"),
            "git knows no commit 'xyzzy' here; 'git log' and 'git branch --all' list what there is",
        ),
        (Since("main:go.mod"), "git knows no commit 'main:go.mod' here; "),
        (Since(""), "'' is no commit; write one as HEAD, main or v1.2.0"),
        (Since("--output=x"), "'--output=x' is no commit; write one as HEAD, main or v1.2.0"),
        (
            Since("other", merge_base=True),
            "HEAD and other have no commit in common here; give a commit with --since",
        ),
    ],
)
def test_a_commit_that_is_not_there_is_one_line_with_the_cure(
    service: Service, since: Since, words: str
) -> None:
    service.save(GROWS)
    service.run("git", "update-ref", "refs/remotes/origin/topic", "HEAD")
    service.run("git", "switch", "--quiet", "--orphan", "other")
    service.save({"README.md": "# other\n"})
    service.run("git", "switch", "--quiet", "main")
    with pytest.raises(UserError) as error:
        service.report(since)
    assert str(error.value).startswith(words)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("since", [Since("HEAD^"), Since("old", merge_base=True)])
def test_a_shallow_clone_is_told_to_be_one(service: Service, tmp_path: Path, since: Since) -> None:
    service.save(EMPTIED)
    service.run("git", "branch", "old")
    service.save({"forget.go": KEEP})
    service.run(
        "git", "clone", "--quiet", "--depth", "1", "--no-single-branch", service.folder.as_uri(), "../clone"
    )
    clone = tmp_path / "clone"
    subprocess.run(["git", "branch", "old", "origin/old"], cwd=clone, check=True, capture_output=True)
    service.cwd = clone
    with pytest.raises(UserError, match=r"shallow: fetch more of it \(fetch-depth: 0 of actions/checkout"):
        service.report(since)


def test_a_folder_in_no_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text("package main\n")
    with pytest.raises(UserError, match=r"--since asks git, and .* lies in no git repository"):
        check(Options(since=Since("HEAD")), os.fspath(tmp_path))


def test_a_broken_repository_is_told_in_git_s_words(service: Service) -> None:
    shutil.rmtree(service.folder / ".git" / "objects")
    with pytest.raises(UserError, match="--since asks git, which says: fatal: not a git repository"):
        service.report()


def test_a_machine_without_git_is_told(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(UserError, match="--since asks git, and there is no program 'git' here; install it"):
        service.report()


# -- what is read


def test_a_change_without_go_loads_nothing(service: Service, loads: list[set[str]]) -> None:
    service.save(GROWS)
    service.put("README.md", "# chat\n")
    report = service.report()
    assert ([], [], 0) == (loads, list(report.findings), report.files)
    assert [": no Go file differs from HEAD"] == [f"{n.path}: {n.message}" for n in report.notes]


def test_a_pattern_is_looked_at_even_if_nothing_changed(service: Service) -> None:
    service.save(GROWS)
    with pytest.raises(UserError, match=r"pattern ./stor matches nothing"):
        service.report("HEAD", "./stor")


def test_only_the_modules_are_loaded_that_the_change_has_part_in(
    service: Service, loads: list[set[str]]
) -> None:
    two = {f"{folder}/{name}": text for folder in ("chat", "mail") for name, text in GROWS.items()}
    service.save({**two, "mail/testdata/x.go": "package x\n"})
    service.put("mail/main.go", MAIN.replace("8080", "9090"))
    report = service.report()
    assert {"mail"} == {path.partition("/")[0] for path in loads[0]}
    assert 3 == report.files
    loads.clear()
    service.run("git", "checkout", "--quiet", ".")
    service.run("git", "rm", "--quiet", "chat/forget.go")
    service.report()
    assert {"chat"} == {path.partition("/")[0] for path in loads[0]}


@pytest.mark.parametrize(
    "name", ["store_test.go", "testdata/x.go", "vendor/a.org/x/x.go", ".x/x.go", "_x.go"]
)
def test_files_that_are_not_judged_load_nothing(service: Service, loads: list[set[str]], name: str) -> None:
    service.save({**GROWS, name: "package x\n"})
    service.put(name, "package x // y\n")
    assert [] == service.made()
    assert [set()] == loads
    (service.folder / name).unlink()
    assert [] == service.made()
    assert [set(), set()] == loads


def test_a_go_work_loads_the_modules_it_joins(service: Service, loads: list[set[str]]) -> None:
    two = {f"{folder}/{name}": text for folder in ("chat", "mail") for name, text in GROWS.items()}
    alone = {f"tool/{name}": text for name, text in GROWS.items()}
    service.save({**two, **alone, "go.work": "go 1.24\n\nuse ./chat\n"})
    service.put("go.work", "go 1.24\n\nuse (\n\t./chat\n\t./mail\n)\n")
    service.report()
    assert {"chat", "mail", "tool"} >= {path.partition("/")[0] for path in loads[0]} >= {"chat", "mail"}


def test_the_state_before_is_judged_only_if_a_finding_may_be_from_then(
    service: Service, loads: list[set[str]]
) -> None:
    service.save(EMPTIED)
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert [] == service.made()
    assert 1 == len(loads)  # there is no finding
    service.put("store.go", STORE.replace("s.seen[path]++", "s.seen[path] += 1"))
    service.put("forget.go", KEEP)
    assert [HIT] == service.made()
    assert 2 == len(loads)  # the proof leads through the change
    service.put("store.go", STORE)
    assert [HIT] == service.made()
    assert 4 == len(loads)


def test_the_last_go_file_may_go(service: Service) -> None:
    service.save({"main.go": MAIN, "README.md": "# chat\n"})
    service.run("git", "rm", "--quiet", "main.go")
    report = service.report()
    assert [] == report.findings
    assert ["pattern ./... matches no Go files in . and below; name a folder that holds some"] == [
        note.message for note in report.notes
    ]


# -- what a folder, a name, a configuration of git may be


def test_a_folder_of_the_repository_may_be_the_current_one(service: Service) -> None:
    service.save({f"a b/{name}": text for name, text in EMPTIED.items()})
    service.cwd = service.folder / "a b"
    service.put("a b/forget.go", KEEP)
    assert [HIT] == service.made()
    service.cwd = service.folder / "other"
    service.put("other/x.go", "package x\n")
    assert ["../a b/" + HIT] == [
        place.replace(service.folder.as_posix(), "..") for place in service.made("HEAD", "../a b/...")
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="such names are told apart from others only there")
@pytest.mark.parametrize(
    "name",
    [
        b"st ore.go",
        b'st"ore.go',
        b"st\nore.go",
        b"st\tore.go",
        b"st\\ore.go",
        "störe.go".encode(),
        b"st\xffore.go",
        b" store.go",
        b"b/a/store.go",
    ],
)
def test_names_may_be_odd(service: Service, name: bytes) -> None:
    odd = os.fsdecode(name)
    package = {**GROWS, "forget.go": FORGET}
    folder = os.path.dirname(odd)
    service.save(
        {os.path.join(folder, n): text for n, text in package.items() if n != "store.go"} | {odd: STORE}
    )
    service.put(odd, STORE.replace("s.seen[path]++", "s.seen[path] += 1"))
    service.put(os.path.join(folder, "forget.go"), KEEP)
    assert 1 == len(service.made())
    service.run("git", "add", "--all")
    assert 1 == len(service.made())
    service.put(odd, STORE)
    [finding] = service.report().findings
    assert "this change removes" in finding.message
    service.save({})
    service.put(os.path.join(folder, "forget.go"), FORGET)
    (service.folder / odd).rename((service.folder / odd).with_name("plain.go"))
    service.put(os.path.join(folder, "forget.go"), KEEP + "\n// x\n")
    assert {"not made by this change": 1} == service.report().withheld


def test_a_delete_in_a_file_with_an_odd_name_is_told(service: Service) -> None:
    odd = 'for get".go'
    service.save({**GROWS, "forget.go": "package main\n", odd: FORGET})
    (service.folder / odd).unlink()
    service.put("forget.go", KEEP)
    [finding] = service.report().findings
    assert 'delete(s.seen, path) (for get".go:7 at HEAD)' in finding.message


@pytest.mark.parametrize(
    "setting",
    [
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.renames=false",
        "diff.interHunkContext=9",
        "diff.external=false",
        "diff.relative=true",
        "diff.submodule=log",
        "color.ui=always",
        "core.quotePath=false",
        "diff.wordRegex=.",
    ],
)
def test_the_user_s_settings_change_nothing(service: Service, setting: str) -> None:
    service.save({**{f"in/{name}": text for name, text in EMPTIED.items()}, ".gitattributes": "*.go -diff\n"})
    service.run("git", "config", *setting.split("="))
    service.run("git", "mv", "in/store.go", "in/shop.go")
    service.put("in/forget.go", KEEP)
    service.cwd = service.folder / "in"
    assert ["shop.go:16 GML102"] == service.made()


def test_lines_between_two_edits_are_none_of_the_change(service: Service) -> None:
    service.save(GROWS)
    service.run("git", "config", "diff.interHunkContext", "9")
    service.run("git", "config", "diff.renames", "false")
    edited = STORE.replace("Unlock()\n", "Unlock() // x\n").replace("++\n", "++\n\tprintln()\n")
    service.put("store.go", edited)
    assert [] == service.made()
    service.run("git", "mv", "store.go", "shop.go")
    assert [] == service.made()


def test_git_may_be_told_where_its_things_are(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.save({f"in/{name}": text for name, text in EMPTIED.items()})
    service.put("in/forget.go", KEEP)
    moved = (service.folder / ".git").rename(service.folder.parent / "bare.git")
    monkeypatch.setenv("GIT_DIR", os.fspath(moved))
    monkeypatch.setenv("GIT_WORK_TREE", os.fspath(service.folder))
    service.cwd = service.folder / "in"
    assert [HIT] == service.made()


def test_links_are_followed_as_everywhere(service: Service) -> None:
    service.save({**EMPTIED, "shared/store.txt": STORE})
    (service.folder / "store.go").unlink()
    (service.folder / "store.go").symlink_to("shared/store.txt")
    service.put("forget.go", KEEP)
    assert [HIT] == service.made()
    service.save({})
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert [] == service.made()
    (service.folder / "store.go").unlink()
    service.put("store.go", STORE)
    assert [HIT] == service.made()


def test_submodules_are_left_alone(service: Service, tmp_path: Path) -> None:
    inner = Service(tmp_path / "inner")
    inner.save(EMPTIED)
    service.save({"go.mod": MOD.replace("chat", "all"), "main.go": "package main\n"})
    service.run(
        "git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.folder.as_uri(), "sub"
    )
    service.save({})
    service.put("sub/forget.go", KEEP)
    assert [] == service.made()
    service.cwd = service.folder / "sub"
    assert [HIT] == service.made()


# -- the command line, and hooks of git


def test_the_command_line_takes_one_beginning(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service.save(EMPTIED)
    service.put("forget.go", KEEP)
    monkeypatch.chdir(service.folder)
    assert 1 == main(["--since", "HEAD", "--format", "concise"])
    assert capsys.readouterr().out.startswith("store.go:16:2: GML102 ")
    assert 1 == main(["--since-merge-base", "main", "--format", "concise"])
    assert "(forget.go:7 at the merge base with main) [high]\n" in capsys.readouterr().out
    assert 2 == main(["--since", "HEAD", "--since-merge-base", "main"])
    assert (
        "gomaplint: --since and --since-merge-base both say where the change begins; leave one out\n"
        == capsys.readouterr().err
    )
    assert 2 == main(["-", "--since", "HEAD"])
    assert (
        "--since compares files with a commit, and - is no file; name the file instead"
        in capsys.readouterr().err
    )
    service.save({})
    assert 0 == main(["--since", "HEAD"])


HOOK = f'#!/bin/sh\n{{cd}}\nexec "{sys.executable}" -m gomaplint --since HEAD --format concise\n'


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
@pytest.mark.parametrize("tree", ["", "worktree"])
@pytest.mark.parametrize("cd", ["", "cd in"])
@pytest.mark.parametrize("more", [(), ("in/forget.go",), ("--all",)])
def test_a_hook_of_git_sees_the_commit_that_is_to_be(
    service: Service, tree: str, cd: str, more: tuple[str, ...]
) -> None:
    service.save({f"in/{name}": text for name, text in EMPTIED.items()})
    hook = service.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(cd=cd))
    hook.chmod(0o755)
    if tree:
        service.run("git", "worktree", "add", "--quiet", "-b", "topic", f"../{tree}")
        service.folder = service.folder.parent / tree
    service.put("in/main.go", MAIN.replace("8080", "9090"))
    commit = ("git", "commit", "--quiet", "--message", "x", *more)
    if not more:
        service.run("git", "add", "--all")
    service.run(*(word if word != "in/forget.go" else "in/main.go" for word in commit))
    service.put("in/forget.go", KEEP)
    if not more:
        service.run("git", "add", "--all")
    status, told = service.attempt(*commit)
    assert 1 == status
    assert "store.go:16:2: GML102" in told
    assert "delete(s.seen, path) (" in told


# -- together with comments, baselines, configurations and fixes

IGNORED = STORE.replace("seen map[string]int", "seen map[string]int //gomaplint:ignore GML102 few paths")
OLD_LOOP = {"go.mod": MOD.replace("1.24", "1.21"), "main.go": LOOP}


def test_a_suppression_that_is_deleted_makes_its_finding_new(service: Service) -> None:
    service.save({**GROWS, "store.go": IGNORED})
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert [] == service.made()
    service.put("store.go", STORE)
    assert [HIT] == service.made()  # the declaration is part of the proof


def test_a_suppression_that_is_deleted_beside_the_proof_makes_its_finding_new(service: Service) -> None:
    above = STORE.replace("package main\n", "package main\n\n//gomaplint:file-ignore GML102 few paths\n", 1)
    service.save({**GROWS, "store.go": above})
    service.put("store.go", STORE)
    (found,) = service.report().findings
    assert found.message.endswith("; this was not so at HEAD")


def test_a_comment_that_was_wrong_before_is_not_made_by_the_change(service: Service) -> None:
    service.save({**EMPTIED, "store.go": IGNORED})
    service.put("main.go", MAIN.replace("8080", "9090"))
    assert [] == service.made()
    service.put("forget.go", KEEP)
    assert [] == service.made()
    service.save({})
    service.put("forget.go", FORGET)
    assert ["store.go:10 GML002"] == service.made()  # it suppresses nothing any more


def run(service: Service, *typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gomaplint", *typed],
        cwd=service.cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_baseline_holds_what_a_change_would_be_told_of(service: Service) -> None:
    service.save(EMPTIED)
    service.put("forget.go", KEEP)
    assert 1 == run(service, "--since", "HEAD").returncode
    assert 0 == run(service, "baseline").returncode
    ran = run(service, "--since", "HEAD")
    assert (0, True) == (ran.returncode, "; 1 in the baseline: --show-suppressed shows it" in ran.stdout)
    service.put("forget.go", FORGET)
    service.put("main.go", MAIN.replace("8080", "9090"))
    ran = run(service, "--since", "HEAD")
    assert (0, "") == (
        ran.returncode,
        ran.stderr,
    )  # a run that saw a part of the code says nothing of entries


def test_a_finding_from_before_takes_the_entry_of_its_function_before_a_new_one(service: Service) -> None:
    service.save(OLD_LOOP)
    assert 0 == run(service, "baseline").returncode
    twice = LOOP.replace(
        "	for _, f", LOOP[LOOP.index("	for _, name") : LOOP.index("	for _, f")] + "	for _, f", 1
    )
    service.put("main.go", twice)
    ran = run(service, "--since", "HEAD", "--format", "concise")
    assert ["main.go:9:38"] == re.findall(r"^(\S+): GML301", ran.stdout, re.MULTILINE)


def test_fixes_are_made_of_what_the_change_made_and_of_nothing_else(service: Service) -> None:
    service.save(OLD_LOOP)
    service.put("other.go", LOOP.replace("main()", "other()"))
    for _ in range(2):
        assert "No findings" in run(service, "--since", "HEAD", "--fix").stdout
        assert LOOP == (service.folder / "main.go").read_text()
        assert (
            '\tfor _, name := range []string{"a", "b"} {\n\t\tname := name\n'
            in (service.folder / "other.go").read_text()
        )


def test_a_fix_does_not_make_findings_around_it_part_of_the_change(service: Service) -> None:
    loop = LOOP[LOOP.index("	for _, name") : LOOP.index("	for _, f")]
    service.save({**OLD_LOOP, "main.go": LOOP.replace(loop, loop + "\n" + loop)})
    lines = (service.folder / "main.go").read_text().split("\n")
    lines[5] += " // changed"
    service.put("main.go", "\n".join(lines))
    assert ["main.go:6 GML301"] == service.made()
    ran = run(service, "--since", "HEAD", "--fix")
    assert "gomaplint: fixed 1 finding in 1 file\n" in ran.stderr
    assert "No findings" in ran.stdout and "1 not made by this change" in ran.stdout
    assert 1 == (service.folder / "main.go").read_text().count("name := name")


def test_what_became_surer_is_made_by_the_change_with_fixes_too(service: Service) -> None:
    lock = "\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n"
    service.save({**GROWS, "store.go": STORE.replace(lock, "").replace("]++", "] = 1")})
    service.put("store.go", STORE.replace("]++", "] = 1"))
    plain, mended = (run(service, "--since", "HEAD", *typed) for typed in ((), ("--fix",)))
    assert (1, 1) == (plain.returncode, mended.returncode)
    assert plain.stdout.rpartition(", ")[0] == mended.stdout.rpartition(", ")[0]


def test_what_fixes_leave_is_counted_as_without_them(service: Service) -> None:
    kinds = STORE.replace("path", "kind")
    service.save({**GROWS, "store.go": kinds})
    service.put("main.go", MAIN.replace("8080", "9090"))
    for typed in ((), ("--fix",)):
        told = run(service, "--since", "HEAD", *typed).stdout
        assert ("No findings", False) == (told[:11], "not made by this change" in told)
    for typed in ((), ("--fix",)):
        assert "not selected" not in run(service, "--ignore", "growth", *typed).stdout


def test_what_is_wrong_with_a_baseline_or_rules_is_told_though_nothing_changed(service: Service) -> None:
    service.save(GROWS)
    for typed in (("--baseline", "nowhere"), ("--rules", "nowhere")):
        assert 2 == run(service, "--since", "HEAD", *typed).returncode


def test_rules_of_a_folder_whose_files_are_all_deleted_are_not_missed(service: Service) -> None:
    above = STORE.replace("package main\n", "package main\n\n//gomaplint:file-ignore GML102 few paths\n", 1)
    rule = "lint/ABC201-our-clear/rule.toml"
    built_in = Path(__file__).parents[1] / "rules" / "GML201-range-clear"
    words = (
        (built_in / "rule.toml")
        .read_text("utf-8")
        .replace("GML201", "ABC201")
        .replace("range-clear", "our-clear")
    )
    config = 'rules = ["../lint"]\nignore = ["ABC201"]\n'
    gone = {"sub/.gomaplint.toml": config, "sub/sub.go": "package sub\n"}
    service.save({**GROWS, "store.go": above, rule: words, **gone})
    (service.folder / "sub/sub.go").unlink()
    service.put("store.go", STORE)
    ran = run(service, "--since", "HEAD")
    assert (1, "") == (ran.returncode, ran.stderr)


def test_a_suppression_in_the_name_of_another_rule_of_the_family_was_one(service: Service) -> None:
    comment = "//gomaplint:ignore GML602,GML101 few paths\n"
    source = (
        f'package main\n\nimport "net/http"\n\n{comment}var seen = map[string]int{{}}\n\n'
        "func hit(w http.ResponseWriter, r *http.Request) { seen[r.URL.Path]++ }\n\n"
        'func main() { http.HandleFunc("/", hit) }\n'
    )
    service.save({"go.mod": MOD, "main.go": source})
    assert "No findings" in run(service).stdout
    service.put("main.go", source.replace(comment, ""))
    assert ["main.go:7 GML101", "main.go:7 GML601"] == service.made()
