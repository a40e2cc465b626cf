"""From files on disk to linked workspaces: read, index, join by package.

Files are read and indexed independently of each other, by several processes where that pays.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import NamedTuple

from gomaplint import facts as f
from gomaplint.config import Options
from gomaplint.discover import GoModule, SourceFile, Tree
from gomaplint.finding import Note
from gomaplint.goversion import NEWEST
from gomaplint.header import Header, read_header
from gomaplint.model.packages import Package, Workspace
from gomaplint.model.symbols import File

_WORTH_PROCESSES = 150  # files; starting a second process costs about as much as reading so many
_CHUNK = 24
_PACKAGE = re.compile(rb"^\s*package\s+(\w+)", re.MULTILINE)

_NOTHING = f.FileFacts("", (), (), (), (), frozenset(), 0, None)


class Loaded(NamedTuple):
    """One file as a worker returns it; `note` is a line (0: the whole file) and what to say."""

    header: Header | None
    facts: f.FileFacts
    note: tuple[int, str] | None
    opaque: bool


class Run(NamedTuple):
    """All workspaces of a run, and what to tell about loading them."""

    workspaces: list[Workspace]
    notes: list[Note]
    files: int
    lines: int
    partial: frozenset[int] = frozenset()
    """The workspaces with files that were not read, or not as far as they go."""


def read_source(path: str) -> bytes:
    """The content of a file."""
    with open(path, "rb") as handle:
        return handle.read()


def load(
    tree: Tree,
    options: Options,
    overlay: Mapping[str, bytes] = {},
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Read every file of the tree and link them; what cannot be read gives a note.

    `overlay` holds content that stands for that of the file on disk, by absolute path.
    """
    wanted = (s for s in tree.files if options.tests or not s.path.endswith("_test.go"))
    files = sorted(wanted, key=lambda s: s.absolute)
    outermost = {module.root: _outermost(module, tree.modules) for module in tree.modules}
    every = _load_all(files, options, overlay, progress)
    notes = list(tree.notes)
    silent = [
        Note(s.path, 0, "a test file; --tests reports on it")
        for s in tree.files
        if s.reported and not options.tests and s.path.endswith("_test.go")
    ]
    shown = False
    partial = set()
    spaces: dict[int, Workspace] = {}
    vendors: dict[int, _Vendor] = {}
    count = lines = 0
    without_mod = False
    for source, loaded in zip(files, every, strict=False):
        if loaded.note is not None:
            notes.append(Note(source.path, *loaded.note))
        if loaded.opaque or loaded.facts.error is not None:
            partial.add(source.module.workspace)
        if loaded.header is None:
            continue
        reason = _silence(source, loaded.header)
        shown = shown or (source.reported and not reason)
        if source.reported and reason:
            silent.append(Note(source.path, 0, reason))
        if loaded.header.ignored:
            continue
        space = spaces.get(source.module.workspace)
        if space is None:
            vendors[source.module.workspace] = vendor = _Vendor(source, options)
            space = spaces[source.module.workspace] = Workspace(vendor.package)
        _link(space, source, loaded, overlay, outermost[source.module.root])
        without_mod = without_mod or not source.module.path
        count += source.reported
        lines += loaded.facts.lines * source.reported
    if not shown:
        notes += silent  # else the run would end without a word on the files it was given
    if without_mod and options.go is None:
        broken = any(os.path.isfile(os.path.join(m.root, "go.mod")) for m in tree.modules if not m.path)
        what = "no version in go.mod" if broken else "no go.mod"
        notes.append(Note("", 0, f"{what}: Go {NEWEST} is assumed; --go sets another version"))
    for number, space in spaces.items():
        for package in space.every:
            package.name = _common_name(package)
        _resolve_imports(space.every, space, vendors[number])
    return Run(list(spaces.values()), sorted(notes), count, lines, frozenset(partial))


