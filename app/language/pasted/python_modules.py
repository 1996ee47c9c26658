"""Reads the modules that a network of PyTorch keeps under names: the layers and functions that each applies in turn."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.language.elsewhere import meaning_hint
from app.language.pasted.lines import ALL_KEPT, WRITE_OUT, Unread
from app.language.pasted.names_elsewhere import UNCHANGED, applied_here, name_here
from app.language.pasted.python_nodes import every_node
from app.language.pasted.python_trees import is_module, literal_of
from app.language.syntax import Read, Span

SAME = frozenset(("Identity", "Flatten", "Unflatten"))
"""Modules that leave their vector as it is."""
DROPPING = frozenset(("Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"))
LAYERS = frozenset(("Linear", "Embedding"))
MADE_CLASSES = SAME | DROPPING | LAYERS | frozenset((
    "Sequential", "Dense", "SimpleRNN", "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "SimpleRNNCell",
    "Bidirectional", "TimeDistributed", "Conv1D", "Conv1d",
))  # fmt: skip
"""Classes that libraries make layers and cells of."""
WITHOUT_MEANING = frozenset(("dim", "inplace", "reduction", "device", "dtype"))
"""Arguments of a module that leave the function that it applies as it is, for vectors of one axis."""
BY_AXIS = frozenset(("softmax", "log_softmax"))


@dataclass(frozen=True, slots=True)
class KeptLayer:
    """A linear layer that is kept under a name."""

    name: str
    biased: bool

    def said(self, inner: str) -> str:
        product = f"W_{self.name} @ {inner if inner.isidentifier() or inner.endswith(')') else f'({inner})'}"
        return f"{product} + b_{self.name}" if self.biased else product


ModulePart = KeptLayer | str
"""A layer, or a function by the name that PyTorch gives it."""


def makes_module(node: ast.expr) -> bool:
    """True for `nn.Tanh()`, `Linear(n, m)`, `torch.tanh`: what is made is called later."""
    match node:
        case ast.Call(func=ast.Attribute(inner, name)) if is_module(inner):
            return name[:1].isupper() and name not in UNCHANGED
        case ast.Call(func=ast.Name(name)):
            known = name in MADE_CLASSES or name_here(name) is not None
            return name[:1].isupper() and known
        case ast.Attribute(inner, name) if is_module(inner):
            return applied_here(name, (Read("z"),)) is not None
    return False


def module_parts(name: str, made: ast.expr, place: Callable[[ast.AST], Span]) -> tuple[ModulePart, ...]:
    """What a module applies, from the first to the last; raises Unread where one of them has no counterpart."""
    if not isinstance(made, ast.Call):
        return (_called_name(made),)
    kind = _called_name(made.func)
    if kind == "Sequential":
        return tuple(_in_sequence(name, made, place))
    if kind in LAYERS:
        unbiased = any(k.arg == "bias" and literal_of(k.value) is False for k in made.keywords)
        return (KeptLayer(name, kind == "Linear" and not unbiased),)
    if kind in SAME | DROPPING:
        return ()
    here = name_here(kind)
    told = [*(k.arg for k in made.keywords if k.arg not in WITHOUT_MEANING), *made.args[here in BY_AXIS :]]
    if here is None and applied_here(kind, (Read("z"),)) is None:
        hint = "write its equation: y[t] = V @ h[t] + b" if kind == "Dense" else meaning_hint(kind, [])
        raise Unread(f"the class {kind} is not read", place(made), hint or WRITE_OUT)
    if told:
        raise Unread(f"the argument of {kind} is not read", place(made), "write out what it computes")
    return (kind,)


def layer_sizes(name: str, made: ast.expr) -> Iterator[tuple[str, list[ast.expr]]]:
    """The parameters of the layers that a line makes, each with what is written of its sizes."""
    if not isinstance(made, ast.Call):
        return
    if (kind := _called_name(made.func)) == "Sequential":
        listed = made.args[0].elts if made.args and isinstance(made.args[0], ast.List) else made.args
        for number, inner in _numbered(listed):
            yield from layer_sizes(name if number is None else f"{name}_{number}", inner)
    elif kind in LAYERS:
        told = {it.arg: it.value for it in made.keywords}
        words = ("in_features", "out_features") if kind == "Linear" else ("num_embeddings", "embedding_dim")
        sizes = [*made.args[:2], *(told[it] for it in words[len(made.args[:2]) :] if it in told)]
        if len(sizes) == 2:
            yield f"W_{name}", sizes[::-1]
            yield f"b_{name}", sizes[1:]


def module_said(name: str, parts: tuple[ModulePart, ...], made: ast.expr) -> str:
    """A line on what a module computes, for whoever reads what was read."""
    classes = {_called_name(it.func) for it in every_node(made) if isinstance(it, ast.Call)}
    said = "z"
    for part in parts:
        said = part.said(said) if isinstance(part, KeptLayer) else f"{name_here(part) or part}({said})"
    return f"{name}(z) is {said}" if classes.isdisjoint(DROPPING) else f"{name}(z) is {said}; {ALL_KEPT}"


def _in_sequence(name: str, made: ast.Call, place: Callable[[ast.AST], Span]) -> Iterator[ModulePart]:
    """The modules of a sequence; of several layers each has the number of its place, as PyTorch counts them."""
    listed = made.args[0].elts if made.args and isinstance(made.args[0], ast.List) else made.args
    for number, inner in _numbered(listed):
        if not makes_module(inner):
            raise Unread(f"{ast.unparse(inner)[:40]!r} in a sequence is not read", place(inner), WRITE_OUT)
        yield from module_parts(name if number is None else f"{name}_{number}", inner, place)


def _numbered(listed: Sequence[ast.expr]) -> Iterator[tuple[int | None, ast.expr]]:
    """The modules of a sequence, each with its number where there are several layers."""
    layers = [a for a in listed if isinstance(a, ast.Call) and _called_name(a.func) in LAYERS]
    yield from ((number if len(layers) > 1 else None, inner) for number, inner in enumerate(listed))


def _called_name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
