"""What all tests share: guards in tests that commit, and a fixed cast of people (tests.builders)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import translation

from advisory.kernel import guards


@pytest.fixture(autouse=True)
def house_language() -> None:
    """Each test starts in the house's language, whatever page the one before it asked for."""
    translation.activate("nb")


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the guards stand during the test and are lifted before the tables are emptied.

    Without it the flush at the end would meet the guards, on SQLite by DELETE and on PostgreSQL by TRUNCATE.
    """
    guards.install(connection)
    yield
    guards.lift(connection)
