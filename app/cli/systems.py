"""The command `systems`: all systems by name, or one of them in full."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.output import write_output
from app.language import Problem, Problems, spelling_hint
from app.outputs import table as answers
from app.systems import SYSTEMS


def add_systems_command(commands: Any) -> None:
    """Add the command."""
    about = "the systems by name, or everything about one"
    parser = commands.add_parser("systems", help=about, description=about, allow_abbrev=False)
    parser.add_argument("name", nargs="?", help="a system")
    parser.add_argument("--json", action="store_true", help="as the service writes it")
    parser.set_defaults(run=_write_systems)


def _write_systems(args: argparse.Namespace) -> None:
    if args.name is not None and args.name not in SYSTEMS:
        raise Problems(
            Problem(f"there is no system {args.name}", "name", list(SYSTEMS), spelling_hint(args.name, SYSTEMS))
        )
    data = answers.system_in_full(args.name) if args.name else answers.systems_in_brief()
    if args.json:
        write_output("-", answers.json_bytes(data) + b"\n")
    else:
        print(_system_text(data) if isinstance(data, dict) else _systems_table(data))


def _systems_table(systems: Sequence[Mapping[str, Any]]) -> str:
    width = max(len(row["name"]) for row in systems)
    return "\n".join(f"{row['name']:<{width}}  {row['title']}" for row in systems)


def _system_text(system: Mapping[str, Any]) -> str:
    """A system as a page of text."""
    shapes = ", ".join(f"{name} {'×'.join(map(str, shape)) or '1'}" for name, shape in system["parameters"].items())
    sizes = ", ".join(f"{name}:{size}" for name, size in system["sizes"].items())
    tasks = ", ".join(task["name"] for task in system["tasks"])
    head = f"{system['title']}\n{system['source']}\n\n{system['equations']}"
    return f"{head}\nsizes       {sizes}\nparameters  {shapes}\ntasks       {tasks}"
