"""Why hours cannot be changed, in words, for pages that show them. The verbs refuse by themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst

from advisory.kernel.periods import PeriodClosed, first_of_month
from advisory.kernel.users import User
from engagements.panels import document_url
from engagements.work.log_time import HoursHeld, PartOfJointHour
from engagements.work.models import HourHold, TimeEntry
from engagements.work.phases import TAKES_HOURS, PhaseTakesNoHours


@dataclass(frozen=True, slots=True)
class Lock:
    """A reason in words; `document` is the number in it that leads to `url`: of an invoice, or of a joint order."""

    reason: str
    document: int | str | None = None
    url: str = ""


def hold_of(entry: TimeEntry) -> HourHold | None:
    """The entry's hold, if any; fetch entries with `select_related("hold")`."""
    found: HourHold | None = getattr(entry, "hold", None)
    return found


def month_lock(day: date, closed: Collection[date]) -> Lock | None:
    """The lock of a day in one of the closed months (their first days)."""
    if first_of_month(day) not in closed:
        return None
    return Lock(PeriodClosed(month=capfirst(date_format(day, "F Y"))).message)


def lock_of(entry: TimeEntry, closed: Collection[date], *, reader: User) -> Lock | None:
    """Why the entry cannot change: held, a part of a joint hour, its month closed, or its engagement's phase.

    Links are for `reader`; fetch entries with `select_related("hold", "joint_hour__joint_order")`.
    """
    hold = hold_of(entry)
    if hold is not None:
        url = document_url(hold.document, reader) if hold.document else ""
        return Lock(HoursHeld(hold).message, hold.document, url)
    if entry.joint_hour is not None:
        order = entry.joint_hour.joint_order.reference
        return Lock(PartOfJointHour(reference=order).message, order, reverse("joint_order", args=[order]))
    if found := month_lock(entry.day, closed):
        return found
    if entry.engagement is not None and entry.engagement.phase not in TAKES_HOURS:
        return Lock(PhaseTakesNoHours(phase=entry.engagement.phase).message)
    return None
