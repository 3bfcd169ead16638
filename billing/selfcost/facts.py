"""The rows and figures of a cost base as somebody writes them: what the verbs take.

Amounts are kroner with two decimals, percentages 0 to 100. A row that names a `key` gets its share from the sheet's
own key of that kind; without one, `key_part` of `key_whole` belongs to the service, or all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisory.kernel.money import ZERO
from billing.official_rates.models import LevyZone
from billing.selfcost.models import CostKind
from engagements.work.models import FundingArea


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A cost of the year."""

    label: str
    amount: Decimal
    funding_area: int = FundingArea.ADVICE
    key_part: Decimal | None = None
    key_whole: Decimal | None = None
    key_label: str = ""
    source: str = ""
    kind: str = CostKind.OTHER
    key: str = ""


@dataclass(frozen=True, slots=True)
class SalaryFacts:
    """A person, or several alike: the annual salary is for full time, the on-costs are those of the zone's table."""

    label: str
    annual_salary: Decimal
    levy_zone: LevyZone
    full_time_equivalents: Decimal = Decimal(1)
    agreed_holiday: bool = True
    over_60: bool = False
    billable_percent: Decimal = ZERO
    key: str = ""
    key_part: Decimal | None = None
    key_whole: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """Something bought for several years; `opening_value` is what is left of it on 1 January."""

    label: str
    acquisition: Decimal
    years: int
    opening_value: Decimal
    interest_percent: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """Planned hours, or full-time equivalents, of each area and of the two self-cost services of area 3."""

    kind: str
    catalogue: Decimal = ZERO
    meeting_place: Decimal = ZERO
    advice: Decimal = ZERO
    courses: Decimal = ZERO
    joint_projects: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """The figures of the base beside its rows: hours or seats, kroner, and the step the rate is rounded down to.

    With `spread_years` the use of the fund follows from the fund's layers and `expected_result`; else it is
    `fund_use`. A `unit` of None leaves it as it is.
    """

    billable_hours: Decimal | None = None
    rate_step: Decimal = Decimal("0.01")
    fund_use: Decimal = ZERO
    income_deducted: Decimal = ZERO
    comment: str = ""
    income_source: str = ""
    unit: str | None = None
    spread_years: int | None = None
    expected_result: Decimal = ZERO
