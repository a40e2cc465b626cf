"""Findings mended: fixes chosen, put in together, and kept only where a second look finds nothing to object to."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gomaplint import syntax
from gomaplint.check import check
from gomaplint.config import Configs, Options
from gomaplint.facts import extract, names_in
from gomaplint.finding import Confidence, Edit, Finding, Note, Original, Report
from gomaplint.judging import Progress
from gomaplint.load import read_source
from gomaplint.output import obstacle, rewrite
from gomaplint.patching import Change, Offer, applied, disjoint, key_of, offers_of
from gomaplint.report.style import plural
from gomaplint.selection import shown_by

_PASSES = 10  # over fixes that overlapped others in the pass before
_LOOKS = 6  # at the fixes of one pass, before what is left of them is given up

Contents = Mapping[str, bytes]


class Mended(NamedTuple):
    """What became of a run's findings.

    `report` shows what remains once the `changes` are made, and which fixes were taken back.
    `left` counts the fixes that overlap others.
    `obstacles` tells of files in which fixes wait what is in the way of writing.
    """

    report: Report
    fixed: Sequence[Offer]
    changes: Sequence[Change]
    left: int
    obstacles: Mapping[str, str]


class _Look(NamedTuple):
    """Fixes that hold and their files, the report on these, and what was taken back for which reason."""

    kept: list[Offer]
    contents: Contents
    report: Report
    back: list[tuple[Offer, str]]


def mend(
    options: Options,
    cwd: str,
    configs: Configs | None = None,
    *,
    unsafe: bool,
    progress: Progress | None = None,
    obstacle: Callable[[Original], str] = lambda original: "",
) -> Mended:
    """Find fixes for what a run shows, and the files with them; nothing is written.

    Of a finding the first fix is taken, one that is not safe only with `unsafe`.
    `obstacle` tells why a file cannot be written, "" where it can.
    A fix is taken back if its file does not parse any more, if its finding is still there, or if there is a new one.
    """
    configs = configs or Configs(cwd, isolated=True)
    shows = shown_by(configs, options, cwd)
    every = replace(options, min_confidence=Confidence.LOW)
    report = check(every, cwd, progress, configs=configs, wanted=shows)
    originals: dict[str, Original] = {}
    contents: dict[str, bytes] = {}
    fixed: list[Offer] = []
    back: list[tuple[Offer, str]] = []
    obstacles: dict[str, str] = {}
    notes: set[Note] = set()

    def look(new: Contents) -> Report:
        overlay = {originals[path].absolute: content for path, content in {**contents, **new}.items()}
        return check(every, cwd, overlay=overlay, configs=configs, wanted=shows)

    for _ in range(_PASSES):
        originals = {**report.originals, **originals}
        every_offer = offers_of(report, shows, unsafe)
        back += [(offer, why) for offer in every_offer if (why := _clash(offer, originals))]
        tried = {offer.name for offer, _ in back}
        offers = [offer for offer in every_offer if offer.name not in tried]
        shut = {path: originals[path].closed for o in offers for path in o.paths if originals[path].closed}
        notes |= {Note(path, 0, f"not fixed: the file {why}") for path, why in shut.items()}
        blocked = {path: obstacle(originals[path]) for o in offers for path in o.paths - shut.keys()}
        obstacles.update((path, why) for path, why in sorted(blocked.items()) if why)
        accepted, left = disjoint(o for o in offers if o.paths.isdisjoint({*shut, *obstacles}))
        found = _looked_over(accepted, report, look)
        fixed, back, report = fixed + found.kept, back + found.back, found.report
        contents.update(found.contents)
        if not left:
            break
    notes |= {
        Note(o.finding.at.path, o.finding.at.line, f"not fixed: {why}: {o.fix.title}") for o, why in back
    }
    report = report.showing(shows)
    report = replace(report, notes=sorted({*report.notes, *notes}))
    changes = [Change(path, originals[path], content) for path, content in sorted(contents.items())]
    return Mended(report, fixed, changes, left, obstacles)


def fix_files(
    options: Options,
    cwd: str,
    configs: Configs | None = None,
    *,
    unsafe: bool,
    progress: Progress | None = None,
) -> Mended:
    """Mend what a run shows, and write the files."""
    mended = mend(options, cwd, configs, unsafe=unsafe, progress=progress, obstacle=obstacle)
    failed = {c.path: why for c in mended.changes if (why := rewrite(c.original, c.content))}
    if not failed:
        return mended
    # A file has changed while it was looked at, or the disk is full: what remains is another story.
    fixed = [offer for offer in mended.fixed if offer.paths.isdisjoint(failed)]
    changes = [change for change in mended.changes if change.path not in failed]
    obstacles = {**mended.obstacles, **failed}
    return mended._replace(
        report=check(options, cwd, configs=configs), fixed=fixed, changes=changes, obstacles=obstacles
    )


def told(mended: Mended, verb: str, unsafe: bool) -> list[str]:
    """What was mended, a line each, and what was not: "fixed" or "would fix"."""
    fixed, files = len(mended.fixed), len(mended.changes)
    lines = [f"{o.finding.at}: {verb} {o.finding.rule}: {o.fix.title}" for o in mended.fixed]
    said = f"{verb} {plural(fixed, 'finding')} in {plural(files, 'file')}" if fixed else "no fix to make"
    lines += (
        f"gomaplint: {path}: {why}; nothing is fixed in it" for path, why in sorted(mended.obstacles.items())
    )
    lines.append(f"gomaplint: {said}")
    if mended.left:
        lines.append(f"gomaplint: {plural(mended.left, 'fix')} left out, as they overlap others: run again")
    waiting = (
        0
        if unsafe
        else sum(bool(f.fixes) and not any(fix.safe for fix in f.fixes) for f in _open(mended.report))
    )
    if waiting:
        need = "needs eyes on it" if waiting == 1 else "need eyes on them"
        lines.append(f"gomaplint: --unsafe-fixes has {plural(waiting, 'fix')} more that {need}")
    return lines


def _clash(offer: Offer, originals: Mapping[str, Original]) -> str:
    """A name that a fix brings in, and that a test file of the package, which the run has not read, declares."""
    for edit in offer.fix.edits:
        original = originals[edit.path]
        new = names_in(edit.text.encode()) - names_in(original.content)
        for name, file in _declared_by_tests(os.path.dirname(original.absolute)) if new else ():
            if name in new:
                return f"{file} declares {name}"
    return ""


def _declared_by_tests(folder: str) -> Iterator[tuple[str, str]]:
    try:
        files = sorted(name for name in os.listdir(folder) if name.endswith("_test.go"))
        for file in files:
            facts = extract(read_source(os.path.join(folder, file)))
            if not facts.package.endswith("_test"):
                yield from ((func.name, file) for func in facts.funcs if not func.recv)
                yield from ((of.name, file) for of in facts.types)
                yield from ((name, file) for value in facts.values for name in value.names)
    except OSError:
        return  # a folder that only standard input was said to lie in


def _looked_over(offers: list[Offer], before: Report, look: Callable[[Contents], Report]) -> _Look:
    """The offers that hold when everything is analysed again with them."""
    back: list[tuple[Offer, str]] = []
    for _ in range(_LOOKS):
        if not offers:
            break
        edits: dict[str, list[Edit]] = {}
        for edit in (edit for offer in offers for edit in offer.fix.edits):
            edits.setdefault(edit.path, []).append(edit)
        contents = {path: applied(before.originals[path].content, made) for path, made in edits.items()}
        broken = {path for path, content in contents.items() if syntax.first_error(syntax.parse(content))}
        bad = [(o, "it leaves what does not parse") for o in offers if not broken.isdisjoint(o.paths)]
        if not bad:
            after = look(contents)
            bad = _objections(offers, before, after)
            if not bad:
                return _Look(offers, contents, after, back)
        back += bad
        names = {id(offer) for offer, _ in bad}
        offers = [offer for offer in offers if id(offer) not in names]
    return _Look([], {}, before, back + [(offer, "others were taken back too often") for offer in offers])


def _objections(offers: list[Offer], before: Report, after: Report) -> list[tuple[Offer, str]]:
    """The fixes that did not mend their finding, and those that may have brought up a new one."""
    was, now = (Counter(map(key_of, _open(report))) for report in (before, after))
    mended = Counter(key_of(offer.finding) for offer in offers)
    more = {key for key, count in now.items() if count > was[key] - mended[key]}
    bad = {id(o): (o, "its finding would stay") for o in offers if key_of(o.finding) in more}
    for stranger in (f for f in _open(after) if key_of(f) in more - mended.keys()):
        why = f"it would bring up {stranger.rule} in line {stranger.at.line}"
        for offer in _suspects(stranger, offers):
            bad.setdefault(id(offer), (offer, why))
    return list(bad.values())


def _suspects(stranger: Finding, offers: list[Offer]) -> list[Offer]:
    """The fixes in the same declaration as a finding; where there are none in the same files, else all."""
    files = {place.path for place in stranger.places}
    near = [o for o in offers if stranger.scope and o.finding.scope == stranger.scope]
    return near or [o for o in offers if not files.isdisjoint(o.paths)] or offers


def _open(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.settled is None]
