"""The lines of a document as a table: which columns it needs, how high each row is, and which page it goes to.

Laid out first, drawn afterwards. A row is never split; the sums are never parted from each other, and where they
do not fit, the last two rows go with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from advisory.kernel import show
from advisory.kernel.pdf.sheet import BODY, LEFT, NOTE, RIGHT, Sheet, lines_of
from advisory.kernel.pdf.text import cut, cut_lines
from billing.invoicing.document import Document, DocumentLine

# Baselines: the first row below the letterhead, on later pages, and the lowest a row's rule and a sum may stand.
FIRST_ROW, NEXT_PAGE_ROW = 30.5, 12.0
LOWEST_RULE, LOWEST_SUM = 59.0, 59.0
# The model keeps a line's text within this.
LONGEST_TEXT, LONGEST_NOTE = 500, 300
# A row of more lines than these would not fit on a page.
MOST_LINES, MOST_NOTE_LINES = 24, 10


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns the document needs, and their right edges in mm; text has what is left."""

    discount: bool
    vat: bool

    @property
    def text_width(self) -> float:
        return 62.0 if self.discount else 92.0 if self.vat else 106.0

    @property
    def hours(self) -> float:
        return 94.0 if self.discount else 127.0 if self.vat else 141.0

    @property
    def price(self) -> float:
        return 110.0 if self.discount else 148.0 if self.vat else 164.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its texts broken; `height` is the step to the next row's first baseline."""

    line: DocumentLine
    text: list[str]
    note: list[str]

    @property
    def height(self) -> float:
        return len(self.text) + 0.75 * len(self.note) + 0.75

    @property
    def rule(self) -> float:
        """Where the row's rule stands, from its first baseline."""
        return self.height - 1.1


def columns_of(document: Document) -> Columns:
    """Discount columns only where there is a discount, a VAT column only where the seller charges VAT."""
    return Columns(
        discount=any(line.discount for line in document.lines),
        vat=any(line.vat_category != "O" for line in document.lines),
    )


def rows_of(document: Document, columns: Columns) -> list[Row]:
    """Break the texts of every line. A line without a note gets its days."""
    return [_row(line, columns, document.language) for line in document.lines]


def _row(line: DocumentLine, columns: Columns, language: str) -> Row:
    text = lines_of(cut(line.text.strip(), LONGEST_TEXT), columns.text_width)
    note = cut(line.note.strip(), LONGEST_NOTE) or show.period(line.first_day, line.last_day, language)
    return Row(
        line,
        cut_lines(text or [show.UNKNOWN], MOST_LINES),
        cut_lines(lines_of(note, columns.text_width, NOTE), MOST_NOTE_LINES),
    )


def paginate(rows: list[Row], sums_height: float) -> list[list[Row]]:
    """Give the rows of each page; the last page has room for the sums below its rows.

    `sums_height` is from the first baseline after the last row to the lowest baseline of the sums.
    """
    pages: list[list[Row]] = [[]]
    at = FIRST_ROW
    for row in rows:
        if at + row.rule > LOWEST_RULE:
            pages.append([])
            at = NEXT_PAGE_ROW
        pages[-1].append(row)
        at += row.height
    if at + sums_height <= LOWEST_SUM:
        return pages
    for many in (2, 1):
        moved = pages[-1][-many:]
        height = sum(row.height for row in moved)
        if len(pages[-1]) > many and NEXT_PAGE_ROW + height + sums_height <= LOWEST_SUM:
            return [*pages[:-1], pages[-1][:-many], moved]
    return [*pages, []]


def draw_head(sheet: Sheet, columns: Columns, line: float, what: str) -> None:
    """Draw the heads of the columns and the thick rule below them; the first row follows 1.5 lines below."""
    soft = sheet.colours.soft
    sheet.text(LEFT, line, what, NOTE, colour=soft, width=columns.text_width)
    sheet.right(columns.hours, line, pgettext("column", "Hours"), NOTE, colour=soft)
    sheet.right(columns.price, line, _("Hourly rate"), NOTE, colour=soft, width=18)
    if columns.discount:
        sheet.right(129, line, _("Full price"), NOTE, colour=soft, width=18)
        sheet.right(157, line, pgettext("column", "Discount"), NOTE, colour=soft)
    if columns.vat:
        sheet.right(171, line, pgettext("column", "VAT"), NOTE, colour=soft)
    sheet.right(RIGHT, line, _("Net NOK"), NOTE, colour=soft)
    sheet.rule(line + 0.5, weight=0.8, colour=sheet.colours.ink)


def draw_rows(sheet: Sheet, rows: list[Row], columns: Columns, line: float) -> float:
    """Draw rows from the baseline `line`; give the baseline where the next one would stand."""
    for row in rows:
        _draw_row(sheet, row, columns, line)
        sheet.rule(line + row.rule)
        line += row.height
    return line


def _draw_row(sheet: Sheet, row: Row, columns: Columns, line: float) -> None:
    item, language = row.line, sheet.language
    after = sheet.block(LEFT, line, row.text, BODY)
    sheet.right(columns.hours, line, hours(item.minutes, language), width=11.5)
    sheet.right(columns.price, line, show.amount(item.unit_price, language), width=15)
    if columns.discount:
        sheet.right(129, line, show.amount(item.gross, language), width=18)
        if item.discount_percent:
            sheet.right(139, line, show.percent(item.discount_percent, language), width=9.2)
        sheet.right(157, line, show.amount(-item.discount, language), width=17.5)
    if columns.vat:
        sheet.right(171, line, vat(item, language), width=12)
    sheet.right(RIGHT, line, show.amount(item.net, language), width=18.5)
    sheet.block(LEFT, after - 0.25, row.note, NOTE, step=0.75, colour=sheet.colours.soft)


def hours(minutes: int, language: str) -> str:
    """Hours as columns write them, two decimals under each other; hours and minutes where they are not exact."""
    if minutes * 100 % 60:
        whole, rest = divmod(abs(minutes), 60)
        return f"{show.MINUS if minutes < 0 else ''}{whole}:{rest:02}"
    return show.number(Decimal(minutes) / 60, decimals=2, language=language)


def vat(line: DocumentLine, language: str) -> str:
    """The VAT of a line; an exempt one says so, never «0 %»."""
    if line.vat_category == "S":
        return show.percent(line.vat_percent, language)
    return pgettext("VAT of a line", "Exempt") if line.vat_category == "E" else show.UNKNOWN
