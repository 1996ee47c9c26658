"""Recurrences of the chapter and beyond, in the language's own words: the measure of the language and the engine."""

from __future__ import annotations

HEAD = "o[t] = c + V @ h[t]; L[t] = cross_entropy(o[t], y[t]); loss = sum(L[t])"
ELMAN = "h[t] = tanh(b + W @ h[t-1] + U @ x[t])"


def gate(name: str, squash: str = "sigmoid") -> str:
    return f"{name}[t] = {squash}(b_{name} + U_{name} @ x[t] + W_{name} @ h[t-1])"


LSTM = "; ".join(
    [
        *(gate("i"), gate("f"), gate("o"), gate("g", "tanh")),
        *("c[t] = f[t] * c[t-1] + i[t] * g[t]", "h[t] = o[t] * tanh(c[t])", "p[t] = d + V @ h[t]"),
        *("L[t] = mse(p[t], y[t])", "loss = mean(L[t])", "b_f ~ 1"),
    ]
)
GRU = "; ".join(
    [
        *(gate("r"), gate("z"), "n[t] = tanh(b_n + U_n @ x[t] + r[t] * (d_n + W_n @ h[t-1]))"),
        *("h[t] = (1 - z[t]) * n[t] + z[t] * h[t-1]", "p[t] = d + V @ h[t]"),
        *("L[t] = mse(p[t], y[t])", "loss = mean(L[t])"),
    ]
)
REGRESSION = f"{ELMAN}; o[t] = c + V @ h[t]; L[t] = mse(o[t], y[t]); loss = mean(L[t])"
BOTH_WAYS = "g[t] = tanh(d + R @ g[t+1] + Q @ x[t]); o[t] = c + V @ h[t] + P @ g[t]"
HOPFIELD = "given P, s0; W = offdiagonal(transpose(P) @ P); s[0] = s0"

RECURRENCES = {
    "dynamics": "f(s) = tanh(b + W @ s); s[1] = s1; s[t] = f(s[t-1])",
    "driven": "f(h, x) = tanh(b + W @ h + U @ x); h[t] = f(h[t-1], x[t])",
    "dense": "given x, z; y = tanh(b + W @ x); loss = mse(y, z)",
    "rnn": f"a[t] = b + W @ h[t-1] + U @ x[t]; h[t] = tanh(a[t]); {HEAD}; yhat[t] = softmax(o[t])",
    "rnn-regression": REGRESSION,
    "output-recurrence": f"a[t] = b + W @ o[t-1] + U @ x[t]; h[t] = tanh(a[t]); {HEAD}",
    "last-output": f"given y; {ELMAN}; o = c + V @ h[tau]; loss = cross_entropy(o, y)",
    "teacher-forcing": f"h[t] = tanh(b + W @ y[t-1] + U @ x[t]); {HEAD}",
    "vector-to-sequence": f"given x; h[t] = tanh(b + W @ h[t-1] + U @ y[t-1] + R @ x); {HEAD}",
    "bidirectional": f"{ELMAN}; {BOTH_WAYS}; L[t] = cross_entropy(o[t], y[t]); loss = sum(L[t])",
    "deep": f"{ELMAN}; z[t] = tanh(d + R @ z[t-1] + Q @ h[t]); {HEAD.replace('V @ h', 'V @ z')}",
    "leaky": f"h[t] = alpha * h[t-1] + (1 - alpha) * tanh(b + W @ h[t-1] + U @ x[t]); {HEAD}; alpha ~ 0.9",
    "lstm": LSTM,
    "gru": GRU,
    "hopfield": f"{HOPFIELD}; s[t] = sign(W @ s[t-1]); E[t] = -1/2 * s[t] @ W @ s[t]",
    "hopfield, asynchronous": f"{HOPFIELD}; s[t] = u[t] * sign(W @ s[t-1]) + (1 - u[t]) * s[t-1]",
    "two lags": f"h[t] = tanh(b + W @ h[t-1] + S @ h[t-3] + U @ x[t]); {HEAD}",
    "clockwork": f"h[t] = q[t] * tanh(b + W @ h[t-1] + U @ x[t]) + (1 - q[t]) * h[t-1]; {HEAD}",
    "narx": f"h[t] = tanh(b + W @ o[t-1] + R @ o[t-2] + U @ x[t] + Q @ x[t-1]); {HEAD}",
    "convolution": "y[t] = alpha * x[t] + beta * x[t-1]",
    "embedding": f"e[t] = E @ x[t]; h[t] = tanh(b + W @ h[t-1] + U @ e[t]); {HEAD}",
    "fast weights": "A[t] = lambda * A[t-1] + eta * outer(h[t-1], h[t-1]); "
    f"h[t] = tanh(b + W @ h[t-1] + A[t] @ h[t-1] + U @ x[t]); {HEAD}",
    "whole and moments": "h[t] = tanh(U @ x[t] + W @ h[t-1] / (2 + beta * x[t-1] @ x[t-1])); v = mean(h[t]); "
    "loss = sum(v * v) + sum(h[tau] ** 2) + exp(h[1] @ h[2])",
    "two ways to one node": "h[t] = tanh(W @ h[t-1] + x[t]); loss = sum(V @ h[tau]) + sum(h[2] ** 2) + h[1] @ h[2]",
    "from the end": "g[tau+1] = g0; g[t] = tanh(R @ g[t+1] + Q @ x[t] + S @ g[t+2]); loss = mean(g[t] @ g[t])",
    "a start read": "h[0] = tanh(k); h[t] = tanh(W @ h[t-1] + U @ x[t]); loss = sum(h[0] * h[tau])",
    "a mean so far": "m[t] = m[t-1] + (x[t] - m[t-1]) / t; L[t] = (1 - beta) * m[t] @ m[t]; loss = sum(t * L[t]) / tau",
    "an encoder into a decoder": f"{ELMAN}; s[0] = h[tau]; s[t] = tanh(R @ s[t-1]); {HEAD.replace('V @ h', 'V @ s')}",
    "a backward encoder": "g[t] = tanh(R @ g[t+1] + Q @ x[t]); s[0] = tanh(P @ g[1]); s[t] = tanh(W @ s[t-1] + g[t]); "
    "loss = sum(s[tau] ** 2)",
    "one input, the last output": "h[t] = tanh(W @ h[t-1] + [t = 1] * U @ x[t]); o[t] = c + V @ h[t]; "
    "loss = sum([t = tau] * cross_entropy(o[t], y[t]))",
    "computed matrix": "given x; M = transpose(Q) @ Q; h[t] = tanh(M @ h[t-1] + x); loss = sum(h[tau])",
}

ROWS = {
    "dynamics": "s",
    "driven": "x h",
    "rnn": "x h o L y",
    "rnn-regression": "x h o L y",
    "output-recurrence": "x h o L y",
    "last-output": "x h o loss y",
    "teacher-forcing": "x h o L y",
    "vector-to-sequence": "x h o L y",
    "bidirectional": "x h g o L y",
    "deep": "x h z o L y",
    "leaky": "x h o L y",
    "lstm": "x c h p L y",
    "gru": "x h p L y",
    "hopfield": "s E",
}
"""The figures of the chapter's recurrences, from the bottom row to the top."""
