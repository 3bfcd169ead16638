"""The pots' ledger: balances that follow, never below zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from billing.discounts.ledger import Movement, PotEmpty, balances, book
from billing.discounts.models import PotEntry, PotEntryKind
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

DRAW, REFUND, GRANT, RETURN = PotEntryKind.DRAW, PotEntryKind.REFUND, PotEntryKind.GRANT, PotEntryKind.RETURN


def test_movements_of_several_pots_are_booked_in_one_go_with_running_balances() -> None:
    first, second = builders.pot("250000.00"), builders.pot("1000.00", name="Gave 2026")
    entries = book(
        [
            Movement(first.pk, DRAW, Decimal("-10317.42"), 202600001, "Bygdekor Vest"),
            Movement(second.pk, DRAW, Decimal("-1000.00"), 202600002),
            Movement(first.pk, DRAW, Decimal("-0.58"), 202600003),
            Movement(second.pk, REFUND, Decimal("0.01"), 202600004),
        ],
        now=NOW,
        by=None,
    )
    facts = [(e.pot_id, e.sequence, e.amount.amount, e.balance.amount) for e in entries]
    assert facts == [
        (first.pk, 2, Decimal("-10317.42"), Decimal("239682.58")),
        (second.pk, 2, Decimal("-1000.00"), Decimal("0.00")),
        (first.pk, 3, Decimal("-0.58"), Decimal("239682.00")),
        (second.pk, 3, Decimal("0.01"), Decimal("0.01")),
    ]
    assert balances([first.pk, second.pk]) == {first.pk: Decimal("239682.00"), second.pk: Decimal("0.01")}


def test_a_pot_may_be_emptied_to_the_last_ore_but_not_below() -> None:
    pot = builders.pot("100.00")
    book([Movement(pot.pk, DRAW, Decimal("-100.00"), 202600001)], now=NOW, by=None)
    with pytest.raises(PotEmpty) as refusal:
        book([Movement(pot.pk, DRAW, Decimal("-0.01"), 202600002)], now=NOW, by=None)
    assert refusal.value.missing == Decimal("0.01")
    assert refusal.value.pot == pot
    assert PotEntry.objects.filter(pot=pot).count() == 2


def test_a_set_that_does_not_fit_books_nothing() -> None:
    pot = builders.pot("100.00")
    with pytest.raises(PotEmpty) as refusal:
        book(
            [
                Movement(pot.pk, DRAW, Decimal("-60.00"), 202600001),
                Movement(pot.pk, DRAW, Decimal("-52.50"), 202600002),
            ],
            now=NOW,
            by=None,
        )
    assert refusal.value.missing == Decimal("12.50")
    assert balances([pot.pk]) == {pot.pk: Decimal("100.00")}


def test_the_refusal_names_the_pot_and_what_it_lacks() -> None:
    pot = builders.pot("100.00", name="Gave 2026")
    with translation.override("en"), pytest.raises(PotEmpty) as refusal:
        book([Movement(pot.pk, DRAW, Decimal("-1334.50"), 202600001)], now=NOW, by=None)
    with translation.override("en"):
        assert "«Gave 2026» lacks NOK\u00a01,234.50" in refusal.value.message


@pytest.mark.parametrize(
    ("kind", "amount"), [(DRAW, "0"), (DRAW, "5.00"), (GRANT, "-5.00"), (RETURN, "5.00"), (DRAW, "-0.005")]
)
def test_a_movement_has_the_sign_of_its_kind_and_whole_ore(kind: PotEntryKind, amount: str) -> None:
    pot = builders.pot("100.00")
    with pytest.raises(ValueError, match=r"sign|part of an øre"):
        book([Movement(pot.pk, kind, Decimal(amount), 202600001)], now=NOW, by=None)


def test_a_pot_without_entries_holds_nothing_and_takes_its_first() -> None:
    pot = builders.pot("5.00")
    empty = type(pot).objects.create(
        name="Tom",
        funder="Kommunen",
        purpose="Rabatt",
        starts=pot.starts,
        ends=pot.ends,
        created_at=NOW,
        created_by=pot.created_by,
    )
    assert balances([empty.pk]) == {empty.pk: Decimal("0.00")}
    [entry] = book([Movement(empty.pk, GRANT, Decimal("12.34"))], now=NOW, by=None)
    assert (entry.sequence, entry.balance.amount) == (1, Decimal("12.34"))


def test_booking_and_reading_balances_ask_as_little_for_many_as_for_one() -> None:
    pots = [builders.pot("100.00", name=f"Pott {n}") for n in range(6)]
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        book([Movement(p.pk, DRAW, Decimal(-1), 202600001 + n) for n, p in enumerate(pots * 3)], now=NOW, by=None)
    # Savepoints, the locked pots, their newest entries, one insert.
    assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) == 3
    with CaptureQueriesContext(connection) as asked:
        balances(p.pk for p in pots)
    assert len(asked) == 1
