"""What a year really cost: recorded hours by area, and the accounts brought to those who bear them.

Every sum keeps the rows it sums, so that a page, the after-calculation and the report open the same ones. Costs are
above zero and incomes below, as in a trial balance; a `Sum` of incomes is turned round by whoever shows it.

Depreciation and calculated interest of a self-cost service are those of the cost base that was adopted last for the
year: the plan's equipment is the year's equipment. Where the year's own figures are written as lines by hand instead
(`AccountingYear.assets_by_hand`), the base's are left out, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum as SumOf
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.money import ZERO
from billing.selfcost import calculation
from billing.selfcost.calculation import SelfCost
from billing.selfcost.models import AssetLine, RateVersion
from billing.yearend.actual_split import NothingToShareBy, Parts, Weights, split
from billing.yearend.models import AccountingYear, Destination, YearKey
from engagements.work.models import FundingArea, SelfcostService, TimeEntry

#: Who bears costs, in the order of the areas; the order of `Weights` and `Parts`.
BEARERS = (
    Destination.AREA_1,
    Destination.AREA_2,
    Destination.ADVICE,
    Destination.COURSES,
    Destination.AREA_4,
)
AREA_OF = {
    Destination.AREA_1: FundingArea.CATALOGUE,
    Destination.AREA_2: FundingArea.MEETING_PLACE,
    Destination.ADVICE: FundingArea.ADVICE,
    Destination.COURSES: FundingArea.ADVICE,
    Destination.AREA_4: FundingArea.JOINT_PROJECTS,
}
SHARED = (Destination.SHARED_HOURS, Destination.SHARED_FULL_TIME)
_SERVICE = {SelfcostService.ADVICE: Destination.ADVICE, SelfcostService.COURSES: Destination.COURSES}
_DEDUCTED = {SelfcostService.ADVICE: Destination.DEDUCT_ADVICE, SelfcostService.COURSES: Destination.DEDUCT_COURSES}


class NoHoursToShareBy(DomainError):
    """A cost is shared by recorded hours, and none are recorded."""

    template = _("Costs are shared by recorded hours, but no hours are recorded in %(year)s.")


class NoFullTimeToShareBy(DomainError):
    """A cost is shared by full-time equivalents, and none are written."""

    template = _("Costs are shared by full-time equivalents, but none are written for %(year)s.")


@dataclass(frozen=True, slots=True)
class AreaMinutes:
    """Recorded minutes of a year by area; area 3 by its two self-cost services."""

    catalogue: int = 0
    meeting_place: int = 0
    advice: int = 0
    courses: int = 0
    joint_projects: int = 0

    @property
    def total(self) -> int:
        return self.catalogue + self.meeting_place + self.advice + self.courses + self.joint_projects

    @property
    def weights(self) -> Weights:
        """As a key, in minutes."""
        return Weights(
            Decimal(self.catalogue),
            Decimal(self.meeting_place),
            Decimal(self.advice),
            Decimal(self.courses),
            Decimal(self.joint_projects),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the accounts as it stands: kroner, a cost above zero and an income below."""

    pk: int
    account: str
    label: str
    amount: Decimal
    destination: str
    source: str
    imported: bool

    @property
    def goes_to(self) -> str:
        """The destination in words, empty where there is none."""
        return str(Destination(self.destination).label) if self.destination else ""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum and the rows it sums."""

    rows: tuple[Row, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Kroner; costs above zero, incomes below."""
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def income(self) -> Decimal:
        """The same with incomes above zero."""
        return ZERO - self.amount


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A shared cost with its key and the five parts; by hours the key is in minutes."""

    row: Row
    weights: Weights
    parts: Parts

    @property
    def by_hours(self) -> bool:
        return self.row.destination == Destination.SHARED_HOURS


@dataclass(frozen=True, slots=True)
class SharedPart:
    """What one bearer has of a shared cost: `amount` = `part` / `whole` of the row's."""

    row: Row
    part: Decimal
    whole: Decimal
    amount: Decimal

    @property
    def by_hours(self) -> bool:
        """`part` and `whole` are minutes; else full-time equivalents."""
        return self.row.destination == Destination.SHARED_HOURS

    @property
    def part_minutes(self) -> int:
        """The part where it is minutes, as whole ones."""
        return int(self.part)

    @property
    def whole_minutes(self) -> int:
        return int(self.whole)


