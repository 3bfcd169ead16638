"""The ledger of the self-cost fund: the one writer of `FundEntry`, and what it says of layers and balance.

Append-only: each entry carries its sequence and the balance after it, the service's counter is locked while entries
are written, and the database refuses a balance that does not follow and every change of an entry. The sum by origin
is that year's layer; a surplus is above zero. What went wrong is put right by a new entry with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, money
from advisory.kernel.counters import locked
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.fields import kroner, nok, sum_ore
from advisory.kernel.money import ZERO
from advisory.kernel.users import User
from billing.selfcost import fund
from billing.selfcost.fund import Layer, MixedSigns
from billing.yearend.models import FundEntry, FundEntryKind, ServiceResult
from engagements.work.models import SelfcostService


class FundHasEntries(DomainError):
    """An opening balance is brought in once, before the first entry and the first closed year."""

    template = _("The fund already has movements. Put it right with a correction.")


class NothingClosed(DomainError):
    """There is no closed year to correct."""

    template = _("No year is closed yet. A correction belongs to a closed year.")


class OriginNotClosed(DomainError):
    """The correction is of a year that is not closed."""

    template = _("Only a closed year can be corrected. The last closed year is %(year)s.")


class OriginAfter(DomainError):
    """A layer from after the day the balance is of."""

    template = _("A layer cannot be from %(origin)s when the fund is brought in as of 31 December %(year)s.")


class AmountIsZero(DomainError):
    """A movement moves something."""

    template = _("Write an amount above or below zero.")


class LayersMixed(DomainError):
    """Surplus beside shortfall."""

    template = _("The layers must all be surplus or all be shortfall: the one would have covered the other.")


class TooMuch(DomainError):
    """Beyond what one fund can hold."""

    template = _("The amount is larger than the fund can hold. Check the number of digits.")


#: As the database bounds an amount: one milliard kroner.
LARGEST = money.LARGEST


@dataclass(frozen=True, slots=True)
class FundMovement:
    """An entry to be written: kroner, above zero for a surplus; `year` it is booked for, `origin` it came from."""

    kind: FundEntryKind
    year: int
    origin: int
    amount: Decimal
    reason: str = ""


def entries(service: str) -> models.QuerySet[FundEntry]:
    """The service's entries in the order they were booked."""
    return FundEntry.objects.filter(service=service).order_by("sequence")


def layers(service: str, *, before: int | None = None) -> tuple[Layer, ...]:
    """What is left of each year, oldest first; with `before`, as that year begins.

    A correction of closed years belongs to the beginning of the year it is booked in, as in the after-calculation.
    """
    rows = FundEntry.objects.filter(service=service)
    if before is not None:
        rows = rows.filter(Q(year__lt=before) | Q(year=before, kind=FundEntryKind.CORRECTION))
    sums = rows.order_by().values("origin").annotate(total=sum_ore("amount")).values_list("origin", "total")
    return fund.ordered(Layer(origin, kroner(total)) for origin, total in sums)


def balance(service: str) -> Decimal:
    """The balance after the newest entry; 0.00 before the first."""
    newest = FundEntry.objects.filter(service=service).order_by("-sequence").first()
    return newest.balance.amount if newest else ZERO


def last_closed_year(service: str) -> int | None:
    """The newest year whose after-calculation is closed; None before the first."""
    found: int | None = ServiceResult.objects.filter(service=service).aggregate(
        year=models.Max("closing__accounting_year__year")
    )["year"]
    return found


