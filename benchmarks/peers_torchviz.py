"""The same network drawn by torchviz, which lays its graph out with Graphviz's dot; imported only where it is there."""

from __future__ import annotations

import time
from typing import Any

import torch
from pygraphviz import AGraph
from torchviz import make_dot


def seconds(tau: int) -> float:
    """How long one figure takes, from the loss of a pass to the bytes of its SVG; a small one to begin with."""
    _draw(1)
    begun = time.process_time()
    _draw(tau)
    return time.process_time() - begun


def _draw(tau: int) -> bytes:
    """The system `rnn` step by step: its parameters are shared by every step."""
    names = {"U": (4, 4), "W": (4, 4), "b": (4,), "V": (4, 4), "c": (4,)}
    p = {name: torch.randn(*shape, requires_grad=True) for name, shape in names.items()}
    h, loss = torch.zeros(4), torch.zeros(())
    for _ in range(tau):
        h = torch.tanh(p["b"] + p["W"] @ h + p["U"] @ torch.randn(4))
        loss = loss + torch.nn.functional.cross_entropy(p["c"] + p["V"] @ h, torch.tensor(1))
    drawn: Any = AGraph(string=make_dot(loss, params=p).source).draw(format="svg", prog="dot")
    return bytes(drawn)
