"""Every problem has a text that it refuses and one that is right, and no place that says a problem is untried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from app.language import GivenShapes, Problem, Problems, parse, parse_or_none
from app.language.parse import parse_statements
from app.language.reference.refused import REFUSED, RefusedText
from tests.language.problem_sites import reached, sites, tried


def read(text: str, given: Mapping[str, Any]) -> tuple[Problem, ...]:
    """The problems of a text with sizes, their defaults and arrays beside it."""
    arrays = {field: found for field, found in given.items() if field not in ("sizes", "defaults")}
    shapes = GivenShapes.of(**arrays) if arrays else None
    try:
        parse(text, given.get("sizes"), given.get("defaults"), shapes)
    except Problems as error:
        return error.problems
    return ()


def label(row: RefusedText) -> str:
    return row.wrong[:60]


@pytest.mark.parametrize("row", REFUSED, ids=label)
def test_what_is_refused_is_one_problem_that_says_so_and_leads_on(row: RefusedText) -> None:
    found = read(row.wrong, row.given)
    assert len(found) == 1, found
    assert row.words in found[0].message
    assert found[0].hint or found[0].allowed is not None, "it does not lead on"


@pytest.mark.parametrize("row", REFUSED, ids=label)
def test_what_is_to_be_written_instead_is_right(row: RefusedText) -> None:
    assert not read(row.right, row.given if row.right_given is None else row.right_given)


def test_whether_a_text_is_right_is_said_without_looking_for_what_would_mend_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = [row.wrong for row in REFUSED if read(row.wrong, {})]
    assert len(wrong) > 100
    monkeypatch.setattr("app.language.hinted_lines", None)
    assert not any(map(parse_or_none, wrong))
    right = [row.right for row in REFUSED if not read(row.right, {})]
    assert len(right) > 100
    assert list(map(parse_or_none, right)) == list(map(parse, right))


PROSE = re.compile(r"…|^an? | for | without | such as |; ")
"""What tells a hint in words from one that is text to be written."""


def test_what_a_hint_says_to_write_can_be_read() -> None:
    hints = [problem.hint or "" for row in REFUSED for problem in read(row.wrong, row.given)]
    found = [match[1] for hint in hints if (match := re.search(r"(?:^|: )write (.+?)(?:: .*)?$", hint))]
    written = [text for text in found if not PROSE.search(text)]
    assert len(written) > 15
    for text in written:
        lines = text if re.search(r"[^<>=]=[^=]|~", text) else f"z[t] = {text}"
        assert not parse_statements(lines)[1], text


def test_every_problem_of_the_language_has_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    with reached(monkeypatch) as lines:
        for row in REFUSED:
            read(f"{row.wrong} ", row.given)  # With a space the text is another, so that nothing is kept of it.
        monkeypatch.setattr("app.language.ranks.MOST_TRIES", 3)
        read("p[t] = p[t-1]; q[t] = q[t-1]; loss = p[tau] @ q[tau] ", {})
    assert not [f"{place[0]}: {call}" for place, call in sites().items() if not tried(place, lines)]
