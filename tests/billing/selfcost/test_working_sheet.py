"""The working sheet as an administrator fills it in: every section, live figures, more rows, and bad input."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import repeat, zip_longest

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.users import User
from billing.models import AllocationKey, AssetLine, CostBase, CostLine, RateVersion, SalaryLine
from billing.official_rates.models import LevyZone
from billing.selfcost import adopt, base, lines
from billing.selfcost.facts import AssetFacts, LineFacts, SalaryFacts
from tests import builders
from tests.billing.selfcost.bottom_up import RATE, SELF_COST, bottom_up, interest, on_costs
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PAGE = "/selfcost/2026/advice/"


@pytest.fixture
def maker() -> User:
    return builders.administrator()


@pytest.fixture
def zone(maker: User) -> LevyZone:
    return on_costs(maker)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client_at_work(maker: User) -> Client:
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": ""})
    return client


def words(answer: object) -> str:
    """The page's text as a reader meets it."""
    return answer.content.decode().replace("\xa0", " ")  # type: ignore[attr-defined,no-any-return]


def row(section: str, number: int, **facts: str) -> dict[str, str]:
    return {f"{section}-{number}-{name}": value for name, value in facts.items()}


def example(client: Client, zone: LevyZone, **changed: str) -> dict[str, str]:
    """Domain rules 1.4, example 2, as a person types it."""
    person = {"full_time_equivalents": "1", "levy_zone": str(zone.pk), "agreed_holiday": "on", "billable_percent": "70"}
    posted = {
        "lines-TOTAL_FORMS": "3",
        "lines-INITIAL_FORMS": "0",
        "salaries-TOTAL_FORMS": "3",
        "salaries-INITIAL_FORMS": "0",
        "assets-TOTAL_FORMS": "2",
        "assets-INITIAL_FORMS": "0",
        **row("lines", 0, label="Reise og lisenser", amount="95 000", funding_area="3", kind="travel",
              source="Budsjett"),
        **row("lines", 1, label="Støtte", amount="1 180 000", funding_area="3", kind="support", key="full_time",
              source="Budsjett"),
        **row("lines", 2, label="", amount="", funding_area="3", kind="other", key=""),
        **row("salaries", 0, label="Rådgiver A", annual_salary="640 000", **person),
        **row("salaries", 1, label="Rådgiver B", annual_salary="720 000", **person),
        **row("salaries", 2, label="", annual_salary="", **(person | {"billable_percent": ""})),
        **row("assets", 0, label="Utstyr", acquisition="150 000", years="5", opening_value="150 000",
              interest_percent="4", source="Faktura"),
        **row("assets", 1, label="", acquisition="", years="", opening_value="", interest_percent="4"),
        "keys-full_time-advice": "2",
        "keys-full_time-catalogue": "1,5",
        "keys-full_time-meeting_place": "1",
        "keys-full_time-courses": "0,3",
        "keys-full_time-joint_projects": "0,2",
        "billable_hours": "2 279,8",
        "income_deducted": "120 000",
        "income_source": "Tilskuddsbrev",
        "spread_years": "",
        "fund_use": "0",
        "expected_result": "0",
        "rate_step": "1",
        "comment": "",
        "seen": str(client.get(PAGE).context["sheet"].fingerprint),
        "then": "save",
    }  # fmt: skip
    return posted | changed


def counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (CostLine, SalaryLine, AssetLine, AllocationKey))


def test_the_bottom_up_example_is_written_on_the_page_and_adopted_at_914(
    maker: User, zone: LevyZone, client_at_work: Client
) -> None:
    posted = example(client_at_work, zone)
    assert client_at_work.post(PAGE, posted).status_code == 302
    assert counted() == (2, 2, 1, 1)
    sheet = client_at_work.get(PAGE).context["sheet"]
    assert (sheet.self_cost, sheet.result.rate, sheet.suggested_hours) == (SELF_COST, RATE, Decimal("2279.8"))
    base.submit_cost_base(cost_base=CostBase.objects.get(), by=maker, now=NOW)
    second = browser(builders.administrator())
    text = words(second.get(PAGE))
    for part in ("578 461,54", "69 415,38", "93 155,45", "1 180 000 × 2 / 5", "(150 000,00 + 120 000,00) / 2 × 4 %",
                 "2 084 293,79 kr", "914,2441", "914,00 kr"):  # fmt: skip
        assert part in text
    second.post(f"{PAGE}adopt/", {"valid_from": "01.01.2026", "seen": second.get(PAGE).context["sheet"].fingerprint})
    assert RateVersion.objects.get().rate.amount == RATE


