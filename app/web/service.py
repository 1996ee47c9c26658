"""The service: answers, pages and static files put together, and everything else refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from inspect import iscoroutinefunction

from anyio import to_thread
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from app.cores import PLACES
from app.language import Problems
from app.limits import limit
from app.web import api, api_docs, compare, explore, far_back, gallery, language, pasted, train
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

ROOMS = (api, api_docs, pasted, far_back, explore, compare, language, gallery, train)


def create_app(after_many: Callable[[], object] | None = None) -> FastAPI:
    """The service, ready to be served or tested. Its own `openapi` describes it, so FastAPI's does not.

    `after_many` is done, on a thread, whenever so many answers were made that memory may be given back.
    """
    shared = shared_answers()
    runs = SharedRuns(shared.address) if shared else None
    counts, routes = counts_of_prometheus(), [_in_place(route) for room in ROOMS for route in room.ROUTES]
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        routes=[*routes, Mount("/static", SmallFiles(directory=STATIC))],
        middleware=[
            Middleware(Seen, paths=[route.path for route in routes], counts=counts, after_many=after_many),
            Middleware(KnownAnswers, shared=shared, runs=runs),
            Middleware(CommonHeaders, crashed=problems.crashed, stopping=problems.stopping),
            Middleware(LeftReaders),
        ],
        lifespan=_living(shared, runs),
    )
    app.add_exception_handler(Problems, problems.from_problems)
    app.add_exception_handler(problems.Refusal, problems.from_refusal)
    app.add_exception_handler(HTTPException, problems.from_http)
    app.state.counts = counts
    return app


def _in_place(route: Route) -> Route:
    """A route whose answers, where they are made on a thread, are made in a place on the cores."""
    if iscoroutinefunction(route.endpoint):
        return route
    return Route(route.path, PLACES.in_place(route.endpoint), methods=[*(route.methods or ())])


def _living(
    shared: SharedAnswers | None, runs: SharedRuns | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Around the life of the service: so many answers are made at once, and at its end it leaves what it shares."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = min(limit("threads"), PLACES.count)
        try:
            yield
        finally:
            if shared and runs:
                await shared.close()
                runs.close()

    return living
