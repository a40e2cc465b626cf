"""Compares writing SARIF with what json.dumps needs for the same text, side by side in one run.

python bench/sarif.py [FINDINGS]        10,000 unless said otherwise; medians of processor time
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from gomaplint.finding import Confidence, Finding, Related, Report, Severity
from gomaplint.report import FORMATS, Style
from gomaplint.rule import load_rules
from gomaplint.span import Span

ROUNDS = 5
FILES = 100
LINES = 300


def finding(number: int) -> Finding:
    """One of many findings, spread over the files."""
    path, line = f"internal/p{number % FILES}/store.go", number // FILES % (LINES - 2) + 1
    related = (
        Related(Span(path, line + 1, 2, line + 1, 8), "byPath is a package variable"),
        Related(Span(path, line + 2, 2, line + 2, 9), "the key comes from a request or a connection"),
    )
    return Finding(
        "GML101",
        "unevicted-package-map",
        Severity.NOTE,
        Confidence.HIGH,
        Span(path, line, 3, line, 20),
        f"byPath{number} gains an entry per path ← record(r.URL.Path), and nothing in example.com/m removes one",
        "delete the entry where what it stands for ends, or cap the map",
        related,
        container=f"example.com/m/p.byPath{number}",
        searched="delete, clear, another map in its place: not found in 4 uses in 3 functions of 1 file",
    )


def seconds(run: Callable[[], object]) -> float:
    """Processor time of one call."""
    began = time.process_time()
    run()
    return time.process_time() - began


def main(count: int) -> None:
    """Print one line."""
    sources = {
        f"internal/p{i}/store.go": [f"\tbyPath[path] = v{j} // größer" for j in range(LINES)]
        for i in range(FILES)
    }
    report = Report([finding(i) for i in range(count)], sources=sources, rules=load_rules())
    style = Style(cwd="/src", root="/src")
    text = FORMATS["sarif"](report, style)
    document = json.loads(text)
    ours = statistics.median(seconds(lambda: FORMATS["sarif"](report, style)) for _ in range(ROUNDS))
    dumps = statistics.median(
        seconds(lambda: json.dumps(document, separators=(",", ":"))) for _ in range(ROUNDS)
    )
    print(
        f"{count:,} findings, {len(text) / 1e6:.1f} MB: SARIF {ours:.2f} s, json.dumps of the same {dumps:.2f} s,"
        f" {ours / dumps:.1f} times"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
