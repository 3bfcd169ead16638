"""The report of a year or any other period from what the books say now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from advisory.kernel.money import ZERO
from billing.ringfence import work
from billing.ringfence.checks import Accounts, checks
from billing.ringfence.financing import financing
from billing.ringfence.report import NOTHING, Financing, FundingFigures, PotUse, Source, whole_year
from billing.ringfence.year_money import YearMoney, year_money


def live(first: date, last: date, *, now: datetime) -> FundingFigures:
    """Give the report of [first, last] as of `now`.

    Cost, grants and the fund are of a calendar year's accounts: for any other period, or without accounts, they are
    left out, and `missing` says why. Reads only.
    """
    year = whole_year(first, last)
    minutes = work.minutes_by_area(first, last)
    billed = work.billed(first, last)
    pots = work.pot_uses(billed)
    found = year_money(year, timezone.localdate(now), billed, pots)
    paid = found.paid or paid_of(billed, pots)
    rows = (
        financing(
            cost=found.cost,
            paid=paid,
            base_grant=found.base_grant or ZERO,
            project_money=found.project_money or ZERO,
        )
        if found.cost is not None
        else tuple(paid)
    )
    reached = work.reached(first, last)
    return FundingFigures(
        first=first,
        last=last,
        made_at=now,
        minutes=minutes,
        cost=found.cost,
        missing=found.missing,
        financing=rows,
        base_grant=found.base_grant,
        project_money=found.project_money,
        unbilled_minutes=work.unbilled_minutes(first, last),
        services=work.services(first, last),
        organisations=reached.organisations,
        by_tier=reached.by_tier,
        by_members=reached.by_members,
        by_county=reached.by_county,
        by_kind=reached.by_kind,
        pots=pots,
        checks=checks(
            first=first,
            last=last,
            minutes=sum(minutes),
            billed=billed,
            rows=rows,
            pots=pots,
            accounts=accounts_of(found),
        ),
    )


def paid_of(billed: work.Billed, pots: Sequence[PotUse]) -> list[Financing]:
    """What customers and pots paid on issued documents."""
    rows = [Financing(Source.CUSTOMERS, billed.net_by_area())]
    rows += [Financing(Source.POT, billed.pot_by_area(pot.pot), pot.name, pot.pot) for pot in pots]
    return [row for row in rows if row.amounts != NOTHING]


def accounts_of(found: YearMoney) -> Accounts | None:
    """What the checks ask of the accounts, or None where there are none."""
    if found.base_grant is None:
        return None
    return Accounts(found.cost, found.project_money or ZERO, found.unmapped_rows, found.unmapped)
