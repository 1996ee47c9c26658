"""The windows of a link's training: what is bound at the first, and the data of many of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from app.arrays import Array, read_only
from app.engine import Bindings
from app.engine.execution import bind, data_of_starts
from app.engine.training import (
    Windows,
    entries_in_data,
    recurrent_matrices,
    set_data,
    set_entries,
    with_radius,
)
from app.language import Problems, Recurrence
from app.link.fields import Link
from app.link.named_fields import naming
from app.systems import Loaded


def windows(loaded: Loaded, link: Link, given: Mapping[str, Mapping[str, Any]]) -> Windows:
    """The windows of a link; `given` (params, inputs, initial) is a person's own, in every one of them."""

    drawn = loaded.bind(link.tau, link.seed, **given, batch=link.batch, window=0)
    parameters = _changed(loaded.recurrence, link, drawn.parameters, given.get("params", {}))
    own = [(field, name) for field in ("inputs", "initial") for name in given.get(field, {})]
    _refuse("set", [(field, name) for field, name in own if name in entries_in_data(link.set or "")])
    first = read_only(with_data_set(loaded.recurrence, link, replace(drawn, parameters=parameters)))
    arrays = {
        field: {name: np.asarray(value, dtype=float) for name, value in of.items()} for field, of in given.items()
    }

    def window(k: int) -> Bindings:
        numbers = arrays | {"params": first.parameters}
        if not k:
            return first
        bound = loaded.bind(link.tau, link.seed, **numbers, batch=link.batch, window=k)
        return with_data_set(loaded.recurrence, link, bound)

    made = _ManyWindows(loaded, link, given, first)
    return Windows(window, made.together, made.unequal)


@dataclass(frozen=True)
class _ManyWindows:
    """The data of many windows of a link at once; `first` is the first of them."""

    loaded: Loaded
    link: Link
    given: Mapping[str, Mapping[str, Any]]
    first: Bindings

    @cached_property
    def unequal(self) -> bool:
        """Whether sequences are of unequal length in some window."""
        data = self.loaded.data(self.link.tau, self.link.seed, self.link.batch)
        return data.lengths is not None and not data.inputs.keys() <= self.given.get("inputs", {}).keys()

    def together(self, first: int, count: int) -> dict[str, Array]:
        """What changes from window to window, (count, …) by name; `tau` has the lengths, where these do."""
        link, recurrence = self.link, self.loaded.recurrence
        found = self.loaded.data_of_windows(link.tau, link.seed, link.batch, first, count)
        lengths = found.pop("tau", None) if self.unequal else None
        own = {*self.given.get("inputs", {}), *data_of_starts(recurrence, self.given.get("initial", {}))}
        fed = {name: array for name, array in found.items() if name not in own and name != "tau"}
        if fed.keys() & set(entries_in_data(link.set or "")):
            fed = self._with_data_set(fed, lengths)
        if lengths is None:
            return fed
        inside = np.arange(link.tau)[:, None] < lengths[:, None]
        for name, array in self._whole.inputs.items():
            if name not in fed and recurrence.variables[name].indexed:
                within = inside.reshape(*inside.shape, *[1] * (array.ndim - 2))
                fed[name] = np.where(within, array, 0.0)
        return {**fed, "tau": lengths}

    @cached_property
    def _whole(self) -> Bindings:
        """The data that are the same in every window but for its ends."""
        link, recurrence = self.link, self.loaded.recurrence
        data = self.loaded.data(link.tau, link.seed, link.batch).inputs
        own: dict[str, Any] = {"params": self.first.parameters, "inputs": self.given.get("inputs")}
        bound = bind(recurrence, link.tau, link.seed, data, **own, initial=self.given.get("initial"), batch=link.batch)
        return with_data_set(recurrence, link, bound)

    def _with_data_set(self, data: Mapping[str, Array], lengths: Array | None) -> dict[str, Array]:
        """The same with the entries that the link sets in every sequence: all windows are one long batch for that."""
        axes = {name: int(self.loaded.recurrence.variables[name].indexed) for name in data}
        shapes, long = dict[str, tuple[int, ...]](), dict[str, Array]()
        for name, array in data.items():
            moved = np.moveaxis(array, 0, axes[name])
            shapes[name] = moved.shape
            long[name] = moved.reshape(*moved.shape[: axes[name]], -1, *moved.shape[axes[name] + 2 :])
        ends = None if lengths is None else tuple(map(int, lengths.ravel()))
        changed = with_data_set(
            self.loaded.recurrence, self.link, replace(self.first, inputs=long, lengths=ends)
        ).inputs
        return {
            name: np.ascontiguousarray(np.moveaxis(array.reshape(shapes[name]), axes[name], 0))
            for name, array in changed.items()
        }


def _changed(
    recurrence: Recurrence, link: Link, parameters: Mapping[str, Array], given: Mapping[str, Any]
) -> Mapping[str, Array]:
    """The parameters with the spectral radius and the single entries that a link sets; what is given is given."""
    changed = dict(parameters)
    if link.radius is not None:
        own = {name: np.eye(len(changed[name])) for name in recurrent_matrices(recurrence) if name in given}
        _refuse("radius", [] if set(recurrent_matrices(recurrence)) - own.keys() else [("params", n) for n in own])
        changed = with_radius(recurrence, changed | own, link.radius) | {name: changed[name] for name in own}
    if link.set is not None:
        before, changed = changed, set_entries(recurrence, changed, link.set)
        _refuse("set", [("params", n) for n in given if not np.array_equal(before[n], changed[n])])
    return changed


def with_data_set(recurrence: Recurrence, link: Link, bindings: Bindings) -> Bindings:
    """The same with the entries of data and starts that a link sets."""
    return bindings if link.set is None else set_data(recurrence, bindings, link.set)


def _refuse(field: str, given: Iterable[tuple[str, str]]) -> None:
    """Refuse a field that would change what is given: (field of the body, name)."""
    problems = [naming(f"{by} gives {name}, which {{{field}}} would change", field, [by]) for by, name in given]
    if problems:
        raise Problems(*problems)
