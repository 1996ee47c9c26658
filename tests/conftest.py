"""Loads the fixtures the tests share; random examples are few, others in every run, and take as long as they need."""

from hypothesis import settings

pytest_plugins = ["tests.browsers", "tests.pictures", "tests.shares", "tests.tabs", "tests.tiers"]

settings.register_profile("untimed", deadline=None, max_examples=40)
settings.load_profile("untimed")
