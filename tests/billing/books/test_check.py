"""The books agree, and every check is able to fail: each test breaks one row as a fault would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel import guards
from billing.books import areas, discounts, hours, records, selfcost
from billing.books.check import KEPT, examine, run
from billing.books.finding import Finding, from_json, to_json
from billing.books.models import BooksCheck
from billing.invoicing.models import Invoice, InvoicedHour, InvoiceDraft, InvoiceLine, PotShare
from billing.models import ActualLine, CostLine, FundEntry, Pot, PotEntry, RateVersion
from engagements.models import HourHold, JointHour, TimeEntry
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_books_in_which_everything_has_happened_agree(books: None) -> None:
    found = examine(TODAY)
    assert [(each.check, each.rows) for each in found if not each.agrees] == []
    assert [each.check for each in found] == [
        "draws", "pots", "hours", "rates", "fund", "areas", "chain", "guards",
    ]  # fmt: skip


def test_every_hour_is_counted_where_it_is(books: None) -> None:
    # Logged: 4 x 90, 100 jointly (33 + 67), 45, 30, 15 and 60.
    assert hours.hours(TODAY).facts == {
        "total": "610",
        "billed": "180",  # the third and the fourth
        "written_off": "157",  # the second: 90 and 67
        "ready": "153",  # the first anew, 90 and 33; and 30 of the third
        "blocked": "45",  # the fourth has no address for mail any more
        "deferred": "15",
        "open": "60",
    }


def _first(model: Any, **lookup: Any) -> Any:
    return model.objects.filter(**lookup).order_by("pk")[0]


def _all(model: Any, **changes: Any) -> None:
    model.objects.update(**changes)


BREAKS: list[tuple[str, str, Callable[[], Finding], Callable[[], object]]] = [
    (
        "a draw of another sum",
        "pot_document",
        discounts.draws,
        lambda: PotEntry.objects.filter(kind="draw").update(amount=F("amount") - 1),
    ),
    ("a draw without a document", "pot_document", discounts.draws, lambda: _first(PotEntry, kind="draw").delete()),
    ("a share of another sum", "line", discounts.draws, lambda: PotShare.objects.update(amount=F("amount") + 1)),
    (
        "a header that is not its lines",
        "document",
        discounts.draws,
        lambda: Invoice.objects.update(discount=F("discount") + 1, gross=F("gross") + 1),
    ),
    ("a balance that does not follow", "pot_balance", discounts.pots, lambda: _all(PotEntry, balance=F("balance") + 1)),
    (
        "a movement that is gone",
        "pot_sequence",
        discounts.pots,
        lambda: _first(PotEntry, kind="refund").delete(),
    ),
    (
        "more bound than by engagement",
        "pot_reserved",
        discounts.pots,
        lambda: PotEntry.objects.filter(kind="grant").update(reserved=5),
    ),
    (
        "an hour that a draft lost",
        "lost_proposal",
        lambda: hours.hours(TODAY),
        lambda: HourHold.objects.filter(draft__isnull=False).update(draft=F("draft") + 1000),
    ),
    (
        "a billed hour that nothing holds",
        "hours_sum",
        lambda: hours.hours(TODAY),
        lambda: _first(HourHold, document__isnull=False).delete(),
    ),
    (
        "a billed hour of another length",
        "document_hours",
        lambda: hours.hours(TODAY),
        lambda: TimeEntry.objects.filter(hold__document__isnull=False).update(minutes=F("minutes") + 1),
    ),
    (
        "a specification that lost an hour",
        "document_hours",
        lambda: hours.hours(TODAY),
        lambda: InvoicedHour.objects.all().delete(),
    ),
    (
        "a free hour on a document",
        "not_billable",
        lambda: hours.hours(TODAY),
        lambda: TimeEntry.objects.filter(hold__document__isnull=False).update(billable=False),
    ),
    (
        "a joint hour that is not its parts",
        "joint_hour",
        lambda: hours.hours(TODAY),
        lambda: JointHour.objects.update(minutes=99),
    ),
    ("a rate too high", "rate_above", selfcost.rates, lambda: RateVersion.objects.update(rate=Decimal("959.77"))),
    ("a rate a step too low", "rate_low", selfcost.rates, lambda: RateVersion.objects.update(rate=Decimal("959.75"))),
    (
        "a rate that is not its arithmetic",
        "rate_kept",
        selfcost.rates,
        lambda: RateVersion.objects.update(calculation={"rate": "1.00"}),
    ),
    ("a fund with other layers", "fund_layers", selfcost.fund, lambda: _first(FundEntry, origin=2023).delete()),
    (
        "a fund balance that does not follow",
        "fund_balance",
        selfcost.fund,
        lambda: FundEntry.objects.filter(sequence=2).update(balance=1),
    ),
    (
        "a fund with surplus beside shortfall",
        "fund_signs",
        selfcost.fund,
        lambda: FundEntry.objects.filter(sequence=2).update(amount=-1, balance=999),
    ),
    (
        "area 4 on grant money",
        "area_4",
        areas.areas,
        lambda: ActualLine.objects.filter(destination="project").update(destination="base_grant"),
    ),
    (
        "a base-grant pot for area 4",
        "pot_area",
        areas.areas,
        lambda: Pot.objects.update(funding="base_grant", areas=[3, 4]),
    ),
    (
        "a line of area 4 paid by the base grant",
        "paid_line",
        areas.areas,
        lambda: [Pot.objects.update(funding="base_grant"), InvoiceLine.objects.update(funding_area=4)],
    ),
    ("a cost of another area in the rate", "cost_line", areas.areas, lambda: _all(CostLine, funding_area=1)),
    ("a changed document", "chain", records.chain, lambda: _all(InvoiceLine, text="Noe annet")),
]


@pytest.mark.parametrize(("kind", "check", "fault"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS])
def test_a_fault_is_found_and_named(
    unguarded: None, kind: str, check: Callable[[], Finding], fault: Callable[[], object]
) -> None:
    assert check().agrees
    fault()
    found = check()
    assert not found.agrees
    assert kind in {row.kind for row in found.rows}
    assert from_json(to_json(found)) == found


def test_a_missing_guard_is_found_and_named(unguarded: None) -> None:
    found = records.guarded()
    assert not found.agrees
    assert found.count == len(guards.expected(connection)) > len(found.rows) > 0


def test_more_freed_than_was_bound_is_found(unguarded: None) -> None:
    PotEntry.objects.filter(kind="reserve").update(kind="release", reserved_change=-7)
    kinds = {row.kind for row in discounts.pots().rows}
    assert {"pot_engagement", "pot_bound"} <= kinds


def test_without_a_seller_all_proposals_are_blocked(books: None) -> None:
    found = hours.hours(date(2024, 1, 1))
    assert found.agrees
    assert (found.facts["ready"], found.facts["blocked"]) == ("0", "198")


def test_the_command_says_each_check_in_words_and_fails_on_a_disagreement(unguarded: None) -> None:
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_books", stdout=said)
    assert ended.value.code == 1
    lines = said.getvalue().splitlines()
    assert sum(line.startswith("✓") for line in lines) == 7
    assert next(line for line in lines if line.startswith("✗")).startswith("✗ Databasen verner radene sine.")


def test_the_command_ends_well_where_all_agrees(books: None) -> None:
    said = StringIO()
    call_command("check_books", stdout=said)
    assert "✗" not in said.getvalue()
    assert BooksCheck.objects.get().agrees


def test_the_last_four_hundred_verdicts_are_kept() -> None:
    BooksCheck.objects.bulk_create(
        BooksCheck(checked_at=NOW - timedelta(days=days), agrees=True, findings=[]) for days in range(1, KEPT + 3)
    )
    made = run(NOW)
    assert BooksCheck.objects.count() == KEPT
    assert BooksCheck.objects.first() == made


def test_the_number_of_queries_does_not_follow_the_books(books: None) -> None:
    with CaptureQueriesContext(connection) as before:
        examine(TODAY)
    advisor = builders.advisor()
    for number in range(5):
        builders.entry(builders.engagement(builders.organisation(f"Lag {number}"), advisor), 30)
        builders.pot(name=f"Pott {number}")
    with CaptureQueriesContext(connection) as after:
        examine(TODAY)
    assert len(after) == len(before)


# --- Pages


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(builders.administrator(language="nb"))
    return client


def test_the_page_says_nothing_is_checked_until_somebody_checks(browser: Client, books: None) -> None:
    assert "ikke kontrollert ennå" in browser.get("/settings/books/").content.decode()
    answer = browser.post("/settings/books/run/", follow=True)
    page = answer.content.decode()
    assert "alt stemmer" in page
    assert "Hver time er på ett sted" in page
    assert "10,2 fakturerbare timer = 3,0 fakturert" in page.replace("10,17", "10,2")


def test_what_disagrees_stands_on_the_page_and_on_the_administrators_day(browser: Client, unguarded: None) -> None:
    assert "Kontroll av bøkene" not in browser.get("/today/").content.decode().split("</header>")[-1]
    PotEntry.objects.filter(kind="draw").update(amount=F("amount") - 1)
    page = browser.post("/settings/books/run/", follow=True).content.decode()
    assert "Potter betaler rabattene, og ingenting annet" in page
    assert "«Grunntilskudd 2026», dokument 2026" in page
    assert "Noe stemmer ikke" in browser.get("/today/").content.decode()
    advisor = Client()
    advisor.force_login(builders.advisor(language="nb"))
    assert "Noe stemmer ikke" not in advisor.get("/today/").content.decode()


def test_a_proposal_that_is_gone_holds_lost_hours(books: None) -> None:
    InvoiceDraft.objects.all().delete()
    assert {row.kind for row in hours.hours(TODAY).rows} == {"hours_sum", "lost_proposal"}
