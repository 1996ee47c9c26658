"""A figure: a graph, its picture, and its picture at every step, from which every format is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.drawing.scene import Item, ItemGroup, Numbers, Position, Scene
from app.engine.graph import Graph


@dataclass(frozen=True)
class Figure:
    """A graph with its picture. `film` draws the picture at every step, `length` of them, each as it is asked for.

    `numbers` are those of the pass, `values` says whether data formats have all of them; `stepped`, whether a format of
    many pages has one for each step, `scale` how much larger pixels make it.
    """

    graph: Graph
    of: str
    scene: Scene
    cursor: Position
    numbers: Numbers
    film: Callable[[], Iterable[Scene]]
    length: int
    scale: float = 1.0
    values: bool = False
    stepped: bool = False

    @property
    def pages(self) -> tuple[Scene, ...]:
        """The pictures at all steps where they are asked for, else the one."""
        return tuple(self.film()) if self.stepped else (self.scene,)


def built(scene: Scene, order: Sequence[str]) -> tuple[Scene, ...]:
    """The structure node by node: each frame has one node more, and the arrows whose ends are there.

    What no step comes to, as starts, is there from the beginning. Of two graphs the circuit stands beside from the
    beginning too.
    """
    later = set(order)
    return tuple(_without(scene, later - set(order[: k + 1])) for k in range(len(order)))


def _without(scene: Scene, hidden: set[str]) -> Scene:
    """The same canvas without these nodes of the last graph and what leads to or from them."""
    last = scene.parts[-1]
    kept = last._replace(items=tuple(item for item in last.items if not _touches(item, hidden)))
    return replace(scene, items=tuple(kept if item is last else item for item in scene.items))


def _touches(item: Item, hidden: set[str]) -> bool:
    ends = ("node", "repeats", "source", "target")
    return isinstance(item, ItemGroup) and any(item.fact(end) in hidden for end in ends)
