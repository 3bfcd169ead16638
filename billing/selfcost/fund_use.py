"""How much of the self-cost fund a year's price uses: decided in kroner, or spread by rule over years.

The rule works on the fund as it is expected on 1 January: the ledger's layers, and the expected result of a year
that is not closed yet. What falls due goes in whole, the rest in equal parts (selvkostforskriften § 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisory.kernel.money import ZERO
from billing.selfcost import fund
from billing.selfcost.fund import Layer
from billing.selfcost.models import CostBase
from billing.yearend import fund_ledger


@dataclass(frozen=True, slots=True)
class FundBefore:
    """The fund of a service as expected on 1 January of `year`, oldest layer first, amounts in kroner.

    `expected` is the part of it that no closed year stands behind; `closed` whether the year before is closed.
    """

    year: int
    layers: tuple[Layer, ...]
    expected: Decimal
    closed: bool

    @property
    def balance(self) -> Decimal:
        """The sum of the layers."""
        return fund.balance(self.layers)

    @property
    def due(self) -> Decimal:
        """What has to be used this year at the latest."""
        return fund.due(self.layers, self.year)

    @property
    def rest(self) -> Decimal:
        """What is not due yet."""
        return self.balance - self.due

    def use(self, spread_years: int) -> Decimal:
        """What the rule uses in the year. Raises `InvalidSpread`."""
        return fund.use_by_rule(self.layers, year=self.year, spread_years=spread_years)


def fund_before(service: str, year: int, expected: Decimal) -> FundBefore:
    """Give the fund on 1 January; an expected result counts only until the year before is closed. Two queries."""
    layers = fund_ledger.layers(service, before=year)
    last = fund_ledger.last_closed_year(service)
    closed = last is not None and last >= year - 1
    if closed or not expected:
        return FundBefore(year, layers, ZERO, closed)
    return FundBefore(year, fund.moved(layers, year=year - 1, result=expected, interest=ZERO), expected, closed)


def use_of(base: CostBase) -> Decimal:
    """The base's use of the fund: by its rule as the fund is now, or what was decided."""
    if base.spread_years is None:
        return base.fund_use.amount
    return fund_before(base.service, base.year, base.expected_result.amount).use(base.spread_years)
