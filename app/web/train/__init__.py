"""The training pages, and the streams that tell their scripts of a run step by step."""

from fastapi import APIRouter

from app.web.train import anywhere, hopfield, memory, page
from app.web.train.stream import TrainingAnswer, TrainingEvents

__all__ = ["TrainingAnswer", "TrainingEvents"]

router = APIRouter(include_in_schema=False)
for part in (page, anywhere, hopfield, memory):
    router.include_router(part.router)
