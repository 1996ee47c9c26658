"""The plain reading once more in PyTorch, whose automatic differentiation owes nothing to ours.

Not for every environment: PyTorch is large, and nothing else here needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from app.language.node_ids import parse_node
from tests.fuzz.compare import OPERATION, Setting, close, floats
from tests.plain import OPERATIONS, Operations, Plain

THERE = find_spec("torch") is not None
"""Whether PyTorch is installed."""


def _operations(torch: Any) -> Operations:
    """What PyTorch has another name for, and what it differentiates by another convention where there are two."""
    return {
        **OPERATIONS,
        "**": lambda a, b: a ** int(b),
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
        "exp": torch.exp,
        "log": torch.log,
        "sqrt": torch.sqrt,
        "sin": torch.sin,
        "cos": torch.cos,
        "abs": lambda a: torch.where(a >= 0, a, -a),
        "sign": lambda a: torch.where(a.detach() >= 0, 1.0, -1.0).to(a.dtype),
        "step": lambda a: torch.where(a.detach() > 0, 1.0, 0.0).to(a.dtype),
        "softmax": lambda a: torch.softmax(a, -1),
        "log_softmax": lambda a: torch.log_softmax(a, -1),
        "cross_entropy": lambda a, b: -(b * torch.log_softmax(a, -1)).sum(),
        "sum": torch.sum,
        "mean": torch.mean,
        "outer": torch.outer,
        "offdiagonal": lambda a: a - torch.diag(torch.diag(a)),
        "ones": torch.ones_like,
        "size": lambda a: torch.tensor(float(a.numel()), dtype=a.dtype),
    }


class TorchReading(Plain):
    """A plain reading whose numbers are tensors."""

    torch: Any = import_module("torch") if THERE else None
    operations: Operations = _operations(torch) if THERE else {}

    def number(self, value: Any) -> Any:
        found = value if isinstance(value, self.torch.Tensor) else self.torch.as_tensor(np.array(value, dtype=float))
        return found.to(self.torch.float64)

    def shape_of(self, name: str) -> tuple[int, ...]:
        """The shape of what the nudges of a name are: all its steps, or one value; a start's is its variable's."""
        variable = self.recurrence.variables.get(name)
        shape = self.recurrence.shape(parse_node(name).variable)
        return (self.room, *shape) if variable is not None and variable.indexed else shape


def disagreements(setting: Setting, trace: Mapping[str, Any]) -> Iterator[str]:
    """Every gradient of a trace of one sequence that PyTorch has otherwise."""
    torch = TorchReading.torch
    uncut = TorchReading(setting.recurrence, setting.tau, setting.bindings, cuts=setting.cuts)
    names = [name for name in trace["gradients"] if not OPERATION.search(name)]
    nudges = {n: torch.zeros(uncut.shape_of(n), dtype=torch.float64, requires_grad=True) for n in names}
    reading = uncut.nudged(nudges)
    found = torch.autograd.grad(_objective(reading, setting.of), list(nudges.values()), allow_unused=True)
    for name, gradient in zip(names, found, strict=True):
        ours = floats(trace["gradients"][name])
        theirs = np.zeros(ours.shape) if gradient is None else gradient.numpy()
        if not close(ours, theirs, theirs, float(np.max(np.abs(ours), initial=0.0))):
            yield f"gradient of {name}: {ours.tolist()} is {theirs.tolist()} by PyTorch"


def _objective(reading: Plain, of: str) -> Any:
    name, t = parse_node(of).name, parse_node(of).t
    steps = range(1, reading.tau + 1) if reading.recurrence.variables[name].indexed and t is None else (t,)
    return sum(reading.value(name, step).sum() for step in steps)
