"""How symbols are written: where time stands, what vectors look like, and which letter a name is given.

One value that every printer has, since a text is to look like the lecture it is for; nothing that is computed reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.language.node_ids import parse_node
from app.language.symbols import ACCENT_MARKS, GREEK, NABLA, Symbol, symbol
from app.language.typeset.boxes import Fenced, Letters, MathBox, Scripts, Sign, Style, row

TimeMarks = Literal["superscript", "subscript", "angle"]
VectorMarks = Literal["bold", "arrow", "plain"]
Orientation = Literal["columns", "rows"]
LastStep = Literal["tau", "T", "n"]

AROUND_STEPS: dict[TimeMarks, tuple[str, str]] = {
    "superscript": ("(", ")"),
    "subscript": ("", ""),
    "angle": ("⟨", "⟩"),
}
"""The brackets around a step."""


@dataclass(frozen=True)
class Notation:
    """The usual one is that of Goodfellow, Bengio and Courville (2016).

    `time`: a step above in brackets, below, or above in angle brackets; `last`: what the last step is called;
    `vectors`: bold, with an arrow (matrices plain), or plain; `orientation`: whether a vector is a column or a row;
    `names`: pairs of a name and the one whose symbol is shown in its place.
    """

    time: TimeMarks = "superscript"
    last: LastStep = "tau"
    vectors: VectorMarks = "bold"
    orientation: Orientation = "columns"
    names: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _shown_as(self) -> dict[str, str]:
        return {**dict(self.names), "tau": self.last}

    def spelled(self, name: str) -> str:
        """The name whose symbol is shown for a name."""
        return self._shown_as.get(name, name)

    def symbol(self, name: str) -> Symbol:
        """The symbol of a name, or of the gradient by it."""
        bare = name.removeprefix(NABLA)
        return symbol(name[: len(name) - len(bare)] + self.spelled(bare))

    @property
    def last_letter(self) -> str:
        """The letter of the last step."""
        return GREEK.get(self.last, self.last)

    @property
    def across(self) -> bool:
        """Whether vectors are rows."""
        return self.orientation == "rows"

    def style(self, rank: int, word: bool = False) -> Style:
        """How the letters of a scalar (0), a vector (1) or a matrix (2) are set."""
        if rank and self.vectors == "bold":
            return "bold"
        if rank == 1 and self.vectors == "arrow":
            return "arrow"
        return "upright" if word else "italic"

    def letters(self, it: Symbol, rank: int) -> Letters:
        """The letters of a symbol, without what stands below it."""
        return Letters(it.stem, self.style(rank, it.word), it.accent)

    def at_moment(self, base: MathBox, below: MathBox | None, moment: MathBox | None) -> MathBox:
        """A base with what stands below it and with the moment where this notation has it."""
        if moment is None:
            return Scripts(base, below) if below else base
        if self.time == "subscript":
            return Scripts(base, row(below, Sign(",", "comma"), moment) if below else moment)
        return Scripts(base, below, Fenced(moment, *AROUND_STEPS[self.time]))

    def step_scripts(self, below: str, step: str) -> tuple[str, str]:
        """What stands below and above a symbol at a step, as text; without one, `below` alone."""
        if not step:
            return below, ""
        if self.time == "subscript":
            return ",".join(filter(None, (below, step))), ""
        opening, closing = AROUND_STEPS[self.time]
        return below, f"{opening}{step}{closing}"

    def plain(self, name: str, step: str | int = "") -> str:
        """The symbol in one line of ordinary characters, for titles and terminals: ŷ, α, W_hh; h(2), h_2, h⟨2⟩."""
        it = self.symbol(name)
        below, above = self.step_scripts(it.sub, str(step))
        return NABLA * it.adjoint + it.stem + ACCENT_MARKS[it.accent] + (f"_{below}" if below else "") + above

    def node(self, node: str) -> str:
        """A node of a graph in ordinary characters: `yhat[2]` is ŷ(2)."""
        it = parse_node(node)
        return self.plain(it.name, "" if it.t is None else it.t)

    def last_named(self, text: str) -> str:
        """A sign that may name the last step, as this notation names it."""
        return text.replace(GREEK["tau"], self.last_letter)


USUAL_NOTATION = Notation()
