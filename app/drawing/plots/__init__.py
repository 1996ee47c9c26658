"""Plots as scenes: the curves of a training, and what is measured of networks, in every format of pictures."""
