"""One database with tables a session, and a copy of it for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests.concurrency.databases import Script, run

LAY = "from tests import tables; tables.lay()"


def _server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The path (SQLite) or name (PostgreSQL) of an empty database with all its tables."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("template") / "template.sqlite3"
        run(str(path), LAY)
        yield str(path)
        return
    name = f"template_{uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        _server(f'CREATE DATABASE "{name}"')
    run(name, LAY)
    yield name
    with django_db_blocker.unblock():
        _server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def script(template: str, tmp_path: Path, django_db_blocker: Any) -> Iterator[Script]:
    """`script(code, *arguments)` runs code on a copy of the template; it is gone after the test."""
    if connection.vendor == "sqlite":
        shutil.copy(template, tmp_path / "own.sqlite3")
        yield partial(run, str(tmp_path / "own.sqlite3"))
        return
    name = f"own_{uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        _server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield partial(run, name)
    with django_db_blocker.unblock():
        _server(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def blank(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Script]:
    """As `script`, on a database without tables: what tests of a migration start from."""
    if connection.vendor == "sqlite":
        yield partial(run, str(tmp_path / "blank.sqlite3"))
        return
    name = f"blank_{uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        _server(f'CREATE DATABASE "{name}"')
    yield partial(run, name)
    with django_db_blocker.unblock():
        _server(f'DROP DATABASE "{name}" WITH (FORCE)')
