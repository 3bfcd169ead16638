"""The dated tables: verbs, pages, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.fields import nok
from billing.models import InterestRate, LevyZone, OnCosts, SalaryLine
from billing.official_rates import tables
from billing.official_rates.tables import set_interest, set_on_costs
from billing.selfcost.base import draft_cost_base
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

FACTS = builders.ON_COSTS
ZONES = [("I", Decimal("14.10")), ("Ia under fribeløpet", Decimal("10.60"))]


def _form(**fields: str) -> dict[str, str]:
    return {
        "valid_from": "01.01.2027",
        "source": "Skatteetaten, lest 2. januar",
        "holiday_percent": "10,2",
        "holiday_days": "21",
        "agreed_holiday_percent": "12",
        "agreed_holiday_days": "25",
        "over_60_percent": "2,3",
        "over_60_days": "5",
        "over_60_ceiling": "780 960",
        "pension_percent": "2",
        "pension_ceiling": "1 561 920",
        "gross_hours": "1 950",
        "hours_a_day": "7,5",
        "public_holiday_hours": "75",
        "absence_percent": "3,5",
        "zones-TOTAL_FORMS": "3",
        "zones-INITIAL_FORMS": "0",
        "zones-0-code": "I",
        "zones-0-percent": "14,1",
        "zones-1-code": "V",
        "zones-1-percent": "0",
        "zones-2-code": "",
        "zones-2-percent": "",
        **fields,
    }


def test_a_table_applies_from_its_day_until_the_next() -> None:
    by = builders.administrator()
    first = set_on_costs(valid_from=date(2026, 1, 1), facts=FACTS, zones=ZONES, by=by, now=NOW)
    second = set_on_costs(valid_from=date(2027, 1, 1), facts=FACTS, zones=ZONES[:1], by=by, now=NOW)
    on = OnCosts.objects.on
    assert on(date(2025, 12, 31)) is None
    assert on(date(2026, 1, 1)) == on(date(2026, 12, 31)) == first
    assert on(date(2027, 1, 1)) == second
    assert [(zone.code, zone.percent) for zone in first.zones.all()] == ZONES
    event = AuditEvent.objects.of(first).get()
    assert event.actor == by
    assert event.after["zones"][0] == ["I", "14.10"]


@pytest.mark.parametrize(
    ("facts", "zones", "refusal"),
    [
        (FACTS, [], tables.NoZone),
        (FACTS, [("I", Decimal(14)), ("i", Decimal(10))], tables.ZoneTwice),
        (FACTS, [("I", Decimal("100.01"))], tables.PercentOutOfRange),
        (replace(FACTS, pension_percent=Decimal(-1)), ZONES, tables.PercentOutOfRange),
        (replace(FACTS, over_60_days=236), ZONES, tables.NoHoursLeft),
        (replace(FACTS, gross_hours=Decimal("262.50")), ZONES, tables.NoHoursLeft),
    ],
)
def test_a_table_that_no_salary_can_be_computed_by_is_refused(
    facts: tables.OnCostsFacts, zones: list[tuple[str, Decimal]], refusal: type[DomainError]
) -> None:
    by = builders.administrator()
    with pytest.raises(refusal) as error:
        set_on_costs(valid_from=date(2026, 1, 1), facts=facts, zones=zones, by=by, now=NOW)
    assert error.value.message
    assert not OnCosts.objects.exists()


def test_one_table_starts_on_a_day_and_only_administrators_write() -> None:
    by, advisor = builders.administrator(), builders.advisor()
    set_on_costs(valid_from=date(2026, 1, 1), facts=FACTS, zones=ZONES, by=by, now=NOW)
    with pytest.raises(tables.TableStartTaken):
        set_on_costs(valid_from=date(2026, 1, 1), facts=FACTS, zones=ZONES, by=by, now=NOW)
    with pytest.raises(OnlyAdministrators):
        set_on_costs(valid_from=date(2027, 1, 1), facts=FACTS, zones=ZONES, by=advisor, now=NOW)
    with pytest.raises(OnlyAdministrators):
        set_interest(year=2026, percent=Decimal(4), source="KBN", by=advisor, now=NOW)


def test_a_table_is_kept_by_the_database() -> None:
    builders.on_costs()
    with pytest.raises(IntegrityError), transaction.atomic():
        OnCosts.objects.update(pension_percent=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        LevyZone.objects.update(percent=3)


def test_interest_is_set_once_a_year_and_a_correction_is_logged() -> None:
    by = builders.administrator()
    rate = set_interest(year=2026, percent=Decimal("4.30"), source="Prognose", by=by, now=NOW)
    set_interest(year=2026, percent=Decimal("4.30"), source="Prognose", by=by, now=NOW)
    set_interest(year=2026, percent=Decimal("4.17"), source="KBN", by=by, now=NOW)
    assert InterestRate.objects.get() == rate
    rate.refresh_from_db()
    assert rate.percent == Decimal("4.17")
    changed, first = AuditEvent.objects.of(rate)
    assert (first.action, changed.action) == ("interest.set", "interest.change")
    assert changed.before == {"percent": "4.30", "source": "Prognose"}
    assert changed.after == {"percent": "4.17", "source": "KBN"}


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_no_cost_base_can_be_of_has_no_interest(year: int) -> None:
    with pytest.raises(tables.YearOutOfRange):
        set_interest(year=year, percent=Decimal(4), source="KBN", by=builders.administrator(), now=NOW)


def test_an_empty_installation_says_where_the_figures_are_found(client: Client) -> None:
    client.force_login(builders.administrator())
    page = client.get("/settings/on-costs/").content.decode()
    assert "Skatteetaten" in page
    assert "som to soner" in page
    assert "KBN" in client.get("/settings/interest/").content.decode()


def test_the_first_table_is_written_in_the_form(client: Client) -> None:
    client.force_login(builders.administrator())
    assert client.post("/settings/on-costs/new/", _form()).status_code == 302
    table = OnCosts.objects.get()
    assert (table.valid_from, table.over_60_ceiling.amount) == (date(2027, 1, 1), Decimal("780960.00"))
    assert (table.gross_hours, table.absence_percent) == (Decimal("1950.00"), Decimal("3.50"))
    assert [(zone.code, zone.percent) for zone in table.zones.all()] == [("I", Decimal("14.10")), ("V", Decimal(0))]


def test_a_new_table_is_filled_with_the_one_before(client: Client) -> None:
    builders.on_costs()
    client.force_login(builders.administrator())
    page = client.get("/settings/on-costs/new/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for value in ("10,2", "25", "780 000,00", "1 950", "14,1", "V"):
        assert f'value="{value}"' in page, value
    assert "Skatteetaten, ferieloven" not in page


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("valid_from", "31.02.2027"),
        ("holiday_percent", "-12"),
        ("holiday_percent", "NaN"),
        ("pension_percent", "100,01"),
        ("pension_ceiling", "1e400"),
        ("absence_percent", "3,555"),
        ("holiday_days", "261"),
        ("holiday_days", "25,5"),
        ("hours_a_day", "0"),
        ("gross_hours", "9000"),
        ("gross_hours", "100"),
        ("zones-0-percent", "14,101"),
        ("zones-1-code", "i"),
        ("zones-1-code", ""),
        ("source", ""),
    ],
)
def test_bad_figures_are_told_at_the_field_and_kept_as_written(client: Client, field: str, written: str) -> None:
    client.force_login(builders.administrator())
    answer = client.post("/settings/on-costs/new/", _form(**{field: written}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert f'href="#id_{field}"' in page
    if written:
        assert f'value="{written}"' in page
    assert not OnCosts.objects.exists()
    assert not AuditEvent.objects.filter(action="on_costs.set").exists()


def test_a_table_without_a_zone_is_refused_in_words(client: Client) -> None:
    client.force_login(builders.administrator())
    none = {f"zones-{row}-{name}": "" for row in (0, 1) for name in ("code", "percent")}
    answer = client.post("/settings/on-costs/new/", _form(**none))
    assert answer.status_code == 422
    assert "Legg inn minst én sone" in answer.content.decode()


def test_the_page_computes_a_salary_by_each_table_and_says_which_bases_use_it(client: Client) -> None:
    by = builders.administrator()
    table = builders.on_costs(by=by)
    base = draft_cost_base(year=2027, service="advice", by=by, now=NOW)
    for position in (1, 2):
        SalaryLine.objects.create(
            cost_base=base,
            position=position,
            label="Rådgiver",
            annual_salary=nok(640_000),
            full_time_equivalents=1,
            on_costs=table,
            levy_zone=table.zones.get(code="I"),
        )
    client.force_login(by)
    page = client.get("/settings/on-costs/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    # 600 000 * 235 / 260, 12 %, 2 % of 600 000, 14.1 % of the three.
    for figure in ("542 307,69", "65 076,92", "12 000,00", "87 333,23", "706 717,84 kr", "1 628,44"):
        assert figure in page
    assert page.count(f'href="/selfcost/{base.year}/advice/{base.version}/"') == 1


def test_interest_is_set_and_changed_on_its_page(client: Client) -> None:
    client.force_login(builders.administrator())
    for percent in ("4,3", "4,17"):
        answer = client.post("/settings/interest/", {"year": "2026", "percent": percent, "source": "KBN"})
        assert answer.status_code == 302
    assert InterestRate.objects.get().percent == Decimal("4.17")
    assert 'value="4,17"' in client.get("/settings/interest/?year=2026").content.decode()


@pytest.mark.parametrize(
    ("field", "written"), [("year", "1999"), ("year", "MMXXVI"), ("percent", "101"), ("percent", "-1"), ("source", "")]
)
def test_bad_interest_is_told_at_the_field(client: Client, field: str, written: str) -> None:
    client.force_login(builders.administrator())
    answer = client.post("/settings/interest/", {"year": "2026", "percent": "4", "source": "KBN", field: written})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not InterestRate.objects.exists()


def test_the_lists_ask_as_often_for_many_rows_as_for_few(client: Client) -> None:
    by = builders.administrator()
    client.force_login(by)
    counts: dict[str, list[int]] = {"/settings/on-costs/": [], "/settings/interest/": []}
    for year in (2024, 2026):
        for each in (year, year + 1):
            builders.on_costs(valid_from=date(each, 1, 1), by=by)
            set_interest(year=each, percent=Decimal(4), source="KBN", by=by, now=NOW)
        for path, asked in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            asked.append(len(queries))
    for path, asked in counts.items():
        assert asked[0] == asked[1] <= 8, path
