"""How much of the code around a baseline a run has seen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property

from gomaplint.discover import Tree
from gomaplint.discover.folders import relative, walk
from gomaplint.gomod import GoMod, read_mod
from gomaplint.load import Run
from gomaplint.model.packages import Package


class RunExtent:
    """What one run can say about import paths: which of its modules it saw whole, and what they declare.

    `folder` is that of the baseline; modules below it that are not part of the run are looked for when asked about.
    A `narrow` run saw other code than the baseline was written of, and cannot tell that anything is not there.
    """

    def __init__(self, tree: Tree, run: Run, folder: str, narrow: bool = False) -> None:
        self.folder = folder
        self.narrow = narrow
        self.roots = {module.path: module.root for module in tree.modules}
        self.packages: dict[str, list[Package]] = {}
        for space in run.workspaces:
            for package in space.every:
                self.packages.setdefault(package.path, []).append(package)
        partial = {f.module.workspace for f in tree.files if not (f.reported or f.vendored)}
        partial |= run.partial  # what is not understood may hide what was found there before
        self.whole = self.roots.keys() - {m.path for m in tree.modules if m.workspace in partial}

    def judges(self, key: str) -> bool:
        """Everything that could show an entry was read and reported on."""
        return not self.narrow and all(self._seen(name) for name in key.split(" ")[1:])

    def missing(self, key: str) -> bool:
        """A declaration that an entry names exists no more, neither in the modules of the run nor beside them."""
        return not self.narrow and any(self._absent(name) for name in key.split(" ")[1:])

    def _seen(self, name: str) -> bool:
        module = self._module(name)
        if module is None:  # it was removed or renamed, if no module is left out
            return self._around and not self._others and self.whole == self.roots.keys()
        return module in self.whole and not self._passed_over(name, module)

    def _absent(self, name: str) -> bool:
        module = self._module(name)
        if module is None:
            return self._around
        return module in self.roots and not any(
            rest.partition(".")[0].partition(":")[0] in declared
            for path, rest in _splits(name)
            for package in self.packages.get(path, ())
            for declared in (package.types, package.funcs, package.methods, package.vars, package.consts)
        )

    def _module(self, name: str) -> str | None:
        """The module that the longest beginning of a name belongs to; "" are the files that no go.mod governs."""
        every = self._others | self.roots.keys()
        return max((path for path in every if not path or _below(name, path)), key=len, default=None)

    def _passed_over(self, name: str, module: str) -> bool:
        """Go files of the package are there, in a folder that patterns with ... pass over."""
        for path, _ in _splits(name):
            inside = path[len(module) :].strip("/") if _below(path, module) else path
            folder = os.path.join(self.roots[module], inside)
            if path not in self.packages and os.path.isdir(folder):
                return any(file.endswith(".go") for file in os.listdir(folder))
        return False

    @property
    def _around(self) -> bool:
        """The folder of the baseline lies around all modules of the run."""
        return all(relative(root, self.folder) is not None for root in self.roots.values())

    @cached_property
    def _others(self) -> set[str]:
        """The modules beside those of the run, as far as the baseline can be about them."""
        return set(_modules_below(self.folder)) - self.roots.keys() if self._around else set()


def _below(name: str, module: str) -> bool:
    return f"{name}.".startswith((f"{module}/", f"{module}."))


def _splits(name: str) -> Iterator[tuple[str, str]]:
    """The ways to read a name as import path and declaration: the last part of a path may have dots."""
    start = name.rfind("/") + 1
    parts = name[start:].split(".")
    for count in range(1, len(parts)):
        yield name[:start] + ".".join(parts[:count]), ".".join(parts[count:])


def _modules_below(folder: str) -> Iterator[str]:
    pending = [folder]
    while pending:
        top = pending.pop()
        try:
            with open(os.path.join(top, "go.mod"), "rb") as opened:
                yield read_mod(opened.read(), "")[0].path
        except OSError:
            pass
        pending += walk(top, top, GoMod()).nested
