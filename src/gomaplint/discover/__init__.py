"""From patterns such as ./... to the Go files to read: which module and package each belongs to, which to report."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from dataclasses import dataclass

from gomaplint.discover.folders import printable, relative, shown
from gomaplint.discover.patterns import Target, parse
from gomaplint.discover.search import Search
from gomaplint.errors import UserError
from gomaplint.finding import Note
from gomaplint.goversion import GoVersion

_NAMED_AT_MOST = 20  # modules that the note on modules left out names before it counts


class NoGoFiles(UserError):
    """A pattern names a place that is there, and holds no Go file."""


@dataclass(frozen=True, slots=True)
class GoModule:
    """A Go module, or, with an empty `path`, Go files that no go.mod governs.

    `root` is an absolute folder.
    `go` is the language version of go.mod; None without go.mod, or where its `go` line cannot be read.
    Modules with the same `workspace` number see each other's packages.
    """

    path: str
    root: str
    go: GoVersion | None
    workspace: int


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Go file to read.

    `path` is for people: relative to the folder the run was started in, absolute outside of it, with "/".
    `package` is the import path of its folder; without go.mod the folder relative to the module's root.
    `reported` tells that a pattern matches it; other files are read because they belong to the same module.
    `near` tells that a pattern names a single file of the same workspace: a proof that begins here may lead there.
    """

    path: str
    absolute: str
    module: GoModule
    package: str
    reported: bool
    vendored: bool
    near: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """All files of one run, sorted by path, and what its reader should know about finding them."""

    files: tuple[SourceFile, ...]
    modules: tuple[GoModule, ...]
    notes: tuple[Note, ...]


def discover(
    patterns: Sequence[str],
    cwd: str,
    *,
    all_modules: bool = False,
    vendor: bool = False,
    without: Sequence[str] = (),
) -> Tree:
    """Find the Go files that the patterns match, and the rest of their modules and workspaces.

    A pattern that matches no Go file is a UserError: NoGoFiles, if the place where it begins is there.
    `all_modules` takes nested modules too; `vendor` adds the files below `vendor/` of every module.
    Folders `vendor` and `testdata`, names that begin with "." or "_" and symbolic links to folders are passed over,
    unless a pattern names them; so are the nested modules below the folders of `without`, which are absolute.
    """
    search = Search(os.path.abspath(cwd), vendor, without)
    targets = [parse(text, search.cwd) for text in patterns or ("./...",)]
    matched: set[str] = set()
    near: set[str] = set()
    taken: set[str] = set()
    left: set[str] = set()
    for target in sorted(targets, key=lambda target: (target.base, target.text)):
        modules, left_out = search.choose(target, all_modules)
        taken.update(module.root for module in modules)
        left.update(left_out)
        files = [file for module in modules for file in module.matches(target)]
        if not files:
            raise NoGoFiles(_nothing(target, search, bool(left_out)))
        matched.update(files)
        if target.file:
            near.update(module.root for module in modules)
    return _tree(search, matched, left - taken, near)


def expect_places(patterns: Sequence[str], cwd: str) -> None:
    """Refuse patterns that begin at a place which does not exist, without a look for files."""
    for text in patterns:
        parse(text, os.path.abspath(cwd))


def stdin_file(name: str, cwd: str, *, vendor: bool = False) -> Tree:
    """Return the tree around a file whose content comes from standard input: the only reported one.

    The file need not exist; where it does, its content on disk is not meant.
    """
    search = Search(os.path.abspath(cwd), vendor)
    file = os.path.normpath(os.path.join(search.cwd, name))
    target = Target(name, os.path.dirname(file), file)
    search.choose(target, False)
    return _tree(search, {file}, set())


def placed(path: str, modules: Sequence[GoModule], cwd: str) -> SourceFile | None:
    """The Go file at an absolute path as `discover` would take it if it were there; None if it would pass it over."""
    around = [m for m in modules if relative(path, m.root) is not None]
    if not around:
        return None
    module = max(around, key=lambda m: len(m.root))
    *folders, name = (relative(path, module.root) or "").split("/")
    if name[0] in "._" or any(f[0] in "._" or f in ("testdata", "vendor") for f in folders):
        return None
    package = printable("/".join(filter(None, (module.path, *folders))))
    return SourceFile(shown(path, os.path.abspath(cwd)), path, module, package, True, False)


def _nothing(target: Target, search: Search, left_out: bool) -> str:
    where = shown(target.base, search.cwd)
    said = f"pattern {target.text} matches no Go files"
    if target.base in search.faults:
        return f"{said}: {where} {search.faults[target.base]}"
    if left_out:
        return f"{said} of the module in {where}, only nested modules; --all-modules takes them"
    if target.below:
        return f"{said} in {where} and below; name a folder that holds some"
    return f"{said} in {where}; {target.text.rstrip('/')}/... takes the folders below it too"


def _tree(search: Search, reported: Set[str], left_out: Set[str], near: Set[str] = frozenset()) -> Tree:
    """Return all that was found, in an order that depends on nothing but names.

    `near` holds the roots of modules of which a single file was named.
    """
    notes = set(search.notes)
    if left_out:
        notes.add(_left_out([shown(root, search.cwd) for root in sorted(left_out)]))
    works = {search.modules[root].work for root in near} - {""}
    numbers: dict[tuple[str, str], int] = {}
    modules = []
    files = []
    for root, found in sorted(search.modules.items()):
        if found.mod is None and not any(found.folders.values()):
            continue
        number = numbers.setdefault((found.work, "" if found.work else root), len(numbers))
        path, go = (found.mod.path, found.mod.go) if found.mod else ("", None)
        module = GoModule(path, root, go, number)
        modules.append(module)
        beside = root in near or found.work in works
        for folder, names in found.folders.items():
            package, vendored = found.package(folder)
            before = "" if folder == search.cwd else shown(folder, search.cwd).rstrip("/") + "/"
            for name in names:
                file = os.path.join(folder, name)
                path = before + printable(name)
                files.append(SourceFile(path, file, module, package, file in reported, vendored, beside))
    files.sort(key=lambda file: (file.path, file.absolute))
    return Tree(tuple(files), tuple(modules), tuple(sorted(notes)))


def _left_out(names: list[str]) -> Note:
    what = "1 nested module is" if len(names) == 1 else f"{len(names)} nested modules are"
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    said = f"{what} left out: {', '.join(names[:_NAMED_AT_MOST])}{more}; --all-modules takes them too"
    return Note("", 0, said.replace("them", "it") if len(names) == 1 else said)
