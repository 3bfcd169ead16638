"""The ring-fence report as a value: what each area cost, who paid, who was reached, and what was checked.

Pure, and the same as JSON and back: a closed year keeps it, the page, the PDF and the workbook only render it.
Labels are codes where the product has words for them, and names where people gave them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from advisory.kernel.money import ZERO

VERSION = 1
AREAS = (1, 2, 3, 4)

#: One figure for each area, in their order.
ByArea = tuple[Decimal, ...]
NOTHING: ByArea = (ZERO, ZERO, ZERO, ZERO)


class Source(StrEnum):
    """Who paid."""

    BASE_GRANT = "base_grant"
    CUSTOMERS = "customers"
    NOT_INVOICED = "not_invoiced"
    POT = "pot"
    NOT_DRAWN = "not_drawn"
    DEDUCTED = "deducted"
    OTHER_YEARS = "other_years"
    FUND = "fund"
    PROJECT = "project"
    UNCOVERED = "uncovered"


class Missing(StrEnum):
    """Why the cost of the areas, and what follows from it, cannot be given."""

    PART_OF_YEAR = "part_of_year"
    NO_ACCOUNTS = "no_accounts"
    UNMAPPED = "unmapped"
    NO_KEY = "no_key"


class Finding(StrEnum):
    """What is checked, in the order of the page when all is in order."""

    HOURS_HAVE_AREA = "hours_have_area"
    NO_GRANT_IN_AREA_4 = "no_grant_in_area_4"
    RATE_HOLDS_AREA_3 = "rate_holds_area_3"
    POTS_PAY_DISCOUNTS = "pots_pay_discounts"
    FINANCING_IS_COST = "financing_is_cost"
    ACCOUNTS_ARE_MAPPED = "accounts_are_mapped"


@dataclass(frozen=True, slots=True)
class Financing:
    """What one source paid in each area, in kroner. `name` is a pot's name or a self-cost service's code."""

    source: Source
    amounts: ByArea
    name: str = ""
    pot: int | None = None

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, ZERO)


@dataclass(frozen=True, slots=True)
class ServiceUse:
    """Minutes of a kind of help, or of internal work, in one area; `names` in nb, nn and en."""

    area: int
    names: tuple[str, str, str]
    minutes: int
    internal: bool
    # How many engagements; hidden (None) below five, 0 for internal work.
    engagements: int | None

    def name_in(self, language: str) -> str:
        return self.names[{"nn": 1, "en": 2}.get(language, 0)]


@dataclass(frozen=True, slots=True)
class Group:
    """How many organisations; None = hidden: fewer than five (`few`), or so that those cannot be worked out."""

    key: str
    count: int | None
    percent: Decimal | None = None
    few: bool = False


@dataclass(frozen=True, slots=True)
class PotUse:
    """A pot's frame, and what it paid of discounts on work in the period, in kroner."""

    pot: int
    name: str
    funder: str
    frame: Decimal
    used: Decimal


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check. `known` is False where the figures it needs cannot be given."""

    finding: Finding
    holds: bool
    known: bool = True
    amount: Decimal = ZERO
    other: Decimal = ZERO
    count: int = 0
    # Areas it failed in, documents, or the row it leads to.
    areas: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()
    base: tuple[int, str, int] | None = None


@dataclass(frozen=True, slots=True)
class FundingFigures:
    """The whole report, from `first` to and including `last`. `cost` is None where it cannot be given: `missing`."""

    first: date
    last: date
    made_at: datetime
    minutes: tuple[int, ...]
    cost: ByArea | None
    missing: tuple[Missing, ...]
    financing: tuple[Financing, ...]
    # What was received, of which `financing` shows what was needed.
    base_grant: Decimal | None
    project_money: Decimal | None
    unbilled_minutes: int
    services: tuple[ServiceUse, ...]
    # None = fewer than five.
    organisations: int | None
    by_tier: tuple[Group, ...]
    by_members: tuple[Group, ...]
    by_county: tuple[Group, ...]
    by_kind: tuple[Group, ...]
    pots: tuple[PotUse, ...]
    checks: tuple[Checked, ...]

    @property
    def year(self) -> int | None:
        """The calendar year it is the report of, or None for any other period."""
        return whole_year(self.first, self.last)

    @property
    def total_minutes(self) -> int:
        return sum(self.minutes)

    @property
    def total_cost(self) -> Decimal | None:
        return None if self.cost is None else sum(self.cost, ZERO)

    @property
    def financed(self) -> ByArea:
        """What all rows of financing sum to in each area."""
        return column_sums(self.financing)

    @property
    def total_financed(self) -> Decimal:
        return sum(self.financed, ZERO)

    @property
    def discounts(self) -> Decimal:
        return sum((pot.used for pot in self.pots), ZERO)

    def of(self, source: Source) -> Decimal:
        """What a source paid in all areas together."""
        return sum((row.total for row in self.financing if row.source is source), ZERO)

    @property
    def is_empty(self) -> bool:
        """No hour, no cost and no money: a period without data."""
        return not self.total_minutes and not self.total_cost and not self.total_financed

    @property
    def failing(self) -> tuple[Checked, ...]:
        return tuple(check for check in self.checks if check.known and not check.holds)


def whole_year(first: date, last: date) -> int | None:
    """The year that the period is exactly, or None."""
    same = first.year == last.year and (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31)
    return first.year if same else None


def column_sums(rows: Iterable[Financing]) -> ByArea:
    """The sum of the rows in each area."""
    sums = list(NOTHING)
    for row in rows:
        for place, amount in enumerate(row.amounts):
            sums[place] += amount
    return tuple(sums)


def to_json(figures: FundingFigures) -> dict[str, Any]:
    """The report as data that JSON holds: amounts and days as text."""
    return {"version": VERSION, **_plain(asdict(figures))}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def from_json(data: Mapping[str, Any]) -> FundingFigures:
    """The report that `to_json` wrote. Raises `KeyError` and `ValueError` for anything else."""
    if data["version"] != VERSION:
        raise ValueError(f"A report of version {data['version']} is not known.")
    known = {each.name: data[each.name] for each in fields(FundingFigures)}
    return FundingFigures(
        **known
        | {
            "first": date.fromisoformat(data["first"]),
            "last": date.fromisoformat(data["last"]),
            "made_at": datetime.fromisoformat(data["made_at"]),
            "minutes": tuple(data["minutes"]),
            "cost": None if data["cost"] is None else _amounts(data["cost"]),
            "missing": tuple(Missing(each) for each in data["missing"]),
            "financing": tuple(
                Financing(Source(row["source"]), _amounts(row["amounts"]), row["name"], row["pot"])
                for row in data["financing"]
            ),
            "base_grant": _amount(data["base_grant"]),
            "project_money": _amount(data["project_money"]),
            "services": tuple(ServiceUse(**row | {"names": tuple(row["names"])}) for row in data["services"]),
            **{
                name: tuple(Group(row["key"], row["count"], _amount(row["percent"]), row["few"]) for row in data[name])
                for name in ("by_tier", "by_members", "by_county", "by_kind")
            },
            "pots": tuple(
                PotUse(**row | {"frame": Decimal(row["frame"]), "used": Decimal(row["used"])}) for row in data["pots"]
            ),
            "checks": tuple(_check(row) for row in data["checks"]),
        }
    )


def _check(row: Mapping[str, Any]) -> Checked:
    return Checked(
        **dict(row)
        | {
            "finding": Finding(row["finding"]),
            "amount": Decimal(row["amount"]),
            "other": Decimal(row["other"]),
            "areas": tuple(row["areas"]),
            "documents": tuple(row["documents"]),
            "base": None if row["base"] is None else tuple(row["base"]),
        }
    )


def _amounts(texts: Iterable[str]) -> ByArea:
    return tuple(Decimal(text) for text in texts)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
