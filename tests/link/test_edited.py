"""What of a link stays when its equations are edited, and when another system is chosen."""

import re

import numpy as np
import pytest

from app.language import parse_node
from app.link import (
    LeftOut,
    Link,
    Training,
    left_in_words,
    of_another_program,
    of_another_system,
    of_edited,
    parse,
    resolve,
)
from app.systems import SYSTEMS

RIGHT = {"equations": "s[t] = A @ s[t-1] + x[t]", "tau": "5"}


def test_what_goes_with_the_equations_stays_as_it_is() -> None:
    fields = {**RIGHT, "sizes": "s:2", "of": "s[2]", "set": "A[1,2]:0.5,A[2,2]:0.1", "seed": "3", "task": "random"}
    assert of_edited(fields) == (fields, ())


def test_of_several_sizes_and_entries_those_that_mean_something_stay() -> None:
    kept, left = of_edited({**RIGHT, "sizes": "h:3,s:2", "set": "A[1,2]:0.5,W[1,1]:2"})
    assert kept == {**RIGHT, "sizes": "s:2", "set": "A[1,2]:0.5"}
    assert left == (
        LeftOut("sizes", "h:3", "there is no dimension called h"),
        LeftOut("set", "W[1,1]:2", "W[1,1] is no parameter of these equations, no data and no start"),
    )


def test_two_sizes_that_an_edit_makes_one_keep_the_first() -> None:
    kept, left = of_edited({"equations": "s[t] = s[t-1] + x[t]", "sizes": "x:3,s:2"})
    assert kept["sizes"] == "x:3"
    assert [(it.field, it.value) for it in left] == [("sizes", "s:2")]


@pytest.mark.parametrize(
    ("field", "value"), [("task", "sine-to-cosine"), ("of", "L[2]"), ("feed", "x:o"), ("signal", "1,2")]
)
def test_a_field_without_a_meaning_is_left_out_with_the_reason(field: str, value: str) -> None:
    fields = {"equations": "s[t] = A @ s[t-1] + x[t] + z[t]", "seed": "4"}
    kept, left = of_edited({**fields, field: value})
    assert kept == fields
    assert [(it.field, it.value, bool(it.why)) for it in left] == [(field, value, True)]


def test_more_steps_than_other_equations_can_run_are_left_out() -> None:
    many = "\n".join(f"s{i}[t] = A @ s{i}[t-1]" for i in range(40))
    kept, left = of_edited({"equations": f"A: 512 x 512\n{many}", "tau": "1000"})
    assert [(it.field, it.value) for it in left] == [("tau", "1000")]
    assert "tau" not in kept


def test_what_followed_from_a_field_that_is_left_out_goes_too() -> None:
    kept, left = of_edited({**RIGHT, "feed": "x:o", "forced": "true", "trained": "2"})
    assert [it.field for it in left] == ["feed", "forced"]
    assert kept == {**RIGHT, "trained": "2"}


def test_nothing_is_left_out_while_something_else_is_wrong() -> None:
    for wrong in ({"equations": "s[t] = s[t-1 + x[t]"}, {**RIGHT, "tau": "0"}):
        fields = {**wrong, "sizes": "q:3"}
        assert of_edited(fields) == (fields, ())


def _edits(equations: str) -> dict[str, str]:
    """An operation changed, a line added, a variable renamed."""
    computed = re.findall(r"^(\w+(?:\[t\])?) =", equations, re.MULTILINE)
    other = {"tanh": "sigmoid", "sigmoid": "tanh", "sign": "tanh"}
    return {
        "operation": re.sub(r"\b(tanh|sigmoid|sign)(?=\()", lambda it: other[it[1]], equations, count=1),
        "line": f"{equations}more{computed[-1].partition('loss')[0][1:]} = {computed[-1]}\n",
        "name": re.sub(rf"\b{computed[0][0]}\b", "renamed", equations),
    }


