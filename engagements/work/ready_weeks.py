"""Saying that a week's hours are all there, and finding who has not said so.

Whoever has written hours is asked about every week from the first of them on. What is billable must tell what was done
before its week is ready: the invoice has to say it (bokføringsforskriften § 5-1-1 no. 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from engagements.work.models import ReadyWeek, TimeEntry
from engagements.work.weeks import Week


class WeekNotBegun(DomainError):
    """The week lies ahead."""

    template = _("The week has not begun. Mark it as ready when its hours are there.")


class TextsMissing(DomainError):
    """Billable hours of the week do not tell what was done."""

    template = _("Some billable hours do not say what was done. Write it, and mark the week as ready then.")


@dataclass(frozen=True, slots=True)
class NotReady:
    """Someone's weeks that are not marked as ready, the oldest first."""

    advisor: User
    weeks: tuple[Week, ...]


def is_ready(advisor: User, week: Week) -> bool:
    """Whether the advisor has marked the week."""
    return ReadyWeek.objects.filter(advisor=advisor, monday=week.first).exists()


@transaction.atomic
def mark_ready(*, week: Week, by: User, now: datetime) -> ReadyWeek:
    """One's own week is ready; marking it twice changes nothing. Raises `WeekNotBegun` and `TextsMissing`."""
    if week.first > timezone.localdate(now):
        raise WeekNotBegun
    hours = TimeEntry.objects.filter(advisor=by, day__range=(week.first, week.last))
    if hours.billable().unbilled().filter(text="").exists():
        raise TextsMissing
    row, made = ReadyWeek.objects.get_or_create(advisor=by, monday=week.first, defaults={"marked_at": now})
    if made:
        audit.record("week.ready", row, by=by, now=now)
    return row


@transaction.atomic
def take_back(*, week: Week, by: User, now: datetime) -> None:
    """One's own week is not ready after all; nothing happens where it was not."""
    row = ReadyWeek.objects.select_for_update().filter(advisor=by, monday=week.first).first()
    if row is not None:
        audit.record("week.take_back", row, by=by, now=now)
        row.delete()


def not_ready(*, first: date, last: date, today: date, of: User | None = None) -> list[NotReady]:
    """Who of staff has not marked which weeks that touch [first, last] and have ended, by name; or one of them.

    Two queries. From the week of a person's first hours on, so that nobody is asked about the time before.
    """
    people = User.objects.staff().filter(pk=of.pk) if of else User.objects.staff()
    began = people.annotate(began=Min("time_entries__day")).exclude(began=None)
    monday = first - timedelta(days=first.weekday())
    marked = set(ReadyWeek.objects.filter(monday__range=(monday, last)).values_list("advisor", "monday"))
    mondays = [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
    ended = [Week.of(each) for each in mondays if each + timedelta(days=6) < today]
    found = []
    for person in began:
        weeks = tuple(week for week in ended if week.last >= person.began and (person.pk, week.first) not in marked)
        if weeks:
            found.append(NotReady(person, weeks))
    return found
