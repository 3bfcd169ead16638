"""The geometry of the report's chart: one bar for each area, parted by who paid. Pure; used by page and document.

Shares are in percent of the width and never reach an amount. A source that is below zero (a surplus that goes to the
fund) is not drawn: the bar then ends where the cost does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from advisory.kernel.money import ZERO
from billing.ringfence.report import AREAS, FundingFigures, Source

#: How each source is drawn, in the order of the bar; neighbours differ by pattern, not only by tone.
FILLS = {
    Source.BASE_GRANT: "mid",
    Source.CUSTOMERS: "solid",
    Source.NOT_INVOICED: "pale",
    Source.POT: "hatch",
    Source.NOT_DRAWN: "pale",
    Source.DEDUCTED: "mid",
    Source.OTHER_YEARS: "pale",
    Source.FUND: "dots",
    Source.PROJECT: "other",
    Source.UNCOVERED: "open",
}
#: The longest bar's share of the width: the rest is for labels behind the bars.
LONGEST = Decimal(84)
# What a label needs of the width, in percent: for each sign, and beside them.
_PER_SIGN, _BESIDE = Decimal("0.85"), Decimal("2.6")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar in percent; `label` is empty where it has no room; `after` puts it behind the bar."""

    source: Source
    fill: str
    start: Decimal
    width: Decimal
    amount: Decimal
    label: str
    after: bool

    @property
    def x(self) -> str:
        return f"{self.start}%"

    @property
    def w(self) -> str:
        return f"{self.width}%"

    @property
    def end(self) -> str:
        return f"{self.start + self.width}%"


@dataclass(frozen=True, slots=True)
class Bar:
    """One area: its minutes, what it cost (or, without accounts, what was paid), and the parts of its bar."""

    area: int
    minutes: int
    amount: Decimal
    parts: tuple[Part, ...]


def bars(figures: FundingFigures, label: Callable[[Source], str]) -> tuple[Bar, ...]:
    """Give the bars of the report; empty where no amount is known."""
    amounts = figures.cost or figures.financed
    paid = [_paid(figures, place) for place in range(len(AREAS))]
    longest = max(sum((amount for _source, amount in each), ZERO) for each in paid)
    if not longest:
        return ()
    return tuple(
        Bar(area, figures.minutes[place], amounts[place], _parts(paid[place], longest, label))
        for place, area in enumerate(AREAS)
    )


def _paid(figures: FundingFigures, place: int) -> list[tuple[Source, Decimal]]:
    """What each source paid in an area, all pots together, in the order of the bar."""
    sums: dict[Source, Decimal] = dict.fromkeys(FILLS, ZERO)
    for row in figures.financing:
        sums[row.source] += row.amounts[place]
    return [(source, amount) for source, amount in sums.items() if amount > 0]


def _parts(
    paid: Sequence[tuple[Source, Decimal]], longest: Decimal, label: Callable[[Source], str]
) -> tuple[Part, ...]:
    parts, before = [], ZERO
    for place, (source, amount) in enumerate(paid):
        start, end = _share(before, longest), _share(before + amount, longest)
        said = label(source)
        needed = len(said) * _PER_SIGN + _BESIDE
        inside = end - start >= needed
        after = not inside and place == len(paid) - 1 and end + needed <= 100
        parts.append(Part(source, FILLS[source], start, end - start, amount, said if inside or after else "", after))
        before += amount
    return tuple(parts)


def _share(amount: Decimal, longest: Decimal) -> Decimal:
    return (amount * LONGEST / longest).quantize(Decimal("0.01"), ROUND_HALF_UP)
