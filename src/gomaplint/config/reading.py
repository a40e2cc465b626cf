"""One configuration file: read, held against the table of keys, and kept with the places of what it says."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern
from typing import Any, NamedTuple

from gomaplint import toml
from gomaplint.config import globs
from gomaplint.config.keys import Key, of_table
from gomaplint.config.values import OfOtherKind, Wrong
from gomaplint.errors import UserError, near
from gomaplint.toml import KeyPath

FILE_NAME = ".gomaplint.toml"


class Place(NamedTuple):
    """Where something is said: a line of a file, or (line 0) an option."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Said(NamedTuple):
    """A value that somebody wrote, and where."""

    value: Any
    at: Place


class Word(NamedTuple):
    """One word of a list, where it stands, and where its list begins."""

    text: str
    at: Place
    of: Place


@dataclass(frozen=True, slots=True)
class Layer:
    """Which findings show, as a configuration, one of its [[paths]] or the command line tells it.

    `select` and `min_confidence` are None where nothing is said of them.
    `severity` holds the severity that each word gives to the rules that it stands for, the last said last.
    `rules` are the folders (as Path) of own rules that can be selected.
    """

    select: tuple[Word, ...] | None = None
    ignore: tuple[Word, ...] = ()
    min_confidence: Said | None = None
    severity: Mapping[str, Said] = field(default_factory=dict)
    rules: tuple[Said, ...] = ()

    def under(self, other: Layer) -> Layer:
        """This layer with another one over it: what that selects counts alone, what it ignores is left out, too."""
        severity = {word: said for word, said in self.severity.items() if word not in other.severity}
        return Layer(
            self.select if other.select is None else other.select,
            (self.ignore if other.select is None else ()) + other.ignore,
            other.min_confidence or self.min_confidence,
            {**severity, **other.severity},
            self.rules + other.rules,
        )

    @property
    def rule_folders(self) -> tuple[Path, ...]:
        """Where the rules lie that can be selected besides the built-in ones; all of them are there."""
        for said in self.rules:
            if not said.value.is_dir():
                raise UserError(
                    f"{said.at}: rules: there is no folder {said.value.as_posix()}; 'gomaplint new' begins one"
                )
        return tuple(said.value for said in self.rules)

    @property
    def words(self) -> list[Word]:
        """Every word that stands for rules."""
        graded = (Word(word, said.at, said.at) for word, said in self.severity.items())
        return [*(self.select or ()), *self.ignore, *graded]


class PathTable(NamedTuple):
    """One [[paths]]: the files that it is for, and what it says of them."""

    match: tuple[Pattern[str], ...]
    layer: Layer


@dataclass(frozen=True)
class Config:
    """What a configuration file says; one without a file says nothing.

    `folder` is where it lies, absolute, and `shown` is the file as people read it.
    `run` holds the keys for a whole run, `known` the names under each key of [known].
    """

    folder: str = ""
    shown: str = ""
    run: Mapping[str, Said] = field(default_factory=dict)
    layer: Layer = field(default_factory=Layer)
    paths: tuple[PathTable, ...] = ()
    known: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)

    def layer_of(self, inside: str | None) -> Layer:
        """What it says of a file, by the path as seen from `folder`; None for a file that lies elsewhere."""
        layer = self.layer
        for table in self.paths if inside is not None else ():
            if any(pattern.fullmatch(inside or "") for pattern in table.match):
                layer = layer.under(table.layer)
        return layer


def read(file: str, shown: str) -> Config:
    """The configuration in a file; whatever is wrong with it is a UserError that names the line and the cure."""
    try:
        with open(file, encoding="utf-8-sig") as handle:
            text = handle.read()
    except OSError as error:
        cure = "name a file of TOML" if os.path.isdir(file) else "--isolated does without"
        raise UserError(f"{shown}: {error.strerror}; {cure}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{shown}: is not UTF-8; save it as UTF-8") from error
    try:
        document = toml.read(text)
    except toml.NotToml as error:
        raise UserError(f"{shown}:{error.line}: not TOML: {error}") from error
    return _Reader(os.path.dirname(os.path.abspath(file)), shown, document).config()


