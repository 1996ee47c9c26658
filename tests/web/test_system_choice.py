"""The systems as a page offers them: in the order of their story, each with a picture and a thing to try."""

from __future__ import annotations

import numpy as np
import pytest

from app.link import Link, parse, resolve
from app.outputs import inline
from app.systems import SYSTEMS
from app.web.explore.system_choice import story_place, system_groups


def test_what_there_is_to_try_with_a_system_is_a_link_that_shows_something_else() -> None:
    for name in SYSTEMS:
        link = Link(system=name, tau=4)
        place = story_place(link)
        assert place is not None
        tried = parse(place.trying.partition("?")[2])
        assert resolve(tried).link != link


def test_what_one_tries_shows_what_its_sentence_says_of_the_gradient() -> None:
    # What the length of the gradient at one place is to be, in parts of that at the other: steps from 0, the last -1.
    shares = {
        "driven": (("x", 0), ("x", 1), 0, 0.8),
        "rnn": (("h", 0), ("h", -1), 0, 0.1),
        "last-output": (("h", 0), ("h", -1), 0, 1e-4),
        "gru": (("h", 0), ("h", -1), 0.8, 1),
        "lstm": (("c", 0), ("c", -1), 0.8, 1),
    }
    for name, ((one, step), (other, then), least, most) in shares.items():
        place = story_place(Link(system=name, tau=6))
        assert place is not None
        gradients = resolve(parse(place.trying.partition("?")[2])).run.trace.gradients
        share = np.linalg.norm(gradients[one][step]) / np.linalg.norm(gradients[other][then])
        assert least < share <= most, name


@pytest.mark.dear
def test_the_pictures_of_the_systems_can_be_told_apart() -> None:
    offered = [system for group in system_groups(Link()) for system in group.systems]
    drawn = {inline(resolve(parse(system.pictures["light"].partition("?")[2]))).drawn for system in offered}
    assert len(drawn) == len(offered) == len(SYSTEMS)


def test_the_way_through_the_systems_leads_to_each_of_them_once() -> None:
    name, seen = next(iter(SYSTEMS)), list[str]()
    while name:
        seen.append(name)
        place = story_place(Link(system=name))
        name = place.after.name if place and place.after else ""
    assert seen == [*SYSTEMS]


def test_equations_of_ones_own_have_no_place_in_the_story() -> None:
    assert story_place(Link(equations="s[t] = s[t-1]")) is None
