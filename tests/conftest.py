"""Loads the fixtures the tests share; random examples may take as long as a busy machine needs."""

from hypothesis import settings

pytest_plugins = ["tests.browsers", "tests.pictures", "tests.shares", "tests.tabs", "tests.tiers"]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
