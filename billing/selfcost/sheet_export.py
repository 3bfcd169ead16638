"""A cost base as a file: a workbook with live sums, or one CSV table. What is computed stands for reading alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from advisory.kernel.money import ZERO
from advisory.kernel.spreadsheet import Column, Formula, Sheet, Show, csv_file, workbook
from billing.selfcost.file_columns import (
    ABOUT_ROWS,
    ASSETS,
    CALCULATION,
    FIGURE_ROWS,
    FIGURES,
    KEYS,
    LINES,
    NAME,
    NO,
    SALARIES,
    SHEET,
    TABLE,
    VALUE,
    YES,
    FileSheet,
    csv_columns,
)
from billing.selfcost.models import AllocationKey, AssetLine, CostBase, CostLine, KeyKind, SalaryLine
from billing.selfcost.rows import KEY_COLUMNS, Rows
from billing.selfcost.salaries import cost_of, hours_of

#: The row of the first value on each sheet of the workbook.
FIRST = 2


def as_workbook(base: CostBase, rows: Rows, *, made_at: datetime) -> bytes:
    """An XLSX workbook in the active language; the same base and moment give the same bytes."""
    sheets = [_sheet(sheet, _facts(sheet, base, rows)) for sheet in (FIGURES, KEYS, LINES, SALARIES, ASSETS)]
    return workbook([*sheets, _calculation(base, rows)], title=str(base), made_at=made_at)


def as_csv(base: CostBase, rows: Rows) -> bytes:
    """One table for all sheets: the first column says which sheet a row is of."""
    columns = csv_columns()
    table: list[list[Any]] = []
    for sheet in (FIGURES, KEYS, LINES, SALARIES, ASSETS):
        own = {column.field for column in sheet.columns if not column.computed}
        for facts in _facts(sheet, base, rows):
            said = {SHEET: str(sheet.title)} | {field: facts[field] for field in own}
            table.append([said.get(column.field) for column in columns])
    return csv_file([str(column.heading) for column in columns], table)


def _sheet(sheet: FileSheet, facts: Sequence[dict[str, Any]]) -> Sheet:
    return Sheet(
        title=str(sheet.title),
        columns=[Column(str(column.heading), column.show) for column in sheet.columns],
        rows=[[row[column.field] for column in sheet.columns] for row in facts],
    )


def _facts(sheet: FileSheet, base: CostBase, rows: Rows) -> list[dict[str, Any]]:
    """The rows of a sheet as {field: value}."""
    if sheet is FIGURES:
        return _figures(base)
    if sheet is KEYS:
        keys = [key for kind in KeyKind if (key := rows.key(kind))]
        return [_key(key, FIRST + index) for index, key in enumerate(keys)]
    if sheet is LINES:
        return [_line(line, rows, FIRST + index) for index, line in enumerate(rows.lines)]
    if sheet is SALARIES:
        return [_salary(line, rows, FIRST + index) for index, line in enumerate(rows.salaries)]
    return [_asset(line, FIRST + index) for index, line in enumerate(rows.assets)]


def _figures(base: CostBase) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "year": str(base.year),
        "service": base.get_service_display(),
        "version": str(base.version),
        "unit": base.get_unit_display(),
        "billable_hours": base.billable_hours,
        "income_deducted": base.income_deducted.amount,
        "income_source": base.income_source,
        "spread_years": None if base.spread_years is None else str(base.spread_years),
        "fund_use": base.fund_use.amount,
        "expected_result": base.expected_result.amount,
        "rate_step": base.rate_step,
        "comment": base.comment,
    }
    return [{NAME: str(words), VALUE: values[field]} for field, words in (*ABOUT_ROWS, *FIGURE_ROWS)]


def _key(key: AllocationKey, number: int) -> dict[str, Any]:
    first, last = _letter(KEYS, KEY_COLUMNS[0]), _letter(KEYS, KEY_COLUMNS[-1])
    return {
        NAME: key.get_kind_display(),
        **{column: getattr(key, column) for column in KEY_COLUMNS},
        "sum": Formula(f"=SUM({first}{number}:{last}{number})"),
    }


def _line(line: CostLine, rows: Rows, number: int) -> dict[str, Any]:
    return {
        NAME: line.label,
        "kind": line.get_kind_display(),
        "funding_area": int(line.funding_area),
        "amount": line.amount.amount,
        **_share(line),
        "key_label": "" if line.key else line.key_label,
        "source": line.source,
        "attributed": _attributed(LINES, "amount", line, rows, number),
    }


def _salary(line: SalaryLine, rows: Rows, number: int) -> dict[str, Any]:
    return {
        NAME: line.label,
        "annual_salary": line.annual_salary.amount,
        "full_time_equivalents": line.full_time_equivalents,
        TABLE: line.on_costs.valid_from,
        "levy_zone": line.levy_zone.code,
        "agreed_holiday": str(YES if line.agreed_holiday else NO),
        "over_60": str(YES if line.over_60 else NO),
        "billable_percent": line.billable_percent,
        **_share(line),
        "cost": cost_of(line).total,
        "hours": hours_of(line),
        "attributed": _attributed(SALARIES, "cost", line, rows, number),
    }


def _asset(line: AssetLine, number: int) -> dict[str, Any]:
    cost, years, opening, percent, spent = (
        f"{_letter(ASSETS, field)}{number}"
        for field in ("acquisition", "years", "opening_value", "interest_percent", "depreciation")
    )
    return {
        NAME: line.label,
        "acquisition": line.acquisition.amount,
        "years": int(line.years),
        "opening_value": line.opening_value.amount,
        "interest_percent": line.interest_percent,
        "source": line.source,
        "depreciation": Formula(f"=ROUND({cost}/{years},2)"),
        "interest": Formula(f"=ROUND((2*{opening}-{spent})/2*{percent}/100,2)"),
    }


def _share(line: CostLine | SalaryLine) -> dict[str, Any]:
    """The key by name, or the row's own part and whole; what follows from a key is not written twice."""
    own = not line.key
    return {
        "key": "" if own else line.get_key_display(),
        "key_part": line.key_part if own else None,
        "key_whole": line.key_whole if own else None,
    }


