"""Reads a recurrent network from its equations: a checked `Recurrence`, or every problem of the text at once.

`parse` reads lines, `resolve` gives names their meaning, `shapes` unifies ranks and sizes, `loops` finds the order.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.cache import cached
from app.language.initials import INITIALS
from app.language.loops import Component, IllegalLoop, components, dependencies, ordered, reachable
from app.language.node_ids import Name, NodeId, is_operation, node_id, node_of, owner, parse_node
from app.language.parse import parse_expression, parse_statements
from app.language.problems import Problem, Problems, Subject, caret, problem_at
from app.language.resolve import Meaning, has_free_t, resolve_names, spelling_hint
from app.language.rewrite import expand, plus, shift, simplify, substitute
from app.language.shapes import Shapes, infer_shapes, rank_by_spelling, shape_of
from app.language.symbols import (
    ACCENT_MARKS,
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
)
from app.language.syntax import (
    CLOCK,
    NOW,
    Apply,
    Call,
    Condition,
    Equation,
    Expr,
    Function,
    Number,
    Read,
    Recurrence,
    Start,
    Time,
    Variable,
    children,
    number_of,
    reads,
    variable_reads,
    walk,
)
from app.limits import limit

__all__ = [
    "ACCENT_MARKS",
    "CLOCK",
    "GREEK",
    "INITIALS",
    "MINUS",
    "NABLA",
    "NOW",
    "OTHER_LETTERS",
    "Accent",
    "Apply",
    "Call",
    "Component",
    "Condition",
    "Equation",
    "Expr",
    "Function",
    "Name",
    "NodeId",
    "Number",
    "Problem",
    "Problems",
    "Read",
    "Recurrence",
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
    "is_operation",
    "italic",
    "minus_signs",
    "node_id",
    "node_of",
    "number_of",
    "ordered",
    "owner",
    "parse",
    "parse_expression",
    "parse_node",
    "plain_symbol",
    "plus",
    "rank_by_spelling",
    "reachable",
    "reads",
    "shape_of",
    "shift",
    "simplify",
    "spelling_hint",
    "substitute",
    "symbol",
    "variable_reads",
    "walk",
]


def parse(text: str, sizes: Mapping[str, int] | None = None, defaults: Mapping[str, int] | None = None) -> Recurrence:
    """Read a system of equations.

    `sizes` fixes dimensions by name (`{"x": 4, "h": 5}`); `defaults` fills those that stay open. Raises `Problems`
    with all that is wrong.
    """
    return _parse(text, tuple(sorted((sizes or {}).items())), tuple(sorted((defaults or {}).items())))


@cached(256)
def _parse(text: str, sizes: tuple[tuple[str, int], ...], defaults: tuple[tuple[str, int], ...]) -> Recurrence:
    if len(text) > limit("equations_length"):
        raise Problems(Problem(f"the equations are longer than {limit('equations_length')} characters"))
    lines, problems = parse_statements(text)
    if len(lines) > limit("equations_count"):
        raise Problems(Problem(f"there are more than {limit('equations_count')} lines of equations"))
    meaning = resolve_names(text, lines, problems)
    if not meaning.problems:
        _order(meaning)
    shapes = infer_shapes(meaning, dict(sizes), dict(defaults)) if not meaning.problems else Shapes()
    if meaning.problems:
        raise Problems(*meaning.problems)
    return _one(
        Recurrence(
            text,
            meaning.equations,
            meaning.functions,
            meaning.starts,
            meaning.initials,
            shapes.variables,
            shapes.sizes,
            shapes.defaulted,
            meaning.fixed,
        )
    )


@cached(256)
def _one(recurrence: Recurrence) -> Recurrence:
    """The one object of those that are equal, as where a size is set to its default: found again without comparing."""
    return recurrence


def _order(meaning: Meaning) -> None:
    """Say which loops cannot run."""
    lines = {s.name if isinstance(s, Equation) else str(s): s for s in meaning.lines}
    for group in ordered(meaning.equations, meaning.functions, meaning.starts)[1]:
        if isinstance(group, IllegalLoop):
            span, names = lines[group.names[0]].span, ", ".join(group.names)
            hint = "reach back with [t-1], or ahead with [t+1], to break the cycle"
            if starts := [name for name in group.names if not isinstance(lines[name], Equation)]:
                hint = f"make {' and '.join(starts)} of parameters, data, and what is computed without them"
            meaning.problems.append(problem_at(meaning.text, span or (0, 0), f"a cycle: {names}: {group.why}", hint))
