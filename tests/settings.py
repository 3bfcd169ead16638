"""The product's settings in the tests' environment, so that plain `pytest` needs no variable."""

import os

os.environ.setdefault("SELVKOST_ENV", "test")

from advisory.settings import *  # noqa: F403 - the environment must be set before

# Every test client asks a new middleware: it looks a file up when asked for it, and not through all of them at once.
WHITENOISE_AUTOREFRESH = True
