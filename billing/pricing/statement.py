"""The price statement: how each krone of a document came about, as one frozen value.

«Slik ble prisen til» is stored as JSON with every issued line; the screen, the PDF and the e-mail only
render it. The values here carry the facts; they know no Django and no language. Amounts are `Decimal`
kroner with two decimals, quantities of time are whole minutes, percentages are `Decimal` (50.00),
and dates are half-open nowhere: `valid_to` is the last day that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CostLineFact:
    """A cost of the base: its amount, its share of the service, and the attributed sum.

    The share is key_part / key_whole; where both are None, the service bears all of the amount.
    """

    label: str
    amount: Decimal
    key_part: Decimal | None
    key_whole: Decimal | None
    attributed: Decimal


@dataclass(frozen=True, slots=True)
class RateFact:
    """The adopted rate: (self_cost - fund_use) / billable_hours, rounded down to a whole number of steps."""

    service: str
    service_name: str
    year: int
    version: int
    valid_from: date
    cost_lines: tuple[CostLineFact, ...]
    self_cost: Decimal
    fund_use: Decimal
    billable_hours: Decimal
    step: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class TierBandFact:
    """One step of the tier table: incomes from `income_from` up to, not including, `income_below`.

    None = no upper limit.
    """

    code: str
    income_from: Decimal
    income_below: Decimal | None
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TierFact:
    """The decision that gave the discount; the income itself is never in a statement, only its band."""

    code: str
    percent: Decimal
    bands: tuple[TierBandFact, ...]
    # All None where no decision was valid on the day of the work: full self-cost.
    decision: int | None = None
    decided_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    income_year: int | None = None


@dataclass(frozen=True, slots=True)
class PotFact:
    """Who pays the discount: the named pot."""

    pot: int
    name: str
    funder: str


@dataclass(frozen=True, slots=True)
class VatFact:
    """The VAT of a line: category S (standard), E (exempt) or O (seller not registered), and why."""

    category: str
    percent: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LineStatement:
    """All that made the price of one line: minutes x rate -> gross - discount = net, VAT apart."""

    minutes: int
    rate: RateFact
    gross: Decimal
    tier: TierFact
    discount: Decimal
    pot: PotFact | None
    net: Decimal
    vat: VatFact
