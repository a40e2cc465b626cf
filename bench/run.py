"""Compares gomaplint with the bare parse of the same files, side by side in one run.

    python bench/run.py DIR...        each DIR holds Go code; whole processes, interleaved, medians of the ratios

The bare parse reads the non-test Go files that gomaplint reads and does nothing but parse them with tree-sitter, in two
processes and in one. Peak memory is that of the largest process. One run before the first round compiles the modules.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 5

PARSE = """
import sys
from concurrent.futures import ProcessPoolExecutor
import tree_sitter, tree_sitter_go

def parse(paths):
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))
    for path in paths:
        with open(path, "rb") as handle:
            parser.parse(handle.read())

if __name__ == "__main__":
    paths = sys.stdin.read().splitlines()
    jobs = int(sys.argv[1])
    if jobs == 1:
        parse(paths)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            list(pool.map(parse, [paths[i::jobs] for i in range(jobs)]))
"""


def measure(command: list[str], folder: str, stdin: str = "") -> tuple[float, float]:
    """Seconds by the clock and megabytes of the largest process of one run."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdin is not None
        child.stdin.write(stdin.encode())
        child.stdin.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed in {folder} with status {child.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1000


def bench(folder: str) -> None:
    """Print one table for a folder."""
    from gomaplint.discover import discover

    files = [f.absolute for f in discover(("./...",), folder).files if not f.path.endswith("_test.go")]
    sources = [Path(f).read_bytes() for f in files]
    size, lines = sum(map(len, sources)), sum(s.count(b"\n") for s in sources)
    stdin = "\n".join(files)
    runs = {
        "bare parse, 2 processes": ([sys.executable, "-c", PARSE, "2"], stdin),
        "bare parse, 1 process": ([sys.executable, "-c", PARSE, "1"], stdin),
        "gomaplint": ([sys.executable, "-m", "gomaplint", "--fail-on", "never", "./..."], ""),
        "gomaplint --jobs 1": (
            [sys.executable, "-m", "gomaplint", "--fail-on", "never", "--jobs", "1", "./..."],
            "",
        ),
    }
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    measure(runs["gomaplint"][0], folder)  # what is installed is compiled before its first run
    for _ in range(ROUNDS):
        for name, (command, text) in runs.items():
            seen[name].append(measure(command, folder, text))
    print(
        f"\n{folder}: {len(files)} files, {lines:,} lines, {size / 1e6:.1f} MB; {ROUNDS} rounds, interleaved"
    )
    print(f"{'':26} {'median s':>9} {'spread':>13} {'x parse, 2':>11} {'x parse, 1':>11} {'MB':>6}")
    two, one = ([t for t, _ in seen[f"bare parse, {n}"]] for n in ("2 processes", "1 process"))
    for name, rows in seen.items():
        times = [t for t, _ in rows]
        ratios = [statistics.median(t / b for t, b in zip(times, base, strict=True)) for base in (two, one)]
        print(
            f"{name:26} {statistics.median(times):9.2f} {min(times):6.2f}-{max(times):<6.2f} "
            f"{ratios[0]:11.1f} {ratios[1]:11.1f} {max(m for _, m in rows):6.0f}"
        )


if __name__ == "__main__":
    if not sys.argv[1:]:
        raise SystemExit(__doc__)
    for argument in sys.argv[1:]:
        bench(os.path.abspath(argument))
