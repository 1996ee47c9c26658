"""The table of answers: a row for each thing that a link is answered with, for HTTP and the command line alike."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from math import prod
from typing import Any, NamedTuple, get_args

import numpy as np
import orjson
from pydantic_core import to_json

from app.arrays import Array
from app.drawing import (
    FORMATS,
    LEGIBLE,
    Figure,
    FigureOptions,
    Format,
    MovedElement,
    Scene,
    built,
    draw_each,
    node_link,
    page_figure,
    page_layers,
    page_legend,
    page_svg,
)
from app.drawing.formats import listed as _list
from app.engine import Cursor, Diverged, Edge, TrainingBlock, TrainingRun, cursor, steps
from app.engine.execution import Stopped, operations
from app.engine.explain import backward
from app.engine.graph import folding, notated
from app.language import Equation, Problems, Recurrence, Start, is_operation, owner
from app.language.typeset import Typesetter, box_tex, mathml, show, tex
from app.link import (
    Body,
    FieldStage,
    Graphing,
    GraphingBody,
    Link,
    OnSteps,
    Partial,
    PartialBody,
    Resolved,
    Training,
    TrainingBody,
    afford,
    afford_parts,
    at_stage,
    field_rows,
)
from app.outputs import files
from app.outputs.cursor_place import cursor_json
from app.outputs.measurements import MEASURED, gradient_check_json, instruments_json, lists
from app.outputs.partial import Wanted, all_of_it, numbers_of, wanted_of
from app.systems import SYSTEMS, TASKS, System, Task, load

JSON, BINARY = "application/json", "application/octet-stream"
PIECE = 500
"""Rows of an array that are written at a time."""
NAMED = tuple(
    sorted((n for n, row in field_rows(Link).items() if row.file_word), key=lambda n: field_rows(Link)[n].file_word)
)
"""The fields that appear in a file's name when they differ from their default."""


TrainingWriter = Callable[[Resolved, OnSteps], Iterable[bytes]]
"""Trains, and gives the bytes of the answer piece by piece."""


@dataclass(frozen=True)
class Answer:
    """A row: its address, its media type, the function that makes it, and the models of its query and its body.

    `model` names what describes the JSON of an answer that is data (`schema.model_named`). An answer of a training has
    `run`, which calls back after each step, and where the steps are served as events, `event` names what describes
    one. `shown` tells browsers to open the file in their window. `formats` are the same answer by the field `format`.
    `example` is the query of a link that the row answers, empty where it answers every link; `meant` completes a link
    before it is resolved, and `check` raises Problems of one that is not answered, before the work begins.
    """

    name: str
    path: str
    media_type: str
    suffix: str
    make: Callable[[Resolved], bytes]
    meaning: str
    model: str | None = None
    event: str | None = None
    run: TrainingWriter | None = None
    asks: type[Link] = Link
    body: type[Body] = Body
    shown: bool = True
    formats: Mapping[str, Answer] = field(default_factory=dict)
    example: str = ""
    meant: Callable[[Link], Link] = lambda link: link
    check: Callable[[Resolved], object] = lambda resolved: None

    def chosen(self, link: Link) -> Answer:
        """The row in the format that the link asks for."""
        return self.formats.get(getattr(link, "format", ""), self)

    def disposition(self, link: Link) -> str | None:
        """The Content-Disposition of a file: shown or saved, and its name, as `rnn-tau3-backward.svg`."""
        if self.model:
            return None
        return f'{"inline" if self.shown else "attachment"}; filename="{self.file_name(link)}"'

    def file_name(self, link: Link) -> str:
        """A name made of what the link shows, in characters that every file system takes."""
        said = [name for name in NAMED if getattr(link, name) != Link.model_fields[name].default]
        words = (name if getattr(link, name) is True else str(getattr(link, name)) for name in said)
        plain = (re.sub(r"[^A-Za-z0-9-]", "", word) for word in words)
        return "-".join(filter(None, (file_lead(link), *plain))) + self.suffix


