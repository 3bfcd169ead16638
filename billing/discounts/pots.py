"""Verbs of the pots: opened with a funder's money, given more, given back, and what they may pay for.

What is bound for engagements belongs to `reservations`, draws to invoicing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, book
from billing.discounts.models import Pot, PotEntry, PotEntryKind, PotFunding, Tier
from engagements.work.models import FundingArea


class PotNameTaken(DomainError):
    """Another pot has the name; people tell pots apart by it."""

    template = _("There is already a pot called «%(name)s». Choose another name.")


class PotEndsBeforeStart(DomainError):
    """The last day lies before the first."""

    template = _("The last day must not be before the first.")


class BaseGrantForJointProjects(DomainError):
    """Money of the base grant would pay for joint projects."""

    template = _(
        "A pot of the base grant cannot pay for area 4: joint projects have money of their own, so that they are not "
        "at the expense of the base activity."
    )


class NoArea(DomainError):
    """The pot pays for nothing."""

    template = _("Choose at least one funding area.")


class UnknownTier(DomainError):
    """No tier table has a tier with the code."""

    template = _("There is no discount tier with the code %(code)s.")


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
    funding: str = PotFunding.EARMARKED,
    areas: Collection[int] = (FundingArea.ADVICE,),
    tiers: Collection[str] = (),
    for_hardship: bool = False,
    rank: int = 100,
) -> Pot:
    """Give a pot that pays discounts on work done from `starts` to and including `ends`, holding `amount` kroner.

    It pays for work of `areas`, for the tiers with the codes `tiers` (all if none), and either for tiers given for
    hardship or for the others; pots of a lower `rank` pay first. Raises `PotNameTaken`, `PotEndsBeforeStart`,
    `AmountNotAboveZero`, `OnlyAdministrators`, `NoArea`, `UnknownTier` and `BaseGrantForJointProjects`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    if ends < starts:
        raise PotEndsBeforeStart()
    if amount <= 0:
        raise AmountNotAboveZero()
    if Pot.objects.filter(name__iexact=name).exists():
        raise PotNameTaken(name=name)
    terms = _terms(funding=funding, areas=areas, tiers=tiers, for_hardship=for_hardship, rank=rank)
    pot = Pot.objects.create(
        name=name, funder=funder, purpose=purpose, starts=starts, ends=ends, created_at=now, created_by=by, **terms
    )
    audit.record("pot.open", pot, by=by, now=now, after={"funder": funder, "starts": starts, "ends": ends, **terms})
    _move(pot, PotEntryKind.GRANT, amount, reason=purpose, by=by, now=now)
    return pot


@transaction.atomic
def change_terms(
    *,
    pot: Pot,
    funding: str,
    areas: Collection[int],
    tiers: Collection[str],
    for_hardship: bool,
    rank: int,
    reason: str,
    by: User,
    now: datetime,
) -> Pot:
    """Change what the pot may pay for from now on; what is issued keeps its pots. Raises as `open_pot` does."""
    if not by.is_administrator:
        raise OnlyAdministrators()
    if not reason.strip():
        raise ReasonMissing()
    terms = _terms(funding=funding, areas=areas, tiers=tiers, for_hardship=for_hardship, rank=rank)
    kept = Pot.objects.select_for_update().get(pk=pot.pk)
    before, after = audit.changed({name: getattr(kept, name) for name in terms}, terms)
    if not after:
        return kept
    for name, value in terms.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(terms))
    audit.record("pot.change", kept, by=by, now=now, before=before, after=after, reason=reason.strip())
    return kept


def _terms(
    *, funding: str, areas: Collection[int], tiers: Collection[str], for_hardship: bool, rank: int
) -> dict[str, Any]:
    """The terms as the pot keeps them; raises where they do not go together."""
    wanted = sorted({FundingArea(area).value for area in areas})
    if not wanted:
        raise NoArea()
    if PotFunding(funding) == PotFunding.BASE_GRANT and FundingArea.JOINT_PROJECTS in wanted:
        raise BaseGrantForJointProjects()
    codes = sorted(set(tiers))
    known = set(Tier.objects.filter(code__in=codes).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise UnknownTier(code=code)
    return {
        "funding": PotFunding(funding).value,
        "areas": wanted,
        "tiers": codes,
        "for_hardship": for_hardship,
        "rank": rank,
    }


@transaction.atomic
def add_grant(*, pot: Pot, amount: Decimal, reason: str, by: User, now: datetime) -> PotEntry:
    """Add `amount` kroner to the pot. Raises `AmountNotAboveZero`, `ReasonMissing`, `OnlyAdministrators`."""
    return _change(pot, PotEntryKind.GRANT, amount, reason=reason, by=by, now=now)


@transaction.atomic
def return_grant(*, pot: Pot, amount: Decimal, reason: str, by: User, now: datetime) -> PotEntry:
    """Give `amount` kroner back to the funder. Raises `PotEmpty` where less is free, else as `add_grant`."""
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
