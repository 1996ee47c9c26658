"""Models of the API's answers, from which OpenAPI describes them; tests validate every answer against its model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from app.engine import Phase
from app.language import Source

Kind = Literal["input", "state", "output", "loss", "target", "parameter", "operation"]


SUFFIX = "Json"
"""Ends the name of a model here, since the class that it describes has the same name."""


def public_name(model: type[BaseModel]) -> str:
    """What the description calls a model: `TraceJson` describes the JSON of a trace, and is `Trace` there."""
    return model.__name__.removesuffix(SUFFIX)


def model_named(name: str) -> type[BaseModel]:
    """The model that the description calls so."""
    found: type[BaseModel] = globals()[name + SUFFIX]
    return found


class AnswerModel(BaseModel):
    """What all of them are: nothing is in an answer that is not described."""

    # They are put together where the API is described: no other answer waits for it.
    model_config = ConfigDict(extra="forbid", model_title_generator=public_name, defer_build=True)


Row = list[float | None]


class NumbersJson(RootModel[float | Row | list[Row] | list[list[Row]] | list[list[list[Row]]] | None]):
    """A number or nested lists of numbers, null where a number is not finite.

    Written out to four axes, since generators of clients read no schema that leads to itself.
    """

    model_config = ConfigDict(model_title_generator=public_name, defer_build=True)


Named = dict[str, NumbersJson]


class WhyJson(AnswerModel):
    """What settled the rank of a variable, or the size of a dimension."""

    source: Source = Field(
        description="A line that declares it, a size that is set, an array that is given, how a name is spelled, the "
        "equation, the least that the equations of a loop allow, or a default",
        examples=["array"],
    )
    words: str = Field(description="The same in words", examples=["params.W has 3 rows"])
    line: int | None = Field(description="The line of the text, if it is one", examples=[1])


class DimensionJson(AnswerModel):
    """What axes of equal length share."""

    size: int = Field(description="The length", examples=[4])
    why: WhyJson = Field(description="What settled it")


class VariableJson(AnswerModel):
    """What a name is: a scalar without axes, a vector with one, a matrix with two."""

    kind: Literal["computed", "given", "parameter"] = Field(
        description="Where its value comes from", examples=["given"]
    )
    sequence: bool = Field(description="Whether it has a value at each step", examples=[True])
    dimensions: list[str] = Field(description="The dimension of each axis", examples=[["h", "x"]])
    why: WhyJson | None = Field(description="What settled how many axes it has")


Variables = Annotated[dict[str, VariableJson], Field(description="Every name: how many axes it has, and why")]
Dimensions = Annotated[dict[str, DimensionJson], Field(description="Every dimension: how long it is, and why")]


class PartJson(AnswerModel):
    """What a node is within a cell."""

    form: Literal["layer", "pointwise"] = Field(
        description="An affine sum with its squashing, or what combines entry by entry", examples=["layer"]
    )
    name: str = Field(description="The variable whose letter stands in it, if any", examples=["f"])
    weights: list[str] = Field(description="The parameters that are named at it", examples=[["W_f", "U_f", "b_f"]])
    line: str = Field(description="The state on whose line it lies, if on any", examples=["c"])
    cell: str = Field(description="The first state of the cell that it belongs to", examples=["c"])
    gate: bool = Field(description="Whether its values lie between 0 and 1", examples=[True])
    valve: bool = Field(description="Whether a gate says how much passes through it", examples=[False])


class NodeJson(AnswerModel):
    """A variable at a step."""

    id: str = Field(description="Stable and readable", examples=["h[2]"])
    label: str = Field(description="The id as a person writes it", examples=["h(2)"])
    tex: str = Field(description="The label in LaTeX", examples=[r"\boldsymbol{h}^{(2)}"])
    var: str = Field(description="The variable", examples=["h"])
    t: int | None = Field(description="The step, null where there is none", examples=[2])
    kind: Kind = Field(description="The part it plays", examples=["state"])
    shape: list[int] = Field(description="The shape of its value", examples=[[4]])
    start: bool = Field(description="Whether it is given before the recurrence runs", examples=[False])
    op: str = Field(
        "", description="At details `gates`, `operations`: the operation that computes it", examples=["tanh"]
    )
    sign: str = Field("", description="How a figure writes the operation", examples=["tanh"])
    group: str = Field("", description="The group that it stands in, if any", examples=["h[2].f:1"])
    part: PartJson | None = Field(None, description="At detail `gates`: what it is within its cell")
    value: NumbersJson = Field(NumbersJson(None), description="With `values`: its value", examples=[[0.1, 0.2]])
    gradient: NumbersJson = Field(
        NumbersJson(None), description="With `values`: the derivative of `of` by it", examples=[[0.1, 0.2]]
    )


class EdgeJson(AnswerModel):
    """All that flows from one node into another."""

    id: str = Field(description="Stable and readable", examples=["h[1]->h[2]"])
    source: str = Field(description="The node it leaves", examples=["h[1]"])
    target: str = Field(description="The node it enters", examples=["h[2]"])
    key: str = Field(description="The id, as networkx calls it", examples=["h[1]->h[2]"])
    params: list[str] = Field(description="What multiplies along it", examples=[["W"]])
    lag: int = Field(description="How many steps it reaches ahead", examples=[1])
    function: str = Field(description="At detail `states`: the function it is an argument of", examples=["f"])
    cut: bool = Field(False, description="Whether truncation lets no gradient pass", examples=[True])
    contribution: NumbersJson = Field(
        NumbersJson(None), description="With `values`: the gradient that passes", examples=[[0.1, 0.2]]
    )


class GroupJson(AnswerModel):
    """One call of a function of the text, around its operations."""

    id: str = Field(description="Stable and readable", examples=["h[2].f:1"])
    label: str = Field(description="The function's name", examples=["f"])
    parent: str = Field(description="The group that it stands in, if any", examples=[""])


class AboutJson(AnswerModel):
    """What the graph is of."""

    detail: Literal["states", "cells", "gates", "operations"] = Field(
        description="The detail drawn", examples=["cells"]
    )
    parameters: Literal["arrows", "nodes", "copies"] = Field(description="How parameters are shown", examples=["nodes"])
    tau: int | None = Field(description="The number of steps, null for the circuit", examples=[3])
    of: str = Field(description="What is differentiated", examples=["loss"])
    rows: list[str] = Field(description="The variables of the figure's rows, lowest first", examples=[["x", "h"]])
    groups: list[GroupJson] = Field([], description="The calls of functions that operations stand in", examples=[[]])
    opened: dict[str, Literal["cells", "gates", "operations"]] = Field(
        {}, description="The steps that show more than the others, with their details", examples=[{"2": "operations"}]
    )


class GraphJson(AnswerModel):
    """A graph in node-link form: `networkx.node_link_graph(graph, edges="edges")` reads it."""

    directed: Literal[True] = Field(description="Always", examples=[True])
    multigraph: Literal[True] = Field(description="Always", examples=[True])
    graph: AboutJson = Field(description="What the graph is of")
    nodes: list[NodeJson] = Field(description="In dependency order")
    edges: list[EdgeJson] = Field(description="In the order of their targets")
    variables: Variables
    dimensions: Dimensions


class ContributionJson(AnswerModel):
    """The gradient that passes along one edge."""

    source: str = Field(description="The node it arrives at", examples=["h[1]"])
    target: str = Field(description="The node it comes from", examples=["h[2]"])
    params: list[str] = Field(description="What multiplies along the edge", examples=[["W"]])
    gradient: NumbersJson = Field(description="In the shape of the source", examples=[[0.1, 0.2]])


class StoppedJson(AnswerModel):
    """Where a run left the finite numbers: the first value, else the first gradient on the way back, and why."""

    t: int | None = Field(description="The step", examples=[57])
    variable: str = Field(description="The variable", examples=["h"])
    phase: Literal["forward", "backward", "update"] = Field(
        description="Whether it is a value, a gradient, or the parameters after the update of a training",
        examples=["forward"],
    )
    operation: str = Field(description="The operation that made it so, if one did", examples=["exp"])
    within: str = Field(description="The node in whose equation the operation stands", examples=["h[57]"])
    why: str = Field(description="In words", examples=["exp overflows above 709"])
    write: str = Field(
        description="Lines with which parameters begin above 0 that made a negative number; empty where none did",
        examples=["omega ~ 0.1"],
    )


class GatheredJson(AnswerModel):
    """A parameter's gradient as it comes together, step by step."""

    steps: list[int] = Field(description="The steps at which it is used", examples=[[1, 2, 3]])
    parts: NumbersJson = Field(description="What each of them adds, in their order", examples=[[0.1, 0.2, -0.1]])
    lost: NumbersJson = Field(description="What truncation took from each", examples=[[0.3, 0.0, 0.0]])
    gradient: NumbersJson = Field(description="The sum of the parts", examples=[0.2])