def file_lead(link: Link) -> str:
    """How the name of every file of a link begins."""
    return f"{link.system if link.equations is None else 'equations'}-tau{link.tau}"


def json_bytes(data: Any) -> bytes:
    """Data as JSON; numbers that are not finite become null.

    It is written piece by piece: pieces that are joined at the end would be there twice.
    """
    written = io.BytesIO()
    for piece in json_pieces(data):
        written.write(piece)
    return written.getvalue()


def json_pieces(data: Any) -> Iterator[bytes]:
    """The same piece by piece, since a long array as objects of Python would take several times its memory."""
    if isinstance(data, Mapping):
        for i, (name, value) in enumerate(data.items()):
            yield (b"," if i else b"{") + to_json(name) + b":"
            yield from json_pieces(value)
        yield b"}" if data else b"{}"
    elif isinstance(data, np.ndarray) and data.ndim and len(data):
        for k in range(0, len(data), PIECE):
            yield (b"," if k else b"[") + array_json(data[k : k + PIECE])[1:-1]
        yield b"]"
    else:
        yield to_json(data.tolist() if isinstance(data, np.ndarray) else data, inf_nan_mode="null")


def array_json(array: Array) -> bytes:
    """An array as JSON, written from where its numbers lie: as objects of Python it would take three times as long."""
    return orjson.dumps(np.ascontiguousarray(array), option=orjson.OPT_SERIALIZE_NUMPY)


def graph_json(resolved: Resolved) -> dict[str, Any]:
    """The graph as node-link JSON; `view=folded` gives the circuit."""
    run, link = resolved.run, resolved.link
    shown = run.folded if link.view == "folded" else run.graph
    if link.values:
        _check_size_of_numbers(resolved, all_of_it(resolved))
    found = node_link(notated(shown, resolved.notation), run.of, resolved.numbers if link.values else None)
    return found | shapes_json(run.recurrence)


def shapes_json(recurrence: Recurrence) -> dict[str, Any]:
    """Every name with its axes, every dimension with its size, and what settled them."""
    variables = {
        name: {
            "kind": v.kind,
            "sequence": v.indexed,
            "dimensions": list(v.dims),
            "why": asdict(v.why) if v.why else None,
        }
        for name, v in recurrence.variables.items()
    }
    dimensions = {
        name: {"size": recurrence.sizes[name], "why": asdict(why)} for name, why in recurrence.size_evidence.items()
    }
    return {"variables": variables, "dimensions": dimensions}


_INNER = frozenset({"gates", "operations"})
"""The details at which operations within equations are nodes."""


TRACED = (
    *("variables", "dimensions", "parameters", "initial", "values", "gradients", "contributions", "seeds", "symbols"),
    *("pictures", "cut"),
)
"""The fields of a trace that can be left out."""