def _attributed(sheet: FileSheet, field: str, line: CostLine | SalaryLine, rows: Rows, number: int) -> Formula:
    amount = f"{_letter(sheet, field)}{number}"
    if line.key:
        kinds = [kind for kind in KeyKind if rows.key(kind)]
        row = FIRST + kinds.index(KeyKind(line.key))
        title = str(KEYS.title)
        part = f"'{title}'!{_letter(KEYS, line.cost_base.service)}{row}"
        return Formula(f"=ROUND({amount}*{part}/'{title}'!{_letter(KEYS, 'sum')}{row},2)")
    if line.key_part is None:
        return Formula(f"={amount}")
    part, whole = (f"{_letter(sheet, each)}{number}" for each in ("key_part", "key_whole"))
    return Formula(f"=ROUND({amount}*{part}/{whole},2)")


def _calculation(base: CostBase, rows: Rows) -> Sheet:
    """The rate, step by step, as formulas over the other sheets."""

    def total(sheet: FileSheet, field: str, count: int) -> Formula | Decimal:
        letter = _letter(sheet, field)
        return Formula(f"=SUM('{sheet.title}'!{letter}{FIRST}:{letter}{FIRST + count - 1})") if count else ZERO

    def figure(field: str) -> str:
        names = [name for name, _words in (*ABOUT_ROWS, *FIGURE_ROWS)]
        return f"'{FIGURES.title}'!{_letter(FIGURES, VALUE)}{FIRST + names.index(field)}"

    step = figure("rate_step")
    steps: list[list[Any]] = [
        [_("Costs"), total(LINES, "attributed", len(rows.lines))],
        [_("People"), total(SALARIES, "attributed", len(rows.salaries))],
        [_("Depreciation"), total(ASSETS, "depreciation", len(rows.assets))],
        [_("Interest"), total(ASSETS, "interest", len(rows.assets))],
        [_("Income deducted"), Formula(f"=-{figure('income_deducted')}")],
        [_("Self-cost"), Formula("=SUM(B2:B6)")],
        [_("Use of the self-cost fund"), Formula(f"=-{figure('fund_use')}")],
        [_("To be covered by the price"), Formula("=B7+B8")],
        [_("Billable hours or seats"), Formula(f"={figure('billable_hours')}")],
        [_("Before rounding"), Formula('=IF(B10>0,B9/B10,"")')],
        [_("Rate, rounded down"), Formula(f'=IF(B10>0,ROUNDDOWN(ROUND(B11/{step},6),0)*{step},"")')],
    ]
    return Sheet(
        title=str(CALCULATION),
        columns=[Column(_("Step"), width=40), Column(_("Amount"), Show.MONEY)],
        rows=steps,
        bold=frozenset({5, 10}),
    )


def _letter(sheet: FileSheet, field: str) -> str:
    fields = [column.field for column in sheet.columns]
    return str(get_column_letter(fields.index(field) + 1))
