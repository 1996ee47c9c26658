"""Invent whole programs from a seed, send each to every address, hold its numbers against a plain reading.

`grammar` invents the text, `links` every other field, `addresses` sends both, `compare` reads the numbers anew,
`shrink` makes a finding small. `python -m tests.fuzz --minutes 10` looks for as long as it is told; `crowd`, with
`--workers 2`, holds what a service answers to many at once against what it answers to each alone.
"""
