"""Closing a year: a second administrator has looked, and the figures are kept as they are, for good.

In one transaction: the figures of every self-cost service are frozen, interest and result are booked in its fund, and
the year's twelve months of hours are closed. What changes afterwards (a credit note in March for December's work) is
counted in the year that is open then, with its origin; a mistake is put right by a correction in the fund.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.counters import locked
from advisory.kernel.errors import Conflict, DomainError, OnlyAdministrators
from advisory.kernel.fields import nok
from advisory.kernel.periods import PeriodKind, close_month
from advisory.kernel.users import User
from billing.invoicing.billed import hold_the_series
from billing.ringfence import snapshot
from billing.yearend import files, frozen, fund_ledger, remarks
from billing.yearend.actual import area_minutes
from billing.yearend.figures import AfterFigures, after_figures, to_json
from billing.yearend.fund_ledger import FundMovement
from billing.yearend.models import AccountingYear, FundEntryKind, ServiceResult, YearClosing
from engagements.work.models import SelfcostService

VERSION = 1


class AlreadyClosed(Conflict):
    """Somebody closed the year before."""

    template = _("%(year)s is already closed.")


class AccountsNotSubmitted(DomainError):
    """Nobody has handed the accounts over for review."""

    template = _("The accounts for %(year)s have not been handed over for review yet.")


class AnotherMustClose(DomainError):
    """The person who would close has made the accounts or handed them over."""

    template = _("You made or handed over these accounts. Another administrator must close the year.")


class CannotClose(DomainError):
    """Something stands in the way; the message names the first thing."""

    template = _("The year cannot be closed yet. %(why)s")


class FiguresMoved(Conflict):
    """The figures are not those that were looked at."""

    template = _("The figures have changed since you opened the page. Look at the new ones before you close the year.")


@transaction.atomic
def close_year(*, accounting_year: AccountingYear, by: User, now: datetime, seen: str | None = None) -> YearClosing:
    """Close the year and give its closing. `seen` is the `fingerprint` of the figures that were looked at.

    Raises `AlreadyClosed`, `AccountsNotSubmitted`, `AnotherMustClose` (four eyes: neither who made the accounts nor
    who handed them over), `CannotClose` (the year is not over, an earlier one is open, accounts without a
    destination, no interest), `FiguresMoved` and `OnlyAdministrators`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    # Documents wait until the year is closed; every writer of them takes this lock before any other.
    hold_the_series()
    locked("accounting-year")
    accounts = AccountingYear.objects.select_for_update().get(pk=accounting_year.pk)
    year = accounts.year
    if YearClosing.objects.filter(accounting_year=accounts).exists():
        raise AlreadyClosed(year=year)
    if accounts.submitted_at is None:
        raise AccountsNotSubmitted(year=year)
    if by.pk in (accounts.made_by_id, accounts.submitted_by_id):
        raise AnotherMustClose()
    figures = figures_of_all(year, on=timezone.localdate(now))
    for each in figures.values():
        for remark in each.blockers:
            raise CannotClose(why=remarks.text(remark))
    if seen is not None and seen != fingerprint(figures):
        raise FiguresMoved()
    closing = YearClosing.objects.create(
        accounting_year=accounts,
        figures={"version": VERSION, "minutes": frozen.to_json(area_minutes(year))},
        closed_at=now,
        closed_by=by,
    )
    for each in figures.values():
        _freeze(closing, each, by=by, now=now)
    for month in range(1, 13):
        close_month(kind=PeriodKind.HOURS, month=date(year, month, 1), by=by, now=now)
    files.keep(closing, now=now)
    snapshot.take(closing, by=by, now=now)
    audit.record(
        "year.close",
        closing,
        by=by,
        now=now,
        after={service: each.result for service, each in figures.items()},
    )
    return closing


def figures_of_all(year: int, *, on: date | None = None) -> dict[str, AfterFigures]:
    """The figures of every self-cost service: a year is closed for all of them at once."""
    return {service.value: after_figures(year, service, on=on) for service in SelfcostService}


def fingerprint(figures: Mapping[str, AfterFigures]) -> str:
    """A short text that is another when any figure is."""
    data: dict[str, Any] = {service: to_json(each) for service, each in figures.items()}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _freeze(closing: YearClosing, figures: AfterFigures, *, by: User, now: datetime) -> None:
    # None of the three is missing where nothing stands in the way.
    assert figures.actual is not None
    assert figures.result is not None
    assert figures.interest_percent is not None
    result = ServiceResult.objects.create(
        closing=closing,
        service=figures.service,
        self_cost=nok(figures.actual.self_cost),
        gross=nok(figures.sold.gross),
        discount=nok(figures.sold.discount),
        result=nok(figures.result),
        interest_percent=figures.interest_percent,
        interest=nok(figures.interest),
        opening=nok(figures.opening),
        balance=nok(figures.balance),
        figures=to_json(figures),
    )
    fund_ledger.book(
        figures.service,
        [
            FundMovement(
                FundEntryKind.INTEREST if movement.is_interest else FundEntryKind.RESULT,
                figures.year,
                movement.origin,
                movement.amount,
            )
            for movement in figures.movements
        ],
        by=by,
        now=now,
        result=result,
    )
