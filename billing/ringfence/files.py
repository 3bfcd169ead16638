"""The files of a report: a draft's are made when somebody asks, a closed year's are made once and kept."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel.files import FileContent, facts_of
from advisory.kernel.pdf.sender import sender_on
from advisory.kernel.spreadsheet import XLSX_TYPE
from billing.ringfence import book, pdf
from billing.ringfence.models import FundingReportFile
from billing.ringfence.report import FundingFigures

KINDS = ("pdf", "xlsx")
_TYPES = {"pdf": "application/pdf", "xlsx": XLSX_TYPE}
#: The language of what is kept: the house's own.
HOUSE = "nb"


def render(figures: FundingFigures, kind: str, *, frozen_at: datetime | None, language: str) -> bytes:
    """Give the bytes of a report as `pdf` or `xlsx`; the same figures give the same bytes."""
    sender = sender_on(timezone.localdate(figures.made_at))
    if kind == "pdf":
        return pdf.render(figures, sender, frozen_at=frozen_at, language=language)
    return book.render(figures, seller=sender.name, frozen_at=frozen_at, language=language)


def draft(figures: FundingFigures, kind: str, *, language: str) -> FileContent:
    """A file of figures that are not frozen, for a download: it is not stored."""
    content = render(figures, kind, frozen_at=None, language=language)
    return FundingReportFile(**facts_of(name_of(figures, kind, frozen=False), _TYPES[kind], content))


def kept(figures: FundingFigures, kind: str, *, frozen_at: datetime) -> dict[str, object]:
    """The facts of a file that is kept: name, type, size, hash and bytes."""
    content = render(figures, kind, frozen_at=frozen_at, language=HOUSE)
    with translation.override(HOUSE):
        return facts_of(name_of(figures, kind, frozen=True), _TYPES[kind], content)


def name_of(figures: FundingFigures, kind: str, *, frozen: bool) -> str:
    """«tilskuddsrapport-2026.pdf»; a draft says so in its name."""
    period = str(figures.year) if figures.year else f"{figures.first:%Y-%m-%d}-{figures.last:%Y-%m-%d}"
    name = _("funding-report-%(period)s") % {"period": period}
    status = _("provisional")
    return f"{name}.{kind}" if frozen else f"{name}-{status}.{kind}"
