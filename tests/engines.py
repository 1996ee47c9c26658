"""The engines that pages are walked in: Chromium, Firefox and WebKitGTK, each behind the same few acts.

Chromium is Playwright's. Firefox answers WebDriver BiDi on a socket of its own; WebKitGTK's MiniBrowser, which needs
a screen (Xvfb), WebDriver over HTTP. What these two share is what W3C's WebDriver says of keys and a pointer.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from abc import ABC, abstractmethod
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from playwright.sync_api import Download, Page
from playwright.sync_api import Error as PlaywrightError
from websockets.sync.client import ClientConnection, connect

from tests.browsers import attempts, find_firefox, find_minibrowser, free_port, need, served

PATIENCE = 30
"""Seconds that an engine has for what is expected of it: a busy machine is no failure."""
SMALL_SCREEN = (1280, 720)
KEYS = {
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
}
"""WebDriver's names of the keys that write nothing."""
FINE_AND_HOVERING = 6
"""How Firefox writes down what a mouse can do."""
FIREFOX_PREFERENCES = {
    "browser.download.folderList": 2,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "ui.allPointerCapabilities": FINE_AND_HOVERING,
    "ui.prefersReducedMotion": 1,
    "ui.primaryPointerCapabilities": FINE_AND_HOVERING,
}
"""Beside those that it sets itself when it is driven: it has a folder for files, and a mouse, and nothing moves."""
TAKE_HEARD = """
() => {
  const heard = JSON.parse(sessionStorage.getItem("heard") ?? "[]");
  sessionStorage.removeItem("heard");
  return heard;
}
"""
GTK_SETTINGS = "[Settings]\ngtk-enable-animations=0\n"
"""What WebKitGTK takes for a wish that nothing move."""

Found = TypeVar("Found")


class EngineError(Exception):
    """An engine refuses a command. While it leaves a page it may, and can be asked again."""


def waited_for(asked: Callable[[], Found], what: Callable[[], object]) -> Found:
    """The answer once it is more than nothing; after a while the test fails with what was waited for."""
    for _ in attempts(PATIENCE):
        try:
            if answer := asked():
                return answer
        except (EngineError, PlaywrightError):
            continue
    pytest.fail(f"waited for {what()}")


class BrowserEngine(ABC):
    """A browser with one tab, on which a test acts as a person does."""

    server: str
    """The address of the service, no slash at its end."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Gives the page this much room."""

    @abstractmethod
    def visit(self, address: str) -> None: ...

    @abstractmethod
    def evaluate(self, function: str, *given: object) -> Any:
        """What a function in JavaScript answers; it is given, and answers with, what JSON can say."""

    @abstractmethod
    def point(self, x: float, y: float) -> None: ...

    @abstractmethod
    def click(self, x: float, y: float) -> None: ...

    @abstractmethod
    def press(self, key: str) -> None: ...

    @abstractmethod
    def picture(self) -> bytes:
        """What is in sight, as PNG."""

    @abstractmethod
    def saved(self) -> dict[str, bytes]:
        """The files that it has saved, by their names; of one that is still coming, a part."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """What scripts threw or wrote to console.error since this was last asked."""

    def write(self, text: str) -> None:
        for letter in text:
            self.press(letter)


class Chromium(BrowserEngine):
    """Playwright's page; its fixture looks at what the page complains of."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server, self.downloads = page, server, list[Download]()
        page.emulate_media(reduced_motion="reduce")
        page.on("download", lambda file: self.downloads.append(file))

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def visit(self, address: str) -> None:
        self.page.goto(address)

    def evaluate(self, function: str, *given: object) -> Any:
        return self.page.evaluate(f"(given) => ({function})(...given)", [*given])

    def point(self, x: float, y: float) -> None:
        self.page.mouse.move(x, y)

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(x, y)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def picture(self) -> bytes:
        return self.page.screenshot()

    def saved(self) -> dict[str, bytes]:
        self.evaluate("() => null")  # Playwright tells of what has happened while it is asked something.
        return {file.suggested_filename: file.path().read_bytes() for file in self.downloads}

    def complaints(self) -> list[str]:
        return []


