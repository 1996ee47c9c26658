"""The command line, which gives the answers of the service without a server, and can start one."""

from app.cli.commands import main

__all__ = ["main"]
