"""The rows of a file, sorted by the sheets of a cost base: which columns a sheet has, and what fits none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from advisory.kernel.spreadsheet import undefused
from billing.selfcost.file_columns import (
    CALCULATION,
    NAME,
    OF_SHEET,
    SHEET,
    SHEETS,
    FileColumn,
    FileSheet,
    csv_columns,
    words_for,
)


@dataclass(frozen=True, slots=True)
class FileMistake:
    """What is wrong, and where: the sheet, the row as a spreadsheet numbers it, and the column's heading."""

    sheet: str
    row: int | None
    column: str
    text: str


@dataclass(slots=True)
class FileRow:
    """A row of the file: where it stands and what it says, by field."""

    sheet: str
    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class FileRows:
    """The rows of each sheet that the file has."""

    found: dict[str, list[FileRow]] = field(default_factory=dict)
    mistakes: list[FileMistake] = field(default_factory=list)

    def take(self, title: str, numbered: Sequence[tuple[int, list[str]]], *, is_csv: bool) -> None:
        """Read one sheet of the file."""
        titles = words_for((sheet.title, sheet) for sheet in SHEETS)
        if title.casefold() in words_for([(CALCULATION, True)]):
            return
        is_mixed = bool(numbered) and numbered[0][1][0].casefold() in words_for([(OF_SHEET.heading, True)])
        sheet = None if is_mixed else titles.get(title.casefold())
        if sheet is None and not is_mixed:
            if numbered:
                text = _no_cost_base() if is_csv else unknown_sheet()
                self.mistakes.append(FileMistake(title, None, "", text))
            return
        if sheet is not None:
            if sheet.name in self.found:
                self.mistakes.append(FileMistake(title, None, "", _("The file has this sheet twice.")))
                return
            self.found[sheet.name] = []
        if not numbered:
            return
        columns = self._columns(title, numbered[0], csv_columns() if is_mixed else sheet.columns if sheet else ())
        for number, values in numbered[1:]:
            texts = [undefused(value) for value in values] if is_csv else values
            cells = {column.field: text for column, text in zip(columns, texts, strict=False) if column is not None}
            own = sheet
            if is_mixed:
                own = titles.get(cells.pop(SHEET, "").casefold())
                if own is None:
                    self.mistakes.append(FileMistake(title, number, str(OF_SHEET.heading), unknown_sheet()))
                    continue
            assert own is not None
            self._add(own, FileRow(str(own.title) if is_mixed else title, number, cells), extra=texts[len(columns) :])

    def _add(self, sheet: FileSheet, row: FileRow, *, extra: Sequence[str]) -> None:
        for name in [name for name, text in row.cells.items() if sheet.column(name) is None]:
            text = row.cells.pop(name)
            if text:
                heading = next(str(column.heading) for column in csv_columns() if column.field == name)
                words = _("Rows of «%(sheet)s» have nothing in this column.") % {"sheet": sheet.title}
                self.mistakes.append(FileMistake(row.sheet, row.number, heading, words))
        if any(extra):
            self.mistakes.append(
                FileMistake(row.sheet, row.number, "", _("There is something to the right of the last heading."))
            )
        if any(row.cells.values()):
            self.found.setdefault(sheet.name, []).append(row)

    def _columns(
        self, title: str, heading: tuple[int, list[str]], known: Sequence[FileColumn]
    ) -> list[FileColumn | None]:
        """The column each heading names; None for what is computed."""
        number, texts = heading
        words = words_for((column.heading, column) for column in known)
        found: list[FileColumn | None] = []
        while texts and not texts[-1]:
            texts = texts[:-1]
        for text in texts:
            column = words.get(text.casefold())
            if column is None:
                said = _("Unknown column. The columns are: %(columns)s.")
                names = ", ".join(str(each.heading) for each in known)
                self.mistakes.append(FileMistake(title, number, text, said % {"columns": names}))
            elif column in found:
                self.mistakes.append(FileMistake(title, number, text, _("This column is there twice.")))
            found.append(None if column is None or column.computed else column)
        if not any(column is not None and column.field in (NAME, SHEET) for column in found):
            missing = _("The column «%(column)s» is missing.") % {"column": known[0].heading}
            self.mistakes.append(FileMistake(title, number, "", missing))
        return found


def _no_cost_base() -> str:
    """What to say of a table that does not say of its rows which sheet they are of."""
    text = _("This is not a cost base: the column «%(sheet)s» is missing. Download the file here, and change that one.")
    return text % {"sheet": OF_SHEET.heading}


def unknown_sheet() -> str:
    """What to say of a sheet that is none of ours."""
    return _("Unknown sheet. The sheets are: %(names)s.") % {"names": ", ".join(str(sheet.title) for sheet in SHEETS)}
