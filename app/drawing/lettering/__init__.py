"""Sets labels as outlines of STIX Two Math, since text in an SVG looks different in every program."""
