"""Loaded by pytest before Django's settings: the tests' own environment, unless one is given."""

import os

os.environ.setdefault("SELVKOST_ENV", "test")
