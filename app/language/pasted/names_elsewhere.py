"""Functions of NumPy, PyTorch and books as expressions of the language, by the table of what the field calls things."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from app.cache import cached
from app.language import substitute
from app.language.elsewhere import INSTEAD, Elsewhere, function_here, plain_spelling
from app.language.notes import differ_by_a_letter
from app.language.parse import parse_expression
from app.language.syntax import Call, Expr, reads
from app.ops import OPS

LETTERS = "abc"
"""What stands for the arguments in a row of the table."""
UNCHANGED = frozenset((
    "copy", "numpy", "double", "to", "cpu", "item", "float64", "float32", "as_tensor", "Parameter", "Variable",
    "constant", "requires_grad_", "atleast_1d", "long",
)) | frozenset(name for row in set(INSTEAD.values()) if row.write == "a" for name in row.names.split())  # fmt: skip
"""Functions that change how numbers are kept, not what they are; here a vector has one axis."""
SQUASHINGS = frozenset((
    "f", "g", "phi", "psi", "rho", "sigma", "act", "activation", "act_fn", "activation_fn", "nonlinearity", "nonlin",
    "squash", "squashing", "transfer",
))  # fmt: skip
"""Names of a squashing that a text leaves open."""
SQUASHED = "tanh"
"""What is read for it."""
ONLY_HERE: Mapping[str, str] = {
    "T": "transpose",
    "mT": "transpose",
    "permute_dims": "transpose",
    "tensor_split": "split",
    "Theta": "step",
}
"""Names that say something in programs or in formulas alone."""


PRINTED: Mapping[str, str] = {
    found[1].replace(r"\,", ""): row.name
    for row in OPS.values()
    if not row.internal and (found := re.fullmatch(r"\\operatorname\{(.+)\}", row.tex))
}
"""Our functions by the names that formulas have: CE is cross_entropy."""


def name_here(name: str) -> str | None:
    """Our name of a function; None if there is none of this meaning, or if it takes more than another name."""
    if name in ONLY_HERE:
        return ONLY_HERE[name]
    here = PRINTED.get(name) or function_here(name)
    if here is None and (row := _row(name)):
        here = function_here(_renaming(row))
    return here


def expression_here(name: str, arguments: Sequence[Expr]) -> Expr | None:
    """What to write in place of a function with these arguments, where the table says one expression for it."""
    row = _row(name)
    formula = _formula(row) if row else None
    if formula is None or not {read.name for read in reads(formula)} <= set(LETTERS[: len(arguments)]):
        return None
    given = dict(zip(LETTERS, arguments, strict=False))
    return substitute(formula, lambda read: given[read.name])


def why_here(name: str) -> str:
    """What is to be known of the expression that stands for a function here; nothing where it says itself."""
    row = _row(name)
    return row.why if row else ""


def applied_here(name: str, arguments: tuple[Expr, ...]) -> Expr | None:
    """A function of elsewhere with its arguments, by our name of it or by what stands for it; None if there is none."""
    here = name_here(name)
    if here is None:
        return expression_here(name, arguments)
    return Call(here, arguments) if OPS[here].arity in (None, len(arguments)) else None


def cuts_into_parts(name: str) -> bool:
    """True for a function whose result is the equal parts of a vector."""
    return name_here(name) == "split" or _row(name) is INSTEAD["chunk"]


def misspelt_hint(name: str) -> str:
    """The function that a name differs from by a letter, or by two that are swapped; else nothing."""
    near = [row.written for row in OPS.values() if not row.internal and differ_by_a_letter(name, row.written)]
    return f"did you mean {near[0]}?" if near else ""


def own_name(name: str, arity: int) -> str | None:
    """What a function that a text defines is called here; None for one that is there already under its name."""
    here = name_here(name)
    if here is not None and OPS[here].arity in (None, arity):
        return None
    return f"{name}_1" if name in OPS else name


def _row(name: str) -> Elsewhere | None:
    return INSTEAD.get(plain_spelling(name.removesuffix("Loss"))) or INSTEAD.get(plain_spelling(name))


def _renaming(row: Elsewhere) -> str:
    """The name that a row puts in place of another, for the same arguments; else nothing."""
    found = re.fullmatch(r"(\w+)\(a(?:, b)?(?:, c)?\)", row.write)
    return found[1] if found else ""


@cached(512)
def _formula(row: Elsewhere) -> Expr | None:
    """The expression of a row; None for lines, and for what reads data of its own."""
    if "=" in re.sub("[<>]=", "", row.write) or "[" in row.write:
        return None
    return parse_expression(row.write)


def said_of_squashings(assumed: Collection[str], text: str) -> list[str]:
    """For the functions in a text that were left open, what stands for them."""
    return [f"the text does not say what {name} is: {SQUASHED} stands for it" for name in assumed if f"{name}(" in text]


def squashings(assumed: Collection[str]) -> list[str]:
    """The lines that define the functions that a text leaves open."""
    return [f"{name}(a) = {SQUASHED}(a)" for name in assumed]
