"""The training pages, which link to one another."""

from app.web.core import TRAIN_PATH

PATH = TRAIN_PATH
PAGES = {
    "Train a network": PATH,
    "Anywhere in the sequence": f"{PATH}/anywhere",
    "Memory": f"{PATH}/memory",
    "Recall: Hopfield networks": f"{PATH}/hopfield",
}
"""Every page by its title, with its address."""
