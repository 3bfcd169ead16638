"""Verbs of a year's accounts as a whole: opened, described, handed over for review, sent back.

Only administrators. Accounts that wait for review are not changed: they are sent back first. A closed year is kept as
it is, by the database too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from advisory.kernel import audit
from advisory.kernel.counters import locked
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.yearend import actual
from billing.yearend.actual_split import Weights
from billing.yearend.models import AccountingYear, ActualLine, Destination, YearClosing, YearKey

FIRST_YEAR, LAST_YEAR = 2000, 2100


class NoSuchYear(DomainError):
    """A year outside what the program knows."""

    template = _("Choose a year from %(first)s to %(last)s.")

    def __init__(self) -> None:
        super().__init__(first=FIRST_YEAR, last=LAST_YEAR)


class YearClosed(DomainError):
    """The year's figures are frozen."""

    template = _("The accounts of %(year)s are closed and kept as they are. Book a correction in the fund instead.")


class AccountsSubmitted(DomainError):
    """The accounts wait for review."""

    template = _("The accounts of %(year)s wait for review. Send them back before you change them.")


class AccountsIncomplete(DomainError):
    """Something is missing before the accounts can be reviewed."""

    template = _("The accounts cannot be handed over yet. %(missing)s")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must hold before the accounts are handed over, and where it is put right (a url name)."""

    holds: bool
    text: StrOrPromise
    url_name: str = ""


@transaction.atomic
def open_accounts(*, year: int, by: User, now: datetime) -> AccountingYear:
    """Give the accounts of the year, opened if they are not: twice changes nothing. Raises `NoSuchYear`."""
    must_be_administrator(by)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchYear()
    locked("accounting-year")
    found = AccountingYear.objects.filter(year=year).first()
    if found is None:
        found = AccountingYear.objects.create(year=year, made_at=now, made_by=by)
        audit.record("accounts.open", found, by=by, now=now)
    return found


@transaction.atomic
def describe_accounts(
    *, accounting_year: AccountingYear, board_case: str, comment: str, assets_by_hand: bool, by: User, now: datetime
) -> AccountingYear:
    """Write the case of the board, a comment, and whether equipment stands among the lines by hand."""
    year = open_for_changes(accounting_year, by=by)
    before = _description(year)
    year.board_case, year.comment, year.assets_by_hand = board_case, comment, assets_by_hand
    was, became = audit.changed(before, _description(year))
    if became:
        year.save()
        audit.record("accounts.describe", year, by=by, now=now, before=was, after=became)
    return year


@transaction.atomic
def write_full_time_key(*, accounting_year: AccountingYear, full_time: Weights, by: User, now: datetime) -> YearKey:
    """Write the actual full-time equivalents of each area: what `shared_fte` costs are shared by."""
    year = open_for_changes(accounting_year, by=by)
    key = YearKey.objects.filter(accounting_year=year).first()
    before = _key_facts(key) if key else {}
    key = key or YearKey(accounting_year=year)
    for name in KEY_FIELDS:
        setattr(key, name, getattr(full_time, name))
    was, became = audit.changed(before, _key_facts(key))
    if became:
        key.save()
        audit.record("accounts.full_time", year, by=by, now=now, before=was, after=became)
    return key


@transaction.atomic
def submit_accounts(*, accounting_year: AccountingYear, by: User, now: datetime) -> AccountingYear:
    """Hand the accounts over for review; somebody else closes the year. Raises `AccountsIncomplete`."""
    year = open_for_changes(accounting_year, by=by)
    lacking = [str(each.text) for each in missing(year) if not each.holds]
    if lacking:
        raise AccountsIncomplete(missing=" ".join(lacking))
    year.submitted_at, year.submitted_by = now, by
    year.save(update_fields=["submitted_at", "submitted_by"])
    audit.record("accounts.submit", year, by=by, now=now)
    return year


@transaction.atomic
def send_back_accounts(*, accounting_year: AccountingYear, reason: str, by: User, now: datetime) -> AccountingYear:
    """Open accounts that wait for review again; the reason is kept in the log and shown on the page."""
    year = not_closed(accounting_year, by=by)
    if not reason.strip():
        raise ReasonMissing()
    if year.submitted_at is None:
        return year
    year.submitted_at = year.submitted_by = None
    year.save(update_fields=["submitted_at", "submitted_by"])
    audit.record("accounts.send_back", year, by=by, now=now, reason=reason)
    return year


def missing(year: AccountingYear) -> tuple[Missing, ...]:
    """What must hold before the accounts are handed over, in words; at most three queries."""
    lines = list(ActualLine.objects.filter(accounting_year=year).values_list("destination", flat=True))
    return missing_of(lines, lambda: actual.area_minutes(year.year).total, lambda: actual.full_time_of(year).whole)


def missing_of(
    destinations: Sequence[str], minutes: Callable[[], int], full_time: Callable[[], Decimal]
) -> tuple[Missing, ...]:
    """The same from lines at hand; `minutes` and `full_time` are asked only where a cost is shared by them."""
    unmapped = sum(not each for each in destinations)
    found = [
        Missing(True, _("Accounts are imported or written by hand."))
        if destinations
        else Missing(False, _("No accounts are imported or written by hand yet."), "account_import"),
        Missing(
            False,
            ngettext("%(count)s account has no destination.", "%(count)s accounts have no destination.", unmapped)
            % {"count": unmapped},
            "account_mapping",
        )
        if unmapped
        else Missing(True, _("Every account has a destination.")),
    ]
    if Destination.SHARED_HOURS in destinations:
        found.append(
            Missing(True, _("Hours are recorded for the costs that are shared by them."))
            if minutes()
            else Missing(False, _("Costs are shared by recorded hours, but no hours are recorded."))
        )
    if Destination.SHARED_FULL_TIME in destinations:
        found.append(
            Missing(True, _("Full-time equivalents are written for the costs that are shared by them."))
            if full_time()
            else Missing(
                False, _("Costs are shared by full-time equivalents, but none are written."), "account_full_time"
            )
        )
    return tuple(found)


def is_closed(accounting_year: AccountingYear) -> bool:
    return YearClosing.objects.filter(accounting_year=accounting_year).exists()


def not_closed(accounting_year: AccountingYear, *, by: User) -> AccountingYear:
    """The row, held until the transaction ends; raises `YearClosed` and `OnlyAdministrators`."""
    must_be_administrator(by)
    year = AccountingYear.objects.select_for_update().get(pk=accounting_year.pk)
    if is_closed(year):
        raise YearClosed(year=year.year)
    return year


def open_for_changes(accounting_year: AccountingYear, *, by: User) -> AccountingYear:
    """The row, held until the transaction ends, if it can be written in: neither closed nor in review."""
    year = not_closed(accounting_year, by=by)
    if year.submitted_at is not None:
        raise AccountsSubmitted(year=year.year)
    return year


def must_be_administrator(by: User) -> None:
    if not by.is_administrator:
        raise OnlyAdministrators()


KEY_FIELDS = ("catalogue", "meeting_place", "advice", "courses", "joint_projects")


def _key_facts(key: YearKey) -> dict[str, Any]:
    return {name: f"{Decimal(getattr(key, name)).quantize(Decimal('0.01')):f}" for name in KEY_FIELDS}


def _description(year: AccountingYear) -> dict[str, Any]:
    return {"board_case": year.board_case, "comment": year.comment, "assets_by_hand": year.assets_by_hand}
