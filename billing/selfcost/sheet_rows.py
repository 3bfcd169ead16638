"""The rows of the sheet as it shows them: last year's figure beside ours, the service's part, and what it is made of.

Reads only. `slot` names a row on the page (`lines-0`), the same for a row that is saved and one being written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from advisory.kernel.money import ZERO, half_up, largest_remainder
from billing.official_rates.salary import WORKING_DAYS, SalaryCost
from billing.selfcost import arithmetic, salaries
from billing.selfcost.calculation import Asset
from billing.selfcost.models import AllocationKey, AssetLine, CostLine, SalaryLine
from billing.selfcost.rows import KEY_COLUMNS, Rows, part_and_whole, shared_by

Slots = Sequence[str]
T = TypeVar("T", CostLine, SalaryLine, AssetLine)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a section: last year's costs, ours and the change; then the service's part of ours."""

    before: Decimal | None
    amount: Decimal
    change: Decimal | None
    attributed: Decimal


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A row of last year that is not there this year, with what it cost."""

    label: str
    before: Decimal

    @property
    def change(self) -> Decimal:
        """All of it less."""
        return -self.before


@dataclass(frozen=True, slots=True)
class CostRow:
    """A cost: last year's amount and ours, the change, and the service's part of it."""

    slot: str
    line: CostLine
    before: Decimal | None
    amount: Decimal
    change: Decimal | None
    attributed: Decimal

    @property
    def shared_by(self) -> str:
        """What it is shared by, in words."""
        return shared_by(self.line)


@dataclass(frozen=True, slots=True)
class SalaryRow:
    """A person: the annual salary, what it costs part by part, and the hours it brings."""

    slot: str
    line: SalaryLine
    annual: Decimal
    cost: SalaryCost
    before: Decimal | None
    amount: Decimal
    change: Decimal | None
    attributed: Decimal
    holiday_percent: Decimal
    holiday_days: int
    pension_base: Decimal
    hours_of_full_time: Decimal
    hours: Decimal
    billable: Decimal

    @property
    def shared_by(self) -> str:
        """What it is shared by, in words."""
        return shared_by(self.line)

    @property
    def working_days(self) -> int:
        """The days of a year that holiday is taken of."""
        return WORKING_DAYS

    @property
    def worked_days(self) -> int:
        """The days that are paid as salary."""
        return WORKING_DAYS - self.holiday_days


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset: its depreciation and interest of the year, which the service bears whole."""

    slot: str
    line: AssetLine
    asset: Asset
    before: Decimal | None
    amount: Decimal
    change: Decimal | None

    @property
    def attributed(self) -> Decimal:
        """All of it."""
        return self.amount


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key: each area's number, the service's own of the sum of all, in percent with two decimals."""

    key: AllocationKey
    numbers: tuple[Decimal, ...]
    part: Decimal
    whole: Decimal
    percents: tuple[Decimal, ...]
    percent: Decimal


def cost_rows(rows: Rows, before: Rows | None, slots: Slots) -> tuple[CostRow, ...]:
    """The costs, matched with last year's by their label."""
    last = _Before(before.lines if before else (), lambda line: line.amount.amount)
    made = []
    for line, slot in zip(rows.lines, slots, strict=True):
        amount, was = line.amount.amount, last.take(line.label)
        made.append(CostRow(slot, line, was, amount, _change(was, amount), arithmetic.attributed(line)))
    return tuple(made)


