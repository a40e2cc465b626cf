"""What is not a report but is read like one: a rule's page, the table of rules, the answers to "why"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from gomaplint.finding import Listed
from gomaplint.report.style import SEVERITY_COLOUR, Style, safe, text_width, wrap
from gomaplint.span import Answer, Span

_ANSWERS = {True: ("yes", "green"), False: ("no", "red"), None: ("not known", "yellow")}
_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.) +")
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
    """Show every condition with its answer and the place that shows it, then what follows from them."""
    return "\n".join(_explanation(explained, style) for explained in explanations)


def _explanation(explained: Explained, style: Style) -> str:
    place = style.link(style.paint(safe(str(explained.at)), "bold"), explained.at.path)
    lines = [f"{place}: {safe(explained.subject)}"]
    condition_width = max((text_width(condition) for condition, _ in explained.rows), default=0)
    for condition, answer in explained.rows:
        word, look = _ANSWERS[answer.holds]
        says = safe(answer.says) + (f" ({answer.at})" if answer.at else "")
        lead = 2 + 9 + 2 + condition_width + 2
        first, *rest = wrap(says, style.width - lead)
        fill = " " * (condition_width - text_width(condition))
        lines.append(f"  {style.paint(f'{word:9}', look)}  {condition}{fill}  {first}".rstrip())
        lines += [" " * lead + words for words in rest]
    first, *rest = wrap(safe(explained.outcome), style.width - 5)
    lines += [f"  {style.paint('=>', 'bold')} {first}", *(f"     {words}" for words in rest)]
    return "".join(f"{line}\n" for line in lines)


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
