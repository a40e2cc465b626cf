"""A new rule of a team, with a page and a fixture: files that work as they stand, and say what to change."""

from __future__ import annotations

import difflib
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from gomaplint.errors import UserError
from gomaplint.properties import properties
from gomaplint.rule import ID, NAME, built_in, rules_folder
from gomaplint.subjects import Kind, kinds
from gomaplint.vocabulary import example

_GO_MOD = """\
module example.com/{name}

go 1.24
"""

_RULE = """\
id       = "{id}"
name     = "{name}"  # of the smell, so that "ignore {name}" reads well
severity = "warning"  # error, warning or note
subject  = "{subject}"  # {doc}

# What can be asked of {roles}, and the words for the texts: gomaplint properties {subject}

# Every condition must be known to hold. A condition is a property, or "not" and a property.
[where]
{where}

# How sure a finding is: the first of these lists that holds decides, and where none holds there is no finding.
# "unknown" and a property may stand here too, for what the source does not tell.
{confidence}

# The first text of which all words are known is shown. Those that may be missing: {optional}.
{text}
"""

_WHERE = """\
map    = ["not of settings"]
insert = ["not capped", "not building", "not updating", "not key of few values"]"""

_CONFIDENCE = """\
[[confidence]]
is     = "high"
map    = ["long lived"]
insert = ["at run time", "keyed by requests", "key of wide name"]

[[confidence]]
is     = "low"
map    = ["perhaps long lived"]
insert = ["at run time", "keyed by run time values", "key of wide name"]"""

_TEXT = """\
[[text]]
message = "{map} gains an entry per {key} ← {source}, and has no cap"
fix     = "compare its length with a limit before the insert, or use a cache with a size"

[[text]]
message = "{map} gains an entry per {key}, and has no cap"
fix     = "compare its length with a limit before the insert, or use a cache with a size\""""

_PAGE = """\
# {id} {name}

{summary}

## What it reports

{reports}

## Why

{why}

## Fix

{fix}

## What it does not see

{blind}
"""

_TENANTS = MappingProxyType(
    {
        "summary": "A map that grows with tenants, users or addresses has no cap.",
        "reports": "An insert into a map that lives as long as the program, under a key that comes from a request\n"
        "and is called after something without a natural bound: nothing compares the map's length with a limit.\n"
        "A function that deletes entries is not enough: who sends many keys never calls it.",
        "why": "Anybody can send a million tenant ids, and each costs us an entry for ever.",
        "fix": "```go\nif len(l.byID) < mostTenants {\n\tl.byID[tenantID]++\n}\n```",
        "blind": "Keys that are read from a queue or a file; limits that are kept in another package.",
    }
)

_TODO = MappingProxyType(
    {
        "summary": "TODO: one sentence that says what is wrong.",
        "reports": "TODO: what is reported, and what that looks like is not.",
        "why": "TODO: what it costs; what happened the last time.",
        "fix": "TODO: the code before and after.",
        "blind": "TODO: what this rule cannot know.",
    }
)


def write(rule_id: str, name: str, subject: str, top: Path) -> list[Path]:
    """Write a rule into `top`/rules and its fixture into `top`/fixtures; the files that were written.

    Nothing is ever overwritten.
    """
    kind = _checked(rule_id, name, subject, top)
    folder = f"{rule_id}-{name}"
    files = {
        top / "rules" / folder / "rule.toml": _rule(rule_id, name, kind),
        top / "rules" / folder / "doc.md": _PAGE.format(id=rule_id, name=name, **_told(kind)),
        top / "fixtures" / folder / "go.mod": _GO_MOD.format(name=name),
        top / "fixtures" / folder / "a.go": _fixture(rule_id, kind),
    }
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except OSError as error:
        raise UserError(f"{error.filename}: not written: {error.strerror}") from error
    return list(files)


def told(written: Sequence[Path], top: Path) -> str:
    """What was written, and what to do next."""
    rules = (top / "rules").as_posix()
    return "".join(f"wrote {path.as_posix()}\n" for path in written) + (
        f"Next: change them, and try them with: gomaplint test {shlex.quote(top.as_posix())}\n"
        f'Then a line in .gomaplint.toml has it asked everywhere: rules = ["{rules}"]\n'
    )


def _checked(rule_id: str, name: str, subject: str, top: Path) -> Kind:
    """The kind of a subject, if a new rule may be called so and speak of it."""
    if not ID.fullmatch(rule_id):
        raise UserError(f"id '{rule_id}' is not capital letters and three digits, such as ACME001")
    if built_in(rule_id):
        raise UserError(f"id {rule_id} is kept for built-in rules; choose other letters, such as ACME001")
    if not NAME.fullmatch(name):
        raise UserError(f"name '{name}' is not small letters, digits and dashes, such as tenant-map")
    if subject not in kinds():
        close = difflib.get_close_matches(subject, kinds(), 1)
        hint = f"did you mean '{close[0]}'?" if close else "'gomaplint properties' lists them"
        raise UserError(f"no subject '{subject}'; {hint}")
    for place in (top / "rules", top / "fixtures", rules_folder()):
        for other in sorted(place.iterdir()) if place.is_dir() else ():
            if other.name.partition("-")[::2] == (rule_id, name):
                raise UserError(f"{other}: is there already, and stays as it is")
            if rule_id == other.name.partition("-")[0]:
                raise UserError(f"{other}: has the id {rule_id} already; choose another")
            if name == other.name.partition("-")[2]:
                taken = other.name if place == rules_folder() else other
                raise UserError(f"{taken}: has the name {name} already; choose another")
    return kinds()[subject]


def _rule(rule_id: str, name: str, kind: Kind) -> str:
    growth = kind.name == "growth"
    return _RULE.format(
        id=rule_id,
        name=name,
        subject=kind.name,
        doc=kind.doc,
        roles=" and ".join(kind.roles),
        where=_WHERE if growth else "\n".join(_roles(kind)),
        confidence=_CONFIDENCE if growth else '[[confidence]]\nis = "high"',
        optional=", ".join(f"{{{word}}}" for word in sorted(kind.optional)) or "none",
        text=_TEXT if growth else _text(kind),
    )


def _roles(kind: Kind) -> Iterator[str]:
    """An empty list of conditions for each role, below what could stand in it."""
    for role, of in kind.roles.items():
        lead = f"# {role}: "
        yield from textwrap.wrap(
            lead + ", ".join(properties(of)), 100, subsequent_indent="#" + " " * (len(lead) - 1)
        )
        yield f"{role} = []"


def _text(kind: Kind) -> str:
    return f'[[text]]\nmessage = "TODO: what is wrong with {{{kind.title}}}"\nfix     = "TODO: what to do"'


def _told(kind: Kind) -> Mapping[str, str]:
    return _TENANTS if kind.name == "growth" else _TODO


def _fixture(rule_id: str, kind: Kind) -> str:
    """The example of a kind, as a fixture of the rule that is written for it."""
    text = re.sub(r"// subject$", f"// want {rule_id}", example(kind), flags=re.MULTILINE)
    return text.replace("// subject, but ", "// near miss: ")
