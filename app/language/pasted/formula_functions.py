"""Reads what a text says its functions are, in words or by a sign of equality: “where φ is the hyperbolic tangent”.

Each such saying becomes an equation behind the text, `phi(a) = \\tanh(a)`, and is blank where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.language.pasted.formula_tokens import DISPLAYED
from app.language.pasted.lines import PastedLine, PastedReading
from app.language.pasted.names_elsewhere import name_here
from app.language.syntax import Span

WORDS = {
    **dict.fromkeys(("hyperbolic tangent", "tangens hyperbolicus", "tanh"), "tanh"),
    **dict.fromkeys(("logistic sigmoid", "logistic", "sigmoid", "sigmoidal"), "sigmoid"),
    **dict.fromkeys(("rectified linear unit", "rectified linear", "rectifier", "relu"), "relu"),
    **dict.fromkeys(("heaviside step", "heaviside", "unit step"), "step"),
    **dict.fromkeys(("sign", "signum"), "sign"),
    "softmax": "softmax",
    "softplus": "softplus",
}
"""Functions as sentences call them."""
TEX = {"relu": r"\mathrm{relu}", "sign": r"\mathrm{sgn}", "sigmoid": r"\mathrm{sigmoid}", "step": r"\mathrm{step}"}
NAME = r"\$?(?P<letter>\\[a-z]+|[A-Za-zα-ωϕ])(?P<below>_(?:\{\w+\}|\w))?(?:\((?:\\cdot|[·⋅.])\))?\$?"
STYLE = r"\\(?:mathrm|text|operatorname|mathit|textrm|rm)\s*\{?\s*"
FUNCTION = rf"\$?(?:{STYLE}|\\)?(?P<function>[A-Za-z][A-Za-z ]*?)\s*\}}?\$?"
IN_TEX = r"\\(?:text|mbox)\s*\{\s*(?:where|with|and)\s*\}\s*"
BEFORE = rf"(?P<before>(?:^|(?<=[\s,;.(}}]))(?:(?:where|and|with|here|in which)\b\s*|{IN_TEX}){{0,3}})"
BEHIND = r"(?P<behind>(?:\s+(?:activation|squashing|nonlinear|function|nonlinearity|activations|unit|non-linearity))*)"
SAID = re.compile(
    rf"{BEFORE}{NAME}\s*(?:(?P<word>\b(?:is|denotes|stands for|means|being)\b|\bthe\b)|(?P<sign>:?=))\s*"
    rf"(?:(?:the|a|an|usual|standard|elementwise|element-wise|\\[,;: ])\s*)*{FUNCTION}{BEHIND}"
    r"(?=\s*(?:[,;.)]|\\\\|$|\n|\band\b|\bwith\b|\$))",
    re.MULTILINE,
)
MOMENT = re.compile(r"_\{?[tnki]\}?")
"""What stands below a letter that is a variable at a step: `h_t = \\tanh` is no saying."""


@dataclass(frozen=True, slots=True)
class SaidFunction:
    """A letter and the function that a text says it is, with the place of the saying."""

    letter: str
    function: str
    span: Span

    @property
    def equation(self) -> str:
        return rf"{self.letter}(a) = {TEX.get(self.function, chr(92) + self.function)}(a)"


def without_said_functions(text: str) -> tuple[str, list[SaidFunction]]:
    """A text with its sayings blank, and what they say, each letter's first."""
    found = dict[str, SaidFunction]()
    for said in _sayings(text):
        found.setdefault(said.letter, said)
        first, last = said.span
        text = text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:]
    return text, list(found.values())


def with_equations(text: str, functions: Sequence[SaidFunction]) -> str:
    """A text with the equations of its functions behind it, in lines of their own, displayed if any is."""
    displayed = DISPLAYED.search(text)
    return "\n".join([text, *(rf"\[ {it.equation} \]" if displayed else it.equation for it in functions)])


def told_where_said(found: PastedReading, functions: Sequence[SaidFunction], text: str) -> PastedReading:
    """A reading in which the equations of functions stand first, each told at the place where the text says it.

    So is what is wrong with them.
    """
    above, told, equations = text.count("\n") + 2, list[PastedLine](), list[str]()

    def said_in(line: int) -> tuple[SaidFunction, int]:
        said = functions[min(line - above, len(functions) - 1)]
        return said, text.count("\n", 0, said.span[0]) + 1

    for line in found.lines:
        if line.line < above:
            told.append(line)
            continue
        said, number = said_in(line.line)
        told.append(replace(line, source=text[slice(*said.span)].strip(), line=number))
        equations.append(line.text)
    problems = []
    for problem in found.problems:
        if problem.line is not None and problem.line >= above:
            said, number = said_in(problem.line)
            column = said.span[0] - text.rfind("\n", 0, said.span[0])
            problem = replace(problem, span=said.span, line=number, column=column)
        problems.append(problem)
    others = found.text.split("\n")
    for equation in filter(None, equations):
        others.remove(equation)
    whole = "\n".join([*filter(None, equations), *others])
    return replace(found, text=whole, lines=tuple(sorted(told, key=lambda line: line.line)), problems=tuple(problems))


def _sayings(text: str) -> Iterator[SaidFunction]:
    for match in SAID.finditer(text):
        words = " ".join(match["function"].lower().split())
        function = WORDS.get(words) or (name_here(match["function"]) if match["sign"] else None)
        moment = MOMENT.fullmatch(match["below"] or "")
        if function is not None and not moment and (match["word"] != "the" or match["before"]):
            yield SaidFunction(match["letter"] + (match["below"] or ""), function, match.span())
