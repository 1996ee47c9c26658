"""Explains one step of the cursor beside the figure: its equation, the same with numbers, and the gradient's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from markupsafe import Markup

from app.arrays import Array
from app.drawing.scene import Scale, gradient_scale, gradient_to_come
from app.engine import ByHand, Graph, Phase, Step, Term, Trace, by_hand
from app.engine.execution import folding_of
from app.engine.graph import notated
from app.language import NOW, Equation, Read, Start, parse_node, reads
from app.language.typeset import Notation, numeral, ranks_of
from app.link import Resolved
from app.web.explore.cell_strip import CellStrip, cell_strip
from app.web.explore.given_numbers import letter_of_one_hot
from app.web.explore.long_arrays import NARROW, FullMatrix, FullVector, elided_matrices, elided_vectors
from app.web.explore.panel_math import StepMath, term_mark
from app.web.explore.written_out import written_out

ADDING = 0.995
"""From this share of the sum of lengths on, the length of a sum is as good as that."""


@dataclass(frozen=True)
class ArrivedTerm:
    """One term of a gradient: the node and the matrices that it came through, its numbers, its norm and sign."""

    through: Markup | None
    edge: str
    """The arrow that it came along, for a page to light; without one, the name that it came through."""
    by: tuple[Markup, ...]
    numbers: Markup | None
    norm: str
    strip: CellStrip | None
    large: bool = False
    """Some of its numbers are left out, so the page shows them when they are asked for."""


@dataclass(frozen=True)
class SharedParameters:
    """Parameters used at every step, and the steps whose part of their gradient is known by now."""

    names: tuple[tuple[str, str, Markup], ...]
    """Each as it is written, as it is spoken and as it is typeset."""
    uses: int
    steps: tuple[int, ...]

    @property
    def span(self) -> str:
        """The steps in one line: 4, 3, 2; with more than four of them 10 … 3."""
        steps = self.steps
        return ", ".join(map(str, steps)) if len(steps) <= 4 else f"{steps[0]} … {steps[-1]}"


@dataclass(frozen=True)
class WaitingGradient:
    """A gradient for which there is a dash in the figure, and why."""

    symbol: Markup
    why: str


@dataclass(frozen=True)
class StepPanel:
    """One step in full, as the template reads it."""

    phase: Phase
    at: str
    node: Markup
    symbol: str
    """The letter that a one-hot vector stands for, or nothing."""
    equation: Markup | None
    numbers: tuple[Markup, ...]
    """One line; several where products are worked out first; none where the equation has no numbers to put in."""
    arrived: tuple[ArrivedTerm, ...] = ()
    lost: tuple[ArrivedTerm, ...] = ()
    """The terms that truncation cuts off."""
    together: ArrivedTerm | None = None
    lengths: str = ""
    """Where the numbers of what arrived are lengths that do not add up, so much in words."""
    shared: tuple[SharedParameters, ...] = ()
    whole: tuple[FullVector, ...] = ()
    matrices: tuple[FullMatrix, ...] = ()
    cited: str = ""
    """The numbers of these equations in the system's source."""
    waiting: tuple[WaitingGradient, ...] = ()
    """Gradients that are not there yet: the node's own on the way forward, on the way back those of what it reads."""
    nested: tuple[Markup, ...] = ()
    """The state written out: as f of f of f, and as one function of all inputs so far."""
    other_pass: str | None = None
    """The address of the page at the same node in the other pass, where that has it."""


@dataclass(frozen=True)
class PanelSource:
    """The parts of a resolved link that the panels of all its steps are made from."""

    trace: Trace
    graph: Graph
    steps: tuple[Step, ...]
    scale: Scale
    """That on which the figure colours gradients."""
    cited: Mapping[str, str]
    """By variable, the equations of the system's source that give its gradient."""
    notation: Notation
    inline: bool = True
    """Long matrices are listed on the page itself; scripts ask for each of them instead."""

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The rank of every name, operations within equations among them."""
        return {**ranks_of(self.trace.recurrence), **self.graph.ranks}


def panel_source(resolved: Resolved, inline: bool) -> PanelSource:
    """The panels' source. The system cites the gradient equations of its own loss, and of whole equations alone."""
    run, link = resolved.run, resolved.link
    cited = run.system.gradients if run.system and link.of is None and run.detail in ("states", "cells") else {}
    most = gradient_scale(run.graph, resolved.numbers)
    return PanelSource(run.trace, run.graph, run.steps, most, cited, resolved.notation, inline)


def step_panel(source: PanelSource, index: int) -> StepPanel:
    """The panel of a step, counted from 0."""
    step = source.steps[index]
    made = by_hand(source.trace, source.graph, step.phase, step.at)
    builder = _PanelBuilder(source, made, StepMath(source.trace, source.ranks, made, source.notation))
    return builder.forward(step) if step.phase == "forward" else builder.backward(index, step)


