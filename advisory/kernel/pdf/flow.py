"""Pages of a report: pieces that stand together are laid out first and drawn afterwards: «Side 1 av 3» is known.

Every page carries the sender's mark, a running head and the foot; the first one a title and the band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisory.kernel.pdf import letterhead
from advisory.kernel.pdf.colours import DEFAULT_ACCENT
from advisory.kernel.pdf.sheet import FOOT, LEFT, RIGHT, SMALL, WIDTH, Sheet, lines_of

TITLE = 9.0
#: Where the first piece stands on the first page (below title and band) and on the others.
FIRST, NEXT = 18.6, 8.0
LOWEST = FOOT - 1.2


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose document it is: the name on the mark, the accent's colour, and the mark as PNG or None."""

    name: str
    accent: str = DEFAULT_ACCENT
    mark: bytes | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that is never split: its height in lines, and how it is drawn from a baseline.

    A heading goes to the next page `with_next`; `on_new_page` begins one.
    """

    height: float
    draw: Callable[[float], None]
    with_next: bool = False
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The first page's title, what it is about in one line, and the figures of the band: (x, label, value)."""

    title: str
    about: str
    band: Sequence[tuple[float, str, str]]
    running: str
    running_on: str
    foot: Sequence[str]


def paginate(pieces: Sequence[Piece], *, first: float = FIRST) -> list[list[Piece]]:
    """Give the pieces of each page; a piece that fits nowhere stands alone on its page."""
    pages: list[list[Piece]] = [[]]
    line = first
    for place, piece in enumerate(pieces):
        needed = piece.height
        follower = place + 1
        while pieces[follower - 1].with_next and follower < len(pieces):
            needed += pieces[follower].height
            follower += 1
        if pages[-1] and (piece.on_new_page or line + needed > LOWEST):
            pages.append([])
            line = NEXT
        pages[-1].append(piece)
        line += piece.height
    return pages


def draw(sheet: Sheet, sender: Sender, head: Head, pieces: Sequence[Piece]) -> bytes:
    """Draw all pages and give the file's bytes."""
    pages = paginate(pieces)
    for number, page in enumerate(pages, start=1):
        letterhead.mark(sheet, sender.name, sender.mark, letterhead.BESIDE_HEAD)
        letterhead.running_head(sheet, head.running if number == 1 else head.running_on)
        line = NEXT
        if number == 1:
            sheet.entry(head.title, "report")
            sheet.text(LEFT, TITLE, head.title, 24, bold=True, colour=sheet.colours.heading, width=WIDTH)
            sheet.text(LEFT, TITLE + 1.55, head.about, 11, colour=sheet.colours.soft, width=WIDTH)
            letterhead.band(sheet, TITLE + 3.5, head.band)
            line = FIRST
        for piece in page:
            piece.draw(line)
            line += piece.height
        letterhead.foot(sheet, head.foot, number, len(pages))
        if number < len(pages):
            sheet.new_page()
    return sheet.finish()


def heading(sheet: Sheet, text: str, *, remark: str = "", above: float = 0.8, on_new_page: bool = False) -> Piece:
    """A heading, with a remark at its right; it is never the last thing on a page."""

    def drawn(line: float) -> None:
        sheet.text(LEFT, line + above, text, 11, bold=True, colour=sheet.colours.heading)
        if remark:
            sheet.right_short(RIGHT, line + above, remark, 90, SMALL, colour=sheet.colours.soft)

    return Piece(1.35 + above, drawn, with_next=True, on_new_page=on_new_page)


def prose(sheet: Sheet, text: str, *, size: float = SMALL, step: float = 0.95, after: float = 0.5) -> Piece:
    """A paragraph over the whole width, in grey."""
    lines = lines_of(text, WIDTH, size)

    def drawn(line: float) -> None:
        sheet.block(LEFT, line, lines, size, step=step, colour=sheet.colours.soft)

    return Piece(step * len(lines) + after, drawn)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its heading, its left edge (text) or right edge (figures) in mm, and the room it has."""

    heading: str
    edge: float
    room: float
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's cells; `note` stands small below the first. A sum is bold below a thick rule, a group is a subheading."""

    cells: Sequence[str]
    note: str = ""
    is_sum: bool = False
    is_group: bool = False
    is_bold: bool = False


def table(sheet: Sheet, columns: Sequence[TableColumn], rows: Sequence[TableRow], *, step: float = 1.3) -> list[Piece]:
    """A table of one-line rows with hairlines between; too long texts are cut with «…», figures set smaller."""
    pieces = [_table_head(sheet, columns)]
    for place, row in enumerate(rows):
        last = place == len(rows) - 1
        before_sum = not last and rows[place + 1].is_sum
        pieces.append(_table_row(sheet, columns, row, step, last=last, before_sum=before_sum))
    return pieces


def _table_head(sheet: Sheet, columns: Sequence[TableColumn]) -> Piece:
    def drawn(line: float) -> None:
        for column in columns:
            if column.is_text:
                sheet.short(column.edge, line, column.heading, column.room, 8.0, colour=sheet.colours.soft)
            else:
                sheet.right(column.edge, line, column.heading, 8.0, colour=sheet.colours.soft, width=column.room)
        sheet.rule(line + 0.4, weight=0.8, colour=sheet.colours.ink)

    return Piece(1.5, drawn, with_next=True)


def _table_row(
    sheet: Sheet, columns: Sequence[TableColumn], row: TableRow, step: float, *, last: bool, before_sum: bool
) -> Piece:
    height = step + (0.75 if row.note else 0)
    bold = row.is_sum or row.is_group or row.is_bold

    def drawn(line: float) -> None:
        if row.is_sum:
            sheet.rule(line - 0.93, weight=0.8, colour=sheet.colours.ink)
        for column, text in zip(columns, row.cells, strict=True):
            if column.is_text:
                sheet.short(column.edge, line, text, column.room, bold=bold)
            elif text:
                sheet.right(column.edge, line, text, bold=bold, width=column.room)
        if row.note:
            sheet.short(LEFT, line + 0.75, row.note, 100, 8.0, colour=sheet.colours.soft)
        if last and row.is_sum:
            sheet.rule(line + 0.4, weight=0.8, colour=sheet.colours.ink)
        elif not before_sum and not row.is_group:
            sheet.rule(line + height - 0.9)

    # A row above the sum stays with it.
    return Piece(height, drawn, with_next=row.is_group or before_sum)
