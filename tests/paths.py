"""Where the tests find the tree they test and what they compare with."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
"""Numbers of PyTorch, to the digit."""
SNAPSHOTS = ROOT / "tests" / "snapshots"
"""The gallery's figures as text."""
