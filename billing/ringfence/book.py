"""The ring-fence report as a workbook: the matrix with live sums, services, organisations, pots and checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from advisory.kernel import show
from advisory.kernel.spreadsheet import Column, Formula, Sheet, Show, workbook
from billing.ringfence.report import AREAS, FundingFigures
from billing.ringfence.words import (
    area_name,
    breakdowns,
    check_words,
    count_text,
    finding_sentence,
    missing_sentence,
    source_name,
)


def render(figures: FundingFigures, *, seller: str, frozen_at: datetime | None, language: str) -> bytes:
    """Give the XLSX of the report; the same figures give the same bytes."""
    with translation.override(language):
        intro = _intro(figures, seller, frozen_at, language)
        sheets = [
            _matrix(figures, intro),
            _services(figures),
            _organisations(figures),
            _pots(figures),
            _checks(figures),
        ]
        return workbook(sheets, title=intro[0], made_at=timezone.localtime(figures.made_at))


def _intro(figures: FundingFigures, seller: str, frozen_at: datetime | None, language: str) -> list[str]:
    period = str(figures.year) if figures.year else show.period(figures.first, figures.last, language)
    moment = show.moment(timezone.localtime(figures.made_at), language)
    lines = [
        _("Funding report %(period)s") % {"period": period},
        _("Figures as of %(moment)s, from the books of %(name)s.") % {"moment": moment, "name": seller},
        finding_sentence(figures),
    ]
    if frozen_at is None:
        lines.append(_("Provisional: they may change until the year is closed."))
    else:
        lines.append(_("The year is closed, and the figures are kept as they were."))
    return [*lines, *(missing_sentence(each) for each in figures.missing)]


def _matrix(figures: FundingFigures, intro: Sequence[str]) -> Sheet:
    columns = [
        Column("", width=44),
        *(Column(area_name(area), Show.MONEY) for area in AREAS),
        Column(_("Sum"), Show.MONEY),
    ]
    sheet = Sheet(_("Areas"), columns, [], intro)
    rows: list[list[object]] = []

    def add(label: str, values: Sequence[object]) -> int:
        number = sheet.first_row + len(rows)
        rows.append([label, *values, Formula(f"=SUM(B{number}:E{number})")])
        return number

    add(_("Hours"), [Decimal(minutes) / 60 for minutes in figures.minutes])
    cost = add(_("Cost"), figures.cost) if figures.cost is not None else None
    first = sheet.first_row + len(rows)
    for row in figures.financing:
        add(source_name(row, figures.financing), row.amounts)
    last = sheet.first_row + len(rows) - 1
    bold = {len(rows)}
    label = _("Sum of what was paid") if cost is None else _("Sum of financing")
    total = add(label, [_sum(column, first, last) for column in "BCDE"])
    if cost is not None:
        bold.add(len(rows))
        add(_("Cost less financing: must be zero"), [Formula(f"={column}{cost}-{column}{total}") for column in "BCDE"])
    return Sheet(sheet.title, columns, rows, intro, frozenset(bold))


def _sum(column: str, first: int, last: int) -> object:
    return Formula(f"=SUM({column}{first}:{column}{last})") if last >= first else Decimal(0)


def _services(figures: FundingFigures) -> Sheet:
    columns = [
        Column(_("Service")),
        Column(_("Area"), width=24),
        Column(_("Kind of work"), width=18),
        Column(_("Engagements"), width=16),
        Column(_("Hours"), Show.HOURS),
    ]
    language = translation.get_language() or "nb"
    rows: list[list[object]] = [
        [
            use.name_in(language),
            area_name(use.area),
            _("internal work") if use.internal else _("for organisations"),
            "" if use.internal else count_text(use.engagements),
            Decimal(use.minutes) / 60,
        ]
        for use in figures.services
    ]
    first = Sheet(_("Services"), columns, []).first_row
    rows.append([_("Sum"), "", "", "", _sum("E", first, first + len(rows) - 1)])
    return Sheet(_("Services"), columns, rows, bold=frozenset({len(rows) - 1}))


def _organisations(figures: FundingFigures) -> Sheet:
    columns = [Column(_("Divided by"), width=34), Column(_("Group")), Column(_("Organisations"), width=18)]
    rows: list[list[object]] = [[_("All"), "", _count(figures.organisations)]]
    for part in breakdowns(figures):
        rows += [[part.title, row.label, row.count if row.number is None else row.number] for row in part.rows]
    note = _(
        "Counted once, where hours were recorded for them. Groups of fewer than five are hidden, and another one"
        " where they could be worked out from the sum."
    )
    return Sheet(_("Organisations"), columns, rows, [note])


def _count(count: int | None) -> object:
    return count_text(None) if count is None else count


def _pots(figures: FundingFigures) -> Sheet:
    columns = [
        Column(_("Pot")),
        Column(_("Funder")),
        Column(_("Frame"), Show.MONEY),
        Column(_("Paid"), Show.MONEY),
    ]
    rows: list[list[object]] = [[pot.name, pot.funder, pot.frame, pot.used] for pot in figures.pots]
    first = Sheet(_("Discounts"), columns, []).first_row
    last = first + len(rows) - 1
    rows.append([_("Sum"), "", _sum("C", first, last), _sum("D", first, last)])
    return Sheet(_("Discounts"), columns, rows, bold=frozenset({len(rows) - 1}))


def _checks(figures: FundingFigures) -> Sheet:
    columns = [Column(_("Outcome"), width=16), Column(_("Check"), width=70), Column(_("Detail"), width=50)]
    rows = []
    for check in figures.checks:
        words = check_words(check)
        outcome = pgettext("check", "In order") if check.holds else pgettext("check", "Failing")
        rows.append([outcome if check.known else show.UNKNOWN, words.sentence, words.detail])
    return Sheet(_("Checks"), columns, rows)
