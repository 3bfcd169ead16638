"""Adopting a rate: a second administrator makes the figure of a cost base the price of an hour."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, show
from advisory.kernel.errors import DomainError
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.invoicing.billed import hold_the_series, latest_billed_day
from billing.pricing.statement import rate_to_json
from billing.selfcost import arithmetic
from billing.selfcost.base import BaseChanged, fingerprint, locked_base, must_give_a_rate
from billing.selfcost.models import CostBase, RateVersion
from billing.selfcost.rows import rows_of


class NotSubmitted(DomainError):
    """Nobody has handed the base over for control."""

    template = _("The cost base has not been handed over for control yet.")


class SecondPersonNeeded(DomainError):
    """The person who would adopt has made or submitted the figures."""

    template = _("You made or submitted this cost base. Another administrator must adopt the rate.")


class OutsideTheYear(DomainError):
    """A rate starts within the year whose costs it covers."""

    template = _("The rate for %(year)s must start within %(year)s.")


class StartTaken(DomainError):
    """Another rate of the service starts that day."""

    template = _("Another rate already starts on %(day)s. Choose another day.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class WorkAlreadyBilled(DomainError):
    """Work up to `day` has been priced; what starts earlier would change its price."""

    template = _("Work up to and including %(day)s has been invoiced. Choose a later day to start from.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


@transaction.atomic
def adopt_rate(
    *, cost_base: CostBase, valid_from: date, by: User, now: datetime, seen: str | None = None
) -> RateVersion:
    """Give the rate version that prices the service's hours worked on `valid_from` and later.

    The rate is rounded down to the base's step, so that planned income never exceeds self-cost; the arithmetic is
    kept with it, and the database refuses every change afterwards. `seen` is the `fingerprint` of the figures that
    were reviewed. Raises `NotSubmitted`, `SecondPersonNeeded` (four eyes: neither maker nor submitter adopts),
    `OutsideTheYear`, `StartTaken`, `WorkAlreadyBilled`, `BaseChanged`, `FundHasMoved`, and what a base without a rate
    raises.
    """
    hold_the_series()
    base = locked_base(cost_base, by=by)
    if base.submitted_at is None:
        raise NotSubmitted()
    if by.pk in (base.made_by_id, base.submitted_by_id):
        raise SecondPersonNeeded()
    if seen is not None and seen != fingerprint(base):
        raise BaseChanged()
    must_be_free(base, valid_from)
    rows = rows_of(base)
    must_give_a_rate(base, rows)
    fact = arithmetic.rate_fact(base, rows, valid_from=valid_from)
    version = RateVersion.objects.create(
        service=base.service,
        year=base.year,
        version=base.version,
        valid_from=valid_from,
        rate=nok(fact.rate),
        self_cost=nok(fact.self_cost),
        fund_use=nok(fact.fund_use),
        billable_hours=fact.billable_hours,
        unit=base.unit,
        rate_step=fact.step,
        calculation=rate_to_json(fact),
        cost_base=base,
        adopted_at=now,
        adopted_by=by,
    )
    audit.record(
        "rate.adopt",
        version,
        by=by,
        now=now,
        after={"rate": fact.rate, "valid_from": valid_from, "self_cost": fact.self_cost},
    )
    return version


def must_be_free(base: CostBase, valid_from: date) -> None:
    """Raise where a rate cannot start on `valid_from`."""
    if valid_from.year != base.year:
        raise OutsideTheYear(year=base.year)
    if RateVersion.objects.filter(service=base.service, valid_from=valid_from).exists():
        raise StartTaken(day=valid_from)
    billed = latest_billed_day(base.service)
    if billed is not None and valid_from <= billed:
        raise WorkAlreadyBilled(day=billed)
