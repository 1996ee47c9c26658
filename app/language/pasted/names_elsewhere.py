"""The table of what functions are called in NumPy, PyTorch, JAX and books, and what they are called here."""

from __future__ import annotations

from collections.abc import Mapping

from app.ops import OPS

_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "sigmoid": ("expit", "logistic", "sigm", "sigma", "Sigmoid", "hard_sigmoid"),
    "tanh": ("tanhyp", "Tanh"),
    "relu": ("ReLU", "Relu"),
    "softplus": ("Softplus",),
    "softmax": ("Softmax", "softargmax"),
    "log_softmax": ("logsoftmax", "LogSoftmax"),
    "log": ("ln",),
    "abs": ("absolute", "fabs"),
    "sign": ("sgn",),
    "step": ("heaviside", "Heaviside"),
    "mse": ("mse_loss", "MSE", "MSELoss", "mean_squared_error"),
    "cross_entropy": ("CE", "CrossEntropy", "CrossEntropyLoss", "softmax_cross_entropy_with_logits"),
    "sum": ("reduce_sum", "nansum"),
    "mean": ("reduce_mean", "average"),
    "transpose": ("t", "T", "mT", "permute_dims"),
    "offdiagonal": ("offdiag",),
    "outer": ("ger",),
    "concat": ("concatenate", "cat", "hstack", "vstack"),
    "split": ("chunk", "tensor_split"),
    "maximum": ("fmax",),
    "minimum": ("fmin",),
    "max": ("amax", "reduce_max"),
    "min": ("amin", "reduce_min"),
    "inverse": ("inv",),
    "stop": ("detach", "stop_gradient"),
    "logsumexp": ("reduce_logsumexp", "LSE"),
    "norm": ("vector_norm",),
}
HERE: Mapping[str, str] = {other: here for here, others in _ELSEWHERE.items() for other in others}
"""Our name of a function by its name elsewhere."""

OPERATORS: Mapping[str, str] = {
    **dict.fromkeys(("dot", "matmul", "mm", "mv", "bmm", "inner", "vdot", "matvec", "vecmat"), "@"),
    **dict.fromkeys(("multiply", "mul"), "*"),
    **dict.fromkeys(("divide", "true_divide", "div"), "/"),
    **dict.fromkeys(("power", "pow", "float_power"), "**"),
    "add": "+",
    "subtract": "-",
    "sub": "-",
    "less": "<",
    "greater": ">",
    "less_equal": "<=",
    "greater_equal": ">=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
}
"""Functions of two arguments that are operators here."""

UNCHANGED = (
    *("copy", "clone", "array", "asarray", "tensor", "as_tensor", "numpy", "float", "double", "astype", "to", "cpu"),
    *("contiguous", "item", "float64", "float32", "Parameter", "Variable", "constant", "requires_grad_"),
    *("reshape", "view", "squeeze", "unsqueeze", "flatten", "ravel", "expand_dims", "atleast_1d"),
)
"""Functions that change how numbers are kept, not what they are; here a vector has one axis."""


_JOINED: Mapping[str, str] = {name.replace("_", ""): name for name in OPS if "_" in name}
"""Names of several words as books set them, with a thin space."""


def name_here(name: str) -> str | None:
    """Our name of a function, or None if there is none of this meaning."""
    here = name if name in OPS else HERE.get(name, HERE.get(name.lower(), name.lower()))
    here = _JOINED.get(here, here)
    row = OPS.get(here)
    return here if row is not None and not row.internal and not row.precedence else None


def own_name(name: str, arity: int) -> str | None:
    """What a function that a text defines is called here; None for one that is there already under its name."""
    here = name_here(name)
    if here is not None and OPS[here].arity in (None, arity):
        return None
    return f"{name}_1" if name in OPS else name
