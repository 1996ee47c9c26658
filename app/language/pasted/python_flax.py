"""Has modules of Flax be models of Keras, whose layers compute the same: `nn.RNN(nn.LSTMCell(8))(x)`, `nn.Dense(3)(x)`.

A cell of Flax has the bias of Keras', which begins at 0; its GRU has a second one for the candidate alone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from app.language.pasted.python_trees import called_name, literal_of

CELLS: Mapping[str, str] = {
    "SimpleCell": "SimpleRNN", "LSTMCell": "LSTM", "OptimizedLSTMCell": "LSTM", "GRUCell": "GRU",
}  # fmt: skip
ONE_FOR_THE_CANDIDATE = "of the second bias of a GRU, Flax has the part of the candidate alone: the others are 0"


def put_keras_for_flax(tree: ast.Module) -> list[tuple[ast.AST, str]]:
    """Put the layers of Keras in place of those of Flax, and `call` for what its modules are called; what is said."""
    said = list[tuple[ast.AST, str]]()
    for node in [it for it in tree.body if isinstance(it, ast.ClassDef) and _is_module_of_flax(it)]:
        writer = _Layers()
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                method.body = [writer.visit(it) for it in method.body]
                method.name = "call" if method.name == "__call__" else method.name
        node.decorator_list = []
        said += ((it, ONE_FOR_THE_CANDIDATE) for it in writer.gated)
        ast.fix_missing_locations(node)
    return said


def _is_module_of_flax(node: ast.ClassDef) -> bool:
    """True for a module with a compact `__call__`, or with a `setup`."""
    methods = {it.name: it for it in node.body if isinstance(it, ast.FunctionDef)}
    compact = any(ast.unparse(it).endswith("compact") for method in methods.values() for it in method.decorator_list)
    return "__call__" in methods and (compact or "setup" in methods)


class _Layers(ast.NodeTransformer):
    """Layers of Keras for those of Flax."""

    def __init__(self) -> None:
        self.gated = list[ast.Call]()

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = called_name(node)
        said = {it.arg: it.value for it in node.keywords}
        match name, node.args:
            case "RNN", [ast.Call() as cell] if called_name(cell) in CELLS.values() and not said:
                cell.keywords.append(ast.keyword("return_sequences", ast.Constant(True)))
                return ast.copy_location(cell, node)
            case _ if name in CELLS and (units := node.args[0] if node.args else said.get("features")):
                kind = CELLS[name]
                more = [ast.keyword("unit_forget_bias", ast.Constant(False))] if kind == "LSTM" else []
                made = ast.copy_location(ast.Call(ast.Name(kind, ast.Load()), [units], more), node)
                self.gated += [made] if kind == "GRU" else []
                return made
            case "Embed", _:
                pair = [*node.args, *(said[it] for it in ("num_embeddings", "features") if it in said)]
                return ast.copy_location(ast.Call(ast.Name("Embedding", ast.Load()), pair, []), node)
            case "Dense", _:
                units = node.args[0] if node.args else said.get("features", ast.Constant(1))
                biased = [it for it in node.keywords if it.arg == "use_bias" and literal_of(it.value) is False]
                return ast.copy_location(ast.Call(ast.Name("Dense", ast.Load()), [units], biased), node)
            case "Dropout", _:
                return ast.copy_location(ast.Call(ast.Name("Dropout", ast.Load()), [], []), node)
        return node
