"""The command `unfold`: its commands and their options, each field of a link as an option.

Bad input ends with status 2 and the service's own words; a failure of files or of the network with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from app import __version__
from app.arrays import any_numbers
from app.cli.answers import write_answer, write_figure, write_plot, write_training
from app.cli.arrays import ARRAYS
from app.cli.read import add_read_command
from app.cli.serve import add_serve_command
from app.cli.systems import add_systems_command
from app.client import Failed
from app.drawing import FORMATS, PICTURES
from app.language import Problem, Problems, caret, spelling_hint
from app.limits import LIMITS, limit
from app.link import Body, Option, Training, field_at_fault, options
from app.outputs import ANSWERS, OUTPUTS, PLOT_KINDS, Answer


@any_numbers()
def run_command_line(argv: Sequence[str] | None = None) -> int:
    """Run the command of the arguments and return the exit status."""
    try:
        return _run_command(argv)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Failed, OSError) as error:
        print(f"unfold: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _run_command(argv: Sequence[str] | None) -> int:
    args = argparse.Namespace()
    try:
        parser = build_parser()
        args, rest = parser.parse_known_args(_with_their_values(sys.argv[1:] if argv is None else argv))
        if rest:
            raise Problems(*_unknown_options(rest))
        args.run(args)
        sys.stdout.flush()
    except Problems as error:
        text = getattr(args, "equations", None) or ""
        print("\n".join(_problem_text(problem, text) for problem in error.problems), file=sys.stderr)
        return 2
    return 0


def _with_their_values(words: Sequence[str]) -> list[str]:
    """The words with each field of a link tied to its value, which may begin with a dash: `--rows -y`."""
    valued = {f"--{n.replace('_', dash)}" for n, o in options(Training).items() for dash in "_-" if not o.is_flag}
    found: list[str] = []
    for word in words:
        if found and found[-1] in valued and word.startswith("-") and not word.startswith("--"):
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _problem_text(problem: Problem, equations: str) -> str:
    """A problem in the service's words, with its place in the text and what is allowed."""
    place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
    lines = [f"unfold: {place}{problem.message}"]
    if field_at_fault(problem) == "equations" and (marked := caret(equations, problem)):
        lines += marked.split("\n")
    if isinstance(problem.allowed, list | tuple):
        lines.append(f"allowed: {', '.join(map(str, problem.allowed))}")
    return "\n    ".join([*lines, *([problem.hint] if problem.hint else [])])


def _unknown_options(rest: Sequence[str]) -> list[Problem]:
    """A problem for each option that does not exist, without the values that follow them."""
    names = [argument[2:].partition("=")[0] for argument in rest if argument.startswith("--")]
    if not names:
        return [Problem(f"nothing reads {rest[0]}", "")]
    return [
        Problem(f"there is no option --{name}", name, None, spelling_hint(name, Training.model_fields))
        for name in names
    ]


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands, made from the tables of formats, plots and answers."""
    parser = argparse.ArgumentParser(
        prog="unfold",
        description="Recurrent networks as unfolded computational graphs: drawn, run and differentiated.",
        epilog=_limits_in_force(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"unfold {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    formats = ", ".join(f"{row.name} ({row.meaning})" for row in FORMATS.values())
    figure = _add_link_command(commands, "figure", f"the figure of a link: {formats}", write_figure)
    figure.add_argument("--format", choices=FORMATS, help="the kind of file (default: as --output is named, else svg)")
    _add_plot_commands(commands)
    for row in ANSWERS.values():
        if row.model:
            _add_link_command(commands, row.name, row.meaning, write_training if row.event else write_answer, row)
    add_read_command(commands)
    add_systems_command(commands)
    add_serve_command(commands)
    return parser


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
    parser.set_defaults(run=run, answer=row)
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


def _limits_in_force() -> str:
    """The limits now in force, and how to set them."""
    try:
        rows = [f"  {row.variable:<25} {limit(row.name):>13,}  {row.meaning}" for row in LIMITS.values()]
    except ValueError as error:
        raise Problems(Problem(str(error), "")) from None
    return "\n".join(("limits, each set by a variable of the environment:", *rows))
