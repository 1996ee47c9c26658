"""Two links side by side under one cursor."""

from app.web.compare.page import ROUTES

__all__ = ["ROUTES"]
