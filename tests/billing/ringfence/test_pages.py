"""The pages of the ring-fence report: what an administrator sees, and what each figure leads to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import FundingReport, YearClosing
from billing.ringfence import snapshot
from tests import builders
from tests.billing.ringfence.arrange import MemoYear, memo_year

pytestmark = pytest.mark.django_db
CLOSED = datetime(2027, 2, 3, 8, 12, tzinfo=UTC)


@pytest.fixture
def arranged() -> MemoYear:
    return memo_year()


@pytest.fixture
def client(arranged: MemoYear) -> Client:
    signed_in = Client(headers={"accept-language": "nb"})
    signed_in.force_login(arranged.administrator)
    return signed_in


def said(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode().replace("\u00a0", " ")


def test_the_years_report_shows_the_matrix_and_its_checks(client: Client) -> None:
    page = said(client, "/reports/funding/2026/")
    for figure in ("917 735,85", "627 924,53", "845 283,02", "169 056,60", "2 560 000,00", "29 487,02", "633 441,60"):
        assert figure in page
    assert "Ingen krone går på tvers" in page
    assert "6 av 6 i orden" in page
    assert "Foreløpig" in page


def test_a_failing_check_comes_first_and_leads_to_what_is_wrong(client: Client, arranged: MemoYear) -> None:
    arranged.accounts.lines.filter(destination="project").delete()
    page = said(client, "/reports/funding/2026/")
    assert page.index("Område 4 mangler 169 056,60 kr i egne midler") < page.index("Hver time har ett område")
    assert "4 av 6 i orden" in page


def test_figures_lead_to_the_rows_they_sum(client: Client) -> None:
    page = said(client, "/reports/funding/2026/")
    assert "/reports/funding/hours/?from=2026-01-01&amp;to=2026-12-31&amp;area=4" in page
    hours = said(client, "/reports/funding/hours/?from=2026-01-01&to=2026-12-31&area=4")
    assert "210,0 timer" in hours
    lines = said(client, "/reports/funding/lines/?from=2026-01-01&to=2026-12-31&area=3")
    assert "403 099,20" in lines
    assert "4 linjer" in lines


def test_a_pots_row_leads_to_the_lines_it_paid(client: Client, arranged: MemoYear) -> None:
    lines = said(client, f"/reports/funding/lines/?from=2026-01-01&to=2026-12-31&pot={arranged.pot.pk}")
    # 25, 50 and 70 percent off; nobody at full price.
    assert "3 linjer" in lines
    assert "67 183,20" in lines
    assert "403 099,20" not in lines


def test_any_period_has_a_report_that_says_what_it_cannot_give(client: Client) -> None:
    page = said(client, "/reports/funding/?from=01.01.2026&to=30.06.2026")
    assert "Regnskap og tilskudd gjelder hele kalenderår." in page
    assert "kan ikke oppgis" in page
    assert "633 441,60" in page


@pytest.mark.parametrize(
    "query", ["from=01.03.2026&to=01.01.2026", "from=tull&to=01.01.2026", "from=&to=", "to=1.1.2026"]
)
def test_what_is_no_period_is_asked_again_with_what_was_written(client: Client, query: str) -> None:
    page = said(client, f"/reports/funding/?{query}", 422)
    assert "<title>Feil: " in page
    for path in ("hours", "lines", "pdf", "workbook"):
        said(client, f"/reports/funding/{path}/?{query}", 422)


def test_a_year_without_data_says_so_and_one_out_of_bounds_is_not_found(client: Client) -> None:
    assert "Ingen time, kostnad eller betaling er ført" in said(client, "/reports/funding/2031/")
    said(client, "/reports/funding/1999/", 404)
    said(client, "/reports/funding/2101/", 404)


def test_the_list_shows_each_year_with_its_status(client: Client, arranged: MemoYear) -> None:
    assert "Foreløpig" in said(client, "/reports/funding/")
    _freeze(arranged)
    assert "Låst 03.02.2027" in said(client, "/reports/funding/")


def test_files_of_a_draft_are_made_when_asked_for(client: Client) -> None:
    answer = client.get("/reports/funding/2026/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert "forel" in answer["Content-Disposition"]
    for path in ("/reports/funding/2026/workbook/", "/reports/funding/workbook/?from=2026-01-01&to=2026-03-31"):
        assert client.get(path)["Content-Type"].endswith("sheet")
    assert client.get("/reports/funding/pdf/?from=2026-01-01&to=2026-03-31").content.startswith(b"%PDF")


def test_a_closed_year_shows_what_was_frozen_and_what_has_changed(client: Client, arranged: MemoYear) -> None:
    report = _freeze(arranged)
    assert "Ingenting er endret" in said(client, "/reports/funding/2026/")
    builders.entry(builders.activity(funding_area=2), 90, date(2026, 12, 30), advisor=arranged.advisor)
    page = said(client, "/reports/funding/2026/")
    assert "Låst 03.02.2027 kl. 09.12" in page
    assert "Timer, 2 Møteplass" in page
    assert "781,5" in page
    assert "627 924,53" in page
    assert client.get("/reports/funding/2026/pdf/").content == bytes(report.files.get(kind="pdf").content)
    assert client.get("/reports/funding/2026/workbook/").content == bytes(report.files.get(kind="xlsx").content)


def test_advisors_do_not_see_it(arranged: MemoYear) -> None:
    client = Client()
    client.force_login(arranged.advisor)
    for path in ("", "2026/", "hours/", "lines/", "pdf/"):
        assert client.get(f"/reports/funding/{path}").status_code == 403


@pytest.mark.parametrize("path", ["hours/?from=2026-01-01&to=2026-12-31", "lines/?from=2026-01-01&to=2026-12-31", ""])
def test_lists_ask_the_database_the_same_number_of_times_however_long(
    client: Client, arranged: MemoYear, path: str
) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(f"/reports/funding/{path}")
    for place in range(4):
        work = builders.engagement(builders.organisation(f"Ny {place}"), builders.advisor())
        builders.entry(work, 60, date(2026, 1, 1))
    with CaptureQueriesContext(connection) as more:
        client.get(f"/reports/funding/{path}")
    assert len(more) == len(few)


def _freeze(arranged: MemoYear) -> FundingReport:
    closing = YearClosing.objects.create(
        accounting_year=arranged.accounts, figures={}, closed_at=CLOSED, closed_by=arranged.administrator
    )
    return snapshot.take(closing, by=arranged.administrator, now=CLOSED)


def test_costs_and_grants_lead_to_the_accounts(client: Client) -> None:
    page = said(client, "/reports/funding/2026/")
    for path in ("/selfcost/2026/accounts/", "/selfcost/2026/accounts/costs/area_1/"):
        assert f'href="{path}"' in page
        said(client, path)
