"""The command `unfold`: its commands and their options, each field of a link as an option.

Bad input ends with status 2 and the service's own words; a failure of files or of the network with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Sequence

from app import __version__
from app.arrays import any_numbers
from app.cli.serve import add_serve_command, starts_service
from app.language import Problem, Problems, caret, spelling_hint
from app.limits import LIMITS, limit


@any_numbers()
def run_command_line(argv: Sequence[str] | None = None) -> int:
    """Run the command of the arguments and return the exit status."""
    try:
        return _run_command(argv)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"unfold: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _run_command(argv: Sequence[str] | None) -> int:
    args = argparse.Namespace()
    try:
        words = sys.argv[1:] if argv is None else argv
        args, rest = build_parser(words).parse_known_args(_tied(words))
        if rest:
            raise Problems(*_unknown_options(rest, getattr(args, "known", ())))
        args.run(args)
        sys.stdout.flush()
    except Problems as error:
        text = getattr(args, "equations", None) or ""
        print("\n".join(_problem_text(problem, text) for problem in error.problems), file=sys.stderr)
        return 2
    return 0


def _tied(words: Sequence[str]) -> Sequence[str]:
    """The words, of which values that begin with a dash stay with their option."""
    if starts_service(words):
        return words
    from app.cli.link_commands import with_their_values

    return with_their_values(words)


def _problem_text(problem: Problem, equations: str) -> str:
    """A problem in the service's words, with its place in the text and what is allowed."""
    place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
    lines = [f"unfold: {place}{problem.message}"]
    if equations and _is_in_equations(problem):
        lines += caret(equations, problem).splitlines()
    if problem.allowed and isinstance(problem.allowed, list | tuple):
        lines.append(f"allowed: {', '.join(map(str, problem.allowed))}")
    return "\n    ".join([*lines, *([problem.hint] if problem.hint else [])])


def _is_in_equations(problem: Problem) -> bool:
    from app.link import field_at_fault

    return field_at_fault(problem) == "equations"


def _unknown_options(rest: Sequence[str], known: Collection[str]) -> list[Problem]:
    """A problem for each option that does not exist, without the values that follow them."""
    names = [argument[2:].partition("=")[0] for argument in rest if argument.startswith("--")]
    if not names:
        return [Problem(f"nothing reads {rest[0]}", "")]
    return [Problem(f"there is no option --{name}", name, None, spelling_hint(name, known)) for name in names]


def build_parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands, or of the one alone that starts the service."""
    parser = argparse.ArgumentParser(
        prog="unfold",
        description="Recurrent networks as unfolded computational graphs: drawn, run and differentiated.",
        epilog=_limits_in_force(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"unfold {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    if not starts_service(words):
        from app.cli.link_commands import add_link_commands
        from app.cli.read import add_read_command
        from app.cli.systems import add_systems_command

        add_link_commands(commands)
        add_read_command(commands)
        add_systems_command(commands)
    add_serve_command(commands)
    return parser


def _limits_in_force() -> str:
    """The limits now in force, and how to set them."""
    try:
        rows = [f"  {row.variable:<25} {limit(row.name):>13,}  {row.meaning}" for row in LIMITS.values()]
    except ValueError as error:
        raise Problems(Problem(str(error), "")) from None
    return "\n".join(("limits, each set by a variable of the environment:", *rows))
