"""Reports made by hand, and the golden files that rendered ones are held against."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from gomaplint import __version__
from gomaplint.finding import (
    IN_BASELINE,
    SUPPRESSED,
    Confidence,
    Edit,
    Estimate,
    Finding,
    Fix,
    Note,
    Related,
    Report,
    Settled,
    Severity,
)
from gomaplint.report import Style
from gomaplint.span import Span

GOLDEN = Path(__file__).parent / "golden"
PLAIN = Style(width=100, cwd="/src/chat")
COLOURED = Style(color=True, links=True, width=100, cwd="/src/chat")

HUB = """\
package hub

import (
	"net/http"
	"sync"
)

// Hub keeps the sessions of everybody who ever joined.
type Hub struct {
	mu     sync.Mutex
	byName map[string]*session
}

func (h *Hub) Join(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.byName[r.URL.Path]; !ok {
		h.byName[r.URL.Path] = newSession(r)
	}
}
"""

MAIN = """\
package main

import "example.com/chat/hub"

var rooms = hub.New()
"""

SIZES = """\
package größe

var größen = map[string]int{} // Übersicht: 世界 🌍, cafe\u0301

func zählen(名前 string) {
	/* 世界 🌍 */ größen[名前]++ // schön
}

func leeren() {
	if len(größen) > 10_000 && strings.Contains(erklärung, "a long text that pushes the rest of the line out of sight") { größen["世界"]++ } // and there is yet more to say
	for k := range größen {
		delete(größen, k)
	}
}
"""  # noqa: E501

WORKER = """\
package worker

