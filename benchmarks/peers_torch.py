"""The same work in PyTorch; imported only where PyTorch is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch

from app.arrays import Array
from benchmarks.race import Contestant, Problem

RATE = 0.02
set_threads = torch.set_num_threads
GATES = {"RNN": ("",), "LSTM": ("_i", "_f", "_g", "_o"), "GRU": ("_r", "_z", "_n")}
"""The layers, and the order in which PyTorch stacks their gates."""


def filled(kind: str, p: Problem) -> tuple[Any, Any]:
    """A layer and its readout with the problem's parameters."""
    layer = getattr(torch.nn, kind)(p.size.inputs, p.size.hidden)
    out = torch.nn.Linear(p.size.hidden, 1)
    arrays = stacked(kind, p)
    for module in (layer, out):
        for name, parameter in module.named_parameters():
            parameter.data = torch.from_numpy(arrays[name].copy())
    return layer, out


def stacked(kind: str, p: Problem) -> dict[str, Array]:
    """PyTorch's names for the parameters; its second bias is 0 but for the GRU's, which the reset gate multiplies."""
    q, gates = p.parameters, GATES[kind]
    zero = np.zeros(p.size.hidden, p.dtype)
    return {
        "weight_ih_l0": np.concatenate([q[f"U{g}"] for g in gates]),
        "weight_hh_l0": np.concatenate([q[f"W{g}"] for g in gates]),
        "bias_ih_l0": np.concatenate([q[f"b{g}"] for g in gates]),
        "bias_hh_l0": np.concatenate([q.get(f"d{g}", zero) for g in gates]),
        "weight": q["V"],
        "bias": q["c" if kind == "RNN" else "d"],
    }


def gradients(kind: str, p: Problem, layer: Any, out: Any) -> Mapping[str, Array]:
    """The gradients under the names of the equations."""
    gates = GATES[kind]
    found = {"V": out.weight.grad.numpy(), ("c" if kind == "RNN" else "d"): out.bias.grad.numpy()}
    for stem, name in {"U": "weight_ih_l0", "W": "weight_hh_l0", "b": "bias_ih_l0", "d": "bias_hh_l0"}.items():
        parts = np.split(getattr(layer, name).grad.numpy(), len(gates))
        found |= {f"{stem}{g}": a for g, a in zip(gates, parts, strict=True) if f"{stem}{g}" in p.parameters}
    return found


def passes(kind: str, p: Problem) -> Contestant:
    """Forward and backward, the readout of all steps at once."""
    layer, out = filled(kind, p)
    x, y = torch.from_numpy(p.x), torch.from_numpy(p.y)
    parameters = [*layer.parameters(), *out.parameters()]

    def step() -> None:
        for parameter in parameters:
            parameter.grad = None
        loss: Any = torch.nn.functional.mse_loss(out(layer(x)[0]), y)
        loss.backward()

    return Contestant(step, partial(gradients, kind, p, layer, out))


def training(p: Problem, windows: list[tuple[Array, Array]]) -> Contestant:
    """A step of the article's training, written as the article writes it: the readout in a loop over the steps."""
    layer, out = filled("RNN", p)
    layer.batch_first = True
    optimizer = torch.optim.Adam([*layer.parameters(), *out.parameters()], lr=RATE)
    learn = partial(_learn, layer, out, optimizer, torch.nn.MSELoss())
    state: list[Any] = [None]
    done = [0]

    def step() -> None:
        x, y = windows[done[0] % len(windows)]
        state[0] = learn(x.swapaxes(0, 1), y.swapaxes(0, 1), state[0])
        done[0] += 1

    return Contestant(step, partial(gradients, "RNN", p, layer, out))


def _learn(layer: Any, out: Any, optimizer: Any, loss_func: Callable[..., Any], x: Array, y: Array, state: Any) -> Any:
    r_out, state = layer(torch.from_numpy(x), state)
    outs = []
    for step in range(r_out.size(1)):
        outs.append(out(r_out[:, step, :]))  # noqa: PERF401
    state = state.data
    loss = loss_func(torch.stack(outs, dim=1), torch.from_numpy(y))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return state
