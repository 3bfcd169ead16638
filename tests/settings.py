"""The product's settings in the tests' environment, so that plain `pytest` needs no variable."""

import os

os.environ.setdefault("SELVKOST_ENV", "test")

from advisory.settings import *  # noqa: F403 - the environment must be set before
