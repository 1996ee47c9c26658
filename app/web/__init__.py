"""The service over HTTP: figures and numbers of a link at addresses of their own, and the pages that show them.

`service` puts the rooms together. The answers themselves are made in `outputs`, which the command line shares.
"""

from app.web.service import create_app

__all__ = ["create_app"]
