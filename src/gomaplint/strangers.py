"""Names under [known] that nothing declares: most likely they are misspelt."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from gomaplint import goast as g
from gomaplint.config import Config
from gomaplint.discover import GoModule
from gomaplint.errors import near
from gomaplint.finding import Note
from gomaplint.model.packages import Package, Workspace

_WHAT = {"evicts": "function or method", "keys": "function, method or type"}  # the other keys name types


def strangers(
    configs: Iterable[Config], spaces: Sequence[Workspace], modules: Sequence[GoModule]
) -> Iterator[Note]:
    """A note on each name that would be declared in a module of the run, and is not: it counts for nothing."""
    for config in configs:
        for key, words in config.known.items():
            declared = {name for space in spaces for package in space.every for name in _names(package, key)}
            for word in words:
                module = _module(word.text, modules)
                if module is not None and word.text not in declared and not _nested(word.text, module):
                    what = f"no {_WHAT.get(key, 'type')} {word.text!r} in {module.path}"
                    tails = {name.rpartition("/")[2] for name in declared}
                    hint = near(word.text.rpartition("/")[2], tails, "it counts for nothing")
                    yield Note(*word.at, f"known.{key}: {what}{hint}")


def _names(package: Package, key: str) -> Iterator[str]:
    """Everything in a package that a key of [known] may name, by import path."""
    if key != "evicts":
        yield from (f"{package.path}.{name}" for name in package.types)
    if key not in _WHAT:
        return
    yield from (f"{package.path}.{name}" for name in package.funcs)
    for receiver, methods in package.methods.items():
        yield from (f"{package.path}.{receiver}.{name}" for name in methods)
    for decl in package.types.values():
        of = decl.spec.type if decl.spec is not None else None
        if isinstance(of, g.InterfaceType):
            yield from (f"{package.path}.{decl.name}.{name}" for name, _ in of.methods)


def _module(name: str, modules: Sequence[GoModule]) -> GoModule | None:
    """The module of the run whose files would declare a name."""
    around = [m for m in modules if m.path and name.startswith((f"{m.path}.", f"{m.path}/"))]
    return max(around, key=lambda m: len(m.path), default=None)


def _nested(name: str, module: GoModule) -> bool:
    """The name lies in a module inside this one, which was not read."""
    folder = module.root
    for part in name[len(module.path) :].split("/")[1:]:
        folder = os.path.join(folder, part)
        # The last part is the package's folder and the name, in which there are dots.
        ends = [folder[:dot] for dot, sign in enumerate(folder) if sign == "." and dot > len(module.root)]
        if any(os.path.isfile(os.path.join(end, "go.mod")) for end in (folder, *ends)):
            return True
    return False
