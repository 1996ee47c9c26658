"""The command line: the same bytes, the same words and the same table as the service."""

import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app import __version__
from app.cli import answers, commands, progress, serve
from app.drawing import FORMATS, PICTURES
from app.limits import LIMITS
from app.link import Link, Resolved, options, parse, read, resolve
from app.outputs import output
from app.outputs.plots import OUTPUTS, PLOTS
from app.outputs.table import ANSWERS
from app.systems import SYSTEMS
from app.web.service import create_app
from tests.paths import ROOT
from tests.tiers import tiered

pytestmark = pytest.mark.usefixtures("small_pictures")

DATA = tuple(row.name for row in ANSWERS.values() if row.model)
EVERY_PLOT = [*PLOTS, *(f"run{row.suffix}" for row in PICTURES.values())]
LINK = ("--tau", "4", "--phase", "backward", "--at", "h[2]", "--truncate", "2", "--sizes", "h:3")
COMPANY = {
    "at": [("phase", "forward")],
    "feed": [("system", "teacher-forcing")],
    "trained_tau": [("trained", "2")],
    "forced": [("trained", "2"), ("system", "teacher-forcing"), ("feed", "y:o")],
    "signal": [("system", "rnn-regression")],
}
"""What a field needs beside it."""
QUERY = "tau=4&phase=backward&at=h[2]&truncate=2&sizes=h:3"


class Terminal:
    """What a command wrote, and how it ended."""

    def __init__(self, capture: pytest.CaptureFixture[bytes]) -> None:
        self.capture = capture

    def __call__(self, *arguments: str, status: int = 0) -> tuple[bytes, str]:
        """Standard output and standard error of a command that is to end with this status."""
        try:
            ended: Any = commands.run_command_line(arguments)
        except SystemExit as error:
            ended = error.code
        out, err = self.capture.readouterr()
        assert ended == status, err.decode()
        assert b"Traceback" not in err
        return out, err.decode()


