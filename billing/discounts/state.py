"""Where organisations stand with their discount on a day: a tier, not settled, or run out.

The one place that words it, for lists, cards, the organisation's pages and the portal. Reads only, for many
organisations at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import Case, Count, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from billing.discounts.models import TierDecision
from billing.discounts.naming import tier_with_percent
from billing.pricing.lines import PricedLine, price_minutes
from billing.selfcost.models import RateVersion
from clients.income import IncomeDeclaration
from clients.organisations import Organisation
from engagements.work.models import SelfcostService, TimeEntry

#: A decision that ends within so many days is to be renewed (domain rules 2 d: reminders 60 and 14 days before).
RENEW_WITHIN = timedelta(days=60)
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class Standing(StrEnum):
    """DECIDED covers the full price by decision too; NONE is for those who cannot have a discount."""

    DECIDED = "decided"
    RUN_OUT = "run_out"
    UNSETTLED = "unsettled"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TierState:
    """One organisation on one day; `decision` is the one in force, or the one that ran out."""

    standing: Standing
    decision: TierDecision | None = None

    @property
    def words(self) -> str:
        """«Trinn 2 (50 %)», «Full pris», «Ikke avklart» or «Utløpt»."""
        if self.standing is Standing.DECIDED and self.decision is not None:
            return tier_with_percent(self.decision.tier.code, self.decision.tier.percent)
        return {
            Standing.RUN_OUT: _("Expired"),
            Standing.UNSETTLED: _("Not settled"),
        }.get(self.standing, _("Full price"))

    @property
    def needs_decision(self) -> bool:
        return self.standing in (Standing.RUN_OUT, Standing.UNSETTLED)

    @property
    def percent(self) -> Decimal:
        """The discount on work done that day."""
        if self.standing is Standing.DECIDED and self.decision is not None:
            return self.decision.tier.percent
        return Decimal(0)


def states(organisations: Iterable[int], on: date) -> dict[int, TierState]:
    """The state of each organisation (row id) on a day; two queries for all."""
    wanted = list(organisations)
    known = {one.pk: one for one in Organisation.objects.filter(pk__in=wanted).only("kind", "purpose_documented")}
    by_organisation: dict[int, list[TierDecision]] = {}
    for decision in TierDecision.objects.for_many(wanted):
        by_organisation.setdefault(decision.organisation_id, []).append(decision)
    return {pk: _state(known[pk], by_organisation.get(pk, []), on) for pk in wanted if pk in known}


def state_of(organisation: Organisation, on: date) -> TierState:
    """The state of one organisation on a day."""
    return _state(organisation, list(TierDecision.objects.for_many([organisation.pk])), on)


def _state(organisation: Organisation, newest_first: list[TierDecision], on: date) -> TierState:
    in_force = next((d for d in newest_first if d.valid_from <= on <= d.valid_to), None)
    if in_force is not None:
        return TierState(Standing.DECIDED, in_force)
    if not organisation.is_voluntary:
        return TierState(Standing.NONE)
    ended = [decision for decision in newest_first if decision.valid_to < on]
    if ended:
        return TierState(Standing.RUN_OUT, max(ended, key=lambda decision: decision.valid_to))
    return TierState(Standing.UNSETTLED)


def hour_price(percent: Decimal, on: date) -> PricedLine | None:
    """What an hour of advice costs on a day: self-cost, discount, and what is paid; None without a rate."""
    rate = RateVersion.objects.on(SelfcostService.ADVICE, on)
    return price_minutes(60, rate.rate.amount, percent) if rate else None


def to_settle(on: date) -> QuerySet[Organisation]:
    """Active organisations meant for a discount: with a declaration that waits, without a decision in force, or with
    one that ends within sixty days.

    First those whose declaration waits (`waiting`: when it arrived), then those with unbilled hours
    (`unbilled_entries`). Annotated with `in_force` and `last_day`; one query, whatever the number.
    """
    decisions = TierDecision.objects.filter(organisation=OuterRef("pk"))
    newest = decisions.order_by("-decided_at", "-pk").values("decided_at")[:1]
    # A branch without accounts of its own waits for what the body above, or the one above that, declares.
    judge = Case(
        When(own_accounts=True, then=F("pk")),
        When(parent__own_accounts=False, parent__parent__isnull=False, then=F("parent__parent")),
        default=Coalesce(F("parent"), F("pk")),
    )
    waiting = (
        IncomeDeclaration.objects.filter(organisation=OuterRef("judge"))
        .filter(submitted_at__gt=Coalesce(OuterRef("newest_decision"), Value(BEFORE_ALL), output_field=DateTimeField()))
        .order_by("-submitted_at")
    )
    entries = (
        TimeEntry.objects.billable()
        .unbilled()
        .filter(engagement__organisation=OuterRef("pk"))
        .order_by()
        .values("engagement__organisation")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Organisation.objects.active()
        .voluntary()
        .annotate(
            judge=judge,
            newest_decision=Subquery(newest),
            in_force=Exists(decisions.covering(on)),
            last_day=Max("tier_decisions__valid_to"),
        )
        .annotate(
            waiting=Subquery(waiting.values("arrived_on")[:1]),
            waiting_declaration=Subquery(waiting.values("pk")[:1]),
            unbilled_entries=Subquery(entries),
        )
        # New accounts of one that has a discount wait as well: a larger one comes at once (domain rules 2 h).
        .filter(Q(in_force=False) | Q(last_day__lte=on + RENEW_WITHIN) | Q(waiting__isnull=False))
        .order_by(
            F("waiting").asc(nulls_last=True),
            F("unbilled_entries").desc(nulls_last=True),
            F("last_day").asc(nulls_last=True),
            "search_name",
            "number",
        )
    )
