"""What a year really cost, to the øre, with the rows behind each sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from advisory.kernel.fields import nok
from billing.models import AssetLine, CostBase, RateVersion
from billing.yearend.actual import (
    AreaMinutes,
    NoFullTimeToShareBy,
    NoHoursToShareBy,
    actual_costs,
    area_minutes,
)
from billing.yearend.models import Destination, YearKey
from tests import builders
from tests.billing.yearend.arrange import accounts, line, memo_hours, record
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def test_hours_count_for_their_area_and_the_service_of_their_type() -> None:
    advisor = builders.advisor()
    org = builders.organisation()
    teaching = builders.service_type("course", category="E", service="courses")
    record(builders.engagement(org, advisor), 10, by=advisor)
    record(builders.engagement(org, advisor, service_type=teaching), 6, by=advisor)
    record(builders.engagement(org, advisor, funding_area=4, service_type=teaching), 5, by=advisor)
    record(builders.activity(funding_area=3), 3, by=advisor)
    record(builders.activity(funding_area=1), 2, by=advisor)
    record(builders.activity(funding_area=2), 1, by=advisor)
    assert area_minutes(2026) == AreaMinutes(
        catalogue=120, meeting_place=60, advice=13 * 60, courses=360, joint_projects=300
    )


def test_the_year_goes_by_the_day_of_the_work() -> None:
    advisor = builders.advisor()
    work = builders.activity(funding_area=1)
    builders.entry(work, 60, date(2025, 12, 31), advisor=advisor)
    builders.entry(work, 90, date(2026, 1, 1), advisor=advisor)
    builders.entry(work, 30, date(2026, 12, 31), advisor=advisor)
    builders.entry(work, 45, date(2027, 1, 1), advisor=advisor)
    assert area_minutes(2026).total == 120


def test_the_memos_year_costs_what_the_memo_says() -> None:
    memo_hours()
    year = accounts()
    row = line(year, "Drift", "2560000.00", Destination.SHARED_HOURS)
    found = actual_costs(year)
    assert [bearer.total for bearer in found.bearers] == [
        Decimal("917735.85"),
        Decimal("627924.53"),
        Decimal("845283.02"),
        Decimal("0.00"),
        Decimal("169056.60"),
    ]
    assert found.total == Decimal("2560000.00")
    assert found.self_cost("advice").total == Decimal("845283.02")
    [shared] = found.of_service("advice").shared
    assert (shared.row.pk, shared.part, shared.whole) == (row.pk, Decimal(1050 * 60), Decimal(3180 * 60))


def test_direct_costs_shared_support_equipment_and_income_make_the_self_cost_of_a_service() -> None:
    # domain rules, example 2, as if the plan had come true: 2 084 293.79.
    year = accounts()
    line(year, "Lønn", "1601893.79", Destination.ADVICE, account="5000")
    line(year, "Annet", "95000.00", Destination.ADVICE)
    line(year, "Støtte", "1180000.00", Destination.SHARED_FULL_TIME)
    line(year, "Øremerket tilskudd", "-120000.00", Destination.DEDUCT_ADVICE)
    YearKey.objects.create(accounting_year=year, catalogue=1, meeting_place=1, advice=2, joint_projects=1)
    _equipment()
    found = actual_costs(year)
    advice = found.of_service("advice")
    assert advice.direct.amount == Decimal("1696893.79")
    assert advice.shared_amount == Decimal("472000.00")
    assert (advice.depreciation, advice.interest) == (Decimal("30000.00"), Decimal("5400.00"))
    assert found.self_cost("advice").total == Decimal("2084293.79")
    assert [row.label for row in advice.direct.rows] == ["Lønn", "Annet"]


def test_equipment_written_by_hand_takes_the_place_of_the_cost_bases() -> None:
    _equipment()
    year = accounts(assets_by_hand=True)
    line(year, "Avskrivninger", "28000.00", Destination.ADVICE)
    assert actual_costs(year).self_cost("advice").total == Decimal("28000.00")


def test_equipment_is_that_of_the_version_that_ended_the_year() -> None:
    _equipment("100000.00", valid_from=date(2026, 7, 1), version=2)
    _equipment("150000.00")
    assert actual_costs(accounts()).of_service("advice").depreciation == Decimal("20000.00")


def test_courses_have_their_own_costs_and_their_own_part() -> None:
    advisor = builders.advisor()
    org = builders.organisation()
    teaching = builders.service_type("course", category="E", service="courses")
    record(builders.engagement(org, advisor), 30, by=advisor)
    record(builders.engagement(org, advisor, service_type=teaching), 10, by=advisor)
    year = accounts()
    line(year, "Lokale", "1000.00", Destination.COURSES)
    line(year, "Drift", "100.01", Destination.SHARED_HOURS)
    line(year, "Deltakeravgift fra andre", "-200.00", Destination.DEDUCT_COURSES)
    found = actual_costs(year)
    # 100.01 * 10 / 40 = 25.0025 and * 30 / 40 = 75.0075.
    assert found.self_cost("courses").total == Decimal("825.00")
    assert found.self_cost("advice").total == Decimal("75.01")
    assert found.of_service("courses").total == Decimal("1025.00")


def test_a_half_øre_that_only_two_services_share_is_in_one_self_cost_only() -> None:
    advisor = builders.advisor()
    org = builders.organisation()
    teaching = builders.service_type("course", category="E", service="courses")
    record(builders.engagement(org, advisor), 10, by=advisor)
    record(builders.engagement(org, advisor, service_type=teaching), 10, by=advisor)
    year = accounts()
    line(year, "Gebyr", "0.01", Destination.SHARED_HOURS)
    found = actual_costs(year)
    assert found.self_cost("advice").total + found.self_cost("courses").total == Decimal("0.01")


def test_what_bears_no_cost_is_kept_apart_with_its_rows() -> None:
    year = accounts()
    line(year, "Grunntilskudd", "-2500000.00", Destination.BASE_GRANT)
    line(year, "Prosjektmidler", "-169056.60", Destination.PROJECT_MONEY)
    line(year, "Tilskudd til rabatt", "-200000.00", Destination.POTS)
    line(year, "Rådgivning", "-633441.60", Destination.CUSTOMERS)
    line(year, "Tap på fordringer", "1234.00", Destination.LOSSES)
    line(year, "Styret", "80000.00", Destination.OUTSIDE)
    line(year, "Ukjent", "55.50")
    found = actual_costs(year)
    assert found.total == Decimal("0.00")
    assert found.self_cost("advice").total == Decimal("0.00")
    assert found.base_grant.income == Decimal("2500000.00")
    assert found.project_money.income == Decimal("169056.60")
    assert found.pot_grants.income == Decimal("200000.00")
    assert found.sum_of(Destination.CUSTOMERS).income == Decimal("633441.60")
    assert found.outside.amount == Decimal("80000.00")
    assert [row.label for row in found.unmapped.rows] == ["Ukjent"]


def test_a_cost_shared_by_hours_without_hours_is_said() -> None:
    year = accounts()
    line(year, "Drift", "100.00", Destination.SHARED_HOURS)
    with pytest.raises(NoHoursToShareBy, match="2026"):
        actual_costs(year)


def test_a_cost_shared_by_full_time_equivalents_without_any_is_said() -> None:
    year = accounts()
    line(year, "Støtte", "100.00", Destination.SHARED_FULL_TIME)
    with pytest.raises(NoFullTimeToShareBy, match="2026"):
        actual_costs(year)


def test_a_closed_year_brings_the_minutes_it_keeps() -> None:
    year = accounts()
    line(year, "Drift", "100.00", Destination.SHARED_HOURS)
    kept = AreaMinutes(advice=60, catalogue=180)
    assert actual_costs(year, minutes=kept).of_service("advice").total == Decimal("25.00")


def test_the_accounts_take_five_queries_however_long_they_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    memo_hours()
    _equipment()
    year = accounts()
    for number in range(40):
        line(year, f"Konto {number}", "100.00", Destination.SHARED_HOURS)
    with django_assert_num_queries(5):
        actual_costs(year)


def _equipment(
    acquisition: str = "150000.00", *, valid_from: date = date(2026, 1, 1), version: int = 1, service: str = "advice"
) -> None:
    """A rate whose base has something bought for five years, new this year, at 4 percent."""
    maker = builders.administrator()
    base = CostBase.objects.create(
        year=valid_from.year, service=service, version=version, billable_hours=Decimal(800), made_at=NOW, made_by=maker
    )
    AssetLine.objects.create(
        cost_base=base,
        position=1,
        label="Utstyr",
        acquisition=nok(acquisition),
        years=5,
        opening_value=nok(acquisition),
        interest_percent=Decimal(4),
    )
    RateVersion.objects.create(
        service=service,
        year=valid_from.year,
        version=version,
        valid_from=valid_from,
        rate=nok("900.00"),
        self_cost=nok("720000.00"),
        fund_use=nok(0),
        billable_hours=Decimal(800),
        rate_step=Decimal("0.01"),
        calculation={},
        cost_base=base,
        adopted_at=NOW,
        adopted_by=builders.administrator(),
    )
