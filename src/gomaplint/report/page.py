"""What is not a report but is read like one: a rule's page, the table of rules, the answers to "why"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from gomaplint.finding import Listed, Section
from gomaplint.report.style import SEVERITY_COLOUR, Style, safe, text_width, wrap
from gomaplint.span import Answer, Span

_ANSWERS = {True: ("yes", "green"), False: ("no", "red"), None: ("not known", "yellow")}
_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.) +")
_SAYS = 34  # columns that the words of an answer get at least
_GAP = "\u00a0"  # what must not be broken over two lines is wrapped with these in place of its spaces


class Explained(Protocol):
    """What a rule asked about one subject, what the answers were, and what came of it."""

    @property
    def subject(self) -> str: ...
    @property
    def at(self) -> Span: ...
    @property
    def rows(self) -> Sequence[tuple[str, Answer]]: ...
    @property
    def outcome(self) -> str: ...
    @property
    def evidence(self) -> Callable[[], Sequence[Section]]: ...


def table(rules: Iterable[Listed], style: Style) -> str:
    """List the rules, one line each; only on a terminal (colour) are long summaries wrapped."""
    rules = list(rules)
    name_width = max((len(rule.name) for rule in rules), default=0)
    lines = []
    for rule in rules:
        look = SEVERITY_COLOUR[rule.severity]
        head = f"{rule.id}  {rule.name:{name_width}}  {rule.severity!s:7}  "
        first, *rest = wrap(rule.summary, style.width - len(head)) if style.color else [rule.summary]
        painted = f"{style.paint(rule.id, 'bold')}  {rule.name:{name_width}}  "
        lines.append(painted + style.paint(f"{rule.severity!s:7}", look) + f"  {first}")
        lines += [" " * len(head) + words for words in rest]
    return "".join(f"{line}\n" for line in lines)


def why(explanations: Sequence[Explained], style: Style) -> str:
    """Show every condition with its answer and the place that shows it, what follows from them, and the evidence.

    A section that was shown before is named only.
    """
    shown: dict[Section, Span] = {}
    blocks = []
    for explained in explanations:
        lines = [*_explanation(explained, style)]
        for section in explained.evidence():
            if section in shown:
                before = _place(shown[section])
                lines.append(f"  {style.paint(safe(section.title), 'bold')}, as told of {before} above")
            else:
                lines += ["", *_section(section, style)]
                shown[section] = explained.at
        blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def _section(section: Section, style: Style) -> Iterator[str]:
    yield f"  {style.paint(safe(section.title), 'bold')}"
    for row in section.rows:
        place = _place(row.at) if row.at is not None else ""
        words = f"{safe(row.says)} ({place})" if place else safe(row.says)
        for number, line in enumerate(wrap(words, style.width - 6)):
            if row.at is not None and line.endswith(f"({place})"):
                line = line[: -len(place) - 1] + style.link(style.paint(place, "cyan"), row.at.path) + ")"
            yield ("      " if number else "    ") + line


def _place(at: Span) -> str:
    return safe(f"{at.path}:{at.line}")


def _explanation(explained: Explained, style: Style) -> Iterator[str]:
    place = style.link(style.paint(safe(str(explained.at)), "bold"), explained.at.path)
    yield f"{place}: {safe(explained.subject)}"
    longest = max((text_width(condition) for condition, _ in explained.rows), default=0)
    places = (text_width(f"({answer.at})") for _, answer in explained.rows if answer.at is not None)
    # The conditions leave room for the answers, of which a place stays in one piece.
    room = min(longest, max(style.width - 15 - max((_SAYS, *places)), 20))
    lead = 2 + 9 + 2 + room + 2
    told: set[tuple[str, Span | None]] = set()
    for condition, answer in explained.rows:
        word, look = _ANSWERS[answer.holds]
        says = safe(answer.says) + (f" ({answer.at})" if answer.at else "")
        if answer[1:] in told:
            says = "as above"
        told.add(answer[1:])
        head = f"  {style.paint(f'{word:9}', look)}  {condition}"
        over = text_width(condition) - room
        rest = wrap(says, style.width - lead)
        if over <= 0 or (len(rest) == 1 and text_width(rest[0]) + over + lead <= style.width):
            head += " " * -over + f"  {rest.pop(0)}"
        yield head.rstrip()
        yield from (" " * lead + words for words in rest)
    first, *rest = wrap(safe(explained.outcome), style.width - 5)
    yield f"  {style.paint('=>', 'bold')} {first}"
    yield from (f"     {words}" for words in rest)


def document(markdown: str, style: Style) -> str:
    """Show a page of documentation: with colours it is laid out for reading, without it stays what it is."""
    if not style.color:
        return markdown.rstrip("\n") + "\n"
    return "\n".join(_laid_out(markdown.splitlines(), style)).rstrip("\n") + "\n"


def _laid_out(lines: Sequence[str], style: Style) -> Iterator[str]:
    paragraph: list[str] = []
    fenced = False
    for line in [*lines, ""]:
        fence = line.lstrip().startswith("```")
        whole = fenced or fence or not line.strip() or line.startswith(("#", "|"))
        if paragraph and (whole or _ITEM.match(line)):
            yield from _paragraph(" ".join(paragraph), style)
            paragraph = []
        if fence:
            fenced = not fenced
        elif fenced:
            yield "    " + style.paint(line.replace("\t", "    "), "cyan")
        elif line.startswith("#"):
            yield style.paint(line.lstrip("# "), "magenta bold")
        elif whole:
            yield _inline(line, style)
        else:
            paragraph.append(line.rstrip() if _ITEM.match(line) else line.strip())


def _paragraph(text: str, style: Style) -> Iterator[str]:
    item = _ITEM.match(text)
    indent = len(item[0]) if item else 0
    kept = _INLINE.sub(lambda found: found[0].replace(" ", _GAP), text[indent:])
    for number, line in enumerate(wrap(kept, min(style.width, 100) - indent)):
        lead = " " * indent if number or not item else item[0]
        yield lead + _inline(line, style).replace(_GAP, " ")


def _inline(text: str, style: Style) -> str:
    def shown(found: re.Match[str]) -> str:
        if found["code"]:
            return style.paint(found["code"], "cyan")
        if found["bold"]:
            return style.paint(found["bold"], "bold")
        return f"{found['text']} <{found['target']}>"

    return _INLINE.sub(shown, text)
