"""The description of the API as strangers read it: validators accept it, generators make clients, and these work."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.web.core import openapi
from tests.paths import ROOT

HERE = ROOT / "tests" / "clients"
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("described") / "openapi.json"
    path.write_bytes(openapi.document())
    return path


def ran(*command: str | Path, **more: Any) -> str:
    """What a program says that ends well."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def test_validators_accept_the_description(readers: Path, description: Path) -> None:
    assert "OK" in ran(readers / "bin" / "python", "-m", "openapi_spec_validator", description)
    ran(readers / "node_modules" / ".bin" / "redocly", "lint", description)


def test_a_client_is_made_in_python_and_asks(readers: Path, description: Path, tmp_path: Path, server: str) -> None:
    generator = readers / "bin" / "openapi-python-client"
    made = ran(generator, "generate", "--path", description, "--config", HERE / "python.yaml", cwd=tmp_path)
    assert "WARNING" not in made.upper(), made
    client = {"PYTHONPATH": str(tmp_path / "unfold-client"), "NO_PROXY": "*"}
    ran(readers / "bin" / "python", HERE / "ask.py", server, env=client)


def test_a_client_is_made_in_typescript_and_asks(
    readers: Path, node: str, description: Path, tmp_path: Path, server: str
) -> None:
    programs = readers / "node_modules" / ".bin"
    (tmp_path / "node_modules").symlink_to(readers / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "ask.ts").write_bytes((HERE / "ask.ts").read_bytes())
    ran(programs / "openapi-typescript", description, "--default-non-nullable=false", "-o", tmp_path / "schema.ts")
    strict = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck")
    ran(programs / "tsc", *strict, tmp_path / "ask.ts", "--outDir", tmp_path / "made", cwd=tmp_path)
    (tmp_path / "made" / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    ran(node, tmp_path / "made" / "ask.js", server)


LEFT_OUT = "positive_data_acceptance"
"""The one check that is: which fields fit each other is for the equations to say, and no schema says it."""
PARTS = 8
"""Every value that matters of every field at every address is 64,000 requests, which are asked in so many parts."""


def asked(readers: Path, folder: Path, server: str, *options: str) -> None:
    """Ask what the description lets be asked; no answer is to be otherwise than it says."""
    checks = ("--checks", "all", "--exclude-checks", LEFT_OUT, "--seed", "1", "--no-color")
    ran(readers / "bin" / "schemathesis", "run", f"{server}/openapi.json", *checks, *options, cwd=folder)


def test_some_of_what_the_description_lets_be_asked_is_answered_as_it_says_at_every_address(
    readers: Path, tmp_path: Path, server: str
) -> None:
    asked(readers, tmp_path, server, "--phases", "examples,fuzzing", "--max-examples", "5")


@pytest.mark.parametrize("part", range(PARTS))
def test_all_that_the_description_lets_be_asked_is_answered_as_it_says(
    part: int, readers: Path, description: Path, tmp_path: Path, server: str
) -> None:
    addresses = sorted(json.loads(description.read_bytes())["paths"])[part::PARTS]
    some = "|".join(map(re.escape, addresses))
    asked(readers, tmp_path, server, "--phases", "coverage", "--include-path-regex", f"^({some})$")
