"""Git repositories made for a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Repository:
    """A git repository in which commits are tried."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        names = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "PRE_COMMIT_HOME")
        env = {name: value for name, value in os.environ.items() if name not in names}
        bin = os.fspath(Path(sys.executable).parent)
        author = {
            f"GIT_{who}_{what}": "x@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        self.env = {
            **env,
            **author,
            "PATH": bin + os.pathsep + env.get("PATH", ""),
            "PRE_COMMIT_HOME": os.fspath(home),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        folder.mkdir(parents=True, exist_ok=True)
        self.run("git", "init", "--quiet", "--initial-branch=main")

    def run(self, *command: str) -> str:
        status, told = self.attempt(*command)
        assert not status, told
        return told

    def attempt(self, *command: str) -> tuple[int, str]:
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdout=-1,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.run("git", "add", "--all")

    def commit(self, files: dict[str, str]) -> tuple[int, str]:
        """Try to commit some files, with the hooks in their way."""
        self.write(files)
        return self.attempt("git", "commit", "--quiet", "--message", "a change")
