"""The product's settings in the tests' environment, so that plain `pytest` needs no variable."""

import os

os.environ.setdefault("SELVKOST_ENV", "test")

from advisory.settings import *  # noqa: F403 - the environment must be set before

# Every test client asks a new middleware: it looks a file up when asked for it, and not through all of them at once.
WHITENOISE_AUTOREFRESH = True

# Databases of tests go with them, and what is killed in a test is a process, not the power.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
