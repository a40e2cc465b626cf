#!/usr/bin/env python3
"""Set this project up in .venv and use it; the machine's own Python stays as it is.

python3 dev.py run [DIR] [OPTION ...]     look at the Go module in DIR; without DIR at examples/chat
python3 dev.py run PATTERN ...            the same with Go's patterns, or any command of gomaplint
python3 dev.py test [PYTEST OPTION ...]   ruff, mypy and pytest, one after the other

Needs Python 3.10 or newer and, the first time, a package index to install from.
"""

# Kept readable for Python 3.6, so that an old Python gets a message and no syntax error.

import hashlib
import os
import subprocess
import sys
from typing import NoReturn

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python")
STAMP = os.path.join(VENV, "installed")
OLDEST = (3, 10)

TEST_KINDS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "--diff", "."],
    "mypy": ["-m", "mypy"],
    "pytest": ["-m", "pytest"],
}


def main(args: "list[str]") -> int:
    """Carry out one command line and return its exit status."""
    command, rest = (args[0], args[1:]) if args else ("help", [])
    if command == "run":
        prepare("")
        return call([os.path.join(BIN, "gomaplint"), *run_arguments(rest)])
    if command == "test":
        prepare("test")
        return run_tests(rest)
    print(__doc__.strip())
    return 0 if command in ("help", "-h", "--help") else 2


def run_arguments(args: "list[str]") -> "list[str]":
    """Turn what stands after `run` into gomaplint's arguments: a leading DIR means everything below it."""
    if args and is_module(args[0]):
        return [below(args[0]), *args[1:]]
    if args and (not args[0].startswith("-") or any(is_pattern(arg) for arg in args)):
        return args
    if "--help" in args or "--version" in args:
        return args
    return [below(os.path.join(ROOT, "examples", "chat")), *args]


def is_module(arg: str) -> bool:
    """Tell a folder from a command of the same name: a bare word must be a folder with Go in it."""
    if not os.path.isdir(arg):
        return False
    bare = arg == os.path.basename(arg) and arg not in (".", "..")
    return not bare or any(name == "go.mod" or name.endswith(".go") for name in os.listdir(arg))


def is_pattern(arg: str) -> bool:
    """Recognise one of Go's patterns among options."""
    return arg == "-" or arg.endswith((".go", "...")) or (not arg.startswith("-") and is_module(arg))


def below(folder: str) -> str:
    """Return the pattern for everything below a folder, short where the folder is near."""
    path = os.path.abspath(folder)
    try:
        near = os.path.relpath(path)
    except ValueError:  # another drive
        near = path
    if not near.startswith(os.pardir):
        path = near if near.startswith(os.curdir) else os.path.join(os.curdir, near)
    return path.replace(os.sep, "/").rstrip("/") + "/..."


def run_tests(pytest_args: "list[str]") -> int:
    """Run every kind of test, also after a failure, and return the first failure's status."""
    env = dict(os.environ, PATH=BIN + os.pathsep + os.environ.get("PATH", ""), GOTOOLCHAIN="local")
    status = {}
    for kind, command in TEST_KINDS.items():
        say(kind)
        extra = pytest_args if kind == "pytest" else []
        status[kind] = call([PYTHON, *command, *extra], ROOT, env)
    say(", ".join(kind + (" FAILED" if status[kind] else " passed") for kind in status))
    return next((code for code in status.values() if code), 0)


def prepare(extra: str) -> None:
    """Bring .venv up to date with pyproject.toml; what an extra once brought in stays."""
    found = read(STAMP).split("\n")
    if found[0] == fingerprint() and extra in found[1:] and os.path.exists(PYTHON):
        return
    wanted = sorted({extra, *found[1:]} - {""})
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if not works(PYTHON, "import pip"):
        python = suitable_python()
        say("making .venv with " + python)
        if call([python, "-I", "-m", "venv", "--clear", VENV]):
            stop("no virtual environment could be made in " + VENV)
    say("installing gomaplint" + (" and what its tests need" if wanted else "") + " into .venv")
    package = ".[" + ",".join(wanted) + "]" if wanted else "."
    # A user's own pip settings must not lead the installation out of .venv.
    env = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if call([PYTHON, "-I", "-m", "pip", "install", "--quiet", "--editable", package], ROOT, env):
        stop("the installation failed, pip says why above; run the same command again to go on")
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write("\n".join([fingerprint(), "", *wanted]))


def fingerprint() -> str:
    """Sum up what makes an installation stale: the project's needs, and the place it was moved to."""
    pyproject = read(os.path.join(ROOT, "pyproject.toml"))
    return hashlib.sha256((ROOT + "\n" + pyproject).encode("utf-8")).hexdigest()


def suitable_python() -> str:
    """Return this Python or a newer one on the path; stop and say what to install where there is none."""
    newer = [f"python3.{minor}" for minor in range(20, OLDEST[1] - 1, -1)]
    for python in [sys.executable, *newer]:
        if works(python, "import venv, ensurepip"):
            return python
    needed = f"Python {OLDEST[0]}.{OLDEST[1]} or newer"
    if sys.version_info < OLDEST:
        stop(
            needed + " is needed, and " + sys.executable + " is " + sys.version.split()[0] + ".\n"
            "Install one from python.org or your system's packages; it may stand beside the old one."
        )
    stop(
        "this Python cannot make virtual environments: its modules venv or ensurepip are missing.\n"
        "On Debian and Ubuntu: apt install python3-venv; elsewhere install " + needed + " from python.org."
    )


def works(python: str, imports: str) -> bool:
    """Tell whether a Python exists, is new enough and can import what is asked for."""
    code = f"import sys; assert sys.version_info >= {OLDEST}; {imports}"
    try:
        return not subprocess.call(
            [python, "-I", "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False


def call(command: "list[str]", cwd: "str | None" = None, env: "dict[str, str] | None" = None) -> int:
    """Run a command in the foreground and return its exit status; ended by a signal counts as a failure."""
    sys.stdout.flush()
    process = subprocess.Popen(command, cwd=cwd, env=env)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the child got it as well, and ends in its own way
            continue
        return code if code >= 0 else 128 - code


def read(path: str) -> str:
    """Return a file's text, nothing for a file that is not there."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def say(text: str) -> None:
    """Tell what goes on, apart from what the tools print."""
    print("dev.py: " + text, file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    """End with a message, as an error of whoever called."""
    say(text)
    sys.exit(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
