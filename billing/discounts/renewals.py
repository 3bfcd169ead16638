"""The reminder before a discount ends: sixty and fourteen days before, once each. Source: domain rules 2 (d)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from advisory.kernel import outbox
from advisory.kernel.outbox import OutboundMessage
from billing.discounts import letters
from billing.discounts.models import TierDecision
from clients.income import IncomeDeclaration
from clients.organisations import Status

#: Days before the end, the nearest first.
STAGES = (14, 60)


def remind(now: datetime) -> int:
    """Post the reminders that are due and not posted before; the number of organisations that got one.

    Whoever missed the day (a server that stood still) is reminded on the next, and never twice for the same stage.
    """
    return sum(_post(decision, stage, now) for decision, stage in due(timezone.localdate(now)))


def due(on: date) -> Iterator[tuple[TierDecision, int]]:
    """Discounts that end within sixty days with nothing behind them, each with its stage.

    Left out: full prices, organisations we no longer work with, and those who have sent what we are to look at.
    """
    ending = (
        TierDecision.objects.filter(
            valid_to__range=(on, on + timedelta(days=max(STAGES))),
            tier__percent__gt=0,
            organisation__status=Status.ACTIVE,
        )
        .select_related("organisation__parent", "tier")
        .order_by("valid_to", "pk")
    )
    for decision in ending:
        find = TierDecision.objects.on
        is_last_word = find(decision.organisation, decision.valid_to) == decision
        goes_on = find(decision.organisation, decision.valid_to + timedelta(days=1)) is not None
        if is_last_word and not goes_on and not _has_declared_since(decision):
            left = (decision.valid_to - on).days
            yield decision, next(stage for stage in STAGES if left <= stage)


def _has_declared_since(decision: TierDecision) -> bool:
    declared = IncomeDeclaration.objects.filter(
        organisation=decision.organisation.judged_by, submitted_at__gt=decision.decided_at
    )
    return declared.exclude(decisions__organisation=decision.organisation).exists()


def _post(decision: TierDecision, stage: int, now: datetime) -> bool:
    reference = f"{decision.pk}-{stage}"
    if OutboundMessage.objects.filter(kind=letters.RENEWAL, reference=reference).exists():
        return False
    messages = letters.renewal_notices(decision, reference=reference, now=now)
    try:
        with transaction.atomic():
            outbox.post(messages)
    except IntegrityError:
        # Another process posted it between our look and our write.
        return False
    return bool(messages)
