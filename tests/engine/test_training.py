"""Training held against PyTorch's run of the article's example, and against its own parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.arrays import Array
from app.engine import OPTIMIZERS, Bindings, Checkpoints, Recipe, TrainingRun, bind, run, state_at, train
from app.engine.training.checkpoints import pack, unpack
from app.language import parse
from app.language.syntax import Recurrence
from tests.paths import GOLDEN
from tests.recurrences import RECURRENCES

ARTICLE = GOLDEN / "article_training.npz"
TAU = 10


def article() -> tuple[Recurrence, dict[str, Array]]:
    with np.load(ARTICLE) as file:
        return parse(RECURRENCES["rnn-regression"], {"x": 1, "h": 32, "y": 1}), dict(file)


def sine(recurrence: Recurrence, parameters: dict[str, Array], k: int, tau: int = TAU) -> Bindings:
    steps = np.linspace(k * np.pi, (k + 1) * np.pi, tau)[:, None]
    return bind(recurrence, tau, params=parameters, inputs={"x": np.sin(steps), "y": np.cos(steps)})


def article_run(**changes: object) -> TrainingRun:
    recurrence, z = article()
    parameters = {name: z[name] for name in ("U", "W", "b", "V", "c")}
    recipe = replace(Recipe(60, "adam", 0.02, carry_state=True), **changes)  # type: ignore[arg-type]
    return train(recurrence, TAU, recipe, lambda k: sine(recurrence, parameters, k))


def test_the_articles_run_is_pytorchs() -> None:
    z, found = article()[1], article_run()
    np.testing.assert_allclose(found.losses, z["losses"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.predictions, z["predictions"], rtol=0, atol=1e-6)
    for name in ("U", "W", "b", "V", "c"):
        np.testing.assert_allclose(found.parameters[name], z[f"final_{name}"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.final_state["h"], z["final_h"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_lowers_the_loss(optimizer: str) -> None:
    recurrence = parse(RECURRENCES["rnn"])
    data = bind(recurrence, 5, seed=2)
    losses = train(recurrence, 5, Recipe(60, optimizer, 0.02), lambda _: data).losses
    assert losses[-1] < 0.8 * losses[0]
    assert OPTIMIZERS[optimizer].meaning


def plain(optimizer: str, gradients: list[Array], lr: float, momentum: float) -> Array:
    """The textbook's update rules, written out for one parameter that starts at 0."""
    theta, v, m = np.zeros_like(gradients[0]), np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
    for k, g in enumerate(gradients, 1):
        if optimizer == "sgd":
            theta = theta - lr * g
        elif optimizer == "momentum":
            v = momentum * v + g
            theta = theta - lr * v
        else:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            theta = theta - lr * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)
    return np.asarray(theta)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_follows_its_rule(optimizer: str) -> None:
    rng = np.random.default_rng(0)
    gradients = [rng.standard_normal(7) for _ in range(20)]
    theta, gradient = np.zeros(7), np.zeros(7)
    update = OPTIMIZERS[optimizer].begin(theta, gradient, 0.03, 0.8)
    for g in gradients:
        gradient[...] = g
        update()
    np.testing.assert_allclose(theta, plain(optimizer, gradients, 0.03, 0.8), rtol=1e-12, atol=1e-15)


def test_clipping_scales_a_gradient_to_its_bound() -> None:
    free, clipped = (article_run(steps=2, optimizer="sgd", lr=1.0, clip=clip) for clip in (None, 0.01))
    start = article()[1]

    def moved(found: TrainingRun) -> float:
        return float(np.sqrt(sum(((found.parameters[n] - start[n]) ** 2).sum() for n in found.parameters)))

    assert moved(free) > 0.1
    assert moved(clipped) <= 0.02 + 1e-12


def test_step_k_of_a_run_can_be_opened() -> None:
    recurrence, z = article()
    parameters = {name: z[name] for name in ("U", "W", "b", "V", "c")}
    recipe = Recipe(60, "adam", 0.02, carry_state=True)
    for k in (0, 1, 37):
        bindings = state_at(recurrence, TAU, recipe, lambda k: sine(recurrence, parameters, k), k)
        assert isinstance(bindings, Bindings)
        trace = run(recurrence, TAU, bindings)
        assert trace.loss == pytest.approx(z["losses"][k], abs=1e-6)
        np.testing.assert_allclose(trace.values["o"][:, 0], z["predictions"][k], atol=1e-6)


