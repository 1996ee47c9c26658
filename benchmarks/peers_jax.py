"""The same work in JAX, compiled; imported only where JAX is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.peers_numpy import BETA_1, BETA_2, EPSILON, RATE
from benchmarks.race import Contestant, Problem, Windows

jax.config.update("jax_enable_x64", True)
"""So that float64 stays so; arrays of float32 do anyway."""
Parameters = dict[str, Any]
Step = Callable[[Parameters, Any, Any], tuple[Any, Any]]
"""(parameters, carried, what the data add) → what is carried on, and the state."""


def rnn_step(p: Parameters, h: Any, rest: Any) -> tuple[Any, Any]:
    """A tanh network's."""
    h = jnp.tanh(rest + h @ p["W"].T)
    return h, h


def lstm_step(p: Parameters, carried: tuple[Any, Any], rest: Any) -> tuple[Any, Any]:
    """An LSTM's, its products as one."""
    h, c = carried
    g, i, f, o = jnp.split(rest + h @ stacked(p, "W", "gifo").T, 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def gru_step(p: Parameters, h: Any, rest: Any) -> tuple[Any, Any]:
    """A GRU's, the reset gate after the product."""
    r, z, n = jnp.split(h @ stacked(p, "W", "rzn").T, 3, axis=-1)
    of_r, of_z, of_n = jnp.split(rest, 3, axis=-1)
    r, z = jax.nn.sigmoid(of_r + r), jax.nn.sigmoid(of_z + z)
    n = jnp.tanh(of_n + r * (n + p["d_n"]))
    h = (1 - z) * n + z * h
    return h, h


def stacked(p: Parameters, stem: str, gates: str) -> Any:
    """The weights of all gates, or the one without."""
    return jnp.concatenate([p[f"{stem}_{gate}"] for gate in gates]) if gates else p[stem]


KINDS: Mapping[str, tuple[Step, str, str, int]] = {
    "RNN": (rnn_step, "", "c", 1),
    "LSTM": (lstm_step, "gifo", "d", 2),
    "GRU": (gru_step, "rzn", "d", 1),
}
"""The step, the gates in its order, the readout's bias, and how many states are carried."""


def states(kind: str, p: Parameters, x: Any, start: Any) -> tuple[Any, Any]:
    """What is carried on, and the states."""
    step, gates, *_ = KINDS[kind]
    rest = x @ stacked(p, "U", gates).T + stacked(p, "b", gates)
    return jax.lax.scan(partial(step, p), start, rest)  # type: ignore[no-any-return]


def loss(kind: str, p: Parameters, x: Any, y: Any, start: Any) -> tuple[Any, Any]:
    """The mean squared error of the readout of all states, and what is carried on."""
    last, h = states(kind, p, x, start)
    return jnp.mean((h @ p["V"].T + p[KINDS[kind][2]] - y) ** 2), last


def loss_at_the_end(p: Parameters, x: Any, y: Any, start: Any) -> tuple[Any, Any]:
    """The cross-entropy of the readout of the last state; the next window begins as this one did."""
    _, h = states("RNN", p, x, start)
    o = h[-1] @ p["V"].T + p["c"]
    return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(o), axis=-1)), start


LOSSES: Mapping[bool, Callable[..., Any]] = {True: partial(loss, "RNN"), False: loss_at_the_end}
"""By whether the state is carried."""


def starts(kind: str, p: Problem) -> Any:
    """Zeros for all that is carried."""
    zeros = tuple(jnp.zeros((p.size.batch, p.size.hidden), p.dtype) for _ in range(KINDS[kind][-1]))
    return zeros if len(zeros) > 1 else zeros[0]


def compiled(function: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
    """The function for arguments like these, made before anything is timed."""
    made: Callable[..., Any] = jax.jit(function).lower(*arguments).compile()
    return made


def passes(kind: str, p: Problem) -> Contestant:
    """Forward and backward, compiled as one."""
    q, start = {name: jnp.asarray(a) for name, a in p.parameters.items()}, starts(kind, p)
    differentiated = compiled(jax.grad(lambda q, x, y, start: loss(kind, q, x, y, start)[0]), q, p.x, p.y, start)
    found: list[Parameters] = []

    def step() -> None:
        found[:] = [jax.block_until_ready(differentiated(q, p.x, p.y, start))]

    return Contestant(step, lambda: {name: np.asarray(a) for name, a in found[0].items()})


def moved(carry: bool, carried: tuple[Any, ...], window: tuple[Any, Any]) -> tuple[tuple[Any, ...], Any]:
    """A step of the article's training: Adam (Kingma & Ba 2015), the state carried from window to window."""
    q, first, second, n, h = carried
    (_, h), g = jax.value_and_grad(lambda q: LOSSES[carry](q, *window, h), has_aux=True)(q)
    n = n + 1
    first = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, first, g)
    second = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, second, g)

    def way(a: Any, m: Any, v: Any) -> Any:
        root = jnp.sqrt(v / (1 - BETA_2**n)) + EPSILON
        return (a - RATE * (m / (1 - BETA_1**n)) / root).astype(a.dtype)

    return (jax.tree.map(way, q, first, second), first, second, n, h), g


def begun(p: Problem) -> tuple[Any, ...]:
    """What the first step of a training has."""
    q = {name: jnp.asarray(a) for name, a in p.parameters.items()}
    nothing = {name: jnp.zeros_like(a) for name, a in q.items()}
    return q, nothing, nothing, jnp.zeros((), p.dtype), starts("RNN", p)


def training(p: Problem, windows: Windows, carry: bool = True) -> Contestant:
    """Each step is one call of what is compiled."""
    state: list[Any] = [begun(p), None, 0]
    once = compiled(partial(moved, carry), state[0], windows[0])

    def step() -> None:
        carried, done = state[0], state[2]
        state[:2] = jax.block_until_ready(once(carried, windows[done % len(windows)]))
        state[2] = done + 1

    return Contestant(step, lambda: {name: np.asarray(a) for name, a in state[1].items()})


def run(p: Problem, windows: Windows, carry: bool = True) -> Contestant:
    """All windows in one call, `scan` over them, which is made when the first of their steps is asked for."""
    x, y = (jnp.asarray(np.stack(each)) for each in zip(*windows, strict=True))
    state: list[Any] = [begun(p), None, -1]
    whole = compiled(lambda carried: jax.lax.scan(partial(moved, carry), carried, (x, y)), state[0])

    def step() -> None:
        state[2] = (state[2] + 1) % len(windows)
        if not state[2]:
            state[:2] = jax.block_until_ready(whole(state[0]))

    return Contestant(step, lambda: {name: np.asarray(a[state[2]]) for name, a in state[1].items()})
