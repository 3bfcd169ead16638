"""Money of a pot bound for an engagement: promised to it, and used by nobody else.

Agreements will call `reserve` when they are accepted; until then an administrator binds by hand. What is bound is
used up by the engagement's own invoices; the rest is freed by hand, or by night when it can no longer be used.
Source: domain rules 2 (j): reserved at acceptance, consumed at issue, released on close or credit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, money, show
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.fields import kroner, sum_ore
from advisory.kernel.money import ZERO
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, book, bound_for, holdings
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.pots import AmountNotAboveZero
from engagements.work.models import Engagement, Phase, TimeEntry

#: Why the night freed something, as the ledger keeps it; `pot_words` says it.
ENGAGEMENT_OVER, POT_OVER = "engagement_over", "pot_over"


class PotShort(DomainError):
    """Less is free than is to be bound: `missing` kroner; `free` could be bound by a decision with a reason."""

    template = _("%(name)s has %(free)s free: %(missing)s is missing.")

    def __init__(self, *, pot: Pot, free: Decimal, missing: Decimal) -> None:
        super().__init__(pot=pot, free=free, missing=missing)
        self.pot, self.free, self.missing = pot, free, missing

    @property
    def message(self) -> str:
        language = get_language() or "nb"
        amounts = {"free": show.money(self.free, language), "missing": show.money(self.missing, language)}
        return str(self.template) % {"name": f"«{self.pot.name}»", **amounts}


class PotIsOver(DomainError):
    """The pot pays for no work of today or later."""

    template = _("«%(name)s» pays for work until %(ends)s, and nothing later. Choose another pot.")

    def __init__(self, *, pot: Pot) -> None:
        super().__init__(name=pot.name, ends=show.day(pot.ends))


class NotForThisArea(DomainError):
    """The pot does not pay for the engagement's funding area."""

    template = _("«%(name)s» does not pay for the funding area of the engagement. Choose another pot.")


class EngagementIsOver(DomainError):
    """A closed or cancelled engagement takes no discount any more."""

    template = _("%(reference)s is closed or cancelled. Money is bound for open engagements.")


class NothingBound(DomainError):
    """There is nothing to free."""

    template = _("Nothing in the pot is bound for %(reference)s.")


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a reservation came to, in kroner: `bound` of what was asked; `missing` where an override bound less."""

    entry: PotEntry | None
    bound: Decimal
    missing: Decimal


@transaction.atomic
def reserve(
    *, pot: Pot, engagement: Engagement, amount: Decimal, by: User, now: datetime, override_reason: str = ""
) -> Reserved:
    """Bind `amount` kroner of what is free in the pot for the engagement, beside what is bound for it already.

    Raises `PotShort` where less is free. With an `override_reason` what is free is bound then, and the audit log
    keeps who decided it, why, and what is missing; the pot never goes below zero. Raises also `OnlyAdministrators`,
    `AmountNotAboveZero`, `PotIsOver`, `NotForThisArea` and `EngagementIsOver`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    if amount <= 0:
        raise AmountNotAboveZero()
    if engagement.phase in (Phase.CLOSED, Phase.CANCELLED):
        raise EngagementIsOver(reference=engagement.reference)
    if pot.ends < timezone.localdate(now):
        raise PotIsOver(pot=pot)
    if engagement.funding_area not in pot.areas:
        raise NotForThisArea(name=pot.name)
    # The lock that `book` takes too: between the look and the booking nobody else moves the pot.
    Pot.objects.select_for_update().get(pk=pot.pk)
    free = holdings([pot.pk])[pot.pk].free
    bound, missing, why = min(amount, free), max(amount - free, ZERO), override_reason.strip()
    if missing and not why:
        raise PotShort(pot=pot, free=free, missing=missing)
    entry = None
    if bound:
        movement = Movement(pot.pk, PotEntryKind.RESERVE, bound, reason=why[:300], engagement=engagement.pk)
        [entry] = book([movement], now=now, by=by)
    facts = {"engagement": engagement.reference, "asked": amount, "bound": bound, "missing": missing}
    _record("pot.override" if missing else "pot.reserve", pot, engagement, facts, why, by=by, now=now)
    return Reserved(entry, bound, missing)


