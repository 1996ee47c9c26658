"""What templates do with words."""

from __future__ import annotations

import json

from app.web.core.environment import worded
from tests.paths import ROOT

SENTENCES = json.loads((ROOT / "tests/js/words.json").read_text(encoding="utf-8"))


def test_a_number_stays_in_a_line_with_its_words_as_it_does_where_scripts_write_them() -> None:
    """The scripts' own rule is held to the same sentences."""
    assert {words: str(worded(words)).replace("\xa0", "~") for words in SENTENCES} == SENTENCES