def test_a_saved_sheet_that_is_posted_as_it_stands_changes_nothing(
    zone: LevyZone, maker: User, client_at_work: Client
) -> None:
    client_at_work.post(PAGE, example(client_at_work, zone))
    before = client_at_work.get(PAGE)
    fields = dict(re.findall(r'name="((?:lines|salaries|assets)-\d+-pk)" value="(\d+)"', before.content.decode()))
    posted = example(client_at_work, zone, **fields)
    posted |= {"lines-INITIAL_FORMS": "2", "salaries-INITIAL_FORMS": "2", "assets-INITIAL_FORMS": "1"}
    assert client_at_work.post(PAGE, posted).status_code == 302
    assert counted() == (2, 2, 1, 1)
    assert client_at_work.get(PAGE).context["sheet"].fingerprint == before.context["sheet"].fingerprint


def test_the_figures_of_a_sheet_being_written_are_shown_and_nothing_is_saved(
    zone: LevyZone, client_at_work: Client
) -> None:
    posted = example(client_at_work, zone)
    shown = client_at_work.post(f"{PAGE}preview/", posted)
    text = words(shown)
    assert shown.status_code == 200
    assert 'id="salaries-0-result" hx-swap-oob="true"' in text
    assert "753 832,37" in text
    assert "914,00 kr" in text
    assert counted() == (0, 0, 0, 0)
    assert "ikke regnet med" not in text
    broken = client_at_work.post(f"{PAGE}preview/", posted | {"salaries-0-annual_salary": "mye"})
    assert "753 832,37" not in words(broken)
    assert "848 061,42" in words(broken)
    assert "1 rad er ikke regnet med" in words(broken)


def test_rows_are_added_without_saving_or_losing_what_was_typed(zone: LevyZone, client_at_work: Client) -> None:
    posted = example(client_at_work, zone, **{"lines-0-amount": "mye", "then": "rows-lines"})
    shown = client_at_work.post(PAGE, posted)
    text = words(shown)
    assert shown.status_code == 200
    assert 'value="mye"' in text
    assert "lines-7-label" in text
    assert "error-summary" not in text
    assert "Rådgiver B" in text
    assert counted() == (0, 0, 0, 0)


def test_an_added_row_begins_like_the_empty_ones(maker: User, zone: LevyZone, client_at_work: Client) -> None:
    interest(maker)
    for section, begins in (
        ("lines", {"funding_area": "3", "kind": "other"}),
        ("salaries", {"full_time_equivalents": "1", "levy_zone": str(zone.pk), "agreed_holiday": True}),
        ("assets", {"interest_percent": "4"}),
    ):
        shown = client_at_work.post(PAGE, example(client_at_work, zone, then=f"rows-{section}"))
        number = 3 if section != "assets" else 2
        forms = dict(shown.context["forms"].named)[section].forms
        assert {name: forms[number][name].value() for name in begins} == begins
        assert f'id="id_{section}-{number}-label"' in words(shown)
        assert forms[number]["label"].field.widget.attrs["autofocus"]
        assert words(shown).count("autofocus") == 1


def test_a_refused_sheet_shows_the_figures_of_what_was_typed(zone: LevyZone, client_at_work: Client) -> None:
    posted = example(client_at_work, zone, **{"lines-0-amount": "-1"})
    refused = client_at_work.post(PAGE, posted)
    assert refused.status_code == 422
    # 2 084 293.79 less the 95 000 that cannot be read.
    assert "1 989 293,79 kr" in words(refused)
    assert counted() == (0, 0, 0, 0)