class MovedJson(AnswerModel):
    """A parameter and its update."""

    before: NumbersJson = Field(description="Before it", examples=[0.5])
    gradient: NumbersJson = Field(description="The gradient that is followed, as clipping leaves it", examples=[2.0])
    way: NumbersJson = Field(
        description="What the optimizer makes of it: the parameter moves by -lr times this", examples=[1.0]
    )
    after: NumbersJson = Field(description="After it", examples=[0.49])


class LossesJson(AnswerModel):
    """What is differentiated, before and after the update; null where it is not finite."""

    before: float | None = Field(description="In the pass that is shown", examples=[0.42])
    again: float | None = Field(description="On the same data with the moved parameters", examples=[0.4])
    following: float | None = Field(description="In the next forward pass", examples=[0.4])
    fed_anew: bool = Field(description="Whether that pass is fed other data, the next window", examples=[False])


class StepJson(AnswerModel):
    """A place that the pass comes by."""

    phase: Phase = Field(description="Which part of it", examples=["backward"])
    at: str = Field(description="A node, as `at` of a link names it", examples=["h[2]"])


class CursorJson(AnswerModel):
    """How far a pass has come."""

    steps: list[StepJson] = Field(description="Every place of it, in order")
    phase: Phase | None = Field(description="Where it is; null before the first step", examples=["backward"])
    at: str | None = Field(description="The place that it has come to; null where it is complete", examples=["h[2]"])
    valued: list[str] = Field(description="The nodes whose value it has reached", examples=[["h[1]"]])
    graded: list[str] = Field(description="The nodes whose gradient it has reached", examples=[["h[2]"]])
    flowed: list[str] = Field(description="The edges that the gradient has passed", examples=[["h[2]->h[3]"]])
    lit: list[str] = Field(description="The edges that the place is about", examples=[["h[2]->h[3]"]])
    gathered: dict[str, GatheredJson] = Field(description="In the update: the gradients that are together by now")
    moved: dict[str, MovedJson] = Field(description="The parameters that have moved by now")
    losses: LossesJson | None = Field(description="The losses, at the last place; null before it")