class _Reader:
    def __init__(self, folder: str, shown: str, document: toml.Document) -> None:
        self.folder = folder
        self.shown = shown
        self.document = document

    def at(self, *path: str | int) -> Place:
        return Place(self.shown, self.document.line(path))

    def config(self) -> Config:
        data = self.document.data
        top = self.table(data, "", ())
        return Config(
            self.folder,
            self.shown,
            {
                name: self.said(name, top[name])
                for name, key in of_table("").items()
                if key.run and name in top
            },
            self.layer(top, (), self.folders(top.get("rules", ()))),
            tuple(self.paths(data.get("paths", []))),
            self.known(data.get("known", {})),
        )

    def table(self, data: Mapping[str, Any], table: str, path: KeyPath) -> dict[str, Any]:
        """The values of a table, each as its key reads it."""
        keys = of_table(table)
        inner = () if table else ("paths", "known")
        for name in data:
            if name not in keys and name not in inner:
                where = {"": "", "paths": " of [[paths]]", "known": " of [known]"}[table]
                raise UserError(
                    f"{self.at(*path, name)}: no key {name!r}{where}{near(name, (*keys, *inner))}"
                )
        return {name: self.value(keys[name], data[name], (*path, name)) for name in data if name in keys}

    def value(self, key: Key, value: Any, path: KeyPath) -> Any:
        try:
            return key.kind.read(value)
        except Wrong as error:
            says = f"{key.full} {error}"
            if isinstance(error, OfOtherKind):
                says += f", not {key.kind.says}; write {key.example}"
                if error.at:
                    says = f"an entry of {key.full} {error}, not a string; write {key.example}"
            raise UserError(f"{self.at(*path, *error.at)}: {says}") from error

    def said(self, name: str, value: Any) -> Said:
        """The value of a key at the top; a path is one as seen from the folder of the file."""
        if name == "baseline":
            value = os.fspath(self.inside(value))
        return Said(value, self.at(name))

    def folders(self, paths: Sequence[str]) -> tuple[Said, ...]:
        return tuple(Said(self.inside(path), self.at("rules", n)) for n, path in enumerate(paths))

    def inside(self, path: str) -> Path:
        return Path(os.path.normpath(os.path.join(self.folder, path)))

    def words(self, texts: tuple[str, ...], path: KeyPath) -> tuple[Word, ...]:
        return tuple(Word(text, self.at(*path, n), self.at(*path)) for n, text in enumerate(texts))

    def layer(self, values: Mapping[str, Any], path: KeyPath, rules: tuple[Said, ...] = ()) -> Layer:
        severity = values.get("severity", {}).items()
        return Layer(
            self.words(values["select"], (*path, "select")) if "select" in values else None,
            self.words(values.get("ignore", ()), (*path, "ignore")),
            Said(values["min-confidence"], self.at(*path, "min-confidence"))
            if "min-confidence" in values
            else None,
            {word: Said(level, self.at(*path, "severity", word)) for word, level in severity},
            rules,
        )

    def paths(self, tables: Any) -> list[PathTable]:
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise UserError(f"{self.at('paths')}: paths is no list of tables; write [[paths]] above its keys")
        found = []
        for number, table in enumerate(tables):
            path = ("paths", number)
            values = self.table(table, "paths", path)
            if "match" not in values:
                raise UserError(
                    f'{self.at(*path)}: [[paths]] without match; write match = ["**"] for all files'
                )
            found.append(PathTable(tuple(map(globs.compile, values["match"])), self.layer(values, path)))
        return found

    def known(self, table: Any) -> dict[str, tuple[Word, ...]]:
        if not isinstance(table, dict):
            raise UserError(f"{self.at('known')}: known is no table; write [known] above its keys")
        values = self.table(table, "known", ("known",))
        return {name: self.words(names, ("known", name)) for name, names in values.items()}
