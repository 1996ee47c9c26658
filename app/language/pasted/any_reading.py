"""Reads a text however it was written: finds out what it is, and has the reader of that read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.cache import cached
from app.language import Problem, Problems, parse, parse_or_none
from app.language.parse import parse_statements
from app.language.pasted.declared_classes import with_classes
from app.language.pasted.declared_ranks import declaration_lines, declared_ranks, numbers_throughout, with_ranks_told
from app.language.pasted.declared_sizes import with_sizes
from app.language.pasted.every_line import with_every_line_told
from app.language.pasted.fitting_numbers import without_unfitting_numbers
from app.language.pasted.formula_reader import indices_of_sums, read_formulas
from app.language.pasted.lines import FORMULAS, LATEX, OWN, PastedLine, PastedReading
from app.language.pasted.mended_source import with_mended_lines
from app.language.pasted.moments_of_names import moment_of_name
from app.language.pasted.names_elsewhere import UNCHANGED
from app.language.pasted.other_languages import other_language, read_other_language
from app.language.pasted.pseudocode import read_without_loop, without_each
from app.language.pasted.python_modules import MADE_CLASSES
from app.language.pasted.python_reader import read_python
from app.language.pasted.said_beside import read_with_said_declarations
from app.language.pasted.said_steps import with_steps
from app.language.problems import problem_at
from app.language.syntax import Declaration, Span
from app.limits import limit

_LATEX = re.compile(r"\\[A-Za-z(\[]|\^\{|_\{|\$|[A-Za-z)\]]\^[A-Za-z({<']|\b[A-Za-z]_\(")
_PYTHON = re.compile(
    r"\b(?:np|numpy|torch|F|nn|tf|jnp|jax|lax|math|self|keras|K|functools|itertools|operator|theano|tensorflow)\.\w|\.(?:T|dot|mm|matmul|sum|mean|append|chunk|t|tanh|sigmoid"
    r"|detach|copy|reshape|shape)\b|^\s*(?:for\s.*:|def\s|class\s|import\s|from\s+\w+\s+import|while\s|with\s.*:|return\b|>>>)"
    r"|\b(?:reduce|accumulate|scan|fori_loop)\(|\blambda\b.*:|\bif\b.*\belse\b|\]\s*\[|\[:|[-+*/]="
    rf"|\.(?:{'|'.join(sorted(UNCHANGED))})\(|\b(?:{'|'.join(sorted(MADE_CLASSES))})\(",
    re.MULTILINE,
)
_TOUCHING = re.compile(r"(?<!\w)[WUV\u03b1-\u03b3\u03b5-\u03c9][a-z]_\{?[tnk]\b")
_UNICODE = re.compile(r"[₀-₉ₐ-ₜᵢⱼ⁽ᵗ⁻⊙∑ᵀ⊤\u0300-\u036f]")

_LOST_SCRIPTS = re.compile(
    r"^[ \t]*[^\W\d]\w* t *=.*\b[^\W\d] t\b.*$|^[ \t]*(?P<state>[^\W\d])t *=.*\b(?P=state)t ?[-−–] ?1\b.*$",
    re.MULTILINE,
)
SCRIPTS = "write them again: h_t for h t, h_{t-1} for h t − 1, W_f for W f"


@cached(64)
def read_however_written(text: str) -> PastedReading:
    """A text in the language; raises Problems where it is too long to be read."""
    if len(text) > limit("pasted"):
        raise Problems(Problem(f"the text is longer than {limit('pasted')} characters"))
    found = _read(text)
    return with_every_line_told(text, with_mended_lines(text, found, _read)) if found.foreign else found


def _read(text: str) -> PastedReading:
    """A text as it is read, without what would mend it."""
    text = without_each(text)
    runs = parse_or_none(text) is not None
    if runs and not _without_moments(text) and not _has_products_that_touch(text):
        return PastedReading(OWN, text)
    if not runs and (declaring := read_with_said_declarations(text, _read)):
        return declaring
    if algorithm := read_without_loop(text, _read):
        return algorithm
    if lost := _LOST_SCRIPTS.search(text):
        return PastedReading(
            OWN, text, (), (problem_at(text, lost.span(), "the subscripts were lost in copying", SCRIPTS),)
        )
    if _LATEX.search(text):
        return _checked(text, read_formulas(text))
    if language := other_language(text):
        return _checked(text, read_other_language(language, text))
    if _PYTHON.search(text) or runs:
        return _checked(text, read_python(text))
    if indices_of_sums(text):
        return _checked(text, read_formulas(text))
    if parse_statements(text)[1] or (_UNICODE.search(text) and "@" not in text):
        formulas = read_formulas(text)
        if (not formulas.problems and parse_or_none(formulas.text)) or (_UNICODE.search(text) and "@" not in text):
            return _checked(text, formulas)
    step = read_python(text) if _assigns_bare_names(text) else None
    if step and not step.problems and "[t-1]" in step.text and not (step := _checked(text, step)).problems:
        return step
    if declared := declared_ranks(text, own=True):
        return _declared(PastedReading(OWN, text, _own_lines(text)), declared)
    return PastedReading(OWN, text, (), _own_problems(text))


def _own_lines(text: str) -> tuple[PastedLine, ...]:
    """The lines of a text in the language, each read as it stands."""
    return tuple(PastedLine(line, k + 1, line) for k, line in enumerate(text.split("\n")) if line.strip())


def _declared(found: PastedReading, declared: Sequence[Declaration]) -> PastedReading:
    """A reading with declarations before it; the first line that reads each name says so."""
    lines = with_ranks_told(found.lines, declared)
    return replace(found, text="\n".join([*declaration_lines(declared), found.text]), lines=lines)


def _checked(text: str, found: PastedReading) -> PastedReading:
    """A reading whose equations can be run, with the sizes of its arrays, or that says what is wrong with it."""
    return with_steps(text, with_classes(with_sizes(_with_ranks(text, found))))


def _with_ranks(text: str, found: PastedReading) -> PastedReading:
    """A reading whose equations can be run, or that says what is wrong with them, at the lines they were read from."""
    if parse_or_none(found.text):
        return found
    if declared := declared_ranks(found.text):
        reading = _declared(found, declared)
        numbers = numbers_throughout(reading.text) if found.kind in (LATEX, FORMULAS) else ()
        return _declared(reading, numbers) if numbers else reading
    if found.problems:
        return found
    return without_unfitting_numbers(found) or _with_problems(text, found, _own_problems(found.text))


def _with_problems(text: str, found: PastedReading, own: Iterable[Problem]) -> PastedReading:
    """A reading with what is wrong with its equations, at the lines that they were read from."""
    written = found.text.split("\n")
    problems = []
    for wrong in own:
        line = written[wrong.line - 1] if wrong.line and wrong.line <= len(written) else ""
        source = next((it for it in found.lines if line and line in it.text.split("\n")), None)
        problems.append(problem_at(text, _place(text, source), wrong.message, wrong.hint))
    return replace(found, problems=tuple(problems))


def _place(text: str, line: PastedLine | None) -> Span:
    """Where a line that was read begins in the text, up to its own end."""
    if line is None:
        return 0, 0
    above = sum(len(it) + 1 for it in text.split("\n")[: line.line - 1])
    start = max(text.find(line.source, above), 0)
    return start, start + len(line.source.split("\n")[0])


def _own_problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with a text as one in the language."""
    try:
        parse(text)
    except Problems as error:
        return error.problems
    return ()


def _assigns_bare_names(text: str) -> bool:
    """True for a text in which every line assigns a name without a moment, as a step of a program does."""
    lines = [line.strip() for line in re.split(r"[\n;]", text) if line.strip() and not line.strip().startswith("#")]
    return bool(lines) and all(re.match(r"[^\W\d]\w*\s*=[^=]", line) for line in lines)


def _has_products_that_touch(text: str) -> bool:
    """True for a text without any sign of a product in which letters with a moment touch: `Wx_t + Uh_{t-1}`."""
    return not re.search(r"[@*\[]", text) and bool(_TOUCHING.search(text))


def _without_moments(text: str) -> bool:
    """True for lines that the language can read, but whose names carry moments, as in h_prev."""
    if "[" in text:
        return False
    names = set(re.findall(r"[^\W\d]\w*", text))
    return any(moment_of_name(name)[1] == 1 for name in names)
