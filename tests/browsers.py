"""What tests borrow: browsers, rsvg-convert, LaTeX, poppler, Node.js, Redis, nginx; the running service on a free port.

`python -m tests.browsers` (`make browsers`) gets the programs that are missing. A test whose program cannot
be had is skipped by name; with UNFOLD_NO_SKIPS in the environment it fails.

Playwright's loop runs in the thread of the tests while a browser is open, so no test runs one beside it:
`tests/loops.py` has a thread for that.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import api_tools
from tests.api_tools import find_api_tools
from tests.paths import ROOT

if TYPE_CHECKING:
    from starlette.types import ASGIApp

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_TO_START = 120
SECONDS_TO_DOWNLOAD = 600

# How long a test waits for what it expects of a page: a busy machine is no failure.
expect.set_options(timeout=30_000)

# Getting the programs


def find_chromium() -> str | None:
    """The browser of the system, else the one Playwright downloaded, if it starts here."""
    for name in BROWSER_NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and succeeds([path, "--version"], 30) else None


def find_headless_shell() -> str | None:
    """Chromium without the windows around it: the same engine for three quarters of the processor time."""
    return shutil.which("chromium-headless-shell")


def find_rsvg() -> str | None:
    return shutil.which("rsvg-convert")


def find_latex() -> str | None:
    """pdfLaTeX, if it has TikZ and Beamer."""
    path = shutil.which("pdflatex")
    return path if path and succeeds(["kpsewhich", "tikz.sty", "beamer.cls"], 30) else None


def latex_engines() -> list[str]:
    """pdfLaTeX, and of the other engines those that are here with what a figure needs."""
    needs = {"xelatex": ["xltxtra.sty", "pzdr.tfm"], "lualatex": ["luaotfload.sty", "lualatex-math.sty"]}
    here = [name for name, files in needs.items() if shutil.which(name) and succeeds(["kpsewhich", *files], 30)]
    return ["pdflatex", *here]


def find_lualatex() -> str | None:
    """LuaLaTeX: what a `.tex` file is for pdfLaTeX alone is seen in a second engine."""
    return shutil.which("lualatex") if "lualatex" in latex_engines() else None


def find_poppler() -> str | None:
    """The folder of poppler's programs."""
    path = shutil.which("pdftocairo")
    return str(Path(path).parent) if path else None


def find_firefox() -> str | None:
    """Firefox, or the release of it that Debian keeps for a year."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def find_minibrowser() -> str | None:
    """The browser that WebKitGTK is tested with, if its driver and a screen without a screen are here too."""
    browsers = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4*/MiniBrowser"))
    return str(browsers[-1]) if browsers and shutil.which("WebKitWebDriver") and shutil.which("Xvfb") else None


def find_redis() -> str | None:
    return shutil.which("redis-server")


def find_nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


HEADLESS_SHELL, API_TOOLS = "Chromium's headless shell", "readers of the API"
PROGRAMS: dict[str, tuple[Callable[[], str | None], tuple[str, ...]]] = {
    "Chromium": (find_chromium, ("chromium",)),
    HEADLESS_SHELL: (find_headless_shell, ("chromium-headless-shell",)),
    "rsvg-convert": (find_rsvg, ("librsvg2-bin",)),
    "pdfLaTeX": (find_latex, ("texlive-latex-base", "texlive-latex-recommended", "texlive-pictures")),
    "LuaLaTeX": (find_lualatex, ("texlive-luatex",)),
    "poppler": (find_poppler, ("poppler-utils",)),
    "Firefox": (find_firefox, ("firefox-esr",)),
    "Redis": (find_redis, ("redis-server",)),
    "nginx": (find_nginx, ("nginx-light",)),
    API_TOOLS: (find_api_tools, ()),
    "WebKitGTK": (find_minibrowser, ("webkit2gtk-driver", "xvfb")),
}
"""Each program with what finds it and the Debian packages that hold it."""


def succeeds(command: list[str], seconds: float) -> bool:
    """Whether the command ends well in time. It prints nothing here."""
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def attempt(command: list[str]) -> None:
    """Runs a command that gets something, and says why when that fails."""
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_DOWNLOAD, check=True)
    except subprocess.CalledProcessError as error:
        complaint = re.search(r"^(E: |Error: ).*", error.stderr, re.MULTILINE)
        print(f"  {complaint.group() if complaint else error}", flush=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {error}", flush=True)


def missing() -> list[str]:
    return [name for name, (find, _) in PROGRAMS.items() if find() is None]


def download_chromium() -> None:
    """Asks Playwright for the browser it was made for; it gives up at once where its host is out of reach."""
    print("Getting Chromium with Playwright", flush=True)
    attempt([sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"])


def download_api_tools() -> None:
    """Gets what reads the API from PyPI and npm."""
    print("Getting what reads the API with pip and npm", flush=True)
    make, *install = api_tools.install_commands()
    attempt(make)
    api_tools.prepare()
    for command in install:
        attempt(command)
    api_tools.finished()


def install_packages(programs: list[str]) -> None:
    """Installs the programs' Debian packages, which takes root."""
    print(f"Getting {' and '.join(programs)} with apt-get", flush=True)
    patient = ["-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes", *patient]
    attempt([*quiet, "update"])
    for name in (name for name in programs if PROGRAMS[name][1]):
        attempt([*quiet, "install", "--no-install-recommends", *PROGRAMS[name][1]])


