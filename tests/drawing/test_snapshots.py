"""A changed picture is a diff that somebody looks at: every figure of the gallery beside what it was."""

from __future__ import annotations

import os

import pytest

from app.link import Link, resolve
from app.outputs import table as answers
from app.web.gallery import gallery_links
from tests.paths import SNAPSHOTS
from tests.snapshots import NOTATIONS, file_of, file_of_notation, quantised

WRITE = "UNFOLD_WRITE_SNAPSHOTS"


@pytest.mark.one_in(3)
@pytest.mark.parametrize("link", gallery_links(), ids=lambda link: file_of(link).stem)
def test_a_figure_of_the_gallery_is_as_it_was(link: Link) -> None:
    now = quantised(answers.scene(resolve(link)))
    if os.environ.get(WRITE):
        SNAPSHOTS.mkdir(exist_ok=True)
        file_of(link).write_text(now, encoding="utf-8")
    then = file_of(link).read_text(encoding="utf-8").splitlines()
    assert now.splitlines() == then, "`make snapshots` writes it anew; look at /gallery and at the diff"


def test_every_snapshot_is_of_a_figure() -> None:
    files = [*map(file_of, gallery_links()), *map(file_of_notation, NOTATIONS)]
    assert {path.name for path in SNAPSHOTS.iterdir()} == {file.name for file in files}
