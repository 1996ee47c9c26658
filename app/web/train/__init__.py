"""The training pages, and the streams that tell their scripts of a run step by step."""

from fastapi import APIRouter

from app.web.train import anywhere, hopfield, memory, page
from app.web.train.stream import BEFORE_ALL, TrainingAnswer, TrainingEvents, last_event

__all__ = ["BEFORE_ALL", "TrainingAnswer", "TrainingEvents", "last_event"]

router = APIRouter(include_in_schema=False)
for part in (page, anywhere, hopfield, memory):
    router.include_router(part.router)