def trace_json(resolved: Resolved, wanted: Wanted | None = None) -> dict[str, Any]:
    """Every value of the forward pass, every gradient of the backward pass, and what flowed along each edge."""
    wanted = wanted or all_of_it(resolved)
    _check_size_of_numbers(resolved, wanted)
    run, pass_ = resolved.run, resolved.run.trace
    inner = operations(pass_) if not _INNER.isdisjoint((run.graph.detail, *dict(run.graph.opened).values())) else None
    sequences = {name for name, v in run.recurrence.variables.items() if v.indexed}
    within = [e for e in run.graph.edges if wanted.within(e.source) and wanted.within(e.target)]
    edges = [e for e in within if wanted.of(e.source) or wanted.of(e.target)]
    return {
        "tau": run.tau,
        "window": (wanted.first, wanted.last),
        "loss": pass_.loss,
        "of": run.of,
        "task": run.loaded.task_name,
        "sizes": dict(run.recurrence.sizes),
        **{name: found if wanted.has(name) else {} for name, found in shapes_json(run.recurrence).items()},
        "parameters": lists(wanted.named("parameters", lambda: pass_.parameters)),
        "initial": lists(wanted.named("initial", lambda: pass_.initial)),
        "values": lists(wanted.named("values", lambda: {**pass_.values, **(inner.values if inner else {})}, sequences)),
        "gradients": lists(
            wanted.named("gradients", lambda: {**pass_.gradients, **(inner.gradients if inner else {})}, sequences)
        ),
        "contributions": [_contribution(resolved, e) for e in edges] if wanted.has("contributions") else [],
        "seeds": lists(wanted.named("seeds", lambda: run.seeds)),
        "symbols": wanted.named("symbols", lambda: {name: [*found] for name, found in pass_.symbols.items()}),
        "pictures": wanted.named("pictures", lambda: {name: [*sides] for name, sides in pass_.pictures.items()}),
        "cut": [e.id for e in edges if e.cut] if wanted.has("cut") else [],
        "stopped": _stopped(pass_.stopped),
        "without_gradient": str(still) if (still := run.without_gradient) else None,
    }


def training_json(resolved: Resolved, told: OnSteps = None) -> dict[str, Any]:
    """A whole training, with an array for each thing that its steps have; `told` hears of them."""
    run = resolved.train(told)
    about = {"losses": run.losses, "predictions": run.predictions, "targets": run.targets}
    return about | training_outcome(run) | {"norms": run.norms}


def training_outcome(run: TrainingRun) -> dict[str, Any]:
    """How a training ends: parameters, state, and where it diverged if it did."""
    state = {"parameters": lists(run.parameters), "final_state": lists(run.final_state)}
    return state | {"stopped": _stopped(run.stopped)}


def training_events(block: TrainingBlock, event: bytes, first: int = 0) -> bytes:
    """Steps of a training, from the first on that is wanted, each as an event: `event % (data, step)`."""
    steps = range(max(first, block.first), block.first + len(block))
    if not steps:
        return b""
    told = (block.losses, block.said, block.asked, *block.norms.T)
    columns = [_rows_json(None if it is None else it[steps.start - block.first :], len(steps)) for it in told]
    loss, said, asked, *norms = (around for around, _ in columns)
    named = b",".join(to_json(name) + b":" + around for name, around in zip(block.names, norms, strict=True))
    data = b'{"step":%d,"loss":' + loss + b',"prediction":' + said + b',"target":' + asked
    data += b',"norms":{' + named + b"}}"
    rows = zip(steps, *(texts for _, texts in columns), steps, strict=True)
    return b"".join(map(event.replace(b"%b", data).__mod__, rows))


def _rows_json(rows: Array | None, count: int) -> tuple[bytes, list[bytes]]:
    """The JSON of each of so many rows, of none null: what is around each, with %b in its place, and what is within."""
    if rows is None:
        return b"%b", [b"null"] * count
    depth = rows.ndim - 1
    begin, end = b"[" * depth, b"]" * depth
    return begin + b"%b" + end, array_json(rows)[depth + 1 : -depth - 1].split(end + b"," + begin)


def adjoint_json(resolved: Resolved) -> dict[str, Any]:
    """The backward recurrence, as one would derive it by hand."""
    run = resolved.run
    ranks = folding(run.recurrence, "operations", run.of).ranks
    lines = backward(run.recurrence, run.of)
    notation = replace(resolved.notation, names=(*resolved.notation.names, *_operation_letters(run.recurrence, lines)))
    setter = Typesetter(ranks, run.of, notation=notation)
    sides = (" &= ".join(map(box_tex, setter.line(line))) for line in lines)
    return {
        "of": run.of,
        "text": "\n".join(map(show, lines)),
        "tex": "\\begin{aligned}\n  " + " \\\\\n  ".join(sides) + "\n\\end{aligned}",
        "mathml": [mathml(line, ranks, of=run.of, display=True, notation=notation) for line in lines],
    }


