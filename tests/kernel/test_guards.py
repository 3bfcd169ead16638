"""The database refuses what the models call frozen, on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from advisory.kernel import audit, guards
from advisory.kernel.audit import AuditEvent
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.models import Pot, PotEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return User.objects.create_user("administrator@example.org", staff_role="administrator")


@pytest.fixture
def pot(administrator: User) -> Pot:
    return Pot.objects.create(
        name="Grant",
        funder="Ministry",
        purpose="Discounts",
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        created_at=timezone.now(),
        created_by=administrator,
    )


def entry(pot: Pot, sequence: int, kind: str, amount: str, balance: str) -> PotEntry:
    return PotEntry.objects.create(
        pot=pot, sequence=sequence, kind=kind, amount=nok(amount), balance=nok(balance), at=timezone.now()
    )


def test_every_guard_of_the_models_stands_in_the_database() -> None:
    assert guards.expected(connection)
    assert guards.missing(connection) == set()


def test_a_frozen_row_cannot_be_updated_or_deleted(administrator: User) -> None:
    event = audit.record("test", administrator, by=administrator, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.update(reason="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        event.delete()


def test_a_pot_ledger_takes_movements_that_follow(pot: Pot) -> None:
    entry(pot, 1, "grant", "250000.00", "250000.00")
    entry(pot, 2, "draw", "-10317.42", "239682.58")
    entry(pot, 3, "refund", "10317.42", "250000.00")


@pytest.mark.parametrize(
    ("sequence", "kind", "amount", "balance"),
    [
        (2, "draw", "-100.01", "-0.01"),
        (2, "draw", "-10.00", "90.01"),
        (3, "draw", "-10.00", "90.00"),
        (1, "draw", "-10.00", "90.00"),
        (2, "grant", "-10.00", "90.00"),
    ],
    ids=["below zero", "one øre wrong", "gap in the sequence", "sequence taken", "sign of the kind"],
)
def test_a_pot_ledger_refuses_what_does_not_follow(
    pot: Pot, sequence: int, kind: str, amount: str, balance: str
) -> None:
    entry(pot, 1, "grant", "100.00", "100.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(pot, sequence, kind, amount, balance)


def test_many_movements_in_one_statement_follow_each_other(pot: Pot) -> None:
    now = timezone.now()
    rows = [
        PotEntry(pot=pot, sequence=n, kind="grant", amount=nok("0.10"), balance=nok(Decimal(n) / 10), at=now)
        for n in range(1, 30)
    ]
    PotEntry.objects.bulk_create(rows)
    assert PotEntry.objects.count() == 29
