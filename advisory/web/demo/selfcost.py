"""The rates, made and adopted by two people as the house demands it, and next year's draft in the autumn.

The figures of the middle year are the memo's: 2 500 000 kr for two full-time equivalents, of which 1 000 of 3 256
hours are advice, 800 of them billed: 767 813.27 kr of self-cost, 959.76 kr an hour (domain rules, example 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from advisory.web.demo.people import Staff
from advisory.web.demo.wishes import Wishes, at
from billing.models import CostBase
from billing.selfcost.adopt import adopt_rate
from billing.selfcost.base import (
    BaseFacts,
    LineFacts,
    add_cost_line,
    change_cost_base,
    draft_cost_base,
    submit_cost_base,
)
from engagements.work.models import SelfcostService

_LABELS = ("Lønn og sosiale kostnader", "Husleie", "IKT", "Reise", "Revisjon og regnskap", "Kompetanse")
#: Budgets of the year before, the memo's year, and the year after it, in the order of the labels.
BUDGETS = {
    -1: (1_796_000, 205_000, 176_000, 92_000, 73_000, 58_000),
    0: (1_868_000, 212_000, 190_000, 95_000, 75_000, 60_000),
    1: (1_932_000, 217_000, 198_000, 94_000, 78_000, 61_000),
}
HOURS_OF_ADVICE, HOURS_OF_ALL, BILLABLE_HOURS = Decimal(1000), Decimal(3256), Decimal(800)


def set_rates(staff: Staff, wishes: Wishes) -> None:
    """Adopt a rate for every year with hours; in the last quarter next year's base waits for the second person."""
    for offset, budget in BUDGETS.items():
        year = wishes.year + offset
        if year <= wishes.as_of.year:
            base = _submitted(year, budget, staff, drafted=date(year - 1, 10, 1), submitted=date(year - 1, 10, 20))
            adopt_rate(cost_base=base, valid_from=date(year, 1, 1), by=staff.second, now=at(date(year - 1, 11, 5), 12))
        elif wishes.as_of.month >= 10:
            drafted, submitted = wishes.as_of - timedelta(days=12), wishes.as_of - timedelta(days=4)
            _submitted(year, budget, staff, drafted=drafted, submitted=submitted)


def _submitted(year: int, budget: Sequence[int], staff: Staff, *, drafted: date, submitted: date) -> CostBase:
    by, now = staff.administrator, at(drafted, 10)
    base = draft_cost_base(year=year, service=SelfcostService.ADVICE, by=by, now=now)
    for label, amount in zip(_LABELS, budget, strict=True):
        line = LineFacts(
            label=label,
            amount=Decimal(amount),
            key_part=HOURS_OF_ADVICE,
            key_whole=HOURS_OF_ALL,
            key_label="timer",
            source=f"Budsjett {year}",
        )
        add_cost_line(cost_base=base, facts=line, by=by, now=now)
    facts = BaseFacts(billable_hours=BILLABLE_HOURS, comment=_comment(year, sum(budget)))
    change_cost_base(cost_base=base, facts=facts, by=by, now=at(drafted, 10, 45))
    return submit_cost_base(cost_base=base, by=by, now=at(submitted, 14, 20))


def _comment(year: int, whole: int) -> str:
    # Self-cost is rounded per cost line; the memo's own figures agree with it to the øre.
    amount = f"{whole:,}".replace(",", "\u00a0")
    rest = ", 1\u00a0732\u00a0186,73 kr," if whole == sum(BUDGETS[0]) else ""
    return (
        f"Budsjettet for {year} er {amount} kr for to årsverk, 3\u00a0256 timer. Rådgivning (område 3) er 1\u00a0000 "
        f"av timene, og 800 av dem blir fakturert. Resten{rest} er verktøykatalogen og møteplassen (område 1 og 2) og "
        "betales av grunntilskuddet. Fellesprosjekter (område 4) har egne regnskap. Rabatt betales av rabattpotten."
    )