def _operation_letters(recurrence: Recurrence, lines: Iterable[Equation | Start]) -> Iterator[tuple[str, str]]:
    """Each operation that has a line of its own, with a letter that no variable has: h.2 is written as h_2."""
    for name in (line.name for line in lines if is_operation(line.name)):
        letter = f"{owner(name)}_{name.removeprefix(owner(name))[1:].replace('.', '_')}"
        while letter in recurrence.variables:
            letter += "_op"
        yield name, letter


def scene(resolved: Resolved, prefix: str = "fig", live: bool = False, price: float = 1.0, words: float = 0.0) -> Scene:
    """The figure of a link; `live` for a page whose scripts step through it.

    `price`: how many times as dear as SVG is what it is written as; `words`: the em of its smallest words.
    """
    return next(_scenes(resolved, [resolved.cursor], prefix, live, price, words))


def _scenes(
    resolved: Resolved,
    places: Iterable[Cursor],
    prefix: str = "fig",
    live: bool = False,
    price: float = 1.0,
    words: float = 0.0,
) -> Iterator[Scene]:
    """The same at several places of its phase."""
    afford(resolved.link, "drawn", int(price * _lines_drawn(resolved)), "window" if resolved.window else "tau")
    run, options = resolved.run, replace(picture(resolved), prefix=prefix, live=live, words=words)
    updated = resolved.cursor.phase == "update"
    if updated:
        afford_parts(resolved.link, run.recurrence)
    act = run.last_act if live or updated else None
    circuit = None if options.view == "unfolded" else run.folded
    return draw_each(run.graph, circuit, resolved.numbers, places, options, act)


WORDS = 15.5
"""The em of the smallest words in a page's figure, nearly that of its names: so an LSTM of three steps, as wide as its
card in a small window, has letters of seven pixels."""


def notice_of_figure(resolved: Resolved) -> str:
    """That the figure has no room in the box that a link asks it to fill, and what to write; empty where it has."""
    return scene(resolved).notice if resolved.link.fit else ""


WIRED, BOXED = 1.25, 1.5
"""How many times as dear as others lines are that are wires, and those of a figure that is tried in several ways."""


def _lines_drawn(resolved: Resolved) -> float:
    """About how many lines a figure draws of its run, weighed by what they cost."""
    graph, window, tau = resolved.run.graph, resolved.window, resolved.run.tau
    if resolved.link.view == "folded":
        return 0.0
    first, last = window or (1, min(tau, LEGIBLE[graph.detail].whole))
    share = (last - first + 1) / tau
    return share * len(graph.edges) * (WIRED if graph.wired else 1.0) * (BOXED if resolved.link.fit else 1.0)


PICTURED = {*at_stage(Link, FieldStage.PICTURE)} & {option.name for option in fields(FigureOptions)}
"""The fields of a link that say what its picture looks like."""


def picture(resolved: Resolved) -> FigureOptions:
    """What a link says of its picture, field by field; what it leaves open is as usual."""
    said = {name: getattr(resolved.link, name) for name in PICTURED} | {"window": resolved.window}
    said |= {"notation": resolved.notation, "mark": resolved.marked, "rows": resolved.rows}
    return FigureOptions(**{name: value for name, value in said.items() if value is not None})


BESIDE = {"slim": 1.2, "tall": 1.6, "middling": 2.2}
"""How wide a figure can be, of its height, to be larger with its legend at a side of it than below: a slim one in any
frame that is wide, a tall one in a wider frame, a middling one in a frame that is very wide."""


class Proportions(NamedTuple):
    """How wide and high a graph is, and what `BESIDE` calls it; None where its legend is to stand below it.

    What comes of a pass changes none of it, so that nothing moves as a pass ends.
    """

    width: float
    height: float
    beside: str | None


