"""The training pages, and the streams that tell their scripts of a run step by step."""

from app.web.train import anywhere, hopfield, memory, page
from app.web.train.stream import BEFORE_ALL, TrainingAnswer, TrainingEvents, last_event

__all__ = ["BEFORE_ALL", "TrainingAnswer", "TrainingEvents", "last_event"]

ROUTES = [route for part in (page, anywhere, hopfield, memory) for route in part.ROUTES]
