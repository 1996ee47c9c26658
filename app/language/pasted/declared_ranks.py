"""Declares the capital letters of a pasted text that are no matrices: gains that multiply vectors, biases, peepholes.

In `u = Kp * e` of a program a sign goes entry by entry, so Kp is one number whatever its letter. This is tried only
where a text cannot be read as it is spelled, and kept only where it can be read then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from app.language import parse, parse_or_none, rank_by_spelling
from app.language.parse import parse_statements
from app.language.pasted.lines import PastedLine, SaidSizes
from app.language.pasted.names_elsewhere import SQUASHINGS
from app.language.syntax import (
    CLOCK,
    RANK_WORDS,
    Apply,
    Call,
    Declaration,
    Equation,
    Expr,
    Function,
    Read,
    Start,
    Variable,
    reads,
    walk,
)
from app.language.typeset import show
from app.ops import OPS

MATRIX_OPERATIONS = frozenset(("@", "transpose", "inverse", "solve", "outer", "offdiagonal"))
"""What takes a matrix for what it is."""
LAYERS = SQUASHINGS | frozenset((
    "tanh", "sigmoid", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softsign", "hard_tanh", "hard_sigmoid",
    "softplus", "softmax",
))  # fmt: skip
"""What a layer applies: what stands in it entry by entry is a vector of weights, as a peephole."""
ENTRY_BY_ENTRY = frozenset(("same", "elementwise", "sum", "power"))
"""The rules of shapes of what goes entry by entry."""
WEIGHT_MATRIX = re.compile(r"(?:recurrent_)?(?:weights?|kernel)(?:_\w+)?|w_?[a-z]{2}")
"""A matrix in small letters: by its word, or by the two layers that it leads between."""
CUSTOMARY_NUMBERS = frozenset((
    "dt", "lr", "learning_rate", "step_size", "step_1", "lam", "lamb", "lambd", "lmbda", "lambda_", "decay",
    "momentum", "leak", "leak_rate", "leaking_rate", "discount", "temperature", "threshold", "thr", "v_th",
    "v_thresh", "v_rest", "v_reset",
))  # fmt: skip
"""Constants of programs that are one number: a width of time, a rate of learning, a discount, a threshold."""
MOST_TRIED = 10
"""Of so many ranks two are tried together."""
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


def assumed_rank(name: str, rank: int) -> Declaration:
    """A rank that is taken for granted, so that an array which is given for the name has the last word."""
    return Declaration(name, (None,) * rank, unless_given=True)


def declaration_lines(declared: Iterable[Declaration]) -> list[str]:
    """Declarations as lines, one for all names of which the same is taken for granted."""
    lines = dict[str, list[str]]()
    for it in declared:
        said = show(it).removeprefix(it.name)
        lines.setdefault(said if it.unless_given else f"{it.name}{said}", []).append(it.name)
    return [f"{', '.join(names)}{said}" if said.startswith(":") else said for said, names in lines.items()]


def declared_ranks(text: str, own: bool = False) -> list[Declaration]:
    """The declarations with which a text that cannot be read can be; none where there are none, or none are needed.

    `own` is a text that was written in the language, where a layer's weights are matrices that lack their sign.
    """
    if not own and (factors := factors_of_matrices(text)):
        return factors
    uses = _uses(text)
    if own:
        uses = {name: use for name, use in uses.items() if not (use.layer or name.startswith(WEIGHTS))}
    outer = dict.fromkeys(vectors_of_outer_products(text), 1)
    ranks = {name: use.rank for name, use in uses.items() if use.entrywise}
    tried = (outer, {**ranks, **outer}, {**dict.fromkeys(ranks, 0), **outer})
    found = next((it for it in tried if it and can_be_read(_with_ranks(text, it))), {})
    for name in list(found):
        fewer = {other: rank for other, rank in found.items() if other != name}
        if can_be_read(_with_ranks(text, fewer)):
            found = fewer
    if found or own:
        return [assumed_rank(name, rank) for name, rank in found.items()]
    return capital_data(text) or ranks_that_fit(text)


def ranks_that_fit(text: str) -> list[Declaration]:
    """The fewest declarations against spelling with which a text is read that has no other reading.

    Where nothing in it is a matrix by its operations, all are numbers.
    """
    if can_be_read(text):
        return []
    uses, lines = _uses(text), [it for it in parse_statements(text)[0] if isinstance(it, Equation | Start)]
    settling = Equation | Function | Start | Declaration
    computed = {it.name for it in parse_statements(text)[0] if isinstance(it, settling)}
    read = dict.fromkeys(it.name for line in lines for it in reads(line.expr))
    names = [it for it in read if it not in computed and it not in CLOCK]
    parts = [part for line in lines for part in walk(line.expr) if isinstance(part, Apply | Call)]
    of_matrices = any((it.op if isinstance(it, Apply) else it.function) in MATRIX_OPERATIONS for it in parts)
    timed = {it.name for line in lines for it in reads(line.expr) if it.time is not None}
    factors = {
        it.name
        for part in parts
        if isinstance(part, Apply) and part.op in ("*", "/")
        for it in part.args
        if isinstance(it, Read)
    }
    applied = {
        it.name
        for part in parts
        if isinstance(part, Apply) and part.op == "@"
        for it in part.args
        if isinstance(it, Read)
    }
    single = [(it, 1) for it in names if it in applied and rank_by_spelling(it) == 0]
    single += [(it, 0) for it in names if it in factors and rank_by_spelling(it) == 1]
    single += [(it, 1) for it in names if it in timed and rank_by_spelling(it) == 2]
    single += [(it, rank) for it, use in uses.items() if use.entrywise and it in names for rank in (0, 1)]
    every = [dict.fromkeys(names, 0)] if not of_matrices else []
    pairs = (dict(it) for it in combinations(single[:MOST_TRIED], 2))
    tried = (*every, *(dict([it]) for it in single), *pairs)
    found = next((it for it in tried if it and can_be_read(_with_ranks(text, it))), {})
    return [assumed_rank(name, rank) for name, rank in found.items() if rank_by_spelling(name) != rank]


def vectors_of_outer_products(text: str) -> list[str]:
    """The names that an outer product takes as its vectors, against their spelling: both of `outer(delta, B)`."""
    lines = parse_statements(text)[0]
    settled = {it.name for it in lines if isinstance(it, Equation | Function | Declaration)}
    parts = (part for it in lines if isinstance(it, Equation | Start) for part in walk(it.expr))
    taken = (it for part in parts if isinstance(part, Call) and part.function == "outer" for it in part.args)
    names = dict.fromkeys(it.name for it in taken if isinstance(it, Read) and rank_by_spelling(it.name) != 1)
    return [name for name in names if name not in settled]


def factors_of_matrices(text: str) -> list[Declaration]:
    """The declarations of small letters that scale a matrix, `d * M @ r`, where the text is read with them."""
    lines = [line for line in parse_statements(text)[0] if isinstance(line, Equation)]
    settled = {line.name for line in parse_statements(text)[0] if isinstance(line, Equation | Declaration)}
    products = [part.args for line in lines for part in walk(line.expr) if isinstance(part, Apply) and part.op == "*"]
    matrices = {it.name for pair in products for it in pair if isinstance(it, Read) and rank_by_spelling(it.name) == 2}
    applied = {
        it.name
        for line in lines
        for part in walk(line.expr)
        if isinstance(part, Apply) and part.op == "@"
        for it in walk(part.args[0])
        if isinstance(it, Read)
    }
    names = dict.fromkeys(
        it.name
        for pair in products
        if any(isinstance(it, Read) and it.name in matrices & applied for it in pair)
        for it in pair
        if isinstance(it, Read) and it.time is None and rank_by_spelling(it.name) == 1 and it.name not in settled
    )
    ranks = dict.fromkeys(names, 0)
    return [assumed_rank(name, 0) for name in names] if ranks and can_be_read(_with_ranks(text, ranks)) else []


def capital_data(text: str) -> list[Declaration]:
    """The declarations of data in capital letters as vectors, where a text needs them: K, V of `outer(K[t], V[t])`."""
    lines = parse_statements(text)[0]
    computed = {it.name for it in lines if isinstance(it, Equation | Function | Declaration)}
    used = (read for it in lines if isinstance(it, Equation) for read in reads(it.expr))
    names = dict.fromkeys(it.name for it in used if it.time and rank_by_spelling(it.name) == 2)
    vectors = dict.fromkeys((name for name in names if name not in computed), 1)
    return [assumed_rank(name, 1) for name in vectors if can_be_read(_with_ranks(text, vectors))]


def matrices_in_small_letters(text: str) -> list[Declaration]:
    """The declarations of weights that programs write in small letters: `weight_ih`, `kernel`, `w_hh`."""
    lines = parse_statements(text)[0]
    settled = {line.name for line in lines if isinstance(line, Equation | Declaration)}
    used = (operand for line in lines if isinstance(line, Equation) for operand in _operands(line.expr))
    names = dict.fromkeys(name for name, operation, _, _ in used if operation in ("@", "transpose"))
    return [assumed_rank(it, 2) for it in names if WEIGHT_MATRIX.fullmatch(it) and it not in settled]


def ranks_of_arrays(text: str, said: Collection[SaidSizes]) -> list[Declaration]:
    """The declarations of parameters and data that a program makes with as many axes, against their spelling.

    So w of `w = np.zeros((3, 4))` is a matrix, and x of `x = np.zeros(T)` one number at each step. Where states are
    made as vectors, `h = np.zeros((T, n))`, data that would have them be matrices are vectors too.
    """
    lines = parse_statements(text)[0]
    settled = {it.name for it in lines if isinstance(it, Equation | Function | Declaration | Start)}
    timed = {it.name for line in lines if isinstance(line, Equation) for it in reads(line.expr) if it.time is not None}
    found = dict[str, int]()
    for it in said:
        stepped = it.name in timed
        own = [size for k, size in enumerate(it.axes) if k != (it.steps if stepped else None)]
        if stepped and (it.steps is None or len(own) > 1):
            continue  # Which axis is that of a batch is not said.
        if len(own) == 2 and 1 in own and rank_by_spelling(it.name):
            continue  # One column is a vector, or a matrix, as it is spelled.
        rank = len(own) if len(own) < 2 else sum(size != 1 for size in own)
        if (
            rank < 3
            and it.name not in settled
            and rank != rank_by_spelling(it.name)
            and (rank or stepped)
            and own != [1]
        ):
            found.setdefault(it.name, rank)
    for name in list(found):
        if not can_be_read(_with_ranks(text, {name: found[name]})):
            del found[name]
    states = [
        it for it in said if it.name in settled and it.name in timed and it.steps is not None and len(it.axes) == 2
    ]
    matrices = [it for it in states if known_ranks(_with_ranks(text, found)).get(it.name) == 2]
    for name in sorted(it for it in timed - settled - found.keys() if matrices and rank_by_spelling(it) == 2):
        ranks = known_ranks(_with_ranks(text, {**found, name: 1}))
        found |= {name: 1} if all(ranks.get(it.name) == 1 for it in matrices) else {}
    return [assumed_rank(name, rank) for name, rank in found.items()] if can_be_read(_with_ranks(text, found)) else []


def matrices_beside(name: str, text: str) -> list[Declaration]:
    """The declarations with which a variable is a matrix: data that it is computed of entry by entry are matrices too.

    Constants beside these are numbers. None where the text cannot be read so.
    """
    equations = [it for it in parse_statements(text)[0] if isinstance(it, Equation)]
    computed = {it.name for it in equations}
    beside = [it for line in equations if line.name == name for it in reads(line.expr) if it.name not in computed]
    spelled = dict.fromkeys(it for it in beside if rank_by_spelling(it.name) == 1)
    data = {it.name: 2 for it in spelled if it.time is not None}
    numbers = {it.name: 0 for it in spelled if it.time is None}
    tried = ({name: 2, **data}, {name: 2, **data, **numbers})
    found = next((it for it in tried if can_be_read(_with_ranks(text, it))), {})
    return [assumed_rank(it, rank) for it, rank in found.items()]


def numbers_that_divide(text: str) -> list[Declaration]:
    """The declarations of capital letters that something is divided by: N of `S * I / N` is a number, no matrix."""
    divisors = {
        part.args[1].name
        for line in parse_statements(text)[0]
        if isinstance(line, Equation)
        for part in walk(line.expr)
        if isinstance(part, Apply) and part.op == "/" and isinstance(part.args[1], Read)
    }
    return [assumed_rank(name, 0) for name, use in _uses(text).items() if name in divisors and not use.matrix]


def numbers_that_begin_so(text: str, begun: Collection[str]) -> list[Declaration]:
    """The declarations with which what begins as a number is one, `y = 0` of a program, where the equations allow it.

    Then all that goes entry by entry with it is a number too: dt and setpoint, which their letters make vectors.
    """
    declared = {it.name: len(it.sizes) for it in declared_ranks(text)}
    ranks = parse(_with_ranks(text, declared)).variables if can_be_read(_with_ranks(text, declared)) else None
    if ranks is None:
        spelled = [name for name in names_not_computed(text) if name not in declared and rank_by_spelling(name) == 1]
    else:
        spelled = [name for name, it in ranks.items() if it.rank == 1 and it.why and it.why.source == "spelling"]
        if not any(ranks[name].rank == 1 for name in begun if name in ranks):
            return []
    if not begun or not can_be_read(_with_ranks(text, declared | dict.fromkeys(spelled, 0))):
        return []
    found = parse(_with_ranks(text, declared | dict.fromkeys(spelled, 0))).variables
    numbers = all(found[name].rank == 0 for name in begun if name in found)
    settled = declared | dict.fromkeys(spelled, 0)
    return [assumed_rank(name, rank) for name, rank in settled.items()] if numbers else []


def names_not_computed(text: str) -> list[str]:
    """The parameters and the data of a text, as they appear in it."""
    lines = parse_statements(text)[0]
    settled = {it.name for it in lines if isinstance(it, Equation | Function | Declaration)}
    return [
        name
        for name in dict.fromkeys(read.name for it in lines if isinstance(it, Equation) for read in reads(it.expr))
        if name not in (*settled, *CLOCK)
    ]


def numbers_by_custom(text: str) -> list[Declaration]:
    """The declarations of constants that programs have as numbers whatever their letters say: dt, lr, lam."""
    lines = parse_statements(text)[0]
    computed = {line.name for line in lines if isinstance(line, Equation | Declaration)}
    used = (read for line in lines if isinstance(line, Equation) for read in reads(line.expr))
    names = dict.fromkeys(it.name for it in used if it.time is None and it.name in CUSTOMARY_NUMBERS)
    found = dict.fromkeys((name for name in names if name not in computed), 0)
    while found and not can_be_read(_with_ranks(text, found)) and can_be_read(text):
        found.popitem()
    return [assumed_rank(name, 0) for name in found]


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
    return [assumed_rank(name, 0) for name in constants] if numbers else []


def numbers_without_matrices(text: str) -> list[Declaration]:
    """The declarations of capital constants in a program that applies no matrix: E_L of a membrane is a number."""
    if not _goes_entry_by_entry(text) or not can_be_read(text):
        return []
    known = parse(text).variables
    matrices = [name for name, it in known.items() if it.rank == 2 and it.why and it.why.source == "spelling"]
    found = dict.fromkeys(matrices, 0)
    return [assumed_rank(name, 0) for name in found] if found and can_be_read(_with_ranks(text, found)) else []


def numbers_beside_a_capital_state(text: str) -> list[Declaration]:
    """The declarations with which V of `V - V_rest` is no matrix: a constant is called as the variable that it is of.

    Where weights are applied to data, W X_t, these are vectors, and the constants alone are numbers.
    """
    known = parse(text).variables
    states = {name for name, it in known.items() if it.kind == "computed" and it.rank == 2}
    spelled = [name for name, it in known.items() if it.rank and it.why and it.why.source == "spelling"]
    constants = [it for it in spelled if known[it].kind == "parameter" and it.partition("_")[0] in states]
    if not constants:
        return []
    lines = (line for line in parse_statements(text)[0] if isinstance(line, Equation))
    products = [part for line in lines for part in walk(line.expr) if isinstance(part, Apply) and part.op == "@"]
    left = [part.args[0] for part in products]
    if not any(isinstance(it, Read) and it.time is None and it.name.startswith(WEIGHTS) for it in left):
        return [assumed_rank(name, 0) for name in spelled]
    data = [name for name in spelled if known[name].kind == "given" and known[name].rank == 2]
    return [*(assumed_rank(name, 0) for name in constants), *(assumed_rank(name, 1) for name in data)]


def numbers_of_greek_letters(text: str) -> list[Declaration]:
    """The declaration of data with which a Greek letter that scales a vector is a number: r of δ = r + γ v, δ x."""
    known = parse(text).variables
    greek = {
        name for name, it in known.items() if it.kind == "computed" and it.rank == 1 and not rank_by_spelling(name)
    }
    lines = (line for line in parse_statements(text)[0] if isinstance(line, Equation))
    factors = (
        it
        for line in lines
        for part in walk(line.expr)
        if isinstance(part, Apply) and part.op == "*"
        for it in part.args
    )
    scaling = {it.name for factor in factors for it in walk(factor) if isinstance(it, Read)} & greek
    data = [name for name, it in known.items() if it.kind == "given" and it.rank == 1]
    for name in data if scaling else ():
        settled = {name: 0}
        if can_be_read(_with_ranks(text, settled)):
            found = parse(_with_ranks(text, settled)).variables
            if all(found[it].rank == 0 for it in scaling):
                return [assumed_rank(name, 0)]
    return []


def numbers_beside_products(text: str) -> list[Declaration]:
    """The declarations of data beside a product of two vectors, which is one number: d of e = d - w x."""
    known = parse(text).variables if can_be_read(text) else {}
    spelled = (name for name, it in known.items() if it.rank == 1 and it.why and it.why.source == "spelling")
    data = {name for name in spelled if known[name].kind == "given"}
    parts = (part for line in parse_statements(text)[0] if isinstance(line, Equation) for part in walk(line.expr))
    sums = (part.args for part in parts if isinstance(part, Apply) and part.op in ("+", "-"))
    beside = (args for args in sums if any(_is_inner_product(it, known) for it in args))
    names = dict.fromkeys(it.name for args in beside for it in args if isinstance(it, Read) and it.name in data)
    found = dict.fromkeys(names, 0)
    return [assumed_rank(name, 0) for name in found] if found and can_be_read(_with_ranks(text, found)) else []


def _is_inner_product(expr: Expr, known: Mapping[str, Variable]) -> bool:
    """True for a product of two vectors, whatever scales it."""
    match expr:
        case Apply("@", (Read(one), Read(other))):
            return all(name in known and known[name].rank == 1 for name in (one, other))
        case Apply("neg", (inner,)):
            return _is_inner_product(inner, known)
    return False


def numbers_throughout(text: str) -> list[Declaration]:
    """The declarations with which everything in a text is a number; none where something takes a vector as a whole."""
    if not _goes_entry_by_entry(text) or not can_be_read(text):
        return []
    known = parse(text).variables
    spelled = [name for name, it in known.items() if it.rank == 1 and it.why and it.why.source == "spelling"]
    settled = dict.fromkeys(spelled, 0)
    if not spelled or not can_be_read(_with_ranks(text, settled)):
        return []
    found = parse(_with_ranks(text, settled)).variables
    return [assumed_rank(name, 0) for name in spelled] if all(it.rank == 0 for it in found.values()) else []


def _goes_entry_by_entry(text: str) -> bool:
    """True for equations in which nothing takes a vector or a matrix as a whole."""
    return all(goes_entry_by_entry(line.expr) for line in parse_statements(text)[0] if isinstance(line, Equation))


def goes_entry_by_entry(expr: Expr) -> bool:
    """True for an expression in which nothing takes a vector or a matrix as a whole."""
    names = (it.op if isinstance(it, Apply) else it.function for it in walk(expr) if isinstance(it, Apply | Call))
    return all(OPS[name].shape in ENTRY_BY_ENTRY for name in names if name in OPS)


def multiplies_small_letters(text: str) -> bool:
    """True where a small letter is multiplied by another or divided by it, or is in a power: r x_t (1 - x_t)."""
    lines = (line for line in parse_statements(text)[0] if isinstance(line, Equation))
    parts = (part for line in lines for part in walk(line.expr) if isinstance(part, Apply))
    return any(_has_small_letters(part) for part in parts)


def computes_numbers_by_spelling(text: str) -> bool:
    """True where a Greek or a capital letter would be a vector only because of what stands beside it, as N of r N."""
    known = parse(text).variables
    computed = (name for name, it in known.items() if it.kind == "computed" and it.rank == 1)
    return any(rank_by_spelling(name) != 1 for name in computed)


def _has_small_letters(part: Apply) -> bool:
    if part.op not in ("*", "/", "**"):
        return False
    sides = part.args[:1] if part.op == "**" else part.args
    factors = [it.name for it in map(_first_factor, sides) if isinstance(it, Read)]
    return len(factors) == len(sides) and all(map(_is_small, factors))


def _is_small(name: str) -> bool:
    return rank_by_spelling(name) == 1 and name not in CUSTOMARY_NUMBERS


def _first_factor(expr: Expr) -> Expr:
    """The factor of a product that stands at its end: x of `a * x`."""
    return _first_factor(expr.args[-1]) if isinstance(expr, Apply) and expr.op == "*" else expr


def with_ranks_told(
    lines: Sequence[PastedLine], declared: Sequence[Declaration], as_made: bool = False
) -> tuple[PastedLine, ...]:
    """Lines that were read, of which the first that has a name says what rank was taken for granted of it, and why."""
    told, left = list[PastedLine](), list(declared)
    for line in lines:
        here = [it for it in left if re.search(rf"\b{re.escape(it.name)}\b", line.text)]
        left = [it for it in left if it not in here]
        ranks = dict.fromkeys(len(it.sizes) for it in here)
        said = [_said_of_rank([it.name for it in here if len(it.sizes) == rank], rank, as_made) for rank in ranks]
        told.append(replace(line, note="; ".join(filter(None, (line.note, *said)))) if said else line)
    return tuple(told)


def _said_of_rank(names: Sequence[str], rank: int, as_made: bool) -> str:
    if len(names) == 1:
        why = "the program makes it so" if as_made else "it goes entry by entry"
        return f"{names[0]} is read as a {RANK_WORDS[rank]}: {why}"
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    why = "the program makes them so" if as_made else "they go entry by entry"
    return f"{listed} are read as {'matrices' if rank > 1 else f'{RANK_WORDS[rank]}s'}: {why}"


def known_ranks(text: str) -> Mapping[str, int]:
    """The rank of every name of a text; none where it cannot be read."""
    return {name: it.rank for name, it in parse(text).variables.items()} if can_be_read(text) else {}


def is_applied_to_weights(name: str, text: str) -> bool:
    """True for a variable that a parameter with a capital name is multiplied with as a matrix: a batch of vectors."""
    lines = (line for line in parse_statements(text)[0] if isinstance(line, Equation))
    pairs = (it.args for line in lines for it in walk(line.expr) if isinstance(it, Apply) and it.op == "@")
    reads_of = ([it for it in pair if isinstance(it, Read)] for pair in pairs)
    beside = (it for pair in reads_of if any(one.name == name for one in pair) for it in pair if it.name != name)
    return any(it.time is None and rank_by_spelling(it.name) == 2 for it in beside)


def can_be_read(text: str) -> bool:
    """True for a text in the language without a problem."""
    return parse_or_none(text) is not None


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
