"""The addresses of a link's pages: the one on which its figure is stepped through, and that of a training."""

from __future__ import annotations

from app.link import Link, Training, query

TRAIN_PATH = "/train"


def page_address(link: Link) -> str:
    """The address that opens a link; one whose fields are all usual names its system, since `/` is the first page."""
    return f"/?{query(link) or f'system={link.system}'}"


def training_address(link: Link) -> str:
    """The page of a training. It always names its network: a query that names none is about the page's own."""
    asked = query(link, Training)
    if link.equations is not None or link.system != Link.model_fields["system"].default:
        return f"{TRAIN_PATH}?{asked}"
    return f"{TRAIN_PATH}?" + "&".join(filter(None, (f"system={link.system}", asked)))
