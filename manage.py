#!/usr/bin/env python
"""Run a Django command with Selvkost's settings."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advisory.settings")
    if sys.argv[1:2] == ["simulate"]:
        # Arithmetic on a file: no key, no database, so none has to be set up first.
        os.environ.setdefault("SELVKOST_ENV", "demo")
    execute_from_command_line(sys.argv)
