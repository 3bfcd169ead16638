"""Scripts of their own on a database of their own: what tests that fork, race and kill work with.

Processes cannot share pytest's in-memory database or its transaction, and one that is killed must leave the rest
of the suite alone. A script starts Django once and forks what shall happen at the same time (`together`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

Script = Callable[..., str]


def environment(url: str) -> dict[str, str]:
    """The environment of a script that works on the database at `url`."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SELVKOST_ENV": "test",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }


def run(url: str, code: str, *arguments: str) -> str:
    """What `code` printed, run with Django set up; its arguments are sys.argv[1:]. Raises with its errors."""
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\n" + code, *arguments],
        env=environment(url),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
