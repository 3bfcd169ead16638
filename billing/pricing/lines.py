"""The price of one line: minutes or a quantity, times a price, less a discount.

    gross = HU(quantity * price)      discount = HU(gross * percent / 100)      net = gross - discount

HU is half-up to the øre. Minutes are never turned into decimal hours first: 20 minutes cost exactly a third.
Inside, all is whole numbers: a run prices some ten thousand lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisory.kernel.money import half_up_quotient, kroner

HUNDRED = Decimal(100)


class PricingError(ValueError):
    """A price that cannot be: the base of the mistakes below."""


class NegativePrice(PricingError):
    """A unit price below zero."""

    def __init__(self, price: Decimal) -> None:
        super().__init__(f"A price must not be negative: {price}.")
        self.price = price


class PercentOutOfRange(PricingError):
    """A percentage outside 0-100."""

    def __init__(self, percent: Decimal) -> None:
        super().__init__(f"A percentage must be from 0 to 100: {percent}.")
        self.percent = percent


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line costs, in kroner with two decimals: gross - discount = net."""

    gross: Decimal
    discount: Decimal
    net: Decimal


def price_minutes(minutes: int, rate: Decimal, discount_percent: Decimal) -> PricedLine:
    """Give the price of `minutes` at `rate` kroner per hour; the gross is exactly HU(minutes * rate / 60).

    Negative minutes give a negated line. Raises `NegativePrice` and `PercentOutOfRange`.
    """
    numerator, denominator = _price_ratio(rate)
    return _priced(minutes * numerator * 100, denominator * 60, discount_percent)


def price_quantity(quantity: Decimal, unit_price: Decimal, discount_percent: Decimal) -> PricedLine:
    """Give the price of a quantity (hours, seats) at `unit_price` kroner each.

    A negative quantity gives a negated line. Raises `NegativePrice` and `PercentOutOfRange`.
    """
    numerator, denominator = _price_ratio(unit_price)
    quantity_numerator, quantity_denominator = quantity.as_integer_ratio()
    return _priced(numerator * quantity_numerator * 100, denominator * quantity_denominator, discount_percent)


def _price_ratio(price: Decimal) -> tuple[int, int]:
    if price < 0:
        raise NegativePrice(price)
    return price.as_integer_ratio()


def _priced(gross_numerator: int, gross_denominator: int, discount_percent: Decimal) -> PricedLine:
    if not 0 <= discount_percent <= HUNDRED:
        raise PercentOutOfRange(discount_percent)
    gross = half_up_quotient(gross_numerator, gross_denominator)
    percent, of = discount_percent.as_integer_ratio()
    discount = half_up_quotient(gross * percent, of * 100)
    return PricedLine(kroner(gross), kroner(discount), kroner(gross - discount))
