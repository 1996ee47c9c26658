"""The first page: how far back two networks feel their mistake, a plain one and one with gates."""

from app.web.far_back.networks import links_at_first
from app.web.far_back.page import ROUTES

__all__ = ["ROUTES", "links_at_first"]
