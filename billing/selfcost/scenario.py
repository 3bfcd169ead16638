"""The what-if scenario: a cost base, planned hours, invoices and actual figures, and what would come of them.

Pure: `parse` turns text into a `Scenario` or refuses it, naming the place; `run` prices it with the very
functions that price real invoices. `years` and the like are JSON integers; amounts, hours and percentages are
strings of decimal digits, with a minus sign only in the layers of the fund.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

from advisory.kernel.money import ORE, ZERO, half_up
from billing.pricing.lines import PricedLine, price_quantity
from billing.pricing.totals import totals
from billing.pricing.vat import TaxedNet, vat_groups
from billing.selfcost.calculation import Asset, CostLine, InvalidKey, Key, NegativeRate, SelfCost, calculate
from billing.selfcost.fund import (
    LONGEST_SPREAD,
    Layer,
    MixedSigns,
    after_calculation,
    balance,
    ordered,
    use_by_rule,
)

Json = dict[str, Any]
T = TypeVar("T")


class ScenarioError(ValueError):
    """A scenario that cannot be run: one line that names the place, `years[0].plan.billable_hours: …`."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Plan:
    """The cost base and hours that the year's rate comes from. `fund_use` None: the rule decides."""

    base: SelfCost
    billable_hours: Decimal
    rate_step: Decimal
    fund_use: Decimal | None
    spread_years: int


@dataclass(frozen=True, slots=True)
class Sale:
    """A quantity sold at a price; without one, at the year's rate."""

    quantity: Decimal
    unit_price: Decimal | None
    discount_percent: Decimal

    def priced(self, rate: Decimal) -> PricedLine:
        """The line's price, where an hour costs `rate`."""
        price = rate if self.unit_price is None else self.unit_price
        return price_quantity(self.quantity, price, self.discount_percent)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A sale with its VAT."""

    sale: Sale
    vat_category: str
    vat_percent: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice to be priced at the year's rate."""

    reference: str
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class Actual:
    """What the year turned out to cost and to sell."""

    base: SelfCost
    sold: tuple[Sale, ...]
    interest_percent: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the scenario."""

    year: int
    plan: Plan
    invoices: tuple[Invoice, ...]
    actual: Actual | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A valid scenario."""

    title: str
    fund: tuple[Layer, ...]
    years: tuple[Year, ...]


def simulate(text: str) -> Json:
    """Give the answer to a scenario written as JSON. Raises `ScenarioError`."""
    return run(parse(text))


def parse(text: str) -> Scenario:
    """Give the scenario written in `text`. Raises `ScenarioError` for anything that is not as described."""
    top = _Object("", _load(text), required={"years"}, optional={"title", "fund"})
    title = top.text("title") if "title" in top else ""
    fund = tuple(top.each("fund", _layer)) if "fund" in top else ()
    for index, (earlier, later) in enumerate(pairwise(fund), start=1):
        if later.origin < earlier.origin:
            raise ScenarioError(f"fund[{index}].origin", "must not be before the layer above (oldest first)")
    try:
        layers = ordered(fund)
    except MixedSigns:
        raise ScenarioError("fund", "the layers must all have one sign") from None
    years = tuple(top.each("years", _year))
    if not years:
        raise ScenarioError("years", "must hold at least one year")
    for index, (before, after) in enumerate(pairwise(years), start=1):
        if after.year <= before.year:
            raise ScenarioError(f"years[{index}].year", "must be later than the year before it")
    return Scenario(title, layers, years)


def run(scenario: Scenario) -> Json:
    """Give the answer as JSON values: amounts and percentages are strings with two decimals.

    Raises `ScenarioError` for the one thing that only shows here: a year whose rate would be negative.
    """
    layers = scenario.fund
    answers = []
    for index, year in enumerate(scenario.years):
        answer, layers = _run_year(f"years[{index}]", year, layers)
        answers.append(answer)
    return {"years": answers}


def _run_year(place: str, year: Year, layers: tuple[Layer, ...]) -> tuple[Json, tuple[Layer, ...]]:
    plan = year.plan
    use = plan.fund_use
    if use is None:
        use = use_by_rule(layers, year=year.year, spread_years=plan.spread_years)
    try:
        calculation = calculate(plan.base, fund_use=use, billable_hours=plan.billable_hours, step=plan.rate_step)
    except NegativeRate as error:
        raise ScenarioError(
            f"{place}.plan", f"the rate would be negative ({error.to_recover} is left to recover)"
        ) from error
    answer: Json = {
        "year": year.year,
        "self_cost": _amount(calculation.self_cost),
        "fund_use": _amount(calculation.fund_use),
        "rate": _amount(calculation.rate),
        "invoices": [_invoice_answer(invoice, calculation.rate) for invoice in year.invoices],
    }
    opening = balance(layers)
    if year.actual is not None:
        after = after_calculation(
            year=year.year,
            self_cost=year.actual.base.total,
            sold=[sale.priced(calculation.rate) for sale in year.actual.sold],
            interest_percent=year.actual.interest_percent,
            layers=layers,
        )
        layers = after.layers
        answer["after"] = {
            "self_cost": _amount(after.self_cost),
            "gross": _amount(after.gross),
            "discount": _amount(after.discount),
            "invoiced_net": _amount(after.invoiced_net),
            "result": _amount(after.result),
            "interest": _amount(after.interest),
        }
    answer["fund"] = {
        "opening": _amount(opening),
        "closing": _amount(balance(layers)),
        "layers": [{"origin": layer.origin, "amount": _amount(layer.amount)} for layer in layers],
    }
    return answer, layers


