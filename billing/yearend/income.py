"""Income of a year's work at full self-cost price, with what was discounted beside it and who paid that.

Income belongs to the year of the *work* (domain rules 1.2): issued lines with credit notes deducted, and billable
hours that are not issued yet, accrued at the rate and tier of their day. Hours that were written off stand on their
own line and are no income. Losses on receivables are not asked for here: what a customer owes changes no income.
Only work of funding area 3 counts; what was billed for other areas is told apart, so that nobody misses it.

Reads only. The number of queries depends neither on the number of years nor on that of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from advisory.kernel.fields import kroner, sum_ore
from advisory.kernel.money import ZERO
from billing.discounts.models import TierDecision
from billing.invoicing.models import InvoiceLine, PotShare
from billing.pricing.lines import price_minutes, price_quantity
from billing.pricing.sold import Sold
from billing.selfcost.models import RateVersion, Unit
from billing.yearend.models import SeatSale
from engagements.work.models import FundingArea, SelfcostService, TimeEntry

#: The tier of those who pay the full price.
FULL_PRICE = ""


@dataclass(frozen=True, slots=True)
class TierIncome:
    """Work sold at one discount; `code` is empty for the full price."""

    code: str
    percent: Decimal
    issued: Sold
    accrued: Sold

    @property
    def total(self) -> Sold:
        return self.issued + self.accrued


@dataclass(frozen=True, slots=True)
class AccruedLine:
    """Hours not issued yet, priced as the line they will be: one engagement, service type, rate and tier."""

    engagement: str
    title: str
    organisation: str
    service_type: int
    first_day: date
    last_day: date
    minutes: int
    rate: Decimal
    code: str
    percent: Decimal
    gross: Decimal
    discount: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class Seats:
    """Course seats sold: income that no hours stand behind."""

    label: str
    seats: int
    unit_price: Decimal
    percent: Decimal
    gross: Decimal
    discount: Decimal
    source: str

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class PotPaid:
    """What a pot paid of the discounts on issued lines, credit notes deducted."""

    pot: int
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class YearIncome:
    """The income of a service's work in a year, with all it is the sum of."""

    year: int
    service: str
    #: By falling discount.
    tiers: tuple[TierIncome, ...] = ()
    accrued_lines: tuple[AccruedLine, ...] = ()
    seats: tuple[Seats, ...] = ()
    #: By falling amount; sums to the discount of the issued lines.
    pots: tuple[PotPaid, ...] = ()
    #: Never income: minutes nobody will pay for, at the price they had.
    written_off: Sold = field(default_factory=Sold)
    #: Lines issued for work of other areas at this service's rate: not counted here.
    other_areas: Sold = field(default_factory=Sold)
    #: Billable minutes without a rate on their day: they cannot be accrued.
    unpriced_minutes: int = 0
    #: Issued lines with work of two years, counted in the year they begin in.
    straddling: int = 0

    @property
    def issued(self) -> Sold:
        return sum((tier.issued for tier in self.tiers), Sold())

    @property
    def accrued(self) -> Sold:
        return sum((tier.accrued for tier in self.tiers), Sold())

    @property
    def seats_sold(self) -> Sold:
        """Without minutes."""
        return sum((Sold(0, seats.gross, seats.discount) for seats in self.seats), Sold())

    @property
    def total(self) -> Sold:
        """All that counts as income of the year: issued, accrued and seats."""
        return self.issued + self.accrued + self.seats_sold

    @property
    def expected_from_pots(self) -> Decimal:
        """Discount that no pot has paid yet: on accrued hours, and on seats."""
        return self.accrued.discount + self.seats_sold.discount


def income_of_work(year: int, service: str) -> YearIncome:
    """Give the income of the work that `service` did in `year`, as the books stand now."""
    return incomes_of_work([year], service)[year]


