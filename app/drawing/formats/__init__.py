"""Writes a scene: SVG, PNG, PDF, TikZ, DOT, JSON, ZIP, and the style sheet of figures on a page."""
