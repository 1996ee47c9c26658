"""The command line: the fields of a link as options → the bytes that the service would answer with.

Bad input ends with status 2 and the service's own words; a failure of files or of the network with 1.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from app import __version__
from app.client import Failed, fetched, trained
from app.drawing import FORMATS, PICTURES, Format
from app.language import Problem, Problems, caret
from app.language.resolve import spelling_hint
from app.limits import LIMITS, limit
from app.link import Body, Link, Option, Training, options, parse, resolve
from app.outputs import table as answers
from app.outputs.plots import OUTPUTS, PLOT_KINDS
from app.outputs.table import ANSWERS, Answer
from app.systems import SYSTEMS

HOST, PORT = "127.0.0.1", "8000"
ARRAYS = tuple(name for name in Body.model_fields if name not in Link.model_fields)
SHUTDOWN = 3
"""Seconds that answers under way are given when the service is told to stop; a training may take longer."""
PATIENCE = 1.0
"""After so many seconds a person is told what takes so long."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say; the value is the exit status."""
    try:
        return _main(argv)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Failed, OSError) as error:
        print(f"unfold: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _main(argv: Sequence[str] | None) -> int:
    text = ""
    try:
        parser = _parser()
        args, rest = parser.parse_known_args(argv)
        text = getattr(args, "equations", None) or ""
        if rest:
            raise Problems(*_unknown(rest))
        args.run(args)
        sys.stdout.flush()
    except Problems as error:
        print("\n".join(_words(problem, text) for problem in error.problems), file=sys.stderr)
        return 2
    return 0


def _words(problem: Problem, equations: str) -> str:
    """What the service says, for a terminal: with the place in the text and what is allowed."""
    place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
    lines = [f"unfold: {place}{problem.message}"]
    if problem.field == "equations" and (marked := caret(equations, problem)):
        lines += marked.split("\n")
    if isinstance(problem.allowed, list | tuple):
        lines.append(f"allowed: {', '.join(map(str, problem.allowed))}")
    return "\n    ".join([*lines, *([problem.hint] if problem.hint else [])])


def _unknown(rest: Sequence[str]) -> list[Problem]:
    """Options that there are not, without the values that follow them."""
    names = [argument[2:].partition("=")[0] for argument in rest if argument.startswith("--")]
    if not names:
        return [Problem(f"nothing reads {rest[0]}", "")]
    return [
        Problem(f"there is no option --{name}", name, None, spelling_hint(name, Training.model_fields))
        for name in names
    ]


# Options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unfold",
        description="Recurrent networks as unfolded computational graphs: drawn, run and differentiated.",
        epilog=_limits(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"unfold {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    formats = ", ".join(f"{row.name} ({row.meaning})" for row in FORMATS.values())
    figure = _command(commands, "figure", f"the figure of a link: {formats}", _figure)
    figure.add_argument("--format", choices=FORMATS, help="the kind of file (default: as --output is named, else svg)")
    _plot_parser(commands)
    for row in ANSWERS.values():
        if row.model:
            _command(commands, row.name, row.meaning, _train if row.event else _answer, row)
    _systems_parser(commands)
    _serve_parser(commands)
    return parser


def _plot_parser(commands: Any) -> None:
    """A command for each kind of plot: they are of links with different fields."""
    about = "plots in every format of pictures: of a training, or of what networks learn and keep"
    kinds = commands.add_parser("plot", help=about, description=about, allow_abbrev=False)
    kinds = kinds.add_subparsers(title="kinds", required=True, metavar="KIND")
    for kind, meaning in PLOT_KINDS.items():
        parser = _command(kinds, kind, meaning, _plot, OUTPUTS[f"{kind}.svg"])
        parser.set_defaults(kind=kind)
        parser.add_argument(
            "--format", choices=PICTURES, help="the kind of file (default: as --output is named, or svg)"
        )


def _command(
    commands: Any, name: str, meaning: str, run: Any, row: Answer = ANSWERS["figure.svg"]
) -> argparse.ArgumentParser:
    """A command that takes a link: an option for each of its fields."""
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
    flag: dict[str, Any] = {"nargs": "?", "const": "true"} if isinstance(option.default, bool) else {}
    names = dict.fromkeys((f"--{option.name}", f"--{option.name.replace('_', '-')}"))
    group.add_argument(*names, metavar=option.name.upper(), help=words, **flag)


def _limits() -> str:
    """The limits now in force, and how to set them."""
    try:
        rows = [f"  {row.variable:<25} {limit(row.name):>13,}  {row.meaning}" for row in LIMITS.values()]
    except ValueError as error:
        raise Problems(Problem(str(error), "")) from None
    return "\n".join(("limits, each set by a variable of the environment:", *rows))


# Answers


def _figure(args: argparse.Namespace) -> None:
    args.answer = ANSWERS[f"figure{_format(args, FORMATS).suffix}"]
    _answer(args)


def _plot(args: argparse.Namespace) -> None:
    args.answer = OUTPUTS[f"{args.kind}{_format(args, PICTURES).suffix}"]
    _answer(args)


def _format(args: argparse.Namespace, formats: Mapping[str, Format]) -> Format:
    """The format that is asked for, else the one that the file's name says."""
    suffix = Path(args.output).suffix if args.output != "-" else ""
    name = args.format or suffix.removeprefix(".").lower() or "svg"
    if name not in formats:
        raise Problems(Problem(f"there is no format {name}", "format", list(formats), spelling_hint(name, formats)))
    return formats[name]


def _answer(args: argparse.Namespace) -> None:
    """One row of the table, made here or by a server."""
    row, asked = args.answer, _asked(args)
    with _progress(lambda: f"unfolding {asked.tau} step{'s' * (asked.tau != 1)}"):
        made = fetched(args.server, row, asked) if args.server else row.chosen(asked).make(resolve(row.meant(asked)))
    _write(args.output, made + b"\n" * (row.chosen(asked).model is not None))


def _train(args: argparse.Namespace) -> None:
    """A training, told as it goes on; with Ctrl-C it ends, and what there was is written."""
    asked = _asked(args)
    watch = Watch(getattr(asked, "steps", 0))
    with watch, _progress(watch.said):
        if args.server:
            made = trained(args.server, args.answer, asked, lambda step: watch(step["loss"]))
        else:
            made = answers.train(resolve(asked), lambda step: watch(step.loss))
    _write(args.output, _arrays(made) if args.output.endswith(".npz") else answers.written(made) + b"\n")
    if watch.enough:
        print(f"unfold: {watch.said()}: ended here, and what there was is written", file=sys.stderr)
        raise KeyboardInterrupt


class Watch:
    """How far a training is, for a person who may end it with Ctrl-C."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done, self.loss, self.enough, self.began = steps, 0, 0.0, False, time.monotonic()

    def __call__(self, loss: float | None) -> bool:
        """Another step is done; whether to go on."""
        self.done, self.loss = self.done + 1, float("nan") if loss is None else loss
        return not self.enough

    def __enter__(self) -> None:
        self.usual = signal.signal(signal.SIGINT, self.end)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self.usual)

    def end(self, *_: object) -> None:
        """The first Ctrl-C asks for an end after this step, the second is one."""
        self.enough = True
        signal.signal(signal.SIGINT, self.usual)

    def said(self) -> str:
        """The step, its loss, and the time left."""
        if not self.done:
            return "training"
        left = (time.monotonic() - self.began) / self.done * (self.steps - self.done)
        rest = "" if self.enough or self.done == self.steps else f", {left:.0f} s left"
        return f"training, step {self.done} of {self.steps}, loss {self.loss:.4g}{rest}"


def _arrays(made: Mapping[str, Any]) -> bytes:
    """A training as an .npz file: losses, predictions, parameters.W, …"""
    found = io.BytesIO()
    np.savez(found, allow_pickle=False, **dict(_named(made)))
    return found.getvalue()


def _named(data: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _named(value, f"{within}{name}.")
        elif value is not None:
            yield within + name, np.array(value) if isinstance(value, str) else np.array(value, dtype=float)


def _asked(args: argparse.Namespace) -> Body:
    """The link of the options, and the numbers of the files."""
    row = args.answer
    given = {name: getattr(args, name) for name in options(row.asks)}
    problems: list[Problem] = []
    link, arrays = Link(), {}
    try:
        link = parse(((name, value) for name, value in given.items() if value is not None), row.asks)
    except Problems as error:
        problems += error.problems
    for name in ARRAYS:
        try:
            arrays[name] = _numbers(name, getattr(args, name))
        except Problems as error:
            problems += error.problems
    if problems:
        raise Problems(*problems)
    body: Body = row.body.model_validate({**dict(link), **arrays})
    return body


def _numbers(field: str, path: str | None) -> dict[str, Any]:
    """The arrays of a file by name, as lists."""
    if path is None:
        return {}
    try:
        if path.endswith(".npz"):
            with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as found:
                return {name: found[name].tolist() for name in found.files}
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, BadZipFile) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Problems(Problem(f"{field}: {path} cannot be read: {why}", field)) from None
    if not isinstance(data, dict):
        raise Problems(Problem(f"{field}: {path} is to hold one JSON object, name by name", field))
    return data


def _write(path: str, data: bytes) -> None:
    if path != "-":
        Path(path).write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextmanager
def _progress(what: Callable[[], str]) -> Iterator[None]:
    """A line on stderr once it takes long, and at its end how long it took; on a terminal, each second."""
    done, began = threading.Event(), time.monotonic()
    thread = threading.Thread(target=_tell, args=(what, done, began), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _tell(what: Callable[[], str], done: threading.Event, began: float) -> None:
    if done.wait(PATIENCE):
        return
    terminal = sys.stderr.isatty()
    start, end = ("\r", "") if terminal else ("", "\n")
    print(f"{what()} …", end=end, file=sys.stderr, flush=True)
    while not done.wait(PATIENCE):
        if terminal:
            print(f"{start}{what()} … {time.monotonic() - began:.0f} s", end="", file=sys.stderr, flush=True)
    print(f"{start}{what()}: {time.monotonic() - began:.1f} s   ", file=sys.stderr, flush=True)


# Systems


def _systems_parser(commands: Any) -> None:
    about = "the systems by name, or everything about one"
    parser = commands.add_parser("systems", help=about, description=about, allow_abbrev=False)
    parser.add_argument("name", nargs="?", help="a system")
    parser.add_argument("--json", action="store_true", help="as the service writes it")
    parser.set_defaults(run=_systems)


def _systems(args: argparse.Namespace) -> None:
    if args.name is not None and args.name not in SYSTEMS:
        raise Problems(
            Problem(f"there is no system {args.name}", "name", list(SYSTEMS), spelling_hint(args.name, SYSTEMS))
        )
    data = answers.system(args.name) if args.name else answers.systems()
    if args.json:
        _write("-", answers.written(data) + b"\n")
    else:
        print(_told(data) if isinstance(data, dict) else _listed(data))


def _listed(systems: Sequence[Mapping[str, Any]]) -> str:
    width = max(len(row["name"]) for row in systems)
    return "\n".join(f"{row['name']:<{width}}  {row['title']}" for row in systems)


def _told(system: Mapping[str, Any]) -> str:
    """A system for a reader."""
    shapes = ", ".join(f"{name} {'×'.join(map(str, shape)) or '1'}" for name, shape in system["parameters"].items())
    sizes = ", ".join(f"{name}:{size}" for name, size in system["sizes"].items())
    tasks = ", ".join(task["name"] for task in system["tasks"])
    head = f"{system['title']}\n{system['source']}\n\n{system['equations']}"
    return f"{head}\nsizes       {sizes}\nparameters  {shapes}\ntasks       {tasks}"


# The service


def _serve_parser(commands: Any) -> None:
    about = "the service, for browsers and programs"
    parser = commands.add_parser("serve", help=about, description=about, allow_abbrev=False)
    host, port = os.environ.get("HOST") or HOST, os.environ.get("PORT") or PORT
    parser.add_argument("--host", default=host, help=f"the address to listen at (HOST in the environment; now {host})")
    parser.add_argument("--port", default=port, help=f"the port to listen at (PORT in the environment; now {port})")
    parser.set_defaults(run=_serve)


def _serve(args: argparse.Namespace) -> None:
    import uvicorn

    from app.web.service import create_app

    if not (args.port.isascii() and args.port.isdigit() and int(args.port) < 65536):
        raise Problems(Problem(f"port is to be a whole number from 0 to 65535, not {args.port}", "port"))
    # A figure makes many objects, and the collector runs again and again meanwhile. What is loaded by now stays:
    # kept out of the collector's sight, a figure of 300 steps takes 0.1 s, else 0.3 s.
    gc.freeze()
    threading.Thread(target=_warm).start()
    uvicorn.run(
        create_app, factory=True, host=args.host, port=int(args.port), server_header=False,
        timeout_graceful_shutdown=SHUTDOWN,
    )  # fmt: skip


def _warm() -> None:
    """Get ready for the first run; without the compiler loops take several times as long, which is worth a word."""
    from app.engine.jit.loops import warm

    if not warm():
        print("unfold: llvmlite is not installed, so loops run in NumPy (unfold[jit] brings it)", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
