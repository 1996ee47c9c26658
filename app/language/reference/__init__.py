"""Documents the language from its own tables, so that what `/language` says is what the parser accepts."""

from app.language.reference.guide import SECTIONS, Example, Section

__all__ = ["SECTIONS", "Example", "Section"]
