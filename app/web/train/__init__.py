"""Builds the training pages and streams their runs."""
