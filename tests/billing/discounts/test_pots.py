"""Opening pots and changing their frame; what a pot's page adds up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts import pot_figures, pots
from billing.discounts.ledger import Movement, PotEmpty, balances, book
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.pot_chart import pot_chart
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return builders.administrator()


def opened(by: User, *, amount: str = "200000.00", name: str = "Grunntilskudd 2026") -> Pot:
    return pots.open_pot(
        name=name,
        funder="Kulturdepartementet",
        purpose="Rabatt",
        amount=Decimal(amount),
        starts=date(2026, 1, 1),
        ends=date(2026, 12, 31),
        by=by,
        now=NOW,
    )


def test_a_pot_opens_with_its_grant(administrator: User) -> None:
    pot = opened(administrator)
    entry = PotEntry.objects.get(pot=pot)
    assert (entry.kind, entry.amount.amount, entry.balance.amount) == ("grant", Decimal(200000), Decimal(200000))
    assert set(AuditEvent.objects.of(pot).values_list("action", flat=True)) == {"pot.open", "pot.grant"}


def test_a_pot_is_found_on_its_first_and_last_day_only(administrator: User) -> None:
    pot = opened(administrator)
    assert list(Pot.objects.open_on(date(2026, 1, 1))) == list(Pot.objects.open_on(date(2026, 12, 31))) == [pot]
    assert not Pot.objects.open_on(date(2025, 12, 31)).exists()
    assert not Pot.objects.open_on(date(2027, 1, 1)).exists()


def test_the_frame_grows_and_shrinks_with_a_reason(administrator: User) -> None:
    pot = opened(administrator)
    pots.add_grant(pot=pot, amount=Decimal("50000.00"), reason="Tilleggsbevilgning", by=administrator, now=NOW)
    pots.return_grant(pot=pot, amount=Decimal("0.01"), reason="Øreavrunding", by=administrator, now=NOW)
    assert balances([pot.pk]) == {pot.pk: Decimal("249999.99")}
    with pytest.raises(ReasonMissing):
        pots.add_grant(pot=pot, amount=Decimal(1), reason=" ", by=administrator, now=NOW)
    with pytest.raises(pots.AmountNotAboveZero):
        pots.add_grant(pot=pot, amount=Decimal(0), reason="x", by=administrator, now=NOW)


def test_no_more_goes_back_than_the_pot_holds(administrator: User) -> None:
    pot = opened(administrator, amount="100.00")
    with pytest.raises(PotEmpty):
        pots.return_grant(pot=pot, amount=Decimal("100.01"), reason="Feil", by=administrator, now=NOW)
    assert balances([pot.pk]) == {pot.pk: Decimal("100.00")}


def test_only_administrators_change_pots(administrator: User) -> None:
    advisor = builders.advisor()
    pot = opened(administrator)
    with pytest.raises(OnlyAdministrators):
        opened(advisor, name="En annen")
    with pytest.raises(OnlyAdministrators):
        pots.add_grant(pot=pot, amount=Decimal(1), reason="x", by=advisor, now=NOW)


def test_a_name_is_used_once_and_days_stand_in_order(administrator: User) -> None:
    opened(administrator)
    with pytest.raises(pots.PotNameTaken):
        opened(administrator, name="grunntilskudd 2026")
    with pytest.raises(pots.PotEndsBeforeStart):
        pots.open_pot(
            name="Bakvendt",
            funder="x",
            purpose="x",
            amount=Decimal(1),
            starts=date(2026, 2, 1),
            ends=date(2026, 1, 31),
            by=administrator,
            now=NOW,
        )


def test_used_is_discounts_less_those_of_credited_invoices(administrator: User) -> None:
    pot = opened(administrator)
    pots.return_grant(pot=pot, amount=Decimal("50000.00"), reason="Ubrukt", by=administrator, now=NOW)
    draw, refund = PotEntryKind.DRAW, PotEntryKind.REFUND
    book(
        [
            Movement(pot.pk, draw, Decimal("-10317.42"), 202600001),
            Movement(pot.pk, draw, Decimal("-479.88"), 202600002),
            Movement(pot.pk, refund, Decimal("479.88"), 202600003),
        ],
        now=NOW,
        by=administrator,
    )
    [figures] = pot_figures.figures([pot])
    assert (figures.frame, figures.used, figures.left) == (
        Decimal("150000.00"),
        Decimal("10317.42"),
        Decimal("139682.58"),
    )
    # 10 317.42 / 150 000 = 6.878 %
    assert (figures.used_percent, figures.left_percent) == (Decimal("6.9"), Decimal("93.1"))


def test_use_per_tier_takes_credit_notes_off(administrator: User) -> None:
    """Two hours at 50 % are 959.76; one hour at 70 % is 671.83 (671.832), credited again."""
    pot = opened(administrator)
    vest, nord = builders.organisation("Bygdekor Vest"), builders.organisation("Fylkeslaget Nord")
    lead = builders.advisor()
    half, most = builders.decision(vest, "T2"), builders.decision(nord, "T1")
    first = builders.engagement(vest, lead)
    issued_line(engagement=first, minutes=120, decision=half, pot=pot)
    second = builders.engagement(nord, lead)
    line = issued_line(engagement=second, decision=most, pot=pot)
    assert [(use.percent, use.used) for use in pot_figures.use_by_tier(pot)] == [
        (Decimal(70), Decimal("671.83")),
        (Decimal(50), Decimal("959.76")),
    ]
    issued_line(engagement=second, decision=most, pot=pot, credits=line)
    assert [use.used for use in pot_figures.use_by_tier(pot)] == [Decimal("0.00"), Decimal("959.76")]


def test_use_is_summed_up_month_by_month_in_oslo_time(administrator: User) -> None:
    pot = opened(administrator)
    draws = [
        (datetime(2026, 1, 31, 22, 30, tzinfo=UTC), "-100.00"),
        # Half past midnight on 1 February in Oslo.
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "-10.00"),
        (datetime(2026, 3, 15, 12, 0, tzinfo=UTC), "-1.00"),
    ]
    for number, (at, amount) in enumerate(draws, start=202600001):
        book([Movement(pot.pk, PotEntryKind.DRAW, Decimal(amount), number)], now=at, by=None)
    assert pot_figures.used_by_month(pot, date(2026, 4, 2)) == [
        (date(2026, 1, 1), Decimal("100.00")),
        (date(2026, 2, 1), Decimal("110.00")),
        (date(2026, 3, 1), Decimal("111.00")),
        (date(2026, 4, 1), Decimal("111.00")),
    ]


def test_the_forecast_carries_the_pace_on(administrator: User) -> None:
    """73 of 365 days used 50 000: the whole year takes 250 000, which is 50 000 more than there is."""
    pot = opened(administrator)
    book([Movement(pot.pk, PotEntryKind.DRAW, Decimal("-50000.00"), 202600001)], now=NOW, by=None)
    [figures] = pot_figures.figures([pot])
    pace = pot_figures.forecast(pot, figures, date(2026, 3, 14))
    assert pace is not None
    assert (pace.used_at_end, pace.short) == (Decimal("250000.00"), Decimal("50000.00"))
    assert pot_figures.forecast(pot, figures, date(2026, 12, 31)) is None


def test_the_chart_places_the_frame_and_the_last_amount() -> None:
    """Box 250 high, 22 above and 28 below: 200 000 of a top of 200 000 is at 22, half of it at 122."""
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    chart = pot_chart([(january, Decimal(100_000))], months=[january, february], frame=Decimal(200_000), at_end=None)
    assert chart is not None
    assert (chart.limit, chart.now) == ("22.0", ("84.0", "122.0"))
    assert [tick.amount for tick in chart.ticks] == [0, 50_000, 100_000, 150_000, 200_000]
    assert pot_chart([], months=[january, february], frame=Decimal(1), at_end=None) is None
