"""What is said of gradients that are compared: computed from each network's own end, and who wins and why."""

from __future__ import annotations

import html
import re
from itertools import product

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.language.typeset import share_words
from app.link import Training, parse, query, resolve
from app.outputs import (
    FollowedGradient,
    after_training,
    brief_sentence,
    follow,
    instruments_json,
    last_state,
    left_sentence,
    longest_sentence,
    read_at_the_end,
    remembered_sentences,
    remembering,
)
from app.systems import SYSTEMS
from app.web.service import create_app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app())


def followed(query: str, tau: int = 30) -> FollowedGradient:
    link = parse(f"{query}&task=adding&tau={tau}")
    state = last_state(resolve(link).run.recurrence, ("h",))
    found = follow(link.system, resolve(read_at_the_end(link, state)))
    assert found is not None
    return found


PLAIN, OPEN, SHUT = "system=rnn-regression&sizes=h:4", "system=lstm&set=b_f:5", "system=lstm&set=b_f:0"


def test_a_gradient_is_followed_along_the_state_that_keeps_the_most() -> None:
    assert [followed(query).state for query in (PLAIN, OPEN, "system=gru")] == ["h", "c", "h"]


def test_after_how_many_steps_a_hundredth_is_left_is_said_of_each() -> None:
    plain, gated = followed(PLAIN), followed(OPEN)
    shares = plain.kept.shares
    last = max(t for t in range(1, 31) if shares[t - 1] < 0.01)
    said = left_sentence([plain, gated])
    assert said.startswith(f"Less than one hundredth is left after {30 - last} steps in h of rnn-regression")
    lasts = f"c of lstm keeps {100 * gated.kept.left:.2g} % back to step 1"
    assert lasts in said and left_sentence([gated]) == f"{lasts}."


@pytest.mark.parametrize(
    ("gated", "words"),
    [
        (OPEN, "lstm keeps it longest: f lets"),
        (SHUT, "Here rnn-regression, which has no gate, keeps it longest: in lstm f lets 0.5"),
    ],
)
def test_who_keeps_it_longest_is_said_with_the_gate_and_its_bias(gated: str, words: str) -> None:
    said = longest_sentence([followed(f"{PLAIN}&radius=0.95"), followed(gated)])
    assert words in said and f"with b_f = {gated[-1]}" in said


def test_of_networks_of_one_kind_it_is_said_who_keeps_it_longest_and_of_one_alone_nothing() -> None:
    assert longest_sentence([followed(PLAIN), followed(f"{PLAIN}&radius=2")]) == "rnn-regression keeps it longest."
    assert longest_sentence([followed("system=gru"), followed(OPEN)]).startswith("lstm keeps it longest: f lets 0.99")
    assert longest_sentence([followed(OPEN)]) == ""


COMPARED = (
    ("gru", "lstm"), ("rnn", "lstm"), ("lstm", "rnn-regression"), ("bidirectional", "deep"), ("leaky", "gru"),
    ("hopfield", "hopfield-asynchronous"), ("system=rnn&radius=1.5&tau=12", "lstm"),
    ("system=rnn&radius=3&tau=9", "gru"),
    ("system=rnn-regression&task=adding&tau=20&radius=1", "system=lstm&tau=20&set=b_f:0"), ("last-output", "rnn"),
    ("equations=s[t]%3D1.2*s[t-1]%2Bx[t]&tau=9", "system=leaky&tau=9"),
    ("system=lstm&tau=30&of=L[30]", "system=rnn-regression&task=adding&tau=24&of=L[24]"),
)  # fmt: skip


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("a", "b"), COMPARED)
def test_every_sentence_of_two_networks_is_true_of_the_gradients_that_the_api_gives(
    client: TestClient, a: str, b: str
) -> None:
    page = html.unescape(client.get("/compare", params={"a": a, "b": b}).text).replace("\u00a0", " ")
    cards = re.findall(
        r'data-state="(\w+)".*?<h3[^>]*>(.*?) <span>.*?"factor">(?:grown to )?(.*?)(?: is left)? at step 1', page, re.S
    )
    said = re.sub("<[^>]*>", "", re.findall(r'class="sentences">(.*?)</p>', page, re.S)[0])
    links = [parse(q) for q in re.findall(r'href="/\?([^"]*)">open alone', page)]
    found = []
    for (state, title, left), link in zip(cards, links, strict=True):
        of = link.of or f"{last_state(resolve(link).run.recurrence, ['h'])}[{link.tau}]"
        asked = client.get(f"/api/trace?{query(link.bare.model_copy(update={'of': of}))}").json()
        gradients = np.array(asked["gradients"][state])
        norms = np.sqrt((gradients**2).reshape(len(gradients), -1).sum(axis=1))
        shares = norms / norms[np.flatnonzero(norms)[-1]]
        kept = np.flatnonzero(~(shares < 0.01))[0]
        back = np.flatnonzero(norms)[-1] - kept + 1
        assert left == share_words(shares[0])
        if kept:
            assert re.search(rf"\b{back} (steps? )?in {state} of {re.escape(title)}", said), said
            found.append((back, shares[0], title))
        else:
            word = "has grown to" if shares[0] > 1.005 else "keeps"
            assert f"{state} of {title} {word} {left}" in said
            found.append((np.inf, min(shares[0], 1.0), title))
    most, least = sorted(found, reverse=True)
    if most[0] == least[0] and most[1] < 1.25 * least[1]:
        assert re.search("keep about as much|lose (nothing|at most)", said), said
    else:
        first = re.escape(most[2])
        begun = f"Here {first}, which has no gate,|Here {first}|{first.replace('the', 'The', 1)}"
        assert re.search(rf"\. ({begun}) keeps (it longest|more of it)", said), said
    assert "equations keeps" not in said


