"""The nightly round: active organisations with a number are asked about again, those longest ago first.

The round is cut into jobs of a few organisations, so that each fits the worker's time; a register that fails, or one
bad answer, holds back nobody else. A register that fails several times in a row is left alone until the next night.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Max, OuterRef, Q, Subquery
from django_q.tasks import async_task

from clients.organisations.models import Organisation
from clients.register.client import RegisterClient, RegisterUnavailable
from clients.register.look_up import look_up
from clients.register.models import Register, RegisterAnswer

log = logging.getLogger(__name__)

#: At most so many a night, and in one job.
A_NIGHT, A_JOB = 600, 10
#: An answer younger than this is fresh: the round may be repeated without harm.
FRESH = timedelta(hours=12)
#: Seconds that one job may take; the worker stops it at thirty.
A_JOB_LASTS = 18
#: So many failures in a row end a job.
ENOUGH = 3


def due(now: datetime) -> list[str]:
    """The organisation numbers of the night, longest ago first; those never asked about before all."""
    asked = (
        RegisterAnswer.objects.filter(organisation_number=OuterRef("organisation_number"), register=Register.ENTITIES)
        .order_by()
        .values("organisation_number")
        .annotate(last=Max("fetched_at"))
        .values("last")
    )
    return list(
        Organisation.objects.active()
        .exclude(organisation_number="")
        .annotate(asked=Subquery(asked))
        .filter(Q(asked=None) | Q(asked__lt=now - FRESH))
        .order_by(F("asked").asc(nulls_first=True), "number")
        .values_list("organisation_number", flat=True)[:A_NIGHT]
    )


def queue_round(now: datetime) -> int:
    """Queue the jobs of the night; how many organisations they hold. Recorded answers never change: nobody is asked."""
    if settings.REGISTER != "live":
        return 0
    numbers = due(now)
    for start in range(0, len(numbers), A_JOB):
        async_task("clients.register.tasks.refresh_some", numbers[start : start + A_JOB])
    return len(numbers)


def refresh(numbers: Sequence[str], *, client: RegisterClient, now: datetime) -> int:
    """Ask about each number; how many were answered. A failure is logged and the next one asked."""
    until, failures, answered = time.monotonic() + A_JOB_LASTS, 0, 0
    for number in numbers:
        if time.monotonic() > until or failures >= ENOUGH:
            log.warning("The registers were not asked about all of %s: too slow or failing", len(numbers))
            break
        try:
            look_up(number, client=client, by=None, now=now)
        except RegisterUnavailable:
            failures += 1
            log.warning("A register did not answer about %s", number)
        except Exception:
            # A surprise about one organisation holds back none of the others.
            failures += 1
            log.exception("The look-up of %s failed", number)
        else:
            failures, answered = 0, answered + 1
    return answered