def incomes_of_work(years: Iterable[int], service: str) -> dict[int, YearIncome]:
    """The same for several years in as many queries as for one."""
    wanted = sorted(set(years))
    service = SelfcostService(service).value
    if not wanted:
        return {}
    lines = lines_of_work(wanted, service)
    issued, other, straddling = _issued(lines)
    accrued, unpriced = _accrued(wanted, service)
    pots, written_off, seats = _pots(lines), _written_off(lines), _seats(wanted, service)
    return {
        year: YearIncome(
            year=year,
            service=service,
            tiers=_tiers(issued.get(year, {}), accrued.get(year, ())),
            accrued_lines=tuple(accrued.get(year, ())),
            seats=tuple(seats.get(year, ())),
            pots=pots.get(year, ()),
            written_off=written_off.get(year, Sold()),
            other_areas=other.get(year, Sold()),
            unpriced_minutes=unpriced.get(year, 0),
            straddling=straddling.get(year, 0),
        )
        for year in wanted
    }


def lines_of_work(years: Sequence[int], service: str) -> QuerySet[InvoiceLine]:
    """Issued lines of the service's rate for work that began in one of `years`, of all areas, credit notes too."""
    return InvoiceLine.objects.filter(
        rate_version__service=service,
        first_day__range=(date(min(years), 1, 1), date(max(years), 12, 31)),
        first_day__year__in=list(years),
    )


def counted_lines(year: int, service: str) -> QuerySet[InvoiceLine]:
    """The issued lines that are the year's income."""
    return lines_of_work([year], service).filter(funding_area=FundingArea.ADVICE)


def written_off_lines(lines: QuerySet[InvoiceLine]) -> QuerySet[InvoiceLine]:
    """The lines of credit notes that decided the hours are never billed; their figures are negated."""
    return lines.filter(funding_area=FundingArea.ADVICE, invoice__hours_released=False)


def unissued_hours(years: Sequence[int], service: str) -> QuerySet[TimeEntry]:
    """Billable hours of the service that no document has billed; a proposal may hold them."""
    return (
        TimeEntry.objects.billable()
        .not_issued()
        .filter(
            funding_area=FundingArea.ADVICE,
            service_type__service=service,
            day__range=(date(min(years), 1, 1), date(max(years), 12, 31)),
            day__year__in=list(years),
        )
    )


_Key = tuple[str, Decimal]


def _issued(
    lines: QuerySet[InvoiceLine],
) -> tuple[dict[int, dict[_Key, Sold]], dict[int, Sold], dict[int, int]]:
    counted: dict[int, dict[_Key, Sold]] = defaultdict(lambda: defaultdict(Sold))
    other: dict[int, Sold] = defaultdict(Sold)
    straddling: dict[int, int] = defaultdict(int)
    rows = (
        lines.order_by()
        .annotate(work_year=ExtractYear("first_day"))
        .values("work_year", "funding_area", "decision__tier__code", "discount_percent")
        .annotate(
            all_minutes=Sum("minutes"),
            all_gross=sum_ore("gross"),
            all_discount=sum_ore("discount"),
            across=Count("pk", filter=Q(last_day__year__gt=F("work_year"), credits_line=None)),
        )
    )
    for row in rows:
        sold = Sold(row["all_minutes"], kroner(row["all_gross"]), kroner(row["all_discount"]))
        year, percent = row["work_year"], row["discount_percent"].quantize(Decimal("0.01"))
        straddling[year] += row["across"]
        if row["funding_area"] != FundingArea.ADVICE:
            other[year] += sold
            continue
        key = (row["decision__tier__code"] or FULL_PRICE if percent else FULL_PRICE, percent)
        counted[year][key] += sold
    return counted, other, straddling


def _accrued(years: Sequence[int], service: str) -> tuple[dict[int, list[AccruedLine]], dict[int, int]]:
    entries = list(
        unissued_hours(years, service)
        .select_related("engagement__organisation")
        .order_by("engagement__reference", "day", "pk")
    )
    if not entries:
        return {}, {}
    rates = list(RateVersion.objects.filter(service=service).order_by("-valid_from"))
    decisions: dict[int, list[TierDecision]] = defaultdict(list)
    payers = {entry.engagement.organisation_id for entry in entries if entry.engagement}
    for decision in TierDecision.objects.for_many(payers):
        decisions[decision.organisation_id].append(decision)
    groups: dict[tuple[int, int, int, int, int], list[TimeEntry]] = defaultdict(list)
    found: dict[int, tuple[RateVersion, TierDecision | None]] = {}
    unpriced: dict[int, int] = defaultdict(int)
    for entry in entries:
        rate = next((each for each in rates if each.valid_from <= entry.day), None)
        if rate is None or rate.unit != Unit.HOURS or entry.engagement is None:
            unpriced[entry.day.year] += entry.minutes
            continue
        of_payer = decisions.get(entry.engagement.organisation_id, [])
        tier = next((each for each in of_payer if each.valid_from <= entry.day <= each.valid_to), None)
        found[entry.pk] = (rate, tier)
        key = (entry.day.year, entry.engagement.pk, entry.service_type_id or 0, rate.pk, tier.pk if tier else 0)
        groups[key].append(entry)
    lines: dict[int, list[AccruedLine]] = defaultdict(list)
    for key, own in groups.items():
        lines[key[0]].append(_accrued_line(own, *found[own[0].pk]))
    return lines, unpriced


