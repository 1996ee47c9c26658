"""The permalink model: one frozen field for everything that a query, a JSON body or a command line may ask for."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from app.engine.training import OPTIMIZERS
from app.language import Subject, steps_said
from app.language.typeset import LastStep, TimeMarks, VectorMarks
from app.link.rows import (
    ANYWHERE,
    FAR_BACK,
    FIRST_ROW,
    MEMORY,
    OWN_PLACE,
    RECALL,
    Change,
    Check,
    FieldRow,
    FieldStage,
    Placement,
    at_stage,
    defaults_after,
    explore,
    training,
)
from app.link.ties import excludes, needs, opened_within_the_run, within_the_run
from app.link.values import (
    AS_WRITTEN,
    Arrays,
    AtMost,
    Entries,
    Equations,
    Name,
    Names,
    OpenedSteps,
    Positive,
    Signal,
    Sizes,
    Truncation,
    Window,
    one_of,
)
from app.systems import SYSTEMS, TASKS


def _row(default: Any, row: FieldRow, control: str, meaning: str, example: Any, **hints: Any) -> Any:
    """A field: its default, its row, the control that sets it on a page, what it means, a value to try.

    `expects` says in words what is allowed where the type does not; `choices` are values to offer, `words` what a page
    calls some of them.
    """
    extra = {"x-control": control} | {f"x-{key}": hint for key, hint in hints.items()}
    return _with(row, Field(default, description=meaning, examples=[example], json_schema_extra=extra))


def _numbers(about: Subject, meaning: str, *checks: Check) -> Any:
    """Arrays of one's own in a body, by name."""
    return _with(FieldRow(FieldStage.DATA, checks=checks, about=about), Field({}, description=meaning))


def _with(row: FieldRow, info: Any) -> Any:
    """A field's description that carries its row."""
    info.metadata.append(row)
    return info


NOT_TRAINED = "{name} is for a network that was trained: say with {trained} for how many updates"
GIVEN_TWICE = "equations take the place of a system: leave one of them out"


