"""What the books say of a period: hours by area, what customers paid, what pots paid, and who was helped.

Reads only; sums are whole øre. A line of an invoice counts on the days its hours were worked: a line that reaches
out of the period is split by its minutes. For a calendar year the rule of the after-calculation holds instead: a
line belongs whole to the year its work begins in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, QuerySet, Sum
from django.db.models.functions import Coalesce

from advisory.kernel import money
from advisory.kernel.fields import sum_ore
from advisory.kernel.money import kroner
from billing.discounts.models import Pot, TierDecision
from billing.discounts.pot_figures import figures as pot_figures
from billing.invoicing.models import InvoicedHour, InvoiceLine, PotShare
from billing.ringfence.hiding import groups, shown
from billing.ringfence.report import AREAS, ByArea, Group, PotUse, ServiceUse, whole_year
from clients.organisations.models import Organisation
from engagements.work.models import TimeEntry


@dataclass(slots=True)
class Billed:
    """Øre by area: what customers pay before VAT, and what each pot pays of discounts (pot, area)."""

    net: Counter[int] = field(default_factory=Counter)
    discount: Counter[int] = field(default_factory=Counter)
    pots: Counter[tuple[int, int]] = field(default_factory=Counter)

    def net_by_area(self) -> ByArea:
        return tuple(kroner(self.net[area]) for area in AREAS)

    def pot_by_area(self, pot: int) -> ByArea:
        return tuple(kroner(self.pots[pot, area]) for area in AREAS)

    @property
    def pot_ids(self) -> list[int]:
        return sorted({pot for pot, _area in self.pots})


def entries(first: date, last: date) -> QuerySet[TimeEntry]:
    """The time entries of the period."""
    return TimeEntry.objects.filter(day__range=(first, last))


def minutes_by_area(first: date, last: date) -> tuple[int, ...]:
    """Recorded minutes of each area, in the order of the areas. One query."""
    rows = entries(first, last).order_by().values_list("funding_area").annotate(minutes=Sum("minutes"))
    found = dict(rows)
    return tuple(found.get(area, 0) for area in AREAS)


def unbilled_minutes(first: date, last: date) -> int:
    """Billable minutes that are on no issued document: they are in no payment by customers yet."""
    waiting = TimeEntry.objects.billable().not_issued().filter(day__range=(first, last))
    total: int | None = waiting.aggregate(total=Sum("minutes"))["total"]
    return total or 0


def lines(first: date, last: date) -> QuerySet[InvoiceLine]:
    """The lines of issued documents, credit notes too, with work in the period; of a year, those that begin in it."""
    if whole_year(first, last):
        return InvoiceLine.objects.filter(first_day__range=(first, last))
    return InvoiceLine.objects.filter(first_day__lte=last, last_day__gte=first)


def paid_by(found: QuerySet[InvoiceLine], pot: int) -> QuerySet[InvoiceLine]:
    """Those of the lines whose discount the pot paid, all or a share of it."""
    return found.filter(pk__in=PotShare.objects.filter(pot=pot).values("line"))


def billed(first: date, last: date) -> Billed:
    """What the lines of the period come to in each area. At most five queries, whatever the number of lines."""
    found = Billed()
    inside = touched = lines(first, last).order_by()
    if not whole_year(first, last):
        inside = touched.filter(first_day__gte=first, last_day__lte=last)
        _add_parts(found, touched.exclude(pk__in=inside.values("pk")), first, last)
    for area, net, discount in inside.values_list("funding_area").annotate(
        of_net=sum_ore("net"), off=sum_ore("discount")
    ):
        found.net[area] += net
        found.discount[area] += discount
    shares = PotShare.objects.filter(line__in=inside).order_by()
    for area, pot, amount in shares.values_list("line__funding_area", "pot").annotate(paid=sum_ore("amount")):
        found.pots[pot, area] += amount
    found.pots = Counter({key: amount for key, amount in found.pots.items() if amount})
    return found


@dataclass(frozen=True, slots=True)
class LinePart:
    """What of a line falls within the period, in kroner; `pots` are (pot, amount) of the discount."""

    line: InvoiceLine
    minutes: int
    gross: Decimal
    discount: Decimal
    pots: tuple[tuple[int, Decimal], ...]

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


def _add_parts(found: Billed, across: QuerySet[InvoiceLine], first: date, last: date) -> None:
    for part in parts_within(across, first, last):
        area = part.line.funding_area
        found.net[area] += money.ore(part.net)
        found.discount[area] += money.ore(part.discount)
        for pot, amount in part.pots:
            found.pots[pot, area] += money.ore(amount)


def parts_within(chosen: Iterable[InvoiceLine], first: date, last: date) -> list[LinePart]:
    """The part of each line that was worked within the period, by largest remainder over before, within and after.

    Three queries. Gross and each pot's share are split; the net is what they leave, as it is of the whole line.
    """
    if isinstance(chosen, QuerySet):
        chosen = chosen.prefetch_related("pot_shares")
    listed = list(chosen)
    minutes: dict[int, list[int]] = {line.pk: [0, 0, 0] for line in listed}
    hours = InvoicedHour.objects.filter(line__in=listed).values_list("line", "day", "minutes")
    for line, day, worked in hours:
        minutes[line][0 if day < first else 1 if day <= last else 2] += abs(worked)
    return [_within(each, minutes[each.pk], last) for each in listed]


def _within(line: InvoiceLine, weights: list[int], last: date) -> LinePart:
    if not any(weights):
        # Without hours of its own, a line counts where it ends.
        weights = [0, int(line.last_day <= last), int(line.last_day > last)]
    pots = tuple((share.pot_id, _part(share.amount.amount, weights)) for share in line.pot_shares.all())
    discount = sum((amount for _pot, amount in pots), money.ZERO) if pots else _part(line.discount.amount, weights)
    worked = weights[1] if line.minutes >= 0 else -weights[1]
    return LinePart(line, worked, _part(line.gross.amount, weights), discount, pots)


def _part(amount: Decimal, weights: list[int]) -> Decimal:
    return money.largest_remainder(amount, weights)[1]


def pot_uses(found: Billed) -> tuple[PotUse, ...]:
    """Each pot that paid in the period, with its frame, in the order in which they are spent."""
    pots = Pot.objects.filter(pk__in=found.pot_ids).in_order()
    return tuple(
        PotUse(
            each.pot.pk,
            each.pot.name,
            each.pot.funder,
            each.frame,
            sum(found.pot_by_area(each.pot.pk), money.ZERO),
        )
        for each in pot_figures(pots)
    )


def services(first: date, last: date) -> tuple[ServiceUse, ...]:
    """Minutes by kind of help and area, then internal work by activity; the most first. Two queries."""
    help_given = (
        entries(first, last)
        .filter(engagement__isnull=False)
        .order_by()
        .values_list("funding_area", "service_type__name_nb", "service_type__name_nn", "service_type__name_en")
        .annotate(total=Sum("minutes"), engagements=Count("engagement", distinct=True))
    )
    internal = (
        entries(first, last)
        .filter(activity__isnull=False)
        .order_by()
        .values_list("funding_area", "activity__name")
        .annotate(total=Sum("minutes"))
    )
    used = [
        ServiceUse(area, (nb, nn, en), minutes, False, shown(count)) for area, nb, nn, en, minutes, count in help_given
    ]
    used += [ServiceUse(area, (name, name, name), minutes, True, 0) for area, name, minutes in internal]
    return tuple(sorted(used, key=lambda use: (use.area, use.internal, -use.minutes, use.names)))


@dataclass(frozen=True, slots=True)
class Reached:
    """The organisations that were helped in the period: how many, and how they divide."""

    organisations: int | None
    by_tier: tuple[Group, ...]
    by_members: tuple[Group, ...]
    by_county: tuple[Group, ...]
    by_kind: tuple[Group, ...]


#: The smallest number of members in each band, and the key of the band.
BANDS = ((0, "0"), (50, "50"), (200, "200"), (1000, "1000"))
NOT_KNOWN = ""


def reached(first: date, last: date) -> Reached:
    """Who had work done for them in the period: the one it was carried out for, where another one pays."""
    latest: dict[int, date] = dict(
        entries(first, last)
        .filter(engagement__isnull=False)
        .order_by()
        .annotate(helped=Coalesce("engagement__beneficiary", "engagement__organisation"))
        .values_list("helped")
        .annotate(latest=Max("day"))
    )
    helped = list(Organisation.objects.filter(pk__in=latest).order_by("pk").values("pk", "members", "county", "kind"))
    tiers = _tiers(latest)
    percents = dict(tiers.values())
    by_tier = Counter(tiers[row["pk"]][0] if row["pk"] in tiers else NOT_KNOWN for row in helped)
    by_members = Counter(_band(row["members"]) for row in helped)
    by_county = Counter(row["county"].strip() for row in helped)
    by_kind = Counter(row["kind"] for row in helped)
    return Reached(
        shown(len(helped)),
        groups(dict(sorted(by_tier.items(), key=lambda item: (not item[0], -percents.get(item[0], 0)))), percents),
        groups({key: by_members[key] for key in (*(key for _from, key in BANDS), NOT_KNOWN)}),
        groups(dict(sorted(by_county.items(), key=lambda item: (not item[0], -item[1], item[0])))),
        groups(dict(sorted(by_kind.items(), key=lambda item: (-item[1], item[0])))),
    )


def _tiers(latest: dict[int, date]) -> dict[int, tuple[str, Decimal]]:
    """Code and percent of the tier that each organisation had on the last day it was helped. One query."""
    found: dict[int, tuple[str, Decimal]] = {}
    decisions: Iterable[TierDecision] = TierDecision.objects.for_many(latest)
    for decision in decisions:
        organisation = decision.organisation_id
        if organisation not in found and decision.valid_from <= latest[organisation] <= decision.valid_to:
            found[organisation] = (decision.tier.code, decision.tier.percent)
    return found


def _band(members: int | None) -> str:
    if members is None:
        return NOT_KNOWN
    return next(key for least, key in reversed(BANDS) if members >= least)