Window = Annotated[
    tuple[int, int],
    Field(description="The first and the last step of what is told: `window` of the link, else all", examples=[[1, 3]]),
]


class TraceJson(AnswerModel):
    """A whole pass, or the part that is asked for. Sequences are lists over time; what is not finite is null."""

    tau: int = Field(description="The number of steps", examples=[3])
    window: Window
    loss: float | None = Field(description="The loss; null without one", examples=[0.42])
    of: str = Field(description="What is differentiated", examples=["loss"])
    task: str | None = Field(description="What feeds it; null where the data are random", examples=["next-character"])
    sizes: dict[str, int] = Field(description="Every dimension by its name", examples=[{"x": 4, "h": 5}])
    variables: Variables
    dimensions: Dimensions
    parameters: Named = Field(description="Every parameter's value by name", examples=[{"W": [[0.1]]}])
    initial: Named = Field(description="Every start by its variable", examples=[{"h": [0.0]}])
    values: Named = Field(description="Every variable's value: (tau, size) or (size)", examples=[{"h": [[0.1], [0.2]]}])
    gradients: Named = Field(
        description="The derivative of `of` by every variable, parameter and start", examples=[{"h[0]": [0.1]}]
    )
    contributions: list[ContributionJson] = Field(description="What passed along each edge of the graph, in its order")
    seeds: Named = Field(
        description="What arrives at a node from beyond the graph: the pooling, or the 1 at `of` itself",
        examples=[{"L[1]": 1.0}],
    )
    symbols: dict[str, list[str]] = Field(
        description="What the entries of a one-hot vector stand for", examples=[{"x": ["h", "e", "l", "o"]}]
    )
    pictures: dict[str, list[int]] = Field(
        description="How many rows and columns of points a vector is to be shown as", examples=[{"s": [5, 5]}]
    )
    cut: list[str] = Field(description="The edges where truncation stops the gradient", examples=[["h[1]->h[2]"]])
    stopped: StoppedJson | None = Field(description="Where the numbers ceased to be finite; null where they did not")
    without_gradient: str | None = Field(
        description="Why all gradients are 0 by the equations, and what to write; null where one flows",
        examples=[
            "all gradients of y are 0: the sum of its entries is differentiated, and those of a softmax always sum to 1"
        ],
    )


