"""The first page: how far back two networks feel their mistake, a plain one and one with gates."""

from app.web.far_back.far_back_sheet import SheetRow, chains_sheet
from app.web.far_back.networks import links_at_first
from app.web.far_back.page import ROUTES

__all__ = ["ROUTES", "SheetRow", "chains_sheet", "links_at_first"]
