"""What the field calls things that the language writes in another way, and what to write: by meaning, not by spelling.

In a replacement `a`, `b` and `c` stand for the arguments; a replacement may be whole lines, with semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from app.language.numbers_beside import AS_DATA
from app.ops import OPS


class Elsewhere(NamedTuple):
    """Names with one meaning: what to write in their place, and where that needs a word, why."""

    names: str
    write: str
    why: str = ""


MASK = "nothing is drawn at random within a run, so a mask is data, read as m[t]"
NOISE = "noise is data, read as n[t]; data without numbers of its own is drawn from the seed"
CELL = "a cell is written out, line by line; the gallery has the systems of the textbook"
STEPPED = f"a count of steps is data: m[t], with its numbers {AS_DATA}"

ROWS = (
    # activations
    Elsewhere("logistic expit sigm logsig sigma", "sigmoid(a)"),
    Elsewhere("th tgh tanhyp hyperbolic_tangent", "tanh(a)"),
    Elsewhere("rectifier rectify rect ramp positive_part", "relu(a)"),
    Elsewhere("lrelu", "leaky_relu(a)"),
    Elsewhere("prelu", "maximum(a, 0) + alpha * minimum(a, 0)", "alpha is a parameter"),
    Elsewhere("relu6", "clip(a, 0, 6)"),
    Elsewhere("celu", "elu(a)"),
    Elsewhere("swish", "silu(a)"),
    Elsewhere("mish", "a * tanh(softplus(a))"),
    Elsewhere("hswish hard_swish", "a * hard_sigmoid(a)"),
    Elsewhere("log_sigmoid", "-softplus(-a)"),
    Elsewhere("softmin", "softmax(-a)"),
    Elsewhere("softargmax", "softmax(a)"),
    Elsewhere("glu", "a * sigmoid(b)", "the two halves of the vector by names of their own"),
    Elsewhere("tanhshrink", "a - tanh(a)"),
    Elsewhere("softshrink shrink", "sign(a) * relu(abs(a) - lambda)", "lambda is a parameter"),
    Elsewhere("heaviside unit_step spike fire", "step(a)"),
    Elsewhere("threshold", "where(a > theta, a, 0)"),
    Elsewhere("sgn signum", "sign(a)"),
    Elsewhere("maxout", "maximum(a, b)"),
    # elementary functions
    Elsewhere("ln natural_log", "log(a)"),
    Elsewhere("log2 ld", "log(a) / log(2)"),
    Elsewhere("log10 lg", "log(a) / log(10)"),
    Elsewhere("exp2", "2 ** a"),
    Elsewhere("exp10", "10 ** a"),
    Elsewhere("pow power float_power", "a ** b"),
    Elsewhere("square sqr", "a ** 2"),
    Elsewhere("cube", "a ** 3"),
    Elsewhere("rsqrt", "1 / sqrt(a)"),
    Elsewhere("cbrt", "sign(a) * abs(a) ** (1/3)"),
    Elsewhere("reciprocal recip", "1 / a"),
    Elsewhere("absolute fabs magnitude modulus", "abs(a)"),
    Elsewhere("atan", "arctan(a)"),
    Elsewhere("atanh arctanh artanh", "log((1 + a) / (1 - a)) / 2"),
    Elsewhere("asinh arcsinh arsinh", "log(a + sqrt(a ** 2 + 1))"),
    Elsewhere("acosh arccosh arcosh", "log(a + sqrt(a ** 2 - 1))"),
    Elsewhere("asin arcsin", "arctan(a / sqrt(1 - a ** 2))"),
    Elsewhere("acos arccos", "1.5707963267948966 - arctan(a / sqrt(1 - a ** 2))"),
    Elsewhere("tg", "tan(a)"),
    Elsewhere("cot cotan", "cos(a) / sin(a)"),
    Elsewhere("sec", "1 / cos(a)"),
    Elsewhere("csc", "1 / sin(a)"),
    Elsewhere("sh", "sinh(a)"),
    Elsewhere("ch", "cosh(a)"),
    Elsewhere("sinc", "sin(a) / a"),
    Elsewhere("erfc", "1 - erf(a)"),
    Elsewhere("ndtr norm_cdf normal_cdf", "(1 + erf(a / sqrt(2))) / 2"),
    Elsewhere("sech", "1 / cosh(a)"),
    # choices
    Elsewhere("ifelse cond select switch piecewise iif", "where(a, b, c)"),
    Elsewhere("fmax", "maximum(a, b)"),
    Elsewhere("fmin", "minimum(a, b)"),
    Elsewhere("amax reduce_max nanmax", "max(a)"),
    Elsewhere("amin reduce_min nanmin", "min(a)"),
    Elsewhere("argmin", "argmax(-a)", "it is a one-hot vector"),
    Elsewhere("one_hot to_categorical", "argmax(a)", "it is a one-hot vector; labels are given as such"),
    Elsewhere("clamp clip_by_value bound saturate", "clip(a, b, c)"),
    Elsewhere("less lt less_than", "a < b"),
    Elsewhere("greater gt greater_than", "a > b"),
    Elsewhere("less_equal le", "a <= b"),
    Elsewhere("greater_equal ge", "a >= b"),
    Elsewhere("equal eq isclose indicator", "(a <= b) * (a >= b)"),
    Elsewhere("not_equal ne", "1 - (a <= b) * (a >= b)"),
    Elsewhere("logical_and all_of both", "a * b", "1 is true and 0 is false"),
    Elsewhere("logical_or any_of either", "maximum(a, b)", "1 is true and 0 is false"),
    Elsewhere("logical_not", "1 - a", "1 is true and 0 is false"),
    Elsewhere("mod fmod remainder floor ceil trunc floor_divide", "m[t]", STEPPED),
    Elsewhere("round rint", "step(a - 0.5)", "0 or 1; there is no other rounding"),
    # sums and norms
    Elsewhere("total reduce_sum nansum add_n", "sum(a)"),
    Elsewhere("average avg reduce_mean nanmean global_average_pooling", "mean(a)"),
    Elsewhere("prod product reduce_prod", "exp(sum(log(a)))", "of positive entries"),
    Elsewhere("cumprod", "exp(cumsum(log(a)))", "of positive entries"),
    Elsewhere("var variance", "mean((a - mean(a)) ** 2)"),
    Elsewhere("std stdev standard_deviation", "sqrt(mean((a - mean(a)) ** 2))"),
    Elsewhere("l2norm vector_norm", "norm(a)"),
    Elsewhere("l1norm", "sum(abs(a))"),
    Elsewhere("normalize l2_normalize unit_vector", "a / norm(a)"),
    Elsewhere("lse reduce_logsumexp", "logsumexp(a)"),
    Elsewhere("entropy", "-sum(a * log(a))"),
    Elsewhere("layer_norm ln_norm instance_norm", "g * (a - mean(a)) / sqrt(mean((a - mean(a)) ** 2) + 0.00001) + d"),
    Elsewhere("rms_norm", "g * a / sqrt(mean(a ** 2) + 0.00001)"),
    Elsewhere(
        "batch_norm", "g * (a - m) / sqrt(v + 0.00001) + d", "m and v are given: each sequence is run for itself"
    ),
    Elsewhere("len length numel count", "size(a)"),
    # products and matrices
    Elsewhere("dot matmul mm mv bmm inner vdot tensordot einsum matvec", "a @ b"),
    Elsewhere("linear dense affine fc fully_connected", "W @ a + d"),
    Elsewhere("bilinear", "a @ W @ b"),
    Elsewhere("mul multiply hadamard elementwise", "a * b"),
    Elsewhere("add plus", "a + b"),
    Elsewhere("sub subtract minus", "a - b"),
    Elsewhere("div divide truediv true_divide", "a / b"),
    Elsewhere("neg negative", "-a"),
    Elsewhere("transp permute swapaxes t", "transpose(a)"),
    Elsewhere("inv pinv matrix_inverse", "inverse(a)"),
    Elsewhere("lstsq linsolve", "solve(a, b)"),
    Elsewhere("ger kron outer_product", "outer(a, b)"),
    Elsewhere("diag diagonal", "a * b", "a diagonal matrix times a vector goes entry by entry"),
    Elsewhere("trace", "sum(I * a)", "I begins as the identity, I ~ identity, and stays it, fixed I"),
    Elsewhere(
        "eye identity",
        "h[t] = (I - A) @ x[t]; I ~ identity; fixed I",
        "a parameter that begins as the identity and stays it, or data with given I; I @ h is h",
    ),
    Elsewhere("triu tril band_part", "given M; A = M * W", "a mask is a matrix that is given"),
    Elsewhere("zeros zeros_like full fill", "0", "a number goes with every entry"),
    Elsewhere("ones_like", "ones(a)"),
    Elsewhere("arange linspace range time clock", "t", "t is the number of the step"),
    Elsewhere("concatenate cat hstack append join", "concat(a, b)"),
    Elsewhere("stack vstack", "concat(a, b)", "vectors stand one after another; rows of a matrix are given as one"),
    Elsewhere("chunk unstack unbind", "a[t], b[t] = split(c[t])", "the equal parts of a vector, each with a name"),
    Elsewhere("slice take gather getitem index", "a[t], b[t] = split(c[t])", "entries are taken in equal parts"),
    Elsewhere("reshape view flatten ravel squeeze unsqueeze expand_dims", "a", "a vector has one axis"),
    Elsewhere("clone copy contiguous float astype array asarray tensor", "a"),
    # losses
    Elsewhere("mean_squared_error mse_loss l2_loss squared_error quadratic_loss", "mse(a, b)"),
    Elsewhere("rmse root_mean_squared_error", "sqrt(mse(a, b))"),
    Elsewhere("mae mean_absolute_error l1_loss", "mean(abs(a - b))"),
    Elsewhere(
        "huber huber_loss smooth_l1_loss",
        "mean(where(abs(a - b) < 1, (a - b) ** 2 / 2, abs(a - b) - 1/2))",
    ),
    Elsewhere("ce xent categorical_crossentropy softmax_cross_entropy", "cross_entropy(a, b)"),
    Elsewhere("softmax_cross_entropy_with_logits cross_entropy_loss", "cross_entropy(a, b)"),
    Elsewhere("bce binary_cross_entropy log_loss", "-mean(b * log(a) + (1 - b) * log(1 - a))"),
    Elsewhere("bce_with_logits bce_with_logits_loss", "mean(softplus(a) - a * b)"),
    Elsewhere("nll", "-sum(b * log(a))"),
    Elsewhere("nll_loss", "-sum(b * a)"),
    Elsewhere("kl kl_div kl_divergence kld", "sum(a * (log(a) - log(b)))"),
    Elsewhere("hinge hinge_loss", "mean(relu(1 - a * b))"),
    Elsewhere("cosine cosine_similarity cos_sim", "a @ b / (norm(a) * norm(b))"),
    # layers
    Elsewhere("dropout zoneout alpha_dropout", "m[t] * a", MASK),
    Elsewhere("rand randn random normal gaussian noise uniform bernoulli sample", "n[t]", NOISE),
    Elsewhere("embedding embed lookup", "E @ x[t]", "x is one-hot"),
    Elsewhere("conv conv1d convolve conv2d", "K_0 @ x[t] + K_1 @ x[t-1]", "a convolution over time is a sum of lags"),
    Elsewhere("max_pool max_pool1d", "maximum(x[t], x[t-1])", "over time: of neighbouring steps"),
    Elsewhere("avg_pool avg_pool1d", "(x[t] + x[t-1]) / 2", "over time: of neighbouring steps"),
    Elsewhere(
        "attention scaled_dot_product_attention multihead_attention self_attention",
        "e[t] = exp(q @ k[t]); z = sum(e[t]); c = sum(e[t] * v[t]) / z",
        "a softmax over time is exp and a sum over t",
    ),
    Elsewhere(
        "lstm lstm_cell",
        "i[t], f[t], o[t], g[t] = split(W @ h[t-1] + U @ x[t] + b); "
        "c[t] = sigmoid(f[t]) * c[t-1] + sigmoid(i[t]) * tanh(g[t]); h[t] = sigmoid(o[t]) * tanh(c[t])",
        CELL,
    ),
    Elsewhere(
        "gru gru_cell",
        "z[t] = sigmoid(W_z @ h[t-1] + U_z @ x[t]); r[t] = sigmoid(W_r @ h[t-1] + U_r @ x[t]); "
        "h[t] = (1 - z[t]) * h[t-1] + z[t] * tanh(W @ (r[t] * h[t-1]) + U @ x[t])",
        CELL,
    ),
    Elsewhere("rnn rnn_cell simple_rnn elman", "h[t] = tanh(W @ h[t-1] + U @ x[t] + b)", CELL),
    Elsewhere(
        "model net network module forward",
        "h[t] = tanh(W @ h[t-1] + U @ x[t] + b); y[t] = V @ h[t]",
        "what a network computes is written out, line by line",
    ),
    Elsewhere("detach stop_gradient stop_grad sg no_grad", "stop(a)"),
    # time
    Elsewhere("delay lag shift roll prev previous", "x[t-1]", "what is reached back to is read at its moment"),
    Elsewhere("next lead", "x[t+1]", "in a recurrence that runs from the end"),
    Elsewhere("last final", "x[tau]", "tau is the last step"),
    Elsewhere("diff ediff1d", "x[t] - x[t-1]"),
    Elsewhere("integrate integral accumulate scan", "s[t] = s[t-1] + x[t]"),
)


DATA_NAMES = frozenset((
    "x", "u", "y", "inp", "input", "inputs", "target", "targets", "label", "labels", "obs", "signal",
    "observation", "measurement", "setpoint", "pv", "measured_value",
))  # fmt: skip
"""Bare names that are data by custom."""


def is_data_by_custom(name: str, sequences: Collection[str]) -> bool:
    """True for a bare name of data; u is the input of a state x, but beside data that is called x it is a weight."""
    return name in DATA_NAMES and not (name == "u" and "x" in sequences)


_LETTER = re.compile(r"\b[abc]\b(?!\[)")


def plain_spelling(name: str) -> str:
    """A name as it is compared: `LayerNorm`, `layer_norm` and `layernorm` are one."""
    return name.replace("_", "").lower()


INSTEAD: Mapping[str, Elsewhere] = {plain_spelling(name): row for row in ROWS for name in row.names.split()}
"""Each row by each of its names."""
WRITTEN: Mapping[str, str] = {
    plain_spelling(row.name): row.name for row in OPS.values() if not row.internal and not row.precedence
}
"""The functions of the language by their names as they are compared: `ReLU` is relu, `LogSoftmax` is log_softmax."""


def function_here(name: str) -> str | None:
    """The function of the language with this name in other letters: `Tanh`, `leakyReLU`, `softMax`."""
    return WRITTEN.get(plain_spelling(name))


def meaning_hint(name: str, arguments: Sequence[str]) -> str | None:
    """What to write in place of a function that has another name here; its arguments as they stand in the text."""
    if here := function_here(name):
        return f"write {here}({', '.join(arguments)})"
    row = INSTEAD.get(plain_spelling(name.removesuffix("Loss"))) or INSTEAD.get(plain_spelling(name))
    if row is None:
        return None
    return f"write {filled(row.write, arguments)}" + (f": {row.why}" if row.why else "")


def filled(write: str, arguments: Sequence[str]) -> str:
    """A replacement with the arguments in place of `a`, `b`, `c`; lines, and what has more letters, stay."""
    if "=" in write.replace("<=", "").replace(">=", ""):
        return write
    given = dict(zip("abc", arguments, strict=False))
    if not set(_LETTER.findall(write)) <= given.keys():
        return write

    def put(found: re.Match[str]) -> str:
        alone = re.search(r"[(,] ?$", write[: found.start()]) and re.match(r"[),]", write[found.end() :])
        return given[found[0]] if alone or found[0] == write else as_operand(given[found[0]])

    return _LETTER.sub(put, write)


def as_operand(text: str) -> str:
    """An argument in brackets, where it is more than a name, a number or a call."""
    return text if re.fullmatch(r"[\w.]+(\[[^\[\]]*\]|\([^()]*\))?", text) else f"({text})"
