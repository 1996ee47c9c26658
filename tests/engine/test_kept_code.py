"""Machine code on disk: found again, made anew where it is not what was written, bounded, and never needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.jit import kept_code

MADE = ["unfold.f.8"], b"code\nof a machine"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNFOLD_CODE", str(tmp_path / "code"))
    return tmp_path / "code"


def never() -> tuple[list[str], bytes]:
    raise AssertionError("made again")


def test_what_was_made_once_is_found_again() -> None:
    assert kept_code.kept("a", lambda: MADE) == MADE
    assert kept_code.kept("a", never) == MADE


@pytest.mark.parametrize("spoiled", [b"", b"x", b"0\n[]\ncode", None])
def test_what_is_not_what_was_written_is_made_anew(folder: Path, spoiled: bytes | None) -> None:
    kept_code.kept("a", lambda: MADE)
    (file,) = folder.glob("*")
    file.write_bytes(file.read_bytes()[:-1] if spoiled is None else spoiled)
    other = ["g"], b"another"
    assert kept_code.kept("a", lambda: other) == other
    assert kept_code.kept("a", never) == other


def test_no_more_files_are_kept_than_some(folder: Path) -> None:
    for i in range(kept_code.MOST + 5):
        kept_code.kept(str(i), lambda: MADE)
    assert len(list(folder.glob("*"))) == kept_code.MOST


def test_where_nothing_can_be_written_it_is_made_each_time(folder: Path) -> None:
    folder.write_text("a file where the folder would be")
    assert kept_code.kept("a", lambda: MADE) == MADE
    assert kept_code.kept("a", lambda: MADE) == MADE


def test_code_follows_from_the_sources_and_the_machine() -> None:
    assert kept_code.key("one") != kept_code.key("other")
    assert kept_code.key("one") == kept_code.key("one")
