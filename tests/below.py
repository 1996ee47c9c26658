"""The service below a path, as a proxy has it."""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT_PATH = "/unfold"


class Proxy:
    """What a proxy does that has the service below a path: it takes the path away, and the server puts it before."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if not scope["path"].startswith((f"{ROOT_PATH}/", "/healthz")):
                await Response("no address of the service", 404)(scope, receive, send)
                return
            scope = {**scope, "root_path": ROOT_PATH}
        await self.app(scope, receive, send)
