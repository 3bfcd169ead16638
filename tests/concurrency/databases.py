"""A database of its own for tests that start processes: a SQLite file, or a fresh PostgreSQL database.

Processes cannot share pytest's in-memory database or its transaction, and a process that is killed must leave
the rest of the suite alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def own_database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that work on an empty, migrated database; it is gone afterwards."""
    if connection.vendor == "sqlite":
        url = f"sqlite:///{folder / 'own.sqlite3'}"
        yield _migrated(url)
        return
    name = f"own_{uuid4().hex[:12]}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        given = urlsplit(os.environ["DATABASE_URL"])
        yield _migrated(urlunsplit(given._replace(path=f"/{name}")))
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrated(url: str) -> dict[str, str]:
    environment = {**os.environ, "DATABASE_URL": url, "SELVKOST_ENV": "test", "PYTHONPATH": str(ROOT)}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    run(environment, "from django.core.management import call_command; call_command('migrate', verbosity=0)")
    return environment


PREAMBLE = "import django; django.setup()\n"


def start(environment: dict[str, str], code: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process with Django set up that runs `code`; its arguments are sys.argv[1:]."""
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + code, *arguments],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(environment: dict[str, str], code: str, *arguments: str) -> str:
    """What the process printed; raises with its errors where it failed."""
    process = start(environment, code, *arguments)
    out, errors = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError(errors)
    return out
