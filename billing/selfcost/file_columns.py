"""What the file of a cost base holds: its sheets, their columns, and the words for them in each language.

A file is written in the language of whoever takes it out and understood in all of them. The columns are fields of
the forms of the sheet, so that what a file says is read and judged as what is typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from advisory.kernel.spreadsheet import Show

#: The name of a row is its first column, on every sheet.
NAME = "label"
SHEET = "sheet"
VALUE = "value"
#: Taken apart when the file is read: the table a zone is of.
TABLE = "table"


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column: the field it fills, its heading, and how it is shown. What is `computed` is not read back."""

    field: str
    heading: Any
    show: Show = Show.TEXT
    computed: bool = False


@dataclass(frozen=True, slots=True)
class FileSheet:
    """A sheet: `name` is the prefix of the forms it fills."""

    name: str
    title: Any
    columns: tuple[FileColumn, ...]

    def column(self, field: str) -> FileColumn | None:
        """The column of a field."""
        return next((column for column in self.columns if column.field == field), None)


_NAME = FileColumn(NAME, _("Name"))
_KEY = FileColumn("key", _("Key"))
_PART = FileColumn("key_part", _("Own share: part"), Show.HOURS)
_WHOLE = FileColumn("key_whole", _("Own share: whole"), Show.HOURS)
_SOURCE = FileColumn("source", _("Source"))
_ATTRIBUTED = FileColumn("attributed", _("The service's part"), Show.MONEY, computed=True)

FIGURES = FileSheet("figures", _("Figures"), (_NAME, FileColumn(VALUE, _("Value"), Show.HOURS)))
LINES = FileSheet(
    "lines",
    _("Costs"),
    (
        _NAME,
        FileColumn("kind", _("Kind")),
        FileColumn("funding_area", _("Funding area"), Show.NUMBER),
        FileColumn("amount", _("Amount"), Show.MONEY),
        _KEY,
        _PART,
        _WHOLE,
        FileColumn("key_label", _("Own share: of what")),
        _SOURCE,
        _ATTRIBUTED,
    ),
)
SALARIES = FileSheet(
    "salaries",
    _("People"),
    (
        _NAME,
        FileColumn("annual_salary", _("Annual salary for full time"), Show.MONEY),
        FileColumn("full_time_equivalents", _("Full-time equivalents"), Show.HOURS),
        FileColumn(TABLE, _("On-costs from"), Show.DAY),
        FileColumn("levy_zone", _("Zone")),
        FileColumn("agreed_holiday", _("Five weeks of holiday")),
        FileColumn("over_60", _("Over 60 years")),
        FileColumn("billable_percent", _("Billable share in percent"), Show.HOURS),
        _KEY,
        _PART,
        _WHOLE,
        FileColumn("cost", _("Salary with on-costs"), Show.MONEY, computed=True),
        FileColumn("hours", _("Productive hours"), Show.HOURS, computed=True),
        _ATTRIBUTED,
    ),
)
ASSETS = FileSheet(
    "assets",
    _("Assets"),
    (
        _NAME,
        FileColumn("acquisition", _("Acquisition cost"), Show.MONEY),
        FileColumn("years", _("Years in use"), Show.NUMBER),
        FileColumn("opening_value", _("Value on 1 January"), Show.MONEY),
        FileColumn("interest_percent", _("Interest in percent"), Show.HOURS),
        _SOURCE,
        FileColumn("depreciation", _("Depreciation"), Show.MONEY, computed=True),
        FileColumn("interest", _("Interest"), Show.MONEY, computed=True),
    ),
)
KEYS = FileSheet(
    "keys",
    _("Keys"),
    (
        _NAME,
        FileColumn("catalogue", _("Area 1"), Show.HOURS),
        FileColumn("meeting_place", _("Area 2"), Show.HOURS),
        FileColumn("advice", _("Area 3, advice"), Show.HOURS),
        FileColumn("courses", _("Area 3, courses"), Show.HOURS),
        FileColumn("joint_projects", _("Area 4"), Show.HOURS),
        FileColumn("sum", _("Sum"), Show.HOURS, computed=True),
    ),
)
SHEETS = (FIGURES, KEYS, LINES, SALARIES, ASSETS)
#: The sheet of sums: written, never read.
CALCULATION = _("Calculation")
#: The first column of a CSV file says which sheet a row is of.
OF_SHEET = FileColumn(SHEET, _("Sheet"))

#: Rows of the sheet of figures: the field of the form, and what it is called.
FIGURE_ROWS: tuple[tuple[str, Any], ...] = (
    ("unit", _("Priced by")),
    ("billable_hours", _("Billable hours or seats")),
    ("income_deducted", _("Income deducted")),
    ("income_source", _("Source of the income")),
    ("spread_years", _("Spread the fund over years")),
    ("fund_use", _("Use of the self-cost fund")),
    ("expected_result", _("Expected result of the year before")),
    ("rate_step", _("Rate step")),
    ("comment", _("Comment")),
)
#: Rows that say what the file is of; they change nothing.
ABOUT_ROWS: tuple[tuple[str, Any], ...] = (
    ("year", _("Year")),
    ("service", _("Service")),
    ("version", _("Version")),
)
YES, NO = _("yes"), _("no")


def csv_columns() -> tuple[FileColumn, ...]:
    """All columns of all sheets that are read back, each once: what one CSV file holds."""
    found: dict[str, FileColumn] = {SHEET: OF_SHEET}
    for sheet in SHEETS:
        found.update({column.field: column for column in sheet.columns if not column.computed})
    return tuple(found.values())


def words_for(meanings: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """From each word, in every language and whatever its case, to what it means; `meanings` are (word, meaning)."""
    pairs = list(meanings)
    found: dict[str, Any] = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            for word, meaning in pairs:
                found.setdefault(str(word).casefold(), meaning)
    return found
