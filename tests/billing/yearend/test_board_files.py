"""The files of the after-calculation: drafts on demand, kept once when the year is closed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from billing.models import ClosingFile, FundingReport
from billing.yearend import files
from billing.yearend.board import board
from billing.yearend.closing import close_year
from tests import builders
from tests.billing.yearend.memo_year import memo_year
from tests.paper import text

pytestmark = pytest.mark.django_db
FEBRUARY = datetime(2027, 2, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    signed_in = Client(headers={"accept-language": "nb"})
    signed_in.force_login(builders.administrator())
    return signed_in


def test_before_the_year_is_closed_the_files_are_drafts_and_nothing_is_kept(client: Client) -> None:
    memo_year()
    answer = client.get("/selfcost/2026/after/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert "Utkast" in text(answer.content)
    assert "845 283,02" in text(answer.content)
    assert client.get("/selfcost/2026/after/workbook/?service=courses").status_code == 200
    assert not ClosingFile.objects.exists()


def test_closing_keeps_both_files_of_each_service_and_the_funding_report(client: Client) -> None:
    close_year(accounting_year=memo_year(), by=builders.administrator(), now=FEBRUARY)
    assert ClosingFile.objects.count() == 4
    assert FundingReport.objects.get().made_at == FEBRUARY
    kept = ClosingFile.objects.get(result__service="advice", kind="pdf")
    assert kept.name == "etterkalkyle-2026.pdf"
    assert client.get("/selfcost/2026/after/pdf/").content == bytes(kept.content)
    said = text(bytes(kept.content))
    assert "Avsluttet 3. februar 2027" in said
    assert "−30 076,76" in said
    with pytest.raises(DatabaseError), transaction.atomic():
        ClosingFile.objects.update(name="another.pdf")


def test_a_kept_file_is_what_would_be_drawn_again(client: Client) -> None:
    closing = close_year(accounting_year=memo_year(), by=builders.administrator(), now=FEBRUARY)
    for kept in ClosingFile.objects.select_related("result"):
        made = board(2026, kept.result.service, now=FEBRUARY, closed_at=closing.closed_at)
        assert files.render(made, kept.kind, language=files.HOUSE) == bytes(kept.content)


def test_what_is_no_year_or_service_is_not_found_and_advisors_may_not(client: Client) -> None:
    assert client.get("/selfcost/1999/after/pdf/").status_code == 404
    assert client.get("/selfcost/2026/after/pdf/?service=gifts").status_code == 404
    client.force_login(builders.advisor())
    assert client.get("/selfcost/2026/after/pdf/").status_code == 403
