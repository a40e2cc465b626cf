"""Finding modules, workspaces and the folders of their Go files."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from gomaplint.discover.folders import above, printable, relative, shown, walk
from gomaplint.discover.patterns import Target
from gomaplint.finding import Note
from gomaplint.gomod import GoMod, read_mod, read_work


@dataclass(slots=True)
class Module:
    """A module while its files are being found: names of Go files by absolute folder.

    `plain` holds the folders that need not be named to be taken.
    `nested` holds the roots of the modules inside.
    `work` is the folder of the go.work that uses it.
    """

    root: str
    mod: GoMod | None = None
    work: str = ""
    folders: dict[str, list[str]] = field(default_factory=dict)
    plain: Set[str] = frozenset()
    nested: list[str] = field(default_factory=list)

    def matches(self, target: Target) -> list[str]:
        """Return the files that a target matches."""
        if target.file:
            return [target.file]
        if not target.below:
            return [os.path.join(target.base, name) for name in self.folders.get(target.base, ())]
        named = target.base not in self.plain or os.path.basename(target.base) == "vendor"
        return [
            os.path.join(folder, name)
            for folder, names in self.folders.items()
            if names and (named or folder in self.plain) and target.takes(folder)
            for name in names
        ]

    def package(self, folder: str) -> tuple[str, bool]:
        """Return the import path of a folder, and whether the folder is vendored."""
        inside = relative(folder, self.root) or ""
        _, vendor, path = f"/{inside}".rpartition("/vendor/")
        if vendor:
            return printable(path), True
        # The standard library calls itself std, and its packages net/http.
        prefix = self.mod.path if self.mod and self.mod.path != "std" else ""
        return printable("/".join(filter(None, (prefix, inside)))), False


class Search:
    """All that was found so far in one run; a module is read once."""

    def __init__(self, cwd: str, vendor: bool, without: Sequence[str] = ()) -> None:
        self.cwd = cwd
        self.without = without
        self.vendor = vendor
        self.modules: dict[str, Module] = {}
        self.works: dict[str, list[str]] = {}
        self.faults: dict[str, str] = {}
        self.notes: set[Note] = set()

    def choose(self, target: Target, all_modules: bool) -> tuple[list[Module], set[str]]:
        """Return the modules in which a target may match, and the roots of those inside that are left out."""
        base, deep = target.base, target.below is not None
        home = above(base, "go.mod")
        work = above(base, "go.work") if deep and home is None else None
        inside: list[str] = []
        if home is not None:
            chosen = [self._load(home)]
            if base not in chosen[0].plain or os.path.basename(base) == "vendor":
                self._walk(chosen[0], base, deep)
            if deep and chosen[0].work:
                chosen += [self._load(root) for root in self._used(chosen[0].work, base) if root != home]
        elif work is not None and (used := self._used(work, base)):
            chosen = [self._load(root) for root in used]
            inside = walk(base, base, GoMod()).nested
        else:
            chosen = [self._loose(base, deep)]
            all_modules = True
        if target.file:
            names = chosen[0].folders.setdefault(base, [])
            names += {os.path.basename(target.file)} - set(names)
        return self._with_nested(chosen, inside, target, all_modules) if deep else (chosen, set())

    def _with_nested(
        self, chosen: list[Module], inside: list[str], target: Target, all_modules: bool
    ) -> tuple[list[Module], set[str]]:
        seen = {module.root for module in chosen}
        left = set()
        pending = inside + [root for module in chosen for root in module.nested]
        while pending:
            root = pending.pop()
            if root in seen or relative(root, target.base) is None:
                continue
            seen.add(root)
            if self._passed_over(root, target):
                continue
            if all_modules:
                chosen.append(self._load(root))
                pending += chosen[-1].nested
            elif target.takes(root):
                left.add(root)
        return chosen, left

    def _passed_over(self, root: str, target: Target) -> bool:
        return any(
            relative(root, folder) is not None and relative(target.base, folder) is None
            for folder in self.without
        )

    def _loose(self, base: str, deep: bool) -> Module:
        """Return the files that no go.mod governs: in `base`, and below it if `deep`."""
        root = self.cwd if relative(base, self.cwd) is not None else base
        known = [other.root for other in self.modules.values() if other.mod is None]
        root = next((other for other in known if relative(base, other) is not None), root)
        module = self.modules.setdefault(root, Module(root))
        if deep or base not in module.folders:
            self._walk(module, base, deep)
        module.plain = module.folders.keys()
        return module

    def _load(self, root: str) -> Module:
        """Read the module at `root`, and the other modules of its workspace."""
        module = self._load_alone(root)
        work = above(root, "go.work")
        if not module.work and work is not None and root in (used := self._used(work)):
            for other in used:
                self._load_alone(other).work = work
        return module

    def _load_alone(self, root: str) -> Module:
        if root not in self.modules:
            file = os.path.join(root, "go.mod")
            mod = GoMod(go=None)
            if (content := self._content(file)) is not None:
                mod, notes = read_mod(content, shown(file, self.cwd))
                self.notes.update(notes)
            module = self.modules[root] = Module(root, mod)
            self._walk(module, root)
            module.plain = frozenset(module.folders)
            vendor = os.path.join(root, "vendor")
            if self.vendor and os.path.isdir(vendor):
                self._walk(module, vendor)
        return self.modules[root]

    def _walk(self, module: Module, top: str, deep: bool = True) -> None:
        """Add the Go files in `top`, and below it if `deep`, to a module."""
        if not os.path.isdir(top):
            return  # a file from standard input may lie nowhere
        found = walk(top, module.root, module.mod or GoMod(), deep=deep)
        for folder, names in found.files.items():
            module.folders.setdefault(folder, names)
        module.nested += found.nested
        self.faults.update(found.faults)
        self.notes.update(Note(shown(path, self.cwd), 0, fault) for path, fault in found.faults.items())

    def _used(self, work: str, base: str = "") -> list[str]:
        """Return the roots of the modules that the go.work in `work` uses, those at or below `base` if given."""
        if work not in self.works:
            file = os.path.join(work, "go.work")
            said, notes = read_work(self._content(file) or b"", shown(file, self.cwd))
            self.notes.update(notes)
            roots = dict.fromkeys(os.path.normpath(os.path.join(work, path)) for path in said.use)
            self.works[work] = [root for root in roots if os.path.isfile(os.path.join(root, "go.mod"))]
            for root in roots.keys() - set(self.works[work]):
                missing = f"uses {shown(root, self.cwd)}, where there is no go.mod"
                self.notes.add(Note(shown(file, self.cwd), 0, missing))
        return [root for root in self.works[work] if not base or relative(root, base) is not None]

    def _content(self, file: str) -> bytes | None:
        try:
            with open(file, "rb") as opened:
                return opened.read()
        except OSError as error:
            self.notes.add(Note(shown(file, self.cwd), 0, f"cannot be read ({error.strerror})"))
            return None
