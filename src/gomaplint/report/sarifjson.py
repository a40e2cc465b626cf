"""Objects of sarif-om as JSON.

The library's own writer copies at every level, and leaves out each value that is the default of its class: a result of
level "warning" would take the level of its rule instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attr

_KEPT = frozenset(("level", "kind"))  # what a reader would take from elsewhere if it were left out


def dumps(log: object) -> str:
    """The JSON of an object of sarif-om, in ASCII, on one line."""
    return json.dumps(_Plain().of(log), separators=(",", ":")) + "\n"


class _Plain:
    """Turns objects into what `json` takes; an object that stands in many places is turned once."""

    def __init__(self) -> None:
        self._done: dict[int, dict[str, Any]] = {}
        self._fields: dict[type, dict[str, tuple[str, object]]] = {}

    def of(self, value: Any) -> Any:
        kind = value.__class__
        if kind is str or kind is int or kind is float or kind is bool:
            return value
        if kind is list:
            return [self.of(item) for item in value]
        if kind is dict:
            return {key: self.of(item) for key, item in value.items()}
        done = self._done.get(id(value))
        if done is None:
            done = self._done[id(value)] = {}
            fields = self._fields.get(kind) or self._fields_of(kind)
            for name, item in value.__dict__.items():
                if item is not None:
                    key, default = fields.get(name, (name, None))  # `status` of a suppression has no field
                    if default is None or item != default:
                        done[key] = self.of(item)
        return done

    def _fields_of(self, kind: type) -> dict[str, tuple[str, object]]:
        found = self._fields[kind] = {
            a.name: (a.metadata["schema_property_name"], None if a.name in _KEPT else _default(a.default))
            for a in attr.fields(kind)
        }
        return found


def _default(value: Any) -> object:
    factory: Callable[[], object] | None = getattr(value, "factory", None)
    return factory() if factory is not None else value