@dataclass(frozen=True, slots=True)
class BearerCost:
    """All that one area, or one service of area 3, cost. `assets` only where a service has them."""

    bearer: Destination
    direct: Sum
    shared: tuple[SharedPart, ...]
    assets: tuple[calculation.Asset, ...] = ()

    @property
    def area(self) -> FundingArea:
        return AREA_OF[self.bearer]

    @property
    def shared_amount(self) -> Decimal:
        return sum((part.amount for part in self.shared), ZERO)

    @property
    def depreciation(self) -> Decimal:
        return sum((asset.depreciation for asset in self.assets), ZERO)

    @property
    def interest(self) -> Decimal:
        return sum((asset.interest for asset in self.assets), ZERO)

    @property
    def capital(self) -> Decimal:
        """Depreciation and calculated interest of the equipment."""
        return self.depreciation + self.interest

    @property
    def total(self) -> Decimal:
        """Direct and shared costs, depreciation and calculated interest; nothing deducted."""
        return self.direct.amount + self.shared_amount + self.capital


@dataclass(frozen=True, slots=True)
class ActualCosts:
    """The accounts of a year brought to those who bear them. Made by `actual_costs`."""

    year: int
    minutes: AreaMinutes
    full_time: Weights
    sums: dict[str, Sum]
    shared: tuple[SharedRow, ...]
    #: The five, in the order of `BEARERS`.
    bearers: tuple[BearerCost, ...]

    def of(self, bearer: str) -> BearerCost:
        """What one of `BEARERS` cost."""
        return self.bearers[BEARERS.index(Destination(bearer))]

    def of_service(self, service: str) -> BearerCost:
        """What a self-cost service cost, before income is deducted."""
        return self.of(_SERVICE[SelfcostService(service)])

    def of_area(self, area: int) -> tuple[BearerCost, ...]:
        """What a funding area cost: one bearer, for area 3 two."""
        return tuple(bearer for bearer in self.bearers if bearer.area == area)

    def sum_of(self, destination: str) -> Sum:
        """The rows that go to `destination`; "" = nobody has said where."""
        return self.sums.get(destination, Sum())

    def self_cost(self, service: str) -> SelfCost:
        """The service's self-cost as the pure value that planned self-cost is too.

        The key of a cost shared by hours is in minutes. A part that is not the formula's own (see `split`) stands
        without a key.
        """
        cost = self.of_service(service)
        lines = [calculation.CostLine(row.label, row.amount) for row in cost.direct.rows]
        for shared in cost.shared:
            line = calculation.CostLine(shared.row.label, shared.row.amount, calculation.Key(shared.part, shared.whole))
            lines.append(
                line if line.attributed == shared.amount else calculation.CostLine(shared.row.label, shared.amount)
            )
        deducted = self.sum_of(_DEDUCTED[SelfcostService(service)]).income
        return SelfCost(cost_lines=tuple(lines), assets=cost.assets, income_deducted=deducted)

    @property
    def unmapped(self) -> Sum:
        """Rows nobody has said the destination of."""
        return self.sum_of("")

    @property
    def outside(self) -> Sum:
        """Rows outside the four areas."""
        return self.sum_of(Destination.OUTSIDE)

    @property
    def base_grant(self) -> Sum:
        """The base grant, for areas 1 and 2 (`.income` is above zero)."""
        return self.sum_of(Destination.BASE_GRANT)

    @property
    def project_money(self) -> Sum:
        """Project money, for area 4 (`.income` is above zero)."""
        return self.sum_of(Destination.PROJECT_MONEY)

    @property
    def pot_grants(self) -> Sum:
        """Grants to discount pots, which the pots' ledgers count (`.income` is above zero)."""
        return self.sum_of(Destination.POTS)

    @property
    def total(self) -> Decimal:
        """All costs of the four areas, nothing deducted."""
        return sum((bearer.total for bearer in self.bearers), ZERO)


