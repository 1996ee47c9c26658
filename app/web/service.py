"""The service: answers, pages and static files put together, and everything else refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from app import __version__
from app.language import Problems
from app.limits import limit
from app.web import api, compare, explore, far_back, gallery, language, pasted, train
from app.web.core import (
    STATIC,
    CommonHeaders,
    KnownAnswers,
    LeftReaders,
    Seen,
    SharedAnswers,
    SharedRuns,
    SmallFiles,
    counts_of_prometheus,
    problems,
    shared_answers,
)

ROOMS = (api, pasted, far_back, explore, compare, language, gallery, train)


def create_app(after_many: Callable[[], object] | None = None) -> FastAPI:
    """The service, ready to be served or tested. Its own `openapi` describes it, so FastAPI's does not.

    `after_many` is done, on a thread, whenever so many answers were made that memory may be given back.
    """
    shared = shared_answers()
    runs = SharedRuns(shared.address) if shared else None
    app = FastAPI(
        title="Unfold",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_living(shared, runs),
    )
    for room in ROOMS:
        app.include_router(room.router)
    app.mount("/static", SmallFiles(directory=STATIC))
    app.add_exception_handler(Problems, problems.from_problems)
    app.add_exception_handler(problems.Refusal, problems.from_refusal)
    app.add_exception_handler(HTTPException, problems.from_http)
    app.add_middleware(LeftReaders)
    app.add_middleware(CommonHeaders, crashed=problems.crashed)
    app.add_middleware(KnownAnswers, shared=shared, runs=runs)
    app.state.counts = counts_of_prometheus()
    paths = _paths(room.router for room in ROOMS)
    app.add_middleware(Seen, paths=paths, counts=app.state.counts, after_many=after_many)
    return app


def _paths(routers: Iterable[BaseRoute | APIRouter]) -> Iterator[str]:
    """The addresses of some routers, and of those within them."""
    for router in routers:
        if isinstance(router, Route):
            yield router.path
        yield from _paths(getattr(getattr(router, "original_router", router), "routes", ()))


def _living(
    shared: SharedAnswers | None, runs: SharedRuns | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Around the life of the service: so many answers are made at once, and at its end it leaves what it shares."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = limit("threads")
        try:
            yield
        finally:
            if shared and runs:
                await shared.close()
                runs.close()

    return living
