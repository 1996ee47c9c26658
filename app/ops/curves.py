"""Curves: functions of one number, entry by entry, with the machine code of those that have it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from math import factorial, log
from typing import Any

import numpy as np

from app.arrays import Array
from app.ops.machine import Emitter, Value, constant_of, fma, integers, intrinsic, machine_constant, number_bytes
from app.ops.row import Call, Crease, Op, Ranks, Singularity, WithoutEmitter


def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a)), exact to the last digits on both sides; where exp overflows it is 0."""
    return 1.0 / (1.0 + np.exp(-a))


def softsign(a: Any) -> Any:
    """a / (1 + |a|)."""
    return a / (1.0 + np.abs(a))


def silu(a: Any) -> Any:
    """a / (1 + exp(-a))."""
    return a / (1.0 + np.exp(-a))


def linear_unit(scale: float, below: float) -> Callable[[Any], Any]:
    """scale a where a is positive, else below (exp(a) - 1)."""
    return lambda a: np.where(a > 0, scale * a, below * np.expm1(np.minimum(a, 0.0)))


def erf(a: Any) -> Any:
    """The error function, number by number: NumPy has none."""
    found = np.frompyfunc(math.erf, 1, 1)(a)
    return np.asarray(found, dtype=np.asarray(a).dtype)


def gelu(a: Any) -> Any:
    """a times the share of a standard normal that is below it."""
    return a * (1.0 + erf(a / math.sqrt(2.0))) / 2.0


def bind_sigmoid(args: tuple[Array, ...], ranks: Ranks, out: Array) -> tuple[Call, ...]:
    """In four calls without room of their own."""
    (a,), one = args, np.asarray(1.0, dtype=out.dtype)
    return ((np.negative, (a, out)), (np.exp, (out, out)), (np.add, (out, one, out)), (np.divide, (one, out, out)))


SLOPE = 0.01
"""Of a leaky ReLU below 0, as PyTorch has it."""
SELU = 1.0507009873554804934193349852946, 1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
"""Scale above 0, and below it (Klambauer et al. 2017)."""
TERMS = {4: 8, 8: 14}
"""Terms of exp's series by bytes of a number: below the rounding of both on |r| ≤ log(2)/2."""
MANTISSA = {4: 23, 8: 52}
LOG2 = {4: (0.693359375, log(2) - 0.693359375), 8: (0.6931471803691238, 1.9082149292705877e-10)}
"""log(2) in two parts, the first with so few digits that its small multiples are exact (Cody and Waite 1980)."""
RANGE = {4: (-87.0, 88.72283), 8: (-708.0, 709.782712893384)}
"""Where exp neither vanishes nor overflows."""


def power_of_two(b: Any, k: Value) -> Value:
    """2 to a whole number, put together from its bits."""
    bytes_, kind = number_bytes(k), integers(k)
    bias = (1 << (8 * bytes_ - MANTISSA[bytes_] - 2)) - 1
    n = b.add(b.fptosi(k, kind), constant_of(kind, bias))
    return b.bitcast(b.shl(n, constant_of(kind, MANTISSA[bytes_])), k.type)


def split_exponent(b: Any, a: Value) -> tuple[Value, Value]:
    """k and exp(r) - 1 with a = k log(2) + r, |r| ≤ log(2)/2."""
    high, low = LOG2[number_bytes(a)]
    k = intrinsic(b, "rint", b.fmul(a, machine_constant(a, 1 / log(2))))
    r = fma(b, k, machine_constant(a, -high), a)
    r = fma(b, k, machine_constant(a, -low), r)
    p = machine_constant(a, 0.0)
    for n in range(TERMS[number_bytes(a)], 1, -1):
        p = fma(b, p, r, machine_constant(a, 1 / factorial(n)))
    return k, fma(b, b.fmul(p, r), r, r)


def expm1_below_0(b: Any, a: Value) -> Value:
    """exp(a) - 1 of what is not positive, which keeps its digits where a is small."""
    far = machine_constant(a, -45.0)
    near = b.select(b.fcmp_ordered(">", a, far), a, far)
    k, p = split_exponent(b, near)
    scale = power_of_two(b, k)
    return fma(b, scale, p, b.fsub(scale, machine_constant(a, 1.0)))


