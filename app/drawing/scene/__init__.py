"""Paints a laid-out graph: shapes with their colours in named groups, which every format writes."""
