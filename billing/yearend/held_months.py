"""The months of a year that is closed stay closed: its closing rests on their hours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import periods
from advisory.kernel.periods import PeriodKind
from billing.yearend.models import YearClosing


def held(kind: PeriodKind, months: Collection[date]) -> dict[date, StrOrPromise]:
    """The months that lie in closed years."""
    if kind is not PeriodKind.HOURS:
        return {}
    asked = {month.year for month in months}
    closed = set(
        YearClosing.objects.filter(accounting_year__year__in=asked).values_list("accounting_year__year", flat=True)
    )
    return {
        month: format_lazy(_("the year {year} is closed, and its figures rest on these hours."), year=month.year)
        for month in months
        if month.year in closed
    }


def register() -> None:
    """Tell the kernel, when the program starts."""
    periods.register_hold(held)