def emit_tanh(b: Any, args: Sequence[Value]) -> Value:
    """-m / (m + 2) with m = exp(-2|a|) - 1."""
    (a,) = args
    m = expm1_below_0(b, b.fmul(intrinsic(b, "fabs", a), machine_constant(a, -2.0)))
    y = b.fdiv(b.fneg(m), b.fadd(m, machine_constant(a, 2.0)))
    return unless_nan(b, a, intrinsic(b, "copysign", y, a))


def emit_exp(b: Any, args: Sequence[Value]) -> Value:
    """2 to the k in two factors, as one alone would overflow before the result does."""
    (a,) = args
    low, high = RANGE[number_bytes(a)]
    within = b.select(b.fcmp_ordered("<", a, machine_constant(a, high)), a, machine_constant(a, high))
    within = b.select(b.fcmp_ordered(">", within, machine_constant(a, low)), within, machine_constant(a, low))
    k, p = split_exponent(b, within)
    half = intrinsic(b, "floor", b.fmul(k, machine_constant(a, 0.5)))
    scale = power_of_two(b, half)
    y = b.fmul(fma(b, scale, p, scale), power_of_two(b, b.fsub(k, half)))
    y = b.select(b.fcmp_ordered(">", a, machine_constant(a, high)), machine_constant(a, float("inf")), y)
    y = b.select(b.fcmp_ordered("<", a, machine_constant(a, low)), machine_constant(a, 0.0), y)
    return unless_nan(b, a, y)


def unless_nan(b: Any, a: Value, y: Value) -> Value:
    """What is not a number stays so."""
    return b.select(b.fcmp_unordered("uno", a, a), a, y)


def emit_sigmoid(b: Any, args: Sequence[Value]) -> Value:
    """1 / (1 + exp(-a))."""
    one = machine_constant(args[0], 1.0)
    return b.fdiv(one, b.fadd(one, emit_exp(b, [b.fneg(args[0])])))


def emit_relu(b: Any, args: Sequence[Value]) -> Value:
    """max(a, 0), and what is not a number stays so."""
    (a,) = args
    return b.select(b.fcmp_unordered(">", a, machine_constant(a, 0.0)), a, machine_constant(a, 0))


def emit_linear_unit(scale: float, below: float) -> Emitter:
    """scale a where a is positive, else below (exp(a) - 1)."""

    def emit(b: Any, args: Sequence[Value]) -> Value:
        (a,) = args
        m = expm1_below_0(b, b.fneg(intrinsic(b, "fabs", a)))
        above, under = b.fmul(a, machine_constant(a, scale)), b.fmul(m, machine_constant(a, below))
        return unless_nan(b, a, b.select(b.fcmp_ordered(">", a, machine_constant(a, 0.0)), above, under))

    return emit


def emit_leaky_relu(b: Any, args: Sequence[Value]) -> Value:
    """a where it is positive, else a small part of it."""
    (a,) = args
    part = b.fmul(a, machine_constant(a, SLOPE))
    return b.select(b.fcmp_ordered(">", a, machine_constant(a, 0.0)), a, part)


def emit_silu(b: Any, args: Sequence[Value]) -> Value:
    """a / (1 + exp(-a))."""
    (a,) = args
    one = machine_constant(a, 1.0)
    return b.fdiv(a, b.fadd(one, emit_exp(b, [b.fneg(a)])))


def emit_softsign(b: Any, args: Sequence[Value]) -> Value:
    """a / (1 + |a|)."""
    (a,) = args
    return b.fdiv(a, b.fadd(machine_constant(a, 1.0), intrinsic(b, "fabs", a)))


def emit_between(divisor: float, shift: float, low: float) -> Emitter:
    """a / divisor + shift, but no less than `low` and no more than 1."""

    def emit(b: Any, args: Sequence[Value]) -> Value:
        (a,) = args
        y = b.fadd(b.fdiv(a, machine_constant(a, divisor)), machine_constant(a, shift))
        y = b.select(b.fcmp_unordered("<", y, machine_constant(a, 1.0)), y, machine_constant(a, 1.0))
        return b.select(b.fcmp_unordered(">", y, machine_constant(a, low)), y, machine_constant(a, low))

    return emit


def where_argument(comparison: str, one: float, other: float) -> Emitter:
    """One number where the argument stands so to 0, else another."""
    return lambda b, args: b.select(
        b.fcmp_ordered(comparison, args[0], machine_constant(args[0], 0.0)),
        machine_constant(args[0], one),
        machine_constant(args[0], other),
    )


