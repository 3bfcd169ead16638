"""An installation moves to PostgreSQL with every row, its hash chain and its guards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from advisory.kernel import guards
from advisory.web import copying
from advisory.web.management.commands.copy_database import ALIAS, connect
from billing.invoicing.models import Invoice
from tests import builders
from tests.billing.issued import issued_line

pytestmark = pytest.mark.skipif(
    "postgres" not in connection.vendor, reason="copies into PostgreSQL: make test-postgres runs it"
)
NAME = "selvkost_copy"


@pytest.fixture(scope="module", autouse=True)
def other_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A migrated second database, known to Django before a test asks which databases there are."""
    if connection.vendor != "postgresql":
        yield
        return
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
            cursor.execute(f"CREATE DATABASE {NAME}")
        connections.settings[ALIAS] = {**connection.settings_dict, "NAME": NAME}
        call_command("migrate", database=ALIAS, verbosity=0)
    yield
    with django_db_blocker.unblock():
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {NAME}")


@pytest.fixture
def target(committed: None) -> Iterator[BaseDatabaseWrapper]:
    guards.install(connections[ALIAS])
    yield connections[ALIAS]
    guards.lift(connections[ALIAS])


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_everything_comes_over_and_is_guarded_there(target: BaseDatabaseWrapper) -> None:
    with transaction.atomic():  # An issued invoice is written lines first; its foreign keys are checked at the end.
        line = issued_line()
    person = builders.advisor()
    copied = copying.copy(connection, target)
    assert copied["billing.Invoice"] == 1
    here = Invoice.objects.values().get()
    there = Invoice.objects.using(ALIAS).values().get()
    assert here == there
    assert type(person).objects.using(ALIAS).get(pk=person.pk).created_at == person.created_at
    assert guards.missing(target) == set()
    with pytest.raises(IntegrityError):
        Invoice.objects.using(ALIAS).filter(pk=line.invoice_id).update(due_on=date(2030, 1, 1))


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_new_rows_go_on_where_the_old_ones_ended(target: BaseDatabaseWrapper) -> None:
    person = builders.advisor()
    copying.copy(connection, target)
    new = type(person)(email="new@example.org")
    new.save(using=ALIAS)
    assert new.pk > person.pk


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_target_that_holds_anything_is_refused(target: BaseDatabaseWrapper) -> None:
    builders.advisor()
    copying.copy(connection, target)
    with pytest.raises(copying.NotEmpty):
        copying.copy(connection, target)


def test_what_is_no_database_is_refused() -> None:
    with pytest.raises(CommandError):
        connect("not a url")
