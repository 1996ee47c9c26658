"""The plain reading once more in PyTorch, whose automatic differentiation owes nothing to ours.

Not for every environment: PyTorch is large, and nothing else here needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from app.arrays import Array
from app.language.node_ids import parse_node
from tests.fuzz.compare import OPERATION, Setting, close, floats
from tests.plain import OPERATIONS, Operations, Plain

THERE = find_spec("torch") is not None
"""Whether PyTorch is installed."""


def _operations(torch: Any) -> Operations:
    """What PyTorch has another name for, and what it differentiates by another convention where there are two."""
    return {
        **OPERATIONS,
        "**": lambda a, b: a ** float(b),
        "power": torch.pow,
        **{op: _compared(torch, op) for op in ("<", "<=", ">", ">=")},
        "where": lambda a, b, c: torch.where(a != 0, b, c),
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        "clip": lambda a, b, c: torch.clamp(*torch.broadcast_tensors(a, b, c)),
        "max": torch.max,
        "min": torch.min,
        "argmax": lambda a: torch.nn.functional.one_hot(torch.argmax(a), len(a)).to(a.dtype),
        "stop": lambda a: a.detach(),
        "leaky_relu": torch.nn.functional.leaky_relu,
        "elu": torch.nn.functional.elu,
        "selu": torch.nn.functional.selu,
        "gelu": torch.nn.functional.gelu,
        "silu": torch.nn.functional.silu,
        "softsign": torch.nn.functional.softsign,
        "hard_tanh": torch.nn.functional.hardtanh,
        # PyTorch's own has 1/6 to the digits of a 32-bit number.
        "hard_sigmoid": lambda a: torch.where(a.abs() < 3, a / 6 + 0.5, (a > 0).to(a.dtype)),
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
        "exp": torch.exp,
        "expm1": torch.expm1,
        "log": torch.log,
        "log1p": torch.log1p,
        "sqrt": torch.sqrt,
        "sin": torch.sin,
        "cos": torch.cos,
        "tan": torch.tan,
        "arctan": torch.arctan,
        "sinh": torch.sinh,
        "cosh": torch.cosh,
        "erf": torch.erf,
        "abs": lambda a: torch.where(a >= 0, a, -a),
        "sign": lambda a: torch.where(a.detach() >= 0, 1.0, -1.0).to(a.dtype),
        "step": lambda a: torch.where(a.detach() > 0, 1.0, 0.0).to(a.dtype),
        "softmax": lambda a: torch.softmax(a, -1),
        "log_softmax": lambda a: torch.log_softmax(a, -1),
        "cross_entropy": lambda a, b: -(b * torch.log_softmax(a, -1)).sum(),
        "logsumexp": lambda a: torch.logsumexp(a, -1),
        "norm": torch.linalg.norm,
        "cumsum": lambda a: torch.cumsum(a, -1),
        "concat": lambda *a: torch.cat(a, -1),
        "split": lambda a, k, n: torch.chunk(a, int(n), -1)[int(k) - 1],
        "inverse": torch.linalg.inv,
        "solve": torch.linalg.solve,
        "sum": torch.sum,
        "mean": torch.mean,
        "outer": torch.outer,
        "offdiagonal": lambda a: a - torch.diag(torch.diag(a)),
        "ones": torch.ones_like,
        "size": lambda a: torch.tensor(float(a.numel()), dtype=a.dtype),
    }


def _compared(torch: Any, op: str) -> Any:
    """A comparison as 1 or 0."""
    compare = {"<": torch.lt, "<=": torch.le, ">": torch.gt, ">=": torch.ge}[op]
    return lambda a, b: compare(a, b).to(torch.float64)


class TorchReading(Plain):
    """A plain reading whose numbers are tensors."""

    torch: Any = import_module("torch") if THERE else None
    operations: Operations = _operations(torch) if THERE else {}

    def number(self, value: Any) -> Any:
        found = value if isinstance(value, self.torch.Tensor) else self.torch.as_tensor(np.array(value, dtype=float))
        return found.to(self.torch.float64)

    def applied(self, op: str, args: list[Any]) -> Any:
        return self.operations[op](*map(self.number, args))

    def extreme(self, op: str, steps: list[Any]) -> Any:
        stacked = self.torch.stack(steps)
        return stacked.amax(0) if op == "max" else stacked.amin(0)

    def shape_of(self, name: str) -> tuple[int, ...]:
        """The shape of what the nudges of a name are: all its steps, or one value; a start's is its variable's."""
        variable = self.recurrence.variables.get(name)
        shape = self.recurrence.shape(parse_node(name).variable)
        return (self.room, *shape) if variable is not None and variable.indexed else shape


def gradients(setting: Setting, names: Iterable[str]) -> tuple[float, dict[str, Array]]:
    """The objective of one sequence and its gradient by each of the names, by PyTorch."""
    torch = TorchReading.torch
    uncut = TorchReading(setting.recurrence, setting.tau, setting.bindings, cuts=setting.cuts)
    nudges = {n: torch.zeros(uncut.shape_of(n), dtype=torch.float64, requires_grad=True) for n in names}
    objective = _objective(uncut.nudged(nudges), setting.of)
    if not objective.requires_grad:
        return float(objective), {n: np.zeros(nudge.shape) for n, nudge in nudges.items()}
    found = torch.autograd.grad(objective, list(nudges.values()), allow_unused=True)
    arrays = (np.zeros(nudges[n].shape) if g is None else g.numpy() for n, g in zip(nudges, found, strict=True))
    return float(objective.detach()), dict(zip(nudges, arrays, strict=True))


def disagreements(setting: Setting, beside: Setting, trace: Mapping[str, Any]) -> Iterator[str]:
    """Every gradient of a trace of one sequence that PyTorch has otherwise, at the steps that the sequence has.

    `beside` is the same with its inputs moved a little, which tells rounding. What follows a shorter sequence is a
    convention: a start stands at the step after its end, for one that ends there.
    """
    names = [name for name in trace["gradients"] if not OPERATION.search(name)]
    (_, found), (_, moved) = gradients(setting, names), gradients(beside, names)
    for name, computed in found.items():
        variable = setting.recurrence.variables.get(name)
        ours, theirs, aside = floats(trace["gradients"][name]), computed, moved[name]
        if variable and variable.indexed and setting.bindings.lengths:
            ours, theirs, aside = (array[: setting.bindings.lengths[0]] for array in (ours, theirs, aside))
        if not setting.left_out(ours) and not close(ours, theirs, aside, float(np.max(np.abs(ours), initial=0.0))):
            yield f"gradient of {name}: {ours.tolist()} is {theirs.tolist()} by PyTorch"


def _objective(reading: Plain, of: str) -> Any:
    name, t = parse_node(of).name, parse_node(of).t
    steps = range(1, reading.tau + 1) if reading.recurrence.variables[name].indexed and t is None else (t,)
    return sum(reading.value(name, step).sum() for step in steps)
