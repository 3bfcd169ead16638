"""Binding a pot's money for an engagement, and freeing it: by hand, by use, and by night."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.discounts.ledger import Holding, Movement, NotSoMuchBound, PotEmpty, book, bound_for, holdings
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.pots import AmountNotAboveZero, return_grant
from billing.discounts.reservations import (
    EngagementIsOver,
    NotForThisArea,
    NothingBound,
    PotIsOver,
    PotShort,
    release,
    release_stale,
    reserve,
)
from engagements.models import Engagement
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return builders.administrator()


@pytest.fixture
def work() -> Engagement:
    return builders.engagement(builders.organisation(), builders.advisor())


def bind(pot: Pot, work: Engagement, amount: str, by: User, **facts: str) -> Decimal:
    return reserve(pot=pot, engagement=work, amount=Decimal(amount), by=by, now=NOW, **facts).bound


def test_bound_money_is_held_and_no_longer_free(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    assert bind(pot, work, "300.00", administrator) == Decimal("300.00")
    bind(pot, work, "100.50", administrator)
    assert holdings([pot.pk]) == {pot.pk: Holding(Decimal("1000.00"), Decimal("400.50"))}
    assert holdings([pot.pk])[pot.pk].free == Decimal("599.50")
    assert bound_for([work.pk]) == {(pot.pk, work.pk): Decimal("400.50")}
    event = AuditEvent.objects.of(pot).get(action="pot.reserve", after__asked="300.00")
    assert event.actor == administrator
    assert event.organisation == work.organisation.number


def test_more_than_is_free_is_refused_with_the_missing_sum(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    bind(pot, work, "600.00", administrator)
    with pytest.raises(PotShort) as refusal:
        bind(pot, work, "500.00", administrator)
    assert (refusal.value.free, refusal.value.missing) == (Decimal("400.00"), Decimal("100.00"))
    assert "100,00" in refusal.value.message
    assert holdings([pot.pk])[pot.pk].reserved == Decimal("600.00")


def test_an_override_binds_what_is_free_and_keeps_who_and_why(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    bind(pot, work, "600.00", administrator)
    made = reserve(
        pot=pot, engagement=work, amount=Decimal("500.00"), by=administrator, now=NOW, override_reason="Lovt på møte"
    )
    assert (made.bound, made.missing) == (Decimal("400.00"), Decimal("100.00"))
    assert holdings([pot.pk])[pot.pk].free == Decimal("0.00")
    event = AuditEvent.objects.of(pot).get(action="pot.override")
    assert (event.actor, event.reason, event.after["missing"]) == (administrator, "Lovt på møte", "100.00")
    nothing = reserve(
        pot=pot, engagement=work, amount=Decimal("5.00"), by=administrator, now=NOW, override_reason="Lovt på møte"
    )
    assert (nothing.entry, nothing.bound, nothing.missing) == (None, Decimal("0.00"), Decimal("5.00"))
    assert AuditEvent.objects.of(pot).filter(action="pot.override").count() == 2


def test_nothing_is_bound_that_can_never_be_used(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    with pytest.raises(OnlyAdministrators):
        bind(pot, work, "1.00", work.lead)
    for amount in ("0", "-1.00"):
        with pytest.raises(AmountNotAboveZero):
            bind(pot, work, amount, administrator)
    with pytest.raises(ValueError, match="part of an øre"):
        bind(pot, work, "0.005", administrator)
    with pytest.raises(NotForThisArea):
        bind(builders.pot(name="Kurs", areas=[1, 2]), work, "1.00", administrator)
    closed = builders.engagement(work.organisation, work.lead, phase="closed")
    with pytest.raises(EngagementIsOver):
        bind(pot, closed, "1.00", administrator)
    assert not PotEntry.objects.filter(kind="reserve").exists()


def test_a_pot_takes_reservations_until_midnight_in_oslo_of_its_last_day(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00", ends=date(2026, 11, 20))
    one = Decimal("1.00")
    late = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)
    reserve(pot=pot, engagement=work, amount=one, by=administrator, now=late)
    with pytest.raises(PotIsOver):
        reserve(pot=pot, engagement=work, amount=one, by=administrator, now=datetime(2026, 11, 20, 23, 0, tzinfo=UTC))


def test_what_is_bound_is_freed_by_hand_in_part_or_whole(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    bind(pot, work, "300.00", administrator)
    facts: Any = {"pot": pot, "engagement": work, "by": administrator, "now": NOW}
    release(**facts, reason="Mindre enn avtalt", amount=Decimal("100.00"))
    assert bound_for([work.pk]) == {(pot.pk, work.pk): Decimal("200.00")}
    with pytest.raises(NotSoMuchBound):
        release(**facts, reason="x", amount=Decimal("200.01"))
    with pytest.raises(ReasonMissing):
        release(**facts, reason=" ")
    release(**facts, reason="Ferdig")
    assert holdings([pot.pk])[pot.pk] == Holding(Decimal("1000.00"), Decimal("0.00"))
    with pytest.raises(NothingBound):
        release(**facts, reason="Ferdig")


def test_only_what_is_free_goes_back_to_the_funder(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    bind(pot, work, "300.00", administrator)
    with pytest.raises(PotEmpty) as refusal:
        return_grant(pot=pot, amount=Decimal("700.01"), reason="Ubrukt", by=administrator, now=NOW)
    assert refusal.value.missing == Decimal("0.01")
    return_grant(pot=pot, amount=Decimal("700.00"), reason="Ubrukt", by=administrator, now=NOW)
    assert holdings([pot.pk])[pot.pk].free == Decimal("0.00")


def test_an_engagements_draw_uses_its_own_bound_money_and_no_other(work: Engagement) -> None:
    pot = builders.pot("1000.00")
    other = builders.engagement(work.organisation, work.lead)
    kinds = PotEntryKind
    with transaction.atomic():
        book(
            [
                Movement(pot.pk, kinds.RESERVE, Decimal("300.00"), engagement=work.pk),
                Movement(pot.pk, kinds.RESERVE, Decimal("500.00"), engagement=other.pk),
                Movement(pot.pk, kinds.DRAW, Decimal("-100.00"), 202600001, engagement=work.pk),
                Movement(pot.pk, kinds.DRAW, Decimal("-250.00"), 202600002, engagement=work.pk),
                Movement(pot.pk, kinds.DRAW, Decimal("-150.00"), 202600003),
            ],
            now=NOW,
            by=None,
        )
    rows = PotEntry.objects.filter(pot=pot, kind="draw").order_by("sequence")
    assert [row.reserved_change.amount for row in rows] == [Decimal(-100), Decimal(-200), Decimal(0)]
    # 1 000 less 500 used: what is left is bound for the other one.
    assert holdings([pot.pk])[pot.pk] == Holding(Decimal("500.00"), Decimal("500.00"))
    with pytest.raises(PotEmpty), transaction.atomic():
        book([Movement(pot.pk, kinds.DRAW, Decimal("-0.01"), 202600004, engagement=work.pk)], now=NOW, by=None)


@pytest.mark.parametrize(
    ("kind", "amount", "change", "balance", "reserved"),
    [
        ("draw", "-800.00", "0.00", "200.00", "300.00"),
        ("reserve", "0.00", "700.01", "1000.00", "1000.01"),
        ("release", "0.00", "-300.01", "1000.00", "-0.01"),
        ("release", "0.00", "-300.00", "1000.00", "1.00"),
        ("return", "-100.00", "-100.00", "900.00", "200.00"),
    ],
    ids=["below what is bound", "more than is held", "less than nothing", "not what follows", "bound money returned"],
)
def test_the_database_refuses_what_the_verbs_would(
    work: Engagement, kind: str, amount: str, change: str, balance: str, reserved: str
) -> None:
    pot = builders.pot("1000.00")
    with transaction.atomic():
        book([Movement(pot.pk, PotEntryKind.RESERVE, Decimal("300.00"), engagement=work.pk)], now=NOW, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PotEntry.objects.create(
            pot=pot, sequence=3, kind=kind, engagement=work, amount=nok(amount), balance=nok(balance),
            reserved_change=nok(change), reserved=nok(reserved), at=NOW,
        )  # fmt: skip


def over(work: Engagement, phase: str) -> None:
    Engagement.objects.filter(pk=work.pk).update(phase=phase, cancel_reason="Trakk seg")


@pytest.mark.parametrize("phase", ["closed", "cancelled"])
def test_by_night_an_engagement_that_is_over_frees_what_it_did_not_use(
    administrator: User, work: Engagement, phase: str
) -> None:
    pot = builders.pot("1000.00")
    bind(pot, work, "300.00", administrator)
    assert release_stale(NOW) == 0
    over(work, phase)
    assert release_stale(NOW) == 1
    assert release_stale(NOW) == 0
    assert holdings([pot.pk])[pot.pk].free == Decimal("1000.00")
    entry = PotEntry.objects.get(kind="release")
    assert (entry.by, entry.reason) == (None, "engagement_over")
    assert AuditEvent.objects.of(pot).get(action="pot.release").actor is None


def test_hours_that_wait_for_an_invoice_keep_what_is_bound(administrator: User, work: Engagement) -> None:
    pot = builders.pot("1000.00")
    bind(pot, work, "300.00", administrator)
    builders.entry(work, 60, date(2026, 12, 31))
    over(work, "closed")
    assert release_stale(NOW) == 0
    assert release_stale(datetime(2027, 3, 1, 3, 0, tzinfo=UTC)) == 0


def test_an_ended_pot_frees_what_is_bound_when_hours_can_no_longer_come(administrator: User, work: Engagement) -> None:
    """December is documented by the end of January, so the first night of February frees it, in Oslo."""
    pot = builders.pot("1000.00")
    bind(pot, work, "300.00", administrator)
    # Work of the next year is none of this pot's.
    builders.entry(work, 60, date(2027, 1, 4))
    assert release_stale(datetime(2027, 1, 31, 22, 59, tzinfo=UTC)) == 0
    assert release_stale(datetime(2027, 1, 31, 23, 0, tzinfo=UTC)) == 1
    assert PotEntry.objects.get(kind="release").reason == "pot_over"
