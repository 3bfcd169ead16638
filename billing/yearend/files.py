"""The board's PDF and the workbook: a draft's are made when somebody asks, a closed year's once, and kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from advisory.kernel.files import FileContent, facts_of
from advisory.kernel.pdf.sender import sender_on
from advisory.kernel.spreadsheet import XLSX_TYPE
from billing.yearend import book, pdf
from billing.yearend.board import Board, board, day_of
from billing.yearend.models import ClosingFile, ServiceResult, YearClosing
from engagements.work.models import SelfcostService

KINDS = ("pdf", "xlsx")
_TYPES = {"pdf": "application/pdf", "xlsx": XLSX_TYPE}
#: The language of what is kept: the house's own.
HOUSE = "nb"


def render(made: Board, kind: str, *, language: str) -> bytes:
    """Give the bytes of `pdf` or `xlsx`; the same value gives the same bytes."""
    sender = sender_on(day_of(made))
    if kind == "pdf":
        return pdf.render(made, sender, language=language)
    return book.render(made, seller=sender.name, language=language)


def file_of(year: int, service: str, kind: str, *, now: datetime, language: str) -> FileContent:
    """The kept file of a closed year, else a draft of how the books stand, which is not stored."""
    kept = ClosingFile.objects.filter(
        result__closing__accounting_year__year=year, result__service=service, kind=kind
    ).first()
    if kept is not None:
        return kept
    made = board(year, service, now=now)
    return ClosingFile(**_facts(made, kind, language))


@transaction.atomic
def keep(closing: YearClosing, *, now: datetime) -> list[ClosingFile]:
    """Draw and keep the files of each service's result. Called in the transaction that closes the year, last of all."""
    year = closing.accounting_year.year
    kept = []
    for result in ServiceResult.objects.filter(closing=closing).order_by("service"):
        made = board(year, result.service, now=now, closed_at=closing.closed_at)
        for kind in KINDS:
            facts = _facts(made, kind, HOUSE)
            kept.append(ClosingFile.objects.create(result=result, kind=kind, made_at=now, **facts))
    return kept


def _facts(made: Board, kind: str, language: str) -> dict[str, object]:
    with translation.override(language):
        name = _("after-calculation-%(year)s") % {"year": made.figures.year}
        if made.figures.service != SelfcostService.ADVICE:
            name += f"-{SelfcostService(made.figures.service).label}"
        if made.closed_at is None:
            name += "-" + _("draft")
    return facts_of(f"{name}.{kind}", _TYPES[kind], render(made, kind, language=language))
