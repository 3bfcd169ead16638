"""Opening pots and changing their frame; what a pot's page adds up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts import pot_figures, pots
from billing.discounts.ledger import Movement, PotEmpty, balances, book
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.pot_chart import NARROW, PotChart, pot_chart
from billing.discounts.reservations import reserve
from billing.invoicing.gather import gather
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
    assert (figures.granted, figures.returned, figures.frame) == (
        Decimal("200000.00"),
        Decimal("50000.00"),
        Decimal("150000.00"),
    )
    assert (figures.used, figures.bound, figures.free) == (
        Decimal("10317.42"),
        Decimal("0.00"),
        Decimal("139682.58"),
    )
    # Of the 200 000 that were granted: 10 317.42 is 5.159 %, 139 682.58 is 69.841 %.
    assert (figures.used_percent, figures.free_percent) == (Decimal("5.2"), Decimal("69.8"))


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
    assert [(use.percent, use.used) for use in pot_figures.use_by_tier(pot, builders.TODAY)] == [
        (Decimal(70), Decimal("671.83")),
        (Decimal(50), Decimal("959.76")),
    ]
    issued_line(engagement=second, decision=most, pot=pot, credits=line)
    assert [use.used for use in pot_figures.use_by_tier(pot, builders.TODAY)] == [Decimal("0.00"), Decimal("959.76")]


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


def drawn(pot: Pot, amount: str, day: date, number: int) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    book([Movement(pot.pk, PotEntryKind.DRAW, -Decimal(amount), number)], now=at, by=None)


def foreseen(pot: Pot, on: date) -> pot_figures.Forecast | None:
    [figures] = pot_figures.figures([pot])
    return pot_figures.forecast(pot, figures, on)


def test_the_forecast_carries_the_pace_of_three_months_on(administrator: User) -> None:
    """92 days (15 June to 14 September) used 46 000: 500 a day, so 108 days to the end of the year take 54 000."""
    pot = opened(administrator)
    drawn(pot, "100000.00", date(2026, 6, 14), 202600001)
    drawn(pot, "46000.00", date(2026, 6, 15), 202600002)
    pace = foreseen(pot, date(2026, 9, 14))
    assert pace is not None
    assert (pace.committed, pace.used_at_end) == (Decimal("146000.00"), Decimal("200000.00"))
    # 54 000 is free and 500 a day is taken: the last day of the year is day 108.
    assert (pace.short, pace.dry_on) == (Decimal("0.00"), date(2026, 12, 31))
    # 500 * 365 / 12
    assert pace.a_month == Decimal("15208.33")


def test_the_day_a_pot_runs_dry_and_what_is_missing_then(administrator: User) -> None:
    """A tenth of the days, all of it in them: 20 000 in 31 days is 645.16 a day, and 180 000 is gone after 279."""
    pot = opened(administrator)
    drawn(pot, "20000.00", date(2026, 1, 5), 202600001)
    pace = foreseen(pot, date(2026, 1, 31))
    assert pace is not None
    assert pace.dry_on == date(2026, 11, 6)
    # 20 000 + 20 000 / 31 * 334 = 235 483.87
    assert (pace.used_at_end, pace.short) == (Decimal("235483.87"), Decimal("35483.87"))


def test_what_is_bound_or_ready_to_issue_counts_as_used(administrator: User) -> None:
    """100 is bound for work whose proposal takes 479.88; of 1 000 bound for others nothing is ready."""
    builders.seller()
    builders.rate()
    pot = opened(administrator)
    lead = builders.advisor()
    org = builders.organisation()
    builders.decision(org, "T2")
    mine, other = builders.engagement(org, lead), builders.engagement(builders.organisation("Andre"), lead)
    for work, amount in ((mine, "100.00"), (other, "1000.00")):
        reserve(pot=pot, engagement=work, amount=Decimal(amount), by=administrator, now=NOW)
    builders.entry(mine, 60)
    gather(up_to=builders.TODAY, by=administrator, now=NOW)
    pace = foreseen(pot, builders.TODAY)
    assert pace is not None
    assert (pace.ready, pace.committed) == (Decimal("479.88"), Decimal("1479.88"))
    assert (pace.a_month, pace.dry_on) == (Decimal("0.00"), None)
    tiers = pot_figures.use_by_tier(pot, builders.TODAY)
    assert [(use.percent, use.used, use.bound) for use in tiers] == [
        (Decimal(50), Decimal("0.00"), Decimal("100.00")),
        (Decimal(0), Decimal("0.00"), Decimal("1000.00")),
    ]


def test_a_pot_that_is_over_or_was_never_used_has_no_forecast(administrator: User) -> None:
    pot = opened(administrator)
    assert foreseen(pot, date(2026, 5, 1)) is None
    drawn(pot, "1.00", date(2026, 12, 31), 202600001)
    assert foreseen(pot, date(2026, 12, 31)) is not None
    assert foreseen(pot, date(2027, 1, 1)) is None


def test_a_pot_with_nothing_free_is_dry_today(administrator: User) -> None:
    pot = opened(administrator, amount="100.00")
    drawn(pot, "100.00", date(2026, 2, 1), 202600001)
    pace = foreseen(pot, date(2026, 3, 1))
    assert pace is not None
    assert pace.dry_on == date(2026, 3, 1)


def test_the_chart_places_the_frame_and_the_last_amount() -> None:
    """Box 250 high, 22 above and 28 below: 200 000 of a top of 200 000 is at 22, half of it at 122."""
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    chart = pot_chart([(january, Decimal(100_000))], months=[january, february], frame=Decimal(200_000), at_end=None)
    assert chart is not None
    assert (chart.limit, chart.now) == ("22.0", ("84.0", "122.0"))
    assert [tick.amount for tick in chart.ticks] == [0, 50_000, 100_000, 150_000, 200_000]
    assert pot_chart([], months=[january, february], frame=Decimal(1), at_end=None) is None


def test_on_a_phone_every_other_month_is_named_and_no_label_lies_over_another_or_outside() -> None:
    """Box 310 wide, 62 before and 10 behind the lines: 11 steps of 21.6; 220 high, 30 above and 28 below."""
    months = [date(2026, month, 1) for month in range(1, 13)]
    used = [(month, Decimal(90_000)) for month in months[:11]]

    def drawn(count: int, at_end: int) -> PotChart:
        frame, end = Decimal(100_000), Decimal(at_end)
        chart = pot_chart(used[:count], months=months, frame=frame, at_end=end, box=NARROW)
        assert chart is not None
        return chart

    chart = drawn(11, 95_000)
    assert [each.month.month for each in chart.months] == [1, 3, 5, 7, 9, 11]
    assert (chart.now, chart.end, chart.limit) == (("278.4", "46.2"), ("300.0", "38.1"), "30.0")
    # The two amounts are eight apart: the open one goes below. 20 000 is far below the first.
    assert (chart.below, drawn(11, 120_000).below, drawn(11, 90_000).below) == (True, False, True)
    # In March there is no room left of the point, in April there is.
    assert [drawn(count, 95_000).turned for count in (1, 3, 4)] == [True, True, False]


def test_the_axis_ends_close_above_the_frame() -> None:
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    for frame, last in ((250_000, 250_000), (240_000, 250_000), (1_000_000, 1_000_000), (99, 100), (260_000, 300_000)):
        chart = pot_chart([(january, Decimal(1))], months=[january, february], frame=Decimal(frame), at_end=None)
        assert chart is not None
        assert chart.ticks[-1].amount == last
        assert 2 <= len(chart.ticks) - 1 <= 5


BASE, AREA_3, AREA_4 = "base_grant", 3, 4


def test_a_pot_of_the_base_grant_never_pays_for_joint_projects(administrator: User) -> None:
    pot = opened(administrator)
    facts: Any = {"pot": pot, "tiers": [], "for_hardship": False, "rank": 5, "reason": "x", "now": NOW}
    with pytest.raises(pots.BaseGrantForJointProjects):
        pots.change_terms(**facts, funding=BASE, areas=[AREA_3, AREA_4], by=administrator)
    with pytest.raises(pots.NoArea):
        pots.change_terms(**facts, funding=BASE, areas=[], by=administrator)
    with pytest.raises(OnlyAdministrators):
        pots.change_terms(**facts, funding=BASE, areas=[AREA_3], by=builders.advisor())
    pots.change_terms(**facts, funding="project", areas=[AREA_4, AREA_3], by=administrator)
    pot.refresh_from_db()
    assert (pot.funding, pot.areas, pot.rank) == ("project", [3, 4], 5)
    event = AuditEvent.objects.of(pot).get(action="pot.change")
    assert (event.before["rank"], event.after["rank"], event.reason) == (100, 5, "x")
    with pytest.raises(pots.UnknownTier):
        pots.change_terms(**facts | {"tiers": ["T9"]}, funding=BASE, areas=[AREA_3], by=administrator)


def test_hardship_pots_pay_for_hardship_and_the_others_for_the_others(administrator: User) -> None:
    plain = opened(administrator)
    hard = opened(administrator, name="Særlige behov")
    Pot.objects.filter(pk=hard.pk).update(for_hardship=True, tiers=["T1"])
    hard.refresh_from_db()
    day = date(2026, 12, 31)
    assert plain.pays_for(day, 3, "T1", hardship=False)
    assert not plain.pays_for(day, 3, "T1", hardship=True)
    assert not plain.pays_for(day, 4, "T1", hardship=False)
    assert not plain.pays_for(date(2027, 1, 1), 3, "T1", hardship=False)
    assert hard.pays_for(day, 3, "T1", hardship=True)
    assert not hard.pays_for(day, 3, "T2", hardship=True)