def _invoice_answer(invoice: Invoice, rate: Decimal) -> Json:
    lines = [line.sale.priced(rate) for line in invoice.lines]
    groups = vat_groups(
        TaxedNet(line.vat_category, line.vat_percent, priced.net)
        for line, priced in zip(invoice.lines, lines, strict=True)
    )
    sums = totals(lines, groups)
    return {
        "reference": invoice.reference,
        "lines": [
            {"gross": _amount(line.gross), "discount": _amount(line.discount), "net": _amount(line.net)}
            for line in lines
        ],
        "vat_groups": [
            {
                "category": group.category,
                "percent": _amount(group.percent),
                "base": _amount(group.base),
                "vat": _amount(group.vat),
            }
            for group in groups
        ],
        "gross": _amount(sums.gross),
        "discount": _amount(sums.discount),
        "net": _amount(sums.net),
        "vat": _amount(sums.vat),
        "total": _amount(sums.total),
    }


def _amount(value: Decimal) -> str:
    return f"{half_up(value):f}"


# --- Reading. A place is written as one would look it up: years[0].plan.cost_lines[2].amount


def _load(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_float=_Number
        )
    except ScenarioError:
        raise
    except json.JSONDecodeError as error:
        raise ScenarioError(f"line {error.lineno} column {error.colno}", f"not JSON ({error.msg})") from error
    except RecursionError:
        raise ScenarioError("", "not a scenario (nested too deeply)") from None
    except ValueError as error:
        # An integer of more digits than Python cares to read.
        raise ScenarioError("", f"not a scenario ({error})") from error


class _Number(str):
    """A JSON number with a fraction or an exponent: none is valid anywhere, so its digits are only shown."""

    __slots__ = ()


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise ScenarioError("", f"the key {_shown(key)} is given twice in one object")
        values[key] = value
    return values


def _refuse_constant(constant: str) -> NoReturn:
    raise ScenarioError("", f"{constant} is not a JSON value")


# Twelve digits before the point are more than any budget; the bound keeps nonsense from filling the answer.
_DIGITS = re.compile(r"(-?)\d{1,12}(?:\.\d{1,10})?", re.ASCII)
_CATEGORY = re.compile(r"[A-Z]{1,3}", re.ASCII)


class _Object:
    """A JSON object at a place, with exactly the keys that are allowed there."""

    def __init__(self, place: str, value: object, *, required: set[str], optional: set[str]) -> None:
        self.place = place
        if not isinstance(value, dict):
            raise ScenarioError(place or "the scenario", "must be an object")
        self._values: Mapping[str, Any] = value
        for key in value:
            if key not in required | optional:
                raise ScenarioError(place or "the scenario", f"unknown key {_shown(key)}")
        for key in sorted(required):
            if key not in value:
                raise ScenarioError(self.at(key), "is missing")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def refuse(self, key: str, reason: str) -> NoReturn:
        raise ScenarioError(self.at(key), reason)

    def child(self, key: str, read: Callable[[str, object], T]) -> T:
        return read(self.at(key), self._values[key])

    def each(self, key: str, read: Callable[[str, object], T]) -> list[T]:
        values = self._values[key]
        if not isinstance(values, list):
            self.refuse(key, "must be a list")
        return [read(f"{self.at(key)}[{index}]", value) for index, value in enumerate(values)]

    def text(self, key: str) -> str:
        value = self._values[key]
        if not isinstance(value, str) or isinstance(value, _Number):
            self.refuse(key, "must be a text")
        return value

    def integer(self, key: str, *, low: int, high: int) -> int:
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(key, "must be a whole number, without quotes")
        if not low <= value <= high:
            self.refuse(key, f"must be from {low} to {high}")
        return value

    def decimal(self, key: str, *, signed: bool = False) -> Decimal:
        """A string of digits. A JSON number is refused: other programs would have read it as a float."""
        value = self._values[key]
        if isinstance(value, (int, _Number)) and not isinstance(value, bool):
            self.refuse(key, 'must be a string of digits, such as "12.50", not a JSON number')
        found = _DIGITS.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.refuse(key, 'must be a string of digits, such as "12.50"')
        if found[1] and not signed:
            self.refuse(key, "must not be negative")
        return Decimal(found[0])

    def amount(self, key: str, *, signed: bool = False) -> Decimal:
        """Kroner: at most two decimals."""
        value = self.decimal(key, signed=signed)
        if value != half_up(value):
            self.refuse(key, "must not have more than two decimals")
        return half_up(value)

    def percent(self, key: str) -> Decimal:
        value = self.decimal(key)
        if value > 100:
            self.refuse(key, "must be from 0 to 100")
        return value


