"""Serves pages and answers: caching, problems, templates, controls, the description of the API."""
