"""Every problem that the language can say: a text that is refused, words of what is said, and a text that is right.

The right text says what the wrong one means, as far as the language can. The tests try both, and that no problem is
without an example; `/language` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.limits import limit


class RefusedText(NamedTuple):
    """A text that is refused, words of the problem, and a text that is not; `given` stands beside them."""

    wrong: str
    words: str
    right: str
    given: Mapping[str, Any] = {}
    right_given: Mapping[str, Any] | None = None


H, G = "h[t] = tanh(W @ h[t-1])", "h[t] = tanh(h[t-1])"

SIGNS = (
    RefusedText("h[t] = W @ $", "'$' is not part of the language", "h[t] = W @ x[t]"),
    RefusedText("h[t] = h[t-1]^2", "'^' is not part of the language", "h[t] = h[t-1]**2"),
    RefusedText("h^1[t] = tanh(h^1[t-1])", "'^' is not part of the language", "h_1[t] = tanh(h_1[t-1])"),
    RefusedText("h[t] = W.T @ x[t]", "'.' is not part of the language", "h[t] = transpose(W) @ x[t]"),
    RefusedText("h[t] = torch.tanh(x[t])", "'.' is not part of the language", "h[t] = tanh(x[t])"),
    RefusedText("h[t] = [t % 2 = 0] * h[t-1]", "'%' is not part of the language", "h[t] = m[t] * h[t-1]"),
    RefusedText("状态[t] = tanh(状态[t-1])", "no letter that formulas are set with", "state[t] = tanh(state[t-1])"),
    RefusedText("h[t] = tanh(W h[t-1])", "expected an operator between W and h", H),
    RefusedText("h[t] = 2 x[t]", "expected an operator between 2 and x", "h[t] = 2 * x[t]"),
    RefusedText("h[t] = 0,5 * x[t]", "found ','", "h[t] = 0.5 * x[t]"),
    RefusedText("h[t] = x[t] and y[t]", "found 'and'", "h[t] = x[t] * y[t]"),
    RefusedText("h[t] = x[t] if m[t] else y[t]", "found 'if'", "h[t] = where(m[t], x[t], y[t])"),
    RefusedText("h[t] = x[t] == y[t]", "found '='", "h[t] = (x[t] <= y[t]) * (x[t] >= y[t])"),
    RefusedText("0 < x[t] < 1", "expected a name at the start", "y[t] = (0 < x[t]) * (x[t] < 1)"),
    RefusedText("tanh(x[t]) + 1", "a value, and no name for it", "y[t] = tanh(x[t]) + 1"),
    RefusedText("a < b < c", "expected '='", "y[t] = (a < b) * (b < c)"),
    RefusedText("h[t] = (0 < x[t] < 1) * x[t]", "not chained", "h[t] = (0 < x[t]) * (x[t] < 1) * x[t]"),
    RefusedText("h[t] = tanh(x[t]))", "found ')'", "h[t] = tanh(x[t])"),
)
"""Signs and what stands between values."""

BRACKETS = (
    RefusedText("h[t] = tanh(x[t]", "expected ')' after the arguments of tanh", "h[t] = tanh(x[t])"),
    RefusedText("h[t] = (x[t] + b", "expected ')' to close the bracket", "h[t] = (x[t] + b)"),
    RefusedText("h[t] = x[t] +", "expected a value, found the end of the line", "h[t] = x[t] + b"),
    RefusedText("h[t] = x[t", "expected ']' after the moment", "h[t] = x[t]"),
    RefusedText("h[t] = [1] * x[t]", "expected t, found '1'", "h[t] = [t = 1] * x[t]"),
    RefusedText("h[t] = [s = 1] * x[t]", "a condition on t", "h[t] = [t = 1] * x[t]"),
    RefusedText("h[t] = [t] * x[t]", "expected '=' in the condition", "h[t] = t * x[t]"),
    RefusedText("h[t] = [t = t-1] * x[t]", "names a fixed moment", "h[t] = [t = tau] * x[t]"),
    RefusedText("f(x = tanh(x); h[t] = f(x[t])", "expected ')' after the arguments", "f(x) = tanh(x); h[t] = f(x[t])"),
    RefusedText(
        "f(x) tanh(x); h[t] = f(x[t])", "expected '=' after the function's head", "f(x) = tanh(x); h[t] = f(x[t])"
    ),
    RefusedText("h(t) = tanh(W h(t-1))", "a moment stands in square brackets", H),
    RefusedText("f(2) = tanh(2); h[t] = f(x[t])", "expected an argument's name", "f(x) = tanh(x); h[t] = f(x[t])"),
    RefusedText("f(x, 2) = x; h[t] = f(x[t], 2)", "expected an argument's name", "f(x, k) = k * x; h[t] = f(x[t], 2)"),
    RefusedText("W ~ normal(0.5; h[t] = W @ x[t]", "expected ')' after the number", "W ~ normal(0.5); h[t] = W @ x[t]"),
    RefusedText(
        "h[t] = W @ x[t]; W ~ [[1, 2], 3]", "expected '[' before a row", "h[t] = W @ x[t]; W ~ [[1, 2], [3, 4]]"
    ),
    RefusedText("h[t] = b * x[t]; b ~ [1, 2", "expected ']' after the numbers", "h[t] = b * x[t]; b ~ [1, 2]"),
    RefusedText("h[t] = W @ x[t]; W ~ [[1, 2]", "expected ']' after the rows", "h[t] = W @ x[t]; W ~ [[1, 2]]"),
    RefusedText("h[t] = W @ x[t]; W ~ [[1, 2], [3]]", "of one length", "h[t] = W @ x[t]; W ~ [[1, 2], [3, 4]]"),
    RefusedText("W ~ (1); h[t] = W @ x[t]", "expected a number", "W ~ 1; h[t] = W @ x[t]"),
    RefusedText("W: ; h[t] = W @ x[t]", "expected scalar, vector, matrix or sizes", "W: matrix; h[t] = W @ x[t]"),
    RefusedText("2: scalar; h[t] = W @ x[t]", "expected a name", "W: matrix; h[t] = W @ x[t]"),
    RefusedText("W, 2: matrix; h[t] = W @ x[t]", "expected a name", "W: matrix; h[t] = W @ x[t]"),
    RefusedText("W: 3, 4; h[t] = W @ x[t]", "expected x between two sizes", "W: 3 x 4; h[t] = W @ x[t]"),
    RefusedText("x: 0; h[t] = W @ x[t]", "a size is a whole number from 1", "x: 2; h[t] = W @ x[t]"),
    RefusedText("x: 2.5; h[t] = W @ x[t]", "a size is a whole number from 1", "x: 2; h[t] = W @ x[t]"),
    RefusedText(f"h[t] = {'(' * 200}x[t]{')' * 200}", "nested deeper", "h[t] = x[t]"),
)
"""Brackets, and what stands in them."""

LINES = (
    RefusedText("2 * h[t] = x[t]", "expected a name at the start of the line", "h[t] = x[t] / 2"),
    RefusedText("h[t] tanh(x[t])", "expected '=' after what the line defines", "h[t] = tanh(x[t])"),
    RefusedText("h[t] <- tanh(x[t])", "expected '=' after what the line defines", "h[t] = tanh(x[t])"),
    RefusedText("h[t] += x[t]", "expected '='", "h[t] = h[t-1] + x[t]"),
    RefusedText("h[t+1] = tanh(W @ h[t] + U @ x[t])", "a line defines h at t", "h[t] = tanh(W @ h[t-1] + U @ x[t-1])"),
    RefusedText("for t in range(5): h[t] = x[t]", "found", "h[t] = x[t]"),
    RefusedText("given 2; h[t] = x[t]", "expected", "given b; h[t] = x[t] + b"),
    RefusedText("given b, ; h[t] = x[t] + b", "expected a name", "given b; h[t] = x[t] + b"),
    RefusedText("given b c; h[t] = x[t] + b", "found 'c'", "given b, c; h[t] = x[t] + b * c"),
    RefusedText("a[t], b = split(x[t])", "as one value each", "a[t], b[t] = split(x[t])"),
    RefusedText("a[t], b[t-1] = split(x[t])", "all defined at t", "a[t], b[t] = split(x[t])"),
    RefusedText("a[t], 2 = split(x[t])", "expected a name that the line defines", "a[t], b[t] = split(x[t])"),
    RefusedText("h[t], c[t] = tanh(x[t])", "the equal parts of one vector", "h[t], c[t] = split(tanh(x[t]))"),
    RefusedText("h[t] = split(x[t])", "several names on the left", "h[t], c[t] = split(x[t])"),
    RefusedText("a[t], b[t] split(x[t])", "expected '='", "a[t], b[t] = split(x[t])"),
    RefusedText(
        "i[t] = sigmoid(a[t][0:4])", "entries are not read by their numbers", "i[t], f[t] = split(sigmoid(a[t]))"
    ),
    RefusedText("h[t] = cos(" + "cos(" * 99 + "x[t]" + ")" * 100, "nested deeper", "h[t] = cos(x[t])"),
    RefusedText("H[t] = W" + " @ W" * 200, "operations within one another", "V = W @ W; H[t] = V @ V"),
    RefusedText("", "there is no equation", H),
    RefusedText("#" * (limit("equations_length") + 1), "longer than", H),
    RefusedText(";".join(f"h{i}[t] = x[t]" for i in range(limit("equations_count") + 1)), "more than", H),
)
"""Whole lines, and texts."""

MOMENTS = (
    RefusedText("y[t] = x[t-k]", "a lag is a literal whole number", "y[t] = x[t-2]"),
    RefusedText("y[t] = y[t-tau] + x[t]", "a lag is a literal whole number", "y[t] = y[t-17] + x[t]"),
    RefusedText("h[t] = x[t-1.5]", "expected a whole number of steps", "h[t] = (x[t-1] + x[t-2]) / 2"),
    RefusedText(G + "; o = h[T]", "'T' is not a moment", G + "; o = h[tau]"),
    RefusedText(G + "; o = h[-1]", "h[-1] lies before the run", G + "; o = h[tau]"),
    RefusedText(G + "; s[0] = h[-2]; s[t] = tanh(s[t-1])", "h[-2] lies", G + "; s[0] = h[tau-1]; s[t] = tanh(s[t-1])"),
    RefusedText("h[t] = x[i]", "'i' is not a moment", "h[t] = x[t]"),
    RefusedText("h[t] = tau[1] * x[t]", "has no moment", "h[t] = tau * x[t]"),
    RefusedText(f"h[t] = x[t-{limit('tau') + 1}]", "steps away", "h[t] = x[t-1]"),
    RefusedText("h[t] = 1e999 * x[t]", "a number is too large", "h[t] = 1e9 * x[t]"),
    RefusedText("h[t] = 9007199254740993 * x[t]", "would be rounded", "h[t] = 9007199254740992. * x[t]"),
)
"""Moments, and numbers."""

NAMES = (
    RefusedText("t = x[tau]", "t is reserved", "s = x[tau]"),
    RefusedText("∇h[t] = x[t]", "the adjoints that are derived", "g[t] = x[t]"),
    RefusedText("h[t] = ∇h[t-1] + x[t]", "∇h is an adjoint", "h[t] = g[t-1] + x[t]"),
    RefusedText("sum_t(x) = x; h[t] = sum_t(x[t])", "has a meaning already", "total(x) = x; h[t] = total(x[t])"),
    RefusedText("given[t] = x[t]", "has a meaning already", "input[t] = x[t]"),
    RefusedText(
        "V[t] = beta * V[t-1] + U @ x[t]; s[t] = step(V[t] - theta); V[t] = V[t] - s[t] * theta",
        "V is defined a second time",
        "V[t] = beta * (V[t-1] - s[t-1] * theta) + U @ x[t]; s[t] = step(V[t] - theta)",
    ),
    RefusedText("h[t] = tanh(h[t-1]); h[t] = h[t]", "h is defined a second time", "h[t] = tanh(h[t-1])"),
    RefusedText("f(x) = x; f(x) = 2 * x; h[t] = f(x[t])", "f is defined a second time", "f(x) = 2 * x; h[t] = f(x[t])"),
    RefusedText("loss[t] = x[t] @ x[t]", "loss is one value", "L[t] = x[t] @ x[t]; loss = sum(L[t])"),
    RefusedText(
        "h[t] = x[t] + loss", "loss is read but not defined", "h[t] = x[t]; loss = sum(h[t] @ h[t]); v = loss * 2"
    ),
    RefusedText("f(x, x) = x; h[t] = f(x[t], x[t])", "two arguments called x", "f(x, y) = x; h[t] = f(x[t], x[t])"),
    RefusedText("f(s, t) = s; h[t] = f(x[t], t)", "t is reserved", "f(s) = s; h[t] = f(x[t])"),
    RefusedText("f(a) = f(a); h[t] = f(x[t])", "f calls itself", "h[t] = tanh(h[t-1] + x[t])"),
    RefusedText("f(a) = a + x[t]; h[t] = f(h[t-1])", "no time of its own", "f(a, x) = a + x; h[t] = f(h[t-1], x[t])"),
    RefusedText("f(a) = a * t; h[t] = f(h[t-1])", "f reads t", "f(a, k) = a * k; h[t] = f(h[t-1], t)"),
    RefusedText("h[t] = logistic(x[t])", "there is no function logistic", "h[t] = sigmoid(x[t])"),
    RefusedText("h[t] = W(h[t-1] + x[t])", "there is no function W", "h[t] = W @ (h[t-1] + x[t])"),
    RefusedText("h[t] = tanh(x[t], y[t])", "tanh takes 1 argument, not 2", "h[t] = tanh(x[t] + y[t])"),
    RefusedText("h[t] = concat(x[t])", "two arguments or more", "h[t] = concat(x[t], y[t])"),
    RefusedText("given y; y[t] = x[t]", "y is given and cannot be defined too", "y[t] = x[t]"),
    RefusedText("f(x) = x; h[t] = f + f(x[t])", "f is a function", "f(x) = x; h[t] = 2 * f(x[t])"),
    RefusedText("h[t] = tanh + x[t]", "tanh is a function", "h[t] = tanh(b) + x[t]"),
    RefusedText("h[t] = x + x[t]", "x is one value elsewhere", "h[t] = x[t] + x[t]"),
    RefusedText("v = h[t]", "v is one value, but t is free", "v = sum(h[t])"),
    RefusedText("given z; h[t] = x[t]", "z is given but nothing reads it", "given z; h[t] = x[t] + z"),
    RefusedText("fixed V; h[t] = W @ x[t]", "V is no parameter", "fixed W; h[t] = W @ x[t]"),
    RefusedText("h[t] = x[t]; W ~ 3", "W is no parameter", "h[t] = W @ x[t]; W ~ 3"),
    RefusedText("h[t] = W @ x[t]; W ~ 3; W ~ 1", "W begins a second time", "h[t] = W @ x[t]; W ~ 1"),
    RefusedText("h[t] = W @ x[t]; W ~ xavier", "cannot begin as xavier", "h[t] = W @ x[t]; W ~ uniform"),
    RefusedText("W: scalar; h[t] = W * x[t]; W ~ identity", "begins as a matrix", "h[t] = W @ x[t]; W ~ identity"),
    RefusedText("W: matrix; W: 2 x 2; h[t] = W @ x[t]", "W is declared a second time", "W: 2 x 2; h[t] = W @ x[t]"),
    RefusedText("tau: 7; s[t] = 0.9 * s[t-1]", "the link says first", "tau: 7 unless given; s[t] = 0.9 * s[t-1]"),
    RefusedText("tau: T unless given; s[t] = 0.9 * s[t-1]", "a whole number of steps", "s[t] = 0.9 * s[t-1]"),
    RefusedText(
        "tau: 7 unless given; tau: 8 unless given; s[t] = 0.9 * s[t-1]",
        "tau is declared a second time",
        "tau: 8 unless given; s[t] = 0.9 * s[t-1]",
    ),
    RefusedText("A: scalar unless; h[t] = A * x[t]", "expected 'given'", "A: scalar unless given; h[t] = A * x[t]"),
    RefusedText(
        "W: 4 x 2 unless given; x: 3 unless given; h[t] = W @ x[t]",
        "x has 3 entries here, and these equations make that 2",
        "W: 4 x 2 unless given; h[t] = W @ x[t]",
    ),
    RefusedText("V: matrix; h[t] = W @ x[t]", "V is declared but nothing reads it", "W: matrix; h[t] = W @ x[t]"),
    RefusedText(
        "f(x) = " + "cos(" * 20 + "x" + ")" * 20 + "; h[t] = " + "f(" * 20 + "x[t]" + ")" * 20,
        "with its functions written out",
        "f(x) = cos(cos(x)); h[t] = f(f(x[t]))",
    ),
    RefusedText(
        "; ".join(
            ["f0(a) = a + a", *(f"f{i}(a) = f{i - 1}(a) + f{i - 1}(a)" for i in range(1, 40)), "h[t] = f39(x[t])"]
        ),
        "operations",
        "f(a) = a + a; g(a) = f(a) + f(a); h[t] = g(x[t])",
    ),
)
"""Names and their meaning."""

STARTS = (
    RefusedText("h[0] = x[t]; " + G, "h[0] is one value, but t is free", "h[0] = x[1]; " + G),
    RefusedText("g[0] = b; h[t] = x[t]", "g has a start but no equation", "h[0] = b; " + G),
    RefusedText("h[0] = a; h[0] = b; " + G, "h[0] is set a second time", "h[0] = b; " + G),
    RefusedText("h[3] = a; " + G, "starts follow each other", "h[1] = a; " + G),
    RefusedText("h[t] = tanh(h[t])", "a cycle: h", G),
    RefusedText("h[t] = h[t-1] + h[t+1]", "both back and ahead", "h[t] = h[t-1] + x[t]; g[t] = g[t+1] + x[t]"),
    RefusedText("h[t] = h[t-1] + h[tau]", "as a whole while it is being made", "h[t] = h[t-1] + x[t]; o = h[tau]"),
)
"""Starts and loops."""

SHAPES = (
    RefusedText(
        "h[t] = tanh(x[t] + W @ h[t-1])", "meets", "h[t] = tanh(U @ x[t] + W @ h[t-1])", {"sizes": {"x": 4, "h": 5}}
    ),
    RefusedText("h[t] = alpha @ x[t]", "a scalar multiplies with *", "h[t] = alpha * x[t]"),
    RefusedText("h[t] = W * x[t]", "a matrix meets a vector", "h[t] = W @ x[t]"),
    RefusedText("h[t] = transpose(x[t]) @ W", "takes a matrix", "h[t] = transpose(W) @ x[t]"),
    RefusedText("h[t] = outer(x[t], 2)", "takes a vector", "H[t] = outer(x[t], y[t])"),
    RefusedText(
        "h[t] = U @ x[t] + h[t-1]; loss = sum(h[t])", "loss is a vector", "h[t] = U @ x[t]; loss = sum(sum(h[t]))"
    ),
    RefusedText("h: vector; h[t] = x[t] @ x[t]", "h is a vector", "h: scalar; h[t] = x[t] @ x[t]"),
    RefusedText(
        "h[t] = x[t]; y[t] = h[t] + W @ y[t-1]; v = y[tau] @ c",
        "and its right side",
        "h[t] = U @ x[t]; y[t] = h[t] + W @ y[t-1]",
        {"sizes": {"x": 2, "y": 3}},
    ),
    RefusedText("W: 2 x h; h[t] = W @ h[t-1]; U: h x x; g = U @ k; h: 3", "meets", "W: h x h; h[t] = W @ h[t-1]; h: 3"),
    RefusedText(
        "W: U x 2; h[t] = W @ x[t]; g[t] = U @ x[t]", "names no size", "W: n x 2; h[t] = W @ x[t]; g[t] = U @ x[t]"
    ),
    RefusedText(
        "alpha[t] = softmax(e[t]); e[t] = v @ x[t]",
        "softmax: takes a vector, not a scalar",
        "w[t] = exp(e[t]); e[t] = v @ x[t]; z = sum(w[t]); alpha[t] = w[t] / z",
    ),
    RefusedText(
        "f[t], g[t] = split(x[t])", "equal parts", "f[t], g[t] = split(x[t])", {"sizes": {"x": 3}}, {"sizes": {"x": 4}}
    ),
    RefusedText(H, "there is no dimension called hh", H, {"sizes": {"hh": 4}}, {"sizes": {"h": 4}}),
    RefusedText(H, "a whole number from 1", H, {"sizes": {"h": 0}}, {"sizes": {"h": 1}}),
    RefusedText("h: 3; " + H, "line 1 declares 3", "h: 3; " + H, {"sizes": {"h": 4}}, {"sizes": {"h": 3}}),
    RefusedText("W: matrix; " + H, "line 1 says that W is a matrix", "W: matrix; " + H, {"sizes": {"W": 4}}, {}),
    RefusedText(
        "W: scalar; " + G + "; o = W * h[tau]", "W is a scalar", "W: matrix; " + H, {"params": {"W": [[1.0, 2.0]]}}, {}
    ),
    RefusedText(H, "these equations make W a matrix", H, {"params": {"W": [1.0, 2.0]}}, {"params": {"W": [[1.0]]}}),
    RefusedText(
        "h[t] = W @ h[t-1] + U @ x[t]",
        "params.U has",
        "h[t] = W @ h[t-1] + U @ x[t]",
        {"params": {"W": [[1.0]], "U": [[1.0], [2.0]]}},
        {"params": {"W": [[1.0]], "U": [[1.0, 2.0]]}},
    ),
    RefusedText(
        G + "; o = b + h[tau]",
        f"{limit('size') + 1} entries; a size is a whole number from 1",
        G + "; o = b + h[tau]",
        {"params": {"b": [0.0] * (limit("size") + 1)}},
        {"params": {"b": [0.0, 0.0]}},
    ),
    RefusedText(
        "f[t], g[t] = split(x[t])",
        "3 entries are not 2 equal parts",
        "f[t], g[t] = split(x[t])",
        {"inputs": {"x": [[1.0, 2.0, 3.0]]}},
        {"inputs": {"x": [[1.0, 2.0]]}},
    ),
    RefusedText(
        "f[t], g[t] = split(x[t])",
        "3 entries are not 2 equal parts",
        "f[t], g[t] = split(x[t])",
        {"defaults": {"x": 3}},
        {"defaults": {"x": 2}},
    ),
)
"""Ranks and sizes."""

REFUSED = (*SIGNS, *BRACKETS, *LINES, *MOMENTS, *NAMES, *STARTS, *SHAPES)
