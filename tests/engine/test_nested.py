"""A state written out: f of f of f, read again as a program, is the engine's number."""

from __future__ import annotations

import re

import numpy as np
import pytest

from app.engine.graph.nested import Application, Nested, nested
from app.link import Link, parse, resolve
from app.link import ResolvedPass as Run
from app.systems import SYSTEMS
from app.web.explore.written_out import written_out
from tests.plain import Plain


def text(link: str | Link, node: str) -> list[str]:
    """What is typeset, without markup; bold letters as plain ones."""
    resolved = resolve(parse(link) if isinstance(link, str) else link)
    lines = written_out(resolved.run.trace, node, resolved.notation)
    plain = {0x1D41A + i: ord("a") + i for i in range(26)}
    return [re.sub(r"<[^>]+>", "", line).translate(plain) for line in lines]


def test_the_books_two_examples() -> None:
    assert text("system=dynamics&tau=3", "s[3]") == ["s(3)=f(f(s(1);θ);θ)"]
    assert text("system=driven&tau=3", "h[2]") == ["h(2)=f(f(h(0),x(1);θ),x(2);θ)", "h(2)=g(2)(x(2),x(1))"]


def test_many_applications_are_elided_in_their_middle() -> None:
    nest, flat = text("system=driven&tau=20", "h[20]")
    assert nest == "h(20)=f(f(⋯f(f(h(0),x(1);θ),x(2);θ)⋯,x(19);θ),x(20);θ)"
    assert flat == "h(20)=g(20)(x(20),x(19),⋯,x(2),x(1))"


def test_without_parameters_there_is_no_theta() -> None:
    assert text(Link(equations="s[t] = 0.5 * s[t-1] + x[t]"), "s[2]")[0] == "s(2)=f(f(s(0),x(1)),x(2))"


@pytest.mark.parametrize("link", ["system=lstm", "system=deep", "system=bidirectional", "system=dense"])
def test_more_than_one_state_or_none_is_not_written_out(link: str) -> None:
    run = resolve(parse(link)).run
    nodes = [f"{n}[{run.tau}]" for n, v in run.recurrence.variables.items() if v.indexed]
    assert [nested(run.recurrence, node, run.tau) for node in nodes] == [None] * len(nodes)


@pytest.mark.parametrize("equations", ["s[t] = 0.5 * s[t-2] + x[t]", "s[t] = 0.5 * s[t-1] + 0.1 * s[t-2]"])
def test_a_state_that_reaches_further_back_is_not_written_out(equations: str) -> None:
    assert text(Link(equations=equations), "s[3]") == []


@pytest.mark.one_in(3)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_applications_name_nodes_and_end_where_the_recurrence_starts(system: str) -> None:
    run = resolve(parse(f"system={system}&tau=4")).run
    drawn = {n.id for n in run.graph.nodes}
    for name in (n for n, v in run.recurrence.variables.items() if v.indexed):
        it = nested(run.recurrence, f"{name}[4]", 4)
        if it is None:
            continue
        assert {a.node for a in it.applications} <= drawn
        assert it.start in drawn
        assert applied(it, run) == pytest.approx(run.trace.value(f"{name}[4]"))


class Sealed(Plain):
    """A plain reading of one step of f, which sees no data and no earlier state but what f is given."""

    def __init__(self, run: Run, application: Application, state: np.ndarray) -> None:
        super().__init__(run.recurrence, run.tau, run.bindings)
        self.application, self.state = application, state

    def _value(self, name: str, t: int | None) -> object:
        own, _, step = self.application.node.rstrip("]").partition("[")
        if (name, t) == (own, int(step) - 1):
            return self.state
        variable = self.recurrence.variables[name]
        if variable.kind == "given" and variable.rank < 2 and (t is None or t >= 1):
            assert (name if t is None else f"{name}[{t}]") in self.application.inputs
        return super()._value(name, t)


def applied(it: Nested, run: Run) -> np.ndarray:
    """f applied again and again, beginning with the start."""
    state = run.trace.value(it.start)
    for application in reversed(it.applications):
        name, _, step = application.node.rstrip("]").partition("[")
        state = Sealed(run, application, state).value(name, int(step))
    return state
