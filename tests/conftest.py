"""Loads the fixtures the tests share."""

pytest_plugins = ["tests.browsers", "tests.tabs", "tests.tiers"]
