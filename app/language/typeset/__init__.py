"""Prints the language: expressions as boxes, and boxes as TeX, MathML and the language's own text."""
