"""Who paid for each area: grants pay what nobody else has paid, and only where they may. Pure.

The base grant pays areas 1 and 2, project money area 4; neither crosses over (the memo: joint projects «are not at
the expense of the base activity»). Area 3 is paid by its customers, the pots and the self-cost fund. What is left
is a row of its own, so that the rows of an area always sum to its cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from advisory.kernel.money import ZERO, largest_remainder
from billing.ringfence.report import NOTHING, ByArea, Financing, Source, column_sums


def financing(
    *, cost: ByArea, paid: Sequence[Financing], base_grant: Decimal, project_money: Decimal
) -> tuple[Financing, ...]:
    """Give the rows of all sources in the order of the report; they sum to `cost` in each area.

    `paid` are customers, pots and fund. A grant covers at most what is received and at most what is left to pay.
    Where the base grant does not reach, both its areas get the same share of what they lack.
    """
    rest = [whole - part for whole, part in zip(cost, column_sums(paid), strict=True)]
    base = _shared(base_grant, rest[:2])
    project = max(min(project_money, rest[3]), ZERO)
    covered = (*base, ZERO, project)
    uncovered = tuple(left - part for left, part in zip(rest, covered, strict=True))
    rows = [
        Financing(Source.BASE_GRANT, (*base, ZERO, ZERO)),
        *paid,
        Financing(Source.PROJECT, (ZERO, ZERO, ZERO, project)),
        Financing(Source.UNCOVERED, uncovered),
    ]
    return tuple(row for row in rows if row.source is Source.BASE_GRANT or row.amounts != NOTHING)


def _shared(grant: Decimal, rest: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    first, second = (max(each, ZERO) for each in rest)
    if grant >= first + second:
        return first, second
    if grant <= 0:
        return ZERO, ZERO
    parts = largest_remainder(grant, [first, second])
    return parts[0], parts[1]
