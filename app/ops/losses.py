"""Losses: distributions over the entries of a vector, and how far two vectors are apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.ops.row import Op, WithoutEmitter


def log_softmax(a: Any) -> Any:
    """log(softmax(a)) without overflow."""
    shifted = a - a.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(a: Any) -> Any:
    """exp(a) / sum(exp(a)) without overflow."""
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def logsumexp(a: Any) -> Any:
    """log(sum(exp(a))) without overflow; where nothing is finite, the largest."""
    largest = a.max(axis=-1)
    shift = np.where(np.isfinite(largest), largest, 0.0)
    return shift + np.log(np.exp(a - shift[..., None]).sum(axis=-1))


def cross_entropy(a: Any, b: Any) -> Any:
    """-sum(b * log_softmax(a))."""
    return -np.vecdot(b, log_softmax(a))


def mse(a: Any, b: Any) -> Any:
    """The mean of the squared differences."""
    d = a - b
    return np.vecdot(d, d) / d.shape[-1]


ROWS = (
    Op(
        "softmax",
        1,
        softmax,
        ("y * (g - sum(g * y))",),
        "vector",
        r"\operatorname{softmax}",
        "numbers between 0 and 1 that sum to 1, the largest where a has its largest: exp(a) / sum(exp(a))",
        emit=WithoutEmitter.OTHERS,
        written_out="exp(a - max(a)) / sum(exp(a - max(a)))",
        sums_to_one=True,
    ),
    Op(
        "log_softmax",
        1,
        log_softmax,
        ("g - softmax(a) * sum(g)",),
        "vector",
        r"\operatorname{log\,softmax}",
        "logarithm of softmax(a)",
        sign="log softmax",
        emit=WithoutEmitter.OTHERS,
        written_out="a - max(a) - log(sum(exp(a - max(a))))",
    ),
    Op(
        "logsumexp",
        1,
        logsumexp,
        ("g * softmax(a)",),
        "entries",
        r"\operatorname{log\,sum\,exp}",
        "a smooth maximum of the entries: log(sum(exp(a)))",
        sign="log sum exp",
        emit=WithoutEmitter.NUMPY,
    ),
    Op(
        "cross_entropy",
        2,
        cross_entropy,
        ("g * (sum(b) * softmax(a) - b)", "-g * log_softmax(a)"),
        "pair",
        r"\operatorname{CE}",
        "cross-entropy, the smaller the more of softmax(a) lies where the target b is: -sum(b * log_softmax(a))",
        sign="CE",
        emit=WithoutEmitter.OTHERS,
        written_out="-sum(b * log_softmax(a))",
    ),
    Op(
        "mse",
        2,
        mse,
        ("2 * g / size(a) * (a - b)", "2 * g / size(a) * (b - a)"),
        "pair",
        r"\operatorname{mse}",
        "mean squared error over the entries",
        emit=WithoutEmitter.OTHERS,
        written_out="sum((a - b) ** 2) / size(a)",
    ),
)