class DrivenEngine(BrowserEngine):
    """What is driven by WebDriver: its keys and its pointer are lists of W3C's actions."""

    downloads: Path
    """Where it puts files."""

    @abstractmethod
    def perform(self, sources: Sequence[Mapping[str, object]]) -> None: ...

    def saved(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.downloads.iterdir() if file.is_file()}

    def point(self, x: float, y: float) -> None:
        self._move_and(x, y)

    def click(self, x: float, y: float) -> None:
        self._move_and(x, y, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})

    def press(self, key: str) -> None:
        value = KEYS.get(key, key)
        ways = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        self.perform([{"type": "key", "id": "keys", "actions": ways}])

    def _move_and(self, x: float, y: float, *then: Mapping[str, object]) -> None:
        move = {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0}
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        self.perform([{**mouse, "actions": [move, *then]}])


class Firefox(DrivenEngine):
    """Firefox over WebDriver BiDi."""

    def __init__(self, socket: ClientConnection, server: str, downloads: Path) -> None:
        self.socket, self.server, self.downloads = socket, server, downloads
        self.number, self.heard = 0, list[str]()
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        self.tab = self.command("browsingContext.getTree")["contexts"][0]["context"]

    def command(self, method: str, **params: object) -> Any:
        """What a command answers. What comes in between is heard."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while (said := json.loads(self.socket.recv(timeout=PATIENCE))).get("id") != self.number:
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.heard.append(said["params"]["text"])
        if said["type"] == "error":
            raise EngineError(f"{method}: {said['error']}: {said['message']}")
        return said["result"]

    def resize(self, width: int, height: int) -> None:
        self.command("browsingContext.setViewport", context=self.tab, viewport={"width": width, "height": height})

    def visit(self, address: str) -> None:
        self.command("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def evaluate(self, function: str, *given: object) -> Any:
        answer = self.command(
            "script.callFunction",
            functionDeclaration=f"async (given) => JSON.stringify(await ({function})(...JSON.parse(given)) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(given)}],
            target={"context": self.tab},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise EngineError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform(self, sources: Sequence[Mapping[str, object]]) -> None:
        self.command("input.performActions", context=self.tab, actions=sources)

    def picture(self) -> bytes:
        return b64decode(self.command("browsingContext.captureScreenshot", context=self.tab)["data"])

    def complaints(self) -> list[str]:
        self.command("session.status")  # What was said before is heard before this is answered.
        heard, self.heard = self.heard, []
        return heard


class WebKit(DrivenEngine):
    """WebKitGTK's MiniBrowser over WebDriver, which says nothing of what a page complains of: the page keeps that."""

    def __init__(self, driver: httpx.Client, browser: str, server: str, downloads: Path) -> None:
        self.driver, self.server, self.downloads = driver, server, downloads
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        self.session = ""
        self.session = f"/{self.command('', capabilities={'alwaysMatch': wanted})['sessionId']}"

    def command(self, name: str, **body: object) -> Any:
        return self._answer(self.driver.post(f"/session{self.session}{name}", json=body))

    def _answer(self, response: httpx.Response) -> Any:
        value = response.json()["value"]
        if response.is_error:
            raise EngineError(f"{response.url}: {value['error']}: {value['message']}")
        return value

    def resize(self, width: int, height: int) -> None:
        """The window is larger than the page by its bars, which are known once it has a size."""
        room = [width, height]
        for _ in range(2):
            self.command("/window/rect", x=0, y=0, width=room[0], height=room[1])
            inner = self.evaluate("() => [innerWidth, innerHeight]")
            room = [room[0] + width - inner[0], room[1] + height - inner[1]]

    def visit(self, address: str) -> None:
        self.command("/url", url=address)

    def evaluate(self, function: str, *given: object) -> Any:
        script = f"return JSON.stringify(({function})(...JSON.parse(arguments[0])) ?? null)"
        return json.loads(self.command("/execute/sync", script=script, args=[json.dumps(given)]))

    def perform(self, sources: Sequence[Mapping[str, object]]) -> None:
        self.command("/actions", actions=sources)

    def picture(self) -> bytes:
        return b64decode(self._answer(self.driver.get(f"/session{self.session}/screenshot")))

    def complaints(self) -> list[str]:
        heard: list[str] = self.evaluate(TAKE_HEARD)
        return heard


# What they visit


