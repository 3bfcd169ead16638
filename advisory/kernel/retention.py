"""How long things are kept: each storey says for its own kinds what is due, and a nightly run erases it.

A kind is rows of one table. What the books need is a kind too, without a verb, so that the page can say that it stays.
Source of the periods: the house's rules for personal data; bokføringsloven § 13 for what the books need.
"""

from __future__ import annotations

import calendar
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from advisory.kernel import audit, counters
from advisory.kernel.errors import OnlyAdministrators
from advisory.kernel.users import User

log = logging.getLogger(__name__)

#: How many rows of a kind one run takes: a night's backlog must not hold the database up. The rest waits a night.
MOST = 2000
#: Bokføringsloven § 13: what the books rest on is kept five years after the end of the year.
BOOKS_YEARS = 5
#: The events of runs and of erasures stay in the audit log when others of their age go: they prove that it was done.
KEPT_FOR_GOOD = ("person.erase", "organisation.erase", "retention.run")


class RetentionRun(models.Model):
    """One run, or one rehearsal (`is_rehearsal`): what was due by kind, and how many were erased or made anonymous."""

    at = models.DateTimeField()
    is_rehearsal = models.BooleanField()
    findings = models.JSONField()

    objects: ClassVar[models.Manager[RetentionRun]] = models.Manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is kept for a time.

    `due(day)` are the rows whose time is out on that day and that are not erased yet. `erase(keys, now)` erases them
    or makes them anonymous inside the caller's transaction, and gives how many. Both are None for what is never
    removed by the program.
    """

    key: str
    label: StrOrPromise
    #: What is done with it when its time is out.
    happens: StrOrPromise
    #: How long it is kept, in words.
    period: StrOrPromise
    #: By which law or rule.
    rule: StrOrPromise
    due: Callable[[date], models.QuerySet[Any]] | None = None
    erase: Callable[[Sequence[Any], datetime], int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a run found of one kind: how many were due, how many were erased, how many more in the next 12 months."""

    key: str
    due: int
    erased: int
    soon: int
    failed: bool = False


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Put kinds into the list; a storey does so once, when the program starts."""
    _kinds.update({kind.key: kind for kind in kinds})


def kinds() -> list[Kind]:
    """All kinds, in the order they were registered."""
    return list(_kinds.values())


def months_before(day: date, months: int) -> date:
    """The same day so many months before (after, where negative), or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def moment_before(day: date, months: int) -> datetime:
    """The first moment of the day so many months before: what happened before it is older than that."""
    return start_of(months_before(day, months))


def start_of(day: date) -> datetime:
    """The first moment of a day here."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def first_kept(day: date) -> date:
    """The first day whose documents the books still need on `day`: five years after the end of the year."""
    return date(day.year - BOOKS_YEARS, 1, 1)


def first_kept_secondary(day: date) -> date:
    """The first day whose agreements and time sheets are still needed on `day`: three and a half years after its year.

    Bokføringsloven § 13 second paragraph.
    """
    return date(day.year - (3 if day.month >= 7 else 4), 1, 1)


def kept_until(day: date) -> date:
    """The last day that a document of `day` is kept for the books."""
    return date(day.year + BOOKS_YEARS, 12, 31)


def look(day: date) -> list[Finding]:
    """What is due on `day` and what comes in the twelve months after it; changes nothing."""
    later = months_before(day, -12)
    found = []
    for kind in kinds():
        if kind.due is not None:
            due = kind.due(day).count()
            found.append(Finding(kind.key, due, 0, max(kind.due(later).count() - due, 0)))
    return found


def rehearse(*, now: datetime, by: User | None = None) -> RetentionRun:
    """Count what a run would take, and keep the answer. Nothing else is changed. Raises OnlyAdministrators."""
    _only_administrators(by)
    return _keep(look(timezone.localdate(now)), now, is_rehearsal=True)


def run(*, now: datetime, by: User | None = None) -> RetentionRun:
    """Erase what is due, each kind in a transaction of its own: cut off anywhere, the next run does the rest.

    A kind that fails is noted and holds back no other. Raises OnlyAdministrators.
    """
    _only_administrators(by)
    day = timezone.localdate(now)
    later = months_before(day, -12)
    found = []
    for kind in kinds():
        if kind.due is None or kind.erase is None:
            continue
        try:
            with transaction.atomic():
                # Two runs at once would count the same rows twice.
                counters.locked("retention")
                due = kind.due(day).count()
                keys = list(kind.due(day).order_by("pk").values_list("pk", flat=True)[:MOST])
                erased = kind.erase(keys, now) if keys else 0
                soon = max(kind.due(later).count() - (due - erased), 0)
            found.append(Finding(kind.key, due, erased, soon))
        except Exception:
            log.exception("Retention of %s failed.", kind.key)
            found.append(Finding(kind.key, 0, 0, 0, failed=True))
    return _keep(found, now, is_rehearsal=False, by=by)


@transaction.atomic
def _keep(found: list[Finding], now: datetime, *, is_rehearsal: bool, by: User | None = None) -> RetentionRun:
    findings = [
        {"key": one.key, "due": one.due, "erased": one.erased, "soon": one.soon, "failed": one.failed} for one in found
    ]
    made = RetentionRun.objects.create(at=now, is_rehearsal=is_rehearsal, findings=findings)
    if not is_rehearsal:
        facts: dict[str, Any] = {one.key: one.erased for one in found if one.erased}
        failed = [one.key for one in found if one.failed]
        audit.record("retention.run", made, by=by, now=now, after=facts | ({"failed": failed} if failed else {}))
    return made


def _only_administrators(by: User | None) -> None:
    if by is not None and not by.is_administrator:
        raise OnlyAdministrators()


def findings_of(made: RetentionRun) -> list[Finding]:
    """What a run found, by kind."""
    return [Finding(**one) for one in made.findings]


__all__ = [
    "Finding",
    "Kind",
    "RetentionRun",
    "findings_of",
    "first_kept",
    "first_kept_secondary",
    "kept_until",
    "kinds",
    "look",
    "moment_before",
    "months_before",
    "register",
    "rehearse",
    "run",
    "start_of",
]
