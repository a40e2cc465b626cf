"""What is in force for a file or folder, and whence, a line for each key."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from gomaplint.config.keys import KEYS, Key
from gomaplint.config.nearest import COMMAND_LINE, Configs, seen_from
from gomaplint.config.options import Options
from gomaplint.config.reading import Layer, Place, Word
from gomaplint.errors import UserError

_WIDEST = 60  # comments stand below each other behind values of up to so many columns
_SOME_FILE = "\0"  # a file of a folder, with a name that no pattern names


class _Row(NamedTuple):
    """A key with a value, and the places that say so."""

    name: str
    value: Any
    at: Iterable[Place]


def file_at(cwd: str, path: str) -> str:
    """The absolute path of a file, or, for a folder, that of some file in it; UserError where there is neither."""
    place = os.path.normpath(os.path.join(cwd, path))
    if not os.path.exists(place):
        raise UserError(f"{path}: does not exist; name a file or folder, or nothing for this folder")
    return os.path.join(place, _SOME_FILE) if os.path.isdir(place) else place


def listing(configs: Configs, options: Options, file: str, typed: Collection[str]) -> str:
    """Every key with its value for a file, as TOML; comments tell where each is said.

    `typed` names the options that were typed.
    """
    lines = [*_lines(configs, options, file, typed)]
    width = min(max(len(said) for said, _ in lines), _WIDEST)
    return "".join(f"{said:{width}}  # {whence}\n" for said, whence in lines)


def _lines(
    configs: Configs, options: Options, file: str, typed: Collection[str]
) -> Iterator[tuple[str, str]]:
    layer = configs.layer(file, options)
    for key in KEYS:
        if key.table == "paths":
            continue
        if key.table == "known":
            rows = _known(configs, file, key)
        elif key.run:
            rows = _for_run(configs, options, key, typed)
        else:
            rows = _for_file(layer, key, configs.cwd)
        if not rows:
            yield f"{key.full} = {key.default}" if key.default else f"# {key.full} is not set", "default"
        for name, value, at in rows:
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}", ", ".join(dict.fromkeys(map(str, at)))


def _for_run(configs: Configs, options: Options, key: Key, typed: Collection[str]) -> list[_Row]:
    field = key.name.replace("-", "_")
    value = getattr(options, field)
    if key.name == "tags":
        value = sorted(value)
    elif key.name == "fail-on":
        value = "never" if value is None else str(value)
    elif key.name == "go":
        value = str(value)
    elif key.name == "baseline" and value is not None:
        value = seen_from(configs.cwd, value)
    if field in typed:
        return [_Row(key.name, value, (COMMAND_LINE,))]
    said = configs.run.run.get(key.name)
    return [_Row(key.name, value, (said.at,))] if said is not None else []


def _for_file(layer: Layer, key: Key, cwd: str) -> list[_Row]:
    if key.name == "min-confidence":
        said = layer.min_confidence
        return [_Row(key.name, str(said.value), (said.at,))] if said is not None else []
    if key.name == "severity":
        return [
            _Row(f"severity.{word}", str(said.value), (said.at,)) for word, said in layer.severity.items()
        ]
    if key.name == "rules":
        folders = [seen_from(cwd, os.fspath(said.value)) for said in layer.rules]
        return [_Row(key.name, folders, (said.at for said in layer.rules))] if folders else []
    return _words(key.name, layer.select if key.name == "select" else layer.ignore or None)


def _known(configs: Configs, file: str, key: Key) -> list[_Row]:
    """What the configurations of the file and of the run know."""
    both = {c.shown: c for c in (configs.run, configs.of_folder(os.path.dirname(file)))}
    words = [word for config in both.values() for word in config.known.get(key.name, ())]
    return _words(key.full, words or None)


def _words(name: str, words: Iterable[Word] | None) -> list[_Row]:
    if words is None:
        return []
    return [_Row(name, list(dict.fromkeys(w.text for w in words)), (w.of for w in words))]
