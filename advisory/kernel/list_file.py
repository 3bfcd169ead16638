"""A list as a file: the rows that the page's filters show, all pages of them, as CSV or as a workbook.

A view that draws a list hands the same rows to `list_file` and returns what it gives where the address asks for a
file (`?file=csv`, `?file=xlsx`); so whoever may read the list may download it, and nobody else. `{% downloads %}`
draws the links. The same rows on the same day in the same language give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import spreadsheet
from advisory.kernel.money import half_up
from advisory.kernel.spreadsheet import CSV_TYPE, XLSX_TYPE, Sheet, Show, csv_file, workbook

#: So many rows a file holds at most: the first in the list's order. The page says so where there are more.
MOST_ROWS = 10_000
PARAMETER = "file"
CSV, XLSX = "csv", "xlsx"
# What is looked up for rows is looked up for so many at a time.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list's file: `value(row)` gives text, a figure, a day, or None where nothing is known.

    `show` says what it is: MONEY in kroner and HOURS as decimal hours are written with two decimals.
    """

    heading: StrOrPromise
    value: Callable[[Any], Any]
    show: Show = Show.TEXT
    width: int | None = None


def list_file(
    request: HttpRequest,
    *,
    on: date,
    name: str,
    title: str,
    columns: Sequence[ListColumn],
    rows: Iterable[Any],
    enriched: Callable[[list[Any]], Iterable[Any]] | None = None,
    which: str = "",
) -> HttpResponse | None:
    """The file that the address asks for, or None where it asks for the page.

    `name` begins the file's name, `on` ends it, and `title` names the sheet. `enriched` turns
    some hundred rows at a time into what the columns read, so that the number of queries follows the hundreds. A page
    with two lists tells them apart by `which`: the second answers `?file=hours-csv`.
    """
    kind = _asked(request, which)
    if not kind:
        return None
    content = _content(kind, title, columns, [_cells(columns, row) for row in _some(rows, enriched)], on)
    response = HttpResponse(content, content_type=CSV_TYPE if kind == CSV else XLSX_TYPE)
    file_name = f"{name}-{on.isoformat()}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def minutes_as_hours(minutes: int | None) -> Decimal | None:
    """Whole minutes as hours with two decimals, half up: a third of an hour is 0,33."""
    return None if minutes is None else half_up(Fraction(minutes, 60))


def yes_or_no(value: bool) -> str:
    """A tick in words."""
    return _("yes") if value else _("no")


def _asked(request: HttpRequest, which: str) -> str:
    asked = request.GET.get(PARAMETER, "")
    kind = asked.removeprefix(f"{which}-") if which else asked
    return kind if kind in (CSV, XLSX) and asked == (f"{which}-{kind}" if which else kind) else ""


def _some(rows: Iterable[Any], enriched: Callable[[list[Any]], Iterable[Any]] | None) -> Iterator[Any]:
    # One query for all of a queryset; a slice keeps the bound in the database.
    kept = iter(rows[:MOST_ROWS] if isinstance(rows, QuerySet | list) else islice(rows, MOST_ROWS))
    if enriched is None:
        yield from kept
        return
    while chunk := list(islice(kept, _CHUNK)):
        yield from enriched(chunk)


def _cells(columns: Sequence[ListColumn], row: Any) -> list[Any]:
    return [_typed(column, column.value(row)) for column in columns]


def _typed(column: ListColumn, value: Any) -> Any:
    if value is None or value == "":
        return None
    if column.show in (Show.MONEY, Show.HOURS):
        return half_up(Decimal(getattr(value, "amount", value)))
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, bool):
        return yes_or_no(value)
    return value if isinstance(value, int | Decimal | date) else str(value)


def _content(kind: str, title: str, columns: Sequence[ListColumn], rows: list[list[Any]], on: date) -> bytes:
    headings = [str(column.heading) for column in columns]
    if kind == CSV:
        return csv_file(headings, rows)
    drawn = [
        spreadsheet.Column(heading, column.show, column.width)
        for heading, column in zip(headings, columns, strict=True)
    ]
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    return workbook([Sheet(title, drawn, rows)], title=title, made_at=midnight)
