"""The field notes agree with the findings they are about."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
ROW = re.compile(r"^\| (\d): .*? \| .*? \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| [\d.]+ \|$", re.MULTILINE)


def test_every_look_has_the_figures_of_its_findings() -> None:
    findings = [json.loads(line) for line in (DOCS / "field/growth.jsonl").read_text("utf-8").splitlines()]
    counted = Counter((f["look"], f["verdict"]) for f in findings if f["confidence"] == "high")
    told = {
        int(row[0]): tuple(map(int, row[1:]))
        for row in ROW.findall((DOCS / "field-notes.md").read_text("utf-8"))
    }
    assert told == {
        look: (
            sum(n for (at, _), n in counted.items() if at == look),
            counted[look, "right"],
            counted[look, "wrong"],
            counted[look, "unsure"],
        )
        for look in {f["look"] for f in findings}
    }


SHAPES = re.compile(r"^\| (GML\d+) (high|medium) \| (.*) \|$", re.MULTILINE)


def test_the_rules_of_the_forgotten_path_have_the_figures_of_their_findings() -> None:
    findings = [
        json.loads(line) for line in (DOCS / "field/structural.jsonl").read_text("utf-8").splitlines()
    ]
    counted = Counter((f["rule"], f["confidence"], f["look"], f["verdict"]) for f in findings)
    told: dict[tuple[str, str, int, str], int] = {}
    for rule, confidence, cells in SHAPES.findall((DOCS / "field-notes.md").read_text("utf-8")):
        for look, cell in enumerate(cells.split(" | "), 1):
            figures = map(int, cell.split(" / ")) if "/" in cell else (0, 0, 0)
            for verdict, figure in zip(("right", "wrong", "unsure"), figures, strict=True):
                told[rule, confidence, look, verdict] = figure
    assert counted == Counter({key: figure for key, figure in told.items() if figure})
