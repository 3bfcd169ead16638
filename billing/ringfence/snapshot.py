"""The report of a year as it is when the year is closed: figures and files, kept for good."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from advisory.kernel import audit
from advisory.kernel.users import User
from billing.ringfence import files
from billing.ringfence.figures import live
from billing.ringfence.models import FundingReport, FundingReportFile
from billing.ringfence.report import from_json, to_json
from billing.yearend.models import YearClosing


@transaction.atomic
def take(closing: YearClosing, *, by: User, now: datetime) -> FundingReport:
    """Freeze the report of the closing's year with its PDF and workbook; taking it again gives the one there is.

    Called in the transaction that closes the year, when its results and the fund's entries are written.
    """
    there = FundingReport.objects.filter(closing=closing).first()
    if there is not None:
        return there
    year = closing.accounting_year.year
    figures = live(date(year, 1, 1), date(year, 12, 31), now=now)
    report = FundingReport.objects.create(
        closing=closing,
        first=figures.first,
        last=figures.last,
        figures=to_json(figures),
        made_at=now,
        made_by=by,
    )
    for kind in files.KINDS:
        FundingReportFile.objects.create(
            report=report, kind=kind, made_at=now, **files.kept(figures, kind, frozen_at=now)
        )
    audit.record("funding_report.freeze", report, by=by, now=now, after={"year": year})
    return report


def again(report: FundingReport, kind: str) -> bytes:
    """Draw a kept file anew from the kept figures: the same bytes as the file's."""
    return files.render(from_json(report.figures), kind, frozen_at=report.made_at, language=files.HOUSE)