@pytest.mark.parametrize("tau", [3, 8, 12, 30])
def test_what_is_said_of_who_keeps_more_is_true_of_the_numbers(tau: int) -> None:
    """None is said to keep most of what it has lost most of: what is said is said of who has the larger share."""
    plain = [followed(f"{PLAIN}&radius={radius}", tau) for radius in (0.5, 0.95)]
    gated = [followed(query, tau) for query in ("system=lstm", SHUT, "system=gru")]
    said_of = [(pair, longest_sentence(pair)) for pair in product(plain, gated)]
    for pair, said in said_of:
        more, less = sorted(pair, key=lambda one: one.kept.left, reverse=True)
        together = " lose " in said or "keep about as much" in said
        if together:
            assert less.lasting[1] > more.lasting[1] / 2
            continue
        assert said.removeprefix("Here ").startswith(more.title), said
        assert ("keeps it longest" in said) == (more.kept.steps != less.kept.steps)
        assert ("keeps more of it" in said) == (more.kept.steps == less.kept.steps)
    assert len({said for _, said in said_of}) > 2


def test_of_several_those_that_keep_about_as_much_are_set_against_the_others() -> None:
    found = [followed(PLAIN, 8), followed("system=gru", 8), followed(OPEN, 8)]
    assert longest_sentence(found).startswith("lstm keeps the largest share of it: f lets")
    alike = longest_sentence([found[0], followed(f"{PLAIN}&radius=0.2", 8), found[1]])
    assert alike == "rnn-regression and gru keep about as much, more than the others."


def test_where_nothing_is_lost_none_is_said_to_keep_it_longest() -> None:
    """What has grown is not kept longer than what is whole; at most as much is lost as is said, to a percent."""
    both = [followed(f"{PLAIN}&radius=3", 3), followed(OPEN, 3)]
    assert any(one.kept.left > 1 for one in both)
    for alike in (both, [followed(f"{PLAIN}&radius=3", 2), followed(OPEN, 2)]):
        percent = int(longest_sentence(alike).removesuffix(" % of it.").rpartition(" lose at most ")[2])
        most = max(1 - one.kept.left for one in alike)
        assert percent - 1 < 100 * most <= percent
    kept, grown = sorted(both, key=lambda one: one.kept.left)
    shares = [f"{share_words(one.kept.left)} ({one.title})" for one in (kept, grown)]
    assert brief_sentence(both) == f"At step 1 still {shares[0]}, grown to {shares[1]}."


def test_networks_that_a_training_has_made_worse_are_not_said_to_answer_well() -> None:
    run = parse("tau=10&task=adding&sizes=h:3&steps=12&batch=2&lr=5", Training)
    assert isinstance(run, Training)
    said = " ".join(remembered_sentences(run, remembering()))
    assert "none answers better than before its training." in said and "best" not in said


def test_trained_networks_are_those_of_the_run_and_a_plain_one_that_wins_is_named_with_how_the_gates_began() -> None:
    run = parse("system=lstm&tau=8&task=echo:1&sizes=h:6&steps=40&batch=4&lr=0.02", Training)
    assert isinstance(run, Training)
    trained = resolve(run).train()
    after = resolve(after_training(run)).run.trace.parameters
    for name, array in trained.parameters.items():
        np.testing.assert_allclose(after[name], array)
    losses, *felt = remembered_sentences(run, [SYSTEMS[name] for name in ("rnn-regression", "lstm")])
    assert losses.startswith("After 40 updates the loss on new sequences is ")
    assert "RNN for numbers, which has no gate, answers best. At the start in LSTM f lets 0.7" in losses
    assert "with b_f = 1, so that a gate forgets at every step until it has learned not to." in losses and felt


@pytest.mark.parametrize(
    ("task", "tau", "heard", "said"),
    [
        ("echo:1", 3, 2, "All feel more than a hundredth of it: that is needed for a good answer, and not enough."),
        ("echo:8", 20, 12, "LSTM alone feels more than a hundredth of it."),
        ("adding", 20, 2, "None feels a hundredth of it: what is not felt cannot be answered."),
    ],
)
def test_how_much_trained_networks_feel_is_what_the_api_tells_of_them(
    task: str, tau: int, heard: int, said: str
) -> None:
    """The numbers of the sentences, of the plot's triangles and of `/api/instruments`, at what the task asks for."""
    run = parse(f"tau={tau}&task={task}&sizes=h:3&steps=2&batch=2", Training)
    assert isinstance(run, Training)
    felt = {}
    for system in remembering():
        network = resolve(after_training(run.model_copy(update={"system": system.name})))
        triangle = instruments_json(network)["triangles"][0]
        t, k = (triangle["steps"].index(step) for step in (tau, heard))
        felt[system.called] = triangle["norms"][t][k]
        assert network.run.trace.tau == tau
    _, kept, why = remembered_sentences(run, remembering())
    listed = ", ".join(f"{share_words(share)} ({name})" for name, share in felt.items())
    assert f"heard as early as step {heard}; of a change of the state there it still feels {listed}." in kept
    assert why == said
