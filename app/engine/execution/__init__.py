"""Runs a program on numbers: bindings, the passes forward and back, and what flows along each edge."""
