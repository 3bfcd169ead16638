"""Tables in and out: CSV and XLSX as people's programs write them, and workbooks that Excel opens right.

In: rows of text from a file somebody uploaded, whatever separator or encoding it has. Out: CSV that a Norwegian
Excel opens by double click, and workbooks whose bytes depend on nothing but what they say. Text that would start a
formula is kept as text in both; only a `Formula` is one.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import openpyxl
from defusedcsv import csv as defused
from django.utils.translation import gettext_lazy as _
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from advisory.kernel import workbook_bounds
from advisory.kernel.errors import DomainError

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHEETS = 20
CSV_TYPE = "text/csv; charset=utf-8"
#: What a program takes for the beginning of a formula, the full-width forms among them.
_OPENERS = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NotATable(DomainError):
    """The file is neither CSV nor XLSX."""

    template = _("«%(name)s» is neither a CSV file nor an XLSX workbook. Save it as one of them and try again.")


class EmptyTable(DomainError):
    """The file has no rows."""

    template = _("«%(name)s» has no rows.")


class TableTooLarge(DomainError):
    """More rows, columns or bytes than a table of ours ever has."""

    template = _("«%(name)s» is too large: at most %(rows)s rows and %(columns)s columns.")

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name, rows=MOST_ROWS, columns=MOST_COLUMNS)


def read_table(name: str, content: bytes) -> list[list[str]]:
    """The rows of the first sheet as text, stripped, without empty rows; numbers with a decimal point, days ISO.

    XLSX by its content, everything else as CSV: UTF-8 or Windows-1252, separated by semicolon, comma or tab.
    Formulas give the value that was saved with them. Raises `NotATable`, `EmptyTable` and `TableTooLarge`.
    """
    return [row for _number, row in read_numbered_table(name, content)]


def read_numbered_table(name: str, content: bytes) -> list[tuple[int, list[str]]]:
    """As `read_table`, each row with the number a spreadsheet shows beside it, for messages that point at a row."""
    rows = _read_workbook(name, content) if content[:2] == b"PK" else _read_csv(name, content)
    kept = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if not kept:
        raise EmptyTable(name=name)
    return kept


def read_sheets(name: str, content: bytes) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Every sheet with its title and its numbered rows, as `read_numbered_table`; a CSV file is one without title.

    Empty sheets are there, without rows. Raises `NotATable`, `EmptyTable` (nothing anywhere) and `TableTooLarge`.
    """
    is_book = content[:2] == b"PK"
    sheets = _read_worksheets(name, content) if is_book else [("", _read_csv(name, content))]
    kept = [(title, [(number, row) for number, row in enumerate(rows, start=1) if any(row)]) for title, rows in sheets]
    if not any(rows for _title, rows in kept):
        raise EmptyTable(name=name)
    return kept


def _read_workbook(name: str, content: bytes) -> list[list[str]]:
    [(_title, rows)] = _read_worksheets(name, content, most=1)
    return rows


def _read_worksheets(name: str, content: bytes, most: int = MOST_SHEETS) -> list[tuple[str, list[list[str]]]]:
    try:
        workbook_bounds.check(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets: list[tuple[str, list[list[str]]]] = []
        for sheet in book.worksheets[:most]:
            room = MOST_ROWS - sum(len(rows) for _title, rows in sheets)
            sheets.append((str(sheet.title), _rows_of(name, sheet, room)))
        return sheets
    except DomainError:
        raise
    except workbook_bounds.TooMuch as error:
        raise TableTooLarge(name=name) from error
    except Exception as error:
        # openpyxl lets out whatever a broken file provokes, of a dozen kinds.
        raise NotATable(name=name) from error


def _rows_of(name: str, sheet: Any, room: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in sheet.iter_rows(values_only=True):
        if len(rows) == room or (len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:])):
            raise TableTooLarge(name=name)
        rows.append([_text(value) for value in row[:MOST_COLUMNS]])
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        # Excel keeps 15 digits: 0.1 + 0.2 is 0.3 to whoever typed it.
        return f"{Decimal(f'{value:.15g}').normalize():f}"
    return str(value).strip()


#: How PDF, RTF and JSON, HTML and XML begin, and no table does: without zero bytes they would pass for one.
_NO_TABLE = (b"%PDF", b"{", b"<")


def _read_csv(name: str, content: bytes) -> list[list[str]]:
    if b"\0" in content or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_NO_TABLE):
        raise NotATable(name=name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    separator = _separator(text)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) == MOST_ROWS or (len(row) > MOST_COLUMNS and any(cell.strip() for cell in row[MOST_COLUMNS:])):
                raise TableTooLarge(name=name)
            rows.append([cell.strip() for cell in row[:MOST_COLUMNS]])
    except csv.Error as error:
        raise NotATable(name=name) from error
    return rows


def _separator(text: str) -> str:
    """The sign that gives most of the first rows the same number of cells: titles above the heading have one cell."""
    lines = [line for line in text.lstrip().splitlines()[:20] if line.strip()]

    def agreeing(sign: str) -> int:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1]
        except csv.Error:
            return 0
        return max((widths.count(each) for each in widths), default=0)

    return max(";\t,", key=agreeing)


