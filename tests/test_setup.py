"""The set-up holds together: the locks, the container, continuous integration, and the scripts' own tests."""

import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.paths import ROOT
from tools.interpreters import interpreters, is_version

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock")
SCRIPT_TESTS = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Each package that a lock names, with its one version."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text(lock), re.MULTILINE))


def check_pinned(requirements: list[str], lock: str) -> None:
    """Every requirement is in the lock, in a version that satisfies it."""
    locked = pins(lock)
    for requirement in map(Requirement, requirements):
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert name in locked, f"{lock} lacks {name}: make lock"
        assert requirement.specifier.contains(locked[name]), f"{lock} has {name} {locked[name]}: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_download_address(lock: str) -> None:
    assert not re.search(r"://|@ |^\s*-(?!-hash=)", text(lock), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_says_a_version_and_a_hash_for_everything(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text(lock), flags=re.MULTILINE).strip())
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("lock", LOCKS)
def test_what_the_service_needs_is_locked(lock: str) -> None:
    extras = PROJECT["optional-dependencies"]
    check_pinned(PROJECT["dependencies"] + extras["jit"] + extras["serve"], lock)


def test_what_the_tests_and_checks_need_is_locked() -> None:
    extras = PROJECT["optional-dependencies"]
    check_pinned(extras["test"] + extras["check"], "requirements-dev.lock")


def test_the_service_is_tested_with_the_versions_it_runs_with() -> None:
    runtime, everything = map(pins, LOCKS)
    assert runtime.items() <= everything.items()


def test_nothing_locked_brings_pytorch() -> None:
    assert not any("torch" in pins(lock) for lock in LOCKS)


def test_continuous_integration_checks_and_tests_and_lets_no_skip_pass() -> None:
    script = text(".ci/run")
    assert re.search(r"^set -euo pipefail$", script, re.MULTILINE)
    assert re.search(r"^export UNFOLD_NO_SKIPS=1\b", script, re.MULTILINE)
    tiers = re.findall(r"^[^#\n]*\bmake ([\w-]+)", script, re.MULTILINE)
    assert tiers == ["check", "coverage", "test-pythons", "test-programs", "test-engines", "test-long"]
    assert (ROOT / ".ci/run").stat().st_mode & 0o100


def test_every_python_that_is_promised_is_tested() -> None:
    promised = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    assert PROJECT["requires-python"] == f">={promised[0]}"
    assert re.findall(r"^PYTHONS \?= (.+)$", text("Makefile"), re.MULTILINE) == [" ".join(promised)]
    assert re.findall(r"^FROM python:([0-9.]+)-slim$", text("Dockerfile"), re.MULTILINE)[0] in promised


def test_a_version_of_python_that_is_here_is_found_and_one_that_is_not_is_left_out() -> None:
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = interpreters([own, "2.99"])
    assert list(found) == [own]
    assert is_version(found[own], own)


def instructions(keyword: str) -> list[str]:
    """What follows each occurrence of an instruction in the Dockerfile."""
    return re.findall(rf"^{keyword} +(.+)$", text("Dockerfile").replace("\\\n", " "), re.MULTILINE)


def copied() -> list[str]:
    return [source for line in instructions("COPY") for source in line.split()[:-1]]


def test_all_that_the_image_copies_exists_and_reaches_the_build() -> None:
    let_through = text(".dockerignore").splitlines()
    for source in copied():
        assert (ROOT / source).exists(), f"there is no {source}"
        assert f"!{source}" in let_through


def test_the_image_installs_from_the_lock() -> None:
    assert "requirements.lock" in copied()
    assert any(
        "--requirement requirements.lock" in line or "-r requirements.lock" in line for line in instructions("RUN")
    )


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert instructions("USER")[-1].split(":")[0] not in ("root", "0")


def test_the_image_serves_to_the_outside_and_asks_for_its_health() -> None:
    assert "HOST=0.0.0.0" in instructions("ENV")[-1]
    assert "8000" in instructions("EXPOSE")
    assert "/healthz" in instructions("HEALTHCHECK")[-1]
    assert instructions("CMD") == ['["python", "-m", "app", "serve"]']


def test_the_scripts_pass_their_own_tests(node: str) -> None:
    """All in one process, since most of what a file takes is Node's start; `node tests/js/link.test.mjs` runs one."""
    files = [word for path in SCRIPT_TESTS for word in ("--import", path.as_uri())]
    command = [node, "--test-reporter=tap", *files, "--eval", ""]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "\n# skipped 0\n" in run.stdout and run.stdout.count("\nok ") >= len(SCRIPT_TESTS) > 0, run.stdout


def test_no_test_runs_a_loop_in_the_thread_of_the_tests() -> None:
    """A page may be open there, and with it Playwright's loop: which tests share a process is chance."""
    calls = re.compile(r"\b(?:anyio|asyncio)\.run\(")
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.name != "test_setup.py"]
    assert [path.name for path in files if calls.search(path.read_text(encoding="utf-8"))] == []
