"""Every key of a configuration, once: what reads it, its JSON schema and its documentation all come from here."""

from __future__ import annotations

from typing import NamedTuple

from gomaplint.config import values
from gomaplint.config.values import Kind


class Key(NamedTuple):
    """A key: the table that it stands in ("" for the top), its kind of values, and what to tell of it.

    `default` and `example` are written as TOML, the example with its key; "" where there is no default.
    `run` tells that it is for the whole run, and not for the files below the configuration.
    """

    table: str
    name: str
    kind: Kind
    default: str
    says: str
    example: str
    run: bool = False

    @property
    def full(self) -> str:
        """The key with its table."""
        return f"{self.table}.{self.name}" if self.table else self.name


KEYS = (
    Key(
        "",
        "select",
        values.SELECTED,
        "",
        "The rules to report, by id, name, prefix or family; all where it is left out.",
        'select = ["growth", "GML201"]',
    ),
    Key("", "ignore", values.RULES, "[]", "Rules to leave out of them.", 'ignore = ["GML503"]'),
    Key(
        "",
        "min-confidence",
        values.CONFIDENCE,
        '"high"',
        "The least confidence that is shown.",
        'min-confidence = "medium"',
    ),
    Key(
        "",
        "severity",
        values.SEVERITY,
        "{}",
        "Another severity for rules: note, warning or error; the most specific word counts.",
        'severity = { growth = "error" }',
    ),
    Key(
        "",
        "rules",
        values.PATHS,
        "[]",
        "Folders with rules of your own, as seen from this file.",
        'rules = ["lint/rules"]',
    ),
    Key(
        "",
        "fail-on",
        values.FAIL_ON,
        '"note"',
        "The least severity that fails the run.",
        'fail-on = "warning"',
        run=True,
    ),
    Key(
        "", "tests", values.FLAG, "false", "Whether _test.go files are reported on.", "tests = true", run=True
    ),
    Key(
        "",
        "tags",
        values.STRINGS,
        "[]",
        "Build tags whose files are reported on, too.",
        'tags = ["integration"]',
        run=True,
    ),
    Key(
        "",
        "go",
        values.VERSION,
        "",
        "The Go version to take every file as; go.mod tells where it is left out.",
        'go = "1.21"',
        run=True,
    ),
    Key(
        "",
        "all-modules",
        values.FLAG,
        "false",
        "Whether the modules nested in this one are read, too.",
        "all-modules = true",
        run=True,
    ),
    Key(
        "",
        "max-file-size",
        values.SIZE,
        '"2MB"',
        "Larger files are not parsed.",
        'max-file-size = "2MB"',
        run=True,
    ),
    Key("", "jobs", values.PROCESSES, "0", "Number of processes; 0 chooses.", "jobs = 2", run=True),
    Key(
        "",
        "baseline",
        values.PATH,
        "",
        "The file of findings that are known already, as seen from this file.",
        'baseline = ".gomaplint-baseline"',
        run=True,
    ),
    Key(
        "paths",
        "match",
        values.MATCH,
        "",
        "The files that this table is for; needed.",
        'match = ["internal/legacy/**", "*_gen.go"]',
    ),
    Key(
        "paths",
        "select",
        values.SELECTED,
        "",
        "The rules to report there, in place of what was selected and ignored above.",
        'select = ["GML201"]',
    ),
    Key("paths", "ignore", values.RULES, "[]", "More rules to leave out there.", 'ignore = ["growth"]'),
    Key(
        "paths",
        "min-confidence",
        values.CONFIDENCE,
        "",
        "The least confidence that is shown there.",
        'min-confidence = "low"',
    ),
    Key(
        "paths",
        "severity",
        values.SEVERITY,
        "{}",
        "The severity of rules there.",
        'severity = { hazards = "error" }',
    ),
    Key(
        "known",
        "evicts",
        values.NAMES,
        "[]",
        "Functions and methods that take entries out of a map that they are handed, or whose method they are.",
        'evicts = ["example.com/lib/mapx.Trim", "example.com/lib/lru.Cache.Purge"]',
    ),
    Key(
        "known",
        "bounded",
        values.TYPES,
        "[]",
        "Types of which there are few values.",
        'bounded = ["example.com/m/tenant.ID"]',
    ),
    Key(
        "known",
        "long-lived",
        values.TYPES,
        "[]",
        "Types whose values live as long as the program.",
        'long-lived = ["example.com/m/server.Server"]',
    ),
    Key(
        "known",
        "keys",
        values.NAMES,
        "[]",
        "Functions and methods whose results come from requests; types whose values and parts do.",
        'keys = ["example.com/m/auth.UserFrom"]',
    ),
)
"""In the order in which they are told."""


def of_table(table: str) -> dict[str, Key]:
    """The keys of a table by name."""
    return {key.name: key for key in KEYS if key.table == table}
