"""Folders on disk: what is at or above one, and which Go files one holds."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field

from gomaplint.gomod import GoMod


def above(folder: str, name: str) -> str | None:
    """Return the nearest folder at or above `folder` that holds the regular file `name`."""
    while not os.path.isfile(os.path.join(folder, name)):
        folder, child = os.path.dirname(folder), folder
        if folder == child:
            return None
    return folder


def relative(path: str, root: str) -> str | None:
    """Return an absolute path as seen from `root`, with "/"; "" for `root` itself, None outside of it."""
    if path == root:
        return ""
    inside = root if root.endswith(os.sep) else root + os.sep
    return path[len(inside) :].replace(os.sep, "/") if path.startswith(inside) else None


@dataclass(slots=True)
class Folders:
    """What a walk found, all paths absolute: names of Go files by folder, roots of modules inside, what went wrong."""

    files: dict[str, list[str]] = field(default_factory=dict)
    nested: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def walk(top: str, root: str, mod: GoMod, *, deep: bool = True) -> Folders:
    """Find the Go files in `top`, and below it if `deep`, as far as they belong to the module at `root`.

    As in Go: `testdata`, what lies below `vendor`, names that begin with "." or "_", ignored folders, other modules
    and symbolic links to folders are passed over. `top` itself may be any of these.
    """
    found = Folders()
    vendored = "/vendor/" in f"/{relative(top, root)}/"  # there, other modules are copies
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as opened:
                entries = list(opened)
            if folder != top and not vendored and _has_go_mod(entries):
                found.nested.append(folder)
                continue
            names, folders = _sorted_out(entries, found.faults)
        except OSError as error:
            found.faults[folder] = f"cannot be read ({error.strerror}); left out"
            continue
        found.files[folder] = names
        # A package may be called vendor, but nothing below such a folder belongs to the module.
        if deep and (folder == top or os.path.basename(folder) != "vendor"):
            vendor_at_root = os.path.join(root, "vendor")
            pending += [path for path in folders if path != vendor_at_root and not _ignored(path, root, mod)]
    return found


def _sorted_out(entries: list[os.DirEntry[str]], faults: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the names of the Go files and the paths of the folders that need not be named to be taken."""
    names, folders = [], []
    for entry in entries:
        name = entry.name
        if name[0] in "._":
            continue
        if entry.is_dir(follow_symlinks=False):
            if name != "testdata":
                folders.append(entry.path)
        elif name.endswith(".go"):
            fault = "" if entry.is_file(follow_symlinks=False) else _fault(entry.path)
            if fault:
                faults[entry.path] = fault
            elif fault is not None:
                names.append(name)
    return names, folders


def _has_go_mod(entries: list[os.DirEntry[str]]) -> bool:
    return any(entry.name == "go.mod" and os.path.isfile(entry.path) for entry in entries)


def _ignored(folder: str, root: str, mod: GoMod) -> bool:
    return bool(mod.ignore) and mod.ignores(relative(folder, root) or "")


def _fault(path: str) -> str | None:
    """Say why something named like a Go file is left out: "" if it is one, None for a link to a folder."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return f"is a symbolic link that leads nowhere ({error.strerror}); left out"
    if stat.S_ISDIR(mode):
        return None
    return "" if stat.S_ISREG(mode) else "is no regular file (a pipe, a socket or a device); left out"


def shown(path: str, cwd: str) -> str:
    """Return a path as people read it: relative to `cwd` where it is inside, "." for `cwd` itself."""
    inside = relative(path, cwd)
    return printable((inside or ".") if inside is not None else path.replace(os.sep, "/"))


def printable(name: str) -> str:
    """Return a name that can be written in UTF-8: bytes that are none are replaced."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")
