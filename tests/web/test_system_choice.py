"""The systems as a page offers them: in the order of their story, each with a picture and a thing to try."""

from __future__ import annotations

from collections.abc import Callable

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


def test_what_one_tries_shows_what_its_sentence_says() -> None:
    assert {*CLAIMS} == {*SYSTEMS}
    untrue = []
    for name, claim in CLAIMS.items():
        link = Link(system=name, tau=SYSTEMS[name].tau)
        place = story_place(link)
        assert place is not None
        if not claim(link, parse(place.trying.partition("?")[2])):
            untrue.append(f"{name}: {place.to_try}")
    assert not untrue


Claim = Callable[[Link, Link], bool]
"""(the page that one comes from, the page on which it is tried) → whether what the sentence speaks of is there."""


def lengths(link: Link, name: str, of: str | None = None) -> list[float]:
    """How long the gradient is at each step, of what the link differentiates or of something else."""
    gradients = resolve(link.model_copy(update={"of": of}) if of else link).run.trace.gradients
    return [float(np.linalg.norm(one)) for one in gradients[name]]


def share(name: str, at: int, beside: int, least: float, most: float) -> Claim:
    """So much of the gradient at one step is there at another, steps from 0, the last −1; it goes back."""

    def claim(_: Link, tried: Link) -> bool:
        found = lengths(tried, name)
        return tried.phase == "backward" and least < found[at] / found[beside] <= most

    return claim


def reached(link: Link, name: str, of: str) -> list[int]:
    """The steps to which a gradient comes."""
    return [t for t, length in enumerate(lengths(link, name, of), 1) if length > 0]


def scaled(_: Link, tried: Link) -> bool:
    before = lengths(tried.model_copy(update={"radius": None}), "s")
    now = lengths(tried, "s")
    return tried.phase == "backward" and now[0] / now[-1] < 0.25 * before[0] / before[-1]


def recurrent(now: Link, tried: Link) -> bool:
    layer = resolve(now).run.recurrence.variables["y"]
    return not layer.indexed and reached(tried, "y", "y[3]") == [1, 2, 3]


def less_comes_back(now: Link, tried: Link) -> bool:
    return tried.phase == "backward" and 0 < lengths(tried, "h")[0] < 0.01 * lengths(now, "h")[0]


def both_ways(_: Link, tried: Link) -> bool:
    return (reached(tried, "h", "L[3]"), reached(tried, "g", "L[3]")) == ([1, 2, 3], [3, 4, 5])


def through_both(_: Link, tried: Link) -> bool:
    """What o(1) gets is what its own loss says, and what came through W; h(1) has that through V."""
    trace = resolve(tried).run.trace
    o, a, h = (trace.gradients[name] for name in ("o", "a", "h"))
    w, v = trace.parameters["W"], trace.parameters["V"]
    own = resolve(tried.model_copy(update={"of": "L[1]"})).run.trace.gradients["o"][0]
    through = np.allclose(o[0], own + a[1] @ w) and np.allclose(h[0], o[0] @ v)
    return tried.phase == "backward" and through and not np.allclose(o[0], own)


def own_output(now: Link, tried: Link) -> bool:
    """What was given is read no more, what comes out is."""
    last = f"L[{tried.tau}]"
    return (reached(now, "o", last), reached(tried, "o", last)) == ([tried.tau], [*range(1, tried.tau + 1)]) and (
        len(reached(now, "y", last)) > len(reached(tried, "y", last)) == 1
    )


def cut_after_two(now: Link, tried: Link) -> bool:
    """The last two steps have all that they had, the first two only what comes from these two."""
    all_, cut = (resolve(link).run.trace.gradients["h"] for link in (now, tried))
    first, second = (resolve(now.model_copy(update={"of": f"L[{t}]"})).run.trace.gradients["h"] for t in (1, 2))
    left = np.allclose(cut[2:], all_[2:]) and np.allclose(cut[:2], (first + second)[:2])
    return tried.phase == "backward" and left and not np.allclose(cut[:2], all_[:2])


def trained_nearer(now: Link, tried: Link) -> bool:
    return float(resolve(tried).run.trace.values["loss"]) < 0.25 * float(resolve(now).run.trace.values["loss"])


def six_kept(now: Link, tried: Link) -> bool:
    """Of three letters it finds the one that it was started nearest to, of six that are alike another."""

    def found(link: Link) -> tuple[int, int, int]:
        values = resolve(link).run.trace.values
        nearest, last = values["P"] @ values["s0"], values["P"] @ values["s"][-1]
        return len(values["P"]), int(np.argmax(nearest)), int(np.argmax(last))

    return (found(now), found(tried)) == ((3, 0, 0), (6, 0, 1))


def other_turns(now: Link, tried: Link) -> bool:
    one, other = (resolve(link).run.trace.values for link in (now, tried))
    falls = all((np.diff(values["E"]) <= 0).all() and values["E"][-1] < values["E"][0] for values in (one, other))
    return falls and not np.array_equal(one["u"], other["u"])


CLAIMS: dict[str, Claim] = {
    "dynamics": scaled,
    "driven": share("x", 0, 1, 0, 0.8),
    "dense": recurrent,
    "rnn": share("h", 0, -1, 0, 0.5),
    "rnn-regression": trained_nearer,
    "output-recurrence": through_both,
    "teacher-forcing": own_output,
    "last-output": share("h", 0, -1, 0, 1e-4),
    "vector-to-sequence": own_output,
    "bidirectional": both_ways,
    "deep": cut_after_two,
    "leaky": less_comes_back,
    "gru": share("h", 0, -1, 0.8, 1),
    "lstm": share("c", 0, -1, 0.7, 1),
    "hopfield": six_kept,
    "hopfield-asynchronous": other_turns,
}
"""What is to be seen where each system's thing to try leads, in numbers."""


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
