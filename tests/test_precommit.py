"""The hooks, run by the real pre-commit in repositories made for it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from repository import Repository

ROOT = Path(__file__).parent.parent

# One worker builds the hook's environment, once.
pytestmark = pytest.mark.xdist_group("pre-commit")

MOD = "module example.com/{name}\n\ngo 1.24\n"
HITS = """\
package main

import "sync"

var hits, mu = map[string]int{}, sync.Mutex{}

func count(path string) { mu.Lock(); defer mu.Unlock()
	hits[path]++
}
"""
SERVE = """\
package main

import "net/http"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { count(r.URL.Path) })
	_ = http.ListenAndServe(":8080", nil)
}
"""
SWEEP = """\
package main

func forget(path string) {
	delete(hits, path)
}

func init() {
	_ = forget
}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environments it makes."""
    return tmp_path_factory.mktemp("pre-commit-home")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Repository:
    """This project as a repository of hooks."""
    repository = Repository(tmp_path_factory.mktemp("hooks"), home)
    for name in ("src", "rules"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, repository.folder / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, repository.folder / name)
    status, told = repository.commit({})
    assert not status, told
    return repository


@pytest.fixture
def service(tmp_path: Path, hooks: Repository, home: Path) -> Repository:
    """A service whose commits the hook looks at."""
    repository = Repository(tmp_path / "service", home)
    rev = hooks.run("git", "rev-parse", "HEAD").strip()
    config = f"repos:\n- repo: {hooks.folder}\n  rev: {rev}\n  hooks:\n  - id: gomaplint\n"
    repository.write({".pre-commit-config.yaml": config})
    repository.run("git", "commit", "--quiet", "--message", "the configuration")
    repository.run("pre-commit", "install")
    return repository


def test_a_commit_fails_that_lets_a_map_grow_and_passes_once_it_is_mended(service: Repository) -> None:
    mod = MOD.format(name="chat")
    status, told = service.commit({"go.mod": mod, "hits.go": HITS, "main.go": SERVE})
    assert status
    assert "hits.go:8:2: note GML101 unevicted-package-map" in told
    assert 1 == told.count("GML101 unevicted")
    status, told = service.commit({"sweep.go": SWEEP})
    assert not status, told
    assert "Passed" in told


def test_a_delete_in_another_file_silences(service: Repository) -> None:
    quiet = {"go.mod": MOD.format(name="chat"), "main.go": SERVE, "sweep.go": SWEEP, "hits.go": HITS}
    status, told = service.commit(quiet)
    assert not status, told
    status, told = service.commit({"hits.go": HITS.replace("hits[path]++", "hits[path] += 1")})
    assert not status, told


def test_a_proof_that_leads_through_a_changed_file_shows_its_finding(service: Repository) -> None:
    quiet = SERVE.replace("count(r.URL.Path)", 'count("all")')
    status, told = service.commit({"go.mod": MOD.format(name="chat"), "hits.go": HITS, "main.go": quiet})
    assert not status, told
    status, told = service.commit({"main.go": SERVE})
    assert status
    assert "hits.go:8:2: note GML101" in told


def test_what_a_change_has_no_part_in_is_not_held_against_it(service: Repository) -> None:
    service.write({"go.mod": MOD.format(name="chat"), "hits.go": HITS, "main.go": SERVE})
    service.run("git", "commit", "--quiet", "--no-verify", "--message", "from before the hook")
    status, told = service.commit({"version.go": 'package main\n\nconst version = "1.2"\n'})
    assert not status, told


def test_a_commit_of_one_test_file_passes(service: Repository) -> None:
    test = HITS.replace("hits", "seen").replace("func count", "func note")
    status, told = service.commit({"go.mod": MOD.format(name="chat"), "main_test.go": test})
    assert not status, told


def test_files_of_two_modules_are_each_judged_in_their_own(service: Repository) -> None:
    files: dict[str, str] = {}
    for name in ("chat", "mail"):
        files |= {f"{name}/go.mod": MOD.format(name=name), f"{name}/hits.go": HITS, f"{name}/main.go": SERVE}
    status, told = service.commit({**files, "mail/sweep.go": SWEEP})
    assert status
    assert "chat/hits.go:8:2: note GML101" in told
    assert "mail/hits.go" not in told


def test_a_path_may_hold_spaces_and_umlauts(service: Repository) -> None:
    folder = "über uns/my app"
    status, told = service.commit(
        {f"{folder}/go.mod": MOD.format(name="app"), f"{folder}/hits.go": HITS, f"{folder}/main.go": SERVE}
    )
    assert status
    assert f"{folder}/hits.go:8:2: note GML101" in told


@pytest.mark.parametrize("name", ["README.md", "testdata/x.go"])
def test_a_commit_without_a_module_passes(service: Repository, name: str) -> None:
    status, told = service.commit({name: "package x\n"})
    assert not status, told
    assert "Passed" in told


def test_a_commit_that_only_takes_a_file_away_is_seen(service: Repository) -> None:
    quiet = {"go.mod": MOD.format(name="chat"), "main.go": SERVE, "hits.go": HITS, "sweep.go": SWEEP}
    assert not service.commit(quiet)[0]
    service.run("git", "rm", "--quiet", "sweep.go")
    status, told = service.commit({})
    assert status
    assert "hits.go:8:2: note GML101" in told
    assert "this change removes the last delete(hits, path) (sweep.go:4 at HEAD)" in " ".join(told.split())


def test_what_is_not_staged_is_left_to_the_next_commit(service: Repository) -> None:
    quiet = {"go.mod": MOD.format(name="chat"), "main.go": SERVE, "hits.go": HITS, "sweep.go": SWEEP}
    assert not service.commit(quiet)[0]
    service.write({"version.go": 'package main\n\nconst version = "1.2"\n'})
    (service.folder / "sweep.go").write_text("package main\n")
    more = SERVE.replace("func main", "func Main") + HITS[HITS.index("var hits") :]
    for name in ("hits", "count", "mu"):
        more = re.sub(rf"\b{name}\b", f"{name}2", more)
    (service.folder / "more.go").write_text(more)
    status, told = service.attempt("git", "commit", "--quiet", "--message", "a part")
    assert not status, told
    status, told = service.commit({})
    assert status
    assert "this change removes the last delete(hits, path)" in " ".join(told.split())


def test_a_range_of_commits_is_judged_from_its_beginning(service: Repository) -> None:
    service.write({"go.mod": MOD.format(name="chat"), "main.go": SERVE, "hits.go": HITS, "sweep.go": SWEEP})
    no_hook = ("git", "commit", "--quiet", "--no-verify", "--message", "x")
    service.run(*no_hook)
    service.run("git", "rm", "--quiet", "sweep.go")
    service.run(*no_hook)
    service.write({"version.go": 'package main\n\nconst version = "1.2"\n'})
    service.run(*no_hook)
    command = ("pre-commit", "run", "gomaplint", "--to-ref", "HEAD", "--from-ref")
    status, told = service.attempt(*command, "HEAD~2")
    assert status
    assert "(sweep.go:4 at HEAD~2)" in " ".join(told.split())
    status, told = service.attempt(*command, "HEAD~1")
    assert not status, told
    status, told = service.attempt("pre-commit", "run", "gomaplint", "--all-files")
    assert not status, told


def test_a_push_is_judged_from_what_is_there_already(service: Repository, tmp_path: Path) -> None:
    service.run("pre-commit", "install", "--hook-type", "pre-push")
    (tmp_path / "origin").mkdir()
    service.run("git", "init", "--quiet", "--bare", "../origin")
    service.run("git", "remote", "add", "origin", "../origin")
    service.run("git", "push", "--quiet", "--no-verify", "origin", "main")
    service.write({"go.mod": MOD.format(name="chat"), "main.go": SERVE, "hits.go": HITS})
    service.run("git", "commit", "--quiet", "--no-verify", "--message", "x")
    service.run("git", "switch", "--quiet", "--create", "topic")
    status, told = service.attempt("git", "push", "--quiet", "origin", "topic")
    assert status
    assert "hits.go:8:2: note GML101" in told


@pytest.mark.parametrize("hook", ["gomaplint", "gomaplint-all"])
def test_the_hooks_can_be_tried_before_they_are_configured(
    hook: str, hooks: Repository, tmp_path: Path, home: Path
) -> None:
    service = Repository(tmp_path / "service", home)
    chat = {"go.mod": MOD.format(name="chat"), "hits.go": HITS, "main.go": SERVE}
    service.write({**chat, **{f"mail/{name}": text for name, text in chat.items()}})
    status, told = service.attempt("pre-commit", "try-repo", os.fspath(hooks.folder), hook, "--all-files")
    assert status
    assert "\nhits.go:8:2: note GML101" in told
    assert "\nmail/hits.go:8:2: note GML101" in told