def salary_rows(rows: Rows, before: Rows | None, slots: Slots) -> tuple[SalaryRow, ...]:
    """The people, matched with last year's by their role."""
    last = _Before(before.salaries if before else (), lambda line: salaries.cost_of(line).total)
    made = []
    for line, slot in zip(rows.salaries, slots, strict=True):
        cost, was, table = salaries.cost_of(line), last.take(line.label), line.on_costs
        made.append(
            SalaryRow(
                slot=slot,
                line=line,
                annual=salaries.annual(line),
                cost=cost,
                before=was,
                amount=cost.total,
                change=_change(was, cost.total),
                attributed=arithmetic.attributed(line),
                holiday_percent=table.agreed_holiday_percent if line.agreed_holiday else table.holiday_percent,
                holiday_days=(table.agreed_holiday_days if line.agreed_holiday else table.holiday_days)
                + (table.over_60_days if line.over_60 else 0),
                pension_base=salaries.pension_base(line),
                hours_of_full_time=salaries.hours_of_full_time(line),
                hours=salaries.hours_of(line),
                billable=salaries.billable_hours_of(line),
            )
        )
    return tuple(made)


def asset_rows(rows: Rows, before: Rows | None, slots: Slots) -> tuple[AssetRow, ...]:
    """The assets, matched with last year's by their label."""
    last = _Before(before.assets if before else (), lambda line: _charge(arithmetic.pure_asset(line)))
    made = []
    for line, slot in zip(rows.assets, slots, strict=True):
        asset, was = arithmetic.pure_asset(line), last.take(line.label)
        made.append(AssetRow(slot, line, asset, was, _charge(asset), _change(was, _charge(asset))))
    return tuple(made)


def key_rows(rows: Rows, service: str) -> tuple[KeyRow, ...]:
    """The keys that have numbers; the percentages of a key sum to 100."""
    made = []
    for key in rows.keys:
        part, whole = part_and_whole(key, service)
        if not whole:
            continue
        numbers = tuple(Decimal(getattr(key, column)) for column in KEY_COLUMNS)
        percents = tuple(largest_remainder(Decimal(100), numbers))
        made.append(KeyRow(key, numbers, part, whole, percents, half_up(part * 100 / whole)))
    return tuple(made)


def gone_rows(rows: Rows, before: Rows | None) -> tuple[tuple[GoneRow, ...], ...]:
    """What last year had and this year has not, by label: costs, people, assets."""
    before = before or Rows()
    return (
        _gone(rows.lines, before.lines, lambda line: line.amount.amount),
        _gone(rows.salaries, before.salaries, lambda line: salaries.cost_of(line).total),
        _gone(rows.assets, before.assets, lambda line: _charge(arithmetic.pure_asset(line))),
    )


def sums(rows: Iterable[CostRow | SalaryRow | AssetRow], gone: Iterable[GoneRow] = (), *, compared: bool) -> Sums:
    """The sums of a section; last year's are of all its rows, and not known where there was no rate."""
    rows = tuple(rows)
    stayed = sum((row.before for row in rows if row.before is not None), ZERO)
    before = sum((row.before for row in gone), stayed) if compared else None
    amount = sum((row.amount for row in rows), ZERO)
    return Sums(before, amount, _change(before, amount), sum((row.attributed for row in rows), ZERO))


def _gone(now: Sequence[T], before: Sequence[T], figure: Callable[[T], Decimal]) -> tuple[GoneRow, ...]:
    left, kept = _Before(before, figure).left, {line.label.casefold() for line in now}
    labels = {line.label.casefold(): line.label for line in before}
    return tuple(GoneRow(labels[key], amount) for key, amount in left.items() if key not in kept)


class _Before:
    """Last year's figures by label; each is taken once, so that two rows of one name do not both get it."""

    def __init__(self, lines: Sequence[T], figure: Callable[[T], Decimal]) -> None:
        self.left: dict[str, Decimal] = {}
        for line in lines:
            key = line.label.casefold()
            self.left[key] = self.left.get(key, ZERO) + figure(line)

    def take(self, label: str) -> Decimal | None:
        return self.left.pop(label.casefold(), None)


def _change(before: Decimal | None, amount: Decimal) -> Decimal | None:
    return None if before is None else amount - before


def _charge(asset: Asset) -> Decimal:
    return asset.depreciation + asset.interest