class Link(BaseModel):
    """What to draw, run and show. Every field is optional; a link is written without its defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    chosen: ClassVar[Change] = "system"
    """What it is to choose another system, or to paste another program, where such a link is open."""

    system: Name = _row(
        "rnn",
        FieldRow(
            FieldStage.SYSTEM,
            placements=(
                explore(FIRST_ROW),
                *training("Network", ANYWHERE),
                Placement(RECALL, "Network"),
            ),
            checks=(excludes(["equations"], GIVEN_TWICE, ["equations"]),),
            dropped_by=("equations",),
            about=Subject.SYSTEM,
        ),
        "select",
        "A recurrent network by its name",
        "rnn-regression",
        expects="the name of a system",
        choices=[*SYSTEMS],
    )
    equations: Equations | None = _row(
        None,
        FieldRow(
            FieldStage.SYSTEM,
            placements=(explore(OWN_PLACE),),
            dropped_by=("system", "network", "beside"),
            keeps_cursor=True,
            about=Subject.EQUATIONS,
        ),
        "textarea",
        "Equations of your own, in place of a system",
        "h[t] = tanh(W @ h[t-1] + U @ x[t])",
    )
    sizes: Sizes = _row(
        (),
        FieldRow(
            FieldStage.SYSTEM,
            placements=(
                explore(OWN_PLACE),
                *training("Network", ANYWHERE),
                Placement(MEMORY, "Networks"),
            ),
            dropped_by=("system", "network", "equations", "beside"),
            keeps_cursor=True,
            about=Subject.SIZES,
            several=True,
            of_names=True,
        ),
        "text",
        "How many units a vector has, by its name",
        "h:5",
        expects="numbers from 1 to {size} by name, as in x:4,h:5",
    )
    tau: Annotated[int, Field(ge=1), AtMost("tau")] = _row(
        3,
        FieldRow(
            FieldStage.DATA,
            "τ",
            (
                explore(FIRST_ROW, slider=(1, 24, 1)),
                *training("Data", ANYWHERE),
                Placement(RECALL, "Network", 2),
            ),
            dropped_by=(),
            about=Subject.STEPS,
        ),
        "range",
        "How many steps to unfold",
        5,
    )
    task: Name | None = _row(
        None,
        FieldRow(
            FieldStage.SYSTEM,
            placements=(
                explore("Data"),
                *training("Data", MEMORY, order=-1),
                Placement(ANYWHERE, "Data", -1, "Pattern"),
                Placement(RECALL, "Network", 1, "Patterns"),
            ),
            dropped_by=("network", "equations", "beside"),
            keeps_cursor=True,
            about=Subject.TASK,
        ),
        "select",
        "The data that is fed in. Without one, the system's own task, else random numbers",
        "next-character:banana",
        expects="the name of a task, after a colon what it is about",
        choices=[*TASKS],
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = _row(
        0,
        FieldRow(
            FieldStage.DATA,
            placements=(
                explore(FIRST_ROW),
                *training("Network", ANYWHERE),
                Placement(MEMORY, "Networks"),
                Placement(RECALL, "Network", 3),
            ),
            dropped_by=(),
            keeps_cursor=True,
        ),
        "number",
        "Chooses the random numbers",
        7,
    )
    of: Name | None = _row(
        None,
        FieldRow(
            FieldStage.PASS,
            "Gradient of",
            (explore(FIRST_ROW),),
            dropped_by=("system", "network", "equations"),
            keeps_cursor=True,
            about=Subject.OBJECTIVE,
            of_names=True,
        ),
        "text",
        "What is differentiated, summed over its entries. Without one, the loss, else the last variable",
        "L[3]",
        expects="a variable or a node, as in loss or L[3]",
    )
    truncate: Truncation | None = _row(
        None,
        FieldRow(
            FieldStage.RUN,
            "Truncation",
            (explore(FIRST_ROW, empty="no cut"), *training("Training", order=1, label="Truncate after", empty="none")),
            dropped_by=("system", "network"),
            keeps_cursor=True,
        ),
        "text",
        "Truncation, where the gradient stops: after every k-th step, as 2, or after steps, as 3|5 (one alone: 3|)",
        "1|2",
        expects="a number k, or steps as in 3|5 (one alone: 3|), from 1 to {tau}",
    )
    feed: Name | None = _row(
        None,
        FieldRow(
            FieldStage.SYSTEM,
            "Feed back an output",
            (explore("Data"),),
            dropped_by=("system", "network", "equations", "beside"),
            about=Subject.FREE_RUNNING,
            of_names=True,
        ),
        "text",
        "What is given and read from an output instead, one step later: teacher forcing off, free running on",
        "y:o",
        expects="a given sequence and a computed one, as in y:o",
    )
    radius: Positive | None = _row(
        None,
        FieldRow(
            FieldStage.DATA,
            "Spectral radius",
            (explore(FIRST_ROW, empty="as drawn", slider=(0.1, 2, 0.05)),),
            dropped_by=("system", "beside"),
            keeps_cursor=True,
            about=Subject.SPECTRAL_RADIUS,
        ),
        "number",
        "The spectral radius that the recurrent matrices are scaled to. Without one, they are as drawn",
        1.1,
    )
    set: Entries | None = _row(
        None,
        FieldRow(
            FieldStage.DATA,
            "Numbers set by hand",
            (explore("Data", empty="W[2,1]:0.7"),),
            dropped_by=("system", "network", "equations", "beside"),
            keeps_cursor=True,
            about=Subject.ENTRIES,
            several=True,
            of_names=True,
        ),
        "text",
        "Entries of parameters, of data (x[2,1]: at step 2) and starts (h[0,1]), counted from 1; a name alone is all",
        "W[2,1]:0.7,b:0.1",
        expects="entries with their numbers, as in W[2,1]:0.7,b:0.1",
    )
    trained: Annotated[int, Field(ge=0), AtMost("steps")] = _row(
        0,
        FieldRow(FieldStage.PASS, "Updates before", (explore("Training"),), keeps_cursor=True),
        "number",
        "How many updates of a training came before: what is shown is the next one, with its window of the task's data",
        2,
    )
    trained_tau: Annotated[int, Field(ge=1), AtMost("tau")] | None = _row(
        None,
        FieldRow(
            FieldStage.RUN,
            "Length of its sequences",
            placements=(explore("Training", empty="as unfolded"),),
            checks=(needs("trained", NOT_TRAINED),),
            after_training=True,
        ),
        "number",
        "How many steps the windows of that training had. Without it, as many as are unfolded",
        10,
    )
    forced: bool = _row(
        False,
        FieldRow(
            FieldStage.RUN,
            "Trained on the right outputs",
            placements=(explore("Training"),),
            checks=(
                needs("trained", NOT_TRAINED),
                needs("feed", "{name} is about what {feed} takes away: say {feed} too"),
            ),
            after_training=True,
        ),
        "checkbox",
        "Whether that training was given what feed takes away: teacher forcing, then free running",
        True,
    )
    signal: Signal | None = _row(
        None,
        FieldRow(FieldStage.PASS, placements=(explore("Data"),), dropped_by=(), after_training=True),
        "text",
        "What the input is in the pass that is shown, step by step, then 0; training keeps its data",
        "0,0.5,1,0.5",
        expects="1 to {tau} numbers with commas between them",
    )
    optimizer: Annotated[Name, one_of(OPTIMIZERS)] = _row(
        "adam",
        FieldRow(
            FieldStage.RUN,
            placements=(explore("Training"), *training("Training", ANYWHERE, MEMORY)),
            keeps_cursor=True,
        ),
        "select",
        "How training moves the parameters along their gradient",
        "momentum",
        expects="the name of an optimizer",
        choices=[*OPTIMIZERS],
    )
    lr: Positive = _row(
        0.01,
        FieldRow(
            FieldStage.RUN,
            "Learning rate",
            (explore("Training"), *training("Training", ANYWHERE, MEMORY)),
            keeps_cursor=True,
        ),
        "number",
        "The learning rate of training",
        0.02,
    )
    momentum: Annotated[float, Field(ge=0, lt=1), AS_WRITTEN] = _row(
        0.9,
        FieldRow(
            FieldStage.RUN,
            placements=(explore("Training"), *training("Training")),
            keeps_cursor=True,
        ),
        "number",
        "How much of its velocity the optimizer momentum keeps from update to update",
        0.5,
    )
    clip: Positive | None = _row(
        None,
        FieldRow(
            FieldStage.RUN,
            placements=(
                explore("Training", empty="none", label="Clip at norm"),
                *training("Training", ANYWHERE, MEMORY, label="Clip at norm"),
            ),
            keeps_cursor=True,
        ),
        "number",
        "The norm beyond which training shortens a gradient. Without one, none is",
        1.5,
    )
    batch: Annotated[int, Field(ge=1), AtMost("batch")] = _row(
        1,
        FieldRow(
            FieldStage.DATA,
            placements=(
                explore("Training", label="Sequences at once"),
                *training("Data", ANYWHERE, MEMORY, label="Sequences at once"),
            ),
            keeps_cursor=True,
        ),
        "number",
        "How many sequences go through at once; the loss is their mean, the first one is shown",
        4,
    )
    carry_state: bool = _row(
        False,
        FieldRow(
            FieldStage.RUN,
            "Carry the state on",
            (explore("Training"), *training("Data")),
            keeps_cursor=True,
        ),
        "checkbox",
        "Whether training starts each window with the state that the last one ended in",
        True,
    )
    detail: Literal["states", "cells", "gates", "operations"] | None = _row(
        None,
        FieldRow(
            FieldStage.PASS,
            placements=(explore(FIRST_ROW),),
            dropped_by=("beside",),
            keeps_cursor=True,
            file_word=1,
        ),
        "choice",
        "How much is drawn: the states alone, every variable of a cell, its layers, gates and what combines them, "
        "or every operation and parameter. Without one, gates where a loop has some, else cells",
        "operations",
    )
    open: OpenedSteps | None = _row(
        None,
        FieldRow(
            FieldStage.PASS,
            "Steps opened",
            (explore("Figure"),),
            (opened_within_the_run,),
            dropped_by=("system", "network", "equations", "beside"),
            keeps_cursor=True,
            several=True,
        ),
        "text",
        "Steps that show more than the others, each with its detail; where all show as much it changes nothing. What a "
        "step does not share with the others, as its parameters at operations, has copies of its own",
        "2:operations",
        expects="steps from 1 to {tau}, each with cells, gates or operations, as in 3:gates or 2:cells,3:operations",
    )
    parameters: Literal["arrows", "nodes", "copies"] | None = _row(
        None,
        FieldRow(FieldStage.PASS, placements=(explore("Figure"),), file_word=2),
        "choice",
        "How parameters are shown: on the arrows they multiply along, each as one node, or a copy for each step. "
        "Without one, on arrows, and at operations as nodes; at states they are within f",
        "nodes",
    )
    view: Literal["folded", "unfolded", "both"] = _row(
        "unfolded",
        FieldRow(
            FieldStage.PICTURE,
            placements=(explore(FIRST_ROW),),
            checks=(
                excludes(
                    ["values"],
                    "the circuit has no numbers; the unfolded graph has",
                    ["unfolded", "both"],
                    value="folded",
                ),
            ),
            dropped_by=("beside",),
            keeps_cursor=True,
            file_word=3,
        ),
        "choice",
        "The circuit with its delays, the unfolded graph, or both side by side",
        "both",
    )
    phase: Literal["forward", "backward", "update"] | None = _row(
        None,
        FieldRow(FieldStage.CURSOR, dropped_by=("beside",), file_word=5),
        "choice",
        "Which pass is shown with its numbers; in the update, what the way back is for: each parameter's gradients by "
        "step come together, all parameters move, and the loss is another. Without one, the structure alone",
        "forward",
    )
    at: Name | None = _row(
        None,
        FieldRow(
            FieldStage.CURSOR,
            checks=(needs("phase", "at names a node of a pass: choose a phase too"),),
            dropped_by=("beside",),
            file_word=6,
            of_names=True,
        ),
        "text",
        "The node that the pass has come to; in the update the parameter whose gradient comes together, then theta', "
        "all of them as they move, then loss', the next loss. Without one, the pass is complete",
        "h[2]",
        expects="a node of the graph, as in h[2]",
    )
    window: Window | None = _row(
        None,
        FieldRow(FieldStage.PICTURE, "Steps shown", (explore("Figure"),), (within_the_run,)),
        "text",
        "The steps that the figure shows, of a long run. Without it, all of up to 12, else both ends and what is "
        "around the cursor; 1..tau draws every step",
        "2..3",
        expects="the first and the last step to show, as in 2..4 or 2..tau, from 1 to {tau}",
    )
    values: bool = _row(
        False,
        FieldRow(FieldStage.PICTURE),
        "checkbox",
        "Whether the graph as JSON has values, gradients and contributions",
        True,
    )
    frames: bool = _row(
        False,
        FieldRow(FieldStage.PICTURE, file_word=7),
        "checkbox",
        "Whether a PDF has a page and a TeX file a Beamer slide for every step: of the phase, up to at; without a "
        "phase for every node of the structure",
        True,
    )
    fit: Literal["16:9", "4:3", "preview", "column"] | None = _row(
        None,
        FieldRow(FieldStage.PICTURE),
        "choice",
        "The box that a file of the figure is made to fill: a slide of 960 × 540 or 720 × 540 points, the preview of a "
        "link, 1200 to 630, or a journal's column of 252 points. Long runs are wrapped into lines, and no letter is "
        "under 6 points; what has no room so is larger, and says it",
        "16:9",
        words={"16:9": "Slide, 16:9", "4:3": "Slide, 4:3", "preview": "Preview of a link", "column": "Journal column"},
    )
    scale: Annotated[float, Field(ge=0.1, le=8), AS_WRITTEN] = _row(
        1.0,
        FieldRow(FieldStage.PICTURE, about=Subject.PICTURE_SIZE),
        "number",
        "How much larger the whole figure is",
        2,
    )
    font_size: Annotated[float, Field(ge=0.5, le=3), AS_WRITTEN] = _row(
        1.0,
        FieldRow(FieldStage.PICTURE),
        "number",
        "How much larger the figure's labels are, for the back row of a lecture hall",
        1.25,
    )
    background: Literal["paper", "white", "none"] = _row(
        "paper",
        FieldRow(FieldStage.PICTURE),
        "choice",
        "What the figure stands on: paper in the theme's colour, white, or nothing",
        "none",
    )
    theme: Literal["light", "dark", "print"] | None = _row(
        None,
        FieldRow(FieldStage.PICTURE, dropped_by=("system", "beside"), file_word=4),
        "choice",
        "The colours of the figure. Without one, light; pages follow the system",
        "dark",
    )
    rows: Entries | None = _row(
        None,
        FieldRow(
            FieldStage.PICTURE,
            "Rows to show",
            (explore("Figure", empty="all"),),
            dropped_by=("system", "network", "equations", "beside"),
            keeps_cursor=True,
            several=True,
            of_names=True,
        ),
        "text",
        "The rows of the figure that are shown, by variables and kinds, or with a minus those that are left out, with "
        "their arrows",
        "-target,-loss",
        expects="variables of the figure and kinds of nodes, as in state,x or -target,-loss",
    )
    direction: Literal["right", "up"] = _row(
        "right",
        FieldRow(FieldStage.PICTURE, "Time runs", (explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "Which way time runs in the unfolded graph: to the right or up",
        "up",
    )
    spacing: Literal["compact", "normal", "wide"] = _row(
        "normal",
        FieldRow(FieldStage.PICTURE, placements=(explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "How far apart nodes stand",
        "wide",
    )
    colours: Literal["classic", "okabe", "tol", "dusk"] = _row(
        "classic",
        FieldRow(FieldStage.PICTURE, placements=(explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "The colours that tell kinds of nodes apart; all but classic are told apart by people who do not see red, "
        "green or blue. The theme print has none",
        "okabe",
        words={"okabe": "Okabe and Ito", "tol": "Tol"},
    )
    caption: Annotated[str, Field(max_length=500)] = _row(
        "",
        FieldRow(FieldStage.PICTURE, placements=(explore("Figure"),), keeps_cursor=True),
        "text",
        "Words below the figure",
        "A recurrent network, unfolded",
    )
    mark: Entries | None = _row(
        None,
        FieldRow(
            FieldStage.PICTURE,
            "Highlighted",
            (explore("Figure"),),
            dropped_by=("system", "network", "equations", "beside"),
            keeps_cursor=True,
            several=True,
            of_names=True,
        ),
        "text",
        "Nodes and arrows of the figure that are marked, by their ids; an arrow between nodes that are not neighbours "
        "marks all ways from one to the other",
        "h[2],h[1]->h[3]",
        expects="nodes and arrows of the figure, as in h[2],h[2]->h[3]",
    )
    time: TimeMarks = _row(
        "superscript",
        FieldRow(FieldStage.PICTURE, "Time written", (explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "Where the step stands at a symbol: above in brackets, below, or above in angle brackets",
        "subscript",
        words={"superscript": "above, h⁽ᵗ⁾", "subscript": "below, hₜ", "angle": "in angle brackets, h⟨ᵗ⟩"},
    )
    last: LastStep = _row(
        "tau",
        FieldRow(FieldStage.PICTURE, "Last step called", (explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "What the last step is called",
        "T",
        words={"tau": "τ"},
    )
    vectors: VectorMarks = _row(
        "bold",
        FieldRow(FieldStage.PICTURE, "Vectors printed", (explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "How vectors are set: bold, as matrices are, under an arrow with matrices plain, or all plain",
        "arrow",
    )
    orientation: Literal["columns", "rows", "written"] = _row(
        "columns",
        FieldRow(FieldStage.PICTURE, "Vectors stand as", (explore("Figure"),), dropped_by=(), keeps_cursor=True),
        "select",
        "Whether vectors are columns, W x, or rows, x W; written: rows where the equations multiply them from the left",
        "rows",
        words={"columns": "columns, W x", "rows": "rows, x W", "written": "as written"},
    )
    names: Names = _row(
        (),
        FieldRow(
            FieldStage.PICTURE,
            "Other symbols",
            (explore("Figure"),),
            dropped_by=("system", "network", "equations", "beside"),
            keeps_cursor=True,
            several=True,
        ),
        "text",
        "Other symbols for names in all that is shown; numbers and ids keep the names of the equations",
        "h:s,W:W_hh",
        expects="names with the symbols to show for them, as in h:s,W:W_hh",
    )

    @model_validator(mode="after")
    def _as_many_steps_as_the_text_says(self) -> Self:
        """Where τ is left out it is what the equations say; given data still say it first, so it stays left out."""
        if "tau" not in self.model_fields_set:
            self.__dict__["tau"] = self.usual("tau")
        return self

    def usual(self, name: str) -> Any:
        """What a field is in this link where it is left out: its default, but τ as the equations say it."""
        said = steps_said(self.equations) if name == "tau" and self.equations else None
        return type(self).model_fields[name].default if said is None else said

    @property
    def bare(self) -> Self:
        """The same link without its cursor."""
        cursor = at_stage(Link, FieldStage.CURSOR)
        return self.model_copy(update={name: Link.model_fields[name].default for name in cursor})

    def up_to(self, stage: FieldStage) -> Link:
        """The link with the defaults of all fields later than a stage: links that share what is made by then agree."""
        later = defaults_after(Link, stage)
        if type(self) is Link:
            return self.model_copy(update=later)
        return Link.model_construct(**{**{name: getattr(self, name) for name in Link.model_fields}, **later})


EXAMPLES: dict[str, JsonValue] = {
    "a system": {"system": "rnn", "tau": 2, "sizes": {"h": 3}},
    "equations and numbers of your own": {
        "equations": "h[t] = tanh(W @ h[t-1] + U @ x[t])",
        "sizes": {"x": 1, "h": 2},
        "tau": 2,
        "params": {"W": [[0.5, 0.0], [0.0, -0.5]], "U": [[1.0], [2.0]]},
        "inputs": {"x": [[1.0], [0.0]]},
        "initial": {"h": [0.1, 0.2]},
    },
}
"""Bodies to try."""

TRAININGS: dict[str, JsonValue] = {
    "from sine to cosine, the state carried on": {
        "system": "rnn-regression",
        "tau": 10,
        "steps": 20,
        "lr": 0.02,
        "carry_state": True,
    },
    "equations and numbers of your own": {
        "equations": "h[t] = tanh(alpha * h[t-1] + x[t])\nL[t] = mse(h[t], y[t])\nloss = mean(L[t])",
        "sizes": {"h": 1},
        "tau": 2,
        "steps": 3,
        "optimizer": "momentum",
        "params": {"alpha": 0.5},
        "inputs": {"x": [[1.0], [0.0]], "y": [[0.5], [0.9]]},
    },
}
"""Trainings to try."""


class Graphing(Link):
    """A link, and how its graph is written."""

    format: Literal["json", "dot"] = _row(
        "json", FieldRow(FieldStage.PICTURE), "choice", "How the graph is written", "dot"
    )


class Partial(Link):
    """A link, and which part of its numbers is wanted; with `window`, of which steps."""

    variables: Entries | None = _row(
        None,
        FieldRow(FieldStage.PICTURE, several=True),
        "text",
        "The variables whose numbers are wanted. Without it, all",
        "h",
        expects="names with commas between them, as in h,W",
    )
    fields: Entries | None = _row(
        None,
        FieldRow(FieldStage.PICTURE, several=True),
        "text",
        "The fields of the answer that are wanted; the others are empty. Without it, all",
        "parameters",
        expects="fields of the answer with commas between them",
    )


class Body(Link):
    """The fields of a link as JSON, and numbers of your own."""

    model_config = ConfigDict(json_schema_extra={"examples": [*EXAMPLES.values()]})

    plain: ClassVar[type[Link]] = Link
    """The same without numbers."""
    bodies: ClassVar[dict[str, JsonValue]] = EXAMPLES
    """Some to try, by what they show."""

    params: Arrays = _numbers(
        Subject.PARAMETERS, "Parameters by name; the others are drawn from the seed. Shapes say ranks and sizes"
    )
    inputs: Arrays = _numbers(
        Subject.DATA,
        "Data by name: (tau, size) for a sequence, (size) for one value; without tau, a sequence has as many steps",
        excludes(["trained_tau", "forced"], "inputs are the data of every window, and these are of another kind", []),
    )
    initial: Arrays = _numbers(Subject.STARTS, "Starts by variable: (size), or (lag, size), oldest first")

    @property
    def link(self) -> Link:
        return self.plain.model_construct(**{name: getattr(self, name) for name in self.plain.model_fields})


class GraphingBody(Body, Graphing):
    """The fields of a graph as JSON, and numbers of your own."""

    plain: ClassVar[type[Link]] = Graphing


class PartialBody(Body, Partial):
    """The fields of a link whose numbers are wanted as JSON, and numbers of your own."""

    plain: ClassVar[type[Link]] = Partial


class Training(Link):
    """A link, and for how many updates to train it from there."""

    chosen: ClassVar[Change] = "network"

    steps: Annotated[int, Field(ge=1), AtMost("steps")] = _row(
        60,
        FieldRow(
            FieldStage.PASS,
            placements=training("Training", ANYWHERE, MEMORY, order=-1, label="Updates, at most {most:,}"),
        ),
        "number",
        "For how many updates to train",
        5,
    )


class FarBack(Link):
    """Two networks side by side, each with the field that decides how far back it feels its mistake."""

    radius: Positive = _row(
        0.6,
        FieldRow(FieldStage.DATA, "Spectral radius of W", (Placement(FAR_BACK, "Plain", slider=(0.1, 2, 0.05)),)),
        "range",
        "The spectral radius of the plain network's recurrent matrix",
        1.1,
    )
    forget: Annotated[float, Field(ge=-20, le=20), AS_WRITTEN] = _row(
        3.0,
        FieldRow(FieldStage.DATA, "Bias of the forget gate", (Placement(FAR_BACK, "Gated", slider=(-1, 6, 0.25)),)),
        "range",
        "What every entry of the forget gate's bias is, before any training",
        1,
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = _row(
        0,
        FieldRow(FieldStage.DATA, placements=(Placement(FAR_BACK, "Both"),)),
        "number",
        "Chooses the random numbers of both",
        7,
    )


class TrainingBody(Body, Training):
    """The fields of a training as JSON, and numbers of your own: parameters to begin with, data of every window."""

    model_config = ConfigDict(json_schema_extra={"examples": [*TRAININGS.values()]})
    plain: ClassVar[type[Link]] = Training
    bodies: ClassVar[dict[str, JsonValue]] = TRAININGS
