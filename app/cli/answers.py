"""The commands that take a link and write an answer to it, made here or by a running service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from app.cli.arrays import ARRAYS, read_arrays, training_npz
from app.cli.output import write_notes, write_output
from app.cli.progress import TrainingWatch, progress
from app.client import fetched, trained
from app.drawing import FORMATS, PICTURES, Format
from app.language import Problem, Problems, notes, spelling_hint
from app.link import Body, Link, options, parse, resolve
from app.outputs import ANSWERS, OUTPUTS, notice_of_figure
from app.outputs import table as answers


def write_figure(args: argparse.Namespace) -> None:
    """Write the figure in the format that is asked for."""
    args.answer = ANSWERS[f"figure{_chosen_format(args, FORMATS).suffix}"]
    write_answer(args)


def write_plot(args: argparse.Namespace) -> None:
    """Write a plot in the format that is asked for."""
    args.answer = OUTPUTS[f"{args.kind}{_chosen_format(args, PICTURES).suffix}"]
    write_answer(args)


def _chosen_format(args: argparse.Namespace, formats: Mapping[str, Format]) -> Format:
    """The format that `--format` names, else that of the file's ending, else SVG."""
    suffix = Path(args.output).suffix if args.output != "-" else ""
    name = args.format or suffix.removeprefix(".").lower() or "svg"
    if name not in formats:
        raise Problems(Problem(f"there is no format {name}", "format", list(formats), spelling_hint(name, formats)))
    return formats[name]


def write_answer(args: argparse.Namespace) -> None:
    """Write one answer, made here or by a server."""
    row, asked = args.answer, _requested_body(args)
    counted = not asked.inputs or "tau" in asked.model_fields_set
    with progress(lambda: f"unfolding {asked.tau} step{'s' * (asked.tau != 1)}" if counted else "unfolding"):
        resolved = None if args.server else resolve(row.meant(asked))
        made = row.chosen(asked).make(resolved) if resolved else fetched(args.server, row, asked)
    write_output(args.output, made + b"\n" * (row.chosen(asked).model is not None))
    if resolved:
        found = notes(resolved.run.recurrence)
        still = resolved.run.without_gradient
        small = notice_of_figure(resolved) if row.name.startswith("figure") else ""
        write_notes((None, said) for said in (str(still or ""), small) if said)
        write_notes((note.line, "; ".join(filter(None, (note.message, note.hint)))) for note in found)


def write_training(args: argparse.Namespace) -> None:
    """Train and write the outcome; Ctrl-C ends the training early, and what there was is written."""
    asked = _requested_body(args)
    watch = TrainingWatch(getattr(asked, "steps", 0))
    with watch, progress(watch.status):
        if args.server:
            made = trained(args.server, args.answer, asked, lambda step: watch(step["loss"]))
        else:
            made = answers.training_json(resolve(asked), lambda block: watch(block.losses[-1], len(block)))
    write_output(args.output, training_npz(made) if args.output.endswith(".npz") else answers.json_bytes(made) + b"\n")
    if watch.enough:
        print(f"unfold: {watch.status()}: ended here, and what there was is written", file=sys.stderr)
        raise KeyboardInterrupt


def _requested_body(args: argparse.Namespace) -> Body:
    """The link of the options with the numbers of the files; raises every problem of both."""
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
            arrays[name] = read_arrays(name, getattr(args, name))
        except Problems as error:
            problems += error.problems
    if problems:
        raise Problems(*problems)
    said = {name: getattr(link, name) for name in link.model_fields_set}
    body: Body = row.body.model_validate({**said, **arrays})
    return body
