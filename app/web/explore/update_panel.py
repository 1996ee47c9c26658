"""Explains the update beside the figure: a gradient that comes together, parameters that move, the next loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from markupsafe import Markup

from app.arrays import Array
from app.drawing.scene import Scale, largest_entries, symmetric_log
from app.engine import OPTIMIZERS, Step, Trace
from app.engine.explain import part_by_hand
from app.engine.ir import Adjoint, applied
from app.engine.training import GatheredGradient, LastAct, ParameterMove
from app.language import MOVED, NOW, AfterUpdate, Apply, Equation, Expr, Number, Read, parse_expression, substitute
from app.language.typeset import (
    Marked,
    MathBox,
    Numeral,
    Piece,
    Sign,
    Typesetter,
    array_piece,
    equated,
    math_display,
    math_element,
    numeral,
    ranks_of,
    row,
    sum_of_pieces,
)
from app.link import Resolved
from app.web.core import read_of
from app.web.explore.cell_strip import CellStrip, cell_strip
from app.web.explore.long_arrays import LIMIT, NARROW
from app.web.explore.panel_math import StepMath

SHOWN = 12
"""So many parts of a gradient have a row of their own; of more, those in the middle share one."""
TERMS = 4
"""A sum of more terms is not written in one line."""


@dataclass(frozen=True)
class PartRow:
    """A part of a parameter's gradient, or several of them together; `lost` is what truncation took from it."""

    when: str
    symbol: Markup | None
    norm: str
    strip: CellStrip | None
    numbers: Markup | None = None
    lost: str = ""
    lost_strip: CellStrip | None = None
    large: bool = False


@dataclass(frozen=True)
class MoveRow:
    """A parameter as it moves, in symbols and with its numbers."""

    name: Markup
    spoken: str
    lines: tuple[Markup, ...]


@dataclass(frozen=True)
class UpdatePanel:
    """A step of the update in full, as the template reads it."""

    at: str
    kind: str
    """What happens: `gathering`, `moving` or `next`."""
    node: Markup
    equations: tuple[Markup, ...] = ()
    numbers: tuple[Markup, ...] = ()
    parts: tuple[PartRow, ...] = ()
    whole: PartRow | None = None
    moves: tuple[MoveRow, ...] = ()
    said: tuple[str, ...] = ()
    phase: str = "update"


@dataclass(frozen=True)
class UpdateMath:
    """What the panels of an update are made from: the last act of a pass, and how mathematics is set."""

    act: LastAct
    trained: int
    """The steps of training before it."""
    ranks: Mapping[str, int]
    setter: Typesetter

    @property
    def trace(self) -> Trace:
        return self.act.trace

    def symbol(self, expr: Expr) -> MathBox:
        return self.setter.expression(expr)

    def array(self, array: Array) -> Piece:
        return array_piece(array, LIMIT, self.setter.notation.across)


def update_math(resolved: Resolved) -> UpdateMath:
    """That of a link."""
    act, ranks = resolved.run.last_act, ranks_of(resolved.run.recurrence)
    setter = Typesetter(ranks, resolved.run.of, tau=resolved.run.tau, notation=resolved.notation)
    return UpdateMath(act, resolved.link.trained, ranks, setter)


def update_panel(math: UpdateMath, step: Step) -> UpdatePanel:
    """The panel of a step of the update."""
    if step.at == MOVED:
        return _moving(math)
    return _next(math, step.at.of) if isinstance(step.at, AfterUpdate) else _gathering(math, step.at)


# gradients come together


def _gathering(math: UpdateMath, name: str) -> UpdatePanel:
    found = math.act.gathered(name)
    scale = symmetric_log(largest_entries([*found.parts, *found.lost, found.whole]))
    gradient = math.symbol(Read(Adjoint(name)))
    rows = _part_rows(math, found, scale)
    return UpdatePanel(
        name,
        "gathering",
        _inline(math.symbol(Read(name))),
        equations=tuple(_gathering_equations(math, found)),
        numbers=_sum_in_numbers(math, found),
        parts=rows,
        whole=PartRow("together", _inline(gradient), _norm(found.whole), cell_strip(found.whole, scale)),
        said=tuple(_said_of_parts(found)),
    )