BAD = [
    ("lines-0-amount", "-1"), ("lines-0-amount", "NaN"), ("lines-0-amount", "1e400"), ("lines-0-amount", "10,005"),
    ("lines-0-amount", "99 999 999 999"), ("lines-0-amount", ""), ("lines-0-funding_area", "4"),
    ("lines-0-funding_area", "1"), ("lines-0-kind", "cake"), ("lines-1-key", "hours"),
    ("salaries-0-annual_salary", "-640 000"), ("salaries-0-annual_salary", "Infinity"),
    ("salaries-0-full_time_equivalents", "0"), ("salaries-0-full_time_equivalents", "101"),
    ("salaries-0-billable_percent", "100,01"), ("salaries-0-billable_percent", "-1"), ("salaries-0-levy_zone", "0"),
    ("assets-0-years", "0"), ("assets-0-years", "1e400"), ("assets-0-years", "101"), ("assets-0-acquisition", "0"),
    ("assets-0-opening_value", "150 000,01"), ("assets-0-opening_value", "100"),
    ("assets-0-interest_percent", "101"), ("keys-full_time-advice", "-2"), ("keys-full_time-advice", "NaN"),
    ("billable_hours", "0"), ("billable_hours", "-800"), ("billable_hours", "1e400"), ("billable_hours", "800,125"),
    ("income_deducted", "-1"), ("fund_use", "NaN"), ("expected_result", "1e400"), ("spread_years", "6"),
    ("rate_step", "0"), ("rate_step", "0.02"),
]  # fmt: skip


def rounds() -> list[dict[str, str]]:
    """The wrong values, one in each row of the sheet at a time, so that none of them hides another."""
    by_row: dict[str, list[tuple[str, str]]] = {}
    for field, value in BAD:
        by_row.setdefault(field.rpartition("-")[0] or field, []).append((field, value))
    return [dict(wrong) for wrong in map(filter, repeat(None), zip_longest(*by_row.values()))]


def test_every_wrong_value_is_tried() -> None:
    assert sorted(wrong for each in rounds() for wrong in each.items()) == sorted(BAD)


@pytest.mark.parametrize("wrong", rounds(), ids=lambda wrong: ", ".join(wrong))
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_stored(
    zone: LevyZone, client_at_work: Client, wrong: dict[str, str]
) -> None:
    answer = client_at_work.post(PAGE, example(client_at_work, zone, **wrong))
    text = words(answer)
    assert answer.status_code == 422
    assert "<title>Feil: " in text
    assert counted() == (0, 0, 0, 0)
    for field, value in wrong.items():
        assert f'href="#id_{field}"' in text
        assert f'id="id_{field}_error"' in text
        if value and not field.endswith(("area", "kind", "key", "zone", "years", "step")):
            assert f'value="{value}"' in text


def test_the_summary_names_section_row_and_field(zone: LevyZone, client_at_work: Client) -> None:
    answer = client_at_work.post(PAGE, example(client_at_work, zone, **{"salaries-1-annual_salary": "mye"}))
    assert "Personer, rad 2, Årslønn for full stilling: Skriv beløpet" in words(answer)


def test_a_key_that_shared_rows_need_is_not_emptied(zone: LevyZone, client_at_work: Client) -> None:
    emptied = {f"keys-full_time-{name}": "" for name in
               ("advice", "catalogue", "meeting_place", "courses", "joint_projects")}  # fmt: skip
    answer = client_at_work.post(PAGE, example(client_at_work, zone, **emptied))
    assert answer.status_code == 422
    assert 'href="#id_lines-1-key"' in words(answer)
    assert counted() == (0, 0, 0, 0)


def test_seats_are_whole(maker: User) -> None:
    client, page = browser(maker), "/selfcost/2026/courses/"
    client.post(f"{page}start/", {"copy": ""})
    posted = {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        **row("lines", 0, label="Kurs", amount="21 437,50", funding_area="3", kind="other", source="Budsjett"),
        "unit": "seats",
        "billable_hours": "17,5",
        "rate_step": "0.01",
        "seen": str(client.get(page).context["sheet"].fingerprint),
    }
    assert 'href="#id_billable_hours"' in words(client.post(page, posted))
    client.post(page, posted | {"billable_hours": "18"})
    text = words(client.get(page))
    assert "Pris per plass 2026" in text
    assert "1 190,97 kr" in text


