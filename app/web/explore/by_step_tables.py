"""The numbers of the charts through time as tables, for a reader without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.language import variable_of
from app.language.typeset import numeral
from app.link import afford, parse
from app.outputs import instruments_json
from app.web.core import answer, page_address, preview_path, render, resolve_in_turn


@dataclass(frozen=True)
class StepTable:
    """A table with a row for each step or parameter, whose name is the row's first cell."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_page(request: Request) -> Response:
    """The charts through time as a page of tables."""
    resolved = resolve_in_turn(parse(request.query_params.multi_items()))
    found = list(step_tables(instruments_json(resolved)))
    afford(resolved.link, "table", sum(len(table.rows) * len(table.head) for table in found))
    html = render("bystep.html", tables=found, href=page_address(resolved.link), preview=preview_path(resolved.link))
    return answer(request, html.encode(), "text/html")


def step_tables(it: Mapping[str, Any]) -> Iterator[StepTable]:
    """The measurements of a pass, table by table."""
    of, labels = it["labels"].get(it["of"], it["of"]), it["labels"]
    states = {f"‖∂{of}/∂{labels[v]}(t)‖": it["norms"][v] for v in it["strips"]}
    yield StepTable("Size of the gradient at every step", ("t", *states), _rows_by_step(states.values()))
    added = {f"‖∂{of}/∂{labels[name]}(t)‖": norms for name, norms in it["parameters"].items()}
    along = {f"∂{of}/∂{labels[name]}(t) along ∂{of}/∂{labels[name]}": row for name, row in it["along"].items()}
    together = {f"of ‖∂{of}/∂{labels[name]}‖ so far": row for name, row in it["together"].items()}
    if added:
        yield StepTable("What each step adds to a parameter's gradient", ("t", *added), _rows_by_step(added.values()))
        yield StepTable("What of it lies along the whole gradient", ("t", *along), _rows_by_step(along.values()))
        yield StepTable(
            "What that has come to when the backward pass is at t", ("t", *together), _rows_by_step(together.values())
        )
    yield from (_reach_table(row, labels) for row in it["triangles"])
    if it["truncation"]:
        yield _truncation_table(it["truncation"], of, labels)


def _rows_by_step(columns: Any) -> tuple[tuple[str, ...], ...]:
    return tuple((str(t), *map(_number_cell, row)) for t, row in enumerate(zip(*columns, strict=True), 1))


def _reach_table(it: Mapping[str, Any], labels: Mapping[str, str]) -> StepTable:
    """The norm of the last state's Jacobian by each earlier one, and the steps until less than 1 % is left."""
    names = [labels.get(variable_of(state), state) for state in it["states"]]
    s, last = names[0] if len(names) == 1 else f"({', '.join(names)})", it["steps"][-1]
    head = ("t", f"‖∂{s}({last})/∂{s}(t)‖", "steps back until less than 1 % is left")
    rows: Sequence[tuple[int, Any, Any]] = list(zip(it["steps"], it["norms"][-1], it["below"], strict=True))
    return StepTable(
        f"How far {s} reaches back",
        head,
        tuple((str(t), _number_cell(norm), "never" if below is None else str(below)) for t, norm, below in rows),
    )


def _truncation_table(it: Mapping[str, Any], of: str, labels: Mapping[str, str]) -> StepTable:
    cuts = ", ".join(map(str, it["cuts"]))
    rows = ((f"∂{of}/∂{labels[n]}", *map(_number_cell, (p["norm"], p["lost"]))) for n, p in it["parameters"].items())
    return StepTable(
        f"What the cut after t = {cuts} took", ("gradient", "norm of the whole", "norm of what is lost"), tuple(rows)
    )


def _number_cell(value: float | None) -> str:
    return "–" if value is None else numeral(value)


ROUTES = [Route("/through", tables_page)]
