"""The training pages, which link to one another, and the address of a training on the first of them."""

from app.link import Link, Training, query

PATH = "/train"
PAGES = {
    "Train a network": PATH,
    "Anywhere in the sequence": f"{PATH}/anywhere",
    "Memory": f"{PATH}/memory",
    "Recall: Hopfield networks": f"{PATH}/hopfield",
}
"""Every page by its title, with its address."""


def training_address(link: Link) -> str:
    """The page of a training. It always names its network: a query that names none is about the page's own."""
    asked = query(link, Training)
    if link.equations is not None or link.system != Link.model_fields["system"].default:
        return f"{PATH}?{asked}"
    return f"{PATH}?" + "&".join(filter(None, (f"system={link.system}", asked)))
