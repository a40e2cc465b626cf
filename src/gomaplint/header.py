"""What the lines above the package clause decide: language version, build constraints, generated or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gomaplint.goversion import NEWEST, GoVersion

LOWEST_BY_TAG = GoVersion(1, 21)
"""`//go:build go1.18` gives a file the language of 1.21: Go goes no lower (measured with 1.26)."""

_LEADING = re.compile(rb"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|[\w.]+)")
_BOM = b"\xef\xbb\xbf"
_NESTED_AT_MOST = 50

# Systems and architectures (internal/syslist of Go 1.26), and what a toolchain or its flags decide.
_EITHER_WAY = """
aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos
386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le
riscv riscv64 s390 s390x sparc sparc64 wasm
unix cgo gc gccgo race msan asan go1 goexperiment
"""
_FREE = frozenset(_EITHER_WAY.split())


@dataclass(frozen=True, slots=True)
class Header:
    """What is known about a file before it is parsed.

    `version` is the language version of the file.
    `test` tells that its name ends in "_test.go".
    `generated` tells that it says so, as https://go.dev/s/generatedcode defines.
    `ignored` tells that only the tag `ignore` would build it.
    `foreign` holds the tags that would have to be set for it to be built, or, as "!tag", not to be set.
    """

    version: GoVersion
    test: bool
    generated: bool
    ignored: bool
    foreign: tuple[str, ...]


def read_header(
    content: bytes,
    name: str,
    module_go: GoVersion | None,
    override: GoVersion | None,
    tags: frozenset[str],
) -> Header:
    """Read what stands above the package clause of the file called `name`.

    `module_go` is the version its module asks for, None for the newest; `override` wins over everything.
    All operating systems, architectures, compilers and Go releases are taken as possible, and so are their
    opposites; every other tag is set only if it is in `tags`. A constraint that cannot be read counts as none.
    """
    version = module_go or NEWEST
    test = name.endswith("_test.go")
    head = _head(content)
    generated = b"DO NOT EDIT." in head and _GENERATED.search(head) is not None
    needs: Sequence[str] = ()
    if b"+build" in head or b"go:build" in head:
        constraint = _constraint(head, tags)
        needs = sorted(constraint.yes)
        if constraint.since >= 0:
            version = max(GoVersion(1, constraint.since), LOWEST_BY_TAG)
    foreign = tuple(tag for tag in needs if tag != "ignore")
    return Header(override or version, test, generated, "ignore" in needs, foreign)


def _head(content: bytes) -> bytes:
    """Return everything before the first token: white space and comments."""
    start = len(_BOM) if content.startswith(_BOM) else 0
    found = _LEADING.match(content, start)
    return content[start : found.end()] if found else b""


@dataclass(frozen=True, slots=True)
class _Constraint:
    """What it takes for an expression to hold and not to hold: the smallest set of tags that must change.

    `since` and `since_not` are the minor Go release that the expression and its opposite imply, -1 for none
    (as constraint.GoVersion of Go's library has it).
    """

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    since: int = -1
    since_not: int = -1

    def __invert__(self) -> _Constraint:
        return _Constraint(self.no, self.yes, self.since_not, self.since)

    def __and__(self, other: _Constraint) -> _Constraint:
        return _Constraint(
            self.yes | other.yes,
            _fewer(self.no, other.no),
            max(self.since, other.since),
            min(self.since_not, other.since_not),
        )

    def __or__(self, other: _Constraint) -> _Constraint:
        return ~(~self & ~other)


def _fewer(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return min(one, other, key=lambda tags: ("ignore" in tags, len(tags), sorted(tags)))


def _tag(tag: str, tags: frozenset[str]) -> _Constraint:
    release = re.fullmatch(r"go1\.(\d{1,4})", tag)
    if release:
        return _Constraint(since=int(release[1]))
    if tag.partition(".")[0] in _FREE:  # also amd64.v3, goexperiment.arenas
        return _Constraint()
    return _Constraint(no=frozenset({f"!{tag}"})) if tag in tags else _Constraint(yes=frozenset({tag}))


def _constraint(head: bytes, tags: frozenset[str]) -> _Constraint:
    """Return the build constraint of a file: its //go:build line, or else all its +build lines."""
    without_blocks = _COMMENT.sub(lambda found: b"/**/" if found[0].startswith(b"/*") else found[0], head)
    lines = [line.strip() for line in without_blocks.decode("utf-8", "replace").split("\n")]
    for line in lines:
        if re.match(r"//go:build(\s|$)", line):
            return _parse(line[len("//go:build") :], tags) or _Constraint()
    # A +build line stands among // comments, and before a blank line.
    first_other = next(
        (i for i, line in enumerate(lines) if line and not line.startswith("//")), len(lines) - 1
    )
    blank = max((i for i, line in enumerate(lines[:first_other]) if not line), default=0)
    every = _Constraint()
    for line in lines[:blank]:
        found = re.match(r"//\s*\+build(?:\s+(.*))?$", line)
        if found:
            every &= _parse_old(found[1] or "", tags)
    return replace(every, since=-1)  # the compiler takes the language from //go:build only


def _parse_old(text: str, tags: frozenset[str]) -> _Constraint:
    """Read what follows +build: blanks mean "or", commas "and"; what is no tag counts as `ignore`, as in Go."""
    some: _Constraint | None = None
    for option in text.split() or ["ignore"]:
        every = _Constraint()
        for term in option.split(","):
            name = term.removeprefix("!")
            value = _tag(name if re.fullmatch(r"[\w.]+", name) else "ignore", tags)
            every &= ~value if term.startswith("!") and not term.startswith("!!") and name else value
        some = some | every if some else every
    return some or _Constraint()


def _parse(text: str, tags: frozenset[str]) -> _Constraint | None:
    """Read what follows //go:build; None if Go could not read it either."""
    tokens = _TOKEN.findall(text)
    if _TOKEN.sub("", text).strip() or "!!" in "".join(tokens) or tokens.count("(") > _NESTED_AT_MOST:
        return None
    tokens.reverse()
    try:
        value = _either(tokens, tags)
    except (ValueError, IndexError):
        return None
    return None if tokens else value


def _either(tokens: list[str], tags: frozenset[str]) -> _Constraint:
    value = _both(tokens, tags)
    while _take("||", tokens):
        value |= _both(tokens, tags)
    return value


def _both(tokens: list[str], tags: frozenset[str]) -> _Constraint:
    value = _one(tokens, tags)
    while _take("&&", tokens):
        value &= _one(tokens, tags)
    return value


def _one(tokens: list[str], tags: frozenset[str]) -> _Constraint:
    if _take("!", tokens):
        return ~_one(tokens, tags)
    if not _take("(", tokens):
        tag = tokens.pop()
        if tag in ("&&", "||", ")"):
            raise ValueError(tag)
        return _tag(tag, tags)
    value = _either(tokens, tags)
    if not _take(")", tokens):
        raise ValueError("(")
    return value


def _take(token: str, tokens: list[str]) -> bool:
    return bool(tokens) and tokens[-1] == token and tokens.pop() == token
