"""Programs of others that read the description of the API, or `deploy/`, as strangers do: validators, generators, YAML.

They are of PyPI and npm, pinned beside this file, and stand in a folder of their own, `.tools`, so that nothing of them
meets what is tested. `make browsers` gets them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.paths import ROOT

HERE, TOOLS = Path(__file__).parent, ROOT / ".tools"
BIN, MODULES = TOOLS / "bin", TOOLS / "node_modules"
PINNED = ("requirements.lock", "package.json", "package-lock.json")
STAMP = TOOLS / "pinned"
"""What was installed, all of it."""


def find_api_tools() -> str | None:
    """The folder of the programs, as they are pinned."""
    return str(TOOLS) if STAMP.exists() and STAMP.read_text(encoding="utf-8") == _pinned() else None


def _pinned() -> str:
    return sha256(b"\0".join((HERE / name).read_bytes() for name in PINNED)).hexdigest()


def install_commands() -> list[list[str]]:
    """What installs them, one after another."""
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [
        [sys.executable, "-m", "venv", "--clear", str(TOOLS)],
        [*pip, "--only-binary=:all:", "--require-hashes", "--requirement", str(HERE / "requirements.lock")],
        ["npm", "ci", "--prefix", str(TOOLS), "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
    ]


def prepare() -> None:
    """Put what npm reads where it installs."""
    for name in PINNED[1:]:
        shutil.copy(HERE / name, TOOLS / name)


def finished() -> None:
    """Remember that all is there."""
    if (BIN / "schemathesis").exists() and (MODULES / ".bin" / "tsc").exists():
        STAMP.write_text(_pinned(), encoding="utf-8")


def documents(path: Path) -> list[Any]:
    """What a file of YAML says, document by document, as its own library reads it."""
    script = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)"
    command = [str(BIN / "python"), "-c", script]
    done = subprocess.run(command, input=path.read_text(encoding="utf-8"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{path}: {done.stderr}"
    found: list[Any] = json.loads(done.stdout)
    return found
