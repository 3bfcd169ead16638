"""The pages of the cost base: from an empty year to an adopted rate, as an administrator clicks it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.users import User
from billing.models import CostBase, CostLine, RateVersion
from billing.selfcost import base
from billing.selfcost.adopt import adopt_rate
from billing.selfcost.base import LineFacts
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PAGE = "/selfcost/2026/advice/"


@pytest.fixture
def maker() -> User:
    return builders.administrator()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(client: Client, page: str = PAGE) -> str:
    """The fingerprint that the page carries."""
    return str(client.get(page).context["sheet"].fingerprint)


def row(number: int, **changed: str) -> dict[str, str]:
    facts = {"label": "", "source": "", "funding_area": "3", "amount": "", "key_part": "", "key_whole": "", "pk": ""}
    return {f"lines-{number}-{name}": value for name, value in (facts | {"key_label": ""} | changed).items()}


def sheet_of(client: Client, *rows: dict[str, str], initial: int = 0, **changed: str) -> dict[str, str]:
    posted = {
        "lines-TOTAL_FORMS": str(len(rows)),
        "lines-INITIAL_FORMS": str(initial),
        "billable_hours": "800",
        "income_deducted": "0",
        "fund_use": "0",
        "rate_step": "0.01",
        "comment": "",
        "seen": seen(client),
        "then": "save",
    }
    for each in rows:
        posted |= each
    return posted | changed


MEMO = {
    "label": "Drift",
    "source": "Budsjett 2026",
    "amount": "2 500 000",
    "key": "own",
    "key_part": "1 000",
    "key_whole": "3 256",
    "key_label": "timer",
}


def test_the_memos_rate_is_made_handed_over_and_adopted_on_screen(maker: User) -> None:
    client, second = browser(maker), browser(builders.administrator())
    assert "Start the cost base" in client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    client.post(f"{PAGE}start/", {"copy": ""})
    saved = client.post(PAGE, sheet_of(client, row(0, **MEMO), row(1)), follow=True)
    assert saved.redirect_chain == [(PAGE, 302)]
    text = saved.content.decode().replace("\xa0", " ")
    assert "767 813,27" in text
    assert "959,76 kr" in text
    line = CostLine.objects.get()
    client.post(PAGE, sheet_of(client, row(0, **MEMO, pk=str(line.pk)), row(1), initial=1, then="submit"))
    shown = second.get(PAGE).content.decode().replace("\xa0", " ")
    assert "2 500 000 × 1 000 / 3 256" in shown
    assert "959,7666" in shown
    review = second.get(f"{PAGE}adopt/").content.decode().replace("\xa0", " ")
    assert "959,76 kr" in review
    second.post(f"{PAGE}adopt/", {"valid_from": "01.01.2026", "seen": seen(second)})
    version = RateVersion.objects.get()
    assert (version.rate.amount, version.valid_from) == (Decimal("959.76"), date(2026, 1, 1))
    assert "959,76 kr" in second.get("/selfcost/").content.decode().replace("\xa0", " ")


def test_the_maker_is_told_that_another_must_adopt(maker: User) -> None:
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": ""})
    client.post(PAGE, sheet_of(client, row(0, **MEMO), then="submit"))
    answer = client.post(f"{PAGE}adopt/", {"valid_from": "01.01.2026", "seen": seen(client)})
    assert answer.status_code == 422
    assert "annen administrator" in answer.content.decode()
    assert not RateVersion.objects.exists()


def test_bad_input_is_kept_and_said_at_its_row(maker: User) -> None:
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": ""})
    wrong = {**MEMO, "amount": "mye", "funding_area": "4"}
    answer = client.post(PAGE, sheet_of(client, row(0, **wrong), billable_hours="noen"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in text
    assert 'value="mye"' in text
    assert 'value="noen"' in text
    assert "hører til område 4" in text
    assert 'href="#id_lines-0-amount"' in text
    assert not CostLine.objects.exists()


def test_a_cost_is_deleted_by_its_box(maker: User) -> None:
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": ""})
    client.post(PAGE, sheet_of(client, row(0, **MEMO)))
    line = CostLine.objects.get()
    gone = {**row(0, **MEMO, pk=str(line.pk)), "lines-0-DELETE": "on"}
    client.post(PAGE, sheet_of(client, gone, initial=1))
    assert not CostLine.objects.exists()


def test_a_sheet_saved_by_somebody_else_meanwhile_answers_409_and_keeps_what_was_written(maker: User) -> None:
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": ""})
    posted = sheet_of(client, row(0, **MEMO))
    facts = LineFacts("Husleie", Decimal(228000))
    base.add_cost_line(cost_base=CostBase.objects.get(), facts=facts, by=maker, now=NOW)
    answer = client.post(PAGE, posted)
    assert answer.status_code == 409
    assert 'value="Drift"' in answer.content.decode()
    assert CostLine.objects.get().label == "Husleie"


def test_a_day_with_billed_work_is_refused_at_the_field(maker: User) -> None:
    builders.rate(maker=maker)
    client, second = browser(maker), browser(builders.administrator())
    client.post(f"{PAGE}start/", {"copy": "newest"})
    [draft] = CostBase.objects.filter(rate_version=None)
    base.submit_cost_base(cost_base=draft, by=maker, now=NOW)
    answer = second.post(f"{PAGE}adopt/", {"valid_from": "01.01.2026", "seen": seen(second)})
    assert answer.status_code == 422
    assert 'href="#id_valid_from"' in answer.content.decode()
    assert 'value="01.01.2026"' in answer.content.decode()


def test_last_years_figures_stand_beside_this_years(maker: User) -> None:
    """2025: 710 565.11 / 768 = 925.21; 2026: 959.76. The change is +34.55 (picture 06)."""
    costs = {
        2025: ((1_788_000, 222_000, 141_000, 116_000, 143_000), 960, 768),
        2026: ((1_860_000, 228_000, 146_000, 118_000, 148_000), 1000, 800),
    }
    adopter = builders.administrator()
    for year, (amounts, part, hours) in costs.items():
        made = base.draft_cost_base(year=year, service="advice", by=maker, now=NOW)
        for label, amount in zip(("Lønn", "Lokaler", "IKT", "Reiser", "Regnskap"), amounts, strict=True):
            facts = LineFacts(label, Decimal(amount), 3, Decimal(part), Decimal(3256), "timer", "budsjett")
            base.add_cost_line(cost_base=made, facts=facts, by=maker, now=NOW)
        base.change_cost_base(cost_base=made, facts=base.BaseFacts(billable_hours=Decimal(hours)), by=maker, now=NOW)
        base.submit_cost_base(cost_base=made, by=maker, now=NOW)
        if year == 2025:
            adopt_rate(cost_base=made, valid_from=date(2025, 1, 1), by=adopter, now=NOW)
    shown = browser(adopter).get(PAGE).context["sheet"]
    assert shown.attributed == Decimal("767813.27")
    assert (shown.before, shown.amount, shown.change) == (2_410_000, 2_500_000, 90_000)
    assert [row.attributed for row in shown.rows] == [
        Decimal(x) for x in ("571253.07", "70024.57", "44840.29", "36240.79", "45454.55")
    ]
    changed = shown.rate_change
    assert (changed.before, changed.change, changed.percent) == (
        Decimal("925.21"),
        Decimal("34.55"),
        Decimal("3.7"),
    )
    parts = {part.label: part.change for part in changed.parts}
    assert (parts["Lønn"], parts["Lokaler"], parts["Reiser"]) == (Decimal("27.64"), Decimal("2.30"), Decimal("0.77"))
    assert sum(part.change for part in changed.parts) == Decimal("34.55")


def test_the_cost_base_is_the_administrators() -> None:
    builders.rate()
    advisor = browser(builders.advisor())
    for page in ("/selfcost/", PAGE, f"{PAGE}adopt/"):
        assert advisor.get(page).status_code == 403


@pytest.mark.parametrize("page", ["/selfcost/1999/advice/", "/selfcost/2026/cakes/", "/selfcost/2026/advice/9/"])
def test_what_is_no_page_is_not_found(maker: User, page: str) -> None:
    assert browser(maker).get(page).status_code == 404


def test_the_sheet_asks_no_more_for_many_costs_than_for_one(maker: User) -> None:
    client = browser(maker)
    made = base.draft_cost_base(year=2026, service="advice", by=maker, now=NOW)
    counts = []
    for times in (1, 9):
        for number in range(times):
            facts = LineFacts(f"Kostnad {times}.{number}", Decimal(100))
            base.add_cost_line(cost_base=made, facts=facts, by=maker, now=NOW)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_overview_asks_no_more_for_many_years_than_for_one(maker: User) -> None:
    client = browser(maker)
    counts = []
    for years in ((2020,), (2021, 2022, 2023, 2024)):
        for year in years:
            builders.rate(valid_from=date(year, 1, 1), maker=maker)
        client.get("/selfcost/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/selfcost/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_both_values_of_a_sheet_saved_meanwhile_are_shown_and_saving_again_keeps_ones_own(maker: User) -> None:
    client, other = browser(maker), browser(builders.administrator())
    client.post(f"{PAGE}start/", {"copy": ""})
    client.post(PAGE, sheet_of(client, row(0, **MEMO)))
    line = CostLine.objects.get()
    mine, theirs = (
        sheet_of(client, row(0, **(MEMO | {"amount": amount, "pk": str(line.pk)})), initial=1)
        for amount in ("101 000", "102 000")
    )
    assert other.post(PAGE, theirs).status_code == 302
    facts = LineFacts("Husleie", Decimal(228000))
    base.add_cost_line(cost_base=CostBase.objects.get(), facts=facts, by=maker, now=NOW)
    answer = client.post(PAGE, mine)
    text = " ".join(answer.content.decode().replace("\xa0", " ").split())
    assert answer.status_code == 409
    assert "Beløp: 102 000,00" in text
    assert "Beløp: <b>101 000,00</b>" in text
    assert "blir stående: Husleie" in text
    [word] = set(re.findall(r'name="seen" value="(\w+)"', text))
    assert word != mine["seen"]
    assert client.post(PAGE, mine | {"seen": word}).status_code == 302
    amounts = {line.label: line.amount.amount for line in CostLine.objects.all()}
    assert amounts == {"Drift": Decimal(101_000), "Husleie": Decimal(228_000)}


def test_a_sheet_that_comes_twice_adds_its_new_row_once(maker: User) -> None:
    client = browser(maker)
    client.post(f"{PAGE}start/", {"copy": ""})
    posted = sheet_of(client, row(0, **MEMO))
    for _time in range(2):
        assert client.post(PAGE, posted).headers["Location"] == PAGE
    assert CostLine.objects.get().label == "Drift"


def test_starting_twice_leads_to_the_one_draft(maker: User) -> None:
    client = browser(maker)
    for _time in range(2):
        assert client.post(f"{PAGE}start/", {"copy": ""}).headers["Location"] == PAGE
    assert CostBase.objects.count() == 1
    assert "Fortsett med den" in client.get(PAGE).content.decode()
