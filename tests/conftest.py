"""What all tests share: guards in tests that commit, and a fixed cast of people (tests.builders)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.utils import translation

from advisory.kernel import audit, guards
from advisory.web.audit import words
from tests import tables
from tests.access.world import World, build
from tests.pace import look_for_garbage_seldom

#: Fixtures through which a test gets at the database.
ASKING = {"db", "transactional_db", "django_db_setup", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what asks a database is run: the rest was run beside SQLite and cannot tell them apart."""
    if connection.vendor != "postgresql":
        return
    asking = [item for item in items if _asks_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def _asks_the_database(item: pytest.Item) -> bool:
    """A test without the mark or such a fixture is refused every connection; scripts of races open their own."""
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(names & ASKING) or "concurrency" in item.path.parts


def pytest_collection_finish() -> None:
    look_for_garbage_seldom()


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """The tables are laid from the models: see tests.tables."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database of the session, every migration noted as applied."""
    with django_db_blocker.unblock():
        tables.note_migrations()


@pytest.fixture(autouse=True)
def house_language() -> None:
    """Each test starts in the house's language, whatever page the one before it asked for."""
    translation.activate("nb")


@pytest.fixture(autouse=True)
def every_event_has_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """No verb records an action that the audit log could not say to a person."""
    plain = audit.event

    def said(action: str, obj: models.Model, **facts: Any) -> audit.AuditEvent:
        assert "." not in action or action in words.ACTIONS, f"advisory.web.audit.words lacks {action}"
        return plain(action, obj, **facts)

    monkeypatch.setattr(audit, "event", said)


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world of `tests.access.world`, built once for the tests of a module and taken back after them."""
    with django_db_blocker.unblock():
        # A test that committed may have been here before: it leaves the tables without their guards.
        guards.install(connection)
    with django_db_blocker.unblock(), translation.override("nb"), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(standing_world: World, db: None) -> World:
    """Two organisations with a row of everything, as they were built, whatever the test before did to them."""
    return copy.deepcopy(standing_world)


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the guards stand during the test and are lifted before the tables are emptied.

    Without it the flush at the end would meet the guards, on SQLite by DELETE and on PostgreSQL by TRUNCATE.
    """
    guards.install(connection)
    yield
    guards.lift(connection)
