"""Figures in other notations: labels, sentences, TikZ and the graph as data say the same, and nothing else changes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from app.drawing.formats.tikz import tikz
from app.drawing.scene.scene import Ink, Scene
from app.language import Problems
from app.link import parse, query, resolve
from app.outputs import table as answers
from app.outputs.table import ANSWERS
from tests.drawing.test_formats import DOCUMENT, compiled, pages
from tests.drawing.test_snapshots import WRITE
from tests.snapshots import NOTATIONS, file_of_notation, quantised, spelled


def scene(link: str) -> Scene:
    return answers.scene(resolve(parse(link)))


def labels(link: str) -> list[str]:
    """All that is written in a figure."""
    return [spelled(item.outline.box) for item in scene(link).walk() if isinstance(item, Ink)]


def data(link: str) -> Any:
    return json.loads(ANSWERS["figure.json"].make(resolve(parse(link))))


@pytest.mark.parametrize("name", NOTATIONS)
def test_a_figure_in_a_notation_is_as_it_was(name: str) -> None:
    now, file = quantised(scene(NOTATIONS[name])), file_of_notation(name)
    if os.environ.get(WRITE):
        file.write_text(now, encoding="utf-8")
    assert now.splitlines() == file.read_text(encoding="utf-8").splitlines(), "`make snapshots` writes it anew"


@pytest.mark.parametrize("name", NOTATIONS)
def test_a_notation_is_written_in_a_link_and_read_again(name: str) -> None:
    link = parse(NOTATIONS[name])
    assert parse(query(link)) == link


def test_a_node_has_its_step_where_the_notation_has_it() -> None:
    assert "h^(2)" in labels("tau=2")
    assert "h_2" in labels("tau=2&time=subscript")
    assert "h^⟨2⟩" in labels("tau=2&time=angle")


def test_nodes_and_arrows_have_the_other_names() -> None:
    found = labels("tau=2&names=h:s,W:W_hh")
    assert {"s^(2)", "W_hh"} <= {*found}
    assert not {"h^(2)", "W"} & {*found}


def test_a_sign_says_the_last_step_by_its_name() -> None:
    link = "equations=z[t] = [t = tau] * h[t]%0Ah[t] = tanh(h[t-1])&detail=operations&tau=2"
    assert any("τ" in label for label in labels(link))
    said = labels(f"{link}&last=T")
    assert any("T" in label for label in said)
    assert not any("τ" in label for label in said)


def test_a_figure_is_told_in_its_notation() -> None:
    svg = ANSWERS["figure.svg"].make(resolve(parse("tau=2&time=subscript&names=h:s"))).decode()
    assert "feeds s_2" in svg
    assert not re.search(r"\bh\(|\bs\(", svg)


def test_the_graph_as_data_keeps_its_ids_and_has_the_notation_s_labels() -> None:
    usual, other = data("tau=2"), data("tau=2&time=angle&names=h:s&vectors=arrow")
    assert [node["id"] for node in usual["nodes"]] == [node["id"] for node in other["nodes"]]
    found = next(node for node in other["nodes"] if node["id"] == "h[2]")
    assert (found["label"], found["tex"], found["var"]) == ("s⟨2⟩", r"\vec{s}^{\langle2\rangle}", "h")


def test_graphviz_is_given_the_notation_s_labels_too() -> None:
    dot = ANSWERS["figure.dot"].make(resolve(parse("tau=2&names=W:W_hh,h:s&time=subscript"))).decode()
    assert 'label="W_hh"' in dot and 'params="W"' in dot
    assert '"h[2]" [label="s_2"' in dot


def test_only_what_is_written_differs() -> None:
    """Nodes stand where they stood: a notation is of letters."""
    usual, other = (data(f"tau=2{more}")["nodes"] for more in ("", "&time=subscript&vectors=plain"))
    assert [(node["x"], node["y"]) for node in usual] == [(node["x"], node["y"]) for node in other]


@pytest.mark.parametrize(
    ("link", "field", "words"),
    [
        ("names=q:s", "names", "there is no q"),
        ("names=h:x", "names", "both be shown as x"),
        ("names=h:t", "names", "the running step"),
        ("equations=T[t] = tanh(T[t-1])&last=T", "last", "the last step and T"),
        ("names=h:", "names", "names is to be"),
        ("names=h:1", "names", "names is to be"),
    ],
)
def test_a_name_that_nobody_could_tell_apart_is_a_problem(link: str, field: str, words: str) -> None:
    with pytest.raises(Problems) as refused:
        resolve(parse(link))
    (problem,) = refused.value.problems
    assert problem.about == field
    assert words in problem.message


def test_an_unknown_name_lists_those_that_are_near() -> None:
    with pytest.raises(Problems) as refused:
        resolve(parse("names=yaht:z"))
    assert "yhat" in (refused.value.problems[0].hint or "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("W:W_{hh}", "W:W_hh"),
        (r"h:\sigma", "h:sigma"),
        (r"o:\tilde{o}", "o:otilde"),
        ("h: s , W : W_h", "W:W_h,h:s"),
    ],
)
def test_a_symbol_may_be_written_as_people_write_it(written: str, read: str) -> None:
    assert parse([("names", written)]) == parse(f"names={read}")


def test_two_names_may_change_places() -> None:
    assert {"x^(1)", "h^(1)"} <= {*labels("tau=1&names=h:x,x:h")}


def test_latex_compiles_every_notation(latex: str, poppler: Path, tmp_path: Path) -> None:
    for number, link in enumerate(NOTATIONS.values()):
        (tmp_path / f"{number}.tex").write_bytes(tikz([scene(link)]))
    inputs = "\n".join(rf"\vbox{{\input{{{number}}}}}\eject" for number in range(len(NOTATIONS)))
    assert pages(poppler, compiled(latex, tmp_path, DOCUMENT.replace("INPUTS", inputs))) == len(NOTATIONS)
