"""The words of rules as pages to read: subjects with their roles and words, and what can be asked of each role."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from gomaplint import subjects
from gomaplint.config import Options
from gomaplint.discover import GoModule, SourceFile, Tree
from gomaplint.errors import UserError
from gomaplint.goversion import GoVersion
from gomaplint.load import load
from gomaplint.model.maps import Analysis
from gomaplint.properties import Property, properties
from gomaplint.subjects import Kind, Subject, kinds

_EXAMPLES = Path(subjects.__file__).parent / "examples"
_GO = GoVersion(1, 24)


def example(kind: Kind) -> str:
    """A small Go program with subjects of a kind, on the lines that say `// subject`."""
    return (_EXAMPLES / f"{kind.name}.go").read_text("utf-8")


def words(*, subjects_only: bool = False) -> dict[str, str]:
    """Every word that `page` knows, as it is typed in a shell, with its documentation."""
    told = {kind.name: kind.doc for kind in _sorted()}
    if not subjects_only:
        told.update((name.replace(" ", "-"), asked.doc) for name, asked in properties().items())
    return told


def page(word: str = "") -> str:
    """All subjects and properties as Markdown, or what is to be known of one of them."""
    if not word:
        return _paragraphs(_everything())
    known = {kind.name: kind for kind in kinds().values()}
    asked = re.sub(r"^(not|unknown) ", "", word.strip().replace("_", " "))
    if asked.replace(" ", "-") in known:
        return _paragraphs(_subject(known[asked.replace(" ", "-")]))
    if (found := properties().get(asked.replace("-", " "))) is not None:
        return _paragraphs(_property(found))
    close = difflib.get_close_matches(asked, [*known, *properties()], 1)
    hint = f"did you mean '{close[0]}'?" if close else "'gomaplint properties' lists them"
    raise UserError(f"no subject and no property '{word}'; {hint}")


def _everything() -> Iterator[str]:
    yield "# Subjects"
    yield "What a rule speaks of. `gomaplint properties growth` tells more of one, with an example."
    for kind in _sorted():
        yield f"## {kind.name}"
        yield kind.doc
        optional = f"; where known: {_words(kind.optional)}" if kind.optional else ""
        roles = ", ".join(f"`{role}`" for role in kind.roles)
        yield f"- roles: {roles}\n- words: {_words(kind.words)}{optional}"
    yield "# Properties"
    yield "What can be asked of each role. Every answer is yes, no or not known."
    for of in dict.fromkeys(of for kind in _sorted() for of in kind.roles.values()):
        yield f"## {_role(of)}"
        yield f"{_told(of)} A role {_where(of)}"
        yield _asked(of)


def _subject(kind: Kind) -> Iterator[str]:
    yield f"# {kind.name}"
    yield kind.doc
    text = example(kind)
    yield f"```go\n{text}```"
    yield "## Words"
    yield "They stand in `message` and `fix`; in the example they are:"
    found = _found(kind, text)
    lines = []
    for word in (*sorted(kind.words), *sorted(kind.optional)):
        value = next((subject.words[word] for subject in found if subject.words[word]), "")
        often = " (only where it is known)" if word in kind.optional else ""
        lines.append(f"- `{{{word}}}`{often}" + (f": `{value}`" if value else ""))
    yield "\n".join(lines)
    for role, of in kind.roles.items():
        yield f"## {role}"
        yield _told(of)
        yield _asked(of)


def _property(asked: Property) -> Iterator[str]:
    yield f"# {asked.name}"
    yield asked.doc
    yield f"Asked of `{_role(asked.of)}` {_where(asked.of)}"


def _sorted() -> list[Kind]:
    """Growth first, of which most rules speak; the others by name."""
    return sorted(kinds().values(), key=lambda kind: (kind.name != "growth", kind.name))


def _role(of: type) -> str:
    """What rules call a type of entity."""
    return " or ".join(
        dict.fromkeys(role for kind in _sorted() for role, each in kind.roles.items() if each is of)
    )


def _where(of: type) -> str:
    """The kinds that have a role of a type, as the end of a sentence."""
    return "in " + ", ".join(f"`{kind.name}`" for kind in _sorted() if of in kind.roles.values()) + "."


def _told(of: type) -> str:
    """The first sentence of what a type of entity is."""
    doc = " ".join((of.__doc__ or "").split())
    return doc.partition(". ")[0].rstrip(".") + "."


def _asked(of: type) -> str:
    return "\n".join(f"- `{name}`: {asked.doc}" for name, asked in properties(of).items())


def _words(words: frozenset[str]) -> str:
    return " ".join(f"`{{{word}}}`" for word in sorted(words))


def _paragraphs(parts: Iterator[str]) -> str:
    return "\n\n".join(parts) + "\n"


def _found(kind: Kind, text: str) -> list[Subject]:
    """The subjects of an example, which is judged alone, wherever it is installed."""
    root = os.fspath(_EXAMPLES / kind.name)
    module = GoModule("example.com/service", root, _GO, 0)
    file = SourceFile("main.go", os.path.join(root, "main.go"), module, module.path, True, False)
    run = load(Tree((file,), (module,), ()), Options(jobs=1), {file.absolute: text.encode()})
    return list(kind.find(Analysis(run.workspaces[0])))
