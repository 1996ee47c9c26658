"""The service over HTTP: figures and numbers of a link at addresses of their own, and the pages that show them.

`service` puts the rooms together. The answers themselves are made in `outputs`, which the command line shares.
"""
