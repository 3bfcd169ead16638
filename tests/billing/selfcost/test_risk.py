"""The risk meter: the memo's plan against hours that are recorded and agreed, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import RateVersion
from billing.selfcost.risk import AtRate, Plan, Risk
from billing.selfcost.risk_of_year import year_so_far, years_so_far
from engagements.work.models import FundingArea, HourHold, Phase, SelfcostService
from tests import builders

#: The memo: 767 813.27 over 800 hours is 959.76 an hour.
MEMO = Plan(hours=Decimal(800), self_cost=Decimal("767813.27"), fund_use=Decimal(0), rate=Decimal("959.76"))
NOVEMBER = date(2026, 11, 20)


def _risk(recorded: int, planned: int = 0, plan: Plan = MEMO, on: date = NOVEMBER) -> Risk:
    return Risk(on, plan, (AtRate(date(2026, 1, 1), recorded, plan.rate),), planned)


def test_what_is_missing_is_the_self_cost_less_what_the_hours_bring_in() -> None:
    risk = _risk(recorded=500 * 60, planned=108 * 60 + 15)
    # 500 * 959.76 = 479 880.00; 108.25 * 959.76 = 103 894.02.
    assert (risk.recorded_income, risk.planned_income) == (Decimal("479880.00"), Decimal("103894.02"))
    assert risk.income == Decimal("583774.02")
    assert risk.result == -risk.missing == Decimal("-184039.25")
    # 184 039.25 / 959.76 = 191.755…
    assert risk.hours_missing == Decimal(192)
    assert (risk.minutes_off_plan, risk.hours_off_plan) == (-(191 * 60 + 45), Decimal("-191.75"))
    assert risk.result_of_plan == Decimal("767808.00") - Decimal("767813.27")
    assert risk.result_off_plan == risk.income_off_plan == Decimal("583774.02") - Decimal("767808.00")


def test_the_use_of_the_fund_need_not_be_brought_in() -> None:
    plan = Plan(Decimal(800), Decimal("767813.27"), Decimal("67813.27"), Decimal(875))
    risk = _risk(recorded=700 * 60, plan=plan)
    # 700 * 875 = 612 500 of the 700 000 that the fund leaves; the result is 155 313.27 below self-cost.
    assert (risk.missing, risk.result) == (Decimal("87500.00"), Decimal("-155313.27"))
    assert risk.hours_missing == Decimal(100)
    more = _risk(recorded=900 * 60, plan=plan)
    assert (more.missing, more.missing_back, more.hours_missing) == (Decimal("-87500.00"), Decimal("87500.00"), None)
    assert (more.minutes_short, more.hours_off_plan) == (0, Decimal(100))


def test_the_pace_is_measured_by_the_days_of_the_year() -> None:
    first_of_july = _risk(recorded=400 * 60, on=date(2026, 7, 1))
    # 182 of 365 days: 800 h * 182 / 365 = 398.904… h.
    assert (first_of_july.days_gone, first_of_july.days) == (182, 365)
    assert first_of_july.minutes_by_now == 23_934
    # 383 904 * 365 / 182 = 769 917.36…
    assert first_of_july.missing_at_this_pace == Decimal("767813.27") - Decimal("769917.36")
    assert _risk(0, on=date(2028, 12, 31)).minutes_by_now == 48_000
    assert _risk(0, on=date(2028, 12, 31)).days == 366
    assert _risk(0, on=date(2026, 1, 1)).missing_at_this_pace == Decimal("767813.27")


@pytest.mark.django_db
def test_recorded_and_agreed_hours_are_those_of_the_service_and_the_year() -> None:
    advisor = builders.advisor()
    builders.rate()
    going = builders.engagement(builders.organisation(), advisor, minutes_agreed=20 * 60)
    other = builders.engagement(builders.organisation("Fargerik Fritid"), advisor, minutes_agreed=60)
    done = builders.engagement(
        builders.organisation("Turlaget"), advisor, minutes_agreed=6000, phase=Phase.COMPLETED, completed_on=NOVEMBER
    )
    for work, minutes, day in (
        (going, 300, date(2026, 1, 1)),
        (other, 90, NOVEMBER),
        (done, 60, date(2026, 6, 1)),
    ):
        builders.entry(work, minutes, day)
    builders.entry(going, 45, date(2026, 3, 3), billable=False)
    builders.entry(going, 60, date(2025, 12, 31))
    builders.entry(going, 60, date(2026, 11, 21))
    written_off = builders.entry(going, 30, date(2026, 4, 4))
    HourHold.objects.create(entry=written_off, written_off=True, document=1)
    builders.entry(builders.activity(funding_area=FundingArea.MEETING_PLACE), 60, date(2026, 5, 5), advisor=advisor)
    meter = year_so_far(SelfcostService.ADVICE, NOVEMBER)
    assert meter is not None
    assert {(row.engagement, row.minutes) for row in meter.recorded} == {(going, 300), (other, 90), (done, 60)}
    assert meter.risk.recorded_minutes == sum(row.minutes for row in meter.recorded) == 450
    # Used: 300 of this year, 60 of the year before and 60 of tomorrow; the other has used more than agreed.
    assert [(row.engagement, row.agreed, row.used, row.left) for row in meter.planned] == [(going, 1200, 420, 780)]
    assert meter.risk.planned_minutes == 780
    assert meter.risk.income == Decimal("7198.20") + Decimal("12476.88")


@pytest.mark.django_db
def test_each_hour_counts_at_the_rate_of_its_day_and_the_plan_is_that_of_the_rate_in_force() -> None:
    advisor, maker = builders.advisor(), builders.administrator()
    work = builders.engagement(builders.organisation(), advisor, minutes_agreed=None)
    builders.rate(maker=maker, valid_from=date(2026, 2, 1))
    builders.rate(maker=maker, valid_from=date(2026, 7, 1), amount="1000.00")
    for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 6, 30), date(2026, 7, 1)):
        builders.entry(work, 60, day)
    meter = year_so_far(SelfcostService.ADVICE, NOVEMBER)
    assert meter is not None
    assert meter.risk.recorded == (
        AtRate(date(2026, 2, 1), 120, Decimal("959.76")),
        AtRate(date(2026, 7, 1), 60, Decimal("1000.00")),
    )
    assert (meter.risk.unpriced_minutes, meter.risk.recorded_minutes) == (60, 240)
    assert meter.risk.plan.rate == Decimal("1000.00")


@pytest.mark.django_db
def test_without_a_rate_of_the_year_there_is_no_meter() -> None:
    assert years_so_far(NOVEMBER) == ()
    builders.rate(valid_from=date(2025, 1, 1))
    assert years_so_far(NOVEMBER) == ()
    assert years_so_far(date(2025, 1, 1)) != ()
    assert RateVersion.objects.count() == 1


@pytest.mark.django_db
def test_administrators_see_kroner_and_advisors_hours(client: Client) -> None:
    advisor = builders.advisor()
    builders.rate(valid_from=timezone.localdate().replace(month=1, day=1))
    work = builders.engagement(builders.organisation(), advisor, minutes_agreed=600)
    builders.entry(work, 90, timezone.localdate())
    for person, kroner in ((builders.administrator(), True), (advisor, False)):
        client.force_login(person)
        for path in ("/today/", "/selfcost/so-far/advice/"):
            page = client.get(path).content.decode().replace("\xa0", " ")
            assert "Selvkost hittil" in page
            assert ("767 813" in page) is kroner, path
            assert "−790" in page, path
        assert client.get("/selfcost/so-far/nothing/").status_code == 404
    client.force_login(builders.administrator())
    assert "Selvkost hittil" in client.get("/selfcost/").content.decode()


@pytest.mark.django_db
def test_a_year_without_a_plan_says_so(client: Client) -> None:
    client.force_login(builders.administrator())
    answer = client.get("/selfcost/so-far/courses/")
    assert answer.status_code == 200
    assert "kurs" in answer.content.decode()


@pytest.mark.django_db
def test_the_page_asks_as_often_for_many_engagements_as_for_few(client: Client) -> None:
    advisor = builders.advisor()
    builders.rate(valid_from=timezone.localdate().replace(month=1, day=1))
    client.force_login(builders.administrator())
    counts = []
    for _round in range(2):
        for _each in range(3):
            work = builders.engagement(builders.organisation(), advisor, minutes_agreed=600)
            builders.entry(work, 90, timezone.localdate())
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/selfcost/so-far/advice/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
