"""The what-if page: with nothing changed it gives history to the øre, and it never writes."""

from __future__ import annotations

import random
import re
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.fields import sum_of
from advisory.kernel.users import User
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice, InvoiceLine
from billing.models import PotEntry
from billing.whatif.history import history_of
from billing.whatif.replay import Change, replay
from billing.whatif.result import compare
from billing.yearend.income import income_of_work
from engagements.models import TimeEntry
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def a_year(dice: random.Random) -> None:
    """Hours of six organisations in four tiers, three runs, credit notes of both kinds, two pots, hours left over."""
    administrator, advisor = builders.administrator(), builders.advisor()
    builders.seller(created_by=administrator)
    builders.rate(maker=administrator)
    builders.rate(maker=administrator, amount="977.77", valid_from=date(2026, 7, 1))
    builders.tier_table(by=administrator)
    # The first cannot pay all of it, so that lines are paid by two.
    builders.pot(f"{dice.randrange(500, 3000)}.37", name="Gave", by=administrator, rank=1)
    builders.pot(name="Grunntilskudd", by=administrator)
    works = []
    for number, tier in enumerate(("T1", "T2", "T3", "T0", "T1", "")):
        organisation = builders.organisation(f"Lag {number}")
        if tier:
            builders.decision(organisation, tier, by=administrator)
        works.append(builders.engagement(organisation, advisor, minutes_agreed=None))
    for month in (3, 6, 9):
        for work in works:
            for _turn in range(dice.randrange(1, 4)):
                builders.entry(work, dice.randrange(1, 400), date(2026, month, dice.randrange(1, 29)))
        drafts = gather(up_to=date(2026, month, 28), by=administrator, now=NOW)
        assert not issue({draft.pk: None for draft in drafts}, by=administrator, now=NOW).failures
        for invoice in dice.sample(list(Invoice.objects.uncredited()), 2):
            credit(invoice, reason="Feil", release_hours=dice.random() < 0.5, by=administrator, now=NOW)
    for work in works:
        builders.entry(work, dice.randrange(1, 400), date(2026, 10, dice.randrange(1, 29)))


@pytest.mark.parametrize("seed", range(5))
def test_with_nothing_changed_it_gives_history_to_the_ore(seed: int) -> None:
    a_year(random.Random(seed))
    history = history_of(2026, "advice", on=TODAY)
    found = replay(history.pieces, history.pots, history.may_pay, Change())
    lines = InvoiceLine.objects.all()
    assert found.issued.gross == sum_of(lines, "gross")
    assert found.issued.discount == sum_of(lines, "discount")
    assert found.issued.net == sum_of(lines, "net")
    assert found.issued.minutes == lines.aggregate(minutes=Sum("minutes"))["minutes"]
    for pot in found.pots:
        moved = PotEntry.objects.filter(pot=pot.pot.pk, kind__in=("draw", "refund"))
        assert pot.used_issued == -sum_of(moved, "amount")
    income = income_of_work(2026, "advice")
    assert found.issued.net == income.issued.net
    accrued = income.accrued
    assert (found.not_issued.minutes, found.not_issued.gross) == (accrued.minutes, accrued.gross)
    assert found.not_issued.discount == accrued.discount
    assert found.total.gross == income.total.gross
    for row in found.payers:
        own = lines.filter(invoice__organisation=row.payer.pk)
        unissued = [line.net for line in income.accrued_lines if line.organisation == row.payer.name]
        assert row.priced.net == sum_of(own, "net") + sum(unissued, Decimal(0))
    assert not any(figure.difference for figure in compare(history, Change()).figures)


def test_the_result_is_income_at_full_price_less_self_cost() -> None:
    a_year(random.Random(7))
    history = history_of(2026, "advice", on=TODAY)
    figures = {figure.code: figure for figure in compare(history, Change(rate=Decimal("0.00"))).figures}
    # The memo's plan, and no accounts yet.
    assert (history.self_cost, history.is_actual) == (Decimal("767813.27"), False)
    assert figures["result"].now == Decimal("-767813.27")
    assert figures["result"].was == figures["income"].was - Decimal("767813.27")