def _accrued_line(entries: list[TimeEntry], rate: RateVersion, decision: TierDecision | None) -> AccruedLine:
    engagement = entries[0].engagement
    assert engagement is not None
    percent = (decision.tier.percent if decision else ZERO).quantize(Decimal("0.01"))
    minutes = sum(entry.minutes for entry in entries)
    price = price_minutes(minutes, rate.rate.amount, percent)
    return AccruedLine(
        engagement=engagement.reference,
        title=engagement.title,
        organisation=engagement.organisation.name,
        service_type=entries[0].service_type_id or 0,
        first_day=min(entry.day for entry in entries),
        last_day=max(entry.day for entry in entries),
        minutes=minutes,
        rate=rate.rate.amount,
        code=decision.tier.code if decision and percent else FULL_PRICE,
        percent=percent,
        gross=price.gross,
        discount=price.discount,
    )


def _tiers(issued: dict[_Key, Sold], accrued: Sequence[AccruedLine]) -> tuple[TierIncome, ...]:
    expected: dict[_Key, Sold] = defaultdict(Sold)
    for line in accrued:
        expected[line.code, line.percent] += Sold(line.minutes, line.gross, line.discount)
    keys = sorted({*issued, *expected}, key=lambda key: (key[1], key[0]))
    return tuple(TierIncome(*key, issued.get(key, Sold()), expected.get(key, Sold())) for key in keys)


def _pots(lines: QuerySet[InvoiceLine]) -> dict[int, tuple[PotPaid, ...]]:
    counted = lines.filter(funding_area=FundingArea.ADVICE).order_by()
    paid: dict[int, dict[tuple[int, str], Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    shares = (
        PotShare.objects.filter(line__in=counted)
        .order_by()
        .annotate(work_year=ExtractYear("line__first_day"))
        .values("work_year", "pot", "pot__name")
        .annotate(whole=sum_ore("amount"))
    )
    for share in shares:
        paid[share["work_year"]][share["pot"], share["pot__name"]] += kroner(share["whole"])
    return {
        year: tuple(
            PotPaid(pot, name, amount)
            for (pot, name), amount in sorted(own.items(), key=lambda item: (-item[1], item[0]))
            if amount
        )
        for year, own in paid.items()
    }


def _written_off(lines: QuerySet[InvoiceLine]) -> dict[int, Sold]:
    rows = (
        written_off_lines(lines)
        .order_by()
        .annotate(work_year=ExtractYear("first_day"))
        .values("work_year")
        .annotate(all_minutes=Sum("minutes"), all_gross=sum_ore("gross"), all_discount=sum_ore("discount"))
    )
    return {
        row["work_year"]: Sold(-row["all_minutes"], kroner(-row["all_gross"]), kroner(-row["all_discount"]))
        for row in rows
    }


def _seats(years: Sequence[int], service: str) -> dict[int, list[Seats]]:
    if service != SelfcostService.COURSES:
        return {}
    found: dict[int, list[Seats]] = defaultdict(list)
    for sale in SeatSale.objects.filter(accounting_year__year__in=list(years)).select_related("accounting_year"):
        price = price_quantity(Decimal(sale.seats), sale.unit_price.amount, sale.discount_percent)
        found[sale.accounting_year.year].append(
            Seats(
                label=sale.label,
                seats=sale.seats,
                unit_price=sale.unit_price.amount,
                percent=sale.discount_percent.quantize(Decimal("0.01")),
                gross=price.gross,
                discount=price.discount,
                source=sale.source,
            )
        )
    return found
