"""`Trace` → every number of it as the rows of a table, and what a page's scripts need to write them in other forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from fastapi import APIRouter
from markupsafe import Markup
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response

from app.engine import Trace
from app.language import Problem, Problems
from app.language.syntax import Read, Recurrence
from app.language.typeset.expressions import Typesetter, ranks_of
from app.language.typeset.mathml import mathml
from app.language.typeset.numerals import MINUS
from app.language.typeset.tex import box_tex as as_tex
from app.link import Resolved, afford, parse, query, resolve
from app.web.core.http import answer
from app.web.core.node_names import called, read_of
from app.web.core.templates import render

router = APIRouter(include_in_schema=False)

SPACE = "\u2007"
"""As wide as a digit; no line is broken there."""
ON_PAGE = 4000
"""More numbers than this have a page of their own."""


@dataclass(frozen=True)
class Row:
    """A node or a parameter: its symbol, its value, its gradient; vectors in a line, matrices a row a line."""

    spoken: str
    symbol: Markup
    value: str
    gradient: str


@dataclass(frozen=True)
class Group:
    """What belongs together: all parameters, a time step."""

    title: str
    rows: tuple[Row, ...]


@router.get("/numbers")
def page(request: Request) -> Response:
    """Every number of a link as a page of its own."""
    resolved = resolve(parse(request.query_params.multi_items()))
    afford(resolved.link, "table", count(resolved))
    asked = query(resolved.link)
    html = render("numbers.html", groups=groups(resolved.run.trace), href=f"/?{asked}", of=resolved.run.of)
    return answer(request, html.encode(), "text/html")


@router.get("/api/whole")
def whole(request: Request) -> Response:
    """All of one array of a link, a row a line, for the page's scripts."""
    pairs = request.query_params.multi_items()
    name = next((value for key, value in pairs if key == "name"), "")
    trace = resolve(parse([pair for pair in pairs if pair[0] != "name"])).run.trace
    names = [n for n, v in trace.recurrence.variables.items() if not v.indexed]
    if name not in names:
        raise Problems(Problem(f"there is no single value {name}", "name", names))
    return answer(request, lines(trace.value(name)).encode(), "text/plain")


def count(resolved: Resolved) -> int:
    """How many numbers there are: values and gradients."""
    recurrence, tau = resolved.run.recurrence, resolved.run.tau
    return 2 * sum(prod(recurrence.shape(n)) * (tau if v.indexed else 1) for n, v in recurrence.variables.items())


def groups(trace: Trace) -> tuple[Group, ...]:
    """The parameters, what has one value, the starts, and then time step by time step."""
    bare = [n for n, v in trace.recurrence.variables.items() if not v.indexed]
    parameters = [n for n in bare if n in trace.parameters]
    others = [n for n in bare if n not in trace.parameters]
    found = [("Parameters", parameters), ("Once", others), ("Where it starts", [trace.key(s) for s in trace.starts])]
    indexed = [n for n, v in trace.recurrence.variables.items() if v.indexed]
    found += [(f"t = {t}", [f"{n}[{t}]" for n in indexed]) for t in range(1, trace.tau + 1)]
    return tuple(Group(title, tuple(_rows(trace, ids))) for title, ids in found if ids)


def _rows(trace: Trace, ids: list[str]) -> Iterator[Row]:
    for node in ids:
        symbol = _symbol(trace.recurrence, trace.of, node)
        yield Row(called(node), symbol, lines(trace.value(node)), lines(trace.gradient(node)))


@lru_cache(maxsize=8192)
def _symbol(recurrence: Recurrence, of: str, node: str) -> Markup:
    return Markup(mathml(read_of(node), ranks_of(recurrence), of=of))


def lines(array: NDArray[Any]) -> str:
    """Four digits of each number, as text: a matrix has a line for each row."""
    if array.ndim == 2:
        return "\n".join(map(lines, array))
    return " ".join(f"{v:{SPACE}>10.4g}".replace("-", MINUS) for v in np.ravel(array).tolist())


@lru_cache(maxsize=64)
def variables(recurrence: Recurrence, of: str) -> list[Mapping[str, Any]]:
    """Every variable as scripts write it: whether it has a value for each step, and its TeX."""
    setter = Typesetter(ranks_of(recurrence), of)
    rows = recurrence.variables.items()
    return [{"name": n, "indexed": v.indexed, "tex": as_tex(setter.expression(Read(n)))} for n, v in rows]
