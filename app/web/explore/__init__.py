"""The explore page: a link's figure, stepped through, with the forms that change it and the charts below it."""

from fastapi import APIRouter

from app.web.explore import by_step_tables, numbers, other_systems, page, partial, step_answers

router = APIRouter(include_in_schema=False)
for part in (page, partial, step_answers, other_systems, numbers, by_step_tables):
    router.include_router(part.router)
