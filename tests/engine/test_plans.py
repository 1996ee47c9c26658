"""A pass by a plan that was kept from another one, held against one that binds everything for itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.arrays import Array
from app.cache import clear_caches
from app.engine import Bindings, Session, bind
from app.engine.execution import execute, plans
from app.engine.execution.execute import Execution
from app.engine.jit import loops
from app.language import parse
from tests.recurrences import RECURRENCES

PIECES = "h[t] = max(W @ h[t-1], abs(x[t])) + concat(b, -b) * softmax(h[t-1]); loss = sum(norm(h[t]) ** 2)"
"""With calls of NumPy, where there is no machine code, that are bound to arrays in other ways than as arguments."""
OPTIONS: tuple[dict[str, Any], ...] = ({}, {"batch": 3}, {"batch": 3, "lengths": [4, 2, 5]})


def passed(session: Session) -> dict[str, bytes]:
    session.run()
    return {name: array.tobytes() for name, array in session.arrays.items()}


@pytest.mark.one_in(12)
@pytest.mark.parametrize("options", OPTIONS, ids=["one", "batch", "ragged"])
@pytest.mark.parametrize("compiler", ["kernels", "NumPy"])
@pytest.mark.parametrize("text", [*RECURRENCES.values(), PIECES])
def test_a_pass_by_a_kept_plan_is_that_pass_to_the_bit(
    text: str, compiler: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if compiler == "NumPy":
        monkeypatch.setattr(loops, "compiler", lambda: None)
    recurrence = parse(text)
    one, other = (bind(recurrence, 5, seed, **options) for seed in (3, 4))

    def session(bindings: Bindings) -> Session:
        return Session(recurrence, 5, bindings, cuts=frozenset({2}))

    with monkeypatch.context() as patch:
        patch.setattr(plans, "MOST", -1)
        clear_caches("app.engine.execution")
        bound = passed(session(one)), passed(session(other))
    first = session(one)
    monkeypatch.setattr(execute, "BoundProgram", None)  # Nothing is bound from here on.
    second = session(other)
    assert (passed(first), passed(second), passed(first)) == (*bound, bound[0])


def test_a_plan_is_for_arrays_that_lie_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence = parse("s[t] = x[t] + 2 * y[t]; r[t] = r[t-1] + s[t]", {"s": 3, "x": 3, "y": 3, "r": 3})
    system = Session(recurrence, 40, bind(recurrence, 40)).programs
    monkeypatch.setattr(loops, "WORTH", 0)
    whole = np.arange(40 * 1 * 8.0).reshape(40, 1, 8)

    def found(x: Array, y: Array) -> Array:
        return Execution(system.forward_program, {"x": x, "y": y, "r[0]": np.zeros((1, 3))}, 40, 1).run()["r"]

    x, y, far = whole[:, :, :3].copy(), whole[:, :, 4:7].copy(), whole[:, :, ::3]
    for pair in ((x, x), (x, y), (x, far), (whole[:, :, :3], whole[:, :, 4:7]), (whole[:, :, 1:4], whole[:, :, :3])):
        np.testing.assert_array_equal(found(*pair), np.cumsum(pair[0] + 2 * pair[1], axis=0))
