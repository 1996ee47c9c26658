"""The command line, which gives the answers of the service without a server, and can start one."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.loading import loading

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of the arguments and return the exit status."""
    with loading():
        from app.cli.commands import run_command_line
    return run_command_line(argv)
