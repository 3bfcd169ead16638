"""The rows of a year's accounts as a workbook with live sums, or as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from advisory.kernel.spreadsheet import Column, Formula, Sheet, Show, csv_file, workbook
from billing.yearend.actual import Row
from billing.yearend.models import Destination


def accounts_workbook(year: int, rows: Sequence[Row], *, made_at: datetime) -> bytes:
    """Two sheets: the rows, and the sum of each destination as a formula over them."""
    lines = Sheet(
        _("Accounts %(year)s") % {"year": year},
        [Column(heading, Show.MONEY if index == 2 else Show.TEXT) for index, heading in enumerate(_heading())],
        [_values(row) for row in rows],
    )
    last = max(lines.first_row + len(rows) - 1, lines.first_row)
    quoted = lines.title.replace("'", "''")

    def span(column: str) -> str:
        return f"'{quoted}'!{column}{lines.first_row}:{column}{last}"

    sums: list[list[Any]] = []
    for label in (_("Not placed yet"), *(str(each.label) for each in Destination)):
        place = len(sums) + 2
        sums.append([label, Formula(f"=SUMIF({span('D')},A{place},{span('C')})")])
    sums.append([_("Sum"), Formula(f"=SUM(B2:B{len(sums) + 1})")])
    by_destination = Sheet(
        _("Sums"),
        [Column(_("Goes to"), width=44), Column(_("Amount"), Show.MONEY)],
        sums,
        bold=frozenset({len(sums) - 1}),
    )
    return workbook([lines, by_destination], title=lines.title, made_at=made_at)


def accounts_csv(rows: Sequence[Row]) -> bytes:
    """The same rows as CSV."""
    return csv_file(_heading(), [_values(row) for row in rows])


def _heading() -> list[str]:
    return [_("Account"), _("Name"), _("Amount"), _("Goes to"), _("Source"), _("From")]


def _values(row: Row) -> list[Any]:
    goes_to = str(Destination(row.destination).label) if row.destination else _("Not placed yet")
    origin = _("trial balance") if row.imported else _("by hand")
    return [row.account, row.label, row.amount, goes_to, row.source, origin]
