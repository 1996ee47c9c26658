"""Loads the fixtures the tests share."""

pytest_plugins = ["tests.browsers", "tests.pictures", "tests.shares", "tests.tabs", "tests.tiers"]