class InlineFigure(NamedTuple):
    """A figure as a part of a page, and its legend, which the page puts where it has room."""

    drawn: str
    legend: str
    proportions: Proportions
    """Of its graph, for the page to place its legend."""
    shape: str = ""
    moved: tuple[MovedElement, ...] = ()
    """Of a figure for scripts: a digest of all that numbers do not move, and what they do."""


def inline(resolved: Resolved, prefix: str = "fig", address: Callable[[str], str | None] | None = None) -> InlineFigure:
    """The figure with every step of its cursor; `address` as `page_svg` has it."""
    found = scene(resolved, prefix, live=True, words=WORDS)
    return InlineFigure(page_svg(found, address), page_legend(found), _proportions(found))


def inline_for_scripts(resolved: Resolved) -> InlineFigure:
    """The same for a page whose scripts take it in."""
    found = scene(resolved, live=True, words=WORDS)
    figure = page_figure(found)
    return InlineFigure(figure.drawn, page_legend(found), _proportions(found), figure.shape, figure.moved)


def _proportions(found: Scene) -> Proportions:
    canvas = dict(found.data).get("graph") or f"0 0 {found.width} {found.height}"
    *_, width, height = map(float, canvas.split())
    return Proportions(width, height, next((name for name, most in BESIDE.items() if width < most * height), None))


def inline_layers(resolved: Resolved) -> dict[str, Any]:
    """What a page that has the figure of another step of the same link puts into it, as `page_layers` has it."""
    return page_layers(scene(resolved, live=True, words=WORDS))


def figure(resolved: Resolved, stepped: bool = False, price: float = 1.0) -> Figure:
    """The figure that a format is written from, one so dear; `stepped` for a format that draws every step."""
    link, run = resolved.link, resolved.run
    shown = notated(run.folded if link.view == "folded" else run.graph, resolved.notation)
    if stepped:
        afford(link, "frames", len(_film(resolved)) * len(shown.nodes))
    if link.values:
        _check_size_of_numbers(resolved, all_of_it(resolved))
    return Figure(
        shown, run.of, scene(resolved, price=price), resolved.cursor, resolved.numbers, lambda: _frame_scenes(resolved),
        len(_film(resolved)) or 1, link.scale, link.values, stepped,
    )  # fmt: skip


def _film(resolved: Resolved) -> list[str]:
    """The places of the frames: those of the phase up to the cursor, or each node in the order of the forward pass."""
    link, run = resolved.link, resolved.run
    walked = steps(run.folded) if link.view == "folded" and link.phase is None else run.steps
    places = [step.at for step in walked if step.phase == (link.phase or "forward")]
    if link.phase is None:
        shown = (run.folded if link.view == "folded" else run.graph).nodes
        drawn = {node.id for node in shown if resolved.rows is None or node.var in resolved.rows}
        return [at for at in places if at in drawn]
    return places if link.at is None else places[: places.index(link.at) + 1]


def _frame_scenes(resolved: Resolved) -> Iterable[Scene]:
    """The figure step by step: with a phase its cursor moves, without one the structure grows node by node.

    Without a step, as in the update where nothing is trained, it is one picture.
    """
    run, phase, film = resolved.run, resolved.link.phase, _film(resolved)
    if phase is None or not film:
        return built(scene(resolved), film) or [scene(resolved)]
    return _scenes(resolved, (cursor(run.graph, phase, at) for at in film))


def systems_in_brief() -> list[dict[str, Any]]:
    """Every system in brief."""
    return [_brief(row) for row in SYSTEMS.values()]


def system_in_full(name: str) -> dict[str, Any]:
    """Everything about a system; KeyError if there is none of that name."""
    row = SYSTEMS[name]
    recurrence = row.recurrence
    return _brief(row) | {
        "equations": row.equations,
        "tex": tex(recurrence),
        "sizes": dict(recurrence.sizes),
        "tau": row.tau,
        "task": row.task,
        "parameters": {name: list(recurrence.shape(name)) for name in recurrence.names("parameter")},
        "tasks": [{"name": t.name, "title": t.title, "about": t.about} for t in fitting_tasks(row)],
    }


