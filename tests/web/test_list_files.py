"""Every list as a file: the rows of the filters and no others, typed, harmless, bounded, and never an income."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel import list_file
from advisory.kernel.fields import nok
from advisory.kernel.spreadsheet import CSV_TYPE, XLSX_TYPE
from clients.income import IncomeDeclaration
from tests import builders
from tests.access.world import CANARY, World, build

pytestmark = pytest.mark.django_db

STAFF_LISTS = (
    "/organisations/",
    "/organisations/{number}/contacts/",
    "/organisations/{number}/invoices/",
    "/engagements/?whose=all&phase=any",
    "/engagements/{reference}/time/",
    "/time/all/?advisor=",
    "/billing/proposals/",
    "/invoices/",
    "/discounts/",
    "/discounts/pots/",
    "/discounts/pots/{pot}/movements/",
    "/outbox/",
    "/settings/audit/file/",
)
PORTAL_LISTS = (
    "/portal/{number}/engagements/",
    "/portal/{number}/engagements/{reference}/",
    "/portal/{number}/invoices/",
)


def _path(template: str, world: World, kind: str) -> str:
    from billing.models import Pot

    path = template.format(
        number=world.own.organisation.number, reference=world.own.engagement.reference, pot=Pot.objects.get().pk
    )
    return f"{path}{'&' if '?' in path else '?'}file={kind}"


def _csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def _book(content: bytes) -> list[list[Any]]:
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def world(db: None) -> World:
    """Built for each test: others in this file want a house without it."""
    return build()


def test_every_list_is_a_csv_file_and_a_workbook_with_the_same_rows(client: Client, world: World) -> None:
    client.force_login(world.people["administrator"])
    for template in STAFF_LISTS:
        text, book = (client.get(_path(template, world, kind)) for kind in ("csv", "xlsx"))
        assert text.status_code == book.status_code == 200, template
        assert text["Content-Type"] == CSV_TYPE, template
        assert book["Content-Type"] == XLSX_TYPE, template
        assert text["Content-Disposition"].startswith("attachment")
        assert "no-store" in text["Cache-Control"]
        rows, cells = _csv(text.content), _book(book.content)
        assert len(rows) == len(cells) > 1, template
        assert rows[0] == cells[0], template
        assert book.content == client.get(_path(template, world, "xlsx")).content, template


def test_a_page_of_a_list_leads_to_its_files_with_the_filters(client: Client, world: World) -> None:
    client.force_login(world.people["administrator"])
    page = client.get("/organisations/?q=Bygdekor&page=1").content.decode()
    assert re.findall(r'href="(\?[^"]*file=[^"]*)"', page) == [
        "?q=Bygdekor&amp;file=csv",
        "?q=Bygdekor&amp;file=xlsx",
    ]


def test_the_file_holds_what_the_filters_show_and_all_pages_of_it(client: Client) -> None:
    for number in range(60):
        builders.organisation(f"Korlag {number:02}")
    builders.organisation("Fjellklubben")
    client.force_login(builders.administrator())
    rows = _csv(client.get("/organisations/?q=korlag&sort=-name&page=2&file=csv").content)
    assert [row[1] for row in rows[1:]] == [f"Korlag {number:02}" for number in range(59, -1, -1)]


def test_no_file_of_a_list_holds_an_income(client: Client, world: World) -> None:
    [income] = set(IncomeDeclaration.objects.values_list("total_income", flat=True))
    assert income == nok(612_000).amount
    client.force_login(world.people["administrator"])
    for template in STAFF_LISTS[:-1]:
        content = client.get(_path(template, world, "csv")).content.decode("utf-8-sig")
        assert not re.search(r"612[\s.,]?000", content), template


def test_the_organisation_takes_its_own_rows_and_none_of_anybody_elses(client: Client, world: World) -> None:
    client.force_login(world.own.owner)
    for template in PORTAL_LISTS:
        for kind in ("csv", "xlsx"):
            answer = client.get(_path(template, world, kind))
            assert answer.status_code == 200, template
            shown = str(_csv(answer.content) if kind == "csv" else _book(answer.content))
            assert CANARY not in shown, template
    hours = _csv(client.get(f"/portal/{world.own.organisation.number}/engagements/?file=hours-csv").content)
    assert {row[1] for row in hours[1:]} == {world.own.engagement.reference}
    client.force_login(world.people["reader"])
    assert client.get(_path(PORTAL_LISTS[2], world, "csv")).status_code == 403
    client.force_login(world.foreign.owner)
    assert client.get(_path(PORTAL_LISTS[0], world, "csv")).status_code == 404


def test_amounts_hours_and_days_are_figures_and_days_in_a_workbook(client: Client, world: World) -> None:
    client.force_login(world.people["administrator"])
    heading, *rows = _book(client.get(_path("/invoices/", world, "xlsx")).content)
    amount, issued = heading.index("Beløp"), heading.index("Utstedt")
    invoice = world.own.things["invoice"]
    [row] = [row for row in rows if row[0] == invoice.number]
    assert row[amount] == pytest.approx(float(invoice.total.amount))
    assert isinstance(row[issued], datetime)
    assert row[issued].date() == invoice.issued_on
    heading, *hours = _csv(client.get(_path("/time/all/?advisor=", world, "csv")).content)
    assert {row[heading.index("Timer")] for row in hours} >= {"1,50", "0,50"}
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}", hours[0][0])


def test_headings_follow_the_language_of_the_reader(client: Client, world: World) -> None:
    headings = set()
    for language in ("nb", "nn", "en"):
        client.force_login(builders.administrator(language=language))
        headings.add(tuple(_csv(client.get("/organisations/?file=csv").content)[0][:4]))
    assert len(headings) == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1 a", "@a", "\t=1", " =1", "\uff1d1+1", "\r=1", "|a", "%a"])
def test_no_text_of_a_file_begins_a_formula(client: Client, text: str) -> None:
    organisation = builders.organisation(f"{text}")
    client.force_login(builders.administrator())
    [_heading, row] = _csv(client.get("/organisations/?file=csv").content)
    assert row[1].startswith("'"), row[1]
    [sheet] = openpyxl.load_workbook(io.BytesIO(client.get("/organisations/?file=xlsx").content)).worksheets
    assert sheet["B2"].data_type == "s"
    assert organisation.name.strip() == str(sheet["B2"].value).strip()


def test_a_list_longer_than_a_file_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        builders.organisation(f"Korlag {number}")
    monkeypatch.setattr(list_file, "MOST_ROWS", 2)
    client.force_login(builders.administrator())
    assert "de første 2 radene" in client.get("/organisations/").content.decode()
    assert len(_csv(client.get("/organisations/?file=csv").content)) == 3


@pytest.mark.parametrize("path", ["/organisations/", "/engagements/?whose=all&phase=any", "/time/all/?advisor="])
def test_queries_of_a_file_do_not_follow_its_rows(client: Client, path: str) -> None:
    client.force_login(builders.administrator())
    advisor, counts = builders.advisor(), []
    for upto in (2, 20):
        for number in range(upto):
            work = builders.engagement(builders.organisation(f"Korlag {upto} {number}"), advisor)
            builders.entry(work, 30, date(2026, 10, 1))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"{path}{'&' if '?' in path else '?'}file=csv")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_unknown_kind_of_file_gives_the_page(client: Client) -> None:
    client.force_login(builders.administrator())
    assert client.get("/organisations/?file=exe")["Content-Type"].startswith("text/html")
