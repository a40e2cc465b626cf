"""Which configuration governs what: the nearest one at or above a file, and the one of the run."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from gomaplint.config.options import Options
from gomaplint.config.reading import FILE_NAME, Config, Layer, Place, Said, Word, read
from gomaplint.discover.folders import relative
from gomaplint.errors import UserError
from gomaplint.finding import Note

COMMAND_LINE = Place("command line")
_NONE = Config()


class Configs:
    """The configurations of one run; each is read when something below it is first asked about.

    A file is governed by the nearest `.gomaplint.toml` at or above its folder, up to the folder that holds .git.
    With `file` that one governs everything, and if `isolated` none does.
    A faulty one is a UserError.
    """

    def __init__(self, cwd: str, file: str | None = None, *, isolated: bool = False) -> None:
        if isolated and file is not None:
            raise UserError("--isolated reads no configuration; leave out --config")
        self.cwd = os.path.abspath(cwd)
        self._folders: dict[str, Config] = {}
        self._one = _NONE if isolated else None
        if file is not None:
            self._one = read(os.path.join(self.cwd, file), file)

    @property
    def run(self) -> Config:
        """The configuration of the run: the nearest at or above the folder that it was started in."""
        return self.of_folder(self.cwd)

    def of_folder(self, folder: str) -> Config:
        """The configuration that governs the files of a folder."""
        if self._one is not None:
            return self._one
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._nearest(folder)
        return known

    def _nearest(self, folder: str) -> Config:
        file = os.path.join(folder, FILE_NAME)
        if os.path.lexists(file):
            return read(file, seen_from(self.cwd, file))
        above = os.path.dirname(folder)
        last = above == folder or os.path.lexists(os.path.join(folder, ".git"))
        return _NONE if last else self.of_folder(above)

    def in_force(self, files: Iterable[str]) -> list[Config]:
        """The configurations that govern some files, by their path as it is shown."""
        folders = {os.path.dirname(file) for file in files}
        found = {id(config): config for config in map(self.of_folder, folders) if config is not _NONE}
        return sorted(found.values(), key=lambda config: config.shown)

    def layer(self, file: str, options: Options) -> Layer:
        """Which findings show in a file (an absolute path), what was typed included."""
        config = self.of_folder(os.path.dirname(file))
        return config.layer_of(relative(file, config.folder)).under(command_line(options))

    def options(self, **given: Any) -> Options:
        """The options of the run: what was `given`, else what its configuration says, else the defaults."""
        said = {name.replace("-", "_"): said.value for name, said in self.run.run.items()}
        if "tags" in said:
            said["tags"] = frozenset(said["tags"])
        return Options(**{**said, **given})

    def idle(self, configs: Sequence[Config]) -> Iterator[Note]:
        """A note on each configuration whose keys for a whole run do not count in this one."""
        for config in configs:
            if config is not self.run and config.run:
                names = list(config.run)
                verb = "counts" if len(names) == 1 else "count"
                where = os.path.dirname(config.shown) or "."
                says = f"{', '.join(names)} {verb} only for runs that start in {where}"
                yield Note(*config.run[names[0]].at, says)


def seen_from(cwd: str, path: str) -> str:
    """An absolute path as seen from a folder, with "/"; as it is where no way leads there."""
    with suppress(ValueError):  # another drive of Windows
        path = os.path.relpath(path, cwd)
    return path.replace(os.sep, "/")


def rule_folders(configs: Iterable[Config]) -> Collection[Path]:
    """The folders of own rules that some configurations name, each once."""
    return dict.fromkeys(folder for config in configs for folder in config.layer.rule_folders)


def command_line(options: Options) -> Layer:
    """What was typed, as the layer over all others."""
    select = None if options.select is None else _words(options.select, "--select")
    least = options.min_confidence
    return Layer(
        select,
        _words(options.ignore, "--ignore"),
        None if least is None else Said(least, COMMAND_LINE),
    )


def _words(texts: tuple[str, ...], option: str) -> tuple[Word, ...]:
    return tuple(Word(text, Place(option), COMMAND_LINE) for text in texts)