class DivergedJson(StoppedJson):
    """Where a training left the finite numbers."""

    step: int = Field(description="The update of the training, from 0", examples=[12])


class TrainingStepJson(AnswerModel):
    """One update of a training: the pass before it."""

    step: int = Field(description="Which one, from 0", examples=[0])
    loss: float | None = Field(description="The loss of its window", examples=[0.42])
    prediction: NumbersJson = Field(description="What the network said: (tau), (tau, size)", examples=[[0.1, 0.2]])
    target: NumbersJson = Field(
        description="What it should have said, in the same form; null where the loss compares with nothing",
        examples=[[0.0, 0.3]],
    )
    norms: dict[str, float | None] = Field(
        description="The length of each parameter's gradient, before clipping", examples=[{"W": 0.3}]
    )


class TrainingEndJson(AnswerModel):
    """What a training comes to."""

    parameters: Named = Field(description="Every parameter's value after it", examples=[{"W": [[0.1]]}])
    final_state: Named = Field(description="The state that it ended in, by variable", examples=[{"h": [0.1, 0.2]}])
    stopped: DivergedJson | None = Field(description="Where the numbers ceased to be finite; null where they did not")


class TrainingJson(TrainingEndJson):
    """A training. Each list has an entry for every update that was done."""

    losses: list[float | None] = Field(description="The loss of the pass before each update", examples=[[0.42, 0.4]])
    predictions: list[NumbersJson] = Field(
        description="What the network said in the pass of each update: (tau), or (tau, size) above one",
        examples=[[[0.1], [0.2]]],
    )
    targets: list[NumbersJson] = Field(
        description="What it should have said, likewise; none where the loss compares with nothing",
        examples=[[[0.0], [0.3]]],
    )
    norms: Named = Field(
        description="The length of each parameter's gradient by update, before clipping", examples=[{"W": [0.3, 0.2]}]
    )


class AdjointJson(AnswerModel):
    """The recurrence of the gradients, which runs from the end."""

    of: str = Field(description="What is differentiated", examples=["loss"])
    text: str = Field(description="A line for each gradient", examples=["∇h[t] = transpose(W) @ ∇h[t+1]"])
    tex: str = Field(description="The same in LaTeX, aligned", examples=[r"\begin{aligned}…\end{aligned}"])
    mathml: list[str] = Field(description="The same as a `<math>` element a line", examples=[["<math>…</math>"]])


class FoundJson(AnswerModel):
    """How one network did."""

    parameters: int = Field(description="How many numbers it learned", examples=[217])
    losses: list[float | None] = Field(description="The loss of each update of its training", examples=[[0.3, 0.2]])
    accuracy: list[float | None] = Field(
        description="By place: the share of fresh sequences in which every step was right; null where it diverged",
        examples=[[1.0, 0.99]],
    )
    stopped: DivergedJson | None = Field(
        description="Where its training left the finite numbers; null where it did not"
    )


class AnywhereJson(AnswerModel):
    """A recurrent and a fully connected network by the place at which a pattern begins."""

    bits: str = Field(description="The pattern", examples=["101"])
    places: list[int] = Field(description="Where it may begin, counted from 1", examples=[[1, 2]])
    seen: list[bool] = Field(description="Whether it began there in the training", examples=[[True, False]])
    network: FoundJson = Field(description="The recurrent network of the link")
    dense: FoundJson = Field(description="A fully connected one over the whole window, with as many parameters")


