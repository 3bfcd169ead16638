"""Adopting a tier table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators
from billing.discounts import tables
from billing.discounts.models import Tier, TierTable
from billing.discounts.rules import Step
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW

pytestmark = pytest.mark.django_db

DEFAULT = [
    Step("T1", Decimal(0), Decimal(70)),
    Step("T2", Decimal(500_000), Decimal(50)),
    Step("T3", Decimal(1_000_000), Decimal(25)),
    Step("T0", Decimal(5_000_000), Decimal(0)),
]


def test_a_table_applies_from_its_day_until_the_next() -> None:
    by = builders.administrator()
    first = tables.adopt_tier_table(valid_from=date(2026, 1, 1), steps=DEFAULT, note="Styret", by=by, now=NOW)
    second = tables.adopt_tier_table(valid_from=date(2027, 1, 1), steps=DEFAULT, by=by, now=NOW)
    on = TierTable.objects.on
    assert on(date(2025, 12, 31)) is None
    assert on(date(2026, 1, 1)) == on(date(2026, 12, 31)) == first
    assert on(date(2027, 1, 1)) == second
    assert [(band.code, band.income_below) for band in tables.bands(first)] == [
        ("T1", Decimal(500_000)),
        ("T2", Decimal(1_000_000)),
        ("T3", Decimal(5_000_000)),
        ("T0", None),
    ]
    assert AuditEvent.objects.of(first).get().reason == "Styret"


def test_an_unsound_table_is_not_adopted() -> None:
    with pytest.raises(tables.TableUnsound) as refusal:
        tables.adopt_tier_table(valid_from=date(2026, 1, 1), steps=DEFAULT[1:], by=builders.administrator(), now=NOW)
    assert refusal.value.message
    assert not TierTable.objects.exists()


def test_a_table_does_not_reach_back_into_billed_work() -> None:
    by = builders.administrator()
    issued_line(last_day=date(2026, 10, 31))
    for day in (date(2026, 6, 1), date(2026, 10, 31)):
        with pytest.raises(tables.TableReachesBack):
            tables.adopt_tier_table(valid_from=day, steps=DEFAULT, by=by, now=NOW)
    assert tables.adopt_tier_table(valid_from=date(2026, 11, 1), steps=DEFAULT, by=by, now=NOW).pk


def test_one_table_starts_on_a_day_and_only_administrators_adopt_it() -> None:
    by = builders.administrator()
    tables.adopt_tier_table(valid_from=date(2026, 1, 1), steps=DEFAULT, by=by, now=NOW)
    with pytest.raises(tables.TableStartTaken):
        tables.adopt_tier_table(valid_from=date(2026, 1, 1), steps=DEFAULT, by=by, now=NOW)
    with pytest.raises(OnlyAdministrators):
        tables.adopt_tier_table(valid_from=date(2027, 1, 1), steps=DEFAULT, by=builders.advisor(), now=NOW)


def test_a_table_is_kept_by_the_database() -> None:
    builders.tier_table()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tier.objects.update(percent=99)