def area_minutes(year: int) -> AreaMinutes:
    """All recorded minutes of the year by area, billable or not; one query.

    Area 3 goes by the self-cost service of the hour's service type; internal work of area 3 goes to advice.
    """
    found = {
        (row["funding_area"], row["service_type__service"]): row["minutes_in_all"]
        for row in TimeEntry.objects.filter(day__year=year)
        .order_by()
        .values("funding_area", "service_type__service")
        .annotate(minutes_in_all=SumOf("minutes"))
    }

    def of(area: FundingArea, *services: str | None) -> int:
        return sum(
            minutes
            for (where, service), minutes in found.items()
            if where == area and (not services or service in services)
        )

    courses = of(FundingArea.ADVICE, SelfcostService.COURSES)
    return AreaMinutes(
        catalogue=of(FundingArea.CATALOGUE),
        meeting_place=of(FundingArea.MEETING_PLACE),
        advice=of(FundingArea.ADVICE) - courses,
        courses=courses,
        joint_projects=of(FundingArea.JOINT_PROJECTS),
    )


def full_time_of(accounting_year: AccountingYear) -> Weights:
    """The year's full-time equivalents, all zero while none are written; one query."""
    key = YearKey.objects.filter(accounting_year=accounting_year).first() or YearKey()
    return Weights(
        *(Decimal(each) for each in (key.catalogue, key.meeting_place, key.advice, key.courses, key.joint_projects))
    )


def rows_of(accounting_year: AccountingYear) -> tuple[Row, ...]:
    """All lines of the accounts in their order; one query."""
    return tuple(
        Row(
            pk=line.pk,
            account=line.account,
            label=line.label,
            amount=line.amount.amount,
            destination=line.destination,
            source=line.source,
            imported=line.imported,
        )
        for line in accounting_year.lines.all()
    )


def sums_of(rows: Sequence[Row]) -> dict[str, Sum]:
    """The rows by destination; "" holds those without one."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.destination, []).append(row)
    return {destination: Sum(tuple(own)) for destination, own in found.items()}


def actual_costs(accounting_year: AccountingYear, *, minutes: AreaMinutes | None = None) -> ActualCosts:
    """Give what the year cost, by bearer, each sum with its rows; five queries, whatever the number of lines.

    `minutes` are those a closed year keeps; without them the hours are counted. Raises `NoHoursToShareBy` and
    `NoFullTimeToShareBy` where a cost is to be shared by a key that is zero.
    """
    year = accounting_year.year
    counted = area_minutes(year) if minutes is None else minutes
    full_time = full_time_of(accounting_year)
    sums = sums_of(rows_of(accounting_year))
    shared = _shared(year, sums, counted.weights, full_time)
    assets = {} if accounting_year.assets_by_hand else assets_of(year)
    bearers = []
    for index, bearer in enumerate(BEARERS):
        parts = tuple(
            SharedPart(each.row, list(each.weights)[index], each.weights.whole, list(each.parts)[index])
            for each in shared
        )
        bearers.append(BearerCost(bearer, sums.get(bearer, Sum()), parts, assets.get(bearer, ())))
    return ActualCosts(year, counted, full_time, sums, shared, tuple(bearers))


def assets_of(year: int) -> dict[str, tuple[calculation.Asset, ...]]:
    """The equipment of each service, from the cost base adopted last for the year; at most two queries."""
    # The last one wins: of a year's versions, the one that ended it.
    newest = {
        version.service: version.cost_base_id
        for version in RateVersion.objects.filter(year=year).order_by("valid_from").only("service", "cost_base_id")
    }
    lines = list(AssetLine.objects.filter(cost_base__in=newest.values())) if newest else []
    return {
        _SERVICE[SelfcostService(service)]: tuple(
            calculation.Asset(
                line.label,
                line.acquisition.amount,
                line.years,
                line.opening_value.amount,
                line.interest_percent,
            )
            for line in lines
            if line.cost_base_id == base
        )
        for service, base in newest.items()
    }


def _shared(year: int, sums: dict[str, Sum], by_hours: Weights, by_full_time: Weights) -> tuple[SharedRow, ...]:
    found = []
    for destination, weights, mistake in (
        (Destination.SHARED_HOURS, by_hours, NoHoursToShareBy),
        (Destination.SHARED_FULL_TIME, by_full_time, NoFullTimeToShareBy),
    ):
        for row in sums.get(destination, Sum()).rows:
            try:
                found.append(SharedRow(row, weights, split(row.amount, weights)))
            except NothingToShareBy:
                raise mistake(year=year) from None
    return tuple(found)
