"""The text of the reference: each part of the language in words, with examples that run; and mistakes to learn from."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.resolve import RESERVED
from app.language.shapes import DEFAULT_SIZE


@dataclass(frozen=True)
class Example:
    """Equations that can be run, and what they are."""

    equations: str
    about: str


@dataclass(frozen=True)
class Section:
    """One thing that the language can say; in its text, what stands between backticks is the language's own."""

    title: str
    text: str
    examples: tuple[Example, ...]


def _text_of(*lines: str) -> str:
    return "\n".join(lines)


ELMAN = "h[t] = tanh(b + W @ h[t-1] + U @ x[t])"
BARE = "h[t] = tanh(W @ h[t-1] + U @ x[t])"
WORDS = "; ".join(f"`{name}` is {meaning}" for name, meaning in RESERVED.items())

SECTIONS = (
    Section(
        "Paste it",
        "Lines of NumPy and PyTorch, a loop over time, LaTeX and mathematics in Unicode, and simple steps in MATLAB, "
        "Julia and JavaScript are turned into the language "
        "where they are pasted: into the equations of a page, into `/api/read`, into `unfold read`. What was read "
        "stands beside what stood there, what was not read is named with its place, and text in the language is never "
        "changed.",
        (),
    ),
    Section(
        "Lines",
        "A line defines a variable for every step `t`, or one value. Lines end with a line break or a semicolon and "
        "stand in any order; from `#` to its end a line is a remark.",
        (Example(_text_of("# one hidden state", ELMAN, "o[t] = c + V @ h[t]"), "Two variables at every step"),),
    ),
    Section(
        "Names",
        "An indexed name that a line defines is computed; one that no line defines is given: data. A bare name that no "
        "line defines is a parameter, shared by all steps; one that a line defines is one value. `given y` makes a "
        f"bare name data. One name has one meaning. Some have theirs already: {WORDS}; `loss` is the one value that is "
        "differentiated.",
        (
            Example(
                _text_of("given y", ELMAN, "o = c + V @ h[tau]", "loss = cross_entropy(o, y)"),
                "Computed are h, o and the loss, given x and y; b, W, U, c and V are parameters",
            ),
        ),
    ),
    Section(
        "Time",
        "`v[t-1]` and `v[t-2]` reach back; `v[t+1]` reaches ahead, in a recurrence that runs from the end. `v[1]`, "
        "`v[tau]` and `v[tau-1]` are single moments. What is read outside the run is 0. A loop reaches back or ahead, "
        "not both, and within one step no variable may need itself. `t` and `tau` by themselves are numbers: the step, "
        "and how many there are.",
        (
            Example("h[t] = tanh(W @ h[t-1] + S @ h[t-3] + U @ x[t])", "Two ways back"),
            Example(_text_of("g[t] = tanh(R @ g[t+1] + Q @ x[t])", "loss = sum(g[1])"), "From the end"),
            Example("m[t] = m[t-1] + (x[t] - m[t-1]) / t", "The mean of what has come so far"),
        ),
    ),
    Section(
        "Starts",
        "A line for `h[0]` says what is there before the first step, `h[-1]` what is before that; without it, 0. A "
        "line for `h[1]` sets the first step itself, and the recurrence begins one step later; one for `h[2]` beside "
        "it sets the second. For one that runs from the end the same holds at `[tau+1]` and `[tau]`. Starts follow "
        "each other, and a moment has one. A start is made of parameters, of data and of what is computed without it, "
        "a sequence at a moment, and has a gradient.",
        (
            Example(_text_of("h[0] = h0", BARE), "A start that can be learned"),
            Example(_text_of("given s1", "s[1] = s1", "s[t] = tanh(W @ s[t-1])"), "Three steps apply tanh twice"),
            Example(_text_of("F[1] = 1", "F[2] = 1", "F[t] = F[t-1] + F[t-2]"), "Fibonacci’s numbers"),
            Example(
                _text_of(ELMAN, "s[0] = h[tau]", "s[t] = tanh(R @ s[t-1])", "o[t] = c + V @ s[t]"),
                "An encoder h; where it ends, the decoder s begins",
            ),
        ),
    ),
    Section(
        "Functions",
        "A function is a name with arguments in brackets. Its other names are parameters of the whole system. It has "
        "no time of its own and does not call itself.",
        (Example(_text_of("f(s, x) = tanh(b + W @ s + U @ x)", "s[t] = f(s[t-1], x[t])"), "The same f at every step"),),
    ),
    Section(
        "Operators",
        "From the loosest to the tightest: `<`, `<=`, `>` and `>=`; `+` and `-`; then `*`, `/` and `@`; a minus "
        "before a value; `**`. `@` is the product of matrices and vectors, of two vectors the inner product. `*` goes "
        "entry by entry, and only a scalar scales what has entries; `+` adds a vector to every row of a matrix with as "
        "many columns, as the bias of a minibatch. An exponent is a number, or what is computed: `x ** 0.5`, "
        "`beta ** n`; of a negative base a whole number.",
        (
            Example(
                _text_of("given P", "W = transpose(P) @ P", "s[t] = sign(W @ s[t-1])", "E[t] = -1/2 * s[t] @ W @ s[t]"),
                "A computed matrix and an energy",
            ),
            Example(
                _text_of("given X, Y", "H = tanh(X @ W + b)", "loss = mean((H @ V + c - Y) ** 2)"),
                "A minibatch: every row of X is an example, and b is added to each",
            ),
        ),
    ),
    Section(
        "Choices",
        "A comparison is 1 where it holds and 0 where not, entry by entry; `where(c, a, b)` takes a where c is not 0, "
        "else b. `maximum(a, b)` and `minimum(a, b)` go entry by entry; `max(0, a)` is `maximum(0, a)`, and of one "
        "argument `max` and `min` are its largest and its smallest entry. What decides has no gradient, and where two "
        "are equal the gradient is shared. `stop(a)` is a, but no gradient passes: its arrow is dashed.",
        (
            Example(
                _text_of(
                    "g(x) = where(x >= 0, x + 0.5, sigmoid(x))", "h[t] = (1 - z[t]) * h[t-1] + z[t] * g(U @ x[t])"
                ),
                "A function by cases",
            ),
            Example(
                _text_of(
                    "s[t] = v[t] > theta",
                    "v[t] = beta * v[t-1] * (1 - stop(s[t-1])) + U @ x[t]",
                    "beta ~ 0.9",
                    "theta ~ 1",
                ),
                "A spiking neuron that is reset, and no gradient through the reset",
            ),
        ),
    ),
    Section(
        "Parts",
        "`concat(a, b)` puts vectors one after another, as many as there are; its size is the sum of theirs. Of "
        "matrices it does so with each row (a minibatch): `concat(H[t-1], X[t]) @ W`, and so does `split`. A "
        "line with several names on the left takes the equal parts of one whole, which is computed once. Of the sizes "
        "in such a sum, what is open follows from the rest.",
        (
            Example(
                _text_of(
                    "f[t] = sigmoid(W @ concat(h[t-1], x[t]) + b)", "h[t] = f[t] * h[t-1] + (1 - f[t]) * tanh(U @ x[t])"
                ),
                "One matrix for the state and the input together",
            ),
            Example(
                _text_of(
                    "a[t] = b + W @ h[t-1] + U @ x[t]",
                    "i[t], f[t], o[t], g[t] = split(a[t])",
                    "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t])",
                    "h[t] = sigmoid(o[t]) * tanh(c[t])",
                ),
                "An LSTM with fused gates: a has four times as many entries as h",
            ),
        ),
    ),
    Section(
        "Ranks",
        "A name is a scalar, a vector or a matrix. The strongest evidence says which: a line that declares it, "
        "`alpha: scalar`, `h: vector`, `W: matrix`, or a size that is set for it; then the array that is given for it, "
        "where a single number is a scalar; then, for what is not computed, its first letter: a capital is a matrix, a "
        "small letter a vector, a small Greek one a scalar. What is computed follows from its equation. Where a loop "
        "leaves it open, it is the least with which all equations can be read: `s[t] = alpha * s[t-1] + xi[t]` is a "
        "scalar, and `h[0] = 0` makes nothing a scalar, for a number at the start stands for every entry. A capital "
        "letter by itself makes no sequence of matrices: data that a loop takes entry by entry alone, as `I[t]` in "
        "`v[t] = beta * v[t-1] + I[t]`, have the rank of the loop. A Greek letter that begins as one number is a "
        "scalar in any spelling, `eps ~ 0.9`. `A: scalar unless given` yields to an array or a size that says "
        "otherwise, and so does each size of `W: 4 x 3 unless given`; what a pasted text leaves open is taken for "
        "granted so, and the sizes that a program writes are kept so. `tau: 7 unless given` is how many steps are run "
        "where neither the link nor the data says it, as a pasted program has it that writes `range(7)`.",
        (
            Example(
                _text_of("Kp, Ki: scalar", "s[t] = s[t-1] + xi[t]", "u[t] = Kp * xi[t] + Ki * s[t]"),
                "Two scalars with capital names, in a loop of scalars",
            ),
            Example(_text_of("h[0] = 0", BARE), "A start of zeros, in a loop of vectors"),
            Example(_text_of("tau: 7 unless given", "s[t] = 0.9 * s[t-1] + xi[t]"), "Seven steps, unless it is said"),
        ),
    ),
    Section(
        "Sizes",
        "A line declares sizes too: `x: 2` is a vector of two entries, `W: 3 x 4` (or `3 × 4`) a matrix of three rows "
        "and four columns; letters are names of sizes, and the name of a vector is the name of its size: `W: n x x`. A "
        "link sets a size by such a name, or by that of any vector that has it: `sizes=x:4,h:5`. Arrays that are given "
        f"settle what is left, and what stays open is {DEFAULT_SIZE}. A size for a Greek name makes it a vector.",
        (
            Example(
                _text_of("W: 3 x 3", "x: 2", BARE),
                "A state of three entries that reads an input of two",
            ),
            Example(
                "h[t] = alpha * h[t-1] + (1 - alpha) * tanh(W @ h[t-1] + x[t])\nalpha ~ 0.9",
                "The scalar α scales vectors; x has the size of h",
            ),
        ),
    ),
    Section(
        "Over time",
        "In a line that defines one value, the outermost `sum`, `mean`, `max` or `min` around a free `t` runs over the "
        "steps, entry by entry. "
        "Everywhere else they run over entries.",
        (
            Example(_text_of(BARE, "L[t] = mse(h[t], y[t])", "loss = mean(L[t])"), "The mean over all steps"),
            Example(
                _text_of(BARE, "v = mean(h[t])", "loss = sum(v ** 2)"), "The mean state; then a sum of its entries"
            ),
        ),
    ),
    Section(
        "Conditions",
        "`[t = tau]` is 1 at that step and 0 at all others; so is `[t = 1]`. A figure leaves out what they make 0.",
        (Example("h[t] = tanh(W @ h[t-1] + [t = 1] * U @ x[t])", "Input at the first step alone"),),
    ),
    Section(
        "Beginnings",
        "A line with `~` says what a parameter's numbers are before any training. They come from the seed and the "
        "parameter's name, so that one such line changes no other parameter. `fixed W, b` says that training leaves "
        "these parameters as they are; their gradients are shown all the same. Numbers may be written out, "
        "`W ~ [[1, 0.5], [0, 1]]`, and those of data too, `x ~ [1, 0, 2]`: they say the sizes, and how many steps are "
        "run. Arrays that are given beside the text are used in their place.",
        (
            Example(_text_of(ELMAN, "W ~ orthogonal", "b ~ 0.1"), "An orthogonal W, every b 0.1"),
            Example(
                _text_of(
                    "s[t] = A @ s[t-1] + b * x[t]", "A ~ [[0.9, 0.1], [0, 0.8]]", "b ~ [0, 1]", "x ~ [1, 0, 0, 2]"
                ),
                "Numbers that are written out",
            ),
            Example("P[t] = A @ P[t-1] @ transpose(A) + I; I ~ identity; fixed I", "The identity matrix"),
            Example(
                _text_of("h[t] = tanh(W @ h[t-1] + U @ x[t])", "o[t] = c + V @ h[t]", "fixed W, U"),
                "An echo state network: the readout alone is trained",
            ),
        ),
    ),
)

MISTAKES = (
    "h[t] = thanh(b + W @ h[t-1])\nloss = sum(h[tau]",
    "h[t] = tanh(W @ h[t] + U @ x[t])",
    "h[t] = tanh(W @ h[t-1] + U * x[t])",
    "h[t] = tanh(W @ h[t-1] + g[t])\ng[t] = tanh(R @ g[t+1] + h[t])",
    "h[t] = tanh(W h[t-1] + U x[t])\ny[t] = logistic(V @ h[t])",
    "h[t+1] = tanh(W @ h[t] + U @ x[t])",
)
"""Texts that cannot be read."""
