"""Loops as machine code, held against the same loops as NumPy calls, and against a plain reading of the equations."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arrays import Array
from app.cache import clear_caches
from app.engine import Bindings, Session, Trace, bind, run
from app.engine.execution import calls
from app.engine.ir import Adjoint
from app.engine.jit import divided, helpers, instructions, packed, plan
from app.engine.jit import llvm as machine
from app.engine.jit import loops as native
from app.language import parse
from app.language.syntax import Recurrence
from app.ops import OPS, WithoutEmitter, apply
from tests.engine.test_engine import systems
from tests.paths import ROOT
from tests.plain import Plain
from tests.recurrences import LSTM, RECURRENCES
from tests.tiers import long

NUMPY_ALONE = {"fast weights"}
"""Recurrences with a loop over matrices."""


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine code however short the run."""
    monkeypatch.setattr(native, "WORTH", 0)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The operations of every loop that machine code was not made for."""
    found: list[str] = []

    def loop(lines: list[plan.LoopLine], *rest: int) -> Any:
        made = native.loop(lines, *rest)
        found.extend(line.op for line in lines if made is None)
        return made

    monkeypatch.setattr(calls, "loop", loop)
    clear_caches("app.engine.execution")
    yield found


WAYS: dict[str, tuple[str, Any]] = {
    "NumPy": ("compiler", lambda: None),
    "kernels": ("WORTH", 10**9),
    "loops": ("WORTH", 0),
}
"""How a pass can be run, and what is set so that it is."""


def each_way(recurrence: Recurrence, tau: int, dtype: Any = np.float64, **options: Any) -> list[Trace]:
    """The same run as NumPy calls, by kernels, and with loops that have functions of their own."""
    bindings = bind(recurrence, tau, seed=3, **options)
    cuts = frozenset({2})
    found = []
    for name, value in WAYS.values():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, name, value)
            found.append(run(recurrence, tau, bindings, cuts=cuts, dtype=dtype))
    return found


def check_alike(traces: list[Trace], tolerance: float) -> None:
    one, *others = traces
    for other in others:
        assert one.arrays.keys() == other.arrays.keys()
        for name, array in one.arrays.items():
            np.testing.assert_allclose(other.arrays[name], array, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.one_in(30)
@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize(
    "options", [{}, {"batch": 3}, {"batch": 3, "lengths": [4, 2, 5]}], ids=["one", "batch", "ragged"]
)
def test_machine_code_and_numpy_agree(name: str, options: dict[str, Any]) -> None:
    recurrence = parse(RECURRENCES[name])
    check_alike(each_way(recurrence, 5, **options), 1e-12)
    check_alike(each_way(recurrence, 5, np.float32, **options), 2e-5)


@pytest.mark.parametrize(
    "text",
    [
        "p[t], q[t] = split(W @ h[t-1] + x[t]); h[t] = tanh(p[t] * q[t]); h: 3",
        "h[t] = tanh(W @ concat(h[t-1], b, x[t])); b: 2",
        "h[t] = sigmoid(W @ h[t-1] + x[t]) ** 0.5 + mean(h[t-1]) ** -2",
        "h[t] = tanh(W @ h[t-1] + x[t]) ** 1 * sum(h[t-1] ** 3)",
    ],
)
def test_parts_powers_and_means_are_the_same_as_machine_code(text: str) -> None:
    check_alike(each_way(parse(f"{text}; loss = sum(sum(h[t] ** 2))"), 4, batch=2), 1e-12)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("size", [1, 3, 4, 7, 8, 9, 16, 33, 70])
def test_every_size_is_done_to_its_last_entry(size: int) -> None:
    recurrence = parse(LSTM, {"h": size, "x": 2})
    check_alike(each_way(recurrence, 3), 1e-12)
    check_alike(each_way(recurrence, 3, np.float32), 2e-5)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", RECURRENCES)
def test_the_recurrences_of_the_chapter_run_as_machine_code(name: str, always: None, refused: list[str]) -> None:
    recurrence = parse(RECURRENCES[name])
    run(recurrence, 4, bind(recurrence, 4))
    assert bool(refused) == (name in NUMPY_ALONE)


@pytest.mark.dear
@pytest.mark.usefixtures("always")
@given(systems(), st.integers(1, 5), st.integers(0, 5))
def test_on_invented_recurrences_machine_code_and_a_plain_reading_agree(text: str, tau: int, seed: int) -> None:
    recurrence = parse(text)
    bindings = bind(recurrence, tau, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "WORTH", 0)
        patch.setattr(calls, "NEAR", 0)
        trace = run(recurrence, tau, bindings)
    plain = Plain(recurrence, tau, bindings)
    for t in range(1, tau + 1):
        np.testing.assert_allclose(trace.values["h"][t - 1], plain.value("h", t), rtol=1e-9, atol=1e-9)


EDGES = (
    "0 -0. 1e-300 1e-9 -1e-5 .1 .17 .3466 .35 -.5 1 -1.7 3 9 -20 80 -88.5 400 709.7 -709.7 1e3 -1e3 1e300 inf -inf nan"
)
NUMBERS = np.array([*map(float, EDGES.split()), *np.linspace(-9, 9, 400)])


@pytest.mark.one_in(2)
@pytest.mark.parametrize("op", [row.name for row in OPS.values() if row.emitter and row.name != "lag"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_instruction_gives_what_numpy_gives(op: str, dtype: Any) -> None:
    with np.errstate(all="ignore"):
        a = NUMBERS.astype(dtype)
        others = [np.roll(a, 5 + i) for i in range((OPS[op].arity or 2) - 1)]
        args = [x[None, None] for x in (a, *others)]
        expected = apply(OPS[op], tuple(args), (1,) * len(args))
        check_op(op, args, np.asarray(expected, dtype=dtype))


@pytest.mark.parametrize("op", OPS)
def test_a_loop_is_machine_code_but_for_the_operations_whose_row_says_numpy(op: str) -> None:
    vector = plan.Operand(np.ones((2, 1, 3)), 1, sequence=True, batched=True)
    matrix = plan.Operand(np.ones((3, 3)), 2, sequence=False, batched=False)
    arguments: dict[str, tuple[plan.Operand | float, ...]] = {"@": (matrix, vector), "**": (vector, 2.0)}
    line = plan.LoopLine(op, arguments.get(op, (vector,) * (OPS[op].arity or 2)), vector)
    assert plan.possible(line) == (OPS[op].emit not in (WithoutEmitter.NUMPY, WithoutEmitter.OTHERS))


def check_op(op: str, args: list[Array], expected: Array) -> None:
    out = np.zeros_like(args[0])
    operands = tuple(plan.Operand(x, 1, True, True) for x in args)
    line = plan.LoopLine(op, operands, plan.Operand(out, 1, True, True))
    step = 4 * np.finfo(out.dtype).eps
    for worth in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "WORTH", worth)
            made = native.loop([line], 1, 1, 1)
        assert made is not None
        out[...] = 0.0
        for function, arguments in packed(made, native.kernel_addresses(out.itemsize)):
            function(*arguments)
        np.testing.assert_allclose(out, expected, rtol=step, atol=np.finfo(out.dtype).tiny)


@pytest.mark.parametrize("exponent", [*plan.POWERS, *plan.OTHER_POWERS])
def test_a_power_with_a_small_exponent_runs_as_machine_code(exponent: float, always: None, refused: list[str]) -> None:
    recurrence = parse(f"h[t] = tanh(W @ h[t-1] + (1 + x[t] * x[t] + h[t-1] * h[t-1]) ** {exponent})", {"h": 5})
    check_alike(each_way(recurrence, 4), 1e-12)
    refused.clear()
    clear_caches("app.engine.execution")
    run(recurrence, 4, bind(recurrence, 4))
    assert not refused


@pytest.fixture
def in_panels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Products of all sequences together however small."""
    clear_caches("app.engine.execution")
    monkeypatch.setattr(plan, "PRODUCT", 0)
    yield
    clear_caches("app.engine.execution")