@pytest.fixture(scope="session")
def overheard_server() -> Iterator[str]:
    """The address of the service, with pages that keep what their scripts complain of."""
    # What starts the tests needs no service, and all wait for it.
    from tests.overheard import overheard

    with served(overheard()) as address:
        yield address


# Starting them


@contextmanager
def running(command: Sequence[str], log: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that writes to a file, with more in its environment; at the end it is stopped."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **more}, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def written(log: Path, pattern: str) -> str:
    """What a program has written, once it has: the group of the pattern."""
    found: list[str] = waited_for(lambda: re.findall(pattern, log.read_text(errors="replace")), log.read_text)
    return found[0]


@contextmanager
def started_firefox(program: str, server: str, home: Path) -> Iterator[Firefox]:
    """Firefox with a profile of its own."""
    downloads, profile, log = home / "downloads", home / "profile", home / "firefox.log"
    for folder in (downloads, profile):
        folder.mkdir()
    preferences = {**FIREFOX_PREFERENCES, "browser.download.dir": str(downloads)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (profile / "user.js").write_text("".join(lines))
    told = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)]
    with running([program, *told], log, HOME=str(home)):
        address = written(log, r"WebDriver BiDi listening on (ws://\S+)")
        with connect(f"{address}/session", max_size=None, proxy=None, compression=None) as socket:
            yield Firefox(socket, server, downloads)


@contextmanager
def started_webkit(program: str, server: str, home: Path) -> Iterator[WebKit]:
    """MiniBrowser on a screen of its own."""
    log = home / "webkit.log"
    settings = home / ".config/gtk-3.0/settings.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(GTK_SETTINGS)
    port = free_port()
    with ExitStack() as stack:
        stack.enter_context(running(["Xvfb", "-displayfd", "1", "-screen", "0", "2000x1400x24"], home / "xvfb.log"))
        screen = written(home / "xvfb.log", r"(?m)^(\d+)\n")
        told = {"DISPLAY": f":{screen}", "HOME": str(home), "XDG_CONFIG_HOME": ""}
        stack.enter_context(running(["WebKitWebDriver", f"--port={port}"], log, **told))
        address = f"http://127.0.0.1:{port}"
        driver = stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE))
        waited_for(lambda: answers(driver), log.read_text)
        engine = WebKit(driver, program, server, downloads=home)
        stack.callback(lambda: driver.delete(f"/session{engine.session}"))
        yield engine


def answers(driver: httpx.Client) -> bool:
    try:
        return driver.get("/status").is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def firefox(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One running Firefox for all tests of a process."""
    program = need(find_firefox(), "Firefox", "`make browsers` gets it")
    with started_firefox(program, server, tmp_path_factory.mktemp("firefox")) as engine:
        yield engine


@pytest.fixture(scope="session")
def webkit(overheard_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    """One running MiniBrowser for all tests of a process."""
    program = need(find_minibrowser(), "WebKitGTK's MiniBrowser with its driver and Xvfb", "`make browsers` gets it")
    with started_webkit(program, overheard_server, tmp_path_factory.mktemp("webkit")) as engine:
        yield engine


DRIVEN = [pytest.param(name, marks=pytest.mark.engine) for name in ("firefox", "webkit")]
EVERY = [pytest.param("chromium", marks=pytest.mark.browser), *DRIVEN]


@pytest.fixture(params=EVERY)
def engine(request: pytest.FixtureRequest) -> Iterator[BrowserEngine]:
    """Each engine in turn, as new, on a small screen; what a page complains of fails the test."""
    if request.param == "chromium":
        page, server = request.getfixturevalue("page"), request.getfixturevalue("server")
        engine: BrowserEngine = Chromium(page, server)
    else:
        engine = request.getfixturevalue(request.param)
    engine.resize(*SMALL_SCREEN)
    engine.visit(f"{engine.server}/static/favicon.svg")
    yield engine
    complaints = engine.complaints()
    engine.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    engine.visit("about:blank")
    if complaints:
        pytest.fail("the page complained:\n" + "\n".join(complaints), pytrace=False)


driven = pytest.mark.parametrize("engine", DRIVEN, indirect=True)
"""Of a test: in the engines beside Chromium alone, in which another test walks the same."""