def _gathering_equations(math: UpdateMath, found: GatheredGradient) -> list[Markup]:
    """The sum over all steps, and what a step adds."""
    name, lines = found.parameter, list[Markup]()
    adjoint = Adjoint(name)
    if len(found.steps) > 1:
        lines.append(_line(math.setter, Equation(adjoint, False, Apply("sum_t", (Read(adjoint, NOW),)))))
    shown = [*found.steps[: SHOWN // 2], *found.steps[SHOWN // 2 :][-SHOWN // 2 :]]
    parts = [part_by_hand(math.trace, name, t).equation for t in shown]
    forms = [_from_step(part.expr, t) for t, part in zip(shown, parts, strict=True) if part]
    if forms and len(forms) == len(parts):
        several = len(found.steps) > 1
        at_any = several and all(form == forms[-1] for form in forms)
        setter = math.setter if at_any else replace(math.setter, at=shown[-1])
        lines.append(_line(setter, Equation(adjoint, several, forms[-1])))
    return lines


def _from_step(expr: Expr, t: int) -> Expr:
    """What is read at steps by their numbers, read so many before or after step t."""

    def read(it: Read) -> Expr:
        return it if it.time is None or it.time.base else replace(it, time=NOW.later(it.time.offset - t))

    return substitute(expr, read)


def _sum_in_numbers(math: UpdateMath, found: GatheredGradient) -> tuple[Markup, ...]:
    """The parts with their numbers, and their sum; nothing where they are many."""
    if not 1 < len(found.steps) <= TERMS:
        return (_display(Marked(math.array(found.whole).signed, answer=True)),)
    pieces = [math.array(part) for part in found.parts]
    right = sum_of_pieces([replace(piece, box=Marked(piece.box, answer=True)) for piece in pieces])
    return (_display(equated(Marked(math.array(found.whole).signed, answer=True), right.signed)),)


def _part_rows(math: UpdateMath, found: GatheredGradient, scale: Scale) -> tuple[PartRow, ...]:
    """A row a step, the last step first, as the pass came by; of many the middle ones in one row."""
    order = range(len(found.steps) - 1, -1, -1)
    if len(order) <= SHOWN:
        return tuple(_part_row(math, found, scale, i) for i in order)
    half = SHOWN // 2
    first, middle, last = order[:half], order[half:-half], order[-half:]
    ends = found.steps[middle[0]], found.steps[middle[-1]]
    several = found.parts[[*middle]].sum(axis=0), found.lost[[*middle]].sum(axis=0)
    between = PartRow(
        f"t = {ends[0]} … {ends[1]}", None, _norm(several[0]), cell_strip(several[0], scale), None,
        *_lost(several[1], scale),
    )  # fmt: skip
    rows = ([_part_row(math, found, scale, i) for i in part] for part in (first, last))
    before, after = rows
    return (*before, between, *after)


def _part_row(math: UpdateMath, found: GatheredGradient, scale: Scale, i: int) -> PartRow:
    t, part = found.steps[i], found.parts[i]
    made = part_by_hand(math.trace, found.parameter, t)
    numbers = None
    if made.equation is not None:
        written = StepMath(math.trace, math.ranks, made, math.setter.notation)
        numbers = written.evaluated(made.equation.expr, part)
    large = any(n > NARROW for n in np.shape(part))
    moment = NOW if len(found.steps) > 1 else None
    symbol = _inline(replace(math.setter, at=t).expression(Read(Adjoint(found.parameter), moment)))
    lost = _lost(found.lost[i], scale)
    return PartRow(f"t = {t}", symbol, _norm(part), cell_strip(part, scale), numbers, *lost, large)


def _lost(lost: Array, scale: Scale) -> tuple[str, CellStrip | None]:
    return (_norm(lost), cell_strip(lost, scale)) if np.any(lost) else ("", None)


def _said_of_parts(found: GatheredGradient) -> list[str]:
    """Which step adds most, and what truncation has taken."""
    said, whole = list[str](), found.whole.ravel()
    length = float(np.linalg.norm(whole))
    if not found.steps:
        return ["What is differentiated does not depend on it."]
    if len(found.steps) > 1 and length and np.isfinite(length):
        along = found.parts.reshape(len(found.steps), -1) @ whole / length**2
        most = int(along.argmax())
        norms = along[most] * length, length, np.linalg.norm(found.parts[most])
        added, norm, own = (_norm(np.asarray(it)) for it in norms)
        said.append(
            f"t = {found.steps[most]} adds most: {added} of the norm {norm}, {100 * along[most]:.0f} %; "
            f"of its own norm, {own}, that is what lies along the whole."
        )
    if np.any(found.lost):
        cut = found.lost.sum(axis=0)
        said.append(f"Truncation took from it what has a norm of {_norm(np.abs(cut) if cut.size == 1 else cut)}.")
    return said


# parameters move


def _moving(math: UpdateMath) -> UpdatePanel:
    act, rows = math.act, list[MoveRow]()
    moves = act.update.moves
    fixed = math.trace.recurrence.fixed
    for name in math.trace.recurrence.names("parameter"):
        symbol, spoken = math.symbol(Read(name)), math.setter.notation.plain(name)
        if name in moves:
            rows.append(MoveRow(_inline(symbol), spoken, (_moved(math, moves[name]),)))
        elif name in fixed:
            rows.append(MoveRow(_inline(symbol), spoken, ()))
    return UpdatePanel(
        MOVED, "moving", _inline(math.symbol(Read("theta"))),
        equations=tuple(_update_equations(math)), moves=tuple(rows), said=tuple(_said_of_update(act)),
    )  # fmt: skip


def _update_equations(math: UpdateMath) -> list[Markup]:
    """The optimizer's rule with the numbers that the link sets, for all parameters θ with their gradient g."""
    recipe = math.act.recipe
    optimizer = OPTIMIZERS[recipe.optimizer]
    known = {"momentum": Number(recipe.momentum), "n": Number(float(math.trained + 1))}
    setter = Typesetter(dict.fromkeys(("theta", "g", *dict(optimizer.makes)), 1), notation=math.setter.notation)

    def read(text: str) -> Expr:
        return substitute(applied(parse_expression(text)), lambda r: known.get(r.name, r))

    step = Apply("-", (Read("theta"), Apply("*", (Number(recipe.lr), read(optimizer.way)))))
    lines = [*((name, read(text)) for name, text in optimizer.makes), ("theta", step)]
    arrow = Sign("←", "relation")
    return [_display(row(setter.expression(Read(n)), arrow, setter.expression(expr))) for n, expr in lines]


def _moved(math: UpdateMath, move: ParameterMove) -> Markup:
    """new = old − lr · way, with numbers."""
    old, way, new = (math.array(array) for array in (move.before, move.way, move.after))
    rate = array_piece(np.asarray(math.act.recipe.lr)).box
    step = Piece(row(rate, Sign("·", "binary"), way.within(2)), 2, minus=True)
    right = sum_of_pieces([old, step]).signed
    return _display(equated(Marked(new.signed, answer=True), right))


def _said_of_update(act: LastAct) -> list[str]:
    if act.update.again is None:
        return ["The gradient is not finite, so that no parameter moves."]
    recipe, optimizer = act.recipe, OPTIMIZERS[act.recipe.optimizer]
    rate = numeral(recipe.lr)
    said = [f"{optimizer.title} with a learning rate of {rate}; θ are all parameters, g is their gradient."]
    if act.update.shortened < 1:
        share = f"{100 * act.update.shortened:.3g} %"
        said.append(f"The gradient is longer than {numeral(recipe.clip or 0)}: {share} of its length are followed.")
    return said


# the next loss


def _next(math: UpdateMath, of: str) -> UpdatePanel:
    it = math.act.update
    symbol = math.symbol(read_of(of))
    if it.again is None:
        return UpdatePanel(AfterUpdate(of), "next", _inline(symbol), said=tuple(_said_of_update(math.act)))
    after = Marked(_number(it.again), answer=True)
    change = _display(row(symbol, Sign(":", "relation"), _number(it.before), Sign("→", "relation"), after))
    return UpdatePanel(
        AfterUpdate(of), "next", _inline(symbol), numbers=(change,), said=tuple(_said_of_losses(math.act, it.again))
    )


def _said_of_losses(act: LastAct, again: float) -> list[str]:
    change, it = again - act.update.before, act.update
    word = "falls" if change < 0 else "rises" if change > 0 else "stays"
    by = f" by {numeral(abs(change))}" if change and np.isfinite(change) else ""
    said = [f"With the parameters that have moved it {word}{by} on the same data."]
    if it.fed_anew and it.following is not None:
        carried = ", begun with the state that this one ends in" * act.recipe.carry_state
        there = numeral(it.following)
        said.append(f"The next pass of the training is of the next window{carried}: there it is {there}.")
    return said


def _number(value: float) -> MathBox:
    return array_piece(np.asarray(value)).signed if np.isfinite(value) else Numeral(numeral(value))


def _norm(array: Array) -> str:
    """The norm of a vector; a single number keeps its sign."""
    return numeral(float(array.ravel()[0] if array.size == 1 else np.linalg.norm(array)))


def _line(setter: Typesetter, equation: Equation) -> Markup:
    return _display(equated(*setter.line(equation)))


def _inline(box: MathBox) -> Markup:
    return Markup(math_element(box))


def _display(box: MathBox) -> Markup:
    return Markup(math_display(box))