def get_programs() -> list[str]:
    """Gets what is missing by each way that is open, and names what is missing still."""
    if "Chromium" in missing():
        download_chromium()
    if API_TOOLS in missing():
        download_api_tools()
    if (lacking := missing()) and shutil.which("apt-get") and os.geteuid() == 0:
        install_packages(lacking)
    return missing()


def main() -> None:
    """Gets the programs. A failure is remembered for a day in the environment, for `--unless-tried-today`."""
    failure = Path(sys.prefix) / ".browsers-missing"
    tried_today = failure.exists() and time.time() - failure.stat().st_mtime < 24 * 3600
    if not missing():
        failure.unlink(missing_ok=True)
    elif "--unless-tried-today" not in sys.argv or not tried_today:
        failure.unlink(missing_ok=True)
        if lacking := get_programs():
            failure.touch()
        if lacking := [name for name in lacking if name != HEADLESS_SHELL]:
            packages = ", ".join(package for name in lacking for package in PROGRAMS[name][1])
            print(
                f"Could not get {' and '.join(lacking)}: the tests that need it are skipped. "
                f"Install it ({packages} on Debian), then `make test`."
            )


# Skips


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


def refuse_skip(report: Any) -> Any:
    """Makes a skip a failure where UNFOLD_NO_SKIPS is set; an expected failure (xfail) stays what it is."""
    if os.environ.get("UNFOLD_NO_SKIPS") and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason}\n(UNFOLD_NO_SKIPS is set, so a skip is a failure)"
    return report


def need(path: str | None, program: str, way: str) -> str:
    """The path, or a skip that names the program and the way to get it."""
    if path is None:
        pytest.skip(f"needs {program}, which is not on this machine: {way}")
    return path


# Fixtures


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium: its headless shell, or the whole browser where that is not here."""
    return need(find_headless_shell() or find_chromium(), "Chromium", "`make browsers` gets it")


@pytest.fixture(scope="session")
def rsvg() -> str:
    """The path of librsvg's converter."""
    return need(find_rsvg(), "rsvg-convert", "`make browsers` gets it")


@pytest.fixture(scope="session")
def latex() -> str:
    """The path of pdfLaTeX."""
    return need(find_latex(), "pdfLaTeX with TikZ and Beamer", "`make browsers` gets it")


@pytest.fixture(scope="session")
def poppler() -> Path:
    """The folder of pdfinfo, pdffonts and pdftocairo."""
    return Path(need(find_poppler(), "poppler", "`make browsers` gets it"))


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node.js."""
    return need(shutil.which("node"), "Node.js", "install nodejs")


@pytest.fixture(scope="session")
def redis_server() -> str:
    """The path of Redis's server."""
    return need(find_redis(), "redis-server", "`make browsers` gets it")


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of nginx."""
    return need(find_nginx(), "nginx", "`make browsers` gets it")


@pytest.fixture(scope="session")
def readers(node: str) -> Path:
    """The folder of the programs that read the description of the API and YAML."""
    return Path(need(find_api_tools(), API_TOOLS, "`make browsers` gets them"))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One running browser for all tests of a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the service itself on a free port, no slash at its end: `python -m app serve`, or a thread for
    the few that ask it where no page is opened."""
    if shared := getattr(request.config, "workerinput", {}).get("service"):
        wait_until_healthy(*shared)
        yield shared[0]
    elif "not browser" in request.config.option.markexpr:
        from app.web import create_app

        with served(create_app()) as address:
            yield address
    else:
        with Service().running() as service:
            yield service.address


@contextmanager
def served(app: "ASGIApp", **settings: Any) -> Iterator[str]:
    """The address of a service on a thread of this process, with settings of uvicorn."""
    import uvicorn

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", **settings))
    thread = threading.Thread(target=server.run)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(address, os.devnull)
        yield address
    finally:
        server.should_exit = True
        thread.join()


class Service:
    """The service in a process of its own on a free port, with what it says in a file."""

    def __init__(self) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = tempfile.mkstemp(suffix=".log")[1]
        with Path(self.log).open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                cwd=ROOT,
                env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @contextmanager
    def running(self) -> Iterator[Self]:
        """The service once it answers, which stops at the end."""
        try:
            wait_until_healthy(self.address, self.log)
            yield self
        finally:
            self.stop()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        Path(self.log).unlink()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Starts one service for all the processes among which the tests are shared out: it draws and compiles once."""
    config = node.config
    if "not browser" in config.option.markexpr:
        return
    if SERVICE not in config.stash:
        service = config.stash[SERVICE] = Service()
        config.add_cleanup(service.stop)
    node.workerinput["service"] = (config.stash[SERVICE].address, config.stash[SERVICE].log)


SERVICE = pytest.StashKey[Service]()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_healthy(address: str, log: str) -> None:
    """Returns once /healthz answers 200; fails with the server's log when that takes too long."""
    with httpx.Client(trust_env=False, timeout=2) as client:
        if any(is_healthy(client, address) for _ in attempts(SECONDS_TO_START)):
            return
    pytest.fail(f"the server did not start:\n{Path(log).read_text()}", pytrace=False)


def attempts(seconds: float) -> Iterator[int]:
    """Numbers of attempts at what is not there yet and tells nobody when it is, for so many seconds."""
    deadline = time.monotonic() + seconds
    for number in count():
        if time.monotonic() > deadline:
            return
        yield number
        time.sleep(0.05)


def is_healthy(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()
