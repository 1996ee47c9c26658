"""Says what of a text that can be read is perhaps not as it was meant; nothing of it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.language.parse import GivenLine, parse_statements
from app.language.problems import Problem, problem_at
from app.language.ranks import rank_by_spelling
from app.language.syntax import Apply, Expr, Read, Recurrence, Source, Span, reads, walk
from app.language.written_lines import product_lines

NOT_READ = "# not read: "
"""How a line begins that stands for one that was pasted and not read."""


def notes(recurrence: Recurrence) -> list[Problem]:
    """What is perhaps not as it was meant, in the order of the text; what would change it is in its mendings."""
    found = (note for rule in RULES_OF_NOTES for note in rule(recurrence))
    return sorted(found, key=lambda note: note.span or (0, 0))


def _lines_left_unread(recurrence: Recurrence) -> Iterator[Problem]:
    """Lines that were pasted and not read; what they say is missing."""
    for found in re.finditer(rf"^{re.escape(NOT_READ)}(.*)$", recurrence.text, re.MULTILINE):
        yield problem_at(
            recurrence.text,
            found.span(),
            f"{found[1]} was not read",
            "write what it computes as an equation, or leave it out",
        )


LONG_NAME = 4
"""From so many letters on, two names that differ by one are taken for one that is misspelt."""
TARGETS = re.compile(r"(?:y|d|target|targets|label|labels|desired)(?:_?(?:true|target))?")
"""What is compared with a result, by custom."""
COMPARING = frozenset(("-", "mse", "cross_entropy"))
"""Operations whose operands are a result and its target."""


def _targets_as_parameters(recurrence: Recurrence) -> Iterator[Problem]:
    """A bare name that is a target by custom, where it is compared with what is computed: a parameter all the same."""
    told = set[str]()
    for equation in recurrence.equations:
        for name, span in _compared(recurrence, equation.expr):
            if name in told or not TARGETS.fullmatch(name):
                continue
            told.add(name)
            yield problem_at(
                recurrence.text,
                span,
                f"{name} is a parameter, as every bare name is that no line defines: training changes it",
                f"for data add the line given {name}, or write {name}[t] for a value at every step",
                mendings=(f"given {name}",),
            )


def _compared(recurrence: Recurrence, expr: Expr) -> Iterator[tuple[str, Span]]:
    """The trained parameters that stand by themselves beside something computed, in what compares two things."""
    trained, computed = set(recurrence.names("parameter")) - set(recurrence.fixed), recurrence.names("computed")
    for part in walk(expr):
        if isinstance(part, Apply) and part.op in COMPARING and len(part.args) == 2:
            for one, other in (part.args, part.args[::-1]):
                alone = isinstance(one, Read) and one.time is None and one.name in trained
                if isinstance(one, Read) and one.span and alone and any(r.name in computed for r in reads(other)):
                    yield one.name, one.span


def _identities_as_parameters(recurrence: Recurrence) -> Iterator[Problem]:
    """A bare I that is added to a matrix: a parameter all the same, where no line says how it begins."""
    said = {*recurrence.fixed, *(it.name for it in recurrence.initials), *_given_by_lines(recurrence.text)}
    for equation in recurrence.equations:
        for part in walk(equation.expr):
            terms = part.args if isinstance(part, Apply) and part.op in ("+", "-") else ()
            one = next((it for it in terms if isinstance(it, Read) and it.name == "I" and it.time is None), None)
            if one and one.span and "I" not in said and _is_matrix_by(recurrence, "I", "spelling"):
                said.add("I")
                yield problem_at(
                    recurrence.text,
                    one.span,
                    "I is a parameter, as every bare name is that no line defines",
                    "for the identity matrix add the lines I ~ identity and fixed I",
                    mendings=("I ~ identity\nfixed I",),
                )


def _products_by_entries(recurrence: Recurrence) -> Iterator[Problem]:
    """`W * h[t-1]` where nothing but this product makes a matrix of h."""
    for equation in recurrence.equations:
        for part in walk(equation.expr):
            factors = part.args if isinstance(part, Apply) and part.op == "*" else ()
            reads_alone = [factor for factor in factors if isinstance(factor, Read) and factor.span]
            bare = [r for r in reads_alone if r.time is None and _is_matrix_by(recurrence, r.name, "spelling")]
            states = [r for r in reads_alone if r.time is not None and _is_matrix_by(recurrence, r.name, "least")]
            if isinstance(part, Apply) and part.span and bare and states and states[0].name[:1].islower():
                matrix, state = (recurrence.text[slice(*r.span)] for r in (bare[0], states[0]) if r.span)
                yield problem_at(
                    recurrence.text,
                    part.span,
                    f"{states[0].name} is a matrix, since {recurrence.text[slice(*part.span)]} goes entry by entry",
                    f"a matrix times a vector is {matrix} @ {state}",
                    mendings=tuple(product_lines(recurrence.text, recurrence.equations, part)),
                )


def _entries_as_moments(recurrence: Recurrence) -> Iterator[Problem]:
    """`phi[0] * s[t-1]` where no line has phi at t: what stands in brackets is a moment, here one that is 0.

    A single moment of data, `U @ x[1]`, is as it was meant.
    """
    places = [(equation, read) for equation in recurrence.equations for read in reads(equation.expr)]
    begun = {read.name for start in recurrence.starts for read in reads(start.expr)}
    for name in recurrence.names("given"):
        its = [(equation, read) for equation, read in places if read.name == name]
        moments = [read.time for _, read in its if read.time is not None and not read.time.base]
        if name in begun or len(moments) < len(its) or not any(equation.indexed for equation, _ in its):
            continue
        if len({*moments}) == 1 and moments[0].offset != 0 and rank_by_spelling(name) != 0:
            continue
        equation, read = its[0]
        if read.time is None or read.time.offset < 0 or not (equation.span and read.span):
            continue
        place, zero = read.time.offset, ", which is 0 before the first step" if read.time.offset == 0 else ""
        line = recurrence.text[slice(*equation.span)]
        yield problem_at(
            recurrence.text,
            read.span,
            f"{name}[{place}] is data at the moment {place}{zero}; no line has {name} at t",
            f"for an entry of a parameter write {name}_{place}",
            mendings=(re.sub(rf"\b{re.escape(name)}\[(\d+)\]", rf"{name}_\1", line),),
        )


def _misspelt(recurrence: Recurrence) -> Iterator[Problem]:
    """A name of data or of a parameter that is nearly another's, something computed or data, and that no line says."""
    declared, begun = (it.name for it in recurrence.declarations), (it.name for it in recurrence.initials)
    said = {*declared, *begun, *recurrence.fixed, *_given_by_lines(recurrence.text)}
    computed, data = sorted(recurrence.names("computed")), sorted(recurrence.names("given"))
    found = ((equation, read) for equation in recurrence.equations for read in reads(equation.expr))
    for equation, read in found:
        known, shorter = recurrence.variables.get(read.name), [it for it in data if len(it) < len(read.name)]
        meant = [it for it in (*computed, *shorter) if differ_by_a_letter(read.name, it)]
        if (
            known is None
            or known.kind == "computed"
            or read.name in said
            or not (meant and equation.span and read.span)
        ):
            continue
        said.add(read.name)
        line = recurrence.text[slice(*equation.span)]
        yield problem_at(
            recurrence.text,
            read.span,
            f"{read.name} is {'data' if known.kind == 'given' else 'a parameter'}, as no line defines it",
            f"did you mean {meant[0]}?",
            mendings=(re.sub(rf"\b{re.escape(read.name)}\b", meant[0], line),),
        )


def _given_by_lines(text: str) -> Iterator[str]:
    """The names that a line says to be data."""
    return (it.name for line in parse_statements(text)[0] if isinstance(line, GivenLine) for it in line.names)


def differ_by_a_letter(one: str, other: str) -> bool:
    """True for a letter that is doubled, and in longer names for one too many, too few, or in another's place."""
    short, long = sorted((one, other), key=len)
    if not (one + other).isalpha() or one == other:
        return False
    if long in (short[0] + short, short + short[-1]):
        return True
    less = {long[:k] + long[k + 1 :] for k in range(len(long))}
    swapped = {one[:k] + one[k + 1] + one[k] + one[k + 2 :] for k in range(len(one) - 1)}
    return len(short) >= LONG_NAME and (short in less or other in swapped)


def _is_matrix_by(recurrence: Recurrence, name: str, source: Source) -> bool:
    variable = recurrence.variables.get(name)
    return variable is not None and variable.rank == 2 and variable.why is not None and variable.why.source == source


RULES_OF_NOTES: tuple[Callable[[Recurrence], Iterator[Problem]], ...] = (
    _lines_left_unread,
    _targets_as_parameters,
    _identities_as_parameters,
    _products_by_entries,
    _entries_as_moments,
    _misspelt,
)
