"""Reads a recurrent network from its equations: a checked `Recurrence`, or every problem of the text at once.

`parse` reads lines, `resolve` gives names their meaning, `loops` finds the order, `ranks` settles how many axes each
name has, `shapes` unifies their sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from app.cache import cached
from app.language.characters import plain_characters
from app.language.given_shapes import ARGUMENTS, GivenShapes, declarations_that_hold, given_arrays
from app.language.hinted_lines import hinted_lines
from app.language.hints import spelling_hint
from app.language.initials import INITIALS
from app.language.loops import Component, IllegalLoop, components, dependencies, ordered, reachable
from app.language.mending import mended_problem, unread_blocks
from app.language.node_ids import (
    MOVED,
    AfterUpdate,
    Name,
    NodeId,
    is_operation,
    node_id,
    node_of,
    owner,
    parse_node,
    step_of,
    variable_of,
)
from app.language.notes import NOT_READ, notes
from app.language.parse import FixedLine, GivenLine, StepsLine, parse_expression, parse_statements, unknown_letters
from app.language.problems import Problem, Problems, Subject, caret, problem_at
from app.language.ranks import rank_by_spelling, settle_ranks
from app.language.resolve import Meaning, has_free_t, resolve_names
from app.language.rewrite import expand, plus, shift, simplify, substitute
from app.language.shapes import Shapes, check_size_range, infer_shapes, is_entrywise, rank_of_result, shape_of
from app.language.symbols import (
    ACCENT_MARKS,
    ARROW_MARK,
    GREEK,
    MINUS,
    NABLA,
    OTHER_LETTERS,
    Accent,
    bold,
    italic,
    minus_signs,
    plain_symbol,
    symbol,
    unknown_letter,
)
from app.language.syntax import (
    CLOCK,
    NOW,
    RANK_WORDS,
    Apply,
    Call,
    Condition,
    Declaration,
    Equation,
    Evidence,
    Expr,
    Function,
    Initial,
    Number,
    Read,
    Recurrence,
    Source,
    Span,
    Start,
    Time,
    Variable,
    children,
    number_of,
    reads,
    variable_reads,
    walk,
    with_args,
)
from app.language.written_lines import LineEdit, line_edit, other_declarations, rank_edit, stepwise_lines, with_lines
from app.limits import limit

__all__ = [
    "ACCENT_MARKS",
    "ARGUMENTS",
    "ARROW_MARK",
    "CLOCK",
    "GREEK",
    "INITIALS",
    "MINUS",
    "MOVED",
    "NABLA",
    "NOT_READ",
    "NOW",
    "OTHER_LETTERS",
    "RANK_WORDS",
    "Accent",
    "AfterUpdate",
    "Apply",
    "Call",
    "Component",
    "Condition",
    "Declaration",
    "Equation",
    "Evidence",
    "Expr",
    "Function",
    "GivenShapes",
    "LineEdit",
    "Name",
    "NodeId",
    "Number",
    "Problem",
    "Problems",
    "Read",
    "Recurrence",
    "Source",
    "Start",
    "Subject",
    "Time",
    "Variable",
    "bold",
    "caret",
    "children",
    "components",
    "dependencies",
    "expand",
    "has_free_t",
    "is_entrywise",
    "is_operation",
    "italic",
    "line_edit",
    "minus_signs",
    "node_id",
    "node_of",
    "notes",
    "number_of",
    "ordered",
    "owner",
    "parse",
    "parse_expression",
    "parse_node",
    "parse_or_none",
    "plain_characters",
    "plain_symbol",
    "plus",
    "rank_by_spelling",
    "rank_edit",
    "rank_of_result",
    "reachable",
    "reads",
    "shape_of",
    "shift",
    "simplify",
    "spelling_hint",
    "step_of",
    "steps_said",
    "substitute",
    "symbol",
    "unknown_letter",
    "variable_of",
    "variable_reads",
    "walk",
    "with_args",
    "with_lines",
]


def steps_said(text: str) -> int | None:
    """How many steps a run has by a text, right or wrong in what else it says: 7 of `tau: 7 unless given`.

    Where no line says so they are as many as the data have whose numbers the text writes out.
    """
    if "unless" not in text and "[" not in text.partition("~")[2]:
        return None
    lines = parse_statements(text)[0]
    said = next((line.steps for line in lines if isinstance(line, StepsLine)), None)
    if said is not None:
        return said
    timed = {r.name for line in lines if isinstance(line, Equation | Start) for r in reads(line.expr) if r.time}
    written = (it for it in lines if isinstance(it, Initial) and it.entries is not None and it.name in timed)
    return min((len(it.entries) for it in written if it.entries), default=None)


MOST_MENDED = 4
"""For so many problems of a text what their hints say to write is tried."""
MOST_MENDINGS = 3
"""So many ways to mend a problem are told, where a hint has several."""
MOST_HIDDEN = 2
"""So many more mistakes are mended in a line that could not be read before what its hint says to write is told."""


def parse(
    text: str,
    sizes: Mapping[str, int] | None = None,
    defaults: Mapping[str, int] | None = None,
    given: GivenShapes | None = None,
) -> Recurrence:
    """Read a system of equations.

    `sizes` fixes dimensions by name (`{"x": 4, "h": 5}`); the shapes of `given` arrays settle what stays open, and
    `defaults` the rest. Raises `Problems` with all that is wrong.
    """
    numbers = tuple(sorted((sizes or {}).items())), tuple(sorted((defaults or {}).items()))
    asked = text, *numbers, given or GivenShapes()
    found = _parse(*asked)
    if isinstance(found, Recurrence):
        return found
    raise Problems(*_with_mendings(found, *asked))


def parse_or_none(text: str) -> Recurrence | None:
    """The recurrence of a text, None where something is wrong with it: then nobody looks for what would mend it."""
    try:
        found = _parse(text, (), (), GivenShapes())
    except Problems:
        return None
    return found if isinstance(found, Recurrence) else None


@dataclass(frozen=True, slots=True)
class WrongText:
    """What is wrong with a text, in the order of its lines, and what it declares."""

    problems: tuple[Problem, ...]
    declarations: tuple[Declaration, ...]


@cached(256)
def _parse(
    text: str, sizes: tuple[tuple[str, int], ...], defaults: tuple[tuple[str, int], ...], given: GivenShapes
) -> Recurrence | WrongText:
    meaning, shapes = _read(text, sizes, defaults, given)
    if meaning.problems:
        found = sorted(meaning.problems, key=lambda problem: (problem.span or (len(text),))[0])
        return WrongText(tuple(found), meaning.declarations)
    return _one(
        Recurrence(
            text,
            meaning.equations,
            meaning.functions,
            meaning.starts,
            meaning.initials,
            shapes.variables,
            shapes.sizes,
            meaning.declarations,
            shapes.evidence,
            meaning.fixed,
            meaning.steps,
        )
    )


def _read(
    text: str, sizes: tuple[tuple[str, int], ...], defaults: tuple[tuple[str, int], ...], given: GivenShapes
) -> tuple[Meaning, Shapes]:
    """What a text means, with all that is wrong with it, and the shapes of its names, if nothing is."""
    if len(text) > limit("equations_length"):
        raise Problems(_too_long(f"the equations are longer than {limit('equations_length')} characters"))
    lines, unread = parse_statements(text)
    if len(lines) > limit("equations_count"):
        raise Problems(_too_long(f"there are more than {limit('equations_count')} lines of equations"))
    blocks = unread_blocks(text, unread)
    told = [line for line in unread if not _stands_in(blocks, line.problem.span)]
    problems = [*unknown_letters(text), *(mended_problem(text, line) for line in told)]
    lines = tuple(
        line for line in lines if isinstance(line, GivenLine | FixedLine) or not _stands_in(blocks, line.span)
    )
    # Only a line that is told may define what others read: else nothing would say what is missing.
    meaning = resolve_names(text, lines, unread if told else [], problems)
    shapes = Shapes() if meaning.problems else _shapes(meaning, dict(sizes), dict(defaults), given)
    return meaning, shapes


def _with_mendings(
    wrong: WrongText,
    text: str,
    sizes: tuple[tuple[str, int], ...],
    defaults: tuple[tuple[str, int], ...],
    given: GivenShapes,
) -> tuple[Problem, ...]:
    """What is wrong with a text, and what would mend it."""
    found = wrong.problems
    hinted = (_mended_as_hinted(text, problem, found) for problem in found[:MOST_MENDED])
    first, *others = *hinted, *found[MOST_MENDED:]
    ways = [
        it
        for it in other_declarations(text, wrong.declarations)
        if not _read(with_lines(text, it), sizes, defaults, given)[0].problems
    ]
    return _mended_also(first, ways), *others


def _mended_as_hinted(text: str, problem: Problem, problems: Sequence[Problem]) -> Problem:
    """A problem with the lines that its hint says to write, where they leave less wrong with its line than before.

    A line that could not be read may have a mistake more, `tahn`, which nobody could see: the hint says it without.
    """
    if problem.mendings or problem.line is None:
        return problem
    line, hint, mendings = problem.line, problem.hint or "", dict[str, None]()
    before = frozenset(it.message for it in problems if it.line == line)
    for lines in islice(hinted_lines(text, problem), MOST_MENDINGS):
        tried = list(lines)
        ways = ((it, _mended_in_turn(text, it, line, before, further)) for further in (0, MOST_HIDDEN) for it in tried)
        written, found = next((way for way in ways if way[1]), ("", None))
        if found:
            hint = hint.replace(written, found.lines)
            mendings |= {found.lines: None} if found.helps else {}
    return replace(problem, hint=hint or None, mendings=tuple(mendings))


@dataclass(frozen=True, slots=True)
class _InTurn:
    """Lines without the mistakes that were seen in them; whether they leave less wrong than there was before."""

    lines: str
    helps: bool


def _mended_in_turn(
    text: str, lines: str, line: int, before: frozenset[str], further: int, seen: frozenset[str] = frozenset()
) -> _InTurn | None:
    """Lines for a text, if they leave less wrong with a line of it than before, or nothing of what was `seen` in it.

    So many further mistakes are mended, by hints that know one way, as with the lines in the text they can be seen.
    """
    mended = with_lines(text, lines)
    left = [it for it in _read(mended, (), (), GivenShapes())[0].problems if it.line == line]
    messages = {it.message for it in left}
    if messages < before:
        return _InTurn(lines, helps=True)
    new = (it for it in left if it.message not in before and " or " not in (it.hint or ""))
    if parse_statements(lines)[1]:
        return None
    if further and (wrong := next(new, None)):
        ways = (it for way in hinted_lines(mended, wrong) for it in way)
        found = (_mended_in_turn(text, it, line, before, further - 1, seen | messages) for it in ways)
        if best := next(filter(None, found), None):
            return best
    return _InTurn(lines, helps=False) if seen and not messages & (seen | before) else None


def _mended_also(problem: Problem, ways: list[str]) -> Problem:
    """A problem with the declarations that undo it besides what it says."""
    other = " or ".join(way.rpartition("\n")[2] for way in ways if way not in problem.mendings)
    hint = "; ".join(filter(None, (problem.hint, other and f"or declare {other}")))
    return replace(problem, hint=hint or None, mendings=tuple(dict.fromkeys((*problem.mendings, *ways))))


def _stands_in(blocks: Iterable[Span], span: Span | None) -> bool:
    return span is not None and any(start <= span[0] < end for start, end in blocks)


def _too_long(message: str) -> Problem:
    return Problem(message, hint="leave out what the question does not need, or start the service with a larger limit")


@cached(256)
def _one(recurrence: Recurrence) -> Recurrence:
    """The one object of those that are equal, as where a size is set to its default: found again without comparing."""
    return recurrence


def _shapes(meaning: Meaning, sizes: Mapping[str, int], defaults: Mapping[str, int], given: GivenShapes) -> Shapes:
    """The ranks and sizes of all names; what is wrong is added to the problems."""
    written, groups = ordered(meaning.equations, meaning.functions, meaning.starts)
    _check_loops(meaning, groups)
    _check_no_read_before_run(meaning, groups)
    check_size_range(meaning, sizes)
    if meaning.problems:
        return Shapes()
    arrays = given_arrays(meaning, given)
    meaning.declarations = declarations_that_hold(meaning, sizes, arrays)
    components = [group for group in groups if isinstance(group, Component)]
    as_numbers = [replace(it, as_number=True) if it.sequence and not it.own else it for it in arrays]
    found, wrong = Shapes(), list[Problem]()
    for tried in [arrays, as_numbers] if as_numbers != arrays else [arrays]:
        ranks = settle_ranks(meaning, written, components, sizes, tried)
        found = Shapes() if meaning.problems else infer_shapes(meaning, ranks, sizes, defaults, tried)
        wrong = wrong or meaning.problems.copy()
        if not meaning.problems:
            return found
        meaning.problems.clear()
    meaning.problems.extend(wrong)
    return found


def _check_loops(meaning: Meaning, groups: Iterable[Component | IllegalLoop]) -> None:
    """Say which loops cannot run."""
    lines = {s.name if isinstance(s, Equation) else str(s): s for s in meaning.lines}
    for group in groups:
        if isinstance(group, IllegalLoop):
            span, names = lines[group.names[0]].span, ", ".join(group.names)
            hint = "reach back with [t-1], or ahead with [t+1], to break the cycle"
            if starts := [name for name in group.names if not isinstance(lines[name], Equation)]:
                hint = f"make {' and '.join(starts)} of parameters, data, and what is computed without them"
            step = stepwise_lines(meaning.text, [it for n in group.names if isinstance(it := lines[n], Equation)])
            hint = f"write {step}, which reads the step before; or {hint}" if step else hint
            found = problem_at(meaning.text, span or (0, 0), f"a cycle: {names}: {group.why}", hint)
            meaning.problems.append(replace(found, mendings=(step.replace("; ", "\n"),) if step else ()))


def _check_no_read_before_run(meaning: Meaning, groups: Iterable[Component | IllegalLoop]) -> None:
    """Say where a line reads a forward loop before all that is set or reached back to: `h[-1]` for the last step."""
    forward = {name for group in groups if isinstance(group, Component) and group.direction > 0 for name in group.names}
    written = [read for line in meaning.lines for read in reads(line.expr)]
    first = dict.fromkeys(forward, 0)
    steps = [(s.name, s.time.offset) for s in meaning.starts if not s.time.base]
    steps += [(r.name, 1 + r.time.offset) for r in written if r.time is not None and r.time.base == "t"]
    for name, step in steps:
        if name in forward:
            first[name] = min(first[name], step)
    for read in written:
        time = read.time
        if read.name in forward and time is not None and not time.base and time.offset < first[read.name]:
            message = f"{read.name}[{time}] lies before the run and is 0; the last step is {read.name}[tau]"
            hint = f"write {read.name}[{_from_the_end(time.offset)}] for that step from the end"
            meaning.problem(read.span, message, hint)


def _from_the_end(index: int) -> str:
    """Python's negative index as a moment: -1 is the last step, -2 the one before it."""
    return "tau" if index == -1 else f"tau{index + 1}"
