"""The commands that take a link, each field of it as an option: figures, plots and answers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from app.cli.answers import write_answer, write_figure, write_plot, write_training
from app.cli.arrays import ARRAYS
from app.drawing import FORMATS, PICTURES
from app.link import Body, Option, Training, options
from app.outputs import ANSWERS, OUTPUTS, PLOT_KINDS, Answer


def add_link_commands(commands: Any) -> None:
    """Add the commands, made from the tables of formats, plots and answers."""
    formats = ", ".join(f"{row.name} ({row.meaning})" for row in FORMATS.values())
    figure = _add_link_command(commands, "figure", f"the figure of a link: {formats}", write_figure)
    figure.add_argument("--format", choices=FORMATS, help="the kind of file (default: as --output is named, else svg)")
    _add_plot_commands(commands)
    for row in ANSWERS.values():
        if row.model:
            _add_link_command(commands, row.name, row.meaning, write_training if row.event else write_answer, row)


def _add_plot_commands(commands: Any) -> None:
    """Add a command for each kind of plot, since each takes a link with other fields."""
    about = "plots in every format of pictures: of a training, or of what networks learn and keep"
    kinds = commands.add_parser("plot", help=about, description=about, allow_abbrev=False)
    kinds = kinds.add_subparsers(title="kinds", required=True, metavar="KIND")
    for kind, meaning in PLOT_KINDS.items():
        parser = _add_link_command(kinds, kind, meaning, write_plot, OUTPUTS[f"{kind}.svg"])
        parser.set_defaults(kind=kind)
        parser.add_argument(
            "--format", choices=PICTURES, help="the kind of file (default: as --output is named, or svg)"
        )


def _add_link_command(
    commands: Any, name: str, meaning: str, run: Any, row: Answer = ANSWERS["figure.svg"]
) -> argparse.ArgumentParser:
    """Add a command that takes a link, with an option for each of its fields."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=meaning, description=meaning, allow_abbrev=False)
    parser.set_defaults(run=run, answer=row, known=Training.model_fields)
    link = parser.add_argument_group("the link", "What it says, in the words of the service's addresses.")
    for option in options(row.asks).values():
        _add_option(link, option)
    for array in ARRAYS:
        about = f"{Body.model_fields[array].description} (a .json or .npz file)".replace("%", "%%")
        parser.add_argument(f"--{array}", metavar="FILE", help=about)
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="where to write (default: -, the terminal)")
    parser.add_argument("--server", metavar="URL", help="a running service that is to do the work")
    return parser


def _add_option(group: Any, option: Option) -> None:
    default = "" if option.default in (None, (), False) else f"; default: {option.default}"
    choices = f"; {', '.join(option.choices)}" if option.control == "select" else ""
    words = f"{option.meaning} ({option.expects}{choices}{default})".replace("%", "%%")
    flag: dict[str, Any] = {"nargs": "?", "const": "true"} if option.is_flag else {}
    names = dict.fromkeys((f"--{option.name}", f"--{option.name.replace('_', '-')}"))
    group.add_argument(*names, metavar=option.name.upper(), help=words, **flag)


def with_their_values(words: Sequence[str]) -> list[str]:
    """The words with each field of a link tied to its value, which may begin with a dash: `--rows -y`."""
    valued = {f"--{n.replace('_', dash)}" for n, o in options(Training).items() for dash in "_-" if not o.is_flag}
    found: list[str] = []
    for word in words:
        if found and found[-1] in valued and word.startswith("-") and not word.startswith("--"):
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found
