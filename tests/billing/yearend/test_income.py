"""Income of a year's work: by the day of the work, at full price, with what pots and nobody paid beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisory.kernel.fields import nok
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import AccountingYear, Pot, RateVersion, SeatSale, TierDecision
from billing.pricing.sold import Sold
from billing.yearend.income import PotPaid, income_of_work, incomes_of_work
from engagements.models import Engagement
from tests import builders
from tests.billing.issued import sold_line
from tests.builders import NOW

pytestmark = pytest.mark.django_db

JANUARY = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
MARCH = datetime(2027, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def rate() -> RateVersion:
    builders.seller()
    return builders.rate()


@pytest.fixture
def pot(rate: RateVersion) -> Pot:
    return builders.pot()


@pytest.fixture
def work(rate: RateVersion) -> Engagement:
    return builders.engagement(builders.organisation(), builders.advisor())


def decided(work: Engagement, code: str) -> TierDecision:
    return builders.decision(work.organisation, code)


def test_the_memos_year_is_its_sums_by_tier(rate: RateVersion, pot: Pot, work: Engagement) -> None:
    sold_line(work, rate, "420")
    for hours, code in (("180", "T3"), ("150", "T2"), ("100", "T1")):
        other = builders.engagement(builders.organisation(), work.lead)
        sold_line(other, rate, hours, decision=decided(other, code), pot=pot)
    income = income_of_work(2026, "advice")
    assert [(t.code, t.issued.minutes, t.issued.gross, t.issued.discount) for t in income.tiers] == [
        ("", 420 * 60, Decimal("403099.20"), Decimal("0.00")),
        ("T3", 180 * 60, Decimal("172756.80"), Decimal("43189.20")),
        ("T2", 150 * 60, Decimal("143964.00"), Decimal("71982.00")),
        ("T1", 100 * 60, Decimal("95976.00"), Decimal("67183.20")),
    ]
    assert income.total == Sold(850 * 60, Decimal("815796.00"), Decimal("182354.40"))
    assert income.total.net == Decimal("633441.60")
    assert income.pots == (PotPaid(pot.pk, pot.name, Decimal("182354.40")),)
    assert (income.expected_from_pots, income.written_off) == (Decimal(0), Sold())


def test_work_belongs_to_the_year_it_was_done_in(rate: RateVersion, work: Engagement) -> None:
    builders.entry(work, 60, date(2026, 12, 31))
    builders.entry(work, 120, date(2027, 1, 1))
    both = incomes_of_work([2026, 2027], "advice")
    assert both[2026].accrued == Sold(60, Decimal("959.76"))
    assert both[2027].accrued == Sold(120, Decimal("1919.52"))
    gather(up_to=date(2027, 1, 7), by=work.lead, now=JANUARY)
    assert incomes_of_work([2026, 2027], "advice") == both


def test_unbilled_hours_are_accrued_as_the_line_they_will_be(rate: RateVersion, work: Engagement) -> None:
    decided(work, "T2")
    builders.entry(work, 50, date(2026, 12, 1))
    builders.entry(work, 55, date(2026, 12, 31))
    builders.entry(work, 30, billable=False)
    [line] = income_of_work(2026, "advice").accrued_lines
    # 1.75 hours as one line: domain rules, example 1.
    assert (line.minutes, line.gross, line.discount) == (105, Decimal("1679.58"), Decimal("839.79"))
    assert (line.first_day, line.last_day, line.code, line.percent) == (
        date(2026, 12, 1),
        date(2026, 12, 31),
        "T2",
        Decimal("50.00"),
    )
    assert income_of_work(2026, "advice").expected_from_pots == Decimal("839.79")


def test_december_is_the_same_income_accrued_and_invoiced_and_none_when_it_is_written_off(
    rate: RateVersion, work: Engagement
) -> None:
    builders.entry(work, 90, date(2026, 12, 30))
    accrued = income_of_work(2026, "advice")
    assert (accrued.accrued, accrued.issued) == (Sold(90, Decimal("1439.64")), Sold())
    administrator = builders.administrator()
    drafts = gather(up_to=date(2026, 12, 31), by=administrator, now=JANUARY)
    [invoice] = issue({draft.pk: None for draft in drafts}, by=administrator, now=JANUARY).invoices
    billed = income_of_work(2026, "advice")
    assert (billed.accrued, billed.issued) == (Sold(), Sold(90, Decimal("1439.64")))
    assert billed.total == accrued.total
    credit(invoice, reason="Feil kunde", release_hours=False, by=administrator, now=MARCH)
    gone = income_of_work(2026, "advice")
    assert (gone.total, gone.written_off) == (Sold(), Sold(90, Decimal("1439.64")))


def test_a_credited_hour_that_is_freed_is_accrued_again(rate: RateVersion, work: Engagement) -> None:
    builders.entry(work, 90, date(2026, 12, 30))
    administrator = builders.administrator()
    drafts = gather(up_to=date(2026, 12, 31), by=administrator, now=JANUARY)
    [invoice] = issue({draft.pk: None for draft in drafts}, by=administrator, now=JANUARY).invoices
    credit(invoice, reason="Feil pris", release_hours=True, by=administrator, now=MARCH)
    income = income_of_work(2026, "advice")
    assert (income.issued, income.accrued, income.written_off) == (Sold(), Sold(90, Decimal("1439.64")), Sold())


def test_a_discount_shared_by_two_pots_stands_under_both(rate: RateVersion, work: Engagement) -> None:
    first, second = builders.pot(name="Gave"), builders.pot(name="Tilskudd")
    line = sold_line(work, rate, "12.5", decision=decided(work, "T2"), shares=((first, "1000.00"), (second, "4998.50")))
    assert line.discount.amount == Decimal("5998.50")
    assert [(p.name, p.amount) for p in income_of_work(2026, "advice").pots] == [
        ("Tilskudd", Decimal("4998.50")),
        ("Gave", Decimal("1000.00")),
    ]


def test_a_change_of_rate_in_the_year_prices_each_day_at_its_own(rate: RateVersion, work: Engagement) -> None:
    builders.rate(amount="1190.97", valid_from=date(2026, 7, 1))
    builders.entry(work, 60, date(2026, 6, 30))
    builders.entry(work, 60, date(2026, 7, 1))
    lines = income_of_work(2026, "advice").accrued_lines
    assert [line.gross for line in lines] == [Decimal("959.76"), Decimal("1190.97")]


def test_hours_without_a_rate_are_told_and_not_guessed(work: Engagement) -> None:
    builders.entry(work, 45, date(2025, 12, 31))
    income = income_of_work(2025, "advice")
    assert (income.unpriced_minutes, income.total) == (45, Sold())


def test_work_of_another_area_is_told_apart_and_is_no_income_here(rate: RateVersion, work: Engagement) -> None:
    sold_line(work, rate, "2", funding_area=4)
    income = income_of_work(2026, "advice")
    assert (income.total, income.other_areas) == (Sold(), Sold(120, Decimal("1919.52")))


def test_the_last_day_of_a_tier_is_at_the_tier_and_the_day_after_at_full_price(
    rate: RateVersion, work: Engagement
) -> None:
    builders.decision(work.organisation, "T1", valid_to=date(2026, 6, 30))
    builders.entry(work, 60, date(2026, 6, 30))
    builders.entry(work, 60, date(2026, 7, 1))
    tiers = income_of_work(2026, "advice").tiers
    assert [(t.code, t.accrued.minutes, t.accrued.discount) for t in tiers] == [
        ("", 60, Decimal("0.00")),
        ("T1", 60, Decimal("671.83")),
    ]


def test_course_seats_are_income_of_courses(rate: RateVersion) -> None:
    accounts = AccountingYear.objects.create(year=2026, made_at=NOW, made_by=builders.administrator())
    SeatSale.objects.create(
        accounting_year=accounts, label="Kurs", seats=3, unit_price=nok("1190.97"), discount_percent=70
    )
    income = income_of_work(2026, "courses")
    # Domain rules, example 3.
    assert income.total == Sold(0, Decimal("3572.91"), Decimal("2501.04"))
    assert income_of_work(2026, "advice").total == Sold()


def test_many_years_and_rows_ask_no_more_than_one(rate: RateVersion, pot: Pot, work: Engagement) -> None:
    decision = decided(work, "T2")

    def asked(years: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            incomes_of_work(years, "advice")
        return len(queries)

    sold_line(work, rate, "1", decision=decision, pot=pot)
    builders.entry(work, 60, date(2026, 12, 30))
    one = asked([2026])
    for year in (2026, 2027, 2028):
        sold_line(work, rate, "2", decision=decision, pot=pot, day=date(year, 3, 1))
        other = builders.engagement(builders.organisation(), work.lead)
        builders.entry(other, 60, date(year, 4, 1))
    assert asked([2026, 2027, 2028]) == one
    assert one <= 9
