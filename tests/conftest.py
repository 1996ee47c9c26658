"""Loads the fixtures the tests share; random examples take as long as they need.

They are few, others in every run; of `make test-long`, many.
"""

from hypothesis import settings

pytest_plugins = ["tests.browsers", "tests.engines", "tests.pictures", "tests.shares", "tests.tabs", "tests.tiers"]

settings.register_profile("few", deadline=None, max_examples=10)
settings.register_profile("many", deadline=None, max_examples=400)
settings.load_profile("few")
