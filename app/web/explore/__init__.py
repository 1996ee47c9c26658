"""Builds the explore page and its parts."""
