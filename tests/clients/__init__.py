"""Clients that generators of others make from the description of the API, asking the service."""
