"""Two links side by side under one cursor."""

from app.web.compare.page import router

__all__ = ["router"]
