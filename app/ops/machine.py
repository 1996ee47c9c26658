"""What emitters of machine code are written with: constants, instructions and functions of LLVM.

An emitter takes the builder and the arguments as LLVM values, all scalars or all vectors of as many lanes, and gives
the result as another. LLVM is imported by who builds, not by the table of operations, which does without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from app.cache import cached

Value = Any
"""An LLVM value; the library has no types of its own for checkers."""
Emitter = Callable[[Any, Sequence[Value]], Value]

FLAGS = ("contract",)
"""A product and a sum may be rounded once."""


@cached()
def llvm_types() -> Any:
    """LLVM's types, values and functions, as llvmlite has them."""
    from llvmlite import ir

    return ir


def is_vector(kind: Any) -> bool:
    """Whether a type has several lanes."""
    return isinstance(kind, llvm_types().VectorType)


def constant_of(kind: Any, value: float) -> Value:
    """A number in every lane of a type."""
    return llvm_types().Constant(kind, [value] * kind.count if is_vector(kind) else value)


def machine_constant(like: Value, value: float) -> Value:
    """A constant of the type of another value."""
    return constant_of(like.type, value)


def number_bytes(value: Value) -> int:
    """The bytes of one number."""
    kind = value.type.element if is_vector(value.type) else value.type
    return 4 if isinstance(kind, llvm_types().FloatType) else 8


def intrinsic(b: Any, name: str, *args: Value) -> Value:
    """LLVM's own function of this name: an instruction, or, as `log` and `pow` are, a call of the C library."""
    ir, kind = llvm_types(), args[0].type
    lanes = f"v{kind.count}" if is_vector(kind) else ""
    full = f"llvm.{name}.{lanes}f{8 * number_bytes(args[0])}"
    known = b.module.globals.get(full) or ir.Function(b.module, ir.FunctionType(kind, [kind] * len(args)), full)
    return b.call(known, args)


def integers(like: Value) -> Any:
    """The integers of the size and count of some numbers."""
    bits = llvm_types().IntType(8 * number_bytes(like))
    return llvm_types().VectorType(bits, like.type.count) if is_vector(like.type) else bits


def fma(b: Any, x: Value, y: Value, z: Value) -> Value:
    """x y + z, rounded once where the machine can."""
    return intrinsic(b, "fmuladd", x, y, z)


def chained(name: str) -> Emitter:
    """An instruction of two arguments for any number of them, from the left."""
    return lambda b, args: reduce(lambda x, y: getattr(b, name)(x, y, flags=FLAGS), args)