def book(
    service: str,
    movements: Sequence[FundMovement],
    *,
    by: User,
    now: datetime,
    result: ServiceResult | None = None,
) -> list[FundEntry]:
    """Write the movements in their order and give the entries with sequence and balance.

    Call it in the transaction of what causes them: the fund of the service is locked until that ends. `result` is
    the closed year's, for interest and result. Raises `MixedSigns` where the layers would not have one sign, and
    `ValueError` for an amount of zero or with a part of an øre; then nothing may be committed.
    """
    service = SelfcostService(service)
    locked(f"fund-{service}")
    newest = FundEntry.objects.filter(service=service).order_by("-sequence").first()
    sequence, held = (newest.sequence, money.ore(newest.balance.amount)) if newest else (0, 0)
    made = []
    for movement in movements:
        moved = money.ore(movement.amount)
        if not moved:
            raise ValueError(f"An entry moves something: {movement}.")
        sequence, held = sequence + 1, held + moved
        made.append(
            FundEntry(
                service=service,
                sequence=sequence,
                year=movement.year,
                origin=movement.origin,
                kind=movement.kind,
                amount=nok(money.kroner(moved)),
                balance=nok(money.kroner(held)),
                result=result,
                reason=movement.reason,
                at=now,
                by=by,
            )
        )
    FundEntry.objects.bulk_create(made)
    if fund.balance(layers(service)) != money.kroner(held):
        raise RuntimeError(f"The layers of the fund for {service} do not sum to its balance.")
    return made


@transaction.atomic
def open_fund(
    *, service: str, as_of: int, opening: Iterable[Layer], reason: str, by: User, now: datetime
) -> list[FundEntry]:
    """Bring in the fund as it stood on 31 December of `as_of`, by the years it came from.

    Raises `FundHasEntries` after the first entry or closed year, `LayersMixed`, `AmountIsZero`, `OriginAfter`,
    `ReasonMissing` and `OnlyAdministrators`.
    """
    _must_be_administrator(by)
    _must_have_reason(reason)
    locked(f"fund-{SelfcostService(service)}")
    if entries(service).exists() or last_closed_year(service) is not None:
        raise FundHasEntries()
    given = list(opening)
    if any(layer.origin > as_of for layer in given):
        raise OriginAfter(origin=max(layer.origin for layer in given), year=as_of)
    if not given or not all(layer.amount for layer in given):
        raise AmountIsZero()
    if abs(sum((layer.amount for layer in given), ZERO)) > LARGEST:
        raise TooMuch()
    try:
        brought_in = fund.ordered(given)
    except MixedSigns:
        raise LayersMixed() from None
    made = book(
        service,
        [
            FundMovement(FundEntryKind.OPENING, as_of, layer.origin, layer.amount, reason.strip())
            for layer in brought_in
        ],
        by=by,
        now=now,
    )
    audit.record("fund.open", made[-1], by=by, now=now, after=_said(made), reason=reason.strip())
    return made


@transaction.atomic
def correct(*, service: str, origin: int, amount: Decimal, reason: str, by: User, now: datetime) -> list[FundEntry]:
    """Correct a closed year by new entries in the year after the last closed one.

    `amount` above zero gives the customers more back. Where the fund has the opposite sign the oldest layers are
    used up first; what is left is the layer of `origin`. Raises `NothingClosed`, `OriginNotClosed`, `AmountIsZero`,
    `ReasonMissing` and `OnlyAdministrators`.
    """
    _must_be_administrator(by)
    _must_have_reason(reason)
    locked(f"fund-{SelfcostService(service)}")
    closed = last_closed_year(service)
    if closed is None:
        raise NothingClosed()
    if origin > closed:
        raise OriginNotClosed(year=closed)
    if not amount:
        raise AmountIsZero()
    standing = layers(service)
    if abs(fund.balance(standing) + amount) > LARGEST:
        raise TooMuch()
    made = book(
        service,
        [
            FundMovement(FundEntryKind.CORRECTION, closed + 1, movement.origin, movement.amount, reason.strip())
            for movement in fund.movements(standing, year=origin, result=amount, interest=ZERO)
        ],
        by=by,
        now=now,
    )
    audit.record("fund.correct", made[-1], by=by, now=now, after=_said(made), reason=reason.strip())
    return made


def _said(made: list[FundEntry]) -> dict[str, Any]:
    return {
        "service": made[-1].service,
        "layers": {str(entry.origin): entry.amount.amount for entry in made},
        "balance": made[-1].balance.amount,
    }


def _must_be_administrator(by: User) -> None:
    if not by.is_administrator:
        raise OnlyAdministrators()


def _must_have_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing()