def test_overlapping_versions_are_refused_at_the_day(maker: User) -> None:
    builders.rate(maker=maker)
    client, second = browser(maker), browser(builders.administrator())
    client.post(f"{PAGE}start/", {"copy": "newest"})
    base.submit_cost_base(cost_base=CostBase.objects.get(rate_version=None), by=maker, now=NOW)
    seen = second.get(PAGE).context["sheet"].fingerprint
    answer = second.post(f"{PAGE}adopt/", {"valid_from": "01.01.2026", "seen": seen})
    assert answer.status_code == 422
    assert 'href="#id_valid_from"' in words(answer)
    assert RateVersion.objects.count() == 1


def test_last_years_rows_stand_beside_this_years(maker: User, zone: LevyZone) -> None:
    last = bottom_up(maker, zone, year=2025)
    base.submit_cost_base(cost_base=last, by=maker, now=NOW)
    adopt.adopt_rate(cost_base=last, valid_from=date(2025, 1, 1), by=builders.administrator(), now=NOW)
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": "year_before"})
    sheet = client.get(PAGE).context["sheet"]
    # The asset: 30 000 + (120 000 + 90 000) / 2 * 4 % = 34 200, after 35 400.
    [asset] = sheet.assets
    assert (asset.before, asset.amount, asset.change) == (Decimal("35400.00"), Decimal("34200.00"), Decimal("-1200.00"))
    assert [person.change for person in sheet.salaries] == [Decimal("0.00")] * 2
    assert sheet.change == Decimal("-1200.00")
    assert sheet.self_cost == SELF_COST - 1200


def test_the_years_interest_is_proposed(maker: User, client_at_work: Client) -> None:
    interest(maker, 2026, "3.75")
    assert re.search(r'name="assets-0-interest_percent"[^>]* value="3,75"', words(client_at_work.get(PAGE)))


def test_without_on_costs_the_sheet_leads_to_them(client_at_work: Client) -> None:
    text = words(client_at_work.get(PAGE))
    assert "Ingen påslag gjelder 1. januar 2026" in text
    assert "/settings/on-costs/new/" in text


def test_the_sheet_asks_no_more_for_many_rows_than_for_few(maker: User, zone: LevyZone) -> None:
    made = bottom_up(maker, zone)
    client, counts = browser(maker), []
    for times in (0, 7):
        for number in range(times):
            who = SalaryFacts(f"Rådgiver {number}", Decimal(600000), zone, key="full_time")
            lines.add_salary_line(cost_base=made, facts=who, by=maker, now=NOW)
            what = AssetFacts(f"Utstyr {number}", Decimal(100), 2, Decimal(100), Decimal(4))
            lines.add_asset_line(cost_base=made, facts=what, by=maker, now=NOW)
            cost = LineFacts(f"Kostnad {number}", Decimal(100), key="full_time")
            lines.add_cost_line(cost_base=made, facts=cost, by=maker, now=NOW)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_row_that_is_gone_is_still_in_last_years_sum(maker: User, zone: LevyZone) -> None:
    last = bottom_up(maker, zone, year=2025)
    base.submit_cost_base(cost_base=last, by=maker, now=NOW)
    adopt.adopt_rate(cost_base=last, valid_from=date(2025, 1, 1), by=builders.administrator(), now=NOW)
    made = base.draft_cost_base(year=2026, service="advice", by=maker, now=NOW, copy_from=last)
    lines.remove_cost_line(line=made.lines.get(key=""), by=maker, now=NOW)
    answer = browser(maker).get(PAGE)
    sums = answer.context["sheet"].cost_sums
    assert (sums.before, sums.amount, sums.change) == (Decimal(1275000), Decimal(1180000), Decimal(-95000))
    assert "bare i 2025: Reise og lisenser, 95 000" in words(answer)
