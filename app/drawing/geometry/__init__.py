"""Plane geometry: boxes, cubic curves and paths."""
