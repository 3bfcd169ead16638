"""Closed months: a row closes, deleting the row (audited, with a reason) opens again. One kind each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import audit
from advisory.kernel.errors import DomainError, ReasonMissing
from advisory.kernel.users import User


class PeriodKind(models.TextChoices):
    """What is closed by the row."""

    HOURS = "hours", _("hours")


class PeriodClosed(DomainError):
    """The month of `day` is closed."""

    template = _("%(month)s is closed. Ask an administrator to open the month.")


class MonthHeld(DomainError):
    """Something that rests on the month keeps it closed."""

    template = _("%(month)s cannot be opened: %(why)s")


#: Finds, among first days of months, those that must stay closed, each with the reason.
Holds = Callable[[PeriodKind, Collection[date]], Mapping[date, StrOrPromise]]
_holds: list[Holds] = []


def register_hold(find: Holds) -> None:
    """Let an upper storey keep months closed; it does so once, when the program starts."""
    _holds.append(find)


def held_months(kind: PeriodKind, months: Collection[date]) -> dict[date, StrOrPromise]:
    """Why some of the months can never be opened; the others are left out."""
    held: dict[date, StrOrPromise] = {}
    for find in _holds:
        held |= find(kind, months)
    return held


class ClosedMonth(models.Model):
    """`month` is the first day of the closed month."""

    kind = models.CharField(max_length=16, choices=PeriodKind)
    month = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "month"], name="month_closed_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_by_its_first_day"),
            models.CheckConstraint(condition=models.Q(kind__in=PeriodKind.values), name="month_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def closed_months(kind: PeriodKind, *, first: date, last: date) -> set[date]:
    """First days of the closed months that touch [first, last]."""
    return set(
        ClosedMonth.objects.filter(kind=kind, month__range=(first_of_month(first), last)).values_list(
            "month", flat=True
        )
    )


def is_closed(kind: PeriodKind, day: date) -> bool:
    return ClosedMonth.objects.filter(kind=kind, month=first_of_month(day)).exists()


@transaction.atomic
def close_month(*, kind: PeriodKind, month: date, by: User, now: datetime) -> ClosedMonth:
    """Close the month that `month` lies in; closing twice changes nothing."""
    # The lock waits for whoever opens the month now; then there is no row, and it is made anew.
    row, made = ClosedMonth.objects.select_for_update().get_or_create(
        kind=kind, month=first_of_month(month), defaults={"closed_at": now, "closed_by": by}
    )
    if made:
        audit.record("month.close", row, by=by, now=now)
    return row


@transaction.atomic
def open_month(*, closed: ClosedMonth, by: User, now: datetime, reason: str) -> None:
    """Open a closed month again; the reason is kept in the audit log. Raises ReasonMissing and MonthHeld.

    Nothing happens where somebody else has opened it.
    """
    if not reason.strip():
        raise ReasonMissing()
    row = ClosedMonth.objects.select_for_update().filter(pk=closed.pk).first()
    if row is None:
        return
    held = held_months(PeriodKind(row.kind), [row.month])
    if row.month in held:
        raise MonthHeld(month=capfirst(date_format(row.month, "F Y")), why=held[row.month])
    audit.record("month.open", row, by=by, now=now, reason=reason)
    row.delete()
