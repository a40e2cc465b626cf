"""The findings that a change made: their proof leads through its lines, or they were not there before it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from gomaplint.agreement import kin_of_each
from gomaplint.changes import Changes
from gomaplint.discover import GoModule, Tree, placed
from gomaplint.finding import Finding, Related
from gomaplint.gomod import read_mod
from gomaplint.judging import Judged
from gomaplint.model.containers import Event
from gomaplint.model.maps import Map
from gomaplint.rule import FAMILIES, Rule
from gomaplint.span import Span

Past = Callable[[Tree, Mapping[str, bytes], Sequence[Rule]], Judged]
"""Judges a tree by some rules, with content that stands for that on disk by absolute path."""


def concerned(tree: Tree, changes: Changes, cwd: str, *, tests: bool) -> Tree:
    """The files of those workspaces that the change has part in; test files count with `tests` only."""
    there = {file.absolute: file for file in tree.files}
    wanted: set[int] = set()
    for path in changes.now.keys() | changes.past.keys():
        folder, name = os.path.split(path)
        if name == "go.work":
            inside = folder.rstrip(os.sep) + os.sep
            wanted.update(m.workspace for m in tree.modules if f"{m.root}{os.sep}".startswith(inside))
            continue
        beside = os.path.join(folder, "any.go") if name == "go.mod" else path
        file = there.get(path)
        if file is None and (name == "go.mod" or path in changes.past):
            file = placed(beside, tree.modules, cwd)
        if file is not None and (tests or not name.endswith("_test.go")):
            wanted.add(file.module.workspace)
    return replace(tree, files=tuple(file for file in tree.files if file.module.workspace in wanted))


def made(
    changes: Changes,
    now: Judged,
    found: Sequence[Finding],
    rules: Sequence[Rule],
    judge: Past,
    cwd: str,
    shows: Callable[[Finding], bool],
) -> tuple[list[Finding], list[Finding]]:
    """Those of the findings `found` that the change made, and the others.

    Where the proof leads through a line that was added or altered, the change made the finding.
    Others it made if they were not there before: it took away a removal, a lock, a directive, or an addition elsewhere
    made the difference. To know this the state before is judged as well, but only if there is such a finding that
    `shows`; so those that do not count only by their lines.
    """
    absolute = {file.path: file.absolute for file in now.tree.files}
    kept: list[Finding] = []
    others: list[Finding] = []
    doubtful: list[Finding] = []
    for f in found:
        if _leads_through(f, changes, absolute):
            kept.append(f)
        elif f.settled is None and shows(f):
            doubtful.append(f)
        else:
            others.append(f)
    if doubtful:
        tree, contents = _before(now.tree, changes, cwd)
        past = judge(tree, contents, _asked(doubtful, rules))
        both = _States(changes, now, past, rules, shows)
        others += filter(both.was_there, doubtful)
        kept += [both.explained(f) for f in doubtful if not both.was_there(f)]
    return kept, others


def _asked(findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Rule]:
    """The rules that can say the same as those of some findings, and those of their families, which comments may name.

    Rules about comments know what all others have found.
    """
    families = {f.family for f in findings}
    if FAMILIES["suppressions"] in families:
        return list(rules)
    near = kin_of_each(rules)
    ids = frozenset().union(*(near[f.rule] for f in findings))
    return [rule for rule in rules if rule.id in ids or rule.family in families]


def _leads_through(finding: Finding, changes: Changes, absolute: Mapping[str, str]) -> bool:
    """Whether a place of the proof lies on a line of the change.

    Of the deciding place every line counts. The others may be whole functions and loops, named by their first line.
    """
    spans = [(finding.at, finding.at.end_line), *((row.at, row.at.line) for row in finding.related)]
    return any(changes.touches(absolute.get(at.path, ""), at.line, last) for at, last in spans)


# -- the tree before the change


def _before(tree: Tree, changes: Changes, cwd: str) -> tuple[Tree, dict[str, bytes]]:
    """The files as they were, and the contents of those that were others."""
    contents = changes.contents()
    modules = _modules_before(tree, changes, contents)
    wanted = {file.module.workspace for file in tree.files}
    there = {file.absolute: file for file in tree.files}
    files = []
    for path in there.keys() - changes.now.keys() | changes.past.keys():
        file = there.get(path)
        if file is None or modules != tree.modules:
            home = placed(path, modules, cwd) if path.endswith(".go") else None
            if file is None:
                file = home if home is not None and home.module.workspace in wanted else None
            elif home is not None:
                file = replace(file, module=home.module, package=home.package)
        files += [file] if file is not None else []
    files.sort(key=lambda file: (file.path, file.absolute))
    return Tree(tuple(files), modules, ()), contents


def _modules_before(tree: Tree, changes: Changes, contents: Mapping[str, bytes]) -> tuple[GoModule, ...]:
    """The modules by the go.mod files that were there; one whose go.mod is gone belongs to what is around it now."""
    of = {os.path.join(module.root, "go.mod"): module for module in tree.modules}
    before = {path: module for path, module in of.items() if path not in changes.now}
    for path, file in changes.past.items():
        root, name = os.path.split(path)
        if name == "go.mod":
            mod, _ = read_mod(contents[path], path)
            inside = placed(os.path.join(root, "any.go"), tree.modules, root)
            now = of.get(file.path) or (inside.module if inside is not None and not file.path else None)
            before[path] = GoModule(mod.path, root, mod.go, now.workspace if now is not None else _ELSEWHERE)
    return tuple(before[path] for path in sorted(before))


_ELSEWHERE = -1  # the workspace of modules that the run leaves out


# -- both states compared


class _States:
    """What was, and what is."""

    def __init__(
        self,
        changes: Changes,
        now: Judged,
        past: Judged,
        rules: Sequence[Rule],
        shows: Callable[[Finding], bool],
    ) -> None:
        self.changes = changes
        self.now = now
        self.past = past
        self.near = kin_of_each(rules)
        self.found = [f for f in past.findings if f.settled is None and shows(f)]
        self.absolute = {file.path: file.absolute for file in now.tree.files}
        self.absolute_past = {file.path: file.absolute for file in past.tree.files}

    def was_there(self, finding: Finding) -> bool:
        """Whether a rule that asks the same spoke of the same container before, or of the same line."""
        line = self.changes.before(self.absolute.get(finding.at.path, ""), finding.at.line)
        return any(
            f.rule in self.near[finding.rule]
            and (
                (finding.container and finding.container in self.names(f.container))
                or (self.absolute_past.get(f.at.path, ""), f.at.line) == line
            )
            for f in self.found
        )

    @cached_property
    def packages(self) -> dict[str, set[str]]:
        """The import paths that the files of each package have now."""
        there = {file.absolute: file.package for file in self.now.tree.files}
        found: dict[str, set[str]] = {}
        for file in self.past.tree.files:
            changed = self.changes.past.get(file.absolute)
            now = there.get(changed.path if changed is not None else file.absolute)
            found.setdefault(file.package, set()).update([now] if now is not None else ())
        return found

    def names(self, container: str) -> set[str]:
        """What a container of the state before may be called now: its package may have another path."""
        prefixes = (container[:at] for at, sign in enumerate(container) if sign == ".")
        package = max((prefix for prefix in prefixes if prefix in self.packages), key=len, default="")
        return {container, *(now + container[len(package) :] for now in self.packages.get(package, ()))}

    def explained(self, finding: Finding) -> Finding:
        """The finding, with the words that tell what the change did to make it."""
        kept = _takings(self.now_maps.get(finding.container))
        were = _takings(self.past_maps.get(finding.container))
        lost = [e for e in were if self.cut(e.at)] if len(kept) < len(were) else []
        if not lost:
            return replace(finding, message=f"{finding.message}; this was not so at {self.changes.since}")
        first, text = lost[0], lost[0].body.file.text(lost[0].node)
        where = f"{text} ({first.at.path}:{first.at.line} at {self.changes.since})"
        if kept:
            what = where
        elif len(lost) > 1:
            what = f"the last {len(lost)} removals, {where} first"
        else:
            what = f"the last {where}"
        here = self.here(first.at)
        return replace(
            finding,
            message=f"{finding.message}; this change removes {what}",
            related=(
                *finding.related,
                *([Related(here, f"removed here: {text}")] if here is not None else ()),
            ),
        )

    @cached_property
    def now_maps(self) -> dict[str, Map]:
        return {m.container.key: m for space in self.now.spaces for m in space.maps()}

    @cached_property
    def past_maps(self) -> dict[str, Map]:
        """The maps of the state before, by the names they may have now."""
        every = (m for space in self.past.spaces for m in space.maps())
        return {name: m for m in every for name in self.names(m.container.key)}

    def cut(self, at: Span) -> bool:
        return self.changes.takes(self.absolute_past.get(at.path, ""), at.line, at.line)

    def here(self, at: Span) -> Span | None:
        """The line that stands now where one was taken away, or the one before if that is empty."""
        found = self.changes.after(self.absolute_past[at.path], at.line, at.line)
        files = (file for space in self.now.spaces for file in space.program.workspace.files)
        file = next((f for f in files if found is not None and self.absolute[f.path] == found[0]), None)
        if file is None or found is None:
            return None
        lines = file.source.split(b"\n")
        line = min(found[1], len(lines))
        while line > 1 and not lines[line - 1].strip():
            line -= 1
        text = lines[line - 1].rstrip()
        return Span(file.path, line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1)


def _takings(m: Map | None) -> list[Event]:
    """What takes entries out of a map while the program runs."""
    return [*m.removals, *m.resets] if m is not None else []