func Start(jobs []Job) {
	for _, job := range jobs {
		go func() {
			process(job)
		}()
	}
}
"""

SOURCES = {
    "hub/hub.go": HUB.split("\n"),
    "main.go": MAIN.split("\n"),
    "größe/größe.go": SIZES.split("\n"),
    "worker/worker.go": WORKER.split("\n"),
}


def span(path: str, line: int, text: str) -> Span:
    """Return the place of `text` in a line of a sample, in bytes as Go counts them."""
    source = SOURCES[path][line - 1].encode("utf-8", "surrogateescape")
    wanted = text.encode()
    column = source.index(wanted) + 1
    return Span(path, line, column, line, column + len(wanted))


FIELD_MAP = Finding(
    "GML102",
    "unevicted-field-map",
    Severity.WARNING,
    Confidence.HIGH,
    span("hub/hub.go", 18, "h.byName[r.URL.Path] = newSession(r)"),
    "Hub.byName gains an entry per r.URL.Path and nothing in example.com/chat removes one",
    "remove the entry where the session ends, or cap the map",
    (
        Related(span("hub/hub.go", 11, "byName"), "declared here, a field of Hub"),
        Related(
            span("main.go", 5, "rooms"), "lives as long as the program: a package variable holds the Hub"
        ),
        Related(
            span("hub/hub.go", 18, "r.URL.Path"), "the key comes from the request, so the sender chooses it"
        ),
    ),
    "example.com/chat/hub.Hub.byName",
    "example.com/chat/hub.Hub.Join",
    "delete, clear, a fresh map or a cap, in the 3 files that use byName, through aliases of it and in the"
    " functions it is handed to",
    Estimate(39.2, 58.3, 88, "string", "*session"),
)

PACKAGE_MAP = Finding(
    "GML101",
    "unevicted-package-map",
    Severity.WARNING,
    Confidence.MEDIUM,
    span("größe/größe.go", 6, "größen[名前]"),
    "größen gains an entry per 名前 and nothing in example.com/größe removes one",
    "remove the entry",
    (
        Related(span("größe/größe.go", 3, "größen"), "declared here, a package variable"),
        Related(span("größe/größe.go", 5, "名前"), "the key is a parameter"),
        Related(span("größe/größe.go", 10, 'größen["世界"]'), "also grows here"),
        Related(Span("größe/missing.go", 7, 2, 7, 8), "handed on here"),
    ),
    "example.com/größe.größen",
)

RANGE_CLEAR = Finding(
    "GML201",
    "range-clear",
    Severity.NOTE,
    Confidence.HIGH,
    Span("größe/größe.go", 11, 2, 13, 3),
    "the loop deletes every key of größen, whose table stays as large as it was",
    "write clear(größen), or größen = make(map[string]int) to give the memory back",
    container="example.com/größe.größen",
)

RANGE_VARIABLE = Finding(
    "GML301",
    "captured-range-variable",
    Severity.ERROR,
    Confidence.HIGH,
    span("worker/worker.go", 6, "job"),
    "the goroutine reads job, which all iterations share below Go 1.22",
    "pass it: go func(job Job) { ... }(job), or move go.mod to go 1.22",
    (
        Related(span("worker/worker.go", 4, "job"), "one variable for the whole loop"),
        Related(span("worker/worker.go", 5, "go func()"), "runs while the loop goes on"),
    ),
)

FULL = Report(
    [PACKAGE_MAP, RANGE_CLEAR, FIELD_MAP, RANGE_VARIABLE],
    [Note("", 0, "no go.mod here; Go 1.27 is assumed"), Note("hub/old.go", 12, "does not parse here")],
    {Confidence.LOW: 10, Confidence.MEDIUM: 4},
    sources=SOURCES,
    files=412,
    lines=81_233,
    seconds=0.812,
)
EMPTY = Report([], files=1, lines=2_000)


def edit(path: str, line: int, text: str, new: str) -> Edit:
    """Return the edit that puts `new` in the place of the bytes of `text` in a line of a sample."""
    before = "".join(f"{row}\n" for row in SOURCES[path][: line - 1])
    start = len(before.encode("utf-8", "surrogateescape")) + span(path, line, text).column - 1
    return Edit(path, start, start + len(text.encode()), new)


CLEAR_FIX = Fix(
    "replace the loop by clear(größen)",
    True,
    (
        edit("größe/größe.go", 11, "for k := range größen {", "clear(größen)"),
        edit("größe/größe.go", 12, "\t\tdelete(größen, k)", ""),
        edit("größe/größe.go", 13, "\t}", ""),
    ),
)
CAP_FIX = Fix(
    "add a limit of 10,000 entries",
    False,
    (
        edit(
            "hub/hub.go", 18, "\t\th.byName", "\t\tif len(h.byName) >= rooms.limit { return }\n\t\th.byName"
        ),
        edit("main.go", 5, "hub.New()", "hub.New(10_000)"),
    ),
)

MENDABLE = replace(FIELD_MAP, fixes=(CAP_FIX,))
CLEARABLE = replace(RANGE_CLEAR, fixes=(CLEAR_FIX, CAP_FIX), scope="example.com/größe.leeren")
SUPPRESSED_ONE = replace(
    PACKAGE_MAP,
    settled=Settled("twelve tenants | <b>no</b> more", at=Span("größe/größe.go", 6, 35, 6, 43)),
)
BASELINE_ONE = replace(RANGE_VARIABLE, settled=Settled("", external=True))

LIVED_WITH = replace(
    FULL,
    findings=[SUPPRESSED_ONE, CLEARABLE, MENDABLE, BASELINE_ONE],
    withheld={"not made by this change": 1_234, "not selected": 0},
)
"""A report with --show-suppressed, of findings that fixes are known for, too."""

KEPT_BACK = replace(
    FULL,
    findings=[CLEARABLE, MENDABLE],
    withheld={IN_BASELINE: 1, SUPPRESSED: 1, "not selected": 3},
    settled=[SUPPRESSED_ONE, BASELINE_ONE],
)
"""The same without --show-suppressed."""


def assert_golden(name: str, actual: str) -> None:
    """Hold `actual` against a file in tests/golden; GOMAPLINT_UPDATE_GOLDEN=1 writes that file instead."""
    path = GOLDEN / name
    actual = actual.replace(f'"version": "{__version__}"', '"version": "0.0.0"')
    if os.environ.get("GOMAPLINT_UPDATE_GOLDEN"):
        path.write_bytes(actual.encode())
    assert path.read_bytes().decode() == actual
