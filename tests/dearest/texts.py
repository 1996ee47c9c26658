"""Families of texts that grow: each is written for a number, with names of its own, so that several fit in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from tests.fuzz.grammar import invent

Family = Callable[[str, int], str]
GATES = ("input", "forget", "output", "new")


def _product(p: str, n: int) -> str:
    return f"{p}h[t] = {p}h[t-1]" + f"*{p}a" * n


def _sum(p: str, n: int) -> str:
    return f"{p}h[t] = tanh({p}h[t-1]" + "".join(f"+{p}a{i}*{p}x[t]" for i in range(n)) + ")"


def _nested(p: str, n: int) -> str:
    return f"{p}f(x) = x*x\n{p}h[t] = " + f"{p}f(" * n + f"{p}h[t-1]" + ")" * n


def _doubling(p: str, n: int) -> str:
    lines = [f"{p}f0(x) = x", f"{p}f1(x) = x+1"]
    lines += [f"{p}f{i}(x) = {p}f{i - 1}(x) + {p}f{i - 2}(x)" for i in range(2, n + 2)]
    return "\n".join((*lines, f"{p}h[t] = {p}f{n + 1}({p}h[t-1])"))


def _unused(p: str, n: int) -> str:
    lines = [f"{p}f0(x, y) = x*y"]
    lines += [f"{p}f{i}(x, y) = {p}f{i - 1}({p}f{i - 1}(x, y), y)" for i in range(1, n)]
    return "\n".join((*lines, f"{p}h[t] = {p}f{n - 1}({p}h[t-1], 2)" if n else f"{p}h[t] = {p}h[t-1]"))


def _all_before(p: str, n: int) -> str:
    lines = ["+".join([*(f"{p}v{j}[t]" for j in range(i)), f"{p}v{i}[t-1]"]) for i in range(n)]
    return "\n".join(f"{p}v{i}[t] = tanh({line})" for i, line in enumerate(lines))


def _all_of_all(p: str, n: int) -> str:
    return "\n".join(f"{p}v{i}[t] = tanh({'+'.join(f'{p}v{j}[t-1]' for j in range(n))})" for i in range(n))


def _some_of_some(p: str, n: int) -> str:
    rng = Random(n)
    lines = []
    for i in range(n):
        now = [f"{p}v{j}[t]" for j in rng.sample(range(i), min(i, rng.randint(0, 3)))]
        before = [f"{p}v{j}[t-{rng.choice((1, 1, 2, 5))}]" for j in rng.sample(range(n), min(n, rng.randint(1, 3)))]
        lines.append(f"{p}v{i}[t] = tanh({'+'.join(now + before)})")
    return "\n".join(lines)


def _chain(p: str, n: int) -> str:
    return "\n".join((f"{p}v0[t] = tanh({p}v0[t-1])", *(f"{p}v{i}[t] = tanh({p}v{i - 1}[t])" for i in range(1, n))))


def _states(p: str, n: int) -> str:
    return "\n".join(f"{p}v{i}[t] = tanh({p}W{i} @ {p}v{i}[t-1] + {p}v{max(i - 1, 0)}[t-1])" for i in range(n or 1))


def _lags(p: str, n: int) -> str:
    return f"{p}h[t] = tanh(" + "+".join(f"{p}h[t-{i}]" for i in range(1, n + 1)) + ")"


def _matrices(p: str, n: int) -> str:
    return f"{p}h[t] = tanh(" + f"{p}W @ " * n + f"{p}h[t-1])"


def _outer(p: str, n: int) -> str:
    lines = (f"{p}M{i}[t] = {p}M{i}[t-1] + outer({p}x[t], {p}x[t])" for i in range(n))
    return "\n".join((*lines, f"{p}h[t] = " + "+".join([f"{p}M{i}[t] @ {p}h[t-1]" for i in range(n)] or ["1"])))


def _products_of_matrices(p: str, n: int) -> str:
    return "\n".join(f"{p}M{i}[t] = {p}A @ {p}M{i}[t-1] @ {p}A" for i in range(n or 1))


def _parameters(p: str, n: int) -> str:
    rows = [range(k, min(k + 30, n)) for k in range(0, n, 30)]
    sums = ["+".join(f"{p}p{j}" for j in row) for row in rows] or ["1"]
    return "\n".join(f"{p}s{i}[t] = ({row}) * {p}s{i}[t-1]" for i, row in enumerate(sums))


def _starts(p: str, n: int) -> str:
    return "\n".join((*(f"{p}h[{-i}] = {p}a{i}" for i in range(n)), f"{p}h[t] = {p}h[t-1]*{p}h[t-{n or 1}]"))


def _moments(p: str, n: int) -> str:
    return f"{p}h[t] = tanh({p}h[t-1])\n{p}o = " + "+".join(f"{p}h[{i}]" for i in range(1, n + 2))


def _pools(p: str, n: int) -> str:
    lines = (f"{p}m{i} = mean({p}h[t] ** {i + 1})" for i in range(n))
    return "\n".join((f"{p}h[t] = tanh({p}h[t-1] + {p}x[t])", *lines))


def _squares_of_pools(p: str, n: int) -> str:
    lines = (f"{p}h{i}[t] = {p}h{i}[t-1] + {p}m{i - 1}\n{p}m{i} = mean({p}h{i}[t])" for i in range(1, n + 1))
    return "\n".join((f"{p}m0 = {p}a", *lines))


def _ahead(p: str, n: int) -> str:
    lines = (f"{p}b{i}[t] = tanh({p}b{i}[t+1] + {p}b{i - 1}[t])" for i in range(1, n))
    return "\n".join((f"{p}b0[t] = tanh({p}b0[t+1] + {p}x[t])", *lines))


def _gated(p: str, n: int) -> str:
    lines = []
    for i in range(n or 1):
        below = f"{p}h{i - 1}[t]" if i else f"{p}x[t]"
        lines += [
            f"{p}z{i}[t] = sigmoid({p}b{i} + {p}U{i} @ {below} + {p}W{i} @ {p}h{i}[t-1])",
            f"{p}h{i}[t] = {p}z{i}[t]*{p}h{i}[t-1] + (1-{p}z{i}[t])*tanh({p}V{i} @ {below})",
        ]
    return "\n".join(lines)


def _gates_of_one(p: str, n: int) -> str:
    gates = [f"{p}z{i}[t] = sigmoid({p}b{i} + {p}W{i} @ {p}h[t-1] + {p}U{i} @ {p}x[t])" for i in range(n)]
    return "\n".join((*gates, f"{p}h[t] = {p}h[t-1]" + "".join(f"*{p}z{i}[t]" for i in range(n)) + f" + {p}x[t]"))


def _kinks(p: str, n: int) -> str:
    return f"{p}h[t] = " + "relu(" * n + f"{p}W @ {p}h[t-1]" + ")" * n


def _powers(p: str, n: int) -> str:
    return f"{p}h[t] = {p}h[t-1]" + "**2" * n


def _brackets(p: str, n: int) -> str:
    return f"{p}h[t] = " + "(" * n + f"{p}h[t-1]" + ")" * n


def _signs(p: str, n: int) -> str:
    return f"{p}h[t] = " + "-" * n + f"{p}h[t-1]"


def _typos(p: str, n: int) -> str:
    return "\n".join(f"{p}h{i}[t] = tahn{i}({p}h{i}[t-1]) + sgimoid{i}({p}q)" for i in range(n))


def _typo(p: str, n: int) -> str:
    return f"{p}h[t] = " + "+".join(f"tahn{i}({p}h[t-1])" for i in range(n or 1))


def _unread(p: str, n: int) -> str:
    return "\n".join(f"{p}h{i}[t] = = {p}x[t] )" for i in range(n))


def _broken(p: str, n: int) -> str:
    return f"{p}h[t] = " + f"{p}a ) ( {p}b[ " * n


def _long_name(p: str, n: int) -> str:
    return f"given {p}{'ab' * n}\n{p}h[t] = {p}h[t-1]"


def _givens(p: str, n: int) -> str:
    return f"given {','.join(f'{p}g{i}' for i in range(n or 1))}\n{p}h[t] = {p}h[t-1]"


def _declared(p: str, n: int) -> str:
    lines = (f"{p}W{i}: 3 x 4" for i in range(n))
    return "\n".join((*lines, f"{p}h[t] = {p}h[t-1]" + "".join(f" + {p}W{i}" for i in range(n))))


def _open_ranks(p: str, n: int) -> str:
    rng = Random(n)
    names = [f"{p}v{i}" for i in range(n or 1)]
    ops = ("@", "*", "+", "@")
    return "\n".join(f"{v}[t] = {rng.choice(names)}[t-1] {rng.choice(ops)} {rng.choice(names)}[t-1]" for v in names)


def _ring(p: str, n: int) -> str:
    n = n or 1
    return "\n".join(f"{p}v{i}[t] = {p}v{(i + 1) % n}[t-1] @ {p}v{(i + 2) % n}[t-1]" for i in range(n))


def _clash(p: str, n: int) -> str:
    lines = (f"{p}v{i}[t] = {p}v{i}[t-1] @ {p}v{i - 1}[t-1] + outer({p}v{i}[t-1], {p}x[t])" for i in range(1, n))
    return "\n".join((f"{p}v0[t] = {p}v0[t-1] @ {p}x[t]", *lines))


def _stacked(p: str, n: int) -> str:
    """LSTMs, each fed by the one before; their names take room."""
    lines, fed = list[str](), f"{p}x[t]"
    for i in range(n or 1):
        own, before = f"{p}layer_{i}", f"{p}hidden_{p}layer_{i}[t-1]"
        for gate, squashed in zip(GATES, ("sigmoid", "sigmoid", "sigmoid", "tanh"), strict=True):
            U, W, b = (f"{p}{parameter}_{gate}_{own}" for parameter in "UWb")
            lines.append(f"{p}{gate}_{own}[t] = {squashed}({b} + {U} @ {fed} + {W} @ {before})")
        kept, added = f"{p}forget_{own}[t] * {p}cell_{own}[t-1]", f"{p}input_{own}[t] * {p}new_{own}[t]"
        lines += [
            f"{p}cell_{own}[t] = {kept} + {added}",
            f"{p}hidden_{own}[t] = {p}output_{own}[t] * tanh({p}cell_{own}[t])",
        ]
        fed = f"{p}hidden_{own}[t]"
    return "\n".join((*lines, f"{p}L[t] = mse({fed}, {p}y[t])"))


def _conditions(p: str, n: int) -> str:
    return f"{p}h[t] = {p}h[t-1] + " + "+".join(f"(t == {i + 1})*{p}a{i}" for i in range(n or 1))


def _inverse(p: str, n: int) -> str:
    return f"{p}h[t] = " + f"inverse({p}W + " * n + f"{p}W" + ")" * n + f" @ {p}h[t-1]"


def _softmax(p: str, n: int) -> str:
    return f"{p}h[t] = " + "softmax(" * n + f"{p}W @ {p}h[t-1]" + ")" * n + f"\n{p}L = cross_entropy({p}h[tau], {p}y)"


def _concat(p: str, n: int) -> str:
    return f"{p}h[t] = tanh({p}W @ concat({p}h[t-1]{f', {p}x[t]' * max(n, 1)}))"


def _invented(p: str, n: int) -> str:
    return invent(n).text


FAMILIES: Mapping[str, Family] = {
    name.removeprefix("_"): made
    for name, made in list(globals().items())
    if name.startswith("_") and not name.startswith("__") and callable(made)
}
