"""What is made for a reader stops as soon as he leaves, so that others need not wait for it."""

from __future__ import annotations

from asyncio import create_task

from anyio import Event
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.readers import READER, Reader, ReaderLeft
from app.web.core.problems import forget_way

NO_BODY: Message = {"type": "http.request", "body": b"", "more_body": False}


class LeftReaders:
    """Middleware that listens to the reader while he is answered, from when he has sent all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        heard = _Heard(scope, receive, send)
        token, listening = READER.set(heard.reader), create_task(heard.listen())
        try:
            await self.app(scope, heard.receive, heard.send)
        except (BaseExceptionGroup, ReaderLeft) as error:
            if not _left(error):
                raise
            forget_way(error)
        finally:
            listening.cancel()
            READER.reset(token)


def _left(error: BaseException) -> bool:
    """Whether this is that the reader left, and nothing else."""
    return isinstance(error, ReaderLeft) or (
        isinstance(error, BaseExceptionGroup) and error.split(ReaderLeft)[1] is None
    )


class _Heard:
    """What one reader sends, and that he leaves: first the application reads what comes, then the listener."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reader, self.outer, self.sender = Reader(), receive, send
        self.all_there, self.gone, self.answered = Event(), Event(), False
        headers = Headers(scope=scope)
        self.unsaid = [] if {"content-length", "transfer-encoding"} & {*headers.keys()} else [NO_BODY]
        if self.unsaid:
            self.all_there.set()

    async def receive(self) -> Message:
        """The next message for the application; of a request without a body there is nothing to wait for."""
        if self.unsaid:
            return self.unsaid.pop()
        if not self.all_there.is_set():
            message = await self.outer()
            if message["type"] != "http.request" or not message.get("more_body", False):
                self.all_there.set()
            return message
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.answered = True
        await self.sender(message)

    async def listen(self) -> None:
        """Wait until the reader leaves; that he was answered is no leaving."""
        await self.all_there.wait()
        while (await self.outer())["type"] != "http.disconnect":
            pass
        self.reader.left = not self.answered
        self.gone.set()
