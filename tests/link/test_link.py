"""The permalink: every field read, written and refused; every limit held; a link becomes the engine's objects."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cache import clear_caches
from app.drawing import THEMES
from app.engine import OPTIMIZERS, contributions, objective, seeds, work
from app.engine.measure import bytes_of
from app.language import Problem, Problems
from app.limits import LIMITS, Limit, limit
from app.link import EXAMPLES, Link, field_at_fault, mend, options, parse, query, read, resolve
from app.link.resolved import truncation_cuts
from app.systems import SYSTEMS, TASKS, load
from tests.link.values import NEEDED, wrong

FIELDS = tuple(Link.model_fields)


def refused(make: Callable[[], Any]) -> dict[str, Problem]:
    """The problems that this raises, by field."""
    with pytest.raises(Problems) as raised:
        make()
    return {field_at_fault(problem): problem for problem in raised.value.problems}


def asked(text: str) -> Any:
    return resolve(parse(text))


# Reading and writing

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,5}", fullmatch=True)
STEPS = st.lists(st.integers(1, 1000), min_size=1, max_size=4)
WINDOWS = st.tuples(st.integers(1, 1000), st.integers(1, 1000)).map(sorted)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "system": st.text(min_size=1, max_size=20),
    "equations": st.none() | st.text(min_size=1, max_size=200),
    "sizes": st.dictionaries(NAMES, st.integers(1, 512), max_size=4),
    "tau": st.integers(1, 1000),
    "task": st.none() | st.text(min_size=1, max_size=20),
    "seed": st.integers(0, 2**31 - 1),
    "of": st.none() | st.text(min_size=1, max_size=20),
    "truncate": st.none() | STEPS | st.integers(1, 1000) | STEPS.map(lambda steps: "|".join(map(str, steps))),
    "feed": st.none() | st.text(min_size=1, max_size=20),
    "radius": st.none() | st.floats(1e-300, 1e300),
    "set": st.none() | st.text(min_size=1, max_size=20),
    "trained": st.integers(0, 5000),
    "optimizer": st.sampled_from([*OPTIMIZERS]),
    "lr": st.floats(0, 1e300, exclude_min=True),
    "momentum": st.floats(0, 1, exclude_max=True),
    "clip": st.none() | st.floats(0, 1e300, exclude_min=True),
    "batch": st.integers(1, 256),
    "carry_state": st.booleans(),
    "detail": st.sampled_from(options()["detail"].choices),
    "view": st.sampled_from(options()["view"].choices),
    "phase": st.none() | st.sampled_from(options()["phase"].choices),
    "at": st.none() | st.text(min_size=1, max_size=20),
    "window": st.none() | WINDOWS.map(lambda steps: f"{steps[0]}..{steps[1]}") | st.sampled_from([[2, 5], "7..tau"]),
    "open": st.none()
    | st.dictionaries(st.integers(1, 1000), st.sampled_from(["cells", "gates", "operations"]), min_size=1, max_size=4),
    "values": st.booleans(),
    "frames": st.booleans(),
    "scale": st.floats(0.1, 8),
    "font_size": st.floats(0.5, 3),
    "background": st.sampled_from(options()["background"].choices),
    "theme": st.none() | st.sampled_from(options()["theme"].choices),
}


def links() -> st.SearchStrategy[Link]:
    """Any link at all, whatever it may mean."""
    return st.fixed_dictionaries({}, optional=VALUES).map(lambda fields: Link(**fields))


@given(
    st.text(st.sampled_from("xyhW_t0-+[]{}() ₋ₜ₁ᵀ½ŷ\u0302\u0303σ−·\u200b\ufeff\xad𝐡（）²⁽⁾"), min_size=1, max_size=8)
)
def test_a_name_in_other_characters_is_read_once_and_for_all(name: str) -> None:
    link = Link(system=name, at=name, set=name)
    assert parse(query(link)) == link


@given(links())
def test_a_link_read_from_its_query_is_the_same_link(link: Link) -> None:
    assert parse(query(link)) == link


@given(links())
def test_a_link_read_from_its_json_is_the_same_link(link: Link) -> None:
    assert read(link.model_dump_json(exclude_defaults=True).encode()).link == link


@given(links())
def test_a_query_names_no_default_and_keeps_the_order_of_the_fields(link: Link) -> None:
    named = [part.partition("=")[0] for part in query(link).split("&") if part]
    assert named == [name for name in FIELDS if getattr(link, name) != Link.model_fields[name].default]


def test_no_query_and_an_empty_body_are_the_default_link() -> None:
    assert parse("") == parse("?") == read(b"{}").link == Link()
    assert query(Link()) == ""


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_value_is_the_default_as_a_form_sends_it(name: str) -> None:
    assert parse(f"{name}=") == Link()


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_round_trips_by_its_example(name: str) -> None:
    link = parse([(name, str(options()[name].example))])
    assert link != Link()
    assert parse(query(link)) == link


def test_sizes_are_written_in_one_order() -> None:
    assert query(parse("sizes=x:4, h:5")) == query(parse("sizes=h:5,x:4")) == "sizes=h:5,x:4"
    assert read(b'{"sizes": {"x": 4, "h": 5}}').link == parse("sizes=h:5,x:4")


def test_truncation_is_a_period_or_the_steps_themselves() -> None:
    assert parse("truncate=5|3|3").truncate == read(b'{"truncate": [3, 5]}').truncate == "3|5"
    assert read(b'{"truncate": 2}').truncate == "2"
    assert read(b'{"truncate": [2]}').truncate == "2|"
    assert truncation_cuts("2", 7) == {2, 4, 6}
    assert truncation_cuts("2|", 7) == {2}
    assert truncation_cuts("3|5", 7) == {3, 5}
    assert truncation_cuts(None, 7) == frozenset()


def test_lines_end_alike_whatever_a_form_sends() -> None:
    assert parse("equations=a%0D%0Ab").equations == "a\nb"


def test_a_window_is_its_first_and_its_last_step() -> None:
    assert parse("window=2 .. 4").window == read(b'{"window": [2, 4]}').window == "2..4"
    assert asked("tau=9&window=02..9").window == asked("tau=9&window=2..tau").window == (2, 9)
    assert asked("tau=9").window is None


@pytest.mark.parametrize("wrong", ["4..2", "0..2", "2", "..", "a..b", "1..2000", "-1..3", "1..taux"])
def test_what_is_no_window_is_told_what_one_is(wrong: str) -> None:
    assert "first and the last step" in refused(lambda: parse([("window", wrong)]))["window"].message


def test_opened_steps_are_in_order_each_with_its_detail() -> None:
    said = parse("open=3:operations, 02:cells").open
    assert said == read(b'{"open": {"3": "operations", "2": "cells"}}').open == "2:cells,3:operations"
    graph = asked("system=lstm&tau=4&detail=cells&open=2:operations,3:gates").run.graph
    assert graph.opened == ((2, "operations"), (3, "gates"))


def test_a_step_that_all_others_are_like_is_not_opened() -> None:
    usual = asked("system=lstm&detail=gates").run.graph
    for less in ("2:cells", "2:gates", "1:cells,2:gates"):
        graph = asked(f"system=lstm&detail=gates&open={less}").run.graph
        assert (graph.nodes, graph.edges, graph.opened) == (usual.nodes, usual.edges, ())


@pytest.mark.parametrize(
    "wrong", ["2", "2:", "2:states", "2:gate", "0:gates", ":gates", "2:gates;3:gates", "2:cells,2:gates"]
)
def test_what_opens_no_step_is_told_how_one_is_opened(wrong: str) -> None:
    assert "each with cells, gates or operations" in refused(lambda: parse([("open", wrong)]))["open"].message


def test_where_steps_read_of_others_what_these_do_not_draw_none_is_opened() -> None:
    text = "u[t] = U @ x[t]; h[t] = tanh(W @ h[t-1] - u[t-1]); loss = sum(h[tau])"
    problem = refused(lambda: asked(f"equations={text}&detail=states&open=2:cells"))["open"]
    assert "steps read u of others" in problem.message
    assert asked(f"equations={text}&detail=states").run.further == ()
    assert asked(f"equations={text}&detail=cells&open=2:operations").run.graph.opened == ((2, "operations"),)


# Refusing


@pytest.mark.parametrize("name", FIELDS)
def test_a_wrong_value_names_its_field_and_what_is_allowed(name: str) -> None:
    problem = refused(lambda: asked(f"{name}={wrong(name)}&{NEEDED.get(name, '')}"))[name]
    assert problem.message
    assert problem.allowed or problem.line


@pytest.mark.parametrize("name", FIELDS)
def test_a_misspelt_field_is_told_the_right_one(name: str) -> None:
    misspelt = name[:-1] + "x" if len(name) > 2 else name + "x"
    problem = refused(lambda: parse(f"{misspelt}=1"))[misspelt]
    assert problem.allowed == FIELDS
    assert f"did you mean {name}" in str(problem.hint) or name in str(problem.hint)


def test_everything_wrong_is_said_at_once() -> None:
    problems = refused(lambda: parse("tau=0&view=fold&veiw=x&seed=x&sizes=h"))
    assert set(problems) == {"tau", "view", "veiw", "seed", "sizes"}


def test_a_field_given_twice_is_refused() -> None:
    assert "more than once" in refused(lambda: parse("tau=3&tau=4"))["tau"].message


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"3", b"null", b"\xff", b"[" * 100_000, b'{"tau": ' + b"9" * 5000 + b"}", b'{"at": "\\ud800"}'],
    ids=lambda body: repr(body[:9]),
)
def test_a_body_that_is_no_object_is_refused_as_a_whole(body: bytes) -> None:
    assert {"body", "at"} & set(refused(lambda: read(body)))


def test_numbers_in_a_field_that_takes_none_are_told_the_one_that_does() -> None:
    assert refused(lambda: read(b'{"parameters": {"W": [[1]]}}'))["parameters"].hint == "did you mean params?"


def test_a_body_says_where_its_json_breaks_off() -> None:
    problem = refused(lambda: read(b'{"tau": 3,\n "seed": }'))["body"]
    assert (problem.line, problem.column) == (2, 10)


@pytest.mark.parametrize("value", ['"7"', "7.5", "true", "null", "[7]", "NaN", "1e400"])
def test_a_number_in_a_body_is_a_number(value: str) -> None:
    assert "whole number" in refused(lambda: read(f'{{"tau": {value}}}'.encode()))["tau"].message


@pytest.mark.parametrize(
    ("numbers", "field", "said"),
    [
        ({"params": {"b": [[1.0, 2.0]] * 2}}, "params.b", "is 2 × 2, and these equations make b a vector"),
        ({"params": {"U": [[[1.0]]]}}, "params.U", "shape"),
        (
            {"params": {"U": [[1.0] * 4], "W": [[1.0, 0.0], [0.0, 1.0]]}},
            "params.W",
            "params.U has 1 row, params.W has 2",
        ),
        ({"params": {"U": "x"}}, "params.U", "is the text 'x'"),
        ({"params": {"U": [[1.0], [1.0, 2.0]]}}, "params.U", "uneven rows"),
        ({"params": {"W": [[float("nan")] * 4] * 4}}, "params.W", "finite"),
        ({"params": {"Q": 1.0}}, "params.Q", "no parameter"),
        ({"tau": 3, "inputs": {"x": [[1.0] * 4]}}, "inputs.x", "1 step, and tau is 3"),
        ({"inputs": {"x": [[1.0] * 4] * 3, "y": [[1.0] * 4] * 2}}, "inputs.y", "2 steps, inputs.x has 3"),
        ({"inputs": {"h": []}}, "inputs.h", "h is computed by these equations"),
        ({"inputs": {"x": 2}}, "inputs.x", "is one number, and a sequence is a list"),
        ({"initial": {"h": [[1.0, 2.0]] * 2}}, "initial.h", "make h a vector"),
        ({"sizes": {"h": 4}, "initial": {"h": [1.0]}}, "initial.h", "1 entry, sizes has h:4"),
        ({"initial": {"o": [1.0]}}, "initial.o", "no start"),
        ({"params": [1]}, "params", "object"),
    ],
    ids=str,
)
def test_wrong_numbers_name_their_array(numbers: dict[str, Any], field: str, said: str) -> None:
    assert said in refused(lambda: resolve(read(json.dumps(numbers).encode())))[field].message


def test_numbers_and_objective_are_refused_together() -> None:
    body = json.dumps({"of": "nothing", "params": {"U": "one"}, "inputs": {"x": 2}}).encode()
    assert set(refused(lambda: resolve(read(body)))) == {"of", "params.U", "inputs.x"}


def test_fields_that_exclude_or_need_each_other_say_so() -> None:
    both = "system=rnn-regression&equations=h[t] = tanh(h[t-1])"
    assert "leave one" in refused(lambda: asked(both))["system"].message
    assert "phase" in refused(lambda: asked("at=h[1]"))["at"].message
    assert "circuit" in refused(lambda: asked("values=true&view=folded"))["view"].message
    assert refused(lambda: asked("tau=5&window=2..6"))["window"].allowed == {"minimum": 1, "maximum": 5}
    assert refused(lambda: asked("tau=5&open=6:gates"))["open"].allowed == {"minimum": 1, "maximum": 5}


def test_the_cursor_goes_only_where_the_pass_comes_by() -> None:
    allowed = refused(lambda: asked("phase=backward&at=x[1]"))["at"].allowed
    assert allowed == ["h[3] to h[1]", "o[3] to o[1]", "L[3] to L[1]"]


def test_a_query_is_mended_by_leaving_out_what_is_wrong() -> None:
    link, problems = mend([("tau", "5"), ("seed", "x"), ("equations", "h["), ("phase", "forward"), ("at", "h[9]")])
    assert link == Link(tau=5, phase="forward")
    assert {field_at_fault(problem) for problem in problems} == {"seed", "equations", "at"}
    assert mend([("at", "h[1]"), ("tau", "4")])[0] == Link(tau=4)
    assert mend([("tau", "4")]) == (Link(tau=4), ())


def test_names_are_read_in_every_field_as_the_equations_read_them() -> None:
    typed = {
        "equations": "ŷ[t] = tanh(W₁ @ ŷ[t-1] + x̃[t])",
        "sizes": {"ŷ": 2, "x̃": 2},
        "of": "ŷ[3]",
        "set": "W₁[1,2]:0.5",
    }
    body = read(json.dumps(typed | {"inputs": {"x̃": [[1, 2]] * 3}, "initial": {"ŷ": [0, 1]}}).encode())
    assert body.sizes == (("xtilde", 2), ("yhat", 2)) and body.of == "yhat[3]" and body.set == "W_1[1,2]:0.5"
    assert resolve(body).run.trace.parameters["W_1"][0, 1] == 0.5
    assert body.equations == typed["equations"]


# Limits

LARGE: dict[str, str] = {
    "tau": "tau=4",
    "size": "sizes=h:4",
    "equations_length": "equations=h[t] = tanh(h[t-1])",
    "equations_count": "equations=h[t] = tanh(h[t-1])%0Ag[t] = h[t]%0Ak[t] = h[t]%0Al[t] = h[t]",
    "nesting": "equations=h[t] = tanh(tanh(tanh(tanh(tanh(h[t-1])))))",
    "operations": "equations=h[t] = tanh(tanh(tanh(tanh(tanh(h[t-1])))))",
    "work": "tau=2",
    "starts": "equations=h[t] = tanh(h[t-1] %2B h[t-3])",
    "steps": "trained=4",
    "batch": "batch=4",
    "training": "trained=1",
    "memory": "tau=2",
    "nodes": "tau=2",
    "lines": "tau=2",
}
"""For each limit a link that is beyond 3. A body and the numbers of an answer are held where they are known."""
ELSEWHERE = {
    "body": "tests/web/test_problems.py",
    "read": "tests/web/test_problems.py",
    "numbers": "tests/web/test_problems.py",
    "table": "tests/web/test_numbers.py",
    "runs": "tests/web/test_train.py",
    "frames": "tests/drawing/test_formats.py",
    "drawn": "tests/drawing/test_formats.py",
    "pixels": "tests/drawing/test_formats.py",
    "line": "tests/web/test_train.py",
    "threads": "tests/web/test_service.py",
    "share": "tests/web/test_service.py",
    "answers": "tests/web/test_known_answers.py",
    "cache_mb": "tests/test_cache.py",
    "pasted": "tests/language/test_pasted.py",
}


@pytest.mark.parametrize("name", LARGE)
def test_a_limit_of_the_environment_is_held_before_the_work(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS[name].variable, "3")
    clear_caches()
    assert limit(name) == 3
    clear_caches()
    refused(lambda: asked(LARGE[name]))


def test_a_training_costs_what_its_data_do() -> None:
    steps = LIMITS["steps"].default
    asked(f"system=rnn&trained={steps}&of=L[1]")
    refused(lambda: asked(f"system=rnn&task=adding&batch=256&trained={steps // 2}"))
    refused(lambda: asked(f"system=rnn&task=echo&batch=256&tau=300&trained={steps // 2}"))


@pytest.mark.parametrize("name", ["memory", "work"])
def test_the_passes_of_a_training_are_held_to_the_limits_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recurrence = load("rnn").recurrence
    cost = {"memory": bytes_of, "work": work}[name](recurrence, 9)
    monkeypatch.setenv(LIMITS[name].variable, str(cost))
    clear_caches()
    asked("system=rnn&tau=2&trained=1&trained_tau=9")
    assert {*refused(lambda: asked("system=rnn&tau=2&trained=1&trained_tau=10"))} == {"trained_tau"}
    clear_caches()


def test_every_limit_is_tested() -> None:
    assert {*LARGE, *ELSEWHERE} == set(LIMITS)


@pytest.mark.parametrize("row", LIMITS.values(), ids=lambda row: row.name)
def test_a_limit_that_is_no_number_is_an_error_of_the_installation(row: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(row.variable, "many")
    with pytest.raises(ValueError, match=row.variable):
        limit(row.name)


def test_the_bound_of_tau_is_the_limit_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNFOLD_TAU", "7")
    assert options()["tau"].schema["maximum"] == 7
    assert refused(lambda: parse("tau=8"))["tau"].allowed == {"minimum": 1, "maximum": 7}


# Options


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_says_what_it_means_what_it_takes_and_how_it_is_set(name: str) -> None:
    row = options()[name]
    assert row.meaning
    assert row.expects
    assert "{" not in row.expects
    assert row.control
    assert row.example is not None


def test_choices_are_the_rows_of_the_tables() -> None:
    rows = options()
    assert rows["system"].choices == tuple(SYSTEMS)
    assert rows["task"].choices == tuple(TASKS)
    assert rows["optimizer"].choices == tuple(OPTIMIZERS)
    assert rows["theme"].choices == tuple(THEMES)


# The engine's objects


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_link_becomes_a_pass_of_its_system(name: str) -> None:
    run = asked(f"system={name}&tau=4").run
    assert run.system is SYSTEMS[name]
    assert run.tau == run.trace.tau == run.graph.tau == 4
    assert run.of == run.trace.of == objective(run.recurrence)


def test_a_pass_is_made_once_for_all_places_of_the_cursor() -> None:
    first, second = asked("tau=4"), asked("tau=4&phase=backward&at=h[2]&view=both&theme=dark&values=true&window=2..3")
    assert first.run is second.run
    assert second.cursor.at == "h[2]"
    assert asked("tau=5").run is not first.run


def test_what_flows_is_what_the_engine_says() -> None:
    run = asked("tau=4&truncate=2").run
    assert run.cuts == {2}
    wanted = contributions(run.trace, run.graph)
    assert all((run.contributions[id] == wanted[id]).all() for id in wanted)
    assert run.seeds.keys() == seeds(run.trace, run.graph).keys()


def test_own_equations_take_the_place_of_a_system() -> None:
    run = asked("equations=h[t] = tanh(W %40 h[t-1])&sizes=h:2").run
    assert run.system is None
    assert run.recurrence.sizes == {"h": 2}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_a_body_to_try_can_be_run(example: Any) -> None:
    body = read(json.dumps(example).encode())
    trace = resolve(body).run.trace
    for name, value in body.params.items():
        assert trace.parameters[name].tolist() == value


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("truncate=0", "truncate"),
        ("truncate=2|99999|", "truncate"),
        ("truncate=all", "truncate"),
        ("window=3..2", "window"),
        ("window=first", "window"),
        ("window=0..tau", "window"),
        ("signal=1,inf", "signal"),
        ("signal=one", "signal"),
        ("of=h[9]&tau=3", "of"),
        ("of=nothing", "of"),
    ],
)
def test_a_value_that_a_field_cannot_have_is_a_problem_of_that_field(text: str, field: str) -> None:
    assert {*refused(lambda: asked(text))} == {field}


@pytest.mark.parametrize("value", [[], ["1"], [10**400], {}])
def test_a_signal_is_a_list_of_numbers(value: object) -> None:
    assert {*refused(lambda: read(json.dumps({"signal": value}).encode()))} == {"signal"}
