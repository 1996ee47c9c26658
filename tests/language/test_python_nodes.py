"""A tree has the nodes that Python says it has, in its order."""

import ast

import pytest

from app.language.pasted.python_nodes import every_node
from tests.paths import ROOT

SOURCES = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "app/language/pasted").glob("*.py"))


def told(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if not isinstance(node, ast.expr_context)]


@pytest.mark.one_in(12)
@pytest.mark.parametrize("name", SOURCES)
def test_every_node_of_a_module_is_told_once_and_in_pythons_order(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text())
    assert list(map(id, every_node(tree))) == list(map(id, told(tree)))


def test_every_node_of_rare_statements_is_told() -> None:
    tree = ast.parse(
        "async def f(a, /, b: int = 1, *c, d=2, **e) -> None:\n"
        "    global g\n"
        "    async for x in y: await (lambda *p, q=3: p)(*a, k=b, **e)\n"
        "    with open(g) as h, i: h[1:2, ...] = {**e, 'a': {1, 2}} if not a else [*c]\n"
        "    try: del x, y.z\n"
        "    except (A, B) as w: raise w from None\n"
        "    match x:\n"
        "        case [1, *rest] | {'k': v, **more} | C(a=None) as m if m: yield f'{x!r:>{a}}'\n"
        "        case _: assert (n := a < b < 3 and -a), 'no'\n"
    )
    assert list(map(id, every_node(tree))) == list(map(id, told(tree)))