def fitting_tasks(row: System) -> list[Task]:
    """The tasks that can feed a system."""
    return [task for task in TASKS.values() if _can_be_fed_by(task, row)]


def _can_be_fed_by(task: Task, row: System) -> bool:
    try:
        return load(row.name, task=task.name).task is not None
    except Problems:
        return False


def _brief(row: System) -> dict[str, Any]:
    return {"name": row.name, "title": row.title, "source": row.source, "about": row.about}


def _contribution(resolved: Resolved, edge: Edge) -> dict[str, Any]:
    gradient = _list(resolved.run.contributions[edge.id])
    return {"source": edge.source, "target": edge.target, "params": edge.params, "gradient": gradient}


def _stopped(stopped: Stopped | Diverged | None) -> dict[str, Any] | None:
    return None if stopped is None else asdict(stopped)


def _check_size_of_numbers(resolved: Resolved, wanted: Wanted) -> None:
    """Refuse an answer of too many numbers before any is computed."""
    recurrence, shown, steps = resolved.run.recurrence, resolved.run.graph, wanted.last - wanted.first + 1
    told, count = {name: wanted.has(name) for name in ("parameters", "values", "gradients")}, 0
    for name, v in recurrence.variables.items():
        if wanted.of(name):
            times = told["gradients"] + told["parameters" if v.kind == "parameter" else "values"]
            count += times * prod(recurrence.shape(name)) * (steps if v.indexed else 1)
    shapes = {n.id: prod(n.shape) for n in shown.nodes if wanted.at(n.id)}
    operations_told = told["values"] + told["gradients"]
    count += operations_told * sum(shapes[n.id] for n in shown.nodes if n.kind == "operation" and n.id in shapes)
    if wanted.has("contributions"):
        count += sum(shapes.get(e.source, 0) for e in shown.edges)
    afford(resolved.link, "numbers", count)


def _data_answer(name: str, make: Callable[[Resolved], dict[str, Any]], model: str, meaning: str) -> Answer:
    return Answer(name, f"/api/{name}", JSON, ".json", lambda resolved: json_bytes(make(resolved)), meaning, model)


def _partial_answer(
    name: str,
    make: Callable[[Resolved, Wanted], dict[str, Any]],
    fields: Sequence[str],
    alone: str,
    model: str,
    meaning: str,
) -> tuple[Answer, ...]:
    """An answer of which a part can be asked for, as JSON and as files of NumPy's arrays.

    A file of one array has it from the fields `alone`, unless a link says from which.
    """

    def made(resolved: Resolved) -> dict[str, Any]:
        return make(resolved, wanted_of(resolved, fields))

    def arrays(resolved: Resolved) -> dict[str, Array]:
        found = {name: value for name, value in made(resolved).items() if name not in ("variables", "dimensions")}
        return dict(numbers_of(found))

    def alone_of(resolved: Resolved) -> dict[str, Array]:
        wanted = wanted_of(resolved, fields).variables
        named = ((path, path.partition("/"), array) for path, array in arrays(resolved).items())
        found = {path: array for path, (field, _, name), array in named
                 if field in fields and (wanted is None or name in wanted)}  # fmt: skip
        return found if wanted else dict([*found.items()][:1])

    def from_alone(link: Link) -> Link:
        return link if getattr(link, "fields", None) else link.model_copy(update={"fields": alone})

    row = replace(_data_answer(name, made, model, meaning), asks=Partial, body=PartialBody)
    file = replace(row, media_type=BINARY, model=None)
    return (
        row,
        replace(
            file, name=f"{name}.npz", path=f"/{name}.npz", suffix=".npz", make=lambda it: files.npz(arrays(it)),
            meaning=f"{meaning}; as numpy.load reads them, an array for each as values/h",
        ),
        replace(
            file, name=f"{name}.npy", path=f"/{name}.npy", suffix=".npy", make=lambda it: files.npy(alone_of(it)),
            meaning=f"{meaning}; one array, as numpy.load reads it: of one of the variables its "
            f"{alone.replace(',', ' or ')} unless fields says others; the first where none is named", meant=from_alone,
        ),
    )  # fmt: skip


