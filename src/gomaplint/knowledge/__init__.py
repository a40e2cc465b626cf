"""What libraries do, as data: each table is a TOML file beside this one, each entry with its source."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from gomaplint.knowledge import team
from gomaplint.toml import parse


@cache
def table(name: str) -> dict[str, Any]:
    """One table as parsed TOML."""
    return parse((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


@cache
def words(group: str) -> frozenset[str]:
    """A group of words from names.toml."""
    return frozenset(table("names")[group]["words"])


@cache
def results() -> dict[tuple[str, str], tuple[str, ...]]:
    """Result types of functions and methods ("Type.Method") outside the run, by import path and name."""
    return {
        (path, name): tuple(types)
        for path, entries in table("results").items()
        if path != "conversions"
        for name, types in entries.items()
        if isinstance(types, list)
    }


@cache
def fields() -> dict[tuple[str, str], str]:
    """Types of fields ("Type.Field") of library structs, by import path and name."""
    return {
        (path, name): of
        for path, entries in table("results").items()
        if path != "conversions"
        for name, of in entries.items()
        if isinstance(of, str) and name != "source"
    }


@cache
def conversions() -> frozenset[tuple[str, str]]:
    """Types outside the run that values are converted to, by import path and name."""
    return frozenset(
        (path, name) for path, names in table("results")["conversions"]["types"].items() for name in names
    )


@cache
def key_packages(group: str) -> frozenset[str]:
    """Import paths that a group of keys.toml names as a whole."""
    return frozenset(path for entry in table("keys")[group]["packages"] for path in entry["paths"])


@cache
def in_key_packages(path: str, group: str) -> bool:
    """A group of keys.toml names a package as a whole, or a folder above it."""
    packages = key_packages(group)
    return path in packages or any(p.endswith("/") and path.startswith(p) for p in packages)


@cache
def key_functions(group: str) -> frozenset[tuple[str, str]]:
    """Functions of a group of keys.toml, by import path and name."""
    return _pairs(table("keys")[group].get("functions", ()))


@cache
def key_types(group: str) -> frozenset[tuple[str, str]]:
    """Types of a group of keys.toml, by import path and name."""
    return _pairs(table("keys")[group].get("types", ()))


@cache
def subscribed_types() -> frozenset[tuple[str, str]]:
    """Messages of which a consumer gets those that it asked for."""
    return _pairs(table("keys")["bounded"]["subscribed"]["types"])


@cache
def request_types() -> frozenset[tuple[str, str]]:
    """Types whose values each stand for one request or message, by import path and name."""
    return _pairs(table("requests")["type"])


def _pairs(entries: Iterable[dict[str, Any]]) -> frozenset[tuple[str, str]]:
    """Every name of an entry in every package of it."""
    return frozenset((path, name) for entry in entries for path in entry["paths"] for name in entry["names"])


@cache
def methods(path: str, type_name: str) -> dict[str, str]:
    """What the methods of a container type of a library do with its entries: insert, remove, clear, read ..."""
    for entry in table("containers")["type"]:
        if entry["path"] == path and entry["name"] == type_name:
            return {method: effect for effect, names in entry["methods"].items() for method in names}
    return {}


def function_effect(path: str, name: str) -> str | None:
    """What a library function does to the map that is its first argument; a team's own knowledge counts."""
    names = team.known().evicts
    return "remove" if names and f"{path}.{name}" in names else _function_effect(path, name)


@cache
def _function_effect(path: str, name: str) -> str | None:
    for entry in table("containers")["functions"]:
        if path in entry["paths"]:
            for effect, names in entry["effects"].items():
                if name in names:
                    return str(effect)
    return None


@cache
def shorteners(path: str) -> frozenset[str]:
    """Library functions that give back their first argument, a slice, without some of its elements."""
    return frozenset(
        name
        for entry in table("containers")["shorteners"]
        if path in entry["paths"]
        for name in entry["names"]
    )
