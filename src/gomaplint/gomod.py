"""Reading go.mod and go.work: as much as finding and judging Go files needs, and never failing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gomaplint import goversion
from gomaplint.finding import Note
from gomaplint.goversion import GoVersion

WITHOUT_GO_LINE = GoVersion(1, 16)
"""The language of a module whose go.mod has no `go` line."""

_WORD = re.compile(
    r"""\s*(?:(//.*)|"((?:[^"\\]|\\.)*)"|`([^`]*)`|([()\[\]{},]|(?!["`])(?:(?!//)[^\s()\[\]{},])+))"""
)
_OTHER_MOD = {"toolchain", "godebug", "require", "exclude", "replace", "retract", "tool"}
_OTHER_WORK = {"toolchain", "godebug", "replace"}


@dataclass(frozen=True, slots=True)
class GoMod:
    """What a go.mod says.

    `path` is "" where the `module` line is missing.
    `go` is None where the `go` line cannot be read, so that nobody builds on it.
    `ignore` holds the paths of `ignore` directives as they were written.
    """

    path: str = ""
    go: GoVersion | None = WITHOUT_GO_LINE
    ignore: tuple[str, ...] = ()

    def ignores(self, folder: str) -> bool:
        """Tell whether a folder (relative to the module, with "/") is left out by an `ignore` directive.

        As in Go: `./static` means that one folder, `static` means every folder of that name.
        """
        where = f"/{folder}/"
        for path in self.ignore:
            if path.startswith("./"):
                if where.startswith(f"/{path[2:].strip('/')}/"):
                    return True
            elif f"/{path.strip('/')}/" in where:
                return True
        return False


@dataclass(frozen=True, slots=True)
class GoWork:
    """What a go.work says: the folders of its modules as they were written, and its `go` line."""

    use: tuple[str, ...] = ()
    go: GoVersion | None = None


def read_mod(content: bytes, shown: str) -> tuple[GoMod, tuple[Note, ...]]:
    """Read a go.mod; lines that make no sense become notes on the file that is shown as `shown`."""
    values, notes = _values(content, shown, {"module", "go", "ignore"}, _OTHER_MOD)
    if not values["module"]:
        notes.append(Note(shown, 0, "no module line; import paths of this module cannot be resolved"))
    path = values["module"][0][1] if values["module"] else ""
    version: GoVersion | None = WITHOUT_GO_LINE
    for line, text in values["go"][:1]:
        version = _version(text)
        if version is None:
            notes.append(Note(shown, line, f"'{text}' is no Go version; read as the newest"))
    return GoMod(path, version, tuple(path for _, path in values["ignore"])), tuple(sorted(notes))


def read_work(content: bytes, shown: str) -> tuple[GoWork, tuple[Note, ...]]:
    """Read a go.work; lines that make no sense become notes on the file that is shown as `shown`."""
    values, notes = _values(content, shown, {"use", "go"}, _OTHER_WORK)
    version = None
    for line, text in values["go"][:1]:
        version = _version(text)
        if version is None:
            notes.append(Note(shown, line, f"'{text}' is no Go version"))
    return GoWork(tuple(path for _, path in values["use"]), version), tuple(sorted(notes))


def _version(text: str) -> GoVersion | None:
    return goversion.parse(text) if len(text) < 40 else None  # Python refuses numbers of 4,300 digits


def _values(
    content: bytes, shown: str, wanted: set[str], other: set[str]
) -> tuple[dict[str, list[tuple[int, str]]], list[Note]]:
    """Collect line and value of each wanted directive; directives that are neither wanted nor other are faults."""
    found: dict[str, list[tuple[int, str]]] = {verb: [] for verb in wanted}
    notes = []
    for line, words, unreadable in _lines(content):
        fault = unreadable
        if not fault and words[0] in wanted:
            verb, *values = words
            if len(values) != 1 or not values[0]:
                fault = f"'{verb}' takes one value"
            elif found[verb] and verb in ("module", "go"):
                fault = f"a second '{verb}' line; the first one counts"
            else:
                found[verb].append((line, values[0]))
        elif not fault and words[0] not in other:
            fault = f"unknown directive '{words[0]}'"
        if fault:
            notes.append(Note(shown, line, fault))
    return found, notes


def _lines(content: bytes) -> Iterator[tuple[int, list[str], str]]:
    """Yield line number, words and fault of every directive, those of a block with its verb in front."""
    verb, opened = "", 0
    for number, line in enumerate(content.decode("utf-8-sig", "replace").split("\n"), 1):
        words, fault = _words(line)
        if fault:
            yield number, [], fault
        elif words == [")"]:
            if not verb:
                yield number, [], "')' without a block"
            verb = ""
        elif verb and words:
            yield number, [verb, *words], ""
        elif len(words) == 2 and words[1] == "(":
            verb, opened = words[0], number
        elif words and words[1:] != ["(", ")"]:
            yield number, words, ""
    if verb:
        yield opened, [], f"the block '{verb} (' is never closed"


def _words(line: str) -> tuple[list[str], str]:
    """Return the words of one line without comments and quotes, and what is wrong with it if anything is."""
    words: list[str] = []
    position = 0
    line = line.rstrip()
    while position < len(line):
        found = _WORD.match(line, position)
        if found is None:
            return [], "a quote is never closed"
        if found[1] is not None:
            break
        quoted = found[2]
        words.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found[3] or found[4] or "")
        position = found.end()
    return words, ""
