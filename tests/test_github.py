"""The action and the workflow of docs/github.md, as far as they can be run without GitHub."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
PAGE = (ROOT / "docs" / "github.md").read_text("utf-8")
WORKFLOW, WITHOUT_SCANNING = (
    text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "jobs:" in text
)

pytestmark = pytest.mark.xdist_group("pre-commit")  # which makes environments, too


def filled(text: str, values: dict[str, str]) -> str:
    """Put inputs and outputs in the places of their expressions, as GitHub does."""
    return re.sub(r"\$\{\{ (?:inputs|steps\.install\.outputs)\.([\w-]+) \}\}", lambda f: values[f[1]], text)


class Runner:
    """Runs the scripts of the action one after the other, with the files that GitHub gives them."""

    def __init__(self, workspace: Path, **inputs: str) -> None:
        self.workspace = workspace
        defaults = {name: given["default"] for name, given in ACTION["inputs"].items()}
        self.inputs = {**defaults, **{name.replace("_", "-"): text for name, text in inputs.items()}}
        self.env = {**os.environ, "GITHUB_ACTION_PATH": os.fspath(ROOT)}
        for name in ("RUNNER_TEMP", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            self.env[name] = os.fspath(workspace.parent / name.lower())

    def step(self, name: str) -> subprocess.CompletedProcess[str]:
        step = next(step for step in ACTION["runs"]["steps"] if step["name"] == name)
        stored = Path(self.env["GITHUB_OUTPUT"])
        lines = stored.read_text().splitlines() if stored.exists() else []
        values = {**self.inputs, **dict(line.split("=", 1) for line in lines)}
        env = {key: filled(text, values) for key, text in step.get("env", {}).items()}
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        folder = self.workspace / filled(step.get("working-directory", "."), self.inputs)
        return subprocess.run(
            bash, cwd=folder, env={**self.env, **env}, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the action's first step has run."""
    workspace = tmp_path_factory.mktemp("runner") / "my service"
    shutil.copytree(ROOT / "examples" / "chat", workspace)
    (workspace / ".git").mkdir()
    ran = Runner(workspace).step("Install gomaplint")
    assert not ran.returncode, ran.stderr
    return workspace


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_the_action_writes_a_report_and_tells_where(installed: Path) -> None:
    runner = Runner(installed, category="services/chat", patterns="./internal/... .")
    ran = runner.step("Check")
    assert (0, "") == (ran.returncode, ran.stderr)
    assert "sarif-file=./gomaplint.sarif" in Path(runner.env["GITHUB_OUTPUT"]).read_text()
    [run] = json.loads((installed / "gomaplint.sarif").read_text())["runs"]
    assert {"id": "services/chat/"} == run["automationDetails"]
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]}
    assert "internal/metrics/metrics.go" in uris


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
@pytest.mark.parametrize(("fail_on", "status"), [("note", 1), ("never", 0), ("everything", 2)])
def test_the_step_fails_when_asked_to(installed: Path, fail_on: str, status: int) -> None:
    assert status == Runner(installed, fail_on=fail_on).step("Check").returncode


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_the_job_without_code_scanning_annotates_lines_and_gets_a_summary(installed: Path) -> None:
    workflow = yaml.safe_load(WITHOUT_SCANNING)
    [job] = workflow["jobs"].values()
    assert {"contents": "read"} == job["permissions"]
    inputs = {name: str(given).lower() for name, given in job["steps"][-1]["with"].items()}
    assert "false" == inputs["upload"]
    runner = Runner(installed)
    runner.inputs |= inputs
    ran = runner.step("Check")
    assert (1, "") == (ran.returncode, ran.stderr)
    assert "::notice file=internal/metrics/metrics.go,line=36," in ran.stdout
    assert (
        "<code>internal/metrics/metrics.go:36</code>" in Path(runner.env["GITHUB_STEP_SUMMARY"]).read_text()
    )


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
def test_an_input_cannot_become_a_command(installed: Path) -> None:
    ran = Runner(installed, category='"; touch bad; "', patterns="./... $(touch bad)").step("Check")
    assert 2 == ran.returncode
    assert not (installed / "bad").exists()


def test_no_script_has_an_input_pasted_into_it() -> None:
    assert [] == [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step.get("run", "")]


def test_the_page_names_every_input_with_its_default() -> None:
    told = dict(re.findall(r"^\| `([\w-]+)` \| `([^`|]*)` \|", PAGE, re.MULTILINE))
    assert {name: given["default"] or '""' for name, given in ACTION["inputs"].items()} == told


def test_the_workflow_asks_for_no_more_than_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW)
    assert {} == workflow["permissions"]
    [job] = workflow["jobs"].values()
    assert {"contents": "read", "security-events": "write"} == job["permissions"]
    assert not job["steps"][0]["with"]["persist-credentials"]
