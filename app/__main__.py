"""`python -m app` is the command line `unfold`."""

import sys

from app.cli import main

sys.exit(main())
