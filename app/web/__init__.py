"""The service: a link over HTTP → figures, numbers and pages.

`service` puts it together; `answers`, what can be had of a link, is shared with the command line.
"""