@pytest.fixture
def unfold(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The command line, which has all the time in the world."""
    monkeypatch.setattr(progress, "PATIENCE", 600.0)
    return Terminal(capfdbinary)


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program itself, in a process of its own."""
    command = [sys.executable, "-m", "app", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False, timeout=60)


# The same bytes


@pytest.mark.parametrize("name", DATA)
def test_data_are_those_of_the_service(unfold: Terminal, name: str) -> None:
    out, err = unfold(name, *LINK)
    row = ANSWERS[name]
    assert (out, err) == (row.make(resolve(parse(QUERY, row.asks))) + b"\n", "")


@pytest.mark.one_in(2)
@pytest.mark.parametrize("row", FORMATS.values(), ids=lambda row: row.name)
def test_a_figure_is_of_the_kind_its_name_says(unfold: Terminal, tmp_path: Path, row: Any) -> None:
    wanted = ANSWERS[f"figure{row.suffix}"].make(resolve(parse(QUERY)))
    file = tmp_path / f"figure{row.suffix}"
    assert unfold("figure", *LINK, "-o", str(file)) == (b"", "")
    assert file.read_bytes() == wanted
    assert unfold("figure", *LINK, "--format", row.name)[0] == wanted
    assert unfold("figure", *LINK, "--format", row.name, "-o", "-")[0] == wanted


@pytest.mark.one_in(2)
@pytest.mark.parametrize("name", tiered(EVERY_PLOT, [name for name in EVERY_PLOT if "run" in name or "svg" in name]))
def test_a_plot_is_of_the_kind_its_name_says(unfold: Terminal, tmp_path: Path, name: str) -> None:
    row, kind = OUTPUTS[name], name.partition(".")[0]
    query = row.example or "steps=2"
    words = [word for pair in query.split("&") for word in (f"--{pair.partition('=')[0]}", pair.partition("=")[2])]
    file = tmp_path / name
    assert unfold("plot", kind, *words, "-o", str(file)) == (b"", "")
    assert file.read_bytes() == output(name, parse(query, row.asks))
    assert unfold("plot", kind, *words, "--format", row.suffix[1:])[0] == file.read_bytes()
    assert ", ".join(PICTURES) in unfold("plot", kind, "-o", str(tmp_path / "plot.gif"), status=2)[1]


def test_that_a_figure_has_no_room_is_said_beside_it(unfold: Terminal) -> None:
    asked = ("--system", "lstm", "--detail", "operations", "--fit", "column", "--direction", "up")
    assert re.match(r"unfold: It needs \d+ points of width, ", unfold("figure", *asked)[1])


def test_a_figure_without_a_name_is_svg(unfold: Terminal) -> None:
    assert unfold("figure")[0].startswith(b"<svg")


@pytest.mark.dear
@pytest.mark.parametrize("command", tiered(["figure", *DATA], ["train"]))
def test_every_field_of_a_link_is_an_option(unfold: Terminal, command: str) -> None:
    row = ANSWERS.get(command, ANSWERS["figure.svg"])
    every = options(row.asks)
    short = [("steps", "3")] if "steps" in every else []
    for name, option in every.items():
        pairs = [*(it for it in short if it[0] != name), (name, str(option.example)), *COMPANY.get(name, ())]
        link = parse(pairs, row.asks)
        wanted = row.chosen(link).make(resolve(link)).removesuffix(b"\n")
        for ways in {tuple(n.replace("_", dash) for n, _ in pairs) for dash in "_-"}:
            words = (word for way, (_, value) in zip(ways, pairs, strict=True) for word in (f"--{way}", value))
            assert unfold(command, *words)[0].removesuffix(b"\n") == wanted


def test_a_yes_needs_no_word(unfold: Terminal) -> None:
    assert unfold("graph", "--values") == unfold("graph", "--values", "true")
    assert unfold("graph", "--values") != unfold("graph")


NUMBERS = {"W": [[0.5, 0.0], [0.25, -1.0]], "U": [[1.0], [2.0]]}
EQUATIONS = ("--equations", "h[t] = tanh(W @ h[t-1] + U @ x[t])", "--sizes", "x:1,h:2")


@pytest.mark.parametrize("suffix", [".json", ".npz"])
def test_numbers_come_from_files(unfold: Terminal, tmp_path: Path, suffix: str) -> None:
    file, start = tmp_path / f"numbers{suffix}", tmp_path / "start.json"
    start.write_text(json.dumps({"h": [0.5, 1.0]}))
    if suffix == ".npz":
        np.savez(file, allow_pickle=False, **{name: np.array(value) for name, value in NUMBERS.items()})
    else:
        file.write_text(json.dumps(NUMBERS))
    found = json.loads(unfold("trace", *EQUATIONS, "--params", str(file), "--initial", str(start))[0])
    assert (found["parameters"], found["initial"]) == (NUMBERS, {"h": [0.5, 1.0]})


WRITE_ALL = """
import sys
from app.link import parse, resolve
from app.outputs.table import ANSWERS
for row in ANSWERS.values():
    sys.stdout.buffer.write(row.make(resolve(parse(sys.argv[1], row.asks))))
"""


@pytest.mark.program
def test_the_bytes_do_not_hang_on_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets and dictionaries go in another order in a process of another seed."""
    monkeypatch.undo()  # Pictures are as large as in the other process.
    environment = {**os.environ, "PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"}
    command = [sys.executable, "-c", WRITE_ALL, QUERY]
    other = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    written = b"".join(row.make(resolve(parse(QUERY, row.asks))) for row in ANSWERS.values())
    assert written
    assert other.stdout == written


# A running service


@pytest.mark.one_in(3)
@pytest.mark.parametrize("command", ["figure", *DATA])
def test_a_server_does_the_same_work(unfold: Terminal, server: str, command: str) -> None:
    assert unfold(command, *LINK, "--server", server) == unfold(command, *LINK)


def test_a_server_refuses_with_the_same_words(unfold: Terminal, server: str, tmp_path: Path) -> None:
    file = tmp_path / "numbers.json"
    file.write_text('{"W": [[NaN]], "U": 1}')
    for arguments in (("--equations", "h[t] = tanh(h[t-1]"), ("--params", str(file)), ("--system", "rnm")):
        here, there = unfold("trace", *arguments, status=2), unfold("trace", *arguments, "--server", server, status=2)
        assert here == there


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[", "ftp://localhost"])
def test_a_server_that_is_not_there_is_named(unfold: Terminal, url: str) -> None:
    assert f"{url} does not answer" in unfold("trace", "--server", url, status=1)[1]


def test_an_address_that_is_no_such_service_is_named(unfold: Terminal, server: str) -> None:
    assert "answers 404" in unfold("trace", "--server", f"{server}/elsewhere", status=1)[1]


# Training

TRAINING = ("--system", "rnn-regression", "--sizes", "h:3", "--steps", "5", "--carry-state")
KEPT = re.compile(r"unfold: training, update (\d+) of 5000, loss \S+: ended here, and what there was is written\n")


def test_a_training_may_be_kept_as_arrays(unfold: Terminal, tmp_path: Path) -> None:
    found = json.loads(unfold("train", *TRAINING)[0])
    for suffix in (".json", ".npz"):
        assert unfold("train", *TRAINING, "-o", str(tmp_path / f"run{suffix}")) == (b"", "")
    assert json.loads((tmp_path / "run.json").read_text()) == found
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert arrays["losses"].tolist() == found["losses"]
        assert arrays["predictions"].tolist() == found["predictions"]
        assert arrays["parameters.W"].tolist() == found["parameters"]["W"]
        assert arrays["norms.W"].tolist() == found["norms"]["W"]
        assert arrays["final_state.h"].tolist() == found["final_state"]["h"]


def test_a_training_that_diverges_is_kept_as_far_as_it_came(unfold: Terminal, server: str, tmp_path: Path) -> None:
    arguments = ("train", "--system", "rnn-regression", "--lr", "1e200", "--optimizer", "sgd")
    assert unfold(*arguments) == unfold(*arguments, "--server", server)
    unfold(*arguments, "-o", str(tmp_path / "run.npz"))
    with np.load(tmp_path / "run.npz", allow_pickle=False) as arrays:
        assert arrays["stopped.step"] == len(arrays["losses"])


def test_a_training_says_how_far_it_is(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    train, said = Resolved.train, progress.TrainingWatch.status
    stepped, heard = Event(), Event()

    def train_until_heard(self: Resolved, told: Any) -> Any:
        def tell(step: Any) -> Any:
            goes_on = told(step)
            stepped.set()
            assert heard.wait(60)
            return goes_on

        return train(self, tell)

    def say_after_a_step(self: progress.TrainingWatch) -> str:
        assert stepped.wait(60)
        text = said(self)
        heard.set()
        return text

    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr(progress.TrainingWatch, "status", say_after_a_step)
    monkeypatch.setattr(Resolved, "train", train_until_heard)
    first, last = unfold("train", *TRAINING)[1].splitlines()
    assert re.fullmatch(r"training, update [1-4] of 5, loss \S+, \d+ s left …", first)
    assert re.fullmatch(r"training, update 5 of 5, loss \S+: \d\.\d s *", last)


@pytest.mark.one_in(2)
@pytest.mark.program
@pytest.mark.parametrize("far", [False, True])
def test_a_training_that_is_interrupted_keeps_what_it_had(server: str, tmp_path: Path, far: bool) -> None:
    file = tmp_path / "run.json"
    text = "h[t] = tanh(cumsum(W @ h[t-1] + U @ x[t])); p[t] = V @ h[t]; L[t] = mse(p[t], y[t]); loss = sum(L[t])"
    long = ["--equations", text, "--sizes", "x:1,h:3,y:1", "--tau", "100", "--steps", "5000"]
    command = [sys.executable, "-m", "app", "train", *long, "-o", str(file)]
    command += ["--server", server] if far else []
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 130
    kept = KEPT.search(rest)
    assert kept, said + rest
    found = json.loads(file.read_text())
    assert len(found["losses"]) == len(found["predictions"]) == int(kept[1])
    assert far or found["parameters"]


# Bad input

WRONG = (
    "tau=0",
    "view=fold",
    "system=rnm",
    "equations=h[t] = tanh(h[t-1]",
    "of=nothing",
    "sizes=h:9999",
    "phase=forward&at=h[9]",
    "at=h[1]",
)


@pytest.mark.parametrize("query", WRONG)
def test_bad_input_ends_with_2_and_the_words_of_the_service(unfold: Terminal, query: str) -> None:
    pairs = [part.split("=", 1) for part in query.split("&")]
    out, err = unfold("trace", *(word for name, value in pairs for word in (f"--{name}", value)), status=2)
    errors = TestClient(create_app()).get("/api/trace", params=dict(pairs)).json()["errors"]
    assert out == b""
    assert errors
    for error in errors:
        assert error["message"] in err
        assert error.get("hint", "") in err


def test_wrong_equations_are_shown_with_their_place(unfold: Terminal) -> None:
    err = unfold("figure", "--equations", "h[t] = tanh(h[t-1]", status=2)[1]
    assert "line 1, column 19" in err
    assert f"    h[t] = tanh(h[t-1]\n    {' ' * 18}^" in err


def test_an_option_that_there_is_not_is_told_the_near_one(unfold: Terminal) -> None:
    err = unfold("trace", "--sed", "3", status=2)[1]
    assert err == "unfold: there is no option --sed\n    did you mean seed?\n"
    assert unfold("serve", "--prot", "3", status=2)[1] == "unfold: there is no option --prot\n    did you mean port?\n"
    assert unfold("trace", "stray", status=2)[1] == "unfold: nothing reads stray\n"


def test_a_kind_of_file_that_there_is_not_is_told_the_kinds(unfold: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "figure.gif"
    assert ", ".join(FORMATS) in unfold("figure", "-o", str(file), status=2)[1]
    assert not file.exists()
    unfold("figure", "--format", "gif", status=2)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", ["params", "inputs", "initial"])
@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"W": 1, "W": 2}', b"\xff", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_is_named(
    unfold: Terminal, tmp_path: Path, name: str, content: bytes | None
) -> None:
    for suffix in (".json", ".npz"):
        file = tmp_path / f"numbers{suffix}"
        if content is not None:
            file.write_bytes(content)
        err = unfold("trace", f"--{name}", str(file), "--tau", "0", status=2)[1]
        assert str(file) in err
        assert "tau is to be" in err


def test_a_file_that_cannot_be_written_is_named(unfold: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "figure.svg"
    assert str(file) in unfold("figure", "-o", str(file), status=1)[1]


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("nothing",),
        ("serve", "--port", "http"),
        ("serve", "--port", "65536"),
        ("serve", "--workers", "0"),
        ("serve", "--root-path", "a b"),
    ],
)
def test_a_command_that_there_is_not_ends_with_2(unfold: Terminal, command: tuple[str, ...]) -> None:
    assert unfold(*command, status=2)[1]


def test_the_service_listens_where_it_is_told(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    listening, warmed, told = [], Event(), list[str]()

    def run(make: str, **options: Any) -> None:
        listening.append((make, options))
        told.append(os.environ["WORKERS"])

    monkeypatch.setattr("uvicorn.run", run)
    monkeypatch.setattr(serve, "spare_collector", lambda: None)
    turns = list[float]()
    monkeypatch.setattr("sys.setswitchinterval", turns.append)
    monkeypatch.setattr(serve, "warm_compiler", warmed.set)
    unfold("serve", "--host", "::1", "--port", "8123")
    [(make, options)] = listening
    assert (options["host"], options["port"], options["workers"], options["root_path"]) == ("::1", 8123, 1, "")
    module, _, name = make.partition(":")
    service = getattr(import_module(module), name)()
    assert isinstance(service, FastAPI) and warmed.wait(60)
    assert turns == [serve.TURN] and sys.getswitchinterval() > serve.TURN
    monkeypatch.setenv("WORKERS", "3")
    unfold("serve", "--root-path", "/unfold/")
    assert (listening[1][1]["workers"], listening[1][1]["root_path"]) == (3, "/unfold")
    unfold("serve", "--workers", "2")
    assert told == ["1", "3", "2"] and os.environ["WORKERS"] == "3"
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ, "the folder in which processes count goes with them"


def test_the_service_says_that_loops_are_slow_without_the_compiler(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve.warm_compiler()
    assert not capsys.readouterr().err
    monkeypatch.setattr("app.engine.jit.loops.compiler", lambda: None)
    serve.warm_compiler()
    assert "llvmlite is not installed" in capsys.readouterr().err


def test_the_service_has_the_collector_look_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = gc.get_threshold()
    monkeypatch.setattr(gc, "freeze", lambda: None)
    gc.set_threshold(700)
    try:
        serve.spare_collector()
        assert gc.get_threshold() == (serve.YOUNG, serve.MIDDLE, serve.OLD)
    finally:
        gc.set_threshold(*usual)


def test_a_limit_that_is_no_number_is_told(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNFOLD_TAU", "many")
    assert "UNFOLD_TAU" in unfold("systems", status=2)[1]


# Manners


def test_what_takes_long_is_told_while_it_does(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()

    def print_and_tell(*words: object, **how: Any) -> None:
        print(*words, **how)
        told.set()

    def resolve_once_told(link: Link) -> Resolved:
        assert told.wait(60)
        return resolve(link)

    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr(progress, "print", print_and_tell, raising=False)
    monkeypatch.setattr(answers, "resolve", resolve_once_told)
    out, err = unfold("trace", "--tau", "7")
    assert json.loads(out)["tau"] == 7
    assert err.startswith("unfolding 7 steps …\n")
    assert err.rstrip().endswith(" s")


def test_on_a_terminal_the_line_tells_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            written = super().write(text)
            if self.getvalue().count("\r") > 2:
                told.set()
            return written

    screen = Screen()
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    monkeypatch.setattr(sys, "stderr", screen)
    with progress.progress(lambda: "unfolding"):
        assert told.wait(60), "a line each time it is told"
    assert screen.getvalue().endswith("\n")


def test_what_is_quick_says_nothing(unfold: Terminal) -> None:
    assert unfold("trace", "--tau", "1")[1] == ""


@pytest.mark.program
def test_a_reader_who_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m app trace --tau 300 | head -c 10"
    run = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert run.stdout == '{"tau":300'
    assert re.sub(r"unfolding 300 steps.*\n", "", run.stderr) == ""


@pytest.mark.program
def test_the_module_is_the_command() -> None:
    run = program("--version")
    assert run.stdout.decode() == f"unfold {__version__}\n"


@pytest.mark.parametrize("command", ["figure", *DATA])
def test_help_tells_every_field(unfold: Terminal, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10000")
    text = unfold(command, "--help")[0].decode()
    for row in options(ANSWERS.get(command, ANSWERS["figure.svg"]).asks).values():
        assert f"--{row.name} " in text
        assert row.meaning in text
        assert row.expects in text


def test_help_tells_every_limit_and_how_to_set_it(unfold: Terminal) -> None:
    text = unfold("--help")[0].decode()
    assert all(row.variable in text and row.meaning in text for row in LIMITS.values())


# Pasted text


@pytest.mark.parametrize("source", ["-", "file"])
def test_pasted_text_is_written_in_the_language(
    unfold: Terminal, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "h = np.tanh(W.dot(h) + b)\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    (tmp_path / "cell.py").write_text(text)
    out, _ = unfold("read", "-" if source == "-" else str(tmp_path / "cell.py"))
    assert out == b"h[t] = tanh(W @ h[t-1] + b)\n"


def test_what_is_not_read_is_told_below_its_place(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("loss = 1\nfor t in range(T):\n    h = np.tanh(h)\n    loss += h\n"))
    out, told = unfold("read", "-", status=2)
    assert out.decode().splitlines() == ["h[t] = tanh(h[t-1])", "# not read: loss += h"]
    assert (
        "line 4, column 5: a running sum" in told and "    loss += h\n        ^^^^^^^^^" in told and "sum(L[t])" in told
    )


def test_what_is_taken_for_granted_is_told_beside_the_text(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(r"x_t = \sigma_c(W h_{t-1})"))
    assert unfold("read", "-") == (
        b"x[t] = sigmoid(W @ h[t-1])\n",
        "unfold: line 1: σ_c is read as sigmoid; write tanh where that is meant\n",
    )


def test_a_note_is_told_beside_the_answer(unfold: Terminal) -> None:
    out, told = unfold("graph", "--equations", "h[t] = tanh(W @ h[t-1] + x[t]); loss = norm(h[tau] - y)")
    assert json.loads(out)["nodes"] and told.startswith("unfold: line 1: y is a parameter")
    assert unfold("graph", "--system", "rnn")[1] == ""


def test_pasted_text_is_read_as_the_service_reads_it(unfold: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    text = r"h_t = \tanh(W h_{t-1})"
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    answered = TestClient(create_app()).post("/api/read", json={"text": text})
    assert unfold("read", "-", "--json")[0] == answered.content + b"\n"


# Systems


def test_systems_are_listed_by_name(unfold: Terminal) -> None:
    lines = unfold("systems")[0].decode().splitlines()
    assert [line.split()[0] for line in lines] == list(SYSTEMS)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_is_told_with_its_equations(unfold: Terminal, name: str) -> None:
    assert SYSTEMS[name].equations in unfold("systems", name)[0].decode()


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", [None, *SYSTEMS])
def test_systems_are_written_as_the_service_writes_them(unfold: Terminal, name: str | None) -> None:
    out, _ = unfold("systems", *([name] if name else []), "--json")
    path = f"/api/systems/{name}" if name else "/api/systems"
    assert out == TestClient(create_app()).get(path).content + b"\n"


def test_a_system_that_there_is_not_is_told_the_near_one(unfold: Terminal) -> None:
    assert "did you mean" in unfold("systems", "rnn-regresion", status=2)[1]


def test_an_empty_body_and_no_option_are_one(unfold: Terminal) -> None:
    assert json.loads(unfold("trace")[0]) == json.loads(ANSWERS["trace"].make(resolve(read(b"{}"))))
