"""Machine code on disk: found again, made anew where it is not what was written, bounded, and never needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cache import clear_caches
from app.engine import bind, run
from app.engine.jit import kept_code, llvm, loops
from app.language import parse

MADE = ["unfold.f.8"], b"code\nof a machine"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNFOLD_CODE", str(tmp_path / "code"))
    return tmp_path / "code"


def never() -> tuple[list[str], bytes]:
    raise AssertionError("made again")


def test_what_was_made_once_is_found_again() -> None:
    assert kept_code.kept("a", ".loop", lambda: MADE) == MADE
    assert kept_code.kept("a", ".loop", never) == MADE


@pytest.mark.parametrize("spoiled", [b"", b"x", b"0\n[]\ncode", None])
def test_what_is_not_what_was_written_is_made_anew(folder: Path, spoiled: bytes | None) -> None:
    kept_code.kept("a", ".loop", lambda: MADE)
    (file,) = folder.glob("*")
    file.write_bytes(file.read_bytes()[:-1] if spoiled is None else spoiled)
    other = ["g"], b"another"
    assert kept_code.kept("a", ".loop", lambda: other) == other
    assert kept_code.kept("a", ".loop", never) == other


def test_no_more_files_are_kept_than_some(folder: Path) -> None:
    kept_code.kept("a", ".loop", lambda: MADE)
    for i in range(kept_code.MOST[".code"] + 5):
        kept_code.kept(str(i), ".code", lambda: MADE)
    assert len(list(folder.glob("*.code"))) == kept_code.MOST[".code"]
    assert kept_code.kept("a", ".loop", never) == MADE


def test_the_function_of_a_loop_is_made_once_for_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "WORTH", 0)
    recurrence = parse("h[t] = tanh(W @ h[t-1] + 0.5 * x[t]) / 3; loss = sum(sum(h[t] ** 2))")
    found = []
    for _ in range(2):
        clear_caches("app.engine.jit.llvm._compiled", "app.engine.execution")
        arrays = run(recurrence, 4, bind(recurrence, 4)).arrays
        found.append({name: array.tobytes() for name, array in arrays.items()})
        monkeypatch.setattr(llvm, "_made", never)
    assert found[0] == found[1]


def test_where_nothing_can_be_written_it_is_made_each_time(folder: Path) -> None:
    folder.write_text("a file where the folder would be")
    assert kept_code.kept("a", ".loop", lambda: MADE) == MADE
    assert kept_code.kept("a", ".loop", lambda: MADE) == MADE


def test_code_follows_from_the_sources_and_the_machine() -> None:
    assert kept_code.key("one") != kept_code.key("other")
    assert kept_code.key("one") == kept_code.key("one")