def _training_answer() -> Answer:
    meaning = "A training, update by update: its losses, its predictions, what the parameters and the state come to"
    row = _data_answer("train", training_json, "Training", meaning)
    return _of_a_run(
        replace(row, event="TrainingStep"), lambda resolved, told: json_pieces(training_json(resolved, told))
    )


def at_once(make: Callable[[Resolved, OnSteps], bytes]) -> TrainingWriter:
    """A writer whose answer is made in one piece."""
    return lambda resolved, told: (make(resolved, told),)


def _of_a_run(row: Answer, run: TrainingWriter) -> Answer:
    return replace(row, run=run, make=lambda resolved: b"".join(run(resolved, None)), asks=Training, body=TrainingBody)


def _run_file(suffix: str) -> Answer:
    file, name = files.RUNS[suffix], f"run{suffix}"
    meaning = f"A training as a file: {file.meaning}"
    row = Answer(name, f"/{name}", file.media_type, suffix, lambda _: b"", meaning, shown=file.shown)
    return _of_a_run(row, at_once(lambda resolved, told: file.write(resolved.train(told), resolved)))


def _weights_file(suffix: str) -> Answer:
    write, meaning = files.WEIGHTS[suffix]
    return Answer(
        f"weights{suffix}", f"/weights{suffix}", BINARY, suffix, write, f"The parameters of a link, {meaning}"
    )


def _graph_answer() -> Answer:
    """The graph as JSON, or as another format writes it."""
    made = _data_answer("graph", graph_json, "Graph", "The computational graph of a link, as networkx and D3 read it")
    others = {name: _figure_answer(FORMATS[name]) for name in get_args(Graphing.model_fields["format"].annotation)}
    return replace(made, asks=Graphing, body=GraphingBody, formats={**others, "json": made})


def _figure_answer(row: Format) -> Answer:
    name, meaning = f"figure{row.suffix}", f"The figure of a link: {row.meaning}"

    def make(resolved: Resolved) -> bytes:
        stepped = row.steps == "always" or (row.steps == "asked" and resolved.link.frames)
        return row.render(figure(resolved, stepped, row.price))

    return Answer(name, f"/{name}", row.media_type, row.suffix, make, meaning, shown=row.shown)


ANSWERS: Mapping[str, Answer] = {
    row.name: row
    for row in (
        _graph_answer(),
        *_partial_answer(
            "trace",
            trace_json,
            TRACED,
            "values,parameters",
            "Trace",
            "A whole pass: every value, every gradient, what flowed along each edge",
        ),
        _data_answer(
            "cursor",
            cursor_json,
            "Cursor",
            "How far the pass of a link has come: its steps, what is reached, and in the update what came of it",
        ),
        _training_answer(),
        _data_answer(
            "adjoint",
            adjoint_json,
            "Adjoint",
            "The backward recurrence of a link, to be read: text, LaTeX and MathML",
        ),
        _data_answer(
            "gradient-check",
            gradient_check_json,
            "GradientCheck",
            "Every gradient beside finite differences: how far apart they are",
        ),
        *_partial_answer(
            "instruments",
            instruments_json,
            MEASURED,
            "norms",
            "Instruments",
            "Measurements of the gradients: how large at every step, how far they reach, what truncation removed",
        ),
        *map(_figure_answer, FORMATS.values()),
        *map(_run_file, files.RUNS),
        *map(_weights_file, files.WEIGHTS),
    )
}
