"""All rows of a cost base, read at once, and each row as plain text for the log and the fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.selfcost.models import AllocationKey, AssetLine, CostBase, CostLine, SalaryLine
from engagements.work.models import SelfcostService

#: The columns of a key, in the order of the areas; area 3 holds two self-cost services.
KEY_COLUMNS = ("catalogue", "meeting_place", "advice", "courses", "joint_projects")


@dataclass(frozen=True, slots=True)
class Rows:
    """The costs, people, assets and keys of one base; saved or not."""

    lines: Sequence[CostLine] = ()
    salaries: Sequence[SalaryLine] = ()
    assets: Sequence[AssetLine] = ()
    keys: Sequence[AllocationKey] = ()

    @property
    def has_costs(self) -> bool:
        """Whether anything costs."""
        return bool(self.lines or self.salaries or self.assets)

    @property
    def shareable(self) -> tuple[CostLine | SalaryLine, ...]:
        """The rows that a key may share: costs and people. Assets are the service's own."""
        found: list[CostLine | SalaryLine] = [*self.lines]
        found.extend(self.salaries)
        return tuple(found)

    def key(self, kind: str) -> AllocationKey | None:
        """The sheet's key of a kind."""
        return next((key for key in self.keys if key.kind == kind), None)


def rows_of(base: CostBase) -> Rows:
    """Read the rows of a base: four queries, whatever the number of rows."""
    return Rows(
        lines=tuple(base.lines.all()),
        salaries=tuple(base.salaries.select_related("on_costs", "levy_zone")),
        assets=tuple(base.assets.all()),
        keys=tuple(base.keys.all()),
    )


def part_and_whole(key: AllocationKey, service: str) -> tuple[Decimal, Decimal]:
    """The service's own number and the sum of the five: what a row that names the key gets as its share."""
    numbers = {column: Decimal(getattr(key, column)) for column in KEY_COLUMNS}
    column = {SelfcostService.ADVICE: "advice", SelfcostService.COURSES: "courses"}[SelfcostService(service)]
    return numbers[column], sum(numbers.values(), Decimal(0))


def shared_by(row: CostLine | SalaryLine) -> str:
    """What a row is shared by, in words; empty where it is not shared or nobody has said."""
    if row.key:
        return str(row.get_key_display())
    return row.key_label if isinstance(row, CostLine) else ""


def base_said(base: CostBase) -> dict[str, Any]:
    """The figures beside the rows."""
    return {
        "billable_hours": plain(base.billable_hours),
        "unit": str(base.unit),
        "rate_step": plain(base.rate_step),
        "spread_years": base.spread_years,
        "expected_result": plain(base.expected_result.amount),
        "fund_use": plain(base.fund_use.amount),
        "income_deducted": plain(base.income_deducted.amount),
        "income_source": base.income_source,
        "comment": base.comment,
    }


def line_said(line: CostLine) -> dict[str, Any]:
    """A cost."""
    return {
        "label": line.label,
        "kind": str(line.kind),
        "funding_area": int(line.funding_area),
        "amount": plain(line.amount.amount),
        "key": str(line.key),
        "key_part": plain(line.key_part),
        "key_whole": plain(line.key_whole),
        "key_label": line.key_label,
        "source": line.source,
    }


def salary_said(line: SalaryLine) -> dict[str, Any]:
    """A person."""
    return {
        "label": line.label,
        "annual_salary": plain(line.annual_salary.amount),
        "full_time_equivalents": plain(line.full_time_equivalents),
        "on_costs": line.on_costs_id,
        "levy_zone": line.levy_zone_id,
        "agreed_holiday": line.agreed_holiday,
        "over_60": line.over_60,
        "billable_percent": plain(line.billable_percent),
        "key": str(line.key),
        "key_part": plain(line.key_part),
        "key_whole": plain(line.key_whole),
    }


def asset_said(line: AssetLine) -> dict[str, Any]:
    """An asset."""
    return {
        "label": line.label,
        "acquisition": plain(line.acquisition.amount),
        "years": int(line.years),
        "opening_value": plain(line.opening_value.amount),
        "interest_percent": plain(line.interest_percent),
        "source": line.source,
    }


def key_said(key: AllocationKey) -> dict[str, Any]:
    """A key."""
    return {"label": str(key.kind), **{column: plain(getattr(key, column)) for column in KEY_COLUMNS}}


def plain(value: Decimal | None) -> str | None:
    """One spelling of a figure: 800 and 800.00 are the same, so that nothing seems changed that is not."""
    return None if value is None else f"{Decimal(value).quantize(Decimal('0.01')):f}"