def test_the_same_run_twice_is_the_same_bit_for_bit() -> None:
    one, other = article_run(), article_run()
    assert (one.losses == other.losses).all() and (one.predictions == other.predictions).all()


def test_a_callback_sees_every_step_and_may_stop() -> None:
    recurrence, z = article()
    seen: list[int] = []

    def callback(step: object) -> bool:
        seen.append(step.step)  # type: ignore[attr-defined]
        return len(seen) < 5

    data = sine(recurrence, {name: z[name] for name in ("U", "W", "b", "V", "c")}, 0)
    found = train(recurrence, TAU, Recipe(60), lambda _: data, callback=callback)
    assert seen == [0, 1, 2, 3, 4] and len(found.losses) == 5


def test_a_run_that_diverges_says_at_which_step_and_keeps_what_it_had() -> None:
    recurrence = parse("h[t] = W @ h[t-1] + x[t]; L[t] = mse(h[t], y[t]); loss = mean(L[t])", {"h": 3})
    data = bind(recurrence, 6, seed=1)
    found = train(recurrence, 6, Recipe(500, "sgd", 5.0), lambda _: data)
    assert found.stopped is not None and found.stopped.step == len(found.losses) < 500
    assert np.isfinite(found.losses).all()
    assert found.stopped.variable


def test_a_batch_of_sequences_trains_on_their_mean() -> None:
    recurrence = parse(RECURRENCES["rnn"])
    data = bind(recurrence, 5, seed=2, batch=4, lengths=[5, 3, 2, 5])
    losses = train(recurrence, 5, Recipe(80, "adam", 0.02), lambda _: data).losses
    assert losses[0] == pytest.approx(run(recurrence, 5, data).loss)
    assert losses[-1] < 0.8 * losses[0]


def test_windows_may_have_other_lengths_each_time() -> None:
    recurrence = parse(RECURRENCES["rnn"])

    def window(k: int) -> Bindings:
        return bind(recurrence, 5, seed=k, batch=2, lengths=[5, 1 + k % 5])

    found = train(recurrence, 5, Recipe(12, carry_state=True), window)
    assert len(found.losses) == 12 and found.stopped is None


def test_truncation_changes_what_is_learned() -> None:
    assert abs(article_run(cuts=frozenset({5})).losses - article_run().losses).max() > 1e-6


def test_the_state_is_carried_only_when_asked() -> None:
    assert abs(article_run(carry_state=False).losses - article_run().losses)[1:].max() > 1e-3


@pytest.mark.dear
def test_a_run_that_goes_on_from_a_checkpoint_is_the_same_bit_for_bit() -> None:
    recurrence, z = article()
    parameters = {name: z[name] for name in ("U", "W", "b", "V", "c")}

    def window(k: int) -> Bindings:
        return sine(recurrence, parameters, k)

    for optimizer in OPTIMIZERS:
        recipe, left = Recipe(90, optimizer, 0.02, carry_state=True), Checkpoints(most=8)
        whole = train(recurrence, TAU, recipe, window, checkpoints=left)
        assert 4 <= len(left.found) <= 8
        for first in (0, 1, 15, 16, 17, 89):
            rest = train(recurrence, TAU, recipe, window, checkpoints=left, first=first)
            assert (rest.losses == whole.losses[first:]).all()
            assert all((rest.parameters[n] == whole.parameters[n]).all() for n in whole.parameters)


def test_checkpoints_keep_to_their_room() -> None:
    recurrence, z = article()
    data = sine(recurrence, {name: z[name] for name in ("U", "W", "b", "V", "c")}, 0)
    left = Checkpoints(room=200_000)
    train(recurrence, TAU, Recipe(300), lambda _: data, checkpoints=left)
    assert 2 <= len(left.found) <= 8 and left.size <= 200_000
    assert max(left.found) > 200


