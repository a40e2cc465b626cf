"""Patterns for files, held against those of git."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from gomaplint.config.globs import BadGlob, compile

FILES = [
    "a.go",
    "x_gen.go",
    ".hidden.go",
    "legacy/a.go",
    "legacy/b/c.go",
    "internal/legacy/a.go",
    "internal/legacy/x_gen.go",
    "internal/legacy/deep/down/a.go",
    "internal/legacyish/a.go",
    "internal/a.go",
    "gen/a.go",
    "gen.go/a.go",
    "[x]/a.go",
    "b-c/d.go",
    "größe/a.go",
]
PATTERNS = [
    "*_gen.go",
    "*.go",
    "legacy",
    "legacy/",
    "/legacy",
    "/legacy/",
    "internal/legacy",
    "internal/legacy/",
    "internal/legacy/*",
    "internal/legacy/**",
    "**/legacy",
    "**/legacy/**",
    "**/legacy/*.go",
    "internal/**/a.go",
    "internal/**/",
    "**",
    "**/",
    "*",
    "*/",
    "*/a.go",
    "?.go",
    "gen*",
    "gen.go/",
    "[ag]*",
    "[!ag]*",
    "[^ag]*",
    "[a-c]-[!a-b]/*",
    "[]x]*",
    "legacy[!a]a.go",
    "*ö*",
    "internal/legacy*/a.go",
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("repository")
    for file in FILES:
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        (top / file).touch()
    subprocess.run(["git", "init", "--quiet"], cwd=top, check=True)
    return top


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_matches_what_it_matches_in_gitignore(pattern: str, repository: Path) -> None:
    (repository / ".gitignore").write_text(pattern + "\n", encoding="utf-8")
    asked = subprocess.run(
        ["git", "-c", "core.quotePath=off", "check-ignore", "--no-index", "--stdin"],
        cwd=repository,
        input="\n".join(FILES),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert asked.returncode in (0, 1)
    assert asked.stdout.splitlines() == [file for file in FILES if compile(pattern).fullmatch(file)]


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (r"internal\legacy", "has a backslash; write / between folders"),
        ("!a.go", "begins with !; "),
        ("../a.go", "has an empty part, . or ..; "),
        ("./a.go", "has an empty part, . or ..; "),
        ("a//b", "has an empty part, . or ..; "),
        ("/", "has an empty part, . or ..; "),
        ("a**", "has ** within a name; it stands alone between slashes"),
        ("a/[x", "has a [ without its ]"),
        ("[!]", "has a [ without its ]"),
        ("[z-a]", "has a set that makes no sense: bad character range z-a"),
    ],
)
def test_a_bad_pattern_is_refused_with_its_cure(pattern: str, fault: str) -> None:
    with pytest.raises(BadGlob, match=re.escape(fault)):
        compile(pattern)