@pytest.mark.one_in(6)
@pytest.mark.parametrize("system", SYSTEMS)
def test_an_edit_of_a_system_keeps_its_data_its_sizes_and_the_step_that_one_is_at(system: str) -> None:
    at = resolve(Link(system=system, tau=2)).run.steps[2]
    fields = {"tau": "2", "truncate": "1", "phase": at.phase, "at": at.at}
    before = resolve(parse({"system": system, **fields}.items()))
    for what, equations in _edits(SYSTEMS[system].equations).items():
        kept, left = of_edited({"equations": equations, **fields}, system)
        after = resolve(parse(kept.items()))
        assert left == () and kept["truncate"] == "1"
        if (step := parse_node(at.at).t) is not None:
            assert parse_node(after.cursor.at or "").t == step, what
        for name, numbers in before.run.bindings.inputs.items():
            assert np.array_equal(after.run.bindings.inputs[name], numbers), (what, name)
        had, has = before.run.recurrence, after.run.recurrence
        names = {name: name if name in has.variables else "renamed" for name in had.variables}
        (name,) = re.findall(r"^\w+", at.at)
        assert after.cursor.at == at.at.replace(name, names.get(name, name), 1)
        assert all(has.shape(names[name]) == had.shape(name) for name in had.variables), what


def test_names_are_followed_through_one_edit_after_another() -> None:
    fields, text = {"tau": "2", "sizes": "h:3", "set": "W[1,1]:0.5", "at": "h[1]", "phase": "forward"}, ""
    equations, system = SYSTEMS["rnn"].equations, "rnn"
    for was, now in (("h", "s"), ("W", "A"), ("s", "q")):
        text, equations = equations, re.sub(rf"\b{was}\b", now, equations)
        fields, left = of_edited({**fields, "equations": equations}, system, before=text)
        assert left == ()
        system = ""
    assert {"q:3"} <= {*fields["sizes"].split(",")}
    assert (fields["set"], fields["at"]) == ("A[1,1]:0.5", "q[1]")


def test_another_system_keeps_steps_data_and_cursor_and_nothing_about_the_old_one() -> None:
    kept = {
        "system": "deep",
        "tau": "5",
        "task": "next-character:banana",
        "seed": "3",
        "phase": "backward",
        "at": "h[2]",
    }
    assert of_another_system({**kept, "sizes": "h:9", "set": "W[1,1]:2", "mark": "a[1]"}) == kept


def test_another_system_leaves_data_out_that_it_cannot_be_fed() -> None:
    assert of_another_system({"system": "hopfield", "tau": "5", "task": "adding"}) == {"system": "hopfield", "tau": "5"}


def test_a_cursor_at_a_node_that_another_system_has_not_is_where_its_step_is_complete() -> None:
    kept = of_another_system({"system": "driven", "tau": "4", "phase": "forward", "at": "o[2]"})
    assert (kept["phase"], kept["at"]) == ("forward", "h[2]")
    assert "at" not in of_another_system({"system": "driven", "tau": "4", "phase": "forward", "at": "loss"})


def test_a_program_that_was_pasted_keeps_what_another_system_would_keep() -> None:
    fields = {**RIGHT, "sizes": "s:2", "seed": "3", "detail": "states", "task": "random", "trained": "2"}
    kept, left = of_another_program(fields)
    assert kept == {**RIGHT, "seed": "3", "detail": "states", "task": "random"}
    assert left_in_words(left) == ("sizes s:2 and trained 2 are left out: said of the equations before.",)


def test_a_training_of_a_pasted_program_goes_on_as_it_was_set() -> None:
    fields = {**RIGHT, "sizes": "s:2", "lr": "0.02", "batch": "3"}
    kept, left = of_another_program(fields, Training)
    assert kept == {**RIGHT, "lr": "0.02", "batch": "3"}
    assert [it.field for it in left] == ["sizes"]


def test_what_is_left_out_for_one_reason_is_one_sentence() -> None:
    _, left = of_edited({**RIGHT, "sizes": "h:3,k:2,s:2", "set": "A[1,2]:0.5,W[1,1]:2,V[2,2]:1,b:3"})
    assert left_in_words(left) == (
        "sizes h:3, k:2 are left out: there is no dimension called h; it is the same with the others.",
        (
            "set W[1,1]:2, V[2,2]:1, b:3 are left out: W[1,1] is no parameter of these equations, no data and no "
            "start; it is the same with the others."
        ),
    )
    assert left_in_words(left[:1]) == ("sizes h:3 is left out: there is no dimension called h.",)