class RecallJson(AnswerModel):
    """How well a network of Hopfield's kind recalls random patterns, by how many it keeps."""

    units: int = Field(description="The units of the networks that were tried", examples=[100])
    load: list[float] = Field(description="Patterns kept for each unit", examples=[[0.02, 0.14]])
    overlap: list[float] = Field(
        description="The mean overlap of where it rests with the pattern", examples=[[1.0, 0.9]]
    )
    recalled: list[float] = Field(description="The share of trials with at most 5 % wrong", examples=[[1.0, 0.7]])


class LanguageJson(AnswerModel):
    """The reference of the language: what the page under /language shows."""

    pasted: list[dict[str, Any]] = Field(
        description="Lines in other notations, and what they are", examples=[[{"notation": "NumPy"}]]
    )
    syntax: list[dict[str, Any]] = Field(description="Sections: title, text, examples", examples=[[{"title": "Names"}]])
    operations: list[dict[str, Any]] = Field(description="Every operation", examples=[[{"name": "tanh"}]])
    beginnings: list[dict[str, Any]] = Field(description="How a parameter may start", examples=[[{"name": "normal"}]])
    names: list[dict[str, Any]] = Field(description="What the symbols of names mean", examples=[[{"name": "alpha"}]])
    mistakes: list[dict[str, Any]] = Field(description="Wrong texts and what is said of them", examples=[[{}]])
    corrections: list[dict[str, Any]] = Field(
        description="Every kind of problem, with a text that is right", examples=[[{}]]
    )
    limits: list[dict[str, Any]] = Field(description="How long and how deep a text may be", examples=[[{}]])


class NotDifferentiableJson(AnswerModel):
    """An entry at which the objective has no derivative: the differences on both sides of it do not meet."""

    name: str = Field(description="The parameter, datum or start", examples=["W"])
    entry: list[int] = Field(
        description="Its place, counted from 1; of a datum the step comes first", examples=[[2, 1]]
    )
    operation: str | None = Field(
        description="What has a kink or a jump there; null if that is not known", examples=["step"]
    )
    at: str | None = Field(description="The node in whose equation it stands", examples=["s[1]"])
    why: str | None = Field(description="In words", examples=["step jumps at 0"])


class GradientCheckJson(AnswerModel):
    """Adjoints beside central finite differences, entry by entry."""

    of: str = Field(description="What is differentiated", examples=["loss"])
    ok: bool = Field(description="Whether those that were compared agree to the tolerance", examples=[True])
    worst: float | None = Field(
        description=(
            "The greatest |adjoint - difference| / max(|adjoint|, |difference|, floor), where the floor is what "
            "rounding of the objective lets differences tell; null where one is not finite"
        ),
        examples=[2e-9],
    )
    tolerance: float = Field(description="How far apart they may be", examples=[1e-4])
    names: dict[str, float | None] = Field(
        description="The greatest of each parameter, datum and start", examples=[{"W": 2e-9, "h[0]": 1e-10}]
    )
    checked: int = Field(description="How many entries were moved", examples=[57])
    entries: int = Field(description="How many there are; where fewer were moved, they were drawn", examples=[57])
    rounded: int = Field(
        description="How many are so small that rounding lets differences tell them less well than the tolerance",
        examples=[0],
    )
    not_differentiable: list[NotDifferentiableJson] = Field(
        description="The entries moved that have no derivative; they are not compared", examples=[[]]
    )


class TriangleJson(AnswerModel):
    """How much the state at each step hangs on the state at every step before it: the 2-norms of ∂s(t)/∂s(k)."""

    states: list[str] = Field(description="What the state is made of", examples=[["h[t]"]])
    steps: list[int] = Field(description="The steps that were measured, as the loop runs", examples=[[1, 2, 3]])
    norms: list[list[float | None]] = Field(
        description="A row for each t, a column for each k; null where k comes after t, or a product is not finite",
        examples=[[[1.0, None], [0.4, 1.0]]],
    )
    below: list[int | None] = Field(
        description="For each t, after how many steps back there is less than a hundredth; null where there is not",
        examples=[[None, None, 2]],
    )
    sampled: bool = Field(description="Whether steps are left out, for all would be too many", examples=[False])
    distances: list[int] = Field(description="How many steps back from the last one", examples=[[0, 1, 2]])
    back: list[float | None] = Field(
        description="The norms from the last step at these distances", examples=[[1.0, 0.4]]
    )
    first_below: int | None = Field(
        description="After how many steps there is less than a hundredth; null where there is not", examples=[7]
    )


