"""Whole programs that nobody wrote: invented from a seed, sent to every address, their numbers held against a plain reading.

`grammar` invents the text, `links` every other field, `addresses` sends both, `compare` reads the numbers anew,
`shrink` makes a finding small. `python -m tests.fuzz --minutes 10` looks for as long as it is told.
"""