class Show(StrEnum):
    """How a column's values are shown; the value says its type, this says its form."""

    TEXT = "text"
    MONEY = "money"
    HOURS = "hours"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"


_FORMATS = {
    Show.MONEY: "#,##0.00",
    Show.HOURS: "#,##0.00",
    Show.NUMBER: "#,##0",
    Show.PERCENT: '0.00" %"',
    Show.DAY: "dd.mm.yyyy",
}
_WIDTHS = {Show.TEXT: 34, Show.MONEY: 18, Show.HOURS: 12, Show.NUMBER: 12, Show.PERCENT: 11, Show.DAY: 13}


class Formula(str):
    """A live formula: `Formula("=SUM(B2:B9)")`. Plain text never becomes one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and form; `width` in characters."""

    heading: str
    show: Show = Show.TEXT
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a heading row, rows of values (text, Decimal, int, date, Formula, None), and rows that are sums.

    `intro` are lines above the heading, with an empty row between; `first_row` tells where the values start. `bold`
    are the indexes of rows that are set in bold with a rule above.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    intro: Sequence[str] = ()
    bold: frozenset[int] = field(default_factory=frozenset)

    @property
    def first_row(self) -> int:
        """The number Excel gives the first row of values."""
        return 2 + (len(self.intro) + 1 if self.intro else 0)


def workbook(sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> bytes:
    """The bytes of an XLSX workbook; the same sheets and moment give the same bytes."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "Selvkost"
    moment = made_at.replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = moment
    for sheet in sheets:
        _write_sheet(book, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return _settled(buffer.getvalue(), moment)


def _write_sheet(book: openpyxl.Workbook, sheet: Sheet) -> None:
    # Excel takes 31 signs and none of these.
    page = book.create_sheet("".join(sign if sign not in "[]:*?/\\" else "-" for sign in sheet.title)[:31])
    for index, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(index)].width = column.width or _WIDTHS[column.show]
    page.freeze_panes = f"A{sheet.first_row}"
    for line in sheet.intro:
        page.append([_cell(page, line, Show.TEXT)])
    if sheet.intro:
        page.append([])
    heading = []
    for column in sheet.columns:
        cell = _cell(page, column.heading, Show.TEXT)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E7EFF1")
        cell.alignment = Alignment(horizontal="left" if column.show is Show.TEXT else "right", wrap_text=True)
        heading.append(cell)
    page.append(heading)
    for number, row in enumerate(sheet.rows):
        cells = [_cell(page, value, column.show) for value, column in zip(row, sheet.columns, strict=True)]
        if number in sheet.bold:
            for cell in cells:
                cell.font = Font(bold=True)
                cell.border = Border(top=Side(style="thin"))
        page.append(cells)


def _cell(page: Any, value: Any, show: Show) -> Cell:
    cell = WriteOnlyCell(page, value=_clean(value) if isinstance(value, str) else value)
    if isinstance(value, str) and not isinstance(value, Formula):
        # openpyxl takes "=1+1" for a formula; said to be text it stays text, also when somebody edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    if not isinstance(value, str) or isinstance(value, Formula):
        cell.number_format = _FORMATS.get(show, "General")
    return cell


def _clean(text: str) -> str:
    """Without the control signs and lone surrogates that XML cannot hold."""
    return type(text)("".join(s for s in text if s in "\t\n" or (s >= " " and not "\ud800" <= s <= "\udfff")))


def _settled(content: bytes, moment: datetime) -> bytes:
    """The archive with one date on all its parts: a workbook does not tell when its bytes were made."""
    settled = io.BytesIO()
    stamp = max((moment.year, moment.month, moment.day, moment.hour, moment.minute, 0), (1980, 1, 1, 0, 0, 0))
    core = b"docProps/core.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.encode() == core:
                data = _with_moment(data, moment)
            part = zipfile.ZipInfo(info.filename, date_time=stamp)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, data)
    return settled.getvalue()


def _with_moment(core: bytes, moment: datetime) -> bytes:
    """openpyxl writes the present moment over `modified` when it saves."""
    stamp = f"{moment.isoformat()}Z".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, core)


def csv_file(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file with a byte order mark, semicolons and decimal commas; formula signs are defused."""
    buffer = io.StringIO(newline="")
    writer = defused.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([_plain(value) for value in heading])
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", errors="replace")


def undefused(text: str) -> str:
    """The text as it was before `csv_file` took the danger out of it."""
    if text[:1] == "'" and text[1:].lstrip().startswith(_OPENERS):
        return text[1:].replace("\\|", "|") if text[1:].startswith(_OPENERS[:6]) else text[1:]
    return text


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        # A number, not text: defusedcsv leaves it, minus and all, and Excel reads the comma.
        return _Number(f"{value:f}".replace(".", ","))
    if isinstance(value, datetime | date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, str):
        text = _clean(value)
        # Behind blanks, and in full width, the writer below does not know them.
        bare = text.lstrip()
        hidden = bare.startswith(_OPENERS) and not text.startswith(_OPENERS[:6])
        return f"'{text}" if hidden else text
    return value


class _Number:
    """A figure as it is written; no text, so nothing in it is defused."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text
