"""What a user gets: the built wheel in an empty environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

import gomaplint

ROOT = Path(__file__).parent.parent
SHIPPED = {
    *(f"gomaplint/rules/{path.relative_to(ROOT / 'rules').as_posix()}" for path in ROOT.glob("rules/**/*.*")),
    *(
        f"gomaplint/{path.relative_to(ROOT / 'src/gomaplint').as_posix()}"
        for path in ROOT.glob("src/gomaplint/**/*.*")
    ),
}

# One worker builds and installs for all.
pytestmark = pytest.mark.xdist_group("install")


class Installed(NamedTuple):
    wheel: Path
    bin: Path

    def run(self, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run the installed command with nothing else on the path, no Go in particular."""
        env = {"PATH": str(self.bin), "PYTHONUTF8": "1"}
        if "SYSTEMROOT" in os.environ:
            env["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        command = [str(self.bin / "gomaplint"), *args]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    dist, home = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("empty")
    # Without --wheel the wheel is built from the source distribution, which so proves complete.
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), str(ROOT)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = dist.glob("*.whl")
    venv.create(home, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    return Installed(wheel, scripts)


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "examples" / "chat", tmp_path / "chat")


def test_the_wheel_holds_all_code_data_and_rules_and_nothing_else(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert {name for name in SHIPPED if "__pycache__" not in name} == held


def test_the_command_knows_its_version(installed: Installed, tmp_path: Path) -> None:
    assert gomaplint.__version__ in installed.run("--version", cwd=tmp_path).stdout


def test_the_rules_are_found(installed: Installed, tmp_path: Path) -> None:
    run = installed.run("rules", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    rules = [path.parent.name.split("-")[0] for path in ROOT.glob("rules/*/rule.toml")]
    assert rules
    assert [rule for rule in rules if rule not in run.stdout] == []


def test_the_faults_of_the_example_are_found(installed: Installed, chat: Path) -> None:
    run = installed.run("--format", "concise", "./...", cwd=chat)
    assert run.returncode == 1, run.stderr
    faults = [
        ("internal/metrics/metrics.go", "GML101"),
        ("internal/presence/presence.go", "GML102"),
        ("internal/room/hub.go", "GML201"),
        ("internal/session/session.go", "GML102"),
    ]
    found = [
        (line.split(":")[0], fault)
        for line in run.stdout.splitlines()
        for _, fault in faults
        if fault in line
    ]
    assert faults == sorted(set(found))
