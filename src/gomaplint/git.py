"""What git is asked: commits, the differences between one and the working tree, contents of files at one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from gomaplint.config import Since
from gomaplint.errors import UserError

if TYPE_CHECKING:
    import subprocess

_GO = ("*.go", ":(glob)**/go.mod", ":(glob)**/go.work")
_DIFF = [
    "diff",
    "--unified=0",
    "--inter-hunk-context=0",
    "--find-renames",
    "--ignore-all-space",
    "--full-index",
    "--text",
    "--diff-algorithm=histogram",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
]


class Repository:
    """The working tree around a folder, as git sees it; where git cannot answer, a UserError tells how to mend it.

    Git is run in the root of the tree: there the GIT_DIR and GIT_INDEX_FILE mean the same that it gave to a hook.
    """

    def __init__(self, folder: str) -> None:
        folder = os.path.abspath(folder)
        above = _with_git(folder)
        self.root = above or folder
        status, told = self._ask("rev-parse", "--show-toplevel")
        if status and above is None:
            raise UserError(f"--since asks git, and {folder} lies in no git repository; leave it out there")
        if status:
            raise UserError(f"--since asks git, which says: {told}")
        if above is None:  # GIT_WORK_TREE names a tree without .git in it
            self.root = os.path.normpath(os.fsdecode(self._run("rev-parse", "--show-toplevel")[:-1]))

    def commit(self, since: Since) -> str:
        """The commit that is meant, as git names it; the empty tree where there is none before the change."""
        rev = since.rev
        if not rev or rev.startswith("-"):
            raise UserError(f"'{rev}' is no commit; write one as HEAD, main or v1.2.0")
        if len(rev) >= 40 and not rev.strip("0"):  # so git and GitHub write that a branch is new
            return self._nothing()
        status, found = self._ask("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}")
        if status and rev in ("HEAD", "@") and self._unborn():
            return self._nothing()
        if status:
            raise UserError(f"git knows no commit '{rev}' here; {self._hint(rev)}")
        if not since.merge_base:
            return found
        status, base = self._ask("merge-base", found, "HEAD")
        if status:
            cure = _DEEPER if self._shallow() else "give a commit with --since"
            raise UserError(f"HEAD and {rev} have no commit in common here; {cure}")
        return base

    def diff(self, commit: str) -> bytes:
        """The patch from a commit to the working tree, of Go files, go.mod and go.work; white space does not count."""
        return self._run(*_DIFF, commit, "--", *_GO)

    def untracked(self) -> list[str]:
        """The same kinds of files that git neither knows nor ignores, from the root on."""
        out = self._run("ls-files", "--others", "--exclude-standard", "-z", "--", *_GO)
        return [os.fsdecode(name) for name in out.split(b"\0") if name]

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """What the objects with some names hold."""
        names = sorted(set(blobs))
        out = self._run("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
        found = {}
        at = 0
        for name in names:
            end = out.index(b"\n", at)
            kind, _, size = out[at:end].decode().partition(" ")[2].rpartition(" ")
            if kind != "blob":
                raise UserError(f"git has no content for {name[:10]}; 'git fsck' tells what is wrong")
            at = end + 2 + int(size)
            found[name] = out[end + 1 : at - 1]
        return found

    def _nothing(self) -> str:
        """The tree that holds no file."""
        return self._run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def _unborn(self) -> bool:
        return not self._ask("symbolic-ref", "--quiet", "HEAD")[0]

    def _shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository")[1] == "true"

    def _hint(self, rev: str) -> str:
        refs = ["HEAD", *os.fsdecode(self._run("for-each-ref", "--format=%(refname:short)")).split()]
        close = [ref for ref in refs if ref.endswith(f"/{rev}")]
        if not close and self._shallow():
            return _DEEPER
        if not close and not set(rev) & set("^~:"):
            import difflib

            close = difflib.get_close_matches(rev, refs, 1)
        return f"did you mean {close[0]}?" if close else "'git log' and 'git branch --all' list what there is"

    def _ask(self, *words: str) -> tuple[int, str]:
        """The exit status of git and what it told: its output, or else what it complained about."""
        ran = self._start(words)
        return ran.returncode, " ".join(os.fsdecode(ran.stdout or ran.stderr).split())

    def _run(self, *words: str, given: bytes = b"") -> bytes:
        ran = self._start(words, given)
        if ran.returncode:
            raise UserError(f"git {words[0]} failed: {' '.join(os.fsdecode(ran.stderr).split())}")
        return ran.stdout

    def _start(self, words: Sequence[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        import subprocess

        command = ("git", "--no-optional-locks", *words)
        try:
            return subprocess.run(command, cwd=self.root, input=given, capture_output=True, check=False)
        except FileNotFoundError:
            raise UserError("--since asks git, and there is no program 'git' here; install it") from None


_DEEPER = (
    "this clone is shallow: fetch more of it (fetch-depth: 0 of actions/checkout, or git fetch --unshallow)"
)


def _with_git(folder: str) -> str | None:
    """The nearest folder at or above one that holds a .git."""
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, child = os.path.dirname(folder), folder
        if folder == child:
            return None
    return folder
