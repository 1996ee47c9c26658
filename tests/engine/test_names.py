"""What the engine makes has names of its own: whatever a text calls its variables, the numbers are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arrays import Array
from app.engine import Bindings, bind, contributions, run, seeds, unfold
from app.engine.graph.graph import Detail
from app.engine.ir.names import (
    Adjoint,
    AtMoment,
    Constant,
    Delay,
    Free,
    Inner,
    Masked,
    Occurrence,
    Rewritten,
    StartName,
    TruncationMask,
    Unit,
)
from app.engine.measure.instruments import gradient_check, jacobians
from app.language import parse
from app.language.node_ids import Name, NodeId
from app.language.syntax import Time
from tests.tiers import tiered

TEXT = (
    "f(a, c) = tanh(a + c); h[0] = tanh(k); h[t] = f(W @ h[t-1] + S @ h[t-2], x[t-1] + b + x[t]); "
    "g[t] = tanh(R @ g[t+1] + h[t]); q[t] = h[t-1] * g[t] + g[2]; L[t] = q[t] @ q[t] + h[t] @ g[tau]; loss = mean(L[t])"
)
ODD = (
    "keep", "kept", "held", "free", "inside", "outside", "read", "at", "unit", "at_tau", "end", "start", "gap", "seed",
    "of", "loop", "row", "inner", "owner", "moment", "delay", "adjoint", "mask", "e", "_1", "h_1", "lag1", "read1",
)  # fmt: skip
CUTS = frozenset({1})
DETAILS: tuple[Detail, ...] = ("cells", "gates", "operations")


def renamed(name: str, names: Mapping[str, str]) -> str:
    """A name, a node or an edge with its variables called otherwise."""
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), name)


def numbers(names: Mapping[str, str]) -> dict[tuple[str, str], Array]:
    """Everything that the engine says of a run in which variables are called otherwise, by the names they had."""
    plain = parse(TEXT, {"x": 2})
    recurrence = parse(renamed(TEXT, names), {names.get("x", "x"): 2})
    b = bind(plain, 4, seed=2)
    bindings = Bindings(
        {renamed(n, names): a for n, a in b.parameters.items()}, {renamed(n, names): a for n, a in b.inputs.items()}
    )
    back = {other: name for name, other in names.items()}
    trace = run(recurrence, 4, bindings, cuts=CUTS)
    found = {("value", n): a for n, a in trace.values.items()} | {
        ("gradient", n): a for n, a in trace.gradients.items()
    }
    for detail in DETAILS:
        graph = unfold(recurrence, 4, detail, cuts=CUTS)
        found |= {(f"{detail} edge", id): array for id, array in contributions(trace, graph).items()}
        found |= {(f"{detail} seed", id): array for id, array in seeds(trace, graph).items()}
    found["reach", ""] = jacobians(trace).norms
    found["checked", ""] = np.asarray(gradient_check(trace, 40).ok)
    return {(what, renamed(name, back)): array for (what, name), array in found.items()}


@pytest.fixture(scope="module")
def usual() -> dict[tuple[str, str], Array]:
    return numbers({})


@pytest.mark.dear
@pytest.mark.parametrize("odd", tiered(ODD, {ODD[0]}))
def test_a_variable_may_be_called_whatever_it_likes(odd: str, usual: dict[tuple[str, str], Array]) -> None:
    for variable in ("h", "g", "q", "x", "b", "k"):
        found = numbers({variable: odd})
        assert found.keys() == usual.keys()
        for name, array in usual.items():
            np.testing.assert_array_equal(
                found[name], array, err_msg=f"{' '.join(name)} where {variable} is called {odd}"
            )
    assert usual["checked", ""]


def test_a_variable_called_keep_is_none_of_the_masks_of_truncation() -> None:
    text = "gate[t] = sin(tanh(rho[t-1])); rho[t] = gate[t] + xi[t]; loss = sum(rho[t])"
    ones = np.ones((3, 1, 1))[..., 0]
    gate, keep = (
        run(recurrence, 3, Bindings({}, {"xi": ones})).gradients["xi"]
        for recurrence in (parse(text), parse(text.replace("gate", "keep")))
    )
    np.testing.assert_array_equal(gate, keep)
    assert gate[0] > 1.3


# the names themselves

WORDS = st.sampled_from([*ODD, "h", "x", "W"])
MARKS = st.sampled_from([":", ";", "~", "~;", "!"])
NUMBERS = st.integers(-2, 12)
TIMES = st.builds(Time, st.sampled_from(["", "tau"]), st.integers(-2, 2))
SIMPLE: st.SearchStrategy[str] = st.one_of(
    WORDS,
    st.builds(StartName, WORDS, TIMES),
    st.builds(TruncationMask, NUMBERS),
    st.builds(Masked, WORDS, NUMBERS, st.sampled_from(["kept", "held"])),
    st.builds(Unit, WORDS),
    st.builds(Constant, st.just("inside")),
    st.builds(NodeId, WORDS | st.builds(StartName, WORDS, TIMES), st.none(), st.integers(0, 12)),
)
NAMES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(Inner, inner, MARKS, st.integers(0, 12)),
        st.builds(Delay, inner, MARKS, NUMBERS, st.booleans()),
        st.builds(AtMoment, inner, MARKS, TIMES),
        st.builds(Adjoint, inner),
        st.builds(Free, inner),
        st.builds(Rewritten, inner),
        st.builds(Occurrence, inner, st.integers(0, 12), inner),
    ),
    max_leaves=3,
)


def told(name: str) -> object:
    """What a name is made of."""
    slots = [slot for kind in type(name).__mro__ for slot in getattr(kind, "__slots__", ())]
    return (type(name), *(told(value) if isinstance(value := getattr(name, s), str) else value for s in slots))


@given(NAMES, NAMES)
def test_names_that_are_spelled_alike_are_of_one_kind_and_made_of_the_same(one: str, other: str) -> None:
    if one == other:
        assert type(one) is type(other)
        assert told(one) == told(other)


@given(NAMES)
def test_no_word_of_a_text_is_spelled_like_a_name_of_the_engine(name: str) -> None:
    assert not isinstance(name, Name) or not re.fullmatch(r"[^\W\d]\w*", name)


def test_a_name_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        Adjoint("h").of = "g"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("first", ["y", "g", "a", "b", "before"])
@pytest.mark.parametrize("second", ["y", "g", "a", "b", "before"])
def test_variables_may_be_called_as_the_letters_of_the_rules(first: str, second: str) -> None:
    if first != second:
        text = f"h[t] = tanh(W @ concat({first}, {second} * {second}, h[t-1])); loss = sum(h[tau] ** 2)"
        recurrence = parse(text, {first: 2, second: 3, "h": 4})
        assert gradient_check(run(recurrence, 3, bind(recurrence, 3, 1))).ok