@transaction.atomic
def release(
    *, pot: Pot, engagement: Engagement, by: User, now: datetime, reason: str, amount: Decimal | None = None
) -> PotEntry:
    """Free `amount` kroner of what is bound for the engagement; all of it where no amount is given.

    Raises `NothingBound`, `NotSoMuchBound`, `AmountNotAboveZero`, `ReasonMissing` and `OnlyAdministrators`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    if not reason.strip():
        raise ReasonMissing()
    if amount is not None and amount <= 0:
        raise AmountNotAboveZero()
    Pot.objects.select_for_update().get(pk=pot.pk)
    bound = bound_for([engagement.pk], [pot.pk]).get((pot.pk, engagement.pk), ZERO)
    if not bound:
        raise NothingBound(reference=engagement.reference)
    freed = bound if amount is None else amount
    return _free(pot, engagement, freed, reason.strip()[:300], by=by, now=now)


def release_stale(now: datetime) -> int:
    """Free what can no longer be used, pot by pot; give how many reservations that was. For the nightly job.

    An engagement that is closed or cancelled, and a pot whose days are over, keep what is bound while hours of the
    pot's days wait for an invoice; an ended pot keeps it until the month after, within which hours are documented
    (bokføringsforskriften § 5-14). May be run at any time, as often as wanted.
    """
    freed = 0
    for pot_id, engagement_id in sorted(_all_bound()):
        with transaction.atomic():
            pot = Pot.objects.select_for_update().get(pk=pot_id)
            engagement = Engagement.objects.select_related("organisation").get(pk=engagement_id)
            bound = bound_for([engagement_id], [pot_id]).get((pot_id, engagement_id), ZERO)
            why = _stale(pot, engagement, timezone.localdate(now))
            if bound and why:
                _free(pot, engagement, bound, why, by=None, now=now)
                freed += 1
    return freed


def _all_bound() -> list[tuple[int, int]]:
    rows = (
        PotEntry.objects.filter(engagement__isnull=False)
        .order_by()
        .values_list("pot", "engagement")
        .annotate(bound=sum_ore("reserved_change"))
        .filter(bound__gt=0)
    )
    return [(pot, engagement) for pot, engagement, _bound in rows]


def bound_in(pot: Pot) -> dict[int, Decimal]:
    """What is bound in the pot, in kroner by the engagement's row; the largest first. One query."""
    rows = (
        PotEntry.objects.filter(pot=pot, engagement__isnull=False)
        .order_by()
        .values_list("engagement")
        .annotate(bound=sum_ore("reserved_change"))
        .filter(bound__gt=0)
        .order_by("-bound", "engagement")
    )
    return {engagement: kroner(bound) for engagement, bound in rows}


def _stale(pot: Pot, engagement: Engagement, on: date) -> str:
    engagement_over = engagement.phase in (Phase.CLOSED, Phase.CANCELLED)
    pot_over = on > _documented_by(pot.ends)
    if not engagement_over and not pot_over:
        return ""
    hours = TimeEntry.objects.billable().not_issued().filter(engagement=engagement)
    if hours.filter(day__range=(pot.starts, pot.ends)).exists():
        return ""
    return ENGAGEMENT_OVER if engagement_over else POT_OVER


def _documented_by(day: date) -> date:
    """The last day of the month after `day`'s."""
    second_next = (day.replace(day=1) + timedelta(days=63)).replace(day=1)
    return second_next - timedelta(days=1)


def _free(
    pot: Pot, engagement: Engagement, amount: Decimal, reason: str, *, by: User | None, now: datetime
) -> PotEntry:
    movement = Movement(pot.pk, PotEntryKind.RELEASE, -amount, reason=reason, engagement=engagement.pk)
    [entry] = book([movement], now=now, by=by)
    facts = {"engagement": engagement.reference, "freed": money.half_up(amount)}
    _record("pot.release", pot, engagement, facts, reason, by=by, now=now)
    return entry


def _record(
    action: str,
    pot: Pot,
    engagement: Engagement,
    facts: dict[str, object],
    reason: str,
    *,
    by: User | None,
    now: datetime,
) -> None:
    number = engagement.organisation.number
    audit.record(action, pot, by=by, now=now, after=facts, reason=reason, organisation=number)
