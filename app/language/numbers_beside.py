"""Says where the numbers are given that a text leaves open: the control on the page, and the name of it in a request.

A message that names the field of a request alone leads nowhere on a page; so every message has its words from here.
"""

BY_HAND = "under Data, “Numbers set by hand”"
"""The control of the page for numbers of any kind, as it is called there."""
AS_PARAMETERS = f"{BY_HAND}, or as params in a request"
AS_DATA = f"{BY_HAND}, or as inputs in a request"