def test_checkpoints_are_packed_evenly_spread_into_their_room_and_unpacked_to_the_bit() -> None:
    recurrence, z = article()
    data = sine(recurrence, {name: z[name] for name in ("U", "W", "b", "V", "c")}, 0)
    left = Checkpoints()
    train(recurrence, TAU, Recipe(60, "adam", carry_state=True), lambda _: data, checkpoints=left)
    each = max(it.size for it in left.found.values())
    some = unpack(pack(left.found.values(), 10 * each))
    assert 5 <= len(some) <= 10 and some[0].step == max(left.found)
    for found in some:
        known = left.found[found.step]
        assert (found.theta == known.theta).all() and found.starts.keys() == known.starts.keys()
        pairs = [*zip(found.kept, known.kept, strict=True), *((found.starts[n], a) for n, a in known.starts.items())]
        assert all((one == other).all() for one, other in pairs) and len(pairs) > 2
    assert unpack(pack(left.found.values(), each - 1)) == []


def test_no_checkpoint_is_left_that_the_same_run_drops_again(monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence, z = article()
    data = sine(recurrence, {name: z[name] for name in ("U", "W", "b", "V", "c")}, 0)
    left, made, leave = Checkpoints(most=8), list[int](), Checkpoints.leave

    def counted(self: Checkpoints, one: Any) -> None:
        made.append(one.step)
        leave(self, one)

    monkeypatch.setattr(Checkpoints, "leave", counted)
    train(recurrence, TAU, Recipe(90), lambda _: data, checkpoints=left)
    assert made == list(left.found) and len(made) > 3


def test_a_run_that_stops_says_where_though_the_first_sequence_of_the_batch_is_finite() -> None:
    recurrence = parse("h[t] = w * log(x[t]); loss = sum(h[tau] ** 2)", {"x": 1})
    x = np.ones((3, 2, 1))
    x[1, 1] = -1.0
    window = bind(recurrence, 3, 1, {"x": x}, batch=2)
    found = train(recurrence, 3, Recipe(steps=2), lambda _: window).stopped
    assert found is not None and (found.step, found.t, found.variable) == (0, 2, "h")


@pytest.mark.parametrize("clip", [None, 0.01])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_fixed_parameters_stay_bit_for_bit_and_the_others_are_trained(optimizer: str, clip: float | None) -> None:
    recurrence = parse(f"{RECURRENCES['rnn']}; fixed W, c; fixed U")
    data = bind(recurrence, 5, seed=2)
    checkpoints = Checkpoints()
    recipe = Recipe(20, optimizer, 0.02, clip=clip)
    found = train(recurrence, 5, recipe, lambda _: data, checkpoints=checkpoints)
    for name, before in data.parameters.items():
        assert np.array_equal(found.parameters[name], before) == (name in ("W", "U", "c")), name
    assert all(norms.all() for norms in found.norms.values()), "their gradients are shown all the same"
    state = state_at(recurrence, 5, recipe, lambda _: data, 15, checkpoints=checkpoints)
    assert isinstance(state, Bindings)
    again = train(recurrence, 5, replace(recipe, steps=5), lambda _: state)
    if optimizer == "sgd":
        np.testing.assert_array_equal(again.parameters["V"], found.parameters["V"])


def test_what_is_fixed_does_not_count_for_clipping() -> None:
    """With c = 0 fixed the run is that of the equations without c."""
    text = RECURRENCES["rnn-regression"]
    runs = []
    for written, zero in ((f"{text}; fixed c", {"c": np.zeros(4)}), (text.replace("c + ", ""), {})):
        data = bind(parse(written), 5, seed=2, params=zero)
        runs.append(train(parse(written), 5, Recipe(9, "sgd", 0.5, clip=0.01), lambda _, data=data: data))  # type: ignore[misc]
    np.testing.assert_allclose(runs[0].losses, runs[1].losses, rtol=1e-12)


def test_with_all_fixed_nothing_is_trained() -> None:
    recurrence = parse("h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(h[tau] ** 2); fixed W")
    data = bind(recurrence, 3)
    assert len(set(train(recurrence, 3, Recipe(3), lambda _: data).losses.tolist())) == 1
