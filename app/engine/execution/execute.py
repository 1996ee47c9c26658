"""`Program` + arrays → `Execution`: the arrays of a pass, and the calls that fill them, as its plan has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.arrays import Array
from app.cache import ByteStore
from app.engine.execution.calls import BoundProgram, ProgramArrays
from app.engine.execution.numpy_calls import make
from app.engine.execution.plans import Listed, PassPlan, Regions, pass_plan, taken_out
from app.engine.ir import Program
from app.engine.jit import WORD, Instruction, address, chosen, divided, kernel_addresses, packed
from app.readers import stop_for_nobody

ROOM = 12_000_000
"""Bytes of the plans that are kept."""
_PLANS: ByteStore[tuple[Any, ...], PassPlan] = ByteStore(
    f"{__name__}.Execution", lambda: ROOM, lambda found: found.size
)


class Execution(ProgramArrays):
    """The arrays of one program, by name, and the calls that fill them.

    Arrays in `known` are read where they are, so changing them in place and running again is a second run; only
    sequences that are read at other steps are copied into buffers with room at both ends.
    """

    def __init__(self, program: Program, known: Mapping[str, Array], tau: int, batch: int, dtype: Any = np.float64):
        super().__init__(program, known, tau, batch, dtype)
        self.addresses = kernel_addresses(np.dtype(dtype).itemsize)
        given = Regions(known, dict.fromkeys((*program.reads, "tau")))
        key = program, tau, batch, np.dtype(dtype), chosen(), given.layout
        found = _PLANS.get(key)
        if found is None:
            bound = BoundProgram(program, known, tau, batch, dtype)
            found = pass_plan(bound, known, given)
            if found is None:
                self.arrays, self.bound = bound.arrays, bound.bound
                self.calls = packed(bound.bound, bound.addresses)
                return
            _PLANS.keep(key, found)
        self.put(found, known, given)

    def put(self, found: PassPlan, known: Mapping[str, Array], given: Regions) -> None:
        """What a plan has, for these arrays."""
        own = found.own.copy()
        regions = own, *map(_in_order, given.arrays)
        self.kept = found, regions
        starts = [address(own), *given.starts]
        words = own.view(np.int64)
        words[found.places] += np.array(starts)[found.regions]
        self.arrays = {**known, **{name: part.of(regions) for name, part in found.arrays}}
        self.calls, self.bound = [], []
        for call in found.calls:
            if isinstance(call, Listed):
                where = starts[0] + WORD * call.place, call.count, 0
                self.calls.append((divided, (found.perform, *where)) if call.apart else (found.perform, where))
                self.bound.append(Instruction("repeat", (1, 0, 0, 0, call.count), ((3, words[call.place :]),)))
            else:
                self.calls.append(taken_out(call, regions))
                self.bound.append(self.calls[-1])

    def run(self) -> dict[str, Array]:
        """Make every call in order, and give the arrays that they fill."""
        self.go()
        return self.arrays

    def go(self) -> None:
        """Make every call in order, if anybody waits for it."""
        stop_for_nobody()
        make(self.calls)


def _in_order(array: Array) -> Array:
    """An array that is the owner of its memory, with its axes as they lie there."""
    return array if array.flags.c_contiguous else array.transpose(np.argsort(array.strides)[::-1])
