"""Everything the page of a year's accounts shows: where the accounts go, what each area cost, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Sum as SumOf
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from advisory.kernel.audit import AuditEvent
from advisory.kernel.errors import DomainError
from advisory.kernel.money import ZERO
from billing.yearend import actual
from billing.yearend.account_seats import SeatSums, seat_sums
from billing.yearend.accounts import Missing, missing_of
from billing.yearend.actual import BEARERS, ActualCosts, AreaMinutes, BearerCost, Sum
from billing.yearend.actual_split import Weights
from billing.yearend.models import AccountingYear, Destination, TrialBalance, YearClosing
from engagements.work.models import FundingArea, SelfcostService, TimeEntry

#: What is asked for in a path where no destination has been chosen.
UNMAPPED = "none"


class State(StrEnum):
    """Where the accounts stand."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLOSED = "closed"


#: The destinations as they are read: what is a cost, what an income, what counts elsewhere.
GROUPS: tuple[tuple[StrOrPromise, tuple[Destination, ...]], ...] = (
    (gettext_lazy("Costs of one area"), BEARERS),
    (gettext_lazy("Shared costs"), actual.SHARED),
    (gettext_lazy("Income deducted from self-cost"), (Destination.DEDUCT_ADVICE, Destination.DEDUCT_COURSES)),
    (gettext_lazy("Grants"), (Destination.BASE_GRANT, Destination.PROJECT_MONEY, Destination.POTS)),
    (gettext_lazy("Counted elsewhere or not at all"), (Destination.CUSTOMERS, Destination.LOSSES, Destination.OUTSIDE)),
)


@dataclass(frozen=True, slots=True)
class SumRow:
    """A destination with its rows; costs above zero, incomes below."""

    key: str
    label: StrOrPromise
    imported: int
    by_hand: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SumGroup:
    """Destinations that are read together, those with rows only."""

    label: StrOrPromise
    rows: tuple[SumRow, ...]


@dataclass(frozen=True, slots=True)
class ServiceSum:
    """The self-cost of a service: its costs less the income deducted."""

    service: SelfcostService
    cost: BearerCost
    deducted: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Page:
    """The accounts of a year as they stand."""

    accounts: AccountingYear
    state: State
    closing: YearClosing | None
    groups: tuple[SumGroup, ...]
    unmapped: SumRow | None
    total: Decimal
    lines: int
    seats: SeatSums
    minutes: AreaMinutes
    full_time: Weights
    costs: ActualCosts | None
    #: Why there are no costs by area yet, in words.
    no_costs: str
    missing: tuple[Missing, ...]
    files: tuple[TrialBalance, ...]
    returned_because: str

    @property
    def is_ready(self) -> bool:
        return all(each.holds for each in self.missing)

    @property
    def next_step(self) -> str:
        """The url name of the page where the first thing that is missing is put right, or none."""
        return next((each.url_name for each in self.missing if not each.holds and each.url_name), "")

    @property
    def newest(self) -> TrialBalance | None:
        """The trial balance that the imported lines are from."""
        return next((file for file in self.files if file.taken_at), None)

    @property
    def keys(self) -> tuple[tuple[StrOrPromise, int, Decimal], ...]:
        """Who bears costs, with the minutes and full-time equivalents of each."""
        names = [bearer.label for bearer in BEARERS]
        return tuple(zip(names, map(int, self.minutes.weights), self.full_time, strict=True))

    @property
    def bearers(self) -> tuple[tuple[BearerCost, int, Decimal], ...]:
        """Each bearer with its minutes and its full-time equivalents."""
        if self.costs is None:
            return ()
        return tuple(zip(self.costs.bearers, map(int, self.minutes.weights), self.full_time, strict=True))

    @property
    def direct(self) -> Decimal:
        return sum((each.direct.amount for each in self.costs.bearers), ZERO) if self.costs else ZERO

    @property
    def shared(self) -> Decimal:
        return sum((each.shared_amount for each in self.costs.bearers), ZERO) if self.costs else ZERO

    @property
    def assets(self) -> Decimal:
        return sum((each.capital for each in self.costs.bearers), ZERO) if self.costs else ZERO

    @property
    def services(self) -> tuple[ServiceSum, ...]:
        """The self-cost of each service, with what it is the sum of."""
        return tuple(_service_sum(self.costs, service) for service in SelfcostService) if self.costs else ()


