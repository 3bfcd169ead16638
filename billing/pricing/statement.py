"""The price statement: how each krone of a document came about, as one frozen value.

«Slik ble prisen til» is stored as JSON with every issued line; the screen, the PDF and the e-mail only
render it. `to_json` and `from_json` are that form, with its version; `billing.pricing.proof` recomputes it.
Version 1 knew one pot that paid all of a line's discount; version 2 has each pot with its sum.

The values here carry the facts; they know no Django and no language. Amounts are `Decimal`
kroner with two decimals, quantities of time are whole minutes, percentages are `Decimal` (50.00),
and dates are half-open nowhere: `valid_to` is the last day that counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

# Of the stored form. A statement lives as long as its invoice: a new version keeps the reader of the old.
VERSION = 2

Json = dict[str, Any]
S = TypeVar("S")
T = TypeVar("T")


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
    # Of what the rate is the price, and `billable_hours` the number: "hours" or "seats".
    unit: str = "hours"


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
    """A named pot that pays discounts."""

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
    """All that made the price of one line: minutes x rate -> gross - discount = net, VAT apart.

    `pots` are those that pay the discount, in the order they were asked, with what each pays; they sum to it.
    """

    minutes: int
    rate: RateFact
    gross: Decimal
    tier: TierFact
    discount: Decimal
    pots: tuple[tuple[PotFact, Decimal], ...]
    net: Decimal
    vat: VatFact


class UnreadableStatement(ValueError):
    """Stored data that is no price statement of a version this program knows."""


# Facts that many lines share, by identity, with the object itself so that it stays alive: see `to_json`.
Shared = dict[int, tuple[object, Json]]


def to_json(statement: LineStatement, shared: Shared | None = None) -> Json:
    """Give the statement as JSON values: amounts are strings, dates ISO, and "version" is 2.

    A run passes one dict as `shared` for all its lines: rates and tiers that are the same objects are then
    written once and shared by the answers, which must not be changed.
    """
    shared = {} if shared is None else shared
    return {
        "version": VERSION,
        "minutes": statement.minutes,
        "rate": _once(statement.rate, rate_to_json, shared),
        "gross": _text(statement.gross),
        "tier": _once(statement.tier, _tier_to_json, shared),
        "discount": _text(statement.discount),
        "pots": [{"pot": _once(pot, _pot_to_json, shared), "amount": _text(paid)} for pot, paid in statement.pots],
        "net": _text(statement.net),
        "vat": _once(statement.vat, _vat_to_json, shared),
    }


def from_json(data: Json) -> LineStatement:
    """Give the statement that `to_json` of this version or an older one wrote. Raises `UnreadableStatement`."""
    try:
        pots = _POTS.get(data["version"])
        if pots is None:
            raise UnreadableStatement(f"Version {data['version']!r} of a price statement is not known.")
        return LineStatement(
            minutes=_whole(data["minutes"]),
            rate=rate_from_json(data["rate"]),
            gross=_decimal(data["gross"]),
            tier=_tier_from_json(data["tier"]),
            discount=_decimal(data["discount"]),
            pots=pots(data),
            net=_decimal(data["net"]),
            vat=VatFact(
                category=data["vat"]["category"],
                percent=_decimal(data["vat"]["percent"]),
                reason=data["vat"]["reason"],
            ),
        )
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise UnreadableStatement(f"Not a price statement: {error!r}.") from error


def rate_to_json(rate: RateFact) -> Json:
    """Give an adopted rate as JSON values: what a rate version keeps as its arithmetic.

    The unit is written where it is not hours: the rates that were stored before there were others read the same.
    """
    unit = {} if rate.unit == "hours" else {"unit": rate.unit}
    return unit | {
        "service": rate.service,
        "service_name": rate.service_name,
        "year": rate.year,
        "version": rate.version,
        "valid_from": rate.valid_from.isoformat(),
        "cost_lines": [
            {
                "label": line.label,
                "amount": _text(line.amount),
                "key_part": _optional(line.key_part, _text),
                "key_whole": _optional(line.key_whole, _text),
                "attributed": _text(line.attributed),
            }
            for line in rate.cost_lines
        ],
        "self_cost": _text(rate.self_cost),
        "fund_use": _text(rate.fund_use),
        "billable_hours": _text(rate.billable_hours),
        "step": _text(rate.step),
        "rate": _text(rate.rate),
    }


def rate_from_json(data: Json) -> RateFact:
    """Give the rate that `rate_to_json` wrote."""
    return RateFact(
        service=data["service"],
        service_name=data["service_name"],
        year=_whole(data["year"]),
        version=_whole(data["version"]),
        valid_from=_day(data["valid_from"]),
        cost_lines=tuple(
            CostLineFact(
                label=line["label"],
                amount=_decimal(line["amount"]),
                key_part=_optional(line["key_part"], _decimal),
                key_whole=_optional(line["key_whole"], _decimal),
                attributed=_decimal(line["attributed"]),
            )
            for line in data["cost_lines"]
        ),
        self_cost=_decimal(data["self_cost"]),
        fund_use=_decimal(data["fund_use"]),
        billable_hours=_decimal(data["billable_hours"]),
        step=_decimal(data["step"]),
        rate=_decimal(data["rate"]),
        unit=data.get("unit", "hours"),
    )


def _tier_to_json(tier: TierFact) -> Json:
    return {
        "code": tier.code,
        "percent": _text(tier.percent),
        "bands": [
            {
                "code": band.code,
                "income_from": _text(band.income_from),
                "income_below": _optional(band.income_below, _text),
                "percent": _text(band.percent),
            }
            for band in tier.bands
        ],
        "decision": tier.decision,
        "decided_on": _optional(tier.decided_on, date.isoformat),
        "valid_from": _optional(tier.valid_from, date.isoformat),
        "valid_to": _optional(tier.valid_to, date.isoformat),
        "income_year": tier.income_year,
    }


def _tier_from_json(data: Json) -> TierFact:
    return TierFact(
        code=data["code"],
        percent=_decimal(data["percent"]),
        bands=tuple(
            TierBandFact(
                code=band["code"],
                income_from=_decimal(band["income_from"]),
                income_below=_optional(band["income_below"], _decimal),
                percent=_decimal(band["percent"]),
            )
            for band in data["bands"]
        ),
        decision=_optional(data["decision"], _whole),
        decided_on=_optional(data["decided_on"], _day),
        valid_from=_optional(data["valid_from"], _day),
        valid_to=_optional(data["valid_to"], _day),
        income_year=_optional(data["income_year"], _whole),
    )


def _pot_to_json(pot: PotFact) -> Json:
    return {"pot": pot.pot, "name": pot.name, "funder": pot.funder}


def _one_pot(data: Json) -> tuple[tuple[PotFact, Decimal], ...]:
    """Version 1: one pot paid all."""
    return () if data["pot"] is None else ((PotFact(**data["pot"]), _decimal(data["discount"])),)


def _pots(data: Json) -> tuple[tuple[PotFact, Decimal], ...]:
    return tuple((PotFact(**each["pot"]), _decimal(each["amount"])) for each in data["pots"])


# How each version says who pays; all else is as in the first.
_POTS: dict[object, Callable[[Json], tuple[tuple[PotFact, Decimal], ...]]] = {1: _one_pot, 2: _pots}


def _vat_to_json(vat: VatFact) -> Json:
    return {"category": vat.category, "percent": _text(vat.percent), "reason": vat.reason}


def _once(fact: T, write: Callable[[T], Json], shared: Shared) -> Json:
    known = shared.get(id(fact))
    if known is None:
        known = shared[id(fact)] = (fact, write(fact))
    return known[1]


def _text(value: Decimal) -> str:
    # Never an exponent: Decimal("1E+3") is written 1000.
    return f"{value:f}"


def _decimal(text: object) -> Decimal:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not a string of digits")
    value = Decimal(text)
    if not value.is_finite():
        raise TypeError(f"{text} is not an amount")
    return value


def _day(text: object) -> date:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not a day")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TypeError(str(error)) from error


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _optional(value: S | None, turn: Callable[[S], T]) -> T | None:
    return None if value is None else turn(value)
