"""Code frames: the lines that prove a finding, with their places marked under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from gomaplint.report.style import Style, char_width, safe, text_width, visible, wrap
from gomaplint.span import Span

TAB = 4
CUT = "…"
LABEL_ROOM = 28  # a label gets at least this many columns, even if it must begin left of its mark


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline, and what to say about it; `look` is its colour, `sign` its underline."""

    at: Span
    says: str
    sign: str
    look: str


@dataclass(frozen=True, slots=True)
class _Bar:
    """A mark on one shown line: columns from `start` up to `end`, counted from 0 on the terminal."""

    start: int
    end: int
    mark: Mark


def gutter_width(marks: Iterable[Mark]) -> int:
    """Count the columns that the line numbers of all frames of one finding need."""
    return max(len(str(mark.at.line)) for mark in marks)


def frame(marks: Sequence[Mark], source: Sequence[str], gutter: int, style: Style) -> list[str]:
    """Show the marked lines of one file from top to bottom, each with what is said about it."""
    edge = style.paint(f"{'':{gutter}} |", "blue")
    room = max(style.width - gutter - 3, 40)
    shown = [edge]
    previous = 0
    for line, on_line in groupby(sorted(marks, key=lambda mark: mark.at), key=lambda mark: mark.at.line):
        if previous and line == previous + 2:  # dots would take as much room as the line itself
            between, _ = _clip(_spell(source[line - 2])[0], [], room)
            shown.append(_numbered(line - 1, between, gutter, style))
        elif previous and line > previous + 1:
            shown.append(style.paint("...", "blue"))
        text, bars = _lay_out(source[line - 1], list(on_line), room)
        shown.append(_numbered(line, text, gutter, style))
        shown += [f"{edge} {row}" for row in _rows(bars, room, style)]
        previous = line
    return shown


def has_line(source: Sequence[str], mark: Mark) -> bool:
    """Tell whether the line of a mark can be shown."""
    return 0 < mark.at.line <= len(source)


def _numbered(line: int, text: str, gutter: int, style: Style) -> str:
    return f"{style.paint(f'{line:>{gutter}} |', 'blue')} {text}".rstrip()


def _spell(line: str) -> tuple[list[tuple[str, int]], list[int]]:
    """Return what to show for each character with its width, and for each byte the column it begins at."""
    cells: list[tuple[str, int]] = []
    columns: list[int] = []
    column = 0
    for char in line.rstrip("\r\n"):
        if char == "\t":
            width = TAB - column % TAB
            cells.append((" " * width, width))
        else:
            shown = visible(char)
            width = sum(map(char_width, shown))
            cells.append((shown, width))
        columns += [column] * _byte_count(char)
        column += width
    columns.append(column)
    return cells, columns


def _byte_count(char: str) -> int:
    code = ord(char)
    if (
        code < 0x80 or 0xDC80 <= code <= 0xDCFF
    ):  # the latter: one byte that is no UTF-8, read with "surrogateescape"
        return 1
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _lay_out(line: str, marks: Sequence[Mark], room: int) -> tuple[str, list[_Bar]]:
    cells, columns = _spell(line)

    def column(byte: int) -> int:
        return columns[min(max(byte - 1, 0), len(columns) - 1)]

    bars = []
    for mark in _merged(marks):
        start = column(mark.at.column)
        end = columns[-1] if mark.at.end_line > mark.at.line else column(mark.at.end_column)
        bars.append(_Bar(start, max(end, start + 1), mark))
    return _clip(cells, bars, room)


def _merged(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Join the words of marks on the very same place; the first, the deciding one, gives sign and colour."""
    by_place: dict[Span, list[Mark]] = {}
    for mark in marks:
        by_place.setdefault(mark.at, []).append(mark)
    for same in by_place.values():
        words = dict.fromkeys(mark.says for mark in same if mark.says)
        yield replace(same[0], says="; ".join(words))


def _clip(cells: Sequence[tuple[str, int]], bars: list[_Bar], room: int) -> tuple[str, list[_Bar]]:
    """Cut a line that is too long so that its marks stay in sight."""
    total = sum(width for _, width in cells)
    if total <= room:
        return "".join(text for text, _ in cells).rstrip(), bars
    first = min((bar.start for bar in bars), default=0)
    last = min(max((bar.end for bar in bars), default=0), first + room - 2)
    left = 0 if last <= room - 2 else max(0, min(first - 1, (first + last - room) // 2))
    right = left + room
    low, high = left + bool(left), right - bool(right < total)
    text, column = "", 0
    for shown, width in cells:
        if low <= column and column + width <= high:
            text += shown
        elif column < high and column + width > low:  # a wide character or a tab, cut in two
            text += " " * (min(column + width, high) - max(column, low))
        column += width
    moved = [
        replace(bar, start=min(max(bar.start - left, 0), room - 1), end=min(max(bar.end - left, 1), room))
        for bar in bars
    ]
    return f"{CUT if left else ''}{text}{CUT if right < total else ''}", moved


def _rows(bars: Sequence[_Bar], room: int, style: Style) -> list[str]:
    """Draw the underlines, then the labels: the rightmost one beside its mark, the others below theirs."""
    signs: dict[int, tuple[str, str]] = {}
    for bar in sorted(bars, key=lambda bar: bar.start - bar.end):  # what lies inside is drawn over
        signs.update(dict.fromkeys(range(bar.start, bar.end), (bar.mark.sign, bar.mark.look)))
    waiting = sorted((bar for bar in bars if bar.mark.says), key=lambda bar: (bar.start, bar.end))
    rows = [signs]
    end = max(signs) + 1
    if waiting and waiting[-1].end == end and end + 1 + text_width(safe(waiting[-1].mark.says)) <= room:
        last = waiting.pop()
        _write(rows[0], end + 1, safe(last.mark.says), last.mark.look)
    while waiting:
        bar = waiting.pop()
        start = max(0, min(bar.start, room - LABEL_ROOM))
        for words in wrap(safe(bar.mark.says), room - start):
            row: dict[int, tuple[str, str]] = {}
            for other in waiting:
                if other.start < start:
                    _write(row, other.start, "|", other.mark.look)
            _write(row, start, words, bar.mark.look)
            rows.append(row)
    return [_painted(row, style) for row in rows]


def _write(row: dict[int, tuple[str, str]], start: int, text: str, look: str) -> None:
    column = start
    for char in text:
        width = char_width(char)
        if not width:  # belongs to the character before it
            before, its_look = row.get(column - 1, ("", look))
            row[column - 1] = (before + char, its_look)
            continue
        row[column] = (char, look)
        for covered in range(column + 1, column + width):
            row[covered] = ("", look)
        column += width


def _painted(row: Mapping[int, tuple[str, str]], style: Style) -> str:
    cells = [row.get(column, (" ", "")) for column in range(max(row) + 1)]
    return "".join(
        style.paint("".join(text for text, _ in run), look)
        for look, run in groupby(cells, key=lambda cell: cell[1])
    )