class RemovedJson(AnswerModel):
    """What truncation took from one gradient: a number, or one a step."""

    norm: NumbersJson = Field(description="The length of the whole gradient", examples=[[0.2, 0.3]])
    lost: NumbersJson = Field(description="The length of the difference", examples=[[0.1, 0.0]])
    share: NumbersJson = Field(description="The same as a share of the whole gradient's length", examples=[[0.5, 0.0]])


class TruncationJson(AnswerModel):
    """What truncation took from the gradients."""

    cuts: list[int] = Field(description="The steps after which the gradient stops", examples=[[2, 4]])
    parameters: dict[str, RemovedJson] = Field(
        description="From each parameter's", examples=[{"W": {"norm": 0.2, "lost": 0.1, "share": 0.5}}]
    )
    states: dict[str, RemovedJson] = Field(
        description="From each state's, step by step",
        examples=[{"h": {"norm": [0.2, 0.3], "lost": [0.1, 0.0], "share": [0.5, 0.0]}}],
    )


class StripJson(AnswerModel):
    """A state and its gradient over all steps: a row a unit, a column a step, means where they are many."""

    values: list[list[float | None]] = Field(description="The values", examples=[[[0.1, 0.2], [0.3, 0.4]]])
    gradients: list[list[float | None]] = Field(
        description="The derivative of `of` by them", examples=[[[0.1, 0.2], [0.3, 0.4]]]
    )
    first: list[int] = Field(description="The step with which each column begins", examples=[[1, 2]])
    units: int = Field(description="How many units there are", examples=[2])


class InstrumentsJson(AnswerModel):
    """Measurements of the gradients of a pass, or those that are asked for."""

    of: str = Field(description="What is differentiated", examples=["loss"])
    tau: int = Field(description="The number of steps", examples=[3])
    window: Window
    norms: Named = Field(description="The length of every variable's gradient by step", examples=[{"h": [0.1, 0.3]}])
    parameters: Named = Field(
        description="The length of what each step adds to a parameter's gradient", examples=[{"W": [0.1, 0.3]}]
    )
    along: Named = Field(
        description="What of it lies along the parameter's whole gradient: these sum to that gradient's length",
        examples=[{"W": [0.05, 0.3]}],
    )
    together: Named = Field(
        description="Their sum when the backward pass has come by a step", examples=[{"W": [0.35, 0.3]}]
    )
    begins: dict[str, int] = Field(
        description="The step with which the backward pass begins, the last or the first", examples=[{"W": 2}]
    )
    enters: dict[str, list[str]] = Field(
        description="The drawn variables in whose equations a parameter stands", examples=[{"W": ["h"]}]
    )
    radii: dict[str, float | None] = Field(
        description="The spectral radius of each recurrent matrix", examples=[{"W": 0.9}]
    )
    triangles: list[TriangleJson] = Field(
        description="How far states reach, for the loops of each direction: all stacked, then each alone"
    )
    truncation: TruncationJson | None = Field(description="What truncation removed; null where there is none")
    strips: dict[str, StripJson] = Field(description="The states through time, first those that are reached back to")
    labels: dict[str, str] = Field(description="Every name as a person writes it", examples=[{"yhat": "ŷ"}])
    scales: dict[str, float] = Field(
        description="The ends of the figure's scales of colour", examples=[{"values": 0.7, "gradients": 0.8}]
    )
    decades: int = Field(
        description="How many powers of ten the scale of gradients goes down by, on both sides of zero", examples=[3]
    )
    left_out: dict[str, str] = Field(
        description="The fields that are empty because they would be too dear, and why",
        examples=[{"triangles": "the Jacobians of a state of 1,000 entries can be had for at most 2 steps"}],
    )


class SystemBriefJson(AnswerModel):
    """A recurrent network by name."""

    name: str = Field(description="Its name in a link", examples=["rnn"])
    title: str = Field(description="Its name in words", examples=["Recurrent network with an output at every step"])
    source: str = Field(description="Where it is published", examples=["Elman (1990)"])
    about: str = Field(description="What it is, in a few sentences", examples=["The hidden units remember."])