def page(accounts: AccountingYear) -> Page:
    """The page's value; the number of queries does not depend on the number of lines."""
    closing = YearClosing.objects.filter(accounting_year=accounts).select_related("closed_by").first()
    rows = actual.rows_of(accounts)
    sums = actual.sums_of(rows)
    minutes, full_time = actual.area_minutes(accounts.year), actual.full_time_of(accounts)
    costs, no_costs = None, ""
    try:
        costs = actual.actual_costs(accounts, minutes=minutes)
    except DomainError as error:
        no_costs = error.message
    return Page(
        accounts=accounts,
        state=state_of(accounts, closing),
        closing=closing,
        groups=tuple(_groups(sums)),
        unmapped=_sum_row(UNMAPPED, _("Not placed yet"), sums[""]) if "" in sums else None,
        total=sum((row.amount for row in rows), ZERO),
        lines=len(rows),
        seats=seat_sums(accounts.seat_sales.all()),
        minutes=minutes,
        full_time=full_time,
        costs=costs,
        no_costs=no_costs,
        missing=missing_of([row.destination for row in rows], lambda: minutes.total, lambda: full_time.whole),
        files=tuple(accounts.trial_balances.select_related("uploaded_by").defer("content")),
        returned_because=_returned_because(accounts),
    )


def state_of(accounts: AccountingYear, closing: YearClosing | None) -> State:
    """Where the accounts stand."""
    if closing is not None:
        return State.CLOSED
    return State.SUBMITTED if accounts.submitted_at else State.DRAFT


def _service_sum(costs: ActualCosts, service: SelfcostService) -> ServiceSum:
    pure = costs.self_cost(service)
    return ServiceSum(service, costs.of_service(service), pure.income_deducted, pure.total)


def _groups(sums: dict[str, Sum]) -> list[SumGroup]:
    found = []
    for label, destinations in GROUPS:
        rows = tuple(_sum_row(each, each.label, sums[each]) for each in destinations if each in sums)
        if rows:
            found.append(SumGroup(label, rows))
    return found


def _sum_row(key: str, label: StrOrPromise, found: Sum) -> SumRow:
    imported = sum(row.imported for row in found.rows)
    return SumRow(key, label, imported, len(found.rows) - imported, found.amount)


def _returned_because(accounts: AccountingYear) -> str:
    """Why the review sent the accounts back, until they are handed over again."""
    if accounts.submitted_at is not None:
        return ""
    last = AuditEvent.objects.of(accounts).filter(action__in=("accounts.send_back", "accounts.submit")).first()
    return last.reason if last is not None and last.action == "accounts.send_back" else ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """Recorded minutes of the year on one engagement or activity; `reference` leads to the engagement."""

    bearer: Destination
    reference: str
    name: str
    minutes: int
    entries: int


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """All work of one bearer."""

    bearer: Destination
    rows: tuple[WorkRow, ...]

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)


_BEARER = {
    FundingArea.CATALOGUE: Destination.AREA_1,
    FundingArea.MEETING_PLACE: Destination.AREA_2,
    FundingArea.JOINT_PROJECTS: Destination.AREA_4,
}


def recorded_work(year: int) -> tuple[WorkGroup, ...]:
    """What the recorded hours of the year are the sum of, by who bears the costs of them; one query."""
    found = (
        TimeEntry.objects.filter(day__year=year)
        .order_by()
        .values(
            "funding_area",
            "service_type__service",
            reference=Coalesce("engagement__reference", Value("")),
            name=Coalesce("engagement__title", "activity__name"),
        )
        .annotate(minutes_in_all=SumOf("minutes"), entries=SumOf(Value(1)))
    )
    rows: dict[Destination, list[WorkRow]] = {bearer: [] for bearer in BEARERS}
    for row in found:
        bearer = _BEARER.get(FundingArea(row["funding_area"]), Destination.ADVICE)
        if bearer is Destination.ADVICE and row["service_type__service"] == SelfcostService.COURSES:
            bearer = Destination.COURSES
        rows[bearer].append(WorkRow(bearer, row["reference"], row["name"], row["minutes_in_all"], row["entries"]))
    return tuple(WorkGroup(bearer, _in_order(own)) for bearer, own in rows.items() if own)


def _in_order(rows: Sequence[WorkRow]) -> tuple[WorkRow, ...]:
    """The most hours first."""
    return tuple(sorted(rows, key=lambda row: (-row.minutes, row.reference, row.name)))
