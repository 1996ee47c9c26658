"""The same work as a careful person writes it in NumPy: rooms made once, weights stacked, nothing derived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from app.arrays import Array
from benchmarks.race import Contestant, Problem, Windows

RATE, BETA_1, BETA_2, EPSILON = 0.02, 0.9, 0.999, 1e-8


class Layer(Protocol):
    """A recurrent layer between x and the states h, `states[0]` being where it begins."""

    states: Array

    def forward(self, x: Array) -> None: ...

    def backward(self, x: Array, arrived: Array) -> None: ...

    def gradients(self) -> dict[str, Array]: ...


def flat(a: Array) -> Array:
    """All steps of all sequences as the rows of one matrix."""
    return a.reshape(-1, a.shape[-1])


def squash(a: Array) -> None:
    """The logistic function, in place."""
    a *= 0.5
    np.tanh(a, out=a)
    a += 1.0
    a *= 0.5


class Elman:
    """h(t) = tanh(b + W h(t-1) + U x(t))."""

    def __init__(self, p: Problem) -> None:
        tau, batch, n = p.size.tau, p.size.batch, p.size.hidden
        self.b, self.W, self.U = (p.parameters[name].copy() for name in "bWU")
        self.states = np.zeros((tau + 1, batch, n), p.dtype)
        self.rest, self.slope, self.delta = (np.zeros((tau, batch, n), p.dtype) for _ in range(3))
        self.db, self.dW, self.dU = (np.zeros_like(a) for a in (self.b, self.W, self.U))

    def forward(self, x: Array) -> None:
        h, turned = self.states, self.W.T.copy()
        np.dot(flat(x), self.U.T, out=flat(self.rest))
        self.rest += self.b
        for before, now, rest in zip(h[:-1], h[1:], self.rest, strict=True):
            before.dot(turned, out=now)
            now += rest
            np.tanh(now, out=now)

    def backward(self, x: Array, arrived: Array) -> None:
        h, slope, delta, W = self.states, self.slope, self.delta, self.W
        np.multiply(h[1:], h[1:], out=slope)
        np.subtract(1.0, slope, out=slope)
        np.multiply(arrived[-1], slope[-1], out=delta[-1])
        steps = zip(delta[:0:-1], delta[-2::-1], arrived[-2::-1], slope[-2::-1], strict=True)
        for after, now, direct, factor in steps:
            after.dot(W, out=now)
            now += direct
            now *= factor
        np.dot(flat(delta).T, flat(h[:-1]), out=self.dW)
        np.dot(flat(delta).T, flat(x), out=self.dU)
        flat(delta).sum(axis=0, out=self.db)

    def gradients(self) -> dict[str, Array]:
        return {"b": self.db, "W": self.dW, "U": self.dU}


class Lstm:
    """Hochreiter & Schmidhuber 1997 with a forget gate; the four products are one, in the order g, i, f, o."""

    ORDER = "gifo"

    def __init__(self, p: Problem) -> None:
        tau, batch, n = p.size.tau, p.size.batch, p.size.hidden
        self.W, self.U, self.b = (
            np.concatenate([p.parameters[f"{stem}_{gate}"] for gate in self.ORDER]) for stem in "WUb"
        )
        self.states, self.cells = (np.zeros((tau + 1, batch, n), p.dtype) for _ in range(2))
        self.gates, self.delta, self.factor = (np.zeros((tau, batch, 4 * n), p.dtype) for _ in range(3))
        self.tanh, self.through = (np.zeros((tau, batch, n), p.dtype) for _ in range(2))
        self.one, self.dh, self.dc = (np.zeros((batch, n), p.dtype) for _ in range(3))
        self.dW, self.dU, self.db = (np.zeros_like(a) for a in (self.W, self.U, self.b))

    def forward(self, x: Array) -> None:
        h, c, n, one, turned = self.states, self.cells, self.one.shape[-1], self.one, self.W.T.copy()
        np.dot(flat(x), self.U.T, out=flat(self.gates))
        self.gates += self.b
        product = self.delta[0]
        for before, now, old, new, gates, tanh in zip(h[:-1], h[1:], c[:-1], c[1:], self.gates, self.tanh, strict=True):
            before.dot(turned, out=product)
            gates += product
            g, squashed = gates[:, :n], gates[:, n:]
            np.tanh(g, out=g)
            squash(squashed)
            np.multiply(squashed[:, n : 2 * n], old, out=new)
            np.multiply(g, squashed[:, :n], out=one)
            new += one
            np.tanh(new, out=tanh)
            np.multiply(squashed[:, 2 * n :], tanh, out=now)

    def prepare(self) -> None:
        """What multiplies the adjoints of h and c at each step, for all steps at once."""
        n = self.one.shape[-1]
        g, i, _, o = (self.gates[..., k * n : (k + 1) * n] for k in range(4))
        factor = self.factor
        np.multiply(self.gates, self.gates, out=factor)
        np.subtract(1.0, factor[..., :n], out=factor[..., :n])
        np.subtract(self.gates[..., n:], factor[..., n:], out=factor[..., n:])
        for k, other in enumerate((i, g, self.cells[:-1], self.tanh)):
            factor[..., k * n : (k + 1) * n] *= other
        np.multiply(self.tanh, self.tanh, out=self.through)
        np.subtract(1.0, self.through, out=self.through)
        self.through *= o

    def backward(self, x: Array, arrived: Array) -> None:
        n, dh, dc, one = self.one.shape[-1], self.dh, self.dc, self.one
        self.prepare()
        dh.fill(0.0)
        dc.fill(0.0)
        forget = self.gates[..., 2 * n : 3 * n]
        backwards = (a[::-1] for a in (self.delta, self.factor, arrived, self.through, forget))
        for delta, factor, direct, through, f in zip(*backwards, strict=True):
            dh += direct
            np.multiply(dh, through, out=one)
            dc += one
            for k in (0, n, 2 * n):
                np.multiply(factor[:, k : k + n], dc, out=delta[:, k : k + n])
            np.multiply(factor[:, 3 * n :], dh, out=delta[:, 3 * n :])
            dc *= f
            delta.dot(self.W, out=dh)
        np.dot(flat(self.delta).T, flat(self.states[:-1]), out=self.dW)
        np.dot(flat(self.delta).T, flat(x), out=self.dU)
        flat(self.delta).sum(axis=0, out=self.db)

    def gradients(self) -> dict[str, Array]:
        stacked = {"W": self.dW, "U": self.dU, "b": self.db}
        return {
            f"{stem}_{gate}": a
            for stem, s in stacked.items()
            for gate, a in zip(self.ORDER, np.split(s, 4), strict=True)
        }


class Gru:
    """Cho et al. 2014, the reset gate after the product; columns in the order m, r, z, n, m being what r multiplies."""

    def __init__(self, p: Problem) -> None:
        tau, batch, n = p.size.tau, p.size.batch, p.size.hidden
        names = {"W": ("W_n", "W_r", "W_z"), "U": ("U_r", "U_z", "U_n"), "b": ("d_n", "b_r", "b_z", "b_n")}
        self.W, self.U, self.b = (np.concatenate([p.parameters[name] for name in names[stem]]) for stem in "WUb")
        self.states = np.zeros((tau + 1, batch, n), p.dtype)
        self.parts, self.delta, self.factor = (np.zeros((tau, batch, 4 * n), p.dtype) for _ in range(3))
        self.product = np.zeros((batch, 3 * n), p.dtype)
        self.one, self.dh = (np.zeros((batch, n), p.dtype) for _ in range(2))
        self.dW, self.dU, self.db = (np.zeros_like(a) for a in (self.W, self.U, self.b))

    def forward(self, x: Array) -> None:
        h, n, one, product, turned = self.states, self.one.shape[-1], self.one, self.product, self.W.T.copy()
        flat(self.parts)[:, n:] = flat(x) @ self.U.T
        self.parts[..., :n] = 0.0
        self.parts += self.b
        for before, now, parts in zip(h[:-1], h[1:], self.parts, strict=True):
            before.dot(turned, out=product)
            parts[:, : 3 * n] += product
            squash(parts[:, n : 3 * n])
            m, r, z, new = (parts[:, k * n : (k + 1) * n] for k in range(4))
            np.multiply(r, m, out=one)
            new += one
            np.tanh(new, out=new)
            np.subtract(before, new, out=one)
            one *= z
            np.add(new, one, out=now)

    def prepare(self) -> None:
        """What the adjoint of h is multiplied by in each column, for all steps at once."""
        n = self.one.shape[-1]
        m, r, z, new = (self.parts[..., k * n : (k + 1) * n] for k in range(4))
        to_m, to_r, to_z, to_new = (self.factor[..., k * n : (k + 1) * n] for k in range(4))
        np.multiply(new, new, out=to_new)
        np.subtract(1.0, to_new, out=to_new)
        np.subtract(1.0, z, out=to_z)
        to_new *= to_z
        to_z *= z
        np.subtract(self.states[:-1], new, out=to_m)
        to_z *= to_m
        np.multiply(to_new, r, out=to_m)
        np.subtract(1.0, r, out=to_r)
        to_r *= to_m
        to_r *= m

    def backward(self, x: Array, arrived: Array) -> None:
        n, dh, one = self.one.shape[-1], self.dh, self.one
        self.prepare()
        dh.fill(0.0)
        backwards = (a[::-1] for a in (self.delta, self.factor, arrived, self.parts[..., 2 * n : 3 * n]))
        for delta, factor, direct, z in zip(*backwards, strict=True):
            dh += direct
            for k in (0, n, 2 * n, 3 * n):
                np.multiply(factor[:, k : k + n], dh, out=delta[:, k : k + n])
            dh *= z
            np.dot(delta[:, : 3 * n], self.W, out=one)
            dh += one
        np.dot(flat(self.delta)[:, : 3 * n].T, flat(self.states[:-1]), out=self.dW)
        np.dot(flat(self.delta)[:, n:].T, flat(x), out=self.dU)
        flat(self.delta).sum(axis=0, out=self.db)

    def gradients(self) -> dict[str, Array]:
        return {
            **dict(zip(("W_n", "W_r", "W_z"), np.split(self.dW, 3), strict=True)),
            **dict(zip(("U_r", "U_z", "U_n"), np.split(self.dU, 3), strict=True)),
            **dict(zip(("d_n", "b_r", "b_z", "b_n"), np.split(self.db, 4), strict=True)),
        }


class Readout:
    """The mean squared error of bias + V h(t)."""

    def __init__(self, p: Problem, bias: str) -> None:
        self.bias, self.c, self.V = bias, p.parameters[bias].copy(), p.parameters["V"].copy()
        self.error, self.arrived = np.zeros_like(p.y), np.zeros((p.size.tau, p.size.batch, p.size.hidden), p.dtype)
        self.dc, self.dV, self.loss = np.zeros_like(self.c), np.zeros_like(self.V), 0.0

    def forward(self, h: Array, y: Array) -> None:
        error = self.error
        np.dot(flat(h), self.V.T, out=flat(error))
        error += self.c
        error -= y
        self.loss = float(np.vdot(error, error)) / error.size

    def backward(self, h: Array) -> None:
        error = self.error
        error *= 2.0 / error.size
        np.dot(flat(error), self.V, out=flat(self.arrived))
        np.dot(flat(error).T, flat(h), out=self.dV)
        flat(error).sum(axis=0, out=self.dc)

    def gradients(self) -> dict[str, Array]:
        return {self.bias: self.dc, "V": self.dV}


class Answer(Readout):
    """The cross-entropy of c + V h(τ)."""

    def forward(self, h: Array, y: Array) -> None:
        share = self.error
        np.dot(h[-1], self.V.T, out=share)
        share += self.c
        share -= share.max(axis=-1, keepdims=True)
        np.exp(share, out=share)
        share /= share.sum(axis=-1, keepdims=True)
        self.loss = -float(np.vdot(y, np.log(share))) / len(y)
        share -= y

    def backward(self, h: Array) -> None:
        error = self.error
        error *= 1.0 / len(error)
        np.dot(error, self.V, out=self.arrived[-1])
        np.dot(error.T, h[-1], out=self.dV)
        error.sum(axis=0, out=self.dc)


class Network:
    """A layer and its readout."""

    def __init__(self, p: Problem, layer: Layer, bias: str, readout: type[Readout] = Readout) -> None:
        self.layer, self.readout = layer, readout(p, bias)

    def run(self, x: Array, y: Array) -> None:
        h = self.layer.states[1:]
        self.layer.forward(x)
        self.readout.forward(h, y)
        self.readout.backward(h)
        self.layer.backward(x, self.readout.arrived)

    def gradients(self) -> Mapping[str, Array]:
        return self.layer.gradients() | self.readout.gradients()


def _passes(p: Problem, layer: Layer, bias: str) -> Contestant:
    network = Network(p, layer, bias)
    return Contestant(lambda: network.run(p.x, p.y), network.gradients)


def rnn(p: Problem) -> Contestant:
    """Forward and backward of the tanh network."""
    return _passes(p, Elman(p), "c")


def lstm(p: Problem) -> Contestant:
    """Forward and backward of the LSTM."""
    return _passes(p, Lstm(p), "d")


def gru(p: Problem) -> Contestant:
    """Forward and backward of the GRU."""
    return _passes(p, Gru(p), "d")


class Adam:
    """Kingma & Ba 2015, algorithm 1, on one vector, in place."""

    def __init__(self, size: int, dtype: Any) -> None:
        self.first, self.second, self.root, self.moved = (np.zeros(size, dtype) for _ in range(4))
        self.step = 0

    def update(self, theta: Array, gradient: Array) -> None:
        first, second, root, moved = self.first, self.second, self.root, self.moved
        self.step += 1
        first *= BETA_1
        np.multiply(gradient, 1 - BETA_1, out=moved)
        first += moved
        second *= BETA_2
        np.multiply(gradient, gradient, out=moved)
        moved *= 1 - BETA_2
        second += moved
        np.sqrt(second, out=root)
        root *= (1 - BETA_2**self.step) ** -0.5
        root += EPSILON
        np.divide(first, root, out=moved)
        moved *= RATE / (1 - BETA_1**self.step)
        theta -= moved


def training(p: Problem, windows: Windows, carry: bool = True) -> Contestant:
    """A step of the article's training; with nothing carried, of that with one answer at the end.

    All parameters, and all gradients, are views of one vector.
    """
    layer = Elman(p)
    network = Network(p, layer, "c", Readout if carry else Answer)
    theta, gradient = (np.zeros(sum(a.size for a in p.parameters.values()), p.dtype) for _ in range(2))
    place = 0
    for owner, names in ((layer, ("b", "W", "U")), (network.readout, ("c", "V"))):
        for name in names:
            shape, end = p.parameters[name].shape, place + p.parameters[name].size
            theta[place:end] = p.parameters[name].reshape(-1)
            setattr(owner, name, theta[place:end].reshape(shape))
            setattr(owner, f"d{name}", gradient[place:end].reshape(shape))
            place = end
    adam, done = Adam(theta.size, p.dtype), [0]

    def step() -> None:
        x, y = windows[done[0] % len(windows)]
        network.run(x, y)
        adam.update(theta, gradient)
        if carry:
            layer.states[0] = layer.states[-1]
        done[0] += 1

    return Contestant(step, network.gradients)
