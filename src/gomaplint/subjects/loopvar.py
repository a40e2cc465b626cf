"""Loop variables that outlive their iteration."""

from __future__ import annotations

from collections.abc import Iterator

from gomaplint import goast as g
from gomaplint.finding import Related
from gomaplint.fixes.loopvars import copied
from gomaplint.model.maps import Analysis
from gomaplint.shapes.loopvars import Capture, LoopVariable, addresses, captures
from gomaplint.subjects import Kind, Subject


def _find_captures(analysis: Analysis) -> Iterator[Subject]:
    """Each use of a loop variable in a closure that may outlive the iteration."""
    for capture in captures(analysis.program):
        yield _subject(capture)


def _find_addresses(analysis: Analysis) -> Iterator[Subject]:
    """Each address of a loop variable that may outlive the iteration."""
    for capture in addresses(analysis.program):
        yield _subject(capture)


def _subject(capture: Capture) -> Subject:
    variable = capture.variable
    file = variable.local.body.file
    kind = "range variable" if isinstance(variable.loop, g.RangeStmt) else "loop variable"
    words = {
        "variable": variable.local.name,
        "kind": kind,
        "kept": capture.kept.how,
        "version": str(file.version),
        "what": file.text(capture.holder, 30) if not isinstance(capture.holder, g.FuncLit) else "the closure",
        "assigned": "assigned with = and not declared by the loop" if variable.assigned else "",
    }
    declared = f"{variable.local.name} is one variable for all iterations"
    related = (Related(variable.at, declared), Related(capture.kept.at, f"the value {capture.kept.how}"))
    holder = f"{file.path}:{capture.holder.pos}:{variable.local.pos}"
    return Subject(
        file,
        capture.at,
        {"variable": variable, "use": capture},
        words,
        holder,
        "",
        variable.at,
        lambda: related[: 1 + (related[1].at != capture.at)],
        fixes=lambda: copied(capture),
    )


_WORDS = frozenset(("variable", "kind", "kept", "version", "what"))
_ROLES = {"variable": LoopVariable, "use": Capture}

KINDS = (
    Kind("range-capture", _find_captures, _ROLES, _WORDS, frozenset(("assigned",)), "variable"),
    Kind("range-address", _find_addresses, _ROLES, _WORDS, frozenset(("assigned",)), "variable"),
)
