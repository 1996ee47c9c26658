"""Declares the capital letters of a pasted text that are no matrices: gains that multiply vectors, biases, peepholes.

In `u = Kp * e` of a program a sign goes entry by entry, so Kp is one number whatever its letter. This is tried only
where a text cannot be read as it is spelled, and kept only where it can be read then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.language import Problems, parse, rank_by_spelling
from app.language.parse import parse_statements
from app.language.pasted.names_elsewhere import SQUASHINGS
from app.language.syntax import RANK_WORDS, Apply, Call, Declaration, Equation, Expr, Function, Read, Start, walk
from app.language.typeset import show
from app.ops import OPS

MATRIX_OPERATIONS = frozenset(("@", "transpose", "inverse", "solve", "outer", "offdiagonal"))
"""What takes a matrix for what it is."""
LAYERS = SQUASHINGS | frozenset((
    "tanh", "sigmoid", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softsign", "hard_tanh", "hard_sigmoid",
    "softplus", "softmax",
))  # fmt: skip
"""What a layer applies: what stands in it entry by entry is a vector of weights, as a peephole."""
WEIGHT_MATRIX = re.compile(r"(?:recurrent_)?(?:weights?|kernel)(?:_\w+)?|w_?[a-z]{2}")
"""A matrix in small letters: by its word, or by the two layers that it leads between."""
WEIGHTS = ("W", "U", "V")
"""How the names of weights begin by custom: in a text of the language their product lacks a sign."""


@dataclass
class CapitalUses:
    """How a text uses a capital letter that no line computes."""

    matrix: bool = False
    layer: bool = False
    bias: bool = False
    other: bool = False

    @property
    def entrywise(self) -> bool:
        """True if it stands beside other operands entry by entry, and nowhere as the matrix that its letter says."""
        return not self.matrix and (self.layer or self.bias or self.other)

    @property
    def rank(self) -> int:
        """The rank that it has if it is no matrix."""
        return 1 if (self.layer or self.bias) and not self.other else 0


def declared_ranks(text: str, own: bool = False) -> list[Declaration]:
    """The declarations with which a text that cannot be read can be; none where there are none, or none are needed.

    `own` is a text that was written in the language, where a layer's weights are matrices that lack their sign.
    """
    uses = _uses(text)
    if own:
        uses = {name: use for name, use in uses.items() if not (use.layer or name.startswith(WEIGHTS))}
    ranks = {name: use.rank for name, use in uses.items() if use.entrywise}
    tried = (ranks, dict.fromkeys(ranks, 0))
    found = next((it for it in tried if it and can_be_read(_with_ranks(text, it))), {})
    for name in list(found):
        fewer = {other: rank for other, rank in found.items() if other != name}
        if can_be_read(_with_ranks(text, fewer)):
            found = fewer
    return [Declaration(name, (None,) * rank) for name, rank in found.items()]


def matrices_in_small_letters(text: str) -> list[Declaration]:
    """The declarations of weights that programs write in small letters: `weight_ih`, `kernel`, `w_hh`."""
    lines = parse_statements(text)[0]
    settled = {line.name for line in lines if isinstance(line, Equation | Declaration)}
    used = (operand for line in lines if isinstance(line, Equation) for operand in _operands(line.expr))
    names = dict.fromkeys(name for name, operation, _, _ in used if operation in ("@", "transpose"))
    return [Declaration(it, (None, None)) for it in names if WEIGHT_MATRIX.fullmatch(it) and it not in settled]


def numbers_that_divide(text: str) -> list[Declaration]:
    """The declarations of capital letters that something is divided by: N of `S * I / N` is a number, no matrix."""
    divisors = {
        part.args[1].name
        for line in parse_statements(text)[0]
        if isinstance(line, Equation)
        for part in walk(line.expr)
        if isinstance(part, Apply) and part.op == "/" and isinstance(part.args[1], Read)
    }
    return [Declaration(name, ()) for name, use in _uses(text).items() if name in divisors and not use.matrix]


def numbers_that_begin_so(text: str, begun: Collection[str]) -> list[Declaration]:
    """The declarations with which what begins as a number is one, `y = 0` of a program, where the equations allow it.

    Then all that goes entry by entry with it is a number too: dt and setpoint, which their letters make vectors.
    """
    declared = {it.name: len(it.sizes) for it in declared_ranks(text)}
    try:
        ranks = parse(_with_ranks(text, declared)).variables
        spelled = [name for name, it in ranks.items() if it.rank == 1 and it.why and it.why.source == "spelling"]
        if not any(ranks[name].rank == 1 for name in begun if name in ranks):
            return []
        found = parse(_with_ranks(text, declared | dict.fromkeys(spelled, 0))).variables
    except Problems:
        return []
    numbers = all(found[name].rank == 0 for name in begun if name in found)
    settled = declared | dict.fromkeys(spelled, 0)
    return [Declaration(name, (None,) * rank) for name, rank in settled.items()] if numbers else []


def constants_of_a_series(text: str) -> list[Declaration]:
    """The declarations of constants in a scalar series, as c of X_t = c + φ X_{t-1} + ε_t: its noise is a number.

    Only where no matrix is applied and what is computed is a number then.
    """
    equations = [line for line in parse_statements(text)[0] if isinstance(line, Equation)]
    parts = [part for line in equations for part in walk(line.expr)]
    if any(isinstance(part, Apply) and part.op == "@" for part in parts) or not can_be_read(text):
        return []
    known = parse(text).variables
    noises = [name for name, it in known.items() if it.kind == "given" and it.indexed and it.rank == 0]
    spelled = [name for name, it in known.items() if it.rank == 1 and it.why and it.why.source == "spelling"]
    constants = [name for name in spelled if known[name].kind == "parameter"]
    if not noises or not constants:
        return []
    found = parse(_with_ranks(text, dict.fromkeys(constants, 0))).variables
    numbers = all(it.rank == 0 for it in found.values())
    return [Declaration(name, ()) for name in constants] if numbers else []


def declared_note(declaration: Declaration) -> str:
    """What was taken for granted of a name."""
    return f"{declaration.name} is read as a {RANK_WORDS[len(declaration.sizes)]}: it goes entry by entry"


def can_be_read(text: str) -> bool:
    """True for a text in the language without a problem."""
    try:
        parse(text)
    except Problems:
        return False
    return True


def _with_ranks(text: str, ranks: Mapping[str, int]) -> str:
    lines = (show(Declaration(name, (None,) * rank)) for name, rank in ranks.items())
    return "\n".join([*lines, text])


def _uses(text: str) -> Mapping[str, CapitalUses]:
    """The capital letters that a text neither computes nor declares, and how it uses them."""
    lines = parse_statements(text)[0]
    settled = {it.name for it in lines if isinstance(it, Equation | Function | Declaration)}
    found = dict[str, CapitalUses]()
    for line in lines:
        if isinstance(line, Equation | Start):
            for name, operation, within, others in _operands(line.expr):
                if name not in settled and rank_by_spelling(name) == 2:
                    _note(found.setdefault(name, CapitalUses()), operation, within, others)
    return found


def _note(use: CapitalUses, operation: str, within: bool, others: Collection[Expr]) -> None:
    use.matrix |= operation in MATRIX_OPERATIONS
    if operation not in OPS or not OPS[operation].broadcasts:
        return
    if operation in ("+", "-") and any(_has_product(it) for it in others):
        use.bias = True
    elif within and operation == "*":
        use.layer = True
    else:
        use.other = True


def _operands(expr: Expr, within: bool = False) -> Iterator[tuple[str, str, bool, list[Expr]]]:
    """Every name with the operation it stands in, whether that is within a layer, and what stands beside it."""
    if not isinstance(expr, Apply | Call):
        return
    name = expr.op if isinstance(expr, Apply) else expr.function
    for place, arg in enumerate(expr.args):
        if isinstance(arg, Read):
            yield arg.name, name, within or name in LAYERS, [*expr.args[:place], *expr.args[place + 1 :]]
        else:
            yield from _operands(arg, within or name in LAYERS)


def _has_product(expr: Expr) -> bool:
    return any(isinstance(it, Apply) and it.op == "@" for it in walk(expr))
