"""Prints where the named versions of Python are on this machine, a line each; those that are not here are left out.

    python tools/interpreters.py 3.11 3.13

It looks among the commands, and among the versions that pyenv has built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def candidates(version: str) -> Iterator[str]:
    """Commands that may be this version; one of pyenv's stands for whatever is chosen there, so it may fail."""
    if command := shutil.which(f"python{version}"):
        yield command
    built = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(map(str, built.glob(f"{version}.*/bin/python")), reverse=True)


def is_version(command: str, version: str) -> bool:
    """Does the command run, and as this version?"""
    asked = [command, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == version


def interpreters(versions: Iterable[str]) -> dict[str, str]:
    """The command of each version that is here."""
    found = {v: next((c for c in candidates(v) if is_version(c, v)), None) for v in versions}
    return {version: command for version, command in found.items() if command}


if __name__ == "__main__":
    here = interpreters(sys.argv[1:])
    for missing in [version for version in sys.argv[1:] if version not in here]:
        print(f"Python {missing} is not on this machine", file=sys.stderr)
    print("\n".join(f"{version}={command}" for version, command in here.items()))
