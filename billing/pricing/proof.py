"""The proof of a price statement: every result in it follows from the facts in it, to the øre.

Computed anew with fractions, and apart from the functions that made the prices, so that a mistake in those
is found and not repeated. An auditor could do the same with a pocket calculator.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import half_up
from billing.pricing.statement import LineStatement, RateFact


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A result that does not follow: where it stands, what is stated there, what follows from the facts."""

    place: str
    stated: str
    follows: str

    def __str__(self) -> str:
        return f"{self.place}: {self.stated} is stated, {self.follows} follows"


class DoesNotFollow(ValueError):
    """A statement with contradictions in it."""

    def __init__(self, contradictions: tuple[Contradiction, ...]) -> None:
        super().__init__("; ".join(str(contradiction) for contradiction in contradictions))
        self.contradictions = contradictions


def prove(statement: LineStatement) -> None:
    """Return where every result follows from the facts; raise `DoesNotFollow` where one does not."""
    if found := contradictions(statement):
        raise DoesNotFollow(found)


def contradictions(statement: LineStatement) -> tuple[Contradiction, ...]:
    """Give all that does not follow in a line's statement, its rate included; empty for a sound one."""
    return rate_contradictions(statement.rate) + price_contradictions(statement)


def rate_contradictions(rate: RateFact) -> tuple[Contradiction, ...]:
    """Give what does not follow in a rate: attributed costs, their sum, and the rounding down."""
    found: list[Contradiction] = []
    for index, line in enumerate(rate.cost_lines):
        share = Fraction(1)
        if line.key_part is not None and line.key_whole:
            share = Fraction(line.key_part) / Fraction(line.key_whole)
        _compare(
            found,
            f"rate.cost_lines[{index}].attributed",
            line.attributed,
            half_up(Fraction(line.amount) * share),
        )
    _compare(
        found,
        "rate.self_cost",
        rate.self_cost,
        sum((line.attributed for line in rate.cost_lines), Decimal(0)),
    )
    if rate.billable_hours <= 0 or rate.step <= 0:
        found.append(Contradiction("rate", f"{rate.billable_hours} h, step {rate.step}", "both above zero"))
        return tuple(found)
    steps = Fraction(rate.self_cost - rate.fund_use) / Fraction(rate.billable_hours) / Fraction(rate.step)
    _compare(found, "rate.rate", rate.rate, half_up((steps.numerator // steps.denominator) * Fraction(rate.step)))
    return tuple(found)


def price_contradictions(statement: LineStatement) -> tuple[Contradiction, ...]:
    """Give what does not follow in a line's price from its minutes, rate and tier."""
    found: list[Contradiction] = []
    _compare(found, "gross", statement.gross, half_up(statement.minutes * Fraction(statement.rate.rate) / 60))
    tier = statement.tier
    for band in tier.bands:
        if band.code == tier.code:
            _compare(found, "tier.percent", tier.percent, band.percent)
    discount = half_up(Fraction(statement.gross) * Fraction(tier.percent) / 100)
    _compare(found, "discount", statement.discount, discount)
    _compare(found, "net", statement.net, statement.gross - statement.discount)
    if statement.discount and not statement.pots:
        found.append(Contradiction("pots", "none", "a pot that pays the discount"))
    else:
        _compare(found, "pots", sum((paid for _pot, paid in statement.pots), Decimal(0)), statement.discount)
    for index, (pot, paid) in enumerate(statement.pots):
        if paid * statement.discount <= 0:
            found.append(Contradiction(f"pots[{index}]", f"{paid:f}", "a part of the discount"))
        if pot.pot in [other.pot for other, _paid in statement.pots[:index]]:
            found.append(Contradiction(f"pots[{index}]", f"{pot.name} again", "each pot once"))
    if statement.vat.category != "S":
        _compare(found, "vat.percent", statement.vat.percent, Decimal(0))
    return tuple(found)


def _compare(found: list[Contradiction], place: str, stated: Decimal, follows: Decimal) -> None:
    if stated != follows:
        found.append(Contradiction(place, f"{stated:f}", f"{follows:f}"))
