"""What the ring-fence report says of the memo's year. Figures: domain.md 1.4 example 1 and the report's picture."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisory.kernel.fields import nok
from billing.models import CostBase, CostLine, RateVersion
from billing.ringfence import report
from billing.ringfence.figures import live
from billing.ringfence.report import Finding, FundingFigures, Missing, Source
from billing.yearend.income import income_of_work
from tests import builders
from tests.billing.ringfence.arrange import memo_year
from tests.billing.yearend.arrange import accounts, line
from tests.builders import NOW

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def of_year() -> FundingFigures:
    return live(FIRST, LAST, now=NOW)


def kroner(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def rows(figures: FundingFigures) -> dict[Source, tuple[Decimal, ...]]:
    return {row.source: row.amounts for row in figures.financing}


def checked(figures: FundingFigures, finding: Finding) -> report.Checked:
    return next(check for check in figures.checks if check.finding == finding)


def test_the_memos_year_is_the_one_in_the_picture() -> None:
    memo_year()
    figures = of_year()
    assert figures.minutes == (1140 * 60, 780 * 60, 1050 * 60, 210 * 60)
    assert figures.cost == kroner("917735.85", "627924.53", "845283.02", "169056.60")
    assert rows(figures) == {
        Source.BASE_GRANT: kroner("917735.85", "627924.53", "0.00", "0.00"),
        Source.CUSTOMERS: kroner("0.00", "0.00", "633441.60", "0.00"),
        Source.POT: kroner("0.00", "0.00", "182354.40", "0.00"),
        Source.FUND: kroner("0.00", "0.00", "29487.02", "0.00"),
        Source.PROJECT: kroner("0.00", "0.00", "0.00", "169056.60"),
    }
    assert figures.total_cost == figures.total_financed == Decimal("2560000.00")
    assert figures.failing == ()


def test_the_rows_of_each_area_sum_to_its_cost_and_the_rows_to_the_whole() -> None:
    memo_year(base_grant="1000000.00", project_money="100000.00")
    figures = of_year()
    assert figures.financed == figures.cost
    assert sum(row.total for row in figures.financing) == figures.total_cost


def test_what_no_money_covers_is_a_row_of_its_own_and_fails_two_checks() -> None:
    memo_year(base_grant="1000000.00", project_money="100000.00")
    figures = of_year()
    uncovered = rows(figures)[Source.UNCOVERED]
    # 917 735,85 + 627 924,53 − 1 000 000 = 545 660,38; 169 056,60 − 100 000 = 69 056,60.
    assert uncovered[0] + uncovered[1] == Decimal("545660.38")
    assert uncovered[2:] == kroner("0.00", "69056.60")
    assert [check.finding for check in figures.failing] == [Finding.NO_GRANT_IN_AREA_4, Finding.FINANCING_IS_COST]
    assert figures.checks[:2] == figures.failing
    assert checked(figures, Finding.NO_GRANT_IN_AREA_4).other == Decimal("69056.60")
    assert checked(figures, Finding.FINANCING_IS_COST).areas == (1, 2, 4)


def test_what_customers_and_pots_pay_is_what_the_after_calculation_counts() -> None:
    memo_year()
    figures, income = of_year(), income_of_work(2026, "advice")
    assert figures.of(Source.CUSTOMERS) == income.issued.net
    assert figures.of(Source.POT) == sum(pot.amount for pot in income.pots) == figures.discounts


def test_hours_not_invoiced_yet_are_expected_from_customer_and_pot() -> None:
    arranged = memo_year()
    late = builders.engagement(arranged.organisations[2], arranged.advisor, minutes_agreed=None)
    builders.entry(late, 600, date(2026, 12, 14))
    figures = of_year()
    # 10 h × 959,76 = 9 597,60, half of it by the customer with 50 percent off.
    assert rows(figures)[Source.NOT_INVOICED][2] == Decimal("4798.80")
    assert rows(figures)[Source.NOT_DRAWN][2] == Decimal("4798.80")
    assert figures.unbilled_minutes == 600
    assert figures.financed == figures.cost


def test_a_part_of_a_year_has_no_cost_and_says_why() -> None:
    memo_year()
    figures = live(date(2026, 1, 1), date(2026, 6, 30), now=NOW)
    assert (figures.cost, figures.missing) == (None, (Missing.PART_OF_YEAR,))
    assert figures.base_grant is None
    assert not checked(figures, Finding.FINANCING_IS_COST).known
    assert figures.checks[-1].known is False


def test_a_year_without_accounts_has_no_cost_and_says_why() -> None:
    accounts()
    assert of_year().missing == (Missing.NO_ACCOUNTS,)


def test_accounts_that_nobody_has_mapped_are_told() -> None:
    arranged = memo_year()
    line(arranged.accounts, "Ukjent", "1200.00")
    figures = of_year()
    assert figures.missing == (Missing.UNMAPPED,)
    assert checked(figures, Finding.ACCOUNTS_ARE_MAPPED).count == 1
    assert figures.checks[0].finding == Finding.ACCOUNTS_ARE_MAPPED


def test_periods_of_a_year_sum_to_the_year() -> None:
    memo_year()
    # The work is done in the first 18 days; a line of 17,5 days is split in the middle.
    cut = date(2026, 1, 6)
    before = live(FIRST, cut, now=NOW)
    after = live(cut + timedelta(days=1), LAST, now=NOW)
    year = of_year()
    for source in (Source.CUSTOMERS, Source.POT):
        assert before.of(source) > 0 < after.of(source)
        assert before.of(source) + after.of(source) == year.of(source)
    assert before.total_minutes + after.total_minutes == year.total_minutes


def test_few_organisations_are_never_counted_in_the_open() -> None:
    memo_year()
    figures = of_year()
    assert figures.organisations is None
    for groups in (figures.by_tier, figures.by_county, figures.by_kind, figures.by_members):
        assert {group.count for group in groups} == {None}


def test_one_that_is_helped_counts_where_another_one_pays() -> None:
    advisor = builders.advisor()
    payer = builders.organisation("Paraplyen", county="Oslo")
    for place in range(5):
        helped = builders.organisation(f"Lag {place}", county="Troms", members=60)
        builders.entry(builders.engagement(payer, advisor, beneficiary=helped), 60)
    figures = of_year()
    assert figures.organisations == 5
    assert [(group.key, group.count) for group in figures.by_county] == [("Troms", 5)]
    assert [(group.key, group.count) for group in figures.by_members] == [("50", 5)]


def test_a_cost_of_another_area_in_an_adopted_rate_is_found() -> None:
    adopted = builders.rate()
    assert checked(of_year(), Finding.RATE_HOLDS_AREA_3).holds
    # Only a mistake in the program could let it in: an adopted base takes no line.
    base = CostBase.objects.create(
        year=2026, service="advice", version=2, billable_hours=800, made_at=NOW, made_by=adopted.adopted_by
    )
    CostLine.objects.create(cost_base=base, position=1, label="Katalogen", amount=nok("50000.00"), funding_area=1)
    RateVersion.objects.create(
        **{
            name: getattr(adopted, name)
            for name in ("service", "year", "rate", "self_cost", "fund_use", "billable_hours", "rate_step")
        },
        version=2,
        valid_from=date(2026, 7, 1),
        calculation={},
        cost_base=base,
        adopted_at=NOW,
        adopted_by=adopted.adopted_by,
    )
    found = checked(of_year(), Finding.RATE_HOLDS_AREA_3)
    assert (found.holds, found.areas, found.amount) == (False, (1,), Decimal("50000.00"))
    assert found.base == (2026, "advice", 2)


def test_the_report_is_the_same_as_json_and_back() -> None:
    memo_year(base_grant="1000000.00")
    figures = of_year()
    assert report.from_json(report.to_json(figures)) == figures


def test_the_report_asks_the_database_the_same_number_of_times_whatever_is_in_it() -> None:
    memo_year()
    with CaptureQueriesContext(connection) as few:
        of_year()
    advisor = builders.advisor()
    for place in range(3):
        work = builders.engagement(builders.organisation(f"Ny {place}"), advisor)
        builders.entry(work, 60, date(2026, 12, 1 + place))
    with CaptureQueriesContext(connection) as more:
        of_year()
    # Accruing hours reads the rates and decisions, which nobody needs where there are none.
    assert len(more) <= len(few) + 2
