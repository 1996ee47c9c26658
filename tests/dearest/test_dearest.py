"""No request takes more than a few seconds of a processor, or more memory than a laptop spares.

Each is measured in a fork of a process of its own, where no other test has anything open.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.dearest.known import KNOWN
from tests.paths import ROOT

pytestmark = pytest.mark.long


def measured(*options: str) -> str:
    """What the command says; it fails where something is over what is allowed."""
    command = [sys.executable, "-m", "tests.dearest", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_once_was_dear_is_not(tmp_path: Path) -> None:
    measured("--known", str(tmp_path / "costs.md"))
    rows = (tmp_path / "costs.md").read_text(encoding="utf-8")
    assert all(f"| {name} |" in rows for name in KNOWN)


def test_no_request_that_a_search_comes_to_is_dear() -> None:
    assert "The dearest:" in measured("--tries", "12", "--seed", str(date.today().toordinal()))
