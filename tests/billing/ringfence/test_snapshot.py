"""The report of a closed year is kept, with its files, and tells what has changed since."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from advisory.kernel.audit import AuditEvent
from billing.models import FundingReport, YearClosing
from billing.ringfence import snapshot
from billing.ringfence.changes import changes
from billing.ringfence.figures import live
from billing.ringfence.report import from_json
from tests import builders
from tests.billing.ringfence.arrange import MemoYear, memo_year
from tests.paper import text

pytestmark = pytest.mark.django_db

CLOSED = datetime(2027, 2, 3, 8, 12, tzinfo=UTC)
LATER = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def closing_of(arranged: MemoYear) -> YearClosing:
    """The row alone: closing itself is tested where it lives."""
    return YearClosing.objects.create(
        accounting_year=arranged.accounts, figures={}, closed_at=CLOSED, closed_by=arranged.administrator
    )


@pytest.fixture
def arranged() -> MemoYear:
    return memo_year()


@pytest.fixture
def report(arranged: MemoYear) -> FundingReport:
    return snapshot.take(closing_of(arranged), by=arranged.administrator, now=CLOSED)


def test_the_frozen_report_is_what_the_books_said_that_day(report: FundingReport) -> None:
    assert (report.first, report.last, report.made_at) == (FIRST, LAST, CLOSED)
    assert from_json(report.figures) == live(FIRST, LAST, now=CLOSED)
    assert AuditEvent.objects.filter(action="funding_report.freeze").count() == 1


def test_drawing_its_files_again_gives_the_same_bytes(report: FundingReport, arranged: MemoYear) -> None:
    builders.entry(builders.activity(funding_area=2), 60, date(2026, 12, 30), advisor=arranged.advisor)
    builders.seller(name="Et annet navn", valid_from=date(2027, 3, 1), created_by=arranged.administrator)
    for file in report.files.all():
        assert bytes(file.content) == snapshot.again(report, file.kind)
    assert sorted(file.name for file in report.files.all()) == [
        "tilskuddsrapport-2026.pdf",
        "tilskuddsrapport-2026.xlsx",
    ]


def test_the_kept_pdf_says_when_it_was_frozen(report: FundingReport) -> None:
    said = text(bytes(report.files.get(kind="pdf").content))
    assert "Låst 3. februar 2027" in said
    assert "845 283,02" in said


def test_taking_it_again_gives_the_one_there_is(report: FundingReport, arranged: MemoYear) -> None:
    assert snapshot.take(report.closing, by=arranged.administrator, now=LATER) == report


def test_nothing_changes_a_frozen_report(report: FundingReport) -> None:
    for attempt in (
        lambda: FundingReport.objects.update(figures={}),
        lambda: report.files.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_nothing_is_told_as_changed_while_nothing_has(report: FundingReport) -> None:
    assert changes(from_json(report.figures), live(FIRST, LAST, now=LATER)) == ()


def test_what_has_changed_since_is_told_with_both_figures(report: FundingReport, arranged: MemoYear) -> None:
    builders.entry(builders.activity(funding_area=2), 90, date(2026, 12, 30), advisor=arranged.advisor)
    told = {change.label: (change.before, change.now) for change in changes(
        from_json(report.figures), live(FIRST, LAST, now=LATER)
    )}  # fmt: skip
    assert told["Timer, 2 Møteplass"] == ("780,0", "781,5")
    # 2 560 000 × 781,5 / 3 181,5 = 628 835,4550.
    assert told["Kostnad, 2 Møteplass"] == ("627\u00a0924,53", "628\u00a0835,45")
    assert "Kontroll" not in told