def _load_all(
    files: Sequence[SourceFile],
    options: Options,
    overlay: Mapping[str, bytes],
    progress: Callable[[int, int], None] | None,
) -> list[Loaded]:
    jobs = options.jobs or (min(os.cpu_count() or 1, 8) if len(files) >= _WORTH_PROCESSES else 1)
    out: list[Loaded] = []
    if jobs == 1 or not _safe_to_start():
        for done, source in enumerate(files):
            out.append(_load_one(source, options, overlay))
            if progress is not None:
                progress(done + 1, len(files))
        return out
    from concurrent.futures import ProcessPoolExecutor

    chunks = [files[i : i + _CHUNK] for i in range(0, len(files), _CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(_load_chunk, chunks, repeat(options), repeat(overlay)):
            out.extend(part)
            if progress is not None:
                progress(len(out), len(files))
    return out


def _safe_to_start() -> bool:
    """Tell whether a new process runs no code from the folder that is checked; see `cli.run` on newer Pythons."""
    import multiprocessing

    return sys.version_info >= (3, 11) or multiprocessing.get_start_method() == "fork"


def _load_chunk(files: Sequence[SourceFile], options: Options, overlay: Mapping[str, bytes]) -> list[Loaded]:
    return [_load_one(source, options, overlay) for source in files]


def _load_one(source: SourceFile, options: Options, overlay: Mapping[str, bytes]) -> Loaded:
    try:
        content = overlay.get(source.absolute)
        if content is None:
            content = read_source(source.absolute)
    except OSError as error:
        return Loaded(None, _NOTHING, (0, f"not read: {error.strerror or error}"), True)
    if b"\0" in content[:8000]:
        return Loaded(None, _NOTHING, (0, "not read: holds NUL bytes, so it is no Go source"), True)
    header = read_header(content, source.path, source.module.go, options.go, options.tags)
    if header.ignored:
        return Loaded(header, _NOTHING, None, False)
    if len(content) > options.max_file_size:
        text = f"not parsed: {_size(len(content))}, over --max-file-size; what it does to maps is not known"
        return Loaded(header, _NOTHING._replace(names=f.names_in(content)), (0, text), True)
    found = f.extract(content)
    note = None
    if found.error is not None:
        note = (found.error[1], "does not parse here; what does parse is checked")
    return Loaded(header, found, note, False)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count:,} bytes"


def _link(
    space: Workspace, source: SourceFile, loaded: Loaded, overlay: Mapping[str, bytes], top: str
) -> None:
    header, facts = loaded.header, loaded.facts
    assert header is not None
    external_test = facts.package.endswith("_test") and header.test
    key = f"{source.package} [test]" if external_test else source.package
    package = space.packages.get(key)
    if package is None:
        package = space.packages[key] = Package(source.package, facts.package, workspace=space)
    shown = (source.reported or source.near) and not _silence(source, header)
    content = overlay.get(source.absolute)
    read = partial(read_source, source.absolute) if content is None else lambda: content
    file = File(
        source.path,
        os.path.relpath(source.absolute, top).replace(os.sep, "/"),
        package,
        facts,
        read,
        header.version,
        shown,
        header.generated,
        header.test,
        source.module.path,
    )
    file.opaque = loaded.opaque
    package.add(file)


def _silence(source: SourceFile, header: Header) -> str:
    """Why nothing is reported in a file, "" where something may be."""
    if source.vendored:
        return "vendored; it is read, and not reported on"
    if header.ignored:
        return "left out by //go:build ignore"
    if header.generated:
        return "generated; it is read, and not reported on"
    if header.foreign:
        return f"built only with other tags: --tags {','.join(header.foreign)}"
    return ""


def _outermost(module: GoModule, modules: Sequence[GoModule]) -> str:
    """The root of the outermost module around one, so that `examples/` is seen where it is a module of its own."""
    around = (
        m.root
        for m in modules
        if module.root == m.root or module.root.startswith(m.root.rstrip(os.sep) + os.sep)
    )
    return min(around, key=len, default=module.root)


def _common_name(package: Package) -> str:
    """The name that most files of a package declare: one of them may be empty, broken or a stranger."""
    names = Counter(file.facts.package for file in package.files if file.facts.package)
    return max(sorted(names), key=lambda name: names[name], default="")


class _Vendor:
    """The vendor folder of a module: packages are read when they are first named."""

    def __init__(self, source: SourceFile, options: Options) -> None:
        self._module = source.module
        self._root = os.path.join(source.module.root, "vendor")
        self._there = os.path.isdir(self._root)
        self._options = options
        self._names: dict[str, str] = {}

    def _files(self, path: str) -> list[str]:
        folder = os.path.join(self._root, *path.split("/"))
        try:
            names = sorted(n for n in os.listdir(folder) if n.endswith(".go") and not n.endswith("_test.go"))
        except OSError:
            return []
        return [os.path.join(folder, name) for name in names]

    def name(self, path: str) -> str:
        """The name that a vendored package declares, "" where there is none."""
        if not self._there:
            return ""
        if path not in self._names:
            clauses = (_PACKAGE.search(read_source(file)) for file in self._files(path)[:1])
            self._names[path] = next((c[1].decode() for c in clauses if c is not None), "")
        return self._names[path]

    def package(self, space: Workspace, path: str) -> Package | None:
        """A vendored package with its declarations."""
        package = Package(path, self.name(path), workspace=space)
        for file in self._files(path) if self._there else ():
            one = SourceFile(file, file, self._module, path, False, True)
            loaded = _load_one(one, self._options, {})
            if loaded.header is not None and not loaded.header.ignored:
                inside = os.path.relpath(file, self._root)
                read, version = partial(read_source, file), loaded.header.version
                package.add(File(file, inside, package, loaded.facts, read, version, False, True, False, ""))
        _resolve_imports([package], space, self)
        return package if package.files else None


def _resolve_imports(packages: Iterable[Package], space: Workspace, vendor: _Vendor) -> None:
    """Bind the names that imports introduce, without loading anything."""
    for package in packages:
        for file in package.files:
            for alias, path in file.facts.imports:
                if alias == ".":
                    file.dot_imports.append(path)
                elif alias != "_":
                    known = space.packages.get(path)
                    name = (
                        alias
                        or (known.name if known is not None else "")
                        or vendor.name(path)
                        or guess_name(path)
                    )
                    file.imports.setdefault(name, path)


def guess_name(path: str) -> str:
    """The name that a package outside the run most likely has: its folder's, without version or decoration."""
    parts = path.split("/")
    name = parts[-1]
    if len(parts) > 1 and name[:1] == "v" and name[1:].isdigit():
        name = parts[-2]
    base, dot, version = name.rpartition(".v")
    if dot and version.isdigit():
        name = base
    name = name.removeprefix("go-").removesuffix("-go").removesuffix(".go")
    return name.rpartition("-")[2] if "-" in name else name