@pytest.mark.usefixtures("in_panels")
@pytest.mark.parametrize(("size", "batch"), [(1, 2), (9, 4), (25, 1), (33, 7)])
def test_products_of_all_sequences_together_are_the_same(size: int, batch: int) -> None:
    recurrence = parse(LSTM, {"h": size, "x": 2})
    check_alike(each_way(recurrence, 3, batch=batch), 1e-12)
    check_alike(each_way(recurrence, 3, np.float32, batch=batch), 2e-5)


@pytest.mark.usefixtures("in_panels", "always")
def test_the_numbers_of_a_sequence_are_the_same_whatever_is_done_with_it() -> None:
    recurrence = parse(LSTM, {"h": 29, "x": 3})
    several = bind(recurrence, 4, seed=1, batch=6)
    together = run(recurrence, 4, several).arrays["h"]
    for k in range(6):
        inputs = {name: array[:, k : k + 1] for name, array in several.inputs.items()}
        alone = run(recurrence, 4, Bindings(several.parameters, inputs)).arrays["h"]
        np.testing.assert_array_equal(alone[:, 0], together[:, k])


@pytest.mark.usefixtures("in_panels", "always")
@pytest.mark.parametrize("batch", [9, 14])
def test_threads_change_no_number(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (native, calls, instructions):
        monkeypatch.setattr(module, "WORTH_A_THREAD", 1)
    monkeypatch.setattr(instructions, "MOST", 0)
    recurrence = parse(LSTM, {"h": 33, "x": 3})
    bindings = bind(recurrence, 4, seed=1, batch=batch)
    found = []
    for count in (1, 2, 3):
        for module in (native, calls, instructions):
            monkeypatch.setattr(module, "cores", lambda count=count: count)
        monkeypatch.setattr(helpers, "count", count)
        clear_caches("app.engine.execution")
        session = Session(recurrence, 4, bindings)
        assert any(function is divided for function, _ in session.backward.calls) == (count > 1)
        session.run()
        found.append(session.arrays)
    for name, array in found[0].items():
        for other in found[1:]:
            np.testing.assert_array_equal(array, other[name])


@pytest.mark.parametrize(("dtype", "near"), [(np.float64, 1e-9), (np.float32, 1e-3)])
def test_a_large_product_over_all_steps_is_the_same_in_parts(
    dtype: Any, near: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instructions, "WORTH_A_THREAD", 1)
    monkeypatch.setattr(instructions, "cores", lambda: 3)
    for rows, columns, steps in ((5, 6, 1), (9, 33, 3), (70, 17, 150), (29, 100, 257)):
        random = np.random.default_rng(1)
        a, b = (random.normal(size=(steps, 2, size)).astype(dtype) for size in (rows, columns))
        matrix = random.normal(size=(rows, columns)).astype(dtype)
        one, other, own = (
            plan.Operand(a, 1, True, True),
            plan.Operand(b, 1, True, True),
            plan.Operand(matrix, 2, False, False),
        )
        for op, args, like, expected in (
            ("outer_sum", (one, other), own, np.einsum("tbi,tbj->ij", a, b)),
            ("@", (own, other), one, b @ matrix.T),
        ):
            line = plan.LoopLine(op, args, replace(like, array=np.empty_like(like.array)))
            (small,), (whole, *parts) = over_all_steps(line, steps, 10**9), over_all_steps(line, steps, 0)
            np.testing.assert_allclose(whole, expected, rtol=near, atol=near)
            assert bool(parts) == (len(expected.reshape(-1, expected.shape[-1])) >= 8)
            assert all(np.array_equal(whole, it) for it in parts)
            assert op == "@" or np.array_equal(whole, small), "sums go along the steps in their order"


def over_all_steps(line: plan.LoopLine, steps: int, most: int) -> list[Array]:
    """What a line writes, as a whole and in its parts, where it has any; by panels with more than so much work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instructions, "MOST", most)
        *before, product = native.bulk([line], steps, 2) or ()
    out, found = line.out.array, []
    for last in filter(None, ((product,), product.parts)):
        out.fill(np.nan)
        for function, arguments in packed([*before, *last], native.kernel_addresses(out.itemsize)):
            function(*arguments)
        found.append(out.copy())
    return found


POWER = "z[t] = x[t] * x[t]; y[t] = z[t] ** 1.7; h[t] = tanh(W @ h[t-1] + y[t] * h[t-1] + z[t]); loss = sum(sum(h[t]))"
"""Functions of loops have no power with such an exponent; what it reads is made before the loop too."""


def test_what_waits_for_a_loop_is_done_in_it_with_the_same_numbers(
    always: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, before in (
        (LSTM, ()),
        *((RECURRENCES[it], ()) for it in ("gru", "rnn", "two lags")),
        (POWER, ("y", "z")),
    ):
        recurrence = parse(text, {"h": 8})
        bindings = bind(recurrence, 5, batch=3)
        found: list[Array] = []
        for near in (0, 10**9):
            clear_caches("app.engine.execution")
            monkeypatch.setattr(calls, "NEAR", near)
            session = Session(recurrence, 5, bindings, learning=True)
            session.run()
            programs = session.programs.forward_program, session.programs.backward_program
            waiting = {it for program in programs for it in program.before if it in program.passing or it in before}
            assert waiting and waiting.issuperset(before), text
            for name in before or waiting:
                assert (session.arrays[name].strides[0] == 0) == (near == 0 and not before), name
            found.append(session.gather().copy())
        np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.parametrize("count", [1, 2, 4])
def test_calls_of_threads_are_each_made_once_and_what_they_raise_is_raised(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpers, "count", count)
    made: list[int] = []
    helpers.make(*((made.append, (i,)) for i in range(7)))
    assert sorted(made) == list(range(7))
    for where in range(3):
        with pytest.raises(ZeroDivisionError):
            helpers.make(*((divmod, (1, i != where)) for i in range(3)))
    helpers.make(*((np.multiply, (np.full(2, 1e308), 10)) for _ in range(3)))  # What overflows is left as it is.


def test_what_its_own_step_alone_reads_takes_one_row_and_all_gradients_stay() -> None:
    for name in ("lstm", "gru", "rnn", "bidirectional"):
        recurrence = parse(RECURRENCES[name])
        bindings = bind(recurrence, 5, batch=3)
        learning = Session(recurrence, 5, bindings, learning=True)
        learning.run()
        made = learning.forward.arrays, learning.backward.arrays
        assert any(array.ndim > 2 and not array.strides[0] for arrays in made for array in arrays.values()), name
        trace = run(recurrence, 5, bindings)
        assert not any(array.ndim > 2 and not array.strides[0] for array in trace.arrays.values()), name
        for parameter, gradient in learning.gradients.items():
            np.testing.assert_array_equal(gradient, trace.arrays[Adjoint(parameter)])
        assert learning.loss == trace.loss


def test_a_large_product_is_done_by_panels_unless_steps_have_a_matrix_each(always: None, refused: list[str]) -> None:
    for text, expected in ((RECURRENCES["rnn"], set()), (RECURRENCES["fast weights"], {"@"})):
        recurrence = parse(text, {"h": 64, "x": 1, "y": 2})
        refused.clear()
        run(recurrence, 2, bind(recurrence, 2, batch=17))
        assert expected <= set(refused)
        assert expected or not refused


@pytest.mark.usefixtures("always")
def test_one_function_serves_every_size_length_and_batch() -> None:
    small, large = parse(LSTM, {"h": 4, "x": 2, "y": 3}), parse(LSTM, {"h": 6, "x": 5, "y": 3})
    run(small, 3, bind(small, 3))
    made = machine._compiled.cache_info().misses
    run(large, 7, bind(large, 7, batch=2))
    assert machine._compiled.cache_info().misses == made


@pytest.mark.usefixtures("always")
def test_machine_code_reads_parameters_and_data_where_they_are() -> None:
    for text in (LSTM, RECURRENCES["rnn-regression"]):
        recurrence = parse(text)
        bound = Session(recurrence, 4, bind(recurrence, 4))
        bound.run()
        bound.theta[...] *= 1.5
        bound.feed(bind(recurrence, 4, seed=9))
        bound.run()
        fresh = bind(recurrence, 4, seed=9, params=bound.parameters)
        assert bound.loss == pytest.approx(run(recurrence, 4, fresh).loss)


@pytest.mark.usefixtures("always")
def test_what_leaves_the_finite_numbers_is_found() -> None:
    recurrence = parse("s[1] = s1; s[t] = exp(s[t-1]) + s[t-1]")
    trace = run(recurrence, 9, bind(recurrence, 9, params={"s1": np.ones(4)}))
    assert trace.stopped is not None
    assert (trace.stopped.t, trace.stopped.variable) == (5, "s")
    assert trace.values["s"][3] == pytest.approx(1 + np.e + np.exp(1 + np.e) + np.exp(1 + np.e + np.exp(1 + np.e)))


THREADS = """
import threading
import time
from app.engine.jit import llvm as machine
from app.engine.jit.llvm import library
from app.engine.jit.loops import warm
from app.link import Training, parse, resolve

made = machine.Code.__init__

def slowly(self, names, code, library=None):
    time.sleep(0 if library else 2)
    made(self, names, code, library)

machine.Code.__init__ = slowly

def go(query):
    resolve(parse(query, Training)).train()

names = ("gru", "lstm", "rnn-regression")
queries = [f"system={name}&sizes=h:3&tau={tau}&task=adding&steps=4" for name in names for tau in (30, 40, 50)]
threads = [threading.Thread(target=warm), *(threading.Thread(target=go, args=(query,)) for query in queries)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(library.cache_info().misses)
"""


@pytest.mark.program
@pytest.mark.parametrize("attempt", [1, *long(2, 3, 4)])
def test_threads_that_make_functions_at_the_same_time_do_not_get_in_each_other_s_way(attempt: int) -> None:
    done = subprocess.run([sys.executable, "-c", THREADS], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr[-500:]