# --- The page


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(builders.administrator(language="nb"))
    return client


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_the_page_reads_and_never_writes(browser: Client) -> None:
    a_year(random.Random(1))
    before = counts()
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get("/selfcost/what-if/?year=2026&rate=1100,00&hours=10&percent_T1=60&limit_T2=400000")
    assert answer.status_code == 200
    assert {query["sql"].split(" ", 1)[0] for query in queries} == {"SELECT"}
    assert counts() == before


def test_nothing_changed_is_said_and_a_change_is_shown_with_those_who_feel_it(browser: Client) -> None:
    a_year(random.Random(2))
    assert "Ingenting er endret" in browser.get("/selfcost/what-if/").content.decode()
    page = browser.get("/selfcost/what-if/?year=2026&service=advice&percent_T1=0").content.decode()
    assert "2 organisasjoner ville betalt mer" in page
    assert "Hvem som ville merke det mest" in page
    hours = browser.get("/selfcost/what-if/?hours=-100").content.decode()
    assert "Hvem som ville merke det mest" in hours


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("rate=NaN", "id_rate"),
        ("rate=1e400", "id_rate"),
        ("rate=12,345", "id_rate"),
        ("rate=-1", "id_rate"),
        ("hours=-101", "id_hours"),
        ("hours=1e400", "id_hours"),
        ("percent_T1=101", "id_percent_T1"),
        ("percent_T1=NaN", "id_percent_T1"),
        ("limit_T2=mye", "id_limit_T2"),
    ],
)
def test_what_is_no_figure_is_told_at_its_field_and_kept(browser: Client, query: str, field: str) -> None:
    builders.rate()
    builders.tier_table()
    answer = browser.get(f"/selfcost/what-if/?{query}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert f'id="{field}_error"' in page
    assert f'value="{query.split("=")[1]}"' in page


def test_the_tiers_have_the_names_people_know_and_the_sums_are_grouped(browser: Client) -> None:
    a_year(random.Random(2))
    page = browser.get("/selfcost/what-if/").content.decode()
    assert re.search('name="limit_T3"[^>]* value="1\xa0000\xa0000"', page)
    assert "Trinn 1" in page
    assert "Full pris" in page
    assert not re.search(r">\s*T[0-3]\b", page)


def test_what_stands_in_the_fields_is_as_it_was_when_it_is_sent_in_any_language(browser: Client) -> None:
    a_year(random.Random(2))
    for language, unchanged in (("nb", "Ingenting er endret"), ("en", "Nothing is changed")):
        User.objects.update(language=language)
        page = browser.get("/selfcost/what-if/").content.decode()
        written = dict(re.findall(r'<input type="text" name="(\w+)"[^>]* value="([^"]*)"', page))
        assert len(written) >= 8
        answer = browser.get("/selfcost/what-if/", written)
        assert answer.status_code == 200
        assert unchanged in answer.content.decode()


def test_the_minus_that_pages_write_is_read(browser: Client) -> None:
    a_year(random.Random(2))
    for minus in ("-", "\u2212"):
        page = browser.get("/selfcost/what-if/", {"hours": f"{minus}100"}).content.decode()
        assert "Hvem som ville merke det mest" in page


def test_two_tiers_with_one_limit_and_a_year_that_is_none_are_refused(browser: Client) -> None:
    builders.rate()
    builders.tier_table()
    answer = browser.get("/selfcost/what-if/?limit_T2=1000000")
    assert answer.status_code == 422
    assert 'id="id_limit_T2_error"' in answer.content.decode()
    assert browser.get("/selfcost/what-if/?year=1812").status_code == 422
    assert browser.get("/selfcost/what-if/?year=2026&service=nothing").status_code == 422


def test_a_year_without_anything_says_so(browser: Client) -> None:
    page = browser.get("/selfcost/what-if/").content.decode()
    assert "Ingen fakturerbare timer er ført i året." in page


def test_the_number_of_queries_does_not_follow_the_hours(browser: Client) -> None:
    a_year(random.Random(3))
    browser.get("/selfcost/what-if/")
    with CaptureQueriesContext(connection) as before:
        browser.get("/selfcost/what-if/")
    for work in {entry.engagement for entry in TimeEntry.objects.select_related("engagement__lead")}:
        assert work is not None
        builders.entry(work, 30, date(2026, 11, 2))
        builders.entry(builders.engagement(builders.organisation(), work.lead), 30, date(2026, 11, 2))
    with CaptureQueriesContext(connection) as after:
        browser.get("/selfcost/what-if/")
    assert len(after) == len(before)