ROWS = (
    Op(
        "tanh",
        1,
        np.tanh,
        ("(1 - y ** 2) * g",),
        "same",
        r"\tanh",
        "hyperbolic tangent, which squashes every number to one between -1 and 1",
        emit=emit_tanh,
        shared=True,
    ),
    Op(
        "sigmoid",
        1,
        sigmoid,
        ("y * (1 - y) * g",),
        "same",
        r"\sigma",
        "logistic function 1/(1 + exp(-a)), which squashes every number to one between 0 and 1",
        bind=bind_sigmoid,
        sign="σ",
        emit=emit_sigmoid,
        shared=True,
        gate=True,
    ),
    Op(
        "relu",
        1,
        lambda a: np.maximum(a, 0.0),
        ("g * step(a)",),
        "same",
        r"\operatorname{relu}",
        "a where it is positive, else 0",
        emit=emit_relu,
        crease=Crease(np.sign, "relu has a kink at 0"),
    ),
    Op(
        "leaky_relu",
        1,
        lambda a: np.where(a > 0, a, SLOPE * a),
        (f"where(a > 0, g, {SLOPE} * g)",),
        "same",
        r"\operatorname{leaky\,relu}",
        f"a where it is positive, else {SLOPE} a",
        sign="leaky relu",
        emit=emit_leaky_relu,
        crease=Crease(np.sign, "leaky_relu has a kink at 0"),
    ),
    Op(
        "elu",
        1,
        linear_unit(1.0, 1.0),
        ("where(a > 0, g, (y + 1) * g)",),
        "same",
        r"\operatorname{elu}",
        "a where it is positive, else exp(a) - 1",
        emit=emit_linear_unit(1.0, 1.0),
    ),
    Op(
        "selu",
        1,
        linear_unit(*SELU),
        (f"where(a > 0, {SELU[0]!r}, y + {SELU[1]!r}) * g",),
        "same",
        r"\operatorname{selu}",
        "1.0507 a where a is positive, else 1.7581 (exp(a) - 1)",
        crease=Crease(np.sign, "selu has a kink at 0"),
        emit=emit_linear_unit(*SELU),
    ),
    Op(
        "gelu",
        1,
        gelu,
        (f"g * ((1 + erf(a / sqrt(2))) / 2 + a * exp(-a ** 2 / 2) / {math.sqrt(2 * math.pi)!r})",),
        "same",
        r"\operatorname{gelu}",
        "a smooth relu, a (1 + erf(a / √2)) / 2",
        emit=WithoutEmitter.NUMPY,
    ),
    Op(
        "silu",
        1,
        silu,
        ("g * (sigmoid(a) + y * (1 - sigmoid(a)))",),
        "same",
        r"\operatorname{silu}",
        "a sigmoid(a), the swish",
        emit=emit_silu,
        shared=True,
    ),
    Op(
        "softsign",
        1,
        softsign,
        ("g / (1 + abs(a)) ** 2",),
        "same",
        r"\operatorname{softsign}",
        "a squashed to between -1 and 1, a / (1 + |a|)",
        emit=emit_softsign,
    ),
    Op(
        "hard_tanh",
        1,
        lambda a: np.clip(a, -1.0, 1.0),
        ("g * (abs(a) < 1)",),
        "same",
        r"\operatorname{hard\,tanh}",
        "a, but no less than -1 and no more than 1",
        sign="hard tanh",
        emit=emit_between(1.0, 0.0, -1.0),
        crease=Crease(lambda a: np.sign(a - 1) + np.sign(a + 1), "hard_tanh has kinks at -1 and 1"),
    ),
    Op(
        "hard_sigmoid",
        1,
        lambda a: np.clip(a / 6.0 + 0.5, 0.0, 1.0),
        ("g * (abs(a) < 3) / 6",),
        "same",
        r"\operatorname{hard\,sigmoid}",
        "a / 6 + 1/2, but no less than 0 and no more than 1",
        sign="hard σ",
        emit=emit_between(6.0, 0.5, 0.0),
        crease=Crease(lambda a: np.sign(a - 3) + np.sign(a + 3), "hard_sigmoid has kinks at -3 and 3"),
        gate=True,
    ),
    Op(
        "softplus",
        1,
        lambda a: np.logaddexp(a, 0.0),
        ("g * sigmoid(a)",),
        "same",
        r"\operatorname{softplus}",
        "a smooth relu, log(1 + exp(a))",
        emit=WithoutEmitter.NUMPY,
    ),
    Op("exp", 1, np.exp, ("g * y",), "same", r"\exp", "exponential", emit=emit_exp, shared=True, overflow="above 709"),
    Op(
        "expm1",
        1,
        np.expm1,
        ("g * (y + 1)",),
        "same",
        r"\operatorname{expm1}",
        "exp(a) - 1, exact where a is small",
        emit=WithoutEmitter.NUMPY,
    ),
    Op(
        "log",
        1,
        np.log,
        ("g / a",),
        "same",
        r"\log",
        "natural logarithm",
        emit=lambda b, args: intrinsic(b, "log", *args),
        shared=True,
        no_value=(Singularity(lambda a: a < 0, "log of a negative number"), Singularity(lambda a: a == 0, "log of 0")),
    ),
    Op(
        "log1p",
        1,
        np.log1p,
        ("g / (1 + a)",),
        "same",
        r"\operatorname{log1p}",
        "logarithm of 1 + a, exact where a is small",
        emit=WithoutEmitter.NUMPY,
        no_value=(
            Singularity(lambda a: a < -1, "log1p of a number below -1"),
            Singularity(lambda a: a == -1, "log1p of -1"),
        ),
    ),
    Op(
        "sqrt",
        1,
        np.sqrt,
        ("g / (2 * y)",),
        "same",
        r"\sqrt{%s}",
        "square root",
        sign="√",
        emit=lambda b, args: intrinsic(b, "sqrt", *args),
        no_value=(Singularity(lambda a: a < 0, "square root of a negative number"),),
        no_slope=(Singularity(lambda a: a == 0, "the slope of sqrt at 0 is infinite"),),
    ),
    Op("sin", 1, np.sin, ("g * cos(a)",), "same", r"\sin", "sine", emit=WithoutEmitter.NUMPY),
    Op("cos", 1, np.cos, ("-g * sin(a)",), "same", r"\cos", "cosine", emit=WithoutEmitter.NUMPY),
    Op("tan", 1, np.tan, ("g * (1 + y ** 2)",), "same", r"\tan", "tangent", emit=WithoutEmitter.NUMPY),
    Op(
        "arctan",
        1,
        np.arctan,
        ("g / (1 + a ** 2)",),
        "same",
        r"\arctan",
        "inverse of the tangent",
        emit=WithoutEmitter.NUMPY,
    ),
    Op("sinh", 1, np.sinh, ("g * cosh(a)",), "same", r"\sinh", "hyperbolic sine", emit=WithoutEmitter.NUMPY),
    Op("cosh", 1, np.cosh, ("g * sinh(a)",), "same", r"\cosh", "hyperbolic cosine", emit=WithoutEmitter.NUMPY),
    Op(
        "erf",
        1,
        erf,
        (f"{2 / math.sqrt(math.pi)!r} * exp(-a ** 2) * g",),
        "same",
        r"\operatorname{erf}",
        "error function",
        emit=WithoutEmitter.NUMPY,
    ),
    Op(
        "abs",
        1,
        np.abs,
        ("g * sign(a)",),
        "same",
        r"\left|%s\right|",
        "absolute value",
        sign="|∙|",
        emit=lambda b, args: intrinsic(b, "fabs", *args),
        crease=Crease(np.sign, "abs has a kink at 0"),
    ),
    Op(
        "sign",
        1,
        lambda a: np.where(a >= 0, 1.0, -1.0).astype(np.asarray(a).dtype),
        ("0",),
        "same",
        r"\operatorname{sign}",
        "+1 or -1, with sign(0) = +1; its gradient is 0",
        emit=where_argument(">=", 1.0, -1.0),
        crease=Crease(np.sign, "sign jumps at 0"),
    ),
    Op(
        "step",
        1,
        lambda a: (a > 0).astype(np.asarray(a).dtype),
        ("0",),
        "same",
        r"\operatorname{step}",
        "1 where positive, else 0; its gradient is 0",
        emit=where_argument(">", 1.0, 0.0),
        crease=Crease(np.sign, "step jumps at 0"),
    ),
)
