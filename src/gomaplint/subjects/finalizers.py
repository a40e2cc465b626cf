"""Collector tasks: what a program leaves to the garbage collector."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gomaplint.finding import Related
from gomaplint.model.maps import Analysis
from gomaplint.shapes.finalizers import CollectorTask, tasks
from gomaplint.subjects import Kind, Subject, declaration


def find(analysis: Analysis) -> Iterator[Subject]:
    """Each finalizer, each cleanup, and each weak pointer in a map."""
    return map(_subject, tasks(analysis))


class _Words(dict[str, str]):
    """Words of which those that tell what is wrong are found when a text asks for them."""

    def __init__(self, known: dict[str, str], task: CollectorTask) -> None:
        super().__init__(known)
        self._task = task

    def __getitem__(self, word: str) -> str:
        find = _FOUND.get(word)
        return find(self._task) if find is not None else super().__getitem__(word)


def _map(task: CollectorTask) -> str:
    return task.holding.map.container.name if task.holding is not None else ""


def _weak(task: CollectorTask) -> str:
    return task.map.container.name if task.map is not None else ""


def _argument(task: CollectorTask) -> str:
    return task.body.file.text(task.argument) if task.argument is not None and not task.given_itself else ""


_FOUND: dict[str, Callable[[CollectorTask], str]] = {
    "map": _map,
    "weak": _weak,
    "empty": lambda task: task.empty,
    "argument": _argument,
    "itself": lambda task: task.body.file.text(task.object) if task.given_itself else "",
    "cleanup": lambda task: "cleanup" if task.hook == "cleanup" else "",
}


def _subject(task: CollectorTask) -> Subject:
    file = task.body.file
    entry = task.entry
    words = {
        "object": file.text(task.object),
        "hook": task.hook,
        "key": entry.body.file.text(entry.key, 48) if entry is not None else "key",
        "function": str(task.body),
        "module": task.analysis.module,
    }
    reported = entry.body.file if entry is not None else file
    container = entry.container if entry is not None else None
    group = container.key if container is not None else f"{file.path}:{task.call.pos}"
    return Subject(
        reported,
        task.at,
        {"task": task},
        _Words(words, task),
        group,
        container.key if container is not None else "",
        container.at if container is not None else None,
        lambda: _related(task),
    )


def _related(task: CollectorTask) -> tuple[Related, ...]:
    call = task.body.file.span(task.call.pos, task.call.end)
    if task.map is not None:
        rows = [declaration(task.map)]
        if call != task.at:
            rows.append(Related(call, "the weak pointer is made here"))
        return tuple(rows)
    if task.holding is not None:
        held, removal = task.holding, task.holding.removal
        rows = [
            declaration(held.map),
            Related(held.at, f"{held.map.container.name} holds the object"),
            Related(removal.at, f"the {task.hook} would remove the entry here"),
        ]
        return tuple(dict.fromkeys(rows))
    if task.captor is not None:
        return (Related(task.captor, f"the {task.hook} captures the object here"),)
    if task.argument is not None:
        arg = task.argument
        return (Related(task.body.file.span(arg.pos, arg.end), "this argument holds the object"),)
    x = task.object
    return (Related(task.body.file.span(x.pos, x.end), f"the object of the {task.hook}"),)


KINDS = (
    Kind(
        "collector-task",
        find,
        {"task": CollectorTask},
        frozenset(("object", "hook", "key", "function", "module")),
        frozenset(_FOUND),
        "object",
    ),
)
