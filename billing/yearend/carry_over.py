"""Taking the fund of a closed year into the price: a draft of a later cost base whose use of the fund follows it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from advisory.kernel.users import User
from billing.selfcost.base import change_cost_base, draft_cost_base
from billing.selfcost.facts import BaseFacts
from billing.selfcost.models import CostBase


@transaction.atomic
def carry_over(*, service: str, into: int, spread_years: int, by: User, now: datetime) -> CostBase:
    """Give the draft of the cost base for `into`, with the fund spread over `spread_years` (1 to 5).

    The unfinished version of the year where there is one, else a new one with the figures of the year's newest, or of
    the newest adopted before it. Raises what the verbs of a cost base raise: `BaseSubmitted` for a version that waits
    for control, and `OnlyAdministrators`.
    """
    bases = CostBase.objects.filter(service=service)
    base = bases.filter(year=into, rate_version=None).first()
    if base is None:
        newest = bases.filter(year=into).order_by("-version").first()
        earlier = bases.filter(year__lt=into).exclude(rate_version=None).order_by("-year", "-version").first()
        base = draft_cost_base(year=into, service=service, by=by, now=now, copy_from=newest or earlier)
    facts = BaseFacts(
        billable_hours=base.billable_hours,
        rate_step=base.rate_step,
        income_deducted=base.income_deducted.amount,
        income_source=base.income_source,
        comment=base.comment,
        spread_years=spread_years,
        expected_result=base.expected_result.amount,
    )
    return change_cost_base(cost_base=base, facts=facts, by=by, now=now)