class TaskJson(AnswerModel):
    """Data that a system can be fed."""

    name: str = Field(description="Its name in a link", examples=["next-character"])
    title: str = Field(description="Its name in words", examples=["Next character"])
    about: str = Field(description="What the data are", examples=["The letters of a word, one-hot."])


class SystemJson(SystemBriefJson):
    """A recurrent network with its equations."""

    equations: str = Field(description="Its equations as text", examples=["h[t] = tanh(W @ h[t-1])"])
    tex: str = Field(description="Its equations in LaTeX", examples=[r"\boldsymbol{h}^{(t)}"])
    sizes: dict[str, int] = Field(description="Every dimension, unless a link sets it", examples=[{"x": 4, "h": 4}])
    tau: int = Field(description="How many steps show it well", examples=[4])
    task: str | None = Field(description="What feeds it, unless a link sets it", examples=["next-character"])
    parameters: dict[str, list[int]] = Field(description="Every parameter's shape", examples=[{"W": [4, 4]}])
    tasks: list[TaskJson] = Field(description="What can feed it")


class HealthJson(AnswerModel):
    """That the service is up."""

    status: Literal["ok"] = Field(description="Always", examples=["ok"])
    version: str = Field(description="The version that answers", examples=["0.1.0"])


class ErrorJson(AnswerModel):
    """One thing that is wrong."""

    field: str = Field(description="Where: a field of the link, or a part of one", examples=["params.U"])
    message: str = Field(description="What", examples=["tau is to be a whole number from 1 to 1000, not 0"])
    allowed: list[str | float] | dict[str, float] | str | float | None = Field(
        None, description="What is allowed there", examples=[{"minimum": 1, "maximum": 1000}]
    )
    line: int | None = Field(None, description="The line of the text, from 1", examples=[1])
    column: int | None = Field(None, description="The column of the line, from 1", examples=[8])
    span: tuple[int, int] | None = Field(None, description="From which to which character", examples=[[7, 8]])
    hint: str | None = Field(None, description="What to try", examples=["did you mean view?"])
    lines: str | None = Field(
        None, description="What mends it, in place of the line that says the same, or first", examples=["Kp: scalar"]
    )
    mendings: list[str] | None = Field(
        None,
        description="All that would mend it, each as `lines`, the first too; in a text that is read, its line",
        examples=[["Kp: scalar"]],
    )


class ProblemJson(AnswerModel):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="The kind of problem", examples=["about:blank"])
    title: str = Field(description="The kind of problem in words", examples=["Unprocessable Content"])
    status: int = Field(description="The status of the response", examples=[422])
    detail: str = Field(description="Everything that is wrong, in words", examples=["there is no field veiw"])
    errors: list[ErrorJson] = Field(description="Everything that is wrong, one by one")
    parts: dict[str, str] | None = Field(
        None,
        description="Of /api/page: the forms of the page, which say it too",
        examples=[{"fields": "<form>…</form>"}],
    )


class PastedTextJson(AnswerModel):
    """A text to be read, however it is written."""

    text: str = Field(
        description="NumPy, PyTorch, LaTeX, mathematics in Unicode, or the language itself",
        examples=[r"h_t = \tanh(W h_{t-1} + U x_t + b)"],
    )


class PastedLineJson(AnswerModel):
    """One statement of a text that was read."""

    source: str = Field(description="What stood there", examples=["h = np.tanh(W @ h + b)"])
    line: int = Field(description="The line of the text where it begins, from 1", examples=[1])
    text: str = Field(description="The same in the language, empty if it needs none", examples=["h[t] = tanh(b)"])
    note: str = Field(description="What was taken for granted", examples=["a start that no line sets is 0"])


class PastedReadingJson(AnswerModel):
    """A text in the language, and how it was read."""

    kind: Literal["Unfold", "Python", "LaTeX", "mathematics", "MATLAB", "Julia", "R", "JavaScript"] = Field(
        description="What the text was taken for", examples=["Python"]
    )
    text: str = Field(description="The whole text in the language", examples=["h[t] = tanh(W @ h[t-1] + b)"])
    lines: list[PastedLineJson] = Field(description="Statement by statement; none where the text stays as it is")
    problems: list[ErrorJson] = Field(description="What was not read, with its place and what to write instead")
