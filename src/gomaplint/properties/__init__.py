"""The vocabulary of rules: questions about one entity, each with three answers and the evidence for them.

A property speaks of Go maps in words that make sense without any rule; its docstring is its public documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from gomaplint.span import Answer


class Property(NamedTuple):
    """A question: the kind of entity it is about, its name in rules, and how it is answered."""

    of: type
    name: str
    ask: Callable[[Any], Answer]

    @property
    def doc(self) -> str:
        return " ".join((self.ask.__doc__ or "").split())


_REGISTRY: dict[tuple[type, str], Property] = {}


def property_of(kind: type) -> Callable[[Callable[[Any], Answer]], Callable[[Any], Answer]]:
    """Register a function as a property of an entity; its name, with spaces for underscores, is the word for rules."""

    def register(ask: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        name = ask.__name__.replace("_", " ")
        _REGISTRY[kind, name] = Property(kind, name, ask)
        return ask

    return register


def properties(kind: type | None = None) -> dict[str, Property]:
    """All properties of one kind of entity, or of every kind, by name."""
    for found in iter_modules(__path__, f"{__name__}."):
        import_module(found.name)  # importing registers
    return {
        name: p for (of, name), p in sorted(_REGISTRY.items(), key=lambda i: i[0][1]) if kind in (None, of)
    }