@dataclass(frozen=True)
class _PanelBuilder:
    """Builds the panel of one step from its derivation by hand."""

    source: PanelSource
    made: ByHand
    math: StepMath

    def forward(self, step: Step) -> StepPanel:
        trace, equation = self.source.trace, self.made.equation
        return StepPanel(
            phase="forward",
            at=step.at,
            node=self.math.node(step.at),
            symbol=letter_of_one_hot(trace, step.at),
            equation=None if equation is None else self.math.equation(equation, numbers=False),
            numbers=(self.math.given(step.at),) if equation is None else self.math.worked(equation),
            shared=_shared_parameters(self.source, self.math, equation),
            whole=elided_vectors([(self.math.node(step.at), trace.value(step.at)), *self._reads()]),
            matrices=self._long_matrices(),
            nested=written_out(trace, step.at, self.source.notation),
            waiting=self._waiting([step.at], ()),
        )

    def backward(self, index: int, step: Step) -> StepPanel:
        trace, made = self.source.trace, self.made
        result = trace.gradient(step.at) if made.result is None else made.result
        forward = by_hand(trace, self.source.graph, "forward", step.at).equation
        name = parse_node(step.at).name
        passed = [parse_node(s.at) for s in self.source.steps[: index + 1] if s.phase == "backward"]
        known = tuple(at.t for at in passed if at.name == name and at.t is not None)
        return StepPanel(
            phase="backward",
            at=step.at,
            node=self.math.node(step.at),
            symbol="",
            equation=None if made.equation is None else self.math.adjoint(made.equation),
            cited=self.source.cited.get(name, ""),
            numbers=self.math.gradient_sum(result),
            arrived=tuple(map(self._arrived, made.terms)),
            lost=tuple(map(self._arrived, made.lost)),
            together=ArrivedTerm(None, "", (), None, _norm_text(result), cell_strip(result, self.source.scale)),
            lengths=_lengths_words([term.gradient for term in made.terms], result),
            shared=_shared_parameters(self.source, self.math, forward, known),
            waiting=self._waiting(
                [e.source for e in self.source.graph.edges if e.target == step.at and not e.cut],
                [s.at for s in self.source.steps[: index + 1] if s.phase == "backward"],
            ),
            whole=elided_vectors([(self.math.gradient(step.at), result), *self._reads()]),
            matrices=self._long_matrices(),
        )

    def _waiting(self, nodes: Sequence[str], passed: Sequence[str]) -> tuple[WaitingGradient, ...]:
        """Those of some nodes whose gradient is still to come once these have been passed on the way back."""
        graph = notated(self.source.graph, self.source.notation)
        back = {step.at for step in self.source.steps if step.phase == "backward"}
        late = (id for id in dict.fromkeys(nodes) if id in back and id not in passed)
        return tuple(WaitingGradient(self.math.gradient(id), gradient_to_come(graph, id, passed)) for id in late)

    def _arrived(self, term: Term) -> ArrivedTerm:
        trace, made, gradient = self.source.trace, self.made, term.gradient
        by = tuple(map(self.math.symbol, term.edge.weights if term.edge else ()))
        through = None if term.begins else self.math.node(term.through)
        alone = len(made.terms) == 1 and term is made.terms[0]
        numbers = None if term.expr is None or alone else self.math.evaluated(term.expr, gradient)
        operands = () if term.expr is None else (trace.read(r, made.t) for r in reads(term.expr))
        large = any(n > NARROW for array in (gradient, *operands) for n in np.shape(array))
        strip = cell_strip(gradient, self.source.scale)
        return ArrivedTerm(through, term_mark(term), by, numbers, _norm_text(gradient), strip, large)

    def _reads(self) -> list[tuple[Markup, Array]]:
        """Every variable that the equation reads, as it is written there, with its numbers."""
        made = self.made
        if made.equation is None:
            return []
        known = [r for r in dict.fromkeys(reads(made.equation.expr)) if made.t is not None or r.time != NOW]
        return [(self.math.inline(r), np.asarray(self.source.trace.read(r, made.t))) for r in known]

    def _long_matrices(self) -> tuple[FullMatrix, ...]:
        """The matrices that the equation reads by name, where the panel leaves entries out."""
        equation, ranks = self.made.equation, self.source.ranks
        named = dict.fromkeys(r.name for r in reads(equation.expr) if r.time is None) if equation else {}
        arrays = {name: np.asarray(self.source.trace.value(name)) for name in named if ranks.get(name) == 2}
        found = {n: (self.math.symbol(Read(n)), a) for n, a in arrays.items()}
        return elided_matrices(found, notated(self.source.graph, self.source.notation), self.source.inline)


def _norm_text(gradient: Array) -> str:
    """The norm of a vector; a single number keeps its sign."""
    return numeral(float(gradient.ravel()[0] if gradient.size == 1 else np.linalg.norm(gradient)))


def _lengths_words(terms: Sequence[Array], whole: Array) -> str:
    """That lengths do not add up, of terms that do not point the same way."""
    lengths = [float(np.linalg.norm(term)) for term in terms]
    if whole.size == 1 or len(terms) < 2 or np.linalg.norm(whole) > ADDING * sum(lengths):
        return ""
    listed = f"{_norm_text(terms[0])} and {_norm_text(terms[1])}" if len(terms) == 2 else "Those of the terms"
    return f"These are lengths. {listed} do not add up to {_norm_text(whole)}: the vectors do not point the same way."


def _shared_parameters(
    source: PanelSource, math: StepMath, line: Equation | Start | None, steps: tuple[int, ...] = ()
) -> tuple[SharedParameters, ...]:
    """The parameters that only this equation reads, so that each is used once a step."""
    trace = source.trace
    if not isinstance(line, Equation) or not line.indexed or trace.tau < 2:
        return ()
    folded = folding_of(trace, source.graph)
    read_by = [{r.name for r in reads(e.expr)} for e in (*folded.drawn, *folded.hidden)]
    names = dict.fromkeys(r.name for r in reads(line.expr) if r.name in trace.recurrence.names("parameter"))
    alone = [n for n in names if sum(n in read for read in read_by) == 1]
    uses = sum(n.var == line.name and not n.start for n in source.graph.nodes)
    if not alone or uses < 2:
        return ()
    return (SharedParameters(tuple((n, math.notation.plain(n), math.symbol(Read(n))) for n in alone), uses, steps),)
