"""Without llvmlite, which is optional, everything works in NumPy and gives the same numbers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.arrays import Array
from app.engine import bind, run
from app.engine.jit import loops
from app.systems import SYSTEMS
from tests.paths import ROOT

WITHOUT_LLVM = """
import sys

sys.modules["llvmlite"] = None  # as if it were not installed

import numpy as np
from app.engine.jit.loops import warm
from tests.engine.test_without_jit import gradients_of_all_systems
from unfold import Training, output

assert not warm()
np.savez(sys.argv[1], **gradients_of_all_systems())
assert output("figure.svg", Training(system="lstm", tau=40, phase="backward"))
assert output("train", Training(system="rnn-regression", tau=40, steps=3))
"""


def gradients_of_all_systems() -> dict[str, Array]:
    """Every gradient of every system, by system and variable, over enough steps for machine code."""
    found: dict[str, Array] = {}
    for name, system in SYSTEMS.items():
        trace = run(system.recurrence, 40, bind(system.recurrence, 40, seed=5))
        found |= {f"{name} {variable}": array for variable, array in trace.gradients.items()}
    return found


@pytest.fixture
def without_llvmlite(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if it were not installed, until the test ends."""
    monkeypatch.delitem(sys.modules, "app.engine.jit.llvm", raising=False)
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    loops.compiler.cache_clear()
    yield
    loops.compiler.cache_clear()


def test_without_llvmlite_a_long_loop_runs_in_numpy(without_llvmlite: None, monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence = SYSTEMS["gru"].recurrence
    bindings = bind(recurrence, 60, seed=2)
    assert not loops.warm()
    in_numpy = run(recurrence, 60, bindings).gradients
    monkeypatch.undo()
    loops.compiler.cache_clear()
    assert loops.warm()
    for name, gradient in run(recurrence, 60, bindings).gradients.items():
        np.testing.assert_allclose(in_numpy[name], gradient, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.program
def test_without_llvmlite_all_works_in_numpy_with_the_same_numbers(tmp_path: Path) -> None:
    file = tmp_path / "gradients.npz"
    command = [sys.executable, "-c", WITHOUT_LLVM, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(file) as arrays:
        without = dict(arrays)
    here = gradients_of_all_systems()
    assert set(without) == set(here)
    for name, gradient in here.items():
        np.testing.assert_allclose(without[name], gradient, rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_module_that_llvmlite_lacks_is_not_taken_for_a_missing_llvmlite(monkeypatch: pytest.MonkeyPatch) -> None:
    loops.compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "app.engine.jit.llvm", None)
    with pytest.raises(ModuleNotFoundError):
        loops.compiler()
    monkeypatch.undo()
    assert loops.compiler() is not None