def _layer(place: str, value: object) -> Layer:
    layer = _Object(place, value, required={"origin", "amount"}, optional=set())
    return Layer(_calendar_year(layer, "origin"), layer.amount("amount", signed=True))


def _year(place: str, value: object) -> Year:
    year = _Object(place, value, required={"year", "plan"}, optional={"invoices", "actual"})
    return Year(
        year=_calendar_year(year, "year"),
        plan=year.child("plan", _plan),
        invoices=tuple(year.each("invoices", _invoice)) if "invoices" in year else (),
        actual=year.child("actual", _actual) if "actual" in year else None,
    )


def _plan(place: str, value: object) -> Plan:
    plan = _Object(
        place,
        value,
        required={"cost_lines", "billable_hours"},
        optional={"assets", "income_deducted", "rate_step", "fund_use", "spread_years"},
    )
    if "fund_use" in plan and "spread_years" in plan:
        plan.refuse("fund_use", "must not stand together with spread_years")
    hours = plan.decimal("billable_hours")
    if hours <= 0:
        plan.refuse("billable_hours", "must be above zero")
    step = plan.decimal("rate_step") if "rate_step" in plan else ORE
    if step <= 0 or step != half_up(step):
        plan.refuse("rate_step", "must be a positive multiple of 0.01")
    return Plan(
        base=_base(plan),
        billable_hours=hours,
        rate_step=step,
        fund_use=plan.amount("fund_use") if "fund_use" in plan else None,
        spread_years=plan.integer("spread_years", low=1, high=LONGEST_SPREAD) if "spread_years" in plan else 1,
    )


def _actual(place: str, value: object) -> Actual:
    actual = _Object(
        place,
        value,
        required={"cost_lines", "sold", "interest_percent"},
        optional={"assets", "income_deducted"},
    )
    return Actual(_base(actual), tuple(actual.each("sold", _sold)), actual.percent("interest_percent"))


def _base(parent: _Object) -> SelfCost:
    return SelfCost(
        cost_lines=tuple(parent.each("cost_lines", _cost_line)),
        assets=tuple(parent.each("assets", _asset)) if "assets" in parent else (),
        income_deducted=parent.amount("income_deducted") if "income_deducted" in parent else ZERO,
    )


def _cost_line(place: str, value: object) -> CostLine:
    line = _Object(place, value, required={"label", "amount"}, optional={"key"})
    return CostLine(line.text("label"), line.amount("amount"), line.child("key", _key) if "key" in line else None)


def _key(place: str, value: object) -> Key:
    key = _Object(place, value, required={"part", "whole"}, optional=set())
    part, whole = key.decimal("part"), key.decimal("whole")
    if whole == 0:
        key.refuse("whole", "must be above zero")
    try:
        return Key(part, whole)
    except InvalidKey:
        key.refuse("part", "must not be larger than the whole")


def _asset(place: str, value: object) -> Asset:
    asset = _Object(
        place,
        value,
        required={"label", "acquisition", "years", "opening_value", "interest_percent"},
        optional=set(),
    )
    return Asset(
        label=asset.text("label"),
        acquisition=asset.amount("acquisition"),
        years=asset.integer("years", low=1, high=1000),
        opening_value=asset.amount("opening_value"),
        interest_percent=asset.percent("interest_percent"),
    )


def _invoice(place: str, value: object) -> Invoice:
    invoice = _Object(place, value, required={"reference", "lines"}, optional=set())
    return Invoice(invoice.text("reference"), tuple(invoice.each("lines", _invoice_line)))


def _invoice_line(place: str, value: object) -> InvoiceLine:
    line = _Object(
        place,
        value,
        required={"text", "quantity", "discount_percent", "vat_category", "vat_percent"},
        optional={"unit_price"},
    )
    line.text("text")
    category = line.text("vat_category")
    if not _CATEGORY.fullmatch(category):
        line.refuse("vat_category", 'must be a code of capital letters, such as "S"')
    return InvoiceLine(_sale(line), category, line.percent("vat_percent"))


def _sold(place: str, value: object) -> Sale:
    return _sale(
        _Object(place, value, required={"quantity", "discount_percent"}, optional={"unit_price"}),
    )


def _sale(line: _Object) -> Sale:
    return Sale(
        quantity=line.decimal("quantity"),
        unit_price=line.decimal("unit_price") if "unit_price" in line else None,
        discount_percent=line.percent("discount_percent"),
    )


def _calendar_year(parent: _Object, key: str) -> int:
    return parent.integer(key, low=1, high=9999)


def _shown(key: str) -> str:
    """A key as one line of readable signs: it comes from a stranger's file."""
    return json.dumps(key if len(key) <= 60 else f"{key[:60]}…", ensure_ascii=True)
