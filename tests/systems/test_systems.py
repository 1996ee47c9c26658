"""The systems' files and the tasks that feed them, each row held to the same questions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from app.arrays import Array
from app.engine import Bindings, Trace, bind, run, unfold, worst
from app.engine.execution.streams import FEW, drawn_even, drawn_whole, stream, streams
from app.language import Problems, Subject, parse
from app.systems import SYSTEMS, TASKS, DataRequest, Loaded, TaskData, _parse_system_file, load
from app.systems.tasks.bitmaps import FLIPPED, LETTERS, bitmap
from app.systems.tasks.data_roles import data_slots
from app.systems.tasks.table import TaskFit, TaskWord
from tests.recurrences import ROWS

SHOWN = {**ROWS, "dense": "x y", "hopfield-asynchronous": "u s E"}
"""The figure of each system, from the bottom row to the top."""

CLASSES = "h[t] = tanh(b + W @ h[t-1] + U @ x[t]); o[t] = c + V @ h[t]; loss = sum(cross_entropy(o[t], y[t]))"
NUMBERS = CLASSES.replace("cross_entropy", "mse")
AT_THE_END = "given y; h[t] = tanh(b + W @ h[t-1] + U @ x[t]); o = c + V @ h[tau]; loss = mse(o, y)"
CLASS_AT_THE_END = AT_THE_END.replace("mse", "cross_entropy")
TEXTS = (CLASSES, NUMBERS, AT_THE_END, CLASS_AT_THE_END)


def feeding() -> Iterator[tuple[str, str]]:
    """Every system with every task that can feed it."""
    for name, system in SYSTEMS.items():
        for task in TASKS.values():
            if isinstance(task.fit(system.recurrence, TaskWord(task.name)), TaskFit):
                yield name, task.name


FEEDING = tuple(feeding())


def fed(task: str, text: str = CLASSES, tau: int = 8, seed: int = 0, batch: int = 1, window: int = 0) -> TaskData:
    """What a task feeds to equations."""
    return load(equations=text, task=task).data(tau, seed, batch, window)


def alike(one: TaskData, other: TaskData) -> bool:
    return all(np.array_equal(one.inputs[name], other.inputs[name]) for name in one.inputs)


def small(name: str) -> Loaded:
    """A system with so few units that every entry of every gradient can be held against differences."""
    open_ = load(name, task="random").recurrence.defaulted
    return load(name, sizes={dim: 2 + i % 2 for i, dim in enumerate(open_)}, task="random")


# Systems


def test_there_is_every_system() -> None:
    assert SYSTEMS.keys() == SHOWN.keys()


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_says_what_it_is(name: str) -> None:
    system = SYSTEMS[name]
    assert system.title and any(part.isdigit() for part in system.source) and len(system.about) > 200
    assert system.task is not None and load(name).task_name == system.task


def test_the_simplest_systems_come_first() -> None:
    orders = [system.order for system in SYSTEMS.values()]
    assert orders == sorted(set(orders))
    assert next(iter(SYSTEMS)) == "dynamics"


def test_every_system_has_its_place_in_the_story() -> None:
    texts = [text for row in SYSTEMS.values() for text in (row.question, row.idea, row.to_try)]
    assert all(texts) and len({*texts}) == len(texts)
    assert all(
        row.question.endswith("?") and len(row.idea) <= 110 and len(row.to_try) <= 90 for row in SYSTEMS.values()
    )
    groups = [group for group, _ in groupby(SYSTEMS.values(), lambda row: row.group)]
    assert len({*groups}) == len(groups), "a group stands together"


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_runs_on_its_own_task(name: str) -> None:
    system, loaded = SYSTEMS[name], load(name)
    trace = run(loaded.recurrence, system.tau, loaded.bind(system.tau))
    assert trace.stopped is None


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_gradient_of_every_system_is_right(name: str) -> None:
    loaded = small(name)
    assert worst(run(loaded.recurrence, 4, loaded.bind(4, seed=1))) < 2e-5


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_is_drawn_in_the_rows_of_its_figure(name: str) -> None:
    graph = unfold(SYSTEMS[name].recurrence, 3)
    assert " ".join(graph.rows) == SHOWN[name]
    kinds = {node.var: node.kind for node in graph.nodes}
    assert ("loss" in kinds.values()) == ("target" in kinds.values()) == ("loss" in SYSTEMS[name].equations)


def test_a_forget_gate_that_begins_open_remembers_what_one_that_begins_half_shut_does_not() -> None:
    loaded = load("lstm", task="random")
    shut, open_ = (back(loaded, np.full(4, bias)) for bias in (0.0, 1.0))
    assert open_ > 5 * shut


def back(loaded: Loaded, bias: Array) -> float:
    """The gradient that comes back over ten steps, a mean over the logarithms of several beginnings."""
    runs = [run(loaded.recurrence, 11, loaded.bind(11, seed, {"b_f": bias}), "h[11]") for seed in range(8)]
    return float(np.exp(np.mean([np.log(np.linalg.norm(trace.gradients["c"][0])) for trace in runs])))


# What a network that stores patterns does


STORES = tuple(name for name, system in SYSTEMS.items() if data_slots(system.recurrence, "memory"))


def recalled(name: str, seed: int, window: int = 0, task: str = "patterns", tau: int = 50) -> Trace:
    loaded = load(name, task=task)
    return run(loaded.recurrence, tau, loaded.bind(tau, seed, window=window))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("window", range(3))
@pytest.mark.parametrize("name", STORES)
def test_a_letter_is_recalled_from_a_noisy_start(name: str, window: int, seed: int) -> None:
    trace = recalled(name, seed, window)
    letter = bitmap("LTX"[window])
    assert (trace.values["s0"] != letter).sum() == FLIPPED
    np.testing.assert_array_equal(trace.values["s"][-1], letter)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("letters", ["LTX", "OTX", "ABCDEFGH"])
@pytest.mark.parametrize("seed", range(5))
def test_the_energy_never_rises_when_units_take_turns(letters: str, seed: int) -> None:
    trace = recalled("hopfield-asynchronous", seed, task=f"patterns:{letters}", tau=100)
    assert (np.diff(trace.values["E"]) <= 0).all() and trace.values["E"][-1] < trace.values["E"][0]


def test_every_unit_has_its_turn_once_in_a_sweep() -> None:
    turns = recalled("hopfield-asynchronous", 0).values["u"]
    for sweep in (turns[:25], turns[25:]):
        np.testing.assert_array_equal(sweep.sum(axis=0), np.ones(25))
    assert not np.array_equal(turns, recalled("hopfield-asynchronous", 1).values["u"])


def test_every_letter_has_its_own_bitmap() -> None:
    bitmaps = {tuple(bitmap(letter)) for letter in LETTERS}
    assert len(bitmaps) == len(LETTERS) == 26 and {len(points) for points in bitmaps} == {25}


# Tasks


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.delays])
def test_a_task_feeds_a_network_at_each_of_its_delays(name: str) -> None:
    delays = TASKS[name].delays
    assert len({delay.title for delay in delays}) == len(delays) > 1
    for delay in delays:
        loaded = load("rnn-regression", task=f"{name}:{delay.about}".removesuffix(":"))
        assert loaded.data(delay.tau).inputs["x"].shape[0] == delay.tau


@pytest.mark.parametrize("name", [name for name, task in TASKS.items() if task.hidden])
def test_a_hidden_pattern_is_in_every_window_where_its_task_says(name: str) -> None:
    task = TASKS[name]
    assert task.hidden and task.option
    bits, span = task.hidden(task.option.default, 8)
    inputs = load("rnn-regression", task=name).data(8, batch=6).inputs["x"][:, :, 0].T
    places = [[k for k in range(8) if [*row[k : k + len(bits)]] == [*bits]] for row in inputs]
    assert all({*found} & {*span} for found in places)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_says_what_it_is_and_feeds_some_system_by_default(name: str) -> None:
    assert TASKS[name].title and len(TASKS[name].about) > 40
    assert name in {TaskWord.parse(system.task or "").name for system in SYSTEMS.values()}


@pytest.mark.one_in(7)
@pytest.mark.parametrize(("system", "task"), FEEDING)
def test_every_task_feeds_what_it_fits(system: str, task: str) -> None:
    loaded = load(system, task=task)
    for tau, batch in ((1, 1), (2, 1), (7, 3)):
        bindings = loaded.bind(tau, batch=batch, window=2)
        check_shapes(loaded, bindings, tau, batch)
        assert run(loaded.recurrence, tau, bindings).stopped is None


def check_shapes(loaded: Loaded, bindings: Bindings, tau: int, batch: int) -> None:
    """Every given has its (tau, batch, size) or (batch, size), and symbols for each entry of what has any."""
    recurrence = loaded.recurrence
    for name in recurrence.names("given"):
        leading = (tau, batch) if recurrence.variables[name].indexed else (batch,)
        assert bindings.inputs[name].shape == leading + recurrence.shape(name), name
    for name, symbols in bindings.symbols.items():
        assert (len(symbols),) == recurrence.shape(name)
        assert (bindings.inputs[name].sum(axis=-1) <= 1).all()


@pytest.mark.parametrize(("system", "task"), FEEDING)
def test_the_seed_chooses_what_is_drawn_and_nothing_else(system: str, task: str) -> None:
    loaded, row = load(system, task=task), TASKS[task]
    one, again, other, later = (loaded.data(24, *at) for at in ((1, 3), (1, 3), (2, 3), (1, 3, 1)))
    assert alike(one, again)
    assert alike(one, other) == (not row.drawn or not one.inputs)
    assert not row.drawn or alike(one, later) == (not one.inputs)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(("system", "task"), FEEDING)
def test_a_longer_batch_begins_with_the_shorter(system: str, task: str) -> None:
    loaded = load(system, task=task)
    one, many = loaded.bind(9, 4).inputs, loaded.data(9, 4, batch=3).inputs
    for name, array in many.items():
        axis = 1 if loaded.recurrence.variables[name].indexed else 0
        np.testing.assert_array_equal(array.take([0], axis=axis), one[name])


@pytest.mark.parametrize("task", [*(row.name for row in TASKS.values() if not row.drawn), "next-character:hi,ha"])
def test_what_is_not_drawn_goes_on_by_turns(task: str) -> None:
    later, many = fed(task, NUMBERS, window=2).inputs, fed(task, NUMBERS, batch=3).inputs
    for name, array in later.items():
        np.testing.assert_array_equal(array[:, 0], many[name][:, 2])


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("next-character:!", "words of 2 to 32 letters"),
        ("next-character:hello,", "words of 2 to 32 letters"),
        ("next-character:" + "a" * 33, "words of 2 to 32 letters"),
        ("echo:0", "from 1 to 99"),
        ("echo:100", "from 1 to 99"),
        ("detector:12", "1 to 16 bits"),
        ("pulse:3", "nothing after a colon"),
        ("patterns:L", "a given matrix"),
        ("sine", "there is no task"),
    ],
)
def test_a_task_that_cannot_be_had_says_what_can(task: str, message: str) -> None:
    with pytest.raises(Problems) as found:
        load("rnn", task=task)
    problem = found.value.problems[0]
    assert problem.about is Subject.TASK and message in problem.message and problem.allowed


def test_numbers_are_not_fed_where_classes_are_read() -> None:
    with pytest.raises(Problems) as found:
        load("rnn", task="sine-to-cosine")
    assert found.value.problems[0].allowed == ["next-character", "pulse", "echo", "detector", "adding", "random"]


def test_sine_to_cosine_includes_both_ends() -> None:
    for window in (0, 3):
        inputs = fed("sine-to-cosine", NUMBERS, 10, window=window).inputs
        steps = np.linspace(window * np.pi, (window + 1) * np.pi, 10)
        np.testing.assert_allclose(inputs["x"][:, 0, 0], np.sin(steps), atol=1e-12)
        np.testing.assert_allclose(inputs["y"][:, 0, 0], np.cos(steps), atol=1e-12)


def spelled(bindings: Bindings, name: str, sequence: int = 0) -> str:
    """The letters of a one-hot sequence, a dot where there is none."""
    rows = bindings.inputs[name][:, sequence]
    return "".join(bindings.symbols[name][int(row.argmax())] if row.any() else "." for row in rows)


def test_next_character_spells_a_word_and_asks_for_the_next_letter() -> None:
    bindings = load("rnn").bind(4)
    assert (spelled(bindings, "x"), spelled(bindings, "y")) == ("hell", "ello")
    assert spelled(load("rnn", task="next-character:tau").bind(8), "x") == "tautauta"


def test_words_of_unequal_length_end_each_at_its_own_last_letter() -> None:
    bindings = load("rnn", task="next-character:hello,hi,unfold").bind(5, batch=3)
    assert [spelled(bindings, "x", i) for i in range(3)] == ["hell.", "h....", "unfol"]
    assert [spelled(bindings, "y", i) for i in range(3)] == ["ello.", "i....", "nfold"]
    assert bindings.lengths == (4, 1, 5)
    assert load("rnn", task="next-character:hello,hi,unfold").data(3, batch=3).lengths == (3, 1, 3)


def test_a_word_begins_where_the_last_one_ended_in_training() -> None:
    loaded = load("rnn", task="next-character:hello,hi")
    assert [spelled(loaded.bind(3, window=k), "x") for k in range(3)] == ["hel", "h..", "hel"]


def test_a_target_of_one_value_is_the_letter_after_the_last() -> None:
    data = fed("next-character:hello,hi", CLASS_AT_THE_END, 4, batch=2)
    assert [data.symbols["x"][int(row.argmax())] for row in data.inputs["y"]] == ["o", "i"]


@pytest.mark.parametrize("system", ["teacher-forcing", "vector-to-sequence"])
def test_where_the_target_comes_in_again_the_input_says_which_word(system: str) -> None:
    bindings = load(system, task="next-character:hello,hi").bind(4, batch=2)
    assert [spelled(bindings, "y", i) for i in range(2)] == ["hell", "hi.."]
    np.testing.assert_array_equal(bindings.inputs["x"].reshape(-1, 2, 2)[0], np.eye(2))
    assert bindings.lengths == (4, 2)


def test_own_data_of_a_person_are_as_long_as_they_are_given() -> None:
    loaded = load("rnn", sizes={"h": 2}, task="next-character:hi,ha")
    given = np.eye(3)[[0, 1, 2, 0]]
    assert loaded.bind(4).lengths == (1,)
    assert loaded.bind(4, inputs={"x": given, "y": given}).lengths is None


@pytest.mark.parametrize("text", [CLASSES, NUMBERS])
@pytest.mark.parametrize("steps", [1, 2, 11])
def test_echo_repeats_what_was_heard(text: str, steps: int) -> None:
    later, earlier = (fed(f"echo:{k}", text, 9, batch=2).inputs for k in (steps, -steps))
    np.testing.assert_array_equal(later["y"][steps:], later["x"][: max(9 - steps, 0)])
    np.testing.assert_array_equal(earlier["y"][: max(9 - steps, 0)], earlier["x"][steps:])
    assert not later["y"][:steps].any() and not earlier["y"][max(9 - steps, 0) :].any()


def test_echo_takes_the_sizes_that_a_person_sets() -> None:
    assert load("rnn", sizes={"y": 3}, task="echo").recurrence.sizes["x"] == 3
    assert load("rnn", task="echo").bind(2).symbols["x"] == ("a", "b", "c", "d")
    with pytest.raises(Problems) as found:
        load("rnn", sizes={"x": 3, "y": 2}, task="echo")
    assert "needs y:3" in found.value.problems[0].message


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("tau", [4, 10, 50])
def test_adding_asks_at_the_end_for_the_sum_of_two_marked_values(text: str, tau: int) -> None:
    inputs = fed("adding", text, tau, batch=20).inputs
    values, marks = inputs["x"][..., 0], inputs["x"][..., 1]
    assert (marks[[0, -1]] == -1).all() and ((marks == 1).sum(axis=0) == 2).all()
    assert not marks[max(3, tau // 2) : -1].any()
    sums = (values * (marks == 1)).sum(axis=0)
    last = inputs["y"][-1] if inputs["y"].ndim == 3 else inputs["y"]
    np.testing.assert_allclose(last[:, 0] if last.shape[-1] == 1 else last.argmax(axis=-1), sums)
    assert inputs["y"].ndim == 2 or not inputs["y"][:-1].any()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pattern", ["1", "11", "101", "0110"])
def test_the_detector_is_right_about_where_the_pattern_ends(text: str, pattern: str) -> None:
    inputs = fed(f"detector:{pattern}", text, 12, batch=30).inputs
    target = inputs["y"][..., 0] if inputs["y"].shape[-1] == 1 else inputs["y"].argmax(axis=-1)
    for i in range(30):
        bits = "".join(str(int(bit)) for bit in inputs["x"][:, i, 0])
        ends = [bits[: t + 1].endswith(pattern) for t in range(12)]
        assert any(ends) == target[i] if target.ndim == 1 else ends == target[:, i].tolist()
    assert 5 <= target.sum() <= 25 if target.ndim == 1 else (target.sum(axis=0) > 0).all()


def test_a_pattern_begins_anywhere() -> None:
    targets = fed("detector", NUMBERS, 6, batch=100).inputs["y"][..., 0]
    assert targets.any(axis=1).tolist() == [False, False, True, True, True, True]


@pytest.mark.parametrize("text", TEXTS)
def test_a_pulse_comes_once_and_is_asked_for_at_the_end(text: str) -> None:
    inputs = fed("pulse", text, 6, batch=2).inputs
    last = inputs["y"][-1] if inputs["y"].ndim == 3 else inputs["y"]
    assert inputs["x"].sum() == inputs["x"][0].sum() == inputs["y"].sum() == 2
    np.testing.assert_array_equal(last, inputs["x"][0])


def test_what_a_task_draws_is_its_own() -> None:
    words = (TaskWord("echo"), TaskWord("detector"))
    one, other = (DataRequest(4, word).drawn(lambda rng: rng.integers(2**32, size=1), "bits") for word in words)
    assert one != other


@pytest.mark.parametrize("seed", [0, 7, 2**32, 3**90])
@pytest.mark.parametrize("children", [0, 3])
def test_streams_made_at_once_are_those_that_numpy_makes_one_by_one(seed: int, children: int) -> None:
    def draws(rng: np.random.Generator) -> list[float]:
        return [*rng.uniform(size=3), rng.integers(10), *rng.integers(2, size=5), rng.integers(10)]

    names = [f"bits {k}" for k in range(FEW)]
    made = [draws(rng) for rng in streams(seed, names, children)]
    each = [stream(seed, name) for name in names]
    own = [child for rng in each for child in rng.spawn(children)] if children else each
    assert made == [draws(rng) for rng in own]
    for spans in ([2] * 5, [10, 7, 1000], [3 * 2**30] * 4, [5, 1]):  # Of the third numbers are drawn again.
        own = [child for name in names for child in (stream(seed, name).spawn(children) or (stream(seed, name),))]
        assert drawn_whole(seed, names, spans, children).tolist() == [[*map(rng.integers, spans)] for rng in own]
    assert drawn_even(seed, names, 3).tolist() == [stream(seed, name).random(3).tolist() for name in names]


# Loading


def test_a_task_fixes_the_sizes_it_needs() -> None:
    assert dict(load("rnn", task="next-character:banana").recurrence.sizes) == {"x": 3, "y": 3, "h": 4}


def test_a_task_that_is_asked_for_and_does_not_fit_is_a_problem() -> None:
    for sizes, task in (({"x": 3}, "next-character"), ({}, "sine"), ({}, "next-character:!")):
        with pytest.raises(Problems) as found:
            load("rnn", sizes=sizes, task=task)
        assert found.value.problems[0].about is Subject.TASK


def test_the_systems_own_task_gives_way_to_sizes() -> None:
    loaded = load("rnn", sizes={"x": 4, "h": 5, "y": 2})
    assert loaded.task_name is None
    targets = loaded.bind(7).inputs["y"]
    assert set(np.unique(targets)) == {0.0, 1.0} and (targets.sum(axis=-1) == 1).all()


def test_an_unknown_system_lists_those_there_are() -> None:
    with pytest.raises(Problems) as found:
        load("rmn")
    assert found.value.problems[0].allowed == list(SYSTEMS)
    assert "rnn" in (found.value.problems[0].hint or "")


MISPLACED = "given k; h[t] = tanh(W @ h[t-1] + x[t] + y + k); o = h[tau]"


@pytest.mark.parametrize(
    ("field", "name", "message", "hint"),
    [
        ("inputs", "y", "y is a parameter", "give it in params, or add the line given y"),
        ("initial", "y", "y is a parameter", "give it in params"),
        ("params", "x", "x is given data", "give it in inputs"),
        ("params", "k", "k is given data", "give it in inputs"),
        ("initial", "x", "x is given data", "give it in inputs"),
        ("params", "h", "h is computed", "give its start in initial, or leave it out"),
        ("inputs", "h", "h is computed", "give its start in initial, or leave it out"),
        ("params", "o", "o is computed", "leave it out"),
        ("initial", "o", "o has no start", None),
        ("params", "V", "V is no parameter", None),
    ],
)
def test_numbers_in_the_wrong_field_are_told_the_right_one(
    field: str, name: str, message: str, hint: str | None
) -> None:
    given: dict[str, Any] = {field: {name: [1.0, 2.0]}}
    with pytest.raises(Problems) as found:
        bind(parse(MISPLACED), 3, **given)
    (problem,) = found.value.problems
    assert problem.message.startswith(message) and problem.hint == hint
    assert problem.part == name


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([[1, 2], [3]], "params.W has uneven rows: 2 entries at [0], 1 entry at [1]"),
        ([[1, 2], 3], "params.W has uneven rows: 2 entries at [0], one number at [1]"),
        ([[[1], [2]], [[3], [4, 5]]], "params.W has uneven rows: 1 entry at [0, 0], 2 entries at [1, 1]"),
        ([["a", 2], [3, 4]], "params.W holds the text 'a' at [0, 0]"),
        ("W", "params.W is the text 'W'"),
        ([[1, None], [3, 4]], "params.W has shape (2, 2)"),
        ([[1, 2], None], "params.W has uneven rows: 2 entries at [0], one number at [1]"),
        (None, "params.W is null"),
        ([[1, {}]], "params.W holds an object at [0, 1]"),
        ([[10**400]], "params.W holds a number that is too large at [0, 0]"),
        ([[[1.0]]], "params.W has shape (1, 1, 1)"),
    ],
    ids=str,
)
def test_what_is_no_array_of_numbers_is_told_with_its_place_and_asks_for_no_default_size(
    value: object, words: str
) -> None:
    text = "h[t] = tanh(W @ h[t-1])"
    for recurrence, settled in ((parse(text, {}, {"h": 7}), False), (parse(text, {"h": 7}), True)):
        with pytest.raises(Problems) as found:
            bind(recurrence, 3, params={"W": value})
        (problem,) = found.value.problems
        assert words in problem.message
        assert settled or "7" not in f"{problem.message} {problem.hint} {problem.allowed}"


def test_lists_nested_without_end_are_told_too() -> None:
    value: object = 1.0
    for _ in range(900):
        value = [value]
    with pytest.raises(Problems, match="too deep"):
        bind(parse("h[t] = tanh(W @ h[t-1])"), 3, params={"W": value})


def test_arrays_of_the_wrong_shape_are_named_with_the_right_one() -> None:
    loaded = load("rnn", sizes={"x": 4, "h": 5, "y": 2})
    wrong = {"U": [[1.0]], "W": [[float("nan")] * 5] * 5, "V": "no", "Q": 1}
    with pytest.raises(Problems) as found:
        loaded.bind(3, params=wrong, inputs={"x": [[1]]}, initial={"h": [1], "o": [1]})
    named = {(p.about, p.part): p.message for p in found.value.problems}
    given = {Subject.PARAMETERS: "UWVQ", Subject.DATA: "x", Subject.STARTS: "ho"}
    assert named.keys() == {(about, name) for about, names in given.items() for name in names}
    assert "(5, 4)" in named[Subject.PARAMETERS, "U"] and "not finite at [0, 0]" in named[Subject.PARAMETERS, "W"]


def test_a_start_that_the_text_names_takes_the_initial_value() -> None:
    loaded = load(equations="s[0] = s0; s[t] = tanh(W @ s[t-1])", sizes={"s": 2})
    assert loaded.bind(2, initial={"s": [0.5, 0.25]}).parameters["s0"].tolist() == [0.5, 0.25]


# Files


def test_a_misspelt_key_of_a_system_s_file_is_named() -> None:
    text = 'title = "T"\nordre = 5\norder = 5\nsource = "S"\nabout = "A"\nequations = "s[t] = s[t-1]"\n'
    with pytest.raises(TypeError, match="ordre"):
        _parse_system_file("mine", text)


def test_a_long_text_of_a_system_s_file_may_be_broken_into_lines() -> None:
    story = 'order = 5\ngroup = "G"\nquestion = "Q?"\nidea = "I."\nto_try = "T."\ntrying = {}\n'
    text = 'title = "T"\n' + story + 'source = "S"\nabout = """\nOne\ntwo."""\nequations = "s[t] = s[t-1]"\n'
    assert _parse_system_file("mine", text).about == "One two."
