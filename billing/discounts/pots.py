"""Verbs of the pots: opened with a funder's money, given more, or given back. Draws belong to invoicing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, book
from billing.discounts.models import Pot, PotEntry, PotEntryKind


class PotNameTaken(DomainError):
    """Another pot has the name; people tell pots apart by it."""

    template = _("There is already a pot called «%(name)s». Choose another name.")


class PotEndsBeforeStart(DomainError):
    """The last day lies before the first."""

    template = _("The last day must not be before the first.")


class AmountNotAboveZero(DomainError):
    """A grant, or what is given back, is more than nothing."""

    template = _("Write an amount above zero.")


@transaction.atomic
def open_pot(
    *,
    name: str,
    funder: str,
    purpose: str,
    amount: Decimal,
    starts: date,
    ends: date,
    by: User,
    now: datetime,
) -> Pot:
    """Give a pot that pays discounts on work done from `starts` to and including `ends`, holding `amount` kroner.

    Raises `PotNameTaken`, `PotEndsBeforeStart`, `AmountNotAboveZero` and `OnlyAdministrators`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    if ends < starts:
        raise PotEndsBeforeStart()
    if amount <= 0:
        raise AmountNotAboveZero()
    if Pot.objects.filter(name__iexact=name).exists():
        raise PotNameTaken(name=name)
    pot = Pot.objects.create(
        name=name, funder=funder, purpose=purpose, starts=starts, ends=ends, created_at=now, created_by=by
    )
    audit.record("pot.open", pot, by=by, now=now, after={"funder": funder, "starts": starts, "ends": ends})
    _move(pot, PotEntryKind.GRANT, amount, reason=purpose, by=by, now=now)
    return pot


@transaction.atomic
def add_grant(*, pot: Pot, amount: Decimal, reason: str, by: User, now: datetime) -> PotEntry:
    """Add `amount` kroner to the pot. Raises `AmountNotAboveZero`, `ReasonMissing`, `OnlyAdministrators`."""
    return _change(pot, PotEntryKind.GRANT, amount, reason=reason, by=by, now=now)


@transaction.atomic
def return_grant(*, pot: Pot, amount: Decimal, reason: str, by: User, now: datetime) -> PotEntry:
    """Give `amount` kroner back to the funder. Raises `PotEmpty` where the pot holds less, else as `add_grant`."""
    return _change(pot, PotEntryKind.RETURN, amount, reason=reason, by=by, now=now)


def _change(pot: Pot, kind: PotEntryKind, amount: Decimal, *, reason: str, by: User, now: datetime) -> PotEntry:
    if not by.is_administrator:
        raise OnlyAdministrators()
    if amount <= 0:
        raise AmountNotAboveZero()
    if not reason.strip():
        raise ReasonMissing()
    return _move(pot, kind, amount, reason=reason.strip(), by=by, now=now)


def _move(pot: Pot, kind: PotEntryKind, amount: Decimal, *, reason: str, by: User, now: datetime) -> PotEntry:
    signed = amount if kind == PotEntryKind.GRANT else -amount
    [entry] = book([Movement(pot.pk, kind, signed, reason=reason)], now=now, by=by)
    audit.record(
        f"pot.{kind}", pot, by=by, now=now, after={"amount": signed, "balance": entry.balance.amount}, reason=reason
    )
    return entry
