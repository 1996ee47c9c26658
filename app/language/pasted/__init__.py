"""Reads what people paste, NumPy, PyTorch and LaTeX, as text in the language, and says what it could not read.

A text that is in the language already stays as it is, to the last space.
"""

from __future__ import annotations

import re

from app.cache import cached
from app.language import Problem, Problems, parse
from app.language.parse import parse_statements
from app.language.pasted.examples import PASTED, PastedExample
from app.language.pasted.formula_reader import read_formulas
from app.language.pasted.lines import FORMULAS, LATEX, OWN, PYTHON, PastedLine, PastedReading
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.python_reader import read_python
from app.limits import limit

__all__ = [
    "FORMULAS",
    "LATEX",
    "OWN",
    "PASTED",
    "PYTHON",
    "PastedExample",
    "PastedLine",
    "PastedReading",
    "read_pasted",
]

_LATEX = re.compile(r"\\[A-Za-z(\[]|\^\{|_\{|\$|[A-Za-z)\]]\^[A-Za-z({<']")
_PYTHON = re.compile(
    r"\b(?:np|numpy|torch|F|nn|tf|jnp|jax|math|self|keras|K)\.\w|\.(?:T|dot|mm|matmul|sum|mean|append|chunk|t|tanh|sigmoid"
    r"|detach|copy|reshape|shape)\b|^\s*(?:for\s.*:|def\s|class\s|import\s|from\s+\w+\s+import|while\s|with\s|return\b|>>>)"
    r"|\blambda\b.*:|\bif\b.*\belse\b|\]\s*\[|\[:|[-+*/]=",
    re.MULTILINE,
)
_UNICODE = re.compile(r"[₀-₉ₐ-ₜᵢⱼ⁽ᵗ⁻⊙∑ᵀ⊤\u0300-\u036f]")


@cached(64)
def read_pasted(text: str) -> PastedReading:
    """A text in the language, however it was written; raises Problems where it is too long to be read."""
    if len(text) > limit("pasted"):
        raise Problems(Problem(f"the text is longer than {limit('pasted')} characters"))
    problems = _own_problems(text)
    if not problems and not _without_moments(text):
        return PastedReading(OWN, text)
    if _LATEX.search(text):
        return read_formulas(text)
    if _PYTHON.search(text) or not problems:
        return read_python(text)
    if parse_statements(text)[1]:
        formulas = read_formulas(text)
        runs = not formulas.problems and not _own_problems(formulas.text)
        if runs or (_UNICODE.search(text) and "@" not in text):
            return formulas
    return PastedReading(OWN, text, (), problems)


def _own_problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with a text as one in the language."""
    try:
        parse(text)
    except Problems as error:
        return error.problems
    return ()


def _without_moments(text: str) -> bool:
    """True for lines that the language can read, but whose names carry moments, as in h_prev."""
    if "[" in text:
        return False
    names = set(re.findall(r"[^\W\d]\w*", text))
    return any(moment_of_name(name)[1] == 1 for name in names)
